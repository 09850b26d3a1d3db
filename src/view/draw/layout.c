#include "view/draw/layout.h"

#include <limits.h>
#include <stddef.h>

#include "model/columns.h"

/* Rows that the list of VMs keeps, whatever notices there are: a VM line, and a panel with all parts. */
enum { LIST_MIN_ROWS = 10 };

/* What it keeps where the user asks for the CPUs, and the part of the screen that these get at most. */
enum { LIST_FEW_ROWS = 8, CPUS_SHARE = 3 };

/* From here on there are rows to spare for a blank line above the titles. */
enum { AIRY_ROWS = 32 };

/* From here on a panel has a row to spare for the machine. */
enum { AIRY_PANEL_ROWS = 22 };

/* From here on it has one for the usage: below, threads and exits matter more. */
enum { USAGE_PANEL_ROWS = 14 };

/* Of a panel's rows, one in so many at most is a finding. */
enum { FINDINGS_SHARE = 3 };

/* The threads beside the exit table: with what they burn, with all but the TID, with everything. */
enum { THREADS_MIN_WIDTH = 44, THREADS_WIDTH = 58, THREADS_MAX_WIDTH = 68, BESIDE_GAP = 2 };

/* The histogram beside the drill-down's rows, and below them: its heading with as many bars. */
enum {
	LATENCY_MIN_WIDTH = 42,
	LATENCY_MAX_WIDTH = 72,
	LATENCY_MIN_ROWS = 9,
	LATENCY_BELOW_MAX_ROWS = 14,
	LATENCY_BESIDE_MAX_ROWS = 26
};

/* Rows that the drill-down's exit table keeps, whatever stands below it: titles and four. */
enum { DRILL_EXITS_MIN_ROWS = 5 };

static int min(int a, int b)
{
	return a < b ? a : b;
}

/* low where high is lower still. */
static int clamp(int value, int low, int high)
{
	return value < low || high < low ? low : value > high ? high : value;
}

struct layout layout_screen(int rows, int columns, int notices, int cpu_rows)
{
	/* Without the host's lines, the titles and the bar. */
	const int room = rows - LAYOUT_HOST_ROWS - 2;
	struct layout l = { 0 };
	int row = LAYOUT_HOST_ROWS;

	if (rows < LAYOUT_MIN_ROWS || columns < LAYOUT_MIN_COLUMNS) {
		l.too_small = true;
		return l;
	}
	l.wide = columns >= LAYOUT_WIDE_COLUMNS;
	l.beside = columns >= LAYOUT_BESIDE_COLUMNS;
	cpu_rows = clamp(cpu_rows, 0, min(rows / CPUS_SHARE, room - LIST_FEW_ROWS));
	notices = clamp(notices, 0, room - LIST_MIN_ROWS - cpu_rows);
	l.cpus = (struct rect){ row, 0, cpu_rows, columns };
	row += cpu_rows;
	l.notices = (struct rect){ row, 0, notices, columns };
	row += notices;
	l.header = (struct rect){ 0, 0, row, columns };
	row += rows >= AIRY_ROWS;
	l.titles = (struct rect){ row++, 0, 1, columns };
	l.list = (struct rect){ row, 0, rows - 1 - row, columns };
	l.bar = (struct rect){ rows - 1, 0, 1, columns };
	return l;
}

/* Takes height rows at *row, if there is room for them; else the part is not there. */
static struct rect take(int *row, int *room, int height, int width)
{
	struct rect r = { 0 };

	if (height <= 0 || height > *room)
		return r;
	r = (struct rect){ *row, LAYOUT_MARGIN, height, width };
	*row += height;
	*room -= height;
	return r;
}

/* One above the other: a header line each, and the rows shared. The exits get two thirds where both
 * want more than there is, and what the threads do not need. */
static void stack(int *row, int room, int width, int threads, int exits, struct layout_panel *p)
{
	const int rows = room - 2;
	int thread_rows;

	if (rows < 2 || !threads) {
		p->exits = take(row, &room, room < 2 ? 0 : min(room, exits + 1), width);
		return;
	}
	thread_rows =
		min(threads, threads + exits <= rows ? threads : rows - min(exits, rows * 2 / 3));
	p->threads = take(row, &room, 1 + thread_rows, width);
	p->exits = take(row, &room, 1 + min(exits, rows - thread_rows), width);
}

