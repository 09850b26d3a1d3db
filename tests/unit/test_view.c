#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "domain/describe.h"
#include "domain/domain_xml.h"
#include "model/exit_brief.h"
#include "model/shed.h"
#include "view/draw/table.h"
#include "view/drill_irqs.h"
#include "view/page.h"
#include "view/panel/panel_exits.h"

static void test_config_texts(void **state)
{
	/* clang-format off */
	static const struct { const char *xml, *clock, *hyperv, *missing; } cases[] = {
		{ NULL, "-", "-", "" },
		{ "<domain/>", "utc  rtc default  pit default  hpet default  hypervclock no", "none", "" },
		{ "<domain><features><hyperv><relaxed state='on'/><vapic state='on'/>"
		  "<spinlocks state='on' retries='8191'/><reset state='off'/></hyperv></features>"
		  "<clock offset='localtime'><timer name='rtc' tickpolicy='catchup' track='guest'/>"
		  "<timer name='pit' tickpolicy='delay'/><timer name='hpet' present='no'/>"
		  "<timer name='hypervclock' present='yes'/></clock></domain>",
		  "localtime  rtc catchup track guest  pit delay  hpet no  hypervclock yes",
		  "relaxed vapic spinlocks 8191", "vpindex synic stimer" },
		{ "<domain><features><hyperv><vpindex state='on'/><synic state='on'/><stimer state='on'>"
		  "<direct state='on'/></stimer></hyperv></features><clock offset='timezone' "
		  "timezone='Europe/Paris'><timer name='tsc' frequency='2400000000'/>"
		  "<timer name='kvmclock' present='no'/></clock></domain>",
		  "timezone Europe/Paris  rtc default  pit default  hpet default  hypervclock no  "
		  "tsc 2400 MHz  kvmclock no",
		  "vpindex synic stimer stimer.direct", "" },
		{ "<domain><features><hyperv mode='passthrough'/></features></domain>",
		  "utc  rtc default  pit default  hpet default  hypervclock yes", "mode passthrough", "" },
		{ "<domain><features><hyperv><synic state='on'/></hyperv></features>"
		  "<clock offset='x&#x202e;y'/></domain>",
		  "x?y  rtc default  pit default  hpet default  hypervclock no", "synic", "vpindex stimer" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config;
		struct strbuf clock = { 0 }, hyperv = { 0 }, missing = { 0 };

		domain_xml_read(&config, cases[i].xml);
		describe_clock(&clock, &config);
		describe_hyperv(&hyperv, &config);
		describe_missing(&missing, &config);
		assert_string_equal(strbuf_text(&clock), cases[i].clock);
		assert_string_equal(strbuf_text(&hyperv), cases[i].hyperv);
		assert_string_equal(strbuf_text(&missing), cases[i].missing);
		strbuf_fini(&clock);
		strbuf_fini(&hyperv);
		strbuf_fini(&missing);
		domain_config_fini(&config);
	}
}

enum { IO = 30, MSR = 31 };

static struct exit_entry entry(
	uint32_t reason, enum exit_detail detail, uint64_t port, uint64_t samples)
{
	struct exit_entry e = { .key = { reason, EXIT_ISA_VMX, (uint8_t)detail, port } };

	snprintf(e.name, sizeof e.name, reason == IO ? "IO" : "MSR%u", reason);
	for (uint64_t i = 0; i < samples; i++)
		summary_add(&e.durations, 1000);
	return e;
}

/* Names of the lines, with the samples of each: "IO 100|  RTC 0x70/0x71 60". */
static char *lines_of(
	const struct exit_table *table, enum exit_column sort, bool reverse, size_t room)
{
	struct strbuf text = { 0 };
	size_t count;
	struct exit_row *lines = exit_brief(table, EXIT_SHARES_ALL, sort, reverse, 3, room, &count);

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&text, "%s%s %.0f", i ? "|" : "", lines[i].name, lines[i].samples);
	free(lines);
	return strbuf_take(&text);
}

