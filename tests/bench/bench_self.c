/* What kvmtop itself costs on this host: time to the first frame, bytes per frame, CPU share and
 * memory. Runs the built program on a terminal of its own. */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/clock.h"

#define TICKS_TEXT "40"
enum { TICKS = 40 };
#define INTERVAL_S "0.25"

struct run {
	double first_ms; /* exec to the first byte */
	double wall_s;
	uint64_t bytes, frames; /* frames: bursts of bytes, apart by more than 20 ms of silence */
	struct rusage usage;
	int status;
};

/* Starts the program on a new terminal of 80x24 and reads it to its end. */
static int measure(struct run *r, const char *program)
{
	const struct winsize size = { .ws_row = 24, .ws_col = 80 };
	const uint64_t start = clock_mono_ns();
	uint64_t last = 0;
	int master;
	const pid_t child = forkpty(&master, NULL, NULL, &size);

	if (child < 0)
		return -errno;
	if (!child) {
		setenv("TERM", "xterm-256color", 1);
		setenv("XDG_CONFIG_HOME", "/proc/self/nowhere",
			1); /* as it is at first, for everyone */
		execl(program, program, "-n", TICKS_TEXT, "-d", INTERVAL_S, (char *)NULL);
		_exit(127);
	}
	for (;;) {
		struct pollfd in = { .fd = master, .events = POLLIN };
		char bytes[65536];
		ssize_t n;
		uint64_t now;

		if (poll(&in, 1, 30000) <= 0)
			break;
		n = read(master, bytes, sizeof bytes);
		if (n <= 0)
			break;
		now = clock_mono_ns();
		if (!last)
			r->first_ms = (double)(now - start) / 1e6;
		if (now - last > 20 * NS_PER_MS)
			r->frames++;
		last = now;
		r->bytes += (uint64_t)n;
	}
	if (wait4(child, &r->status, 0, &r->usage) < 0)
		return -errno;
	r->wall_s = (double)(clock_mono_ns() - start) / 1e9;
	close(master);
	return 0;
}

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

int main(void)
{
	const char *program = getenv("KVMTOP") ? getenv("KVMTOP") : "build/kvmtop";
	struct run r = { 0 };
	double cpu_s;

	if (measure(&r, program) || !WIFEXITED(r.status) || WEXITSTATUS(r.status) == 127) {
		fprintf(stderr, "bench_self: %s does not run\n", program);
		return 1;
	}
	cpu_s = seconds(r.usage.ru_utime) + seconds(r.usage.ru_stime);
	printf("self: first frame after %.1f ms; %d ticks of %s s: %.2f %% of one CPU (%.1f ms a "
	       "tick), "
	       "%.1f MiB resident, %.0f bytes a frame at 80x24 (%llu frames)\n",
		r.first_ms, TICKS, INTERVAL_S, 100 * cpu_s / r.wall_s, 1000 * cpu_s / TICKS,
		(double)r.usage.ru_maxrss / 1024,
		r.frames ? (double)r.bytes / (double)r.frames : 0.0, (unsigned long long)r.frames);
	return 0;
}
