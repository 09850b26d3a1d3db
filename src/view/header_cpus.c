#include "view/header_cpus.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/text.h"
#include "model/host_cpus.h"
#include "view/draw/glyphs.h"
#include "view/draw/line.h"
#include "view/draw/spark.h"

/* Left of the first row stands what the figures are. */
#define LABEL "busy%"
enum { LABEL_WIDTH = 5 };

/* A cell: a gap, the number, the sign, the figure: "  12 ▇ 97.1". */
enum { GAP = 2, NUMBER_MIN_WIDTH = 2, SIGN_WIDTH = 3, FIGURE_WIDTH = 5 };

struct grid {
	int number_width, cell_width;
	int per_row;
};

/* In five steps. Colour is not the only signal: beside it stands the figure. */
static enum style heat_style(double percent)
{
	static const enum style styles[] = { STYLE_HEAT_0, STYLE_HEAT_1, STYLE_HEAT_2, STYLE_HEAT_3,
		STYLE_HEAT_4 };
	enum { STEPS = sizeof styles / sizeof *styles };
	const double step = percent * STEPS / 100;

	if (isnan(step))
		return STYLE_DIM;
	return styles[step < STEPS ? (int)step : STEPS - 1];
}

static struct grid fit_grid(const struct host *h, int columns)
{
	struct grid g = { .number_width = NUMBER_MIN_WIDTH };
	char number[16];

	for (size_t i = 0; i < h->per_cpu_count; i++) {
		const int width = snprintf(number, sizeof number, "%d", h->per_cpu[i].number);

		if (g.number_width < width)
			g.number_width = width;
	}
	g.cell_width = GAP + g.number_width + SIGN_WIDTH + FIGURE_WIDTH;
	g.per_row = (columns - LABEL_WIDTH) / g.cell_width;
	if (g.per_row < 1)
		g.per_row = 1;
	return g;
}

int header_cpus_rows(const struct host *h, int columns)
{
	const int per_row = fit_grid(h, columns).per_row, count = (int)h->per_cpu_count;

	return count ? (count + per_row - 1) / per_row : 1;
}

/* Where cell i begins, its gap included. */
static struct line cell_at(const struct frame *f, const struct grid *g, int i)
{
	const struct rect at = f->layout.cpus;

	return (struct line){ f->term, at.row + i / g->per_row,
		at.column + LABEL_WIDTH + i % g->per_row * g->cell_width, at.column + at.width };
}

static void paint_cell(
	const struct frame *f, const struct grid *g, const struct host_cpu *cpu, int i)
{
	struct line l = cell_at(f, g, i);
	char number[24];

	/* The hottest step is reverse, where the highest sign would look like the lowest. */
	line_add(&l, STYLE_NORMAL, "%*d %s ", GAP + g->number_width, cpu->number,
		spark_sign(cpu->busy_pct, 100, term_utf8(f->term)));
	line_add(&l, heat_style(cpu->busy_pct), "%s",
		line_number(number, cpu->busy_pct, NUMBER_PERCENT, FIGURE_WIDTH));
}

/* "… 49 more, less busy" */
static const char *describe_others(const struct frame *f, size_t count, char out[static 48])
{
	snprintf(out, 48, "%*s%s %zu more, less busy", GAP, "", glyph(f->term, GLYPH_ELLIPSIS),
		count);
	return out;
}

/* How many CPUs are painted: all, or as many as leave room for the words about the others. */
static size_t fit_cells(const struct frame *f, const struct grid *g)
{
	const size_t count = f->model->host.per_cpu_count;
	const size_t cells = (size_t)f->layout.cpus.height * (size_t)g->per_row;
	size_t words;
	char text[48];

	if (count <= cells)
		return count;
	words = (size_t)(text_width(describe_others(f, count, text)) + g->cell_width - 1) /
		(size_t)g->cell_width;
	return cells > words ? cells - words : 0;
}

void header_cpus_paint(const struct frame *f)
{
	const struct host *h = &f->model->host;
	const struct rect at = f->layout.cpus;
	const struct grid g = fit_grid(h, at.width);
	const struct host_cpu **shown;
	size_t room;
	char text[48];

	if (!at.height)
		return;
	term_text(f->term, at.row, at.column, LABEL_WIDTH, STYLE_BOLD, LABEL);
	if (!h->per_cpu_count)
		term_text(f->term, at.row, at.column + LABEL_WIDTH + GAP, at.width, STYLE_DIM,
			"- (not known of each CPU)");
	room = fit_cells(f, &g);
	shown = host_cpus_busiest(h, room);
	for (size_t i = 0; i < room; i++)
		paint_cell(f, &g, shown[i], (int)i);
	free(shown);
	if (room < h->per_cpu_count) {
		struct line l = cell_at(f, &g, (int)room);

		line_add(&l, STYLE_DIM, "%s", describe_others(f, h->per_cpu_count - room, text));
	}
}
