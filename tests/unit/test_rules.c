/* advice/rules and findings: the table, what findings say and offer, which of them are one, and their
 * order. Limits: test_rules_limits.c. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules_world.h"

/* Each place for a limit has one, and each limit a place. */
static void check_help(const struct rule *r)
{
	struct arena arena = { 0 };
	const char *text = rule_help(r, &arena);
	size_t places = 0, limits = 0;

	for (const char *at = r->help; (at = strchr(at, '{')); at++)
		places++;
	while (limits < RULE_LIMITS_MAX && r->limits[limits] > 0)
		limits++;
	assert_int_equal(places, limits);
	assert_null(strpbrk(text, "{}"));
	assert_true(strlen(text) + strlen(r->title) < 1000); /* the manual's lines */
	arena_fini(&arena);
}

static void check_rows(void **state)
{
	(void)state;
	assert_true(rule_count > 0);
	for (size_t i = 0; i < rule_count; i++) {
		const struct rule *r = &rules[i];
		char id[16];

		snprintf(id, sizeof id, "R%02d", (int)r->number);
		assert_string_equal(r->id, id);
		assert_ptr_equal(rule_of(r->number), r);
		assert_ptr_equal(rule_find(id), r);
		assert_true(r->name && *r->name);
		assert_true(r->title && *r->title);
		assert_true(r->help && *r->help);
		assert_true(r->source && *r->source);
		assert_non_null(r->test);
		assert_true(r->caveat && *r->caveat);
		assert_true(r->needs);
		assert_in_range(r->confidence, 0, CONFIDENCE__COUNT - 1);
		check_help(r);
		assert_in_range(r->severity, 0, SEVERITY__COUNT - 1);
		for (size_t k = 0; k < FINDING_REMEDY_MAX; k++)
			assert_in_range(r->remedies[k], 0, REMEDY__COUNT - 1);
		for (size_t k = 0; k < i; k++) {
			assert_string_not_equal(r->name, rules[k].name);
		}
	}
	for (int s = 0; s < SEVERITY__COUNT; s++)
		assert_true(*severity_name((enum severity)s));
	for (int c = 0; c < CONFIDENCE__COUNT; c++)
		assert_memory_equal(confidence_phrase((enum confidence)c),
			confidence_name((enum confidence)c),
			strlen(confidence_name((enum confidence)c)));
}

/* The guest that this program was made for. */
static void idle_windows(struct world *w)
{
	world_init(w);
	world_no_hyperv(w);
	world_hyperv(w, "relaxed", TRI_YES);
	w->config.stack = DOMAIN_STACK_UNKNOWN;
	world_timer(w, "hypervclock")->present = TRI_NO;
	world_settle(w);
	w->e.devices[DEVICE_RTC_INDEX_WRITE].per_s = 1024;
	w->e.devices[DEVICE_RTC_DATA_READ].per_s = 1024;
	w->e.devices[DEVICE_RTC] = (struct exit_rate){ 2048, 50, 30, 5 };
	w->e.rtc_vcpus = 1;
	w->e.rtc_line_per_s = 1024;
	w->e.vcpu_system_pct = 78.4;
	w->e.cpu[THREAD_EMULATOR].cpu_pct = 6;
	w->e.counters.main_wakes_per_s = 1030;
}

static void check_rtc_severity(void **state)
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

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct findings f;
		struct world w;

		idle_windows(&w);
		w.e.devices[DEVICE_RTC].cpu_pct = cases[i].rtc_cpu_pct;
		w.e.cpu[THREAD_EMULATOR].cpu_pct = cases[i].emulator_cpu_pct;
		f = world_judge(&w);
		assert_int_equal(f.items[0].severity, cases[i].severity);
		findings_fini(&f);
	}
}

