#include "view/ui.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/selection.h"
#include "view/shown.h"

enum { PAGE = 10 };

void ui_init(struct ui *ui)
{
	*ui = (struct ui){
		.vm_sort = VM_COL_CPU,
		.exit_sort = EXIT_COL_SAMPLES,
		.drill = { .vcpu = DRILL_ALL_VCPUS },
		.interval_s = 1.0,
	};
}

void ui_fini(struct ui *ui)
{
	free(ui->order);
	change_fini(&ui->change);
	*ui = (struct ui){ 0 };
}

void ui_say(struct ui *ui, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(ui->message, sizeof ui->message, format, args);
	va_end(args);
}

bool ui_is_open(const struct ui *ui, struct vm_id id)
{
	return !ui->folded && vm_id_equal(ui->selected, id);
}

unsigned ui_context(const struct ui *ui)
{
	static const unsigned contexts[] = {
		[POPUP_NONE] = CONTEXT_MAIN,
		[POPUP_HELP] = CONTEXT_POPUP,
		[POPUP_REMEDY] = CONTEXT_POPUP | CONTEXT_REMEDY,
		[POPUP_EXITS] = CONTEXT_EXITS,
		[POPUP_CHANGE] = CONTEXT_CHANGE,
	};

	return contexts[ui->popup];
}

enum action ui_action(const struct ui *ui, int key)
{
	const enum action action = binding_find(key, ui_context(ui));
	const bool asked = ui->popup == POPUP_CHANGE && ui->change.state == CHANGE_ASKING;

	return asked && (action == ACTION_NONE || action == ACTION_UNDO) ? ACTION_CLOSE : action;
}

bool ui_wants_details(const struct ui *ui)
{
	return ui->popup == POPUP_EXITS;
}

enum exit_shares ui_exit_shares(const struct ui *ui)
{
	return ui->without_halts ? EXIT_SHARES_WITHOUT_HALTS : EXIT_SHARES_ALL;
}

static void move_in_exits(struct ui *ui, const struct model *m, int by)
{
	const struct vm *vm = model_find(m, ui->selected);
	struct exit_line *lines;
	size_t count;

	if (!vm)
		return;
	lines = exit_lines(drill_table(&ui->drill, vm, ui->cumulative), ui_exit_shares(ui),
		ui->exit_sort, ui->exit_reverse, &count);
	drill_move(&ui->drill, lines, count, by);
	free(lines);
}

/* by: how far; INT_MIN and INT_MAX are the ends. The popup's scroll is brought into range when it is
 * painted: only then its length is known. */
static void move(struct ui *ui, const struct model *m, int by)
{
	size_t count;
	long row;

	if (ui->popup == POPUP_EXITS) {
		move_in_exits(ui, m, by);
		return;
	}
	if (ui->popup) {
		const long scroll = (long)ui->popup_scroll + by;

		ui->popup_scroll = scroll < 0 ? 0 : scroll > INT_MAX ? INT_MAX : (int)scroll;
		return;
	}
	selection_order(ui, m, &count);
	if (!count)
		return;
	ui->settled = true;
	row = (long)ui->selected_row + by;
	selection_take(ui, row < 0 ? 0 : row >= (long)count ? count - 1 : (size_t)row);
}

static void open_popup(struct ui *ui, enum popup popup)
{
	ui->popup = ui->popup == popup ? POPUP_NONE : popup;
	ui->popup_scroll = 0;
	ui->popup_rule = NULL;
	ui->popup_remedy = 0;
	drill_start(&ui->drill);
}

static void toggle_latency(struct ui *ui)
{
	if (ui->popup == POPUP_EXITS) {
		ui->drill.latency = !ui->drill.latency;
		return;
	}
	open_popup(ui, POPUP_EXITS);
	ui->drill.latency = true;
}

static void toggle_halts(struct ui *ui)
{
	ui->without_halts = !ui->without_halts;
	ui_say(ui, ui->without_halts ? "time%% without halts: an idle guest does not drown the rest"
				     : "time%% of all exits, halts included");
}

