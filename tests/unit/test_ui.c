#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "view/selection.h"
#include "view/shown.h"

enum { VMS = 30 };

struct fixture {
	struct vm all[VMS];
	struct vm *vms[VMS];
	struct model model;
	struct finding finding;
	struct findings findings;
	struct ui ui;
};

/* VMs vm00 ... vm29, the first the busiest; the second has a finding with two remedies. */
static void set_up(struct fixture *f, size_t count)
{
	memset(f, 0, sizeof *f);
	for (size_t i = 0; i < VMS; i++) {
		f->all[i].id = (struct vm_id){ 100 + (pid_t)i, 7 };
		snprintf(f->all[i].name, sizeof f->all[i].name, "vm%02zu", i);
		f->all[i].cpu.cpu_pct = 100.0 - (double)i;
		f->vms[i] = &f->all[i];
	}
	f->model.vms = f->vms;
	f->model.vm_count = count;
	f->finding.rule = rules;
	f->finding.vm = f->all[1].id;
	f->finding.remedies[0] = REMEDY_HYPERV_TIMERS;
	f->finding.remedies[1] = REMEDY_HPET_ON;
	f->finding.remedy_count = 2;
	f->findings.items = &f->finding;
	f->findings.count = 1;
	ui_init(&f->ui);
	f->ui.painted.page = 10;
}

static enum stale act(struct fixture *f, enum action action)
{
	return ui_act(&f->ui, action, &f->model, &f->findings);
}

static const char *selected(struct fixture *f)
{
	const struct rows *rows = selection_rows(&f->ui, &f->model, &f->findings);

	return rows->count ? rows->items[f->ui.selected_row].vm->name : "none";
}

static void test_first_row_is_taken(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 0);
	assert_string_equal(selected(&f), "none");
	act(&f, ACTION_DOWN);
	f.model.vm_count = 3;
	assert_string_equal(selected(&f), "vm00");
	assert_true(ui_is_open(&f.ui, f.all[0].id));
	assert_false(ui_is_open(&f.ui, f.all[1].id));
	ui_fini(&f.ui);
}

/* The first samples order the VMs by nothing; the one that is opened is the busiest one. */
static void test_selection_waits_for_rates(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	f.model.interval_s = NAN;
	for (size_t i = 0; i < 3; i++)
		f.all[i].cpu.cpu_pct = NAN;
	assert_string_equal(selected(&f), "vm00");
	f.model.interval_s = 1;
	f.all[2].cpu.cpu_pct = 130;
	assert_string_equal(selected(&f), "vm02");
	f.all[1].cpu.cpu_pct = 140;
	assert_string_equal(selected(&f), "vm02");
	ui_fini(&f.ui);

	/* A choice of the user's stays, rates or not. */
	set_up(&f, 3);
	f.model.interval_s = NAN;
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "vm01");
	ui_fini(&f.ui);
}

static void test_moving_stops_at_the_ends(void **state)
{
	/* clang-format off */
	static const struct { enum action action; const char *selected; } steps[] = {
		{ ACTION_UP, "vm00" }, { ACTION_DOWN, "vm01" }, { ACTION_PAGE_DOWN, "vm11" },
		{ ACTION_PAGE_DOWN, "vm21" }, { ACTION_PAGE_DOWN, "vm29" }, { ACTION_DOWN, "vm29" },
		{ ACTION_PAGE_UP, "vm19" }, { ACTION_FIRST, "vm00" }, { ACTION_LAST, "vm29" },
		{ ACTION_UP, "vm28" },
	};
	/* clang-format on */
	struct fixture f;

	(void)state;
	set_up(&f, VMS);
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		assert_int_equal(act(&f, steps[i].action), STALE_PAINT);
		assert_string_equal(selected(&f), steps[i].selected);
	}
	ui_fini(&f.ui);
}

static void test_selection_follows_the_vm(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 5);
	act(&f, ACTION_DOWN);
	f.all[1].cpu.cpu_pct = 1; /* now the last row */
	assert_string_equal(selected(&f), "vm01");
	assert_int_equal(f.ui.selected_row, 4);
	ui_fini(&f.ui);
}

