#include "source/exits/bpf_count.h"

#include <stdbool.h>
#include <stddef.h>

#include "source/exits/exit_key.h"
#include "source/tracefs/trace_format.h"

/* What the registers hold that helpers leave alone. R0 to R5 are scratch, R10 is the end of the stack. */
enum {
	CONTEXT = BPF_REG_6, /* the event's fields, as its format file says; later */
	BOOKING = BPF_REG_6,
	TID = BPF_REG_7,
	THREAD = BPF_REG_8,
	DURATION = BPF_REG_9,
	STACK = BPF_REG_10,
};

/* The stack, counted from its end. */
enum { INDEX = -8, WHAT = -16, NUMBER = -24, CONTROL = -32, VCPU = -40, NEW_THREAD = -96 };

/* Places that are tried for a booking. */
#define PROBES 8

#define THREAD_FIELD(name) ((int)offsetof(struct bpf_thread, name))
#define BOOKING_FIELD(name) ((int)offsetof(struct bpf_booking, name))
#define CONTROL_FIELD(name) ((int)offsetof(struct bpf_control, name))

/* R0 becomes the entry of a map whose key lies on the stack at INDEX; to label when there is none. */
static void look_up(struct bpf_code *c, int map, int none)
{
	bpf_code_map(c, BPF_REG_1, map);
	bpf_code_op(c, BPF_MOV, BPF_REG_2, STACK);
	bpf_code_op_imm(c, BPF_ADD, BPF_REG_2, INDEX);
	bpf_code_call(c, BPF_FUNC_map_lookup_elem);
	bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_0, 0, none);
}

static void begin(struct bpf_code *c)
{
	*c = (struct bpf_code){ 0 };
	bpf_code_op(c, BPF_MOV, CONTEXT, BPF_REG_1);
	bpf_code_call(c, BPF_FUNC_get_current_pid_tgid);
	/* The thread in the low half. */
	bpf_code_op(c, BPF_MOV, TID, BPF_REG_0);
	bpf_code_op_imm(c, BPF_LSH, TID, 32);
	bpf_code_op_imm(c, BPF_RSH, TID, 32);
}

/* What is not 0 lets the event go on to others: perf may look at it, too. */
static void end(struct bpf_code *c, int out)
{
	bpf_code_label_here(c, out);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_0, 1);
	bpf_code_exit(c);
	bpf_code_finish(c);
}

/* Makes the state of a thread whose place in the array is another's. */
static void add_other_thread(struct bpf_code *c, const struct bpf_count_maps *m)
{
	for (int at = 0; at < (int)sizeof(struct bpf_thread); at += 8)
		bpf_code_store_imm(c, 8, STACK, NEW_THREAD + at, 0);
	bpf_code_store(c, 4, STACK, NEW_THREAD + THREAD_FIELD(tid), TID);
	bpf_code_map(c, BPF_REG_1, m->other_threads);
	bpf_code_op(c, BPF_MOV, BPF_REG_2, STACK);
	bpf_code_op_imm(c, BPF_ADD, BPF_REG_2, INDEX);
	bpf_code_op(c, BPF_MOV, BPF_REG_3, STACK);
	bpf_code_op_imm(c, BPF_ADD, BPF_REG_3, NEW_THREAD);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_4, BPF_NOEXIST);
	bpf_code_call(c, BPF_FUNC_map_update_elem);
}

/* An exit has no room: R0 is the control. R2 is used up. */
static void count_dropped(struct bpf_code *c)
{
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_2, 1);
	bpf_code_fetch_add32(c, BPF_REG_0, CONTROL_FIELD(dropped), BPF_REG_2);
}

/* THREAD becomes the state of this thread; out when it has none, unless it is to be added. Its place in the
 * array may have become free while it has another one in the hash. */
