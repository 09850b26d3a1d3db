/* Sampling for real: a program that spins in a function of a known name is found in it. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "patience.h"
#include "sample/wants.h"
#include "scratch.h"
#include "source/perf/perf_event.h"
#include "source/perf/perf_sampler.h"
#include "source/perf/samples.h"
#include "source/perf/symbol_modules.h"
#include "spinner.h"

/* Samples: about a second of one CPU, and enough to see that it works. */
enum { ENOUGH = 90, HALF = 50, SOME = 15 };

/* What of the process's user space, or of all of it, was found where. */
struct found {
	uint64_t here, nameless, user, kernel, guest;
	char most[128]; /* name of the heaviest row in user space */
	uint64_t most_weight;
};

static struct found count(const struct sample_hot_symbols *hot)
{
	struct found f = { 0 };

	for (size_t i = 0; i < hot->count; i++) {
		const struct sample_symbol *s = &hot->symbols[i];

		if (s->space == SYMBOL_KERNEL)
			f.kernel += s->weight;
		else if (s->space == SYMBOL_GUEST)
			f.guest += s->weight;
		else
			f.user += s->weight;
		if (s->space != SYMBOL_USER)
			continue;
		f.here += strcmp(s->name, SPIN_FUNCTION) ? 0 : s->weight;
		if (s->weight <= f.most_weight)
			continue;
		f.most_weight = s->weight;
		snprintf(f.most, sizeof f.most, "%s", s->name);
	}
	return f;
}

/* Is sampling allowed here? */
static bool can_sample(void)
{
	struct perf_event_way way = perf_event_best(PERF_SAMPLER_HZ, "/proc");
	struct perf_event event;
	const int error = perf_event_start(&event, getpid(), &way);

	if (error) {
		char why[HOT_SYMBOLS_NOTE_SIZE];

		perf_sampler_why(-error, -10, why, sizeof why);
		print_message("skipped: %s\n", why);
		return false;
	}
	perf_event_stop(&event);
	return true;
}

static void wait_ms(int ms)
{
	poll(NULL, 0, ms);
}

static struct source *open_source(const struct spinner *s)
{
	struct source *source = samples_open("/proc");

	source_want(source, &(struct sample_wants){ WANT_SYMBOLS, { s->pid, 1 } });
	return source;
}

static struct sample *look(struct source *source, const struct spinner *s)
{
	struct sample *sample = sample_new();

	spinner_add(s, sample);
	source_work(source);
	source_collect(source, sample);
	assert_int_equal(sample->hot_symbols_count, 1);
	return sample;
}

/* Looks until there are so many samples, and all have their names. */
static struct sample *look_long(struct source *source, const struct spinner *s, uint64_t enough)
{
	const uint64_t deadline = clock_mono_ns() + PATIENCE_NS;

	for (;;) {
		struct sample *sample = look(source, s);

		if (sample->hot_symbols->samples >= enough && !sample->hot_symbols->loading)
			return sample;
		if (clock_mono_ns() > deadline)
			fail_msg("%lu samples only, %s",
				(unsigned long)sample->hot_symbols->samples,
				sample->hot_symbols->why);
		sample_free(sample);
		wait_ms(50);
	}
}

static void finds_the_function(void **state)
{
	char path[PATH_MAX];
	struct spinner s;
	struct source *source;
	struct sample *sample;
	struct found f;

	(void)state;
	if (!symbol_modules_built_in() || !can_sample())
		skip();
	spinner_path(path);
	s = spinner_start(path, "2");
	source = open_source(&s);
	sample = look_long(source, &s, ENOUGH);
	f = count(sample->hot_symbols);
	print_message("%lu samples, %.1f %% of user space in it\n",
		(unsigned long)sample->hot_symbols->samples,
		100.0 * (double)f.here / (double)f.user);
	assert_true(f.user > 0 && (double)f.here >= 0.9 * (double)f.user);
	assert_true((double)f.user >= 0.8 * (double)(f.user + f.kernel + f.guest));
	assert_int_equal(sample->hot_symbols->threads, 2);
	assert_int_equal(sample->hot_symbols->lost, 0);
	assert_int_equal(sample->hot_symbols->pid, s.pid);
	assert_true(sample->hot_symbols->hz > 0 && sample->hot_symbols->hz <= PERF_SAMPLER_HZ);
	sample_free(sample);
	source_close(source);
	spinner_stop(&s);
}

