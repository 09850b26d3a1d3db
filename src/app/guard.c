#include "app/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "core/fd.h"
#include "core/mem.h"

/* What kvmtop writes into the pipe when it ends in good order. */
static const char clean_end = 'c';

/* Ends reports of the mouse, leaves the alternate screen, shows the cursor, resets attributes and keypad:
 * what the screen has switched on. */
static const char terminal_reset[] =
	"\033[?1006l\033[?1000l\033[?1049l\033[?25h\033[0m\033[?1l\033>\r";

/* The guard's own descriptors, at fixed places. */
enum { FD_PIPE, FD_TTY, FD_STDERR, FD_ERRORS, FD__COUNT };

static void write_all(int fd, const char *text, size_t length)
{
	while (length) {
		const ssize_t n = write(fd, text, length);

		if (n <= 0)
			return; /* nobody is left to be told */
		text += n;
		length -= (size_t)n;
	}
}

static void copy_text(int from, int to)
{
	char text[4096];
	ssize_t n;

	for (off_t at = 0; (n = pread(from, text, sizeof text, at)) > 0; at += n)
		write_all(to, text, (size_t)n);
}

/* The kernel closes the descriptors of a dying process one by one: the instance can be busy for a
 * moment after the pipe's end was seen. */
static void remove_instance(const char *path)
{
	const struct timespec pause = { .tv_nsec = 10 * 1000 * 1000 };

	for (int tries = 0; tries < 500 && rmdir(path) && errno == EBUSY; tries++)
		nanosleep(&pause, NULL);
}

static bool ends_clean(void)
{
	bool clean = false;
	char c;

	for (;;) {
		const ssize_t n = read(FD_PIPE, &c, 1);

		if (n == 1)
			clean = c == clean_end;
		else if (n == 0 || errno != EINTR)
			return clean;
	}
}

/* Keeps only the given descriptors (-1: none), at their places: a reader of kvmtop's output must see
 * its end when kvmtop ends, and not wait for the guard. */
static void keep_only(const int fds[FD__COUNT])
{
	int high[FD__COUNT];

	for (int i = 0; i < FD__COUNT; i++)
		high[i] = fds[i] < 0 ? -1 : fcntl(fds[i], F_DUPFD, 64);
	for (int i = 0; i < FD__COUNT; i++)
		if (high[i] < 0)
			close(i);
		else
			dup2(high[i], i);
	fd_close_from(FD__COUNT);
}

/* A shell with job control takes the terminal back, with modes of its own, as soon as it sees kvmtop
 * dead. Then the modes are its business, and only what the terminal itself remembers is left to do. */
static void restore_terminal(const struct termios *modes, pid_t group)
{
	if (tcgetpgrp(FD_TTY) == group)
		tcsetattr(FD_TTY, TCSANOW, modes);
	write_all(FD_TTY, terminal_reset, sizeof terminal_reset - 1);
}

static void run(const int fds[FD__COUNT], const char *instance_path, const struct termios *modes)
	__attribute__((noreturn));

static void run(const int fds[FD__COUNT], const char *instance_path, const struct termios *modes)
{
	const pid_t group = getpgrp(); /* kvmtop's */
	sigset_t all;
	bool clean;

	/* What ends kvmtop (hang-up, Ctrl-C) must not end the guard before it; and with SIGTTOU blocked
	 * it may write to the terminal from a process group of its own. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	setpgid(0, 0);
	prctl(PR_SET_NAME, "kvmtop-guard");
	keep_only(fds);
	clean = ends_clean();
	/* First what cannot wait: a terminal that takes nothing holds the guard up for as long as it likes. */
	if (instance_path)
		remove_instance(instance_path);
	if (!clean && fds[FD_TTY] >= 0)
		restore_terminal(modes, group);
	if (!clean && fds[FD_ERRORS] >= 0)
		copy_text(FD_ERRORS, FD_STDERR);
	_exit(0);
}

/* From here on standard error goes to a file in memory. */
static void catch_errors(struct guard *g)
{
	g->errors = memfd_create("kvmtop-stderr", MFD_CLOEXEC);
	if (g->errors < 0)
		return;
	g->saved_stderr = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
	fflush(stderr);
	dup2(g->errors, STDERR_FILENO);
}

void guard_start(struct guard *g, const char *instance_path, bool screen)
{
	struct termios modes;
	int ends[2];

	*g = (struct guard){ .pid = -1, .pipe = -1, .errors = -1, .saved_stderr = -1 };
	if (screen && !tcgetattr(STDIN_FILENO, &modes))
		catch_errors(g);
	else
		screen = false;
	if (pipe2(ends, O_CLOEXEC))
		return;
	g->pid = fork();
	if (g->pid == 0) {
		const int fds[FD__COUNT] = {
			[FD_PIPE] = ends[0],
			[FD_TTY] = screen ? STDIN_FILENO : -1,
			[FD_STDERR] = g->saved_stderr,
			[FD_ERRORS] = g->errors,
		};

		run(fds, instance_path, &modes);
	}
	close(ends[0]);
	g->pipe = ends[1];
}

char *guard_caught(const struct guard *g, size_t most)
{
	off_t length;
	ssize_t got;
	char *text;

	if (g->errors < 0)
		return NULL;
	fflush(stderr);
	length = lseek(g->errors, 0, SEEK_END);
	if (length <= 0)
		return NULL;
	most = (size_t)length < most ? (size_t)length : most;
	text = mem_calloc(most + 1, 1);
	got = pread(g->errors, text, most, length - (off_t)most);
	text[got > 0 ? got : 0] = '\0';
	return text;
}

void guard_stop(struct guard *g)
{
	if (g->errors >= 0) {
		fflush(stderr);
		dup2(g->saved_stderr, STDERR_FILENO);
		copy_text(g->errors, STDERR_FILENO);
		close(g->saved_stderr);
		close(g->errors);
	}
	if (g->pipe >= 0) {
		/* SIGPIPE is ignored; a guard that is gone is no loss any more. */
		if (write(g->pipe, &clean_end, 1) < 0)
			errno = 0;
		close(g->pipe);
	}
	if (g->pid > 0)
		while (waitpid(g->pid, NULL, 0) < 0 && errno == EINTR)
			;
	*g = (struct guard){ .pid = -1, .pipe = -1, .errors = -1, .saved_stderr = -1 };
}
