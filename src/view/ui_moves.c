#include "view/ui_moves.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "view/menus.h"
#include "view/selection.h"
#include "view/shown.h"
#include "view/views.h"

static void move_in_exits(struct ui *ui, const struct model *m, int by)
{
	const struct vm *vm = model_find(m, ui->selected);
	struct exit_line *lines;
	size_t count;

	if (!vm)
		return;
	lines = drill_lines(&ui->drill, vm, ui->cumulative, ui_exit_shares(ui), ui->exit_sort,
		ui->exit_reverse, &count);
	drill_move(&ui->drill, lines, count, by);
	free(lines);
}

static long moved_within(long row, long by, long count)
{
	row += by;
	return row < 0 || !count ? 0 : row >= count ? count - 1 : row;
}

void ui_move(struct ui *ui, const struct model *m, const struct findings *f, int by)
{
	const struct rows *rows;

	if (ui->popup == POPUP_EXITS) {
		move_in_exits(ui, m, by);
	} else if (ui_context(ui) & CONTEXT_MENU) {
		menu_move(ui, by);
	} else if (ui->popup) {
		ui->popup_scroll = (int)moved_within(ui->popup_scroll, by, INT_MAX);
	} else {
		rows = selection_rows(ui, m, f);
		if (!rows->count)
			return;
		ui->settled = ui->moved = true;
		selection_take(
			ui, (size_t)moved_within((long)ui->selected_row, by, (long)rows->count));
	}
}

void ui_turn_to(struct ui *ui, enum view_id view)
{
	ui->view = view;
	ui->moved = true;
	ui->popup = POPUP_NONE;
}

void ui_open_popup(struct ui *ui, enum popup popup)
{
	if (popup == POPUP_HELP)
		ui->help_context = ui_context(ui);
	ui->popup = ui->popup == popup ? POPUP_NONE : popup;
	ui->popup_scroll = 0;
	ui->popup_rule = NULL;
	ui->popup_remedy = REMEDY_NONE;
	ui->popup_row = menu_current(ui);
	drill_start(&ui->drill);
}

/* What is shown first is shown until the user turns to another. */
void ui_open_remedy(
	struct ui *ui, const struct model *m, const struct findings *f, const struct rule *rule)
{
	struct shown shown;

	ui_open_popup(ui, POPUP_REMEDY);
	ui->popup_rule = rule;
	shown = shown_find(ui, m, f);
	shown_keep(ui, &shown);
}

void ui_open_drill(struct ui *ui, int vcpu)
{
	ui_open_popup(ui, POPUP_EXITS);
	ui->drill.vcpu = vcpu;
}

void ui_sort_by(struct ui *ui, const struct field *column)
{
	struct view_state *state = &ui->views[ui->view];
	const bool again = !strcmp(state->sort, column->key);

	state->reverse = again && !state->reverse;
	snprintf(state->sort, sizeof state->sort, "%s", column->key);
	ui_say(ui, "%s by %s%s: %s", views[ui->view]->name, column->title,
		state->reverse ? ", turned round" : "", column->help);
}
