/* bpf_call: the calls of bpf(2) that kvmtop needs. What they make is gone with its last descriptor. */
#ifndef SOURCE_EXITS_BPF_CALL_H
#define SOURCE_EXITS_BPF_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/exits/bpf_code.h"

/* A map of that type with room for count values of value_bytes each, whose keys are 32-bit numbers. Its name is cut
 * to 15 characters. Returns a descriptor, close-on-exec, or -errno. */
int bpf_call_map(enum bpf_map_type type, const char *name, size_t value_bytes, uint32_t count,
	uint32_t flags);

/* Writes the key of a map of bpf_call_map() that comes behind key to *next; of NULL the first. False: it was the last. */
bool bpf_call_next_key(int map, const uint32_t *key, uint32_t *next);

/* Removes a key of such a map; one that is not there is none. */
void bpf_call_delete(int map, uint32_t key);

/* Loads a program for a tracepoint. Returns a descriptor, close-on-exec, or -errno. */
int bpf_call_load(const char *name, const struct bpf_code *code);

#endif
