#include "apply/backup.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/backup_name.h"
#include "apply/change_log.h"
#include "core/mem.h"
#include "core/state.h"
#include "core/text.h"

static int say_unwritten(int error, const char *path, char *why, size_t size)
{
	snprintf(
		why, size, "the old definition cannot be saved in %s (%s)", path, strerror(-error));
	return error;
}

int backup_save(const char *folder, const char *name, const char *uuid, uint64_t real_ns,
	const char *xml, char **path, char *why, size_t size)
{
	struct strbuf whole = { 0 };
	const int fd = state_open(folder, true, why, size);
	const size_t length = strlen(xml);
	char *file;
	int error;

	if (fd < 0)
		return fd;
	file = backup_name_make(name, uuid, real_ns);
	strbuf_addf(&whole, "%s/%s", folder, file);
	error = length > BACKUP_MAX ? -EFBIG : state_write(fd, file, xml, length, true);
	close(fd);
	free(file);
	*path = strbuf_take(&whole);
	if (!error)
		return 0;
	say_unwritten(error, *path, why, size);
	free(*path);
	*path = NULL;
	return error;
}

int backup_save_after(const char *path, const char *xml, char *why, size_t size)
{
	const char *file;
	const int fd = backup_open_folder(path, &file, why, size);
	char *name;
	int error;

	if (fd < 0)
		return fd;
	name = backup_name_with(file, BACKUP_AFTER);
	error = state_write(fd, name, xml, strlen(xml), false);
	free(name);
	close(fd);
	return error ? say_unwritten(error, path, why, size) : 0;
}

void backup_drop(const char *path)
{
	static const char *const endings[] = { BACKUP_BEFORE, BACKUP_AFTER, BACKUP_RECORD };
	char why[STATE_WHY_MAX];
	const char *file;
	const int fd = backup_open_folder(path, &file, why, sizeof why);

	if (fd < 0)
		return;
	for (size_t i = 0; i < sizeof endings / sizeof *endings; i++) {
		char *name = backup_name_with(file, endings[i]);

		unlinkat(fd, name, 0);
		free(name);
	}
	close(fd);
}

static bool is_of(const char *file, const char *uuid)
{
	struct backup_name n;

	return backup_name_read(&n, file) && !strcasecmp(n.uuid, uuid);
}

struct file_list {
	char **names;
	size_t count, capacity;
};

/* The domain's backups, takes the descriptor. */
static void list_files(int folder, const char *uuid, struct file_list *list)
{
	DIR *dir = fdopendir(folder);
	const struct dirent *entry;

	if (!dir) {
		close(folder);
		return;
	}
	while ((entry = readdir(dir))) {
		if (!is_of(entry->d_name, uuid))
			continue;
		list->names = mem_grow(list->names, list->count, &list->capacity, sizeof(char *));
		list->names[list->count++] = mem_strdup(entry->d_name);
	}
	closedir(dir);
}

/* By the time in their names, the newest first: a domain may have had another name before. */
static int newer(const void *a, const void *b)
{
	const size_t tail = BACKUP_STAMP_LENGTH + strlen(BACKUP_BEFORE);
	const char *x = *(char *const *)a, *y = *(char *const *)b;

	return strcmp(y + strlen(y) - tail, x + strlen(x) - tail);
}

static bool read_both(int folder, const char *file, struct backup *b)
{
	char *name = backup_name_with(file, BACKUP_AFTER);

	if (!state_read(folder, name, BACKUP_MAX, &b->xml_after) &&
		state_read(folder, file, BACKUP_MAX, &b->xml_before)) {
		free(b->xml_after);
		b->xml_after = NULL;
	}
	free(name);
	return b->xml_after != NULL;
}

int backup_read(const char *path, struct backup *b)
{
	char why[STATE_WHY_MAX];
	const char *file;
	const int fd = backup_open_folder(path, &file, why, sizeof why);
	bool ok;

	*b = (struct backup){ 0 };
	if (fd < 0)
		return fd;
	ok = read_both(fd, file, b);
	close(fd);
	if (!ok)
		return -ENODATA;
	b->path = mem_strdup(path);
	return 0;
}

