#include "source/replay/replay_parse.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "sample/latency.h"
#include "sample/summary.h"

static char *at(const struct record_field *f, void *data)
{
	return (char *)data + f->offset;
}

static void set_count(const struct record_field *f, void *data, size_t count)
{
	memcpy((char *)data + f->count, &count, sizeof count);
}

static void set_pointer(char *to, const void *pointer)
{
	memcpy(to, &pointer, sizeof pointer);
}

static void *allocate(const struct replay_parse *p, size_t count, size_t size)
{
	return p->arena ? arena_array(p->arena, count, size) : mem_calloc(count, size);
}

/* 12, or "0xfee00000fee00000" */
static bool read_number(
	const struct replay_json *j, const struct replay_value *value, uint64_t *out)
{
	const char *text = j->text + value->start;
	char *end;

	if (value->kind == REPLAY_JSON_INTEGER)
		return replay_json_unsigned(j, value, out) && *out <= INT64_MAX;
	if (value->kind != REPLAY_JSON_STRING || strncmp(text, "0x", 2) != 0)
		return false;
	errno = 0;
	*out = strtoull(text, &end, 16);
	return !errno && end == text + value->length && end > text + 2;
}

bool replay_parse_number(const struct replay_json *json, const struct replay_value *object,
	const char *key, uint64_t *out)
{
	const struct replay_value *value = replay_json_get(json, object, key);

	return value && read_number(json, value, out);
}

static bool read_double(const struct replay_json *j, const struct replay_value *value, double *out)
{
	*out = NAN;
	return value->kind == REPLAY_JSON_NULL || replay_json_double(j, value, out);
}

/* The same, or "0x1.8p+1". */
static bool read_exact(const struct replay_json *j, const struct replay_value *value, double *out)
{
	const char *text = j->text + value->start;
	char *end;

	if (value->kind != REPLAY_JSON_STRING)
		return read_double(j, value, out);
	*out = strtod(text, &end);
	return value->length && end == text + value->length && isfinite(*out);
}

static bool parse_unsigned(const struct replay_parse *p, const struct record_field *f, char *to,
	const struct replay_value *value)
{
	uint64_t number;
	uint32_t number4;
	uint16_t number2;

	if (!read_number(p->json, value, &number) || (f->size < 8 && number >> 8 * f->size))
		return false;
	switch (f->size) {
	case 1:
		*(unsigned char *)to = (unsigned char)number;
		break;
	case 2:
		number2 = (uint16_t)number;
		memcpy(to, &number2, sizeof number2);
		break;
	case 4:
		number4 = (uint32_t)number;
		memcpy(to, &number4, sizeof number4);
		break;
	default:
		memcpy(to, &number, sizeof number);
	}
	return true;
}

static bool parse_signed(const struct replay_parse *p, const struct record_field *f, char *to,
	const struct replay_value *value)
{
	int64_t number;
	int32_t number4;

	if (!replay_json_signed(p->json, value, &number))
		return false;
	number4 = (int32_t)number;
	if (f->size == 4 && number4 != number)
		return false;
	if (f->size == 4)
		memcpy(to, &number4, sizeof number4);
	else
		memcpy(to, &number, sizeof number);
	return true;
}

/* A name that a newer kvmtop gave is one that this one does not know: 0, even where left out is something else. */
static bool parse_enum(const struct replay_parse *p, const struct record_field *f, char *to,
	const struct replay_value *value)
{
	uint32_t number = 0;

	if (value->kind != REPLAY_JSON_STRING)
		return false;
	while (number < f->name_count &&
		!replay_json_is(p->json, value, f->names[number], strlen(f->names[number])))
		number++;
	if (number == f->name_count)
		number = 0;
	if (f->size == 1)
		*(unsigned char *)to = (unsigned char)number;
	else
		memcpy(to, &number, sizeof number);
	return true;
}

static bool parse_doubles(const struct replay_parse *p, const struct record_field *f, char *to,
	const struct replay_value *value)
{
	const struct replay_value *item = replay_json_first(value);

	if (value->kind != REPLAY_JSON_ARRAY || value->count < f->size / sizeof(double))
		return false;
	for (size_t i = 0; i < f->size / sizeof(double); i++) {
		double number;

		if (!read_double(p->json, item, &number))
			return false;
		memcpy(to + i * sizeof number, &number, sizeof number);
		item = replay_json_behind(p->json, item);
	}
	return true;
}

static bool parse_text(
	const struct replay_parse *p, char *to, size_t size, const struct replay_value *value)
{
	char small[256], *text = small;

	if (value->kind != REPLAY_JSON_STRING)
		return false;
	if (value->length >= sizeof small)
		text = mem_calloc(1, (size_t)value->length + 1);
	replay_json_string(p->json, value, text);
	text_clean(to, size, text);
	if (text != small)
		free(text);
	return true;
}

