#include "advice/findings.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"

/* More rules than there are would be a table of another program. */
#define RULES_MAX 64

static bool is_asked(const struct rule *rule, const struct evidence *e)
{
	const bool off = e->vm && e->vm->off;
	const unsigned has = (e->traced ? NEEDS_EXITS | NEEDS_RATES : 0) |
			     (isnan(e->counters.exits_per_s) && isnan(e->counters.io_exits_per_s) &&
						     isnan(e->counters.halt_poll_pct) &&
						     isnan(e->counters.unhandled_msrs)
					     ? 0
					     : NEEDS_RATES) |
			     (e->config_known ? NEEDS_CONFIG : 0) |
			     (e->vm && e->vm->thread_count ? NEEDS_THREADS : 0) |
			     (off ? 0 : NEEDS_HOST); /* no host is slow for what does not run */

	return (rule->needs & ~has) == 0;
}

static struct finding finding_of_rule(const struct rule *rule, const struct vm *vm)
{
	struct finding f = {
		.rule = rule,
		.vm = vm->id,
		.severity = rule->severity,
		.confidence = rule->confidence,
		.caveat = rule->caveat,
	};

	while (f.remedy_count < FINDING_REMEDY_MAX && rule->remedies[f.remedy_count]) {
		f.remedies[f.remedy_count] = rule->remedies[f.remedy_count];
		f.remedy_count++;
	}
	return f;
}

/* -- findings that are one --------------------------------------------------------------------------------- */

static bool is_rule(const struct finding *f, enum rule_number rule)
{
	return f->rule->number == rule;
}

/* Findings that go into another one, where that is found: the first of a row, into the first of the others
 * that is there. Rows are tried in order, so that what took others in can go on. */
static const struct {
	enum rule_number rule;
	enum rule_number into[4];
	bool is_peer; /* as serious a finding: the worse of the two leads */
	bool is_told; /* its diagnosis is added to the other's */
} folds[] = {
	{ .rule = RULE_RTC_CATCHUP, .into = { RULE_RTC_TICK }, .is_told = true },
	{ .rule = RULE_HPET_CLOCK,
		.into = { RULE_RTC_TICK, RULE_PM_TIMER },
		.is_peer = true,
		.is_told = true },
	{ .rule = RULE_PM_TIMER, .into = { RULE_RTC_TICK }, .is_peer = true, .is_told = true },
	{ .rule = RULE_STACK_DEFAULT,
		.into = { RULE_RTC_TICK, RULE_PM_TIMER, RULE_HPET_CLOCK, RULE_HV_CLOCK_MSR },
		.is_told = true },
	{ .rule = RULE_CONFIG_LINT,
		.into = { RULE_RTC_TICK, RULE_PM_TIMER, RULE_HPET_CLOCK, RULE_HV_CLOCK_MSR } },
	{ .rule = RULE_CONFIG_LINT, .into = { RULE_STACK_DEFAULT } },
};

enum { FOLD_COUNT = sizeof folds / sizeof *folds };

bool finding_stands_for(const struct finding *f, enum rule_number rule)
{
	if (is_rule(f, rule))
		return true;
	for (size_t i = 0; i < f->folded_count; i++)
		if (f->folded[i].rule->number == rule)
			return true;
	return false;
}

size_t finding_own_evidence(const struct finding *f)
{
	return f->folded_count ? f->folded[0].evidence_at : f->evidence_count;
}

size_t finding_part_end(const struct finding *f, size_t part)
{
	return part + 1 < f->folded_count ? f->folded[part + 1].evidence_at : f->evidence_count;
}

static void add_remedies(struct finding *into, const struct finding *from)
{
	for (size_t i = 0; i < from->remedy_count; i++) {
		bool has = false;

		for (size_t k = 0; k < into->remedy_count; k++)
			has |= into->remedies[k] == from->remedies[i];
		if (!has && into->remedy_count < FINDING_REMEDY_MAX)
			into->remedies[into->remedy_count++] = from->remedies[i];
	}
}

static bool shows(const struct finding *f, const char *text)
{
	for (size_t i = 0; i < f->evidence_count; i++)
		if (!strcmp(f->evidence[i], text))
			return true;
	return false;
}

