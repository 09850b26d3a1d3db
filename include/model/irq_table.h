/* irq_table: the interrupt lines of a VM (a PC's PIC and IOAPIC, the SPIs of a GIC), over an interval or since a
 * zero point. A device that raises a line costs the main loop a wake-up, whether the guest takes the interrupt or has
 * it masked and never exits. */
#ifndef MODEL_IRQ_TABLE_H
#define MODEL_IRQ_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "kvm/exit_names.h"
#include "sample/sample.h"

struct irq_line {
	uint32_t gsi;
	uint64_t raised, lowered;
};

/* All zero is an empty table. Lines are in the order of their number. */
struct irq_table {
	struct irq_line *lines;
	size_t count, capacity;
	double seconds;        /* the time the table covers */
	enum exit_board board; /* of the VM whose lines they are; set by the owner, and kept */
};

/* At most so many lines are kept, further ones are left out: a KVM guest has 24 pins, and routes
 * up to 4096 (KVM_MAX_IRQ_ROUTES). */
#define IRQ_TABLE_LINES_MAX 256

/* Books lines; the time they cover is the caller's to add. */
void irq_table_add(struct irq_table *t, const struct sample_irq *irqs, size_t count);

/* Adds all that is in from, its time included. */
void irq_table_merge(struct irq_table *into, const struct irq_table *from);
void irq_table_clear(struct irq_table *t); /* keeps the memory */
void irq_table_fini(struct irq_table *t);

/* A line as it is shown. */
struct irq_row {
	uint32_t gsi;
	char name[32]; /* "RTC"; "gsi 20" for a line without a device of its own */
	double raised, lowered;
	double per_s; /* raised; NAN while the table covers no time */
};

/* Writes the lines as rows, in order, to rows (room for t->count). Returns how many. */
size_t irq_table_rows(const struct irq_table *t, struct irq_row *rows);

#endif
