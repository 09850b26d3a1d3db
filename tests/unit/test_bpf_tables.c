/* bpf_tables: room that is short, and tables that flip while programs run. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <pthread.h>
#include <sched.h>

#include "bpf_storm.h"

/* A thread whose place is another's, and for which the hash has no room either. */
static void an_exit_of_a_thread_too_many_is_dropped(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", 2);

	(void)state;
	for (uint32_t i = 0; i < 5; i++) {
		const uint32_t tid = 7 + i * BPF_THREADS;
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
	assert_int_equal(w->tables.control->others, 2);
	assert_int_equal(take_counted(w).dropped, 2);
	assert_int_equal(take_counted(w).dropped, 0);
	assert_int_equal(assert_same(w), 3);
	bpf_world_free(w);
}

static inline bool is_empty(const void *memory, size_t size)
{
	const unsigned char *byte = memory;

	return !*byte && !memcmp(byte, byte + 1, size - 1);
}

/* Neither table holds anything. */
static void assert_tables_empty(const struct bpf_world *w)
{
	assert_int_equal(w->tables.control->used[0], 0);
	assert_int_equal(w->tables.control->used[1], 0);
	assert_true(is_empty(w->tables.bookings, BPF_ALL_BOOKINGS * sizeof *w->tables.bookings));
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
		assert_true(in.exits <= BPF_BOOKINGS);
		if (round < 2)
			assert_true(in.exits > BPF_BOOKINGS * 3 / 4);
		else
			assert_int_equal(in.dropped, 0);
		assert_tables_empty(w);
	}
	bpf_world_free(w);
}

/* The first exits of two threads that want the same place in the array. */
static void two_threads_may_want_the_same_place(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	const uint32_t others_tid = 5 + BPF_THREADS;

	(void)state;
	happen(w, exit_event(w, 5, 1, EXIT_ISA_VMX, 12, 0, 1000));
	happen(w, exit_event(w, others_tid, 2, EXIT_ISA_VMX, 10, 0, 1001));
	happen(w, entry_event(w, 5, 1, 1010));
	happen(w, entry_event(w, others_tid, 2, 1021));
	assert_int_equal(take_counted(w).exits, 2);
	assert_int_equal(assert_same(w), 2);
	bpf_world_free(w);
}

/* Programs of all CPUs, each of another thread, all at once. */
enum { CPUS = 6, ROUNDS = 20000 };

struct cpu {
	const struct bpf_world *w;
	struct event *events; /* ROUNDS */
	uint64_t done;        /* programs that are over */
	pthread_t thread;
};

static void *run_cpu(void *context)
{
	struct cpu *c = context;

	for (int i = 0; i < ROUNDS; i++) {
		run_program(c->w, &c->events[i]);
		__atomic_add_fetch(&c->done, 1, __ATOMIC_SEQ_CST);
	}
	return NULL;
}

/* Until each program that ran at this moment is at its end. */
static void wait_for_cpus(const struct cpu *cpus)
{
	uint64_t done[CPUS];

	for (int i = 0; i < CPUS; i++)
		done[i] = __atomic_load_n(&cpus[i].done, __ATOMIC_SEQ_CST);
	for (int i = 0; i < CPUS; i++)
		while (done[i] < ROUNDS &&
			__atomic_load_n(&cpus[i].done, __ATOMIC_SEQ_CST) == done[i])
			sched_yield();
}

static bool is_any_left(const struct cpu *cpus)
{
	for (int i = 0; i < CPUS; i++)
		if (__atomic_load_n(&cpus[i].done, __ATOMIC_SEQ_CST) < ROUNDS)
			return true;
	return false;
}

