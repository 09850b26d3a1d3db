/* settings_file: the settings from one start to the next, in settings.json of the user's config folder. A file that
 * kvmtop does not understand is left alone. */
#ifndef APP_SETTINGS_FILE_H
#define APP_SETTINGS_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/state.h"
#include "view/settings.h"

#define SETTINGS_FILE_NAME "settings.json"

/* Reads the settings of a folder (state_config_folder()). Returns true, with *set as the file has it, or
 * settings_default() where there is none; or false, with settings_default() and one sentence in why, where the
 * file cannot be read, is not understood, or others may write in it. */
bool settings_file_load(struct settings *set, const char *folder, char *why, size_t size);

/* Writes the settings, as a whole or not at all, making the folder where it is missing. Returns true, or false
 * with one sentence in why: then what is there is as it was, also where settings_file_load() would refuse it. */
bool settings_file_save(const struct settings *set, const char *folder, char *why, size_t size);

#endif
