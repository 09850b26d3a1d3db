#include "source/cmdline.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

/* A piece of text that does not end in NUL. */
struct span {
	const char *text;
	size_t length;
};

static struct span span_after(struct span s, size_t length)
{
	return (struct span){ s.text + length, s.length - length };
}

/* What stands before the first end, or all. */
static struct span span_until(struct span s, char end)
{
	const char *at = s.length ? memchr(s.text, end, s.length) : NULL;

	return (struct span){ s.text, at ? (size_t)(at - s.text) : s.length };
}

static bool starts_with(struct span s, const char *prefix)
{
	return s.length >= strlen(prefix) && memcmp(s.text, prefix, strlen(prefix)) == 0;
}

static bool is_equal(struct span s, const char *text)
{
	return s.length == strlen(text) && starts_with(s, text);
}

static void copy(char *out, size_t size, struct span s)
{
	if (s.length >= size)
		s.length = size - 1;
	if (s.length)
		memcpy(out, s.text, s.length);
	out[s.length] = '\0';
}

/* Takes the next argument off *rest. False at the end. */
static bool next_argument(struct span *rest, struct span *argument)
{
	if (rest->length == 0)
		return false;
	*argument = span_until(*rest, '\0');
	*rest = span_after(*rest, argument->length);
	if (rest->length)
		*rest = span_after(*rest, 1);
	return true;
}

/* Takes a value of a QEMU option off *rest, with the comma that ends it; ",," is a comma in it. out
 * (size bytes) may be NULL. */
static void take_value(struct span *rest, char *out, size_t size)
{
	size_t length = 0;

	while (rest->length) {
		char c = rest->text[0];

		*rest = span_after(*rest, 1);
		if (c == ',') {
			if (!starts_with(*rest, ","))
				break;
			*rest = span_after(*rest, 1);
		}
		if (out && length + 1 < size)
			out[length++] = c;
	}
	if (out)
		out[length] = '\0';
}

/* "guest=web,debug-threads=on", or "web,debug-threads=on": guest is the key that a first value
 * without one belongs to. */
static void parse_qemu_name(struct cmdline_vm *out, struct span value)
{
	static const char key[] = "guest=";
	struct span rest = value;

	while (rest.length) {
		struct span item = span_until(rest, ',');
		bool keyless =
			rest.text == value.text && span_until(item, '=').length == item.length;

		if (starts_with(rest, key))
			rest = span_after(rest, strlen(key));
		else if (!keyless) {
			take_value(&rest, NULL, 0);
			continue;
		}
		take_value(&rest, out->name, sizeof(out->name));
	}
}

/* "C7A5FDBD-EDAF-9455-926A-D65C16DB1809", in whatever case. Anything else is no UUID. */
static void parse_uuid(struct cmdline_vm *out, struct span value)
{
	static const char pattern[] = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

	if (value.length != strlen(pattern))
		return;
	for (size_t i = 0; i < value.length; i++) {
		unsigned char c = (unsigned char)value.text[i];

		if (pattern[i] == '-' ? c != '-' : !isxdigit(c))
			return;
	}
	for (size_t i = 0; i < value.length; i++)
		out->uuid[i] = (char)tolower((unsigned char)value.text[i]);
	out->uuid[value.length] = '\0';
}

/* The program's file name without its directory. */
static struct span base_name(struct span program)
{
	for (size_t i = program.length; i > 0; i--) {
		if (program.text[i - 1] == '/')
			return span_after(program, i);
	}
	return program;
}

void cmdline_parse(struct cmdline_vm *out, const char *text, size_t length)
{
	struct span rest = { text, length };
	struct span program, argument, value, id = { NULL, 0 };

	*out = (struct cmdline_vm){ .name = "" };
	if (!next_argument(&rest, &program))
		return;
	while (next_argument(&rest, &argument)) {
		value = span_until(rest, '\0');
		/* QEMU takes one dash or two; Firecracker's is --id. */
		if (is_equal(argument, "-name") || is_equal(argument, "--name"))
			parse_qemu_name(out, value);
		else if (is_equal(argument, "-uuid") || is_equal(argument, "--uuid"))
			parse_uuid(out, value);
		else if (is_equal(argument, "--id"))
			id = value;
	}
	if (!out->name[0])
		copy(out->name, sizeof(out->name), id);
	if (!out->name[0])
		copy(out->name, sizeof(out->name), base_name(program));
}
