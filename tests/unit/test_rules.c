/* advice/rules and findings: each rule just under and just over its limits, and the order of what they
 * find. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "advice/findings.h"

static void check_rows(void **state)
{
	(void)state;
	assert_true(rule_count > 0);
	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = &rules[i];

		assert_true(r->id && *r->id);
		assert_true(r->name && *r->name);
		assert_true(r->title && *r->title);
		assert_true(r->help && *r->help);
		assert_true(r->source && *r->source);
		assert_non_null(r->test);
		assert_true(r->needs);
		assert_in_range(r->severity, 0, SEVERITY__COUNT - 1);
		for (size_t k = 0; k < FINDING_REMEDY_MAX; k++)
			assert_in_range(r->remedies[k], 0, REMEDY__COUNT - 1);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(r->id, rules[k].id);
			assert_string_not_equal(r->name, rules[k].name);
		}
	}
	for (int s = 0; s < SEVERITY__COUNT; s++)
		assert_true(*severity_name((enum severity)s));
}

static const struct rule *rule_named(const char *name)
{
	for (size_t i = 0; i < rule_count; i++)
		if (!strcmp(rules[i].name, name))
			return &rules[i];
	fail_msg("there is no rule %s", name);
	return NULL;
}

/* The evidence of the Windows guest that this rule was made for. */
static const struct evidence idle_windows = {
	.seconds = 5,
	.rtc_index_writes_per_s = 1024,
	.rtc_data_reads_per_s = 1024,
	.rtc_accesses_per_s = 2048,
	.rtc_time_pct = 30,
	.rtc_samples_pct = 50,
	.rtc_cpu_pct = 5,
	.rtc_vcpus = 1,
	.vcpu_system_pct = 78.4,
	.emulator_cpu_pct = 6,
	.config_known = true,
	.hpet = TRI_NO,
	.stimer = TRI_NO,
	.hypervclock = TRI_YES,
};

static bool rtc_tick(struct evidence e)
{
	const struct rule *rule = rule_named("rtc-tick");
	struct finding f = { .rule = rule, .severity = rule->severity };
	struct arena arena = { 0 };
	const bool found = rule->test(&e, &f, &arena);

	arena_fini(&arena);
	return found;
}

static void check_rtc_tick_limits(void **state)
{
	static const struct {
		double reads, writes;
		bool found;
	} cases[] = {
		{ 199.9, 199.9, false },
		{ 200, 200, true },
		{ 1000, 1199, true },
		{ 1000, 1201, false },
		{ 1000, 801, true },
		{ 1000, 799, false },
		{ 0, 5000, false },
		{ 5000, 0, false },
		{ NAN, 1000, false },
		{ 1000, NAN, false },
		{ NAN, NAN, false },
	};

	(void)state;
	assert_true(rtc_tick(idle_windows));
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct evidence e = idle_windows;

		e.rtc_data_reads_per_s = cases[i].reads;
		e.rtc_index_writes_per_s = cases[i].writes;
		if (rtc_tick(e) != cases[i].found)
			fail_msg("%g reads, %g writes: %s", cases[i].reads, cases[i].writes,
				cases[i].found ? "not found" : "found");
	}
}

static void check_rtc_tick_contraindications(void **state)
{
	static const struct {
		bool known;
		enum tristate stimer, hpet;
		bool found;
	} cases[] = {
		{ true, TRI_NO, TRI_NO, true },
		{ true, TRI_NO, TRI_UNKNOWN, true },
		{ true, TRI_YES, TRI_NO, false },
		{ true, TRI_NO, TRI_YES, false },
		{ true, TRI_YES, TRI_YES, false },
		{ false, TRI_UNKNOWN, TRI_UNKNOWN, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct evidence e = idle_windows;

		e.config_known = cases[i].known;
		e.stimer = cases[i].stimer;
		e.hpet = cases[i].hpet;
		assert_int_equal(rtc_tick(e), cases[i].found);
	}
}

static void check_rtc_tick_severity(void **state)
{
	static const struct {
		double rtc_cpu_pct, emulator_cpu_pct;
		enum severity severity;
	} cases[] = {
		{ 10, 9.9, SEVERITY_WARNING },
		{ 10, 10, SEVERITY_CRITICAL },
		{ 19.9, NAN, SEVERITY_WARNING },
		{ 20, NAN, SEVERITY_CRITICAL },
	};
	const struct rule *rule = rule_named("rtc-tick");

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct finding f = { .rule = rule, .severity = rule->severity };
		struct evidence e = idle_windows;
		struct arena arena = { 0 };

		e.rtc_cpu_pct = cases[i].rtc_cpu_pct;
		e.emulator_cpu_pct = cases[i].emulator_cpu_pct;
		assert_true(rule->test(&e, &f, &arena));
		assert_int_equal(f.severity, cases[i].severity);
		arena_fini(&arena);
	}
}

