#include "source/exits/bpf_tables.h"

#include <string.h>

#include "source/exits/exit_key.h"
#include "source/exits/exits.h"

uint32_t bpf_tables_flip(const struct bpf_tables *t)
{
	const uint32_t table = t->control->table & 1;

	__atomic_store_n(&t->control->table, table ^ 1, __ATOMIC_SEQ_CST);
	return table;
}

/* The key of a booking, as the records' would be. */
static struct exit_key key_of(const struct bpf_booking *booking)
{
	const uint32_t isa = booking->what >> BPF_COUNT_ISA_SHIFT & 0xff;
	const uint8_t detail = (uint8_t)(booking->what >> BPF_COUNT_DETAIL_SHIFT);
	struct exit_key key = exit_key_make((uint32_t)booking->what, isa, booking->number);

	if (detail) {
		key.detail = detail;
		key.number = booking->number;
	}
	return key;
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

	exits_add(e, (pid_t)booking->tid, (int)booking->vcpu, key_of(booking), &sums,
		booking->buckets);
}

struct bpf_intake bpf_tables_take(const struct bpf_tables *t, uint32_t table, struct exits *e)
{
	struct bpf_intake in = { 0 };
	uint32_t used = t->control->used[table];

	in.dropped = __atomic_exchange_n(&t->control->dropped, 0, __ATOMIC_SEQ_CST);
	if (used > BPF_COUNT_BOOKINGS)
		used = BPF_COUNT_BOOKINGS;
	for (uint32_t i = 0; i < used; i++) {
		const uint32_t at = t->used[2 * (table * BPF_COUNT_BOOKINGS + i)];
		struct bpf_booking *booking = &t->bookings[at % BPF_TABLES_BOOKINGS];

		if (booking->what >> BPF_COUNT_DETAIL_SHIFT == BPF_COUNT_IRQ) {
			exits_irqs(e, (pid_t)booking->tid, (uint32_t)booking->number,
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

void bpf_tables_forget(struct bpf_thread *threads, size_t count, bool (*is_alive)(pid_t tid))
{
	for (size_t i = 0; i < count; i++) {
		if (!threads[i].tid || is_alive((pid_t)threads[i].tid))
			continue;
		threads[i].open_ns = 0;
		/* From here on another thread may take the place. */
		__atomic_store_n(&threads[i].tid, 0, __ATOMIC_SEQ_CST);
	}
}
