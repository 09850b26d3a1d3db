/* exits: pairing and booking, keys, what is kept and what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "exits_world.h"

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
		const struct exit_key key =
			exit_key_make(keys[i].reason, keys[i].isa, keys[i].info1);

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
	struct exit_key plain = exit_key_make(0x7b, EXIT_ISA_SVM, 0);

	for (uint64_t port = 0; port < 65536; port++) {
		exits_exit(w->e, 7, 0, exit_key_make(0x7b, EXIT_ISA_SVM, port << 16), time_ns++);
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
	exits_exit(w->e, 7, 0, exit_key_make(0x7b, EXIT_ISA_SVM, 0x9999ull << 16), time_ns++);
	exits_entry(w->e, 7, 0, time_ns);
	collect(w);
	assert_int_equal(find(w, 7, exit_key_make(0x7b, EXIT_ISA_SVM, 0x9999ull << 16)).count, 1);
}

/* A sample in which a VM has the threads 7 and 8. */
static struct sample *sample_with_vm(void)
{
	struct sample *s = sample_new();

	s->vm_count = 1;
	s->vms = arena_array(&s->arena, 1, sizeof *s->vms);
	s->vms[0].thread_count = 2;
	s->vms[0].threads = arena_array(&s->arena, 2, sizeof *s->vms[0].threads);
	s->vms[0].threads[0].tid = 7;
	s->vms[0].threads[1].tid = 8;
	return s;
}

static void collect_with_vm(struct world *w)
{
	sample_free(w->s);
	w->s = sample_with_vm();
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

/* A thread ends in an exit, and another one gets its number: its first entry does not end that exit. */
static void what_the_dead_had_open_is_dropped(void **state)
{
	struct world *w = *state;

	for (int reused = 0; reused < 3; reused++) {
		collect_with_vm(w);
		exits_exit(w->e, 7, 0, cpuid, 1 * S);
		exits_entry(w->e, 7, 0, 1 * S + 5);
		exits_exit(w->e, 7, 0, hlt, 2 * S);
		exits_exit(w->e, 8, 1, hlt, 2 * S);
		sample_free(w->s);
		w->s = sample_with_vm();
		if (reused == 0)
			w->s->vms[0].thread_count = 0; /* the threads have ended */
		else if (reused == 1)
			w->s->vms[0].ended = true; /* or the VM */
		else
			w->s->vms[0].threads[0].start_ticks = 40; /* and there is another one */
		exits_collect(w->e, &w->format, w->s);
		assert_int_equal(find(w, 7, cpuid).count, 1); /* its last exits are whole */
		exits_entry(w->e, 7, 0, 60 * S);
		exits_entry(w->e, 8, 1, 60 * S);
		collect_with_vm(w);
		assert_int_equal(find(w, 7, hlt).count, 0);
		assert_int_equal(find(w, 8, hlt).count, reused == 2);
	}
}

static void a_vcpu_may_wander_between_exit_and_entry(void **state)
{
	struct world *w = *state;

	/* Whatever CPU recorded them: events come merged by time, a thread is its tid. */
	exits_exit(w->e, 7, 0, hlt, 1000);
	exits_exit(w->e, 8, 1, cpuid, 1010);
	exits_entry(w->e, 8, 1, 1015);
	exits_entry(w->e, 7, 0, 1100);
	collect(w);
	assert_int_equal(find(w, 7, hlt).total_ns, 100);
	assert_int_equal(find(w, 8, cpuid).total_ns, 5);
}

static void impossible_threads_are_ignored(void **state)
{
	static const pid_t tids[] = { 0, -1, INT32_MIN };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof tids / sizeof *tids; i++) {
		exits_exit(w->e, tids[i], 0, hlt, 1);
		exits_detail(w->e, tids[i], EXIT_DETAIL_MSR_READ, 1);
		exits_irq(w->e, tids[i], 8, true);
		exits_entry(w->e, tids[i], 0, 2);
	}
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
}

static void threads_are_bounded(void **state)
{
	struct world *w = *state;

	for (pid_t tid = 1; tid <= EXITS_THREADS_MAX + 10; tid++)
		exits_irq(w->e, tid, 8, true);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, EXITS_THREADS_MAX);
	assert_non_null(find_thread(w, EXITS_THREADS_MAX));
	assert_null(find_thread(w, EXITS_THREADS_MAX + 1));
}

/* Thread 7 exits on CPU 1 and enters on CPU 1. Between the two it was on CPU 0, whose records of that
 * time are missing: there it entered, ran, and exited again. */
static void nothing_is_booked_in_a_gap(void **state)
{
	struct world *w = *state;

	exits_exit(w->e, 8, 1, hlt, 500); /* was open when the gap began */
	exits_gap(w->e, true);
	exits_exit(w->e, 7, 0, hlt, 1000);
	exits_entry(w->e, 7, 0, 9000);
	exits_entry(w->e, 8, 1, 9100);
	exits_exit(w->e, 7, 0, cpuid, 9500); /* is open when it ends */
	exits_gap(w->e, false);
	exits_entry(w->e, 7, 0, 9600);
	exits_exit(w->e, 7, 0, cpuid, 9700);
	exits_entry(w->e, 7, 0, 9701);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 1);
	assert_int_equal(w->s->exit_threads[0].count, 1);
	assert_int_equal(find(w, 7, cpuid).count, 1);
	assert_int_equal(find(w, 7, cpuid).total_ns, 1);
}

static void a_gap_lasts_until_it_is_closed(void **state)
{
	struct world *w = *state;

	exits_gap(w->e, true);
	exits_gap(w->e, true); /* of another CPU, too */
	exits_lost(w->e);
	exits_exit(w->e, 7, 0, hlt, 1000);
	exits_detail(w->e, 7, EXIT_DETAIL_MMIO_READ, 1);
	exits_entry(w->e, 7, 0, 1010);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
	exits_exit(w->e, 7, 0, hlt, 1500);
	exits_gap(w->e, false);
	exits_exit(w->e, 7, 0, hlt, 2000);
	exits_entry(w->e, 7, 0, 2010);
	exits_gap(w->e, true);
	exits_exit(w->e, 7, 0, hlt, 3000);
	exits_entry(w->e, 7, 0, 3010);
	collect(w);
	assert_int_equal(find(w, 7, hlt).count, 1);
	assert_int_equal(find(w, 7, hlt).total_ns, 10);
}

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
		TEST(what_the_dead_had_open_is_dropped),
		TEST(a_vcpu_may_wander_between_exit_and_entry),
		TEST(impossible_threads_are_ignored),
		TEST(threads_are_bounded),
		TEST(nothing_is_booked_in_a_gap),
		TEST(a_gap_lasts_until_it_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
