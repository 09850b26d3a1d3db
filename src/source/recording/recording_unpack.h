/* recording_unpack: what the libraries that were there when kvmtop was built can unpack. */
#ifndef SOURCE_RECORDING_RECORDING_UNPACK_H
#define SOURCE_RECORDING_RECORDING_UNPACK_H

#include <stdbool.h>
#include <stddef.h>

enum recording_packing {
	RECORDING_PLAIN,
	RECORDING_ZSTD,
	RECORDING_ZLIB,
	RECORDING_PACKING__COUNT, /* any other */
};

/* By the name that a recording has for it: "none", "zstd", "zlib". */
enum recording_packing recording_packing_find(const char *name);

/* The package (Debian's name) without which kvmtop was built and which it needs for that packing, or
 * NULL when it can unpack it. */
const char *recording_packing_missing(enum recording_packing packing);

struct recording_unpacker;

/* Returns NULL where recording_packing_missing() does not. */
struct recording_unpacker *recording_unpacker_new(enum recording_packing packing);
void recording_unpacker_free(struct recording_unpacker *u);

/* Unpacks the packed_size bytes at packed, which must become exactly size bytes at out. False: they
 * are damaged. */
bool recording_unpack(struct recording_unpacker *u, const void *packed, size_t packed_size,
	void *out, size_t size);

#endif