static void test_exit_lines(void **state)
{
	struct exit_entry reasons[] = { entry(MSR, EXIT_DETAIL_NONE, 0, 20),
		entry(IO, EXIT_DETAIL_NONE, 0, 100), entry(MSR + 1, EXIT_DETAIL_NONE, 0, 5) };
	struct exit_entry details[] = { entry(IO, EXIT_DETAIL_PORT_IN, 0x71, 29),
		entry(IO, EXIT_DETAIL_PORT_IN, 0x608, 30),
		entry(IO, EXIT_DETAIL_PORT_OUT, 0x70, 30),
		entry(IO, EXIT_DETAIL_PORT_OUT, 0x80, 10),
		entry(IO, EXIT_DETAIL_PORT_OUT, 0x20, 1) };
	const struct exit_table table = { .reasons = reasons,
		.reason_count = 3,
		.details = details,
		.detail_count = 5,
		.seconds = 2 };
	/* clang-format off */
	static const struct { size_t room; enum exit_column sort; bool reverse; const char *lines; } cases[] = {
		{ 100, EXIT_COL_SAMPLES, false,
		  "IO 100|  RTC 0x70/0x71 59|  ACPI PM timer 0x608 in 30|  POST code 0x80 out 10|MSR31 20|MSR32 5" },
		{ 4, EXIT_COL_SAMPLES, false, "IO 100|  RTC 0x70/0x71 59|MSR31 20|MSR32 5" },
		{ 3, EXIT_COL_SAMPLES, false, "IO 100|  RTC 0x70/0x71 59|MSR31 20" },
		{ 2, EXIT_COL_SAMPLES, false, "IO 100|  RTC 0x70/0x71 59" },
		{ 1, EXIT_COL_SAMPLES, false, "IO 100" },
		{ 0, EXIT_COL_SAMPLES, false, "" },
		{ 3, EXIT_COL_SAMPLES, true, "MSR32 5|MSR31 20|IO 100" },
		{ 4, EXIT_COL_REASON, true, "MSR32 5|MSR31 20|IO 100|  RTC 0x70/0x71 59" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *lines = lines_of(&table, cases[i].sort, cases[i].reverse, cases[i].room);

		assert_string_equal(lines, cases[i].lines);
		free(lines);
	}
}

static void test_exit_details_are_shares_of_all(void **state)
{
	struct exit_entry reasons[] = { entry(IO, EXIT_DETAIL_NONE, 0, 40),
		entry(MSR, EXIT_DETAIL_NONE, 0, 60) };
	struct exit_entry details[] = { entry(IO, EXIT_DETAIL_PORT_IN, 0x71, 20) };
	struct exit_table table = { .reasons = reasons,
		.reason_count = 2,
		.details = details,
		.detail_count = 1,
		.seconds = 4 };
	size_t count;
	struct exit_row *lines =
		exit_brief(&table, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, 3, 10, &count);

	(void)state;
	assert_int_equal(count, 3);
	assert_true(fabs(lines[2].samples_pct - 20) < 1e-9);
	assert_true(fabs(lines[2].time_pct - 20) < 1e-9);
	assert_true(fabs(lines[2].per_s - 5) < 1e-9);
	assert_true(fabs(lines[2].avg_us - 1) < 1e-9);
	free(lines);
	table.seconds = 0;
	lines = exit_brief(&table, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, 3, 10, &count);
	assert_true(isnan(lines[2].per_s));
	free(lines);
	table = (struct exit_table){ 0 };
	lines = exit_brief(&table, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false, 3, 10, &count);
	assert_int_equal(count, 0);
	free(lines);
}

static void test_wrap(void **state)
{
	/* clang-format off */
	static const struct { int width, hang; const char *text, *lines; } cases[] = {
		{ 20, 0, "", "" },
		{ 20, 0, "one two", "one two" },
		{ 7, 0, "one two three", "one two|three" },
		{ 9, 2, "- one two three", "- one two|  three" },
		{ 5, 0, "abcdefghijkl", "abcde|fghij|kl" },
		{ 9, 0, "a bcdefghijkl", "a bcdefgh|ijkl" },   /* not a line with next to nothing */
		{ 20, 0, "one\n\ntwo\n", "one||two" },
		{ 20, 0, "\ta\033b", "  a?b" },
		{ 5, 0, "日本語日本", "日本|語日|本" },
		{ 8, 2, "    <indented/>", "    <ind|  ented/|  >" },
	};
	/* clang-format on */

	(void)state;
	setlocale(LC_ALL, "C.UTF-8");
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct page page = { .width = cases[i].width };
		struct strbuf seen = { 0 };

		page_add(&page, STYLE_NORMAL, cases[i].hang, cases[i].text);
		for (size_t k = 0; k < page.count; k++) {
			assert_true(text_width(page.lines[k].text) <= cases[i].width);
			strbuf_addf(&seen, "%s%s", k ? "|" : "", page.lines[k].text);
		}
		assert_string_equal(strbuf_text(&seen), cases[i].lines);
		strbuf_fini(&seen);
		page_fini(&page);
	}
}

/* Every table fits into every width that a screen can give it, and keeps its sorted column. */
static void test_table_fits(void **state)
{
	static const struct {
		const struct field *columns;
		size_t count;
	} tables[] = { { vm_columns, VM_COL__COUNT }, { thread_columns, THREAD_COL__COUNT },
		{ exit_columns, EXIT_COL__COUNT } };

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		for (size_t sorted = 0; sorted < tables[i].count; sorted++) {
			for (int width = 57; width < 240; width++) {
				struct table t;
				int end = -1;

				table_fit(&t, tables[i].columns, tables[i].count, sorted, false,
					width, 5);
				assert_in_range(t.width, 1, width);
				assert_true(t.cells[sorted].width > 0);
				for (size_t c = 0; c < t.count; c++) {
					if (!t.cells[c].width)
						continue;
					assert_true(t.cells[c].at > end);
					end = t.cells[c].at + t.cells[c].width;
				}
				assert_int_equal(end, t.width);
			}
		}
	}
}

