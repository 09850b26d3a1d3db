#include "app/settings_json.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

/* Enough for each figure as it was typed: 0.1 and not 0.10000000000000001. */
enum { DIGITS = 15 };

/* Is there such a member to be read? */
static bool has(const json_t *root, const char *key, const json_t **value)
{
	*value = json_object_get(root, key);
	return *value != NULL;
}

/* The value that is written so, or one below the setting's range. */
static double value_of(const struct setting *s, const json_t *member)
{
	const double none = s->min - 1;
	const char *word = json_string_value(member);

	if (s->kind == SETTING_SECONDS)
		return json_is_number(member) ? json_number_value(member) : none;
	if (s->kind == SETTING_SWITCH)
		return json_is_boolean(member) ? json_is_true(member) : none;
	for (size_t i = 0; word && i <= (size_t)s->max; i++)
		if (!strcmp(word, s->words[i]))
			return (double)i;
	return none;
}

static bool read_rows(struct settings *set, const json_t *root, char *why, size_t size)
{
	for (size_t i = 0; i < settings_row_count; i++) {
		const struct setting *s = &settings_rows[i];
		const json_t *member;
		char range[64];
		double value;

		if (!has(root, s->key, &member))
			continue;
		value = value_of(s, member);
		if (!(value >= s->min && value <= s->max)) {
			setting_range(s, sizeof range, range);
			snprintf(why, size, "%s is not %s", s->key, range);
			return false;
		}
		setting_put(s, set, value);
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
	struct settings all = settings_default();
	json_error_t error;
	json_t *root = json_loads(text, 0, &error);
	bool ok;

	if (!root) {
		snprintf(why, size, "line %d is not JSON", error.line > 0 ? error.line : 1);
		return false;
	}
	ok = check_version(root, why, size) && read_rows(&all, root, why, size) &&
	     read_lists(&all, "hidden", root, why, size) &&
	     read_lists(&all, "shown", root, why, size);
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

static json_t *member_of(const struct setting *s, const struct settings *set)
{
	const double value = setting_value(s, set);

	if (s->kind == SETTING_SECONDS)
		return json_real(value);
	if (s->kind == SETTING_SWITCH)
		return json_boolean(value > 0);
	return json_string(s->words[(size_t)value]);
}

char *settings_json_write(const struct settings *set, const char *old)
{
	json_t *root = old ? json_loads(old, 0, NULL) : json_object();
	char *text;

	json_object_set_new(root, "version", json_integer(SETTINGS_JSON_VERSION));
	for (size_t i = 0; i < settings_row_count; i++)
		json_object_set_new(root, settings_rows[i].key, member_of(&settings_rows[i], set));
	write_columns(root, set);
	text = json_dumps(root, JSON_INDENT(2) | JSON_REAL_PRECISION(DIGITS));
	json_decref(root);
	return text;
}
