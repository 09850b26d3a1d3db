#include "view/actions.h"

#include <limits.h>

#include "view/menus.h"
#include "view/selection.h"
#include "view/shown.h"
#include "view/ui_moves.h"
#include "view/views.h"

static enum stale act_up(struct scope *s)
{
	ui_move(s->ui, s->m, s->f, -1);
	return STALE_PAINT;
}

static enum stale act_down(struct scope *s)
{
	ui_move(s->ui, s->m, s->f, 1);
	return STALE_PAINT;
}

static enum stale act_page_up(struct scope *s)
{
	ui_move(s->ui, s->m, s->f, -s->ui->painted.page);
	return STALE_PAINT;
}

static enum stale act_page_down(struct scope *s)
{
	ui_move(s->ui, s->m, s->f, s->ui->painted.page);
	return STALE_PAINT;
}

static enum stale act_first(struct scope *s)
{
	ui_move(s->ui, s->m, s->f, INT_MIN);
	return STALE_PAINT;
}

static enum stale act_last(struct scope *s)
{
	ui_move(s->ui, s->m, s->f, INT_MAX);
	return STALE_PAINT;
}

static enum stale act_enter(struct scope *s)
{
	struct ui *ui = s->ui;
	const struct rows *rows;

	if (ui->popup) {
		menu_choose(ui, s->m);
		return STALE_SORT;
	}
	rows = selection_rows(ui, s->m, s->f);
	views[ui->view]->enter(ui, s->m, s->f, rows->count ? &rows->items[ui->selected_row] : NULL);
	return STALE_PAINT;
}

static enum stale act_fold(struct scope *s)
{
	s->ui->folded = !s->ui->folded;
	return STALE_PAINT;
}

static enum stale act_open_all(struct scope *s)
{
	s->ui->open_all = !s->ui->open_all;
	s->ui->folded = false;
	return STALE_PAINT;
}

static enum stale act_remedy(struct scope *s)
{
	ui_open_remedy(s->ui, s->m, s->f, NULL);
	return STALE_PAINT;
}

static enum stale act_drill_down(struct scope *s)
{
	ui_open_popup(s->ui, POPUP_EXITS);
	return STALE_PAINT;
}

static enum stale act_latency(struct scope *s)
{
	struct ui *ui = s->ui;

	if (ui->popup == POPUP_EXITS) {
		ui->drill.latency = !ui->drill.latency;
	} else {
		ui_open_popup(ui, POPUP_EXITS);
		ui->drill.latency = true;
	}
	return STALE_PAINT;
}

static enum stale act_zero(struct scope *s)
{
	model_zero(s->m);
	ui_say(s->ui, "Cumulative exit tables start anew");
	return STALE_PAINT;
}

static enum stale act_pause(struct scope *s)
{
	s->ui->paused = !s->ui->paused;
	return s->ui->paused ? STALE_PAINT : STALE_SAMPLE;
}

static enum stale act_help(struct scope *s)
{
	ui_open_popup(s->ui, POPUP_HELP);
	return STALE_PAINT;
}

/* The popup's other pages: remedies, or vCPUs. */
static enum stale turn_page(struct scope *s, int by)
{
	const struct vm *vm = model_find(s->m, s->ui->selected);

	if (ui_context(s->ui) & CONTEXT_SETUP)
		menu_turn(s->ui, s->m, by);
	else if (s->ui->popup == POPUP_EXITS && vm)
		drill_turn(&s->ui->drill, vm, by);
	else if (s->ui->popup == POPUP_REMEDY)
		shown_turn_remedy(s->ui, s->m, s->f, by);
	return STALE_PAINT;
}

static enum stale act_previous(struct scope *s)
{
	return turn_page(s, -1);
}

static enum stale act_next(struct scope *s)
{
	return turn_page(s, 1);
}

static enum stale turn_finding(struct scope *s, int by)
{
	const size_t count = findings_count(s->f, s->ui->selected);

	if (s->ui->popup != POPUP_REMEDY)
		return STALE_NOTHING;
	if (count > 1)
		shown_turn_finding(s->ui, s->m, s->f, by);
	else
		ui_say(s->ui, count ? "This is the VM's only finding" : "The VM has no finding");
	return STALE_PAINT;
}