static void copy_spin(const char *to, bool stripped)
{
	char path[PATH_MAX], command[2 * PATH_MAX + 64];

	spinner_path(path);
	snprintf(command, sizeof command, "cp %s %s%s%s", path, to, stripped ? " && strip -s " : "",
		stripped ? to : "");
	assert_int_equal(system(command), 0);
}

/* Without symbols a function is still one row: its file, and where it begins. */
static void shows_offsets_where_stripped(void **state)
{
	struct spinner s;
	struct source *source;
	struct sample *sample;
	struct found f;
	bool said = false;

	(void)state;
	if (!can_sample())
		skip();
	copy_spin("bare", true);
	s = spinner_start("./bare", "1");
	source = open_source(&s);
	sample = look_long(source, &s, HALF);
	f = count(sample->hot_symbols);
	assert_true(f.here == 0);
	if (strncmp(f.most, "bare+0x", 7) != 0)
		fail_msg("it is called %s", f.most);
	if (symbol_modules_built_in())
		assert_true((double)f.most_weight >= 0.9 * (double)f.user);
	for (size_t i = 0; i < sample->hot_symbols->note_count; i++)
		said |= strstr(sample->hot_symbols->notes[i], "bare") != NULL;
	assert_true(said || !symbol_modules_built_in());
	sample_free(sample);
	source_close(source);
	spinner_stop(&s);
}

/* As when QEMU was upgraded while the VM runs: what lies at its path is gone, or another file. */
static void names_what_was_deleted(void **state)
{
	struct spinner s;
	struct source *source;
	struct sample *sample;
	struct found f;

	(void)state;
	if (!symbol_modules_built_in() || !can_sample())
		skip();
	copy_spin("old", false);
	s = spinner_start("./old", "1");
	assert_int_equal(unlink("old"), 0);
	write_file("old", "another file");
	source = open_source(&s);
	sample = look_long(source, &s, HALF);
	f = count(sample->hot_symbols);
	assert_true(f.user > 0 && (double)f.here >= 0.9 * (double)f.user);
	sample_free(sample);
	source_close(source);
	spinner_stop(&s);
}

static void count_sample(
	void *context, enum thread_kind kind, const struct perf_ring_sample *sample)
{
	size_t *seen = context;

	(void)sample;
	seen[kind]++;
}

/* A thread that nobody has listed yet is sampled from the next reading on. */
static void samples_threads_that_come_later(void **state)
{
	size_t seen[THREAD_KIND__COUNT] = { 0 };
	const struct perf_sampler_sink sink = { count_sample, seen };
	const uint64_t deadline = clock_mono_ns() + PATIENCE_NS;
	struct sample_hot_symbols hot = { 0 };
	struct perf_sampler *sampler;
	char path[PATH_MAX];
	struct spinner s;

	(void)state;
	if (!can_sample())
		skip();
	spinner_path(path);
	s = spinner_start(path, "later");
	sampler = perf_sampler_new(s.pid, "/proc");
	perf_sampler_follow(sampler,
		&(struct sample_thread){ .tid = s.pid, .kind = THREAD_EMULATOR }, 1, &sink);
	assert_int_equal(write(s.input, "x", 1), 1);
	while (seen[THREAD_WORKER] < 10 && clock_mono_ns() < deadline) {
		wait_ms(20);
		perf_sampler_read(sampler, &sink);
	}
	assert_true(seen[THREAD_WORKER] >= 10);
	perf_sampler_describe(sampler, &hot);
	assert_int_equal(hot.threads, 2);
	/* One that is not listed any more is not sampled. */
	perf_sampler_follow(sampler, NULL, 0, &sink);
	perf_sampler_describe(sampler, &hot);
	assert_int_equal(hot.threads, 0);
	perf_sampler_free(sampler);
	spinner_stop(&s);
}

