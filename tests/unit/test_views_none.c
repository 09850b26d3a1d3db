/* Rows that are of no VM, in the log's view: how they are sorted, filtered and selected, beside those of VMs. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "advice/log_columns.h"
#include "view/pointer.h"
#include "view/selection.h"
#include "view/ui_moves.h"
#include "view/views.h"

enum { VMS = 3, ROWS = 6 };

struct fixture {
	struct vm all[VMS];
	struct vm *vms[VMS];
	struct log_row rows[ROWS];
	struct model model;
	struct finding finding;
	struct findings findings;
	struct ui ui;
};

static void set_row(struct log_row *row, const struct vm *vm, pid_t pid, enum kernel_log_kind kind,
	uint64_t last_s, const char *what)
{
	*row = (struct log_row){ .vm = vm, .last_real_ns = last_s };
	row->entry.kind = kind;
	row->entry.pid = vm ? vm->id.pid : pid;
	snprintf(row->what, sizeof row->what, "%s", what);
	snprintf(row->of, sizeof row->of, pid ? "pid %d" : "host", (int)pid);
}

/* The newest first: vm0's, the host's clock, vm1's, a VM's that has ended, another one's, the host's lockup. */
static void set_up(struct fixture *f)
{
	memset(f, 0, sizeof *f);
	for (int i = 0; i < VMS; i++) {
		struct vm *vm = f->vms[i] = &f->all[i];

		vm->id = (struct vm_id){ 100 * (i + 1), 7 };
		snprintf(vm->name, sizeof vm->name, "vm%d", i);
		vm->cpu.cpu_pct = 60 - i;
	}
	set_row(&f->rows[0], f->vms[0], 0, KERNEL_LOG_SOFT_LOCKUP, 60, "soft lockup");
	set_row(&f->rows[1], NULL, 0, KERNEL_LOG_CLOCK, 50, "unstable clock");
	set_row(&f->rows[2], f->vms[1], 0, KERNEL_LOG_SPLIT_LOCK, 40, "split lock");
	set_row(&f->rows[3], NULL, 5000, KERNEL_LOG_OOM_KILL, 30, "killed, no memory");
	set_row(&f->rows[4], NULL, 5001, KERNEL_LOG_OOM_KILL, 20, "killed, no memory");
	set_row(&f->rows[5], NULL, 0, KERNEL_LOG_SOFT_LOCKUP, 10, "soft lockup");
	f->model.vms = f->vms;
	f->model.vm_count = VMS;
	f->model.kernel_log = (struct kernel_log){ .known = true, .rows = f->rows, .count = ROWS };
	f->finding = (struct finding){ .rule = &rules[0], .vm = f->all[0].id, .summary = "bad" };
	f->findings = (struct findings){ .items = &f->finding, .count = 1 };
	ui_init(&f->ui);
	f->ui.settled = true;
}

static const struct rows *rows_of(struct fixture *f)
{
	return selection_rows(&f->ui, &f->model, &f->findings);
}

static void act(struct fixture *f, enum action action)
{
	ui_act(&f->ui, action, &f->model, &f->findings);
}

/* What stands in a row's first column. */
static const char *called(struct fixture *f, size_t row)
{
	const struct rows *rows = rows_of(f);

	return row < rows->count ? field_text(&log_columns[LOG_COL_VM], rows->items[row].data)
				 : "nothing";
}

static const char *selected(struct fixture *f)
{
	rows_of(f);
	return called(f, f->ui.selected_row);
}

static void open_log(struct fixture *f)
{
	set_up(f);
	rows_of(f);
	ui_turn_to(&f->ui, VIEW_LOG);
	rows_of(f);
}

