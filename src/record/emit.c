#include "record/emit.h"

#include <assert.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "domain/redact.h"
#include "sample/latency.h"
#include "sample/summary.h"

static const char *at(const struct record_field *f, const void *data)
{
	return (const char *)data + f->offset;
}

static uint64_t read_unsigned(const char *from, size_t size)
{
	uint64_t value8;
	uint32_t value4;
	uint16_t value2;

	switch (size) {
	case 1:
		return *(const unsigned char *)from;
	case 2:
		memcpy(&value2, from, sizeof value2);
		return value2;
	case 4:
		memcpy(&value4, from, sizeof value4);
		return value4;
	default:
		assert(size == sizeof value8);
		memcpy(&value8, from, sizeof value8);
		return value8;
	}
}

static int64_t read_signed(const char *from, size_t size)
{
	return size == 4 ? (int32_t)read_unsigned(from, size) : (int64_t)read_unsigned(from, size);
}

static size_t read_count(const struct record_field *f, const void *data)
{
	size_t count;

	memcpy(&count, (const char *)data + f->count, sizeof count);
	return count;
}

/* A line holds thousands of them: this is what recording costs. */
static void add_decimal(struct strbuf *out, uint64_t value)
{
	char digits[20];
	size_t i = sizeof digits;

	do
		digits[--i] = (char)('0' + value % 10);
	while (value /= 10);
	strbuf_add_bytes(out, digits + i, sizeof digits - i);
}

void record_emit_number(struct record_emit *e, uint64_t value)
{
	/* JSON's readers take whole numbers up to here. */
	if (value <= INT64_MAX)
		add_decimal(e->out, value);
	else
		strbuf_addf(e->out, "\"0x%" PRIx64 "\"", value);
}

