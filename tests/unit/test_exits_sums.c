/* exits and bookings that are fed with sums instead of one exit after the other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "exits_world.h"
#include "source/exits/bookings.h"

/* Durations as they come from outside. */
struct set {
	struct sums sums;
	uint32_t buckets[LATENCY_BUCKETS];
};

static struct set set_of(const uint64_t *ns, size_t count)
{
	struct set s = { .sums = sums_none() };

	for (size_t i = 0; i < count; i++) {
		sums_add(&s.sums, ns[i]);
		s.buckets[latency_bucket(ns[i])]++;
	}
	return s;
}

static void add(struct world *w, pid_t tid, int vcpu, struct exit_key key, const struct set *s)
{
	exits_add(w->e, tid, vcpu, key, &s->sums, s->buckets);
}

static const uint64_t durations[] = { 0, 15, 16, 63, 64, 1000, 5000000000, 1ull << 41, 3 };

#define DURATIONS (sizeof durations / sizeof *durations)

/* Some one by one, others as two sets: the same as all one by one. */
static void sums_are_booked_as_what_they_were_made_of(void **state)
{
	struct world *w = *state;
	const struct set first = set_of(durations, 4), second = set_of(durations + 4, 3);
	struct set all = set_of(durations, DURATIONS);
	const struct sample_exit *exit;

	add(w, 7, 3, hlt, &first);
	for (size_t i = 7; i < DURATIONS; i++) {
		exits_exit(w->e, 7, 3, hlt, 1000);
		exits_entry(w->e, 7, 3, 1000 + durations[i]);
	}
	add(w, 7, 3, hlt, &second);
	add(w, 7, 3, cpuid, &second);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 1);
	assert_int_equal(find_thread(w, 7)->vcpu, 3);
	assert_int_equal(find_thread(w, 7)->count, 2);
	exit = find_exit(w, 7, hlt);
	assert_non_null(exit);
	assert_true(exit->durations.count == DURATIONS);
	assert_true(exit->durations.total_ns == all.sums.total_ns);
	assert_true(exit->durations.min_ns == 0);
	assert_true(exit->durations.max_ns == 1ull << 41);
	assert_true(exit->durations.m2 == sums_summary(&all.sums).m2);
	assert_int_equal(exit->latency.first, 0);
	assert_int_equal(exit->latency.count, latency_bucket(1ull << 41) + 1);
	assert_memory_equal(
		exit->latency.counts, all.buckets, exit->latency.count * sizeof *all.buckets);
	assert_int_equal(find(w, 7, cpuid).min_ns, 64);
	/* And nothing is left of it. */
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
}

static void a_set_leaves_what_is_open(void **state)
{
	struct world *w = *state;
	const struct set s = set_of(durations, 2);

	exits_exit(w->e, 7, 3, cpuid, 1000);
	add(w, 7, -1, hlt, &s);
	exits_entry(w->e, 7, 3, 1010);
	collect(w);
	assert_int_equal(find_thread(w, 7)->vcpu, 3);
	assert_int_equal(find(w, 7, hlt).count, 2);
	assert_int_equal(find(w, 7, cpuid).total_ns, 10);
}

static void sets_of_impossible_threads_are_ignored(void **state)
{
	struct world *w = *state;
	const struct set s = set_of(durations, 2);

	add(w, 0, 1, hlt, &s);
	add(w, -1, 1, hlt, &s);
	exits_irqs(w->e, 0, 8, 1, 1);
	exits_irqs(w->e, -5, 8, 1, 1);
	collect(w);
	assert_int_equal(w->s->exit_thread_count, 0);
}

static void sets_keep_the_bound_of_details(void **state)
{
	struct world *w = *state;
	const struct set s = set_of(durations + 5, 1);
	struct exit_key key = { .reason = 31, .isa = EXIT_ISA_VMX, .detail = EXIT_DETAIL_MSR_READ };

	for (int i = 0; i < BOOKINGS_DETAILS_MAX + 5; i++, key.number++)
		add(w, 7, 0, key, &s);
	collect(w);
	assert_int_equal(find_thread(w, 7)->count, BOOKINGS_DETAILS_MAX + 1);
	assert_int_equal(
		find(w, 7, (struct exit_key){ .reason = 31, .isa = EXIT_ISA_VMX }).count, 5);
	key.number = BOOKINGS_DETAILS_MAX - 1;
	assert_int_equal(find(w, 7, key).total_ns, 1000);
}

static void lines_are_counted_many_at_once(void **state)
{
	struct world *w = *state;
	const struct sample_exit_thread *t;

	exits_irqs(w->e, 9, 8, 5, 3);
	exits_irq(w->e, 9, 8, true);
	exits_irqs(w->e, 9, 4, 1ull << 33, 0);
	exits_irqs(w->e, 9, 8, 0, 1);
	collect(w);
	t = find_thread(w, 9);
	assert_non_null(t);
	assert_int_equal(t->count, 0);
	assert_int_equal(t->irq_count, 2);
	assert_int_equal(t->irqs[0].gsi, 8);
	assert_true(t->irqs[0].raised == 6 && t->irqs[0].lowered == 4);
	assert_true(t->irqs[1].raised == 1ull << 33 && t->irqs[1].lowered == 0);
	for (uint32_t gsi = 0; gsi < EXITS_IRQS_MAX + 3; gsi++)
		exits_irqs(w->e, 9, gsi, 2, 1);
	collect(w);
	assert_int_equal(find_thread(w, 9)->irq_count, EXITS_IRQS_MAX);
}

/* 2^32 in one bucket is more than it holds. */
static void full_buckets_stay_full(void **state)
{
	struct world *w = *state;
	struct set s = { .sums = { .count = 3000000000u,
				 .total_ns = 300000000000,
				 .min_ns = 100,
				 .max_ns = 100,
				 .squares_ns2 = 30000000000000 } };
	struct bookings b = { 0 };
	struct sample_exit *exits;

	s.buckets[latency_bucket(100)] = 3000000000u;
	w->s = sample_new();
	bookings_add_sums(&b, exit_words_make(hlt), &s.sums, s.buckets);
	bookings_add_sums(&b, exit_words_make(hlt), &s.sums, s.buckets);
	bookings_add(&b, exit_words_make(hlt), 100);
	assert_int_equal(bookings_move(&b, &w->format, w->s, &exits), 1);
	assert_true(exits[0].durations.count == 6000000001);
	assert_int_equal(exits[0].latency.count, 1);
	assert_true(exits[0].latency.counts[0] == UINT32_MAX);
	/* A booking that is used again begins with empty buckets. */
	bookings_add(&b, exit_words_make(hlt), 100);
	assert_int_equal(bookings_move(&b, &w->format, w->s, &exits), 1);
	assert_int_equal(exits[0].latency.counts[0], 1);
	bookings_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sums_are_booked_as_what_they_were_made_of),
		TEST(a_set_leaves_what_is_open),
		TEST(sets_of_impossible_threads_are_ignored),
		TEST(sets_keep_the_bound_of_details),
		TEST(lines_are_counted_many_at_once),
		TEST(full_buckets_stay_full),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
