#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/columns.h"
#include "view/draw/layout.h"

static bool inside(struct rect r, int rows, int columns)
{
	return r.row >= 0 && r.column >= 0 && r.height >= 0 && r.width >= 0 &&
	       r.row + r.height <= rows && r.column + r.width <= columns;
}

static bool overlap(struct rect a, struct rect b)
{
	return a.height && b.height && a.row < b.row + b.height && b.row < a.row + a.height &&
	       a.column < b.column + b.width && b.column < a.column + a.width;
}

/* All inside, none on another, and what is there has columns. */
static void check(const struct rect *parts, size_t count, int rows, int columns)
{
	for (size_t i = 0; i < count; i++) {
		assert_true(inside(parts[i], rows, columns));
		assert_true(!parts[i].height || parts[i].width > 0);
		for (size_t k = 0; k < i; k++)
			assert_false(overlap(parts[i], parts[k]));
	}
}

static void test_screen_sweep(void **state)
{
	(void)state;
	for (int rows = 0; rows <= 80; rows++) {
		for (int columns = 0; columns <= 240; columns += 3) {
			for (int i = 0; i <= 12 * 6; i++) {
				const int notices = i / 6, cpus = (i % 6) * (i % 6);
				const struct layout l = layout_screen(rows, columns, notices, cpus);
				const struct rect parts[] = { l.header, l.titles, l.list, l.bar };
				const struct rect header[] = { { 0, 0, 3, columns }, l.cpus,
					l.notices };

				check(parts, 4, rows, columns);
				assert_int_equal(l.too_small,
					rows < LAYOUT_MIN_ROWS || columns < LAYOUT_MIN_COLUMNS);
				if (l.too_small)
					continue;
				assert_int_equal(l.wide, columns >= LAYOUT_WIDE_COLUMNS);
				assert_int_equal(l.beside, columns >= LAYOUT_BESIDE_COLUMNS);
				check(header, 3, l.header.height, columns);
				assert_int_equal(
					l.header.height, 3 + l.cpus.height + l.notices.height);
				assert_true(l.cpus.height <= cpus && 3 * l.cpus.height <= rows);
				assert_true(!cpus || l.cpus.height >= 1);
				assert_true(l.notices.height <= notices);
				assert_true(l.list.height >= 8);
				assert_int_equal(l.bar.row, rows - 1);
			}
		}
	}
}

static void test_notices_get_their_lines(void **state)
{
	(void)state;
	assert_int_equal(layout_screen(24, 80, 0, 0).header.height, 3);
	assert_int_equal(layout_screen(24, 80, 5, 0).header.height, 8);
	assert_int_equal(layout_screen(24, 80, 5, 0).notices.row, 3);
	assert_int_equal(layout_screen(24, 80, 0, 0).list.height, 19);
}

/* A third of the screen at most, and before the notices: the user has asked for them. */
static void test_cpus_get_their_rows(void **state)
{
	static const struct {
		int rows, cpu_rows, notices, got, got_notices;
	} cases[] = { { 24, 1, 0, 1, 0 }, { 24, 8, 0, 8, 0 }, { 24, 16, 0, 8, 0 },
		{ 24, 8, 5, 8, 1 }, { 24, 4, 5, 4, 5 }, { 60, 30, 3, 20, 3 }, { 15, 5, 0, 2, 0 },
		{ 15, 5, 5, 2, 0 }, { 24, -1, 0, 0, 0 } };

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct layout l =
			layout_screen(cases[i].rows, 80, cases[i].notices, cases[i].cpu_rows);

		assert_int_equal(l.cpus.height, cases[i].got);
		assert_int_equal(l.notices.height, cases[i].got_notices);
		assert_int_equal(l.notices.row, 3 + l.cpus.height);
	}
}

static void check_panel(
	int width, int room, bool wide, int threads, int exits, int findings, bool machine)
{
	const struct layout_panel p =
		layout_panel(width, room, wide, threads, exits, findings, machine);
	const struct rect parts[] = { p.findings, p.usage, p.threads, p.exits, p.clock, p.hyperv,
		p.machine };

	assert_in_range(p.height, 1, room);
	check(parts, 7, p.height, width);
	assert_int_equal(p.usage.height, room >= 14);
	assert_int_not_equal(p.threads.height, 1); /* titles without a row say nothing */
	assert_int_not_equal(p.exits.height, 1);
	assert_true(p.threads.height <= threads + 1);
	assert_true(p.exits.height <= exits + 1);
	assert_true(p.findings.height <= findings);
	if (findings)
		assert_true(p.findings.height >= 1);
	assert_int_equal(p.machine.height, machine && room >= 22);
	if (room >= 6) {
		assert_int_equal(p.clock.height, 1);
		assert_int_equal(p.hyperv.height, 1);
		assert_true(p.exits.height >= 2);
	}
	if (room >= 9 && threads)
		assert_true(p.threads.height >= 2);
}

