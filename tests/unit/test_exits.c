/* exits: pairing and booking, keys, what is kept and what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/exits.h"
#include "source/trace_format.h"
#include "source/trace_probe.h"

#define S 1000000000ull

static const struct exit_key hlt = { .reason = 12, .isa = EXIT_ISA_VMX };
static const struct exit_key cpuid = { .reason = 10, .isa = EXIT_ISA_VMX };

struct world {
	struct trace_format format;
	struct exits *e;
	struct sample *s; /* of the last collect */
};

static void open_format(struct trace_format *f, const char *kernel)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char path[512], why[200];

	snprintf(path, sizeof path, "%s/fixtures/tracing/%s", tests ? tests : "tests", kernel);
	assert_int_equal(trace_probe_format(path, f, why, sizeof why), 0);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	open_format(&w->format, "linux-6.1");
	w->e = exits_new();
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	exits_free(w->e);
	trace_format_fini(&w->format);
	sample_free(w->s);
	free(w);
	return 0;
}

static void collect(struct world *w)
{
	sample_free(w->s);
	w->s = sample_new();
	exits_collect(w->e, &w->format, w->s);
}

static const struct sample_exit_thread *find_thread(const struct world *w, pid_t tid)
{
	for (size_t i = 0; i < w->s->exit_thread_count; i++)
		if (w->s->exit_threads[i].tid == tid)
			return &w->s->exit_threads[i];
	return NULL;
}

static struct summary find(const struct world *w, pid_t tid, struct exit_key key)
{
	const struct sample_exit_thread *t = find_thread(w, tid);

	for (size_t i = 0; t && i < t->count; i++) {
		const struct exit_key *k = &t->exits[i].key;

		if (k->reason == key.reason && k->isa == key.isa && k->detail == key.detail &&
			k->number == key.number)
			return t->exits[i].durations;
	}
	return (struct summary){ 0 };
}

static void an_exit_lasts_until_the_next_entry(void **state)
{
	struct world *w = *state;
	struct summary d;

	exits_exit(w->e, 7, 3, hlt, 1000);
	exits_entry(w->e, 7, 3, 1500);
	exits_exit(w->e, 7, 3, hlt, 2000);
	exits_entry(w->e, 7, 3, 2100);
	exits_exit(w->e, 7, 3, cpuid, 3000);
	exits_entry(w->e, 7, 3, 3000);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 1);
	assert_int_equal(w->s->exit_threads[0].vcpu, 3);
	assert_int_equal(w->s->exit_threads[0].count, 2);
	d = find(w, 7, hlt);
	assert_int_equal(d.count, 2);
	assert_int_equal(d.total_ns, 600);
	assert_int_equal(d.min_ns, 100);
	assert_int_equal(d.max_ns, 500);
	assert_true(fabs(d.mean_ns - 300) < 1e-9);
	assert_true(fabs(d.m2 - 80000) < 1e-6);
	d = find(w, 7, cpuid);
	assert_int_equal(d.count, 1);
	assert_int_equal(d.total_ns, 0);
}

static void names_come_from_the_format(void **state)
{
	struct world *w = *state;

	exits_exit(w->e, 7, 0, hlt, 1);
	exits_entry(w->e, 7, 0, 2);
	exits_exit(w->e, 8, 0, (struct exit_key){ .reason = 0x99, .isa = EXIT_ISA_SVM }, 1);
	exits_entry(w->e, 8, 0, 2);
	collect(w);
	assert_string_equal(find_thread(w, 7)->exits[0].name, "HLT");
	assert_string_equal(find_thread(w, 8)->exits[0].name, "0x99");
}

static void a_second_exit_replaces_the_first(void **state)
{
	struct world *w = *state;

	exits_exit(w->e, 7, 0, hlt, 1000);
	exits_exit(w->e, 7, 0, cpuid, 5000);
	exits_entry(w->e, 7, 0, 5010);
	collect(w);
	assert_int_equal(find(w, 7, hlt).count, 0);
	assert_int_equal(find(w, 7, cpuid).total_ns, 10);
}

static void entries_without_an_exit_are_ignored(void **state)
{
	struct world *w = *state;

	exits_entry(w->e, 7, 0, 1000);
	exits_exit(w->e, 7, 0, hlt, 2000);
	exits_entry(w->e, 7, 0, 1999); /* older than the exit */
	exits_entry(w->e, 7, 0, 2010);
	exits_entry(w->e, 7, 0, 2020);
	collect(w);
	assert_int_equal(w->s->exit_threads[0].count, 1);
	assert_int_equal(find(w, 7, hlt).count, 1);
	assert_int_equal(find(w, 7, hlt).total_ns, 10);
}