static void test_sorted_and_filtered(void **state)
{
	struct fixture f;

	(void)state;
	open_log(&f);
	assert_int_equal(rows_of(&f)->count, ROWS);
	for (size_t i = 0; i < ROWS; i++)
		assert_ptr_equal(
			((const struct log_line *)rows_of(&f)->items[i].data)->row, &f.rows[i]);
	ui_sort_by(&f.ui, &log_columns[LOG_COL_VM]);
	assert_string_equal(called(&f, 0), "host");
	assert_string_equal(called(&f, 2), "pid 5000");
	assert_string_equal(called(&f, 4), "vm0");
	ui_sort_by(&f.ui, &log_columns[LOG_COL_VM]);
	assert_string_equal(called(&f, 0), "vm1");
	assert_string_equal(called(&f, 5), "host");
	/* Equal by column: those of no VM first, then by their keys; always in the same order. */
	ui_sort_by(&f.ui, &log_columns[LOG_COL_LINES]);
	assert_string_equal(called(&f, 0), "host");
	assert_string_equal(called(&f, 5), "vm1");
	strcpy(f.ui.filter, "HOST");
	assert_int_equal(rows_of(&f)->count, 2);
	strcpy(f.ui.filter, "lockup");
	assert_int_equal(rows_of(&f)->count, 2);
	strcpy(f.ui.filter, "5001");
	assert_int_equal(rows_of(&f)->count, 1);
	strcpy(f.ui.filter, "vm");
	assert_int_equal(rows_of(&f)->count, 2);
	ui_fini(&f.ui);
}

/* The row is selected, and the VM of before stays so for what is done to VMs. */
static void test_the_vm_stays_selected(void **state)
{
	struct fixture f;

	(void)state;
	open_log(&f);
	assert_string_equal(selected(&f), "vm0");
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "host");
	assert_true(f.ui.selected_none);
	assert_int_equal(f.ui.selected.pid, 100);
	act(&f, ACTION_REMEDY);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	assert_string_equal(selected(&f), "host");
	act(&f, ACTION_CLOSE);
	/* In another view it is that VM; and back here, its row. */
	ui_turn_to(&f.ui, VIEW_OVERVIEW);
	rows_of(&f);
	assert_int_equal(f.ui.selected_row, 0);
	assert_false(f.ui.selected_none);
	ui_turn_to(&f.ui, VIEW_LOG);
	assert_string_equal(selected(&f), "vm0");
	ui_fini(&f.ui);
}

static void test_each_row_is_told_from_the_others(void **state)
{
	struct fixture f;

	(void)state;
	open_log(&f);
	for (size_t i = 0; i < ROWS; i++) {
		rows_of(&f);
		assert_int_equal(f.ui.selected_row, i);
		act(&f, ACTION_DOWN);
	}
	/* It goes with its row when that gets another place. */
	assert_string_equal(selected(&f), "host");
	f.rows[5].last_real_ns = 99;
	assert_string_equal(selected(&f), "host");
	assert_int_equal(f.ui.selected_row, 0);
	/* And is another one when its own is gone: of the VM that is selected. */
	f.rows[5] = f.rows[0];
	f.model.kernel_log.count = 5;
	assert_string_equal(selected(&f), "vm1");
	ui_fini(&f.ui);
}

/* A VM of which the log says nothing: a row of no VM may stand in for it, here and nowhere else. */
static void test_standing_in(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	rows_of(&f);
	act(&f, ACTION_LAST);
	assert_int_equal(f.ui.selected.pid, 300);
	f.rows[0].last_real_ns = 0; /* the host's comes first */
	f.ui.selected_row = 0;
	ui_turn_to(&f.ui, VIEW_LOG);
	assert_string_equal(selected(&f), "host");
	assert_true(f.ui.stands_in);
	assert_string_equal(selected(&f), "host");
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "vm1");
	act(&f, ACTION_UP);
	assert_string_equal(selected(&f), "host");
	ui_turn_to(&f.ui, VIEW_OVERVIEW);
	rows_of(&f);
	assert_int_equal(f.ui.selected.pid, 200); /* the user went over it */
	ui_fini(&f.ui);

	set_up(&f);
	rows_of(&f);
	act(&f, ACTION_LAST);
	strcpy(f.ui.filter, "host");
	ui_turn_to(&f.ui, VIEW_LOG);
	assert_string_equal(selected(&f), "host");
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "host");
	assert_int_equal(f.ui.selected_row, 1);
	act(&f, ACTION_REMEDY); /* of nobody: no harm */
	act(&f, ACTION_CLOSE);
	act(&f, ACTION_DRILL_DOWN);
	act(&f, ACTION_CLOSE);
	f.ui.filter[0] = '\0';
	ui_turn_to(&f.ui, VIEW_OVERVIEW);
	rows_of(&f);
	assert_int_equal(f.ui.selected.pid, 300); /* it never was another's */
	ui_fini(&f.ui);
}

