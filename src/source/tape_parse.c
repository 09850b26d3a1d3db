#include "source/tape_parse.h"

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

static char *at(const struct tape_field *f, void *data)
{
	return (char *)data + f->offset;
}

static void set_count(const struct tape_field *f, void *data, size_t count)
{
	memcpy((char *)data + f->count, &count, sizeof count);
}

static void set_pointer(char *to, const void *pointer)
{
	memcpy(to, &pointer, sizeof pointer);
}

static void *allocate(const struct tape_parse *p, size_t count, size_t size)
{
	return p->arena ? arena_array(p->arena, count, size) : mem_calloc(count, size);
}

/* 12, or "0xfee00000fee00000" */
static bool read_number(const json_t *value, uint64_t *out)
{
	const char *text = json_string_value(value);
	char *end;

	if (json_is_integer(value)) {
		*out = (uint64_t)json_integer_value(value);
		return json_integer_value(value) >= 0;
	}
	if (!text || strncmp(text, "0x", 2) != 0)
		return false;
	errno = 0;
	*out = strtoull(text, &end, 16);
	return !errno && end != text && !*end;
}

bool tape_parse_number(const json_t *object, const char *key, uint64_t *out)
{
	return read_number(json_object_get(object, key), out);
}

static bool read_double(const json_t *value, double *out)
{
	*out = json_is_null(value) ? NAN : json_number_value(value);
	return json_is_null(value) || json_is_number(value);
}

/* The same, or "0x1.8p+1". */
static bool read_exact(const json_t *value, double *out)
{
	const char *text = json_string_value(value);
	char *end;

	if (!text)
		return read_double(value, out);
	*out = strtod(text, &end);
	return end != text && !*end && isfinite(*out);
}

static bool parse_unsigned(const struct tape_field *f, char *to, const json_t *value)
{
	uint64_t number;
	uint32_t number4;
	uint16_t number2;

	if (!read_number(value, &number) || (f->size < 8 && number >> 8 * f->size))
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

static bool parse_signed(const struct tape_field *f, char *to, const json_t *value)
{
	const int64_t number = json_integer_value(value);
	int32_t number4 = (int32_t)number;

	if (!json_is_integer(value) || (f->size == 4 && number4 != number))
		return false;
	if (f->size == 4)
		memcpy(to, &number4, sizeof number4);
	else
		memcpy(to, &number, sizeof number);
	return true;
}

/* A name that a newer kvmtop gave is one that this one does not know. */
static bool parse_enum(const struct tape_field *f, char *to, const json_t *value)
{
	const char *name = json_string_value(value);

	if (!name)
		return false;
	for (size_t i = 0; i < f->name_count; i++) {
		const uint32_t number = (uint32_t)i;

		if (strcmp(f->names[i], name) != 0)
			continue;
		if (f->size == 1)
			*(unsigned char *)to = (unsigned char)i;
		else
			memcpy(to, &number, sizeof number);
		return true;
	}
	return true;
}

static bool parse_doubles(const struct tape_field *f, char *to, const json_t *value)
{
	for (size_t i = 0; i < f->size / sizeof(double); i++) {
		double number;

		if (!read_double(json_array_get(value, i), &number))
			return false;
		memcpy(to + i * sizeof number, &number, sizeof number);
	}
	return true;
}

static bool parse_text(char *to, size_t size, const json_t *value)
{
	if (!json_is_string(value))
		return false;
	text_clean(to, size, json_string_value(value));
	return true;
}

static bool parse_string(struct tape_parse *p, char *to, const json_t *value)
{
	char *copy;

	if (!json_is_string(value))
		return false;
	copy = allocate(p, json_string_length(value) + 1, 1);
	text_clean(copy, json_string_length(value) + 1, json_string_value(value));
	set_pointer(to, copy);
	return true;
}

/* As it is: whoever shows a part of it cleans that. */
static bool parse_xml(struct tape_parse *p, char *to, const json_t *value)
{
	char *copy;

	if (!json_is_string(value))
		return false;
	copy = allocate(p, json_string_length(value) + 1, 1);
	memcpy(copy, json_string_value(value), json_string_length(value));
	set_pointer(to, copy);
	return true;
}

static bool parse_texts(const struct tape_field *f, void *data, const json_t *value)
{
	const size_t count = json_array_size(value);

	if (!json_is_array(value) || count > f->size / f->each)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!parse_text(at(f, data) + i * f->each, f->each, json_array_get(value, i)))
			return false;
	set_count(f, data, count);
	return true;
}

static bool parse_list(
	struct tape_parse *p, const struct tape_field *f, void *data, const json_t *value)
{
	const size_t count = json_array_size(value);
	char *items;

	if (!json_is_array(value))
		return false;
	items = allocate(p, count, f->type->size);
	set_pointer(at(f, data), items);
	set_count(f, data, count);
	for (size_t i = 0; i < count; i++)
		if (!tape_parse_struct(
			    p, f->type, items + i * f->type->size, json_array_get(value, i)))
			return false;
	return true;
}

