/* bpf_code: each instruction byte by byte, jumps, and what the tests' machine refuses. Values: the tables
 * of the kernel's Documentation/bpf/instruction-set.rst. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf_machine.h"

/* As the file has it: opcode, registers (the source in the high half), offset, number. */
struct encoded {
	uint8_t code, registers;
	int16_t offset;
	int32_t imm;
};

static void assert_encoded(const struct bpf_code *c, size_t at, struct encoded want)
{
	unsigned char bytes[8] = { want.code, want.registers, (unsigned char)(want.offset & 0xff),
		(unsigned char)(want.offset >> 8 & 0xff) };

	for (int i = 0; i < 4; i++)
		bytes[4 + i] = (unsigned char)((uint32_t)want.imm >> 8 * i);
	assert_true(at < c->count);
	assert_memory_equal(&c->insns[at], bytes, sizeof bytes);
}

static void arithmetic_is_of_64_bits(void **state)
{
	static const struct {
		int op;
		uint8_t code; /* with a number; with a register it is 8 more */
	} rows[] = { { BPF_ADD, 0x07 }, { BPF_SUB, 0x17 }, { BPF_MUL, 0x27 }, { BPF_OR, 0x47 },
		{ BPF_AND, 0x57 }, { BPF_LSH, 0x67 }, { BPF_RSH, 0x77 }, { BPF_XOR, 0xa7 },
		{ BPF_MOV, 0xb7 } };
	struct bpf_code c = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bpf_code_op_imm(&c, rows[i].op, 3, -2);
		bpf_code_op(&c, rows[i].op, 3, 9);
		assert_encoded(&c, 2 * i, (struct encoded){ rows[i].code, 0x03, 0, -2 });
		assert_encoded(
			&c, 2 * i + 1, (struct encoded){ (uint8_t)(rows[i].code | 8), 0x93, 0, 0 });
	}
}

static void numbers_of_64_bits_take_two(void **state)
{
	struct bpf_code c = { 0 };

	(void)state;
	bpf_code_imm64(&c, 5, 0x9e3779b97f4a7c15ull);
	bpf_code_map(&c, 1, 42);
	assert_int_equal(c.count, 4);
	assert_encoded(&c, 0, (struct encoded){ 0x18, 0x05, 0, 0x7f4a7c15 });
	assert_encoded(&c, 1, (struct encoded){ 0, 0, 0, (int32_t)0x9e3779b9 });
	assert_encoded(&c, 2, (struct encoded){ 0x18, 0x11, 0, 42 });
	assert_encoded(&c, 3, (struct encoded){ 0, 0, 0, 0 });
}

static void memory_is_reached_in_all_widths(void **state)
{
	static const struct {
		int size;
		uint8_t load, store, store_imm;
	} rows[] = { { 4, 0x61, 0x63, 0x62 }, { 2, 0x69, 0x6b, 0x6a }, { 1, 0x71, 0x73, 0x72 },
		{ 8, 0x79, 0x7b, 0x7a } };
	struct bpf_code c = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		bpf_code_load(&c, rows[i].size, 2, 6, 32);
		bpf_code_store(&c, rows[i].size, 10, -96, 7);
		bpf_code_store_imm(&c, rows[i].size, 10, -8, -1);
		assert_encoded(&c, 3 * i, (struct encoded){ rows[i].load, 0x62, 32, 0 });
		assert_encoded(&c, 3 * i + 1, (struct encoded){ rows[i].store, 0x7a, -96, 0 });
		assert_encoded(&c, 3 * i + 2, (struct encoded){ rows[i].store_imm, 0x0a, -8, -1 });
	}
}

static void what_is_atomic_calls_and_ends(void **state)
{
	struct bpf_code c = { 0 };

	(void)state;
	bpf_code_compare_exchange32(&c, 8, 4, 1);
	bpf_code_fetch_add32(&c, 1, 12, 2);
	bpf_code_call(&c, BPF_FUNC_ktime_get_ns);
	bpf_code_exit(&c);
	assert_encoded(&c, 0, (struct encoded){ 0xc3, 0x18, 4, 0xf1 });
	assert_encoded(&c, 1, (struct encoded){ 0xc3, 0x21, 12, 0x01 });
	assert_encoded(&c, 2, (struct encoded){ 0x85, 0x00, 0, 5 });
	assert_encoded(&c, 3, (struct encoded){ 0x95, 0x00, 0, 0 });
}