static void test_the_vm_goes_meanwhile(void **state)
{
	struct fixture f;

	(void)state;
	open_log(&f);
	act(&f, ACTION_DOWN);
	f.model.vms = f.vms + 1; /* vm0 ends */
	f.model.vm_count = 2;
	f.model.kernel_log.rows = f.rows + 1;
	f.model.kernel_log.count = ROWS - 1;
	assert_string_equal(selected(&f), "host");
	act(&f, ACTION_ENTER);
	act(&f, ACTION_REMEDY);
	assert_string_equal(selected(&f), "host");
	act(&f, ACTION_CLOSE);
	ui_turn_to(&f.ui, VIEW_OVERVIEW);
	rows_of(&f);
	assert_int_equal(f.ui.selected.pid, 200);
	/* All of them. */
	ui_turn_to(&f.ui, VIEW_LOG);
	f.model.vm_count = 0;
	f.model.kernel_log.rows = f.rows + 3;
	f.model.kernel_log.count = 3;
	assert_string_equal(selected(&f), "pid 5000");
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "pid 5001");
	ui_fini(&f.ui);
}

/* Before there are rates the first row is the selected one, whatever it is. */
static void test_before_it_is_settled(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	f.ui.settled = false;
	f.model.interval_s = NAN;
	f.rows[1].last_real_ns = 99;
	ui_turn_to(&f.ui, VIEW_LOG);
	assert_string_equal(selected(&f), "host");
	f.rows[0].last_real_ns = 100;
	assert_string_equal(selected(&f), "vm0");
	ui_fini(&f.ui);
}

static void test_clicks(void **state)
{
	struct fixture f;
	const struct term_mouse mouse = { .button = TERM_BUTTON_LEFT, .row = 4, .column = 10 };
	enum action then;

	(void)state;
	open_log(&f);
	for (size_t i = 0; i < ROWS; i++)
		mouse_regions_add_row(&f.ui.painted.regions, (struct rect){ (int)i, 0, 1, 80 },
			REGION_ROW, &rows_of(&f)->items[i], i);
	f.rows[4].last_real_ns = 200; /* it has moved since it was painted */
	assert_int_equal(pointer_act(&f.ui, mouse, &f.model, &f.findings, &then), STALE_PAINT);
	assert_string_equal(selected(&f), "pid 5001");
	assert_int_equal(f.ui.selected.pid, 100);
	ui_fini(&f.ui);
}

static void test_enter(void **state)
{
	struct fixture f;

	(void)state;
	open_log(&f);
	act(&f, ACTION_ENTER); /* no rule is about lockups: the answer is said */
	assert_int_equal(f.ui.popup, POPUP_NONE);
	assert_non_null(strstr(f.ui.message, "steal"));
	f.rows[0].entry.kind = KERNEL_LOG_MSR_UNHANDLED;
	act(&f, ACTION_ENTER);
	assert_int_equal(f.ui.popup, POPUP_NONE); /* the rule has found nothing there */
	f.finding.rule = rule_of(RULE_ODD_MSRS);
	act(&f, ACTION_ENTER);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	assert_ptr_equal(f.ui.popup_rule, f.finding.rule);
	ui_fini(&f.ui);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sorted_and_filtered),
		cmocka_unit_test(test_the_vm_stays_selected),
		cmocka_unit_test(test_each_row_is_told_from_the_others),
		cmocka_unit_test(test_standing_in),
		cmocka_unit_test(test_the_vm_goes_meanwhile),
		cmocka_unit_test(test_before_it_is_settled),
		cmocka_unit_test(test_clicks),
		cmocka_unit_test(test_enter),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
