#include "report/advice_text.h"

#include <stdlib.h>
#include <string.h>

#include "advice/remedy_stack.h"
#include "advice/verdict.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/number.h"
#include "core/text.h"
#include "core/version.h"
#include "model/claim.h"
#include "model/counters.h"
#include "model/off.h"

/* Adds a part of a line without what could act on a terminal. */
static void add_clean(struct strbuf *b, const char *text, size_t length)
{
	char *part = mem_calloc(length + 1, 1), *clean = mem_calloc(length + 1, 1);

	memcpy(part, text, length);
	text_clean(clean, length + 1, part);
	strbuf_add(b, clean);
	free(part);
	free(clean);
}

/* Adds text line by line, each after indent; tabs stay, commands and XML may need them. */
static void add_lines(struct strbuf *b, const char *indent, const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		strbuf_add(b, length ? indent : "");
		while (length) {
			const size_t part = strcspn(text, "\t\n");

			add_clean(b, text, part);
			if (text[part] == '\t')
				strbuf_add(b, "\t");
			length -= part + (text[part] == '\t');
			text += part + (text[part] == '\t');
		}
		strbuf_add(b, "\n");
		text += *text == '\n';
	}
}

static void add_section(struct strbuf *b, const char *heading, const char *text)
{
	if (!text || !*text)
		return;
	strbuf_addf(b, "    %s:\n", heading);
	add_lines(b, "      ", text);
}

static void add_remedy(
	struct strbuf *b, enum remedy_id id, size_t number, size_t count, const struct vm *vm)
{
	struct remedy_plan plan;
	char *way;

	remedy_plan_init(&plan, id, vm->domain);
	way = remedy_stack_way(plan.remedy, vm->config);
	strbuf_addf(b, "\n    Remedy %zu of %zu: %s\n", number, count, plan.remedy->title);
	if (vm->domain || !way)
		add_section(b, "Note", plan.why);
	add_section(b, "To be kept in mind", plan.caveat);
	if (way) {
		strbuf_addf(b, "    The way of %s:\n", domain_stack_name(vm->config->stack));
		add_lines(b, "      ", way);
	}
	add_section(b, "The change of the definition", plan.xml_diff);
	if (plan.command) {
		strbuf_add(b, "    Commands that do it:\n");
		add_lines(b, "", plan.command);
		add_section(b, "The same with virt-xml, which asks first", plan.virt_xml);
	} else if (plan.preference != REMEDY_IMPOSSIBLE) {
		add_section(b, "Inside the guest", plan.remedy->guest_commands);
		add_section(b, "QEMU arguments", plan.remedy->qemu_arguments);
	}
	add_section(b, "What to expect", plan.remedy->expect);
	add_section(b, "What it costs", plan.remedy->cost);
	if (plan.remedy->needs)
		add_section(b, "What it needs", plan.remedy->needs);
	add_section(b, "When not to do it", plan.remedy->when_not);
	add_section(b, "Where it is documented", plan.remedy->source);
	free(way);
	remedy_plan_fini(&plan);
}

static void add_evidence(struct strbuf *b, const struct finding *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		add_lines(b, "    - ", f->evidence[i]);
}

/* The leading rule's evidence, and that of each rule that has the same remedy. */
static void add_seen(struct strbuf *b, const struct finding *f)
{
	add_evidence(b, f, 0, finding_own_evidence(f));
	for (size_t i = 0; i < f->folded_count; i++) {
		const struct finding_part *part = &f->folded[i];
		const char *word = confidence_word(part->confidence);

		strbuf_addf(b, "    Also %s%s%s: %s\n", part->rule->id, *word ? ", " : "", word,
			part->rule->title);
		add_evidence(b, f, part->evidence_at, finding_part_end(f, i));
	}
}

static void add_finding(struct strbuf *b, const struct finding *f, const struct vm *vm)
{
	enum remedy_id ranked[FINDING_REMEDY_MAX];

	strbuf_addf(b, "\n  ! %s %s, confidence %s: ", f->rule->id, severity_name(f->severity),
		confidence_phrase(f->confidence));
	add_clean(b, f->summary, strlen(f->summary));
	strbuf_add(b, "\n");
	add_lines(b, "    ", f->diagnosis);
	add_seen(b, f);
	if (f->caveat)
		add_lines(b, "    But: ", f->caveat);
	memcpy(ranked, f->remedies, sizeof ranked);
	remedies_rank(ranked, f->remedy_count, vm->domain);
	for (size_t i = 0; i < f->remedy_count; i++)
		add_remedy(b, ranked[i], i + 1, f->remedy_count, vm);
}