static void find_thread(struct bpf_code *c, const struct bpf_count_maps *m, bool add, int out)
{
	const int found = bpf_code_label_new(c), other = bpf_code_label_new(c);

	bpf_code_op(c, BPF_MOV, BPF_REG_1, TID);
	bpf_code_op_imm(c, BPF_AND, BPF_REG_1, BPF_COUNT_THREADS - 1);
	bpf_code_store(c, 4, STACK, INDEX, BPF_REG_1);
	look_up(c, m->threads, out);
	bpf_code_op(c, BPF_MOV, THREAD, BPF_REG_0);
	bpf_code_load(c, 4, BPF_REG_1, THREAD, THREAD_FIELD(tid));
	bpf_code_jump(c, BPF_JEQ, BPF_REG_1, TID, found);
	if (add) {
		bpf_code_jump_imm(c, BPF_JNE, BPF_REG_1, 0, other);
		bpf_code_op_imm(c, BPF_MOV, BPF_REG_0, 0);
		bpf_code_op(c, BPF_MOV, BPF_REG_1, TID);
		bpf_code_compare_exchange32(c, THREAD, THREAD_FIELD(tid), BPF_REG_1);
		bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_0, 0, found);
		bpf_code_label_here(c, other);
	}
	bpf_code_store(c, 4, STACK, INDEX, TID);
	if (add) {
		const int missing = bpf_code_label_new(c), there = bpf_code_label_new(c),
			  full = bpf_code_label_new(c);

		look_up(c, m->other_threads, missing);
		bpf_code_go(c, there);
		bpf_code_label_here(c, missing);
		add_other_thread(c, m);
		look_up(c, m->other_threads, full);
		bpf_code_go(c, there);
		bpf_code_label_here(c, full);
		bpf_code_store_imm(c, 4, STACK, INDEX, 0);
		look_up(c, m->control, out);
		count_dropped(c);
		bpf_code_go(c, out);
		bpf_code_label_here(c, there);
	} else {
		look_up(c, m->other_threads, out);
		bpf_code_label_here(c, other);
	}
	bpf_code_op(c, BPF_MOV, THREAD, BPF_REG_0);
	bpf_code_label_here(c, found);
}

static void load_field(struct bpf_code *c, int dst, struct trace_field field)
{
	bpf_code_load(c, field.size, dst, CONTEXT, field.offset);
}

/* A bit of info1 that says nothing on VMX and SVM: number is not 0 where a port is known, be it port 0. */
#define IO_KNOWN (1 << 15)

/* R3 becomes info1 where the exit is an I/O exit, as exit_key_make() has it, else 0. R1: isa, R2: reason. */
static void load_io_info(struct bpf_code *c, const struct trace_format *f)
{
	const int io = bpf_code_label_new(c), svm = bpf_code_label_new(c),
		  done = bpf_code_label_new(c);

	bpf_code_op_imm(c, BPF_MOV, BPF_REG_3, 0);
	bpf_code_jump_imm(c, BPF_JNE, BPF_REG_1, EXIT_ISA_VMX, svm);
	bpf_code_op(c, BPF_MOV, BPF_REG_4, BPF_REG_2);
	bpf_code_op_imm(c, BPF_AND, BPF_REG_4, 0xffff);
	bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_4, EXIT_KEY_VMX_IO_INSTRUCTION, io);
	bpf_code_go(c, done);
	bpf_code_label_here(c, svm);
	bpf_code_jump_imm(c, BPF_JNE, BPF_REG_1, EXIT_ISA_SVM, done);
	bpf_code_jump_imm(c, BPF_JNE, BPF_REG_2, EXIT_KEY_SVM_IOIO, done);
	bpf_code_label_here(c, io);
	load_field(c, BPF_REG_3, f->exit_info1);
	bpf_code_op_imm(c, BPF_OR, BPF_REG_3, IO_KNOWN);
	bpf_code_label_here(c, done);
}

void bpf_count_exit(
	struct bpf_code *c, const struct trace_format *f, const struct bpf_count_maps *m)
{
	int out;

