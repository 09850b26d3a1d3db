/* The host, the list of VMs and the open panel. */
#include <math.h>
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

static void sort_cumulative(struct scene *s)
{
	s->ui.cumulative = true;
	s->ui.exit_sort = EXIT_COL_TIME_PCT;
	s->ui.exit_reverse = true;
	snprintf(s->ui.views[VIEW_OVERVIEW].sort, sizeof s->ui.views->sort, "name");
}

static void open_help(struct scene *s)
{
	golden_act(s, ACTION_HELP);
}

static void scroll_help(struct scene *s)
{
	golden_act(s, ACTION_HELP);
	s->ui.popup_scroll = 100000;
}

/* What is traced and has no sure cause, and what is for information only. */
static void add_others(struct scene *s)
{
	struct finding *f = scene_add_finding(s, "R07");

	f->summary = "guest timers 4000/s (likely)";
	f->diagnosis = "Likely: a program in the guest asks for a finer timer than it needs.";
	f->evidence[f->evidence_count++] = "4,000 settings/s of a synthetic timer";
	f->remedies[f->remedy_count++] = REMEDY_GUEST_TIMER_RESOLUTION;
	f = scene_add_finding(s, "R18");
	f->summary = "asks for MSRs that KVM has not";
	f->diagnosis = "A program in the guest watches the processor's power and temperature.";
	f->evidence[f->evidence_count++] = "12 lines about MSR 0x611 in the kernel's log";
	f->remedies[f->remedy_count++] = REMEDY_MSR_QUIET;
}

static void without_halts(struct scene *s)
{
	golden_act(s, ACTION_HALTS);
}

static void shed_details(struct scene *s)
{
	scene_shed(s, TRACING_SHED_DETAILS);
}

static void shed_vms(struct scene *s)
{
	scene_shed(s, TRACING_SHED_VMS);
	s->ui.selected = s->vms[1]->id;
	s->ui.settled = true;
}

static void shed_time(struct scene *s)
{
	scene_shed(s, TRACING_SHED_TIME);
}

static void fold(struct scene *s)
{
	s->ui.folded = true;
}

static void pause_with_message(struct scene *s)
{
	s->ui.paused = true;
	s->vms[0]->pending = TRI_YES;
	s->vms[1]->state = DOMAIN_PAUSED;
	snprintf(s->ui.message, sizeof s->ui.message, "A look every 3 s");
}

/* As the model has the Windows guest in the tick in which it is found gone. */
static void end_first_vm(struct scene *s)
{
	const struct cpu_shares unknown = { NAN, NAN, NAN, NAN, NAN };
	struct vm *vm = s->vms[0];

	vm->ended = true;
	vm->domain = NULL;
	vm->state = DOMAIN_UNKNOWN;
	vm->pending = TRI_UNKNOWN;
	vm->cpu = unknown;
	vm->devices = devices_unknown();
	history_add(&vm->cpu_history, NAN);
	for (size_t i = 0; i < vm->thread_count; i++)
		vm->threads[i].cpu = unknown;
	s->findings.count = 0;
	s->ui.selected = vm->id;
	s->ui.settled = true;
}

/* The Linux guest is run by hand. */
static void tell_command_line(struct scene *s)
{
	static const char text[] = "qemu-system-x86_64\0-enable-kvm\0-M\0q35,hpet=off\0-cpu\0host,"
				   "pmu=off,kvm=off,+invtsc\0"
				   "-overcommit\0cpu-pm=on\0-rtc\0base=localtime,driftfix=slew";
	struct domain_config *config = &s->configs[s->config_count++];

	cmdline_config_read(config, text, sizeof text);
	s->vms[1]->config = config;
}

static void look_first(struct scene *s)
{
	struct model *m = model_new();

	s->model.updates = 0;
	s->model.host = m->host;
	model_free(m);
}

/* clang-format off */
static const struct golden cases[] = {
	{ .name = "storm", .build = scene_storm, .wide = true },
	{ .name = "storm", .build = scene_storm, .rows = 15, .columns = 60 },
	{ .name = "quiet", .build = scene_quiet },
	{ .name = "command-line", .build = scene_quiet, .choose = tell_command_line },
	{ .name = "no-vm", .build = scene_empty },
	{ .name = "first", .build = scene_empty, .choose = look_first },
	{ .name = "blind", .build = scene_storm, .choose = scene_blind },
	{ .name = "no-libvirt", .build = scene_quiet, .choose = scene_without_libvirt },
	{ .name = "counted", .build = scene_storm, .choose = scene_counted },
	{ .name = "help", .build = scene_storm, .choose = open_help },
	{ .name = "help-end", .build = scene_storm, .choose = scroll_help },
	{ .name = "findings", .build = scene_storm, .choose = add_others },
	{ .name = "cumulative", .build = scene_storm, .choose = sort_cumulative },
	{ .name = "names", .build = scene_names },
	{ .name = "crowd", .build = scene_crowd },
	{ .name = "crowd-folded", .build = scene_crowd, .choose = fold },
	{ .name = "paused", .build = scene_storm, .choose = pause_with_message },
	{ .name = "ended", .build = scene_storm, .choose = end_first_vm },
	{ .name = "ascii", .build = scene_storm, .locale = "C" },
	{ .name = "ascii-names", .build = scene_names, .choose = open_help, .locale = "C" },
	{ .name = "no-halts", .build = scene_storm, .choose = without_halts },
	{ .name = "shed-details", .build = scene_storm, .choose = shed_details },
	{ .name = "shed-vms", .build = scene_storm, .choose = shed_vms },
	{ .name = "shed-time", .build = scene_storm, .choose = shed_time },
	{ .name = "mono", .build = scene_storm, .no_color = true },
	{ .name = "too-small", .build = scene_storm, .rows = 14, .columns = 80 },
	{ .name = "too-small", .build = scene_storm, .rows = 24, .columns = 59 },
};
/* clang-format on */

int run_overview_tests(void)
{
	return run_goldens("the list of VMs", cases, sizeof cases / sizeof *cases);
}