static void threads_do_not_mix(void **state)
{
	struct world *w = *state;

	/* 7 and 71 share a place in the cache of recent threads. */
	exits_exit(w->e, 7, 0, hlt, 1000);
	exits_exit(w->e, 71, 1, cpuid, 1001);
	exits_entry(w->e, 8, 2, 1002);
	exits_entry(w->e, 7, 0, 1010);
	exits_entry(w->e, 71, 1, 1021);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 2);
	assert_int_equal(find(w, 7, hlt).total_ns, 10);
	assert_int_equal(find(w, 71, cpuid).total_ns, 20);
	assert_int_equal(find_thread(w, 71)->vcpu, 1);
}

static void an_open_interval_survives_a_collect(void **state)
{
	struct world *w = *state;

	exits_exit(w->e, 7, 0, hlt, 1 * S);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
	collect(w);
	exits_entry(w->e, 7, 0, 4 * S);
	collect(w);
	assert_int_equal(find(w, 7, hlt).count, 1);
	assert_int_equal(find(w, 7, hlt).total_ns, 3 * S);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
}

static void a_loss_drops_what_is_open(void **state)
{
	struct world *w = *state;

	exits_exit(w->e, 7, 0, hlt, 1000);
	exits_entry(w->e, 7, 0, 1100);
	exits_exit(w->e, 7, 0, hlt, 2000);
	exits_lost(w->e);
	exits_entry(w->e, 7, 0, 9000);
	exits_exit(w->e, 7, 0, cpuid, 9500);
	exits_entry(w->e, 7, 0, 9501);
	collect(w);
	assert_int_equal(find(w, 7, hlt).count, 1);
	assert_int_equal(find(w, 7, hlt).total_ns, 100);
	assert_int_equal(find(w, 7, cpuid).count, 1);
}

static void the_vcpu_may_come_from_the_entry(void **state)
{
	struct world *w = *state;

	exits_exit(w->e, 7, -1, hlt, 1);
	exits_entry(w->e, 7, 5, 2);
	exits_exit(w->e, 8, -1, hlt, 1);
	exits_entry(w->e, 8, -1, 2);
	collect(w);
	assert_int_equal(find_thread(w, 7)->vcpu, 5);
	assert_int_equal(find_thread(w, 8)->vcpu, -1);
}

static const struct {
	uint32_t reason, isa;
	uint64_t info1;
	struct exit_key key;
} keys[] = {
	/* OUT 0x70, AL; IN AL, DX from 0x71; INS with REP from 0xffff, 4 bytes */
	{ 30, EXIT_ISA_VMX, 0x00700040, { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_OUT, 0x70 } },
	{ 30, EXIT_ISA_VMX, 0x00710008, { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 } },
	{ 30, EXIT_ISA_VMX, 0xffff003b, { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0xffff } },
	{ 0x7b, EXIT_ISA_SVM, 0x00700210, { 0x7b, EXIT_ISA_SVM, EXIT_DETAIL_PORT_OUT, 0x70 } },
	{ 0x7b, EXIT_ISA_SVM, 0x00710211, { 0x7b, EXIT_ISA_SVM, EXIT_DETAIL_PORT_IN, 0x71 } },
	/* The other vendor's codes mean something else. */
	{ 0x7b, EXIT_ISA_VMX, 0x00710211, { 0x7b, EXIT_ISA_VMX, EXIT_DETAIL_NONE, 0 } },
	{ 30, EXIT_ISA_SVM, 0x00710008, { 30, EXIT_ISA_SVM, EXIT_DETAIL_NONE, 0 } },
	{ 30, EXIT_ISA_UNKNOWN, 0x00710008, { 30, EXIT_ISA_UNKNOWN, EXIT_DETAIL_NONE, 0 } },
	{ 48, EXIT_ISA_VMX, 0x181, { 48, EXIT_ISA_VMX, EXIT_DETAIL_NONE, 0 } },
	/* Flags: failed VM entry (31), enclave mode (27). SVM has none. */
	{ 0x80000021, EXIT_ISA_VMX, 0, { 33, EXIT_ISA_VMX, EXIT_DETAIL_NONE, 0 } },
	{ 0x0800001e, EXIT_ISA_VMX, 0x00710008, { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 } },
	{ 0x80000001, EXIT_ISA_SVM, 0, { 0x80000001, EXIT_ISA_SVM, EXIT_DETAIL_NONE, 0 } },
};

static void keys_carry_port_and_direction(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const struct exit_key key = exits_key(keys[i].reason, keys[i].isa, keys[i].info1);

		assert_int_equal(key.reason, keys[i].key.reason);
		assert_int_equal(key.isa, keys[i].key.isa);
		assert_int_equal(key.detail, keys[i].key.detail);
		assert_int_equal(key.number, keys[i].key.number);
	}
}