static bool parse_string(struct replay_parse *p, char *to, const struct replay_value *value)
{
	const size_t size = (size_t)value->length + 1;
	char *copy;

	if (value->kind != REPLAY_JSON_STRING)
		return false;
	copy = allocate(p, size, 1);
	set_pointer(to, copy);
	return parse_text(p, copy, size, value);
}

/* As it is: whoever shows a part of it cleans that. */
static bool parse_xml(struct replay_parse *p, char *to, const struct replay_value *value)
{
	char *copy;

	if (value->kind != REPLAY_JSON_STRING)
		return false;
	copy = allocate(p, (size_t)value->length + 1, 1);
	replay_json_string(p->json, value, copy);
	set_pointer(to, copy);
	return true;
}

static bool parse_texts(const struct replay_parse *p, const struct record_field *f, void *data,
	const struct replay_value *value)
{
	const struct replay_value *item = replay_json_first(value);

	if (value->kind != REPLAY_JSON_ARRAY || value->count > f->size / f->each)
		return false;
	for (size_t i = 0; i < value->count; i++) {
		if (!parse_text(p, at(f, data) + i * f->each, f->each, item))
			return false;
		item = replay_json_behind(p->json, item);
	}
	set_count(f, data, value->count);
	return true;
}

static void set_blank(const struct record_struct *type, void *data);
static bool fill(struct replay_parse *p, const struct record_struct *type, void *data,
	const struct replay_value *object);

/* What nothing is known of looks the same in all items: one is made, and copied. */
static void set_blank_items(const struct record_struct *type, char *items, size_t count)
{
	if (count)
		set_blank(type, items);
	for (size_t i = 1; i < count; i++)
		memcpy(items + i * type->size, items, type->size);
}

static bool parse_list(struct replay_parse *p, const struct record_field *f, void *data,
	const struct replay_value *value)
{
	const struct replay_value *item = replay_json_first(value);
	char *items;

	if (value->kind != REPLAY_JSON_ARRAY)
		return false;
	items = allocate(p, value->count, f->type->size);
	set_pointer(at(f, data), items);
	set_count(f, data, value->count);
	set_blank_items(f->type, items, value->count);
	for (size_t i = 0; i < value->count; i++) {
		if (!fill(p, f->type, items + i * f->type->size, item))
			return false;
		item = replay_json_behind(p->json, item);
	}
	return true;
}

/* [count, total, min, max, m2] or [count, total, min, max, m2, mean] */
static bool parse_summary(const struct replay_parse *p, char *to, const struct replay_value *value)
{
	const struct replay_value *item = replay_json_first(value);
	struct summary s = { 0 };
	uint64_t *const numbers[] = { &s.count, &s.total_ns, &s.min_ns, &s.max_ns };

	if (value->kind != REPLAY_JSON_ARRAY || value->count < 5)
		return false;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
		if (!read_number(p->json, item, numbers[i]))
			return false;
		item = replay_json_behind(p->json, item);
	}
	if (!read_exact(p->json, item, &s.m2))
		return false;
	s.mean_ns = s.count ? (double)s.total_ns / (double)s.count : 0;
	if (value->count > 5 && !read_exact(p->json, replay_json_behind(p->json, item), &s.mean_ns))
		return false;
	memcpy(to, &s, sizeof s);
	return true;
}

static bool parse_span(struct replay_parse *p, char *to, const struct replay_value *value)
{
	const struct replay_value *item = replay_json_first(value);
	const size_t size = value->count;
	struct latency_span span = { 0 };
	uint64_t number;
	uint32_t *counts;

	if (value->kind != REPLAY_JSON_ARRAY || !size || size - 1 > LATENCY_BUCKETS ||
		!read_number(p->json, item, &number) || number > LATENCY_BUCKETS - (size - 1))
		return false;
	counts = allocate(p, size - 1, sizeof *counts);
	span = (struct latency_span){ (uint32_t)number, (uint32_t)(size - 1), counts };
	memcpy(to, &span, sizeof span);
	for (size_t i = 1; i < size; i++) {
		item = replay_json_behind(p->json, item);
		if (!read_number(p->json, item, &number) || number > UINT32_MAX)
			return false;
		counts[i - 1] = (uint32_t)number;
	}
	return true;
}

static bool parse_domain(const struct replay_parse *p, char *to, const struct replay_value *value)
{
	uint64_t index;

	if (!read_number(p->json, value, &index) || !p->domains || index >= p->domains->count)
		return false;
	set_pointer(to, &p->domains->items[index]);
	return true;
}

static bool parse_config(const struct replay_parse *p, char *to, const struct replay_value *value)
{
	uint64_t index;

	if (!read_number(p->json, value, &index) || index >= p->config_count)
		return false;
	set_pointer(to, p->arena ? domain_config_copy(p->arena, &p->configs[index]) : NULL);
	return true;
}

