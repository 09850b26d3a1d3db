/* VMs that are shut off: what the model lists of libvirt's domains, that nothing else counts them, and what the screen
 * and the reports make of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "advice/verdict.h"
#include "app/advise.h"
#include "app/open_changes.h"
#include "apply/backup.h"
#include "core/mem.h"
#include "core/state.h"
#include "domain/domain_xml.h"
#include "model/baseline.h"
#include "model/columns.h"
#include "model/off.h"
#include "model/vm_match.h"
#include "report/advice_text.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/text.h"
#include "samples.h"
#include "scratch.h"
#include "view/selection.h"
#include "view/ui_moves.h"
#include "view/views.h"

#define WIN10 "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define WEB1 "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3"
#define BUILD "9a3b2a60-7a4e-4f0c-8d0d-6f3f5b3c2b11"

/* Does not start: stimer needs synic. */
#define DEFINITION                                                                           \
	"<domain type='kvm'><name>x</name><memory unit='KiB'>1048576</memory><vcpu>4</vcpu>" \
	"<os><type arch='x86_64'>hvm</type></os>"                                            \
	"<features><hyperv mode='custom'><stimer state='on'/></hyperv></features>"           \
	"<clock offset='localtime'><timer name='hpet' present='no'/></clock></domain>"

static void put_domain(struct domain *d, const char *name, const char *uuid, int id)
{
	d->name = mem_strdup(name);
	snprintf(d->uuid, sizeof d->uuid, "%s", uuid);
	d->id = id;
	d->state = id < 0 ? DOMAIN_SHUTOFF : DOMAIN_RUNNING;
	d->persistent = true;
	d->inactive_xml = mem_strdup(DEFINITION);
	domain_xml_read(&d->inactive, d->inactive_xml);
	if (id < 0)
		return;
	d->live_xml = mem_strdup(DEFINITION);
	domain_xml_read(&d->live, d->live_xml);
}

/* win10, web1 and build, in this order, those that run with a process (if there is one yet): id[i] < 0 is off. */
static struct sample *sample_of(double at_s, const int ids[3])
{
	static const char *const names[] = { "win10", "web1", "build" };
	static const char *const uuids[] = { WIN10, WEB1, BUILD };
	struct sample *s = sample_at(at_s);

	s->host.cpus = 4;
	s->sources[SOURCE_PROC].ok = s->sources[SOURCE_LIBVIRT].ok = true;
	s->domains = domain_set_new(3);
	for (int i = 0; i < 3; i++) {
		struct domain *domain = &s->domains->items[i];
		struct sample_vm *vm;
		struct sample_thread *t;

		put_domain(domain, names[i], uuids[i], ids[i]);
		if (ids[i] < 0)
			continue;
		vm = add_vm(s, 100 * ids[i], names[i]);
		vm->uuid = domain->uuid;
		vm->domain = domain;
		t = add_thread(vm, 100 * ids[i], THREAD_VCPU, 0);
		t->cpu_ns = (uint64_t)(at_s * 0.5 * (double)NS_PER_S);
		t->utime_ticks = t->guest_ticks = cs_ticks((uint64_t)(at_s * 50));
	}
	return s;
}

/* Only web1 runs. */
static const int only_web1[] = { -1, 2, -1 };

static int set_up(void **state)
{
	struct model *m = model_new();

	model_update(m, sample_of(0, only_web1));
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	model_free(*state);
	return 0;
}

static void set_change(struct model *m, const char *uuid)
{
	struct open_change change = { .real_ns = 1535711640 * NS_PER_S };

	snprintf(change.uuid, sizeof change.uuid, "%s", uuid);
	off_set_changes(m, &change, 1);
}

