#include "view/views/list_graphs.h"

#include <math.h>

#include "view/draw/bar.h"
#include "view/draw/spark.h"

void list_graphs_paint_bar(struct term *t, int row, int column, int width, const struct vm *vm,
	int cpus, bool selected)
{
	struct bar_part parts[BAR_CPU_PARTS];

	bar_cpu_parts(parts, vm->cpu.guest_pct, vm->cpu.user_pct, vm->cpu.system_pct);
	bar_paint(t, row, column, width, parts, BAR_CPU_PARTS, 100.0 * cpus, selected);
}

void list_graphs_paint_spark(
	struct term *t, int row, int column, int width, const struct vm *vm, bool selected)
{
	const double one_cpu_pct = 100;
	char text[HISTORY_MAX * SPARK_BYTES + 1];
	float values[HISTORY_MAX];
	const size_t count = history_newest(&vm->cpu_history, values, HISTORY_MAX);
	const enum style style = selected ? STYLE_SELECTED : STYLE_NORMAL;

	/* Further back nothing is known. */
	for (; width > HISTORY_MAX; width--)
		term_fill(t, row, column++, 1, style);
	spark_text(values, count, width, fmax(one_cpu_pct, history_max(&vm->cpu_history)),
		term_utf8(t), text, sizeof text);
	term_text(t, row, column, width, style, text);
}
