#include "app/settings_json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Enough for each figure as it was typed: 0.1 and not 0.10000000000000001. */
enum { DIGITS = 15 };

/* The members that are on or off, by what they stand for. */
static const struct {
	const char *key;
	size_t offset;
} switches[] = {
	{ "mouse", offsetof(struct settings, mouse) },
	{ "follow", offsetof(struct settings, follow) },
	{ "cpus", offsetof(struct settings, cpus) },
	{ "shut_off", offsetof(struct settings, off) },
};

enum { SWITCH_COUNT = sizeof switches / sizeof *switches };

/* Is there such a member to be read? */
static bool has(const json_t *root, const char *key, const json_t **value)
{
	*value = json_object_get(root, key);
	return *value != NULL;
}

static bool read_interval(struct settings *set, const json_t *root, char *why, size_t size)
{
	const json_t *value;
	double interval_s;

	if (!has(root, "interval_s", &value))
		return true;
	interval_s = json_number_value(value); /* 0 for what is no number */
	if (interval_s >= SETTINGS_INTERVAL_MIN_S && interval_s <= SETTINGS_INTERVAL_MAX_S) {
		set->interval_s = interval_s;
		return true;
	}
	snprintf(why, size, "interval_s is not a number from %g to %g", SETTINGS_INTERVAL_MIN_S,
		SETTINGS_INTERVAL_MAX_S);
	return false;
}

static bool read_percent_of(struct settings *set, const json_t *root, char *why, size_t size)
{
	const json_t *value;
	const char *text;

	if (!has(root, "percent_of", &value))
		return true;
	text = json_string_value(value);
	if (text && (!strcmp(text, "cpu") || !strcmp(text, "host"))) {
		set->of_host = !strcmp(text, "host");
		return true;
	}
	snprintf(why, size, "percent_of is not cpu or host");
	return false;
}

static bool read_theme(struct settings *set, const json_t *root, char *why, size_t size)
{
	const json_t *value;

	if (!has(root, "theme", &value))
		return true;
	if (json_is_string(value) && theme_find(json_string_value(value), &set->theme))
		return true;
	snprintf(why, size, "theme is not dark, light or mono");
	return false;
}

static bool read_switches(struct settings *set, const json_t *root, char *why, size_t size)
{
	for (size_t i = 0; i < SWITCH_COUNT; i++) {
		const json_t *value;

		if (!has(root, switches[i].key, &value))
			continue;
		if (!json_is_boolean(value)) {
			snprintf(why, size, "%s is not true or false", switches[i].key);
			return false;
		}
		*(bool *)((char *)set + switches[i].offset) = json_is_true(value);
	}
	return true;
}

/* The column that key hides, or the table's count when it hides none. */
static size_t hidable(enum settings_table table, const char *key)
{
	const struct settings_columns *t = &settings_tables[table];
	const size_t i = field_find(t->columns, t->count, key);

	return settings_can_hide(table, i) ? i : t->count;
}

static bool is_list_of_text(const json_t *list)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (!json_is_string(json_array_get(list, i)))
			return false;
	return json_is_array(list);
}

/* "hidden": { "vms": ["pid"] } hides what is shown at first, "shown": { "vms": ["rss_kib"] } shows what is not. */
static bool read_list(struct settings *set, enum settings_table table, const char *name,
	const json_t *hidden, char *why, size_t size)
{
	const struct settings_columns *t = &settings_tables[table];
	const json_t *keys;

	if (!has(hidden, t->key, &keys))
		return true;
	if (!is_list_of_text(keys)) {
		snprintf(why, size, "%s.%s is not a list of column keys", name, t->key);
		return false;
	}
	for (size_t i = 0; i < json_array_size(keys); i++) {
		const size_t column = hidable(table, json_string_value(json_array_get(keys, i)));

		if (column < t->count && !strcmp(name, "hidden"))
			set->hidden[table] |= UINT32_C(1) << column;
		else if (column < t->count)
			set->hidden[table] &= ~(UINT32_C(1) << column);
	}
	return true;
}

static bool read_lists(
	struct settings *set, const char *name, const json_t *root, char *why, size_t size)
{
	const json_t *lists;

