#include "view/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termcap.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"

/* A terminal that takes nothing holds kvmtop up for a second at most. */
#define SEND_NS NS_PER_S
enum { SEND_PIECE = 1024, SEND_POLL_MS = 100 };

struct term {
	SCREEN *screen;
	WINDOW *keys; /* a pad: reading a key from stdscr would paint it */
	int in, out;  /* descriptors */
	bool utf8;
	attr_t looks[STYLE__COUNT];
	struct term_mouse mouse;
	int clip_row, clip_end;
};

/* Without colours the attributes alone tell the meanings apart that must be told apart; where they
 * do not, the text does (a diff's + and -). */
struct look {
	attr_t attributes;
	short colour; /* -1: the terminal's own */
	attr_t mono;
};

/* clang-format off */
static const struct look looks[STYLE__COUNT] = {
	[STYLE_NORMAL]   = { A_NORMAL,             -1,            A_NORMAL },
	[STYLE_DIM]      = { A_DIM,                -1,            A_DIM },
	[STYLE_BOLD]     = { A_BOLD,               -1,            A_BOLD },
	[STYLE_TITLE]    = { A_BOLD,               COLOR_CYAN,    A_BOLD },
	[STYLE_HEADER]   = { A_UNDERLINE,          -1,            A_UNDERLINE },
	[STYLE_SORTED]   = { A_BOLD | A_UNDERLINE, COLOR_CYAN,    A_BOLD | A_REVERSE },
	[STYLE_SELECTED] = { A_REVERSE,            -1,            A_REVERSE },
	[STYLE_GUEST]    = { A_NORMAL,             COLOR_GREEN,   A_NORMAL },
	[STYLE_USER]     = { A_NORMAL,             COLOR_CYAN,    A_NORMAL },
	[STYLE_SYSTEM]   = { A_NORMAL,             COLOR_MAGENTA, A_BOLD },
	[STYLE_WAIT]     = { A_NORMAL,             COLOR_YELLOW,  A_NORMAL },
	[STYLE_OK]       = { A_NORMAL,             COLOR_GREEN,   A_NORMAL },
	[STYLE_WARNING]  = { A_BOLD,               COLOR_YELLOW,  A_BOLD },
	[STYLE_CRITICAL] = { A_BOLD,               COLOR_RED,     A_BOLD },
	[STYLE_ADDED]    = { A_NORMAL,             COLOR_GREEN,   A_BOLD },
	[STYLE_REMOVED]  = { A_NORMAL,             COLOR_RED,     A_DIM },
	[STYLE_KEY]      = { A_REVERSE,            -1,            A_REVERSE },
	[STYLE_BORDER]   = { A_NORMAL,             COLOR_CYAN,    A_NORMAL },
	[STYLE_HEAT_0]   = { A_NORMAL,             COLOR_CYAN,    A_DIM },
	[STYLE_HEAT_1]   = { A_NORMAL,             COLOR_GREEN,   A_NORMAL },
	[STYLE_HEAT_2]   = { A_NORMAL,             COLOR_YELLOW,  A_UNDERLINE },
	[STYLE_HEAT_3]   = { A_NORMAL,             COLOR_RED,     A_BOLD },
	[STYLE_HEAT_4]   = { A_BOLD | A_REVERSE,   COLOR_RED,     A_BOLD | A_REVERSE },
};
/* clang-format on */

/* A pair for each colour is colour + 1: pair 0 is the terminal's own and cannot be set. */
static void choose_looks(struct term *t)
{
	const char *no_color = getenv("NO_COLOR"); /* no-color.org: when present and not empty */
	bool colours = has_colors() && !(no_color && *no_color);

	if (colours && (start_color() == ERR || use_default_colors() == ERR))
		colours = false;
	for (short c = COLOR_BLACK; colours && c <= COLOR_WHITE; c++)
		init_pair(c + 1, c, -1);
	for (int i = 0; i < STYLE__COUNT; i++) {
		t->looks[i] = colours ? looks[i].attributes : looks[i].mono;
		if (colours && looks[i].colour >= 0)
			t->looks[i] |= (attr_t)COLOR_PAIR(looks[i].colour + 1);
	}
}

/* The terminal's size as the kernel has it; curses' own look at LINES and COLUMNS would shadow it. */
static void take_size(struct term *t)
{
	struct winsize size;

	if (ioctl(t->out, TIOCGWINSZ, &size) == 0 && size.ws_row && size.ws_col)
		resizeterm(size.ws_row, size.ws_col);
}