static bool parse_value(struct replay_parse *p, const struct record_field *f, void *data,
	const struct replay_value *value)
{
	char *to = at(f, data);
	double number;
	bool ok;

	switch (f->kind) {
	case RECORD_BOOL:
		*(bool *)to = value->kind == REPLAY_JSON_TRUE;
		return value->kind == REPLAY_JSON_TRUE || value->kind == REPLAY_JSON_FALSE;
	case RECORD_INT:
		return parse_signed(p, f, to, value);
	case RECORD_UINT:
		return parse_unsigned(p, f, to, value);
	case RECORD_ENUM:
		return parse_enum(p, f, to, value);
	case RECORD_DOUBLE:
		ok = read_double(p->json, value, &number);
		memcpy(to, &number, sizeof number);
		return ok;
	case RECORD_DOUBLES:
		return parse_doubles(p, f, to, value);
	case RECORD_TEXT:
		return parse_text(p, to, f->size, value);
	case RECORD_STRING:
		return parse_string(p, to, value);
	case RECORD_XML:
		return parse_xml(p, to, value);
	case RECORD_TEXTS:
		return parse_texts(p, f, data, value);
	case RECORD_OBJECT:
		return fill(p, f->type, to, value);
	case RECORD_LIST:
		return parse_list(p, f, data, value);
	case RECORD_SUMMARY:
		return parse_summary(p, to, value);
	case RECORD_SPAN:
		return parse_span(p, to, value);
	case RECORD_DOMAIN:
		return parse_domain(p, to, value);
	case RECORD_CONFIG:
		return parse_config(p, to, value);
	}
	return false;
}

static void set_blank_field(const struct record_field *f, void *data)
{
	const double nan = NAN;
	char *to = at(f, data);

	if (f->kind == RECORD_LIST || f->kind == RECORD_TEXTS)
		set_count(f, data, 0);
	if (f->kind == RECORD_OBJECT) {
		memset(to, 0, f->size);
		set_blank(f->type, to);
		return;
	}
	memset(to, f->unknown ? 0xff : 0, f->size);
	if (f->needed)
		set_pointer(to, "");
	if (f->unknown && (f->kind == RECORD_DOUBLE || f->kind == RECORD_DOUBLES))
		for (size_t i = 0; i < f->size / sizeof nan; i++)
			memcpy(to + i * sizeof nan, &nan, sizeof nan);
}

/* What it is when nothing is known. */
static void set_blank(const struct record_struct *type, void *data)
{
	for (size_t i = 0; i < type->count; i++)
		set_blank_field(&type->fields[i], data);
}

static bool refuse(struct replay_parse *p, const struct record_struct *type,
	const struct record_field *f, const char *what)
{
	if (!p->why[0])
		snprintf(p->why, sizeof p->why, "the %s of %s %s is %s", f->key,
			strchr("aeiou", *type->name) ? "an" : "a", type->name, what);
	return false;
}

/* The field with that key: mostly the one behind the one that came last. Its number, or count when there is none:
 * a newer kvmtop may say more. */
static size_t find_field(const struct replay_parse *p, const struct record_struct *type,
	const struct replay_value *key, size_t likely)
{
	for (size_t i = 0; i < type->count; i++) {
		const size_t number = (likely + i) % type->count;
		const char *name = type->fields[number].key;

		if (!strncmp(name, p->json->text + key->start, key->length) && !name[key->length])
			return number;
	}
	return type->count;
}

/* What the object says; the rest stays as it is. */
static bool fill(struct replay_parse *p, const struct record_struct *type, void *data,
	const struct replay_value *object)
{
	const struct replay_value *key;
	uint64_t seen = 0;
	size_t number = 0;

	assert(type->count <= 64);
	if (!object || object->kind != REPLAY_JSON_OBJECT) {
		if (!p->why[0])
			snprintf(p->why, sizeof p->why, "there is no %s where one should be",
				type->name);
		return false;
	}
	key = replay_json_first(object);
	for (uint32_t i = 0; i < object->count; i++) {
		const size_t found = find_field(p, type, key, number);

		if (found < type->count) {
			const struct record_field *f = &type->fields[found];

			if (seen >> found & 1)
				return refuse(p, type, f, "there twice");
			seen |= 1ull << found;
			if (!parse_value(p, f, data, key + 1))
				return refuse(p, type, f, "not what it can be");
			number = found + 1;
		}
		key = replay_json_behind(p->json, key + 1);
	}
	return true;
}

bool replay_parse_struct(struct replay_parse *p, const struct record_struct *type, void *data,
	const struct replay_value *object)
{
	set_blank(type, data);
	return fill(p, type, data, object);
}
