#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/halt_columns.h"
#include "model/halts.h"
#include "sample/wants.h"
#include "view/ui_moves.h"
#include "view/views.h"
#include "view/views/list.h"
#include "view/views/list_words.h"

static const struct finding *finding_of(const struct findings *f, struct vm_id vm)
{
	for (size_t i = 0; i < f->count; i++)
		if (vm_id_equal(f->items[i].vm, vm) &&
			finding_stands_for(&f->items[i], RULE_HALT_POLLING))
			return &f->items[i];
	return NULL;
}

static void add_row(struct rows *rows, const struct vm *vm, const struct halt_row *row)
{
	rows_add(rows, (struct row){ .vm = vm,
			       .key = (uint64_t)(row->vcpu + 1),
			       .name = row->name,
			       .data = row });
}

/* A VM's sum, and its vCPUs where they are told; of a single vCPU that alone. */
static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	(void)f;
	rows_clear(rows, halt_columns, HALT_COL__COUNT);
	for (size_t i = 0; i < m->vm_count; i++) {
		const struct vm *vm = m->vms[i];

		if (vm->halts.count != 1 && vm->halts.all.vm)
			add_row(rows, vm, &vm->halts.all);
		for (size_t k = 0; k < vm->halts.count; k++)
			add_row(rows, vm, &vm->halts.vcpus[k]);
	}
}

/* "doubling from 10 us" */
static void describe_growth(char *out, size_t size, const struct sample_platform *p)
{
	char factor[40];

	out[0] = '\0';
	if (p->halt_poll_ns_grow < 0 || p->halt_poll_ns_grow_start < 0)
		return;
	if (p->halt_poll_ns_grow == 2)
		snprintf(factor, sizeof factor, "doubling");
	else
		snprintf(factor, sizeof factor, "growing %ld times", p->halt_poll_ns_grow);
	snprintf(out, size, ", %s from %ld us", factor, p->halt_poll_ns_grow_start / 1000);
}

/* KVM polls up to 200 us after each halt (halt_poll_ns=200000), doubling from 10 us while that helps. A factor of 0
 * to grow by never begins, one of 0 to shrink by starts anew: virt/kvm/kvm_main.c, grow_halt_poll_ns() and
 * shrink_halt_poll_ns(). */
static void add_parameters(struct page *words, const struct sample_platform *p)
{
	char growth[80];

	if (p->halt_poll_ns < 0) {
		page_add(words, STYLE_DIM, 0,
			"How long KVM polls after a halt is not known: "
			"/sys/module/kvm/parameters/halt_poll_ns cannot be read.");
		return;
	}
	if (p->halt_poll_ns == 0 || p->halt_poll_ns_grow == 0) {
		page_addf(words, STYLE_NORMAL, 0,
			"KVM does not poll after halts (%s=0): a vCPU that halts sleeps at once.",
			p->halt_poll_ns == 0 ? "halt_poll_ns" : "halt_poll_ns_grow");
		return;
	}
	describe_growth(growth, sizeof growth, p);
	page_addf(words, STYLE_NORMAL, 0,
		"KVM polls up to %ld us after each halt (halt_poll_ns=%ld)%s while that helps%s.",
		p->halt_poll_ns / 1000, p->halt_poll_ns, growth,
		p->halt_poll_ns_shrink == 0  ? ", and not at all where it does not"
		: p->halt_poll_ns_shrink > 0 ? ", and less where it does not"
					     : "");
}

