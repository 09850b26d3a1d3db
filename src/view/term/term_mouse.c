#include "view/term/term_mouse.h"

#include "core/clock.h"

/* Two presses within this time are a double one, as elsewhere. */
#define TWICE_NS (400 * NS_PER_MS)

/* No screen has more rows or columns. */
enum { DIGITS_MAX = 5 };

/* The first part: which button in bits 0, 1, 6 and 7, keys held meanwhile in 2 to 4, a movement in 5. */
enum { HELD_KEYS = 4 | 8 | 16 };

static bool find_button(unsigned reported, enum term_button *button)
{
	/* clang-format off */
	static const struct { unsigned reported; enum term_button button; } buttons[] = {
		{ 0, TERM_BUTTON_LEFT }, { 1, TERM_BUTTON_MIDDLE }, { 2, TERM_BUTTON_RIGHT },
		{ 64, TERM_BUTTON_WHEEL_UP }, { 65, TERM_BUTTON_WHEEL_DOWN },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof buttons / sizeof *buttons; i++) {
		if (buttons[i].reported == (reported & ~(unsigned)HELD_KEYS)) {
			*button = buttons[i].button;
			return true;
		}
	}
	return false; /* a release in the X10 form (3), a movement (32 more), a wheel that goes sideways */
}

/* All parts are there. */
static enum mouse_step press(struct mouse_reader *r, uint64_t now_ns)
{
	struct term_mouse m;

	/* A place beyond what the form can say is reported as 0. */
	if (!r->parts[1] || !r->parts[2] || !find_button(r->parts[0], &m.button))
		return MOUSE_OTHER;
	m.column = (int)r->parts[1] - 1;
	m.row = (int)r->parts[2] - 1;
	m.twice = m.button < TERM_BUTTON_WHEEL_UP && r->press_ns &&
		  now_ns - r->press_ns <= TWICE_NS && !r->press.twice &&
		  r->press.button == m.button && r->press.row == m.row &&
		  r->press.column == m.column;
	r->press = m;
	r->press_ns = now_ns;
	return MOUSE_PRESS;
}

static enum mouse_step take_sgr(struct mouse_reader *r, unsigned char byte, uint64_t now_ns)
{
	if (byte >= '0' && byte <= '9' && r->digits < DIGITS_MAX) {
		r->parts[r->part] = 10 * r->parts[r->part] + byte - '0';
		r->digits++;
		return MOUSE_MORE;
	}
	if (!r->digits)
		return MOUSE_BROKEN;
	if (byte == ';' && r->part < 2) {
		r->part++;
		r->digits = 0;
		return MOUSE_MORE;
	}
	if (r->part < 2 || (byte != 'M' && byte != 'm'))
		return MOUSE_BROKEN;
	return byte == 'M' ? press(r, now_ns) : MOUSE_OTHER;
}

static enum mouse_step take_x10(struct mouse_reader *r, unsigned char byte, uint64_t now_ns)
{
	if (byte && byte < ' ')
		return MOUSE_BROKEN;
	r->parts[r->part] = byte ? byte - ' ' : 0; /* xterm's 0: too far out */
	if (r->part++ < 2)
		return MOUSE_MORE;
	return press(r, now_ns);
}

void mouse_begin(struct mouse_reader *r, enum mouse_form form)
{
	r->form = form;
	r->part = r->digits = 0;
	r->parts[0] = r->parts[1] = r->parts[2] = 0;
}

enum mouse_step mouse_take(struct mouse_reader *r, unsigned char byte, uint64_t now_ns)
{
	return r->form == MOUSE_SGR ? take_sgr(r, byte, now_ns) : take_x10(r, byte, now_ns);
}
