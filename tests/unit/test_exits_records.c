/* exits: records as the kernel writes them, of several kernels, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exits_world.h"

static void put(unsigned char *record, struct trace_field field, uint64_t value)
{
	memcpy(record + field.offset, &value, field.size);
}

static void raw_records_are_taken_apart(void **state)
{
	struct world *w = *state;
	const struct trace_format *f = &w->format;
	unsigned char record[64] = { 0 };
	const struct exit_key in_71 = { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 };

	put(record, f->type, (uint64_t)f->exit_id);
	put(record, f->pid, 4321);
	put(record, f->exit_reason, 30);
	put(record, f->exit_isa, EXIT_ISA_VMX);
	put(record, f->exit_info1, 0x00710008);
	put(record, f->exit_vcpu, 2);
	exits_record(w->e, f, record, f->exit_size, 1000);
	put(record, f->type, (uint64_t)f->entry_id + 1); /* another event */
	exits_record(w->e, f, record, sizeof record, 1200);
	memset(record, 0, sizeof record);
	put(record, f->type, (uint64_t)f->entry_id);
	put(record, f->pid, 4321);
	put(record, f->entry_vcpu, 2);
	exits_record(w->e, f, record, f->entry_size - 1u, 1300); /* cut short */
	exits_record(w->e, f, record, f->entry_size, 1500);
	collect(w);
	assert_int_equal(find(w, 4321, in_71).count, 1);
	assert_int_equal(find(w, 4321, in_71).total_ns, 500);
	assert_int_equal(find_thread(w, 4321)->vcpu, 2);

	put(record, f->type, (uint64_t)f->exit_id);
	exits_record(w->e, f, record, f->exit_size - 1u, 2000); /* cut short */
	put(record, f->type, (uint64_t)f->entry_id);
	exits_record(w->e, f, record, sizeof record, 2500);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
}

static void book_arm64(struct world *w, const struct trace_format *f, uint32_t ret, uint32_t esr_ec,
	uint64_t time_ns)
{
	unsigned char record[64] = { 0 };

	put(record, f->type, (uint64_t)f->exit_id);
	put(record, f->pid, 7);
	put(record, f->exit_ret, ret);
	put(record, f->exit_reason, esr_ec);
	exits_record(w->e, f, record, sizeof record, time_ns);
	put(record, f->type, (uint64_t)f->entry_id);
	exits_record(w->e, f, record, sizeof record, time_ns + 1);
}

static void arm64_books_traps_by_their_class(void **state)
{
	static const char *const kernels[] = { "arm64-5.10", "arm64-6.1", "arm64-6.12",
		"arm64-7.2" };
	static const struct exit_key wfx = { .reason = 1, .isa = EXIT_ISA_ARM_TRAP },
				     irq = { .reason = 0, .isa = EXIT_ISA_ARM_RET },
				     new_trap = { .reason = 0x3e, .isa = EXIT_ISA_ARM_TRAP },
				     new_ret = { .reason = 4, .isa = EXIT_ISA_ARM_RET },
				     high_ret = { .reason = 0x80000001, .isa = EXIT_ISA_ARM_RET };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		trace_format_fini(&w->format);
		open_format(&w->format, kernels[i]);
		book_arm64(w, &w->format, EXIT_KEY_ARM_TRAP, 1, 10);
		book_arm64(w, &w->format, EXIT_KEY_ARM_TRAP, 1, 20);
		book_arm64(w, &w->format, 0, 0, 30);
		book_arm64(w, &w->format, EXIT_KEY_ARM_TRAP, 0x3e, 40);
		book_arm64(w, &w->format, 4, 0, 50);
		book_arm64(w, &w->format, 0x80000001, 0, 60);
		collect(w);
		assert_int_equal(find(w, 7, wfx).count, 2);
		assert_int_equal(find(w, 7, irq).count, 1);
		assert_int_equal(find_thread(w, 7)->vcpu, -1);
		assert_string_equal(find_exit(w, 7, wfx)->name, "WFx");
		assert_string_equal(find_exit(w, 7, irq)->name, "IRQ");
		/* Without a name it is the kernel's own number, whichever of the two fields tells it. */
		assert_string_equal(find_exit(w, 7, new_trap)->name, "0x3e");
		assert_string_equal(find_exit(w, 7, new_ret)->name, "0x4");
		assert_string_equal(find_exit(w, 7, high_ret)->name, "0x80000001");
	}
}

