/* exits: pairing and booking, keys, what is kept and what is forgotten. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "exits_world.h"
#include "source/bookings.h"

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

static struct exit_key with_detail(struct exit_key key, enum exit_detail detail, uint64_t number)
{
	key.detail = (uint8_t)detail;
	key.number = number;
	return key;
}

static void an_exit_is_about_its_first_access(void **state)
{
	struct world *w = *state;
	const struct exit_key npf = { .reason = 0x400, .isa = EXIT_ISA_SVM };

	exits_exit(w->e, 7, 0, npf, 1000);
	exits_detail(w->e, 7, EXIT_DETAIL_MMIO_READ, 0xfed000f0);
	exits_detail(w->e, 7, EXIT_DETAIL_MMIO_WRITE, 0xfee000b0);
	exits_entry(w->e, 7, 0, 1010);
	exits_exit(w->e, 7, 0, npf, 2000);
	exits_entry(w->e, 7, 0, 2100);
	collect(w);
	assert_int_equal(find_thread(w, 7)->count, 2);
	assert_int_equal(
		find(w, 7, with_detail(npf, EXIT_DETAIL_MMIO_READ, 0xfed000f0)).total_ns, 10);
	assert_int_equal(find(w, 7, npf).total_ns, 100);
	assert_string_equal(find_thread(w, 7)->exits[0].name, "npf");
}

static void a_port_stays_what_an_exit_is_about(void **state)
{
	struct world *w = *state;
	const struct exit_key in_71 = exit_key_make(30, EXIT_ISA_VMX, 0x00710008);

	exits_exit(w->e, 7, 0, in_71, 1000);
	exits_detail(w->e, 7, EXIT_DETAIL_MMIO_WRITE, 0x1000); /* INS into a device's memory */
	exits_entry(w->e, 7, 0, 1010);
	collect(w);
	assert_int_equal(find_thread(w, 7)->count, 1);
	assert_int_equal(find(w, 7, in_71).count, 1);
}

static void details_need_an_open_exit(void **state)
{
	struct world *w = *state;
	const struct exit_key rdmsr = { .reason = 31, .isa = EXIT_ISA_VMX };

	exits_detail(w->e, 7, EXIT_DETAIL_MSR_READ, 0x10); /* of a thread never seen */
	exits_exit(w->e, 7, 0, rdmsr, 1000);
	exits_entry(w->e, 7, 0, 1010);
	exits_detail(w->e, 7, EXIT_DETAIL_MSR_READ, 0x1b); /* after the entry */
	exits_exit(w->e, 7, 0, rdmsr, 2000);
	exits_lost(w->e);
	exits_detail(w->e, 7, EXIT_DETAIL_MSR_READ, 0x3b); /* of an exit that was dropped */
	exits_entry(w->e, 7, 0, 2010);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 1);
	assert_int_equal(find_thread(w, 7)->count, 1);
	assert_int_equal(find(w, 7, rdmsr).count, 1);
}

static void details_of_all_kinds_share_the_bound(void **state)
{
	struct world *w = *state;
	const struct exit_key npf = { .reason = 0x400, .isa = EXIT_ISA_SVM };
	uint64_t time_ns = 1;

	for (uint64_t i = 0; i < 1000; i++) {
		exits_exit(w->e, 7, 0, npf, time_ns++);
		exits_detail(w->e, 7, i % 2 ? EXIT_DETAIL_MMIO_READ : EXIT_DETAIL_MMIO_WRITE,
			0xfee00000 + i * 16);
		exits_entry(w->e, 7, 0, time_ns++);
	}
	collect(w);
	assert_int_equal(find_thread(w, 7)->count, 257);
	assert_int_equal(find(w, 7, npf).count, 1000 - 256);
	assert_int_equal(find(w, 7, npf).total_ns, 1000 - 256);
}

static void reasons_are_bounded(void **state)
{
	struct world *w = *state;
	const struct exit_key other = { .reason = BOOKINGS_OTHER_REASON };
	uint64_t time_ns = 1;

	for (uint32_t reason = 0; reason < 2 * BOOKINGS_REASONS_MAX; reason++) {
		exits_exit(w->e, 7, 0, (struct exit_key){ .reason = reason }, time_ns++);
		exits_entry(w->e, 7, 0, time_ns++);
	}
	collect(w);
	assert_int_equal(find_thread(w, 7)->count, BOOKINGS_REASONS_MAX + 1);
	assert_int_equal(find(w, 7, other).count, BOOKINGS_REASONS_MAX);
	assert_string_equal(find_exit(w, 7, other)->name, "0xffffffff");
}

static void book(struct world *w, pid_t tid, struct exit_key key, uint64_t duration_ns)
{
	exits_exit(w->e, tid, 0, key, 1 * S);
	exits_entry(w->e, tid, 0, 1 * S + duration_ns);
}

static uint32_t span_count(const struct latency_span *span, unsigned bucket)
{
	return bucket >= span->first && bucket < span->first + span->count
		       ? span->counts[bucket - span->first]
		       : 0;
}