static void list_of(int folder, const char *uuid, struct file_list *list)
{
	*list = (struct file_list){ 0 };
	if (folder >= 0)
		list_files(dup(folder), uuid, list);
	if (list->count)
		qsort(list->names, list->count, sizeof *list->names, newer);
}

static void free_list(struct file_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
}

/* Is the definition what it was before the change? */
static bool is_before(int folder, const char *file, const char *now,
	bool (*same)(const char *saved, const char *now))
{
	char *before;
	bool is;

	if (state_read(folder, file, BACKUP_MAX, &before))
		return false;
	is = same(before, now);
	free(before);
	return is;
}

bool backup_is_before(
	const char *path, const char *now, bool (*same)(const char *saved, const char *now))
{
	char why[STATE_WHY_MAX];
	const char *file;
	const int fd = backup_open_folder(path, &file, why, sizeof why);
	bool is;

	if (fd < 0)
		return false;
	is = is_before(fd, file, now, same);
	close(fd);
	return is;
}

/* What the change made cannot be read: what it is to be held against is the definition as it is now. */
static bool read_unfinished(int folder, const char *file, const char *now, struct backup *b)
{
	char *name = backup_name_with(file, BACKUP_AFTER), *after = NULL;
	const bool is_finished = !state_read(folder, name, BACKUP_MAX, &after);

	free(name);
	free(after);
	if (is_finished || state_read(folder, file, BACKUP_MAX, &b->xml_before))
		return false;
	b->xml_after = mem_strdup(now);
	b->is_unfinished = true;
	return true;
}

/* Why none of the backups is of a change that made the definition what it is now, or may have done so. last: the newest
 * that is not marked as undone, NULL: all are. */
static int say_unfound(const char *folder, int fd, const struct file_list *list, const char *last,
	const char *now, bool (*same)(const char *saved, const char *now), char *why, size_t size)
{
	char *text;

	if (!list->count) {
		snprintf(why, size,
			"there is nothing to undo: no change of this VM by kvmtop is saved in %s",
			folder);
	} else if (is_before(fd, list->names[0], now, same)) {
		snprintf(why, size,
			"there is nothing to undo: the definition is what it was before kvmtop's "
			"last change, as saved in %s/%s",
			folder, list->names[0]);
	} else if (!last) {
		snprintf(why, size,
			"there is nothing to undo: every change of this VM by kvmtop that is saved "
			"in %s was undone before",
			folder);
	} else if (is_before(fd, last, now, same)) {
		snprintf(why, size,
			"there is nothing to undo: the definition is what it was before kvmtop's "
			"last change that was not undone, as saved in %s/%s",
			folder, last);
	} else if (state_read(fd, last, BACKUP_MAX, &text)) {
		snprintf(why, size,
			"%s/%s, the definition from before kvmtop's last change, cannot be read",
			folder, last);
		return -EIO;
	} else {
		free(text);
		snprintf(why, size,
			"the definition is no longer what kvmtop's last change made of it: it was "
			"changed outside kvmtop since; what it was before that change is in %s/%s",
			folder, last);
		return -ESTALE;
	}
	return -ENOENT;
}

static void set_path(struct backup *b, const char *folder, const char *file)
{
	if (asprintf(&b->path, "%s/%s", folder, file) < 0)
		abort();
}

int backup_find(const char *folder, const char *uuid, const char *now,
	bool (*same)(const char *saved, const char *now), struct backup *b, char *why, size_t size)
{
	struct file_list list;
	const int fd = state_open(folder, false, why, size);
	const char *last = NULL;
	bool found = false;
	int error = 0;

	*b = (struct backup){ 0 };
	if (fd < 0 && fd != -ENOENT)
		return fd;
	list_of(fd, uuid, &list);
	for (size_t i = 0; i < list.count && !found; i++) {
		const char *file = list.names[i];

		if (change_log_is_undone(fd, file))
			continue;
		last = last ? last : file;
		found = read_both(fd, file, b) && same(b->xml_after, now);
		if (!found)
			backup_fini(b);
		else
			set_path(b, folder, file);
	}
	if (!found && last && !is_before(fd, last, now, same)) {
		found = read_unfinished(fd, last, now, b);
		if (found)
			set_path(b, folder, last);
	}
	if (!found)
		error = say_unfound(folder, fd, &list, last, now, same, why, size);
	free_list(&list);
	if (fd >= 0)
		close(fd);
	return error;
}

