#include "core/field.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

bool field_is_text(const struct field *f)
{
	return f->text || f->kind == FIELD_TEXT || f->kind == FIELD_STRING;
}

bool field_is_yes_or_no(const struct field *f)
{
	return f->kind == FIELD_BOOL || f->kind == FIELD_SWITCH || f->kind == FIELD_TRISTATE;
}

bool field_is_whole(const struct field *f)
{
	return !f->real && (f->unit == NUMBER_INTEGER || f->unit == NUMBER_KIB);
}

static double signed_number(const void *at, size_t size)
{
	int32_t narrow;
	int64_t wide;

	if (size == sizeof narrow) {
		memcpy(&narrow, at, sizeof narrow);
		return narrow;
	}
	assert(size == sizeof wide);
	memcpy(&wide, at, sizeof wide);
	return (double)wide;
}

static double unsigned_number(const void *at, size_t size)
{
	uint64_t wide;
	uint32_t narrow;
	uint16_t half;

	switch (size) {
	case sizeof wide:
		memcpy(&wide, at, sizeof wide);
		return (double)wide;
	case sizeof narrow:
		memcpy(&narrow, at, sizeof narrow);
		return narrow;
	case sizeof half:
		memcpy(&half, at, sizeof half);
		return half;
	default:
		assert(size == 1);
		return *(const uint8_t *)at;
	}
}

int field_yes_or_no(const struct field *f, const void *row)
{
	const void *at = (const char *)row + f->offset;

	if (f->kind == FIELD_BOOL)
		return *(const bool *)at;
	if (f->kind == FIELD_TRISTATE)
		return (int)unsigned_number(at, f->size) - 1;
	return signed_number(at, f->size) < 0 ? -1 : signed_number(at, f->size) > 0;
}

static double number_at(const struct field *f, const void *row)
{
	const char *at = (const char *)row + f->offset;
	double value;

	switch (f->kind) {
	case FIELD_DOUBLE:
		memcpy(&value, at, sizeof value);
		return value;
	case FIELD_SIGNED:
		return signed_number(at, f->size);
	case FIELD_UNSIGNED:
	case FIELD_BOOL:
		return unsigned_number(at, f->size);
	case FIELD_FUNCTION:
		return f->number(row);
	default:
		return NAN;
	}
}

double field_number(const struct field *f, const void *row)
{
	const double value = number_at(f, row);

	if ((f->unknown == FIELD_UNKNOWN_BELOW_0 && value < 0) ||
		(f->unknown == FIELD_UNKNOWN_AT_0 && !(value < 0) && !(value > 0)))
		return NAN;
	return value;
}

const char *field_text(const struct field *f, const void *row)
{
	const char *at = (const char *)row + f->offset;

	if (f->kind == FIELD_TEXT)
		return at;
	if (f->kind == FIELD_STRING)
		return *(const char *const *)(const void *)at;
	return f->text(row);
}

/* 1: smaller first, -1: larger first. */
static int direction(const struct field *f, bool reverse)
{
	return reverse == f->ascending ? -1 : 1;
}

static int compare_text(const struct field *f, bool reverse, const void *a, const void *b)
{
	const char *x = field_text(f, a), *y = field_text(f, b);

	if (!x || !y)
		return !x - !y;
	return direction(f, reverse) * strcmp(x, y);
}

static double order_of(const struct field *f, const void *row)
{
	return f->order ? f->order(row) : field_number(f, row);
}

static int compare_numbers(const struct field *f, bool reverse, const void *a, const void *b)
{
	const double x = order_of(f, a), y = order_of(f, b);

	if (isnan(x) || isnan(y))
		return !!isnan(x) - !!isnan(y);
	return direction(f, reverse) * ((x > y) - (x < y));
}

size_t field_find(const struct field *fields, size_t count, const char *key)
{
	size_t i = 0;

	while (i < count && strcmp(fields[i].key, key) != 0)
		i++;
	return i;
}

int field_compare(const struct field *f, bool reverse, const void *a, const void *b)
{
	return field_is_text(f) && !f->order ? compare_text(f, reverse, a, b)
					     : compare_numbers(f, reverse, a, b);
}

static bool belongs_before(
	const struct field *f, bool reverse, const struct field *tie, const void *a, const void *b)
{
	int order = field_compare(f, reverse, a, b);

	if (!order && tie)
		order = field_compare(tie, false, a, b);
	return order < 0;
}

/* Insertion: stable, which qsort() is not, and the rows are few and hardly change their order from
 * one tick to the next. */
void field_sort_pointers(const struct field *f, bool reverse, const struct field *tie,
	const void **rows, size_t count)
{
	for (size_t i = 1; i < count; i++) {
		const void *row = rows[i];
		size_t at = i;

		for (; at > 0 && belongs_before(f, reverse, tie, row, rows[at - 1]); at--)
			rows[at] = rows[at - 1];
		rows[at] = row;
	}
}

void field_sort_rows(const struct field *f, bool reverse, const struct field *tie, void *rows,
	size_t count, size_t stride)
{
	const void **order = mem_calloc(count, sizeof *order);
	char *sorted = mem_calloc(count, stride), *base = rows;

	for (size_t i = 0; i < count; i++)
		order[i] = base + i * stride;
	field_sort_pointers(f, reverse, tie, order, count);
	for (size_t i = 0; i < count; i++)
		memcpy(sorted + i * stride, order[i], stride);
	if (count)
		memcpy(base, sorted, count * stride);
	free(sorted);
	free(order);
}
