#include "advice/verdict.h"

#include <math.h>
#include <stdio.h>

#include "core/number.h"

/* What a rule's findings are about, and what it is called. Rules that are not here are about all exits but
 * halts. */
static const struct subject {
	enum rule_number rule;
	const char *label;
	enum device_group devices[2]; /* of which an exit is in one at most */
	bool needs_details;           /* they are traced only when details are */
} subjects[] = {
	{ RULE_RTC_TICK, "RTC polling", { DEVICE_RTC, DEVICE_RTC }, false },
	{ RULE_PM_TIMER, "PM timer reads", { DEVICE_PM_TIMER, DEVICE_PM_TIMER_I440FX }, false },
	{ RULE_HPET_CLOCK, "HPET accesses", { DEVICE_HPET_READ, DEVICE_HPET_TICK }, true },
	{ RULE_HV_CLOCK_MSR, "reference time reads", { DEVICE_HV_TIME, DEVICE_HV_TIME }, true },
	{ RULE_PIT_TICK, "PIT accesses", { DEVICE_PIT, DEVICE_PIT }, false },
	{ RULE_IO_DELAY, "I/O delays", { DEVICE_IO_DELAY, DEVICE_IO_DELAY }, false },
};

/* rule may be NULL: the baseline is of a kvmtop that has others. */
static const struct subject *find_subject(const struct rule *rule)
{
	for (size_t i = 0; rule && i < sizeof subjects / sizeof *subjects; i++)
		if (subjects[i].rule == rule->number)
			return &subjects[i];
	return NULL;
}

struct search {
	const struct subject *subject;
	bool found;
};

static void look_at(enum device_group group, void *data)
{
	struct search *search = data;

	search->found |=
		group == search->subject->devices[0] || group == search->subject->devices[1];
}

static bool is_about(const struct subject *subject, const struct exit_key *key)
{
	struct search search = { .subject = subject };

	device_groups_of(key, look_at, &search);
	return search.found;
}

/* Exits per second of what the rule is about; NAN when they cannot be told from the others. */
static double rate_of(const struct rule *rule, const struct vm *vm, bool details)
{
	const struct subject *subject = find_subject(rule);
	double count = 0;

	if (!subject || !(vm->recent.seconds > 0) || (subject->needs_details && !details))
		return NAN;
	for (size_t i = 0; i < vm->recent.detail_count; i++)
		if (is_about(subject, &vm->recent.details[i].key))
			count += (double)vm->recent.details[i].durations.count;
	return count / vm->recent.seconds;
}

void verdict_take_baseline(struct baseline *b, const struct vm *vm, const struct findings *found,
	bool details, uint64_t real_ns)
{
	baseline_take(b, vm, real_ns);
	for (size_t i = 0; i < found->count && b->finding_count < BASELINE_FINDINGS_MAX; i++) {
		const struct finding *from = &found->items[i];
		struct baseline_finding *to = &b->findings[b->finding_count];
		const struct subject *subject;

		if (!vm_id_equal(from->vm, vm->id))
			continue;
		subject = find_subject(from->rule);
		snprintf(to->rule, sizeof to->rule, "%s", from->rule->id);
		snprintf(to->label, sizeof to->label, "%s",
			subject ? subject->label : from->rule->title);
		snprintf(to->summary, sizeof to->summary, "%s", from->summary);
		to->per_s = rate_of(from->rule, vm, details);
		b->finding_count++;
	}
}

/* By how many percent it went down; negative when it went up. */
static double drop_pct(double before, double now)
{
	if (before > 0)
		return 100 * (before - now) / before;
	return now > 0 ? -100 : isnan(now) || isnan(before) ? NAN : 0;
}

/* Alone, or as a part of another finding. */
static bool is_found(const struct findings *found, const struct vm *vm, const struct rule *rule)
{
	for (size_t i = 0; rule && i < found->count; i++)
		if (vm_id_equal(found->items[i].vm, vm->id) &&
			finding_stands_for(&found->items[i], rule->number))
			return true;
	return false;
}