static void test_vanished_vm_leaves_its_row(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 5);
	act(&f, ACTION_DOWN);
	selected(&f);
	act(&f, ACTION_REMEDY);
	f.vms[1] = &f.all[4];
	f.model.vm_count = 4; /* vm01 is gone: vm02 takes its row */
	assert_string_equal(selected(&f), "vm02");
	assert_int_equal(f.ui.popup, POPUP_NONE); /* it spoke of vm01 */
	assert_true(f.ui.message[0]);
	act(&f, ACTION_LAST);
	f.model.vm_count = 1;
	f.vms[0] = &f.all[3];
	assert_string_equal(selected(&f), "vm03");
	f.model.vm_count = 0;
	assert_string_equal(selected(&f), "none");
	assert_int_equal(f.ui.selected.pid, 0);
	ui_fini(&f.ui);
}

/* A power cycle ends the process and starts another: the VM is selected again when it is back. */
static void test_restarted_vm_is_selected_again(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 4);
	strcpy(f.all[1].uuid, "6c1f8d7e-2b7a-4d6f-9a53-3f0d1c5b7a10");
	act(&f, ACTION_DOWN);
	assert_string_equal(selected(&f), "vm01");
	f.vms[1] = &f.all[3];
	f.model.vm_count = 3; /* shut down */
	assert_string_equal(selected(&f), "vm02");
	f.all[1].id = (struct vm_id){ 900, 9000 };
	strcpy(f.all[1].name, "renamed");
	f.vms[3] = &f.all[1];
	f.model.vm_count = 4; /* and started */
	assert_string_equal(selected(&f), "renamed");
	assert_int_equal(f.ui.selected.pid, 900);

	/* Without a UUID the name tells; even when no VM was left in between. */
	act(&f, ACTION_FIRST);
	f.model.vm_count = 0;
	assert_string_equal(selected(&f), "none");
	f.all[0].id.pid = 901;
	f.model.vm_count = 4;
	f.vms[0] = &f.all[2];
	f.vms[2] = &f.all[0];
	assert_string_equal(selected(&f), "vm00");

	/* Whoever selects another meanwhile keeps that. */
	f.model.vm_count = 2;
	selected(&f);
	act(&f, ACTION_LAST);
	assert_string_equal(selected(&f), "vm03");
	f.model.vm_count = 4;
	assert_string_equal(selected(&f), "vm03");
	ui_fini(&f.ui);
}

static void test_a_new_vm_with_the_same_pid_is_another(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	act(&f, ACTION_LAST);
	f.all[2].id.start_ticks++;
	assert_string_equal(selected(&f), "vm02");
	assert_int_equal(f.ui.selected.start_ticks, 8);
	ui_fini(&f.ui);
}

static void test_order_of_vms(void **state)
{
	struct fixture f;
	const struct rows *rows;

	(void)state;
	set_up(&f, 4);
	f.all[0].cpu.cpu_pct = NAN;
	f.all[3].cpu.cpu_pct = f.all[1].cpu.cpu_pct;
	rows = selection_rows(&f.ui, &f.model, &f.findings);
	assert_int_equal(rows->count, 4);
	assert_string_equal(rows->items[0].vm->name, "vm01"); /* a tie goes by name */
	assert_string_equal(rows->items[1].vm->name, "vm03");
	assert_string_equal(rows->items[2].vm->name, "vm02");
	assert_string_equal(rows->items[3].vm->name, "vm00"); /* unknown is last */
	f.ui.views[VIEW_OVERVIEW].reverse = true;
	rows = selection_rows(&f.ui, &f.model, &f.findings);
	assert_string_equal(rows->items[0].vm->name, "vm02");
	assert_string_equal(rows->items[3].vm->name, "vm00");
	ui_fini(&f.ui);
}

