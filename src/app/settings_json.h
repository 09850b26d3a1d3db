/* settings_json: the settings as text in a file:
 *
 *   { "version": 1, "interval_s": 2.0, "percent_of": "host", "theme": "light", "mouse": true,
 *     "follow": true, "cpus": false, "hidden": { "vms": ["pid"], "threads": [], "exits": [] } }
 *
 * A member that is missing is as in settings_default(). Members, tables and columns that are not known, and
 * columns that cannot be hidden, are no error: they say nothing, and stay in the file. */
#ifndef APP_SETTINGS_JSON_H
#define APP_SETTINGS_JSON_H

#include <stdbool.h>
#include <stddef.h>

#include "view/settings.h"

#define SETTINGS_JSON_VERSION 1

/* Reads text into *set. Returns false, with *set untouched and a clause in why ("theme is not dark, light or
 * mono"), when it is no JSON, not kvmtop's, a newer kvmtop's, or when a member has not a value that it can
 * have. */
bool settings_json_read(struct settings *set, const char *text, char *why, size_t size);

/* Returns set as text, which the caller frees; NULL without memory for it. old is what the file holds now,
 * and was read; NULL: there is none. */
char *settings_json_write(const struct settings *set, const char *old);

#endif
