#include "screen.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <setjmp.h>

#include <cmocka.h>
#include <vterm.h>

#include "core/mem.h"
#include "core/text.h"
#include "screen_cells.h"

enum { DEADLINE_MS = 60000 };

/* Nothing that curses sends; it marks the end of what was written so far, because a pseudo terminal
 * passes bytes on in its own time. */
static const char end_mark[] = "\033_end of frame\033\\";

static int note_property(VTermProp property, VTermValue *value, void *data)
{
	struct screen *s = data;

	if (property == VTERM_PROP_MOUSE)
		s->reports_mouse = value->number != VTERM_PROP_MOUSE_NONE;
	return 1;
}

struct screen *screen_new(int rows, int columns)
{
	const struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns };
	static const VTermScreenCallbacks callbacks = { .settermprop = note_property };
	struct screen *s = mem_calloc(1, sizeof *s);
	int slave;

	if (openpty(&s->master, &slave, NULL, NULL, &size) != 0) {
		free(s);
		return NULL;
	}
	fcntl(s->master, F_SETFL, O_NONBLOCK);
	s->out = fdopen(slave, "w");
	s->in = fdopen(dup(slave), "r");
	s->rows = rows;
	s->columns = columns;
	s->vt = vterm_new(rows, columns);
	vterm_set_utf8(s->vt, 1);
	s->cells = vterm_obtain_screen(s->vt);
	vterm_screen_set_callbacks(s->cells, &callbacks, s);
	vterm_screen_enable_altscreen(s->cells, 1);
	vterm_screen_reset(s->cells, 1);
	return s;
}

void screen_free(struct screen *s)
{
	fclose(s->in);
	fclose(s->out);
	if (s->master >= 0)
		close(s->master);
	vterm_free(s->vt);
	strbuf_fini(&s->unseen);
	free(s);
}

FILE *screen_in(const struct screen *s)
{
	return s->in;
}

FILE *screen_out(const struct screen *s)
{
	return s->out;
}

/* Adds a control sequence, bytes[0 ... length), in the form that libvterm 0.1 shows right: faint as a
 * font, and "repeat the last character" (CSI 12 b) written out, because it misplaces the character
 * behind a repetition that ends one column before the last. */
static void add_sequence(struct strbuf *out, const char *bytes, size_t length)
{
	const char final = bytes[length - 1];
	char last;

	if (final == 'b') {
		last = strbuf_text(out)[out->length - 1];
		for (long times = strtol(bytes + 2, NULL, 10); times > 0; times--)
			strbuf_add_bytes(out, &last, 1);
		return;
	}
	for (size_t i = 0; i < length; i++) {
		if (final == 'm' && bytes[i] == '2' && strchr("[;", bytes[i - 1]) &&
			strchr(";m", bytes[i + 1]))
			strbuf_addf(out, "1%d", SCREEN_FONT_FAINT);
		else
			strbuf_add_bytes(out, bytes + i, 1);
	}
}

/* Whether the sequence clears the whole screen: CSI 2 J, or CSI J behind CSI H, as xterm's terminfo has it. */
static bool clears_all(const char *bytes, size_t i, size_t length)
{
	if (bytes[i + length - 1] != 'J')
		return false;
	return (length == 4 && bytes[i + 2] == '2') ||
	       (length == 3 && i >= 3 && memcmp(bytes + i - 3, "\033[H", 3) == 0);
}

static void translate(struct screen *s, struct strbuf *out, const char *bytes, size_t length)
{
	for (size_t i = 0; i < length;) {
		size_t sequence = 1;

		if (i + 2 < length && bytes[i] == '\033' && bytes[i + 1] == '[') {
			sequence = 2 + strspn(bytes + i + 2, "0123456789;?") + 1;
			s->clears += clears_all(bytes, i, sequence);
			add_sequence(out, bytes + i, sequence);
		} else {
			strbuf_add_bytes(out, bytes + i, 1);
		}
		i += sequence;
	}
}

unsigned int screen_clears(const struct screen *s)
{
	return s->clears;
}

bool screen_read(struct screen *s)
{
	char part[4096];
	const ssize_t got = read(s->master, part, sizeof part);

	if (got > 0)
		strbuf_add_bytes(&s->unseen, part, (size_t)got);
	return got > 0;
}

size_t screen_feed(struct screen *s)
{
	const size_t mark = sizeof end_mark - 1;
	struct strbuf *bytes = &s->unseen, translated = { 0 };
	size_t length;

	assert_int_equal(write(fileno(s->out), end_mark, mark), mark);
	while (bytes->length < mark ||
		memcmp(strbuf_text(bytes) + bytes->length - mark, end_mark, mark) != 0) {
		struct pollfd p = { .fd = s->master, .events = POLLIN };

		assert_int_equal(poll(&p, 1, DEADLINE_MS), 1);
		assert_true(screen_read(s));
	}
	length = bytes->length - mark;
	translate(s, &translated, strbuf_text(bytes), length);
	vterm_input_write(s->vt, strbuf_text(&translated), translated.length);
	strbuf_fini(&translated);
	strbuf_fini(bytes);
	return length;
}

void screen_type(struct screen *s, const char *keys)
{
	assert_int_equal(write(s->master, keys, strlen(keys)), strlen(keys));
}

size_t screen_click(struct screen *s, int row, int column, int button)
{
	char report[64];
	size_t length;

	if (!s->reports_mouse)
		return 0;
	vterm_mouse_move(s->vt, row, column, VTERM_MOD_NONE);
	vterm_mouse_button(s->vt, button, true, VTERM_MOD_NONE);
	vterm_mouse_button(s->vt, button, false, VTERM_MOD_NONE);
	length = vterm_output_read(s->vt, report, sizeof report);
	assert_int_equal(write(s->master, report, length), length);
	return length;
}