static void test_fold(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	selected(&f);
	act(&f, ACTION_FOLD);
	assert_false(ui_is_open(&f.ui, f.all[0].id));
	act(&f, ACTION_DOWN); /* the list stays folded */
	assert_false(ui_is_open(&f.ui, f.all[1].id));
	act(&f, ACTION_FOLD);
	assert_true(ui_is_open(&f.ui, f.all[1].id));
	ui_fini(&f.ui);
}

static void test_sort_exits(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 1);
	f.ui.exit_sort = EXIT_COL__COUNT - 1;
	assert_int_equal(act(&f, ACTION_REVERSE), STALE_SORT);
	assert_true(f.ui.exit_reverse);
	assert_int_equal(act(&f, ACTION_SORT_EXITS), STALE_SORT); /* round the end */
	assert_int_equal(f.ui.exit_sort, EXIT_COL_REASON);
	assert_false(f.ui.exit_reverse);
	assert_non_null(strstr(f.ui.message, exit_columns[EXIT_COL_REASON].title));
	act(&f, ACTION_SORT_LEFT);
	assert_int_equal(f.ui.exit_sort, EXIT_COL__COUNT - 1);
	act(&f, ACTION_SORT_EXITS);
	act(&f, ACTION_SORT_EXITS);
	assert_int_equal(f.ui.exit_sort, EXIT_COL_SAMPLES);
	ui_fini(&f.ui);
}

static void test_sort_vms(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 1);
	for (int i = 0; i < VM_COL__COUNT; i++) {
		assert_string_equal(f.ui.views[VIEW_OVERVIEW].sort,
			vm_columns[(VM_COL_CPU + i) % VM_COL__COUNT].key);
		assert_int_equal(act(&f, ACTION_SORT_ROWS), STALE_SORT);
	}
	assert_string_equal(f.ui.views[VIEW_OVERVIEW].sort, "cpu_pct");
	act(&f, ACTION_SORT_ROWS_LEFT);
	assert_string_equal(f.ui.views[VIEW_OVERVIEW].sort, "vcpus");
	assert_int_equal(act(&f, ACTION_REVERSE_ROWS), STALE_SORT);
	assert_true(f.ui.views[VIEW_OVERVIEW].reverse);
	ui_fini(&f.ui);
}

static void test_interval(void **state)
{
	static const double slower[] = { 2, 5, 10, 30, 60, 60 };
	static const double faster[] = { 30, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.1 };
	struct fixture f;

	(void)state;
	set_up(&f, 1);
	for (size_t i = 0; i < sizeof slower / sizeof *slower; i++) {
		act(&f, ACTION_SLOWER);
		assert_true(f.ui.settings.interval_s == slower[i]);
	}
	for (size_t i = 0; i < sizeof faster / sizeof *faster; i++) {
		act(&f, ACTION_FASTER);
		assert_true(f.ui.settings.interval_s == faster[i]);
	}
	f.ui.settings.interval_s = 3; /* between two steps */
	act(&f, ACTION_FASTER);
	assert_true(f.ui.settings.interval_s == 2);
	f.ui.settings.interval_s = 3;
	act(&f, ACTION_SLOWER);
	assert_true(f.ui.settings.interval_s == 5);
	f.ui.settings.interval_s = 300; /* beyond the steps: not shorter because of "slower" */
	act(&f, ACTION_SLOWER);
	assert_true(f.ui.settings.interval_s == 300);
	ui_fini(&f.ui);
}

static void test_popups(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	act(&f, ACTION_HELP);
	assert_int_equal(f.ui.popup, POPUP_HELP);
	act(&f, ACTION_DOWN);
	act(&f, ACTION_PAGE_DOWN);
	assert_int_equal(f.ui.popup_scroll, 11); /* the popup scrolls, the selection stays */
	assert_string_equal(selected(&f), "vm00");
	act(&f, ACTION_LAST);
	act(&f, ACTION_DOWN); /* does not overflow */
	assert_true(f.ui.popup_scroll > 1000000);
	act(&f, ACTION_FIRST);
	act(&f, ACTION_UP);
	assert_int_equal(f.ui.popup_scroll, 0);
	act(&f, ACTION_REMEDY); /* from one popup to the other */
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	act(&f, ACTION_REMEDY);
	assert_int_equal(f.ui.popup, POPUP_NONE);
	act(&f, ACTION_HELP);
	act(&f, ACTION_CLOSE);
	assert_int_equal(f.ui.popup, POPUP_NONE);
	ui_fini(&f.ui);
}