/* On request all; without one only what has an open change. At once, without another sample. */
static void lists_on_request(void **state)
{
	struct model *m = *state;

	assert_int_equal(m->vm_count, 1);
	assert_int_equal(m->off.count, 0);
	assert_int_equal(m->off.all, 2);
	set_change(m, BUILD);
	assert_int_equal(m->off.count, 1);
	assert_string_equal(m->off.vms[0]->name, "build");
	assert_true(off_change(m, m->off.vms[0])->real_ns > 0);
	off_list_all(m, true);
	assert_int_equal(m->off.count, 2);
	assert_string_equal(m->off.vms[0]->name, "build"); /* by name */
	assert_string_equal(m->off.vms[1]->name, "win10");
	assert_null(off_change(m, m->off.vms[1]));
	off_list_all(m, false);
	assert_int_equal(m->off.count, 1);
	off_set_changes(m, NULL, 0);
	assert_int_equal(m->off.count, 0);
	assert_int_equal(m->off.all, 2);
}

/* Name, state and configuration, and no figure. */
static void has_no_figures(void **state)
{
	struct model *m = *state;
	const struct vm *vm;

	off_list_all(m, true);
	vm = m->off.vms[1];
	assert_true(vm->off);
	assert_string_equal(vm->uuid, WIN10);
	assert_int_equal(vm->state, DOMAIN_SHUTOFF);
	assert_string_equal(off_state(vm), "shut off");
	assert_int_equal(vm->pending, TRI_UNKNOWN);
	assert_int_equal(vm->vcpus, 4);
	assert_string_equal(vm->config->clock.offset, "localtime");
	for (size_t i = 0; i < VM_COL__COUNT; i++)
		if (vm_columns[i].number && i != VM_COL_VCPUS)
			assert_near(field_number(&vm_columns[i], vm), NAN, 0);
	assert_ptr_equal(model_find(m, vm->id), vm);
	assert_ptr_equal(model_find_uuid(m, WIN10), vm);
	assert_false(model_find_uuid(m, WEB1)->off);
	assert_null(model_find_uuid(m, ""));
}

/* An image is what it starts from next, and a crashed one is no other. */
static void says_its_state(void **state)
{
	struct model *m = *state;
	struct sample *s = sample_of(1, only_web1);

	s->domains->items[0].managed_save = TRI_YES;
	s->domains->items[1].managed_save = TRI_YES;
	s->domains->items[2].state = DOMAIN_CRASHED;
	off_list_all(m, true);
	model_update(m, s);
	assert_string_equal(off_state(m->off.vms[1]), "saved");
	assert_null(off_state(m->vms[0])); /* it runs */
	assert_string_equal(off_state(m->off.vms[0]), "crashed");
	s = sample_of(2, only_web1);
	s->domains->items[0].state = DOMAIN_UNKNOWN;
	model_update(m, s);
	assert_string_equal(off_state(m->off.vms[1]), "shut off");
}

/* The same as long as it stays off; another one in the list of those that run. */
static void identity_ends_with_the_start(void **state)
{
	static const int win10_too[] = { 3, 2, -1 };
	struct model *m = *state;
	struct vm_id id;
	const struct vm *vm;

	off_list_all(m, true);
	vm = m->off.vms[1];
	id = vm->id;
	assert_int_equal(id.pid, 0);
	assert_false(vm_id_is_none(id));
	model_update(m, sample_of(1, only_web1));
	assert_ptr_equal(m->off.vms[1], vm);
	assert_true(vm_id_equal(m->off.vms[1]->id, id));
	model_update(m, sample_of(2, win10_too));
	assert_int_equal(m->vm_count, 2);
	assert_int_equal(m->off.count, 1);
	assert_null(model_find(m, id));
	assert_string_equal(m->off.vms[0]->name, "build");
	model_update(m, sample_of(3, only_web1));
	assert_true(vm_id_equal(m->off.vms[1]->id, id));
}

