/* out: the file that a recording is written to. Each line reaches it by one write, so that whoever ends
 * kvmtop at whatever moment leaves whole lines. Packed with zstd when its name ends in .zst, in frames that
 * begin at key lines, so that reading can begin there; each behind a mark that says with which tick
 * (record/mark.h). */
#ifndef RECORD_OUT_H
#define RECORD_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct record_out;

/* Makes the file path, for its user alone. One that is there is not written over. max_bytes: what it may
 * take on the disk, with the file of before (record_out_turn()); 0: all there is. Returns 0, or -errno with
 * one sentence in why (size bytes). */
int record_out_open(
	struct record_out **out, const char *path, uint64_t max_bytes, char *why, size_t size);

/* Would a line of that many bytes make it too long? */
bool record_out_is_full(const struct record_out *out, size_t length);

/* The file becomes path.1 in the place of an older one, and a new one is begun. Returns 0 or -errno. */
int record_out_turn(struct record_out *out);

/* Writes text, whole lines; key: reading may begin here, with that tick. Returns 0, or -errno, and then nothing of it is in
 * the file. */
int record_out_write(
	struct record_out *out, const char *text, size_t length, bool key, uint64_t tick);

/* The bytes in the file so far. */
uint64_t record_out_size(const struct record_out *out);

/* Ends the file. out may be NULL. Returns 0 or -errno. */
int record_out_close(struct record_out *out);

#endif
