/* advice/evidence: what is collected of a VM. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advice/evidence.h"

/* cmocka's own is of single precision in older versions. */
static void assert_near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-9))
		fail_msg("%.12g is not %.12g", value, expected);
}

/* count exits of duration_ns each at a port. */
static struct sample_exit port_exits(
	enum exit_detail direction, uint16_t port, unsigned count, uint64_t duration_ns)
{
	struct sample_exit e = {
		.key = { .reason = 30,
			.isa = EXIT_ISA_VMX,
			.detail = (uint8_t)direction,
			.number = port },
		.name = "IO_INSTRUCTION",
	};

	for (unsigned i = 0; i < count; i++)
		summary_add(&e.durations, duration_ns);
	return e;
}

/* 1000 us of RTC in 600 accesses, 9000 us of something else in 400 exits. */
static void fill(struct exit_table *t)
{
	struct sample_exit exits[] = {
		port_exits(EXIT_DETAIL_PORT_OUT, 0x70, 290, 1000),
		port_exits(EXIT_DETAIL_PORT_IN, 0x71, 300, 2000),
		port_exits(EXIT_DETAIL_PORT_OUT, 0x71, 6, 10000),
		port_exits(EXIT_DETAIL_PORT_IN, 0x70, 4, 12500),
		port_exits(EXIT_DETAIL_PORT_IN, 0x72, 100, 45000),
		port_exits(EXIT_DETAIL_PORT_OUT, 0x6f, 100, 45000),
		{ .key = { .reason = 12, .isa = EXIT_ISA_VMX }, .name = "HLT" },
	};

	for (int i = 0; i < 200; i++)
		summary_add(&exits[6].durations, 0);
	exit_table_add(t, exits, sizeof exits / sizeof *exits, 1);
}

static void check_rtc(void **state)
{
	struct vm vm = { .recent = { .seconds = 2 } };
	struct evidence e;

	(void)state;
	fill(&vm.recent);
	evidence_collect(&e, &vm);
	assert_ptr_equal(e.vm, &vm);
	assert_near(e.seconds, 2);
	assert_near(e.rtc_index_writes_per_s, 145);
	assert_near(e.rtc_data_reads_per_s, 150);
	assert_near(e.rtc_accesses_per_s, 300);
	assert_near(e.rtc_samples_pct, 60);
	assert_near(e.rtc_time_pct, 10);
	assert_near(e.rtc_cpu_pct, 0.05);
	exit_table_fini(&vm.recent);
}

static void check_unknown(void **state)
{
	static const double no_times[] = { 0, NAN, -1 };

	(void)state;
	for (size_t i = 0; i < sizeof no_times / sizeof *no_times; i++) {
		struct vm vm = { .recent = { .seconds = no_times[i] } };
		struct evidence e;

		evidence_collect(&e, &vm);
		assert_false(e.seconds > 0);
		assert_true(isnan(e.rtc_data_reads_per_s));
		assert_true(isnan(e.rtc_index_writes_per_s));
		assert_true(isnan(e.rtc_accesses_per_s));
		assert_true(isnan(e.rtc_samples_pct));
		assert_true(isnan(e.rtc_time_pct));
		assert_true(isnan(e.rtc_cpu_pct));
		assert_true(isnan(e.vcpu_system_pct));
		assert_true(isnan(e.emulator_cpu_pct));
		assert_int_equal(e.rtc_vcpus, 0);
		assert_false(e.config_known);
		assert_int_equal(e.hpet, TRI_UNKNOWN);
		assert_int_equal(e.stimer, TRI_UNKNOWN);
		assert_int_equal(e.hypervclock, TRI_UNKNOWN);
	}
}

static void check_threads(void **state)
{
	struct thread threads[] = {
		{ .kind = THREAD_VCPU, .cpu = { .cpu_pct = 60, .system_pct = 40 } },
		{ .kind = THREAD_VCPU, .cpu = { .cpu_pct = 20, .system_pct = 20 } },
		{ .kind = THREAD_VCPU, .cpu = { .cpu_pct = 0, .system_pct = 0 } },
		{ .kind = THREAD_EMULATOR, .cpu = { .cpu_pct = 12.7, .system_pct = 99 } },
		{ .kind = THREAD_WORKER, .cpu = { .cpu_pct = 50, .system_pct = 50 } },
	};
	struct vm vm = { .threads = threads, .thread_count = 5 };
	struct sample_exit other = port_exits(EXIT_DETAIL_PORT_IN, 0x608, 7, 1000);
	struct evidence e;

	(void)state;
	fill(&threads[0].interval);
	fill(&threads[1].interval);
	exit_table_add(&threads[2].interval, &other, 1, 1);
	evidence_collect(&e, &vm);
	assert_int_equal(e.rtc_vcpus, 2);
	assert_near(e.vcpu_system_pct, 75);
	assert_near(e.emulator_cpu_pct, 12.7);

	/* A vCPU that is not known yet makes their share unknown, not smaller. */
	threads[2].cpu.cpu_pct = NAN;
	threads[3].cpu.cpu_pct = NAN;
	evidence_collect(&e, &vm);
	assert_true(isnan(e.vcpu_system_pct));
	assert_true(isnan(e.emulator_cpu_pct));
	for (size_t i = 0; i < 3; i++)
		exit_table_fini(&threads[i].interval);
}

static void check_config(void **state)
{
	struct domain_timer timers[] = {
		{ .name = "hpet", .present = TRI_NO },
		{ .name = "hypervclock", .present = TRI_YES },
	};
	struct domain_enlightenment items[] = { { .name = "stimer", .state = TRI_YES } };
	struct domain_timer other = { .name = "hpet", .present = TRI_YES };
	struct domain domain = {
		.live = { .parsed = true },
		.inactive = { .parsed = true,
			.clock = { .known = true, .timers = &other, .timer_count = 1 } },
	};
	struct vm vm = { .domain = &domain };
	struct evidence e;

	(void)state;
	/* The definition is not what the VM runs with: it does not count. */
	evidence_collect(&e, &vm);
	assert_true(e.config_known);
	assert_int_equal(e.hpet, TRI_UNKNOWN);
	assert_int_equal(e.hypervclock, TRI_NO);
	assert_int_equal(e.stimer, TRI_NO);

	domain.live.clock =
		(struct domain_clock){ .known = true, .timers = timers, .timer_count = 2 };
	domain.live.hyperv = (struct domain_hyperv){ .known = true, .items = items, .count = 1 };
	evidence_collect(&e, &vm);
	assert_int_equal(e.hpet, TRI_NO);
	assert_int_equal(e.hypervclock, TRI_YES);
	assert_int_equal(e.stimer, TRI_YES);

	timers[0].present = TRI_UNKNOWN; /* <timer name='hpet'/> */
	timers[1].present = TRI_UNKNOWN;
	evidence_collect(&e, &vm);
	assert_int_equal(e.hpet, TRI_UNKNOWN);
	assert_int_equal(e.hypervclock, TRI_NO);

	domain.live.parsed = false;
	evidence_collect(&e, &vm);
	assert_false(e.config_known);
	assert_int_equal(e.stimer, TRI_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_rtc),
		cmocka_unit_test(check_unknown),
		cmocka_unit_test(check_threads),
		cmocka_unit_test(check_config),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
