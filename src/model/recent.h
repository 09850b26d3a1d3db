/* recent: the exits and interrupt lines of a VM's last VM_EVIDENCE_S seconds or so. */
#ifndef MODEL_RECENT_H
#define MODEL_RECENT_H

#include "model/exit_table.h"
#include "model/irq_table.h"
#include "model/model.h"

/* The past in slots of at least VM_EVIDENCE_S / VM_RECENT seconds each, so that short intervals reach
 * back as far as long ones. Exits and lines have slots of their own: lines are traced only while
 * somebody asks for details. */
struct recent {
	struct exit_table exits[VM_RECENT];
	struct irq_table irqs[VM_RECENT];
	size_t newest_exits, newest_irqs; /* the slots that are being filled */
};

/* All of r is zero. sum: what recent_add_exits() will add up to. */
void recent_init(struct recent *r, struct exit_table *sum);
void recent_fini(struct recent *r);

/* Adds an interval, and makes sum all that is recent now. */
void recent_add_exits(struct recent *r, const struct exit_table *interval, struct exit_table *sum);
void recent_add_irqs(struct recent *r, const struct irq_table *interval, struct irq_table *sum);

/* Forgets everything, sum included. */
void recent_forget_exits(struct recent *r, struct exit_table *sum);
void recent_forget_irqs(struct recent *r, struct irq_table *sum);

#endif
