#include "view/term/term.h"

#include <curses.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "view/term/term_info.h"
#include "view/term/term_keys.h"
#include "view/term/term_state.h"

/* A terminal that takes nothing holds kvmtop up for a second at most, and that only at its end. */
#define WAIT_NS NS_PER_S

/* Presses, and those in the SGR form where the terminal knows it (xterm's ctlseqs, "Mouse Tracking"). */
static const char mouse_on[] = "\033[?1000h\033[?1006h";
static const char mouse_off[] = "\033[?1006l\033[?1000l";

/* What curses has written goes on its way. */
static void take_bytes(struct term *t)
{
	term_out_take(&t->out, t->memory_from);
}

static void add_sequence(struct term *t, const char *sequence)
{
	take_bytes(t);
	term_out_add(&t->out, sequence, strlen(sequence));
}

/* The terminal's size as the kernel has it; curses' own look at LINES and COLUMNS would shadow it, and at
 * first it takes terminfo's. */
static void take_size(struct term *t)
{
	struct winsize size;
	const char *scroll_all;

	if (ioctl(t->fd, TIOCGWINSZ, &size) || !size.ws_row || !size.ws_col)
		return;
	resizeterm(size.ws_row, size.ws_col);
	/* While the screen is left, its sequence would move the shell's cursor; entering it sends it anyway. */
	scroll_all = isendwin() ? NULL : term_info_scroll_all(size.ws_row);
	if (scroll_all)
		add_sequence(t, scroll_all);
}

/* 0: none, or none wanted (no-color.org: NO_COLOR when present and not empty). */
static int count_colours(void)
{
	const char *no_color = getenv("NO_COLOR");

	if (!has_colors() || (no_color && *no_color))
		return 0;
	if (start_color() == ERR || use_default_colors() == ERR || COLOR_PAIRS <= STYLE__COUNT)
		return 0;
	return COLORS;
}

/* More than any frame takes: both ends of a pipe are in one hand here. */
enum { PIPE_BYTES = 1 << 20 };

/* Under a limit on the size of files a pipe, since the limit is for files in memory, too. from: where what was
 * written can be read. */
static int open_pipe(int *from)
{
	int ends[2];

	if (pipe2(ends, O_CLOEXEC))
		return -1;
	if (fcntl(ends[1], F_SETPIPE_SZ, PIPE_BYTES) < PIPE_BYTES) {
		close(ends[0]);
		close(ends[1]);
		return -1;
	}
	*from = ends[0];
	return ends[1];
}

/* A file in memory: what curses takes for the terminal. */
static FILE *open_memory(int *from)
{
	struct rlimit limit = { .rlim_cur = RLIM_INFINITY };
	int fd;

	getrlimit(RLIMIT_FSIZE, &limit);
	if (limit.rlim_cur != RLIM_INFINITY)
		fd = open_pipe(from);
	else
		fd = *from = memfd_create("kvmtop-screen", MFD_CLOEXEC);
	return fd < 0 ? NULL : fdopen(fd, "w");
}

static void close_memory(FILE *memory, int from)
{
	if (from != fileno(memory))
		close(from);
	fclose(memory);
}

static void set_up(struct term *t)
{
	noecho();
	nonl();
	typeahead(-1); /* what is typed does not cut a frame short */
	curs_set(0);
	leaveok(stdscr, TRUE);
	t->colours = count_colours();
	term_set_theme(t, THEME_DARK);
	take_size(t);
	term_erase(t);
}

