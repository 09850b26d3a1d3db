#include "domain/qemu_option.h"

#include <string.h>

#include "core/text.h"

struct span span_after(struct span s, size_t length)
{
	return (struct span){ s.text + length, s.length - length };
}

struct span span_until(struct span s, char end)
{
	const char *at = s.length ? memchr(s.text, end, s.length) : NULL;

	return (struct span){ s.text, at ? (size_t)(at - s.text) : s.length };
}

bool span_starts(struct span s, const char *prefix)
{
	return s.length >= strlen(prefix) && memcmp(s.text, prefix, strlen(prefix)) == 0;
}

bool span_equals(struct span s, const char *text)
{
	return s.length == strlen(text) && span_starts(s, text);
}

void span_copy(char *out, size_t size, struct span s)
{
	if (s.length >= size)
		s.length = size - 1;
	if (s.length)
		memcpy(out, s.text, s.length);
	out[s.length] = '\0';
}

void span_clean(char *out, size_t size, struct span s)
{
	char text[512];

	span_copy(text, sizeof text, s);
	text_clean(out, size, text);
}

bool qemu_option_argument(struct span *rest, struct span *argument)
{
	if (rest->length == 0)
		return false;
	*argument = span_until(*rest, '\0');
	*rest = span_after(*rest, argument->length);
	if (rest->length)
		*rest = span_after(*rest, 1);
	return true;
}

bool qemu_option_name(struct span argument, struct span *name)
{
	if (!span_starts(argument, "-"))
		return false;
	*name = span_after(argument, span_starts(argument, "--") ? 2 : 1);
	return true;
}

/* Adds c, as long as there is room for it. */
static void add_char(char *out, size_t size, size_t *length, char c)
{
	if (*length + 1 >= size)
		return;
	out[(*length)++] = c;
	out[*length] = '\0';
}

bool qemu_option_item(struct span *rest, struct qemu_item *item)
{
	size_t key_length = 0, value_length = 0;

	if (!rest->length)
		return false;
	item->key[0] = item->value[0] = '\0';
	item->bare = true;
	while (rest->length) {
		const char c = rest->text[0];

		*rest = span_after(*rest, 1);
		if (c == ',') {
			if (!span_starts(*rest, ","))
				break;
			*rest = span_after(*rest, 1);
		} else if (c == '=' && item->bare) {
			item->bare = false;
			value_length = 0;
			item->value[0] = '\0';
			continue;
		}
		if (item->bare)
			add_char(item->key, sizeof item->key, &key_length, c == '_' ? '-' : c);
		add_char(item->value, sizeof item->value, &value_length, c);
	}
	return true;
}

enum tristate qemu_option_switch(const struct qemu_item *item)
{
	static const char *const on[] = { "on", "yes", "true", "y" };
	static const char *const off[] = { "off", "no", "false", "n" };

	if (item->bare)
		return TRI_YES;
	for (size_t i = 0; i < sizeof on / sizeof *on; i++) {
		if (!strcmp(item->value, on[i]))
			return TRI_YES;
		if (!strcmp(item->value, off[i]))
			return TRI_NO;
	}
	return TRI_UNKNOWN;
}

static bool get_item(
	char *out, size_t size, struct span options, const char *implied, const char *key)
{
	struct qemu_item item;
	bool found = false;

	for (bool first = true; qemu_option_item(&options, &item); first = false) {
		const char *name = first && item.bare ? implied : item.key;

		if (strcmp(name, key) != 0)
			continue;
		span_copy(out, size, (struct span){ item.value, strlen(item.value) });
		found = true;
	}
	return found;
}

/* Takes a JSON text off *rest, which begins behind its opening quote, and the closing one. */
static struct span take_json_text(struct span *rest)
{
	size_t length = 0;
	struct span text;

	while (length < rest->length && rest->text[length] != '"')
		length += rest->text[length] == '\\' && length + 1 < rest->length ? 2 : 1;
	text = (struct span){ rest->text, length };
	*rest = span_after(*rest, length < rest->length ? length + 1 : length);
	return text;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static struct span skip_blanks(struct span s)
{
	while (s.length && is_blank(s.text[0]))
		s = span_after(s, 1);
	return s;
}

/* {"driver":"usb-tablet","id":"input0","bus":"usb.0","port":"1","props":{"driver":"not this"}} */
static bool get_member(char *out, size_t size, struct span json, const char *key)
{
	bool found = false, wanted = false;
	int depth = 0;

	while (json.length) {
		const char c = json.text[0];
		struct span text = { json.text, 1 };

		json = span_after(json, 1);
		if (c == '{' || c == '[') {
			depth++;
			wanted = false;
		} else if (c == '}' || c == ']') {
			depth--;
		} else if (c == '"') {
			text = take_json_text(&json);
			if (wanted)
				span_copy(out, size, text);
			found |= wanted;
			wanted = !wanted && depth == 1 && span_starts(skip_blanks(json), ":") &&
				 span_equals(text, key);
		} else if (wanted && c != ':' && !is_blank(c)) { /* true, 7 */
			text.length += span_until(span_until(json, ','), '}').length;
			span_copy(out, size, text);
			found = true;
			wanted = false;
		}
	}
	return found;
}

bool qemu_option_get(
	char *out, size_t size, struct span options, const char *implied, const char *key)
{
	out[0] = '\0';
	if (span_starts(options, "{"))
		return get_member(out, size, options, key);
	return get_item(out, size, options, implied, key);
}
