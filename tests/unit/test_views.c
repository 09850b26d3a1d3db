/* What views list, in which order, and what becomes of the selection. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "advice/finding_columns.h"
#include "model/counters.h"
#include "view/draw/table.h"
#include "view/selection.h"
#include "view/ui_moves.h"
#include "view/views.h"

enum { VMS = 6, THREADS = 3 };

struct fixture {
	struct vm all[VMS];
	struct vm *vms[VMS];
	struct thread threads[VMS][THREADS];
	struct hot_symbol symbol;
	struct model model;
	struct finding items[3];
	struct kvm_event events[3];
	struct findings findings;
	struct log_row log_rows[2];
	struct ui ui;
};

static void set_up(struct fixture *f)
{
	static const enum severity severities[] = { SEVERITY_INFO, SEVERITY_CRITICAL,
		SEVERITY_WARNING };

	memset(f, 0, sizeof *f);
	for (int i = 0; i < VMS; i++) {
		struct vm *vm = f->vms[i] = &f->all[i];

		vm->id = (struct vm_id){ 100 * (i + 1), 7 };
		snprintf(vm->name, sizeof vm->name, "vm%d", i);
		vm->cpu.cpu_pct = 60.0 - i;
		vm->exits_per_s = 10 * i;
		vm->halts.all.vm = vm;
		vm->threads = f->threads[i];
		vm->thread_count = THREADS;
		for (int k = 0; k < THREADS; k++) {
			struct thread *t = &vm->threads[k];

			*t = (struct thread){ .vm = vm, .tid = vm->id.pid + k, .vcpu = k - 1 };
			snprintf(t->name, sizeof t->name, k ? "CPU %d/KVM" : "emulator", k - 1);
			t->cpu.cpu_pct = k == 1 ? 20 - i : 1;
		}
	}
	for (int i = 0; i < 2; i++)
		f->log_rows[i] =
			(struct log_row){ .vm = i ? &f->all[1] : NULL, .what = "soft lockup" };
	f->model.kernel_log = (struct kernel_log){ .known = true, .rows = f->log_rows, .count = 2 };
	f->model.vms = f->vms;
	f->model.vm_count = VMS;
	for (int i = 0; i < 3; i++)
		f->items[i] = (struct finding){ .rule = &rules[i],
			.vm = f->all[i].id,
			.severity = severities[i],
			.confidence = CONFIDENCE_HIGH,
			.summary = "polling" };
	f->findings = (struct findings){ .items = f->items, .count = 3 };
	f->symbol = (struct hot_symbol){ .name = "poll_freewait", .module = "kernel", .pct = 50 };
	f->model.hot_symbols = (struct hot_symbols){ .wanted = true,
		.vm = f->all[2].id,
		.is_open = true,
		.items = &f->symbol,
		.shown = 1,
		.count = 1 };
	/* The middle one never fires. */
	for (int i = 0; i < 3; i++) {
		f->events[i] = (struct kvm_event){ .vm_total = i == 1 ? 0 : 9, .vm_per_s = i };
		snprintf(f->events[i].name, sizeof f->events[i].name, "kvm_%d", i);
	}
	f->model.kvm_events = (struct kvm_events){
		.wanted = true, .vm = f->all[2].id, .items = f->events, .count = 3
	};
	ui_init(&f->ui);
}

static const struct rows *rows_of(struct fixture *f)
{
	return selection_rows(&f->ui, &f->model, &f->findings);
}

static const char *selected(struct fixture *f)
{
	const struct rows *rows = rows_of(f);

	return rows->count ? rows->items[f->ui.selected_row].vm->name : "none";
}

static void act(struct fixture *f, enum action action)
{
	ui_act(&f->ui, action, &f->model, &f->findings);
}

static void type(struct fixture *f, const char *text)
{
	act(f, ACTION_FILTER);
	for (; *text; text++)
		ui_type(&f->ui, *text);
}

