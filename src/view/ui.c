#include "view/ui.h"

#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>

#include "core/text.h"
#include "sample/wants.h"
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
	mouse_regions_fini(&ui->painted.regions);
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
	const struct rows *rows = &ui->rows;
	const size_t sorted =
		field_find(rows->columns, rows->column_count, ui->views[ui->view].sort);
	const bool by_device = rows->columns == vm_columns && sorted >= VM_COL_DEVICES &&
			       sorted < rows->column_count;

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
