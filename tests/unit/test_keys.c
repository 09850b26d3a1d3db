/* Every key of every binding, pressed where it means something: it has the effect that its action is there for. An
 * action without a row in effects[] fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "view/selection.h"
#include "view/term/term.h"
#include "view/ui_moves.h"
#include "view/views.h"

enum { VMS = 9, FIELDS_MAX = 5 };

/* What an action changes: one of these members of struct ui at least, or, where it reaches beyond the screen,
 * none of them. */
struct effect {
	bool beyond;
	struct {
		size_t offset, size;
	} fields[FIELDS_MAX];
};

#define F(member)                                                             \
	{                                                                     \
		offsetof(struct ui, member), sizeof(((struct ui *)0)->member) \
	}
#define MOVES                                                                                   \
	{                                                                                       \
		.fields = { F(selected_row), F(popup_scroll), F(popup_row), F(drill.selected) } \
	}

/* clang-format off */
static const struct effect effects[ACTION__COUNT] = {
	[ACTION_UP] = MOVES, [ACTION_DOWN] = MOVES, [ACTION_PAGE_UP] = MOVES, [ACTION_PAGE_DOWN] = MOVES,
	[ACTION_FIRST] = MOVES, [ACTION_LAST] = MOVES,
	[ACTION_ENTER] = { .fields = { F(popup), F(view), F(settings) } },
	[ACTION_FOLD] = { .fields = { F(folded) } },
	[ACTION_OPEN_ALL] = { .fields = { F(open_all) } },
	[ACTION_REMEDY] = { .fields = { F(popup) } },
	[ACTION_DRILL_DOWN] = { .fields = { F(popup) } },
	[ACTION_LATENCY] = { .fields = { F(drill.latency) } },
	[ACTION_SORT_EXITS] = { .fields = { F(exit_sort) } },
	[ACTION_SORT_LEFT] = { .fields = { F(exit_sort) } },
	[ACTION_REVERSE] = { .fields = { F(exit_reverse) } },
	[ACTION_SORT_ROWS] = { .fields = { F(views) } },
	[ACTION_SORT_ROWS_LEFT] = { .fields = { F(views) } },
	[ACTION_REVERSE_ROWS] = { .fields = { F(views) } },
	[ACTION_SORT_CPU] = { .fields = { F(views) } },
	[ACTION_SORT_NAME] = { .fields = { F(views) } },
	[ACTION_SORT_MENU] = { .fields = { F(popup) } },
	[ACTION_INTERVAL_MODE] = { .fields = { F(cumulative) } },
	[ACTION_HALTS] = { .fields = { F(without_halts) } },
	[ACTION_ZERO] = { .fields = { F(message) } },
	[ACTION_PAUSE] = { .fields = { F(paused) } },
	[ACTION_FASTER] = { .fields = { F(settings.interval_s) } },
	[ACTION_SLOWER] = { .fields = { F(settings.interval_s) } },
	[ACTION_REDRAW] = { .beyond = true },
	[ACTION_HELP] = { .fields = { F(popup) } },
	[ACTION_PREVIOUS] = { .fields = { F(drill.vcpu), F(popup_remedy), F(settings) } },
	[ACTION_NEXT] = { .fields = { F(drill.vcpu), F(popup_remedy), F(settings) } },
	[ACTION_PREVIOUS_FINDING] = { .fields = { F(popup_rule) } },
	[ACTION_NEXT_FINDING] = { .fields = { F(popup_rule) } },
	[ACTION_COPY] = { .beyond = true },
	[ACTION_WRITE_PATCH] = { .beyond = true },
	[ACTION_CLOSE] = { .fields = { F(popup) } },
	[ACTION_APPLY] = { .fields = { F(popup) } },
	[ACTION_UNDO] = { .fields = { F(change) } },
	[ACTION_CONFIRM] = { .fields = { F(change.state) } },
	[ACTION_ANSWER_ERASE] = { .fields = { F(change.answer) } },
	[ACTION_BASELINE] = { .beyond = true },
	[ACTION_DROP_BASELINE] = { .beyond = true },
	[ACTION_PREVIOUS_VIEW] = { .fields = { F(view) } },
	[ACTION_NEXT_VIEW] = { .fields = { F(view) } },
	[ACTION_VIEW_MENU] = { .fields = { F(popup) } },
	[ACTION_SETUP] = { .fields = { F(popup) } },
	[ACTION_MESSAGES] = { .fields = { F(popup) } },
	[ACTION_FILTER] = { .fields = { F(filtering) } },
	[ACTION_FILTER_KEEP] = { .fields = { F(filtering) } },
	[ACTION_FILTER_CLEAR] = { .fields = { F(filter) } },
	[ACTION_FILTER_ERASE] = { .fields = { F(filter) } },
	[ACTION_FOLLOW] = { .fields = { F(settings.follow) } },
	[ACTION_OFF] = { .fields = { F(settings.off) } },
	[ACTION_CPUS] = { .fields = { F(settings.cpus) } },
	[ACTION_OF_HOST] = { .fields = { F(settings.of_host) } },
	[ACTION_MOUSE] = { .fields = { F(settings.mouse) } },
	[ACTION_TICK_BACK] = { .fields = { F(replay.ticks) } },
	[ACTION_TICK_ON] = { .fields = { F(replay.ticks) } },
	[ACTION_MINUTE_BACK] = { .fields = { F(replay.seconds) } },
	[ACTION_MINUTE_ON] = { .fields = { F(replay.seconds) } },
	[ACTION_PLAY_FASTER] = { .fields = { F(replay.speed) } },
	[ACTION_PLAY_SLOWER] = { .fields = { F(replay.speed) } },
	[ACTION_GO_TO] = { .fields = { F(replay.asks) } },
	[ACTION_GO] = { .fields = { F(replay.wanted) } },
	[ACTION_GO_NOWHERE] = { .fields = { F(replay.asks) } },
	[ACTION_GO_ERASE] = { .fields = { F(replay.go_to) } },
	[ACTION_QUIT] = { .fields = { F(quit) } },
};
/* clang-format on */