	begin(c);
	out = bpf_code_label_new(c);
	find_thread(c, m, true, out);
	load_field(c, BPF_REG_1, f->exit_isa);
	load_field(c, BPF_REG_2, f->exit_reason);
	load_io_info(c, f);
	bpf_code_store(c, 8, THREAD, THREAD_FIELD(number), BPF_REG_3);
	bpf_code_op_imm(c, BPF_AND, BPF_REG_1, 0xff);
	bpf_code_op_imm(c, BPF_LSH, BPF_REG_1, BPF_COUNT_ISA_SHIFT);
	bpf_code_op(c, BPF_OR, BPF_REG_1, BPF_REG_2);
	bpf_code_store(c, 8, THREAD, THREAD_FIELD(what), BPF_REG_1);
	bpf_code_call(c, BPF_FUNC_ktime_get_ns);
	bpf_code_store(c, 8, THREAD, THREAD_FIELD(open_ns), BPF_REG_0);
	end(c, out);
}

/* BOOKING becomes that of this thread and of what and number on the stack, a new one where there is none;
 * out when there is no room. */
static void find_booking(struct bpf_code *c, const struct bpf_count_maps *m, int out)
{
	const int found = bpf_code_label_new(c), claimed = bpf_code_label_new(c);

	/* The idle task: a booking of 0 would be free. */
	bpf_code_jump_imm(c, BPF_JEQ, TID, 0, out);
	bpf_code_store_imm(c, 4, STACK, INDEX, 0);
	look_up(c, m->control, out);
	bpf_code_store(c, 8, STACK, CONTROL, BPF_REG_0);
	bpf_code_load(c, 4, BPF_REG_3, BPF_REG_0, CONTROL_FIELD(table));
	/* Fibonacci hashing, into R4. */
	bpf_code_load(c, 8, BPF_REG_4, STACK, NUMBER);
	bpf_code_imm64(c, BPF_REG_5, 0x9e3779b97f4a7c15ull);
	bpf_code_op(c, BPF_MUL, BPF_REG_4, BPF_REG_5);
	bpf_code_load(c, 8, BPF_REG_1, STACK, WHAT);
	bpf_code_op(c, BPF_XOR, BPF_REG_4, BPF_REG_1);
	bpf_code_op(c, BPF_MOV, BPF_REG_1, TID);
	bpf_code_op_imm(c, BPF_LSH, BPF_REG_1, 16);
	bpf_code_op(c, BPF_XOR, BPF_REG_4, BPF_REG_1);
	bpf_code_op(c, BPF_MUL, BPF_REG_4, BPF_REG_5);
	bpf_code_op_imm(c, BPF_RSH, BPF_REG_4, 40);
	bpf_code_op_imm(c, BPF_AND, BPF_REG_3, 1);
	/* Where it is free, THREAD is not needed any more. */
	bpf_code_op(c, BPF_MOV, THREAD, BPF_REG_4);
	bpf_code_op_imm(c, BPF_MUL, BPF_REG_3, BPF_COUNT_BOOKINGS);
	bpf_code_store(c, 8, STACK, NEW_THREAD, BPF_REG_3);
	for (int probe = 0; probe < PROBES; probe++) {
		const int next = bpf_code_label_new(c), busy = bpf_code_label_new(c);

		bpf_code_op(c, BPF_MOV, BPF_REG_1, THREAD);
		bpf_code_op_imm(c, BPF_ADD, BPF_REG_1, probe);
		bpf_code_op_imm(c, BPF_AND, BPF_REG_1, BPF_COUNT_BOOKINGS - 1);
		bpf_code_load(c, 8, BPF_REG_2, STACK, NEW_THREAD);
		bpf_code_op(c, BPF_ADD, BPF_REG_1, BPF_REG_2);
		bpf_code_store(c, 4, STACK, INDEX, BPF_REG_1);
		look_up(c, m->bookings, out);
		bpf_code_op(c, BPF_MOV, BOOKING, BPF_REG_0);
		bpf_code_load(c, 4, BPF_REG_1, BOOKING, BOOKING_FIELD(tid));
		bpf_code_jump_imm(c, BPF_JNE, BPF_REG_1, 0, busy);
		bpf_code_op_imm(c, BPF_MOV, BPF_REG_0, 0);
		bpf_code_op(c, BPF_MOV, BPF_REG_1, TID);
		bpf_code_compare_exchange32(c, BOOKING, BOOKING_FIELD(tid), BPF_REG_1);
		bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_0, 0, claimed);
		bpf_code_go(c, next);
		bpf_code_label_here(c, busy);
		bpf_code_jump(c, BPF_JNE, BPF_REG_1, TID, next);
		bpf_code_load(c, 8, BPF_REG_1, BOOKING, BOOKING_FIELD(what));
		bpf_code_load(c, 8, BPF_REG_2, STACK, WHAT);
		bpf_code_jump(c, BPF_JNE, BPF_REG_1, BPF_REG_2, next);
		bpf_code_load(c, 8, BPF_REG_1, BOOKING, BOOKING_FIELD(number));
		bpf_code_load(c, 8, BPF_REG_2, STACK, NUMBER);
		bpf_code_jump(c, BPF_JEQ, BPF_REG_1, BPF_REG_2, found);
		bpf_code_label_here(c, next);
	}
	bpf_code_load(c, 8, BPF_REG_0, STACK, CONTROL);
	count_dropped(c);
	bpf_code_go(c, out);

	bpf_code_label_here(c, claimed);
	bpf_code_load(c, 8, BPF_REG_1, STACK, WHAT);
	bpf_code_store(c, 8, BOOKING, BOOKING_FIELD(what), BPF_REG_1);
	bpf_code_load(c, 8, BPF_REG_1, STACK, NUMBER);
	bpf_code_store(c, 8, BOOKING, BOOKING_FIELD(number), BPF_REG_1);
	bpf_code_load(c, 8, BPF_REG_1, STACK, VCPU);
	bpf_code_store(c, 4, BOOKING, BOOKING_FIELD(vcpu), BPF_REG_1);
	bpf_code_store_imm(c, 8, BOOKING, BOOKING_FIELD(min_ns), -1);
	/* Its number goes to the list of those in use: where, R2 says. */
	bpf_code_load(c, 4, THREAD, STACK, INDEX);
	bpf_code_load(c, 8, BPF_REG_1, STACK, CONTROL);
	bpf_code_load(c, 8, BPF_REG_3, STACK, NEW_THREAD);
	bpf_code_op_imm(c, BPF_RSH, BPF_REG_3, __builtin_ctz(BPF_COUNT_BOOKINGS));
	bpf_code_op_imm(c, BPF_AND, BPF_REG_3, 1);
	bpf_code_op_imm(c, BPF_LSH, BPF_REG_3, 2);
	bpf_code_op(c, BPF_ADD, BPF_REG_1, BPF_REG_3);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_2, 1);
	bpf_code_fetch_add32(c, BPF_REG_1, CONTROL_FIELD(used), BPF_REG_2);
	bpf_code_op_imm(c, BPF_AND, BPF_REG_2, BPF_COUNT_BOOKINGS - 1);
	bpf_code_load(c, 8, BPF_REG_1, STACK, NEW_THREAD);
	bpf_code_op(c, BPF_ADD, BPF_REG_2, BPF_REG_1);
	bpf_code_store(c, 4, STACK, INDEX, BPF_REG_2);
	look_up(c, m->used, out);
	bpf_code_store(c, 4, BPF_REG_0, 0, THREAD);
	bpf_code_label_here(c, found);
}

