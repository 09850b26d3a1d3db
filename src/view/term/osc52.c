#include "view/term/osc52.h"

#include <stdint.h>
#include <string.h>

#include "core/text.h"

/* RFC 4648, section 4. */
static void add_base64(struct strbuf *out, const char *text, size_t length)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < length; i += 3) {
		const size_t left = length - i;
		uint32_t bits = 0;
		char four[4];

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 | (k < left ? (uint8_t)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++)
			four[k] = k <= left ? digits[bits >> (18 - 6 * k) & 0x3f] : '=';
		strbuf_add_bytes(out, four, sizeof four);
	}
}

char *osc52_make(const char *text, bool in_tmux)
{
	const size_t length = strlen(text);
	struct strbuf out = { 0 };

	if (length > OSC52_TEXT_MAX)
		return NULL;
	/* Within the wrapping each escape character is doubled; base64 has none. */
	strbuf_add(&out, in_tmux ? "\033Ptmux;\033\033]52;c;" : "\033]52;c;");
	add_base64(&out, text, length);
	strbuf_add(&out, in_tmux ? "\a\033\\" : "\a");
	return strbuf_take(&out);
}