struct term *term_open(const char *term_type, FILE *out, FILE *in, char *why, size_t size)
{
	SCREEN *screen = NULL;
	struct term *t;
	char type[40];

	if (!term_type)
		term_type = getenv("TERM");
	if (!isatty(fileno(out)) || !isatty(fileno(in))) {
		snprintf(why, size,
			"The screen needs a terminal; for files and pipes use kvmtop --batch.");
		return NULL;
	}
	if (!term_type || !*term_type) {
		snprintf(why, size,
			"TERM is not set: set it (TERM=xterm kvmtop), or use kvmtop --batch.");
		return NULL;
	}
	/* "cm" moves the cursor: without it there is no screen. newterm() is not asked about types that it
	 * does not know, since it leaks memory then. */
	if (tgetent(NULL, term_type) == 1 && tgetstr("cm", NULL))
		screen = newterm(term_type, out, in);
	if (!screen) {
		text_clean(type, sizeof type, term_type);
		snprintf(why, size,
			"Terminal type \"%s\" cannot show a screen: set TERM (TERM=xterm "
			"kvmtop), or "
			"use kvmtop --batch.",
			type);
		return NULL;
	}
	t = mem_calloc(1, sizeof *t);
	t->screen = screen;
	t->in = fileno(in);
	t->out = fileno(out);
	t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	set_escdelay(25);
	leaveok(stdscr, TRUE);
	t->keys = newpad(1, 1);
	keypad(t->keys, TRUE);
	nodelay(t->keys, TRUE);
	choose_looks(t);
	take_size(t);
	term_erase(t);
	return t;
}

void term_close(struct term *t)
{
	if (!t)
		return;
	set_term(t->screen);
	delwin(t->keys);
	endwin();
	delscreen(t->screen);
	free(t);
}

void term_size(const struct term *t, int *rows, int *columns)
{
	set_term(t->screen);
	getmaxyx(stdscr, *rows, *columns);
}

bool term_utf8(const struct term *t)
{
	return t->utf8;
}

void term_erase(struct term *t)
{
	set_term(t->screen);
	attrset(A_NORMAL);
	erase();
	t->clip_row = 0;
	t->clip_end = getmaxy(stdscr);
}

void term_clip(struct term *t, int row, int height)
{
	const int rows = getmaxy(stdscr);

	t->clip_row = row < 0 ? 0 : row;
	t->clip_end = row + height > rows ? rows : row + height;
}

/* The part of row, column, width that may be painted: false when nothing is left. */
static bool clip(const struct term *t, int row, int column, int *width)
{
	if (*width > getmaxx(stdscr) - column)
		*width = getmaxx(stdscr) - column;
	return row >= t->clip_row && row < t->clip_end && column >= 0 && *width > 0;
}

static void set_look(const struct term *t, enum style style)
{
	attrset((int)t->looks[style]);
}

/* What stands for byte i of text where the locale has no UTF-8. */
static chtype ascii_of(const char *text, size_t i)
{
	static const char plus_minus[] = "±"; /* two bytes, as "+-" */

	if (!strncmp(text + i, plus_minus, 2))
		return '+';
	if (i && !strncmp(text + i - 1, plus_minus, 2))
		return '-';
	return (unsigned char)text[i] < 0x80 ? (chtype)text[i] : '?';
}

int term_text(struct term *t, int row, int column, int width, enum style style, const char *text)
{
	size_t bytes;
	int used;

	if (!clip(t, row, column, &width))
		return 0;
	bytes = text_fit(text, width, &used);
	set_look(t, style);
	if (t->utf8) {
		mvaddnstr(row, column, text, (int)bytes);
		return used;
	}
	/* One byte, one column, as text_fit() counts. */
	move(row, column);
	for (size_t i = 0; i < bytes; i++)
		addch(ascii_of(text, i));
	return used;
}

void term_text_right(
	struct term *t, int row, int column, int width, enum style style, const char *text)
{
	const int used = text_width(text);
	const int blank = used < width ? width - used : 0;

	term_text(t, row, column + blank, width - blank, style, text);
}

void term_fill(struct term *t, int row, int column, int width, enum style style)
{
	if (!clip(t, row, column, &width))
		return;
	set_look(t, style);
	mvhline(row, column, ' ', width);
}

