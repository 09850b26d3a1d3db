/* exit_table: VM exits by reason, of a VM or a vCPU, over an interval or since a zero point. */
#ifndef MODEL_EXIT_TABLE_H
#define MODEL_EXIT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kvm/exit_names.h"
#include "sample/sample.h"

struct exit_entry {
	struct exit_key key; /* detail is EXIT_DETAIL_NONE for a reason's own entry */
	char name[32];       /* of the reason */
	struct summary durations;
	struct latency latency; /* empty in a table without_latency */
};

/* How many details a table holds at most. A guest can touch 65,536 ports in each direction; beyond
 * this number the rarest give way, and their exits are still counted in their reason. */
#define EXIT_TABLE_DETAILS_MAX 256

/* All zero is an empty table. Entries are unordered. */
struct exit_table {
	struct exit_entry *reasons; /* one for each reason, details merged in */
	size_t reason_count, reason_capacity;
	struct exit_entry *details; /* one for each reason, direction and number */
	size_t detail_count, detail_capacity;
	double seconds; /* the time the table covers */
	/* Set once by the owner; all zero is a table with everything. */
	bool without_latency;  /* needs no buckets */
	size_t details_max;    /* holds at most so many details; 0: EXIT_TABLE_DETAILS_MAX */
	bool sampled;          /* figures were scaled up from a part of the exits */
	enum exit_board board; /* of the VM whose exits they are: names its devices */
};

/* Books exits; the time they cover is the caller's to add. factor: how many exits of the guest one of
 * them stands for; other than 1 it makes the table sampled. */
void exit_table_add(
	struct exit_table *t, const struct sample_exit *exits, size_t count, double factor);

/* Adds all that is in from, its time included. */
void exit_table_merge(struct exit_table *into, const struct exit_table *from);
void exit_table_clear(struct exit_table *t); /* keeps room for entries, and what the owner set */
void exit_table_fini(struct exit_table *t);

/* All exits of the table together. */
struct summary exit_table_total(const struct exit_table *t);

/* I/O ports by their device: CMOS and real-time clock, index and data. */
enum exit_port { EXIT_PORT_RTC_INDEX = 0x70, EXIT_PORT_RTC_DATA = 0x71 };

/* Exits with that port and direction, over all reasons. */
struct summary exit_table_port(
	const struct exit_table *t, enum exit_detail direction, uint16_t port);

/* The entry of a reason or a detail, or NULL. */
const struct exit_entry *exit_table_find(const struct exit_table *t, const struct exit_key *key);

#endif
