#include "model/thread.h"

#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/text.h"

struct cpu_shares cpu_shares_unknown(void)
{
	return (struct cpu_shares){ NAN, NAN, NAN, NAN, NAN };
}

static double add_known(double sum, double value)
{
	return isnan(value) ? sum : isnan(sum) ? value : sum + value;
}

void cpu_shares_add(struct cpu_shares *into, const struct cpu_shares *from)
{
	into->cpu_pct = add_known(into->cpu_pct, from->cpu_pct);
	into->guest_pct = add_known(into->guest_pct, from->guest_pct);
	into->user_pct = add_known(into->user_pct, from->user_pct);
	into->system_pct = add_known(into->system_pct, from->system_pct);
	into->wait_pct = add_known(into->wait_pct, from->wait_pct);
}

/* Work done in the kernel for the VM. A vhost thread that is QEMU's own never runs in user space
 * either. */
static bool is_kernel_work(enum thread_kind kind)
{
	return kind == THREAD_VHOST || kind == THREAD_PIT || kind == THREAD_KERNEL;
}

/* CPU time in ticks, guest time taken out of user time. */
struct split {
	double guest, user, system;
};

/* utime holds guest time, but the two are accounted at different moments: user time would come out
 * as -1 tick at times. */
static struct split split_ticks(double utime, double guest, double stime)
{
	return (struct split){
		.guest = guest,
		.user = utime < guest ? 0 : utime - guest,
		.system = stime,
	};
}

static double split_sum(const struct split *s)
{
	return s->guest + s->user + s->system;
}

/* How the CPU time between two samples divides into guest, user and system. A tick is 10 ms: a
 * thread can have run for less, and no tick says in which. Then the proportion of its whole life
 * stands in, wrong by less than a tick. */
static struct split split_between(
	const struct sample_thread *before, const struct sample_thread *now)
{
	struct split s = split_ticks(pair_growth(before->utime_ticks, now->utime_ticks),
		pair_growth(before->guest_ticks, now->guest_ticks),
		pair_growth(before->stime_ticks, now->stime_ticks));

	if (split_sum(&s) == 0)
		s = split_ticks((double)now->utime_ticks, (double)now->guest_ticks,
			(double)now->stime_ticks);
	return s;
}

/* The total comes from schedstat, which counts ns; stat's ticks give the proportion. Without
 * schedstat the ticks give both. */
static struct cpu_shares shares_between(const struct sample_thread *before,
	const struct sample_thread *now, enum thread_kind kind, const struct sample_pair *pair)
{
	struct cpu_shares c = cpu_shares_unknown();
	struct split s;
	double whole;

	if (!before || isnan(pair->seconds))
		return c;
	c.wait_pct = pair_ns_pct(pair, before->wait_ns, now->wait_ns);
	c.cpu_pct = pair_ns_pct(pair, before->cpu_ns, now->cpu_ns);
	if (isnan(c.cpu_pct))
		c.cpu_pct = pair_ticks_pct(pair, before->utime_ticks, now->utime_ticks) +
			    pair_ticks_pct(pair, before->stime_ticks, now->stime_ticks);
	if (is_kernel_work(kind)) {
		c.system_pct = c.cpu_pct;
		return c;
	}
	s = split_between(before, now);
	whole = split_sum(&s);
	/* No tick in all its life: nothing is known but that it ran, or that it did not. */
	if (whole == 0 && c.cpu_pct == 0)
		whole = 1;
	c.user_pct = whole ? c.cpu_pct * s.user / whole : NAN;
	c.system_pct = whole ? c.cpu_pct * s.system / whole : NAN;
	if (kind == THREAD_VCPU)
		c.guest_pct = whole ? c.cpu_pct * s.guest / whole : NAN;
	return c;
}

static uint64_t time_of(const struct sample_thread *t, const struct sample *s)
{
	return t->time_ns ? t->time_ns : s->time_ns;
}

/* The kernel books a wait for a CPU when it ends. What is longer than the interval began before it, after the thread
 * had last run. */
static void set_wait(struct thread *t, const struct sample_thread *before,
	const struct sample_thread *now, uint64_t now_ns)
{
	const struct sample_pair since = { .seconds = pair_seconds(t->ran_ns, now_ns) };

	if (t->cpu.wait_pct > 100)
		t->cpu.wait_pct = pair_ns_pct(&since, before->wait_ns, now->wait_ns);
}

/* The times were read after the sample was begun, and those of a VM elsewhere before: what such a reading said holds
 * until there is another. */
