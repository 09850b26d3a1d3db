#include "source/perf/perf_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

struct perf_member {
	struct perf_target target;
	int *fds;      /* the first one leads the group */
	size_t open;   /* how many are */
	bool met;      /* while targets are followed */
	uint64_t *had; /* what it counted when it was last read */
	struct perf_times had_times;
};

static bool same_target(const struct perf_target *a, const struct perf_target *b)
{
	return a->tid == b->tid && a->cpu == b->cpu && a->start_ticks == b->start_ticks;
}

static struct perf_times add_times(struct perf_times a, struct perf_times b)
{
	return (struct perf_times){ a.enabled_ns + b.enabled_ns, a.running_ns + b.running_ns };
}

static void take_member_off(struct perf_set *set, size_t i)
{
	struct perf_member *m = &set->members[i];

	/* They are taken from the end: a leader that goes first would break its group up, counter by counter. */
	for (size_t k = 0; k < m->open; k++) {
		set->closing = mem_grow(set->closing, set->closing_count, &set->closing_capacity,
			sizeof *set->closing);
		set->closing[set->closing_count++] = m->fds[k];
	}
	set->open_count -= m->open;
	free(m->fds);
	free(m->had);
	*m = set->members[--set->member_count];
}

static void keep_counts(struct perf_set *set, const struct perf_member *m)
{
	for (size_t i = 0; i < set->count; i++)
		set->gone[i] += m->had[i];
	set->gone_times = add_times(set->gone_times, m->had_times);
}

void perf_set_begin(struct perf_set *set, const uint64_t *tracepoints, size_t count)
{
	while (set->member_count)
		take_member_off(set, set->member_count - 1);
	free(set->gone);
	set->gone = mem_calloc(count, sizeof *set->gone);
	set->gone_times = (struct perf_times){ 0 };
	set->tracepoints = tracepoints;
	set->count = count;
}

/* False: it cannot be read, and has what it had. */
static bool read_member(struct perf_set *set, struct perf_member *m)
{
	return !perf_counter_read(set->calls, m->fds[0], m->had, set->count, &m->had_times);
}

static bool is_whole(const struct perf_set *set, const struct perf_member *m)
{
	return m->open == set->count && set->count;
}

static void add_member(struct perf_set *set, const struct perf_target *target)
{
	struct perf_member *m;

	set->members = mem_grow(
		set->members, set->member_count, &set->member_capacity, sizeof *set->members);
	m = &set->members[set->member_count++];
	*m = (struct perf_member){ .target = *target, .met = true };
	m->fds = mem_calloc(set->count, sizeof *m->fds);
	m->had = mem_calloc(set->count, sizeof *m->had);
}

static struct perf_member *find_member(struct perf_set *set, const struct perf_target *target)
{
	for (size_t i = 0; i < set->member_count; i++)
		if (same_target(&set->members[i].target, target))
			return &set->members[i];
	return NULL;
}

bool perf_set_follow(struct perf_set *set, const struct perf_target *targets, size_t count)
{
	bool changed = false;

	for (size_t i = 0; i < set->member_count; i++)
		set->members[i].met = false;
	for (size_t i = 0; i < count; i++) {
		struct perf_member *m = find_member(set, &targets[i]);

		if (m) {
			m->met = true;
			continue;
		}
		add_member(set, &targets[i]);
		changed = true;
	}
	for (size_t i = set->member_count; i-- > 0;) {
		struct perf_member *m = &set->members[i];

		if (m->met)
			continue;
		/* A thread's counters can be read beyond its end. */
		if (is_whole(set, m))
			read_member(set, m);
		keep_counts(set, m);
		take_member_off(set, i);
		changed = true;
	}
	return changed;
}

int perf_set_open_one(struct perf_set *set)
{
	for (size_t i = 0; i < set->member_count; i++) {
		struct perf_member *m = &set->members[i];
		int fd;

		if (m->open == set->count)
			continue;
		fd = set->calls->open(set->calls->context, set->tracepoints[m->open], m->target.tid,
			m->target.cpu, m->open ? m->fds[0] : -1);
		if (fd >= 0) {
			m->fds[m->open++] = fd;
			set->open_count++;
			return 1;
		}
		if (fd != -ESRCH && fd != -ENODEV)
			return fd;
		take_member_off(set, i);
		return 1;
	}
	return 0;
}

bool perf_set_close_one(struct perf_set *set)
{
	if (!set->closing_count)
		return false;
	set->calls->close(set->calls->context, set->closing[--set->closing_count]);
	return true;
}

bool perf_set_is_open(const struct perf_set *set)
{
	for (size_t i = 0; i < set->member_count; i++)
		if (!is_whole(set, &set->members[i]))
			return false;
	return set->member_count > 0;
}

bool perf_set_read(struct perf_set *set, uint64_t *sums, struct perf_times *times)
{
	bool ok = true;

	for (size_t i = set->member_count; i-- > 0;) {
		if (!is_whole(set, &set->members[i]) || read_member(set, &set->members[i]))
			continue;
		keep_counts(set, &set->members[i]);
		take_member_off(set, i);
		ok = false;
	}
	if (set->count)
		memcpy(sums, set->gone, set->count * sizeof *sums);
	*times = set->gone_times;
	for (size_t i = 0; i < set->member_count; i++) {
		for (size_t k = 0; k < set->count; k++)
			sums[k] += set->members[i].had[k];
		*times = add_times(*times, set->members[i].had_times);
	}
	return ok;
}

void perf_set_fini(struct perf_set *set)
{
	perf_set_begin(set, NULL, 0);
	free(set->members);
	free(set->gone);
	free(set->closing);
	*set = (struct perf_set){ .calls = set->calls };
}