/* Adds a rule as a part of into, with from's evidence between two places. */
static void add_part(struct finding *into, const struct finding *from, struct finding_part part,
	size_t end, struct arena *arena)
{
	const size_t start = part.evidence_at;

	assert(into->folded_count < FINDING_FOLDED_MAX);
	part.evidence_at = into->evidence_count;
	into->folded[into->folded_count++] = part;
	for (size_t i = start; i < end; i++)
		if (!shows(into, from->evidence[i]))
			finding_add(into, arena, "%s", from->evidence[i]);
}

static void add_parts(struct finding *into, const struct finding *from, struct arena *arena)
{
	add_part(into, from, (struct finding_part){ from->rule, from->confidence, 0 },
		finding_own_evidence(from), arena);
	for (size_t i = 0; i < from->folded_count; i++)
		add_part(into, from, from->folded[i], finding_part_end(from, i), arena);
}

/* Takes from into into. */
static void fold(struct finding *into, const struct finding *from, size_t row, struct arena *arena)
{
	add_parts(into, from, arena);
	if (folds[row].is_told)
		into->diagnosis = arena_printf(arena, "%s %s", into->diagnosis, from->diagnosis);
	if (!folds[row].is_peer)
		return;
	into->summary = arena_printf(arena, "%s, %s", into->summary, from->summary);
	add_remedies(into, from);
}

static size_t index_of(const struct finding *found, size_t count, enum rule_number rule)
{
	size_t at = 0;

	while (at < count && !finding_stands_for(&found[at], rule))
		at++;
	return at;
}

/* Folds one of the findings by that row. Returns how many are left. */
static size_t apply_fold(struct finding *found, size_t count, size_t row, struct arena *arena)
{
	const size_t from = index_of(found, count, folds[row].rule);
	size_t into = count, gone = from;

	if (from == count || !is_rule(&found[from], folds[row].rule))
		return count;
	for (size_t i = 0; i < 4 && folds[row].into[i] && into == count; i++)
		into = index_of(found, count, folds[row].into[i]);
	if (into == count || into == from)
		return count;
	if (folds[row].is_peer && found[from].severity > found[into].severity) {
		fold(&found[from], &found[into], row, arena);
		gone = into;
	} else {
		fold(&found[into], &found[from], row, arena);
	}
	memmove(&found[gone], &found[gone + 1], (count - gone - 1) * sizeof *found);
	return count - 1;
}

/* -- the order of things ------------------------------------------------------------------------------------- */

/* What is said of exits and threads of a VM that KVM does not run would be said of QEMU's emulator. Whether it
 * starts again is as true of it. */
static size_t keep_what_is_valid(struct finding *found, size_t count)
{
	const size_t first = count && is_rule(&found[0], RULE_CANNOT_START) ? 1 : 0;

	return first < count && is_rule(&found[first], RULE_NO_KVM) ? first + 1 : count;
}

/* What other machines do not have they cannot be given. */
static void drop_foreign(struct finding *f, const struct evidence *e)
{
	size_t kept = 0;

	if (e->is_x86)
		return;
	for (size_t i = 0; i < f->remedy_count; i++)
		if (!remedy_find(f->remedies[i])->is_x86)
			f->remedies[kept++] = f->remedies[i];
	for (size_t i = kept; i < f->remedy_count; i++)
		f->remedies[i] = REMEDY_NONE;
	f->remedy_count = kept;
}

/* Says in words how sure it is: where exits are only counted what was seen is a conclusion, and where they
 * are traced that is certain and its cause is not. */
static void put_confidence(struct finding *f, const struct evidence *e, struct arena *arena)
{
	const bool is_likely = f->confidence == CONFIDENCE_MEDIUM;

	if (f->confidence == CONFIDENCE_HIGH)
		return;
	f->diagnosis =
		arena_printf(arena, "%s: %s", is_likely ? "Likely" : "Possibly", f->diagnosis);
	if (!e->traced && f->confidence < f->rule->confidence)
		f->summary =
			arena_printf(arena, "%s %s", confidence_word(f->confidence), f->summary);
	else
		f->summary =
			arena_printf(arena, "%s (%s)", f->summary, confidence_word(f->confidence));
}

