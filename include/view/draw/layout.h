/* layout: where things go. Pure: sizes in, rectangles out. */
#ifndef VIEW_DRAW_LAYOUT_H
#define VIEW_DRAW_LAYOUT_H

#include <stdbool.h>

struct rect {
	int row, column, height, width; /* height or width 0: not there */
};

#define LAYOUT_MIN_ROWS 15
#define LAYOUT_MIN_COLUMNS 60
#define LAYOUT_WIDE_COLUMNS 118 /* from here on there is room for more words */
/* From here on the exit table stands beside the threads: with all of perf's columns. */
#define LAYOUT_BESIDE_COLUMNS 140
#define LAYOUT_DRILL_COLUMNS \
	120                /* from here on the histogram stands beside the drill-down's rows */
#define LAYOUT_HOST_ROWS 3 /* of the header, without CPUs and notices */
#define LAYOUT_MARGIN 3    /* columns left of a VM's name and of an open panel's parts, for marks */

/* The screen's fixed parts. */
struct layout {
	bool too_small;
	bool wide;   /* LAYOUT_WIDE_COLUMNS or more */
	bool beside; /* LAYOUT_BESIDE_COLUMNS or more */
	struct rect
		header;   /* three lines, and below them CPUs and notices as far as there is room */
	struct rect cpus; /* within the header */
	struct rect notices; /* likewise */
	struct rect tabs;    /* names of the views; height 0: no room for them */
	struct rect titles;  /* the header line of the view's columns */
	struct rect list;    /* the view's rows, scrolling */
	struct rect bar;     /* keys */
};

/* notices: how many lines the sources that are off would like. cpu_rows: how many the CPUs would like, 0 where nobody
 * asks for them; they get a third of the screen at most, and before the notices. */
struct layout layout_screen(int rows, int columns, int notices, int cpu_rows);

/* Takes a line for the tabs: the blank one above the titles where there is one, else, if needed, one of the
 * list's. */
void layout_tabs(struct layout *l, bool needed);

/* The parts of an open panel below its VM line, relative to the list's width: findings, usage, threads, exit table
 * (beside them or below), clock, hyperv and machine lines. Zero-height parts are left out. */
struct layout_panel {
	int height; /* of all parts together */
	struct rect findings, usage, threads, exits, clock, hyperv, machine;
	struct rect devices; /* the last one; the panel's own */
	struct rect off;     /* of a shut-off VM: instead of usage, threads and exits */
};

/* room: lines at most (> 0). threads, exits, findings: how many rows they would like, without their
 * header lines. Findings (a third at most) and configuration lines get theirs first, exits and threads
 * share the rest. machine: is there something to say in the machine's line? It and the usage have one only
 * where there are rows to spare. */
struct layout_panel layout_panel(
	int width, int room, bool is_beside, int threads, int exits, int findings, bool machine);

/* The panel of a VM that is shut off: off lines about its state, then findings, clock, hyperv and machine; without
 * enough room the last ones are left out. */
struct layout_panel layout_panel_off(int width, int room, int findings, int off, bool machine);

/* Widths of the words in the panel's line of usage, each with the blank before it. */
struct layout_usage_words {
	int heading, figure, cpu_name, cpu_max, exits_name, exits_now, exits_max;
	bool cpu_history, exits_history; /* is there something to draw? */
};

/* Its parts: how many columns each gets, 0: it is left out. */
struct layout_usage {
	int bar;        /* brackets included */
	int cpu;        /* history of CPU; with it go its name and maximum */
	int exits;      /* history of exits */
	bool exits_now; /* the figure, with its name */
	bool exits_max;
};

/* The heading and the figure are always there. Where there is less room, first the exits' history gets shorter, then the
 * bar, then the CPU's history; then parts are left out one by one: the exits' maximum, the bar, the exits' history,
 * the exits, the CPU's history. */
struct layout_usage layout_usage(int width, struct layout_usage_words words);

/* A popup of at most the wanted inner size, centred; its frame included. */
struct rect layout_popup(int rows, int columns, int want_height, int want_width);

#define LAYOUT_DRILL_MARK \
	2 /* columns left of the drill-down's rows, for the mark of the selected one */

/* The drill-down: a popup over the screen but the bar, and where there are rows to spare the header. */
struct layout_drill {
	struct rect box;     /* its frame included */
	struct rect exits;   /* header line and rows; LAYOUT_DRILL_MARK columns of it are margin */
	struct rect irqs;    /* heading and lines, at the bottom */
	struct rect latency; /* beside the exits or below them; height 0 when it is not wanted */
};

/* irqs: how many lines they would like, heading included. exits_width: what all columns of the exit table
 * take. */
struct layout_drill layout_drill(int rows, int columns, int irqs, bool latency, int exits_width);

#endif
