#include "view/views.h"

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
