/* record: records all samples that the model gets. */
#ifndef RECORD_RECORD_H
#define RECORD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sample;
struct record;

/* Less holds no useful part of a recording. */
#define RECORD_MAX_BYTES_MIN (1 << 20)

struct record_options {
	const char *path;
	uint64_t
		max_bytes; /* on the disk, for this file and the one before together; 0: no limit */
	bool anonymize;
	double interval_s; /* between ticks, as the user chose it */
};

/* Makes the file. Returns 0, or -errno with one sentence in why (size bytes). */
int record_open(struct record **r, const struct record_options *config, char *why, size_t size);

/* Adds a sample. Returns 0, or -errno with one sentence in why (size bytes); what was written before stays
 * whole, and the next one may be written again. */
int record_add(struct record *r, const struct sample *s, char *why, size_t size);

/* Ends the file. r may be NULL. */
void record_close(struct record *r);

#endif
