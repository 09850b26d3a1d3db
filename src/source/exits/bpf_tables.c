#include "source/exits/bpf_tables.h"

#include <string.h>

#include "source/exits/exits.h"

uint32_t bpf_tables_flip(const struct bpf_tables *t)
{
	const uint32_t table = t->control->table & 1;

	__atomic_store_n(&t->control->table, table ^ 1, __ATOMIC_SEQ_CST);
	return table;
}

static void take_exits(struct exits *e, const struct bpf_booking *booking)
{
	const struct sums sums = {
		.count = booking->count,
		.total_ns = booking->total_ns,
		.min_ns = booking->min_ns,
		.max_ns = booking->max_ns,
		.squares_ns2 =
			(unsigned __int128)booking->squares_high << 64 | booking->squares_low,
	};

	exits_add(e, (pid_t)booking->tid, booking->vcpu, exit_words_split(booking->key), &sums,
		booking->buckets);
}

struct bpf_intake bpf_tables_take(const struct bpf_tables *t, uint32_t table, struct exits *e)
{
	struct bpf_intake in = { 0 };
	uint32_t used = t->control->used[table];

	in.dropped = __atomic_exchange_n(&t->control->dropped, 0, __ATOMIC_SEQ_CST);
	if (used > BPF_BOOKINGS)
		used = BPF_BOOKINGS;
	for (uint32_t i = 0; i < used; i++) {
		const uint64_t at = t->used[table * BPF_BOOKINGS + i];
		struct bpf_booking *booking = &t->bookings[at % BPF_ALL_BOOKINGS];

		if (booking->key.what >> EXIT_WORDS_DETAIL_SHIFT == BPF_IRQ) {
			exits_irqs(e, (pid_t)booking->tid, (uint32_t)booking->key.number,
				booking->total_ns, booking->count - booking->total_ns);
		} else {
			take_exits(e, booking);
			in.exits += booking->count;
		}
		memset(booking, 0, sizeof *booking);
	}
	t->control->used[table] = 0;
	return in;
}

void bpf_tables_forget(const struct bpf_tables *t, bool (*is_alive)(pid_t tid))
{
	for (size_t i = 0; i < BPF_THREADS; i++) {
		struct bpf_thread *thread = &t->control->threads[i];

		/* 0: it comes at this moment. */
		if (!thread->tid || !thread->own_tid || is_alive((pid_t)thread->own_tid))
			continue;
		thread->open_ns = 0;
		thread->own_tid = 0;
		/* From here on another thread may take the place. */
		__atomic_store_n(&thread->tid, 0, __ATOMIC_SEQ_CST);
	}
}
