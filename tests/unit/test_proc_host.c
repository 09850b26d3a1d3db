/* proc_host: the host's figures, from whole files and from parts of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <math.h>

#include "source/host/proc_host.h"

#include "fake_proc.h"

static int set_up(void **state)
{
	char *root = malloc(64);

	fake_open(root, 64);
	*state = root;
	return 0;
}

static int tear_down(void **state)
{
	fake_remove(*state);
	free(*state);
	return 0;
}

/* The caller frees it. */
static struct sample *collect_sample(const char *root)
{
	struct sample *s = sample_new();
	int fd = open(root, O_RDONLY | O_DIRECTORY);

	assert_true(fd >= 0);
	proc_host_collect(fd, &s->arena, &s->host);
	close(fd);
	return s;
}

/* All but the CPUs. */
static struct sample_host collect(const char *root)
{
	struct sample *s = collect_sample(root);
	struct sample_host host = s->host;

	sample_free(s);
	host.per_cpu = NULL;
	return host;
}

static void fixture_path(char *out, size_t size)
{
	const char *tests = getenv("KVMTOP_TESTS");

	snprintf(out, size, "%s/fixtures/proc/host", tests ? tests : "tests");
}

static void whole_files(void **state)
{
	struct sample_host host;
	char path[256];

	(void)state;
	fixture_path(path, sizeof(path));
	host = collect(path);
	assert_string_equal(host.name, "host1");
	assert_int_equal(host.cpus, 4);
	assert_float_equal(host.uptime_s, 18000.52, 1e-6);
	assert_float_equal(host.load[0], 1.44, 1e-9);
	assert_float_equal(host.load[1], 0.94, 1e-9);
	assert_float_equal(host.load[2], 0.41, 1e-9);
	assert_int_equal(host.user_ticks, 917704 - 501200);
	assert_int_equal(host.nice_ticks, 1220 - 220);
	assert_int_equal(host.system_ticks, 410311);
	assert_int_equal(host.idle_ticks, 3110422);
	assert_int_equal(host.iowait_ticks, 8127);
	assert_int_equal(host.irq_ticks, 0);
	assert_int_equal(host.softirq_ticks, 12044);
	assert_int_equal(host.steal_ticks, 5533);
	assert_int_equal(host.guest_ticks, 501200 + 220);
	assert_int_equal(host.memory_kib, 8073216);
	assert_int_equal(host.memory_available_kib, 1468004);
	assert_int_equal(host.swap_kib, 999420);
	assert_int_equal(host.swap_free_kib, 998100);
	assert_int_equal(host.ksmd_ticks, SAMPLE_UNKNOWN);
}

static bool is_total(uint64_t value, uint64_t whole)
{
	return value == whole || value == SAMPLE_UNKNOWN;
}

static bool is_figure(double value, double whole)
{
	return value == whole || isnan(value);
}

/* Each file, cut at each length: a figure is right or unknown, never something between. */
static void files_cut_short(void **state)
{
	const char *root = *state;
	static const char *const names[] = { "stat", "meminfo", "loadavg", "uptime" };
	char fixture[256], path[512], text[4096];
	struct sample_host whole, host;

	fixture_path(fixture, sizeof(fixture));
	whole = collect(fixture);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t size;
		FILE *f;

		snprintf(path, sizeof(path), "%s/%s", fixture, names[i]);
		f = fopen(path, "r");
		assert_non_null(f);
		size = fread(text, 1, sizeof(text), f);
		fclose(f);
		for (size_t length = 0; length <= size; length++) {
			fake_write(text, length, "%s/%s", root, names[i]);
			host = collect(root);
			assert_true(is_total(host.user_ticks, whole.user_ticks));
			assert_true(is_total(host.guest_ticks, whole.guest_ticks));
			assert_true(is_total(host.memory_kib, whole.memory_kib));
			assert_true(
				is_total(host.memory_available_kib, whole.memory_available_kib));
			assert_true(is_total(host.swap_free_kib, whole.swap_free_kib));
			assert_true(is_figure(host.uptime_s, whole.uptime_s));
			assert_true(is_figure(host.load[0], whole.load[0]));
			assert_true(is_figure(host.load[2], whole.load[2]));
		}
	}
	assert_int_equal(host.user_ticks, whole.user_ticks);
	assert_int_equal(host.memory_kib, whole.memory_kib);
	assert_true(host.load[2] == whole.load[2] && host.uptime_s == whole.uptime_s);
}

