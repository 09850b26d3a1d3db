/* The guard undoes what a dead kvmtop left: checked on processes that are really killed. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/guard.h"
#include "core/clock.h"
#include "patience.h"

#define DEADLINE_NS PATIENCE_NS

/* A stand-in for the tracing instance: an empty directory. */
static void make_instance(char *path)
{
	strcpy(path, "/tmp/kvmtop-guard-XXXXXX");
	assert_non_null(mkdtemp(path));
}

static bool is_gone(const char *path)
{
	const uint64_t end = clock_mono_ns() + DEADLINE_NS;
	struct stat st;

	while (clock_mono_ns() < end)
		if (stat(path, &st))
			return true;
		else
			poll(NULL, 0, 5);
	return false;
}

static void removes_the_instance_of_a_killed_process(void **state)
{
	static const int signals[] = { SIGKILL, SIGSEGV, SIGABRT, SIGTERM, SIGHUP };

	(void)state;
	for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
		char path[64];
		pid_t child;

		make_instance(path);
		child = fork();
		if (!child) {
			struct guard g;

			for (int n = 1; n < 32; n++)
				signal(n, SIG_DFL); /* a sanitizer's handlers would exit instead */
			guard_start(&g, path, false);
			raise(signals[i]);
			_exit(1);
		}
		assert_int_equal(waitpid(child, NULL, 0), child);
		if (!is_gone(path))
			fail_msg("%s is still there after signal %d", path, signals[i]);
	}
}

static void ends_with_its_process(void **state)
{
	char path[64];
	struct guard g;
	pid_t pid;

	(void)state;
	make_instance(path);
	guard_start(&g, path, false);
	pid = g.pid;
	assert_true(pid > 0);
	assert_int_equal(kill(pid, 0), 0);
	guard_stop(&g);
	assert_int_equal(kill(pid, 0), -1);
	assert_true(is_gone(path));
}

/* The reader of a pipe sees its end although the guard lives on for a moment. */
static void holds_no_descriptor_of_the_output(void **state)
{
	struct pollfd reader = { .events = POLLIN };
	int ends[2];
	struct guard g;

	(void)state;
	assert_int_equal(pipe(ends), 0);
	guard_start(&g, NULL, false);
	close(ends[1]);
	reader.fd = ends[0];
	assert_int_equal(poll(&reader, 1, (int)(DEADLINE_NS / NS_PER_MS)), 1);
	assert_true(reader.revents & POLLHUP);
	close(ends[0]);
	guard_stop(&g);
}

/* Reads from a terminal's master side until first has come, and then text. */
static bool reads(int fd, const char *first, const char *text)
{
	const uint64_t end = clock_mono_ns() + DEADLINE_NS;
	char got[4096] = "";
	size_t length = 0;

	while (clock_mono_ns() < end && length + 1 < sizeof got) {
		struct pollfd in = { .fd = fd, .events = POLLIN };
		ssize_t n;

		if (poll(&in, 1, 100) <= 0)
			continue;
		n = read(fd, got + length, sizeof got - 1 - length);
		if (n <= 0)
			break;
		length += (size_t)n;
		got[length] = '\0';
		if (strstr(got, first) && strstr(strstr(got, first), text))
			return true;
	}
	print_message("got: %s\n", got);
	return false;
}

static void crash_on_terminal(void) __attribute__((noreturn));

static void crash_on_terminal(void)
{
	struct termios modes;
	struct guard g;

	for (int n = 1; n < 32; n++)
		signal(n, SIG_DFL);
	guard_start(&g, NULL, true);
	tcgetattr(STDIN_FILENO, &modes);
	cfmakeraw(&modes);
	tcsetattr(STDIN_FILENO, TCSANOW, &modes);
	fprintf(stderr, "last words\n");
	fflush(stderr);
	raise(SIGSEGV);
	_exit(1);
}

/* A session on the terminal whose leader, like a shell without job control, runs the program and
 * outlives it: with the leader's end the terminal would be hung up. */
static void lead_session(int slave) __attribute__((noreturn));

static void lead_session(int slave)
{
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(slave, fd);
	if (!fork())
		crash_on_terminal();
	for (;;)
		pause();
}

static void restores_the_terminal_of_a_crashed_process(void **state)
{
	struct termios before, after;
	const uint64_t end = clock_mono_ns() + DEADLINE_NS;
	int master, slave;
	pid_t child;

	(void)state;
	assert_int_equal(openpty(&master, &slave, NULL, NULL, NULL), 0);
	assert_int_equal(tcgetattr(slave, &before), 0);
	child = fork();
	if (!child)
		lead_session(slave);
	/* The mouse is the terminal's own again, and what was said while the screen was up comes after the
	 * screen was left. */
	assert_true(reads(master, "\033[?1006l\033[?1000l\033[?1049l", "last words"));
	do
		assert_int_equal(tcgetattr(slave, &after), 0);
	while (after.c_lflag != before.c_lflag && clock_mono_ns() < end);
	assert_int_equal(after.c_lflag, before.c_lflag);
	assert_int_equal(after.c_iflag, before.c_iflag);
	assert_int_equal(after.c_oflag, before.c_oflag);
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, NULL, 0), child);
	close(master);
	close(slave);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(removes_the_instance_of_a_killed_process),
		cmocka_unit_test(ends_with_its_process),
		cmocka_unit_test(holds_no_descriptor_of_the_output),
		cmocka_unit_test(restores_the_terminal_of_a_crashed_process),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
