#include "view/drill_irqs.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "core/text.h"
#include "view/draw/glyphs.h"
#include "view/draw/line.h"
#include "view/draw/table.h"

static const struct irq_table *chosen_table(const struct frame *f, const struct vm *vm)
{
	return f->ui->cumulative ? &vm->total_irqs : &vm->interval_irqs;
}

/* Is a row among the room most often raised ones? Of equal ones the lower number is. */
static bool is_busy(const struct irq_row *rows, size_t count, size_t row, size_t room)
{
	size_t busier = 0;

	for (size_t i = 0; i < count; i++)
		busier += rows[i].raised > rows[row].raised ||
			  (i < row && rows[i].raised >= rows[row].raised);
	return busier < room;
}

size_t drill_irqs_rows(const struct irq_table *t, size_t room, struct irq_row *rows)
{
	struct irq_row *all = mem_calloc(t->count, sizeof *all);
	const size_t count = irq_table_rows(t, all);
	size_t shown = 0;

	for (size_t i = 0; i < count; i++)
		if (is_busy(all, count, i, room))
			rows[shown++] = all[i];
	free(all);
	return shown;
}

int drill_irqs_height(const struct frame *f, const struct vm *vm)
{
	const size_t count = chosen_table(f, vm)->count;

	return 1 + (count ? (int)count : 1);
}

/* Why no line is listed. On Arm and RISC-V only irqfds (vhost, VFIO) fire kvm_set_irq; KVM_IRQ_LINE, which QEMU uses for its own
 * devices, does not. */
static const char *absence(const struct frame *f, enum exit_board board)
{
	const struct host *h = &f->model->host;

	if (!f->model->sources[SOURCE_TRACING].ok)
		return "- (needs tracing)";
	if (h->details)
		return board <= EXIT_BOARD_PC ? "none was raised"
					      : "none asserted by irqfd (vhost, VFIO); QEMU's "
						"own lines are not traced";
	if (h->shed >= TRACING_SHED_DETAILS)
		return "details are not traced: over the budget";
	return "details (MSRs, addresses, interrupt lines) come with the next tick";
}

void drill_irqs_paint(const struct frame *f, const struct vm *vm, struct rect at)
{
	const struct irq_table *irqs = chosen_table(f, vm);
	const size_t room = (size_t)at.height - 1;
	struct irq_row *rows = mem_calloc(irqs->count, sizeof *rows);
	const size_t count = drill_irqs_rows(irqs, room, rows);
	struct line l = { f->term, at.row + 1, at.column, at.column + at.width };
	struct table table;

	table_fit(&table, irq_columns, IRQ_COL__COUNT, TABLE_UNSORTED, false, at.width, 6);
	term_fill(f->term, at.row, at.column, at.width, STYLE_HEADER);
	table_titles(f->term, &table, at.row, at.column);
	for (size_t i = 0; i < count; i++)
		table_row(f->term, &table, at.row + 1 + (int)i, at.column, &rows[i], NULL, false);
	if (!count)
		line_add(&l, STYLE_DIM, "%s", absence(f, irqs->board));
	/* Beside the first line: it needs no line of its own, and below the last one is the frame. */
	l = (struct line){ f->term, at.row + 1, at.column + table.width + 2, at.column + at.width };
	if (count < irqs->count)
		line_add_whole(&l, STYLE_DIM, "%s %zu more, less busy",
			glyph(f->term, GLYPH_ELLIPSIS), irqs->count - count);
	else if (count && !f->model->host.details)
		line_add_whole(&l, STYLE_DIM, "%s", absence(f, irqs->board));
	free(rows);
}