static enum stale act_previous_finding(struct scope *s)
{
	return turn_finding(s, -1);
}

static enum stale act_next_finding(struct scope *s)
{
	return turn_finding(s, 1);
}

static void show_change(struct ui *ui)
{
	if (ui->popup != POPUP_CHANGE)
		ui->behind_change = ui->popup;
	ui->popup = POPUP_CHANGE;
	ui->popup_scroll = 0;
}

static enum stale act_apply(struct scope *s)
{
	struct ui *ui = s->ui;
	struct shown shown;

	if (ui->popup != POPUP_REMEDY)
		return STALE_NOTHING;
	if (!shown_take(&shown, ui, s->m, s->f))
		return STALE_PAINT;
	if (shown.remedy != REMEDY_NONE) {
		change_ask(&ui->change, s->m, shown.vm, shown.remedy);
	} else if (ui->change.state == CHANGE_NONE) {
		ui_say(ui, "There is nothing to apply");
		return STALE_PAINT;
	}
	show_change(ui);
	return STALE_PAINT;
}

static enum stale act_undo(struct scope *s)
{
	struct ui *ui = s->ui;

	if (ui->popup != POPUP_NONE && ui->popup != POPUP_REMEDY && ui->popup != POPUP_CHANGE)
		return STALE_NOTHING;
	change_want_undo(&ui->change, s->m,
		ui->popup == POPUP_CHANGE ? change_vm(&ui->change, s->m)
					  : model_find(s->m, ui->selected));
	show_change(ui);
	return STALE_PAINT;
}

/* Of a change, back to the remedy it was about. */
static enum stale act_close(struct scope *s)
{
	struct ui *ui = s->ui;

	if (ui->popup != POPUP_CHANGE) {
		ui->popup = POPUP_NONE;
		return STALE_PAINT;
	}
	if (ui->change.state == CHANGE_ASKING || ui->change.state == CHANGE_CHECKING)
		ui_say(ui, "Nothing was changed");
	change_forget(&ui->change);
	ui->popup = ui->behind_change;
	ui->popup_scroll = 0;
	return STALE_PAINT;
}

static enum stale act_confirm(struct scope *s)
{
	struct ui *ui = s->ui;

	if (ui->popup != POPUP_CHANGE || ui->change.state != CHANGE_ASKING)
		return STALE_PAINT;
	if (!change_is_agreed(&ui->change))
		return act_close(s);
	ui->change.state = CHANGE_CONFIRMED;
	return STALE_PAINT;
}

static enum stale turn_view(struct ui *ui, int by)
{
	ui_turn_to(ui, (enum view_id)(((int)ui->view + by + VIEW__COUNT) % VIEW__COUNT));
	return STALE_SORT;
}

static enum stale act_previous_view(struct scope *s)
{
	return turn_view(s->ui, -1);
}

static enum stale act_next_view(struct scope *s)
{
	return turn_view(s->ui, 1);
}

static enum stale act_view_menu(struct scope *s)
{
	ui_open_popup(s->ui, POPUP_VIEWS);
	return STALE_PAINT;
}

static enum stale act_sort_menu(struct scope *s)
{
	selection_rows(s->ui, s->m, s->f);
	ui_open_popup(s->ui, POPUP_SORT);
	return STALE_PAINT;
}

static enum stale act_setup(struct scope *s)
{
	ui_open_popup(s->ui, POPUP_SETUP);
	return STALE_PAINT;
}

static enum stale act_messages(struct scope *s)
{
	ui_open_popup(s->ui, POPUP_MESSAGES);
	return STALE_PAINT;
}

static enum stale act_quit(struct scope *s)
{
	s->ui->quit = true;
	return STALE_PAINT;
}

/* What the caller carries out. */
static enum stale act_beyond(struct scope *s)
{
	(void)s;
	return STALE_PAINT;
}

