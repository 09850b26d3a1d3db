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
	{ "storm", scene_storm, NULL, 0, 0, NULL, false },
	{ "storm", scene_storm, NULL, 40, 140, NULL, false },
	{ "storm", scene_storm, NULL, 50, 160, NULL, false },
	{ "storm", scene_storm, NULL, 15, 60, NULL, false },
	{ "quiet", scene_quiet, NULL, 0, 0, NULL, false },
	{ "command-line", scene_quiet, tell_command_line, 0, 0, NULL, false },
	{ "no-vm", scene_empty, NULL, 0, 0, NULL, false },
	{ "first", scene_empty, look_first, 24, 80, NULL, false },
	{ "blind", scene_storm, scene_blind, 0, 0, NULL, false },
	{ "no-libvirt", scene_quiet, scene_without_libvirt, 0, 0, NULL, false },
	{ "counted", scene_storm, scene_counted, 0, 0, NULL, false },
	{ "help", scene_storm, open_help, 0, 0, NULL, false },
	{ "help-end", scene_storm, scroll_help, 24, 80, NULL, false },
	{ "findings", scene_storm, add_others, 0, 0, NULL, false },
	{ "cumulative", scene_storm, sort_cumulative, 0, 0, NULL, false },
	{ "names", scene_names, NULL, 0, 0, NULL, false },
	{ "crowd", scene_crowd, NULL, 0, 0, NULL, false },
	{ "crowd-folded", scene_crowd, fold, 24, 80, NULL, false },
	{ "paused", scene_storm, pause_with_message, 0, 0, NULL, false },
	{ "ended", scene_storm, end_first_vm, 0, 0, NULL, false },
	{ "ended", scene_storm, end_first_vm, 15, 60, NULL, false },
	{ "ascii", scene_storm, NULL, 0, 0, "C", false },
	{ "ascii-names", scene_names, open_help, 24, 80, "C", false },
	{ "no-halts", scene_storm, without_halts, 24, 80, NULL, false },
	{ "no-halts", scene_storm, without_halts, 50, 160, NULL, false },
	{ "shed-details", scene_storm, shed_details, 24, 80, NULL, false },
	{ "shed-vms", scene_storm, shed_vms, 24, 80, NULL, false },
	{ "shed-time", scene_storm, shed_time, 0, 0, NULL, false },
	{ "shed-time", scene_storm, shed_time, 15, 60, NULL, false },
	{ "mono", scene_storm, NULL, 0, 0, NULL, true },
	{ "too-small", scene_storm, NULL, 14, 80, NULL, false },
	{ "too-small", scene_storm, NULL, 24, 59, NULL, false },
};
/* clang-format on */

int run_main_tests(void)
{
	return run_goldens("the list of VMs", cases, sizeof cases / sizeof *cases);
}