static void test_each_view_is_complete(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	for (int i = 0; i < VIEW__COUNT; i++) {
		const struct rows *rows;

		assert_true(views[i]->name[0] && views[i]->key[0] && strlen(views[i]->help) > 20);
		assert_non_null(views[i]->collect);
		assert_non_null(views[i]->paint);
		assert_non_null(views[i]->enter);
		ui_turn_to(&f.ui, (enum view_id)i);
		rows = rows_of(&f);
		assert_true(rows->count > 0 && rows->column_count <= TABLE_COLUMNS_MAX);
		assert_true(field_find(rows->columns, rows->column_count, views[i]->sort) <
			    rows->column_count);
		views[i]->enter(&f.ui, &f.model, &f.findings, NULL); /* no row, no harm */
		f.ui.popup = POPUP_NONE;
	}
	ui_fini(&f.ui);
}

static void test_threads_of_all(void **state)
{
	struct fixture f;
	const struct rows *rows;

	(void)state;
	set_up(&f);
	ui_turn_to(&f.ui, VIEW_THREADS);
	rows = rows_of(&f);
	assert_int_equal(rows->count, VMS * THREADS);
	for (int i = 0; i < VMS; i++)
		assert_int_equal(rows->items[i].key, 100 * (i + 1) + 1);
	/* What is equal goes by the VM's name, then by thread. */
	for (size_t i = VMS; i < rows->count; i++) {
		assert_string_equal(rows->items[i].vm->name, f.all[(i - VMS) / 2].name);
		assert_int_equal(rows->items[i].key % 100, (i - VMS) % 2 ? 2 : 0);
	}
	/* Enter opens a vCPU's exits; for another thread, the VM's panel. */
	act(&f, ACTION_ENTER);
	assert_int_equal(f.ui.popup, POPUP_EXITS);
	assert_int_equal(f.ui.drill.vcpu, 0);
	act(&f, ACTION_CLOSE);
	selection_take(&f.ui, VMS);
	f.ui.folded = true;
	act(&f, ACTION_ENTER);
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	assert_true(ui_is_open(&f.ui, f.all[0].id));
	ui_fini(&f.ui);
}

/* The selection is a thread's, and in another view its VM's. */
static void test_selection_across_views(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	rows_of(&f);
	act(&f, ACTION_DOWN);
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "vm2");
	act(&f, ACTION_NEXT_VIEW);
	assert_string_equal(selected(&f), "vm2");
	act(&f, ACTION_LAST); /* the last thread */
	assert_int_equal(f.ui.selected_key, 602);
	f.all[5].threads[2].cpu.cpu_pct = 99; /* it becomes the first */
	rows_of(&f);
	assert_int_equal(f.ui.selected_row, 0);
	assert_int_equal(f.ui.selected_key, 602);
	act(&f, ACTION_NEXT_VIEW);
	assert_string_equal(selected(&f), "vm5");
	act(&f, ACTION_PREVIOUS_VIEW);
	act(&f, ACTION_PREVIOUS_VIEW);
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	act(&f, ACTION_PREVIOUS_VIEW);
	assert_int_equal(f.ui.view, VIEW__COUNT - 1);
	ui_fini(&f.ui);
}

static void set_exits(struct vm *vm, struct exit_entry *reasons, size_t count)
{
	vm->interval =
		(struct exit_table){ .reasons = reasons, .reason_count = count, .seconds = 2 };
	vm->total = vm->interval;
}

static struct exit_entry reason(uint32_t number, const char *name, uint64_t count)
{
	struct exit_entry e = { .key = { .reason = number, .isa = EXIT_ISA_VMX },
		.durations = { .count = count } };

	snprintf(e.name, sizeof e.name, "%s", name);
	return e;
}