	if (!has(root, name, &lists))
		return true;
	if (!json_is_object(lists)) {
		snprintf(why, size, "%s is not an object", name);
		return false;
	}
	for (int t = 0; t < SETTINGS_TABLE__COUNT; t++)
		if (!read_list(set, (enum settings_table)t, name, lists, why, size))
			return false;
	return true;
}

static bool read_hidden(struct settings *set, const json_t *root, char *why, size_t size)
{
	return read_lists(set, "hidden", root, why, size) &&
	       read_lists(set, "shown", root, why, size);
}

/* Whose file is it? */
static bool check_version(const json_t *root, char *why, size_t size)
{
	const json_t *version = json_object_get(root, "version");
	const json_int_t number = json_integer_value(version);

	if (number == SETTINGS_JSON_VERSION)
		return true;
	if (number > SETTINGS_JSON_VERSION)
		snprintf(why, size, "version %" JSON_INTEGER_FORMAT " is a newer kvmtop's", number);
	else
		snprintf(why, size, "without \"version\": %d it is not kvmtop's",
			SETTINGS_JSON_VERSION);
	return false;
}

bool settings_json_read(struct settings *set, const char *text, char *why, size_t size)
{
	static bool (*const reads[])(struct settings *, const json_t *, char *, size_t) = {
		read_interval, read_percent_of, read_theme, read_switches, read_hidden
	};
	struct settings all = settings_default();
	json_error_t error;
	json_t *root = json_loads(text, 0, &error);
	bool ok;

	if (!root) {
		snprintf(why, size, "line %d is not JSON", error.line > 0 ? error.line : 1);
		return false;
	}
	ok = check_version(root, why, size);
	for (size_t i = 0; ok && i < sizeof reads / sizeof *reads; i++)
		ok = reads[i](&all, root, why, size);
	json_decref(root);
	if (ok)
		*set = all;
	return ok;
}

/* The keys of the columns of that bits, behind those of old that mean nothing here. */
static json_t *column_keys(enum settings_table table, uint32_t columns, const json_t *old)
{
	const struct settings_columns *t = &settings_tables[table];
	json_t *keys = json_array();

	for (size_t i = 0; i < json_array_size(old); i++)
		if (hidable(table, json_string_value(json_array_get(old, i))) == t->count)
			json_array_append(keys, json_array_get(old, i));
	for (size_t i = 0; i < t->count; i++)
		if (columns & UINT32_C(1) << i)
			json_array_append_new(keys, json_string(t->columns[i].key));
	return keys;
}

/* The member of that name, an object. */
static json_t *lists_of(json_t *root, const char *name)
{
	json_t *lists = json_object_get(root, name);

	if (!lists) {
		lists = json_object();
		json_object_set_new(root, name, lists);
	}
	return lists;
}

static void write_columns(json_t *root, const struct settings *set)
{
	json_t *hidden = lists_of(root, "hidden"), *shown = lists_of(root, "shown");

	for (int i = 0; i < SETTINGS_TABLE__COUNT; i++) {
		const enum settings_table table = (enum settings_table)i;
		const uint32_t at_first = settings_hidden_at_first(table);
		const char *key = settings_tables[table].key;

		json_object_set_new(hidden, key,
			column_keys(table, set->hidden[table] & ~at_first,
				json_object_get(hidden, key)));
		if (at_first)
			json_object_set_new(shown, key,
				column_keys(table, ~set->hidden[table] & at_first,
					json_object_get(shown, key)));
	}
}

char *settings_json_write(const struct settings *set, const char *old)
{
	json_t *root = old ? json_loads(old, 0, NULL) : json_object();
	char *text;

	json_object_set_new(root, "version", json_integer(SETTINGS_JSON_VERSION));
	json_object_set_new(root, "interval_s", json_real(set->interval_s));
	json_object_set_new(root, "percent_of", json_string(set->of_host ? "host" : "cpu"));
	json_object_set_new(root, "theme", json_string(theme_name(set->theme)));
	for (size_t i = 0; i < SWITCH_COUNT; i++)
		json_object_set_new(root, switches[i].key,
			json_boolean(*(const bool *)((const char *)set + switches[i].offset)));
	write_columns(root, set);
	text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
	json_decref(root);
	return text;
}