/* Libvirt's list is as old as its last answer: what has a process is not listed twice. */
static void a_process_is_not_off(void **state)
{
	struct model *m = *state;
	struct sample *s = sample_of(1, (const int[]){ 3, 2, -1 });

	s->domains->items[0].id = -1;
	s->domains->items[0].state = DOMAIN_SHUTOFF;
	off_list_all(m, true);
	model_update(m, s);
	assert_int_equal(m->vm_count, 2);
	assert_int_equal(m->off.count, 1);
	assert_int_equal(m->off.all, 1);
}

/* No sum has it in it: not vCPUs, not exits. */
static void counts_nowhere(void **state)
{
	struct model *m = *state;
	struct sample *s = sample_of(1, only_web1);
	struct evidence e;

	off_list_all(m, true);
	s->tracing.horizon_ns = s->time_ns;
	model_update(m, s);
	evidence_collect(&e, m, m->vms[0]);
	assert_near(e.overcommit, 0.25, 1e-9);
	m->vms[0]->exits_per_s = 410;
	s = sample_of(2, (const int[]){ -1, -1, -1 });
	s->tracing.horizon_ns = s->time_ns;
	model_update(m, s);
	assert_int_equal(m->vm_count, 0);
	assert_int_equal(m->off.count, 3);
	assert_near(m->host.exits_per_s, 0, 0); /* as without any VM */
}

/* Only what the definition says can be wrong with it, whatever the host is like. */
static void rules_look_at_the_definition_alone(void **state)
{
	struct model *m = *state;
	struct findings f;
	struct vm *off;

	off_list_all(m, true);
	snprintf(m->platform.clocksource, sizeof m->platform.clocksource, "hpet");
	off = m->off.vms[0];
	off->cpu.cpu_pct = 400; /* nothing of the like is believed */
	advice_run(m, &f);
	for (size_t i = 0; i < f.count; i++) {
		if (!vm_id_equal(f.items[i].vm, off->id))
			continue;
		assert_int_equal(f.items[i].rule->needs, NEEDS_CONFIG);
		if (!strcmp(f.items[i].rule->id, "R05"))
			assert_null(f.items[i].caveat); /* that it is not the next start's */
	}
	assert_string_equal(findings_of(&f, off->id)->rule->id, "R33");
	assert_int_equal(findings_count(&f, off->id), 2);
	assert_string_equal(findings_of(&f, m->vms[0]->id)->rule->id, "R25");
	findings_fini(&f);
}

/* Taken while it ran, kept while it is off, and compared when it runs again. */
static void baseline_survives(void **state)
{
	static const int both[] = { 3, 2, -1 };
	struct model *m = *state;
	struct findings f = { 0 };
	struct strbuf text = { 0 };
	struct baseline b;
	const struct vm *vm;

	model_update(m, sample_of(1, both));
	model_update(m, sample_of(2, both));
	vm = model_find_uuid(m, WIN10);
	advice_run(m, &f);
	verdict_take_baseline(&b, vm, &f, true, m->real_ns);
	findings_fini(&f);
	assert_near(b.cpu.cpu_pct, 50, 1);
	b.finding_count = 1;
	b.findings[0] = (struct baseline_finding){ .rule = "R05", .per_s = NAN };
	baselines_put(&m->baselines, &b);

	off_list_all(m, true);
	model_update(m, sample_of(3, only_web1));
	vm = model_find_uuid(m, WIN10);
	assert_true(vm->off);
	advice_run(m, &f); /* the definition has the finding still */
	assert_non_null(findings_of(&f, vm->id));
	assert_int_equal(verdict_of(&b, &b.findings[0], vm, &f, true, NULL, NULL), VERDICT_UNKNOWN);
	findings_fini(&f);
	baseline_describe(&text, baselines_find(&m->baselines, vm), vm, m->real_ns);
	assert_non_null(strstr(strbuf_text(&text), "compared after the start"));
	assert_null(strstr(strbuf_text(&text), "->"));
	strbuf_fini(&text);

	model_update(m, sample_of(4, both));
	vm = model_find_uuid(m, WIN10);
	assert_false(vm->off);
	baseline_describe(&text, baselines_find(&m->baselines, vm), vm, m->real_ns);
	assert_non_null(strstr(strbuf_text(&text), "CPU 50"));
	strbuf_fini(&text);
}