static void test_enter(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	selected(&f);
	act(&f, ACTION_ENTER); /* no finding: folds */
	assert_int_equal(f.ui.popup, POPUP_NONE);
	assert_true(f.ui.folded);
	act(&f, ACTION_DOWN);
	act(&f, ACTION_ENTER);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	ui_fini(&f.ui);
}

static void test_turning_remedies(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	selected(&f);
	act(&f, ACTION_REMEDY);
	act(&f, ACTION_NEXT); /* no finding, no remedies */
	assert_int_equal(f.ui.popup_remedy, REMEDY_NONE);
	act(&f, ACTION_CLOSE);
	act(&f, ACTION_DOWN);
	act(&f, ACTION_REMEDY);
	f.ui.popup_scroll = 5;
	act(&f, ACTION_NEXT);
	assert_int_equal(f.ui.popup_remedy, REMEDY_HPET_ON);
	assert_int_equal(f.ui.popup_scroll, 0);
	act(&f, ACTION_NEXT);
	assert_int_equal(f.ui.popup_remedy, REMEDY_HYPERV_TIMERS);
	act(&f, ACTION_PREVIOUS);
	assert_int_equal(f.ui.popup_remedy, REMEDY_HPET_ON);
	f.finding.remedy_count = 1; /* the finding changed meanwhile */
	act(&f, ACTION_NEXT);
	assert_int_equal(f.ui.popup_remedy, REMEDY_HYPERV_TIMERS);
	ui_fini(&f.ui);
}

/* What libvirt says of the host changes the order of the remedies, and not which of them is read and applied. */
static void test_remedy_stays_in_sight(void **state)
{
	struct domain domain = { .persistent = true };
	struct shown shown;
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	f.all[1].domain = &domain;
	selected(&f);
	act(&f, ACTION_DOWN);
	act(&f, ACTION_REMEDY);
	assert_int_equal(f.ui.popup_remedy, REMEDY_HYPERV_TIMERS);
	domain.caps = (struct domain_caps){ .known = true, .hyperv_known = true };
	shown = shown_find(&f.ui, &f.model, &f.findings);
	assert_int_equal(shown.remedy, REMEDY_HYPERV_TIMERS);
	assert_int_equal(shown.remedy_index, 1); /* it is impossible, the other one a fallback */
	assert_false(shown.is_another);
	act(&f, ACTION_NEXT);
	assert_int_equal(f.ui.popup_remedy, REMEDY_HPET_ON);
	domain.caps = (struct domain_caps){ 0 };
	shown = shown_find(&f.ui, &f.model, &f.findings);
	assert_int_equal(shown.remedy, REMEDY_HPET_ON);
	assert_int_equal(shown.remedy_index, 1);

	/* The rule has no such remedy any more: the other one is neither applied nor taken along unread. */
	f.finding.remedy_count = 1;
	act(&f, ACTION_APPLY);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	assert_non_null(strstr(f.ui.message, "That remedy is gone"));
	assert_int_equal(f.ui.popup_remedy, REMEDY_HYPERV_TIMERS);
	act(&f, ACTION_APPLY);
	assert_int_equal(f.ui.popup, POPUP_CHANGE);
	ui_fini(&f.ui);
}

