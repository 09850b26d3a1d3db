/* What a recording costs: CPU time an event and the largest memory of kvmtop --batch --read, on the
 * recording of tests/fixtures repeated to MILLIONS (default 5) of events, not packed and packed, beside
 * perf kvm stat report on the same events in perf's form (tests/tools/perfdata.c) and trace-cmd report
 * on a fifth of them, where these are installed. The bars are those of README: PASS, or over. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 5

struct paths {
	char program[2048], build[2048], recording[64], perf_data[64];
};

struct cost {
	double cpu_s;
	long rss_kib;
	bool ok;
};

static double seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

/* A command of the shell, which becomes its first word. */
static struct cost run(const char *command)
{
	const pid_t child = fork();
	struct rusage usage;
	int status;

	if (!child) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || wait4(child, &status, 0, &usage) < 0 || !WIFEXITED(status) ||
		WEXITSTATUS(status))
		return (struct cost){ 0 };
	return (struct cost){ seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss,
		true };
}

/* Of one event, and of the whole; 0 when not to be had. */
struct figures {
	double cpu_ns, rss_mib;
};

/* The cheapest of some runs: the others were disturbed. */
static struct figures report(const char *what, double events, int rounds, const char *command)
{
	struct cost best = { 0 };

	for (int i = 0; i < rounds; i++) {
		const struct cost c = run(command);

		if (c.ok && (!best.ok || c.cpu_s < best.cpu_s))
			best = c;
	}
	if (!best.ok) {
		printf("read: %s: not measured: it failed, or is not here\n", what);
		return (struct figures){ 0 };
	}
	printf("read: %s: %.1f ns of CPU an event, at most %.1f MiB (%.1f million events)\n", what,
		best.cpu_s * 1e9 / events, (double)best.rss_kib / 1024, events / 1e6);
	return (struct figures){ best.cpu_s * 1e9 / events, (double)best.rss_kib / 1024 };
}

/* The number that a pipe of commands prints, 0 when it prints none. */
static double number(const char *command)
{
	FILE *pipe = popen(command, "re");
	double n = 0;

	if (!pipe)
		return 0;
	if (fscanf(pipe, "%lf", &n) != 1)
		n = 0;
	pclose(pipe);
	return n;
}

static void bar(const char *what, double value, double most)
{
	printf("read: %s: %.2f, bar %.2f: %s\n", what, value, most,
		value <= most ? "PASS" : "over");
}

/* Repeats the fixture; returns the number of events, 0 when it failed. */
static double grow(const char *build, const char *option, double events, const char *out)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char command[4096];
	double written = 0;
	FILE *pipe;

	snprintf(command, sizeof command,
		"%s/tools/growrecording %s -n %.0f %s/fixtures/recordings/svm.dat %s", build,
		option, events, tests ? tests : "tests", out);
	pipe = popen(command, "re");
	if (!pipe)
		return 0;
	if (fscanf(pipe, "%lf", &written) != 1)
		written = 0;
	return pclose(pipe) ? 0 : written;
}

/* perf's own CPU time on the same events. Both have to count the same exits: but the very first, if the
 * recording begins with it, perf leaves out, because it knows vCPUs from their entries only. */
static double measure_perf(const struct paths *p, double events)
{
	char command[8192];
	double ours, theirs;

	snprintf(command, sizeof command, "'%s/tools/perfdata' %s %s", p->build, p->recording,
		p->perf_data);
	if (number(command) <= 0)
		return 0;
	snprintf(command, sizeof command,
		"'%s' --batch --format json --read %s | jq '[.vms[].exits[].samples] | add'",
		p->program, p->recording);
	ours = number(command);
	snprintf(command, sizeof command,
		"perf kvm --host -i %s stat report 2>&1 | sed -n 's/^Total "
		"Samples:\\([0-9]*\\).*/\\1/p'",
		p->perf_data);
	theirs = number(command);
	if (theirs > 0)
		printf("read: exits that kvmtop counts %.0f, perf %.0f: %s\n", ours, theirs,
			ours == theirs || ours == theirs + 1 ? "PASS" : "not the same");
	snprintf(command, sizeof command, "exec perf kvm --host -i %s stat report >/dev/null 2>&1",
		p->perf_data);
	return theirs > 0 ? report("perf kvm stat report", events, 2, command).cpu_ns : 0;
}

static void paths_init(struct paths *p, const char *folder)
{
	const char *program = getenv("KVMTOP") ? getenv("KVMTOP") : "build/kvmtop";
	const char *slash = strrchr(program, '/');

	snprintf(p->program, sizeof p->program, "%s", program);
	snprintf(p->build, sizeof p->build, "%.*s", slash ? (int)(slash - program) : 1,
		slash ? program : ".");
	snprintf(p->recording, sizeof p->recording, "%s/r.dat", folder);
	snprintf(p->perf_data, sizeof p->perf_data, "%s/perf.data", folder);
}

/* Returns whether there was something to measure. */
static bool measure(const struct paths *p, double wanted)
{
	char read[8192], other[256];
	double events, few, perf_ns;
	struct figures small, whole;

	snprintf(read, sizeof read, "exec '%s' --batch --format json --read %s >/dev/null",
		p->program, p->recording);
	snprintf(other, sizeof other, "exec trace-cmd report -i %s >/dev/null 2>&1", p->recording);
	few = grow(p->build, "-6", wanted / 5, p->recording);
	if (few <= 0)
		return false;
	small = report("kvmtop --read, a fifth of them", few, ROUNDS, read);
	report("trace-cmd report, a fifth of them", few, 1, other);
	events = grow(p->build, "-6", wanted, p->recording);
	whole = report("kvmtop --read", events, ROUNDS, read);
	perf_ns = measure_perf(p, events);
	bar("ns of CPU an event", whole.cpu_ns, 50);
	bar("memory for five times as many events", whole.rss_mib / small.rss_mib, 1.1);
	if (perf_ns > 0)
		bar("kvmtop's part of perf's CPU time", whole.cpu_ns / perf_ns, 0.2);
	events = grow(p->build, "-z", wanted, p->recording);
	if (events > 0)
		report("kvmtop --read, packed with zstd", events, ROUNDS, read);
	return whole.cpu_ns > 0;
}

int main(void)
{
	const char *millions = getenv("MILLIONS");
	char folder[] = "/tmp/kvmtop-bench-XXXXXX";
	struct paths p;
	bool measured;

	if (!mkdtemp(folder))
		return 1;
	paths_init(&p, folder);
	measured = measure(&p, (millions ? strtod(millions, NULL) : 5) * 1e6);
	unlink(p.perf_data);
	unlink(p.recording);
	rmdir(folder);
	return measured ? 0 : 1;
}
