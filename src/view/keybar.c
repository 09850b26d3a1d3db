#include "view/keybar.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "view/draw/line.h"

/* "↑↓" of "↑↓ VM": the keys of all neighbours in this context with that label. Returns how many bindings that
 * are. */
static size_t join_keys(
	const struct binding *b, size_t left, unsigned context, bool ascii, struct strbuf *keys)
{
	char name[16];
	size_t i = 0;

	do {
		const char *key = binding_key_name(b[i].keys[0], ascii, name, sizeof name);

		strbuf_addf(keys, "%s%s", i && ascii && strlen(key) > 1 ? "/" : "", key);
		i++;
	} while (
		i < left && b[i].label && b[i].contexts & context && !strcmp(b[i].label, b->label));
	return i;
}

/* Keys that mean something else here, and keys of a popup that mean nothing now. */
static bool is_offered(const struct ui *ui, const struct binding *b)
{
	const enum action action = b->action;

	if (binding_find(b->keys[0], ui_context(ui)) != action)
		return false;
	if (ui->popup == POPUP_CHANGE && action == ACTION_CONFIRM)
		return ui->change.state == CHANGE_ASKING;
	if (ui->popup == POPUP_CHANGE && action == ACTION_UNDO)
		return ui->change.state == CHANGE_DONE && ui->change.task == CHANGE_APPLY;
	if (ui->popup == POPUP_CHANGE && action == ACTION_COPY)
		return change_offers_commands(&ui->change);
	return true;
}

/* Adds the entry, if it fits whole. */
static void add_entry(
	const struct frame *f, struct line *l, const struct binding *b, const char *keys)
{
	const int start = l->column;

	if (text_width(keys) + 1 + (int)strlen(b->label) > l->end - l->column)
		return;
	line_add(l, STYLE_KEY, "%s", keys);
	line_add(l, STYLE_NORMAL, " %s", b->label);
	mouse_regions_add(&f->painted->regions,
		(struct rect){ l->row, start, 1, l->column - start }, REGION_ACTION, b->action);
	l->column += 2;
}

static void add_keys(const struct frame *f, struct line *l)
{
	const unsigned context = ui_context(f->ui);

	for (size_t i = 0, used; i < binding_count; i += used) {
		struct strbuf keys = { 0 };

		used = 1;
		if (!bindings[i].label || !(bindings[i].contexts & context) ||
			!is_offered(f->ui, &bindings[i]))
			continue;
		used = join_keys(
			&bindings[i], binding_count - i, context, !term_utf8(f->term), &keys);
		add_entry(f, l, &bindings[i], strbuf_text(&keys));
		strbuf_fini(&keys);
	}
}

/* "Filter: web_  12 of 200": what is typed, and what it leaves. The answer to a question may have scrolled out of
 * its window. */
static void add_typed(const struct frame *f, struct line *l)
{
	const struct ui *ui = f->ui;

	if (ui->replay.asks) {
		line_add(l, STYLE_BOLD, "Go to: %s", ui->replay.go_to);
		line_add(l, STYLE_SELECTED, " ");
		line_add(l, STYLE_NORMAL, "  14:07:31, +90, -30 or #40  ");
	} else if (ui->filtering) {
		line_add(l, STYLE_BOLD, "Filter: %s", ui->filter);
		line_add(l, STYLE_SELECTED, " ");
		line_add(l, STYLE_NORMAL, "  %zu of %zu  ", ui->rows.count, ui->rows.all);
	} else if (ui_context(ui) & CONTEXT_ANSWER) {
		line_add(l, STYLE_BOLD, "Type yes: %s", ui->change.answer);
		line_add(l, STYLE_SELECTED, " ");
		line_add(l, STYLE_NORMAL, "  ");
	} else if (ui->filter[0] && !ui->popup) {
		line_add(l, STYLE_WARNING, "/%s", ui->filter);
		line_add(l, STYLE_NORMAL, " %zu of %zu  ", ui->rows.count, ui->rows.all);
	}
}

/* " 26/200": where the selection is in a list that is longer than the screen; returns the column where it
 * starts. */
static int paint_place(const struct frame *f, struct rect at)
{
	const struct ui *ui = f->ui;
	char text[48];

	if (!f->painted->overflows || ui->popup)
		return at.column + at.width;
	snprintf(text, sizeof text, " %zu/%zu", ui->selected_row + 1, ui->rows.count);
	term_text_right(f->term, at.row, at.column, at.width, STYLE_BOLD, text);
	return at.column + at.width - text_width(text);
}

void keybar_paint(const struct frame *f)
{
	const struct rect at = f->layout.bar;
	struct line l = { f->term, at.row, at.column, at.column + at.width };

	if (f->ui->message[0]) {
		line_add(&l, STYLE_BOLD, " %s", f->ui->message);
		return;
	}
	l.end = paint_place(f, at);
	add_typed(f, &l);
	add_keys(f, &l);
}
