#include "view/term/term_keys.h"

#include <curses.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <wchar.h>

#include "core/clock.h"
#include "core/mem.h"
#include "view/term/term_info.h"
#include "view/term/term_mouse.h"

/* Codes of our own for the two ways that a report of the mouse starts: curses' own reader knows one of them
 * only, by the terminal's type, and that is the one without columns beyond 223 inside screen and tmux. */
enum { CODE_SGR = KEY_MAX + 1, CODE_X10 };

/* Bytes of a report that come later than this are keys. */
#define REPORT_NS NS_PER_S

struct term_keys {
	WINDOW *pad; /* not stdscr: reading a key from that would paint it */
	int in;
	bool has_mouse;
	struct mouse_reader mouse;
	uint64_t report_end_ns; /* until then a report may go on; 0: there is none */
};

struct term_keys *term_keys_new(int in)
{
	struct term_keys *k = mem_calloc(1, sizeof *k);

	k->in = in;
	k->pad = newpad(1, 1);
	keypad(k->pad, TRUE);
	nodelay(k->pad, TRUE);
	set_escdelay(25);
	term_info_read_bytes();
	k->has_mouse = term_info_has_mouse();
	if (k->has_mouse) {
		define_key("\033[<", CODE_SGR);
		define_key("\033[M", CODE_X10);
	}
	return k;
}

void term_keys_free(struct term_keys *k)
{
	delwin(k->pad);
	free(k);
}

bool term_keys_has_mouse(const struct term_keys *k)
{
	return k->has_mouse;
}

struct term_mouse term_keys_mouse(const struct term_keys *k)
{
	return k->mouse.press;
}

static int key_of_code(wint_t code)
{
	/* clang-format off */
	static const struct { wint_t code; int key; } codes[] = {
		{ KEY_UP, TERM_KEY_UP },       { KEY_DOWN, TERM_KEY_DOWN },
		{ KEY_LEFT, TERM_KEY_LEFT },   { KEY_RIGHT, TERM_KEY_RIGHT },
		{ KEY_PPAGE, TERM_KEY_PAGE_UP }, { KEY_NPAGE, TERM_KEY_PAGE_DOWN },
		{ KEY_HOME, TERM_KEY_HOME },   { KEY_END, TERM_KEY_END },
		{ KEY_ENTER, TERM_KEY_ENTER }, { KEY_BACKSPACE, TERM_KEY_BACKSPACE },
		{ KEY_BTAB, TERM_KEY_BACKTAB },
	};
	/* clang-format on */

	if (code >= KEY_F(1) && code <= KEY_F(12))
		return TERM_KEY_F1 + (int)(code - KEY_F(1));
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		if (codes[i].code == code)
			return codes[i].key;
	return TERM_KEY_NONE;
}

static int key_of_character(wint_t c)
{
	switch (c) {
	case '\r':
	case '\n':
		return TERM_KEY_ENTER;
	case '\t':
		return TERM_KEY_TAB;
	case 0x1b:
		return TERM_KEY_ESCAPE;
	case 0x08:
	case 0x7f:
		return TERM_KEY_BACKSPACE;
	default:
		return (int)c;
	}
}

/* curses says ERR both for "no key" and for "no terminal any more". A terminal that hung up polls as
 * POLLHUP, or as readable with nothing to read. */
static bool is_hung_up(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	int pending = 0;

	if (poll(&p, 1, 0) <= 0)
		return false;
	if (p.revents & (POLLHUP | POLLERR | POLLNVAL))
		return true;
	return ioctl(fd, FIONREAD, &pending) != 0 || pending == 0;
}

static void begin_report(struct term_keys *k, enum mouse_form form)
{
	mouse_begin(&k->mouse, form);
	k->report_end_ns = clock_mono_ns() + REPORT_NS;
}

/* As wget_wch(): OK, KEY_CODE_YES or ERR. A report in the X10 form is made of bytes, not of characters, and
 * one of them can be what the backspace key sends. */
static int read_next(struct term_keys *k, wint_t *c)
{
	int byte;

	if (!k->report_end_ns || k->mouse.form != MOUSE_X10)
		return wget_wch(k->pad, c);
	byte = wgetch(k->pad);
	if (byte == ERR)
		return ERR;
	*c = byte == KEY_BACKSPACE ? 0x7f : (wint_t)byte;
	return *c < KEY_MIN ? OK : KEY_CODE_YES;
}

/* A character of a report. What cuts it off is a key again. */
static enum mouse_step go_on(struct term_keys *k, int got, wint_t c)
{
	enum mouse_step step = MOUSE_BROKEN;

	if (got == OK && c <= 0xff)
		step = mouse_take(&k->mouse, (unsigned char)c, clock_mono_ns());
	if (step != MOUSE_MORE)
		k->report_end_ns = 0;
	return step;
}

int term_keys_next(struct term_keys *k, bool mouse_wanted)
{
	for (;;) {
		wint_t c;
		int got, key;

		if (k->report_end_ns && clock_mono_ns() > k->report_end_ns)
			k->report_end_ns = 0;
		got = read_next(k, &c);
		if (got == ERR)
			return is_hung_up(k->in) ? TERM_KEY_HANGUP : TERM_KEY_NONE;
		if (k->report_end_ns) {
			const enum mouse_step step = go_on(k, got, c);

			if (step == MOUSE_PRESS && mouse_wanted)
				return TERM_KEY_MOUSE;
			if (step != MOUSE_BROKEN)
				continue;
		}
		if (got == OK)
			return key_of_character(c);
		if (c == CODE_SGR || c == CODE_X10)
			begin_report(k, c == CODE_SGR ? MOUSE_SGR : MOUSE_X10);
		key = key_of_code(c);
		if (key != TERM_KEY_NONE)
			return key; /* else it means nothing here, such as KEY_RESIZE */
	}
}
