#include "source/recording/recording_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/mem.h"

int recording_file_open(struct recording_file *f, const char *path)
{
	/* Not to wait for the other end, should it be a pipe. */
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	int error = 0;

	*f = (struct recording_file){ .fd = -1 };
	if (fd < 0)
		return -errno;
	if (fstat(fd, &st))
		error = -errno;
	else if (!S_ISREG(st.st_mode))
		error = -EINVAL;
	if (error) {
		close(fd);
		return error;
	}
	*f = (struct recording_file){ .fd = fd, .size = (uint64_t)st.st_size };
	return 0;
}

void recording_file_close(struct recording_file *f)
{
	if (f->fd >= 0)
		close(f->fd);
	f->fd = -1;
}

size_t recording_file_read(const struct recording_file *f, uint64_t offset, void *out, size_t size)
{
	size_t done = 0;

	if (offset >= f->size)
		return 0;
	while (done < size) {
		const ssize_t n =
			pread(f->fd, (char *)out + done, size - done, (off_t)(offset + done));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		done += (size_t)n;
	}
	return done;
}

struct recording_cursor recording_cursor_file(
	const struct recording_file *f, uint64_t from, uint64_t to)
{
	const uint64_t end = to < f->size ? to : f->size;

	return (struct recording_cursor){
		.file = f,
		.at = from < end ? from : end,
		.end = end,
		.bad = from > end,
	};
}

struct recording_cursor recording_cursor_memory(const void *memory, size_t size)
{
	return (struct recording_cursor){ .memory = memory, .end = size };
}

/* Whether there are size bytes more. */
static bool has(struct recording_cursor *c, uint64_t size)
{
	if (size > c->end - c->at)
		c->bad = true;
	return !c->bad;
}

void recording_take(struct recording_cursor *c, void *out, size_t size)
{
	if (has(c, size)) {
		if (c->memory)
			memcpy(out, c->memory + c->at, size);
		else if (recording_file_read(c->file, c->at, out, size) < size)
			c->bad = true;
	}
	if (c->bad)
		memset(out, 0, size);
	else
		c->at += size;
}

uint8_t recording_take_u8(struct recording_cursor *c)
{
	uint8_t value;

	recording_take(c, &value, sizeof value);
	return value;
}

uint16_t recording_take_u16(struct recording_cursor *c)
{
	uint16_t value;

	recording_take(c, &value, sizeof value);
	return value;
}

uint32_t recording_take_u32(struct recording_cursor *c)
{
	uint32_t value;

	recording_take(c, &value, sizeof value);
	return value;
}

uint64_t recording_take_u64(struct recording_cursor *c)
{
	uint64_t value;

	recording_take(c, &value, sizeof value);
	return value;
}

void recording_take_string(struct recording_cursor *c, char *out, size_t size)
{
	size_t used = 0;
	char byte;

	while ((byte = (char)recording_take_u8(c)))
		if (used + 1 < size)
			out[used++] = byte;
	out[used] = '\0';
}

char *recording_take_text(struct recording_cursor *c, uint64_t size, size_t most)
{
	char *text;

	if (!has(c, size) || size > most) {
		c->bad = true;
		return NULL;
	}
	text = mem_calloc(size + 1, 1);
	recording_take(c, text, size);
	if (c->bad) {
		free(text);
		return NULL;
	}
	return text;
}

void recording_skip(struct recording_cursor *c, uint64_t size)
{
	if (has(c, size))
		c->at += size;
}
