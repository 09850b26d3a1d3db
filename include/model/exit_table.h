/* exit_table: VM exits by reason, of a VM or a vCPU, over an interval or since a zero point. */
#ifndef MODEL_EXIT_TABLE_H
#define MODEL_EXIT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

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
	double seconds;       /* the time the table covers */
	bool without_latency; /* set once by the owner: needs no buckets */
	bool sampled;         /* figures were scaled up from a part of the exits */
};

/* Books exits; the time they cover is the caller's to add. factor: how many exits of the guest one of
 * them stands for; other than 1 it makes the table sampled. */
void exit_table_add(
	struct exit_table *t, const struct sample_exit *exits, size_t count, double factor);

/* Adds all that is in from, its time included. */
void exit_table_merge(struct exit_table *into, const struct exit_table *from);
void exit_table_clear(struct exit_table *t); /* keeps the memory, and without_latency */
void exit_table_fini(struct exit_table *t);

/* All exits of the table together. */
struct summary exit_table_total(const struct exit_table *t);

/* I/O ports by their device: CMOS and real-time clock, index and data. */
enum exit_port { EXIT_PORT_RTC_INDEX = 0x70, EXIT_PORT_RTC_DATA = 0x71 };

/* Exits with that port and direction, over all reasons. */
struct summary exit_table_port(
	const struct exit_table *t, enum exit_detail direction, uint16_t port);

/* A row as it is shown: perf's columns. Shares are of the table's total. */
struct exit_row {
	char name[32];
	struct exit_key key;
	double samples, samples_pct, time_pct;
	double min_us, max_us, avg_us, stderr_pct;
	double per_s;          /* NAN while the table covers no time */
	double time_us;        /* total */
	double p50_us, p99_us; /* NAN in a table without_latency */
	bool sampled;
};

/* Do the shares of time count halts, in which the guest has nothing to do? */
enum exit_shares { EXIT_SHARES_ALL, EXIT_SHARES_WITHOUT_HALTS };

/* Is it an exit of a guest that has nothing to do: HLT (VMX 12, SVM 0x78), MWAIT (36, 0x8b), SVM's
 * idle-HLT (0xa6), arm64's WFx (esr_ec 1)? */
bool exit_key_is_halt(const struct exit_key *key);

/* Writes the reasons as rows, unordered, to rows (room for t->reason_count). Returns how many. Without
 * halts in the shares, a halt's own time_pct is NAN. */
size_t exit_table_rows(const struct exit_table *t, enum exit_shares shares, struct exit_row *rows);

/* The details of a reason as rows, the most frequent first, to rows (room for t->detail_count).
 * Shares are of the table, too. Returns how many. */
size_t exit_table_detail_rows(const struct exit_table *t, enum exit_shares shares,
	const struct exit_key *reason, struct exit_row *rows);

/* The same, with all that belongs to one device as one row: "RTC 0x70/0x71", "HPET (3 addresses)"; what
 * has no device's name stands for itself. A row's key is that of its most frequent detail. */
size_t exit_table_device_rows(const struct exit_table *t, enum exit_shares shares,
	const struct exit_key *reason, struct exit_row *rows);

/* The entry of a reason or a detail, or NULL. */
const struct exit_entry *exit_table_find(const struct exit_table *t, const struct exit_key *key);

#endif
