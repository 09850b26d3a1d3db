#include "view/ui.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

#include "core/text.h"
#include "sample/wants.h"
#include "view/menus.h"
#include "view/selection.h"
#include "view/shown.h"
#include "view/term/term.h"
#include "view/views.h"

void ui_init(struct ui *ui)
{
	*ui = (struct ui){
		.exit_sort = EXIT_COL_SAMPLES,
		.drill = { .vcpu = DRILL_ALL_VCPUS },
		.settings = settings_default(),
		.painted.page = 1,
		.replay = { .speed = 1 },
	};
	for (int i = 0; i < VIEW__COUNT; i++) {
		snprintf(ui->views[i].sort, sizeof ui->views[i].sort, "%s", views[i]->sort);
		ui->views[i].reverse = views[i]->reverse;
	}
}

void ui_fini(struct ui *ui)
{
	rows_fini(&ui->rows);
	hits_fini(&ui->painted.hits);
	change_fini(&ui->change);
	*ui = (struct ui){ 0 };
}

void ui_take_painted(struct ui *ui, const struct painted *painted)
{
	struct view_state *state = &ui->views[ui->view];

	ui->painted = *painted;
	ui->popup_scroll = painted->popup_scroll;
	ui->drill = painted->drill;
	if (!painted->has_list)
		return;
	ui->moved = false;
	state->scroll = painted->scroll;
	state->place = painted->place;
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
	const bool selected = vm_id_equal(ui->selected, id);

	return (ui->open_all || selected) && !(ui->folded && selected);
}

static bool is_asked(const struct ui *ui)
{
	return ui->popup == POPUP_CHANGE && ui->change.state == CHANGE_ASKING;
}

static bool is_typing_answer(const struct ui *ui)
{
	return is_asked(ui) && ui->change.must_type;
}

unsigned ui_context(const struct ui *ui)
{
	static const unsigned contexts[POPUP__COUNT] = {
		[POPUP_HELP] = CONTEXT_POPUP,
		[POPUP_REMEDY] = CONTEXT_POPUP | CONTEXT_REMEDY,
		[POPUP_EXITS] = CONTEXT_EXITS,
		[POPUP_CHANGE] = CONTEXT_CHANGE,
		[POPUP_VIEWS] = CONTEXT_MENU,
		[POPUP_SORT] = CONTEXT_MENU,
		[POPUP_SETUP] = CONTEXT_MENU | CONTEXT_SETUP,
		[POPUP_MESSAGES] = CONTEXT_POPUP,
	};

	if (ui->filtering)
		return CONTEXT_FILTER;
	if (ui->replay.asks)
		return CONTEXT_GO_TO;
	if (is_typing_answer(ui))
		return CONTEXT_ANSWER;
	if (ui->popup != POPUP_NONE)
		return contexts[ui->popup];
	return CONTEXT_MAIN | (ui->view == VIEW_OVERVIEW ? CONTEXT_OVERVIEW : CONTEXT_LIST) |
	       (ui->replay.on ? CONTEXT_REPLAY : 0);
}

enum action ui_action(const struct ui *ui, int key)
{
	const enum action action = binding_find(key, ui_context(ui));
	const bool is_no = action == ACTION_NONE || action == ACTION_UNDO || action == ACTION_COPY;

	if (is_asked(ui) && !is_typing_answer(ui) && is_no)
		return ACTION_CLOSE;
	return action == ACTION_COPY && ui->popup == POPUP_CHANGE &&
			       !change_offers_commands(&ui->change)
		       ? ACTION_NONE
		       : action;
}

/* Appends a character as UTF-8, if it can be seen and there is room for all of it. */
static enum stale append(char *to, size_t size, int key)
{
	const size_t used = strlen(to);
	char text[MB_LEN_MAX + 1] = "", clean[sizeof text];
	mbstate_t state = { 0 };

	if (key < ' ' || key >= TERM_KEY_UP || wcrtomb(text, (wchar_t)key, &state) == (size_t)-1)
		return STALE_NOTHING;
	text_clean(clean, sizeof clean, text);
	if (strcmp(text, clean) != 0 || used + strlen(text) >= size)
		return STALE_NOTHING;
	snprintf(to + used, size - used, "%s", text);
	return STALE_SORT;
}

enum stale ui_type(struct ui *ui, int key)
{
	if (ui->filtering)
		return append(ui->filter, sizeof ui->filter, key);
	if (ui->replay.asks)
		return append(ui->replay.go_to, sizeof ui->replay.go_to, key);
	if (is_typing_answer(ui))
		return append(ui->change.answer, sizeof ui->change.answer, key);
	return STALE_NOTHING;
}

bool ui_wants_details(const struct ui *ui)
{
	return ui->popup == POPUP_EXITS;
}

unsigned ui_wants(const struct ui *ui)
{
	const bool by_device =
		ui->rows.columns == vm_columns && selection_sorted(ui) >= VM_COL_DEVICES;

	if (ui->view != VIEW_OVERVIEW)
		return 0;
	return ui->painted.has_devices_room || by_device || settings_show_devices(&ui->settings)
		       ? WANT_DEVICES
		       : 0;
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
