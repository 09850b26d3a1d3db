#include "source/bpf_load.h"

#ifdef HAVE_BPF

#include <bpf/libbpf.h>
#include <stdarg.h>
#include <sys/mman.h>

static int print_nothing(enum libbpf_print_level level, const char *format, va_list arguments)
{
	(void)level;
	(void)format;
	(void)arguments;
	return 0;
}

void bpf_load_quietly(void)
{
	libbpf_set_print(print_nothing);
}

struct bpf_object *bpf_load_open(struct bpf_object_file file)
{
	const struct bpf_object_open_opts options = { .sz = sizeof options,
		.object_name = "kvmtop" };

	return bpf_object__open_mem(file.data, file.size, &options);
}

void *bpf_load_memory(const struct bpf_object *object, const char *name, size_t size)
{
	const struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	void *memory =
		map ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bpf_map__fd(map), 0)
		    : MAP_FAILED;

	return memory == MAP_FAILED ? NULL : memory;
}

#endif