/* The user's place is a finding, wherever the next look puts it. */
static void test_turning_findings(void **state)
{
	static const struct rule rules_of_vm[] = { { .number = 1 }, { .number = 2 },
		{ .number = 3 } };
	struct finding items[4] = { 0 };
	struct shown shown;
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	selected(&f);
	act(&f, ACTION_DOWN);
	act(&f, ACTION_NEXT_FINDING); /* no window, no turning */
	assert_null(f.ui.popup_rule);
	act(&f, ACTION_REMEDY);
	act(&f, ACTION_NEXT_FINDING);
	assert_non_null(strstr(f.ui.message, "only finding"));
	act(&f, ACTION_CLOSE);

	/* One of another VM comes first. */
	for (size_t i = 0; i < 4; i++) {
		items[i] = f.finding;
		items[i].vm = f.all[i ? 1 : 0].id;
		items[i].rule = &rules_of_vm[i ? i - 1 : 0];
	}
	f.findings = (struct findings){ .items = items, .count = 4 };
	act(&f, ACTION_REMEDY);
	shown = shown_find(&f.ui, &f.model, &f.findings);
	assert_ptr_equal(shown.finding, &items[1]);
	assert_int_equal(shown.finding_count, 3);
	act(&f, ACTION_NEXT);
	f.ui.popup_scroll = 5;
	act(&f, ACTION_NEXT_FINDING);
	assert_ptr_equal(f.ui.popup_rule, &rules_of_vm[1]);
	assert_int_equal(f.ui.popup_remedy, REMEDY_NONE); /* of the new one the best */
	assert_int_equal(f.ui.popup_scroll, 0);
	act(&f, ACTION_NEXT_FINDING);
	act(&f, ACTION_NEXT_FINDING);
	assert_ptr_equal(f.ui.popup_rule, &rules_of_vm[0]);
	act(&f, ACTION_PREVIOUS_FINDING);
	assert_ptr_equal(f.ui.popup_rule, &rules_of_vm[2]);

	/* It moved up; it went into another one; it is gone. */
	items[1].rule = &rules_of_vm[2];
	items[3].rule = &rules_of_vm[0];
	assert_int_equal(shown_find(&f.ui, &f.model, &f.findings).finding_index, 0);
	items[1].rule = &rules_of_vm[0];
	items[2].folded[0].rule = &rules_of_vm[2];
	items[2].folded_count = 1;
	f.findings.count = 3;
	assert_int_equal(shown_find(&f.ui, &f.model, &f.findings).finding_index, 1);
	items[2].folded_count = 0;
	assert_int_equal(shown_find(&f.ui, &f.model, &f.findings).finding_index, 0);

	/* Nothing is applied that came into the place of what was read. */
	act(&f, ACTION_APPLY);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	assert_non_null(strstr(f.ui.message, "That remedy is gone"));
	assert_ptr_equal(f.ui.popup_rule, &rules_of_vm[0]);
	assert_int_equal(f.ui.popup_remedy, REMEDY_HYPERV_TIMERS);
	act(&f, ACTION_APPLY);
	assert_int_equal(f.ui.popup, POPUP_CHANGE);
	act(&f, ACTION_CLOSE);
	assert_int_equal(f.ui.popup, POPUP_REMEDY);
	f.findings.count = 1; /* that is the other VM's */
	shown = shown_find(&f.ui, &f.model, &f.findings);
	assert_null(shown.finding);
	assert_int_equal(shown.remedy, REMEDY_NONE);
	act(&f, ACTION_NEXT_FINDING);
	assert_non_null(strstr(f.ui.message, "no finding"));
	ui_fini(&f.ui);
}

/* What opens first stays, though something worse comes while it is read. */
static void test_opened_finding_stays(void **state)
{
	static const struct rule worse = { .number = 1 }, opened = { .number = 2 };
	struct finding items[2] = { 0 };
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	selected(&f);
	f.finding.rule = &opened;
	act(&f, ACTION_DOWN);
	act(&f, ACTION_ENTER);
	items[0] = items[1] = f.finding;
	items[0].rule = &worse;
	f.findings = (struct findings){ .items = items, .count = 2 };
	assert_ptr_equal(shown_find(&f.ui, &f.model, &f.findings).finding, &items[1]);
	act(&f, ACTION_CLOSE);
	act(&f, ACTION_REMEDY); /* from the top again */
	assert_ptr_equal(shown_find(&f.ui, &f.model, &f.findings).finding, &items[0]);
	ui_fini(&f.ui);
}