/* Puts f among the VM's findings, which begin at first: behind those that are as bad. */
static void insert(struct findings *findings, size_t first, const struct finding *f)
{
	size_t at = findings->count;

	if (at == findings->capacity) {
		const size_t capacity = findings->capacity ? 2 * findings->capacity : 16;
		struct finding *items =
			arena_array(&findings->arena, capacity, sizeof *findings->items);

		if (at)
			memcpy(items, findings->items, at * sizeof *items);
		findings->items = items;
		findings->capacity = capacity;
	}
	findings->count++;
	for (; at > first && findings->items[at - 1].severity < f->severity; at--)
		findings->items[at] = findings->items[at - 1];
	findings->items[at] = *f;
}

void advice_judge(const struct evidence *e, struct findings *findings)
{
	struct finding found[RULES_MAX];
	const size_t first = findings->count;
	size_t count = 0;

	assert(rule_count <= RULES_MAX);
	for (size_t r = 0; r < rule_count; r++) {
		if (!is_asked(&rules[r], e))
			continue;
		found[count] = finding_of_rule(&rules[r], e->vm);
		count += rules[r].test(e, &found[count], &findings->arena);
	}
	count = keep_what_is_valid(found, count);
	for (size_t row = 0; row < FOLD_COUNT; row++)
		count = apply_fold(found, count, row, &findings->arena);
	for (size_t i = 0; i < count; i++) {
		drop_foreign(&found[i], e);
		put_confidence(&found[i], e, &findings->arena);
		insert(findings, first, &found[i]);
	}
}

static void judge_vms(
	const struct model *m, struct vm *const *vms, size_t count, struct findings *findings)
{
	for (size_t i = 0; i < count; i++) {
		struct evidence e;

		if (vms[i]->ended)
			continue;
		evidence_collect(&e, m, vms[i]);
		advice_judge(&e, findings);
	}
}

void advice_run(const struct model *m, struct findings *findings)
{
	*findings = (struct findings){ 0 };
	judge_vms(m, m->vms, m->vm_count, findings);
	judge_vms(m, m->off.vms, m->off.count, findings);
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

size_t findings_count(const struct findings *f, struct vm_id vm)
{
	size_t count = 0;

	for (size_t i = 0; i < f->count; i++)
		count += vm_id_equal(f->items[i].vm, vm);
	return count;
}

/* -- what should be traced --------------------------------------------------------------------------------- */

/* A fault may be either: without addresses only its reason's rate is known. */
static double mmio_or_fault_per_s(const struct vm *vm)
{
	uint64_t count = 0;

	for (size_t i = 0; i < vm->recent.reason_count; i++) {
		const struct exit_entry *r = &vm->recent.reasons[i];
		const enum exit_group group = exit_group_of(&r->key);

		if (group == EXIT_GROUP_MMIO ||
			(group == EXIT_GROUP_FAULT && exit_fault_may_be_mmio(&r->key)))
			count += r->durations.count;
	}
	return (double)count / vm->recent.seconds;
}

/* By the smallest limits of the rules that look at MSRs and at devices' memory (R18, R03), or where a main thread is busy that its
 * guest does not explain (R06). */
static bool wants_details(const struct model *m, const struct vm *vm)
{
	struct evidence e;

	if (vm->ended || !(vm->recent.seconds > 0))
		return false;
	evidence_collect(&e, m, vm);
	return e.groups[EXIT_GROUP_MSR].per_s >= POWER_MSRS_PER_S_MIN ||
	       mmio_or_fault_per_s(vm) >= HPET_TICKS_PER_S_MIN ||
	       (e.cpu[THREAD_EMULATOR].cpu_pct >= HPET_MAIN_CPU_PCT &&
		       !(evidence_per_vcpu(&e, e.exits.per_s) >= QUIET_EXITS_PER_VCPU));
}

/* Rules that interrupt lines would make sure of. */
static bool asks_for_lines(const struct finding *f)
{
	return f->confidence < f->rule->confidence &&
	       (is_rule(f, RULE_HPET_LEFT_ON) || is_rule(f, RULE_USB_POLLING));
}

bool advice_wants_details(const struct model *m, const struct findings *findings)
{
	for (size_t i = 0; i < m->vm_count; i++)
		if (wants_details(m, m->vms[i]))
			return true;
	for (size_t i = 0; i < findings->count; i++)
		if (asks_for_lines(&findings->items[i]))
			return true;
	return false;
}