/* A change that was not finished is listed unless the definition is what it was before. */
static void unfinished_changes_are_listed(void **state)
{
	static const struct {
		const char *before;
		size_t listed;
	} cases[] = { { "<domain/>", 1 }, { DEFINITION, 0 } };
	struct model *m = *state;
	void *scratch = NULL;

	assert_int_equal(enter_scratch(&scratch), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char why[STATE_WHY_MAX], *path;
		struct change_log log;

		assert_int_equal(backup_save("kvmtop", "build", BUILD, NS_PER_S, cases[i].before,
					 &path, why, sizeof why),
			0);
		assert_int_equal(
			change_log_add(path, "build", NULL, "hpet-on", NULL, why, sizeof why), 0);
		assert_int_equal(change_log_read("kvmtop", &log, why, sizeof why), 0);
		open_changes_put(m, &log);
		assert_int_equal(m->off.count, cases[i].listed);
		change_log_fini(&log);
		backup_drop(path);
		free(path);
	}
	assert_int_equal(leave_scratch(&scratch), 0);
}

/* The last change of each domain, unless it is undone, proven, or an older kvmtop's. */
static void open_changes_are_listed(void **state)
{
	struct change_record records[] = {
		{ .uuid = BUILD, .remedy = "hpet-on", .real_ns = 50, .undone_ns = 60 },
		{ .uuid = BUILD, .remedy = "hyperv-timers", .real_ns = 40 },
		{ .uuid = WIN10, .remedy = "hpet-on", .real_ns = 30, .proven_ns = 35 },
		{ .uuid = BUILD, .remedy = "hpet-on", .real_ns = 20 },
		{ .uuid = WIN10, .remedy = "hyperv-timers", .real_ns = 10 },
		{ .uuid = WEB1, .remedy = "", .real_ns = 5 },
	};
	const struct change_log log = { .items = records,
		.count = sizeof records / sizeof *records };
	struct model *m = *state;

	for (size_t i = 0; i < log.count; i++)
		records[i].finished = true;
	open_changes_put(m, &log);
	assert_int_equal(m->off.change_count, 1);
	assert_int_equal(m->off.count, 1);
	assert_string_equal(m->off.vms[0]->name, "build");
	assert_int_equal(off_change(m, m->off.vms[0])->real_ns, 40);
	records[2].proven_ns = 0;
	open_changes_put(m, &log);
	assert_int_equal(m->off.count, 2);
	open_changes_read(m, ""); /* as it was */
	assert_int_equal(m->off.count, 2);
	open_changes_read(m, "/nonexistent/kvmtop");
	assert_int_equal(m->off.count, 0);
}

/* -- the screen */

static const char *selected(struct ui *ui, const struct model *m)
{
	const struct findings f = { 0 };
	const struct rows *rows = selection_rows(ui, m, &f);

	return rows->count ? rows->items[ui->selected_row].vm->name : "none";
}

/* Behind those that run, by whatever column and in whichever direction. */
static void sorts_last(void **state)
{
	static const enum view_id lists[] = { VIEW_OVERVIEW, VIEW_CLOCK };
	struct model *m = *state;
	const struct findings f = { 0 };
	struct ui ui;

	off_list_all(m, true);
	ui_init(&ui);
	for (size_t v = 0; v < 2; v++)
		for (int reverse = 0; reverse < 2; reverse++) {
			const struct rows *rows;
			size_t columns;

			ui_turn_to(&ui, lists[v]);
			columns = selection_rows(&ui, m, &f)->column_count;
			for (size_t i = 0; i < columns; i++) {
				struct view_state *view = &ui.views[lists[v]];

				snprintf(view->sort, sizeof view->sort, "%s",
					ui.rows.columns[i].key);
				view->reverse = reverse;
				rows = selection_rows(&ui, m, &f);
				assert_int_equal(rows->count, 3);
				assert_string_equal(rows->items[0].vm->name, "web1");
			}
		}
	snprintf(ui.filter, sizeof ui.filter, "win");
	assert_int_equal(selection_rows(&ui, m, &f)->count, 1);
	ui_turn_to(&ui, VIEW_THREADS);
	ui.filter[0] = '\0';
	assert_int_equal(selection_rows(&ui, m, &f)->count, 1);
	ui_fini(&ui);
}

