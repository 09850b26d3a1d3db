/* replay_read: the lines of a recording (record/write.h), made into samples again. */
#ifndef SOURCE_REPLAY_REPLAY_READ_H
#define SOURCE_REPLAY_REPLAY_READ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"
#include "source/replay/replay_json.h"

/* What the first line says. */
struct replay_header {
	char kvmtop[16]; /* the version that wrote it */
	char host[65], kernel[65];
	uint64_t real_ns;
	double interval_s;
};

/* The beginning of a tick's line, which can be read without the rest. */
struct replay_mark {
	uint64_t key, tick;
	uint64_t real_ns;
	bool news;
};

/* What stands only in some lines, as the last ones had it. All zero before the first. */
struct replay_read {
	bool begun;
	uint64_t key; /* of the key line that was read last */
	struct sample_platform platform;
	struct domain_set *domains; /* a reference, or NULL */
	struct domain_config *configs;
	size_t config_count;
	struct replay_json
		json; /* of the line that was read last; its memory serves the next one */
};

void replay_read_fini(struct replay_read *r);

/* Reads a line as the first one of a recording. Returns 0, or -errno with what is wrong with it in why (size
 * bytes), as a sentence that begins behind the file's name: -ENOTSUP for a newer format, else -EINVAL. */
int replay_read_header(
	struct replay_header *h, const char *line, size_t length, char *why, size_t size);

/* Does a line begin as a first line does? */
bool replay_read_is_header(const char *line, size_t length);

/* It takes no more bytes than these. */
enum { REPLAY_LINE_MARK_BYTES = 256 };

/* Reads the beginning of a line. False when it is not the line of a tick. */
bool replay_read_mark(struct replay_mark *mark, const char *line, size_t length);

/* Fills s, a sample without anything in it yet, from a line of length bytes. With s NULL only what stands in
 * some lines is taken from it. False when it cannot be understood, with what is wrong with it in why (size
 * bytes): "its key line is missing". */
bool replay_read_sample(struct replay_read *r, struct sample *s, const char *line, size_t length,
	char *why, size_t size);

#endif
