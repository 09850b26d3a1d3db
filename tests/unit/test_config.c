#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "model/config.h"

/* clang-format off */
#define RTC { .name = "rtc", .tickpolicy = "catchup" }
#define PIT { .name = "pit", .tickpolicy = "delay" }
#define HPET(is_present) { .name = "hpet", .present = (is_present) }
#define ON(what) { .name = what, .state = TRI_YES }
/* clang-format on */

/* A configuration whose lists end with the first element without a name. */
struct settings {
	bool unread;
	const char *offset, *mode;
	struct domain_timer timers[6];
	struct domain_enlightenment items[6];
};

/* The configuration, which borrows s. */
static struct domain_config config_of(struct settings *s)
{
	struct domain_config c = { .parsed = !s->unread };

	c.clock.timers = s->timers;
	c.hyperv.items = s->items;
	while (s->timers[c.clock.timer_count].name[0])
		c.clock.timer_count++;
	while (s->items[c.hyperv.count].name[0])
		c.hyperv.count++;
	if (s->offset)
		snprintf(c.clock.offset, sizeof c.clock.offset, "%s", s->offset);
	if (s->mode)
		snprintf(c.hyperv.mode, sizeof c.hyperv.mode, "%s", s->mode);
	return c;
}

static void configurations_in_words(void **state)
{
	struct {
		struct settings settings;
		const char *clock, *hyperv;
	} cases[] = {
		{ { .unread = true }, "-", "-" },
		{ { .unread = false },
			"utc  rtc default  pit default  hpet default  hypervclock no", "none" },
		{ { .offset = "localtime",
			  .timers = { HPET(TRI_NO), PIT, RTC,
				  { .name = "hypervclock", .present = TRI_YES },
				  { .name = "tsc", .frequency_hz = 3000000000, .mode = "native" } },
			  .items = { ON("relaxed"), ON("vapic"),
				  { .name = "spinlocks", .state = TRI_YES, .value = "8191" },
				  { .name = "stimer", .state = TRI_NO } } },
			"localtime  rtc catchup  pit delay  hpet no  hypervclock yes"
			"  tsc native 3000 MHz",
			"relaxed vapic spinlocks 8191" },
		{ { .offset = "\033[2J",
			  .mode = "passthrough",
			  .timers = { { .name = "rtc", .tickpolicy = "\a", .track = "wall" } } },
			"?[2J  rtc ? track wall  pit default  hpet default  hypervclock no",
			"mode passthrough" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain_config c = config_of(&cases[i].settings);
		struct strbuf text = { 0 };

		config_describe_clock(&text, &c);
		assert_string_equal(strbuf_text(&text), cases[i].clock);
		strbuf_fini(&text);
		config_describe_hyperv(&text, &c);
		assert_string_equal(strbuf_text(&text), cases[i].hyperv);
		strbuf_fini(&text);
	}
}

static void pending_is_a_difference_that_matters(void **state)
{
	struct {
		struct settings live, inactive;
		enum tristate pending;
	} cases[] = {
		{ { .offset = "utc" }, { .offset = "utc" }, TRI_NO },
		{ { .offset = "utc" }, { .offset = "localtime" }, TRI_YES },
		{ { .offset = "utc" }, { .unread = true }, TRI_UNKNOWN },
		{ { .unread = true }, { .offset = "utc" }, TRI_UNKNOWN },
		{ { .timers = { RTC, HPET(TRI_NO) } }, { .timers = { HPET(TRI_NO), RTC } },
			TRI_NO },
		{ { .timers = { RTC, HPET(TRI_NO) } }, { .timers = { RTC, HPET(TRI_YES) } },
			TRI_YES },
		{ { .timers = { RTC } }, { .timers = { RTC, PIT } }, TRI_YES },
		{ { .timers = { RTC, PIT } }, { .timers = { RTC } }, TRI_YES },
		{ { .items = { ON("vapic") } }, { .items = { ON("vapic"), ON("stimer") } },
			TRI_YES },
		{ { .items = { ON("vapic"), ON("stimer") } }, { .items = { ON("vapic") } },
			TRI_YES },
		{ { .items = { ON("vapic"), { .name = "stimer", .state = TRI_NO } } },
			{ .items = { ON("vapic") } }, TRI_NO },
		{ { .items = { { .name = "spinlocks", .state = TRI_YES, .value = "4096" } } },
			{ .items = { { .name = "spinlocks", .state = TRI_YES, .value = "8191" } } },
			TRI_YES },
		{ { .mode = "custom" }, { .mode = "" }, TRI_NO },
		{ { .mode = "passthrough" }, { .mode = "custom" }, TRI_YES },
	};

	(void)state;
	assert_int_equal(config_pending(NULL), TRI_UNKNOWN);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain d = {
			.live = config_of(&cases[i].live),
			.inactive = config_of(&cases[i].inactive),
		};

		if (config_pending(&d) != cases[i].pending)
			fail_msg("case %zu: %d, not %d", i, config_pending(&d), cases[i].pending);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(configurations_in_words),
		cmocka_unit_test(pending_is_a_difference_that_matters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
