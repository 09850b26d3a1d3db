#include "source/host/cgroup.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"

/* A host of containers has thousands of mounts, but those of cgroups are among the first. */
#define MOUNTINFO_SIZE (256 * 1024)

static const char *const controllers[CGROUP__COUNT] = {
	[CGROUP_CPU] = "cpu",
	[CGROUP_CPUSET] = "cpuset",
	[CGROUP_MEMORY] = "memory",
};

/* Is word one of those in "rw,cpu,cpuacct"? */
static bool has_word(const char *list, size_t length, const char *word)
{
	const size_t word_length = strlen(word);

	for (const char *p = list; p < list + length;) {
		const size_t left = (size_t)(list + length - p);
		const char *comma = memchr(p, ',', left);
		const size_t own = comma ? (size_t)(comma - p) : left;

		if (own == word_length && !strncmp(p, word, own))
			return true;
		p += own + 1;
	}
	return false;
}

/* The mount table writes blanks and backslashes in paths as "\040". */
static char *unescape(const char *text)
{
	char *out = mem_strdup(text), *to = out;

	for (const char *p = out; *p; p++) {
		const bool octal = p[0] == '\\' && p[1] >= '0' && p[1] <= '3' && p[2] >= '0' &&
				   p[2] <= '7' && p[3] >= '0' && p[3] <= '7';

		*to++ = octal ? (char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0')) : *p;
		p += octal ? 3 : 0;
	}
	*to = '\0';
	return out;
}

static void set_mount(
	struct cgroup_mount *mount, unsigned version, const char *root, const char *folder)
{
	free(mount->root);
	free(mount->folder);
	*mount = (struct cgroup_mount){ version, unescape(root),
		unescape(folder[0] == '/' ? folder + 1 : folder) };
}

/* "36 25 0:31 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
 * "33 31 0:30 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset"
 * A controller that is bound to v1 is not in v2's groups. Of a hierarchy that is mounted twice the first one counts. */
static void parse_mount(struct cgroup_mounts *m, char *line)
{
	char *dash = strstr(line, " - "), *rest = line, *fields[5], *type, *options;
	unsigned version;

	if (!dash)
		return;
	*dash = '\0';
	for (size_t i = 0; i < 5; i++)
		if (!(fields[i] = strsep(&rest, " ")))
			return;
	rest = dash + strlen(" - ");
	type = strsep(&rest, " ");
	options = rest && strsep(&rest, " ") ? rest : NULL;
	version = !strcmp(type, "cgroup2") ? 2 : !strcmp(type, "cgroup") ? 1 : 0;
	for (int c = 0; c < CGROUP__COUNT; c++) {
		const bool has =
			version == 2 || (version == 1 && options &&
						has_word(options, strlen(options), controllers[c]));

		if (has && (!m->of[c].version || version < m->of[c].version))
			set_mount(&m->of[c], version, fields[3], fields[4]);
	}
}

/* A file of /proc that is longer than a page comes in pieces. */
static char *read_all(int root, const char *path)
{
	const int fd = openat(root, path, O_RDONLY | O_CLOEXEC);
	char *text;
	ssize_t length = 0, more;

	if (fd < 0)
		return NULL;
	text = mem_calloc(MOUNTINFO_SIZE, 1);
	while ((more = read(fd, text + length, (size_t)(MOUNTINFO_SIZE - 1 - length))) > 0)
		length += more;
	close(fd);
	return text;
}

void cgroup_mounts_read(struct cgroup_mounts *m, int root)
{
	char *text, *rest, *line;

	cgroup_mounts_fini(m);
	text = rest = read_all(root, "proc/self/mountinfo");
	while (rest && (line = strsep(&rest, "\n")))
		parse_mount(m, line);
	free(text);
}

void cgroup_mounts_fini(struct cgroup_mounts *m)
{
	for (int c = 0; c < CGROUP__COUNT; c++) {
		free(m->of[c].root);
		free(m->of[c].folder);
	}
	*m = (struct cgroup_mounts){ 0 };
}

/* "4:cpu,cpuacct:/machine.slice/x", and "0::/machine.slice/x" of v2. A path can hold colons itself. */
static void parse_group(
	struct cgroup_paths *paths, const struct cgroup_mounts *m, const char *line, size_t length)
{
	const char *first = memchr(line, ':', length);
	const char *names = first ? first + 1 : NULL;
	const char *second = names ? memchr(names, ':', (size_t)(line + length - names)) : NULL;

	if (!second)
		return;
	for (int c = 0; c < CGROUP__COUNT; c++) {
		const size_t names_length = (size_t)(second - names);
		const unsigned version = names_length ? 1 : 2;

		if (m->of[c].version != version || paths->of[c] ||
			(version == 1 && !has_word(names, names_length, controllers[c])))
			continue;
		paths->of[c] = strndup(second + 1, (size_t)(line + length - second - 1));
	}
}

void cgroup_paths_parse(struct cgroup_paths *paths, const struct cgroup_mounts *m, const char *text)
{
	*paths = (struct cgroup_paths){ 0 };
	while (*text) {
		const size_t length = strcspn(text, "\n");

		parse_group(paths, m, text, length);
		text += length + (text[length] == '\n');
	}
}

bool cgroup_paths_equal(const struct cgroup_paths *a, const struct cgroup_paths *b)
{
	for (int c = 0; c < CGROUP__COUNT; c++)
		if (!a->of[c] != !b->of[c] || (a->of[c] && strcmp(a->of[c], b->of[c]) != 0))
			return false;
	return true;
}

void cgroup_paths_fini(struct cgroup_paths *paths)
{
	for (int c = 0; c < CGROUP__COUNT; c++)
		free(paths->of[c]);
	*paths = (struct cgroup_paths){ 0 };
}

/* "/../../machine.slice": above our own namespace's root. */
static bool leads_out(const char *path)
{
	for (const char *p = path; (p = strstr(p, "/..")); p += 3)
		if (!p[3] || p[3] == '/')
			return true;
	return false;
}

char *cgroup_folder(const struct cgroup_mount *mount, const char *path)
{
	size_t root_length;
	char *folder;

	if (!mount->version || !path || path[0] != '/')
		return NULL;
	root_length = strcmp(mount->root, "/") ? strlen(mount->root) : 0;
	if (strncmp(path, mount->root, root_length) != 0 ||
		(path[root_length] && path[root_length] != '/'))
		return NULL;
	path += root_length;
	if (leads_out(path))
		return NULL;
	if (!strcmp(path, "/"))
		path = "";
	if (asprintf(&folder, "%s%s", mount->folder, path) < 0)
		return NULL;
	return folder;
}