/* What the lab's guest on arm64 does, on a machine that is known and on one that is not. */
static void check_mmio_texts(void **state)
{
	static const struct {
		const char *device;
		enum exit_board board;
		double to_qemu, cpu_pct;
		enum severity severity;
		const char *summary, *first, *second, *answer, *cure;
	} cases[] = {
		{ "PL031 RTC", EXIT_BOARD_ARM_VIRT, NAN, 19.9, SEVERITY_WARNING, "PL031 RTC 7012/s",
			"7,012 accesses/s to PL031 RTC, 93.1 % of all exits",
			"most frequent: PL031 RTCDR 0x9010000 read", "a userspace exit (QEMU)",
			"hwclock" },
		{ "GIC distributor", EXIT_BOARD_ARM_VIRT, 5, 5, SEVERITY_WARNING,
			"GIC distributor 7012/s",
			"7,012 accesses/s to GIC distributor, 93.1 % of all exits",
			"most frequent: PL031 RTCDR 0x9010000 read", "which KVM answers",
			"<gic version='3'/>" },
		{ NULL, EXIT_BOARD_OTHER, 7000, 20, SEVERITY_CRITICAL, "device at 0x9010000 7012/s",
			"7,012 accesses/s to device at 0x9010000, 93.1 % of all exits",
			"most frequent: MMIO 0x9010000 read", "a userspace exit (QEMU)",
			"perf top" },
		{ NULL, EXIT_BOARD_OTHER, NAN, 19.9, SEVERITY_WARNING, "device at 0x9010000 7012/s",
			"7,012 accesses/s to device at 0x9010000, 93.1 % of all exits",
			"most frequent: MMIO 0x9010000 read", "which KVM or QEMU answers",
			"perf top" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct findings f;
		struct world w;

		world_init(&w);
		w.e.board = cases[i].board;
		w.e.counters.mmio_exits_per_s = cases[i].to_qemu;
		w.e.mmio = (struct mmio_device){ .name = cases[i].device,
			.key = { 0x24, EXIT_ISA_ARM_TRAP, EXIT_DETAIL_MMIO_READ, 0x09010000 },
			.rate = { 7012, 93.1, 80, cases[i].cpu_pct } };
		f = world_judge(&w);
		assert_int_equal(f.count, 1);
		assert_string_equal(f.items[0].rule->id, "R34");
		assert_int_equal(f.items[0].severity, cases[i].severity);
		assert_string_equal(f.items[0].summary, cases[i].summary);
		assert_string_equal(f.items[0].evidence[0], cases[i].first);
		assert_string_equal(f.items[0].evidence[1], cases[i].second);
		assert_non_null(strstr(f.items[0].diagnosis, "MMIO storm"));
		assert_non_null(strstr(f.items[0].diagnosis, cases[i].answer));
		assert_non_null(strstr(f.items[0].diagnosis, cases[i].cure));
		findings_fini(&f);
	}
}

static void check_rtc_texts(void **state)
{
	static const char *const known[] = {
		"17,903 accesses/s to ports 0x70-0x71 (RTC) by 2 vCPUs, 75.9 % of all exits",
		"handling them takes 24.4 % of a CPU, 40.9 % of the exits' time",
		"vCPU threads spend 78 % of their time in the host kernel",
		"QEMU's main thread: 12.7 % of a CPU",
		"QEMU's main thread wakes up 1,030 times/s",
		"the RTC raises its interrupt line 1,024 times/s",
		"hpet: present='no'",
		"no synthetic timer (stimer) in <hyperv>",
	};
	struct findings f;
	struct world w;

	(void)state;
	idle_windows(&w);
	w.e.devices[DEVICE_RTC] = (struct exit_rate){ 17903, 75.9, 40.9, 24.4 };
	w.e.devices[DEVICE_RTC_INDEX_WRITE].per_s = 8951.5;
	w.e.devices[DEVICE_RTC_DATA_READ].per_s = 8951.5;
	w.e.rtc_vcpus = 2;
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 12.7;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].summary, "RTC polling 17.9k/s");
	assert_int_equal(f.items[0].evidence_count, sizeof known / sizeof *known);
	for (size_t i = 0; i < f.items[0].evidence_count; i++)
		assert_string_equal(f.items[0].evidence[i], known[i]);
	assert_non_null(strstr(f.items[0].diagnosis, "more than the 8,192 ticks/s"));
	assert_int_equal(f.items[0].remedy_count, 2);
	assert_int_equal(f.items[0].remedies[0], REMEDY_HYPERV_TIMERS);
	assert_int_equal(f.items[0].remedies[1], REMEDY_HPET_ON);
	findings_fini(&f);

	/* What is not known is left out, and the sentence says that it is a guess. */
	idle_windows(&w);
	w.e.rtc_vcpus = 0;
	w.e.devices[DEVICE_RTC].cpu_pct = w.e.vcpu_system_pct = NAN;
	w.e.cpu[THREAD_EMULATOR].cpu_pct = w.e.counters.main_wakes_per_s = NAN;
	w.e.rtc_line_per_s = w.e.timer_line_per_s = NAN;
	w.config.parsed = w.e.config_known = false;
	w.e.hpet = w.e.has_hpet = w.e.stimer = w.e.vpindex = w.e.hypervclock = TRI_UNKNOWN;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.items[0].evidence_count, 2);
	assert_string_equal(f.items[0].evidence[0],
		"2,048 accesses/s to ports 0x70-0x71 (RTC), 50.0 % of all exits");
	assert_non_null(strstr(f.items[0].evidence[1], "not known"));
	assert_non_null(strstr(f.items[0].diagnosis, "probably"));
	assert_non_null(strstr(f.items[0].diagnosis, "about 1,024 ticks/s"));
	findings_fini(&f);

	idle_windows(&w);
	world_timer(&w, "hpet")->present = TRI_UNKNOWN;
	world_settle(&w);
	w.e.rtc_line_per_s = 60;
	f = world_judge(&w);
	assert_non_null(strstr(f.items[0].diagnosis, "about 1,024 ticks/s"));
	findings_fini(&f);
	w.e.rtc_line_per_s = 59.9;
	f = world_judge(&w);
	assert_true(finding_shows(&f.items[0], "by 1 vCPU,"));
	assert_true(finding_shows(&f.items[0], "QEMU's default"));
	assert_non_null(strstr(f.items[0].diagnosis, "polls it"));
	findings_fini(&f);
}