static void test_exits_side_by_side(void **state)
{
	struct exit_entry first[] = { reason(12, "HLT", 10), reason(30, "IO_INSTRUCTION", 900) };
	struct exit_entry second[] = { reason(12, "HLT", 200), reason(31, "MSR_READ", 4) };
	struct fixture f;
	const struct rows *rows;

	(void)state;
	set_up(&f);
	set_exits(&f.all[0], first, 2);
	set_exits(&f.all[1], second, 2);
	f.all[2].exits_per_s = NAN; /* not traced */
	f.all[2].counters = counters_unknown();
	ui_turn_to(&f.ui, VIEW_EXITS);
	rows = rows_of(&f);
	assert_int_equal(rows->column_count, 3 + 3);
	assert_string_equal(rows->columns[2].title, "IO_INSTRUCTION"); /* the most frequent first */
	assert_string_equal(rows->columns[3].title, "HLT");
	assert_string_equal(rows->columns[4].title, "MSR_READ");
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];

		if (row->vm == &f.all[0]) {
			assert_true(field_number(&rows->columns[2], row->data) == 450);
			assert_true(field_number(&rows->columns[3], row->data) == 5);
			assert_true(field_number(&rows->columns[4], row->data) == 0);
			assert_true(field_number(&rows->columns[5], row->data) == 0);
		} else if (row->vm == &f.all[2]) {
			for (size_t k = 1; k < rows->column_count; k++)
				assert_true(isnan(field_number(&rows->columns[k], row->data)));
		}
	}
	/* Sorted by a reason it stays so, whatever place its column has. */
	ui_sort_by(&f.ui, &rows->columns[3]);
	assert_string_equal(rows_of(&f)->items[0].vm->name, "vm1");
	second[0].durations.count = 100000; /* HLT is now the most frequent */
	rows = rows_of(&f);
	assert_string_equal(rows->columns[2].title, "HLT");
	assert_int_equal(selection_sorted(&f.ui), 2);
	/* When there is no such exit any more it is sorted as at first. */
	f.all[0].total.reason_count = f.all[1].total.reason_count = 0;
	rows = rows_of(&f);
	assert_string_equal(rows->columns[selection_sorted(&f.ui)].key, "exits_per_s");
	ui_fini(&f.ui);
}

/* KVM's counters are columns of their own, empty for a VM that is traced, as reasons are for one that is not. */
static void test_counters_beside_exits(void **state)
{
	struct exit_entry first[] = { reason(12, "HLT", 10) };
	struct vm_counters *c;
	struct fixture f;
	const struct rows *rows;

	(void)state;
	set_up(&f);
	for (int i = 0; i < VMS; i++) {
		f.all[i].exits_per_s = NAN;
		f.all[i].counters = counters_unknown();
	}
	set_exits(&f.all[0], first, 1);
	f.all[0].exits_per_s = 5;
	c = &f.all[2].counters;
	c->exits_per_s = 100;
	c->io_exits_per_s = 60;
	c->halt_exits_per_s = 30;
	c->mmio_exits_per_s = 0;
	c->signals_per_s = 70; /* no part of all */
	ui_turn_to(&f.ui, VIEW_EXITS);
	rows = rows_of(&f);
	assert_int_equal(rows->column_count, 3 + 3);
	assert_string_equal(rows->columns[2].title, "I/O ports");
	assert_string_equal(rows->columns[3].title, "halts");
	assert_string_equal(rows->columns[4].title, "HLT");
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];
		const bool traced = row->vm == &f.all[0], counted = row->vm == &f.all[2];
		double figures[6];

		for (size_t k = 1; k < 6; k++)
			figures[k] = field_number(&rows->columns[k], row->data);
		assert_int_equal(isnan(figures[1]), !traced && !counted);
		assert_int_equal(isnan(figures[2]), !counted);
		assert_int_equal(isnan(figures[4]), !traced);
		if (!counted)
			continue;
		assert_true(figures[1] == 100);
		assert_true(figures[2] == 60);
		assert_true(figures[3] == 30);
		assert_true(figures[5] == 10);
	}
	ui_fini(&f.ui);
}

