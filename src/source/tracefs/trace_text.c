#include "source/tracefs/trace_text.h"

#include <errno.h>
#include <string.h>

#include "source/tracefs/trace_scan.h"

/* Longer than any, and so short that a number made of them cannot overflow. */
#define WORD_MAX ((size_t)64)
#define OFFSET_DIGITS_MAX 5

static bool skip_digits(struct trace_scan *s, int max)
{
	const char *start = s->at;

	while (s->at < s->end && isdigit((unsigned char)*s->at))
		s->at++;
	return s->at > start && s->at - start <= max;
}

static bool skip_word(struct trace_scan *s)
{
	const char *word;
	size_t length;

	return trace_scan_word(s, &word, &length) && length <= WORD_MAX;
}

/* ID: 1440 */
static bool skip_property(struct trace_scan *s, const char *name)
{
	return trace_scan_skip(s, name) && skip_digits(s, OFFSET_DIGITS_MAX) &&
	       trace_scan_skip(s, ";");
}

/*	field:unsigned int exit_reason;	offset:8;	size:4;	signed:0; */
static bool skip_field(struct trace_scan *s)
{
	int words = 0;

	if (!trace_scan_skip(s, "\tfield:"))
		return false;
	do {
		if (!skip_word(s))
			return false;
		words++;
	} while (trace_scan_skip(s, " "));
	return words >= 2 && trace_scan_skip(s, ";\toffset") && skip_property(s, ":") &&
	       skip_property(s, "\tsize:") && skip_property(s, "\tsigned:") && s->at == s->end;
}

static struct trace_scan take_line(struct trace_scan *s)
{
	const char *newline = s->at < s->end ? memchr(s->at, '\n', (size_t)(s->end - s->at)) : NULL;
	const struct trace_scan line = { .at = s->at, .end = newline ? newline : s->end };

	s->at = newline ? newline + 1 : s->end;
	return line;
}

static void add_line(struct strbuf *out, struct trace_scan line)
{
	strbuf_add_bytes(out, line.at, (size_t)(line.end - line.at));
	strbuf_add(out, "\n");
}

/* name: kvm_exit
 * ID: 1440
 * format: */
static int add_head(struct trace_scan *s, struct strbuf *out)
{
	const struct trace_scan name = take_line(s), id = take_line(s);
	struct trace_scan at = name;

	take_line(s);
	if (!trace_scan_skip(&at, "name: ") || !skip_word(&at) || at.at != at.end)
		return -EINVAL;
	/* Cut off it would be another number. */
	if (id.end == s->end)
		return -EINVAL;
	at = id;
	if (!trace_scan_skip(&at, "ID: ") || !skip_digits(&at, OFFSET_DIGITS_MAX) ||
		at.at != at.end)
		return -EINVAL;
	add_line(out, name);
	add_line(out, id);
	strbuf_add(out, "format:\n");
	return 0;
}

int trace_text_extract(const char *text, size_t length, struct strbuf *out)
{
	struct trace_scan s = { .at = text, .end = text + length };
	bool common = true; /* the first fields are those of all events, up to an empty line */

	if (add_head(&s, out))
		return -EINVAL;
	while (s.at < s.end) {
		const struct trace_scan line = take_line(&s);
		struct trace_scan at = line;

		if (skip_field(&at)) {
			add_line(out, line);
		} else if (common && line.at == line.end) {
			add_line(out, line);
			common = false;
		}
	}
	strbuf_add(out, "\nprint fmt: \"\"\n");
	return 0;
}
