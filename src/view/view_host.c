#include "sample/wants.h"
#include "view/list.h"
#include "view/views.h"

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	(void)m;
	(void)f;
	rows_clear(rows, thread_columns, THREAD_COL__COUNT);
}

static void paint(const struct frame *f)
{
	list_paint(f, SETTINGS_TABLE__COUNT, NULL, "Nothing is known yet.");
}

static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	(void)ui;
	(void)m;
	(void)f;
	(void)row;
}

const struct view view_host = {
	.name = "Host",
	.key = "host",
	.help = "What the host has and promises: CPUs, memory, pressure, KVM, and where each thread may run",
	.sort = "cpu_pct",
	.wants = WANT_HOST,
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