static void no_files(void **state)
{
	const char *root = *state;
	struct sample_host host;

	host = collect(root);
	assert_true(host.name[0] != '\0'); /* the system's own */
	assert_int_equal(host.user_ticks, SAMPLE_UNKNOWN);
	assert_int_equal(host.memory_kib, SAMPLE_UNKNOWN);
	assert_true(isnan(host.uptime_s));
	assert_true(isnan(host.load[0]));
}

/* Guest time is booked a moment before user time: the difference is not negative. */
static void guest_ahead_of_user(void **state)
{
	const char *root = *state;
	static const char text[] =
		"cpu  99 0 1 1 0 0 0 0 100 1\ncpu0 99 0 1 1 0 0 0 0 100 1\nintr 7\n";
	struct sample_host host;

	fake_write(text, sizeof(text) - 1, "%s/stat", root);
	host = collect(root);
	assert_int_equal(host.user_ticks, 0);
	assert_int_equal(host.nice_ticks, 0);
	assert_int_equal(host.guest_ticks, 101);
	assert_int_equal(host.cpus, 1);
}

static uint64_t sum(const struct sample_cpu *c)
{
	return c->user_ticks + c->nice_ticks + c->system_ticks + c->idle_ticks + c->iowait_ticks +
	       c->irq_ticks + c->softirq_ticks + c->steal_ticks + c->guest_ticks;
}

static void each_cpu(void **state)
{
	struct sample *s;
	char path[256];

	(void)state;
	fixture_path(path, sizeof(path));
	s = collect_sample(path);
	assert_int_equal(s->host.per_cpu_count, 4);
	for (int i = 0; i < 4; i++)
		assert_int_equal(s->host.per_cpu[i].number, i);
	assert_int_equal(s->host.per_cpu[3].user_ticks, 229426 - 125300);
	assert_int_equal(s->host.per_cpu[3].nice_ticks, 305 - 55);
	assert_int_equal(s->host.per_cpu[3].system_ticks, 102579);
	assert_int_equal(s->host.per_cpu[3].idle_ticks, 777606);
	assert_int_equal(s->host.per_cpu[3].iowait_ticks, 2033);
	assert_int_equal(s->host.per_cpu[3].irq_ticks, 0);
	assert_int_equal(s->host.per_cpu[3].softirq_ticks, 3011);
	assert_int_equal(s->host.per_cpu[3].steal_ticks, 1384);
	assert_int_equal(s->host.per_cpu[3].guest_ticks, 125300 + 55);
	sample_free(s);
}

/* Whatever is missing: a CPU is whole, or known by its own number alone, or not there. */
static void each_cpu_cut_short(void **state)
{
	const char *root = *state;
	char fixture[256], path[512], text[4096];
	struct sample *whole;
	size_t size;
	FILE *f;

	fixture_path(fixture, sizeof(fixture));
	whole = collect_sample(fixture);
	snprintf(path, sizeof(path), "%s/stat", fixture);
	f = fopen(path, "r");
	assert_non_null(f);
	size = fread(text, 1, sizeof(text), f);
	fclose(f);
	for (size_t length = 0; length <= size; length++) {
		struct sample *s;

		fake_write(text, length, "%s/stat", root);
		s = collect_sample(root);
		for (size_t i = 0; i < s->host.per_cpu_count; i++) {
			const struct sample_cpu *cpu = &s->host.per_cpu[i];

			assert_int_equal(cpu->number, i);
			if (cpu->user_ticks == SAMPLE_UNKNOWN)
				assert_int_equal(cpu->guest_ticks, SAMPLE_UNKNOWN);
			else
				assert_int_equal(sum(cpu), sum(&whole->host.per_cpu[i]));
		}
		assert_int_equal(s->host.per_cpu_count == 4,
			length > (size_t)(strstr(text, "cpu3 ") + 4 - text));
		sample_free(s);
	}
	sample_free(whole);
}

