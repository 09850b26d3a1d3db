/* subbuffer: makes sub-buffers of a tracing ring by hand, as a 64-bit kernel of this machine's byte
 * order writes them (include/linux/ring_buffer.h, events/header_page and events/header_event):
 *	u64 time stamp of the page; u64 commit: bytes of data, bit 31 set when records are missing
 *	before it, bit 30 when their number is stored after the data; then the records, each
 *	u32 type_len:5, time_delta:27, and its data in words of 4 bytes. */
#ifndef TESTS_SUBBUFFER_H
#define TESTS_SUBBUFFER_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define SUBBUFFER_BYTES 4096
#define SUBBUFFER_HEADER 16

enum { SUBBUFFER_PADDING = 29, SUBBUFFER_TIME_EXTEND = 30, SUBBUFFER_TIME_STAMP = 31 };

struct subbuffer {
	_Alignas(8) unsigned char bytes[SUBBUFFER_BYTES];
	uint64_t time_ns; /* of the last record */
};

static inline uint64_t subbuffer_commit(const struct subbuffer *b)
{
	uint64_t commit;

	memcpy(&commit, b->bytes + 8, sizeof commit);
	return commit;
}

static inline void subbuffer_init(struct subbuffer *b, uint64_t time_ns)
{
	memset(b, 0, sizeof *b);
	b->time_ns = time_ns;
	memcpy(b->bytes, &time_ns, sizeof time_ns);
}

static inline void subbuffer_put(struct subbuffer *b, const void *data, size_t size)
{
	uint64_t commit = subbuffer_commit(b);

	assert(commit + size <= SUBBUFFER_BYTES - SUBBUFFER_HEADER);
	memcpy(b->bytes + SUBBUFFER_HEADER + commit, data, size);
	commit += size;
	memcpy(b->bytes + 8, &commit, sizeof commit);
}

static inline void subbuffer_put_word(struct subbuffer *b, uint32_t word)
{
	subbuffer_put(b, &word, sizeof word);
}

/* Appends a record; false when the sub-buffer has no room for it. size is a multiple of 4. */
static inline bool subbuffer_add(
	struct subbuffer *b, uint64_t time_ns, const void *data, uint32_t size)
{
	uint64_t delta = time_ns - b->time_ns;

	assert(size % 4 == 0 && time_ns >= b->time_ns);
	if (SUBBUFFER_HEADER + subbuffer_commit(b) + 16 + size > SUBBUFFER_BYTES)
		return false;
	if (delta >> 27) {
		subbuffer_put_word(
			b, SUBBUFFER_TIME_EXTEND | (uint32_t)(delta & ((1u << 27) - 1)) << 5);
		subbuffer_put_word(b, (uint32_t)(delta >> 27));
		delta = 0;
	}
	if (size <= 28 * 4) {
		subbuffer_put_word(b, size / 4 | (uint32_t)delta << 5);
	} else {
		subbuffer_put_word(b, (uint32_t)delta << 5);
		subbuffer_put_word(b, size + 4);
	}
	subbuffer_put(b, data, size);
	b->time_ns = time_ns;
	return true;
}

/* A record that was reserved and then thrown away. */
static inline void subbuffer_add_padding(struct subbuffer *b, uint32_t size)
{
	static const unsigned char nothing[64];

	assert(size % 4 == 0 && size <= sizeof nothing);
	subbuffer_put_word(b, SUBBUFFER_PADDING | 1u << 5);
	b->time_ns++;
	subbuffer_put_word(b, size + 4);
	subbuffer_put(b, nothing, size);
}

/* Says that count records are missing before this sub-buffer; -1: unknown. Comes last. */
static inline void subbuffer_miss(struct subbuffer *b, int64_t count)
{
	uint64_t commit = subbuffer_commit(b);

	if (count > 0)
		memcpy(b->bytes + SUBBUFFER_HEADER + commit, &count, sizeof count);
	commit |= 1u << 31 | (count > 0 ? 1u << 30 : 0);
	memcpy(b->bytes + 8, &commit, sizeof commit);
}

#endif
