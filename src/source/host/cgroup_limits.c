#include "source/host/cgroup_limits.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "sample/sample.h"
#include "source/host/proc_file.h"

/* A walk from a group to the root of what is mounted. */
struct walk {
	int root;            /* descriptor of the root folder */
	char *folder;        /* of the group where it is */
	size_t mount_length; /* of the folder's part that is the mount */
	const struct cgroup_mount *mount;
	const char *path; /* of the group that it began with */
	size_t up;        /* bytes of path that were left behind */
	size_t opened;    /* files */
};

/* False where the group is not to be seen from here, or has gone meanwhile: from here on, a file that is not there limits
 * nothing. */
static bool walk_begin(struct walk *w, int root, const struct cgroup_mount *mount, const char *path)
{
	*w = (struct walk){
		.root = root, .folder = cgroup_folder(mount, path), .mount = mount, .path = path
	};
	if (!w->folder)
		return false;
	w->mount_length = strlen(mount->folder);
	w->opened = 1;
	if (!faccessat(root, w->folder, F_OK, 0))
		return true;
	free(w->folder);
	return false;
}

/* To the parent. False at the mount's root. */
static bool walk_up(struct walk *w)
{
	char *slash = strrchr(w->folder, '/');

	if (strlen(w->folder) <= w->mount_length || !slash || slash < w->folder + w->mount_length)
		return false;
	w->up += strlen(slash);
	*slash = '\0';
	return true;
}

/* The path of the group where the walk is; the caller frees it. */
static char *walk_path(const struct walk *w)
{
	const size_t length = strlen(w->path);

	return w->up < length ? strndup(w->path, length - w->up) : mem_strdup("/");
}

static ssize_t walk_read(struct walk *w, const char *name, char *text, size_t size)
{
	char path[4096];
	const int length = snprintf(path, sizeof path, "%s/%s", w->folder, name);

	w->opened++;
	text[0] = '\0';
	return length < (int)sizeof path ? proc_file_read(w->root, path, text, size)
					 : -ENAMETOOLONG;
}

/* NULL with errno. */
static char *walk_read_whole(struct walk *w, const char *name)
{
	char path[4096];
	const int length = snprintf(path, sizeof path, "%s/%s", w->folder, name);

	w->opened++;
	errno = ENAMETOOLONG;
	return length < (int)sizeof path ? proc_file_read_whole(w->root, path) : NULL;
}

/* "max" and -1 are no limit; "100000". */
static uint64_t parse_limit(const char **text)
{
	uint64_t value;

	*text += strspn(*text, " ");
	if (!strncmp(*text, "max", 3) || !strncmp(*text, "-1", 2)) {
		*text += strcspn(*text, " \n");
		return SAMPLE_NO_LIMIT;
	}
	return proc_file_number(text, &value) ? value : SAMPLE_UNKNOWN;
}

static uint64_t read_limit(struct walk *w, const char *name, ssize_t *error)
{
	char text[64];
	const char *p = text;
	const ssize_t length = walk_read(w, name, text, sizeof text);

	*error = length < 0 ? length : 0;
	return length > 0 ? parse_limit(&p) : SAMPLE_UNKNOWN;
}

/* A line's number: "throttled_usec 1234" */
static uint64_t find_number(const char *text, const char *key)
{
	const size_t length = strlen(key);

	for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
		const char *at = p + length;
		uint64_t value;

		if (!strncmp(p, key, length) && *at == ' ' && proc_file_number(&at, &value))
			return value;
	}
	return SAMPLE_UNKNOWN;
}

/* "nr_periods 50\nnr_throttled 12\nthrottled_usec 34000\n"; v1 says throttled_time, in ns. */
static void read_throttled(struct sample_cgroup *c, struct walk *w)
{
	char text[1024];
	uint64_t throttled_ns;

	if (walk_read(w, "cpu.stat", text, sizeof text) <= 0)
		return;
	c->periods = find_number(text, "nr_periods");
	c->throttled_periods = find_number(text, "nr_throttled");
	c->throttled_us = find_number(text, "throttled_usec");
	throttled_ns = find_number(text, "throttled_time");
	if (c->throttled_us == SAMPLE_UNKNOWN && throttled_ns != SAMPLE_UNKNOWN)
		c->throttled_us = throttled_ns / NS_PER_US;
}

/* cpu.max of v2: "50000 100000", "max 100000". The root of all has none, nor has a group whose parent does not hand the
 * controller down: neither limits. -errno, or 0. */
