#include "bpf/objects.h"

#include <stdint.h>

#ifdef HAVE_BPF

/* The file is taken in as it is; BPF_OBJECTS is the folder that it was compiled into. Its ends are global, as assemblers of
 * some processors put a local symbol's section in its place. */
/* clang-format off */
#define OBJECT(name)                                                          \
	__asm__(".pushsection .rodata, \"a\"\n"                               \
		".globl bpf_object_" #name ", bpf_object_" #name "_end\n"     \
		".hidden bpf_object_" #name ", bpf_object_" #name "_end\n"    \
		".balign 16\n"                                                \
		"bpf_object_" #name ":\n"                                     \
		".incbin \"" BPF_OBJECTS "/" #name ".bpf.o\"\n"               \
		"bpf_object_" #name "_end:\n"                                 \
		".popsection\n");                                             \
	extern const char bpf_object_##name[], bpf_object_##name##_end[]
/* clang-format on */

OBJECT(exits);
OBJECT(threads);

struct bpf_object_file bpf_objects_exits(void)
{
	return (struct bpf_object_file){ bpf_object_exits,
		(uintptr_t)bpf_object_exits_end - (uintptr_t)bpf_object_exits };
}

struct bpf_object_file bpf_objects_threads(void)
{
	return (struct bpf_object_file){ bpf_object_threads,
		(uintptr_t)bpf_object_threads_end - (uintptr_t)bpf_object_threads };
}

#else

struct bpf_object_file bpf_objects_exits(void)
{
	return (struct bpf_object_file){ NULL, 0 };
}

struct bpf_object_file bpf_objects_threads(void)
{
	return (struct bpf_object_file){ NULL, 0 };
}

#endif
