/* bpf_tables: what the programs of bpf_count.h have counted, as it lies in memory, and its way to the
 * engine. There are two tables: while one is taken, the programs fill the other. */
#ifndef SOURCE_EXITS_BPF_TABLES_H
#define SOURCE_EXITS_BPF_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "source/exits/bpf_count.h"

struct exits;

/* Bookings of both tables, and of their numbers. */
#define BPF_TABLES_BOOKINGS (2 * BPF_COUNT_BOOKINGS)

/* Borrowed: the programs' maps. */
struct bpf_tables {
	struct bpf_control *control;
	struct bpf_booking *bookings;
	uint32_t *used; /* every second one: an array's entries take a multiple of 8 bytes */
};

/* What came since the last time. */
struct bpf_intake {
	uint64_t exits;
	uint64_t dropped; /* and others, for which there was no room */
};

/* Programs that begin from now on fill the other table. Returns the one that was filled; programs that
 * run at this moment may still write to it. */
uint32_t bpf_tables_flip(const struct bpf_tables *t);

/* Adds what is in a table to e, and empties it. No program may write to it any more. */
struct bpf_intake bpf_tables_take(const struct bpf_tables *t, uint32_t table, struct exits *e);

/* Frees the places of those of count threads that are not alive any more: what they had open is never
 * closed, and their numbers come back. */
void bpf_tables_forget(struct bpf_thread *threads, size_t count, bool (*is_alive)(pid_t tid));

#endif