static void test_panel_sweep(void **state)
{
	static const int threads[] = { 0, 1, 2, 7, 300 }, exits[] = { 1, 3, 13, 80 };

	(void)state;
	for (int width = LAYOUT_MIN_COLUMNS; width <= 240; width += 7)
		for (int room = 1; room <= 60; room++)
			for (int t = 0; t < 5; t++)
				for (int e = 0; e < 4; e++)
					for (int findings = 0; findings <= 4; findings++)
						for (int machine = 0; machine < 2; machine++)
							check_panel(width, room,
								width >= LAYOUT_BESIDE_COLUMNS,
								threads[t], exits[e], findings,
								machine);
}

/* What a user of 80x24 with one or two VMs must see. */
static void test_panel_of_small_screen(void **state)
{
	const struct layout_panel p = layout_panel(80, 17, false, 7, 13, 1, true);

	(void)state;
	assert_int_equal(p.findings.height, 1);
	assert_int_equal(p.threads.height, 1 + 4);
	assert_int_equal(p.exits.height, 1 + 7);
	assert_int_equal(p.usage.row, 1);
	assert_int_equal(p.clock.height + p.hyperv.height, 2);
	assert_int_equal(p.height, 17);
}

static void test_room_not_needed_goes_to_the_other(void **state)
{
	const struct layout_panel few_threads = layout_panel(80, 20, false, 2, 40, 0, true);
	const struct layout_panel few_exits = layout_panel(80, 20, false, 40, 2, 0, true);

	(void)state;
	assert_int_equal(few_threads.threads.height, 3);
	assert_int_equal(few_threads.height, 20);
	assert_int_equal(few_exits.exits.height, 3);
	assert_int_equal(few_exits.height, 20);
}

static void test_wide_panel_is_side_by_side(void **state)
{
	const struct layout_panel p = layout_panel(120, 30, true, 7, 13, 1, true);

	(void)state;
	assert_int_equal(p.threads.row, p.exits.row);
	assert_true(p.exits.column > p.threads.column + p.threads.width);
	assert_int_equal(p.machine.row, p.hyperv.row + 1);
	assert_int_equal(p.height, 1 + 1 + 14 + 3);
}

static int usage_sum(const struct layout_usage *u, const struct layout_usage_words *w)
{
	return w->heading + w->figure + u->bar + (u->cpu ? w->cpu_name + u->cpu + w->cpu_max : 0) +
	       (u->exits_now ? w->exits_name + u->exits + w->exits_now : 0) +
	       (u->exits_max ? w->exits_max : 0);
}

static bool in(int value, int low, int high)
{
	return value == 0 || (value >= low && value <= high);
}

/* In every width: all that is there fits, is long enough, and is there in the next one, too. */
static void test_usage_sweep(void **state)
{
	static const int figures[] = { 5, 15, 22 };

	(void)state;
	for (int i = 0; i < 3 * 4; i++) {
		const struct layout_usage_words w = { 8, figures[i / 4], 6, 8, 8, 8, 10, i & 1,
			i & 2 };
		struct layout_usage last = { 0 };

		for (int width = LAYOUT_MIN_COLUMNS - LAYOUT_MARGIN; width <= 300; width++) {
			const struct layout_usage u = layout_usage(width, w);

			assert_true(usage_sum(&u, &w) <= width);
			assert_true(in(u.bar, 10, 22) && in(u.cpu, 6, 60) && in(u.exits, 6, 60));
			assert_true(w.cpu_history || !u.cpu);
			assert_true(w.exits_history || (!u.exits && !u.exits_max));
			assert_true(!u.exits || u.exits_now);
			assert_true(!last.bar || u.bar);
			assert_true(!last.cpu || u.cpu);
			assert_true(!last.exits || u.exits);
			assert_true(last.exits_now <= u.exits_now);
			assert_true(last.exits_max <= u.exits_max);
			last = u;
		}
		assert_int_equal(last.bar, 22);
		assert_int_equal(last.cpu, w.cpu_history ? 60 : 0);
		assert_int_equal(last.exits, w.exits_history ? 60 : 0);
		assert_true(last.exits_now && last.exits_max == w.exits_history);
	}
}

