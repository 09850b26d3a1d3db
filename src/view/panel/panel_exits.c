#include "view/panel/panel_exits.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "model/counters.h"
#include "model/exit_brief.h"
#include "model/off.h"
#include "model/shed.h"
#include "view/draw/line.h"
#include "view/draw/table.h"

/* Devices shown of one reason. */
enum { DEVICES_MAX = 3 };

/* Columns that names longer than usual get where there is room. */
enum { NAME_STRETCH = 8 };

static const struct exit_table *chosen_table(const struct frame *f, const struct vm *vm)
{
	return f->ui->cumulative ? &vm->total : &vm->interval;
}

int panel_exits_rows(const struct frame *f, const struct vm *vm)
{
	struct exit_row coarse[COUNTERS_ROWS];
	size_t count;

	free(exit_brief(chosen_table(f, vm), EXIT_SHARES_ALL, f->ui->exit_sort, false, DEVICES_MAX,
		SIZE_MAX, &count));
	return count ? (int)count : 1 + (int)counters_rows_of_vm(vm, coarse);
}

const char *panel_exits_span(
	const struct ui *ui, const struct exit_table *table, size_t size, char *out)
{
	char seconds[24] = "";

	if (table->seconds > 0)
		snprintf(seconds, sizeof seconds, " %.1f s", table->seconds);
	snprintf(out, size, "%s%s%s%s", ui->cumulative ? "since zero" : "interval", seconds,
		table->sampled ? ", sampled" : "",
		ui->without_halts ? ", time% without halts" : "");
	return out;
}

/* "interval, sampled, time% without halts": as much of it as there is room for, what matters most first. */
static void add_span(struct strbuf *out, const struct frame *f, bool sampled, int room)
{
	const char *span = f->ui->cumulative ? "since zero" : "interval";
	const char *part = sampled ? ", sampled" : "";
	const bool halts = f->ui->without_halts;
	const struct {
		const char *words[3];
	} choices[] = {
		{ { span, part, halts ? ", time% without halts" : "" } },
		{ { span, part, halts ? ", no halts" : "" } },
		{ { sampled ? "sampled" : "", sampled && halts ? ", " : "",
			halts ? "no halts" : "" } },
		{ { halts ? "no halts" : "", "", "" } },
		{ { span, "", "" } },
	};

	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		struct strbuf text = { 0 };

		for (size_t k = 0; k < 3; k++)
			strbuf_add(&text, choices[i].words[k]);
		if (!out->length && text_width(strbuf_text(&text)) <= room)
			strbuf_add(out, strbuf_text(&text));
		strbuf_fini(&text);
	}
}

/* Columns from the first one's left edge to the words behind its title. */
static int span_at(void)
{
	return text_width(exit_columns[EXIT_COL_REASON].title) + 2;
}

/* By how much the first column may be widened: for longer names, and for all that its title has to say. */
static int title_stretch(const struct frame *f, bool sampled)
{
	struct strbuf span = { 0 };
	int more;

	add_span(&span, f, sampled, INT_MAX);
	more = span_at() + text_width(strbuf_text(&span)) - exit_columns[EXIT_COL_REASON].width;
	strbuf_fini(&span);
	return more > NAME_STRETCH ? more : NAME_STRETCH;
}

/* Behind the first column's title stands what its figures are of. */
static void paint_titles(const struct frame *f, const struct table *table,
	const struct exit_table *exits, struct rect at)
{
	const int room = table->cells[EXIT_COL_REASON].width - span_at();
	struct strbuf span = { 0 };

	term_fill(f->term, at.row, at.column, at.width, STYLE_HEADER);
	table_titles(f->term, table, at.row, at.column);
	mouse_regions_add_titles(
		&f->painted->regions, table, at.row, at.column, REGION_EXIT_COLUMN);
	add_span(&span, f, exits->sampled, room);
	term_text(f->term, at.row, at.column + span_at(), room, STYLE_HEADER, strbuf_text(&span));
	strbuf_fini(&span);
}

const char *panel_exits_absence(const struct frame *f, const struct vm *vm, size_t size, char *out)
{
	const struct sample_source *tracing = &f->model->sources[SOURCE_TRACING];
	const struct host *h = &f->model->host;

	if (vm->off)
		snprintf(out, size, "- (%s)", off_state(vm));
	else if (!tracing->ok)
		snprintf(out, size, "- (%s)", tracing->why);
	else if (h->shed >= TRACING_SHED_VMS && h->only_pid && h->only_pid != vm->id.pid)
		snprintf(out, size, "- (over the budget: only %s is traced)",
			shed_only_vm(f->model));
	else
		snprintf(out, size, "no exits yet");
	return out;
}

/* In the place of the table: why there is none, and what is known all the same. */
static void paint_absence(
	const struct frame *f, const struct vm *vm, const struct table *table, struct rect at)
{
	struct line l = { f->term, at.row + 1, at.column, at.column + at.width };
	struct exit_row coarse[COUNTERS_ROWS];
	const size_t count = counters_rows_of_vm(vm, coarse);
	char why[320];

	if (count && !f->model->sources[SOURCE_TRACING].ok)
		line_add(&l, STYLE_DIM, "%s", counters_sentence(&f->model->host));
	else
		line_add(&l, STYLE_DIM, "%s%s", count ? "counted by KVM " : "",
			panel_exits_absence(f, vm, sizeof why, why));
	for (size_t i = 0; i < count && (int)i + 2 < at.height; i++)
		table_row(f->term, table, at.row + 2 + (int)i, at.column, &coarse[i], NULL, false);
}

void panel_exits_paint(const struct frame *f, const struct vm *vm, struct rect at)
{
	const struct exit_table *exits = chosen_table(f, vm);
	struct table table = {
		.columns = exit_columns,
		.count = EXIT_COL__COUNT,
		.sorted = f->ui->exit_sort,
		.reverse = f->ui->exit_reverse,
		.hidden = f->ui->settings.hidden[SETTINGS_EXITS],
	};
	struct exit_row *lines;
	size_t count;

	table_fit_columns(&table, at.width, title_stretch(f, exits->sampled));
	paint_titles(f, &table, exits, at);
	lines = exit_brief(exits, ui_exit_shares(f->ui), f->ui->exit_sort, f->ui->exit_reverse,
		DEVICES_MAX, (size_t)at.height - 1, &count);
	if (!count)
		paint_absence(f, vm, &table, at);
	for (size_t i = 0; i < count; i++)
		table_row(f->term, &table, at.row + 1 + (int)i, at.column, &lines[i], NULL, false);
	free(lines);
}
