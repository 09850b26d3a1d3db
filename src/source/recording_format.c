#include "source/recording_format.h"

#include <errno.h>
#include <event-parse.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

/* An identifier, a number or a name is no longer than this; VMX has some 70 reasons. */
enum { WORD_MOST = 64, NAMES_MOST = 1024 };

/* The end of the identifier at text; text itself when there is none. */
static const char *word_end(const char *text)
{
	const size_t length = strspn(text, letters);

	return length <= WORD_MOST ? text + length : text;
}

/* Takes the number that follows key in text; false: none, or not one of a format's. */
static bool take_number(const char *text, const char *key, long most, long *out)
{
	const char *at = strstr(text, key);
	char *end;

	if (!at)
		return false;
	at += strlen(key);
	*out = strtol(at, &end, 10);
	return end > at && *out >= 0 && *out <= most;
}

/*	field:unsigned int exit_reason;	offset:8;	size:4;	signed:0;
 * Fields that are no plain numbers are left out. */
static void add_field(struct strbuf *out, const char *line)
{
	const char *end = strchr(line, ';'), *name = end;
	long offset, size;

	if (!end || !take_number(end, "offset:", UINT16_MAX, &offset) ||
		!take_number(end, "size:", 8, &size))
		return;
	while (name > line && name[-1] != ' ' && name[-1] != ':')
		name--;
	if (name == end || word_end(name) != end)
		return;
	if (size != 1 && size != 2 && size != 4 && size != 8)
		return;
	strbuf_addf(out, "\tfield:u%ld ", size * 8);
	strbuf_add_bytes(out, name, (size_t)(end - name));
	strbuf_addf(out, ";\toffset:%ld;\tsize:%ld;\tsigned:0;\n", offset, size);
}

/* The value of a name, and what follows it, or NULL:
 *	0x07b,	-1,	(0x15),	0x040 + 14, */
static const char *take_value(const char *at, long long *out)
{
	*out = 0;
	do {
		char *end;

		at += strspn(at, "+( ");
		if (*at != '-' && (*at < '0' || *at > '9'))
			return NULL;
		*out = (long long)((unsigned long long)*out +
				   (unsigned long long)strtoll(at, &end, 0));
		at = end + strspn(end, ") ");
	} while (*at == '+');
	return *at == ',' ? at + 1 : NULL;
}

/* One of a table's names, such as { 0x07b, "io" }. Returns what follows, or NULL. */
static const char *add_name(struct strbuf *out, const char *at, bool first)
{
	long long value;
	const char *from = take_value(at + 1, &value), *to;

	if (!from)
		return NULL;
	from += strspn(from, " ");
	if (*from++ != '"')
		return NULL;
	to = from + strcspn(from, "\"\\\n");
	if (*to != '"' || to - from > WORD_MOST)
		return NULL;
	strbuf_addf(out, "%s{ %lld, \"%.*s\" }", first ? "" : ", ", value, (int)(to - from), from);
	to += 1 + strspn(to + 1, " ");
	return *to == '}' ? to + 1 : NULL;
}

/* Whether the format so far has that field. Names of a field that is missing crash libtraceevent, too. */
static bool has_field(const struct strbuf *format, const char *name, size_t length)
{
	const char *at = strbuf_text(format);

	while ((at = strstr(at, "\tfield:u"))) {
		at += strcspn(at, " ") + 1;
		if (!strncmp(at, name, length) && at[length] == ';')
			return true;
	}
	return false;
}

/* A table: what follows "__print_symbolic(" in
 *	__print_symbolic(REC->exit_reason & 0xffff, { 0, "EXCEPTION_NMI" }, ...)
 * False when it is none, or of a field that format does not have. */
static bool add_table(struct strbuf *out, const struct strbuf *format, const char *at)
{
	const char *field, *end;
	int names = 0;

	at += strspn(at, "( ");
	if (strncmp(at, "REC->", 5) != 0)
		return false;
	field = at + 5;
	end = word_end(field);
	at = field + strcspn(field, "{\"\n");
	if (end == field || *at != '{' || !has_field(format, field, (size_t)(end - field)))
		return false;
	strbuf_add(out, "__print_symbolic(REC->");
	strbuf_add_bytes(out, field, (size_t)(end - field));
	strbuf_add(out, ", ");
	while (*at == '{' && names < NAMES_MOST) {
		const char *next = add_name(out, at, !names);

		if (!next)
			break;
		names++;
		at = next + strspn(next, ", ");
	}
	if (!names)
		strbuf_add(out, "{ 0, \"\" }");
	strbuf_add(out, ")");
	return true;
}