struct fixture {
	struct vm all[VMS];
	struct vm *vms[VMS];
	struct thread threads[VMS][2];
	struct exit_entry reasons[VMS];
	struct model model;
	struct finding items[2];
	struct findings findings;
	struct ui ui;
};

/* VMs vm0 ... vm8, the first the busiest; the selected one is in the middle, has two findings of two remedies
 * each, two vCPUs and nine reasons to exit. */
static void set_up(struct fixture *f)
{
	struct vm *vm = &f->all[VMS / 2];

	memset(f, 0, sizeof *f);
	for (int i = 0; i < VMS; i++) {
		f->all[i].id = (struct vm_id){ 100 + i, 7 };
		snprintf(f->all[i].name, sizeof f->all[i].name, "vm%d", i);
		f->all[i].cpu.cpu_pct = 100.0 - i;
		f->all[i].threads = f->threads[i];
		f->all[i].thread_count = 2;
		for (int k = 0; k < 2; k++)
			f->threads[i][k] =
				(struct thread){ .vm = &f->all[i], .tid = 100 + i + k, .vcpu = k };
		f->vms[i] = &f->all[i];
		f->reasons[i] = (struct exit_entry){ .key = { .reason = (uint32_t)i },
			.durations = { .count = 100 + (uint64_t)i } };
		snprintf(f->reasons[i].name, sizeof f->reasons[i].name, "REASON_%d", i);
	}
	vm->interval =
		(struct exit_table){ .reasons = f->reasons, .reason_count = VMS, .seconds = 1 };
	f->model.vms = f->vms;
	f->model.vm_count = VMS;
	for (int i = 0; i < 2; i++)
		f->items[i] = (struct finding){ .rule = &rules[i],
			.vm = vm->id,
			.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HPET_ON },
			.remedy_count = 2 };
	f->findings = (struct findings){ .items = f->items, .count = 2 };
	ui_init(&f->ui);
	f->ui.painted.page = 3;
	f->ui.settled = true;
	f->ui.selected = vm->id;
	snprintf(f->ui.filter, sizeof f->ui.filter, "vm");
}

/* Brings the screen to where that binding works. */
static void go_where(struct fixture *f, const struct binding *b, unsigned context)
{
	struct ui *ui = &f->ui;

	if (context == CONTEXT_LIST)
		ui_turn_to(ui, VIEW_THREADS);
	selection_rows(ui, &f->model, &f->findings);
	switch (context) {
	case CONTEXT_POPUP:
		ui_open_popup(ui, POPUP_HELP);
		break;
	case CONTEXT_REMEDY:
		ui_open_remedy(ui, &f->model, &f->findings, NULL);
		break;
	case CONTEXT_CHANGE:
		ui_open_popup(ui, POPUP_CHANGE);
		ui->change.state = b->action == ACTION_CONFIRM ? CHANGE_ASKING
				   : b->action == ACTION_COPY  ? CHANGE_REFUSED
							       : CHANGE_DONE;
		ui->change.has_commands = true;
		break;
	case CONTEXT_ANSWER:
		ui_open_popup(ui, POPUP_CHANGE);
		ui->change.state = CHANGE_ASKING;
		ui->change.must_type = true;
		strcpy(ui->change.answer, "yes");
		break;
	case CONTEXT_EXITS:
		ui_open_drill(ui, 0);
		f->threads[VMS / 2][0].interval = f->all[VMS / 2].interval;
		ui_move(ui, &f->model, &f->findings, 0);
		ui_move(ui, &f->model, &f->findings, VMS / 2);
		break;
	case CONTEXT_MENU:
		ui_open_popup(ui, POPUP_VIEWS);
		ui->popup_row = 2;
		break;
	case CONTEXT_SETUP:
		ui_open_popup(ui, POPUP_SETUP);
		break;
	case CONTEXT_FILTER:
		ui->filtering = true;
		break;
	case CONTEXT_REPLAY:
		ui->replay.on = true;
		break;
	case CONTEXT_GO_TO:
		ui->replay.asks = true;
		strcpy(ui->replay.go_to, "#4");
		break;
	default:
		break;
	}
	ui->popup_scroll = 20;
}