/* One exit and its entry of the type entry_id. */
static void book_reason(struct world *w, int entry_id, uint64_t reason, uint64_t time_ns)
{
	const struct trace_format *f = &w->format;
	unsigned char record[64] = { 0 };

	put(record, f->type, (uint64_t)f->exit_id);
	put(record, f->pid, 7);
	put(record, f->exit_reason, reason);
	exits_record(w->e, f, record, f->exit_size, time_ns);
	put(record, f->type, (uint64_t)entry_id);
	exits_record(w->e, f, record, f->entry_size, time_ns + 5);
}

static void riscv_books_interrupts_apart(void **state)
{
	static const struct exit_key fault = { .reason = 21, .isa = EXIT_ISA_RISCV },
				     timer = { .reason = 5, .isa = EXIT_ISA_RISCV_INTERRUPT },
				     five = { .reason = 5, .isa = EXIT_ISA_RISCV };
	struct world *w = *state;

	trace_format_fini(&w->format);
	open_format(&w->format, "riscv-7.2");
	book_reason(w, w->format.entry_id, 21, 10);
	book_reason(w, w->format.entry_id, UINT64_C(0x8000000000000005), 20);
	book_reason(w, w->format.entry_id, 5, 30);
	collect(w);
	assert_int_equal(w->s->exit_threads[0].count, 3);
	assert_int_equal(find(w, 7, fault).total_ns, 5);
	assert_string_equal(find_exit(w, 7, fault)->name, "0x15");
	assert_string_equal(find_exit(w, 7, timer)->name, "0x8000000000000005");
	assert_string_equal(find_exit(w, 7, five)->name, "0x5");
}

static void loongarch_has_two_events_that_end_an_exit(void **state)
{
	static const struct exit_key idle = { .reason = 64, .isa = EXIT_ISA_LOONGARCH },
				     other = { .reason = 22, .isa = EXIT_ISA_LOONGARCH };
	struct world *w = *state;

	trace_format_fini(&w->format);
	open_format(&w->format, "loongarch-7.2");
	assert_true(w->format.entry_id != w->format.reenter_id && w->format.reenter_id >= 0);
	book_reason(w, w->format.entry_id, 64, 10);
	book_reason(w, w->format.reenter_id, 64, 20);
	book_reason(w, w->format.reenter_id, 22, 30);
	collect(w);
	assert_int_equal(find(w, 7, idle).count, 2);
	assert_int_equal(find(w, 7, idle).total_ns, 10);
	assert_string_equal(find_exit(w, 7, idle)->name, "IDLE");
	assert_string_equal(find_exit(w, 7, other)->name, "0x16");
	assert_int_equal(find_thread(w, 7)->vcpu, 0);
}

/* Both events in the form of the kernel at hand; fields that it does not have are left out. */
static void book_x86(struct world *w, struct exit_key key, uint64_t info1, uint64_t time_ns)
{
	const struct trace_format *f = &w->format;
	unsigned char record[64] = { 0 };

	put(record, f->type, (uint64_t)f->exit_id);
	put(record, f->pid, 7);
	put(record, f->exit_vcpu, 3);
	put(record, f->exit_reason, key.reason);
	put(record, f->exit_isa, key.isa);
	put(record, f->exit_info1, info1);
	exits_record(w->e, f, record, f->exit_size, time_ns);
	memset(record, 0, sizeof record);
	put(record, f->type, (uint64_t)f->entry_id);
	put(record, f->pid, 7);
	put(record, f->entry_vcpu, 3);
	exits_record(w->e, f, record, f->entry_size, time_ns + 5);
}