/* On which VMs the rule speaks, and how to its remedy. */
static void add_rule(struct page *words, const struct frame *f)
{
	const struct rule *rule = rule_of(RULE_HALT_POLLING);
	const struct finding *first = NULL;
	size_t count = 0;

	for (size_t i = 0; i < f->model->vm_count; i++) {
		const struct finding *finding = finding_of(f->findings, f->model->vms[i]->id);

		count += finding != NULL;
		if (finding && !first)
			first = finding;
	}
	if (!first)
		return;
	if (count == 1)
		page_addf(words, STYLE_WARNING, 2,
			"! %s says of %s: %s. Enter on it shows the remedy, r all of its remedies.",
			rule->id, model_find(f->model, first->vm)->name, first->summary);
	else
		page_addf(words, STYLE_WARNING, 2,
			"! %s says that polling is too much for %zu VMs, marked below. Enter shows "
			"the "
			"remedy, r all remedies of a VM.",
			rule->id, count);
}

enum known { KNOWN_NOTHING, KNOWN_SUMS, KNOWN_VCPUS };

/* The most that is known of any VM. */
static enum known find_known(const struct model *m)
{
	enum known known = KNOWN_NOTHING;

	for (size_t i = 0; i < m->vm_count; i++) {
		const struct vm_halts *h = &m->vms[i]->halts;

		if (h->count)
			return KNOWN_VCPUS;
		if (halts_are_known(&h->all))
			known = KNOWN_SUMS;
	}
	return known;
}

/* What is missing, and what it takes. At the first looks nothing can be known yet. */
static void add_missing(struct page *words, const struct model *m)
{
	const enum known known = find_known(m);

	if (known == KNOWN_VCPUS || !m->vm_count || isnan(m->interval_s))
		return;
	if (m->recording.file[0])
		page_add(words, STYLE_DIM, 0,
			known == KNOWN_SUMS ? "The recording has sums alone: `--record FILE --with "
					      "halts` keeps "
					      "each vCPU where libvirt tells them."
					    : "The recording has no counters of halts.");
	else if (known == KNOWN_SUMS)
		page_add(words, STYLE_DIM, 0,
			"Sums of all vCPUs, from debugfs: each vCPU by itself is told by libvirt "
			"8.9 "
			"and QEMU 7.1, or newer ones, which takes a few seconds.");
	else
		page_addf(words, STYLE_WARNING, 2,
			"! Halt figures are not available%s%s. libvirt 8.9 and QEMU 7.1 or later "
			"also "
			"provide them, after a few seconds.",
			m->platform.counters_why[0] ? ": " : "", m->platform.counters_why);
}

static void mark_findings(const struct frame *f)
{
	for (size_t i = 0; i < f->painted->regions.count; i++) {
		const struct mouse_region *region = &f->painted->regions.items[i];
		const struct finding *finding;

		if (region->kind != REGION_ROW)
			continue;
		finding = finding_of(f->findings, region->vm);
		if (finding)
			term_text(f->term, region->at.row, region->at.column, 1,
				region->number == f->ui->selected_row
					? STYLE_SELECTED
					: frame_severity_style(finding->severity),
				"!");
	}
}

static void paint(const struct frame *f)
{
	static const enum style styles[HALT_COL__COUNT] = {
		[HALT_COL_OF_SYSTEM] = STYLE_SYSTEM,
		[HALT_COL_SYSTEM] = STYLE_SYSTEM,
	};
	struct page words = list_words(f);
	struct frame left;

	add_parameters(&words, &f->model->platform);
	add_rule(&words, f);
	add_missing(&words, f->model);
	left = list_words_above(f, &words);
	list_paint(&left, SETTINGS_TABLE__COUNT, styles, "Nothing is known of any VM's halts.");
	mark_findings(&left);
	page_fini(&words);
}

static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	const struct finding *finding = row ? finding_of(f, row->vm->id) : NULL;

	if (!row)
		return;
	if (finding)
		ui_open_remedy(ui, m, f, finding->rule);
	else
		ui_say(ui, "R08 finds nothing wrong with this VM's halts");
}

const struct view view_halts = {
	.name = "Halts",
	.key = "halts",
	.help = "What vCPUs do in their halts: polling on a host CPU, sleeping, waking up",
	.sort = "poll_pct",
	.wants = WANT_HALTS,
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
