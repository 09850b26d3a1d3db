#include "source/exits/bpf_code.h"

#include <assert.h>

static void emit(struct bpf_code *c, struct bpf_insn insn)
{
	assert(c->count < BPF_CODE_MAX);
	c->insns[c->count++] = insn;
}

#define INSN(code_, dst, src, off_, imm_)             \
	((struct bpf_insn){ .code = (uint8_t)(code_), \
		.dst_reg = (uint8_t)((dst)&15),       \
		.src_reg = (uint8_t)((src)&15),       \
		.off = (int16_t)(off_),               \
		.imm = (int32_t)(imm_) })

void bpf_code_op(struct bpf_code *c, int op, int dst, int src)
{
	emit(c, INSN(BPF_ALU64 | op | BPF_X, dst, src, 0, 0));
}

void bpf_code_op_imm(struct bpf_code *c, int op, int dst, int32_t imm)
{
	emit(c, INSN(BPF_ALU64 | op | BPF_K, dst, 0, 0, imm));
}

/* Takes the room of two instructions. */
static void load_imm64(struct bpf_code *c, int dst, int what, uint64_t imm)
{
	emit(c, INSN(BPF_LD | BPF_DW | BPF_IMM, dst, what, 0, (uint32_t)imm));
	emit(c, INSN(0, 0, 0, 0, (uint32_t)(imm >> 32)));
}

void bpf_code_imm64(struct bpf_code *c, int dst, uint64_t imm)
{
	load_imm64(c, dst, 0, imm);
}

void bpf_code_map(struct bpf_code *c, int dst, int map_fd)
{
	load_imm64(c, dst, BPF_PSEUDO_MAP_FD, (uint32_t)map_fd);
}

static int width(int size)
{
	return size == 1 ? BPF_B : size == 2 ? BPF_H : size == 4 ? BPF_W : BPF_DW;
}

void bpf_code_load(struct bpf_code *c, int size, int dst, int src, int offset)
{
	emit(c, INSN(BPF_LDX | BPF_MEM | width(size), dst, src, offset, 0));
}

void bpf_code_store(struct bpf_code *c, int size, int dst, int offset, int src)
{
	emit(c, INSN(BPF_STX | BPF_MEM | width(size), dst, src, offset, 0));
}

void bpf_code_store_imm(struct bpf_code *c, int size, int dst, int offset, int32_t imm)
{
	emit(c, INSN(BPF_ST | BPF_MEM | width(size), dst, 0, offset, imm));
}

void bpf_code_compare_exchange32(struct bpf_code *c, int dst, int offset, int src)
{
	emit(c, INSN(BPF_STX | BPF_ATOMIC | BPF_W, dst, src, offset, BPF_CMPXCHG));
}

void bpf_code_fetch_add32(struct bpf_code *c, int dst, int offset, int src)
{
	emit(c, INSN(BPF_STX | BPF_ATOMIC | BPF_W, dst, src, offset, BPF_ADD | BPF_FETCH));
}

void bpf_code_call(struct bpf_code *c, int helper)
{
	emit(c, INSN(BPF_JMP | BPF_CALL, 0, 0, 0, helper));
}

void bpf_code_exit(struct bpf_code *c)
{
	emit(c, INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
}

int bpf_code_label_new(struct bpf_code *c)
{
	assert(c->label_count < BPF_CODE_LABELS_MAX);
	c->label_at[c->label_count] = -1;
	return c->label_count++;
}

void bpf_code_label_here(struct bpf_code *c, int label)
{
	assert(c->label_at[label] < 0);
	c->label_at[label] = (int)c->count;
}

static void jump(struct bpf_code *c, struct bpf_insn insn, int label)
{
	assert(c->count < BPF_CODE_MAX);
	c->jump_label[c->count] = label + 1;
	emit(c, insn);
}

void bpf_code_jump(struct bpf_code *c, int op, int dst, int src, int label)
{
	jump(c, INSN(BPF_JMP | op | BPF_X, dst, src, 0, 0), label);
}

void bpf_code_jump_imm(struct bpf_code *c, int op, int dst, int32_t imm, int label)
{
	jump(c, INSN(BPF_JMP | op | BPF_K, dst, 0, 0, imm), label);
}

void bpf_code_go(struct bpf_code *c, int label)
{
	jump(c, INSN(BPF_JMP | BPF_JA, 0, 0, 0, 0), label);
}

void bpf_code_finish(struct bpf_code *c)
{
	for (size_t i = 0; i < c->count; i++) {
		if (!c->jump_label[i])
			continue;
		assert(c->label_at[c->jump_label[i] - 1] >= 0);
		/* Counted from the instruction after it. */
		c->insns[i].off = (int16_t)(c->label_at[c->jump_label[i] - 1] - (int)i - 1);
	}
}