/* Where exits are only counted, findings are likely. */
static void check_likely(void **state)
{
	struct findings f;
	struct world w;

	(void)state;
	idle_windows(&w);
	world_untraced(&w);
	w.e.groups[EXIT_GROUP_IO].per_s = 4200;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R01");
	assert_int_equal(f.items[0].confidence, CONFIDENCE_MEDIUM);
	assert_string_equal(f.items[0].summary, "likely RTC tick 1030/s");
	assert_memory_equal(f.items[0].diagnosis, "Likely: ", 8);
	findings_fini(&f);

	/* A rule that is never sure: its figures are certain, their cause is not. */
	world_init(&w);
	w.e.devices[DEVICE_HV_STIMER].per_s = 4000;
	f = world_judge(&w);
	assert_string_equal(f.items[0].summary, "guest timers 4000/s (likely)");
	assert_memory_equal(f.items[0].diagnosis, "Likely: ", 8);
	findings_fini(&f);

	world_init(&w);
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 2;
	w.e.counters.main_wakes_per_s = 33;
	f = world_judge(&w);
	assert_int_equal(f.items[0].confidence, CONFIDENCE_LOW);
	assert_memory_equal(f.items[0].diagnosis, "Possibly: ", 10);
	assert_string_equal(f.items[0].summary, "its screen is looked at (possibly)");
	findings_fini(&f);

	/* Interrupt lines make sure of an HPET. */
	world_init(&w);
	world_timer(&w, "hpet")->present = TRI_YES;
	world_settle(&w);
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 8;
	w.e.counters.main_wakes_per_s = 1000;
	for (int lines = 0; lines < 2; lines++) {
		w.e.timer_line_per_s = lines ? 1000 : NAN;
		f = world_judge(&w);
		assert_int_equal(
			f.items[0].confidence, lines ? CONFIDENCE_HIGH : CONFIDENCE_MEDIUM);
		findings_fini(&f);
	}
}

/* -- findings that are one ------------------------------------------------------------------------------- */

/* Does one of the lines from one place to another hold that text? */
static bool part_shows(const struct finding *f, size_t from, size_t to, const char *text)
{
	for (size_t i = from; i < to; i++)
		if (strstr(f->evidence[i], text))
			return true;
	return false;
}