/* The exit table with all its columns up to a rank, one apart, and one for the mark of the sorted one. */
static int exits_width(int rank)
{
	int width = 0;

	for (size_t i = 0; i < EXIT_COL__COUNT; i++)
		if (exit_columns[i].rank <= rank)
			width += exit_columns[i].width + 1;
	return width;
}

/* perf's columns come first, then what the threads need, then all other columns of the exits. */
static int threads_width(int width)
{
	const int beside_perfs = width - exits_width(exit_columns[EXIT_COL_MIN].rank);
	const int beside_all = width - exits_width(INT_MAX);

	if (beside_all > THREADS_WIDTH)
		return min(beside_all, THREADS_MAX_WIDTH);
	return clamp(beside_perfs, THREADS_MIN_WIDTH, THREADS_WIDTH);
}

static void beside(int *row, int room, int width, int threads, int exits, struct layout_panel *p)
{
	const int left = threads_width(width - BESIDE_GAP);
	const int thread_height = min(room, threads + 1), exit_height = min(room, exits + 1);

	if (room < 2)
		return;
	if (threads)
		p->threads = (struct rect){ *row, LAYOUT_MARGIN, thread_height, left };
	p->exits = (struct rect){ *row, LAYOUT_MARGIN + left + BESIDE_GAP, exit_height,
		width - left - BESIDE_GAP };
	*row += thread_height > exit_height ? thread_height : exit_height;
}

struct layout_panel layout_panel(
	int width, int room, bool is_beside, int threads, int exits, int findings, bool machine)
{
	struct layout_panel p = { 0 };
	int row = 0, tail = 2 + (machine && room >= AIRY_PANEL_ROWS); /* clock, hyperv, machine */
	const bool usage = room >= USAGE_PANEL_ROWS;

	width -= LAYOUT_MARGIN;
	p.findings = take(&row, &room, min(findings, (room + 2) / FINDINGS_SHARE), width);
	p.usage = take(&row, &room, usage, width);
	tail = min(tail, room);
	if (is_beside)
		beside(&row, room - tail, width, threads, exits, &p);
	else
		stack(&row, room - tail, width, threads, exits, &p);
	p.clock = take(&row, &tail, 1, width);
	p.hyperv = take(&row, &tail, 1, width);
	p.machine = take(&row, &tail, 1, width);
	p.height = row;
	return p;
}

struct layout_panel layout_panel_off(int width, int room, int findings, int off, bool machine)
{
	struct layout_panel p = { 0 };
	int row = 0;

	width -= LAYOUT_MARGIN;
	p.off = take(&row, &room, min(off, room), width);
	p.findings = take(&row, &room, min(findings, room), width);
	p.clock = take(&row, &room, 1, width);
	p.hyperv = take(&row, &room, 1, width);
	p.machine = take(&row, &room, machine, width);
	p.height = row;
	return p;
}

/* A bar or a history that is shorter than its least says nothing; what is more than its usual length comes last. */
enum {
	BAR_MIN_WIDTH = 10,
	BAR_WIDTH = 22,
	HISTORY_MIN_WIDTH = 6,
	HISTORY_WIDTH = 16,
	HISTORY_MAX_WIDTH = 60
};

/* With every part that is there at its least. */
static int usage_width(const struct layout_usage *u, const struct layout_usage_words *w)
{
	return w->heading + w->figure + u->bar + (u->cpu ? w->cpu_name + u->cpu + w->cpu_max : 0) +
	       (u->exits_now ? w->exits_name + u->exits + w->exits_now : 0) +
	       (u->exits_max ? w->exits_max : 0);
}

/* Lets a part that is there grow to its most, as far as there is room. */
static void grow(int *part, int most, int *spare)
{
	const int more = clamp(most - *part, 0, *spare);

	if (!*part)
		return;
	*part += more;
	*spare -= more;
}

