#include "apply/change_log.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "apply/backup.h"
#include "apply/backup_name.h"
#include "core/mem.h"
#include "core/state.h"
#include "core/text.h"
#include "core/version.h"

/* In the record of a change that had none when it was made. */
#define VERSION_UNKNOWN "-"

/* Larger records, and folders with more files, are not kvmtop's. */
enum { RECORD_MAX = 16 << 10, FILES_MAX = 1 << 16 };

/* What follows the key in its line, up to the end of the line; NULL: there is no such line. */
static const char *find_value(const char *text, const char *key)
{
	const size_t length = strlen(key);

	for (const char *line = text; line; line = strchr(line, '\n')) {
		line += *line == '\n';
		if (!strncmp(line, key, length) && line[length] == ' ')
			return line + length + 1;
	}
	return NULL;
}

/* Copies a value cleaned. False: there is none. */
static bool read_value(const char *text, const char *key, char *out, size_t size)
{
	const char *value = find_value(text, key);
	char *copy;

	if (!value)
		return false;
	copy = strndup(value, strcspn(value, "\n"));
	if (!copy)
		abort();
	text_clean(out, size, copy);
	free(copy);
	return true;
}

/* False: there is a value, but it is no time. */
static bool read_time(const char *text, const char *key, uint64_t *real_ns)
{
	char stamp[BACKUP_STAMP_LENGTH + 2];

	return !read_value(text, key, stamp, sizeof stamp) || backup_stamp_read(stamp, real_ns);
}

static bool parse_record(struct change_record *r, const char *text)
{
	read_value(text, "name", r->name, sizeof r->name);
	read_value(text, "uri", r->uri, sizeof r->uri);
	read_value(text, "remedy", r->remedy, sizeof r->remedy);
	read_value(text, "title", r->title, sizeof r->title);
	if (!read_value(text, "kvmtop", r->version, sizeof r->version))
		return false;
	if (!strcmp(r->version, VERSION_UNKNOWN))
		r->version[0] = '\0';
	return read_time(text, "undone", &r->undone_ns) && read_time(text, "proven", &r->proven_ns);
}

/* Adds what the record beside a backup says. Returns 0, also where there is no record, or -errno. */
static int read_record(int folder, const char *file, struct change_record *r)
{
	char *name = backup_name_with(file, BACKUP_RECORD), *text;
	struct change_record read = *r;
	int error = state_read(folder, name, RECORD_MAX, &text);

	free(name);
	if (error)
		return error == -ENOENT ? 0 : error;
	error = parse_record(&read, text) ? 0 : -EBADMSG;
	free(text);
	if (!error)
		*r = read;
	return error;
}

struct found {
	struct backup_name name;
	char *file;
};

struct found_list {
	struct found *items;
	size_t count, capacity;
};

static bool is_own_file(int folder, const char *file)
{
	struct stat status;

	return !fstatat(folder, file, &status, AT_SYMLINK_NOFOLLOW) && S_ISREG(status.st_mode) &&
	       status.st_uid == geteuid();
}

static void list_files(
	int fd_of_folder, const char *folder, struct found_list *list, char *why, size_t size)
{
	const int fd = dup(fd_of_folder);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int left = FILES_MAX;

	if (!dir && fd >= 0)
		close(fd);
	while (dir && left-- && (entry = readdir(dir))) {
		struct found found;

		if (!backup_name_read(&found.name, entry->d_name))
			continue;
		if (!is_own_file(fd_of_folder, entry->d_name)) {
			snprintf(why, size,
				"%s/%s is left out: not a regular file of this user; `chown` it, "
				"or "
				"move it away",
				folder, entry->d_name);
			continue;
		}
		found.file = mem_strdup(entry->d_name);
		list->items =
			mem_grow(list->items, list->count, &list->capacity, sizeof *list->items);
		list->items[list->count++] = found;
	}
	if (dir)
		closedir(dir);
}

