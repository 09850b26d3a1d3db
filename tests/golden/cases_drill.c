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
	{ "drill", scene_storm, drill, 0, 0, NULL, false },
	{ "drill", scene_storm, drill, 15, 60, NULL, false },
	{ "drill-arm64", scene_storm, drill_arm64, 24, 80, NULL, false },
	{ "drill-ascii", scene_storm, drill_latency, 24, 80, "C", false },
	{ "drill-mono", scene_storm, drill_latency, 24, 80, NULL, true },
	{ "drill-vcpu", scene_storm, drill_vcpu, 24, 80, NULL, false },
	{ "drill-vcpu-total", scene_storm, drill_vcpu_total, 24, 80, NULL, false },
	{ "drill-latency", scene_storm, drill_latency, 0, 0, NULL, false },
	{ "drill-latency", scene_storm, drill_latency, 15, 60, NULL, false },
	{ "drill-halt", scene_storm, drill_halt, 40, 120, NULL, false },
	{ "drill-other", scene_storm, drill_other, 24, 80, NULL, false },
	{ "drill-end", scene_storm, drill_end, 24, 80, NULL, false },
	{ "drill-no-halts", scene_storm, drill_without_halts, 24, 80, NULL, false },
	{ "drill-next-tick", scene_storm, drill_next_tick, 24, 80, NULL, false },
	{ "drill-blind", scene_storm, drill_blind, 24, 80, NULL, false },
	{ "drill-none", scene_empty, drill, 24, 80, NULL, false },
	{ "drill-names", scene_names, drill, 24, 80, NULL, false },
	{ "drill-shed-details", scene_storm, drill_shed_details, 24, 80, NULL, false },
	{ "drill-shed-vms", scene_storm, drill_shed_vms, 24, 80, NULL, false },
	{ "drill-shed-time", scene_storm, drill_shed_time, 40, 120, NULL, false },
};
/* clang-format on */

int run_drill_tests(void)
{
	return run_goldens("the drill-down", cases, sizeof cases / sizeof *cases);
}