static void jumps_count_from_the_next_instruction(void **state)
{
	static const struct {
		int op;
		uint8_t code;
	} rows[] = { { BPF_JEQ, 0x15 }, { BPF_JGT, 0x25 }, { BPF_JGE, 0x35 }, { BPF_JNE, 0x55 },
		{ BPF_JLT, 0xa5 }, { BPF_JLE, 0xb5 } };
	enum { ROWS = sizeof rows / sizeof *rows };
	struct bpf_code c = { 0 };
	const int end = bpf_code_label_new(&c), next = bpf_code_label_new(&c);

	(void)state;
	for (int i = 0; i < ROWS; i++) {
		bpf_code_jump_imm(&c, rows[i].op, 4, 7, end);
		bpf_code_jump(&c, rows[i].op, 4, 9, end);
	}
	bpf_code_go(&c, next);
	bpf_code_label_here(&c, next);
	bpf_code_go(&c, end);
	bpf_code_op_imm(&c, BPF_MOV, 0, 0);
	bpf_code_label_here(&c, end);
	bpf_code_exit(&c);
	bpf_code_finish(&c);
	for (int i = 0; i < ROWS; i++) {
		const size_t at = 2 * (size_t)i;
		const int16_t off = (int16_t)(2 * ROWS + 2 - 2 * i);

		assert_encoded(&c, at, (struct encoded){ rows[i].code, 0x04, off, 7 });
		assert_encoded(&c, at + 1,
			(struct encoded){
				(uint8_t)(rows[i].code | 8), 0x94, (int16_t)(off - 1), 0 });
	}
	assert_encoded(&c, 2 * (size_t)ROWS, (struct encoded){ 0x05, 0, 0, 0 });
	assert_encoded(&c, 2 * (size_t)ROWS + 1, (struct encoded){ 0x05, 0, 1, 0 });
}

static void jumps_reach_over_a_whole_program(void **state)
{
	struct bpf_code c = { 0 };
	const int start = bpf_code_label_new(&c), end = bpf_code_label_new(&c);

	(void)state;
	bpf_code_label_here(&c, start);
	bpf_code_go(&c, end);
	while (c.count < BPF_CODE_MAX - 2)
		bpf_code_op_imm(&c, BPF_MOV, 0, 0);
	bpf_code_jump_imm(&c, BPF_JNE, 0, 0, start);
	bpf_code_label_here(&c, end);
	bpf_code_exit(&c);
	bpf_code_finish(&c);
	assert_int_equal(c.count, BPF_CODE_MAX);
	assert_encoded(&c, 0, (struct encoded){ 0x05, 0, BPF_CODE_MAX - 2, 0 });
	assert_encoded(&c, BPF_CODE_MAX - 2, (struct encoded){ 0x55, 0, 1 - BPF_CODE_MAX, 0 });
}

/* Runs a program, which ends here, with one map of two entries of 12 bytes, whose descriptor is 0. */
static struct bpf_cpu run(struct bpf_code *c)
{
	static const unsigned char event[32]
		__attribute__((aligned(8))) = { [8] = 0xfe, [9] = 0xca };
	struct bpf_machine m = { 0 };
	struct bpf_cpu cpu;

	bpf_code_exit(c);
	bpf_code_finish(c);
	bpf_machine_map_new(&m, false, 12, 2);
	bpf_cpu_init(&cpu, &m, c, event, sizeof event, 7, 1000);
	bpf_cpu_run(&cpu);
	bpf_machine_fini(&m);
	return cpu;
}

/* R0 becomes the map's entry with this key. */
static void look_up(struct bpf_code *c, int key)
{
	bpf_code_store_imm(c, 4, 10, -8, key);
	bpf_code_map(c, 1, 0);
	bpf_code_op(c, BPF_MOV, 2, 10);
	bpf_code_op_imm(c, BPF_ADD, 2, -8);
	bpf_code_call(c, BPF_FUNC_map_lookup_elem);
}