static int newer(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	const int order = strcmp(y->name.stamp, x->name.stamp);

	return order ? order : strcmp(x->file, y->file);
}

static void say_unread(const char *folder, const char *file, int error, char *why, size_t size)
{
	char *name = backup_name_with(file, BACKUP_RECORD);

	snprintf(why, size,
		"%s/%s is left out (%s): its change is listed without remedy and result; move it "
		"away",
		folder, name, error == -EBADMSG ? "damaged" : strerror(-error));
	free(name);
}

static bool is_finished(int folder, const char *file)
{
	char *name = backup_name_with(file, BACKUP_AFTER);
	const bool is = is_own_file(folder, name);

	free(name);
	return is;
}

static void add_change(struct change_log *log, const char *folder, int fd,
	const struct found *found, char *why, size_t size)
{
	struct change_record r = { .real_ns = found->name.real_ns };
	int error;

	snprintf(r.name, sizeof r.name, "%s", found->name.name);
	snprintf(r.uuid, sizeof r.uuid, "%s", found->name.uuid);
	error = read_record(fd, found->file, &r);
	if (error)
		say_unread(folder, found->file, error, why, size);
	r.finished = is_finished(fd, found->file);
	if (asprintf(&r.path, "%s/%s", folder, found->file) < 0)
		abort();
	log->items = mem_grow(log->items, log->count, &log->capacity, sizeof *log->items);
	log->items[log->count++] = r;
}

int change_log_read(const char *folder, struct change_log *log, char *why, size_t size)
{
	struct found_list list = { 0 };
	int fd;

	*log = (struct change_log){ 0 };
	why[0] = '\0';
	fd = state_open(folder, false, why, size);
	if (fd == -ENOENT)
		why[0] = '\0';
	if (fd < 0)
		return fd == -ENOENT ? 0 : fd;
	list_files(fd, folder, &list, why, size);
	if (list.count)
		qsort(list.items, list.count, sizeof *list.items, newer);
	for (size_t i = 0; i < list.count; i++) {
		if (i < CHANGE_LOG_MAX)
			add_change(log, folder, fd, &list.items[i], why, size);
		free(list.items[i].file);
	}
	free(list.items);
	close(fd);
	return 0;
}

void change_log_fini(struct change_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		free(log->items[i].path);
	free(log->items);
	*log = (struct change_log){ 0 };
}

static int write_record(int folder, const char *file, const char *text, char *why, size_t size)
{
	char *name = backup_name_with(file, BACKUP_RECORD);
	const int error = state_write(folder, name, text, strlen(text), false);

	if (error)
		snprintf(why, size, "the record %s cannot be written (%s)", name, strerror(-error));
	free(name);
	return error;
}

/* A line: what comes from outside must not make two of it. */
static void add_line(struct strbuf *text, const char *key, const char *value, size_t most)
{
	char clean[256];

	if (!value || !*value)
		return;
	text_clean(clean, most < sizeof clean ? most : sizeof clean, value);
	strbuf_addf(text, "%s %s\n", key, clean);
}

bool change_record_is_elsewhere(const struct change_record *r, const char *uri)
{
	char clean[sizeof r->uri];

	text_clean(clean, sizeof clean, uri);
	return *r->uri && strcmp(r->uri, clean) != 0;
}

int change_log_add(const char *path, const char *name, const char *uri, const char *remedy,
	const char *title, char *why, size_t size)
{
	const struct change_record *r = NULL;
	const char *file;
	const int fd = backup_open_folder(path, &file, why, size);
	struct strbuf text = { 0 };
	int error;

	if (fd < 0)
		return fd;
	add_line(&text, "kvmtop", KVMTOP_VERSION, sizeof r->version);
	add_line(&text, "name", name, sizeof r->name);
	add_line(&text, "uri", uri, sizeof r->uri);
	add_line(&text, "remedy", remedy, sizeof r->remedy);
	add_line(&text, "title", title, sizeof r->title);
	error = write_record(fd, file, strbuf_text(&text), why, size);
	strbuf_fini(&text);
	close(fd);
	return error;
}

