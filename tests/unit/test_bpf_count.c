/* bpf_count and bpf_tables: what the programs count is what the engine books for the same events. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf_world.h"
#include "source/bookings.h"

enum { OTHERS = 64 };

static uint64_t next_random(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static uint64_t below(uint64_t *seed, uint64_t limit)
{
	return next_random(seed) % limit;
}

/* Many share the low 12 bits; some are as large as they come. */
static const uint32_t tids[] = { 1, 2, 3, 4096, 4097, 4098, 8192, 8193, 12289, 4194303, 4190207, 77,
	4173, 8269, 300, 301, 302, 4397, 0x7fffffff, 0 };

#define TIDS (sizeof tids / sizeof *tids)

/* Durations of all sizes, and a clock that goes back now and then. */
static uint64_t advance(uint64_t *seed, uint64_t now_ns)
{
	const uint64_t kind = below(seed, 100);

	if (kind < 4)
		return now_ns;
	if (kind < 8)
		return now_ns - below(seed, 2000);
	return now_ns + below(seed, 1ull << below(seed, kind < 90 ? 14 : 43));
}

static struct event random_exit(
	const struct bpf_world *w, uint64_t *seed, uint32_t tid, uint32_t vcpu, uint64_t now_ns)
{
	static const struct {
		uint32_t isa, reason;
	} kinds[] = { { EXIT_ISA_VMX, 30 }, { EXIT_ISA_VMX, 12 }, { EXIT_ISA_VMX, 0x80000021 },
		{ EXIT_ISA_VMX, 0x0800001e }, { EXIT_ISA_VMX, 0x7b }, { EXIT_ISA_VMX, 48 },
		{ EXIT_ISA_SVM, 0x7b }, { EXIT_ISA_SVM, 0x400 }, { EXIT_ISA_SVM, 30 },
		{ EXIT_ISA_SVM, 0xffffffff }, { EXIT_ISA_UNKNOWN, 30 }, { 3, 0x7b } };
	static const uint64_t ports[] = { 0, 0x60, 0x70, 0x71, 0x3f8, 0xffff };
	const size_t kind = below(seed, sizeof kinds / sizeof *kinds);
	uint64_t info1 = ports[below(seed, sizeof ports / sizeof *ports)] << 16 | below(seed, 128);

	if (below(seed, 4) == 0)
		info1 |= next_random(seed) << 32;
	if (below(seed, 16) == 0)
		info1 = 0;
	return exit_event(w, tid, vcpu, kinds[kind].isa, kinds[kind].reason, info1, now_ns);
}

static struct event random_access(const struct bpf_world *w, uint64_t *seed, enum event_kind kind,
	uint32_t tid, uint64_t now_ns)
{
	static const uint64_t numbers[] = { 0, 1, 0x10, 0x6e0, 0xc0000080, 0xfee000b0, 0xfed000f0,
		0x4014000000000 };
	const uint64_t number = numbers[below(seed, sizeof numbers / sizeof *numbers)];

	return access_event(w, kind, tid, below(seed, 4), number, now_ns);
}

static struct event random_event(
	const struct bpf_world *w, uint64_t *seed, size_t thread, uint64_t now_ns)
{
	const uint32_t tid = tids[thread], vcpu = (uint32_t)thread * 3;
	const uint64_t kind = below(seed, 100);

	if (kind < 38)
		return random_exit(w, seed, tid, vcpu, now_ns);
	if (kind < 80)
		return entry_event(w, tid, vcpu, now_ns);
	return random_access(w, seed,
		kind < 88   ? EVENT_MSR
		: kind < 95 ? EVENT_MMIO
			    : EVENT_IRQ,
		tid, now_ns);
}

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
	happen(w, access_event(w, EVENT_MMIO, 5, TRACE_MMIO_READ, 0xfee000b0, 1001));
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

/* A thread whose place is another's, and for which the hash has no room either. */
static void an_exit_of_a_thread_too_many_is_dropped(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", 2);

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		const uint32_t tid = 7 + i * BPF_COUNT_THREADS;
		const struct event exit = exit_event(w, tid, i, EXIT_ISA_VMX, 12, 0, 1000);
		const struct event entry = entry_event(w, tid, i, 1010 + i);

		run_program(w, &exit);
		run_program(w, &entry);
		if (i < 3) {
			tell_records(w, &exit);
			tell_records(w, &entry);
		}
	}
	assert_int_equal(w->tables.control->dropped, 2);
	assert_int_equal(take_counted(w).dropped, 2);
	assert_int_equal(take_counted(w).dropped, 0);
	assert_int_equal(assert_same(w), 3);
	bpf_world_free(w);
}

static bool is_empty(const void *memory, size_t size)
{
	const unsigned char *byte = memory;

	return !*byte && !memcmp(byte, byte + 1, size - 1);
}

/* Neither table holds anything. */
static void assert_tables_empty(const struct bpf_world *w)
{
	assert_int_equal(w->tables.control->used[0], 0);
	assert_int_equal(w->tables.control->used[1], 0);
	assert_true(is_empty(w->tables.bookings, BPF_TABLES_BOOKINGS * sizeof *w->tables.bookings));
}

