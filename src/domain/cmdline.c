#include "domain/cmdline.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "domain/qemu_option.h"

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

/* How VMMs other than QEMU are told the name of their VM, by the beginning of the program's name. */
static const struct {
	const char *program, *option;
	bool is_socket; /* named after the VM */
} ways[] = {
	{ "firecracker", "--id", false },
	{ "cloud-hypervisor", "--api-socket",
		true }, /* path=/run/ch/web.sock, or without the key */
	{ "crosvm", "--socket", true },
	{ "crosvm", "-s", true },
	{ "lkvm", "-n", false },
	{ "kvmtool", "-n", false },
	{ "VBoxHeadless", "--comment", false },
	{ "VirtualBox", "--comment", false },
	{ "qemu-system-", "-avd", false }, /* the Android emulator's */
	{ "emulator", "-avd", false },
	{ "", "--id", false },
};

/* "path=/run/ch/web1.sock" is web1's. */
static struct span socket_owner(struct span path)
{
	static const char key[] = "path=", ending[] = ".sock";
	struct span name;

	if (span_starts(path, key))
		path = span_after(path, strlen(key));
	else if (span_starts(path, "fd="))
		return (struct span){ NULL, 0 };
	name = base_name(span_until(path, ','));
	if (name.length > strlen(ending) &&
		!memcmp(name.text + name.length - strlen(ending), ending, strlen(ending)))
		name.length -= strlen(ending);
	return name;
}

/* The name that the option gives to a VM of that program; empty: it gives none. */
static struct span find_name(struct span program, struct span option, struct span value)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++) {
		if (span_starts(program, ways[i].program) && span_equals(option, ways[i].option))
			return ways[i].is_socket ? socket_owner(value) : value;
	}
	return (struct span){ NULL, 0 };
}

/* "--name=web", where "--name" and "web" mean the same. */
static bool split_at_equals(struct span *argument, struct span *value)
{
	const char *equals =
		span_starts(*argument, "--") ? memchr(argument->text, '=', argument->length) : NULL;

	if (!equals)
		return false;
	*value = span_after(*argument, (size_t)(equals + 1 - argument->text));
	argument->length = (size_t)(equals - argument->text);
	return true;
}

void cmdline_parse(struct cmdline_vm *out, const char *text, size_t length)
{
	struct span rest = { text, length };
	struct span program, argument, value, name = { NULL, 0 };

	*out = (struct cmdline_vm){ .name = "" };
	if (!qemu_option_argument(&rest, &program))
		return;
	while (qemu_option_argument(&rest, &argument)) {
		if (!split_at_equals(&argument, &value))
			value = span_until(rest, '\0');
		/* QEMU takes one dash or two. */
		if (span_equals(argument, "-name") || span_equals(argument, "--name"))
			parse_qemu_name(out, value);
		else if (span_equals(argument, "-uuid") || span_equals(argument, "--uuid"))
			parse_uuid(out, value);
		else if (!name.length)
			name = find_name(base_name(program), argument, value);
	}
	if (!out->name[0])
		span_copy(out->name, sizeof(out->name), name);
	if (!out->name[0])
		span_copy(out->name, sizeof(out->name), base_name(program));
}
