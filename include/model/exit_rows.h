/* exit_rows: exit tables as they are shown: by reason, by detail and by device. */
#ifndef MODEL_EXIT_ROWS_H
#define MODEL_EXIT_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "kvm/exit_names.h"
#include "model/exit_table.h"

/* A row as it is shown: perf's columns. Shares are of the table's total. */
struct exit_row {
	char name[EXIT_NAMES_TEXT_MAX]; /* of the reason, or exit_names_describe() */
	struct exit_key key;
	const char *device; /* of a detail: exit_names_device() */
	double samples, samples_pct, time_pct;
	double min_us, max_us, avg_us, stderr_pct;
	double per_s;          /* NAN while the table covers no time */
	double time_us;        /* total */
	double p50_us, p99_us; /* NAN in a table without_latency */
	bool sampled;
	bool coarse;   /* of KVM's counters (model/counters.h): no times, no key of a reason */
	bool overlaps; /* a coarse one whose exits are counted in other rows, too */
};

/* Do the shares of time count halts, in which the guest has nothing to do? */
enum exit_shares { EXIT_SHARES_ALL, EXIT_SHARES_WITHOUT_HALTS };

/* Writes the reasons as rows, unordered, to rows (room for t->reason_count). Returns how many. Without
 * halts in the shares, a halt's own time_pct is NAN. */
size_t exit_table_rows(const struct exit_table *t, enum exit_shares shares, struct exit_row *rows);

/* The details of a reason as rows, the most frequent first, to rows (room for t->detail_count).
 * Shares are of the table, too. Returns how many. */
size_t exit_table_detail_rows(const struct exit_table *t, enum exit_shares shares,
	const struct exit_key *reason, struct exit_row *rows);

/* The same, with all that belongs to one device as one row: "RTC 0x70/0x71", "HPET (3 addresses)"; what
 * has no name stands for itself. A row's key is that of its most frequent detail. */
size_t exit_table_device_rows(const struct exit_table *t, enum exit_shares shares,
	const struct exit_key *reason, struct exit_row *rows);

#endif