/* R2 becomes floor(log2(R1)); R1 is not 0, and is used up. */
static void logarithm(struct bpf_code *c)
{
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_2, 0);
	for (int bits = 32; bits; bits /= 2) {
		const int less = bpf_code_label_new(c);

		bpf_code_op(c, BPF_MOV, BPF_REG_3, BPF_REG_1);
		bpf_code_op_imm(c, BPF_RSH, BPF_REG_3, bits);
		bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_3, 0, less);
		bpf_code_op(c, BPF_MOV, BPF_REG_1, BPF_REG_3);
		bpf_code_op_imm(c, BPF_ADD, BPF_REG_2, bits);
		bpf_code_label_here(c, less);
	}
}

/* Counts DURATION in the bucket of latency_bucket(). */
static void count_bucket(struct bpf_code *c)
{
	const int large = bpf_code_label_new(c), found = bpf_code_label_new(c),
		  fits = bpf_code_label_new(c);

	bpf_code_op(c, BPF_MOV, BPF_REG_4, DURATION);
	bpf_code_jump_imm(c, BPF_JGT, DURATION, (1 << LATENCY_FIRST_DOUBLING) - 1, large);
	bpf_code_op_imm(c, BPF_RSH, BPF_REG_4, LATENCY_FIRST_DOUBLING - LATENCY_BITS);
	bpf_code_go(c, found);
	bpf_code_label_here(c, large);
	bpf_code_op(c, BPF_MOV, BPF_REG_1, DURATION);
	logarithm(c);
	bpf_code_op(c, BPF_MOV, BPF_REG_1, BPF_REG_2);
	bpf_code_op_imm(c, BPF_SUB, BPF_REG_1, LATENCY_BITS);
	bpf_code_op(c, BPF_RSH, BPF_REG_4, BPF_REG_1);
	bpf_code_op_imm(c, BPF_AND, BPF_REG_4, (1 << LATENCY_BITS) - 1);
	bpf_code_op_imm(c, BPF_SUB, BPF_REG_2, LATENCY_FIRST_DOUBLING - 1);
	bpf_code_op_imm(c, BPF_LSH, BPF_REG_2, LATENCY_BITS);
	bpf_code_op(c, BPF_ADD, BPF_REG_4, BPF_REG_2);
	bpf_code_label_here(c, found);
	bpf_code_jump_imm(c, BPF_JLT, BPF_REG_4, LATENCY_BUCKETS, fits);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_4, LATENCY_BUCKETS - 1);
	bpf_code_label_here(c, fits);
	bpf_code_op_imm(c, BPF_AND, BPF_REG_4, LATENCY_BUCKETS - 1);
	bpf_code_op_imm(c, BPF_LSH, BPF_REG_4, 2);
	bpf_code_op(c, BPF_ADD, BOOKING, BPF_REG_4);
	bpf_code_load(c, 4, BPF_REG_1, BOOKING, BOOKING_FIELD(buckets));
	bpf_code_op_imm(c, BPF_ADD, BPF_REG_1, 1);
	bpf_code_store(c, 4, BOOKING, BOOKING_FIELD(buckets), BPF_REG_1);
}