/* print fmt: "...", (REC->isa == 1) ? __print_symbolic(...) : __print_symbolic(...), ...
 * The first two tables that are preceded by a question for the isa answer it, the others stand for
 * themselves. */
static void add_names(struct strbuf *out, const char *text)
{
	static const char call[] = "__print_symbolic(", question[] = "(REC->isa == ";
	const char *asked = strstr(text, question), *at = text;
	struct strbuf tables[2] = { { 0 } };
	size_t count = 0;
	long isa;

	while (count < 2 && (at = strstr(at, call))) {
		at += strlen(call);
		count += add_table(&tables[count], out, at);
	}
	strbuf_add(out, "\nprint fmt: \"%s%s\"");
	if (count == 2 && has_field(out, "isa", 3) && asked && asked < strstr(text, call) &&
		take_number(asked, question, 2, &isa))
		strbuf_addf(out, ", (REC->isa == %ld) ? %s : %s", isa, strbuf_text(&tables[0]),
			strbuf_text(&tables[1]));
	else
		for (size_t i = 0; i < count; i++)
			strbuf_addf(out, ", %s", strbuf_text(&tables[i]));
	strbuf_add(out, "\n");
	strbuf_fini(&tables[0]);
	strbuf_fini(&tables[1]);
}

static bool rewrite(struct strbuf *out, const char *text)
{
	static const char name[] = "name: ", field[] = "\tfield:";
	const char *from = text + strlen(name), *names = strstr(text, "\nprint fmt:");
	const char *line = strchr(text, '\n');
	long id;

	if (strncmp(text, name, strlen(name)) != 0 || !line || word_end(from) != line ||
		line == from || !take_number(line, "\nID: ", UINT16_MAX, &id))
		return false;
	strbuf_addf(out, "name: %.*s\nID: %ld\nformat:\n", (int)(line - from), from, id);
	for (; line && line != names; line = strchr(line + 1, '\n')) {
		if (!strncmp(line + 1, field, strlen(field)))
			add_field(out, line + 1 + strlen(field));
		else if (line[1] == '\n' && line + 1 != names)
			strbuf_add(out, "\n");
	}
	add_names(out, names ? names : "");
	return true;
}

/* Text as the kernel writes it. */
static bool is_plain(const char *text)
{
	for (; *text; text++)
		if ((*text < ' ' && *text != '\n' && *text != '\t') || *text > '~')
			return false;
	return true;
}

int recording_format_init(
	struct trace_format *f, const struct recording_head *head, char *why, size_t size)
{
	struct tep_handle *tep = tep_alloc();
	int error = -ENOENT;

	if (!tep) {
		snprintf(why, size, "cannot be read: out of memory");
		return -ENOMEM;
	}
	tep_set_loglevel(TEP_LOG_NONE); /* its warnings would go to standard error */
	tep_set_file_bigendian(tep, tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	tep_set_long_size(tep, sizeof(long));
	for (size_t i = 0; i < head->format_count; i++) {
		const char *text = head->formats[i];
		struct strbuf clean = { 0 };

		if (is_plain(text) && rewrite(&clean, text))
			tep_parse_event(
				tep, strbuf_text(&clean), (unsigned long)clean.length, "kvm");
		strbuf_fini(&clean);
	}
	if (!tep_find_event_by_name(tep, "kvm", "kvm_exit") ||
		!tep_find_event_by_name(tep, "kvm", "kvm_entry"))
		snprintf(why, size,
			"holds no events kvm_exit and kvm_entry: record with " RECORDING_HOW_TO);
	else if (trace_format_init(f, tep, why, size))
		snprintf(why, size,
			"holds events kvm_exit that kvmtop does not know: fields that "
			"tell the reason of an exit are missing");
	else
		error = 0;
	tep_free(tep);
	return error;
}