static void test_more_reasons_than_columns(void **state)
{
	struct exit_entry many[40];
	struct fixture f;
	const struct rows *rows;

	(void)state;
	set_up(&f);
	for (uint32_t i = 0; i < 40; i++) {
		char name[16];

		snprintf(name, sizeof name, "R%u", i);
		many[i] = reason(i, name, 1000 - i);
	}
	set_exits(&f.all[0], many, 40);
	ui_turn_to(&f.ui, VIEW_EXITS);
	rows = rows_of(&f);
	assert_true(rows->column_count <= TABLE_COLUMNS_MAX);
	for (size_t i = 0; i < rows->count; i++) {
		double sum = 0;

		for (size_t k = 2; k < rows->column_count && rows->items[i].vm == &f.all[0]; k++)
			sum += field_number(&rows->columns[k], rows->items[i].data);
		if (rows->items[i].vm == &f.all[0])
			assert_true(
				fabs(sum - (40 * 1000 - 780) / 2.0) < 1e-6); /* nothing is lost */
	}
	ui_fini(&f.ui);
}

static void test_findings_worst_first(void **state)
{
	static const char *const order[] = { "vm1", "vm2", "vm0" };
	struct fixture f;
	const struct rows *rows;

	(void)state;
	set_up(&f);
	ui_turn_to(&f.ui, VIEW_FINDINGS);
	rows = rows_of(&f);
	assert_int_equal(rows->count, 3);
	for (int i = 0; i < 3; i++)
		assert_string_equal(rows->items[i].vm->name, order[i]);
	f.ui.selected_row = 1;
	selection_take(&f.ui, 1);
	act(&f, ACTION_ENTER);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	assert_ptr_equal(f.ui.popup_rule, &rules[2]);
	ui_fini(&f.ui);
}

/* Of the VM that is counted, without what never fired; Enter opens its exits. */
static void test_events(void **state)
{
	struct fixture f;
	const struct rows *rows;

	(void)state;
	set_up(&f);
	ui_turn_to(&f.ui, VIEW_EVENTS);
	rows = rows_of(&f);
	assert_int_equal(rows->count, 2);
	assert_string_equal(rows->items[0].name, "kvm_2");
	assert_string_equal(rows->items[1].name, "kvm_0");
	assert_ptr_equal(rows->items[0].vm, &f.all[2]);
	type(&f, "kvm_0");
	assert_int_equal(rows_of(&f)->count, 1);
	act(&f, ACTION_FILTER_CLEAR);
	act(&f, ACTION_ENTER);
	assert_int_equal(f.ui.popup, POPUP_EXITS);
	act(&f, ACTION_CLOSE);
	/* Counted for no VM: what it says of the host stands all the same. */
	f.model.kvm_events.vm = (struct vm_id){ 0 };
	assert_int_equal(rows_of(&f)->count, 2);
	/* Refused: there is nothing to list, and the selection stays. */
	f.ui.selected = f.all[3].id;
	strcpy(f.model.kvm_events.why, "no");
	assert_int_equal(rows_of(&f)->count, 0);
	assert_true(vm_id_equal(f.ui.selected, f.all[3].id));
	f.model.vm_count = 0;
	assert_int_equal(rows_of(&f)->count, 0);
	ui_fini(&f.ui);
}

static void test_filter(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	rows_of(&f);
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "vm1");
	type(&f, "VM3");
	assert_int_equal(rows_of(&f)->count, 1);
	assert_int_equal(f.ui.rows.all, VMS);
	assert_string_equal(selected(&f), "vm3"); /* stands in */
	act(&f, ACTION_FILTER_ERASE);
	assert_int_equal(rows_of(&f)->count, VMS);
	assert_string_equal(selected(&f), "vm1"); /* and steps back */
	type(&f, "nobody");
	assert_string_equal(selected(&f), "none");
	act(&f, ACTION_FILTER_CLEAR);
	assert_false(f.ui.filtering);
	assert_string_equal(selected(&f), "vm1");
	/* A thread's own name counts, too; Enter keeps the filter. */
	ui_turn_to(&f.ui, VIEW_THREADS);
	type(&f, "emul");
	act(&f, ACTION_FILTER_KEEP);
	assert_false(f.ui.filtering);
	assert_int_equal(rows_of(&f)->count, VMS);
	ui_fini(&f.ui);
}