/* Adds R1 to the 64 bits of the booking at offset. */
static void add_to(struct bpf_code *c, int offset)
{
	bpf_code_load(c, 8, BPF_REG_2, BOOKING, offset);
	bpf_code_op(c, BPF_ADD, BPF_REG_2, BPF_REG_1);
	bpf_code_store(c, 8, BOOKING, offset, BPF_REG_2);
}

/* Adds the square of DURATION to 128 bits. With DURATION = a * 2^32 + b its upper half is
 *	a^2 + (a * b >> 31) + (1 if b^2 is more than the lower half) */
static void add_square(struct bpf_code *c)
{
	const int whole = bpf_code_label_new(c), add_high = bpf_code_label_new(c),
		  no_carry = bpf_code_label_new(c);

	bpf_code_op(c, BPF_MOV, BPF_REG_1, DURATION);
	bpf_code_op(c, BPF_MUL, BPF_REG_1, DURATION);
	add_to(c, BOOKING_FIELD(squares_low));
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_5, 0);
	bpf_code_jump(c, BPF_JGE, BPF_REG_2, BPF_REG_1, no_carry);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_5, 1);
	bpf_code_label_here(c, no_carry);
	bpf_code_op(c, BPF_MOV, BPF_REG_3, DURATION);
	bpf_code_op_imm(c, BPF_RSH, BPF_REG_3, 32);
	bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_3, 0, add_high);
	bpf_code_op(c, BPF_MOV, BPF_REG_4, DURATION);
	bpf_code_op_imm(c, BPF_LSH, BPF_REG_4, 32);
	bpf_code_op_imm(c, BPF_RSH, BPF_REG_4, 32);
	bpf_code_op(c, BPF_MOV, BPF_REG_2, BPF_REG_3);
	bpf_code_op(c, BPF_MUL, BPF_REG_2, BPF_REG_4);
	bpf_code_op_imm(c, BPF_RSH, BPF_REG_2, 31);
	bpf_code_op(c, BPF_ADD, BPF_REG_5, BPF_REG_2);
	bpf_code_op(c, BPF_MUL, BPF_REG_3, BPF_REG_3);
	bpf_code_op(c, BPF_ADD, BPF_REG_5, BPF_REG_3);
	bpf_code_op(c, BPF_MUL, BPF_REG_4, BPF_REG_4);
	bpf_code_jump(c, BPF_JLE, BPF_REG_4, BPF_REG_1, whole);
	bpf_code_op_imm(c, BPF_ADD, BPF_REG_5, 1);
	bpf_code_label_here(c, whole);
	bpf_code_label_here(c, add_high);
	bpf_code_op(c, BPF_MOV, BPF_REG_1, BPF_REG_5);
	add_to(c, BOOKING_FIELD(squares_high));
}

