#include "app/proof.h"

#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "advice/verdict.h"
#include "core/state.h"
#include "report/json_baseline.h"

#define FILE_START "baseline-"
#define FILE_END ".json"

/* Files that are larger, or more of them, are not kvmtop's. */
enum { FILE_MAX = 64 << 10, FILES_MAX = 4096 };

/* FNV-1a: names that look alike when they are cleaned must not share a file. */
static uint64_t hash(const char *text)
{
	uint64_t h = 0xcbf29ce484222325;

	for (; *text; text++)
		h = (h ^ (unsigned char)*text) * 0x100000001b3;
	return h;
}

static void file_name(char out[static NAME_MAX + 1], const char *uuid, const char *name)
{
	char clean[128];

	if (*uuid)
		snprintf(out, NAME_MAX + 1, FILE_START "%s" FILE_END,
			state_clean_name(clean, sizeof clean, uuid));
	else
		snprintf(out, NAME_MAX + 1, FILE_START "name-%s-%016" PRIx64 FILE_END,
			state_clean_name(clean, sizeof clean, name), hash(name));
}

static bool is_baseline_file(const char *name)
{
	const size_t length = strlen(name), end = strlen(FILE_END);

	return length > strlen(FILE_START) + end &&
	       !strncmp(name, FILE_START, strlen(FILE_START)) &&
	       !strcmp(name + length - end, FILE_END);
}

static bool load_file(struct model *m, int folder, const char *name, char *why, size_t size)
{
	struct baseline b;
	char *text;
	const int error = state_read(folder, name, FILE_MAX, &text);
	bool ok;

	if (error) {
		snprintf(why, size, "%s", strerror(-error));
		return false;
	}
	ok = json_baseline_read(&b, text, why, size);
	if (ok)
		baselines_put(&m->baselines, &b);
	free(text);
	return ok;
}

void proof_load(struct model *m, const char *folder, char *why, size_t size)
{
	char reason[STATE_WHY_MAX];
	const int fd = *folder ? state_open(folder, false, reason, sizeof reason) : -ENOENT;
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int left = FILES_MAX;

	why[0] = '\0';
	if (fd < 0 && fd != -ENOENT)
		snprintf(why, size, "baselines are not read: %s", reason);
	if (fd >= 0 && !dir)
		close(fd);
	while (dir && left-- && (entry = readdir(dir)))
		if (is_baseline_file(entry->d_name) &&
			!load_file(m, fd, entry->d_name, reason, sizeof reason))
			snprintf(why, size, "%.80s is left out, %.80s: remove it from %s",
				entry->d_name, reason, folder);
	if (dir)
		closedir(dir);
}

static int save(const struct baseline *b, const char *folder, char *why, size_t size)
{
	char name[NAME_MAX + 1], *text;
	const int fd = state_open(folder, true, why, size);
	int error;

	if (fd < 0)
		return fd;
	file_name(name, b->uuid, b->name);
	text = json_baseline_write(b);
	error = text ? state_write(fd, name, text, strlen(text), false) : -ENOMEM;
	if (error)
		snprintf(why, size, "%s/%s cannot be written (%s)", folder, name, strerror(-error));
	free(text);
	close(fd);
	return error;
}

bool proof_take(struct model *m, const struct findings *f, const struct vm *vm, const char *folder,
	char *say, size_t size)
{
	const bool is_replay = m->recording.is_replay;
	char why[STATE_WHY_MAX];
	struct baseline b;

	if (m->recording.file[0] && !m->recording.is_replay) {
		snprintf(say, size, "A recording has no before and after: no baseline was taken");
		return false;
	}
	if (!vm) {
		snprintf(say, size, "No VM is selected");
		return false;
	}
	if (vm->off) {
		snprintf(say, size, "The VM is shut off: there are no figures for a baseline");
		return false;
	}
	if (isnan(vm->cpu.cpu_pct)) {
		snprintf(say, size, "There are no figures yet: wait for a look or two");
		return false;
	}
	snprintf(why, sizeof why, "%s",
		is_replay ? "a recording is played"
			  : "there is no home folder: set XDG_STATE_HOME");
	verdict_take_baseline(&b, vm, f, m->host.details, m->real_ns);
	baselines_put(&m->baselines, &b);
	if (*folder && !save(&b, folder, why, sizeof why))
		snprintf(say, size,
			"Baseline taken: the panel shows what becomes of it; B forgets it");
	else
		snprintf(say, size, "Baseline taken, but only until kvmtop ends: %s", why);
	return true;
}

void proof_drop(struct model *m, const struct vm *vm, const char *folder, char *say, size_t size)
{
	char why[STATE_WHY_MAX], name[NAME_MAX + 1];
	const int fd = vm && *folder ? state_open(folder, false, why, sizeof why) : -1;

	if (fd >= 0) {
		file_name(name, vm->uuid, vm->name);
		unlinkat(fd, name, 0);
		close(fd);
	}
	if (!vm)
		snprintf(say, size, "No VM is selected");
	else
		snprintf(say, size, "%s",
			baselines_drop(&m->baselines, vm) ? "The baseline is forgotten"
							  : "There is no baseline; b takes one");
}
