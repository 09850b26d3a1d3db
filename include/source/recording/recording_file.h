/* recording_file: the bytes of a recording, and reading numbers and texts from them one after the
 * other. Nothing in a file is trusted: whatever reaches past its end is refused. */
#ifndef SOURCE_RECORDING_RECORDING_FILE_H
#define SOURCE_RECORDING_RECORDING_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct recording_file {
	int fd;
	uint64_t size; /* in bytes, when it was opened */
};

/* Opens a regular file for reading. Returns 0 or -errno; -EINVAL: it is no regular file. */
int recording_file_open(struct recording_file *f, const char *path);
void recording_file_close(struct recording_file *f);

/* Reads up to size bytes at offset to out. Returns how many there were: fewer at the end. */
size_t recording_file_read(const struct recording_file *f, uint64_t offset, void *out, size_t size);

/* Where in a file, or in a part of it that was unpacked to memory, the next byte is taken. Numbers
 * are in this machine's byte order. */
struct recording_cursor {
	const struct recording_file *file; /* NULL: of memory */
	const unsigned char *memory;
	uint64_t at, end; /* offsets */
	bool bad; /* more was to be taken than there is; stays so, and all taken since is 0 */
};

struct recording_cursor recording_cursor_file(
	const struct recording_file *f, uint64_t from, uint64_t to);
struct recording_cursor recording_cursor_memory(const void *memory, size_t size);

void recording_take(struct recording_cursor *c, void *out, size_t size);
uint8_t recording_take_u8(struct recording_cursor *c);
uint16_t recording_take_u16(struct recording_cursor *c);
uint32_t recording_take_u32(struct recording_cursor *c);
uint64_t recording_take_u64(struct recording_cursor *c);

/* A text that ends with a NUL; of a longer one out keeps size - 1 bytes. */
void recording_take_string(struct recording_cursor *c, char *out, size_t size);

/* size bytes and a NUL, for the caller to free(); NULL, and bad, when there are not so many or they
 * are more than most. */
char *recording_take_text(struct recording_cursor *c, uint64_t size, size_t most);

void recording_skip(struct recording_cursor *c, uint64_t size);

#endif
