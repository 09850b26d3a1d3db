/* bpf_machine: runs BPF programs without a kernel, on maps in plain memory. It knows the instructions that
 * bpf_code.h makes and the helpers that bpf_count.c calls, and what the kernel's verifier would refuse is
 * a fault: registers and bytes of the stack that hold nothing, and every access that does not lie within
 * the event, the stack or one entry of a map. One program can be stopped anywhere and others run. */
#ifndef TESTS_BPF_MACHINE_H
#define TESTS_BPF_MACHINE_H

#include <errno.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "source/exits/bpf_code.h"

enum { BPF_MACHINE_MAPS = 8, BPF_MACHINE_STACK = 512, BPF_MACHINE_STEPS = 100000 };

/* Keys have 4 bytes. */
struct bpf_machine_map {
	bool hash;
	uint32_t value_size, stride, count;
	uint32_t used; /* of a hash: its first entries */
	uint32_t *keys;
	unsigned char *values;
};

struct bpf_machine {
	struct bpf_machine_map maps[BPF_MACHINE_MAPS]; /* by descriptor */
	int map_count;
};

/* One run of a program. */
struct bpf_cpu {
	struct bpf_machine *machine;
	const struct bpf_code *code;
	const unsigned char *event;
	size_t event_size;
	uint64_t time_ns, pid_tgid;
	uint64_t r[11];
	bool known[11];
	_Alignas(8) unsigned char stack[BPF_MACHINE_STACK];
	bool stack_known[BPF_MACHINE_STACK];
	size_t at, steps;
	bool over;
	const char *fault; /* NULL: none so far */
};

/* Returns the descriptor. */
static inline int bpf_machine_map_new(
	struct bpf_machine *m, bool hash, uint32_t value_size, uint32_t count)
{
	struct bpf_machine_map *map = &m->maps[m->map_count];

	*map = (struct bpf_machine_map){ .hash = hash,
		.value_size = value_size,
		.stride = (value_size + 7) / 8 * 8,
		.count = count };
	map->values = calloc(count, map->stride);
	map->keys = hash ? calloc(count, sizeof *map->keys) : NULL;
	return m->map_count++;
}

static inline void bpf_machine_fini(struct bpf_machine *m)
{
	for (int i = 0; i < m->map_count; i++) {
		free(m->maps[i].values);
		free(m->maps[i].keys);
	}
}

/* NULL: there is none. */
static inline unsigned char *bpf_machine_value(const struct bpf_machine_map *map, uint32_t key)
{
	if (!map->hash)
		return key < map->count ? map->values + (size_t)key * map->stride : NULL;
	for (uint32_t i = 0; i < map->used; i++)
		if (map->keys[i] == key)
			return map->values + (size_t)i * map->stride;
	return NULL;
}

static inline void bpf_cpu_fault(struct bpf_cpu *c, const char *what)
{
	if (!c->fault)
		c->fault = what;
}

static inline uint64_t bpf_cpu_read(struct bpf_cpu *c, unsigned reg)
{
	if (reg > BPF_REG_10 || !c->known[reg]) {
		bpf_cpu_fault(c, "reads a register that holds nothing");
		return 0;
	}
	return c->r[reg];
}

static inline void bpf_cpu_write(struct bpf_cpu *c, unsigned reg, uint64_t value)
{
	if (reg >= BPF_REG_10) {
		bpf_cpu_fault(c, "writes to a register that is none, or to the stack's");
		return;
	}
	c->r[reg] = value;
	c->known[reg] = true;
}

/* Where in the stack size bytes are; -1: not in it. */
static inline long bpf_cpu_stack_at(const struct bpf_cpu *c, uint64_t address, size_t size)
{
	const uint64_t at = address - (uintptr_t)c->stack;

	return at < BPF_MACHINE_STACK && size <= BPF_MACHINE_STACK - at ? (long)at : -1;
}