static void book(struct bpf_code *c)
{
	const int not_least = bpf_code_label_new(c), not_most = bpf_code_label_new(c);

	bpf_code_op_imm(c, BPF_MOV, BPF_REG_1, 1);
	add_to(c, BOOKING_FIELD(count));
	bpf_code_op(c, BPF_MOV, BPF_REG_1, DURATION);
	add_to(c, BOOKING_FIELD(total_ns));
	bpf_code_load(c, 8, BPF_REG_1, BOOKING, BOOKING_FIELD(min_ns));
	bpf_code_jump(c, BPF_JGE, DURATION, BPF_REG_1, not_least);
	bpf_code_store(c, 8, BOOKING, BOOKING_FIELD(min_ns), DURATION);
	bpf_code_label_here(c, not_least);
	bpf_code_load(c, 8, BPF_REG_1, BOOKING, BOOKING_FIELD(max_ns));
	bpf_code_jump(c, BPF_JLE, DURATION, BPF_REG_1, not_most);
	bpf_code_store(c, 8, BOOKING, BOOKING_FIELD(max_ns), DURATION);
	bpf_code_label_here(c, not_most);
	add_square(c);
	count_bucket(c);
}

void bpf_count_entry(
	struct bpf_code *c, const struct trace_format *f, const struct bpf_count_maps *m)
{
	int out;

	begin(c);
	out = bpf_code_label_new(c);
	find_thread(c, m, false, out);
	bpf_code_load(c, 8, DURATION, THREAD, THREAD_FIELD(open_ns));
	bpf_code_jump_imm(c, BPF_JEQ, DURATION, 0, out);
	load_field(c, BPF_REG_1, f->entry_vcpu);
	bpf_code_store(c, 8, STACK, VCPU, BPF_REG_1);
	bpf_code_load(c, 8, BPF_REG_1, THREAD, THREAD_FIELD(what));
	bpf_code_store(c, 8, STACK, WHAT, BPF_REG_1);
	bpf_code_load(c, 8, BPF_REG_1, THREAD, THREAD_FIELD(number));
	bpf_code_store(c, 8, STACK, NUMBER, BPF_REG_1);
	bpf_code_call(c, BPF_FUNC_ktime_get_ns);
	bpf_code_jump(c, BPF_JLT, BPF_REG_0, DURATION, out);
	bpf_code_store_imm(c, 8, THREAD, THREAD_FIELD(open_ns), 0);
	bpf_code_op(c, BPF_SUB, BPF_REG_0, DURATION);
	bpf_code_op(c, BPF_MOV, DURATION, BPF_REG_0);
	find_booking(c, m, out);
	book(c);
	end(c, out);
}