/* R01, R02 and R03 in one finding: each line is said once, and by the rule that saw it. */
static void check_parts(const struct finding *f)
{
	static const struct {
		const char *rule, *text;
	} own[] = { { "R01", "0x70-0x71" }, { "R02", "of the ACPI PM timer" },
		{ "R03", "of the HPET" } };
	size_t seen = 0;

	for (size_t i = 0; i < f->evidence_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(f->evidence[i], f->evidence[k]);
	for (size_t i = 0; i < 3; i++) {
		if (!strcmp(f->rule->id, own[i].rule))
			seen += part_shows(f, 0, finding_own_evidence(f), own[i].text);
		for (size_t k = 0; k < f->folded_count; k++)
			if (!strcmp(f->folded[k].rule->id, own[i].rule))
				seen += part_shows(f, f->folded[k].evidence_at,
					finding_part_end(f, k), own[i].text);
	}
	assert_int_equal(seen, 3);
	assert_int_equal(finding_part_end(f, f->folded_count - 1), f->evidence_count);
}

static void check_clocks_are_one(void **state)
{
	struct findings f;
	struct world w;

	(void)state;
	idle_windows(&w);
	world_timer(&w, "hpet")->present = TRI_UNKNOWN;
	world_settle(&w);
	w.e.devices[DEVICE_PM_TIMER].per_s = 3000;
	w.e.devices[DEVICE_HPET_READ].per_s = 2000;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R01");
	assert_int_equal(f.items[0].folded_count, 2);
	assert_string_equal(
		f.items[0].summary, "RTC polling 2048/s, HPET read 2000/s, PM timer read 3000/s");
	assert_true(finding_shows(&f.items[0], "0x70-0x71"));
	assert_true(finding_shows(&f.items[0], "3,000 reads/s of the ACPI PM timer"));
	assert_true(finding_shows(&f.items[0], "2,000 reads/s of the HPET"));
	assert_non_null(strstr(f.items[0].diagnosis, "ACPI PM timer as its clock"));
	assert_int_equal(f.items[0].remedies[0], REMEDY_HYPERV_TIMERS);
	for (size_t i = 0; i < f.items[0].remedy_count; i++)
		assert_int_not_equal(
			f.items[0].remedies[i], REMEDY_HPET_ON); /* it has one by default */
	for (size_t i = 0; i < f.items[0].remedy_count; i++)
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(f.items[0].remedies[i], f.items[0].remedies[k]);
	check_parts(&f.items[0]);
	findings_fini(&f);

	/* The worst of them leads. */
	w.e.devices[DEVICE_PM_TIMER].per_s = 20000;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R02");
	assert_int_equal(f.items[0].severity, SEVERITY_CRITICAL);
	assert_int_equal(f.items[0].folded_count, 2);
	assert_memory_equal(f.items[0].summary, "PM timer read 20.0k/s, RTC", 26);
	check_parts(&f.items[0]);
	findings_fini(&f);

	/* Two of the three, without the first. */
	w.e.devices[DEVICE_RTC_DATA_READ].per_s = w.e.rtc_line_per_s = 0;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R02");
	assert_int_equal(f.items[0].folded_count, 1);
	assert_string_equal(f.items[0].folded[0].rule->id, "R03");
	findings_fini(&f);
}

/* What the configuration says belongs to what is measured. */
static void check_config_goes_with_clocks(void **state)
{
	struct findings f;
	struct world w;

	(void)state;
	idle_windows(&w);
	world_timer(&w, "hypervclock")->present = TRI_YES;
	w.config.stack = DOMAIN_STACK_NOVA;
	w.config.clock.offset[0] = '\0';
	world_settle(&w);
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R01");
	assert_int_equal(f.items[0].folded_count, 2);
	assert_string_equal(f.items[0].summary, "RTC polling 2048/s");
	assert_true(finding_shows(&f.items[0], "hypervclock without <vpindex>"));
	assert_true(finding_shows(&f.items[0], "hw_time_hpet is true"));
	assert_int_equal(f.items[0].remedy_count, 2);
	assert_int_equal(f.items[0].remedies[0], REMEDY_NOVA_HPET);
	assert_int_equal(f.items[0].remedies[1], REMEDY_HYPERV_TIMERS);
	findings_fini(&f);

	/* Without them they are one of their own. */
	w.e.devices[DEVICE_RTC_DATA_READ].per_s = 0;
	w.e.rtc_line_per_s = 0;
	w.e.counters.main_wakes_per_s = 10;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R32");
	assert_int_equal(f.items[0].severity, SEVERITY_INFO);
	assert_int_equal(f.items[0].remedies[0], REMEDY_NOVA_HPET); /* all that Nova can do */
	assert_true(finding_shows(&f.items[0], "hypervclock without <vpindex>"));
	findings_fini(&f);

	/* RHEL 9's QEMU would not start with an HPET: nothing that Nova can set is left. */
	snprintf(w.config.machine.machine, sizeof w.config.machine.machine, "pc-q35-rhel9.4.0");
	f = world_judge(&w);
	assert_string_equal(f.items[0].rule->id, "R32");
	assert_int_equal(f.items[0].remedies[0], REMEDY_HYPERV_TIMERS);
	for (size_t i = 0; i < f.items[0].remedy_count; i++)
		assert_int_not_equal(f.items[0].remedies[i], REMEDY_NOVA_HPET);
	findings_fini(&f);
	w.config.stack = DOMAIN_STACK_KUBEVIRT;
	f = world_judge(&w);
	assert_string_equal(f.items[0].rule->id, "R32");
	for (size_t i = 0; i < f.items[0].remedy_count; i++)
		assert_int_not_equal(f.items[0].remedies[i], REMEDY_HPET_ON);
	findings_fini(&f);

	/* A burst of ticks is part of the tick. */
	idle_windows(&w);
	w.e.rtc_line_per_s = 3000;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R01");
	assert_string_equal(f.items[0].folded[0].rule->id, "R28");
	findings_fini(&f);
}

/* -- order -------------------------------------------------------------------------------------------------- */

static void check_order(void **state)
{
	struct findings f;
	struct world w;

	(void)state;
	idle_windows(&w);
	w.e.groups[EXIT_GROUP_PML].per_s = 20;                                   /* information */
	w.e.groups[EXIT_GROUP_CPUID].per_s = 1e5;                                /* a warning */
	w.e.devices[DEVICE_RTC].cpu_pct = 50;                                    /* critical */
	snprintf(w.platform.clocksource, sizeof w.platform.clocksource, "hpet"); /* a warning */
	f = world_judge(&w);
	assert_int_equal(f.count, 4);
	assert_string_equal(f.items[0].rule->id, "R01");
	assert_string_equal(f.items[1].rule->id, "R25"); /* colours what follows */
	assert_string_equal(f.items[2].rule->id, "R30");
	assert_string_equal(f.items[3].rule->id, "R29");
	findings_fini(&f);
}

/* Of an emulated guest nothing else is said. */
static void check_tcg_is_alone(void **state)
{
	struct findings f;
	struct world w;

	(void)state;
	world_init(&w);
	world_untraced(&w);
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 90;
	f = world_judge(&w);
	assert_string_equal(f.items[0].rule->id, "R17");
	findings_fini(&f);
	snprintf(w.config.machine.type, sizeof w.config.machine.type, "qemu");
	w.e.exits.per_s = NAN;
	f = world_judge(&w);
	assert_int_equal(f.count, 1);
	assert_string_equal(f.items[0].rule->id, "R27");
	findings_fini(&f);
}

/* -- what is offered ------------------------------------------------------------------------------------------ */

/* The offer of the rule in a world that was changed. */
static bool offers(const struct world *w, const char *rule, enum remedy_id id)
{
	struct findings f = world_judge(w);
	const struct finding *finding = world_finding(&f, rule);
	bool is_offered;

	if (!finding)
		fail_msg("%s is not found", rule);
	is_offered = finding_offers(finding, id);
	findings_fini(&f);
	return is_offered;
}

static enum remedy_id first_offer(const struct world *w, const char *rule)
{
	struct findings f = world_judge(w);
	const struct finding *finding = world_finding(&f, rule);
	enum remedy_id id;

	if (!finding)
		fail_msg("%s is not found", rule);
	id = finding->remedy_count ? finding->remedies[0] : REMEDY_NONE;
	findings_fini(&f);
	return id;
}

/* Where nothing tells what the guest is, both cases are told, and a remedy for each offered. */
static void check_both_guests(void **state)
{
	static const struct {
		enum device_group device;
		const char *rule;
		enum remedy_id windows, linux_guest;
	} cases[] = {
		{ DEVICE_RTC_DATA_READ, "R01", REMEDY_HYPERV_TIMERS,
			REMEDY_GUEST_TIMER_RESOLUTION },
		{ DEVICE_PM_TIMER, "R02", REMEDY_HYPERV_TIMERS, REMEDY_GUEST_CLOCKSOURCE },
		{ DEVICE_HPET_READ, "R03", REMEDY_HYPERV_TIMERS, REMEDY_GUEST_CLOCKSOURCE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		for (int is_known = 0; is_known < 2; is_known++) {
			struct findings f;
			struct world w;

			world_init(&w);
			world_no_hyperv(&w);
			world_timer(&w, "hypervclock")->present = TRI_NO;
			if (cases[i].device == DEVICE_HPET_READ)
				world_timer(&w, "hpet")->present = TRI_YES;
			if (!is_known)
				w.config.machine.os_id[0] = '\0';
			world_settle(&w);
			w.e.devices[DEVICE_RTC_INDEX_WRITE].per_s = 5000;
			w.e.devices[cases[i].device].per_s = 5000;
			f = world_judge(&w);
			assert_string_equal(f.items[0].rule->id, cases[i].rule);
			assert_true(is_known ==
				    !strstr(f.items[0].diagnosis, "If the guest is Windows, "));
			assert_true(
				is_known == !strstr(f.items[0].diagnosis, "; if it is Linux, "));
			assert_int_equal(first_offer(&w, cases[i].rule), cases[i].windows);
			assert_true(is_known == !offers(&w, cases[i].rule, cases[i].linux_guest));
			findings_fini(&f);
			w.config.machine.kvm_hidden = TRI_YES;
			if (i)
				assert_true(
					is_known == !offers(&w, cases[i].rule, REMEDY_KVMCLOCK));
		}
}

/* An HPET whose interrupt nobody takes. Without it Windows' next tick would be the RTC's. */
static void check_masked_hpet(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	world_no_hyperv(&w);
	world_timer(&w, "hypervclock")->present = TRI_NO;
	world_timer(&w, "hpet")->present = TRI_YES;
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 7.5;
	w.e.counters.main_wakes_per_s = w.e.timer_line_per_s = 1000;
	world_settle(&w);
	assert_int_equal(first_offer(&w, "R06"), REMEDY_HYPERV_TIMERS);
	assert_false(offers(&w, "R06", REMEDY_HPET_OFF));
	w.config.machine.os_id[0] = '\0';
	world_settle(&w);
	assert_int_equal(first_offer(&w, "R06"), REMEDY_HPET_OFF);
	assert_true(offers(&w, "R06", REMEDY_HYPERV_TIMERS));
	world_linux(&w);
	assert_int_equal(first_offer(&w, "R06"), REMEDY_HPET_OFF);
	assert_false(offers(&w, "R06", REMEDY_HYPERV_TIMERS));
}

/* macOS and BSD have no use for Hyper-V's clock. */
static void check_other_guests(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	world_no_hyperv(&w);
	snprintf(w.config.machine.os_id, sizeof w.config.machine.os_id,
		"http://apple.com/macosx/10.7");
	world_settle(&w);
	w.e.devices[DEVICE_PM_TIMER].per_s = 5000;
	assert_false(offers(&w, "R02", REMEDY_HYPERV_TIMERS));
	assert_false(offers(&w, "R02", REMEDY_HYPERV_VPINDEX));
	assert_true(offers(&w, "R02", REMEDY_LOOK_DEEPER));
}

static void check_clock_remedies(void **state)
{
	struct world w;

	(void)state;
	/* What the guest has is not offered. */
	world_init(&w);
	w.e.devices[DEVICE_PM_TIMER].per_s = 5000;
	assert_false(offers(&w, "R02", REMEDY_HYPERV_TIMERS));
	assert_false(offers(&w, "R02", REMEDY_HYPERV_VPINDEX));
	assert_false(offers(&w, "R02", REMEDY_CLOCKSOURCE));
	assert_true(offers(&w, "R02", REMEDY_INVTSC));
	w.config.machine.invtsc = TRI_YES;
	assert_false(offers(&w, "R02", REMEDY_INVTSC));
	world_hyperv(&w, "stimer", TRI_NO);
	world_settle(&w);
	assert_int_equal(first_offer(&w, "R02"), REMEDY_HYPERV_TIMERS);

	/* The cause of a clock by MSR: first the host's clock, then vpindex, then neither. */
	world_init(&w);
	w.e.devices[DEVICE_HV_TIME].per_s = 36000;
	assert_int_equal(first_offer(&w, "R04"), REMEDY_LOOK_DEEPER);
	world_hyperv(&w, "vpindex", TRI_NO);
	world_settle(&w);
	assert_int_equal(first_offer(&w, "R04"), REMEDY_HYPERV_VPINDEX);
	assert_false(offers(&w, "R04", REMEDY_CLOCKSOURCE));
	snprintf(w.platform.clocksource, sizeof w.platform.clocksource, "acpi_pm");
	assert_int_equal(first_offer(&w, "R04"), REMEDY_CLOCKSOURCE);
	assert_true(offers(&w, "R04", REMEDY_HYPERV_VPINDEX));

	/* Never the HPET off alone where there is no better tick. */
	world_init(&w);
	world_timer(&w, "hpet")->present = TRI_YES;
	world_settle(&w);
	w.e.devices[DEVICE_HPET_READ].per_s = 5000;
	assert_int_equal(first_offer(&w, "R03"), REMEDY_HPET_OFF);
	world_hyperv(&w, "stimer", TRI_NO);
	world_settle(&w);
	assert_int_equal(first_offer(&w, "R03"), REMEDY_HYPERV_TIMERS);
	assert_false(offers(&w, "R03", REMEDY_HPET_OFF));

	world_init(&w);
	world_linux(&w);
	w.e.devices[DEVICE_PM_TIMER].per_s = 5000;
	assert_int_equal(first_offer(&w, "R26"), REMEDY_GUEST_CLOCKSOURCE);
	assert_false(offers(&w, "R26", REMEDY_HPET_OFF));
	w.config.machine.kvm_hidden = TRI_YES;
	assert_int_equal(first_offer(&w, "R26"), REMEDY_KVMCLOCK);
	w.config.machine.kvm_hidden = TRI_UNKNOWN;
	world_timer(&w, "kvmclock")->present = TRI_NO;
	assert_int_equal(first_offer(&w, "R26"), REMEDY_KVMCLOCK);
}

static void check_processor_remedies(void **state)
{
	struct world w;

	(void)state;
	/* evmcs is Intel's. */
	world_init(&w);
	w.e.groups[EXIT_GROUP_NESTED].per_s = 5000;
	assert_true(offers(&w, "R19", REMEDY_HYPERV_EVMCS));
	snprintf(w.platform.kvm_vendor, sizeof w.platform.kvm_vendor, "amd");
	assert_false(offers(&w, "R19", REMEDY_HYPERV_EVMCS));
	assert_true(offers(&w, "R19", REMEDY_NESTED_OFF));
	assert_false(offers(&w, "R19", REMEDY_HYPERV_TIMERS)); /* has direct timers */
	world_hyperv(&w, "stimer.direct", TRI_NO);
	assert_true(offers(&w, "R19", REMEDY_HYPERV_TIMERS));

	/* hv-avic without the hardware may make it worse. */
	world_init(&w);
	w.e.groups[EXIT_GROUP_APIC].per_s = 50000;
	assert_int_equal(first_offer(&w, "R20"), REMEDY_HYPERV_AVIC);
	assert_false(offers(&w, "R20", REMEDY_PIT_DISCARD));
	assert_false(offers(&w, "R20", REMEDY_HYPERV_FULL)); /* has vapic */
	w.platform.apicv = 0;
	assert_false(offers(&w, "R20", REMEDY_HYPERV_AVIC));
	w.platform.apicv = 1;
	snprintf(w.platform.kvm_vendor, sizeof w.platform.kvm_vendor, "amd");
	assert_true(offers(&w, "R20", REMEDY_PIT_DISCARD));

	world_init(&w);
	w.e.devices[DEVICE_APIC_ICR].per_s = 20000;
	assert_false(offers(&w, "R31", REMEDY_HYPERV_SPINLOCKS));
	world_hyperv(&w, "ipi", TRI_NO);
	assert_true(offers(&w, "R31", REMEDY_HYPERV_SPINLOCKS));

	/* A guest gets what it understands. */
	world_init(&w);
	w.e.groups[EXIT_GROUP_PAUSE].per_s = 20000;
	w.e.cpu[THREAD_VCPU].wait_pct = 40;
	assert_true(offers(&w, "R10", REMEDY_HYPERV_SPINLOCKS));
	assert_false(offers(&w, "R10", REMEDY_PVSPINLOCK));
	world_linux(&w);
	assert_false(offers(&w, "R10", REMEDY_HYPERV_SPINLOCKS));
	assert_true(offers(&w, "R10", REMEDY_PVSPINLOCK));
	/* libvirt refuses that of another machine than x86. */
	snprintf(w.config.machine.arch, sizeof w.config.machine.arch, "aarch64");
	world_settle(&w);
	assert_false(offers(&w, "R10", REMEDY_PVSPINLOCK));
	assert_int_equal(first_offer(&w, "R10"), REMEDY_PIN_VCPUS);
	assert_true(offers(&w, "R10", REMEDY_LOOK_DEEPER));
}

static void check_other_remedies(void **state)
{
	struct world w;

	(void)state;
	world_init(&w);
	w.e.groups[EXIT_GROUP_FAULT].per_s = 5000;
	assert_int_equal(first_offer(&w, "R12"), REMEDY_HUGEPAGES);
	assert_false(offers(&w, "R12", REMEDY_NOSHAREPAGES));
	w.platform.ksm_run = 1;
	assert_int_equal(first_offer(&w, "R12"), REMEDY_NOSHAREPAGES);
	w.config.machine.hugepages = true;
	assert_false(offers(&w, "R12", REMEDY_HUGEPAGES));

	world_init(&w);
	w.e.counters.unhandled_msrs = 100;
	w.e.counters.unhandled_msr = 0x611;
	assert_true(offers(&w, "R18", REMEDY_MSR_QUIET));
	w.platform.report_ignored_msrs = 0;
	assert_false(offers(&w, "R18", REMEDY_MSR_QUIET));

	/* Each remark has its cure, and none is offered twice. */
	world_init(&w);
	world_hyperv(&w, "vpindex", TRI_NO);
	world_settle(&w);
	assert_true(offers(&w, "R05", REMEDY_HYPERV_TIMERS));
	assert_true(offers(&w, "R05", REMEDY_HYPERV_VPINDEX));
	assert_false(offers(&w, "R05", REMEDY_HYPERV_FULL));
	world_init(&w);
	snprintf(w.config.clock.offset, sizeof w.config.clock.offset, "utc");
	assert_int_equal(first_offer(&w, "R05"), REMEDY_NONE);

	world_init(&w);
	w.e.devices[DEVICE_VMPORT].per_s = 1000;
	assert_int_equal(first_offer(&w, "R23"), REMEDY_VMPORT_OFF);
	w.e.devices[DEVICE_IDE].per_s = 2000;
	assert_int_equal(first_offer(&w, "R23"), REMEDY_DEVICES_LEGACY);
	assert_false(offers(&w, "R23", REMEDY_VMPORT_OFF));

	world_init(&w);
	w.e.board = EXIT_BOARD_ARM_VIRT;
	w.e.counters.mmio_exits_per_s = 5000;
	w.e.mmio = (struct mmio_device){ .name = "PL011 UART", .rate = { .per_s = 5000 } };
	assert_int_equal(first_offer(&w, "R34"), REMEDY_DEVICES_LEGACY);
	/* There is no other clock to give it. */
	w.e.mmio.name = "PL031 RTC";
	assert_int_equal(first_offer(&w, "R34"), REMEDY_LOOK_DEEPER);
	w.e.mmio.name = NULL;
	assert_int_equal(first_offer(&w, "R34"), REMEDY_LOOK_DEEPER);

	world_init(&w);
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 40;
	assert_false(offers(&w, "R17", REMEDY_IOTHREAD_POLL_OFF));
	w.e.cpu[THREAD_IOTHREAD] = (struct cpu_shares){ 50, NAN, 49, 1, 0 };
	assert_int_equal(first_offer(&w, "R17"), REMEDY_LOOK_DEEPER);
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 1;
	assert_int_equal(first_offer(&w, "R17"), REMEDY_IOTHREAD_POLL_OFF);
}

/* -- severity ----------------------------------------------------------------------------------------------- */

static enum severity severity_of(const struct world *w, const char *rule)
{
	struct findings f = world_judge(w);
	const struct finding *finding = world_finding(&f, rule);
	enum severity severity;

	if (!finding)
		fail_msg("%s is not found", rule);
	severity = finding->severity;
	findings_fini(&f);
	return severity;
}

static void check_severity(void **state)
{
	static const struct {
		const char *rule;
		enum device_group device;
		double per_s;
		enum severity severity;
	} rates[] = {
		{ "R02", DEVICE_PM_TIMER, 9999, SEVERITY_WARNING },
		{ "R02", DEVICE_PM_TIMER, 10000, SEVERITY_CRITICAL },
		{ "R04", DEVICE_HV_TIME, 9999, SEVERITY_WARNING },
		{ "R04", DEVICE_HV_TIME, 10000, SEVERITY_CRITICAL },
		{ "R18", DEVICE_POWER, 4999, SEVERITY_INFO },
		{ "R18", DEVICE_POWER, 5000, SEVERITY_WARNING },
	};
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++) {
		world_init(&w);
		w.e.devices[rates[i].device].per_s = rates[i].per_s;
		if (severity_of(&w, rates[i].rule) != rates[i].severity)
			fail_msg("%s at %g/s", rates[i].rule, rates[i].per_s);
	}

	world_init(&w);
	w.e.counters.halt_poll_pct = 4 * 19.9;
	assert_int_equal(severity_of(&w, "R08"), SEVERITY_WARNING);
	w.e.counters.halt_poll_pct = 4 * 20;
	assert_int_equal(severity_of(&w, "R08"), SEVERITY_CRITICAL);

	world_init(&w);
	w.e.groups[EXIT_GROUP_PAUSE].per_s = 20000;
	w.e.cpu[THREAD_VCPU].wait_pct = 4 * 4.9;
	assert_int_equal(severity_of(&w, "R10"), SEVERITY_INFO); /* the guest's own locks */
	w.e.cpu[THREAD_VCPU].wait_pct = NAN;
	assert_int_equal(severity_of(&w, "R10"), SEVERITY_WARNING);
	w.e.cpu[THREAD_VCPU].wait_pct = 4 * 19.9;
	assert_int_equal(severity_of(&w, "R10"), SEVERITY_WARNING);
	w.e.cpu[THREAD_VCPU].wait_pct = 4 * 20;
	assert_int_equal(severity_of(&w, "R10"), SEVERITY_CRITICAL);

	/* ksmd that finds what it looks for is worth its time. */
	world_init(&w);
	w.e.ksmd_pct = 50;
	w.platform.ksm_run = 1;
	w.platform.ksm_shared = 1000;
	w.platform.ksm_sharing = 1999;
	assert_int_equal(severity_of(&w, "R13"), SEVERITY_WARNING);
	w.platform.ksm_sharing = 2000;
	w.platform.ksm_unshared = 8000;
	assert_int_equal(severity_of(&w, "R13"), SEVERITY_INFO);
	w.platform.ksm_unshared = 8001;
	assert_int_equal(severity_of(&w, "R13"), SEVERITY_WARNING);

	world_init(&w);
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 49.9;
	assert_int_equal(severity_of(&w, "R17"), SEVERITY_INFO);
	w.e.cpu[THREAD_EMULATOR].cpu_pct = 50;
	assert_int_equal(severity_of(&w, "R17"), SEVERITY_WARNING);
}

/* -- all VMs --------------------------------------------------------------------------------------------------- */

static void add_exits(struct exit_table *t, enum exit_detail direction, uint64_t number, unsigned n)
{
	struct sample_exit e = {
		.key = { .reason = 0x7b,
			.isa = EXIT_ISA_SVM,
			.detail = (uint8_t)direction,
			.number = number },
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
	add_exits(&vms[2].recent, EXIT_DETAIL_PORT_IN, 0x608, 1490);
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
	assert_int_equal(found->remedy_count, 3);
	assert_int_equal(found->remedies[0], REMEDY_HYPERV_TIMERS);
	assert_int_equal(found->remedies[1], REMEDY_HPET_ON);
	assert_int_equal(found->remedies[2], REMEDY_GUEST_TIMER_RESOLUTION);
	assert_null(findings_of(&f, vms[0].id));
	assert_null(findings_of(&f, vms[3].id));
	assert_null(findings_of(&f, (struct vm_id){ .pid = 101, .start_ticks = 8 }));
	findings_fini(&f);
	assert_int_equal(f.count, 0);

	/* What is missing of a VM that has ended is no evidence, and there is nothing to remedy. */
	vms[1].ended = true;
	advice_run(&m, &f);
	assert_int_equal(f.count, 0);
	findings_fini(&f);
	for (int i = 0; i < 4; i++)
		exit_table_fini(&vms[i].recent);

	m.vm_count = 0;
	advice_run(&m, &f);
	assert_int_equal(f.count, 0);
	assert_null(findings_of(&f, vms[1].id));
	findings_fini(&f);
}

/* More findings than there was room for at first: VMs stay in their order, and texts with them. */
static void check_many(void **state)
{
	enum { VMS = 50 };
	static struct vm vms[VMS];
	struct vm *pointers[VMS];
	struct model m = {
		.vms = pointers, .vm_count = VMS, .platform = { .clocksource = "acpi_pm" }
	};
	struct findings f;

	(void)state;
	for (int i = 0; i < VMS; i++) {
		pointers[i] = &vms[i];
		vms[i].id = (struct vm_id){ .pid = 100 + i, .start_ticks = 7 };
	}
	advice_run(&m, &f);
	assert_int_equal(f.count, VMS);
	for (int i = 0; i < VMS; i++) {
		assert_int_equal(f.items[i].vm.pid, 100 + i);
		assert_string_equal(f.items[i].summary, "host clock is acpi_pm");
	}
	findings_fini(&f);
}

/* -- what should be traced ---------------------------------------------------------------------------------- */

static bool wants(double msr_per_s, unsigned svm_faults, double main_pct, unsigned others)
{
	struct thread threads[] = { { .kind = THREAD_EMULATOR, .cpu = { .cpu_pct = main_pct } } };
	struct vm vm = {
		.threads = threads, .thread_count = 1, .vcpus = 1, .recent = { .seconds = 1 }
	};
	struct vm *vms[] = { &vm };
	struct model m = { .vms = vms, .vm_count = 1 };
	struct findings none = { 0 };
	struct sample_exit exits[] = {
		{ .key = { .reason = 0x7c, .isa = EXIT_ISA_SVM },
			.name = "msr",
			.durations = { .count = (uint64_t)msr_per_s } },
		{ .key = { .reason = 0x400, .isa = EXIT_ISA_SVM },
			.name = "npf",
			.durations = { .count = svm_faults } },
		{ .key = { .reason = 0x7b, .isa = EXIT_ISA_SVM },
			.name = "io",
			.durations = { .count = others } },
	};
	bool wanted;

	exit_table_add(&vm.recent, exits, 3, 1);
	wanted = advice_wants_details(&m, &none);
	exit_table_fini(&vm.recent);
	return wanted;
}

static void check_wants_details(void **state)
{
	struct vm vm = { .recent = { .seconds = NAN } }, *vms[] = { &vm };
	struct thread busy = { .kind = THREAD_EMULATOR, .cpu = { .cpu_pct = 50 } };
	struct model m = { .vms = vms, .vm_count = 1 };
	struct finding unsure = { .rule = rule_find("R06"), .confidence = CONFIDENCE_MEDIUM };
	struct findings f = { .items = &unsure, .count = 1 };

	(void)state;
	assert_false(wants(0, 0, 0, 0));
	assert_false(wants(99, 0, 0, 0));
	assert_true(wants(100, 0, 0, 0));
	assert_false(wants(0, 199, 0, 0));
	assert_true(wants(0, 200, 0, 0));
	assert_false(wants(0, 0, 2.9, 0));
	assert_true(wants(0, 0, 3, 0));
	assert_true(wants(0, 0, 3, 1999));
	assert_false(wants(0, 0, 3, 2000)); /* its guest explains it */
	assert_false(wants(0, 0, NAN, 0));

	/* A VM that is not traced wants nothing by itself; a finding that lines would make sure of does. */
	vm.threads = &busy;
	vm.thread_count = 1;
	assert_true(advice_wants_details(&m, &f));
	unsure.confidence = CONFIDENCE_HIGH;
	assert_false(advice_wants_details(&m, &f));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_rows),
		cmocka_unit_test(check_rtc_severity),
		cmocka_unit_test(check_rtc_texts),
		cmocka_unit_test(check_mmio_texts),
		cmocka_unit_test(check_likely),
		cmocka_unit_test(check_clocks_are_one),
		cmocka_unit_test(check_config_goes_with_clocks),
		cmocka_unit_test(check_order),
		cmocka_unit_test(check_tcg_is_alone),
		cmocka_unit_test(check_clock_remedies),
		cmocka_unit_test(check_both_guests),
		cmocka_unit_test(check_masked_hpet),
		cmocka_unit_test(check_other_guests),
		cmocka_unit_test(check_processor_remedies),
		cmocka_unit_test(check_other_remedies),
		cmocka_unit_test(check_severity),
		cmocka_unit_test(check_run),
		cmocka_unit_test(check_many),
		cmocka_unit_test(check_wants_details),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
