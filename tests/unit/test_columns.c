#include <ctype.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "advice/finding_columns.h"
#include "advice/log_columns.h"
#include "core/text.h"
#include "model/clock_columns.h"
#include "model/columns.h"
#include "model/halt_columns.h"
#include "samples.h"

static const struct {
	const char *name;
	const struct field *columns;
	size_t count;
} tables[] = {
	{ "vm", vm_columns, VM_COL__COUNT },
	{ "thread", thread_columns, THREAD_COL__COUNT },
	{ "exit", exit_columns, EXIT_COL__COUNT },
	{ "irq", irq_columns, IRQ_COL__COUNT },
	{ "clock", clock_columns, CLOCK_COL__COUNT },
	{ "finding", finding_columns, FINDING_COL__COUNT },
	{ "halt", halt_columns, HALT_COL__COUNT },
	{ "log", log_columns, LOG_COL__COUNT },
};

enum { TABLE_COUNT = sizeof tables / sizeof *tables };

static void check_key(const char *key)
{
	assert_non_null(key);
	assert_true(*key);
	assert_true(islower((unsigned char)*key));
	for (const char *c = key; *c; c++)
		assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
}

static void every_row_is_complete(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLE_COUNT; t++)
		for (size_t i = 0; i < tables[t].count; i++) {
			const struct field *c = &tables[t].columns[i];

			check_key(c->key);
			assert_non_null(c->title);
			assert_in_range(text_width(c->title), 1, c->width);
			assert_non_null(c->help);
			assert_true(strlen(c->help) > 10);
			assert_int_not_equal(c->help[strlen(c->help) - 1], '.');
			assert_int_equal(c->kind == FIELD_FUNCTION, !c->number != !c->text);
			assert_true(c->rank >= 0);
			if (field_is_text(c))
				assert_true(c->left && c->ascending == !c->order);
			assert_true(!c->order || field_is_text(c));
		}
}

static void keys_are_unique_in_a_table(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLE_COUNT; t++)
		for (size_t i = 0; i < tables[t].count; i++)
			for (size_t k = 0; k < i; k++)
				assert_string_not_equal(
					tables[t].columns[i].key, tables[t].columns[k].key);
}

/* Two columns that may go must not go at the same time: which one would be chance. */
static void ranks_are_unique_in_a_table(void **state)
{
	(void)state;
	for (size_t t = 0; t < TABLE_COUNT; t++)
		for (size_t i = 0; i < tables[t].count; i++)
			for (size_t k = 0; k < i; k++)
				assert_true(!tables[t].columns[i].rank ||
					    tables[t].columns[i].rank != tables[t].columns[k].rank);
}

/* Columns in use when the highest ranks went until the rest fits into width. */
static unsigned fitting(const struct field *columns, size_t count, int width)
{
	unsigned shown = (1u << count) - 1;

	for (;;) {
		int used = -1, highest = 0;
		size_t goes = count;

		for (size_t i = 0; i < count; i++) {
			if (!(shown & 1u << i))
				continue;
			used += columns[i].width + 1;
			if (columns[i].rank > highest) {
				highest = columns[i].rank;
				goes = i;
			}
		}
		if (used <= width)
			return shown;
		if (goes == count)
			fail_msg("what may not go takes %d of %d columns", used, width);
		shown &= ~(1u << goes);
	}
}

static void tables_fit_the_usual_terminals(void **state)
{
	enum { MARGIN = 3, INDENT = 5 };
	unsigned vm;

	(void)state;
	/* Those of devices are hidden at first. */
	vm = fitting(vm_columns, VM_COL_DEVICES, 80 - MARGIN);
	assert_true(vm & 1u << VM_COL_PID);
	assert_true(vm & 1u << VM_COL_TOP_EXIT);
	assert_false(vm & 1u << VM_COL_WAIT);
	vm = fitting(vm_columns, VM_COL_DEVICES, 60 - MARGIN);
	assert_true(vm & 1u << VM_COL_SYSTEM);
	assert_true(vm & 1u << VM_COL_EXITS);
	assert_int_equal(
		fitting(vm_columns, VM_COL_DEVICES, 120 - MARGIN), (1u << VM_COL_DEVICES) - 1);
	assert_int_equal(
		fitting(vm_columns, VM_COL__COUNT, 200 - MARGIN), (1u << VM_COL__COUNT) - 1);
	for (int width = 60; width <= 80; width += 20) {
		fitting(thread_columns + THREAD_COL_NAME, THREAD_COL__COUNT - THREAD_COL_NAME,
			width - INDENT);
		fitting(thread_columns, THREAD_COL__COUNT, width - MARGIN);
		fitting(clock_columns, CLOCK_COL__COUNT, width - MARGIN);
		fitting(finding_columns, FINDING_COL__COUNT, width - MARGIN);
		fitting(exit_columns, EXIT_COL__COUNT, width - INDENT);
	}
}

