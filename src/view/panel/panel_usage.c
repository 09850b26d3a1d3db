#include "view/panel/panel_usage.h"

#include <math.h>
#include <stdio.h>

#include "core/text.h"
#include "model/counters.h"
#include "view/draw/bar.h"
#include "view/draw/line.h"
#include "view/draw/spark.h"

/* Of a maximum beside a graph: "99.5", "140", "24.1k". */
enum { CPU_MAX_WIDTH = 4, EXITS_MAX_WIDTH = 5 };

#define HEADING "usage   "
#define CPU_NAME "  CPU "
#define EXITS_NAME "  exits "

struct words {
	char figure[48], cpu_max[32], exits_now[32], exits_max[32];
};

static void print_max(char *out, size_t size, double max, enum number_unit unit, int width)
{
	char number[16];

	number_format(number, sizeof number, max, unit, width);
	snprintf(out, size, " max %s", number);
}

static struct words say(const struct frame *f, const struct vm *vm)
{
	const int cpus = f->model->host.cpus;
	const bool of_host = f->ui->settings.of_host && cpus;
	const double exits = counters_exits_per_s(vm);
	const double scale = of_host ? 1.0 / cpus : 1;
	struct words w;
	char number[24];

	line_number(number, scale * vm->cpu.cpu_pct, NUMBER_PERCENT, 0);
	if (cpus && !of_host)
		snprintf(w.figure, sizeof w.figure, " %s of %d %%", number, 100 * cpus);
	else
		snprintf(w.figure, sizeof w.figure, " %s %%%s", number, of_host ? " of host" : "");
	print_max(w.cpu_max, sizeof w.cpu_max, scale * history_max(&vm->cpu_history),
		NUMBER_PERCENT, CPU_MAX_WIDTH);
	snprintf(w.exits_now, sizeof w.exits_now, "%s%s",
		line_number(number, exits, NUMBER_RATE, 0), isnan(exits) ? "" : "/s");
	print_max(w.exits_max, sizeof w.exits_max, history_max(&vm->exits_history), NUMBER_RATE,
		EXITS_MAX_WIDTH);
	return w;
}

static struct layout_usage fit(const struct words *w, const struct vm *vm, int width)
{
	return layout_usage(
		width, (struct layout_usage_words){ .heading = text_width(HEADING),
			       .figure = text_width(w->figure),
			       .cpu_name = text_width(CPU_NAME),
			       .cpu_max = text_width(w->cpu_max),
			       .exits_name = text_width(EXITS_NAME),
			       .exits_now = 1 + text_width(w->exits_now),
			       .exits_max = text_width(w->exits_max),
			       .cpu_history = !isnan(history_max(&vm->cpu_history)),
			       .exits_history = !isnan(history_max(&vm->exits_history)) });
}

static void add_spark(struct line *l, const struct history *h, int columns)
{
	char text[HISTORY_MAX * SPARK_BYTES + 1];
	float values[HISTORY_MAX];
	const size_t count = history_newest(h, values, HISTORY_MAX);

	spark_text(values, count, columns, history_max(h), term_utf8(l->term), text, sizeof text);
	line_add(l, STYLE_NORMAL, "%s", text);
}

void panel_usage_paint(const struct frame *f, const struct vm *vm, struct rect at)
{
	struct line l = { f->term, at.row, at.column, at.column + at.width };
	const struct words w = say(f, vm);
	const struct layout_usage u = fit(&w, vm, at.width);
	struct bar_part parts[BAR_CPU_PARTS];

	bar_cpu_parts(parts, vm->cpu.guest_pct, vm->cpu.user_pct, vm->cpu.system_pct);
	line_add(&l, STYLE_BOLD, HEADING);
	bar_paint(f->term, l.row, l.column, u.bar, parts, BAR_CPU_PARTS,
		100.0 * f->model->host.cpus, false);
	l.column += u.bar;
	line_add(&l, STYLE_NORMAL, "%s", u.bar ? w.figure : w.figure + 1);
	if (u.cpu) {
		line_add(&l, STYLE_NORMAL, CPU_NAME);
		add_spark(&l, &vm->cpu_history, u.cpu);
		line_add(&l, STYLE_DIM, "%s", w.cpu_max);
	}
	if (!u.exits_now)
		return;
	line_add(&l, STYLE_NORMAL, EXITS_NAME);
	if (u.exits) {
		add_spark(&l, &vm->exits_history, u.exits);
		l.column++;
	}
	line_add(&l, STYLE_NORMAL, "%s", w.exits_now);
	if (u.exits_max)
		line_add(&l, STYLE_DIM, "%s", w.exits_max);
}
