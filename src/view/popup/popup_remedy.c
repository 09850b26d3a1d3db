#include "view/popup/popup_remedy.h"

#include <stdio.h>
#include <stdlib.h>

#include "advice/remedy_stack.h"
#include "core/text.h"
#include "model/claim.h"
#include "view/page.h"
#include "view/page_diff.h"
#include "view/panel/panel_baseline.h"
#include "view/shown.h"

enum { REMEDY_WIDTH = 100, TITLE_MAX = 400 };

static void add_section(struct page *p, const char *heading, const char *text)
{
	page_addf(p, STYLE_BOLD, 0, "\n%s", heading);
	page_add(p, STYLE_NORMAL, 0, text);
}

static void add_optional(struct page *p, const char *heading, const char *text)
{
	if (text)
		add_section(p, heading, text);
}

/* What can be done, in the forms in which it can be. */
static void add_ways(struct page *p, const struct remedy_plan *plan)
{
	const struct remedy *r = plan->remedy;

	if (plan->preference == REMEDY_IMPOSSIBLE)
		return;
	add_optional(p, r->edit ? "Commands that do it" : "On the host, as root", plan->command);
	add_optional(p, "The same with virt-xml, which asks first", plan->virt_xml);
	add_optional(p, "Inside the guest", r->guest_commands);
	add_optional(p, "QEMU arguments", r->qemu_arguments);
}

/* Why there is no diff. Where the stack has a way, a VM without a definition lacks nothing. */
static void add_why(struct page *p, const struct remedy_plan *plan, const struct vm *vm, bool way)
{
	const bool warn = plan->pending || plan->preference == REMEDY_IMPOSSIBLE;

	if (plan->why[0] && (vm->domain || !way))
		page_add(p, warn ? STYLE_WARNING : STYLE_NORMAL, 0, plan->why);
	if (plan->caveat[0])
		page_add(p, STYLE_WARNING, 0, plan->caveat);
}

static void add_remedy(struct page *p, const struct shown *s)
{
	struct remedy_plan plan;
	char *way;

	remedy_plan_init(&plan, s->remedy, s->vm->domain);
	way = remedy_stack_way(plan.remedy, s->vm->config);
	page_addf(p, STYLE_TITLE, 2, "\nRemedy %zu of %zu: %s", s->remedy_index + 1,
		s->finding->remedy_count, plan.remedy->title);
	add_why(p, &plan, s->vm, way);
	if (way) {
		page_addf(
			p, STYLE_BOLD, 0, "The way of %s", domain_stack_name(s->vm->config->stack));
		page_addf(p, STYLE_NORMAL, 0, "%s\n%s", way, *plan.xml_diff ? " " : "");
	}
	page_add_diff(p, plan.xml_diff);
	add_section(p, "What to expect", plan.remedy->expect);
	add_section(p, "What it costs", plan.remedy->cost);
	add_optional(p, "What it needs", plan.remedy->needs);
	add_section(p, "When not to do it", plan.remedy->when_not);
	add_ways(p, &plan);
	add_section(p, "Where it is documented", plan.remedy->source);
	free(way);
	remedy_plan_fini(&plan);
}

static void add_evidence(struct page *p, const struct finding *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		page_addf(p, STYLE_NORMAL, 2, "- %s", f->evidence[i]);
}

/* The leading rule's evidence, and that of each rule that has the same remedy. */
static void add_seen(struct page *p, const struct finding *f)
{
	page_addf(p, STYLE_BOLD, 0, "What was seen (%s)", f->rule->id);
	add_evidence(p, f, 0, finding_own_evidence(f));
	for (size_t i = 0; i < f->folded_count; i++) {
		const struct finding_part *part = &f->folded[i];
		const char *word = confidence_word(part->confidence);

		page_addf(p, STYLE_BOLD, 0, "Also %s%s%s: %s", part->rule->id, *word ? ", " : "",
			word, part->rule->title);
		add_evidence(p, f, part->evidence_at, finding_part_end(f, i));
	}
}

static void add_claim(struct page *p, const struct vm *vm)
{
	struct strbuf text = { 0 };

	strbuf_add(&text, "This VM is ");
	claim_describe(&text, vm);
	strbuf_add(&text, ". kvmtop changes no libvirt definition for it.");
	page_add(p, STYLE_WARNING, 0, strbuf_text(&text));
	strbuf_fini(&text);
}

static void add_finding(struct page *p, const struct shown *s)
{
	const struct finding *f = s->finding;

	add_seen(p, f);
	page_addf(p, STYLE_BOLD, 0, "\nWhat it means (confidence: %s)",
		confidence_phrase(f->confidence));
	page_add(p, STYLE_NORMAL, 0, f->diagnosis);
	if (f->caveat)
		page_addf(p, STYLE_NORMAL, 0, "But: %s", f->caveat);
	if (*s->vm->claim)
		add_claim(p, s->vm);
	if (s->remedy != REMEDY_NONE)
		add_remedy(p, s);
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
	if (vm->off)
		page_add(
			p, STYLE_NORMAL, 0, "The VM is shut off: only its definition was checked.");
	else if (!tracing->ok)
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

/* "win10: RTC polling 17.9k/s (finding 1 of 3)" */
static void write_title(char *title, size_t size, const struct shown *s)
{
	if (!s->finding)
		snprintf(title, size, "%s: no finding", s->vm->name);
	else if (s->finding_count == 1)
		snprintf(title, size, "%s: %s", s->vm->name, s->finding->summary);
	else
		snprintf(title, size, "%s: %s (finding %zu of %zu)", s->vm->name,
			s->finding->summary, s->finding_index + 1, s->finding_count);
}

void popup_remedy_paint(const struct frame *f)
{
	const struct shown s = shown_find(f->ui, f->model, f->findings);
	struct page page = { .width = page_width(f->term, REMEDY_WIDTH) };
	char title[TITLE_MAX];

	if (!s.vm) {
		page_add(&page, STYLE_NORMAL, 0, "No VM is selected.");
		page_paint(f, &page, "Remedy");
	} else {
		write_title(title, sizeof title, &s);
		if (s.finding)
			add_finding(&page, &s);
		else
			add_nothing(&page, f, s.vm);
		panel_baseline_add(&page, f, s.vm);
		page_paint(f, &page, title);
	}
	page_fini(&page);
}
