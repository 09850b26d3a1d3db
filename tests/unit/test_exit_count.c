/* exit_count: what the BPF programs count is what the engine books for the same events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf_storm.h"
#include "source/exits/bookings.h"

/* A storm and a few collects. */
static void storm(const char *kernel, uint64_t seed, int events)
{
	struct bpf_world *w = bpf_world_new(kernel, OTHERS);
	uint64_t now_ns = 1000 * S, sum = 0;
	struct bpf_intake in;

	for (int i = 0; i < events; i++) {
		now_ns = advance(&seed, now_ns);
		happen(w, random_event(w, &seed, below(&seed, TIDS), now_ns));
		if (i + 1 < events && below(&seed, (uint64_t)events / 8))
			continue;
		in = take_counted(w);
		assert_int_equal(in.dropped, 0);
		assert_int_equal(in.exits, assert_same(w));
		sum += in.exits;
	}
	assert_true(sum > (uint64_t)events / 10);
	bpf_world_free(w);
}

static void a_storm_is_counted_as_it_is_booked(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed <= 6; seed++)
		storm(seed % 2 ? "linux-6.1" : "linux-6.18", seed * 0x9e3779b97f4a7c15ull, 20000);
}

/* One exit of each: around every power of two, and with squares that carry. Their total just fits. */
static void every_duration_finds_its_bucket_and_square(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	uint64_t exits = 0;

	(void)state;
	for (int bit = 0; bit < 62; bit++)
		for (int off = -1; off <= 1; off++) {
			const uint64_t ns = (1ull << bit) + (uint64_t)off;

			happen(w, exit_event(w, 5, 0, EXIT_ISA_VMX, (uint32_t)bit, 0, 9));
			happen(w, entry_event(w, 5, 0, 9 + ns));
			/* And all together, whose total is at its end. */
			happen(w, exit_event(w, 6, 0, EXIT_ISA_SVM, 0x78, 0, 9));
			happen(w, entry_event(w, 6, 0, 9 + ns));
			exits += 2;
		}
	assert_int_equal(take_counted(w).exits, exits);
	assert_int_equal(assert_same(w), exits);
	bpf_world_free(w);
}

/* More kinds than a thread may have: the first ones are kept, the others are booked together. */
static void the_bounds_of_a_thread_hold(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	uint64_t now_ns = 1;

	(void)state;
	for (uint32_t round = 0; round < 2; round++)
		for (uint32_t i = 0; i < 2 * BOOKINGS_DETAILS_MAX; i++) {
			happen(w, exit_event(w, 5, 0, EXIT_ISA_VMX, 31, 0, now_ns++));
			happen(w, access_event(w, EVENT_MSR, 5, 0, 0x100 + i, now_ns++));
			happen(w, entry_event(w, 5, 0, now_ns++));
			happen(w, exit_event(w, 6, 0, EXIT_ISA_VMX, 100 + i * 2, 0, now_ns++));
			happen(w, entry_event(w, 6, 0, now_ns++));
			happen(w, access_event(w, EVENT_IRQ, 7, 1, i, now_ns));
		}
	assert_int_equal(take_counted(w).dropped, 0);
	assert_int_equal(assert_same(w), 8 * BOOKINGS_DETAILS_MAX);
	assert_int_equal(find_thread(&w->counted, 5)->count, BOOKINGS_DETAILS_MAX + 1);
	assert_int_equal(find_thread(&w->counted, 7)->irq_count, EXITS_IRQS_MAX);
	bpf_world_free(w);
}

static void an_older_entry_leaves_the_exit_open(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);

	(void)state;
	happen(w, exit_event(w, 5, 1, EXIT_ISA_VMX, 12, 0, 1000));
	happen(w, entry_event(w, 5, 1, 999));
	happen(w, entry_event(w, 5, 1, 1010));
	take_counted(w);
	assert_int_equal(assert_same(w), 1);
	assert_int_equal(find(&w->counted, 5, hlt).total_ns, 10);
	bpf_world_free(w);
}

/* OUT to port 0 of one byte has nothing in info1. */
static void port_0_stays_what_an_exit_is_about(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);

	(void)state;
	happen(w, exit_event(w, 5, 1, EXIT_ISA_VMX, 30, 0, 1000));
	happen(w, access_event(w, EVENT_MMIO, 5, EXIT_KEY_MMIO_READ, 0xfee000b0, 1001));
	happen(w, entry_event(w, 5, 1, 1010));
	take_counted(w);
	assert_int_equal(assert_same(w), 1);
	assert_int_equal(find(&w->counted, 5, exit_key_make(30, EXIT_ISA_VMX, 0)).total_ns, 10);
	bpf_world_free(w);
}

/* The idle task's tid marks what is free. */
static void the_idle_task_takes_no_room(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);

	(void)state;
	for (int i = 0; i < 3; i++) {
		happen(w, access_event(w, EVENT_IRQ, 0, 1, 8, 1000));
		happen(w, exit_event(w, 0, 1, EXIT_ISA_VMX, 12, 0, 1000));
		happen(w, entry_event(w, 0, 1, 1010));
	}
	assert_int_equal(w->tables.control->used[0], 0);
	assert_int_equal(take_counted(w).exits, 0);
	assert_int_equal(assert_same(w), 0);
	bpf_world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_older_entry_leaves_the_exit_open),
		cmocka_unit_test(port_0_stays_what_an_exit_is_about),
		cmocka_unit_test(the_idle_task_takes_no_room),
		cmocka_unit_test(a_storm_is_counted_as_it_is_booked),
		cmocka_unit_test(every_duration_finds_its_bucket_and_square),
		cmocka_unit_test(the_bounds_of_a_thread_hold),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
