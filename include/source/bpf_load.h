/* bpf_load: what all who load BPF programs do alike. Without HAVE_BPF nothing of it is there. */
#ifndef SOURCE_BPF_LOAD_H
#define SOURCE_BPF_LOAD_H

#include <stddef.h>

#include "bpf/objects.h"

struct bpf_object;

/* Makes libbpf print nothing from then on: to be called before its other functions. */
void bpf_load_quietly(void);

/* Opens a file of programs, which the caller closes by bpf_object__close(). NULL, with errno, when it cannot. */
struct bpf_object *bpf_load_open(struct bpf_object_file file);

/* Maps the memory of a loaded object's map, size bytes, to be read and written; the caller unmaps it. NULL when it cannot. */
void *bpf_load_memory(const struct bpf_object *object, const char *map, size_t size);

#endif
