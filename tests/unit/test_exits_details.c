/* exits: what is booked: details, latencies, the spread, interrupt lines, and their bounds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <math.h>

#include "exits_world.h"
#include "source/exits/bookings.h"

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
	const struct exit_key other = { .isa = EXIT_ISA_OTHER };
	uint64_t time_ns = 1;

	for (uint32_t reason = 0; reason < 2 * BOOKINGS_REASONS_MAX; reason++) {
		exits_exit(w->e, 7, 0, (struct exit_key){ .reason = reason }, time_ns++);
		exits_entry(w->e, 7, 0, time_ns++);
	}
	collect(w);
	assert_int_equal(find_thread(w, 7)->count, BOOKINGS_REASONS_MAX + 1);
	assert_int_equal(find(w, 7, other).count, BOOKINGS_REASONS_MAX);
	assert_string_equal(find_exit(w, 7, other)->name, "other");
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
