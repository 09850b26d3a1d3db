/* write: the lines of a recording. The first says what it is:
 *     {"kvmtop_recording":1,"kvmtop":"0.1.0","host":"h1","kernel":"6.1.0","real_ns":15...,"interval_s":1}
 * and each other one is a tick, a whole struct sample:
 *     {"key":60,"tick":61,"real_ns":15...,"news":false,"sample":{"time_ns":...,"vms":[...],...}}
 * What seldom changes (platform, libvirt's domains, configurations of command lines) stands only in lines
 * in which it has changed ("news"), and in key lines, which have all of it and whose tick is their key: to
 * understand a line, one needs its key line and the lines with news between the two. */
#ifndef RECORD_WRITE_H
#define RECORD_WRITE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/text.h"
#include "record/alias.h"
#include "sample/sample.h"

/* Recordings with a larger number cannot be read by this kvmtop; new fields need no new one. */
#define RECORD_VERSION 1

/* There is a key line after so many ticks, or so many bytes: that much has to be read to come to a tick. */
enum { RECORD_KEY_TICKS = 60, RECORD_KEY_BYTES = 1 << 20 };

/* Behind this is the sample itself, up to the end of the line. No text can hold it: there the quotes would have
 * a backslash before them. */
#define RECORD_SAMPLE_START ",\"sample\":"

/* What stands only in some lines, by the key it has there. */
enum record_part { RECORD_PLATFORM, RECORD_DOMAINS, RECORD_CONFIGS, RECORD_PART__COUNT };
extern const char *const record_part_keys[RECORD_PART__COUNT];

/* All zero is ready to write the first tick. */
struct record_write {
	bool anonymize; /* names are replaced; to be set before the first line */
	struct record_alias alias;
	uint64_t tick, key; /* of the line to write, and of the last key line */
	uint64_t key_bytes; /* written since then */
	struct strbuf parts[RECORD_PART__COUNT]; /* as they were written last */
	struct domain_set *domains; /* of which that part was made: a reference, or NULL */
};

void record_write_fini(struct record_write *w);

/* Adds the first line of a file to out, with its end; s is the first sample in it. */
void record_write_header(
	struct record_write *w, const struct sample *s, double interval_s, struct strbuf *out);

/* Is it time for a key line? */
bool record_write_wants_key(const struct record_write *w);

/* Adds the line of the tick that is due to out, with its end; with key a key line. It can be written again
 * as a key line, for another file, until record_write_next(). */
void record_write_sample(
	struct record_write *w, const struct sample *s, bool key, struct strbuf *out);

/* The line, of that many bytes, is written: the next one is due. */
void record_write_next(struct record_write *w, size_t bytes);

#endif