static inline bool bpf_cpu_in_maps(const struct bpf_cpu *c, uint64_t address, size_t size)
{
	for (int i = 0; i < c->machine->map_count; i++) {
		const struct bpf_machine_map *map = &c->machine->maps[i];
		const uint64_t at = address - (uintptr_t)map->values;

		if (at < (uint64_t)map->stride * (map->hash ? map->used : map->count))
			return at % map->stride + size <= map->value_size;
	}
	return false;
}

/* As tracepoints have it: the first 8 bytes of an event are not to be read. */
static inline bool bpf_cpu_in_event(const struct bpf_cpu *c, uint64_t address, size_t size)
{
	const uint64_t at = address - (uintptr_t)c->event;

	return at >= 8 && at < c->event_size && size <= c->event_size - at && at % size == 0;
}

/* The memory at an address that may be read, or written to; NULL: a fault. */
static inline void *bpf_cpu_memory(struct bpf_cpu *c, uint64_t address, size_t size, bool write)
{
	const long in_stack = bpf_cpu_stack_at(c, address, size);
	bool allowed = false;

	if (in_stack >= 0) {
		allowed = true;
		for (size_t i = 0; i < size; i++) {
			allowed &= write || c->stack_known[in_stack + (long)i];
			c->stack_known[in_stack + (long)i] |= write;
		}
	} else {
		allowed = bpf_cpu_in_maps(c, address, size) ||
			  (!write && bpf_cpu_in_event(c, address, size));
	}
	if (!allowed || address % (size < 8 ? size : 8))
		bpf_cpu_fault(c, write ? "writes where it may not" : "reads where it may not");
	return c->fault ? NULL : (void *)(uintptr_t)address; // NOLINT(performance-no-int-to-ptr)
}

static inline uint64_t bpf_cpu_load(struct bpf_cpu *c, uint64_t address, size_t size)
{
	const void *from = bpf_cpu_memory(c, address, size, false);
	uint64_t value = 0;

	if (from)
		memcpy(&value, from, size);
	return value;
}

static inline void bpf_cpu_store(struct bpf_cpu *c, uint64_t address, size_t size, uint64_t value)
{
	void *to = bpf_cpu_memory(c, address, size, true);

	if (to)
		memcpy(to, &value, size);
}

static inline uint64_t bpf_cpu_alu(struct bpf_cpu *c, int op, uint64_t a, uint64_t b)
{
	if ((op == BPF_LSH || op == BPF_RSH) && b > 63)
		bpf_cpu_fault(c, "shifts by more than 63");
	switch (op) {
	case BPF_MOV:
		return b;
	case BPF_ADD:
		return a + b;
	case BPF_SUB:
		return a - b;
	case BPF_MUL:
		return a * b;
	case BPF_AND:
		return a & b;
	case BPF_OR:
		return a | b;
	case BPF_XOR:
		return a ^ b;
	case BPF_LSH:
		return a << (b & 63);
	case BPF_RSH:
		return a >> (b & 63);
	default:
		bpf_cpu_fault(c, "unknown arithmetic");
		return 0;
	}
}

static inline bool bpf_cpu_compare(struct bpf_cpu *c, int op, uint64_t a, uint64_t b)
{
	switch (op) {
	case BPF_JEQ:
		return a == b;
	case BPF_JNE:
		return a != b;
	case BPF_JGT:
		return a > b;
	case BPF_JGE:
		return a >= b;
	case BPF_JLT:
		return a < b;
	case BPF_JLE:
		return a <= b;
	default:
		bpf_cpu_fault(c, "unknown comparison");
		return false;
	}
}

static inline struct bpf_machine_map *bpf_cpu_map(struct bpf_cpu *c)
{
	const uint64_t address = bpf_cpu_read(c, BPF_REG_1);

	for (int i = 0; i < c->machine->map_count; i++)
		if (address == (uintptr_t)&c->machine->maps[i])
			return &c->machine->maps[i];
	bpf_cpu_fault(c, "hands over what is no map");
	return NULL;
}

static inline uint64_t bpf_cpu_lookup(struct bpf_cpu *c)
{
	const struct bpf_machine_map *map = bpf_cpu_map(c);
	const uint32_t key = (uint32_t)bpf_cpu_load(c, bpf_cpu_read(c, BPF_REG_2), 4);

	return c->fault ? 0 : (uintptr_t)bpf_machine_value(map, key);
}

