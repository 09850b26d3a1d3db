/* What a recording costs: CPU time an event and the largest memory of kvmtop --batch --read, on the
 * recording of tests/fixtures repeated to MILLIONS (default 5) of events, not packed and packed, beside
 * trace-cmd report on a fifth of them where it is installed. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define ROUNDS 5

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

/* The cheapest of some runs: the others were disturbed. */
static void report(const char *what, double events, int rounds, const char *command)
{
	struct cost best = { 0 };

	for (int i = 0; i < rounds; i++) {
		const struct cost c = run(command);

		if (c.ok && (!best.ok || c.cpu_s < best.cpu_s))
			best = c;
	}
	if (best.ok)
		printf("%s: %.1f ns of CPU an event, at most %.1f MiB (%.1f million events)\n",
			what, best.cpu_s * 1e9 / events, (double)best.rss_kib / 1024, events / 1e6);
	else
		printf("%s: not measured: it failed, or is not here\n", what);
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

int main(void)
{
	const char *millions = getenv("MILLIONS");
	char program[4096], build[4096], folder[] = "/tmp/kvmtop-bench-XXXXXX", out[64];
	char read[8192], other[256];
	const double wanted = (millions ? strtod(millions, NULL) : 5) * 1e6;
	double events;
	char *slash;

	snprintf(program, sizeof program, "%s",
		getenv("KVMTOP") ? getenv("KVMTOP") : "build/kvmtop");
	snprintf(build, sizeof build, "%s", program);
	slash = strrchr(build, '/');
	if (slash)
		*slash = '\0';
	if (!mkdtemp(folder))
		return 1;
	snprintf(out, sizeof out, "%s/r.dat", folder);
	snprintf(read, sizeof read, "exec '%s' --batch --format json --read %s >/dev/null", program,
		out);
	snprintf(other, sizeof other, "exec trace-cmd report -i %s >/dev/null 2>&1", out);
	events = grow(build, "-6", wanted, out);
	if (events > 0)
		report("kvmtop --read, not packed", events, ROUNDS, read);
	events = grow(build, "-z", wanted, out);
	if (events > 0)
		report("kvmtop --read, packed with zstd", events, ROUNDS, read);
	events = grow(build, "-6", wanted / 5, out);
	if (events > 0)
		report("trace-cmd report", events, 1, other);
	unlink(out);
	rmdir(folder);
	return events > 0 ? 0 : 1;
}
