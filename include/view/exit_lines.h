/* exit_lines: an exit table line by line, as the drill-down shows it: each reason, and below it all that
 * its exits were about. */
#ifndef VIEW_EXIT_LINES_H
#define VIEW_EXIT_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/columns.h"

struct exit_line {
	struct exit_row row; /* its name set in by two columns below a reason */
	/* The exits of a reason that are in none of its details: they were not traced all the time, or
	 * there are more kinds than a table keeps. The row's key is the reason's; shortest, longest and
	 * ± of these exits are not known. */
	bool other;
};

/* Reasons in the order of sort, below each its details, the most frequent first, and at their end "other"
 * where they are not all of the reason. The caller frees the array. */
struct exit_line *exit_lines(const struct exit_table *table, enum exit_shares shares,
	enum exit_column sort, bool reverse, size_t *count) __attribute__((returns_nonnull));

/* Is it the line of that key? */
bool exit_line_is(const struct exit_line *line, const struct exit_key *key, bool other);

/* Merges the durations of a line of the table into out; those of "other" are what the details leave of
 * the reason's. Nothing in a table without_latency. */
void exit_line_latency(
	const struct exit_line *line, const struct exit_table *table, struct latency *out);

#endif