static inline uint64_t bpf_cpu_update(struct bpf_cpu *c)
{
	struct bpf_machine_map *map = bpf_cpu_map(c);
	const uint32_t key = (uint32_t)bpf_cpu_load(c, bpf_cpu_read(c, BPF_REG_2), 4);
	const uint64_t value = bpf_cpu_read(c, BPF_REG_3);

	if (bpf_cpu_read(c, BPF_REG_4) != BPF_NOEXIST || c->fault || !map->hash) {
		bpf_cpu_fault(c, "adds in an unknown way");
		return 0;
	}
	for (uint32_t at = 0; at < map->value_size; at += 8)
		bpf_cpu_load(c, value + at, 8);
	if (c->fault)
		return 0;
	if (bpf_machine_value(map, key))
		return (uint64_t)-EEXIST;
	if (map->used == map->count)
		return (uint64_t)-E2BIG;
	map->keys[map->used] = key;
	memcpy(map->values + (size_t)map->used++ * map->stride,
		c->stack + (value - (uintptr_t)c->stack), map->value_size);
	return 0;
}

static inline void bpf_cpu_call(struct bpf_cpu *c, int helper)
{
	uint64_t result = 0;

	if (helper == BPF_FUNC_map_lookup_elem)
		result = bpf_cpu_lookup(c);
	else if (helper == BPF_FUNC_map_update_elem)
		result = bpf_cpu_update(c);
	else if (helper == BPF_FUNC_ktime_get_ns)
		result = c->time_ns;
	else if (helper == BPF_FUNC_get_current_pid_tgid)
		result = c->pid_tgid;
	else
		bpf_cpu_fault(c, "calls an unknown helper");
	for (int i = BPF_REG_1; i <= BPF_REG_5; i++)
		c->known[i] = false;
	bpf_cpu_write(c, BPF_REG_0, result);
}

static inline void bpf_cpu_atomic(struct bpf_cpu *c, const struct bpf_insn *i, size_t size)
{
	const uint64_t address = bpf_cpu_read(c, i->dst_reg) + (uint64_t)i->off;
	const uint64_t old = bpf_cpu_load(c, address, size), src = bpf_cpu_read(c, i->src_reg);

	if (size != 4) {
		bpf_cpu_fault(c, "unknown atomic width");
	} else if (i->imm == BPF_CMPXCHG) {
		if ((uint32_t)bpf_cpu_read(c, BPF_REG_0) == old)
			bpf_cpu_store(c, address, size, src);
		bpf_cpu_write(c, BPF_REG_0, old);
	} else if (i->imm == (BPF_ADD | BPF_FETCH)) {
		bpf_cpu_store(c, address, size, old + src);
		bpf_cpu_write(c, i->src_reg, old);
	} else {
		bpf_cpu_fault(c, "unknown atomic operation");
	}
}

static inline void bpf_cpu_access(struct bpf_cpu *c, const struct bpf_insn *i)
{
	static const size_t sizes[] = {
		[BPF_W >> 3] = 4, [BPF_H >> 3] = 2, [BPF_B >> 3] = 1, [BPF_DW >> 3] = 8
	};
	const size_t size = sizes[BPF_SIZE(i->code) >> 3];
	const int class = BPF_CLASS(i->code);

	if (class == BPF_STX && BPF_MODE(i->code) == BPF_ATOMIC)
		bpf_cpu_atomic(c, i, size);
	else if (BPF_MODE(i->code) != BPF_MEM)
		bpf_cpu_fault(c, "unknown way to reach memory");
	else if (class == BPF_LDX)
		bpf_cpu_write(c, i->dst_reg,
			bpf_cpu_load(c, bpf_cpu_read(c, i->src_reg) + (uint64_t)i->off, size));
	else
		bpf_cpu_store(c, bpf_cpu_read(c, i->dst_reg) + (uint64_t)i->off, size,
			class == BPF_STX ? bpf_cpu_read(c, i->src_reg) : (uint64_t)i->imm);
}