static void a_guest_that_touches_all_ports_is_bounded(void **state)
{
	struct world *w = *state;
	const struct sample_exit_thread *t;
	uint64_t count = 0, time_ns = 1;
	struct exit_key plain = exits_key(0x7b, EXIT_ISA_SVM, 0);

	for (uint64_t port = 0; port < 65536; port++) {
		exits_exit(w->e, 7, 0, exits_key(0x7b, EXIT_ISA_SVM, port << 16), time_ns++);
		exits_entry(w->e, 7, 0, time_ns++);
	}
	plain.detail = EXIT_DETAIL_NONE;
	collect(w);
	t = find_thread(w, 7);
	assert_int_equal(t->count, 257);
	for (size_t i = 0; i < t->count; i++)
		count += t->exits[i].durations.count;
	assert_int_equal(count, 65536);
	assert_int_equal(find(w, 7, plain).count, 65536 - 256);
	/* The next interval begins anew. */
	exits_exit(w->e, 7, 0, exits_key(0x7b, EXIT_ISA_SVM, 0x9999ull << 16), time_ns++);
	exits_entry(w->e, 7, 0, time_ns);
	collect(w);
	assert_int_equal(find(w, 7, exits_key(0x7b, EXIT_ISA_SVM, 0x9999ull << 16)).count, 1);
}

/* Collects with a sample in which a VM has the threads 7 and 8. */
static void collect_with_vm(struct world *w)
{
	sample_free(w->s);
	w->s = sample_new();
	w->s->vm_count = 1;
	w->s->vms = arena_array(&w->s->arena, 1, sizeof *w->s->vms);
	w->s->vms[0].thread_count = 2;
	w->s->vms[0].threads = arena_array(&w->s->arena, 2, sizeof *w->s->vms[0].threads);
	w->s->vms[0].threads[0].tid = 7;
	w->s->vms[0].threads[1].tid = 8;
	exits_collect(w->e, &w->format, w->s);
}

static void only_the_dead_are_forgotten(void **state)
{
	struct world *w = *state;

	exits_exit(w->e, 7, 0, hlt, 1 * S); /* halted for long */
	exits_exit(w->e, 9, 0, hlt, 1 * S); /* its VM died in the exit */
	exits_exit(w->e, 8, 0, hlt, 1 * S); /* idle, nothing open */
	exits_entry(w->e, 8, 0, 2 * S);
	for (int i = 0; i < 1000; i++)
		collect_with_vm(w);
	exits_entry(w->e, 7, 0, 1001 * S);
	exits_entry(w->e, 9, 0, 1001 * S);
	exits_entry(w->e, 8, 0, 1001 * S);
	collect_with_vm(w);
	assert_int_equal(w->s->exit_thread_count, 1);
	assert_int_equal(find(w, 7, hlt).total_ns, 1000 * S);
	/* The forgotten begin anew. */
	exits_exit(w->e, 9, 4, cpuid, 2000 * S);
	exits_entry(w->e, 9, 4, 2000 * S + 1);
	collect_with_vm(w);
	assert_int_equal(find(w, 9, cpuid).count, 1);
}

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
	struct world *w = *state;
	const struct exit_key wfx = { .reason = 1 }, irq = { .reason = TRACE_ARM_RET };

	trace_format_fini(&w->format);
	open_format(&w->format, "arm64");
	book_arm64(w, &w->format, TRACE_ARM_TRAP, 1, 10);
	book_arm64(w, &w->format, TRACE_ARM_TRAP, 1, 20);
	book_arm64(w, &w->format, 0, 0, 30);
	collect(w);
	assert_int_equal(find(w, 7, wfx).count, 2);
	assert_int_equal(find(w, 7, irq).count, 1);
	assert_int_equal(find_thread(w, 7)->vcpu, -1);
}

static void without_info1_there_is_no_port(void **state)
{
	struct world *w = *state;
	struct trace_format *f = &w->format;
	unsigned char record[64] = { 0 };
	const struct exit_key io = { .reason = 30, .isa = EXIT_ISA_VMX };

	f->exit_info1.size = 0;
	put(record, f->type, (uint64_t)f->exit_id);
	put(record, f->exit_reason, 30);
	put(record, f->exit_isa, EXIT_ISA_VMX);
	exits_record(w->e, f, record, sizeof record, 1);
	put(record, f->type, (uint64_t)f->entry_id);
	exits_record(w->e, f, record, sizeof record, 2);
	collect(w);
	assert_int_equal(find(w, 0, io).count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_exit_lasts_until_the_next_entry),
		TEST(names_come_from_the_format),
		TEST(a_second_exit_replaces_the_first),
		TEST(entries_without_an_exit_are_ignored),
		TEST(threads_do_not_mix),
		TEST(an_open_interval_survives_a_collect),
		TEST(a_loss_drops_what_is_open),
		TEST(the_vcpu_may_come_from_the_entry),
		TEST(keys_carry_port_and_direction),
		TEST(a_guest_that_touches_all_ports_is_bounded),
		TEST(only_the_dead_are_forgotten),
		TEST(raw_records_are_taken_apart),
		TEST(arm64_books_traps_by_their_class),
		TEST(without_info1_there_is_no_port),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
