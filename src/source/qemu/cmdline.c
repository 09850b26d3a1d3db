#include "source/qemu/cmdline.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "source/qemu/qemu_option.h"

/* "guest=web,debug-threads=on", or "web,debug-threads=on": guest is the key that a first value
 * without one belongs to. */
static void parse_qemu_name(struct cmdline_vm *out, struct span value)
{
	struct qemu_item item;

	for (bool first = true; qemu_option_item(&value, &item); first = false)
		if (item.bare ? first : !strcmp(item.key, "guest"))
			snprintf(out->name, sizeof(out->name), "%s", item.value);
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
	if (!qemu_option_argument(&rest, &program))
		return;
	while (qemu_option_argument(&rest, &argument)) {
		value = span_until(rest, '\0');
		/* QEMU takes one dash or two; Firecracker's is --id. */
		if (span_equals(argument, "-name") || span_equals(argument, "--name"))
			parse_qemu_name(out, value);
		else if (span_equals(argument, "-uuid") || span_equals(argument, "--uuid"))
			parse_uuid(out, value);
		else if (span_equals(argument, "--id"))
			id = value;
	}
	if (!out->name[0])
		span_copy(out->name, sizeof(out->name), id);
	if (!out->name[0])
		span_copy(out->name, sizeof(out->name), base_name(program));
}