static void emit_signed(struct record_emit *e, int64_t value)
{
	if (value < 0)
		strbuf_add_bytes(e->out, "-", 1);
	add_decimal(e->out, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

/* 17 digits name each double; whole numbers need none of that. */
static void emit_double(struct record_emit *e, double value)
{
	if (!isfinite(value))
		strbuf_add(e->out, "null");
	else if (value >= 0 && value < 1e15 && value - floor(value) <= 0 && !signbit(value))
		add_decimal(e->out, (uint64_t)value);
	else
		strbuf_addf(e->out, "%.17g", value);
}

/* Sums of squares are seldom whole, there are thousands of them in a line, and nobody reads them: as C's
 * printf() writes them with %a, "0x1.8p+1", they take a third of the time and come out as they were, too. */
static void emit_exact(struct record_emit *e, double value)
{
	char text[40];

	if (isfinite(value) && (value < 0 || value >= 1e15 || value - floor(value) > 0))
		strbuf_add_bytes(
			e->out, text, (size_t)snprintf(text, sizeof text, "\"%a\"", value));
	else
		emit_double(e, value);
}

/* Cleaned text and reduced XML are UTF-8, so these are all that JSON wants escaped. */
static void emit_quoted(struct record_emit *e, const char *text)
{
	strbuf_add_bytes(e->out, "\"", 1);
	while (*text) {
		const size_t plain = strcspn(text, "\"\\\n\t\r");

		strbuf_add_bytes(e->out, text, plain);
		text += plain;
		if (!*text)
			break;
		if (*text == '\n')
			strbuf_add(e->out, "\\n");
		else if (*text == '\t')
			strbuf_add(e->out, "\\t");
		else if (*text == '\r')
			strbuf_add(e->out, "\\r");
		else {
			strbuf_add_bytes(e->out, "\\", 1);
			strbuf_add_bytes(e->out, text, 1);
		}
		text++;
	}
	strbuf_add_bytes(e->out, "\"", 1);
}

void record_emit_text(struct record_emit *e, const char *text, enum record_alias_kind alias)
{
	char other[RECORD_ALIAS_MAX], few[256], *clean = few;
	size_t size = sizeof few;

	if (e->alias && alias != RECORD_ALIAS_NONE)
		text = record_alias_text(e->alias, alias, text, other);
	if (strlen(text) >= size) {
		size = strlen(text) + 1;
		clean = mem_calloc(size, 1);
	}
	text_clean(clean, size, text);
	emit_quoted(e, clean);
	if (clean != few)
		free(clean);
}

static void emit_xml(struct record_emit *e, const char *xml)
{
	const struct redact_alias alias = record_alias_redact(e->alias);
	char *reduced = redact_xml(xml, e->alias ? &alias : NULL);

	emit_quoted(e, reduced);
	free(reduced);
}

static void emit_doubles(struct record_emit *e, const struct record_field *f, const char *from)
{
	for (size_t i = 0; i < f->size / sizeof(double); i++) {
		double value;

		memcpy(&value, from + i * sizeof value, sizeof value);
		strbuf_add_bytes(e->out, i ? "," : "[", 1);
		emit_double(e, value);
	}
	strbuf_add_bytes(e->out, "]", 1);
}

static void emit_texts(struct record_emit *e, const struct record_field *f, const void *data)
{
	const size_t count = read_count(f, data);

	strbuf_add_bytes(e->out, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_add_bytes(e->out, ",", 1);
		record_emit_text(e, at(f, data) + i * f->each, f->alias);
	}
	strbuf_add_bytes(e->out, "]", 1);
}

static void emit_list(struct record_emit *e, const struct record_field *f, const void *data)
{
	const size_t count = read_count(f, data);
	const char *items;

	memcpy(&items, at(f, data), sizeof items);
	strbuf_add_bytes(e->out, "[", 1);
	for (size_t i = 0; i < count; i++) {
		if (i)
			strbuf_add_bytes(e->out, ",", 1);
		record_emit_struct(e, f->type, items + i * f->type->size);
	}
	strbuf_add_bytes(e->out, "]", 1);
}

static bool is_mean(const struct summary *s)
{
	const double mean = s->count ? (double)s->total_ns / (double)s->count : 0;

	return s->mean_ns <= mean && s->mean_ns >= mean;
}

static void emit_summary(struct record_emit *e, const struct summary *s)
{
	const uint64_t wholes[] = { s->count, s->total_ns, s->min_ns, s->max_ns };

	for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++) {
		strbuf_add_bytes(e->out, i ? "," : "[", 1);
		record_emit_number(e, wholes[i]);
	}
	strbuf_add_bytes(e->out, ",", 1);
	emit_exact(e, s->m2);
	if (!is_mean(s)) {
		strbuf_add_bytes(e->out, ",", 1);
		emit_exact(e, s->mean_ns);
	}
	strbuf_add_bytes(e->out, "]", 1);
}

static void emit_span(struct record_emit *e, const struct latency_span *span)
{
	strbuf_add_bytes(e->out, "[", 1);
	add_decimal(e->out, span->first);
	for (uint32_t i = 0; i < span->count; i++) {
		strbuf_add_bytes(e->out, ",", 1);
		add_decimal(e->out, span->counts[i]);
	}
	strbuf_add_bytes(e->out, "]", 1);
}

static bool is_all(const char *from, size_t size, unsigned char byte)
{
	for (size_t i = 0; i < size; i++)
		if ((unsigned char)from[i] != byte)
			return false;
	return true;
}

/* Is the field what the reader takes it for when it is not there? */
static bool is_blank(const struct record_field *f, const void *data)
{
	const char *from = at(f, data);
	double value;

	switch (f->kind) {
	case RECORD_TEXT:
		return !*from;
	case RECORD_DOUBLE:
		memcpy(&value, from, sizeof value);
		return f->unknown ? !isfinite(value) : is_all(from, f->size, 0);
	case RECORD_DOUBLES:
	case RECORD_OBJECT:
		return false;
	case RECORD_LIST:
	case RECORD_TEXTS:
		return !read_count(f, data);
	default:
		return is_all(from, f->size, f->unknown ? 0xff : 0);
	}
}

static void emit_enum(struct record_emit *e, const struct record_field *f, const char *from)
{
	const uint64_t number = read_unsigned(from, f->size);

	assert(number < f->name_count);
	emit_quoted(e, f->names[number]);
}

static const void *pointer_at(const char *from)
{
	const void *pointer;

	memcpy(&pointer, from, sizeof pointer);
	return pointer;
}

static void emit_value(struct record_emit *e, const struct record_field *f, const void *data)
{
	const char *from = at(f, data);
	double value;

	switch (f->kind) {
	case RECORD_BOOL:
		strbuf_add(e->out, *(const bool *)from ? "true" : "false");
		break;
	case RECORD_INT:
		emit_signed(e, read_signed(from, f->size));
		break;
	case RECORD_UINT:
		record_emit_number(e, read_unsigned(from, f->size));
		break;
	case RECORD_ENUM:
		emit_enum(e, f, from);
		break;
	case RECORD_DOUBLE:
		memcpy(&value, from, sizeof value);
		emit_double(e, value);
		break;
	case RECORD_DOUBLES:
		emit_doubles(e, f, from);
		break;
	case RECORD_TEXT:
		record_emit_text(e, from, f->alias);
		break;
	case RECORD_STRING:
		record_emit_text(e, pointer_at(from), f->alias);
		break;
	case RECORD_XML:
		emit_xml(e, pointer_at(from));
		break;
	case RECORD_TEXTS:
		emit_texts(e, f, data);
		break;
	case RECORD_OBJECT:
		record_emit_struct(e, f->type, from);
		break;
	case RECORD_LIST:
		emit_list(e, f, data);
		break;
	case RECORD_SUMMARY:
		emit_summary(e, (const struct summary *)(const void *)from);
		break;
	case RECORD_SPAN:
		emit_span(e, (const struct latency_span *)(const void *)from);
		break;
	case RECORD_DOMAIN:
		add_decimal(e->out,
			(uint64_t)((const struct domain *)pointer_at(from) - e->domains->items));
		break;
	case RECORD_CONFIG:
		add_decimal(e->out, e->configs++);
		break;
	}
}

void record_emit_struct(struct record_emit *e, const struct record_struct *type, const void *data)
{
	bool first = true;

	strbuf_add_bytes(e->out, "{", 1);
	for (size_t i = 0; i < type->count; i++) {
		const struct record_field *f = &type->fields[i];

		if (is_blank(f, data) || (e->alias && f->alias == RECORD_ALIAS_GONE))
			continue;
		strbuf_add(e->out, first ? "\"" : ",\"");
		strbuf_add(e->out, f->key);
		strbuf_add_bytes(e->out, "\":", 2);
		emit_value(e, f, data);
		first = false;
	}
	strbuf_add_bytes(e->out, "}", 1);
}