/* The open exit is about number, which R2 holds, and its detail, R3: unless it knows already. */
static void set_detail(struct bpf_code *c, int out)
{
	bpf_code_load(c, 8, BPF_REG_1, THREAD, THREAD_FIELD(open_ns));
	bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_1, 0, out);
	bpf_code_load(c, 8, BPF_REG_1, THREAD, THREAD_FIELD(number));
	bpf_code_jump_imm(c, BPF_JNE, BPF_REG_1, 0, out);
	bpf_code_load(c, 8, BPF_REG_1, THREAD, THREAD_FIELD(what));
	bpf_code_op(c, BPF_MOV, BPF_REG_4, BPF_REG_1);
	bpf_code_op_imm(c, BPF_RSH, BPF_REG_4, BPF_COUNT_DETAIL_SHIFT);
	bpf_code_jump_imm(c, BPF_JNE, BPF_REG_4, 0, out);
	bpf_code_op_imm(c, BPF_LSH, BPF_REG_3, BPF_COUNT_DETAIL_SHIFT);
	bpf_code_op(c, BPF_OR, BPF_REG_1, BPF_REG_3);
	bpf_code_store(c, 8, THREAD, THREAD_FIELD(what), BPF_REG_1);
	bpf_code_store(c, 8, THREAD, THREAD_FIELD(number), BPF_REG_2);
}

void bpf_count_msr(struct bpf_code *c, const struct trace_format *f, const struct bpf_count_maps *m)
{
	int out, read;

	begin(c);
	out = bpf_code_label_new(c);
	read = bpf_code_label_new(c);
	find_thread(c, m, false, out);
	load_field(c, BPF_REG_2, f->msr_number);
	load_field(c, BPF_REG_1, f->msr_write);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_3, EXIT_DETAIL_MSR_READ);
	bpf_code_jump_imm(c, BPF_JEQ, BPF_REG_1, 0, read);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_3, EXIT_DETAIL_MSR_WRITE);
	bpf_code_label_here(c, read);
	set_detail(c, out);
	end(c, out);
}

void bpf_count_mmio(
	struct bpf_code *c, const struct trace_format *f, const struct bpf_count_maps *m)
{
	int out, read;

	begin(c);
	out = bpf_code_label_new(c);
	read = bpf_code_label_new(c);
	find_thread(c, m, false, out);
	load_field(c, BPF_REG_2, f->mmio_address);
	load_field(c, BPF_REG_1, f->mmio_type);
	bpf_code_jump_imm(c, BPF_JGT, BPF_REG_1, TRACE_MMIO_WRITE, out);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_3, EXIT_DETAIL_MMIO_READ);
	bpf_code_jump_imm(c, BPF_JNE, BPF_REG_1, TRACE_MMIO_WRITE, read);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_3, EXIT_DETAIL_MMIO_WRITE);
	bpf_code_label_here(c, read);
	set_detail(c, out);
	end(c, out);
}

void bpf_count_irq(struct bpf_code *c, const struct trace_format *f, const struct bpf_count_maps *m)
{
	int out;

	begin(c);
	out = bpf_code_label_new(c);
	load_field(c, BPF_REG_1, f->irq_gsi);
	bpf_code_store(c, 8, STACK, NUMBER, BPF_REG_1);
	bpf_code_imm64(c, BPF_REG_1, (uint64_t)BPF_COUNT_IRQ << BPF_COUNT_DETAIL_SHIFT);
	bpf_code_store(c, 8, STACK, WHAT, BPF_REG_1);
	bpf_code_store_imm(c, 8, STACK, VCPU, -1);
	load_field(c, DURATION, f->irq_level);
	find_booking(c, m, out);
	bpf_code_op_imm(c, BPF_MOV, BPF_REG_1, 1);
	add_to(c, BOOKING_FIELD(count));
	bpf_code_jump_imm(c, BPF_JEQ, DURATION, 0, out);
	add_to(c, BOOKING_FIELD(total_ns));
	end(c, out);
}
