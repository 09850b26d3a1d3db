#include "source/perf/perf_ring.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>

/* The records that are looked at are this long at most; perf_event_open(2) has their layouts. */
enum { RECORD_MAX = 64 };

struct record {
	struct perf_event_header header;
	unsigned char body[RECORD_MAX];
	size_t length; /* of body */
};

static void copy_out(const struct perf_ring *ring, uint64_t at, void *to, size_t length)
{
	const size_t offset = (size_t)(at & (ring->size - 1));
	const size_t first = length < ring->size - offset ? length : ring->size - offset;

	memcpy(to, ring->data + offset, first);
	memcpy((unsigned char *)to + first, ring->data, length - first);
}

/* False: there is no whole record at this place. */
static bool take_record(
	const struct perf_ring *ring, uint64_t at, uint64_t head, struct record *out)
{
	if (head - at < sizeof out->header)
		return false;
	copy_out(ring, at, &out->header, sizeof out->header);
	if (out->header.size < sizeof out->header || out->header.size > head - at)
		return false;
	out->length = out->header.size - sizeof out->header;
	if (out->length > sizeof out->body)
		out->length = sizeof out->body;
	copy_out(ring, at + sizeof out->header, out->body, out->length);
	return true;
}

static bool take_numbers(const struct record *r, uint64_t *numbers, size_t count)
{
	if (r->length < count * sizeof *numbers)
		return false;
	memcpy(numbers, r->body, count * sizeof *numbers);
	return true;
}

static bool find_space(uint16_t misc, enum symbol_space *space)
{
	switch (misc & PERF_RECORD_MISC_CPUMODE_MASK) {
	case PERF_RECORD_MISC_KERNEL:
		*space = SYMBOL_KERNEL;
		return true;
	case PERF_RECORD_MISC_USER:
		*space = SYMBOL_USER;
		return true;
	case PERF_RECORD_MISC_GUEST_KERNEL:
	case PERF_RECORD_MISC_GUEST_USER:
		*space = SYMBOL_GUEST;
		return true;
	default: /* a hypervisor below this host; perf shows it without a symbol, too */
		return false;
	}
}

/* { u64 ip; u64 period; } */
static bool take_sample(const struct record *r, const struct perf_ring_sink *sink)
{
	struct perf_ring_sample sample;
	uint64_t numbers[2];

	if (!take_numbers(r, numbers, 2))
		return false;
	if (!find_space(r->header.misc, &sample.space))
		return true;
	sample.address = numbers[0];
	sample.period = numbers[1];
	sink->sample(sink->context, &sample);
	return true;
}

/* { u64 id; u64 lost; }, or of samples that the PMU itself dropped { u64 lost; } */
static bool take_lost(const struct record *r, const struct perf_ring_sink *sink)
{
	const size_t count = r->header.type == PERF_RECORD_LOST ? 2 : 1;
	uint64_t numbers[2];

	if (!take_numbers(r, numbers, count))
		return false;
	sink->lost(sink->context, numbers[count - 1]);
	return true;
}

/* { u32 pid, ppid; u32 tid, ptid; u64 time; } */
static bool take_fork(const struct record *r, const struct perf_ring_sink *sink)
{
	uint32_t ids[4];

	if (r->length < sizeof ids)
		return false;
	memcpy(ids, r->body, sizeof ids);
	if (sink->thread)
		sink->thread(sink->context, (pid_t)ids[0], (pid_t)ids[2]);
	return true;
}

static bool hand_over(const struct record *r, const struct perf_ring_sink *sink)
{
	switch (r->header.type) {
	case PERF_RECORD_SAMPLE:
		return take_sample(r, sink);
	case PERF_RECORD_LOST:
	case PERF_RECORD_LOST_SAMPLES:
		return take_lost(r, sink);
	case PERF_RECORD_FORK:
		return take_fork(r, sink);
	default: /* throttling, ends of threads */
		return true;
	}
}

int perf_ring_read(struct perf_ring *ring, const struct perf_ring_sink *sink)
{
	const uint64_t head = __atomic_load_n(&ring->page->data_head, __ATOMIC_ACQUIRE);
	uint64_t at = ring->page->data_tail;
	bool ok = head - at <= ring->size;

	while (ok && at != head) {
		struct record r;

		ok = take_record(ring, at, head, &r) && hand_over(&r, sink);
		at += ok ? r.header.size : 0;
	}
	__atomic_store_n(&ring->page->data_tail, head, __ATOMIC_RELEASE);
	return ok ? 0 : -EBADMSG;
}