/* clang-format off */
static enum stale (*const acts[ACTION__COUNT])(struct scope *s) = {
	[ACTION_UP] = act_up,
	[ACTION_DOWN] = act_down,
	[ACTION_PAGE_UP] = act_page_up,
	[ACTION_PAGE_DOWN] = act_page_down,
	[ACTION_FIRST] = act_first,
	[ACTION_LAST] = act_last,
	[ACTION_ENTER] = act_enter,
	[ACTION_FOLD] = act_fold,
	[ACTION_OPEN_ALL] = act_open_all,
	[ACTION_REMEDY] = act_remedy,
	[ACTION_DRILL_DOWN] = act_drill_down,
	[ACTION_LATENCY] = act_latency,
	[ACTION_SORT_EXITS] = act_sort_exits,
	[ACTION_SORT_LEFT] = act_sort_left,
	[ACTION_REVERSE] = act_reverse,
	[ACTION_SORT_ROWS] = act_sort_rows,
	[ACTION_SORT_ROWS_LEFT] = act_sort_rows_left,
	[ACTION_REVERSE_ROWS] = act_reverse_rows,
	[ACTION_SORT_CPU] = act_sort_cpu,
	[ACTION_SORT_NAME] = act_sort_name,
	[ACTION_SORT_MENU] = act_sort_menu,
	[ACTION_INTERVAL_MODE] = act_interval_mode,
	[ACTION_HALTS] = act_halts,
	[ACTION_ZERO] = act_zero,
	[ACTION_PAUSE] = act_pause,
	[ACTION_FASTER] = act_faster,
	[ACTION_SLOWER] = act_slower,
	[ACTION_REDRAW] = act_beyond,
	[ACTION_HELP] = act_help,
	[ACTION_PREVIOUS] = act_previous,
	[ACTION_NEXT] = act_next,
	[ACTION_PREVIOUS_FINDING] = act_previous_finding,
	[ACTION_NEXT_FINDING] = act_next_finding,
	[ACTION_COPY] = act_beyond,
	[ACTION_WRITE_PATCH] = act_beyond,
	[ACTION_CLOSE] = act_close,
	[ACTION_APPLY] = act_apply,
	[ACTION_UNDO] = act_undo,
	[ACTION_CONFIRM] = act_confirm,
	[ACTION_ANSWER_ERASE] = act_answer_erase,
	[ACTION_BASELINE] = act_beyond,
	[ACTION_DROP_BASELINE] = act_beyond,
	[ACTION_PREVIOUS_VIEW] = act_previous_view,
	[ACTION_NEXT_VIEW] = act_next_view,
	[ACTION_VIEW_MENU] = act_view_menu,
	[ACTION_SETUP] = act_setup,
	[ACTION_MESSAGES] = act_messages,
	[ACTION_FILTER] = act_filter,
	[ACTION_FILTER_KEEP] = act_filter_keep,
	[ACTION_FILTER_CLEAR] = act_filter_clear,
	[ACTION_FILTER_ERASE] = act_filter_erase,
	[ACTION_FOLLOW] = act_follow,
	[ACTION_OFF] = act_off,
	[ACTION_CPUS] = act_cpus,
	[ACTION_OF_HOST] = act_of_host,
	[ACTION_MOUSE] = act_mouse,
	[ACTION_TICK_BACK] = act_tick_back,
	[ACTION_TICK_ON] = act_tick_on,
	[ACTION_MINUTE_BACK] = act_minute_back,
	[ACTION_MINUTE_ON] = act_minute_on,
	[ACTION_PLAY_FASTER] = act_play_faster,
	[ACTION_PLAY_SLOWER] = act_play_slower,
	[ACTION_GO_TO] = act_go_to,
	[ACTION_GO] = act_go,
	[ACTION_GO_NOWHERE] = act_go_nowhere,
	[ACTION_GO_ERASE] = act_go_erase,
	[ACTION_QUIT] = act_quit,
};
/* clang-format on */

enum stale ui_act(struct ui *ui, enum action action, struct model *m, const struct findings *f)
{
	struct scope s = { ui, m, f };

	if (action == ACTION_NONE)
		return STALE_NOTHING;
	ui->message[0] = '\0';
	return acts[action](&s);
}