static bool has_changed(const struct effect *e, const struct ui *before, const struct ui *after)
{
	for (int i = 0; i < FIELDS_MAX && e->fields[i].size; i++)
		if (memcmp((const char *)before + e->fields[i].offset,
			    (const char *)after + e->fields[i].offset, e->fields[i].size) != 0)
			return true;
	return false;
}

static void press(const struct binding *b, int key, unsigned context)
{
	const struct effect *e = &effects[b->action];
	struct fixture f;
	struct ui before;
	char name[16];

	set_up(&f);
	go_where(&f, b, context);
	assert_true(ui_context(&f.ui) & context);
	memcpy(&before, &f.ui, sizeof before);
	binding_key_name(key, true, name, sizeof name);
	if (ui_action(&f.ui, key) != b->action)
		fail_msg("%s in context %u is not what its row says", name, context);
	if (ui_act(&f.ui, b->action, &f.model, &f.findings) == STALE_NOTHING)
		fail_msg("%s in context %u makes nothing stale", name, context);
	if (!e->beyond && !has_changed(e, &before, &f.ui))
		fail_msg("%s in context %u has no effect: %s", name, context, b->help);
	if (e->beyond && before.popup != f.ui.popup)
		fail_msg("%s in context %u is the caller's to carry out", name, context);
	f.threads[VMS / 2][0].interval = (struct exit_table){ 0 };
	ui_fini(&f.ui);
}

static void test_every_key(void **state)
{
	int keys = 0;

	(void)state;
	for (size_t i = 0; i < binding_count; i++)
		for (int bit = 0; bit < CONTEXT__COUNT; bit++)
			for (size_t k = 0; k < BINDING_KEYS_MAX && bindings[i].keys[k]; k++)
				if (bindings[i].contexts & 1u << bit) {
					press(&bindings[i], bindings[i].keys[k], 1u << bit);
					keys++;
				}
	print_message("# %d keys\n", keys);
}

static void test_every_action_has_an_effect(void **state)
{
	(void)state;
	for (int action = ACTION_NONE + 1; action < ACTION__COUNT; action++)
		if (!effects[action].beyond && !effects[action].fields[0].size)
			fail_msg("action %d has no row in effects[]", action);
}

static void test_every_context_has_a_name(void **state)
{
	(void)state;
	for (int bit = 0; bit < CONTEXT__COUNT; bit++)
		assert_true(binding_context_name(1u << bit)[0]);
	assert_string_equal(binding_context_name(1u << CONTEXT__COUNT), "");
}

/* What is typed goes where it is asked for, whole characters at a time. */
static void test_typing(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	f.ui.filter[0] = '\0';
	assert_int_equal(ui_type(&f.ui, 'x'), STALE_NOTHING); /* nothing is asked */
	f.ui.filtering = true;
	assert_int_equal(ui_type(&f.ui, 'x'), STALE_SORT);
	assert_int_equal(ui_type(&f.ui, '\033'), STALE_NOTHING);
	assert_int_equal(ui_type(&f.ui, TERM_KEY_UP), STALE_NOTHING);
	assert_int_equal(ui_type(&f.ui, 0x202e), STALE_NOTHING); /* turns the line round */
	assert_string_equal(f.ui.filter, "x");
	for (int i = 0; i < 200; i++)
		ui_type(&f.ui, 'y');
	assert_int_equal(strlen(f.ui.filter), sizeof f.ui.filter - 1);
	for (int i = 0; i < 200; i++)
		ui_act(&f.ui, ACTION_FILTER_ERASE, &f.model, &f.findings);
	assert_string_equal(f.ui.filter, "");
	ui_fini(&f.ui);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_every_action_has_an_effect),
		cmocka_unit_test(test_every_context_has_a_name),
		cmocka_unit_test(test_typing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
