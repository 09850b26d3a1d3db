/* recording_head: what a recording of trace-cmd says about itself before its events begin: versions 6
 * and 7 of the format that trace-cmd.dat.v6(5) and trace-cmd.dat.v7(5) describe.
 *
 * libtracecmd reads the same, but it takes lengths and offsets from the file as they are and crashes
 * on damaged ones, unpacks a packed recording into a temporary file as large as the whole, and hands
 * out the events one call at a time. */
#ifndef SOURCE_RECORDING_RECORDING_HEAD_H
#define SOURCE_RECORDING_RECORDING_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/recording/recording_file.h"
#include "source/recording/recording_unpack.h"

/* What a recording that cannot be used is to be replaced with. */
#define RECORDING_HOW_TO "`trace-cmd record -C mono -e kvm`"

/* Where the sub-buffers of a CPU are: one after the other, or packed in chunks. */
struct recording_cpu {
	uint32_t id;
	uint64_t offset, size; /* in the file, in bytes */
};

/* What one instance of tracefs recorded. */
struct recording_buffer {
	char name[64];  /* "": the top instance */
	char clock[32]; /* "mono"; "" when the file does not say */
	uint32_t page_bytes;
	bool packed; /* in chunks, see recording_reader.h */
	struct recording_cpu *cpus;
	size_t cpu_count;
};

struct recording_head {
	int version; /* 6 or 7 */
	enum recording_packing packing;
	uint32_t page_bytes;
	char clock[32]; /* of the top instance */
	char host[65];  /* name of the machine, not cleaned; "" when the file does not say */
	uint32_t cpus;  /* that the machine had; 0: not said */
	char **formats; /* texts of the format files of kvm's events */
	size_t format_count;
	char *names; /* of threads, a line "120 CPU 0/KVM" each; NULL: none */
	struct recording_buffer *buffers;
	size_t buffer_count;
};

/* Reads the head of f. Returns 0, or -EINVAL with what is wrong in why (size bytes), the rest of a
 * sentence that begins with the file's name: "is empty". There is nothing to finish then. */
int recording_head_init(
	struct recording_head *h, const struct recording_file *f, char *why, size_t size);
void recording_head_fini(struct recording_head *h);

#endif
