#include "view/view.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "model/shed.h"
#include "view/draw/line.h"
#include "view/frame.h"
#include "view/header.h"
#include "view/header_cpus.h"
#include "view/keybar.h"
#include "view/menus.h"
#include "view/page.h"
#include "view/popup/popup_change.h"
#include "view/popup/popup_exits.h"
#include "view/popup/popup_help.h"
#include "view/popup/popup_messages.h"
#include "view/popup/popup_remedy.h"
#include "view/selection.h"
#include "view/shown.h"
#include "view/views.h"

/* A wrapped sentence for each source that is off but should not be, and for what the budget turned off. The reason
 * for an empty list of VMs is painted in the middle of the screen instead. */
static void collect_notices(const struct model *m, const struct ui *ui, struct page *notices)
{
	struct strbuf shed = { 0 };

	if (ui->replay.about)
		page_addf(notices, STYLE_NORMAL, 2, "%s", ui->replay.about);
	if (m->recording.file[0]) {
		if (m->recording.note[0])
			page_addf(notices, STYLE_WARNING, 2, "! %s", m->recording.note);
		if (!m->recording.is_replay)
			return;
	}
	for (int i = 0; i < SOURCE__COUNT; i++)
		if (m->updates && !m->sources[i].ok && !m->sources[i].harmless &&
			(i != SOURCE_PROC || (m->vm_count && !m->host.remote)))
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
	char off[64];

	if (!f->model->updates) {
		if (!f->ui->message[0])
			paint_centred(f, row, STYLE_NORMAL, "Looking for VMs ...");
		return;
	}
	paint_centred(f, row, STYLE_BOLD, "No running VMs found.");
	paint_centred(f, row + 1, STYLE_NORMAL,
		"Start one (virsh start NAME): it appears here within two seconds.");
	if (f->model->off.all) {
		snprintf(off, sizeof off, "%zu VM%s shut off: A shows %s.", f->model->off.all,
			f->model->off.all == 1 ? " is" : "s are",
			f->model->off.all == 1 ? "it" : "them");
		paint_centred(f, row + 2, STYLE_NORMAL, off);
	}
	if (!proc->ok)
		paint_centred(f, row + 3, STYLE_WARNING, proc->why);
}

/* The views, with the one that is shown marked: in brackets, as colour may not tell. */
static void paint_tabs(const struct frame *f)
{
	const struct rect at = f->layout.tabs;
	struct line l = { f->term, at.row, at.column + 1, at.column + at.width };

	for (int i = 0; i < VIEW__COUNT && at.height; i++) {
		const bool shown = i == (int)f->ui->view;
		const int start = l.column;

		line_add_whole(&l, shown ? STYLE_TITLE : STYLE_DIM, shown ? "[%s]" : " %s ",
			views[i]->name);
		mouse_regions_add(&f->painted->regions,
			(struct rect){ at.row, start, 1, l.column - start }, REGION_TAB, (size_t)i);
	}
}

static void paint_too_small(struct term *t, int rows, int columns)
{
	struct page page = { .width = columns };
	int row;

	page_addf(&page, STYLE_NORMAL, 0,
		"kvmtop needs %d columns and %d rows, this window has %d and %d.",
		LAYOUT_MIN_COLUMNS, LAYOUT_MIN_ROWS, columns, rows);
	/* Where not even that has room, its beginning. */
	row = rows > (int)page.count ? (rows - (int)page.count) / 2 : 0;
	for (int i = 0; i < (int)page.count; i++)
		term_text(t, row + i, 0, columns, STYLE_NORMAL, page.lines[i].text);
	page_fini(&page);
}

static void paint_popup(const struct frame *f)
{
	static void (*const paint[POPUP__COUNT])(const struct frame *) = {
		[POPUP_HELP] = popup_help_paint,
		[POPUP_REMEDY] = popup_remedy_paint,
		[POPUP_EXITS] = popup_exits_paint,
		[POPUP_CHANGE] = popup_change_paint,
		[POPUP_VIEWS] = menu_paint,
		[POPUP_SORT] = menu_paint,
		[POPUP_SETUP] = menu_paint,
		[POPUP_MESSAGES] = popup_messages_paint,
	};

	if (f->ui->popup != POPUP_NONE)
		paint[f->ui->popup](f);
}

/* Fits what the user has chosen to what there is now, before it is painted. */
static void settle(struct ui *ui, const struct model *m, const struct findings *f)
{
	selection_rows(ui, m, f);
	shown_follow(ui, m, f);
	menu_follow(ui);
}

static void paint_screen(const struct frame *f, const struct page *notices)
{
	header_paint(f);
	header_cpus_paint(f);
	paint_notices(f, notices);
	paint_tabs(f);
	views[f->ui->view]->paint(f);
	if (!f->model->vm_count && !f->ui->rows.count)
		paint_no_vm(f);
	paint_popup(f);
	keybar_paint(f);
}

void view_paint(struct term *t, const struct model *m, const struct findings *f, struct ui *ui)
{
	struct painted painted = ui->painted;
	struct frame frame = {
		.term = t, .model = m, .findings = f, .ui = ui, .painted = &painted
	};
	struct page notices = { 0 };
	int rows, columns;

	term_size(t, &rows, &columns);
	notices.width = columns;
	collect_notices(m, ui, &notices);
	frame.layout = layout_screen(rows, columns, (int)notices.count,
		ui->settings.cpus ? header_cpus_rows(&m->host, columns) : 0);
	layout_tabs(&frame.layout, ui->view != VIEW_OVERVIEW);
	mouse_regions_clear(&painted.regions);
	painted.has_devices_room = painted.has_list = false;
	term_erase(t);
	if (!frame.layout.too_small)
		settle(ui, m, f);
	painted.popup_scroll = ui->popup_scroll;
	painted.drill = ui->drill;
	if (frame.layout.too_small)
		paint_too_small(t, rows, columns);
	else
		paint_screen(&frame, &notices);
	ui_take_painted(ui, &painted);
	term_flush(t);
	page_fini(&notices);
}
