#include "model/exit_brief.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/mem.h"

/* The room for devices when not everything fits: one row in so many. */
enum { DEVICE_SHARE = 4 };

/* A name that is set in by two columns. */
enum { INDENTED_MAX = sizeof(((struct exit_row *)NULL)->name) - 3 };

struct exit_row *exit_brief(const struct exit_table *table, enum exit_shares shares,
	enum exit_column sort, bool reverse, size_t devices_max, size_t room, size_t *count)
{
	struct exit_row *reasons = mem_calloc(table->reason_count, sizeof *reasons);
	const size_t reason_count = exit_table_rows(table, shares, reasons);
	struct exit_row *devices = mem_calloc(table->detail_count, sizeof *devices);
	struct exit_row *lines = mem_calloc(reason_count * (1 + devices_max), sizeof *lines);
	size_t spare = room > reason_count ? room - reason_count : 0;

	field_sort_rows(&exit_columns[sort], reverse, &exit_columns[EXIT_COL_REASON], reasons,
		reason_count, sizeof *reasons);
	if (spare < room / DEVICE_SHARE)
		spare = room / DEVICE_SHARE;
	if (!spare && room > 1)
		spare = 1;
	*count = 0;
	for (size_t i = 0; i < reason_count && *count < room; i++) {
		size_t device_count =
			exit_table_device_rows(table, shares, &reasons[i].key, devices);

		if (device_count > devices_max)
			device_count = devices_max;
		lines[(*count)++] = reasons[i];
		for (size_t k = 0; k < device_count && spare && *count < room; k++, spare--) {
			struct exit_row *line = &lines[(*count)++];

			*line = devices[k];
			snprintf(line->name, sizeof line->name, "  %.*s", INDENTED_MAX,
				devices[k].name);
		}
	}
	free(devices);
	free(reasons);
	return lines;
}
