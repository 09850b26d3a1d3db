#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/counters.h"
#include "view/page.h"
#include "view/views.h"
#include "view/views/list.h"

/* Reasons that get a column; what there are more are in "other". */
enum { REASONS_MAX = 16 };

/* A row: a VM's exits per second, all, by reason, and of the reasons without a column. */
struct exits_row {
	const struct vm *vm;
	double reasons[REASONS_MAX], other;
};

/* A reason, and how many of all VMs' exits since zero were for it. */
struct reason {
	struct exit_key key;
	const char *name;
	double count;
};

static const char *row_vm(const void *row)
{
	const struct exits_row *r = row;

	return r->vm->name;
}

static double row_exits(const void *row)
{
	const struct exits_row *r = row;

	return counters_exits_per_s(r->vm);
}

static double row_other(const void *row)
{
	const struct exits_row *r = row;

	return r->other;
}

/* A column's function is told the row alone: there is one for each place. */
#define REASON_OF(i)                                  \
	static double row_reason_##i(const void *row) \
	{                                             \
		const struct exits_row *r = row;      \
		return r->reasons[i];                 \
	}
/* clang-format off */
REASON_OF(0) REASON_OF(1) REASON_OF(2) REASON_OF(3) REASON_OF(4) REASON_OF(5) REASON_OF(6) REASON_OF(7)
REASON_OF(8) REASON_OF(9) REASON_OF(10) REASON_OF(11) REASON_OF(12) REASON_OF(13) REASON_OF(14) REASON_OF(15)

static double (*const row_reason[REASONS_MAX])(const void *row) = {
	row_reason_0, row_reason_1, row_reason_2, row_reason_3, row_reason_4, row_reason_5, row_reason_6, row_reason_7,
	row_reason_8, row_reason_9, row_reason_10, row_reason_11, row_reason_12, row_reason_13, row_reason_14, row_reason_15,
};
/* clang-format on */

static bool same_reason(const struct exit_key *a, const struct exit_key *b)
{
	return a->reason == b->reason && a->isa == b->isa;
}

static void add_reason(struct reason *reasons, size_t *total, size_t room,
	const struct exit_key *key, const char *name, double count)
{
	size_t i = 0;

	while (i < *total && !same_reason(&reasons[i].key, key))
		i++;
	if (i == room)
		return;
	if (i == *total)
		reasons[(*total)++] = (struct reason){ .key = *key, .name = name };
	reasons[i].count += count;
}

/* The reasons of VMs that are not traced are KVM's counters; what counts the same exits again is left out here,
 * and so is the rest, which has its column. */
static bool has_column(const struct exit_row *coarse)
{
	return !coarse->overlaps && strcmp(coarse->name, "other") != 0;
}

static void add_reasons(
	struct rows *rows, const struct vm *vm, struct reason *reasons, size_t *count, size_t room)
{
	struct exit_row coarse[COUNTERS_ROWS];
	const size_t coarse_count = counters_rows_of_vm(vm, coarse);

	for (size_t k = 0; k < vm->total.reason_count; k++)
		add_reason(reasons, count, room, &vm->total.reasons[k].key,
			vm->total.reasons[k].name, (double)vm->total.reasons[k].durations.count);
	for (size_t k = 0; k < coarse_count; k++)
		if (has_column(&coarse[k]))
			add_reason(reasons, count, room, &coarse[k].key,
				arena_strdup(&rows->arena, coarse[k].name), coarse[k].per_s);
}

static int more_frequent(const void *a, const void *b)
{
	const struct reason *x = a, *y = b;
	const int order = (x->count < y->count) - (x->count > y->count);

	return order ? order : strcmp(x->name, y->name);
}

/* The most frequent reasons of all VMs since zero: of one interval they would change places with each look. */
static size_t rank_reasons(struct rows *rows, const struct model *m, struct reason **out)
{
	size_t room = 0, count = 0;
	struct reason *reasons;

	for (size_t i = 0; i < m->vm_count; i++)
		room += m->vms[i]->total.reason_count + COUNTERS_ROWS;
	reasons = arena_array(&rows->arena, room, sizeof *reasons);
	for (size_t i = 0; i < m->vm_count; i++)
		add_reasons(rows, m->vms[i], reasons, &count, room);
	qsort(reasons, count, sizeof *reasons, more_frequent);
	*out = reasons;
	return count < REASONS_MAX ? count : REASONS_MAX;
}

/* Its title may be cut; the help has the whole name. */
static struct field reason_column(struct arena *arena, const struct reason *reason, size_t i)
{
	enum { TITLE_MIN = 7, TITLE_MAX = 14 };
	const int length = (int)strlen(reason->name);
	const int width = length < TITLE_MIN ? TITLE_MIN : length > TITLE_MAX ? TITLE_MAX : length;

	return (struct field){
		.title = arena_printf(arena, "%.*s", TITLE_MAX, reason->name),
		.key = arena_strdup(arena, reason->name),
		.help = arena_printf(arena, "Exits per second for %s", reason->name),
		.width = width,
		.rank = (int)i + 1,
		.unit = NUMBER_RATE,
		.number = row_reason[i],
	};
}