/* A popup about a VM that the filter leaves out stays: the VM is not gone. */
static void test_filter_and_popup(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	rows_of(&f);
	act(&f, ACTION_REMEDY);
	strcpy(f.ui.filter, "vm3");
	rows_of(&f);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	ui_fini(&f.ui);
}

static void test_follow(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	rows_of(&f);
	act(&f, ACTION_FOLLOW); /* off */
	assert_string_equal(selected(&f), "vm0");
	f.all[4].cpu.cpu_pct = 99;
	assert_string_equal(selected(&f), "vm4"); /* the busiest */
	act(&f, ACTION_FOLLOW);
	f.all[3].cpu.cpu_pct = 199;
	assert_string_equal(selected(&f), "vm4");
	ui_fini(&f.ui);
}

/* As a frame does. */
static int scroll(struct ui *ui, int first, int lines, int view, int total)
{
	struct painted painted = ui->painted;
	const int line = selection_scroll(ui, &painted, first, lines, view, total);

	ui_take_painted(ui, &painted);
	return line;
}

/* While rows change their places the selected one keeps its own on the screen, as far as the list goes. */
static void test_scroll(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	/* 200 rows on a screen of 20: the user goes to row 50, which is then the last that is seen. */
	f.ui.moved = true;
	assert_int_equal(scroll(&f.ui, 50, 1, 20, 200), 31);
	assert_true(f.ui.painted.overflows);
	assert_int_equal(scroll(&f.ui, 60, 1, 20, 200), 41); /* the row moved down by ten */
	assert_int_equal(scroll(&f.ui, 30, 1, 20, 200), 11);
	assert_int_equal(scroll(&f.ui, 3, 1, 20, 200), 0); /* no blank above the first */
	assert_int_equal(scroll(&f.ui, 199, 1, 20, 200), 180);
	f.ui.moved = true; /* one up: the list stands still */
	assert_int_equal(scroll(&f.ui, 198, 1, 20, 200), 180);
	/* A panel is seen whole; one that is higher than the screen from its first line on. */
	f.ui.moved = true;
	assert_int_equal(scroll(&f.ui, 198, 15, 20, 214), 193);
	f.ui.moved = true;
	assert_int_equal(scroll(&f.ui, 100, 30, 20, 300), 100);
	/* All fits. */
	assert_int_equal(scroll(&f.ui, 5, 1, 20, 7), 0);
	assert_false(f.ui.painted.overflows);
	ui_fini(&f.ui);
}

static void test_sort_by_key(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	ui_turn_to(&f.ui, VIEW_CLOCK);
	act(&f, ACTION_SORT_CPU); /* the clocks have no such column: the overview has */
	assert_int_equal(f.ui.view, VIEW_OVERVIEW);
	act(&f, ACTION_SORT_NAME);
	assert_string_equal(rows_of(&f)->items[0].vm->name, "vm0");
	act(&f, ACTION_SORT_NAME); /* again: turned round */
	assert_string_equal(rows_of(&f)->items[0].vm->name, "vm5");
	ui_fini(&f.ui);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_view_is_complete),
		cmocka_unit_test(test_threads_of_all),
		cmocka_unit_test(test_selection_across_views),
		cmocka_unit_test(test_exits_side_by_side),
		cmocka_unit_test(test_counters_beside_exits),
		cmocka_unit_test(test_more_reasons_than_columns),
		cmocka_unit_test(test_findings_worst_first),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_filter_and_popup),
		cmocka_unit_test(test_follow),
		cmocka_unit_test(test_scroll),
		cmocka_unit_test(test_sort_by_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
