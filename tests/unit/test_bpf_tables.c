/* bpf_tables: room that is short, and tables that flip while programs run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "bpf_storm.h"

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

/* The first exits of two threads that want the same place: the second one comes whole after so many
 * instructions of the first. */
static bool meet_after(size_t steps)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	const uint32_t others_tid = 5 + BPF_COUNT_THREADS;
	struct event exit = exit_event(w, 5, 1, EXIT_ISA_VMX, 12, 0, 1000);
	struct bpf_cpu cpu;
	bool within;

	tell_records(w, &exit);
	start_program(w, &cpu, &exit);
	while (!cpu.over && cpu.steps < steps)
		bpf_cpu_step(&cpu);
	within = !cpu.over;
	happen(w, exit_event(w, others_tid, 2, EXIT_ISA_VMX, 10, 0, 1001));
	bpf_cpu_run(&cpu);
	check_program(&cpu, EVENT_EXIT);
	happen(w, entry_event(w, 5, 1, 1010));
	happen(w, entry_event(w, others_tid, 2, 1021));
	assert_int_equal(take_counted(w).exits, 2);
	assert_int_equal(assert_same(w), 2);
	bpf_world_free(w);
	return within;
}

static void two_threads_may_want_the_same_place_at_once(void **state)
{
	size_t steps = 0;

	(void)state;
	while (meet_after(steps))
		steps++;
	assert_true(steps > 20);
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

static bool is_not_7(pid_t tid)
{
	return tid != 7;
}

static void run(struct bpf_world *w, struct event event)
{
	run_program(w, &event);
}

/* A thread dies in an exit; another one gets its number, and one that had to go to the hash its place. */
static void the_dead_are_forgotten(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", 2);
	const uint32_t other = 7 + BPF_COUNT_THREADS;

	(void)state;
	run(w, exit_event(w, 7, 0, EXIT_ISA_VMX, 12, 0, 1000));
	run(w, exit_event(w, other, 1, EXIT_ISA_VMX, 12, 0, 1000));
	bpf_tables_forget(w->threads, BPF_COUNT_THREADS, is_not_7);
	run(w, entry_event(w, 7, 0, 500000)); /* of the new one: it had no exit so far */
	run(w, entry_event(w, other, 1, 1300));
	assert_int_equal(w->tables.control->used[0], 1);
	assert_int_equal(w->tables.bookings[w->tables.used[0]].tid, other);
	assert_int_equal(w->tables.bookings[w->tables.used[0]].total_ns, 300);
	run(w, exit_event(w, other, 1, EXIT_ISA_VMX, 12, 0, 2000));
	assert_int_equal(w->threads[7].tid, other);
	run(w, entry_event(w, other, 1, 2500));
	assert_int_equal(w->tables.bookings[w->tables.used[0]].count, 2);
	assert_int_equal(w->tables.bookings[w->tables.used[0]].max_ns, 500);
	/* Those who live stay. */
	bpf_tables_forget(w->threads, BPF_COUNT_THREADS, is_not_7);
	assert_int_equal(w->threads[7].tid, other);
	bpf_world_free(w);
}

/* A thread has made exits up to its end since the last collect: it is forgotten, and they are not. */
static void the_last_exits_of_the_dead_are_taken(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	uint32_t table;

	(void)state;
	for (uint32_t i = 0; i < 11; i++) {
		const uint32_t tid = i < 8 ? 7 : 9;
		const struct event exit =
			exit_event(w, tid, 0, EXIT_ISA_VMX, 10 + i % 3, 0, 1000 * (i + 1));
		const struct event entry = entry_event(w, tid, 0, 1000 * (i + 1) + 10 + i);

		run_program(w, &exit);
		tell_records(w, &exit);
		if (i == 7)
			continue; /* its last one, which nothing follows */
		run_program(w, &entry);
		tell_records(w, &entry);
	}
	/* As exits_bpf_collect() does it. */
	table = bpf_tables_flip(&w->tables);
	bpf_tables_forget(w->threads, BPF_COUNT_THREADS, is_not_7);
	assert_int_equal(w->threads[7].tid, 0);
	assert_int_equal(bpf_tables_take(&w->tables, table, w->counted.e).exits, 10);
	assert_int_equal(assert_same(w), 10);
	bpf_world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exit_of_a_thread_too_many_is_dropped),
		cmocka_unit_test(a_full_table_drops_and_says_so),
		cmocka_unit_test(the_table_may_flip_after_any_instruction),
		cmocka_unit_test(two_threads_may_want_the_same_place_at_once),
		cmocka_unit_test(programs_of_many_cpus_do_not_mix),
		cmocka_unit_test(the_dead_are_forgotten),
		cmocka_unit_test(the_last_exits_of_the_dead_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
