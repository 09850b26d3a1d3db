#include "model/irq_table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"
#include "kvm/exit_names.h"

/* The line with that number, made when there is room for one more; else NULL. */
static struct irq_line *line_of(struct irq_table *t, uint32_t gsi)
{
	size_t at = 0;

	while (at < t->count && t->lines[at].gsi < gsi)
		at++;
	if (at < t->count && t->lines[at].gsi == gsi)
		return &t->lines[at];
	if (t->count == IRQ_TABLE_LINES_MAX)
		return NULL;
	t->lines = mem_grow(t->lines, t->count, &t->capacity, sizeof *t->lines);
	for (size_t i = t->count++; i > at; i--)
		t->lines[i] = t->lines[i - 1];
	t->lines[at] = (struct irq_line){ .gsi = gsi };
	return &t->lines[at];
}

static void book(struct irq_table *t, uint32_t gsi, uint64_t raised, uint64_t lowered)
{
	struct irq_line *line = line_of(t, gsi);

	if (!line)
		return;
	line->raised += raised;
	line->lowered += lowered;
}

void irq_table_add(struct irq_table *t, const struct sample_irq *irqs, size_t count)
{
	for (size_t i = 0; i < count; i++)
		book(t, irqs[i].gsi, irqs[i].raised, irqs[i].lowered);
}

void irq_table_merge(struct irq_table *into, const struct irq_table *from)
{
	for (size_t i = 0; i < from->count; i++)
		book(into, from->lines[i].gsi, from->lines[i].raised, from->lines[i].lowered);
	into->seconds += from->seconds;
}

void irq_table_clear(struct irq_table *t)
{
	t->count = 0;
	t->seconds = 0;
}

void irq_table_fini(struct irq_table *t)
{
	free(t->lines);
	*t = (struct irq_table){ 0 };
}

size_t irq_table_rows(const struct irq_table *t, struct irq_row *rows)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct irq_line *line = &t->lines[i];
		const char *device = exit_names_irq(t->board, line->gsi);

		rows[i] = (struct irq_row){
			.gsi = line->gsi,
			.raised = (double)line->raised,
			.lowered = (double)line->lowered,
			.per_s = t->seconds > 0 ? (double)line->raised / t->seconds : NAN,
		};
		if (device)
			snprintf(rows[i].name, sizeof rows[i].name, "%s", device);
		else
			snprintf(rows[i].name, sizeof rows[i].name, "gsi %u", line->gsi);
	}
	return t->count;
}
