#include "model/kernel_log.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "kvm/exit_names.h"

static const char *const what[KERNEL_LOG_KIND__COUNT] = {
	[KERNEL_LOG_MSR_UNHANDLED] = "unhandled MSR",
	[KERNEL_LOG_MSR_IGNORED] = "ignored MSR",
	[KERNEL_LOG_SOFT_LOCKUP] = "soft lockup",
	[KERNEL_LOG_HARD_LOCKUP] = "hard lockup",
	[KERNEL_LOG_HUNG_TASK] = "hung task",
	[KERNEL_LOG_SPLIT_LOCK] = "split lock",
	[KERNEL_LOG_OOM_KILL] = "killed, no memory",
	[KERNEL_LOG_KVM_WARNING] = "WARNING in KVM",
	[KERNEL_LOG_KVM] = "KVM's message",
	[KERNEL_LOG_CLOCK] = "unstable clock",
};

/* The log's clock is about the monotonic one. */
static uint64_t real_ns_of(const struct sample *s, uint64_t log_us)
{
	const int64_t ago_ns = (int64_t)s->time_ns - (int64_t)(log_us * NS_PER_US);

	if (ago_ns < 0)
		return s->real_ns;
	return (uint64_t)ago_ns < s->real_ns ? s->real_ns - (uint64_t)ago_ns : 0;
}

static bool is_same(const struct kernel_log_entry *a, const struct kernel_log_entry *b)
{
	return a->pid == b->pid && a->start_ticks == b->start_ticks && a->kind == b->kind &&
	       a->direction == b->direction && a->msr == b->msr;
}

/* How many lines came since the sample before: all, where that had none of the kind. NAN: it did not know the log. */
static double growth(const struct sample_pair *pair, const struct kernel_log_entry *e)
{
	const struct sample_kernel_log *before = pair->before ? &pair->before->kernel_log : NULL;

	if (!before || !before->known)
		return NAN;
	for (size_t i = 0; i < before->count; i++)
		if (is_same(&before->entries[i], e))
			return pair_growth(before->entries[i].count, e->count);
	/* A thread's lines become its VM's when that is known, and a gone VM's its pid's: these are not new. */
	return e->first_us * NS_PER_US >= pair->before->time_ns ? (double)e->count : 0;
}

static bool is_about_msr(enum kernel_log_kind kind)
{
	return kind == KERNEL_LOG_MSR_UNHANDLED || kind == KERNEL_LOG_MSR_IGNORED;
}

static void describe(struct log_row *row)
{
	const struct kernel_log_entry *e = &row->entry;
	const char *direction = kernel_log_direction_name(e->direction);
	const char *name = exit_names_msr(e->msr);

	snprintf(row->what, sizeof row->what, "%s%s%s", what[e->kind], direction ? " " : "",
		direction ? direction : "");
	if (is_about_msr(e->kind))
		snprintf(row->msr, sizeof row->msr, "0x%x%s%s", (unsigned)e->msr, name ? " " : "",
			name ? name : "");
}

static void set_whose(struct log_row *row)
{
	const struct kernel_log_entry *e = &row->entry;

	if (e->pid)
		snprintf(row->of, sizeof row->of, "pid %d", (int)e->pid);
	else
		snprintf(row->of, sizeof row->of, "host");
}

/* "14:07:31"; of another day "09-01 14:07" */
static void set_last(struct log_row *row, uint64_t now_ns)
{
	char then[24], now[24];

	clock_moment(row->last_real_ns, then, sizeof then);
	clock_moment(now_ns, now, sizeof now);
	if (strlen(then) < strlen("2018-09-02 14:07:31"))
		snprintf(row->last, sizeof row->last, "-");
	else if (!strncmp(then, now, strlen("2018-09-02 ")))
		snprintf(row->last, sizeof row->last, "%s", then + strlen("2018-09-02 "));
	else
		snprintf(row->last, sizeof row->last, "%.11s", then + strlen("2018-"));
}

static void set_row(
	struct log_row *row, const struct kernel_log_entry *e, const struct sample_pair *pair)
{
	const double lines = growth(pair, e);

	row->entry = *e;
	set_whose(row);
	describe(row);
	row->per_s = lines / pair->seconds;
	row->is_new = lines > 0;
	row->first_real_ns = real_ns_of(pair->now, e->first_us);
	row->last_real_ns = real_ns_of(pair->now, e->last_us);
	set_last(row, pair->now->real_ns);
	text_clean(row->text, sizeof row->text, e->text);
}

void kernel_log_update(struct kernel_log *log, const struct sample_pair *pair)
{
	const struct sample_kernel_log *now = &pair->now->kernel_log;

	kernel_log_fini(log);
	log->known = now->known;
	text_clean(log->why, sizeof log->why, now->why);
	log->lost = (double)now->lost;
	log->before = (double)now->before;
	log->left_out = (double)now->left_out;
	log->rows = mem_calloc(now->count, sizeof *log->rows);
	log->count = now->count;
	for (size_t i = 0; i < now->count; i++)
		set_row(&log->rows[i], &now->entries[i], pair);
}

void kernel_log_fini(struct kernel_log *log)
{
	free(log->rows);
	*log = (struct kernel_log){ 0 };
}
