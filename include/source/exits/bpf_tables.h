/* bpf_tables: what the BPF programs have counted (bpf/exit_tables.h), on its way to the engine. There are two tables:
 * while one is taken, the programs fill the other. */
#ifndef SOURCE_EXITS_BPF_TABLES_H
#define SOURCE_EXITS_BPF_TABLES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/exit_tables.h"

struct exits;

/* Borrowed: the programs' memory. */
struct bpf_tables {
	struct bpf_control *control;
	struct bpf_booking *bookings; /* BPF_ALL_BOOKINGS */
	uint64_t *used;               /* as many: numbers of bookings */
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

/* Frees the places in the array of those threads that are not alive any more: what they had open is never
 * closed, and their numbers come back. is_alive is asked with the number that kvmtop knows a thread by. */
void bpf_tables_forget(const struct bpf_tables *t, bool (*is_alive)(pid_t tid));

#endif
