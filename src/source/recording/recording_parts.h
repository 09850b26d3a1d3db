/* recording_parts: what the reading of a recording's head is made of. Within recording_head only. */
#ifndef SOURCE_RECORDING_RECORDING_PARTS_H
#define SOURCE_RECORDING_RECORDING_PARTS_H

#include "source/recording/recording_head.h"

enum recording_option {
	RECORDING_OPTION_DONE = 0,
	RECORDING_OPTION_BUFFER = 3,
	RECORDING_OPTION_CLOCK = 4,
	RECORDING_OPTION_UNAME = 5,
	RECORDING_OPTION_CPUS = 8,
	RECORDING_OPTION_HEADER_INFO = 16,
	RECORDING_OPTION_EVENT_FORMATS = 18,
	RECORDING_OPTION_NAMES = 21,
};

/* A head that is being read. */
struct recording_parser {
	struct recording_head *head;
	const struct recording_file *file;
	struct recording_unpacker *unpacker; /* NULL: none needed */
	char *why;
	size_t size; /* of why */
};

/* Write what is wrong with the file to why; return -EINVAL. */
int recording_fail(const struct recording_parser *p, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
int recording_fail_cut(const struct recording_parser *p, const char *part);
int recording_fail_foreign(const struct recording_parser *p);

/* Read what follows the size of a page, in version 6 one part after the other, in version 7 sections.
 * Return 0, or -EINVAL and why. */
int recording_v6_take(const struct recording_parser *p, struct recording_cursor *c);
int recording_v7_take(struct recording_parser *p, struct recording_cursor *c);

/* The parts that both versions have alike. Each reads from a cursor, which is bad afterwards when the
 * part is not whole. */

/* Returns whether sub-buffers begin as this machine's kernel begins them: u64 time, long length. */
bool recording_parts_header_info(struct recording_cursor *c);

/* Ftrace's own event formats: passed over. */
void recording_parts_skip_ftrace(struct recording_cursor *c);

/* Keeps the formats of kvm's events. */
void recording_parts_event_formats(struct recording_cursor *c, struct recording_head *h);

void recording_parts_names(struct recording_cursor *c, struct recording_head *h);

/* An option with its size bytes at the cursor, of those that mean the same in both versions; others
 * are ignored. The cursor stays. */
void recording_parts_option(
	struct recording_cursor c, unsigned id, uint32_t size, struct recording_head *h);

/* A new buffer of h, all zero; valid until the next one. */
struct recording_buffer *recording_parts_add_buffer(struct recording_head *h);
void recording_parts_add_cpu(struct recording_buffer *b, struct recording_cpu cpu);

#endif