/* By its UUID: shut off, started, and shut off again. What a popup says is still about it. */
static void selection_goes_along(void **state)
{
	static const int both[] = { 3, 2, -1 }, again[] = { 4, 2, -1 };
	struct model *m = *state;
	struct ui ui;

	off_list_all(m, true);
	ui_init(&ui);
	model_update(m, sample_of(1, both));
	model_update(m, sample_of(2, both));
	selected(&ui, m);
	for (size_t i = 0; i < ui.rows.count; i++)
		if (!strcmp(ui.rows.items[i].vm->name, "win10"))
			selection_take(&ui, i);
	ui.settled = true;
	assert_string_equal(selected(&ui, m), "win10");
	ui.popup = POPUP_REMEDY;

	model_update(m, sample_of(3, only_web1));
	assert_string_equal(selected(&ui, m), "win10");
	assert_true(model_find(m, ui.selected)->off);
	assert_int_equal(ui.popup, POPUP_REMEDY);
	model_update(m, sample_of(4, again));
	assert_string_equal(selected(&ui, m), "win10");
	assert_int_equal(ui.selected.pid, 400);

	/* Shut off and not listed: another one stands in until it is back. */
	off_list_all(m, false);
	model_update(m, sample_of(5, only_web1));
	assert_string_equal(selected(&ui, m), "web1");
	assert_int_equal(ui.popup, POPUP_NONE);
	off_list_all(m, true);
	assert_string_equal(selected(&ui, m), "win10");
	off_list_all(m, false);
	assert_string_equal(selected(&ui, m), "web1");
	model_update(m, sample_of(6, both));
	assert_string_equal(selected(&ui, m), "win10");
	ui_fini(&ui);
}

/* -- reports */

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in: %s", part, text);
}

static void text_names_them(void **state)
{
	struct model *m = *state;
	struct findings f = { 0 };
	char *text;

	text = report_text(m, &f);
	assert_null(strstr(text, "win10"));
	assert_null(strstr(text, " off "));
	free(text);
	set_change(m, BUILD);
	off_list_all(m, true);
	advice_run(m, &f);
	text = report_text(m, &f);
	assert_has(text, "VMs 1 +2 off ");
	assert_has(text, "\nwin10 (shut off)\n  clock   localtime ");
	assert_has(text, "\nbuild (shut off)\n  Changed by kvmtop 2018-08-31 ");
	assert_has(text, "; not proven yet.\n");
	assert_has(text, "! R05 ");
	free(text);
	text = report_advice_text(m, &f, m->off.vms[1]);
	assert_has(text, "\nwin10: shut off, 2 findings\n");
	assert_null(strstr(text, "web1"));
	free(text);
	findings_fini(&f);
	text = report_advice_text(m, &f, m->off.vms[0]);
	assert_has(text, "\nbuild: shut off, nothing found in its definition\n");
	assert_has(text, "  Changed by kvmtop ");
	free(text);
}

static void csv_has_empty_figures(void **state)
{
	struct model *m = *state;
	char *csv;

	off_list_all(m, true);
	csv = report_csv(m, REPORT_ROWS_VMS);
	assert_has(csv, "," WIN10 ",win10,,4,,,,,,,");
	free(csv);
	csv = report_csv(m, REPORT_ROWS_THREADS);
	assert_null(strstr(csv, WIN10));
	free(csv);
	csv = report_csv(m, REPORT_ROWS_EXITS);
	assert_null(strstr(csv, WIN10));
	free(csv);
}

