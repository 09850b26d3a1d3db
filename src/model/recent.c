#include "model/recent.h"

#define SLOT_S (VM_EVIDENCE_S / VM_RECENT)

static void make_lean(struct exit_table *t)
{
	t->without_latency = true;
	t->details_max = VM_RECENT_DETAILS_MAX;
}

void recent_init(struct recent *r, struct exit_table *sum)
{
	make_lean(sum);
	for (size_t i = 0; i < VM_RECENT; i++)
		make_lean(&r->exits[i]);
}

void recent_fini(struct recent *r)
{
	for (size_t i = 0; i < VM_RECENT; i++) {
		exit_table_fini(&r->exits[i]);
		irq_table_fini(&r->irqs[i]);
	}
}

/* The slot that is back slots older than the newest one. */
static size_t slot_at(size_t newest, size_t back)
{
	return (newest + VM_RECENT - back) % VM_RECENT;
}

void recent_add_exits(struct recent *r, const struct exit_table *interval, struct exit_table *sum)
{
	if (r->exits[r->newest_exits].seconds >= SLOT_S) {
		r->newest_exits = (r->newest_exits + 1) % VM_RECENT;
		exit_table_clear(&r->exits[r->newest_exits]);
	}
	exit_table_merge(&r->exits[r->newest_exits], interval);
	exit_table_clear(sum);
	for (size_t i = 0; i < VM_RECENT && sum->seconds < VM_EVIDENCE_S; i++)
		exit_table_merge(sum, &r->exits[slot_at(r->newest_exits, i)]);
}

void recent_add_irqs(struct recent *r, const struct irq_table *interval, struct irq_table *sum)
{
	if (r->irqs[r->newest_irqs].seconds >= SLOT_S) {
		r->newest_irqs = (r->newest_irqs + 1) % VM_RECENT;
		irq_table_clear(&r->irqs[r->newest_irqs]);
	}
	irq_table_merge(&r->irqs[r->newest_irqs], interval);
	irq_table_clear(sum);
	for (size_t i = 0; i < VM_RECENT && sum->seconds < VM_EVIDENCE_S; i++)
		irq_table_merge(sum, &r->irqs[slot_at(r->newest_irqs, i)]);
}

void recent_forget_exits(struct recent *r, struct exit_table *sum)
{
	for (size_t i = 0; i < VM_RECENT; i++)
		exit_table_clear(&r->exits[i]);
	exit_table_clear(sum);
}

void recent_forget_irqs(struct recent *r, struct irq_table *sum)
{
	for (size_t i = 0; i < VM_RECENT; i++)
		irq_table_clear(&r->irqs[i]);
	irq_table_clear(sum);
}
