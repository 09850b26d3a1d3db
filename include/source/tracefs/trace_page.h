/* trace_page: walks the records of one sub-buffer of a tracing ring.
 *
 * The kernel has fixed its form (include/linux/ring_buffer.h; events/header_page and header_event in
 * tracefs): u64 time; long length of the data, with flags; then records, each
 *	u32 type_len:5, time_delta:27; data in words of 4 bytes
 * libtraceevent's kbuffer reads the same, but three calls into a library for each record cost more
 * than all else that is done with it, it trusts every length, and (1.7) it overlooks that records
 * were lost when the next one comes after a long pause. */
#ifndef SOURCE_TRACEFS_TRACE_PAGE_H
#define SOURCE_TRACEFS_TRACE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct trace_page {
	const unsigned char *at, *end;
	const unsigned char *record; /* the current one; NULL: none */
	uint32_t size;               /* of the record, in bytes */
	uint64_t time_ns;            /* of the record, or of the last one */
};

/* Begins with a sub-buffer of length bytes, which must stay where it is while it is walked; the
 * current record is its first. Returns how many records are missing before it; -1: nobody knows. */
int trace_page_open(struct trace_page *p, const void *page, size_t length);

/* Goes to the next record. A record that reaches past the end of the data ends the sub-buffer. */
static inline void trace_page_next(struct trace_page *p);

/* The same for records of every form; trace_page_next() sees to the usual one itself. By value, so that
 * a page that is walked can stay in registers. */
struct trace_page trace_page_next_any(struct trace_page p);

/* A record's head. */
struct trace_page_head {
	uint32_t type_len, delta;
};

static inline struct trace_page_head trace_page_head(const unsigned char *at)
{
	uint32_t head;

	memcpy(&head, at, sizeof head);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return (struct trace_page_head){ .type_len = head & 31, .delta = head >> 5 };
#else
	return (struct trace_page_head){ .type_len = head >> 27, .delta = head & ((1u << 27) - 1) };
#endif
}

/* Up to this type_len it is the length of the data in words; 0 says that the length comes next. */
#define TRACE_PAGE_WORDS_MAX 28u

static inline void trace_page_next(struct trace_page *p)
{
	if (p->end - p->at >= 8) {
		const struct trace_page_head head = trace_page_head(p->at);
		const uint32_t size = head.type_len * 4;

		if (head.type_len - 1 < TRACE_PAGE_WORDS_MAX &&
			size <= (size_t)(p->end - p->at) - 4) {
			p->time_ns += head.delta;
			p->record = p->at + 4;
			p->size = size;
			p->at += 4 + size;
			return;
		}
	}
	*p = trace_page_next_any(*p);
}

/* The same; whether the record it comes to is there and from before end_ns. */
static inline bool trace_page_next_before(struct trace_page *p, uint64_t end_ns)
{
	trace_page_next(p);
	return p->record && p->time_ns < end_ns;
}

#endif