static void check_rtc_tick_texts(void **state)
{
	static const char *const known[] = {
		"17,903 accesses/s to ports 0x70-0x71 (RTC) by 2 vCPUs, 75.9 % of all exits",
		"handling them takes 24.4 % of a CPU, 40.9 % of the exits' time",
		"vCPU threads spend 78 % of their time in the host kernel",
		"QEMU's main thread: 12.7 % of a CPU",
		"hpet: present='no'",
		"no synthetic timer (stimer) in <hyperv>",
	};
	const struct rule *rule = rule_named("rtc-tick");
	struct finding f = { .rule = rule };
	struct arena arena = { 0 };
	struct evidence e = idle_windows;

	(void)state;
	e.rtc_index_writes_per_s = e.rtc_data_reads_per_s = 8951.5;
	e.rtc_accesses_per_s = 17903;
	e.rtc_samples_pct = 75.9;
	e.rtc_time_pct = 40.9;
	e.rtc_cpu_pct = 24.4;
	e.rtc_vcpus = 2;
	e.emulator_cpu_pct = 12.7;
	assert_true(rule->test(&e, &f, &arena));
	assert_string_equal(f.summary, "RTC polling 17.9k/s");
	assert_int_equal(f.evidence_count, sizeof known / sizeof *known);
	for (size_t i = 0; i < f.evidence_count; i++)
		assert_string_equal(f.evidence[i], known[i]);
	assert_non_null(strstr(f.diagnosis, "more than the 8,192 ticks/s"));

	/* What is not known is left out, and the sentence says that it is a guess. */
	f = (struct finding){ .rule = rule };
	e = idle_windows;
	e.rtc_vcpus = 0;
	e.rtc_cpu_pct = e.vcpu_system_pct = e.emulator_cpu_pct = NAN;
	e.config_known = false;
	e.hpet = e.stimer = e.hypervclock = TRI_UNKNOWN;
	assert_true(rule->test(&e, &f, &arena));
	assert_int_equal(f.evidence_count, 2);
	assert_string_equal(
		f.evidence[0], "2,048 accesses/s to ports 0x70-0x71 (RTC), 50.0 % of all exits");
	assert_non_null(strstr(f.evidence[1], "not known"));
	assert_non_null(strstr(f.diagnosis, "probably"));
	assert_non_null(strstr(f.diagnosis, "about 1,024 ticks/s"));

	f = (struct finding){ .rule = rule };
	e = idle_windows;
	e.hpet = TRI_UNKNOWN;
	assert_true(rule->test(&e, &f, &arena));
	assert_non_null(strstr(f.evidence[0], "by 1 vCPU,"));
	assert_non_null(strstr(f.evidence[4], "QEMU's default"));
	arena_fini(&arena);
}

static void add_exits(struct exit_table *t, enum exit_detail direction, uint16_t port, unsigned n)
{
	struct sample_exit e = {
		.key = { .reason = 0x7b,
			.isa = EXIT_ISA_SVM,
			.detail = (uint8_t)direction,
			.number = port },
		.name = "io",
	};

	for (unsigned i = 0; i < n; i++)
		summary_add(&e.durations, 1000);
	exit_table_add(t, &e, 1, 1);
}

static void check_run(void **state)
{
	struct vm vms[4] = { 0 }, *pointers[4];
	struct model m = { .vms = pointers, .vm_count = 4 };
	struct findings f;
	const struct finding *found;

	(void)state;
	for (int i = 0; i < 4; i++) {
		pointers[i] = &vms[i];
		vms[i].id = (struct vm_id){ .pid = 100 + i, .start_ticks = 7 };
		vms[i].recent.seconds = 1.5; /* evidence from the start on */
	}
	add_exits(&vms[1].recent, EXIT_DETAIL_PORT_OUT, 0x70, 1500);
	add_exits(&vms[1].recent, EXIT_DETAIL_PORT_IN, 0x71, 1500);
	add_exits(&vms[2].recent, EXIT_DETAIL_PORT_IN, 0x608, 1500);
	add_exits(&vms[3].recent, EXIT_DETAIL_PORT_OUT, 0x70, 1500);
	add_exits(&vms[3].recent, EXIT_DETAIL_PORT_IN, 0x71, 1500);
	vms[3].recent.seconds = NAN; /* not traced */

	advice_run(&m, &f);
	assert_int_equal(f.count, 1);
	found = findings_of(&f, vms[1].id);
	assert_ptr_equal(found, &f.items[0]);
	assert_string_equal(found->rule->id, "R01");
	assert_true(vm_id_equal(found->vm, vms[1].id));
	assert_int_equal(found->severity, SEVERITY_WARNING);
	assert_int_equal(found->remedy_count, 2);
	assert_int_equal(found->remedies[0], REMEDY_HYPERV_TIMERS);
	assert_int_equal(found->remedies[1], REMEDY_HPET_ON);
	assert_null(findings_of(&f, vms[0].id));
	assert_null(findings_of(&f, vms[3].id));
	assert_null(findings_of(&f, (struct vm_id){ .pid = 101, .start_ticks = 8 }));
	findings_fini(&f);
	assert_int_equal(f.count, 0);
	for (int i = 0; i < 4; i++)
		exit_table_fini(&vms[i].recent);

	m.vm_count = 0;
	advice_run(&m, &f);
	assert_int_equal(f.count, 0);
	assert_null(findings_of(&f, vms[1].id));
	findings_fini(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_rows),
		cmocka_unit_test(check_rtc_tick_limits),
		cmocka_unit_test(check_rtc_tick_contraindications),
		cmocka_unit_test(check_rtc_tick_severity),
		cmocka_unit_test(check_rtc_tick_texts),
		cmocka_unit_test(check_run),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
