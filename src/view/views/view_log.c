#include "advice/log_columns.h"
#include "view/ui_moves.h"
#include "view/views.h"
#include "view/views/list.h"
#include "view/views/list_words.h"

/* Tells a VM's rows apart, and those of no VM: there also by whom they name. */
static uint64_t key_of(const struct log_row *row)
{
	const struct kernel_log_entry *e = &row->entry;
	const uint64_t who = row->vm ? 0 : (uint64_t)e->pid & 0xffffff;

	return 1 + ((uint64_t)e->msr | (uint64_t)e->direction << 32 | (uint64_t)e->kind << 34 |
			   who << 39);
}

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	const struct kernel_log *log = &m->kernel_log;

	rows_clear(rows, log_columns, LOG_COL__COUNT);
	for (size_t i = 0; i < log->count; i++) {
		const struct log_row *row = &log->rows[i];
		struct log_line *line = arena_alloc(&rows->arena, sizeof *line);

		*line = log_line_of(row, f);
		rows_add(rows, (struct row){ .vm = row->vm,
				       .key = key_of(row),
				       .name = arena_printf(&rows->arena, "%s %s %s",
					       log_whose(row), row->what, row->msr),
				       .data = line });
	}
}

/* What the counts do not hold, and why there are none. */
static void add_gaps(struct page *words, const struct model *m)
{
	const struct kernel_log *log = &m->kernel_log;

	if (log->why[0])
		page_addf(words, STYLE_WARNING, 2, "! %s", log->why);
	else if (!log->known && m->updates)
		page_add(words, STYLE_DIM, 0,
			m->recording.file[0] ? "The recording has nothing of the kernel's log."
					     : "The kernel's log is still being read.");
	if (log->lost > 0)
		page_addf(words, STYLE_WARNING, 2,
			"! The kernel overwrote %.0f lines of its log before kvmtop could read "
			"them: "
			"counts may be too low.",
			log->lost);
	if (log->left_out > 0)
		page_addf(words, STYLE_WARNING, 2,
			"! %.0f more lines are of so many kinds that the list has no room for "
			"them.",
			log->left_out);
	if (log->before > 0)
		page_addf(words, STYLE_DIM, 0,
			"The log's first %.0f lines were overwritten before kvmtop began: counts "
			"are "
			"of the rest.",
			log->before);
}

/* The selected row's last line as the kernel wrote it, and what to do. */
static void add_line(struct page *words, const struct frame *f)
{
	const struct rows *rows = &f->ui->rows;
	const struct log_line *line;

	if (!rows->count)
		return;
	line = rows->items[f->ui->selected_row].data;
	page_add(words, STYLE_NORMAL, 0, " ");
	page_addf(words, STYLE_NORMAL, 2, "%s  %s", line->row->last,
		line->row->text[0] ? line->row->text : "(the recording is without its text)");
	if (!line->answer)
		return;
	page_addf(words, STYLE_BOLD, 2, "%s%s%s%s", line->rule ? line->rule->id : "",
		line->rule ? ": " : "", line->answer, line->finding ? " (Enter shows how)" : "");
}

/* What is new since the last look is marked. */
static void mark_new(const struct frame *f)
{
	for (size_t i = 0; i < f->painted->regions.count; i++) {
		const struct mouse_region *region = &f->painted->regions.items[i];
		const struct log_line *line;

		if (region->kind != REGION_ROW)
			continue;
		line = f->ui->rows.items[region->number].data;
		if (line->row->is_new)
			term_text(f->term, region->at.row, region->at.column, 1,
				region->number == f->ui->selected_row ? STYLE_SELECTED
								      : STYLE_WARNING,
				"+");
	}
}

static void paint(const struct frame *f)
{
	struct page above = list_words(f), below = list_words(f);
	struct frame left;

	add_gaps(&above, f->model);
	left = list_words_above(f, &above);
	add_line(&below, f);
	left = list_words_below(&left, &below);
	list_paint(&left, SETTINGS_TABLE__COUNT, NULL,
		f->model->kernel_log.known ? "The kernel says nothing about any VM." : "");
	mark_new(&left);
	page_fini(&above);
	page_fini(&below);
}

static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	const struct log_line *line = row ? row->data : NULL;

	if (!line)
		return;
	if (line->finding && row->vm) {
		ui_open_remedy(ui, m, f, line->finding->rule);
		return;
	}
	if (line->answer)
		ui_say(ui, "%s", line->answer);
}

const struct view view_log = {
	.name = "Log",
	.key = "log",
	.help = "What the kernel says about VMs: MSRs that KVM does not know, lockups, warnings of "
		"KVM",
	.sort = "last",
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
