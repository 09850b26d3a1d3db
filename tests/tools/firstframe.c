/* firstframe: how long a terminal program takes from exec to its first frame.
 *
 *   firstframe [-n RUNS] [-l SOCKET] TEXT PROGRAM [ARG ...]
 *
 * Runs PROGRAM on a terminal of 80x24, waits until it has written TEXT, ends it by SIGTERM, and
 * prints the median time of RUNS (5) runs in milliseconds. With -l there is a UNIX socket at that path
 * meanwhile, which takes connections and never answers. Its status is 1 when TEXT does not come
 * within a minute or the program does not end. */
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <utmp.h>

#define RUNS_MAX 100
#define DEADLINE_MS 60000

static void die(const char *sentence)
{
	fprintf(stderr, "firstframe: %s\n", sentence);
	exit(1);
}

static uint64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static void listen_silently(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (strlen(path) >= sizeof address.sun_path)
		die("the socket's path is too long");
	strcpy(address.sun_path, path);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 64))
		die("the socket cannot be made; is there one already?");
}

/* Reads what the program writes until it holds text, or until its end when text is NULL. */
static bool read_until(int fd, const char *text, uint64_t deadline_us)
{
	static const size_t room = 1 << 20;
	char *all = calloc(1, room + 1);
	size_t length = 0;
	bool found = false;

	if (!all)
		die("out of memory");
	for (;;) {
		struct pollfd poll_fd = { .fd = fd, .events = POLLIN };
		const uint64_t now = now_us();
		ssize_t n;

		if (now >= deadline_us ||
			poll(&poll_fd, 1, (int)((deadline_us - now) / 1000) + 1) <= 0)
			break;
		if (length == room)
			length = 0;
		n = read(fd, all + length, room - length);
		if (n <= 0) { /* EIO: the other side is closed */
			found = !text;
			break;
		}
		length += (size_t)n;
		if (text && memmem(all, length, text, strlen(text))) {
			found = true;
			break;
		}
	}
	free(all);
	return found;
}

static uint64_t measure_us(const char *text, char **command)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const uint64_t begin = now_us();
	uint64_t elapsed;
	int master, slave;
	pid_t pid;

	if (openpty(&master, &slave, NULL, NULL, &size))
		die("there is no pseudo-terminal to be had");
	pid = fork();
	if (pid < 0)
		die("fork failed");
	if (pid == 0) {
		close(master);
		if (login_tty(slave))
			_exit(127);
		execvp(command[0], command);
		_exit(127);
	}
	close(slave);
	if (!read_until(master, text, begin + DEADLINE_MS * 1000)) {
		kill(pid, SIGKILL);
		die("the text did not come within a minute");
	}
	elapsed = now_us() - begin;
	kill(pid, SIGTERM);
	if (!read_until(master, NULL, now_us() + DEADLINE_MS * 1000)) {
		kill(pid, SIGKILL);
		die("SIGTERM did not end the program within a minute");
	}
	waitpid(pid, NULL, 0);
	close(master);
	return elapsed;
}

static int compare(const void *a, const void *b)
{
	const uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	uint64_t times_us[RUNS_MAX];
	const char *socket_path = NULL;
	int runs = 5, option;

	while ((option = getopt(argc, argv, "+n:l:")) != -1) {
		if (option == 'n')
			runs = atoi(optarg);
		else if (option == 'l')
			socket_path = optarg;
		else
			runs = 0;
	}
	if (runs < 1 || runs > RUNS_MAX || argc - optind < 2)
		die("usage: firstframe [-n RUNS] [-l SOCKET] TEXT PROGRAM [ARG ...]");
	if (socket_path)
		listen_silently(socket_path);
	setenv("TERM", "xterm-256color", 1);
	unsetenv("LINES");
	unsetenv("COLUMNS");
	for (int i = 0; i < runs; i++)
		times_us[i] = measure_us(argv[optind], argv + optind + 1);
	if (socket_path)
		unlink(socket_path);
	qsort(times_us, (size_t)runs, sizeof *times_us, compare);
	printf("%.1f\n", (double)times_us[runs / 2] / 1000);
	return 0;
}
