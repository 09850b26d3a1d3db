/* What a recording costs: CPU time and bytes of each tick of a host with 100 VMs of 8 vCPUs, and how long it
 * takes to come to any tick of an hour of it. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "crowd.h"
#include "source/tape.h"
#include "source/tape_record.h"

enum { VMS = 100, HOUR = 3600, MINUTES = 5, JUMPS = 200 };

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static double size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? 0 : (double)st.st_size;
}

/* Records so many ticks; returns the CPU time of that alone, in ms a tick. */
static double record(const char *path, uint64_t ticks)
{
	struct tape_record *r;
	uint64_t seed = 1, spent = 0;
	char why[256];

	if (tape_record_open(&r, &(struct tape_record_config){ .path = path }, why, sizeof why)) {
		fprintf(stderr, "bench_tape: %s\n", why);
		exit(1);
	}
	for (uint64_t i = 0; i < ticks; i++) {
		struct sample *s = crowd_sample(VMS, i, &seed);
		const uint64_t start = cpu_ns();

		if (tape_record_add(r, s, why, sizeof why)) {
			fprintf(stderr, "bench_tape: %s\n", why);
			exit(1);
		}
		spent += cpu_ns() - start;
		sample_free(s);
	}
	tape_record_close(r);
	return (double)spent / (double)ticks / (double)NS_PER_MS;
}

static void measure_record(const char *path)
{
	const uint64_t ticks = (uint64_t)MINUTES * 60;
	const double ms = record(path, ticks);

	printf("record: %s: %.2f ms CPU and %.0f bytes a tick of %d VMs of %d vCPUs: %.2f %% of "
	       "one "
	       "CPU at 1 s\n",
		path, ms, size_of(path) / (double)ticks, VMS, CROWD_VCPUS, ms / 10);
	unlink(path);
}

/* The first jump is to the end, with nothing known of the file. */
static void measure_seek(const char *path)
{
	struct source *tape;
	double first = 0, most = 0, sum = 0;
	uint64_t seed = 7;
	struct rusage usage;
	char why[256];

	record(path, HOUR);
	if (tape_open(&tape, path, why, sizeof why)) {
		fprintf(stderr, "bench_tape: %s\n", why);
		exit(1);
	}
	for (int i = 0; i < JUMPS; i++) {
		const uint64_t tick = i ? crowd_about(&seed, 1000000) % HOUR : HOUR - 1;
		const uint64_t start = clock_mono_ns();
		double ms;

		if (tape_seek(tape, tick) || tape_next_tick(tape) != tick)
			fprintf(stderr, "bench_tape: there is no tick %d\n", (int)tick);
		ms = (double)(clock_mono_ns() - start) / (double)NS_PER_MS;
		first = i ? first : ms;
		most = ms > most ? ms : most;
		sum += ms;
	}
	source_close(tape);
	getrusage(RUSAGE_SELF, &usage);
	printf("replay: %s, %.0f MiB, an hour of 1 s: to any tick in %.1f ms, %.1f ms at most, "
	       "%.1f ms at "
	       "first; %.0f MiB resident\n",
		path, size_of(path) / (1 << 20), sum / JUMPS, most, first,
		(double)usage.ru_maxrss / 1024);
	unlink(path);
}

int main(void)
{
	char folder[] = "/tmp/kvmtop-bench-XXXXXX";

	if (!mkdtemp(folder) || chdir(folder)) {
		perror("bench_tape");
		return 1;
	}
	measure_record("plain.jsonl");
#ifdef HAVE_ZSTD
	measure_record("packed.jsonl.zst");
	measure_seek("hour.jsonl.zst");
#endif
	if (getenv("BENCH_TAPE_PLAIN"))
		measure_seek("hour.jsonl");
	return chdir("/") || rmdir(folder);
}
