#include "view/view.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "model/shed.h"
#include "view/frame.h"
#include "view/header.h"
#include "view/header_cpus.h"
#include "view/line.h"
#include "view/page.h"
#include "view/popup_change.h"
#include "view/popup_exits.h"
#include "view/popup_help.h"
#include "view/popup_remedy.h"
#include "view/view_overview.h"

/* One sentence, wrapped, for each source that is off and for what the budget does not allow. Why no VM is to be seen stands in the middle of the
 * screen instead. */
static void collect_notices(const struct model *m, struct page *notices)
{
	struct strbuf shed = { 0 };

	if (m->recording.file[0]) {
		if (m->recording.note[0])
			page_addf(notices, STYLE_WARNING, 2, "! %s", m->recording.note);
		return;
	}
	for (int i = 0; i < SOURCE__COUNT; i++)
		if (m->updates && !m->sources[i].ok && (i != SOURCE_PROC || m->vm_count))
			page_addf(notices, STYLE_WARNING, 2, "! %s", m->sources[i].why);
	shed_notice(m, &shed);
	if (shed.length)
		page_addf(notices, STYLE_WARNING, 2, "! %s", strbuf_text(&shed));
	strbuf_fini(&shed);
}

static void paint_notices(const struct frame *f, const struct page *notices)
{
	const struct rect at = f->layout.notices;

	for (int i = 0; i < at.height && i < (int)notices->count; i++)
		term_text(f->term, at.row + i, at.column, at.width, notices->lines[i].style,
			notices->lines[i].text);
}

static void paint_centred(const struct frame *f, int row, enum style style, const char *text)
{
	const struct rect at = f->layout.list;
	const int width = text_width(text) < at.width ? text_width(text) : at.width;

	term_text(f->term, row, at.column + (at.width - width) / 2, width, style, text);
}

static void paint_no_vm(const struct frame *f)
{
	const struct sample_source *proc = &f->model->sources[SOURCE_PROC];
	const struct rect at = f->layout.list;
	const int row = at.row + at.height / 2 - 1;

	if (!f->model->updates) {
		if (!f->ui->message[0])
			paint_centred(f, row, STYLE_NORMAL, "Looking for VMs ...");
		return;
	}
	paint_centred(f, row, STYLE_BOLD,
		proc->ok ? "No VM runs on this host." : "No VM is to be seen on this host.");
	paint_centred(f, row + 1, STYLE_NORMAL,
		"Start one (virsh start NAME): it appears here within two seconds.");
	if (!proc->ok)
		paint_centred(f, row + 3, STYLE_WARNING, proc->why);
}

/* " ↑↓ VM": the keys of all neighbours with that label. Returns how many bindings that are. */
static size_t bar_entry(const struct binding *b, size_t left, bool ascii, struct strbuf *keys)
{
	char name[16];
	size_t i = 0;

	do {
		const char *key = binding_key_name(b[i].keys[0], ascii, name, sizeof name);

		strbuf_addf(keys, "%s%s", i && ascii && strlen(key) > 1 ? "/" : "", key);
		i++;
	} while (i < left && b[i].label && !strcmp(b[i].label, b->label));
	return i;
}

/* Keys of a popup that mean nothing in this one, or not now. */
static bool is_offered(const struct ui *ui, enum action action)
{
	const bool asking = ui->change.state == CHANGE_ASKING;

	if (ui->popup == POPUP_HELP)
		return action != ACTION_PREVIOUS && action != ACTION_NEXT &&
		       action != ACTION_APPLY && action != ACTION_UNDO;
	if (ui->popup == POPUP_CHANGE && action == ACTION_CONFIRM)
		return asking;
	if (ui->popup == POPUP_CHANGE && action == ACTION_UNDO)
		return ui->change.state == CHANGE_DONE && ui->change.task == CHANGE_APPLY;
	return true;
}

static void paint_bar(const struct frame *f)
{
	const struct rect at = f->layout.bar;
	struct line l = { f->term, at.row, at.column, at.column + at.width };
	const unsigned context = ui_context(f->ui);

	if (f->ui->message[0]) {
		line_add(&l, STYLE_BOLD, " %s", f->ui->message);
		return;
	}
	for (size_t i = 0, used; i < binding_count; i += used) {
		struct strbuf keys = { 0 };

		used = 1;
		if (!bindings[i].label || !(bindings[i].contexts & context) ||
			!is_offered(f->ui, bindings[i].action))
			continue;
		used = bar_entry(&bindings[i], binding_count - i, !term_utf8(f->term), &keys);
		if (text_width(strbuf_text(&keys)) + 1 + (int)strlen(bindings[i].label) <=
			l.end - l.column) {
			line_add(&l, STYLE_KEY, "%s", strbuf_text(&keys));
			line_add(&l, STYLE_NORMAL, " %s", bindings[i].label);
			l.column += 2;
		}
		strbuf_fini(&keys);
	}
}

static void paint_too_small(struct term *t, int rows, int columns)
{
	struct page page = { .width = columns };

	page_addf(&page, STYLE_NORMAL, 0,
		"kvmtop needs %d columns and %d rows, this window has %d and %d.",
		LAYOUT_MIN_COLUMNS, LAYOUT_MIN_ROWS, columns, rows);
	for (int i = 0; i < (int)page.count; i++)
		term_text(t, (rows - (int)page.count) / 2 + i, 0, columns, STYLE_NORMAL,
			page.lines[i].text);
	page_fini(&page);
}

static void paint_popup(const struct frame *f)
{
	static void (*const paint[])(const struct frame *) = {
		[POPUP_HELP] = popup_help_paint,
		[POPUP_REMEDY] = popup_remedy_paint,
		[POPUP_EXITS] = popup_exits_paint,
		[POPUP_CHANGE] = popup_change_paint,
	};

	if (f->ui->popup != POPUP_NONE)
		paint[f->ui->popup](f);
}

static void paint_screen(struct frame *f, const struct page *notices)
{
	header_paint(f);
	header_cpus_paint(f);
	paint_notices(f, notices);
	view_overview_paint(f);
	if (!f->model->vm_count)
		paint_no_vm(f);
	paint_popup(f);
	paint_bar(f);
}

void view_paint(struct term *t, const struct model *m, const struct findings *f, struct ui *ui)
{
	struct frame frame = { .term = t, .model = m, .findings = f, .ui = ui };
	struct page notices = { 0 };
	int rows, columns;

	term_size(t, &rows, &columns);
	notices.width = columns;
	collect_notices(m, &notices);
	frame.layout = layout_screen(rows, columns, (int)notices.count,
		ui->cpus ? header_cpus_rows(&m->host, columns) : 0);
	term_erase(t);
	if (frame.layout.too_small)
		paint_too_small(t, rows, columns);
	else
		paint_screen(&frame, &notices);
	term_flush(t);
	page_fini(&notices);
}
