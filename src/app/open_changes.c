#include "app/open_changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/state.h"
#include "model/off.h"

/* NULL: not known yet. */
static const char *definition_of(const struct model *m, const char *uuid)
{
	const struct domain *d = m->last ? domain_set_find(m->last->domains, uuid) : NULL;

	return d ? d->inactive_xml : NULL;
}

void open_changes_put(struct model *m, const struct change_log *log)
{
	struct open_change *open = mem_calloc(log->count, sizeof *open);
	size_t count = 0;

	for (size_t i = 0; i < log->count; i++) {
		const struct change_record *record = &log->items[i];

		const char *now = definition_of(m, record->uuid);

		if (record != change_log_last(log, record->uuid, now) ||
			!change_log_is_open(log, record->uuid, now))
			continue;
		snprintf(open[count].uuid, sizeof open[count].uuid, "%s", record->uuid);
		open[count++].real_ns = record->real_ns;
	}
	off_set_changes(m, open, count);
	free(open);
}

void open_changes_read(struct model *m, const char *folder)
{
	struct change_log log = { 0 };
	char why[STATE_WHY_MAX];

	if (!*folder || change_log_read(folder, &log, why, sizeof why))
		return;
	open_changes_put(m, &log);
	change_log_fini(&log);
}