/* What the budget does not allow, in words: shorter where there is less room. */
static void test_shed(void **state)
{
	struct vm vms[] = { { .id = { 70, 1 }, .name = "win10" },
		{ .id = { 71, 1 }, .name = "a-tenant-with-a-very-long-name" } };
	struct vm *pointers[] = { &vms[0], &vms[1] };
	/* clang-format off */
	static const struct {
		enum tracing_shed shed; pid_t only_pid; double duty; int room; const char *text, *notice;
	} cases[] = {
		{ TRACING_SHED_NOTHING, 0, NAN, 80, "", "" },
		{ TRACING_SHED_DETAILS, 0, NAN, 80, ", details shed",
		  "more exits than the budget allows (5 % CPU, 200000 events/s): details (MSRs, addresses, interrupt lines) are not "
		  "traced; kvmtop --budget raises it" },
		{ TRACING_SHED_VMS, 70, 1, 80, ", only win10",
		  "more exits than the budget allows (5 % CPU, 200000 events/s): only win10 is traced, without details; "
		  "kvmtop --budget raises it" },
		{ TRACING_SHED_VMS, 71, 1, 80, ", only a-tenant-with-a-very", NULL },
		{ TRACING_SHED_VMS, 71, 1, 20, ", one VM", NULL },
		{ TRACING_SHED_VMS, 99, 1, 80, ", only one VM", NULL },
		{ TRACING_SHED_TIME, 70, 0.05, 80, ", only win10, 1/20 of the time",
		  "more exits than the budget allows (5 % CPU, 200000 events/s): only win10 is traced, without details, 1/20 of the "
		  "time, and scaled up from that (~); kvmtop --budget raises it" },
		{ TRACING_SHED_TIME, 71, 0.05, 26, ", one VM, 1/20 of the time", NULL },
		{ TRACING_SHED_TIME, 71, 0.05, 25, ", shed", NULL },
		{ TRACING_SHED_TIME, 70, 0.75, 80, ", only win10, 75% of the time", NULL },
		{ TRACING_SHED_TIME, 70, 0.001, 80, ", only win10, 1/1000 of the time", NULL },
		{ TRACING_SHED_TIME, 70, 0, 80, ", only win10, less than 1/1000 of the time", NULL },
		{ TRACING_SHED_TIME, 70, NAN, 80, ", only win10", NULL },
		{ TRACING_SHED_TIME, 70, 1, 80, ", only win10", NULL },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct model m = { .vms = pointers,
			.vm_count = 2,
			.host = { .shed = cases[i].shed,
				.only_pid = cases[i].only_pid,
				.budget_cpu_pct = 5,
				.budget_events_per_s = 200000,
				.duty = cases[i].duty } };
		struct strbuf notice = { 0 };
		char text[SHED_TEXT_MAX];

		shed_describe(&m, cases[i].room, text);
		assert_string_equal(text, cases[i].text);
		shed_notice(&m, &notice);
		if (cases[i].notice)
			assert_string_equal(strbuf_text(&notice), cases[i].notice);
		strbuf_fini(&notice);
	}
}

/* Where not all interrupt lines fit, the busiest are shown, in the order they always have. */
static void test_irq_rows(void **state)
{
	struct irq_line lines[] = { { 0, 3, 0 }, { 8, 900, 0 }, { 9, 3, 0 }, { 14, 50, 0 } };
	const struct irq_table table = { .lines = lines, .count = 4, .seconds = 1 };
	/* clang-format off */
	static const struct { size_t room; const char *gsis; } cases[] = {
		{ 9, " 0 8 9 14" }, { 4, " 0 8 9 14" }, { 3, " 0 8 14" }, { 2, " 8 14" }, { 1, " 8" }, { 0, "" },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct irq_row rows[4];
		struct strbuf text = { 0 };
		const size_t count = drill_irqs_rows(&table, cases[i].room, rows);

		for (size_t k = 0; k < count; k++)
			strbuf_addf(&text, " %u", rows[k].gsi);
		assert_string_equal(strbuf_text(&text), cases[i].gsis);
		strbuf_fini(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_config_texts),
		cmocka_unit_test(test_exit_lines),
		cmocka_unit_test(test_exit_details_are_shares_of_all),
		cmocka_unit_test(test_wrap),
		cmocka_unit_test(test_table_fits),
		cmocka_unit_test(test_shed),
		cmocka_unit_test(test_irq_rows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