/* [count, total, min, max, m2] or [count, total, min, max, m2, mean] */
static bool parse_summary(char *to, const json_t *value)
{
	struct summary s = { 0 };
	const bool ok = read_number(json_array_get(value, 0), &s.count) &&
			read_number(json_array_get(value, 1), &s.total_ns) &&
			read_number(json_array_get(value, 2), &s.min_ns) &&
			read_number(json_array_get(value, 3), &s.max_ns) &&
			read_exact(json_array_get(value, 4), &s.m2);

	if (!ok)
		return false;
	s.mean_ns = s.count ? (double)s.total_ns / (double)s.count : 0;
	if (json_array_size(value) > 5 && !read_exact(json_array_get(value, 5), &s.mean_ns))
		return false;
	memcpy(to, &s, sizeof s);
	return true;
}

static bool parse_span(struct tape_parse *p, char *to, const json_t *value)
{
	const size_t size = json_array_size(value);
	struct latency_span span = { 0 };
	uint64_t number;
	uint32_t *counts;

	if (!size || size - 1 > LATENCY_BUCKETS ||
		!read_number(json_array_get(value, 0), &number) ||
		number > LATENCY_BUCKETS - (size - 1))
		return false;
	counts = allocate(p, size - 1, sizeof *counts);
	span = (struct latency_span){ (uint32_t)number, (uint32_t)(size - 1), counts };
	memcpy(to, &span, sizeof span);
	for (size_t i = 1; i < size; i++) {
		if (!read_number(json_array_get(value, i), &number) || number > UINT32_MAX)
			return false;
		counts[i - 1] = (uint32_t)number;
	}
	return true;
}

static bool parse_domain(const struct tape_parse *p, char *to, const json_t *value)
{
	uint64_t index;

	if (!read_number(value, &index) || !p->domains || index >= p->domains->count)
		return false;
	set_pointer(to, &p->domains->items[index]);
	return true;
}

static bool parse_config(const struct tape_parse *p, char *to, const json_t *value)
{
	uint64_t index;

	if (!read_number(value, &index) || index >= p->config_count)
		return false;
	set_pointer(to, p->arena ? domain_config_copy(p->arena, &p->configs[index]) : NULL);
	return true;
}

static bool parse_value(
	struct tape_parse *p, const struct tape_field *f, void *data, const json_t *value)
{
	char *to = at(f, data);
	double number;
	bool ok;

	switch (f->kind) {
	case TAPE_BOOL:
		*(bool *)to = json_is_true(value);
		return json_is_boolean(value);
	case TAPE_INT:
		return parse_signed(f, to, value);
	case TAPE_UINT:
		return parse_unsigned(f, to, value);
	case TAPE_ENUM:
		return parse_enum(f, to, value);
	case TAPE_DOUBLE:
		ok = read_double(value, &number);
		memcpy(to, &number, sizeof number);
		return ok;
	case TAPE_DOUBLES:
		return parse_doubles(f, to, value);
	case TAPE_TEXT:
		return parse_text(to, f->size, value);
	case TAPE_STRING:
		return parse_string(p, to, value);
	case TAPE_XML:
		return parse_xml(p, to, value);
	case TAPE_TEXTS:
		return parse_texts(f, data, value);
	case TAPE_OBJECT:
		return tape_parse_struct(p, f->type, to, value);
	case TAPE_LIST:
		return parse_list(p, f, data, value);
	case TAPE_SUMMARY:
		return parse_summary(to, value);
	case TAPE_SPAN:
		return parse_span(p, to, value);
	case TAPE_DOMAIN:
		return parse_domain(p, to, value);
	case TAPE_CONFIG:
		return parse_config(p, to, value);
	}
	return false;
}

/* What it is when nothing is known. */
static void set_blank(const struct tape_field *f, void *data)
{
	const double nan = NAN;
	char *to = at(f, data);

	if (f->kind == TAPE_LIST || f->kind == TAPE_TEXTS)
		set_count(f, data, 0);
	if (f->kind == TAPE_OBJECT) {
		memset(to, 0, f->size);
		for (size_t i = 0; i < f->type->count; i++)
			set_blank(&f->type->fields[i], to);
		return;
	}
	memset(to, f->unknown ? 0xff : 0, f->size);
	if (f->needed)
		set_pointer(to, "");
	if (f->unknown && (f->kind == TAPE_DOUBLE || f->kind == TAPE_DOUBLES))
		for (size_t i = 0; i < f->size / sizeof nan; i++)
			memcpy(to + i * sizeof nan, &nan, sizeof nan);
}

bool tape_parse_struct(
	struct tape_parse *p, const struct tape_struct *type, void *data, const json_t *object)
{
	bool ok = json_is_object(object);

	if (!ok && !p->why[0])
		snprintf(p->why, sizeof p->why, "there is no %s where one should be", type->name);
	for (size_t i = 0; i < type->count; i++)
		set_blank(&type->fields[i], data);
	for (size_t i = 0; ok && i < type->count; i++) {
		const struct tape_field *f = &type->fields[i];
		const json_t *value = json_object_get(object, f->key);

		ok = !value || parse_value(p, f, data, value);
		if (!ok && !p->why[0])
			snprintf(p->why, sizeof p->why, "the %s of %s %s is not what it can be",
				f->key, strchr("aeiou", *type->name) ? "an" : "a", type->name);
	}
	return ok;
}