static void add_baseline(
	struct strbuf *b, const struct model *m, const struct findings *f, const struct vm *vm)
{
	const struct baseline *before = baselines_find(&m->baselines, vm);

	if (!before)
		return;
	strbuf_add(b, "  ");
	baseline_describe(b, before, vm, m->real_ns);
	strbuf_add(b, "\n");
	for (size_t i = 0; i < before->finding_count; i++) {
		strbuf_add(b, "  - ");
		verdict_describe(b, before, &before->findings[i], vm, f, m->host.details);
		strbuf_add(b, "\n");
	}
}

/* Of one that is shut off only the definition is checked. */
static void add_figures(struct strbuf *b, const struct vm *vm)
{
	char cpu[16], exits[16];

	if (vm->off) {
		strbuf_addf(b, ": %s", off_state(vm));
		return;
	}
	number_format(cpu, sizeof cpu, vm->cpu.cpu_pct, NUMBER_PERCENT, 8);
	number_format(exits, sizeof exits, counters_exits_per_s(vm), NUMBER_RATE, 8);
	strbuf_addf(b, "%s: CPU %s %%, exits %s/s", vm->ended ? ", ended" : "", cpu, exits);
}

static void add_vm(
	struct strbuf *b, const struct model *m, const struct findings *f, const struct vm *vm)
{
	size_t count = 0;

	for (size_t i = 0; i < f->count; i++)
		count += vm_id_equal(f->items[i].vm, vm->id);
	strbuf_addf(b, "\n%s", vm->name);
	if (vm->id.pid)
		strbuf_addf(b, " (pid %d)", (int)vm->id.pid);
	add_figures(b, vm);
	if (vm->ended)
		strbuf_add(b, "\n");
	else if (count)
		strbuf_addf(b, ", %zu finding%s\n", count, count == 1 ? "" : "s");
	else
		strbuf_addf(b, ", nothing found%s\n", vm->off ? " in its definition" : "");
	if (*vm->claim) {
		strbuf_add(b, "  It is ");
		claim_describe(b, vm);
		strbuf_add(b, ".\n");
	}
	if (vm->off && off_change(m, vm)) {
		strbuf_add(b, "  ");
		off_describe_change(b, m, vm);
		strbuf_add(b, "\n");
	}
	if (vm->pending == TRI_YES)
		strbuf_add(b,
			"  A change of its definition waits for a power cycle: shut the guest "
			"down and start it.\n");
	add_baseline(b, m, f, vm);
	for (size_t i = 0; i < f->count; i++)
		if (vm_id_equal(f->items[i].vm, vm->id))
			add_finding(b, &f->items[i], vm);
}

char *report_advice_text(const struct model *m, const struct findings *f, const struct vm *only)
{
	struct strbuf b = { 0 };
	char time[40], seconds[16];

	number_format(seconds, sizeof seconds, m->interval_s, NUMBER_SHARE, 10);
	strbuf_addf(&b, "kvmtop %s  %s  %s  %s s\n", KVMTOP_VERSION,
		clock_stamp(m->real_ns, time, sizeof time), m->host.name[0] ? m->host.name : "-",
		seconds);
	for (int i = 0; (!m->recording.file[0] || m->recording.is_replay) && i < SOURCE__COUNT; i++)
		if (!m->sources[i].ok)
			strbuf_addf(&b, "%s is off: %s\n", source_name((enum source_id)i),
				m->sources[i].why[0] ? m->sources[i].why
						     : "it has not answered yet");
	if (!m->vm_count && !m->off.count)
		strbuf_add(&b, "\nNo running VMs found.\n");
	for (size_t i = 0; i < m->vm_count; i++)
		if (!only || m->vms[i] == only)
			add_vm(&b, m, f, m->vms[i]);
	for (size_t i = 0; i < m->off.count; i++)
		if (!only || m->off.vms[i] == only)
			add_vm(&b, m, f, m->off.vms[i]);
	return strbuf_take(&b);
}
