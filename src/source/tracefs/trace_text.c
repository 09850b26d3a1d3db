#include "source/tracefs/trace_text.h"

#include <ctype.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* What is left of the text. The skip functions go past what they are called after and return true, or
 * return false. */
struct scan {
	const char *at, *end;
};

/* Longer than any, and so short that a number made of them cannot overflow. */
#define WORD_MAX 64
#define OFFSET_DIGITS_MAX 5
#define CODE_DIGITS_MAX 10

static bool skip(struct scan *s, const char *literal)
{
	const size_t length = strlen(literal);

	if ((size_t)(s->end - s->at) < length || memcmp(s->at, literal, length) != 0)
		return false;
	s->at += length;
	return true;
}

static bool skip_digits(struct scan *s, int (*is_digit)(int), int max)
{
	const char *start = s->at;

	while (s->at < s->end && is_digit((unsigned char)*s->at))
		s->at++;
	return s->at > start && s->at - start <= max;
}

static bool skip_word(struct scan *s)
{
	const char *start = s->at;

	while (s->at < s->end && (isalnum((unsigned char)*s->at) || *s->at == '_'))
		s->at++;
	return s->at > start && s->at - start <= WORD_MAX && !isdigit((unsigned char)*start);
}

/* 14, 0x07b, 0x07bUL */
static bool skip_number(struct scan *s)
{
	const bool found = skip(s, "0x") ? skip_digits(s, isxdigit, CODE_DIGITS_MAX)
					 : skip_digits(s, isdigit, CODE_DIGITS_MAX);

	while (skip(s, "U") || skip(s, "L"))
		;
	return found;
}

/* -1, 0x040 + 14, (0x24) */
static bool skip_code(struct scan *s)
{
	const bool bracket = skip(s, "(");

	skip(s, "-");
	if (!skip_number(s) || (skip(s, " + ") && !skip_number(s)))
		return false;
	return !bracket || skip(s, ")");
}

/* "PF excp" */
static bool skip_string(struct scan *s)
{
	const char *start = s->at;

	if (!skip(s, "\""))
		return false;
	while (s->at < s->end && isprint((unsigned char)*s->at) && *s->at != '"' && *s->at != '\\')
		s->at++;
	return s->at - start <= WORD_MAX && skip(s, "\"");
}

/* REC->exit_reason, if that is one of the fields that were taken. */
static bool skip_field_name(struct scan *s, const struct strbuf *fields)
{
	char line[WORD_MAX + 16];
	const char *start;

	if (!skip(s, "REC->"))
		return false;
	start = s->at;
	if (!skip_word(s))
		return false;
	snprintf(line, sizeof line, " %.*s;\toffset:", (int)(s->at - start), start);
	return strstr(strbuf_text(fields), line);
}

/* __print_symbolic(REC->exit_reason & 0xffff, { 0, "EXCEPTION_NMI" }, { -1, "unknown" }) */
static bool skip_table(struct scan *s, const struct strbuf *fields)
{
	if (!skip(s, "__print_symbolic(") || !skip_field_name(s, fields))
		return false;
	if (skip(s, " & ") && !skip_number(s))
		return false;
	while (skip(s, ", { "))
		if (!skip_code(s) || !skip(s, ", ") || !skip_string(s) || !skip(s, " }"))
			return false;
	return skip(s, ")");
}

/* (REC->isa == 1) ? table : table */
static bool skip_choice(struct scan *s, const struct strbuf *fields)
{
	return skip(s, "(") && skip_field_name(s, fields) && skip(s, " == ") &&
	       skip_digits(s, isdigit, 1) && skip(s, ") ? ") && skip_table(s, fields) &&
	       skip(s, " : ") && skip_table(s, fields);
}

/* Wherever they are in the print format; out has the fields. libtraceevent follows a null pointer when a
 * table is of a field that there is not. */
static void add_tables(struct scan s, struct strbuf *out)
{
	strbuf_add(out, "\nprint fmt: \"\"");
	while (s.at < s.end) {
		struct scan choice = s, table = s;

		if (skip_choice(&choice, out)) {
			strbuf_add(out, ", ");
			strbuf_add_bytes(out, s.at, (size_t)(choice.at - s.at));
			s.at = choice.at;
		} else if (skip_table(&table, out)) {
			strbuf_add(out, ", ");
			strbuf_add_bytes(out, s.at, (size_t)(table.at - s.at));
			s.at = table.at;
		} else {
			s.at++;
		}
	}
	strbuf_add(out, "\n");
}

/* ID: 1440 */
static bool skip_property(struct scan *s, const char *name)
{
	return skip(s, name) && skip_digits(s, isdigit, OFFSET_DIGITS_MAX) && skip(s, ";");
}

/*	field:unsigned int exit_reason;	offset:8;	size:4;	signed:0; */
static bool skip_field(struct scan *s)
{
	int words = 0;

	if (!skip(s, "\tfield:"))
		return false;
	do {
		if (!skip_word(s))
			return false;
		words++;
	} while (skip(s, " "));
	return words >= 2 && skip(s, ";\toffset") && skip_property(s, ":") &&
	       skip_property(s, "\tsize:") && skip_property(s, "\tsigned:") && s->at == s->end;
}

static struct scan take_line(struct scan *s)
{
	const char *newline = s->at < s->end ? memchr(s->at, '\n', (size_t)(s->end - s->at)) : NULL;
	const struct scan line = { .at = s->at, .end = newline ? newline : s->end };

	s->at = newline ? newline + 1 : s->end;
	return line;
}

static void add_line(struct strbuf *out, struct scan line)
{
	strbuf_add_bytes(out, line.at, (size_t)(line.end - line.at));
	strbuf_add(out, "\n");
}

/* name: kvm_exit
 * ID: 1440
 * format: */
static int add_head(struct scan *s, struct strbuf *out)
{
	const struct scan name = take_line(s), id = take_line(s);
	struct scan at = name;

	take_line(s);
	if (!skip(&at, "name: ") || !skip_word(&at) || at.at != at.end)
		return -EINVAL;
	/* Cut off it would be another number. */
	if (id.end == s->end)
		return -EINVAL;
	at = id;
	if (!skip(&at, "ID: ") || !skip_digits(&at, isdigit, OFFSET_DIGITS_MAX) || at.at != at.end)
		return -EINVAL;
	add_line(out, name);
	add_line(out, id);
	strbuf_add(out, "format:\n");
	return 0;
}

int trace_text_extract(const char *text, size_t length, struct strbuf *out)
{
	struct scan s = { .at = text, .end = text + length }, tables = { 0 };
	bool common = true; /* the first fields are those of all events, up to an empty line */

	if (add_head(&s, out))
		return -EINVAL;
	while (s.at < s.end) {
		const struct scan line = take_line(&s);
		struct scan at = line;

		if (skip_field(&at)) {
			add_line(out, line);
		} else if (skip(&at, "print fmt: ")) {
			tables = at;
		} else if (common && line.at == line.end) {
			add_line(out, line);
			common = false;
		}
	}
	add_tables(tables, out);
	return 0;
}