struct layout_usage layout_usage(int width, struct layout_usage_words words)
{
	struct layout_usage u = { .bar = BAR_MIN_WIDTH,
		.cpu = words.cpu_history ? HISTORY_MIN_WIDTH : 0,
		.exits = words.exits_history ? HISTORY_MIN_WIDTH : 0,
		.exits_now = true,
		.exits_max = words.exits_history };
	int spare;

	if (usage_width(&u, &words) > width)
		u.exits_max = false;
	if (usage_width(&u, &words) > width)
		u.bar = 0;
	if (usage_width(&u, &words) > width)
		u.exits = 0;
	if (usage_width(&u, &words) > width)
		u.exits_now = false;
	if (usage_width(&u, &words) > width)
		u.cpu = 0;
	spare = width - usage_width(&u, &words);
	grow(&u.cpu, HISTORY_WIDTH, &spare);
	grow(&u.bar, BAR_WIDTH, &spare);
	grow(&u.exits, HISTORY_WIDTH, &spare);
	grow(&u.cpu, min(u.cpu + (u.exits ? spare / 2 : spare), HISTORY_MAX_WIDTH), &spare);
	grow(&u.exits, HISTORY_MAX_WIDTH, &spare);
	return u;
}

struct rect layout_popup(int rows, int columns, int want_height, int want_width)
{
	struct rect r = { .height = min(rows, want_height + 2),
		.width = min(columns, want_width + 2) };

	r.row = (rows - r.height) / 2;
	r.column = (columns - r.width) / 2;
	return r;
}

/* The right part of the exits' room becomes the histogram's. */
static void put_beside(struct layout_drill *l, int exits_width)
{
	const int width = clamp(l->exits.width - LAYOUT_DRILL_MARK - exits_width - BESIDE_GAP,
		LATENCY_MIN_WIDTH, LATENCY_MAX_WIDTH);

	l->latency = l->exits;
	l->latency.height = min(l->exits.height, LATENCY_BESIDE_MAX_ROWS);
	l->latency.width = width;
	l->latency.column = l->exits.column + l->exits.width - width;
	l->exits.width -= width + BESIDE_GAP;
}

/* Takes height rows off the exits' end for another part. */
static struct rect take_below(struct rect *exits, int height)
{
	struct rect r = *exits;

	exits->height -= height;
	r.row += exits->height;
	r.height = height;
	r.column += LAYOUT_DRILL_MARK;
	r.width -= LAYOUT_DRILL_MARK;
	return r;
}

struct layout_drill layout_drill(int rows, int columns, int irqs, bool latency, int exits_width)
{
	const int first = rows >= AIRY_ROWS ? LAYOUT_HOST_ROWS : 0;
	const bool is_beside = columns >= LAYOUT_DRILL_COLUMNS;
	struct layout_drill l = { .box = { first, 0, rows - 1 - first, columns } };
	int spare;

	/* Inside the frame; a blank column at the right. */
	l.exits = (struct rect){ first + 1, 1, l.box.height - 2, columns - 3 };
	spare = l.exits.height - DRILL_EXITS_MIN_ROWS;
	if (spare >= 2)
		l.irqs = take_below(
			&l.exits, min(irqs, latency && !is_beside ? clamp(spare / 4, 2, spare)
								  : spare / 2 + 1));
	spare = l.exits.height - DRILL_EXITS_MIN_ROWS;
	if (latency && is_beside)
		put_beside(&l, exits_width);
	else if (latency && spare >= 2)
		l.latency =
			take_below(&l.exits, clamp(l.exits.height / 2, min(spare, LATENCY_MIN_ROWS),
						     min(spare, LATENCY_BELOW_MAX_ROWS)));
	return l;
}

void layout_tabs(struct layout *l, bool needed)
{
	const int above = l->titles.row - 1;

	if (l->too_small)
		return;
	if (above >= l->header.row + l->header.height) {
		l->tabs = (struct rect){ above, 0, 1, l->titles.width };
	} else if (needed) {
		l->tabs = l->titles;
		l->titles.row++;
		l->list.row++;
		l->list.height--;
	}
}
