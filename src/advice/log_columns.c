#include "advice/log_columns.h"

#include <stddef.h>
#include <string.h>

/* What speaks of such lines: a rule, whose first remedy is the answer, or the answer itself. */
static const struct {
	enum rule_number rule;
	const char *answer;
} answers[KERNEL_LOG_KIND__COUNT] = {
	[KERNEL_LOG_MSR_UNHANDLED] = { .rule = RULE_ODD_MSRS },
	[KERNEL_LOG_MSR_IGNORED] = { .rule = RULE_ODD_MSRS },
	[KERNEL_LOG_SOFT_LOCKUP] = { .answer = "Look at steal time, and at what holds the CPU: "
					       "Symbols" },
	[KERNEL_LOG_HARD_LOCKUP] = { .answer = "Suspect hardware or firmware; read on in "
					       "journalctl -k" },
	[KERNEL_LOG_HUNG_TASK] = { .answer = "Look at the disk or network storage that it waits "
					     "for" },
	[KERNEL_LOG_SPLIT_LOCK] = { .answer = "Fix the guest's program; or on the host sysctl "
					      "kernel.split_lock_mitigate=0 (Linux 6.2+) "
					      "or boot split_lock_detect=off" },
	[KERNEL_LOG_OOM_KILL] = { .answer = "Promise guests less memory, or give the host more" },
	[KERNEL_LOG_KVM_WARNING] = { .answer = "A kernel's bug: update it; read on in journalctl "
					       "-k" },
	[KERNEL_LOG_KVM] = { .answer = "Read the lines around it: journalctl -k" },
	[KERNEL_LOG_CLOCK] = { .rule = RULE_HOST_CLOCK },
};

/* Of the VM; of no VM: of any, where the line is the host's. */
static const struct finding *find_finding(
	const struct findings *f, const struct log_row *row, const struct rule *rule)
{
	if (!row->vm && row->entry.pid)
		return NULL;
	for (size_t i = 0; rule && i < f->count; i++)
		if (finding_stands_for(&f->items[i], rule->number) &&
			(!row->vm || vm_id_equal(f->items[i].vm, row->vm->id)))
			return &f->items[i];
	return NULL;
}

static const char *remedy_of(
	const struct rule *rule, const struct finding *finding, const struct vm *vm)
{
	enum remedy_id ranked[FINDING_REMEDY_MAX];

	if (!finding || finding->rule != rule)
		return remedy_find(rule->remedies[0])->title;
	if (!finding->remedy_count)
		return NULL;
	memcpy(ranked, finding->remedies, sizeof ranked);
	remedies_rank(ranked, finding->remedy_count, vm ? vm->domain : NULL);
	return remedy_find(ranked[0])->title;
}

struct log_line log_line_of(const struct log_row *row, const struct findings *f)
{
	const enum rule_number rule = answers[row->entry.kind].rule;
	struct log_line line = { .row = row, .rule = rule ? rule_of(rule) : NULL };

	line.finding = find_finding(f, row, line.rule);
	line.answer = line.rule ? remedy_of(line.rule, line.finding, row->vm)
				: answers[row->entry.kind].answer;
	return line;
}

static const struct log_row *row_of(const void *line)
{
	return ((const struct log_line *)line)->row;
}

const char *log_whose(const struct log_row *row)
{
	return row->vm ? row->vm->name : row->of;
}

static const char *log_vm(const void *line)
{
	return log_whose(row_of(line));
}

static const char *log_what(const void *line)
{
	return row_of(line)->what;
}

static const char *log_msr(const void *line)
{
	const struct log_row *row = row_of(line);

	return row->msr[0] ? row->msr : NULL;
}

static double log_lines(const void *line)
{
	return (double)row_of(line)->entry.count;
}

static double log_rate(const void *line)
{
	return row_of(line)->per_s;
}

static const char *log_last(const void *line)
{
	return row_of(line)->last;
}

static double last_order(const void *line)
{
	return (double)row_of(line)->last_real_ns;
}

static const char *log_answer(const void *line)
{
	return ((const struct log_line *)line)->answer;
}

#define TEXT .left = true, .ascending = true

/* clang-format off */
const struct field log_columns[LOG_COL__COUNT] = {
	[LOG_COL_VM] = { .title = "VM", .key = "name", .width = 12, TEXT, .text = log_vm,
		.help = "Whom the lines are about: a VM, a process that has ended, or the host" },
	[LOG_COL_WHAT] = { .title = "what", .key = "what", .width = 20, TEXT, .text = log_what,
		.help = "What the kernel says; \"ignored\" MSRs read as 0, for \"unhandled\" ones the guest gets a fault" },
	[LOG_COL_MSR] = { .title = "MSR", .key = "msr", .width = 22, .rank = 1, TEXT, .text = log_msr,
		.help = "The MSR that the guest wanted and KVM has not, by number and name" },
	[LOG_COL_LINES] = { .title = "lines", .key = "lines", .width = 6, .unit = NUMBER_INTEGER, .number = log_lines,
		.help = "Such lines since the host's boot, as far as its log reaches back" },
	[LOG_COL_RATE] = { .title = "/s", .key = "lines_per_s", .width = 5, .rank = 3, .unit = NUMBER_RATE, .number = log_rate,
		.help = "Such lines per second in the last interval" },
	[LOG_COL_LAST] = { .title = "last", .key = "last", .width = 11, .left = true, .text = log_last, .order = last_order,
		.help = "When the last one came, with its day where that is not today" },
	[LOG_COL_ANSWER] = { .title = "what to do", .key = "answer", .width = 24, .rank = 2, TEXT, .text = log_answer,
		.help = "What to do about it; for MSRs that is what rule R18 says" },
};
/* clang-format on */