static size_t descriptors(void)
{
	DIR *folder = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(folder);
	while (readdir(folder))
		n++;
	closedir(folder);
	return n;
}

/* Closed it holds nothing; not wanted any more it is closed at once, but for a file that is just being read. */
static void costs_nothing_when_closed(void **state)
{
	const uint64_t deadline = clock_mono_ns() + PATIENCE_NS;
	const size_t before = descriptors();
	char path[PATH_MAX];
	struct spinner s;
	struct source *source;
	struct sample *sample;

	(void)state;
	if (!can_sample())
		skip();
	spinner_path(path);
	s = spinner_start(path, "1");
	source = samples_open("/proc");
	assert_int_equal(source_work(source), -1);
	sample = sample_new();
	spinner_add(&s, sample);
	source_collect(source, sample);
	assert_int_equal(sample->hot_symbols_count, 0);
	sample_free(sample);
	assert_int_equal(descriptors(), before + 1); /* the pipe to the spinner */

	source_want(source, &(struct sample_wants){ WANT_SYMBOLS, { s.pid, 1 } });
	sample_free(look_long(source, &s, SOME));
	assert_true(descriptors() > before + 1);
	source_want(source, &(struct sample_wants){ WANT_HOST, { s.pid, 1 } });
	while (descriptors() > before + 1 && clock_mono_ns() < deadline)
		wait_ms(5);
	assert_int_equal(descriptors(), before + 1);
	assert_int_equal(source_work(source), -1);
	source_close(source);
	spinner_stop(&s);
}

static void survives_the_vms_end(void **state)
{
	char path[PATH_MAX];
	struct spinner s;
	struct source *source;
	struct sample *sample;

	(void)state;
	if (!can_sample())
		skip();
	spinner_path(path);
	s = spinner_start(path, "1");
	source = open_source(&s);
	sample_free(look_long(source, &s, SOME));
	/* It has ended, and nobody has noticed yet. */
	kill(s.pid, SIGKILL);
	waitpid(s.pid, NULL, 0);
	sample = sample_new();
	spinner_add(&s, sample);
	sample->vms[0].threads[0] = (struct sample_thread){ .tid = s.pid, .kind = THREAD_VCPU };
	sample->vms[0].thread_count = 1;
	source_collect(source, sample);
	assert_true(sample->hot_symbols->samples >= SOME);
	sample_free(sample);
	/* Now it is found to have ended: what was sampled up to then is told once more. */
	sample = sample_new();
	spinner_add(&s, sample);
	sample->vms[0].threads[0] = (struct sample_thread){ .tid = s.pid, .kind = THREAD_VCPU };
	sample->vms[0].thread_count = 1;
	sample->vms[0].ended = true;
	source_collect(source, sample);
	assert_true(sample->hot_symbols->samples >= SOME);
	assert_string_equal(sample->hot_symbols->why, "");
	sample_free(sample);
	/* Now it is gone. */
	sample = sample_new();
	source_collect(source, sample);
	assert_non_null(strstr(sample->hot_symbols->why, "has ended"));
	assert_int_equal(sample->hot_symbols->opened_ns, 0);
	sample_free(sample);
	source_close(source);
	close(s.input);
}

/* There may be others: who is not root does not see the kernel. */
static bool has_note(const struct sample_hot_symbols *hot, const char *text)
{
	for (size_t i = 0; i < hot->note_count; i++)
		if (strstr(hot->notes[i], text))
			return true;
	return false;
}