/* More kinds than there is room for: each exit is counted or dropped, and the next table has room anew. */
static void a_full_table_drops_and_says_so(void **state)
{
	enum { THREADS = 100, KINDS = 250 };
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	struct bpf_intake in;

	(void)state;
	for (int round = 0; round < 3; round++) {
		/* The third has room for all. */
		const uint32_t kinds = round < 2 ? KINDS : KINDS / 6;

		for (uint32_t tid = 1; tid <= THREADS; tid++)
			for (uint32_t i = 0; i < kinds; i++) {
				const struct event exit =
					exit_event(w, tid, 0, EXIT_ISA_VMX, i, 0, 1);
				const struct event entry = entry_event(w, tid, 0, 2 + i);

				run_program(w, &exit);
				run_program(w, &entry);
			}
		in = take_counted(w);
		assert_true(in.exits + in.dropped == (uint64_t)THREADS * kinds);
		assert_true(in.exits <= BPF_COUNT_BOOKINGS);
		if (round < 2)
			assert_true(in.exits > BPF_COUNT_BOOKINGS * 3 / 4);
		else
			assert_int_equal(in.dropped, 0);
		assert_tables_empty(w);
	}
	bpf_world_free(w);
}

/* One entry's program, stopped after so many instructions: the table flips, it goes on. */
static bool flip_after(size_t steps)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	struct event exit = exit_event(w, 5, 1, EXIT_ISA_VMX, 12, 0, 1000);
	struct event entry = entry_event(w, 5, 1, 1000 + (5ull << 33));
	struct bpf_cpu cpu;
	uint32_t old;
	bool within;

	happen(w, exit);
	tell_records(w, &entry);
	start_program(w, &cpu, &entry);
	while (!cpu.over && cpu.steps < steps)
		bpf_cpu_step(&cpu);
	within = !cpu.over;
	old = bpf_tables_flip(&w->tables);
	bpf_cpu_run(&cpu);
	check_program(&cpu, EVENT_ENTRY);
	/* The whole exit is in one of the two. */
	assert_int_equal(w->tables.control->used[0] + w->tables.control->used[1], 1);
	assert_int_equal(bpf_tables_take(&w->tables, old, w->counted.e).exits +
				 bpf_tables_take(&w->tables, old ^ 1, w->counted.e).exits,
		1);
	assert_tables_empty(w);
	assert_int_equal(assert_same(w), 1);
	bpf_world_free(w);
	return within;
}

static void the_table_may_flip_after_any_instruction(void **state)
{
	size_t steps = 0;

	(void)state;
	while (flip_after(steps))
		steps++;
	assert_true(steps > 100);
}

/* Programs of all CPUs, each of another thread, any of which takes the next step; a table is taken when
 * those that ran at the flip are at their end. */
struct crowd {
	struct bpf_cpu cpus[TIDS];
	struct event events[TIDS];
	bool running[TIDS], awaited[TIDS];
};

static void crowd_step(
	struct bpf_world *w, struct crowd *c, uint64_t *seed, uint64_t now_ns, bool more)
{
	const size_t i = below(seed, TIDS - 1); /* not the idle task */

	if (!c->running[i]) {
		if (!more)
			return;
		c->events[i] = random_event(w, seed, i, now_ns);
		tell_records(w, &c->events[i]);
		start_program(w, &c->cpus[i], &c->events[i]);
		c->running[i] = true;
	}
	for (uint64_t steps = below(seed, 30); steps && !c->cpus[i].over; steps--)
		bpf_cpu_step(&c->cpus[i]);
	if (!c->cpus[i].over)
		return;
	check_program(&c->cpus[i], c->events[i].kind);
	c->running[i] = c->awaited[i] = false;
}

static bool any(const bool *flags)
{
	for (size_t i = 0; i < TIDS; i++)
		if (flags[i])
			return true;
	return false;
}

static void programs_of_many_cpus_do_not_mix(void **state)
{
	enum { STEPS = 100000 };
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	struct crowd *c = calloc(1, sizeof *c);
	uint64_t seed = 0xfeedbeef, now_ns = 1000 * S, exits = 0, takes = 0;
	bool flipped = false;
	uint32_t old = 0;

	(void)state;
	for (int i = 0; i < STEPS || any(c->running) || flipped; i++) {
		now_ns = advance(&seed, now_ns);
		crowd_step(w, c, &seed, now_ns, i < STEPS);
		if (!flipped && below(&seed, 500) == 0) {
			old = bpf_tables_flip(&w->tables);
			memcpy(c->awaited, c->running, sizeof c->awaited);
			flipped = true;
		}
		if (flipped && !any(c->awaited)) {
			const struct bpf_intake in = bpf_tables_take(&w->tables, old, w->counted.e);

			assert_int_equal(in.dropped, 0);
			exits += in.exits;
			takes++;
			flipped = false;
		}
	}
	exits += take_counted(w).exits;
	assert_tables_empty(w);
	assert_true(takes > 20);
	assert_int_equal(assert_same(w), exits);
	free(c);
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
		cmocka_unit_test(an_exit_of_a_thread_too_many_is_dropped),
		cmocka_unit_test(a_full_table_drops_and_says_so),
		cmocka_unit_test(the_table_may_flip_after_any_instruction),
		cmocka_unit_test(programs_of_many_cpus_do_not_mix),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
