/* objects: the compiled BPF programs, which are a part of kvmtop's own file. They are there where the build had clang and
 * libbpf (HAVE_BPF). */
#ifndef BPF_OBJECTS_H
#define BPF_OBJECTS_H

#include <stddef.h>

/* An ELF file as clang writes it, for bpf_object__open_mem(). */
struct bpf_object_file {
	const void *data;
	size_t size;
};

/* The programs of exits.bpf.c. */
struct bpf_object_file bpf_objects_exits(void);

/* The program of threads.bpf.c. */
struct bpf_object_file bpf_objects_threads(void);

#endif
