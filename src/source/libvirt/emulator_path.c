#include "source/libvirt/emulator_path.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* As many symbolic links as the kernel follows. */
enum { LINKS_MAX = 40 };

/* A path that is walked: done is owned as far as it goes, rest is what is to come. */
struct walk {
	const char *base;
	uid_t owner;
	char done[PATH_MAX]; /* absolute, no symbolic link in it */
	char rest[PATH_MAX];
	int links;
};

/* Takes the next name off rest. False at its end, or where it is too long. */
static bool take_name(struct walk *w, char name[static NAME_MAX + 1])
{
	char *at = w->rest + strspn(w->rest, "/");
	const size_t length = strcspn(at, "/");

	if (!length || length > NAME_MAX)
		return false;
	memcpy(name, at, length);
	name[length] = '\0';
	memmove(w->rest, at + length, strlen(at + length) + 1);
	return true;
}

static void go_up(struct walk *w)
{
	char *slash = strrchr(w->done, '/');

	if (slash)
		*slash = '\0';
}

/* Puts what the link says before the rest of the path. */
static bool follow(struct walk *w, const char *link)
{
	char target[PATH_MAX], path[PATH_MAX];
	const ssize_t length = readlink(link, target, sizeof target - 1);

	if (length <= 0 || ++w->links > LINKS_MAX)
		return false;
	target[length] = '\0';
	if (target[0] == '/')
		w->done[0] = '\0';
	if ((size_t)snprintf(path, sizeof path, "%s/%s", target, w->rest) >= sizeof path)
		return false;
	memcpy(w->rest, path, sizeof path);
	return true;
}

/* A link's mode says nothing: who may replace it is the folder's to say. */
static bool is_owned(const struct walk *w, const struct stat *st)
{
	return st->st_uid == w->owner && (S_ISLNK(st->st_mode) || !(st->st_mode & 022));
}

static bool is_above(const char *path, const char *base)
{
	const size_t length = strlen(path);

	return !strncmp(path, base, length) && (base[length] == '/' || !base[length]);
}

/* One name further. False where somebody else could put another file. */
static bool step(struct walk *w, const char *name)
{
	char path[PATH_MAX];
	struct stat st;

	if (!strcmp(name, "."))
		return true;
	if (!strcmp(name, "..")) {
		go_up(w);
		return true;
	}
	if ((size_t)snprintf(path, sizeof path, "%s/%s", w->done, name) >= sizeof path ||
		lstat(path, &st))
		return false;
	if (!is_above(path, w->base) && !is_owned(w, &st))
		return false;
	if (S_ISLNK(st.st_mode))
		return follow(w, path);
	memcpy(w->done, path, sizeof path);
	return true;
}

bool emulator_path_is_owned(const char *base, const char *path, uid_t owner)
{
	struct walk w = { .base = base, .owner = owner };
	char name[NAME_MAX + 1];
	struct stat st;

	if (path[0] != '/' || strlen(path) >= sizeof w.rest)
		return false;
	memcpy(w.rest, path, strlen(path) + 1);
	while (take_name(&w, name))
		if (!step(&w, name))
			return false;
	return !w.rest[strspn(w.rest, "/")] && w.done[0] && !lstat(w.done, &st) &&
	       S_ISREG(st.st_mode) && is_owned(&w, &st);
}