static void the_machine_runs_what_is_right(void **state)
{
	struct bpf_code c = { 0 };
	struct bpf_cpu cpu;

	(void)state;
	bpf_code_load(&c, 2, 9, 1, 8);
	look_up(&c, 1);
	bpf_code_store(&c, 4, 0, 8, 9);
	bpf_code_op_imm(&c, BPF_MOV, 3, -1);
	bpf_code_fetch_add32(&c, 0, 8, 3);
	bpf_code_load(&c, 4, 4, 0, 8);
	bpf_code_op_imm(&c, BPF_LSH, 4, 16);
	bpf_code_op(&c, BPF_OR, 4, 3);
	bpf_code_op(&c, BPF_MOV, 0, 4);
	cpu = run(&c);
	assert_null(cpu.fault);
	assert_true(cpu.over);
	assert_true(cpu.r[0] == 0xcafdcafeull);
}

static void the_machine_refuses(const char *what, struct bpf_code *c, size_t at)
{
	const struct bpf_cpu cpu = run(c);

	assert_non_null(cpu.fault);
	assert_string_equal(cpu.fault, what);
	assert_int_equal(cpu.at, at);
}

static void the_machine_refuses_what_a_verifier_would(void **state)
{
	struct bpf_code c = { 0 };

	(void)state;
	bpf_code_op(&c, BPF_MOV, 0, 5);
	the_machine_refuses("reads a register that holds nothing", &c, 0);
	c = (struct bpf_code){ 0 };
	the_machine_refuses("reads a register that holds nothing", &c, 0); /* the end, without R0 */
	c = (struct bpf_code){ 0 };
	bpf_code_load(&c, 8, 0, 10, -8);
	the_machine_refuses("reads where it may not", &c, 0);
	c = (struct bpf_code){ 0 };
	bpf_code_load(&c, 4, 0, 1, 4); /* the fields that all events have */
	the_machine_refuses("reads where it may not", &c, 0);
	c = (struct bpf_code){ 0 };
	bpf_code_load(&c, 8, 0, 1, 28); /* beyond the event's end */
	the_machine_refuses("reads where it may not", &c, 0);
	c = (struct bpf_code){ 0 };
	bpf_code_store_imm(&c, 4, 1, 8, 0); /* into the event */
	the_machine_refuses("writes where it may not", &c, 0);
	c = (struct bpf_code){ 0 };
	bpf_code_store_imm(&c, 4, 10, 0, 0); /* above the stack */
	the_machine_refuses("writes where it may not", &c, 0);
	c = (struct bpf_code){ 0 };
	bpf_code_store_imm(&c, 8, 10, -520, 0); /* below it */
	the_machine_refuses("writes where it may not", &c, 0);
	c = (struct bpf_code){ 0 };
	look_up(&c, 0);
	bpf_code_store_imm(&c, 4, 0, 12, 0); /* between two entries */
	the_machine_refuses("writes where it may not", &c, 6);
	c = (struct bpf_code){ 0 };
	look_up(&c, 2); /* NULL */
	bpf_code_load(&c, 4, 0, 0, 0);
	the_machine_refuses("reads where it may not", &c, 6);
	c = (struct bpf_code){ 0 };
	look_up(&c, 0);
	bpf_code_op(&c, BPF_MOV, 0, 2); /* what a call leaves */
	the_machine_refuses("reads a register that holds nothing", &c, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(arithmetic_is_of_64_bits),
		cmocka_unit_test(numbers_of_64_bits_take_two),
		cmocka_unit_test(memory_is_reached_in_all_widths),
		cmocka_unit_test(what_is_atomic_calls_and_ends),
		cmocka_unit_test(jumps_count_from_the_next_instruction),
		cmocka_unit_test(jumps_reach_over_a_whole_program),
		cmocka_unit_test(the_machine_runs_what_is_right),
		cmocka_unit_test(the_machine_refuses_what_a_verifier_would),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
