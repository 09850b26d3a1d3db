/* stalled: runs a program on a terminal that takes nothing.
 *
 *   stalled SECONDS PROGRAM [ARG ...]
 *
 * The terminal (80x24) is full before PROGRAM starts, and nobody ever reads it. Prints what PROGRAM returned,
 * how long it took in milliseconds, and whether the terminal has its modes back: "status 0 ms 3120 modes
 * kept". Its own status is 1 when PROGRAM does not end within SECONDS; then it is killed. */
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

static void die(const char *sentence)
{
	fprintf(stderr, "stalled: %s\n", sentence);
	exit(1);
}

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Writes until not one byte more goes in, and none a moment later: the kernel hands bytes on from one
 * buffer to the next in its own time. Without output processing, as a screen writes, more goes in. */
static void fill(int slave, const struct termios *modes)
{
	struct termios raw = *modes;
	const int flags = fcntl(slave, F_GETFL);
	struct pollfd room = { .fd = slave, .events = POLLOUT };
	char blanks[4096];

	cfmakeraw(&raw);
	tcsetattr(slave, TCSANOW, &raw);
	memset(blanks, ' ', sizeof blanks);
	fcntl(slave, F_SETFL, flags | O_NONBLOCK);
	do {
		size_t length = sizeof blanks;

		while (length)
			if (write(slave, blanks, length) < 0)
				length /= 2;
	} while (poll(&room, 1, 100));
	fcntl(slave, F_SETFL, flags);
	tcsetattr(slave, TCSANOW, modes);
}

static pid_t start(int master, int slave, char **command)
{
	const pid_t pid = fork();

	if (pid < 0)
		die("fork failed");
	if (pid)
		return pid;
	close(master);
	if (login_tty(slave))
		_exit(127);
	execvp(command[0], command);
	_exit(127);
}

static bool ends_within(pid_t pid, int timeout_ms)
{
	struct pollfd end = { .fd = (int)syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (end.fd < 0)
		die("pidfd_open failed");
	return poll(&end, 1, timeout_ms) == 1;
}

static bool is_same(const struct termios *a, const struct termios *b)
{
	return a->c_iflag == b->c_iflag && a->c_oflag == b->c_oflag && a->c_lflag == b->c_lflag &&
	       !memcmp(a->c_cc, b->c_cc, sizeof a->c_cc);
}

int main(int argc, char **argv)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const int seconds = argc > 2 ? atoi(argv[1]) : 0;
	struct termios before, after;
	int master, slave, status;
	uint64_t begin_ms;
	pid_t pid;

	if (seconds < 1)
		die("usage: stalled SECONDS PROGRAM [ARG ...]");
	if (openpty(&master, &slave, NULL, NULL, &size))
		die("there is no pseudo-terminal to be had");
	tcgetattr(slave, &before);
	fill(slave, &before);
	setenv("TERM", "xterm-256color", 1);
	begin_ms = now_ms();
	pid = start(master, slave, argv + 2);
	if (!ends_within(pid, seconds * 1000)) {
		kill(pid, SIGKILL);
		close(master); /* what waits for it, the guard of a killed program too, goes on */
		waitpid(pid, NULL, 0);
		die("the program did not end in time");
	}
	waitpid(pid, &status, 0);
	tcgetattr(slave, &after);
	printf("status %d ms %llu modes %s\n",
		WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
		(unsigned long long)(now_ms() - begin_ms),
		is_same(&before, &after) ? "kept" : "changed");
	return 0;
}