static void json_says_that_it_does_not_run(void **state)
{
	struct model *m = *state;
	const struct findings f = { 0 };
	const json_t *vms, *vm;
	json_t *root;
	char *text;

	off_list_all(m, true);
	text = report_json(m, &f);
	root = json_loads(text, 0, NULL);
	vms = json_object_get(root, "vms");
	assert_int_equal(json_array_size(vms), 3);
	assert_true(json_is_true(json_object_get(json_array_get(vms, 0), "running")));
	vm = json_array_get(vms, 1);
	assert_true(json_is_false(json_object_get(vm, "running")));
	assert_string_equal(json_string_value(json_object_get(vm, "state")), "shutoff");
	assert_true(json_is_null(json_object_get(vm, "pid")));
	assert_true(json_is_null(json_object_get(vm, "exits")));
	assert_true(json_is_null(json_object_get(vm, "cpu_pct")));
	assert_int_equal(json_array_size(json_object_get(vm, "threads")), 0);
	assert_true(json_is_object(json_object_get(vm, "clock")));
	json_decref(root);
	free(text);
	text = report_json_advice(m, &f, m->off.vms[1]);
	root = json_loads(text, 0, NULL);
	vms = json_object_get(root, "vms");
	assert_int_equal(json_array_size(vms), 1);
	assert_true(json_is_false(json_object_get(json_array_get(vms, 0), "running")));
	json_decref(root);
	free(text);
}

/* Called by name like any other; what is not called is left out. */
static void is_called_by_name(void **state)
{
	static const char *const calls[] = { "win10" };
	struct model *m = *state, narrow;
	const struct findings f = { 0 };
	const struct vm *found[3];
	char why[256];

	off_list_all(m, true);
	assert_int_equal(vm_match_room(m), 3);
	assert_int_equal(vm_match_find(m, WIN10, found), 1);
	assert_true(found[0]->off);
	assert_int_equal(vm_match_find(m, "0", found), 0);
	narrow = vm_match_narrow(m, calls, 1);
	assert_int_equal(narrow.vm_count, 0);
	assert_int_equal(narrow.left_out, 1);
	assert_int_equal(narrow.off.count, 1);
	assert_string_equal(narrow.off.vms[0]->name, "win10");
	vm_match_release(&narrow);
	assert_ptr_equal(advise_find(m, "win10", why, sizeof why), m->off.vms[1]);
	assert_int_equal(advise_status(m, &f, m->off.vms[0], why, sizeof why), ADVISE_NOTHING);
	m->vm_count = 0;
	m->sources[SOURCE_PROC].ok = false;
	assert_int_equal(advise_status(m, &f, m->off.vms[0], why, sizeof why), ADVISE_NOTHING);
	m->vm_count = 1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(lists_on_request, set_up, tear_down),
		cmocka_unit_test_setup_teardown(has_no_figures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(says_its_state, set_up, tear_down),
		cmocka_unit_test_setup_teardown(identity_ends_with_the_start, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_process_is_not_off, set_up, tear_down),
		cmocka_unit_test_setup_teardown(counts_nowhere, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			rules_look_at_the_definition_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(baseline_survives, set_up, tear_down),
		cmocka_unit_test_setup_teardown(unfinished_changes_are_listed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(open_changes_are_listed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sorts_last, set_up, tear_down),
		cmocka_unit_test_setup_teardown(selection_goes_along, set_up, tear_down),
		cmocka_unit_test_setup_teardown(text_names_them, set_up, tear_down),
		cmocka_unit_test_setup_teardown(csv_has_empty_figures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(json_says_that_it_does_not_run, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_called_by_name, set_up, tear_down),
	};

	return cmocka_run_group_tests_name("off", tests, NULL, NULL);
}
