#include "source/recording/recording_reader.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* Read in one go where it is not packed. */
#define PLAIN_BYTES ((size_t)64 << 10)

/* trace-cmd packs ten sub-buffers in a chunk. */
#define CHUNK_MOST ((uint32_t)64 << 20)

/* In a sub-buffer's second word: records are missing before it (include/linux/ring_buffer.h). */
#define LENGTH_AT 8
#define MISSED (1ul << 31)

/* u32 count of chunks. The size of a CPU's packed data does not include it. */
#define COUNT_BYTES 4

struct recording_reader {
	const struct recording_file *file;
	struct recording_state *state;
	struct recording_unpacker *unpacker; /* NULL: not packed */
	uint64_t at, end;                    /* what is still to be read from the file */
	uint32_t chunks;                     /* of it, where it is packed */
	size_t page_bytes;
	unsigned char *packed, *pages; /* a chunk, and what it holds */
	size_t packed_capacity, capacity;
	size_t used, filled; /* of pages: handed out, there */
	bool ended;
	bool gap; /* what lay before the next sub-buffer could not be read */
};

static void end(struct recording_reader *r)
{
	if (!r->ended)
		r->state->open--;
	r->ended = true;
}

/* The file is shorter than it says. */
static bool is_cut(struct recording_reader *r)
{
	r->state->cut = true;
	end(r);
	return false;
}

static void reserve(unsigned char **bytes, size_t *capacity, size_t size)
{
	if (size <= *capacity)
		return;
	free(*bytes);
	*bytes = mem_calloc(size, 1);
	*capacity = size;
}

static bool fill_plain(struct recording_reader *r)
{
	const size_t room = r->capacity / r->page_bytes * r->page_bytes;
	const size_t wanted = r->end - r->at < room ? (size_t)(r->end - r->at) : room;

	if (!wanted) {
		end(r);
		return false;
	}
	r->used = 0;
	r->filled = recording_file_read(r->file, r->at, r->pages, wanted);
	r->at += r->filled;
	if (r->filled == wanted)
		return true;
	r->state->cut = true;
	r->end = r->at;
	if (!r->filled)
		end(r);
	return r->filled;
}

/* u32 size, u32 size unpacked, the chunk */
static bool fill_chunk(struct recording_reader *r)
{
	struct recording_cursor c = recording_cursor_file(r->file, r->at, r->end);
	const uint32_t packed_size = recording_take_u32(&c), size = recording_take_u32(&c);

	if (c.bad || packed_size > r->end - c.at || packed_size > CHUNK_MOST)
		return is_cut(r);
	if (size > CHUNK_MOST) {
		r->state->damaged = r->gap = true;
		r->at = c.at + packed_size;
		return true;
	}
	reserve(&r->packed, &r->packed_capacity, packed_size);
	reserve(&r->pages, &r->capacity, size);
	recording_take(&c, r->packed, packed_size);
	if (c.bad)
		return is_cut(r);
	r->at = c.at;
	r->used = 0;
	r->filled = size;
	if (!recording_unpack(r->unpacker, r->packed, packed_size, r->pages, size)) {
		r->state->damaged = r->gap = true;
		r->filled = 0;
	}
	return true;
}

/* Gets more sub-buffers. False: there are none. */
static bool fill(struct recording_reader *r)
{
	if (r->ended)
		return false;
	if (!r->unpacker)
		return fill_plain(r);
	while (r->used == r->filled) {
		if (!r->chunks) {
			end(r);
			return false;
		}
		r->chunks--;
		if (!fill_chunk(r))
			return false;
	}
	return true;
}

static void mark_gap(struct recording_reader *r, unsigned char *page, size_t length)
{
	unsigned long word;

	if (length < LENGTH_AT + sizeof word)
		return;
	memcpy(&word, page + LENGTH_AT, sizeof word);
	if (!(word & MISSED)) {
		word |= MISSED;
		memcpy(page + LENGTH_AT, &word, sizeof word);
	}
	r->gap = false;
}

static ssize_t read_page(void *context, const void **page)
{
	struct recording_reader *r = context;
	unsigned char *next;
	size_t left, length;

	if (r->used == r->filled && !fill(r))
		return 0;
	next = r->pages + r->used;
	left = r->filled - r->used;
	length = left < r->page_bytes ? left : r->page_bytes;
	r->used += length;
	if (r->gap)
		mark_gap(r, next, length);
	*page = next;
	return (ssize_t)length;
}

static void close_reader(void *context)
{
	struct recording_reader *r = context;

	end(r);
	recording_unpacker_free(r->unpacker);
	free(r->packed);
	free(r->pages);
	free(r);
}

struct trace_reader recording_reader_new(const struct recording_file *file,
	enum recording_packing packing, const struct recording_buffer *buffer,
	const struct recording_cpu *cpu, struct recording_state *state)
{
	struct recording_reader *r = mem_calloc(1, sizeof *r);

	r->file = file;
	r->state = state;
	r->page_bytes = buffer->page_bytes;
	r->at = cpu->offset;
	r->end = cpu->size < UINT64_MAX - cpu->offset ? cpu->offset + cpu->size : UINT64_MAX;
	state->open++;
	if (!cpu->size) {
		end(r);
	} else if (buffer->packed) {
		struct recording_cursor c;

		r->end = r->end < UINT64_MAX - COUNT_BYTES ? r->end + COUNT_BYTES : UINT64_MAX;
		c = recording_cursor_file(file, r->at, r->end);

		r->unpacker = recording_unpacker_new(packing);
		r->chunks = recording_take_u32(&c);
		r->at = c.at;
		if (c.bad)
			is_cut(r);
	} else {
		reserve(&r->pages, &r->capacity,
			r->page_bytes > PLAIN_BYTES ? r->page_bytes : PLAIN_BYTES);
	}
	return (struct trace_reader){ .read = read_page, .close = close_reader, .context = r };
}
