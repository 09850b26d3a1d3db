/* exit_brief: an exit table in few lines: its reasons, and what they were mostly about. */
#ifndef MODEL_EXIT_BRIEF_H
#define MODEL_EXIT_BRIEF_H

#include "model/columns.h"
#include "model/exit_rows.h"

/* The rows worth showing in at most room (SIZE_MAX: all): reasons in the order of sort, and below each of them up to
 * devices_max of its devices, named "  RTC 0x70/0x71", most frequent first. There is always place for some devices:
 * without them the reason says little. The caller frees the array. */
struct exit_row *exit_brief(const struct exit_table *table, enum exit_shares shares,
	enum exit_column sort, bool reverse, size_t devices_max, size_t room, size_t *count);

#endif