/* What is shown first is shown until the user turns to another. */
static void open_remedy(struct ui *ui, const struct model *m, const struct findings *f)
{
	struct shown shown;

	open_popup(ui, POPUP_REMEDY);
	shown = shown_find(ui, m, f);
	if (shown.finding)
		ui->popup_rule = shown.finding->rule;
}

/* The popup's other pages: remedies, or vCPUs. */
static void turn_page(struct ui *ui, const struct model *m, const struct findings *f, int by)
{
	const struct vm *vm = model_find(m, ui->selected);

	if (ui->popup == POPUP_EXITS && vm)
		drill_turn(&ui->drill, vm, by);
	else if (ui->popup == POPUP_REMEDY)
		shown_turn_remedy(ui, m, f, by);
}

static void turn_finding(struct ui *ui, const struct model *m, const struct findings *f, int by)
{
	const size_t count = findings_count(f, ui->selected);

	if (ui->popup != POPUP_REMEDY)
		return;
	if (count > 1)
		shown_turn_finding(ui, m, f, by);
	else
		ui_say(ui, count ? "This is the VM's only finding" : "The VM has no finding");
}

static void ask_apply(struct ui *ui, const struct model *m, const struct findings *f)
{
	const struct shown shown = shown_find(ui, m, f);

	if (ui->popup != POPUP_REMEDY)
		return;
	if (shown.remedy != REMEDY_NONE) {
		change_ask(&ui->change, m, shown.vm, shown.remedy);
	} else if (ui->change.state == CHANGE_NONE) {
		ui_say(ui, "There is nothing to apply");
		return;
	}
	ui->popup = POPUP_CHANGE;
	ui->popup_scroll = 0;
}

static void ask_undo(struct ui *ui, const struct model *m)
{
	if (ui->popup != POPUP_REMEDY && ui->popup != POPUP_CHANGE)
		return;
	change_want_undo(&ui->change, m, model_find(m, ui->selected));
	ui->popup = POPUP_CHANGE;
	ui->popup_scroll = 0;
}

static void confirm(struct ui *ui)
{
	if (ui->popup == POPUP_CHANGE && ui->change.state == CHANGE_ASKING)
		ui->change.state = CHANGE_CONFIRMED;
}

/* Of a change, back to the remedy it was about. */
static void close_popup(struct ui *ui)
{
	if (ui->popup != POPUP_CHANGE) {
		ui->popup = POPUP_NONE;
		return;
	}
	if (ui->change.state == CHANGE_ASKING)
		ui_say(ui, "The definition was left alone");
	change_forget(&ui->change);
	ui->popup = POPUP_REMEDY;
	ui->popup_scroll = 0;
}

static void sort_exits(struct ui *ui, int by)
{
	ui->exit_sort =
		(enum exit_column)(((int)ui->exit_sort + by + EXIT_COL__COUNT) % EXIT_COL__COUNT);
	ui->exit_reverse = false;
	ui_say(ui, "Exit table by %s: %s", exit_columns[ui->exit_sort].title,
		exit_columns[ui->exit_sort].help);
}

static void sort_vms(struct ui *ui)
{
	ui->vm_sort = (enum vm_column)((ui->vm_sort + 1) % VM_COL__COUNT);
	ui->vm_reverse = false;
	ui_say(ui, "VMs by %s: %s", vm_columns[ui->vm_sort].title, vm_columns[ui->vm_sort].help);
}

/* To the next step; an interval between two steps, as --delay can give, goes to its neighbour. */
static void change_interval(struct ui *ui, bool faster)
{
	static const double steps[] = { UI_INTERVAL_MIN_S, 0.2, 0.5, 1, 2, 5, 10, 30,
		UI_INTERVAL_MAX_S };
	const size_t count = sizeof steps / sizeof *steps;
	double next = ui->interval_s;

	for (size_t i = 0; i < count; i++) {
		const double step = faster ? steps[i] : steps[count - 1 - i];

		if (faster ? step < ui->interval_s : step > ui->interval_s)
			next = step;
	}
	ui->interval_s = next;
	ui_say(ui, "A look every %g s", ui->interval_s);
}