/* What each does is told to the records first; a table is taken when those that ran at the flip are at their end. */
static void programs_of_many_cpus_do_not_mix(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);
	struct cpu cpus[CPUS];
	uint64_t seed = 0xfeedbeef, exits = 0, takes = 0;

	(void)state;
	for (size_t i = 0; i < CPUS; i++) {
		uint64_t now_ns = 1000 * S;

		cpus[i] = (struct cpu){ .w = w, .events = calloc(ROUNDS, sizeof(struct event)) };
		for (int j = 0; j < ROUNDS; j++) {
			now_ns = advance(&seed, now_ns);
			cpus[i].events[j] = random_event(w, &seed, i, now_ns);
			tell_records(w, &cpus[i].events[j]);
		}
	}
	for (int i = 0; i < CPUS; i++)
		assert_int_equal(pthread_create(&cpus[i].thread, NULL, run_cpu, &cpus[i]), 0);
	while (is_any_left(cpus)) {
		const uint32_t old = bpf_tables_flip(&w->tables);
		struct bpf_intake in;

		wait_for_cpus(cpus);
		in = bpf_tables_take(&w->tables, old, w->counted.e);
		assert_int_equal(in.dropped, 0);
		exits += in.exits;
		takes++;
	}
	for (int i = 0; i < CPUS; i++) {
		pthread_join(cpus[i].thread, NULL);
		free(cpus[i].events);
	}
	exits += take_counted(w).exits;
	assert_tables_empty(w);
	assert_true(takes > 0);
	assert_int_equal(assert_same(w), exits);
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
	const uint32_t other = 7 + BPF_THREADS;

	(void)state;
	run(w, exit_event(w, 7, 0, EXIT_ISA_VMX, 12, 0, 1000));
	run(w, exit_event(w, other, 1, EXIT_ISA_VMX, 12, 0, 1000));
	bpf_tables_forget(&w->tables, is_not_7);
	run(w, entry_event(w, 7, 0, 500000)); /* of the new one: it had no exit so far */
	run(w, entry_event(w, other, 1, 1300));
	assert_int_equal(w->tables.control->used[0], 1);
	assert_int_equal(w->tables.bookings[w->tables.used[0]].tid, other);
	assert_int_equal(w->tables.bookings[w->tables.used[0]].total_ns, 300);
	run(w, exit_event(w, other, 1, EXIT_ISA_VMX, 12, 0, 2000));
	assert_int_equal(w->memory->control.threads[7].tid, other);
	run(w, entry_event(w, other, 1, 2500));
	assert_int_equal(w->tables.bookings[w->tables.used[0]].count, 2);
	assert_int_equal(w->tables.bookings[w->tables.used[0]].max_ns, 500);
	/* Those who live stay. */
	bpf_tables_forget(&w->tables, is_not_7);
	assert_int_equal(w->memory->control.threads[7].tid, other);
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
	bpf_tables_forget(&w->tables, is_not_7);
	assert_int_equal(w->memory->control.threads[7].tid, 0);
	assert_int_equal(bpf_tables_take(&w->tables, table, w->counted.e).exits, 10);
	assert_int_equal(assert_same(w), 10);
	bpf_world_free(w);
}

/* kvmtop in a PID namespace of its own: it has other numbers for the threads that it sees, and none for the rest. */
static void threads_have_the_numbers_of_kvmtops_namespace(void **state)
{
	struct bpf_world *w = bpf_world_new("linux-6.1", OTHERS);

	(void)state;
	w->memory->first_seen_tid = 5000;
	w->memory->tids_less = 4990;
	for (uint32_t tid = 4990; tid < 5010; tid++) {
		run(w, exit_event(w, tid, 1, EXIT_ISA_VMX, 12, 0, 1000));
		run(w, entry_event(w, tid, 1, 1010));
		run(w, access_event(w, EVENT_IRQ, tid, 1, 8, 1000));
	}
	assert_int_equal(take_counted(w).exits, 10);
	collect(&w->counted);
	assert_int_equal(w->counted.s->exit_thread_count, 10);
	for (pid_t tid = 10; tid < 20; tid++) {
		assert_int_equal(find(&w->counted, tid, hlt).total_ns, 10);
		assert_int_equal(find_thread(&w->counted, tid)->irqs[0].raised, 1);
	}
	bpf_world_free(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_exit_of_a_thread_too_many_is_dropped),
		cmocka_unit_test(a_full_table_drops_and_says_so),
		cmocka_unit_test(two_threads_may_want_the_same_place),
		cmocka_unit_test(programs_of_many_cpus_do_not_mix),
		cmocka_unit_test(the_dead_are_forgotten),
		cmocka_unit_test(threads_have_the_numbers_of_kvmtops_namespace),
		cmocka_unit_test(the_last_exits_of_the_dead_are_taken),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
