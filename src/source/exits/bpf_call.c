#include "source/exits/bpf_call.h"

#include <errno.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The verifier gives up with EAGAIN when a signal arrives. */
#define LOAD_TRIES 5

static int call(enum bpf_cmd command, union bpf_attr *attributes)
{
	const int result = (int)syscall(SYS_bpf, command, attributes, sizeof *attributes);

	return result < 0 ? -errno : result;
}

static uint64_t address_of(const void *memory)
{
	return (uint64_t)(uintptr_t)memory;
}

/* The kernel wants all that is behind the fields it knows to be zero, and that the name is ended. */
static void set_name(char name[static BPF_OBJ_NAME_LEN], const char *text)
{
	strncpy(name, text, BPF_OBJ_NAME_LEN - 1);
}

int bpf_call_map(enum bpf_map_type type, const char *name, size_t value_bytes, uint32_t count,
	uint32_t flags)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof attributes);
	attributes.map_type = type;
	attributes.key_size = sizeof(uint32_t);
	attributes.value_size = (uint32_t)value_bytes;
	attributes.max_entries = count;
	attributes.map_flags = flags;
	set_name(attributes.map_name, name);
	return call(BPF_MAP_CREATE, &attributes);
}

bool bpf_call_next_key(int map, const uint32_t *key, uint32_t *next)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof attributes);
	attributes.map_fd = (uint32_t)map;
	attributes.key = address_of(key);
	attributes.next_key = address_of(next);
	return call(BPF_MAP_GET_NEXT_KEY, &attributes) == 0;
}

void bpf_call_delete(int map, uint32_t key)
{
	union bpf_attr attributes;

	memset(&attributes, 0, sizeof attributes);
	attributes.map_fd = (uint32_t)map;
	attributes.key = address_of(&key);
	call(BPF_MAP_DELETE_ELEM, &attributes);
}

int bpf_call_load(const char *name, const struct bpf_code *code)
{
	union bpf_attr attributes;
	int fd = -EAGAIN;

	memset(&attributes, 0, sizeof attributes);
	attributes.prog_type = BPF_PROG_TYPE_TRACEPOINT;
	attributes.insns = address_of(code->insns);
	attributes.insn_cnt = (uint32_t)code->count;
	attributes.license = address_of("GPL");
	set_name(attributes.prog_name, name);
	for (int i = 0; fd == -EAGAIN && i < LOAD_TRIES; i++)
		fd = call(BPF_PROG_LOAD, &attributes);
	return fd;
}