static void test_drill_down(void **state)
{
	struct thread threads[] = { { .vcpu = 0 }, { .vcpu = 1 } };
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	f.all[0].threads = threads;
	f.all[0].thread_count = 2;
	selected(&f);
	assert_int_equal(ui_context(&f.ui), CONTEXT_MAIN | CONTEXT_OVERVIEW);
	assert_false(ui_wants_details(&f.ui));
	act(&f, ACTION_DRILL_DOWN);
	assert_int_equal(f.ui.popup, POPUP_EXITS);
	assert_int_equal(ui_context(&f.ui), CONTEXT_EXITS);
	assert_true(ui_wants_details(&f.ui));
	assert_false(f.ui.drill.latency);
	assert_int_equal(f.ui.drill.vcpu, DRILL_ALL_VCPUS);
	act(&f, ACTION_NEXT);
	assert_int_equal(f.ui.drill.vcpu, 0);
	act(&f, ACTION_PREVIOUS);
	act(&f, ACTION_PREVIOUS);
	assert_int_equal(f.ui.drill.vcpu, 1);
	act(&f, ACTION_SORT_EXITS);
	act(&f, ACTION_REVERSE);
	act(&f, ACTION_INTERVAL_MODE);
	assert_int_equal(f.ui.popup, POPUP_EXITS); /* these work inside, too */
	act(&f, ACTION_DRILL_DOWN);
	assert_int_equal(f.ui.popup, POPUP_NONE);
	assert_false(ui_wants_details(&f.ui));
	act(&f, ACTION_DRILL_DOWN);
	assert_int_equal(f.ui.drill.vcpu, DRILL_ALL_VCPUS); /* from the top again */
	act(&f, ACTION_HELP);
	assert_int_equal(ui_context(&f.ui), CONTEXT_POPUP);
	assert_false(ui_wants_details(&f.ui));
	ui_fini(&f.ui);
}

static void test_latency(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	selected(&f);
	act(&f, ACTION_LATENCY);
	assert_int_equal(f.ui.popup, POPUP_EXITS);
	assert_true(f.ui.drill.latency);
	act(&f, ACTION_LATENCY);
	assert_int_equal(f.ui.popup, POPUP_EXITS);
	assert_false(f.ui.drill.latency);
	act(&f, ACTION_LATENCY);
	act(&f, ACTION_CLOSE);
	act(&f, ACTION_LATENCY); /* does not turn off what nobody sees */
	assert_true(f.ui.drill.latency);
	ui_fini(&f.ui);
}

static void test_rows_of_the_drill_down(void **state)
{
	struct exit_entry reasons[] = {
		{ .key = { .reason = 30, .isa = EXIT_ISA_VMX }, .durations = { .count = 9 } },
		{ .key = { .reason = 31, .isa = EXIT_ISA_VMX }, .durations = { .count = 5 } },
		{ .key = { .reason = 32, .isa = EXIT_ISA_VMX }, .durations = { .count = 1 } },
	};
	struct fixture f;

	(void)state;
	set_up(&f, 3);
	f.all[0].interval.reasons = reasons;
	f.all[0].interval.reason_count = 3;
	selected(&f);
	act(&f, ACTION_DRILL_DOWN);
	act(&f, ACTION_DOWN);
	assert_int_equal(f.ui.drill.selected.reason, 31);
	act(&f, ACTION_PAGE_DOWN);
	assert_int_equal(f.ui.drill.selected.reason, 32);
	act(&f, ACTION_FIRST);
	assert_int_equal(f.ui.drill.selected.reason, 30);
	act(&f, ACTION_REVERSE); /* the order is another one: the row above is, too */
	act(&f, ACTION_UP);
	assert_int_equal(f.ui.drill.selected.reason, 31);
	assert_string_equal(selected(&f), "vm00"); /* the VM stays */
	ui_fini(&f.ui);
}