/* perf's columns in perf's order come first, and are the last to go. */
static void perfs_columns_stay(void **state)
{
	static const char *const perf[] = { "VM-EXIT", "samples", "smp%", "time%", "min", "max",
		"avg", "±" };
	const size_t count = sizeof perf / sizeof *perf;
	unsigned shown;

	(void)state;
	for (size_t i = 0; i < count; i++)
		assert_string_equal(exit_columns[i].title, perf[i]);
	shown = fitting(exit_columns, EXIT_COL__COUNT, 95);
	assert_false(shown & 1u << EXIT_COL_P50);
	assert_true(shown & 1u << EXIT_COL_P99);
	shown = fitting(exit_columns, EXIT_COL__COUNT, 87);
	assert_false(shown & (1u << EXIT_COL_P50 | 1u << EXIT_COL_P99));
	for (size_t i = 0; i < count; i++)
		assert_true(shown & 1u << i);
}

static void lines_have_their_columns(void **state)
{
	const struct irq_row row = {
		.gsi = 8, .name = "RTC", .raised = 600, .lowered = 599, .per_s = 300
	};

	(void)state;
	assert_string_equal(field_text(&irq_columns[IRQ_COL_NAME], &row), "RTC");
	assert_near(field_number(&irq_columns[IRQ_COL_GSI], &row), 8, 0);
	assert_near(field_number(&irq_columns[IRQ_COL_RAISED], &row), 600, 0);
	assert_near(field_number(&irq_columns[IRQ_COL_LOWERED], &row), 599, 0);
	assert_near(field_number(&irq_columns[IRQ_COL_RATE], &row), 300, 0);
}

static void sampled_figures_say_so(void **state)
{
	const struct exit_row part = { .sampled = true }, all = { .sampled = false };

	(void)state;
	assert_true(exit_columns[EXIT_COL_SAMPLES].sampled(&part));
	assert_false(exit_columns[EXIT_COL_SAMPLES].sampled(&all));
}

static void sort_orders(void **state)
{
	static const double none = NAN;
	const struct {
		enum exit_column column;
		bool reverse;
		const char *order;
	} cases[] = {
		{ EXIT_COL_SAMPLES, false, "CADB" }, /* A and D are equal: by name */
		{ EXIT_COL_SAMPLES, true, "ADCB" },
		{ EXIT_COL_REASON, false, "ABCD" },
		{ EXIT_COL_REASON, true, "DCBA" },
		{ EXIT_COL_MAX, false, "DBAC" },
	};
	const struct exit_row original[] = {
		{ .name = "D", .samples = 5, .max_us = 9 },
		{ .name = "B", .samples = none, .max_us = 8 },
		{ .name = "A", .samples = 5, .max_us = -1 },
		{ .name = "C", .samples = 7, .max_us = none },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct exit_row rows[4];
		char order[5] = "";

		memcpy(rows, original, sizeof rows);
		field_sort_rows(&exit_columns[cases[i].column], cases[i].reverse,
			&exit_columns[EXIT_COL_REASON], rows, 4, sizeof *rows);
		for (size_t k = 0; k < 4; k++)
			order[k] = rows[k].name[0];
		assert_string_equal(order, cases[i].order);
	}
}

static void sorting_is_stable(void **state)
{
	const struct exit_row a = { .name = "A", .samples = 1 }, b = { .name = "B", .samples = 1 },
			      c = { .name = "C", .samples = 2 };
	const void *rows[] = { &b, &c, &a };

	(void)state;
	field_sort_pointers(&exit_columns[EXIT_COL_SAMPLES], false, NULL, rows, 3);
	assert_ptr_equal(rows[0], &c);
	assert_ptr_equal(rows[1], &b);
	assert_ptr_equal(rows[2], &a);
	field_sort_pointers(&exit_columns[EXIT_COL_SAMPLES], true, NULL, rows, 3);
	assert_ptr_equal(rows[0], &b);
	assert_ptr_equal(rows[1], &a);
	field_sort_pointers(&exit_columns[EXIT_COL_SAMPLES], false, NULL, rows, 0);
	field_sort_rows(&exit_columns[EXIT_COL_SAMPLES], false, NULL, NULL, 0, sizeof a);
}

static void unknown_texts_are_last_both_ways(void **state)
{
	const struct vm with = { .top_exit = "HLT 61.0%" }, without = { .top_exit = "" };
	const struct field *c = &vm_columns[VM_COL_TOP_EXIT];

	(void)state;
	assert_null(field_text(c, &without));
	assert_true(field_compare(c, false, &with, &without) < 0);
	assert_true(field_compare(c, true, &with, &without) < 0);
	assert_int_equal(field_compare(c, false, &without, &without), 0);
}

static void number_of_vcpus_is_unknown_when_none_was_found(void **state)
{
	const struct vm none = { .vcpus = 0 }, two = { .vcpus = 2 };

	(void)state;
	assert_true(isnan(field_number(&vm_columns[VM_COL_VCPUS], &none)));
	assert_near(field_number(&vm_columns[VM_COL_VCPUS], &two), 2, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_complete),
		cmocka_unit_test(keys_are_unique_in_a_table),
		cmocka_unit_test(ranks_are_unique_in_a_table),
		cmocka_unit_test(tables_fit_the_usual_terminals),
		cmocka_unit_test(perfs_columns_stay),
		cmocka_unit_test(lines_have_their_columns),
		cmocka_unit_test(sampled_figures_say_so),
		cmocka_unit_test(sort_orders),
		cmocka_unit_test(sorting_is_stable),
		cmocka_unit_test(unknown_texts_are_last_both_ways),
		cmocka_unit_test(number_of_vcpus_is_unknown_when_none_was_found),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