static void test_usage_gets_shorter_in_order(void **state)
{
	/* "usage   " " 131.9 of 400 %" "  CPU " " max 140" "  exits " " 23.6k/s" " max 24.1k" */
	static const struct layout_usage_words w = { 8, 15, 6, 8, 8, 8, 10, true, true };
	static const struct {
		int width;
		struct layout_usage expected;
	} cases[] = {
		{ 197, { 22, 56, 56, true, true } },
		{ 117, { 22, 16, 16, true, true } },
		{ 107, { 22, 16, 6, true, true } }, /* the exits' history is at its least */
		{ 95, { 10, 16, 6, true, true } },  /* the bar, too */
		{ 85, { 10, 6, 6, true, true } },   /* and the CPU's */
		{ 84, { 10, 15, 6, true,
			      false } }, /* what then goes leaves its room to the others */
		{ 77, { 10, 8, 6, true,
			      false } }, /* 80 columns: everything but the second maximum */
		{ 74, { 0, 15, 6, true, false } },
		{ 64, { 0, 11, 0, true, false } },
		{ 57, { 0, 20, 0, false, false } },
		{ 38, { 0, 0, 0, false, false } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct layout_usage u = layout_usage(cases[i].width, w);

		assert_int_equal(u.bar, cases[i].expected.bar);
		assert_int_equal(u.cpu, cases[i].expected.cpu);
		assert_int_equal(u.exits, cases[i].expected.exits);
		assert_int_equal(u.exits_now, cases[i].expected.exits_now);
		assert_int_equal(u.exits_max, cases[i].expected.exits_max);
	}
}

static void check_drill(int rows, int columns, int irqs, bool latency)
{
	const struct layout_drill l = layout_drill(rows, columns, irqs, latency, 118);
	const struct rect parts[] = { l.exits, l.irqs, l.latency };
	const struct rect inner = { l.box.row + 1, l.box.column + 1, l.box.height - 2,
		l.box.width - 2 };

	assert_true(inside(l.box, rows - 1, columns)); /* the bar is not covered */
	assert_int_equal(l.box.width, columns);
	for (size_t i = 0; i < 3; i++) {
		const struct rect r = parts[i];

		if (!r.height)
			continue;
		assert_true(r.row >= inner.row && r.row + r.height <= inner.row + inner.height);
		assert_true(r.column >= inner.column);
		assert_true(r.column + r.width < inner.column + inner.width); /* a blank column */
		assert_true(r.width >= 40);
		assert_true(r.height >= 2);
		for (size_t k = 0; k < i; k++)
			assert_false(overlap(r, parts[k]));
	}
	assert_true(l.exits.height >= 5);
	assert_true(l.irqs.height >= 2 && l.irqs.height <= irqs);
	assert_int_equal(l.latency.height > 0, latency);
	/* Eight bars below a line of words, where there is room for them. */
	if (latency && rows >= 24)
		assert_true(l.latency.height >= 9);
	if (latency)
		assert_int_equal(l.latency.row == l.exits.row, columns >= LAYOUT_DRILL_COLUMNS);
}

static void test_drill_sweep(void **state)
{
	static const int irqs[] = { 2, 3, 6, 25, 257 };

	(void)state;
	for (int rows = LAYOUT_MIN_ROWS; rows <= 80; rows++)
		for (int columns = LAYOUT_MIN_COLUMNS; columns <= 240; columns++)
			for (size_t i = 0; i < 5; i++)
				for (int latency = 0; latency < 2; latency++)
					check_drill(rows, columns, irqs[i], latency);
}

/* From LAYOUT_BESIDE_COLUMNS on the exit table has room for all of perf's columns. */
static void test_exits_beside_have_perfs_columns(void **state)
{
	int perf = 0;

	(void)state;
	for (size_t i = 0; i <= EXIT_COL_STDERR; i++)
		perf += exit_columns[i].width + 1;
	for (int width = LAYOUT_BESIDE_COLUMNS; width <= 240; width++)
		assert_true(layout_panel(width, 40, true, 4, 10, 0, true).exits.width >= perf);
}

static void test_popup(void **state)
{
	(void)state;
	for (int rows = 1; rows < 60; rows++) {
		for (int want = 0; want < 100; want += 3) {
			const struct rect r = layout_popup(rows, 80, want, want);

			assert_true(inside(r, rows, 80));
			assert_true(r.height == rows || r.height == want + 2);
		}
	}
	assert_int_equal(layout_popup(24, 80, 10, 40).row, 6);
	assert_int_equal(layout_popup(24, 80, 10, 40).column, 19);
}

/* Its lines one below the other, what has no room left out from the end; nothing beyond the room. */
static void test_panel_off(void **state)
{
	(void)state;
	for (int room = 1; room <= 10; room++) {
		const struct layout_panel p = layout_panel_off(100, room, 2, 2, true);
		const struct rect parts[] = { p.off, p.findings, p.clock, p.hyperv, p.machine };
		int row = 0;

		for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
			if (!parts[i].height)
				continue;
			assert_int_equal(parts[i].row, row);
			assert_int_equal(parts[i].column, LAYOUT_MARGIN);
			row += parts[i].height;
		}
		assert_int_equal(row, p.height);
		assert_int_equal(p.height, room < 7 ? room : 7);
		assert_true(p.off.height > 0);
		assert_int_equal(p.threads.height + p.exits.height + p.usage.height, 0);
	}
	assert_int_equal(layout_panel_off(100, 10, 0, 1, false).height, 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_panel_off),
		cmocka_unit_test(test_screen_sweep),
		cmocka_unit_test(test_notices_get_their_lines),
		cmocka_unit_test(test_cpus_get_their_rows),
		cmocka_unit_test(test_panel_sweep),
		cmocka_unit_test(test_panel_of_small_screen),
		cmocka_unit_test(test_room_not_needed_goes_to_the_other),
		cmocka_unit_test(test_wide_panel_is_side_by_side),
		cmocka_unit_test(test_usage_sweep),
		cmocka_unit_test(test_usage_gets_shorter_in_order),
		cmocka_unit_test(test_drill_sweep),
		cmocka_unit_test(test_exits_beside_have_perfs_columns),
		cmocka_unit_test(test_popup),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