static inline void bpf_cpu_imm64(struct bpf_cpu *c, const struct bpf_insn *i)
{
	if (i->code != (BPF_LD | BPF_DW | BPF_IMM) || c->at + 2 > c->code->count || i[1].code) {
		bpf_cpu_fault(c, "is no instruction");
	} else if (i->src_reg == BPF_PSEUDO_MAP_FD) {
		if (i->imm < 0 || i->imm >= c->machine->map_count)
			bpf_cpu_fault(c, "names no map");
		else
			bpf_cpu_write(c, i->dst_reg, (uintptr_t)&c->machine->maps[i->imm]);
	} else {
		bpf_cpu_write(c, i->dst_reg, (uint64_t)(uint32_t)i[1].imm << 32 | (uint32_t)i->imm);
	}
}

/* Returns how many instructions the next one is off. */
static inline int bpf_cpu_jump(struct bpf_cpu *c, const struct bpf_insn *i)
{
	const int op = BPF_OP(i->code);
	uint64_t right;

	if (op == BPF_JA)
		return i->off;
	if (op == BPF_CALL) {
		bpf_cpu_call(c, i->imm);
		return 0;
	}
	if (op == BPF_EXIT) {
		bpf_cpu_read(c, BPF_REG_0);
		c->over = true;
		return 0;
	}
	right = BPF_SRC(i->code) == BPF_X ? bpf_cpu_read(c, i->src_reg) : (uint64_t)i->imm;
	return bpf_cpu_compare(c, op, bpf_cpu_read(c, i->dst_reg), right) ? i->off : 0;
}

/* One instruction. After a fault, at is the one that did it. */
static inline void bpf_cpu_step(struct bpf_cpu *c)
{
	const struct bpf_insn *i = &c->code->insns[c->at];
	int skip = 0;

	if (c->at >= c->code->count || c->steps++ == BPF_MACHINE_STEPS) {
		bpf_cpu_fault(c, "does not end");
		return;
	}
	switch (BPF_CLASS(i->code)) {
	case BPF_ALU64:
		bpf_cpu_write(c, i->dst_reg,
			bpf_cpu_alu(c, BPF_OP(i->code),
				BPF_OP(i->code) == BPF_MOV ? 0 : bpf_cpu_read(c, i->dst_reg),
				BPF_SRC(i->code) == BPF_X ? bpf_cpu_read(c, i->src_reg)
							  : (uint64_t)i->imm));
		break;
	case BPF_LD:
		bpf_cpu_imm64(c, i);
		skip = 1;
		break;
	case BPF_LDX:
	case BPF_ST:
	case BPF_STX:
		bpf_cpu_access(c, i);
		break;
	case BPF_JMP:
		skip = bpf_cpu_jump(c, i);
		break;
	default:
		bpf_cpu_fault(c, "unknown class of instruction");
	}
	if (c->fault)
		c->over = true;
	else if (!c->over)
		c->at += (size_t)(1 + skip);
}

/* Makes ready to run a program for an event of thread tid at time_ns. All but c is borrowed. */
static inline void bpf_cpu_init(struct bpf_cpu *c, struct bpf_machine *m,
	const struct bpf_code *code, const void *event, size_t event_size, uint32_t tid,
	uint64_t time_ns)
{
	*c = (struct bpf_cpu){ .machine = m,
		.code = code,
		.event = event,
		.event_size = event_size,
		.time_ns = time_ns,
		.pid_tgid = (uint64_t)tid | 0x12345678ull << 32 };
	c->r[BPF_REG_1] = (uintptr_t)event;
	c->r[BPF_REG_10] = (uintptr_t)c->stack + BPF_MACHINE_STACK;
	c->known[BPF_REG_1] = c->known[BPF_REG_10] = true;
}

static inline void bpf_cpu_run(struct bpf_cpu *c)
{
	while (!c->over && !c->fault)
		bpf_cpu_step(c);
}

#endif
