/* The drill-down. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advice/verdict.h"
#include "core/clock.h"
#include "domain/cmdline_config.h"
#include "golden.h"

static void drill(struct scene *s)
{
	golden_act(s, ACTION_DRILL_DOWN);
}

static void drill_vcpu(struct scene *s)
{
	drill(s);
	golden_act(s, ACTION_NEXT);
	golden_act(s, ACTION_NEXT);
	golden_act(s, ACTION_DOWN);
}

/* Of a vCPU no durations are kept since zero. */
static void drill_vcpu_total(struct scene *s)
{
	golden_act(s, ACTION_LATENCY);
	golden_act(s, ACTION_NEXT);
	golden_act(s, ACTION_INTERVAL_MODE);
}

static void drill_latency(struct scene *s)
{
	golden_act(s, ACTION_LATENCY);
	golden_act(s, ACTION_DOWN);
}

/* Times over more than twelve doublings. */
static void drill_halt(struct scene *s)
{
	golden_act(s, ACTION_LATENCY);
	for (int i = 0; i < 12; i++)
		golden_act(s, ACTION_DOWN);
}

static void drill_other(struct scene *s)
{
	golden_act(s, ACTION_LATENCY);
	for (int i = 0; i < 11; i++)
		golden_act(s, ACTION_DOWN);
}

static void drill_end(struct scene *s)
{
	drill(s);
	golden_act(s, ACTION_LAST);
}

static void drill_without_halts(struct scene *s)
{
	golden_act(s, ACTION_HALTS);
	golden_act(s, ACTION_HALTS);
	golden_act(s, ACTION_HALTS);
	drill(s);
	golden_act(s, ACTION_SORT_EXITS);
	golden_act(s, ACTION_SORT_EXITS);
}

static void shed_details(struct scene *s)
{
	scene_shed(s, TRACING_SHED_DETAILS);
}

static void drill_shed_details(struct scene *s)
{
	shed_details(s);
	drill(s);
}

static void shed_vms(struct scene *s)
{
	scene_shed(s, TRACING_SHED_VMS);
	s->ui.selected = s->vms[1]->id;
	s->ui.settled = true;
}

static void drill_shed_vms(struct scene *s)
{
	shed_vms(s);
	drill(s);
}

static void shed_time(struct scene *s)
{
	scene_shed(s, TRACING_SHED_TIME);
}

static void drill_shed_time(struct scene *s)
{
	shed_time(s);
	golden_act(s, ACTION_HALTS);
	drill_latency(s);
}

static void drill_next_tick(struct scene *s)
{
	s->model.host.details = false;
	s->vms[0]->interval_irqs.count = 0;
	drill(s);
}

/* On Arm not all lines are traced. */
static void drill_arm64(struct scene *s)
{
	s->vms[0]->interval_irqs.count = 0;
	s->vms[0]->interval_irqs.board = EXIT_BOARD_ARM_VIRT;
	drill(s);
}

static void drill_blind(struct scene *s)
{
	scene_blind(s);
	drill_latency(s);
}

/* clang-format off */
static const struct golden cases[] = {
	{ .name = "drill", .build = scene_storm, .choose = drill },
	{ .name = "drill-arm64", .build = scene_storm, .choose = drill_arm64 },
	{ .name = "drill-ascii", .build = scene_storm, .choose = drill_latency, .locale = "C" },
	{ .name = "drill-mono", .build = scene_storm, .choose = drill_latency, .no_color = true },
	{ .name = "drill-vcpu", .build = scene_storm, .choose = drill_vcpu },
	{ .name = "drill-vcpu-total", .build = scene_storm, .choose = drill_vcpu_total },
	{ .name = "drill-latency", .build = scene_storm, .choose = drill_latency, .wide = true },
	{ .name = "drill-latency", .build = scene_storm, .choose = drill_latency, .rows = 15, .columns = 60 },
	{ .name = "drill-halt", .build = scene_storm, .choose = drill_halt },
	{ .name = "drill-other", .build = scene_storm, .choose = drill_other },
	{ .name = "drill-end", .build = scene_storm, .choose = drill_end },
	{ .name = "drill-no-halts", .build = scene_storm, .choose = drill_without_halts },
	{ .name = "drill-next-tick", .build = scene_storm, .choose = drill_next_tick },
	{ .name = "drill-blind", .build = scene_storm, .choose = drill_blind },
	{ .name = "drill-none", .build = scene_empty, .choose = drill },
	{ .name = "drill-names", .build = scene_names, .choose = drill },
	{ .name = "drill-shed-details", .build = scene_storm, .choose = drill_shed_details },
	{ .name = "drill-shed-vms", .build = scene_storm, .choose = drill_shed_vms },
	{ .name = "drill-shed-time", .build = scene_storm, .choose = drill_shed_time },
};
/* clang-format on */

int run_drill_tests(void)
{
	return run_goldens("the drill-down", cases, sizeof cases / sizeof *cases);
}