void term_box(struct term *t, int row, int column, int height, int width, const char *title)
{
	/* clang-format off */
	static const char *const lines[2][6] = {
		{ "+", "+", "+", "+", "-", "|" },
		{ "┌", "┐", "└", "┘", "─", "│" },
	};
	/* clang-format on */
	const char *const *line = lines[t->utf8];
	const int right = column + width - 1, bottom = row + height - 1;

	for (int i = row + 1; i < bottom; i++) {
		term_text(t, i, column, 1, STYLE_BORDER, line[5]);
		term_fill(t, i, column + 1, width - 2, STYLE_NORMAL);
		term_text(t, i, right, 1, STYLE_BORDER, line[5]);
	}
	for (int i = column + 1; i < right; i++) {
		term_text(t, row, i, 1, STYLE_BORDER, line[4]);
		term_text(t, bottom, i, 1, STYLE_BORDER, line[4]);
	}
	term_text(t, row, column, 1, STYLE_BORDER, line[0]);
	term_text(t, row, right, 1, STYLE_BORDER, line[1]);
	term_text(t, bottom, column, 1, STYLE_BORDER, line[2]);
	term_text(t, bottom, right, 1, STYLE_BORDER, line[3]);
	if (title) {
		int used = term_text(t, row, column + 3, width - 6, STYLE_TITLE, title);

		term_fill(t, row, column + 2, 1, STYLE_NORMAL);
		term_fill(t, row, column + 3 + used, 1, STYLE_NORMAL);
	}
}

void term_flush(struct term *t)
{
	set_term(t->screen);
	wnoutrefresh(stdscr);
	doupdate();
}

/* Until deadline_ns. fd may be one that does not wait. */
static int send_all(int fd, const char *bytes, uint64_t deadline_ns)
{
	size_t left = strlen(bytes);

	while (left) {
		struct pollfd p = { .fd = fd, .events = POLLOUT };
		ssize_t done;

		if (clock_mono_ns() > deadline_ns)
			return -ETIMEDOUT;
		if (poll(&p, 1, SEND_POLL_MS) <= 0)
			continue;
		done = write(fd, bytes, left < SEND_PIECE ? left : SEND_PIECE);
		if (done < 0 && errno != EINTR && errno != EAGAIN)
			return -errno;
		if (done > 0) {
			bytes += done;
			left -= (size_t)done;
		}
	}
	return 0;
}

/* Past curses, which has nothing left to send after a flush. The terminal is opened a second time: making
 * the descriptor itself one that does not wait would make the shell's, too. */
int term_send(struct term *t, const char *sequence)
{
	char path[32];
	int fd, error;

	snprintf(path, sizeof path, "/proc/self/fd/%d", t->out);
	fd = open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	error = send_all(fd < 0 ? t->out : fd, sequence, clock_mono_ns() + SEND_NS);
	if (fd >= 0)
		close(fd);
	return error;
}

bool term_ready(const struct term *t)
{
	(void)t;
	return true;
}

int term_send_more(struct term *t)
{
	(void)t;
	return 0;
}

struct term_mouse term_mouse(const struct term *t)
{
	return t->mouse;
}

void term_set_mouse(struct term *t, bool on)
{
	(void)t;
	(void)on;
}

void term_set_theme(struct term *t, enum theme theme)
{
	(void)theme;
	set_term(t->screen);
	choose_looks(t);
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

int term_key(struct term *t)
{
	wint_t c;

	set_term(t->screen);
	for (;;) {
		int key;

		switch (wget_wch(t->keys, &c)) {
		case OK:
			return key_of_character(c);
		case KEY_CODE_YES:
			key = key_of_code(c);
			if (key != TERM_KEY_NONE)
				return key;
			break; /* a key that means nothing here, such as KEY_RESIZE: the next one */
		default:
			return is_hung_up(t->in) ? TERM_KEY_HANGUP : TERM_KEY_NONE;
		}
	}
}

void term_resize(struct term *t)
{
	set_term(t->screen);
	take_size(t);
	term_erase(t);
}

void term_redraw(struct term *t)
{
	set_term(t->screen);
	clearok(curscr, TRUE);
}

void term_suspend(struct term *t)
{
	set_term(t->screen);
	endwin();
}

void term_resume(struct term *t)
{
	term_resize(t); /* the window may have changed meanwhile */
	term_redraw(t);
	term_flush(t);
}