/* Too many threads for the descriptors there are: those that could be opened are sampled, and it is said. */
static void says_what_there_is_no_room_for(void **state)
{
	struct rlimit before, little;
	char path[PATH_MAX];
	size_t seen[THREAD_KIND__COUNT] = { 0 };
	const struct perf_sampler_sink sink = { count_sample, seen };
	struct sample_hot_symbols hot = { 0 };
	struct sample *sample = sample_new();
	const uint64_t deadline = clock_mono_ns() + PATIENCE_NS;
	struct perf_sampler *sampler;
	struct spinner s;

	(void)state;
	if (!can_sample()) {
		sample_free(sample);
		skip();
	}
	spinner_path(path);
	s = spinner_start(path, "8");
	do {
		sample_free(sample);
		sample = sample_new();
		spinner_add(&s, sample);
	} while (sample->vms[0].thread_count < 8 && clock_mono_ns() < deadline);
	assert_int_equal(sample->vms[0].thread_count, 8);
	sampler = perf_sampler_new(s.pid, "/proc");
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	little = before;
	little.rlim_cur =
		(rlim_t)dup(STDIN_FILENO) + 4; /* the lowest that is free, and so few more */
	close((int)little.rlim_cur - 4);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &little), 0);
	perf_sampler_follow(sampler, sample->vms[0].threads, 8, &sink);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	perf_sampler_describe(sampler, &hot);
	assert_true(hot.threads > 0 && hot.threads < 8);
	assert_int_equal(hot.threads + hot.threads_unseen, 8);
	assert_true(has_note(&hot, "ulimit -n"));
	/* With room again, all are. */
	perf_sampler_follow(sampler, sample->vms[0].threads, 8, &sink);
	perf_sampler_describe(sampler, &hot);
	assert_int_equal(hot.threads, 8);
	perf_sampler_free(sampler);
	sample_free(sample);
	spinner_stop(&s);
}

/* perf itself says the same of the same process. */
static void agrees_with_perf(void **state)
{
	char path[PATH_MAX], command[256];
	double perfs = -1;
	struct spinner s;
	FILE *report;

	(void)state;
	if (!can_sample() || system("perf --version >/dev/null 2>&1")) {
		print_message("skipped: perf is not installed, or may not be used\n");
		skip();
	}
	spinner_path(path);
	s = spinner_start(path, "1");
	snprintf(command, sizeof command,
		"perf record -q -o perf.data -F 99 -e cpu-clock:u -p %d -- timeout 2 tail -f "
		"/dev/null "
		">/dev/null 2>&1; perf report -q -i perf.data --stdio --sort symbol 2>/dev/null | "
		"grep " SPIN_FUNCTION,
		(int)s.pid);
	report = popen(command, "r");
	assert_non_null(report);
	if (fscanf(report, " %lf%%", &perfs) != 1)
		perfs = -1;
	pclose(report);
	spinner_stop(&s);
	print_message("perf finds %.1f %% of user space in it\n", perfs);
	assert_true(perfs >= 90);
}

/* Where libdw is not installed it is said what to install. */
static void asks_for_libdw(void **state)
{
	char path[PATH_MAX];
	struct spinner s;
	struct source *source;
	struct sample *sample;
	struct found f;

	(void)state;
	if (!can_sample())
		skip();
	spinner_path(path);
	s = spinner_start(path, "1");
	source = open_source(&s);
	sample = look_long(source, &s, SOME);
	f = count(sample->hot_symbols);
	assert_memory_equal(f.most, "spin+0x", 7);
	for (size_t i = 0; i < sample->hot_symbols->note_count; i++)
		print_message("%s\n", sample->hot_symbols->notes[i]);
	assert_true(sample->hot_symbols->note_count > 0);
	sample_free(sample);
	source_close(source);
	spinner_stop(&s);
}

/* With the argument "absent" it is run where libdw is not installed (tests/e2e/test_libraries.sh). */
int main(int argc, char **argv)
{
	const struct CMUnitTest absent[] = { cmocka_unit_test(asks_for_libdw) };
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_the_function),
		cmocka_unit_test_setup_teardown(
			shows_offsets_where_stripped, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			names_what_was_deleted, enter_scratch, leave_scratch),
		cmocka_unit_test(samples_threads_that_come_later),
		cmocka_unit_test(costs_nothing_when_closed),
		cmocka_unit_test(survives_the_vms_end),
		cmocka_unit_test(says_what_there_is_no_room_for),
		cmocka_unit_test_setup_teardown(agrees_with_perf, enter_scratch, leave_scratch),
	};

	(void)argv;
	if (argc > 1)
		return cmocka_run_group_tests(absent, NULL, NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
