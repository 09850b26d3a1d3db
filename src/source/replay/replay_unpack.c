#include "source/replay/replay_unpack.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "core/mem.h"
#include "record/mark.h"
#include "source/replay/replay_read.h"

static bool is_frame(const unsigned char magic[static 4])
{
	return magic[0] == 0x28 && magic[1] == 0xb5 && magic[2] == 0x2f && magic[3] == 0xfd;
}

bool replay_unpack_is_packed(const unsigned char magic[static 4])
{
	return is_frame(magic) || !memcmp(magic, record_mark_start, 4);
}
#ifdef HAVE_ZSTD

enum {
	INPUT_BYTES = 64 << 10,
	/* A hostile frame may ask for gigabytes; those of record_out take 2 MiB. */
	WINDOW_LOG_MAX = 23,
	/* The first line of a file and the beginning of the one behind it. */
	START_BYTES = 1024,
};

struct frame {
	uint64_t offset, tick; /* of its key line */
};

struct replay_unpack {
	const struct recording_file *file;
	ZSTD_DCtx *zstd;
	uint64_t at; /* of what is read next */
	unsigned char input[INPUT_BYTES];
	ZSTD_inBuffer in;
	struct frame *frames; /* those found so far, and where the one behind them begins */
	size_t frame_count, frame_capacity;
	uint64_t next_frame;
};

int replay_unpack_new(
	struct replay_unpack **result, const struct recording_file *file, char *why, size_t size)
{
	struct replay_unpack *u = mem_calloc(1, sizeof *u);

	u->file = file;
	u->zstd = ZSTD_createDCtx();
	if (!u->zstd || ZSTD_isError(ZSTD_DCtx_setParameter(
				u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG_MAX))) {
		snprintf(why, size, "cannot be unpacked: libzstd does not start");
		replay_unpack_free(u);
		return -ENOTSUP;
	}
	replay_unpack_start(u, 0);
	*result = u;
	return 0;
}

void replay_unpack_free(struct replay_unpack *u)
{
	if (!u)
		return;
	ZSTD_freeDCtx(u->zstd);
	free(u->frames);
	free(u);
}

void replay_unpack_start(struct replay_unpack *u, uint64_t offset)
{
	ZSTD_DCtx_reset(u->zstd, ZSTD_reset_session_only);
	u->at = offset;
	u->in = (ZSTD_inBuffer){ u->input, 0, 0 };
}

int replay_unpack_read(struct replay_unpack *u, void *to, size_t size, size_t *got)
{
	ZSTD_outBuffer out = { to, size, 0 };

	*got = 0;
	while (!out.pos) {
		if (u->in.pos == u->in.size) {
			u->in.size = recording_file_read(u->file, u->at, u->input, INPUT_BYTES);
			u->in.pos = 0;
			u->at += u->in.size;
		}
		const bool at_end = !u->in.size;

		if (ZSTD_isError(ZSTD_decompressStream(u->zstd, &out, &u->in)))
			return -EBADMSG;
		if (at_end && !out.pos)
			break;
	}
	*got = out.pos;
	return 0;
}

/* The length of a frame's header by its descriptor, the byte behind the magic (RFC 8878, 3.1.1.1). */
static unsigned header_bytes(unsigned char descriptor)
{
	static const unsigned char sizes[] = { 0, 2, 4, 8 }, dictionaries[] = { 0, 1, 2, 4 };
	const bool is_single = descriptor & 0x20;
	unsigned content = sizes[descriptor >> 6];

	if (is_single && !content)
		content = 1;
	return 5 + !is_single + dictionaries[descriptor & 3] + content;
}

/* Where the frame that begins there ends; 0 when it is not whole. Its blocks are not read: each has its length
 * in front (RFC 8878, 3.1.1.2). */
