#include "view/popup_remedy.h"

#include <stdio.h>
#include <string.h>

#include "core/text.h"
#include "view/page.h"
#include "view/page_diff.h"
#include "view/view_baseline.h"

enum { REMEDY_WIDTH = 100, TITLE_MAX = 400 };

static void add_section(struct page *p, const char *heading, const char *text)
{
	page_addf(p, STYLE_BOLD, 0, "\n%s", heading);
	page_add(p, STYLE_NORMAL, 0, text);
}

enum remedy_id popup_remedy_shown(
	const struct ui *ui, const struct finding *finding, const struct vm *vm)
{
	enum remedy_id ranked[FINDING_REMEDY_MAX];
	size_t index = ui->popup_remedy;

	if (!finding->remedy_count)
		return REMEDY_NONE;
	/* The finding can have changed since the user turned to this remedy. */
	if (index >= finding->remedy_count)
		index = finding->remedy_count - 1;
	memcpy(ranked, finding->remedies, sizeof ranked);
	remedies_rank(ranked, finding->remedy_count, vm->domain);
	return ranked[index];
}

static void add_optional(struct page *p, const char *heading, const char *text)
{
	if (text)
		add_section(p, heading, text);
}

/* What can be done, in the forms in which it can be. */
static void add_ways(struct page *p, const struct remedy_plan *plan, const struct vm *vm)
{
	const struct remedy *r = plan->remedy;

	if (plan->merit == REMEDY_IMPOSSIBLE)
		return;
	add_optional(p, r->edit ? "Commands that do it" : "On the host, as root", plan->command);
	add_optional(p, "Inside the guest", r->guest_commands);
	add_optional(p, "QEMU arguments", r->qemu_arguments);
	if (!vm->domain)
		add_optional(p, "Where Proxmox VE runs the VM", r->stacks[REMEDY_STACK_PROXMOX]);
}

static void add_remedy(
	struct page *p, const struct frame *f, const struct finding *finding, const struct vm *vm)
{
	const size_t last = finding->remedy_count - 1;
	const size_t index = f->ui->popup_remedy < last ? f->ui->popup_remedy : last;
	struct remedy_plan plan;
	bool warn;

	remedy_plan_init(&plan, popup_remedy_shown(f->ui, finding, vm), vm->domain);
	warn = plan.pending || plan.merit == REMEDY_IMPOSSIBLE;
	page_addf(p, STYLE_TITLE, 2, "\nRemedy %zu of %zu: %s", index + 1, finding->remedy_count,
		plan.remedy->title);
	if (plan.why[0])
		page_add(p, warn ? STYLE_WARNING : STYLE_NORMAL, 0, plan.why);
	if (plan.caveat[0])
		page_add(p, STYLE_WARNING, 0, plan.caveat);
	page_add_diff(p, plan.xml_diff);
	add_section(p, "What to expect", plan.remedy->expect);
	add_section(p, "What it costs", plan.remedy->cost);
	add_section(p, "When not to do it", plan.remedy->when_not);
	add_ways(p, &plan, vm);
	add_section(p, "Where it is documented", plan.remedy->source);
	remedy_plan_fini(&plan);
}

static void add_finding(
	struct page *p, const struct frame *f, const struct finding *finding, const struct vm *vm)
{
	page_add(p, STYLE_BOLD, 0, "What was seen");
	for (size_t i = 0; i < finding->evidence_count; i++)
		page_addf(p, STYLE_NORMAL, 2, "- %s", finding->evidence[i]);
	add_section(p, "What it means", finding->diagnosis);
	if (finding->remedy_count)
		add_remedy(p, f, finding, vm);
}

static void add_nothing(struct page *p, const struct frame *f, const struct vm *vm)
{
	const struct sample_source *tracing = &f->model->sources[SOURCE_TRACING];

	page_add(p, STYLE_BOLD, 0, "There is nothing to change.");
	if (vm->pending == TRI_YES)
		page_add(p, STYLE_WARNING, 0,
			"A change of its clock or Hyper-V features is defined already and waits "
			"for a power "
			"cycle: shut the guest down and start it again; a reboot inside is not "
			"enough.");
	if (!tracing->ok)
		page_addf(p, STYLE_NORMAL, 0,
			"But this VM's exits are not known, and most rules look at "
			"them: %s.",
			tracing->why);
	else if (!(vm->recent.seconds > 0))
		page_add(p, STYLE_NORMAL, 0,
			"But there are no figures yet: wait for a look or two.");
	else
		page_addf(p, STYLE_NORMAL, 0,
			"No rule found anything in the exits and threads of the last %.0f seconds.",
			vm->recent.seconds);
}

void popup_remedy_paint(const struct frame *f)
{
	const struct vm *vm = model_find(f->model, f->ui->selected);
	const struct finding *finding = findings_of(f->findings, f->ui->selected);
	struct page page = { .width = page_width(f->term, REMEDY_WIDTH) };
	char title[TITLE_MAX];

	if (!vm) {
		page_add(&page, STYLE_NORMAL, 0, "No VM is selected.");
		page_paint(f->term, &page, "Remedy", &f->ui->popup_scroll);
	} else {
		snprintf(title, sizeof title, "%s: %s", vm->name,
			finding ? finding->summary : "no finding");
		if (finding)
			add_finding(&page, f, finding, vm);
		else
			add_nothing(&page, f, vm);
		view_baseline_add(&page, f, vm);
		page_paint(f->term, &page, title, &f->ui->popup_scroll);
	}
	page_fini(&page);
}
