#include "advice/findings.h"

static bool is_asked(const struct rule *rule, const struct evidence *e)
{
	if ((rule->needs & NEEDS_EXITS) && !(e->seconds > 0))
		return false;
	return !(rule->needs & NEEDS_CONFIG) || e->config_known;
}

static struct finding finding_of_rule(const struct rule *rule, const struct vm *vm)
{
	struct finding f = { .rule = rule, .vm = vm->id, .severity = rule->severity };

	while (f.remedy_count < FINDING_REMEDY_MAX && rule->remedies[f.remedy_count]) {
		f.remedies[f.remedy_count] = rule->remedies[f.remedy_count];
		f.remedy_count++;
	}
	return f;
}

/* Puts f among the VM's findings, which begin at first: behind those that are as bad. */
static void insert(struct findings *findings, size_t first, const struct finding *f)
{
	size_t at = findings->count++;

	for (; at > first && findings->items[at - 1].severity < f->severity; at--)
		findings->items[at] = findings->items[at - 1];
	findings->items[at] = *f;
}

void advice_run(const struct model *m, struct findings *findings)
{
	*findings = (struct findings){ 0 };
	findings->items =
		arena_array(&findings->arena, m->vm_count * rule_count, sizeof *findings->items);
	for (size_t i = 0; i < m->vm_count; i++) {
		const size_t first = findings->count;
		struct evidence e;

		evidence_collect(&e, m->vms[i]);
		for (size_t r = 0; r < rule_count; r++) {
			struct finding f = finding_of_rule(&rules[r], m->vms[i]);

			if (is_asked(&rules[r], &e) && rules[r].test(&e, &f, &findings->arena))
				insert(findings, first, &f);
		}
	}
}

void findings_fini(struct findings *f)
{
	arena_fini(&f->arena);
	*f = (struct findings){ 0 };
}

const struct finding *findings_of(const struct findings *f, struct vm_id vm)
{
	for (size_t i = 0; i < f->count; i++)
		if (vm_id_equal(f->items[i].vm, vm))
			return &f->items[i];
	return NULL;
}