static void gaps_and_nonsense(void **state)
{
	static const char text[] = "cpu  10 0 1 1 0 0 0 0 0 0\n"
				   "cpu1 1 0 1 1 0 0 0 0 0 0\n"
				   "cpu7 2 0 1\n"                         /* an old kernel's */
				   "cpu99999999999 3 0 1 1 0 0 0 0 0 0\n" /* no number of a CPU */
				   "cpu18446744073709551617 3 0 1 1 0 0 0 0 0 0\n"
				   "cpu8x 4 0 1 1 0 0 0 0 0 0\n"
				   "cpu12 5 0 1 1 0 0 0 0 0 0\n"
				   "cpufreq 6\n"
				   "cpu13 7 0 1 1 0 0 0 0 0 0\n";
	const char *root = *state;
	struct sample *s;

	fake_write(text, sizeof(text) - 1, "%s/stat", root);
	s = collect_sample(root);
	assert_int_equal(s->host.per_cpu_count, 3);
	assert_int_equal(s->host.per_cpu[0].number, 1);
	assert_int_equal(s->host.per_cpu[0].user_ticks, 1);
	assert_int_equal(s->host.per_cpu[1].number, 7);
	assert_int_equal(s->host.per_cpu[1].user_ticks, SAMPLE_UNKNOWN);
	assert_int_equal(s->host.per_cpu[2].number, 12);
	assert_int_equal(s->host.per_cpu[2].user_ticks, 5);
	sample_free(s);
}

/* Every second of 16384 CPUs is online, and they have been so for years. */
static void many_cpus(void **state)
{
	enum { CPUS = 8192 };
	const char *root = *state;
	char *text = calloc(CPUS + 1, 128);
	size_t length = 0;
	struct sample *s;

	length += (size_t)sprintf(text, "cpu  %d 0 0 0 0 0 0 0 0 0\n", 7);
	for (int i = 0; i < CPUS; i++)
		length += (size_t)sprintf(text + length,
			"cpu%d %u 22 3333333 4444444444 555555 0 7777777 8 %u 10\n", 2 * i,
			1000000000u + (unsigned)i, (unsigned)i);
	fake_write(text, length, "%s/stat", root);
	s = collect_sample(root);
	assert_int_equal(s->host.cpus, CPUS);
	assert_int_equal(s->host.per_cpu_count, CPUS);
	for (int i = 0; i < CPUS; i++) {
		assert_int_equal(s->host.per_cpu[i].number, 2 * i);
		assert_int_equal(s->host.per_cpu[i].user_ticks, 1000000000u);
		assert_int_equal(s->host.per_cpu[i].guest_ticks, i + 10);
	}
	sample_free(s);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_files),
		cmocka_unit_test_setup_teardown(files_cut_short, set_up, tear_down),
		cmocka_unit_test_setup_teardown(no_files, set_up, tear_down),
		cmocka_unit_test_setup_teardown(guest_ahead_of_user, set_up, tear_down),
		cmocka_unit_test(each_cpu),
		cmocka_unit_test_setup_teardown(each_cpu_cut_short, set_up, tear_down),
		cmocka_unit_test_setup_teardown(gaps_and_nonsense, set_up, tear_down),
		cmocka_unit_test_setup_teardown(many_cpus, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("proc_host", tests, NULL, NULL);
}