static void kernels_differ_in_what_they_tell(void **state)
{
	static const struct {
		const char *kernel;
		struct exit_key key; /* of an IN from port 0x71 */
		int vcpu;
	} kernels[] = {
		{ "linux-6.1", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		{ "linux-5.10", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		{ "linux-6.12", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		{ "linux-6.18", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		{ "linux-7.2", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		{ "moved", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		{ "no-names", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		/* kvm_entry tells it */
		{ "no-vcpu", { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 }, 3 },
		/* no info1 */
		{ "no-info1", { 30, EXIT_ISA_VMX, EXIT_DETAIL_NONE, 0 }, 3 },
		/* nor isa */
		{ "no-isa", { 30, EXIT_ISA_UNKNOWN, EXIT_DETAIL_NONE, 0 }, 3 },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		trace_format_fini(&w->format);
		open_format(&w->format, kernels[i].kernel);
		book_x86(w, (struct exit_key){ .reason = 30, .isa = EXIT_ISA_VMX }, 0x00710008,
			1000 * i);
		collect(w);
		assert_int_equal(w->s->exit_thread_count, 1);
		assert_int_equal(w->s->exit_threads[0].count, 1);
		assert_int_equal(w->s->exit_threads[0].vcpu, kernels[i].vcpu);
		assert_int_equal(find(w, 7, kernels[i].key).count, 1);
		assert_int_equal(find(w, 7, kernels[i].key).total_ns, 5);
	}
}

static void flags_are_no_part_of_a_reason(void **state)
{
	struct world *w = *state;
	const struct exit_key failed_entry = { .reason = 33, .isa = EXIT_ISA_VMX };

	book_x86(w, (struct exit_key){ .reason = 0x80000021, .isa = EXIT_ISA_VMX }, 0, 1);
	book_x86(w, (struct exit_key){ .reason = 0x99, .isa = EXIT_ISA_SVM }, 0, 10);
	collect(w);
	assert_string_equal(find_exit(w, 7, failed_entry)->name, "INVALID_STATE");
	assert_string_equal(
		find_exit(w, 7, (struct exit_key){ .reason = 0x99, .isa = EXIT_ISA_SVM })->name,
		"0x99");
}

static void record_msr(struct world *w, pid_t tid, bool write, uint32_t msr)
{
	const struct trace_format *f = &w->format;
	unsigned char record[64] = { 0 };

	put(record, f->type, (uint64_t)f->msr_id);
	put(record, f->pid, (uint64_t)tid);
	put(record, f->msr_write, write);
	put(record, f->msr_number, msr);
	exits_record(w->e, f, record, f->msr_size - 1u, 1); /* cut short */
	exits_record(w->e, f, record, f->msr_size, 1);
}

static void record_mmio(struct world *w, pid_t tid, uint32_t type, uint64_t address)
{
	const struct trace_format *f = &w->format;
	unsigned char record[64] = { 0 };

	put(record, f->type, (uint64_t)f->mmio_id);
	put(record, f->pid, (uint64_t)tid);
	put(record, f->mmio_type, type);
	put(record, f->mmio_address, address);
	exits_record(w->e, f, record, f->mmio_size, 1);
}

static void record_irq(struct world *w, pid_t tid, uint32_t gsi, int level)
{
	const struct trace_format *f = &w->format;
	unsigned char record[64] = { 0 };

	put(record, f->type, (uint64_t)f->irq_id);
	put(record, f->pid, (uint64_t)tid);
	put(record, f->irq_gsi, gsi);
	put(record, f->irq_level, (uint64_t)level);
	exits_record(w->e, f, record, f->irq_size - 1u, 1); /* cut short */
	exits_record(w->e, f, record, f->irq_size, 1);
}

static void records_say_what_an_exit_was_about(void **state)
{
	static const char *const kernels[] = { "linux-6.1", "linux-6.18", "no-vcpu", "moved" };
	static const struct exit_key npf = { .reason = 0x400, .isa = EXIT_ISA_SVM },
				     hpet = { 0x400, EXIT_ISA_SVM, EXIT_DETAIL_MMIO_READ,
					     0xfed000f0 },
				     eoi = { 0x400, EXIT_ISA_SVM, EXIT_DETAIL_MMIO_WRITE,
					     0xfee000b0 },
				     lapic = { 0x400, EXIT_ISA_SVM, EXIT_DETAIL_MMIO_READ,
					     0xfee00390 },
				     wrmsr = { 0x400, EXIT_ISA_SVM, EXIT_DETAIL_MSR_WRITE, 0x6e0 },
				     rdmsr = { 0x400, EXIT_ISA_SVM, EXIT_DETAIL_MSR_READ,
					     0xc0010015 };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		trace_format_fini(&w->format);
		open_format(&w->format, kernels[i]);
		exits_exit(w->e, 7, 0, npf, 100);
		record_mmio(w, 7, 0, 0xfed000f0); /* user space has to answer */
		record_mmio(w, 7, 1, 0xfed000f0); /* it did */
		exits_entry(w->e, 7, 0, 101);
		exits_exit(w->e, 7, 0, npf, 200);
		record_mmio(w, 7, 2, 0xfee000b0);
		exits_entry(w->e, 7, 0, 202);
		exits_exit(w->e, 7, 0, npf, 300);
		record_mmio(w, 7, 1, 0xfee00390); /* the kernel answers it at once */
		exits_entry(w->e, 7, 0, 303);
		exits_exit(w->e, 7, 0, npf, 400);
		record_mmio(w, 7, 3, 0x1000); /* what might that be */
		record_mmio(w, 8, 2, 0x1000); /* another thread's */
		record_msr(w, 7, true, 0x6e0);
		exits_entry(w->e, 7, 0, 404);
		exits_exit(w->e, 7, 0, npf, 500);
		record_msr(w, 7, false, 0xc0010015);
		exits_entry(w->e, 7, 0, 505);
		collect(w);
		assert_int_equal(w->s->exit_thread_count, 1);
		assert_int_equal(w->s->exit_threads[0].count, 5);
		assert_int_equal(find(w, 7, hpet).total_ns, 1);
		assert_int_equal(find(w, 7, eoi).total_ns, 2);
		assert_int_equal(find(w, 7, lapic).total_ns, 3);
		assert_int_equal(find(w, 7, wrmsr).total_ns, 4);
		assert_int_equal(find(w, 7, rdmsr).total_ns, 5);
	}
}

static void records_count_interrupt_lines(void **state)
{
	static const char *const kernels[] = { "linux-6.1", "arm64-6.12", "no-isa", "moved" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		trace_format_fini(&w->format);
		open_format(&w->format, kernels[i]);
		record_irq(w, 9, 8, 1);
		record_irq(w, 9, 8, 0);
		record_irq(w, 9, 8, -1); /* not 0, so raised */
		collect(w);
		assert_int_equal(w->s->exit_thread_count, 1);
		assert_int_equal(w->s->exit_threads[0].irq_count, 1);
		assert_int_equal(w->s->exit_threads[0].irqs[0].gsi, 8);
		assert_int_equal(w->s->exit_threads[0].irqs[0].raised, 2);
		assert_int_equal(w->s->exit_threads[0].irqs[0].lowered, 1);
	}
}

static void records_of_no_thread_are_ignored(void **state)
{
	static const int64_t pids[] = { 0, -1, INT32_MIN };
	struct world *w = *state;
	const struct trace_format *f = &w->format;

	for (size_t i = 0; i < sizeof pids / sizeof *pids; i++) {
		unsigned char record[64] = { 0 };

		put(record, f->type, (uint64_t)f->exit_id);
		put(record, f->pid, (uint64_t)pids[i]);
		exits_record(w->e, f, record, sizeof record, 1);
		put(record, f->type, (uint64_t)f->entry_id);
		exits_record(w->e, f, record, sizeof record, 2);
		record_irq(w, (pid_t)pids[i], 8, 1);
	}
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
}

/* Records of random bytes, most of them with the type of an event that is taken: none is read past
 * its end (each has an allocation of its own, which the sanitizers watch), and what comes of them is
 * bounded. */
static void garbage_is_survived(void **state)
{
	struct world *w = *state;
	const struct trace_format *f = &w->format;
	const int ids[] = { f->exit_id, f->entry_id, f->msr_id, f->mmio_id, f->irq_id, 0xffff };
	uint64_t count = 0;

	srandom(1);
	for (int i = 0; i < 100000; i++) {
		const size_t size = (size_t)random() % 80;
		unsigned char *record = malloc(size ? size : 1);

		assert_non_null(record);
		for (size_t j = 0; j < size; j++)
			record[j] = (unsigned char)random();
		if (size >= f->common_size) {
			put(record, f->type, (uint64_t)ids[random() % 6]);
			if (random() % 4)
				put(record, f->pid, 1 + (uint64_t)random() % 4);
		}
		exits_record(w->e, f, record, size, (uint64_t)random() << (random() % 34));
		free(record);
	}
	collect(w);
	for (size_t i = 0; i < w->s->exit_thread_count; i++) {
		const struct sample_exit_thread *t = &w->s->exit_threads[i];

		assert_true(t->irq_count <= EXITS_IRQS_MAX);
		for (size_t j = 0; j < t->count; j++) {
			assert_true(t->exits[j].durations.min_ns <= t->exits[j].durations.max_ns);
			assert_true(t->exits[j].durations.m2 >= 0);
			count += t->exits[j].durations.count;
		}
	}
	assert_true(count > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(raw_records_are_taken_apart),
		TEST(arm64_books_traps_by_their_class),
		TEST(riscv_books_interrupts_apart),
		TEST(loongarch_has_two_events_that_end_an_exit),
		TEST(kernels_differ_in_what_they_tell),
		TEST(flags_are_no_part_of_a_reason),
		TEST(records_say_what_an_exit_was_about),
		TEST(records_count_interrupt_lines),
		TEST(records_of_no_thread_are_ignored),
		TEST(garbage_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
