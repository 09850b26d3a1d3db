/* What sampling a VM's process at 99 Hz costs kvmtop: its own CPU time, threads that look names up included, while 16
 * threads of another process keep every CPU busy. The kernel's part of sampling is on the sampled threads' account, as
 * with perf. */
#include <dirent.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "model/hot_symbols.h"
#include "sample/wants.h"
#include "source/perf/samples.h"

enum { THREADS = 16, SECONDS = 5, WARM_SECONDS_MAX = 30 };
#define BAR_PCT 1.0

static pid_t start_spinner(void)
{
	const char *build = getenv("KVMTOP") ? getenv("KVMTOP") : "build/kvmtop";
	char path[4096], threads[8];
	const char *slash = strrchr(build, '/');
	pid_t pid;

	snprintf(path, sizeof path, "%.*stools/spin", slash ? (int)(slash + 1 - build) : 0, build);
	snprintf(threads, sizeof threads, "%d", THREADS);
	pid = fork();
	if (!pid) {
		execl(path, "spin", threads, (char *)NULL);
		_exit(127);
	}
	return pid;
}

static void add_threads(struct sample *s, pid_t pid)
{
	struct sample_vm *vm = arena_alloc(&s->arena, sizeof *vm);
	const struct dirent *entry;
	char path[64];
	DIR *folder;

	*vm = sample_vm_unknown((struct vm_id){ pid, 1 });
	vm->threads = arena_array(&s->arena, THREADS, sizeof *vm->threads);
	snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
	folder = opendir(path);
	while (folder && (entry = readdir(folder)) && vm->thread_count < THREADS)
		if (entry->d_name[0] != '.')
			vm->threads[vm->thread_count++] =
				(struct sample_thread){ .tid = atoi(entry->d_name),
					.kind = THREAD_VCPU };
	if (folder)
		closedir(folder);
	s->vms = vm;
	s->vm_count = 1;
}

static uint64_t own_cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

/* What the process that is sampled has used, in s. */
static double spun_s(pid_t pid)
{
	struct timespec t = { 0 };
	clockid_t clock;

	if (!clock_getcpuclockid(pid, &clock))
		clock_gettime(clock, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* A tick a second, and the source's own work between, as the screen does it. The list of threads is made by another
 * source, and is not on this one's account: *others_ns. */
static void run(
	struct source *source, struct hot_symbols *hot, pid_t pid, int seconds, uint64_t *others_ns)
{
	const uint64_t begin = clock_mono_ns();

	for (int i = 1; i <= seconds; i++) {
		uint64_t now, list_ns;
		struct sample *s;

		while ((now = clock_mono_ns()) < begin + (uint64_t)i * NS_PER_S) {
			const int left =
				(int)((begin + (uint64_t)i * NS_PER_S - now) / NS_PER_MS) + 1;
			const int due = source_work(source);

			poll(NULL, 0, due >= 0 && due < left ? due : left);
		}
		list_ns = own_cpu_ns();
		s = sample_new();
		add_threads(s, pid);
		*others_ns += own_cpu_ns() - list_ns;
		source_collect(source, s);
		hot_symbols_update(hot, s, 1, 0, NAN);
		sample_free(s);
	}
}

int main(void)
{
	const pid_t pid = start_spinner();
	struct source *source = samples_open("/proc");
	struct hot_symbols hot = { 0 };
	uint64_t others_ns = 0, cpu_ns, from_ns;
	double pct, opening_ms, samples, spun;

	cpu_ns = own_cpu_ns();
	source_want(source, &(struct sample_wants){ WANT_SYMBOLS, { pid, 1 } });
	/* Until all names are read: what it costs to open the view is a figure of its own. */
	for (int i = 0; i < WARM_SECONDS_MAX && (hot.loading || !hot.shown); i++)
		run(source, &hot, pid, 1, &others_ns);
	opening_ms = (double)(own_cpu_ns() - cpu_ns) / 1e6;
	samples = hot.samples;
	spun = spun_s(pid);
	others_ns = 0;
	from_ns = clock_mono_ns();
	cpu_ns = own_cpu_ns();
	run(source, &hot, pid, SECONDS, &others_ns);
	cpu_ns = own_cpu_ns() - cpu_ns - others_ns;
	pct = 100 * (double)cpu_ns / (double)(clock_mono_ns() - from_ns);
	samples = hot.samples - samples;
	spun = spun_s(pid) - spun;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	source_close(source);
	if (!hot.is_open) {
		printf("symbols: not measured: %s\n", hot.why);
		hot_symbols_fini(&hot);
		return 0;
	}
	printf("symbols: %d threads at %u Hz of %s: %.0f samples of %.2f s of CPU in %d s, %.0f "
	       "lost: %.2f %% "
	       "of one CPU (bar: %.0f) %s; opening: %.0f ms of CPU\n",
		THREADS, hot.hz, hot_symbols_event_name(hot.event), samples, spun, SECONDS,
		hot.lost, pct, BAR_PCT, pct <= BAR_PCT && samples > 0 ? "PASS" : "FAIL",
		opening_ms);
	hot_symbols_fini(&hot);
	return pct > BAR_PCT || samples <= 0;
}