static int read_quota(struct sample_cgroup *c, struct walk *w)
{
	char text[64];
	const char *p = text;
	ssize_t error;

	if (w->mount->version == 2) {
		error = walk_read(w, "cpu.max", text, sizeof text);
		if (error > 0) {
			c->quota_us = parse_limit(&p);
			c->period_us = parse_limit(&p);
		}
		return error < 0 ? (int)error : 0;
	}
	c->quota_us = read_limit(w, "cpu.cfs_quota_us", &error);
	if (c->quota_us != SAMPLE_NO_LIMIT && c->quota_us != SAMPLE_UNKNOWN)
		c->period_us = read_limit(w, "cpu.cfs_period_us", &error);
	return (int)error;
}

static size_t read_cpu(
	struct cgroup_reading *r, int root, const struct cgroup_mount *mount, const char *path)
{
	struct sample_cgroup *c = &r->group;
	ssize_t error;
	struct walk w;

	if (!walk_begin(&w, root, mount, path))
		return 1;
	c->version = mount->version;
	c->weight = read_limit(&w, mount->version == 2 ? "cpu.weight" : "cpu.shares", &error);
	do
		if (read_quota(c, &w) == -ENOENT)
			c->quota_us = SAMPLE_NO_LIMIT;
	while (c->quota_us == SAMPLE_NO_LIMIT && walk_up(&w));
	if (c->quota_us < SAMPLE_NO_LIMIT) {
		c->limit_path = r->limit_path = walk_path(&w);
		read_throttled(c, &w);
	}
	free(w.folder);
	return w.opened;
}

/* The tightest one on the way up is what holds. What is not limited is the highest number of whole pages in v1:
 * "9223372036854771712" where a page is 4 KiB. */
static uint64_t read_memory(struct walk *w, const char *name)
{
	const uint64_t v1_none = INT64_MAX - 0xffff;
	uint64_t least = SAMPLE_NO_LIMIT;

	do {
		ssize_t error;
		const uint64_t limit = read_limit(w, name, &error);

		if (limit == SAMPLE_UNKNOWN && error != -ENOENT)
			return SAMPLE_UNKNOWN;
		if (limit < least && limit < v1_none)
			least = limit;
	} while (walk_up(w));
	return least;
}

static size_t read_memories(
	struct sample_cgroup *c, int root, const struct cgroup_mount *mount, const char *path)
{
	struct walk w;

	if (!walk_begin(&w, root, mount, path))
		return 1;
	c->memory_max =
		read_memory(&w, mount->version == 2 ? "memory.max" : "memory.limit_in_bytes");
	free(w.folder);
	/* v1 knows none at which a group is slowed down. */
	if (mount->version == 2 && walk_begin(&w, root, mount, path)) {
		c->memory_high = read_memory(&w, "memory.high");
		free(w.folder);
	}
	return 2 * w.opened;
}

/* "0-3,8": of the nearest group that has the file. */
static size_t read_cpus(
	struct cgroup_reading *r, int root, const struct cgroup_mount *mount, const char *path)
{
	const char *name = mount->version == 2 ? "cpuset.cpus.effective" : "cpuset.effective_cpus";
	char *text, *end;
	struct walk w;

	if (!walk_begin(&w, root, mount, path))
		return 1;
	do
		text = walk_read_whole(&w, name);
	while (!text && errno == ENOENT && walk_up(&w));
	end = text ? strchr(text, '\n') : NULL;
	if (end && end > text && !end[1]) {
		*end = '\0';
		r->group.cpus = r->cpus = text;
	} else {
		free(text);
	}
	free(w.folder);
	return w.opened;
}

size_t cgroup_limits_read(struct cgroup_reading *r, const struct cgroup_mounts *m,
	const struct cgroup_paths *paths, int root)
{
	*r = (struct cgroup_reading){ .group = sample_cgroup_unknown() };
	r->group.path = paths->of[CGROUP_CPU];
	r->group.time_ns = clock_mono_ns();
	return read_cpu(r, root, &m->of[CGROUP_CPU], paths->of[CGROUP_CPU]) +
	       read_cpus(r, root, &m->of[CGROUP_CPUSET], paths->of[CGROUP_CPUSET]) +
	       read_memories(&r->group, root, &m->of[CGROUP_MEMORY], paths->of[CGROUP_MEMORY]);
}

void cgroup_limits_fini(struct cgroup_reading *r)
{
	free(r->limit_path);
	free(r->cpus);
	*r = (struct cgroup_reading){ .group = sample_cgroup_unknown() };
}