static void test_drill_down_ends_with_its_vm(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 2);
	selected(&f);
	act(&f, ACTION_DRILL_DOWN);
	f.vms[0] = &f.all[1];
	f.model.vm_count = 1;
	assert_string_equal(selected(&f), "vm01");
	assert_int_equal(f.ui.popup, POPUP_NONE);
	assert_non_null(strstr(f.ui.message, "gone"));
	/* Without any VM there is nothing to move in. */
	f.model.vm_count = 0;
	selected(&f);
	act(&f, ACTION_DRILL_DOWN);
	act(&f, ACTION_DOWN);
	act(&f, ACTION_NEXT);
	assert_int_equal(f.ui.drill.vcpu, DRILL_ALL_VCPUS);
	ui_fini(&f.ui);
}

static void test_halts(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 1);
	assert_int_equal(ui_exit_shares(&f.ui), EXIT_SHARES_ALL);
	assert_int_equal(act(&f, ACTION_HALTS), STALE_SORT);
	assert_int_equal(ui_exit_shares(&f.ui), EXIT_SHARES_WITHOUT_HALTS);
	assert_non_null(strstr(f.ui.message, "time% without halts"));
	act(&f, ACTION_HALTS);
	assert_int_equal(ui_exit_shares(&f.ui), EXIT_SHARES_ALL);
	ui_fini(&f.ui);
}

static void test_modes(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 2);
	f.all[0].total.seconds = 9;
	act(&f, ACTION_INTERVAL_MODE);
	assert_true(f.ui.cumulative);
	assert_true(f.ui.message[0]);
	act(&f, ACTION_INTERVAL_MODE);
	assert_false(f.ui.cumulative);
	act(&f, ACTION_ZERO);
	assert_true(f.all[0].total.seconds == 0);
	assert_int_equal(act(&f, ACTION_PAUSE), STALE_PAINT);
	assert_true(f.ui.paused);
	assert_int_equal(act(&f, ACTION_PAUSE), STALE_SAMPLE);
	assert_false(f.ui.paused);
	assert_false(f.ui.quit);
	act(&f, ACTION_QUIT);
	assert_true(f.ui.quit);
	ui_fini(&f.ui);
}

static void test_message_stays_until_the_next_key(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 2);
	act(&f, ACTION_ZERO);
	assert_true(f.ui.message[0]);
	assert_int_equal(act(&f, ACTION_NONE), STALE_NOTHING);
	assert_true(f.ui.message[0]); /* a key that means nothing */
	act(&f, ACTION_DOWN);
	assert_false(f.ui.message[0]);
	ui_fini(&f.ui);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_first_row_is_taken),
		cmocka_unit_test(test_selection_waits_for_rates),
		cmocka_unit_test(test_moving_stops_at_the_ends),
		cmocka_unit_test(test_selection_follows_the_vm),
		cmocka_unit_test(test_vanished_vm_leaves_its_row),
		cmocka_unit_test(test_restarted_vm_is_selected_again),
		cmocka_unit_test(test_a_new_vm_with_the_same_pid_is_another),
		cmocka_unit_test(test_order_of_vms),
		cmocka_unit_test(test_fold),
		cmocka_unit_test(test_sort_exits),
		cmocka_unit_test(test_sort_vms),
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_popups),
		cmocka_unit_test(test_enter),
		cmocka_unit_test(test_turning_remedies),
		cmocka_unit_test(test_remedy_stays_in_sight),
		cmocka_unit_test(test_turning_findings),
		cmocka_unit_test(test_opened_finding_stays),
		cmocka_unit_test(test_drill_down),
		cmocka_unit_test(test_latency),
		cmocka_unit_test(test_rows_of_the_drill_down),
		cmocka_unit_test(test_drill_down_ends_with_its_vm),
		cmocka_unit_test(test_halts),
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_message_stays_until_the_next_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
