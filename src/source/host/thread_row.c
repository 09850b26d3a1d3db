#include "source/host/thread_row.h"

#include <string.h>
#include <unistd.h>

#include "core/clock.h"

static uint64_t tick_ns(void)
{
	return NS_PER_S / (uint64_t)sysconf(_SC_CLK_TCK);
}

uint64_t thread_row_start_ticks(const struct bpf_thread_row *row)
{
	return row->start_ns / tick_ns();
}

struct times {
	uint64_t utime_ns, stime_ns;
};

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

/* What /proc told of the thread last, or kvmtop: none of it is taken back. */
static struct times told_before(
	const struct bpf_thread_row *row, const struct sample_thread *before)
{
	struct times told = { row->told_utime_ns, row->told_stime_ns };

	if (before && before->utime_ticks != SAMPLE_UNKNOWN &&
		before->stime_ticks != SAMPLE_UNKNOWN) {
		told.utime_ns = later(told.utime_ns, before->utime_ticks * tick_ns());
		told.stime_ns = later(told.stime_ns, before->stime_ticks * tick_ns());
	}
	return told;
}

/* The exact time on CPU, divided as the timer's ticks divide it, where neither part goes back (cputime_adjust() in
 * kernel/sched/cputime.c). */
static struct times divide(const struct bpf_thread_row *row, struct times told)
{
	const uint64_t sampled_ns = row->utime_ns + row->stime_ns;
	struct times t = { row->cpu_ns, 0 };

	if (told.utime_ns + told.stime_ns >= row->cpu_ns)
		return told;
	if (row->stime_ns)
		t.stime_ns =
			(uint64_t)((unsigned __int128)row->stime_ns * row->cpu_ns / sampled_ns);
	t.stime_ns = later(t.stime_ns, told.stime_ns);
	t.utime_ns = row->cpu_ns - t.stime_ns;
	if (t.utime_ns < told.utime_ns) {
		t.utime_ns = told.utime_ns;
		t.stime_ns = row->cpu_ns - t.utime_ns;
	}
	return t;
}

static struct times times_of(const struct bpf_thread_row *row, const struct sample_thread *before)
{
	if (row->flags & BPF_THREAD_EXACT)
		return (struct times){ row->utime_ns, row->stime_ns };
	return divide(row, told_before(row, before));
}

bool thread_row_fill(struct sample_thread *t, const struct bpf_thread_row *row,
	const struct sample_thread *before)
{
	const uint64_t start_ticks = thread_row_start_ticks(row);
	const bool is_same = before && before->start_ticks == start_ticks;
	struct times times;

	if (row->flags & BPF_THREAD_PENDING || (row->flags & BPF_THREAD_KERNEL && !is_same))
		return false;
	times = times_of(row, is_same ? before : NULL);
	*t = (struct sample_thread){
		.tid = (pid_t)row->tid,
		.start_ticks = start_ticks,
		.utime_ticks = times.utime_ns / tick_ns(),
		.stime_ticks = times.stime_ns / tick_ns(),
		.guest_ticks = row->guest_ns / tick_ns(),
		.switches = row->switches,
		.cpu_ns = row->cpu_ns,
		.wait_ns = row->wait_ns,
		.time_ns = row->time_ns,
	};
	if (row->flags & BPF_THREAD_KERNEL)
		memcpy(t->name, before->name, sizeof t->name);
	else
		memcpy(t->name, row->name, strnlen(row->name, sizeof row->name));
	return true;
}
