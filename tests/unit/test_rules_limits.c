/* advice/rules: each rule just under and just over its limits, with its contraindications, and that it is
 * the only one that its case raises. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rules_cases_clock.h"
#include "rules_cases_config.h"
#include "rules_cases_devices.h"
#include "rules_cases_host.h"

#define THEME(name)                                                      \
	{                                                                \
		name##_cases, sizeof name##_cases / sizeof *name##_cases \
	}

static const struct {
	const struct rule_cases *cases;
	size_t count;
} themes[] = { THEME(clock), THEME(host), THEME(devices), THEME(config) };

/* All cases, one after the other: NULL behind the last. */
static const struct rule_cases *rule_cases_at(size_t at)
{
	for (size_t i = 0; i < sizeof themes / sizeof *themes; i++) {
		if (at < themes[i].count)
			return &themes[i].cases[at];
		at -= themes[i].count;
	}
	return NULL;
}

static void quiet_raises_nothing(void **state)
{
	static void (*const worlds[])(
		struct world * w) = { NULL, world_linux, world_untraced, unknown_guest };

	(void)state;
	for (size_t i = 0; i < sizeof worlds / sizeof *worlds; i++) {
		struct findings f;
		struct world w;

		world_init(&w);
		if (worlds[i])
			worlds[i](&w);
		f = world_judge(&w);
		if (f.count)
			fail_msg("world %zu: %s: %s", i, f.items[0].rule->id, f.items[0].summary);
		findings_fini(&f);
	}
}

/* A VM of which nothing is known but that it is there. */
static void unknown_raises_nothing(void **state)
{
	struct findings f = { 0 };
	struct world w;
	struct evidence e;

	(void)state;
	world_init(&w);
	evidence_init(&e);
	e.vm = &w.vm;
	for (size_t i = 0; i < rule_count; i++) {
		struct finding finding = { .rule = &rules[i] };

		if (rules[i].test(&e, &finding, &f.arena))
			fail_msg("%s: %s", rules[i].id, finding.summary);
	}
	advice_judge(&e, &f);
	assert_int_equal(f.count, 0);
	findings_fini(&f);
}

static void every_rule_has_cases(void **state)
{
	(void)state;
	for (size_t r = 0; r < rule_count; r++) {
		const struct rule_cases *c;
		bool has = false;

		for (size_t i = 0; (c = rule_cases_at(i)); i++)
			has |= !strcmp(c->id, rules[r].id) && c->over[0] && c->under[0] &&
			       c->contra[0];
		if (!has)
			fail_msg("%s has no cases", rules[r].id);
	}
}

static void over_raises_its_rule_alone(void **state)
{
	const struct rule_cases *c;

	(void)state;
	for (size_t i = 0; (c = rule_cases_at(i)); i++)
		for (size_t k = 0; k < CASES_MAX && c->over[k]; k++) {
			struct findings f;
			struct world w;

			world_init(&w);
			c->over[k](&w);
			f = world_judge(&w);
			if (f.count != 1 || strcmp(f.items[0].rule->id, c->id) != 0)
				fail_msg("%s, case %zu: %zu findings, %s %s", c->id, k, f.count,
					f.count ? f.items[0].rule->id : "",
					f.count > 1 ? f.items[1].rule->id : "");
			assert_true(*f.items[0].summary && *f.items[0].diagnosis);
			assert_true(f.items[0].evidence_count > 0);
			for (size_t n = 0; n < f.items[0].evidence_count; n++)
				if (strstr(f.items[0].evidence[n], "nan"))
					fail_msg("%s: %s", c->id, f.items[0].evidence[n]);
			assert_null(strstr(f.items[0].summary, "nan"));
			assert_null(strstr(f.items[0].diagnosis, "nan"));
			assert_true(f.items[0].remedy_count || !strcmp(c->id, "R16"));
			findings_fini(&f);
		}
}

static void under_raises_nothing(void **state)
{
	const struct rule_cases *c;

	(void)state;
	for (size_t i = 0; (c = rule_cases_at(i)); i++)
		for (size_t k = 0; k < CASES_MAX && c->under[k]; k++) {
			struct findings f;
			struct world w;

			world_init(&w);
			c->under[k](&w);
			f = world_judge(&w);
			if (f.count)
				fail_msg("%s, case %zu: %s: %s", c->id, k, f.items[0].rule->id,
					f.items[0].summary);
			findings_fini(&f);
		}
}

static void contraindications(void **state)
{
	const struct rule_cases *c;

	(void)state;
	for (size_t i = 0; (c = rule_cases_at(i)); i++)
		for (size_t k = 0; k < CASES_MAX && c->contra[k]; k++) {
			struct world w;

			world_init(&w);
			c->contra[k](&w);
			if (world_found(&w, c->id))
				fail_msg("%s, case %zu: found", c->id, k);
		}
}

/* Each figure that makes a rule speak may be unknown: then it does not. */
static void unknown_figures_raise_nothing(void **state)
{
	const struct rule_cases *c;

	(void)state;
	for (size_t i = 0; (c = rule_cases_at(i)); i++)
		for (size_t k = 0; k < CASES_MAX && c->over[k]; k++) {
			struct evidence unknown;
			struct world w;

			world_init(&w);
			c->over[k](&w);
			evidence_init(&unknown);
			unknown.vm = &w.vm;
			unknown.traced = w.e.traced;
			unknown.config = w.e.config;
			w.platform.clocksource[0] = '\0';
			w.config.machine.type[0] = '\0';
			w.domain.inactive.parsed = false;
			unknown.platform = w.e.platform;
			w.e = unknown;
			if (world_found(&w, c->id))
				fail_msg("%s, case %zu: found", c->id, k);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_raises_nothing),
		cmocka_unit_test(unknown_raises_nothing),
		cmocka_unit_test(every_rule_has_cases),
		cmocka_unit_test(over_raises_its_rule_alone),
		cmocka_unit_test(under_raises_nothing),
		cmocka_unit_test(contraindications),
		cmocka_unit_test(unknown_figures_raise_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