enum stale ui_act(struct ui *ui, enum action action, struct model *m, const struct findings *f)
{
	if (action == ACTION_NONE)
		return STALE_NOTHING;
	ui->message[0] = '\0';
	switch (action) {
	case ACTION_NONE:
	case ACTION__COUNT:
		break;
	case ACTION_UP:
		move(ui, m, -1);
		break;
	case ACTION_DOWN:
		move(ui, m, 1);
		break;
	case ACTION_PAGE_UP:
		move(ui, m, -PAGE);
		break;
	case ACTION_PAGE_DOWN:
		move(ui, m, PAGE);
		break;
	case ACTION_FIRST:
		move(ui, m, INT_MIN);
		break;
	case ACTION_LAST:
		move(ui, m, INT_MAX);
		break;
	case ACTION_ENTER:
		if (findings_of(f, ui->selected)) {
			open_remedy(ui, m, f);
			break;
		}
		ui->folded = !ui->folded;
		break;
	case ACTION_FOLD:
		ui->folded = !ui->folded;
		break;
	case ACTION_REMEDY:
		open_remedy(ui, m, f);
		break;
	case ACTION_HELP:
		open_popup(ui, POPUP_HELP);
		break;
	case ACTION_DRILL_DOWN:
		open_popup(ui, POPUP_EXITS);
		break;
	case ACTION_LATENCY:
		toggle_latency(ui);
		break;
	case ACTION_HALTS:
		toggle_halts(ui);
		return STALE_SORT;
	case ACTION_PREVIOUS:
		turn_page(ui, m, f, -1);
		break;
	case ACTION_NEXT:
		turn_page(ui, m, f, 1);
		break;
	case ACTION_PREVIOUS_FINDING:
		turn_finding(ui, m, f, -1);
		break;
	case ACTION_NEXT_FINDING:
		turn_finding(ui, m, f, 1);
		break;
	case ACTION_CLOSE:
		close_popup(ui);
		break;
	case ACTION_APPLY:
		ask_apply(ui, m, f);
		break;
	case ACTION_UNDO:
		ask_undo(ui, m);
		break;
	case ACTION_CONFIRM:
		confirm(ui);
		break;
	case ACTION_BASELINE:
	case ACTION_DROP_BASELINE:
		break;
	case ACTION_SORT_EXITS:
	case ACTION_SORT_RIGHT:
		sort_exits(ui, 1);
		return STALE_SORT;
	case ACTION_SORT_LEFT:
		sort_exits(ui, -1);
		return STALE_SORT;
	case ACTION_REVERSE:
		ui->exit_reverse = !ui->exit_reverse;
		return STALE_SORT;
	case ACTION_SORT_VMS:
		sort_vms(ui);
		return STALE_SORT;
	case ACTION_INTERVAL_MODE:
		ui->cumulative = !ui->cumulative;
		ui_say(ui, ui->cumulative ? "Exit table since the start, or since z was pressed"
					  : "Exit table of the last interval");
		break;
	case ACTION_ZERO:
		model_zero(m);
		ui_say(ui, "Cumulative exit tables start anew");
		break;
	case ACTION_PAUSE:
		ui->paused = !ui->paused;
		return ui->paused ? STALE_PAINT : STALE_SAMPLE;
	case ACTION_FASTER:
		change_interval(ui, true);
		break;
	case ACTION_SLOWER:
		change_interval(ui, false);
		break;
	case ACTION_REDRAW:
	case ACTION_COPY: /* these two reach beyond the screen: the loop sees to them */
	case ACTION_WRITE_PATCH:
		break;
	case ACTION_QUIT:
		ui->quit = true;
		break;
	}
	return STALE_PAINT;
}
