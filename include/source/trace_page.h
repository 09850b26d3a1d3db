/* trace_page: walks the records of one sub-buffer of a tracing ring.
 *
 * The kernel has fixed its form (include/linux/ring_buffer.h; events/header_page and header_event in
 * tracefs): u64 time; long length of the data, with flags; then records, each
 *	u32 type_len:5, time_delta:27; data in words of 4 bytes
 * libtraceevent's kbuffer reads the same, but three calls into a library for each record cost more
 * than all else that is done with it, it trusts every length, and (1.7) it overlooks that records
 * were lost when the next one comes after a long pause. */
#ifndef SOURCE_TRACE_PAGE_H
#define SOURCE_TRACE_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct trace_page {
	const unsigned char *at, *end;
	const unsigned char *record; /* the current one; NULL: none */
	size_t size;                 /* of the record, in bytes */
	uint64_t time_ns;            /* of the record, or of the last one */
};

/* Begins with a sub-buffer of length bytes, which must stay where it is while it is walked; the
 * current record is its first. Returns how many records are missing before it; -1: nobody knows. */
int trace_page_open(struct trace_page *p, const void *page, size_t length);

/* Goes to the next record. A record that reaches past the end of the data ends the sub-buffer. */
void trace_page_next(struct trace_page *p);

#endif
