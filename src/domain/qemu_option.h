/* qemu_option: the text of a command line, taken apart as QEMU does: arguments, and the
 * "pc,hpet=off,usb=on" that follow an option. */
#ifndef DOMAIN_QEMU_OPTION_H
#define DOMAIN_QEMU_OPTION_H

#include <stdbool.h>
#include <stddef.h>

#include "domain/config.h"

/* A piece of text that does not end in NUL. */
struct span {
	const char *text;
	size_t length;
};

struct span span_after(struct span s, size_t length);

/* What stands before the first end, or all. */
struct span span_until(struct span s, char end);
bool span_starts(struct span s, const char *prefix);
bool span_equals(struct span s, const char *text);

/* Copies s, cut to size bytes with the NUL. */
void span_copy(char *out, size_t size, struct span s);

/* Copies it cleaned (core/text.h). */
void span_clean(char *out, size_t size, struct span s);

/* Takes the next argument off *rest, which holds arguments that end in NUL. False at the end. */
bool qemu_option_argument(struct span *rest, struct span *argument);

/* The name of an option: "machine" of "-machine" and "--machine". False when argument is none. */
bool qemu_option_name(struct span argument, struct span *name);

/* One of the items of "pc,hpet=off": {"pc", "pc", bare}, {"hpet", "off"}. */
struct qemu_item {
	char key[48];    /* with "-" for each "_": QEMU takes both */
	char value[256]; /* all of a bare item, as it stands */
	bool bare;       /* there is no "=" */
};

/* Takes the next item off *rest, with the comma that ends it; ",," is a comma in it. What is too long is
 * cut. False at the end. */
bool qemu_option_item(struct span *rest, struct qemu_item *item);

/* on, yes, true and a bare item; off, no, false; TRI_UNKNOWN for all else ("auto"). */
enum tristate qemu_option_switch(const struct qemu_item *item);

/* The value of key in options, which are items (the first one may be bare: it is implied's then) or
 * a JSON object, as libvirt writes {"driver":"qemu-xhci","id":"usb"}; there, only members of the outermost
 * object count, and escapes in a text are left as they are. The last one counts. Cut to size; "" and
 * false when there is none. */
bool qemu_option_get(
	char *out, size_t size, struct span options, const char *implied, const char *key);

#endif