struct term *term_open(const char *term_type, FILE *out, FILE *in, char *why, size_t size)
{
	SCREEN *screen = NULL;
	FILE *memory;
	int memory_from;
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
	memory = open_memory(&memory_from);
	if (!memory) {
		snprintf(why, size,
			"The screen needs a megabyte in memory (%s): lift the limit on the size of "
			"files "
			"(ulimit -f unlimited), or use kvmtop --batch.",
			strerror(errno));
		return NULL;
	}
	/* newterm() is not asked about types that it does not know, since it leaks memory then. */
	if (term_info_is_screen(term_type))
		screen = newterm(term_type, memory, in);
	if (!screen) {
		text_clean(type, sizeof type, term_type);
		snprintf(why, size,
			"Terminal type \"%s\" cannot show a screen: set TERM (TERM=xterm kvmtop), "
			"or use kvmtop --batch.",
			type);
		close_memory(memory, memory_from);
		return NULL;
	}
	t = mem_calloc(1, sizeof *t);
	t->screen = screen;
	t->memory = memory;
	t->memory_from = memory_from;
	t->fd = fileno(out);
	t->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	t->keys = term_keys_new(fileno(in));
	term_out_init(&t->out, t->fd);
	term_modes_init(&t->modes, fileno(in));
	term_modes_screen(&t->modes);
	set_up(t);
	return t;
}

/* The frame that is complete (wnoutrefresh), as bytes. */
static void take_frame(struct term *t)
{
	t->is_waiting = false;
	doupdate();
	take_bytes(t);
}

static int send_until(struct term *t, uint64_t deadline_ns)
{
	const int error = term_out_wait(&t->out, deadline_ns);

	t->is_behind = term_out_left(&t->out) > 0;
	return error;
}

static int send_now(struct term *t)
{
	const int error = term_out_send(&t->out);

	t->is_behind = term_out_left(&t->out) > 0;
	return error;
}

/* Leaves the screen after the last frame, as far as the terminal takes that in time. */
static void leave(struct term *t)
{
	const uint64_t deadline_ns = clock_mono_ns() + WAIT_NS;

	set_term(t->screen);
	if (!send_until(t, deadline_ns) && t->is_waiting)
		take_frame(t);
	t->is_waiting = false;
	if (t->has_mouse)
		add_sequence(t, mouse_off);
	endwin();
	take_bytes(t);
	send_until(t, deadline_ns);
	term_modes_shell(&t->modes);
}

void term_close(struct term *t)
{
	if (!t)
		return;
	leave(t);
	term_keys_free(t->keys);
	delscreen(t->screen);
	close_memory(t->memory, t->memory_from);
	term_out_fini(&t->out);
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

bool term_ready(const struct term *t)
{
	return !t->is_waiting && !t->is_behind;
}

int term_send_more(struct term *t)
{
	int error = send_now(t);

	if (t->is_waiting && !t->is_behind) {
		set_term(t->screen);
		take_frame(t);
		error = send_now(t);
	}
	return error;
}

void term_flush(struct term *t)
{
	set_term(t->screen);
	wnoutrefresh(stdscr);
	t->is_waiting = true;
	if (!t->is_behind)
		take_frame(t);
	term_send_more(t);
}

int term_send(struct term *t, const char *sequence)
{
	int error;

	add_sequence(t, sequence);
	error = send_until(t, clock_mono_ns() + WAIT_NS);
	/* The user was told that it failed: it shall not come after all. One that is half sent must be
	 * ended, for what follows would be taken for a part of it. */
	if (error == -ETIMEDOUT)
		term_out_take_back(&t->out, strlen(sequence));
	return error;
}

void term_set_mouse(struct term *t, bool on)
{
	if (on == t->has_mouse || !term_keys_has_mouse(t->keys))
		return;
	t->has_mouse = on;
	add_sequence(t, on ? mouse_on : mouse_off);
	send_now(t);
}

int term_key(struct term *t)
{
	set_term(t->screen);
	return term_keys_next(t->keys, t->has_mouse);
}

struct term_mouse term_mouse(const struct term *t)
{
	return term_keys_mouse(t->keys);
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
	leave(t);
}

void term_resume(struct term *t)
{
	term_modes_screen(&t->modes);
	if (t->has_mouse)
		add_sequence(t, mouse_on);
	term_resize(t); /* the window may have changed meanwhile */
	term_redraw(t);
	term_flush(t);
}