static void set_columns(struct rows *rows, const struct reason *reasons, size_t count)
{
	struct field *columns = arena_array(&rows->arena, 3 + count, sizeof *columns);

	columns[0] = (struct field){ .title = "VM",
		.key = "name",
		.help = "Name of the VM",
		.width = 12,
		.left = true,
		.ascending = true,
		.text = row_vm };
	columns[1] = (struct field){ .title = "exits/s",
		.key = "exits_per_s",
		.help = "VM exits per second of all vCPUs",
		.width = 7,
		.unit = NUMBER_RATE,
		.number = row_exits };
	for (size_t i = 0; i < count; i++)
		columns[2 + i] = reason_column(&rows->arena, &reasons[i], i);
	columns[2 + count] = (struct field){ .title = "other",
		.key = "other",
		.help = "Exits per second for reasons that have no column here",
		.width = 7,
		.rank = REASONS_MAX + 1,
		.unit = NUMBER_RATE,
		.number = row_other };
	rows->columns = columns;
	rows->column_count = 3 + count;
}

static double rate_of(const struct exit_table *table, double count)
{
	return table->seconds > 0 ? count / table->seconds : NAN;
}

/* Puts what is known of a reason into its column, or adds it to the rest. */
static void fill_reason(struct exits_row *row, const struct reason *reasons, size_t count,
	const struct exit_key *key, double per_s)
{
	size_t i = 0;

	while (i < count && !same_reason(&reasons[i].key, key))
		i++;
	if (i < count)
		row->reasons[i] = per_s;
	else
		row->other += per_s;
}

/* A reason that is no counter is not known of such a VM, nor is a counter of one that is traced. */
static void fill_coarse(struct exits_row *row, const struct reason *reasons, size_t count)
{
	struct exit_row coarse[COUNTERS_ROWS];
	const size_t coarse_count = counters_rows_of_vm(row->vm, coarse);

	for (size_t i = 0; i < count; i++)
		row->reasons[i] = coarse_count && reasons[i].key.reason >= COUNTERS_KEY ? 0 : NAN;
	row->other = coarse_count ? 0 : NAN;
	for (size_t k = 0; k < coarse_count; k++)
		if (!coarse[k].overlaps)
			fill_reason(row, reasons, count, &coarse[k].key, coarse[k].per_s);
}

static void fill_row(struct exits_row *row, const struct reason *reasons, size_t count)
{
	const struct exit_table *table = &row->vm->interval;

	if (isnan(row->vm->exits_per_s)) {
		fill_coarse(row, reasons, count);
		return;
	}
	for (size_t i = 0; i < count; i++)
		row->reasons[i] = reasons[i].key.reason >= COUNTERS_KEY ? NAN : 0;
	row->other = rate_of(table, 0);
	for (size_t k = 0; k < table->reason_count; k++)
		fill_reason(row, reasons, count, &table->reasons[k].key,
			rate_of(table, (double)table->reasons[k].durations.count));
}

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	struct reason *reasons;
	size_t count;

	(void)f;
	rows_clear(rows, NULL, 0);
	count = rank_reasons(rows, m, &reasons);
	set_columns(rows, reasons, count);
	for (size_t i = 0; i < m->vm_count; i++) {
		struct exits_row *row = arena_alloc(&rows->arena, sizeof *row);

		row->vm = m->vms[i];
		fill_row(row, reasons, count);
		rows_add(rows, (struct row){ .vm = row->vm, .data = row });
	}
}

static bool has_coarse(const struct model *m)
{
	struct exit_row coarse[COUNTERS_ROWS];

	for (size_t i = 0; i < m->vm_count; i++)
		if (counters_rows_of_vm(m->vms[i], coarse))
			return true;
	return false;
}

/* What the figures are, below the last row. */
static void paint_note(const struct frame *f)
{
	const struct rect list = f->layout.list;
	const int below = (int)f->ui->rows.count + 1;
	struct page page = { .width = list.width - LAYOUT_MARGIN };

	page_addf(&page, STYLE_DIM, 0, "Where exits are not traced, they are %s.",
		counters_sentence(&f->model->host));
	for (int i = 0; i < (int)page.count && below + i < list.height; i++)
		term_text(f->term, list.row + below + i, list.column + LAYOUT_MARGIN, page.width,
			page.lines[i].style, page.lines[i].text);
	page_fini(&page);
}

static void paint(const struct frame *f)
{
	if (f->ui->rows.count && has_coarse(f->model))
		paint_note(f);
	list_paint(f, SETTINGS_TABLE__COUNT, NULL, "No VM can be seen.");
}

const struct view view_exits = {
	.name = "Exits",
	.key = "exits",
	.help = "VM exits per second by reason, all VMs side by side; sort by any reason",
	.sort = "exits_per_s",
	.collect = collect,
	.paint = paint,
	.enter = list_enter_exits,
};