void backup_fini(struct backup *b)
{
	free(b->path);
	free(b->xml_before);
	free(b->xml_after);
	*b = (struct backup){ 0 };
}

/* A secret in a definition: from start to end is what libvirt leaves out for who may not see it, from value to
 * value_end what nobody is to see.
 *     <graphics type='vnc' port='-1' autoport='yes' passwd='secret' passwdValidTo='...'/>
 *     <cookies>
 *       <cookie name='session'>secret</cookie>
 *     </cookies> */
struct secret {
	const char *start, *end;
	const char *value, *value_end;
};

/* The end of text where what is not in it. */
static const char *find_or_end(const char *text, const char *what)
{
	const char *at = strstr(text, what);

	return at ? at : text + strlen(text);
}

/* A password, which may have line ends in it, as an attribute at " passwd=". */
static bool take_password(struct secret *secret, const char *at)
{
	static const char attribute[] = " passwd=";
	const char quote = at[sizeof attribute - 1];
	const char *end;

	if (quote != '\'' && quote != '"')
		return false;
	secret->start = at;
	secret->value = at + sizeof attribute;
	end = strchr(secret->value, quote);
	secret->value_end = end ? end : secret->value + strlen(secret->value);
	secret->end = end ? end + 1 : secret->value_end;
	return true;
}

/* All lines of the element at "<cookies>". */
static void take_cookies(struct secret *secret, const char *text, const char *at)
{
	static const char close[] = "</cookies>";

	secret->value = at + strlen("<cookies>");
	secret->value_end = find_or_end(secret->value, close);
	secret->start = at;
	while (secret->start > text && secret->start[-1] == ' ')
		secret->start--;
	secret->end = secret->value_end;
	if (*secret->end)
		secret->end += strlen(close);
	secret->end += *secret->end == '\n';
}

/* The first secret in the text. Attributes are those of tags: what only looks like one in a text is none. */
static bool find_secret(struct secret *secret, const char *text)
{
	bool in_tag = false;

	for (const char *at = text; *at; at++) {
		if (*at == '<' && !strncmp(at, "<cookies>", strlen("<cookies>"))) {
			take_cookies(secret, text, at);
			return true;
		}
		if (*at == '<' || *at == '>')
			in_tag = *at == '<';
		else if (in_tag && !strncmp(at, " passwd=", strlen(" passwd=")) &&
			 take_password(secret, at))
			return true;
	}
	return false;
}

bool backup_same_but_secrets(const char *secure, const char *plain)
{
	struct secret secret;

	/* Each part between two secrets is the next part of plain. */
	for (; find_secret(&secret, secure); secure = secret.end) {
		const size_t length = (size_t)(secret.start - secure);

		if (strncmp(secure, plain, length) != 0)
			return false;
		plain += length;
	}
	return !strcmp(secure, plain);
}

char *backup_without_secrets(const char *secure)
{
	struct strbuf shown = { 0 };
	struct secret secret;

	strbuf_add(&shown, "");
	for (; find_secret(&secret, secure); secure = secret.end) {
		strbuf_add_bytes(&shown, secure, (size_t)(secret.value - secure));
		strbuf_add(&shown, "***");
		strbuf_add_bytes(&shown, secret.value_end, (size_t)(secret.end - secret.value_end));
	}
	strbuf_add(&shown, secure);
	return strbuf_take(&shown);
}

char *backup_as_plain(const char *secure)
{
	struct strbuf plain = { 0 };
	struct secret secret;

	strbuf_add(&plain, "");
	for (; find_secret(&secret, secure); secure = secret.end)
		strbuf_add_bytes(&plain, secure, (size_t)(secret.start - secure));
	strbuf_add(&plain, secure);
	return strbuf_take(&plain);
}