/* The record without the line of that key. */
static void copy_without(struct strbuf *out, const char *text, const char *key)
{
	const size_t key_length = strlen(key);

	while (*text) {
		const size_t length = strcspn(text, "\n");

		if (length && (strncmp(text, key, key_length) != 0 || text[key_length] != ' ')) {
			strbuf_add_bytes(out, text, length);
			strbuf_add(out, "\n");
		}
		text += length + (text[length] == '\n');
	}
}

/* Without a record there was none, or one that cannot be read: the mark is what matters now. */
static int mark(
	int folder, const char *file, const char *key, uint64_t real_ns, char *why, size_t size)
{
	char stamp[BACKUP_STAMP_LENGTH + 1], *name = backup_name_with(file, BACKUP_RECORD);
	char *old = NULL;
	struct strbuf text = { 0 };
	struct change_record r;
	int error;

	if (!state_read(folder, name, RECORD_MAX, &old) && parse_record(&r, old))
		copy_without(&text, old, key);
	else
		strbuf_add(&text, "kvmtop " VERSION_UNKNOWN "\n");
	backup_stamp_write(stamp, real_ns);
	add_line(&text, key, stamp, sizeof stamp);
	error = write_record(folder, file, strbuf_text(&text), why, size);
	strbuf_fini(&text);
	free(old);
	free(name);
	return error;
}

int change_log_mark_undone(const char *path, uint64_t real_ns, char *why, size_t size)
{
	const char *file;
	const int fd = backup_open_folder(path, &file, why, size);
	int error;

	if (fd < 0)
		return fd;
	error = mark(fd, file, "undone", real_ns, why, size);
	close(fd);
	return error;
}

bool change_log_is_undone(int folder, const char *file)
{
	struct change_record r = { 0 };

	return !read_record(folder, file, &r) && r.undone_ns;
}

/* The caller's log may be older than the record: what was undone meanwhile is not proven. */
static int mark_locked(int folder, const char *file, uint64_t real_ns, char *why, size_t size)
{
	if (change_log_is_undone(folder, file))
		return 0;
	return mark(folder, file, "proven", real_ns, why, size);
}

int change_log_mark_proven(const char *path, uint64_t real_ns, char *why, size_t size)
{
	const char *file;
	const int fd = backup_open_folder(path, &file, why, size);
	char lock_name[BACKUP_LOCK_MAX];
	struct backup_name n;
	int lock, error;

	if (fd < 0)
		return fd;
	if (!backup_name_read(&n, file)) {
		snprintf(why, size, "%s is not the path of a saved definition", path);
		close(fd);
		return -EINVAL;
	}
	backup_lock_name(lock_name, n.uuid);
	lock = state_lock(fd, lock_name, 0);
	if (lock >= 0) {
		error = mark_locked(fd, file, real_ns, why, size);
		state_unlock(fd, lock_name, lock);
	} else {
		error = lock;
		snprintf(why, size, "%s cannot be locked (%s)", lock_name, strerror(-error));
	}
	close(fd);
	return error;
}

const struct change_record *change_log_last(
	const struct change_log *log, const char *uuid, const char *now)
{
	for (size_t i = 0; i < log->count; i++) {
		const struct change_record *r = &log->items[i];

		if (!strcasecmp(r->uuid, uuid) && !r->undone_ns &&
			(r->finished || !now ||
				!backup_is_before(r->path, now, backup_same_but_secrets)))
			return r;
	}
	return NULL;
}

bool change_log_is_open(const struct change_log *log, const char *uuid, const char *now)
{
	const struct change_record *last = change_log_last(log, uuid, now);

	return last && *last->remedy && !last->proven_ns;
}
