#include "view/views.h"

#include "view/ui_moves.h"

const struct view *const views[VIEW__COUNT] = {
	[VIEW_OVERVIEW] = &view_overview,
	[VIEW_THREADS] = &view_threads,
	[VIEW_EXITS] = &view_exits,
	[VIEW_CLOCK] = &view_clock,
	[VIEW_FINDINGS] = &view_findings,
	[VIEW_HOST] = &view_host,
	[VIEW_EVENTS] = &view_events,
	[VIEW_SYMBOLS] = &view_symbols,
	[VIEW_HALTS] = &view_halts,
	[VIEW_LOG] = &view_log,
};

void views_enter_exits(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	(void)m;
	(void)f;
	if (row)
		ui_open_drill(ui, DRILL_ALL_VCPUS);
}