void screen_resize(struct screen *s, int rows, int columns)
{
	const struct winsize size = { .ws_row = (unsigned short)rows,
		.ws_col = (unsigned short)columns };

	assert_int_equal(ioctl(s->master, TIOCSWINSZ, &size), 0);
	vterm_set_size(s->vt, rows, columns);
	s->rows = rows;
	s->columns = columns;
}

void screen_hang_up(struct screen *s)
{
	close(s->master);
	s->master = -1;
}

static void add_utf8(struct strbuf *out, uint32_t c)
{
	char bytes[4];
	size_t length = 0;

	if (c < 0x80) {
		bytes[length++] = (char)c;
	} else if (c < 0x800) {
		bytes[length++] = (char)(0xc0 | c >> 6);
	} else if (c < 0x10000) {
		bytes[length++] = (char)(0xe0 | c >> 12);
		bytes[length++] = (char)(0x80 | (c >> 6 & 0x3f));
	} else {
		bytes[length++] = (char)(0xf0 | c >> 18);
		bytes[length++] = (char)(0x80 | (c >> 12 & 0x3f));
		bytes[length++] = (char)(0x80 | (c >> 6 & 0x3f));
	}
	if (c >= 0x80)
		bytes[length++] = (char)(0x80 | (c & 0x3f));
	strbuf_add_bytes(out, bytes, length);
}

static VTermScreenCell cell_at(const struct screen *s, int row, int column)
{
	const VTermPos at = { .row = row, .col = column };
	VTermScreenCell cell;

	vterm_screen_get_cell(s->cells, at, &cell);
	return cell;
}

static void add_row(const struct screen *s, struct strbuf *out, int row)
{
	struct strbuf line = { 0 };
	size_t length;

	for (int column = 0; column < s->columns;) {
		const VTermScreenCell cell = cell_at(s, row, column);

		if (!cell.chars[0])
			strbuf_add(&line, " ");
		for (int i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			add_utf8(&line, cell.chars[i]);
		column += cell.width;
	}
	for (length = line.length; length && line.data[length - 1] == ' ';)
		length--;
	strbuf_add_bytes(out, strbuf_text(&line), length);
	strbuf_add(out, "\n");
	strbuf_fini(&line);
}

/* How a cell looks: " bold fg6", "" for one without a style. */
struct style {
	char text[80];
	bool blank; /* nothing of the style is seen: no character, no line, no colour behind it */
};

static struct style style_of(const VTermScreenCell *cell)
{
	const bool background = !VTERM_COLOR_IS_DEFAULT_BG(&cell->bg);
	struct style style;
	char colours[32] = "";

	if (VTERM_COLOR_IS_INDEXED(&cell->fg) && !VTERM_COLOR_IS_DEFAULT_FG(&cell->fg))
		snprintf(colours, sizeof colours, " fg%d", cell->fg.indexed.idx);
	snprintf(style.text, sizeof style.text, "%s%s%s%s%s%s", cell->attrs.bold ? " bold" : "",
		cell->attrs.font == SCREEN_FONT_FAINT ? " dim" : "",
		cell->attrs.underline ? " underline" : "", cell->attrs.reverse ? " reverse" : "",
		colours, background ? " background" : "");
	style.blank = (!cell->chars[0] || cell->chars[0] == ' ') && !cell->attrs.underline &&
		      !cell->attrs.reverse && !background;
	return style;
}

/* Whether a blank may be told as a part of the text beside it. */
static bool shows_on_blanks(const char *style)
{
	return strstr(style, "underline") || strstr(style, "reverse") ||
	       strstr(style, "background");
}

/* Blanks have the style of the text around them where that is one, and none elsewhere: whether they were written with a
 * style or only cleared is up to the version of curses, and nobody sees it. */
static void settle_blanks(struct style *styles, int count)
{
	for (int from = 0, to; from < count; from = to) {
		const char *around = "";

		for (to = from; to < count && styles[to].blank; to++)
			;
		if (from > 0 && to < count && !strcmp(styles[from - 1].text, styles[to].text) &&
			!shows_on_blanks(styles[to].text))
			around = styles[to].text;
		for (int i = from; i < to; i++)
			strcpy(styles[i].text, around);
		if (to == from)
			to++;
	}
}

static void add_styles(const struct screen *s, struct strbuf *out, int row)
{
	struct style *styles = mem_calloc((size_t)s->columns, sizeof *styles);
	struct strbuf line = { 0 };
	int start = 0;

	for (int column = 0; column < s->columns; column++) {
		const VTermScreenCell cell = cell_at(s, row, column);

		styles[column] = style_of(&cell);
	}
	settle_blanks(styles, s->columns);
	for (int column = 0; column < s->columns; column++) {
		const char *style = styles[column].text;

		if (column + 1 < s->columns && !strcmp(style, styles[column + 1].text))
			continue;
		if (*style)
			strbuf_addf(
				&line, "%s %d-%d%s", line.length ? "," : "", start, column, style);
		start = column + 1;
	}
	if (line.length)
		strbuf_addf(out, "%d:%s\n", row, strbuf_text(&line));
	strbuf_fini(&line);
	free(styles);
}

char *screen_dump(const struct screen *s)
{
	struct strbuf out = { 0 };

	for (int row = 0; row < s->rows; row++)
		add_row(s, &out, row);
	strbuf_add(&out, "-- styles --\n");
	for (int row = 0; row < s->rows; row++)
		add_styles(s, &out, row);
	return strbuf_take(&out);
}
