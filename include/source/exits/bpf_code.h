/* bpf_code: puts BPF programs together, instruction by instruction. They are short and depend on where the
 * running kernel has the fields of its events, so they are made at run time: no compiler for BPF, and no
 * file beside the program. Instructions and helpers: Documentation/bpf/instruction-set.rst and
 * bpf-helpers(7). */
#ifndef SOURCE_EXITS_BPF_CODE_H
#define SOURCE_EXITS_BPF_CODE_H

#include <linux/bpf.h>
#include <stddef.h>
#include <stdint.h>

/* In the kernel's headers since 5.12; the running kernel may be newer than the headers. */
#ifndef BPF_ATOMIC
#define BPF_ATOMIC 0xc0
#endif
#ifndef BPF_FETCH
#define BPF_FETCH 0x01
#define BPF_XCHG (0xe0 | BPF_FETCH)
#define BPF_CMPXCHG (0xf0 | BPF_FETCH)
#endif

#define BPF_CODE_MAX 1024
#define BPF_CODE_LABELS_MAX 128

/* All zero is an empty program. */
struct bpf_code {
	struct bpf_insn insns[BPF_CODE_MAX];
	size_t count;
	int label_at[BPF_CODE_LABELS_MAX]; /* -1: not placed so far */
	int label_count;
	int jump_label[BPF_CODE_MAX]; /* of the jump at the same place, plus 1; 0: none */
};

/* Arithmetic on all 64 bits: op is BPF_ADD, BPF_MOV, BPF_RSH ... */
void bpf_code_op(struct bpf_code *c, int op, int dst, int src);
void bpf_code_op_imm(struct bpf_code *c, int op, int dst, int32_t imm);
void bpf_code_imm64(struct bpf_code *c, int dst, uint64_t imm);

/* dst becomes the map with this descriptor. */
void bpf_code_map(struct bpf_code *c, int dst, int map_fd);

/* size is in bytes: 1, 2, 4 or 8; what is loaded is filled up with zeros. */
void bpf_code_load(struct bpf_code *c, int size, int dst, int src, int offset);
void bpf_code_store(struct bpf_code *c, int size, int dst, int offset, int src);
void bpf_code_store_imm(struct bpf_code *c, int size, int dst, int offset, int32_t imm);

/* If the 32 bits at dst + offset are those of R0, they become those of src; R0 is what they were. */
void bpf_code_compare_exchange32(struct bpf_code *c, int dst, int offset, int src);

/* Adds src to the 32 bits at dst + offset; src is what they were. */
void bpf_code_fetch_add32(struct bpf_code *c, int dst, int offset, int src);

void bpf_code_call(struct bpf_code *c, int helper);
void bpf_code_exit(struct bpf_code *c);

/* A place to jump to, which is not known so far. */
int bpf_code_label_new(struct bpf_code *c);
void bpf_code_label_here(struct bpf_code *c, int label);

/* op compares all 64 bits without sign: BPF_JEQ, BPF_JGT ...; bpf_code_go() jumps always. */
void bpf_code_jump(struct bpf_code *c, int op, int dst, int src, int label);
void bpf_code_jump_imm(struct bpf_code *c, int op, int dst, int32_t imm, int label);
void bpf_code_go(struct bpf_code *c, int label);

/* Fills in the jumps. All labels must have a place. */
void bpf_code_finish(struct bpf_code *c);

#endif
