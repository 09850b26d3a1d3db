#include "source/tracefs/trace_page.h"

#include <limits.h>
#include <string.h>

#define TIME_BYTES 8
#define HEADER_BYTES (TIME_BYTES + sizeof(unsigned long))

/* The length of the data, and in the same word: records are missing before this sub-buffer; their
 * number stands (as a long) after the data. */
#define LENGTH_MASK ((1ul << 27) - 1)
#define MISSED (1ul << 31)
#define MISSED_STORED (1ul << 30)

/* type_len beyond TRACE_PAGE_WORDS_MAX. */
#define PADDING 29u
#define TIME_EXTEND 30u
#define TIME_STAMP 31u

/* An absolute time has 59 bits, the others are those of the time before. */
#define TIME_STAMP_MASK ((1ull << 59) - 1)

int trace_page_open(struct trace_page *p, const void *page, size_t length)
{
	const unsigned char *start = page;
	unsigned long commit, missed;

	*p = (struct trace_page){ 0 };
	if (length < HEADER_BYTES)
		return 0;
	memcpy(&p->time_ns, start, sizeof p->time_ns);
	memcpy(&commit, start + TIME_BYTES, sizeof commit);
	length -= HEADER_BYTES;
	p->at = start + HEADER_BYTES;
	p->end = p->at + ((commit & LENGTH_MASK) < length ? (commit & LENGTH_MASK) : length);
	start = p->end;
	trace_page_next(p);
	if (!(commit & MISSED))
		return 0;
	if (!(commit & MISSED_STORED) || (commit & LENGTH_MASK) + sizeof missed > length)
		return -1;
	memcpy(&missed, start, sizeof missed);
	return missed < INT_MAX ? (int)missed : INT_MAX;
}

static uint32_t word(const unsigned char *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof value);
	return value;
}

struct trace_page trace_page_next_any(struct trace_page p)
{
	/* A record is its head and at least one word. */
	while (p.end - p.at >= 8) {
		const size_t room = (size_t)(p.end - p.at) - 4;
		const uint32_t first = word(p.at + 4);
		const uint32_t type_len = trace_page_head(p.at).type_len;
		const uint32_t delta = trace_page_head(p.at).delta;
		const uint64_t long_delta = (uint64_t)first << 27 | delta;

		if (type_len == TIME_EXTEND) {
			p.time_ns += long_delta;
			p.at += 8;
		} else if (type_len == TIME_STAMP) {
			p.time_ns = (p.time_ns & ~TIME_STAMP_MASK) | long_delta;
			p.at += 8;
		} else if (type_len == PADDING) {
			/* Without a time it goes up to the end of the page. */
			if (!delta || first > room)
				break;
			p.time_ns += delta;
			p.at += 4 + (size_t)first;
		} else {
			/* A length in the next word counts that word, and may be odd. */
			const uint32_t size = type_len ? type_len * 4 : first;
			const size_t skip = type_len ? 0 : 4;

			if (size < skip || size > room)
				break;
			p.time_ns += delta;
			p.record = p.at + 4 + skip;
			p.size = size - (uint32_t)skip;
			p.at += 4 + (((size_t)size + 3) & ~(size_t)3);
			return p;
		}
	}
	p.at = p.end;
	p.record = NULL;
	return p;
}