static uint64_t end_of_frame(const struct replay_unpack *u, uint64_t offset)
{
	unsigned char start[5], block[3];
	uint32_t header;
	bool has_checksum;

	if (recording_file_read(u->file, offset, start, sizeof start) < sizeof start ||
		!is_frame(start))
		return 0;
	has_checksum = start[4] & 4;
	offset += header_bytes(start[4]);
	do {
		if (recording_file_read(u->file, offset, block, sizeof block) < sizeof block)
			return 0;
		header = block[0] | (uint32_t)block[1] << 8 | (uint32_t)block[2] << 16;
		/* One of type 1 is a byte and how often it comes. */
		offset += sizeof block + ((header >> 1 & 3) == 1 ? 1 : header >> 3);
	} while (!(header & 1));
	offset += has_checksum ? 4 : 0;
	return offset <= u->file->size ? offset : 0;
}

/* The tick with which a frame begins. */
static bool read_tick(struct replay_unpack *u, uint64_t offset, uint64_t *tick)
{
	char text[START_BYTES + 1];
	size_t length = 0, got = 0;
	struct replay_mark mark;
	const char *line = text;

	replay_unpack_start(u, offset);
	while (length < START_BYTES &&
		!replay_unpack_read(u, text + length, START_BYTES - length, &got) && got)
		length += got;
	text[length] = '\0';
	if (replay_read_is_header(text, length)) {
		line = strchr(text, '\n');
		line = line ? line + 1 : text + length;
	}
	if (!replay_read_mark(&mark, line, length - (size_t)(line - text)))
		return false;
	*tick = mark.tick;
	return true;
}

/* The mark that stands there; false when it is something else. */
static bool read_mark(const struct replay_unpack *u, uint64_t offset, uint64_t *tick)
{
	unsigned char mark[RECORD_MARK_BYTES];

	if (recording_file_read(u->file, offset, mark, sizeof mark) < sizeof mark ||
		memcmp(mark, record_mark_start, sizeof record_mark_start) != 0)
		return false;
	*tick = 0;
	for (size_t i = sizeof mark; i-- > sizeof record_mark_start;)
		*tick = *tick << 8 | mark[i];
	return true;
}

/* Remembers the next frame. False at the end. Where others packed it there are no marks, and its beginning is
 * unpacked; one that nobody understands is passed over. */
static bool add_frame(struct replay_unpack *u)
{
	struct frame frame = { .offset = u->next_frame };
	bool known;

	if (frame.offset >= u->file->size)
		return false;
	known = read_mark(u, frame.offset, &frame.tick);
	if (known)
		u->next_frame += RECORD_MARK_BYTES;
	else
		known = read_tick(u, frame.offset, &frame.tick);
	if (known && (!u->frame_count || frame.tick > u->frames[u->frame_count - 1].tick)) {
		u->frames =
			mem_grow(u->frames, u->frame_count, &u->frame_capacity, sizeof *u->frames);
		u->frames[u->frame_count++] = frame;
	}
	u->next_frame = end_of_frame(u, u->next_frame);
	if (!u->next_frame)
		u->next_frame = UINT64_MAX;
	return true;
}

uint64_t replay_unpack_find(struct replay_unpack *u, uint64_t tick)
{
	size_t low = 0, high;

	while ((!u->frame_count || u->frames[u->frame_count - 1].tick <= tick) && add_frame(u))
		;
	high = u->frame_count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;

		if (u->frames[middle].tick <= tick)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? u->frames[low - 1].offset : UINT64_MAX;
}

#else /* without libzstd */

int replay_unpack_new(
	struct replay_unpack **u, const struct recording_file *file, char *why, size_t size)
{
	(void)u, (void)file;
	snprintf(why, size,
		"is packed with zstd, and this kvmtop was built without libzstd: "
		"unpack it with `zstd -d`");
	return -ENOTSUP;
}

void replay_unpack_free(struct replay_unpack *u)
{
	(void)u;
}

void replay_unpack_start(struct replay_unpack *u, uint64_t offset)
{
	(void)u, (void)offset;
}

int replay_unpack_read(struct replay_unpack *u, void *out, size_t size, size_t *got)
{
	(void)u, (void)out, (void)size;
	*got = 0;
	return -EBADMSG;
}

uint64_t replay_unpack_find(struct replay_unpack *u, uint64_t tick)
{
	(void)u, (void)tick;
	return UINT64_MAX;
}

#endif