static void update_shares(struct thread *t, const struct sample_thread *before,
	const struct sample_thread *now, const struct sample_pair *pair)
{
	const uint64_t now_ns = time_of(now, pair->now);
	struct sample_pair readings = *pair;

	if (now->time_ns && before) {
		if (now->time_ns == before->time_ns)
			return;
		readings.seconds = pair_seconds(time_of(before, pair->before), now_ns);
	}
	t->cpu = shares_between(before, now, t->kind, &readings);
	if (!before) {
		t->ran_ns = now_ns;
	} else if (before->cpu_ns != now->cpu_ns || before->wait_ns != now->wait_ns) {
		set_wait(t, before, now, now_ns);
		t->ran_ns = now_ns;
	}
}

/* Only a vCPU has VM exits or guest time; who sets interrupt lines need not be one. That tells where the thread's name does not: plain QEMU
 * names all its threads alike. What was known once stays known. */
static void set_kind(
	struct thread *t, const struct sample_thread *now, const struct sample_exit_thread *exits)
{
	const bool seen = t->tid != 0;
	const bool was_vcpu = seen && t->kind == THREAD_VCPU;
	const int was_number = seen ? t->vcpu : -1;
	const bool has_exits = exits && exits->count;

	t->kind = now->kind;
	t->vcpu = now->vcpu;
	if (was_vcpu || has_exits || (now->guest_ticks && now->guest_ticks != SAMPLE_UNKNOWN))
		t->kind = THREAD_VCPU;
	if (t->kind == THREAD_VCPU && t->vcpu < 0)
		t->vcpu = has_exits && exits->vcpu >= 0 ? exits->vcpu : was_number;
}

static void set_name(struct thread *t, const struct sample_thread *now)
{
	if (t->kind == THREAD_EMULATOR)
		snprintf(t->name, sizeof t->name, "emulator");
	else if (t->kind == THREAD_VCPU && now->kind != THREAD_VCPU && t->vcpu >= 0)
		snprintf(t->name, sizeof t->name, "vCPU %d", t->vcpu);
	else if (!text_clean(t->name, sizeof t->name, now->name))
		snprintf(t->name, sizeof t->name, "thread %d", (int)now->tid);
}

static void book(
	struct thread *t, const struct sample_exit_thread *exits, const struct exit_scope *scope)
{
	if (exits)
		exit_table_add(&t->interval, exits->exits, exits->count, scope->factor);
}

static void update_exits(struct thread *t, const struct sample_exit_thread *exits,
	const struct sample_exit_thread *late, bool seen_before, const struct exit_scope *scope)
{
	exit_table_clear(&t->interval);
	t->exits_per_s = NAN;
	if (t->kind != THREAD_VCPU || isnan(scope->seconds))
		return;
	book(t, late, scope);
	book(t, exits, scope);
	t->interval.seconds = scope->seconds + (late ? scope->late_seconds : 0);
	t->interval.sampled = scope->sampled;
	exit_table_merge(&t->total, &t->interval);
	if (seen_before)
		t->exits_per_s = (double)exit_table_total(&t->interval).count / scope->seconds;
}

void thread_update(struct thread *t, const struct sample_thread *before,
	const struct sample_thread *now, const struct sample_exit_thread *late,
	struct sample_pair *pair, const struct exit_scope *scope)
{
	const struct sample_exit_thread *exits = pair_take_exits(pair, now->tid);

	t->interval.details_max = t->total.details_max = THREAD_DETAILS_MAX;
	t->total.without_latency = true;
	set_kind(t, now, exits);
	set_name(t, now);
	t->tid = now->tid;
	t->start_ticks = now->start_ticks;
	update_shares(t, before, now, pair);
	update_exits(t, exits, late, before != NULL, scope);
}

void thread_fini(struct thread *t)
{
	exit_table_fini(&t->interval);
	exit_table_fini(&t->total);
}

static int kind_rank(enum thread_kind kind)
{
	switch (kind) {
	case THREAD_VCPU:
		return 0;
	case THREAD_EMULATOR:
		return 1;
	case THREAD_IOTHREAD:
		return 2;
	default:
		return 3;
	}
}

/* A vCPU without a number comes after those that have one. */
static int vcpu_rank(const struct thread *t)
{
	return t->vcpu < 0 ? INT_MAX : t->vcpu;
}

static int compare(int a, int b)
{
	return (a > b) - (a < b);
}

int thread_compare(const void *a, const void *b)
{
	const struct thread *x = a, *y = b;
	int order = compare(kind_rank(x->kind), kind_rank(y->kind));

	if (!order && x->kind == THREAD_VCPU)
		order = compare(vcpu_rank(x), vcpu_rank(y));
	else if (!order)
		order = strcmp(x->name, y->name);
	return order ? order : compare(x->tid, y->tid);
}