/* A guest that was resumed from a saved image has its old hardware, and no change can be held against it. */
static enum verdict unless_pending(enum verdict verdict, const struct vm *vm)
{
	return vm->pending == TRI_YES ? VERDICT_PENDING : verdict;
}

enum verdict verdict_of(const struct baseline *b, const struct baseline_finding *finding,
	const struct vm *vm, const struct findings *found, bool details, double *before,
	double *now)
{
	const struct rule *rule = rule_find(finding->rule);
	double was = finding->per_s, is = rate_of(rule, vm, details), exits, cpu;
	const bool still = is_found(found, vm, rule);

	if (!(was > 0) || isnan(is)) {
		was = b->work_per_s;
		is = baseline_work_now(vm);
	}
	if (before)
		*before = was;
	if (now)
		*now = is;
	/* What the definition is like says nothing of what the next start will be like. */
	if (vm->off)
		return VERDICT_UNKNOWN;
	if (still && !find_subject(rule))
		return unless_pending(VERDICT_STILL_FOUND, vm);
	exits = drop_pct(was, is);
	cpu = drop_pct(b->cpu.cpu_pct, vm->cpu.cpu_pct);
	if (isnan(exits) || isnan(cpu))
		return VERDICT_UNKNOWN;
	if (!still && exits >= VERDICT_SOLVED_DROP_PCT && vm->vcpus > 0 &&
		vm->cpu.cpu_pct < VERDICT_SOLVED_CPU_PCT * vm->vcpus)
		return VERDICT_SOLVED;
	if ((exits >= VERDICT_BETTER_DROP_PCT && cpu >= 0) ||
		(cpu >= VERDICT_BETTER_DROP_PCT && exits >= 0))
		return VERDICT_BETTER;
	return unless_pending(VERDICT_NOT_BETTER, vm);
}

/* "17,903"; "-" when unknown. */
static void add_grouped(struct strbuf *out, double value)
{
	char digits[32];
	size_t length;

	if (!isfinite(value)) {
		strbuf_add(out, "-");
		return;
	}
	length = (size_t)snprintf(digits, sizeof digits, "%.0f", value);
	if (length >= sizeof digits)
		length = sizeof digits - 1;
	for (size_t i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			strbuf_add(out, ",");
		strbuf_add_bytes(out, digits + i, 1);
	}
}

void verdict_describe(struct strbuf *out, const struct baseline *b,
	const struct baseline_finding *finding, const struct vm *vm, const struct findings *found,
	bool details)
{
	char cpu_before[16], cpu_now[16];
	double before, now;
	const enum verdict verdict = verdict_of(b, finding, vm, found, details, &before, &now);
	const bool own = finding->per_s > 0 && before == finding->per_s;

	number_format(cpu_before, sizeof cpu_before, b->cpu.cpu_pct, NUMBER_PERCENT, 8);
	number_format(cpu_now, sizeof cpu_now, vm->cpu.cpu_pct, NUMBER_PERCENT, 8);
	strbuf_add(out, finding->label);
	if (verdict != VERDICT_STILL_FOUND) {
		strbuf_add(out, own ? " " : ": exits ");
		add_grouped(out, before);
		strbuf_add(out, "/s -> ");
		add_grouped(out, now);
		strbuf_add(out, "/s");
	}
	strbuf_addf(out, "; host CPU %s %% -> %s %%", cpu_before, cpu_now);
	if (verdict_name(verdict))
		strbuf_addf(out, ": %s", verdict_name(verdict));
}

const char *verdict_name(enum verdict verdict)
{
	static const char *const names[VERDICT__COUNT] = {
		[VERDICT_SOLVED] = "solved",
		[VERDICT_BETTER] = "better",
		[VERDICT_NOT_BETTER] = "not better",
		[VERDICT_STILL_FOUND] = "still found",
		[VERDICT_PENDING] = "not in effect yet",
	};

	return names[verdict];
}