static void latencies_are_counted(void **state)
{
	struct world *w = *state;
	const struct latency_span *span;

	for (int i = 0; i < 3; i++)
		book(w, 7, hlt, 1000);
	book(w, 7, hlt, 1001);
	book(w, 7, hlt, 70);
	book(w, 7, hlt, 1000000);
	book(w, 7, cpuid, 0);
	collect(w);
	span = &find_exit(w, 7, hlt)->latency;
	assert_int_equal(span->first, latency_bucket(70));
	assert_int_equal(span->first + span->count - 1, latency_bucket(1000000));
	assert_int_equal(span_count(span, latency_bucket(70)), 1);
	assert_int_equal(span_count(span, latency_bucket(1000)), 4);
	assert_int_equal(span_count(span, latency_bucket(1000000)), 1);
	assert_int_equal(span_count(span, latency_bucket(5000)), 0);
	span = &find_exit(w, 7, cpuid)->latency;
	assert_int_equal(span->first, 0);
	assert_int_equal(span->count, 1);
	assert_int_equal(span->counts[0], 1);
	/* The next interval begins anew, whichever kind it begins with. */
	book(w, 7, cpuid, 1000);
	book(w, 7, hlt, UINT64_MAX - 2 * S);
	collect(w);
	span = &find_exit(w, 7, cpuid)->latency;
	assert_int_equal(span->count, 1);
	assert_int_equal(span->counts[0], 1);
	span = &find_exit(w, 7, hlt)->latency;
	assert_int_equal(span->first, LATENCY_BUCKETS - 1);
	assert_int_equal(span->counts[0], 1);
}

static void spread_is_exact(void **state)
{
	struct world *w = *state;
	struct summary expected = { 0 }, got;

	/* Long durations that differ by little: what doubles alone would lose. */
	for (uint64_t i = 0; i < 1000; i++) {
		const uint64_t duration_ns = 3600 * S + i * 7 % 10;

		summary_add(&expected, duration_ns);
		book(w, 7, hlt, duration_ns);
	}
	collect(w);
	got = find(w, 7, hlt);
	assert_int_equal(got.count, expected.count);
	assert_int_equal(got.total_ns, expected.total_ns);
	assert_int_equal(got.min_ns, expected.min_ns);
	assert_int_equal(got.max_ns, expected.max_ns);
	assert_true(fabs(got.m2 - 8250) < 1e-6);
}

static void interrupt_lines_are_counted(void **state)
{
	struct world *w = *state;
	const struct sample_exit_thread *t;

	exits_irq(w->e, 5, 8, true);
	exits_irq(w->e, 5, 0, true);
	exits_irq(w->e, 5, 8, false);
	exits_irq(w->e, 5, 8, true);
	book(w, 7, hlt, 10);
	exits_irq(w->e, 7, 24, true);
	collect(w);
	t = find_thread(w, 5);
	assert_int_equal(t->count, 0);
	assert_int_equal(t->vcpu, -1);
	assert_int_equal(t->irq_count, 2);
	assert_int_equal(t->irqs[0].gsi, 8);
	assert_int_equal(t->irqs[0].raised, 2);
	assert_int_equal(t->irqs[0].lowered, 1);
	assert_int_equal(t->irqs[1].gsi, 0);
	assert_int_equal(t->irqs[1].raised, 1);
	assert_int_equal(t->irqs[1].lowered, 0);
	t = find_thread(w, 7);
	assert_int_equal(t->count, 1);
	assert_int_equal(t->irq_count, 1);
	exits_irq(w->e, 5, 8, false);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 1);
	assert_int_equal(w->s->exit_threads[0].irq_count, 1);
	assert_int_equal(w->s->exit_threads[0].irqs[0].raised, 0);
	assert_int_equal(w->s->exit_threads[0].irqs[0].lowered, 1);
}

static void interrupt_lines_are_bounded(void **state)
{
	struct world *w = *state;

	for (uint32_t gsi = 0; gsi < 100000; gsi++)
		exits_irq(w->e, 5, gsi, true);
	exits_irq(w->e, 5, 63, true);
	collect(w);
	assert_int_equal(w->s->exit_threads[0].irq_count, EXITS_IRQS_MAX);
	assert_int_equal(w->s->exit_threads[0].irqs[63].raised, 2);
}

static void a_flood_of_kinds_is_forgotten(void **state)
{
	struct world *w = *state;

	for (int round = 0; round < 8; round++) {
		for (uint64_t port = 0; port < (round % 4 ? 3 : 1000); port++)
			book(w, 7, exit_key_make(30, EXIT_ISA_VMX, port << 16), 100 + port);
		collect(w);
		assert_int_equal(find_thread(w, 7)->count, round % 4 ? 3 : 257);
		for (uint64_t port = 0; port < 3; port++)
			assert_int_equal(
				find(w, 7, exit_key_make(30, EXIT_ISA_VMX, port << 16)).total_ns,
				100 + port);
	}
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
		TEST(a_vcpu_may_wander_between_exit_and_entry),
		TEST(impossible_threads_are_ignored),
		TEST(threads_are_bounded),
		TEST(nothing_is_booked_in_a_gap),
		TEST(a_gap_lasts_until_it_is_closed),
		TEST(an_exit_is_about_its_first_access),
		TEST(a_port_stays_what_an_exit_is_about),
		TEST(details_need_an_open_exit),
		TEST(details_of_all_kinds_share_the_bound),
		TEST(reasons_are_bounded),
		TEST(latencies_are_counted),
		TEST(spread_is_exact),
		TEST(interrupt_lines_are_counted),
		TEST(interrupt_lines_are_bounded),
		TEST(a_flood_of_kinds_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
