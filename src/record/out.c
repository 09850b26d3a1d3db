#include "record/out.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef HAVE_ZSTD
#include <zstd.h>
#endif

#include "core/mem.h"
#include "core/text.h"
#include "record/mark.h"
/* Higher levels cost more, and lines like these they pack no better. */
enum { PACK_LEVEL = 1 };

struct record_out {
	char *path, *path_before;
	int fd;
	uint64_t size, max_bytes; /* of this file; it and the one before share what is allowed */
	bool packed;
	bool in_frame;
#ifdef HAVE_ZSTD
	ZSTD_CCtx *zstd;
#endif
};

static bool ends_in(const char *text, const char *end)
{
	const size_t length = strlen(text);

	return length > strlen(end) && !strcmp(text + length - strlen(end), end);
}

static int create(struct record_out *out)
{
	out->fd = open(
		out->path, O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0600);
	out->size = 0;
	out->in_frame = false;
	return out->fd < 0 ? -errno : 0;
}

static void out_free(struct record_out *out)
{
#ifdef HAVE_ZSTD
	ZSTD_freeCCtx(out->zstd);
#endif
	free(out->path);
	free(out->path_before);
	free(out);
}

static bool start_packing(struct record_out *out)
{
#ifdef HAVE_ZSTD
	out->zstd = ZSTD_createCCtx();
	return out->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(
				    out->zstd, ZSTD_c_compressionLevel, PACK_LEVEL));
#else
	(void)out;
	return false;
#endif
}

int record_out_open(
	struct record_out **result, const char *path, uint64_t max_bytes, char *why, size_t size)
{
	struct record_out *out = mem_calloc(1, sizeof *out);
	struct strbuf before = { 0 };
	char clean[128];
	int error;

	text_clean(clean, sizeof clean, path);
	strbuf_addf(&before, "%s.1", path);
	out->path = mem_strdup(path);
	out->path_before = strbuf_take(&before);
	out->max_bytes = max_bytes / 2;
	out->packed = ends_in(path, ".zst");
	if (out->packed && !start_packing(out)) {
		snprintf(why, size,
			"%s cannot be packed: this kvmtop was built without libzstd; leave out "
			".zst",
			clean);
		out_free(out);
		return -ENOTSUP;
	}
	error = create(out);
	if (!error) {
		*result = out;
		return 0;
	}
	if (error == -EEXIST)
		snprintf(why, size, "%s is there already: record to another name, or remove it",
			clean);
	else
		snprintf(why, size, "%s cannot be written: %s", clean, strerror(-error));
	out_free(out);
	return error;
}

bool record_out_is_full(const struct record_out *out, size_t length)
{
#ifdef HAVE_ZSTD
	if (out->packed)
		length = ZSTD_compressBound(length);
#endif
	return out->max_bytes && out->size && out->size + length > out->max_bytes;
}

/* All of it, or, where the disk is full, nothing. */
static int append(struct record_out *out, const char *bytes, size_t length)
{
	size_t done = 0;
	int error = 0;

	while (done < length && !error) {
		const ssize_t n = write(out->fd, bytes + done, length - done);

		if (n > 0)
			done += (size_t)n;
		else if (n == 0)
			error = -EIO;
		else if (errno != EINTR)
			error = -errno;
	}
	if (!error)
		out->size += length;
	else if (done && ftruncate(out->fd, (off_t)out->size))
		return -errno;
	return error;
}

#ifdef HAVE_ZSTD
/* Packs text behind what is in packed, and has zstd give all of it. */
static int pack(struct record_out *out, struct strbuf *packed, const char *text, size_t length,
	ZSTD_EndDirective how)
{
	ZSTD_inBuffer in = { text, length, 0 };
	char part[16 << 10];
	size_t left;

	do {
		ZSTD_outBuffer to = { part, sizeof part, 0 };

		left = ZSTD_compressStream2(out->zstd, &to, &in, how);
		if (ZSTD_isError(left))
			return -EIO;
		strbuf_add_bytes(packed, part, to.pos);
	} while (left || in.pos < in.size);
	return 0;
}

static int write_packed(
	struct record_out *out, const char *text, size_t length, bool key, uint64_t tick)
{
	unsigned char mark[RECORD_MARK_BYTES];
	struct strbuf packed = { 0 };
	int error = 0;

	if (out->in_frame && key)
		error = pack(out, &packed, "", 0, ZSTD_e_end);
	if (key && length) {
		record_mark(mark, tick);
		strbuf_add_bytes(&packed, (const char *)mark, sizeof mark);
	}
	if (!error && length)
		error = pack(out, &packed, text, length, ZSTD_e_flush);
	if (!error)
		error = append(out, strbuf_text(&packed), packed.length);
	out->in_frame = !error && length;
	/* What was packed and is not in the file must not be built on. */
	if (error)
		ZSTD_CCtx_reset(out->zstd, ZSTD_reset_session_only);
	strbuf_fini(&packed);
	return error;
}
#else
static int write_packed(
	struct record_out *out, const char *text, size_t length, bool key, uint64_t tick)
{
	(void)out, (void)text, (void)length, (void)key, (void)tick;
	return -ENOTSUP;
}
#endif

int record_out_write(
	struct record_out *out, const char *text, size_t length, bool key, uint64_t tick)
{
	if (out->fd < 0)
		return -EBADF;
	return out->packed ? write_packed(out, text, length, key, tick) : append(out, text, length);
}

uint64_t record_out_size(const struct record_out *out)
{
	return out->size;
}

/* Some file systems tell only now that they are full. */
static int end_file(struct record_out *out)
{
	int error = 0;

	if (out->fd < 0)
		return 0;
	if (out->packed && out->in_frame)
		error = write_packed(out, "", 0, true, 0);
	if (close(out->fd) && !error)
		error = -errno;
	out->fd = -1;
	return error;
}

int record_out_turn(struct record_out *out)
{
	int error = end_file(out);

	if (!error && rename(out->path, out->path_before))
		error = -errno;
	return error ? error : create(out);
}

int record_out_close(struct record_out *out)
{
	int error;

	if (!out)
		return 0;
	error = end_file(out);
	out_free(out);
	return error;
}
