/* Paints scenes on a terminal in memory and compares what a user would see with tests/golden/expected.
 * KVMTOP_GOLDEN=update writes what is seen there instead. */
#include <assert.h>
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "advice/verdict.h"
#include "core/clock.h"
#include "core/text.h"
#include "golden.h"
#include "scene.h"
#include "screen.h"
#include "source/cmdline_config.h"
#include "terminal.h"
#include "view/selection.h"
#include "view/view.h"

static void sort_cumulative(struct scene *s)
{
	s->ui.cumulative = true;
	s->ui.exit_sort = EXIT_COL_TIME_PCT;
	s->ui.exit_reverse = true;
	snprintf(s->ui.views[VIEW_OVERVIEW].sort, sizeof s->ui.views->sort, "name");
}

void golden_act(struct scene *s, enum action action)
{
	selection_rows(&s->ui, &s->model, &s->findings); /* as the frame before did */
	ui_act(&s->ui, action, &s->model, &s->findings);
	s->ui.message[0] = '\0';
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

static void open_remedy(struct scene *s)
{
	s->ui.popup = POPUP_REMEDY;
}

static void scroll_remedy(struct scene *s)
{
	s->ui.popup = POPUP_REMEDY;
	s->ui.popup_scroll = 100000;
}

static void open_second_remedy(struct scene *s)
{
	s->ui.popup = POPUP_REMEDY;
	s->ui.popup_remedy = 1;
}

/* All that the popup says of the first remedy but its beginning. */
static void scroll_down(struct scene *s)
{
	s->ui.popup_scroll = 20;
}

static void set_remedy(struct scene *s, enum remedy_id id)
{
	scene_finding(s)->remedies[0] = id;
	scene_finding(s)->remedy_count = 1;
	s->ui.popup = POPUP_REMEDY;
}

static void open_host_remedy(struct scene *s)
{
	set_remedy(s, REMEDY_HALT_POLL);
}

static void open_guest_remedy(struct scene *s)
{
	set_remedy(s, REMEDY_GUEST_TIMER_RESOLUTION);
}

static void open_transient(struct scene *s)
{
	struct domain *domain = scene_domain(s);

	domain->persistent = false;
	domain->inactive_xml = NULL;
	open_remedy(s);
}

static void open_unknown(struct scene *s)
{
	s->vms[0]->domain = NULL;
	open_remedy(s);
}

static void scroll_unknown(struct scene *s)
{
	open_unknown(s);
	scroll_down(s);
}

/* The definition has the remedy, what runs has not. */
static void open_pending(struct scene *s)
{
	struct domain *domain = scene_domain(s);
	char why[200], *after;

	after = remedy_apply(
		REMEDY_HYPERV_TIMERS, &domain->caps, domain->inactive_xml, why, sizeof why);
	assert_non_null(after);
	domain->inactive_xml = arena_strdup(&s->arena, after);
	free(after);
	s->vms[0]->pending = TRI_YES;
	open_remedy(s);
}

/* A host without Hyper-V emulation: the fallback leads, and the other says why not. */
static void open_fallback(struct scene *s)
{
	struct domain *domain = scene_domain(s);

	domain->caps.hyperv_count = 1;
	open_remedy(s);
}

static void open_impossible(struct scene *s)
{
	open_fallback(s);
	s->ui.popup_remedy = 1;
}

/* libvirt before 9.0 does not say what the host can do. */
static void open_untold(struct scene *s)
{
	scene_domain(s)->caps = (struct domain_caps){ .known = true, .libvirt_version = 8000000 };
	open_remedy(s);
}

static void open_likely(struct scene *s)
{
	struct finding *f = scene_finding(s);

	f->severity = SEVERITY_WARNING;
	f->confidence = CONFIDENCE_MEDIUM;
	f->summary = "likely RTC polling 18.6k/s";
	f->diagnosis = "Likely: the guest has no synthetic timer and takes the emulated RTC as its "
		       "tick. Which ports it asks for is not known without tracing.";
	f->evidence[0] = "18,551 port exits/s by KVM's counters";
	open_remedy(s);
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

static void open_with_others(struct scene *s)
{
	add_others(s);
	golden_act(s, ACTION_REMEDY);
}

static void open_next_finding(struct scene *s)
{
	open_with_others(s);
	golden_act(s, ACTION_NEXT_FINDING);
}

static void open_last_finding(struct scene *s)
{
	open_with_others(s);
	golden_act(s, ACTION_PREVIOUS_FINDING);
}

/* Three clocks, one remedy. */
static void open_folded(struct scene *s)
{
	struct finding *f = scene_finding(s);

	f->summary = "RTC polling 17.9k/s, HPET read 2000/s, PM timer read 3000/s";
	scene_add_part(f, "R03", "2,000 reads/s of the HPET's counter at 0xfed000f0");
	scene_add_part(f, "R02", "3,000 reads/s of the ACPI PM timer at port 0x608");
	f->evidence[f->evidence_count++] = "clock: no hypervclock";
	golden_act(s, ACTION_REMEDY);
}

/* Its definition is Nova's, which has a way for the fallback and none for synthetic timers. */
static void open_nova(struct scene *s)
{
	struct domain *domain = scene_domain(s);

	domain->live.stack = domain->inactive.stack = DOMAIN_STACK_NOVA;
	s->vms[0]->config = &domain->live;
	golden_act(s, ACTION_REMEDY);
	golden_act(s, ACTION_NEXT);
}

static void scroll_nova(struct scene *s)
{
	open_nova(s);
	s->ui.popup_scroll = 12;
}

/* virt-xml is there and knows the options. */
static void open_virt_xml(struct scene *s)
{
	scene_domain(s)->virt_xml_version = 5000000;
	golden_act(s, ACTION_REMEDY);
	s->ui.popup_scroll = 66;
}

static void apply_nova(struct scene *s)
{
	open_nova(s);
	golden_act(s, ACTION_APPLY);
}

static void open_proxmox(struct scene *s)
{
	struct domain_config *config = arena_alloc(&s->arena, sizeof *config);

	config->stack = DOMAIN_STACK_PROXMOX;
	snprintf(config->stack_id, sizeof config->stack_id, "100");
	s->vms[0]->domain = NULL;
	s->vms[0]->config = config;
	golden_act(s, ACTION_REMEDY);
	s->ui.popup_scroll = 12;
}

static void apply_proxmox(struct scene *s)
{
	open_proxmox(s);
	golden_act(s, ACTION_APPLY);
}

static void say_written(struct scene *s)
{
	open_remedy(s);
	ui_say(&s->ui, "Wrote ./win10.hyperv-timers.patch");
}

#define SAVED                                                             \
	"/root/.local/state/kvmtop/"                                      \
	"win10-5f0bd5ad-04b2-4d2c-a1f6-6a2f2b1c1f0e-20180902T140731.250Z" \
	".xml"

static void apply_asking(struct scene *s)
{
	open_remedy(s);
	golden_act(s, ACTION_APPLY);
}

static void apply_running(struct scene *s)
{
	apply_asking(s);
	golden_act(s, ACTION_CONFIRM);
	s->ui.change.state = CHANGE_RUNNING;
}

static void apply_done(struct scene *s)
{
	apply_running(s);
	change_end(&s->ui.change, CHANGE_DONE,
		"win10's definition is changed. It takes effect at the next start: shut the guest "
		"down and start it, a reboot inside is not enough.",
		SAVED);
}

static void apply_refused(struct scene *s)
{
	s->model.recording = (struct sample_recording){ .file = "storm.dat" };
	apply_asking(s);
}

static void apply_failed(struct scene *s)
{
	apply_running(s);
	change_end(&s->ui.change, CHANGE_FAILED,
		"libvirt has not taken the whole of the change: the definition is again the one "
		"from before.",
		SAVED);
}

static void undo_asking(struct scene *s)
{
	open_remedy(s);
	golden_act(s, ACTION_UNDO);
	change_ask_undo(&s->ui.change,
		"--- now\n+++ before the change\n@@ -20,5 +20,5 @@\n   <clock offset='localtime'>\n"
		"-    <timer name='hpet' present='yes'/>\n+    <timer name='hpet' present='no'/>\n"
		"   </clock>\n",
		SAVED);
}

static void undo_done(struct scene *s)
{
	undo_asking(s);
	golden_act(s, ACTION_CONFIRM);
	change_end(&s->ui.change, CHANGE_DONE,
		"win10's definition is again what it was before the change. It takes effect at the "
		"next start: shut the guest down and start it, a reboot inside is not enough.",
		SAVED);
}

/* The quiet guest, with a baseline of its storm of an hour ago. */
static void since_storm(struct scene *s)
{
	const uint64_t storm_ns = 1535897251 * NS_PER_S;
	struct scene storm;
	struct baseline b;

	scene_storm(&storm);
	verdict_take_baseline(&b, storm.vms[0], &storm.findings, true, storm_ns);
	snprintf(b.uuid, sizeof b.uuid, "%s", s->vms[0]->uuid);
	baselines_put(&s->model.baselines, &b);
	s->ui.selected = s->vms[0]->id;
	s->ui.settled = true;
	s->model.real_ns = storm_ns + 3600 * NS_PER_S;
	scene_fini(&storm);
}

static void remedy_since_storm(struct scene *s)
{
	since_storm(s);
	open_remedy(s);
}

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

static void without_halts(struct scene *s)
{
	golden_act(s, ACTION_HALTS);
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

static void drill_blind(struct scene *s)
{
	scene_blind(s);
	drill_latency(s);
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
static const struct golden goldens[] = {
	{ "storm", scene_storm, NULL, 24, 80, NULL, false },
	{ "storm", scene_storm, NULL, 40, 120, NULL, false },
	{ "storm", scene_storm, NULL, 40, 144, NULL, false },
	{ "storm", scene_storm, NULL, 50, 160, NULL, false },
	{ "storm", scene_storm, NULL, 15, 60, NULL, false },
	{ "quiet", scene_quiet, NULL, 24, 80, NULL, false },
	{ "quiet", scene_quiet, NULL, 40, 120, NULL, false },
	{ "command-line", scene_quiet, tell_command_line, 24, 80, NULL, false },
	{ "command-line", scene_quiet, tell_command_line, 40, 120, NULL, false },
	{ "no-vm", scene_empty, NULL, 24, 80, NULL, false },
	{ "no-vm", scene_empty, NULL, 40, 120, NULL, false },
	{ "first", scene_empty, look_first, 24, 80, NULL, false },
	{ "blind", scene_storm, scene_blind, 24, 80, NULL, false },
	{ "blind", scene_storm, scene_blind, 40, 120, NULL, false },
	{ "counted", scene_storm, scene_counted, 24, 80, NULL, false },
	{ "counted", scene_storm, scene_counted, 40, 120, NULL, false },
	{ "help", scene_storm, open_help, 24, 80, NULL, false },
	{ "help", scene_storm, open_help, 40, 120, NULL, false },
	{ "help-end", scene_storm, scroll_help, 24, 80, NULL, false },
	{ "remedy", scene_storm, open_remedy, 24, 80, NULL, false },
	{ "remedy", scene_storm, open_remedy, 40, 120, NULL, false },
	{ "remedy-end", scene_storm, scroll_remedy, 24, 80, NULL, false },
	{ "remedy-2", scene_storm, open_second_remedy, 40, 120, NULL, false },
	{ "remedy-none", scene_quiet, open_remedy, 24, 80, NULL, false },
	{ "remedy-host", scene_storm, open_host_remedy, 24, 80, NULL, false },
	{ "remedy-host", scene_storm, open_host_remedy, 40, 120, NULL, false },
	{ "remedy-guest", scene_storm, open_guest_remedy, 24, 80, NULL, false },
	{ "remedy-guest", scene_storm, open_guest_remedy, 40, 120, NULL, false },
	{ "remedy-transient", scene_storm, open_transient, 24, 80, NULL, false },
	{ "remedy-transient", scene_storm, open_transient, 40, 120, NULL, false },
	{ "remedy-unknown", scene_storm, open_unknown, 24, 80, NULL, false },
	{ "remedy-unknown", scene_storm, scroll_unknown, 40, 120, NULL, false },
	{ "remedy-pending", scene_storm, open_pending, 24, 80, NULL, false },
	{ "remedy-pending", scene_storm, open_pending, 40, 120, NULL, false },
	{ "remedy-fallback", scene_storm, open_fallback, 24, 80, NULL, false },
	{ "remedy-impossible", scene_storm, open_impossible, 24, 80, NULL, false },
	{ "remedy-impossible", scene_storm, open_impossible, 40, 120, NULL, false },
	{ "remedy-untold", scene_storm, open_untold, 40, 120, NULL, false },
	{ "remedy-likely", scene_storm, open_likely, 24, 80, NULL, false },
	{ "remedy-likely", scene_storm, open_likely, 40, 120, NULL, false },
	{ "findings", scene_storm, add_others, 24, 80, NULL, false },
	{ "findings", scene_storm, add_others, 40, 120, NULL, false },
	{ "finding-1-of-3", scene_storm, open_with_others, 24, 80, NULL, false },
	{ "finding-2-of-3", scene_storm, open_next_finding, 24, 80, NULL, false },
	{ "finding-2-of-3", scene_storm, open_next_finding, 40, 120, NULL, false },
	{ "finding-3-of-3", scene_storm, open_last_finding, 24, 80, NULL, false },
	{ "finding-folded", scene_storm, open_folded, 24, 80, NULL, false },
	{ "finding-folded", scene_storm, open_folded, 40, 120, NULL, false },
	{ "remedy-nova", scene_storm, open_nova, 40, 120, NULL, false },
	{ "remedy-nova", scene_storm, scroll_nova, 24, 80, NULL, false },
	{ "remedy-proxmox", scene_storm, open_proxmox, 24, 80, NULL, false },
	{ "remedy-proxmox", scene_storm, open_proxmox, 40, 120, NULL, false },
	{ "remedy-virt-xml", scene_storm, open_virt_xml, 24, 80, NULL, false },
	{ "remedy-virt-xml", scene_storm, open_virt_xml, 40, 120, NULL, false },
	{ "apply-nova", scene_storm, apply_nova, 24, 80, NULL, false },
	{ "apply-nova", scene_storm, apply_nova, 40, 120, NULL, false },
	{ "apply-proxmox", scene_storm, apply_proxmox, 24, 80, NULL, false },
	{ "remedy-written", scene_storm, say_written, 24, 80, NULL, false },
	{ "remedy-mono", scene_storm, open_remedy, 24, 80, NULL, true },
	{ "remedy-ascii", scene_storm, open_remedy, 24, 80, "C", false },
	{ "apply-asking", scene_storm, apply_asking, 24, 80, NULL, false },
	{ "apply-asking", scene_storm, apply_asking, 40, 120, NULL, false },
	{ "apply-running", scene_storm, apply_running, 24, 80, NULL, false },
	{ "apply-done", scene_storm, apply_done, 24, 80, NULL, false },
	{ "apply-done", scene_storm, apply_done, 40, 120, NULL, false },
	{ "apply-refused", scene_storm, apply_refused, 24, 80, NULL, false },
	{ "apply-failed", scene_storm, apply_failed, 24, 80, NULL, true },
	{ "undo-asking", scene_storm, undo_asking, 24, 80, NULL, false },
	{ "undo-done", scene_storm, undo_done, 24, 80, NULL, false },
	{ "baseline", scene_quiet, since_storm, 24, 80, NULL, false },
	{ "baseline", scene_quiet, since_storm, 40, 120, NULL, false },
	{ "baseline-same", scene_storm, since_storm, 24, 80, NULL, false },
	{ "baseline-remedy", scene_quiet, remedy_since_storm, 24, 80, NULL, false },
	{ "baseline-remedy", scene_quiet, remedy_since_storm, 40, 120, NULL, false },
	{ "cumulative", scene_storm, sort_cumulative, 24, 80, NULL, false },
	{ "cumulative", scene_storm, sort_cumulative, 40, 120, NULL, false },
	{ "names", scene_names, NULL, 24, 80, NULL, false },
	{ "names", scene_names, NULL, 40, 120, NULL, false },
	{ "crowd", scene_crowd, NULL, 24, 80, NULL, false },
	{ "crowd", scene_crowd, NULL, 40, 120, NULL, false },
	{ "crowd-folded", scene_crowd, fold, 24, 80, NULL, false },
	{ "paused", scene_storm, pause_with_message, 24, 80, NULL, false },
	{ "paused", scene_storm, pause_with_message, 40, 120, NULL, false },
	{ "ascii", scene_storm, NULL, 24, 80, "C", false },
	{ "ascii-names", scene_names, open_help, 24, 80, "C", false },
	{ "drill", scene_storm, drill, 24, 80, NULL, false },
	{ "drill", scene_storm, drill, 40, 120, NULL, false },
	{ "drill", scene_storm, drill, 60, 200, NULL, false },
	{ "drill", scene_storm, drill, 15, 60, NULL, false },
	{ "drill-ascii", scene_storm, drill_latency, 24, 80, "C", false },
	{ "drill-mono", scene_storm, drill_latency, 24, 80, NULL, true },
	{ "drill-vcpu", scene_storm, drill_vcpu, 24, 80, NULL, false },
	{ "drill-vcpu-total", scene_storm, drill_vcpu_total, 24, 80, NULL, false },
	{ "drill-latency", scene_storm, drill_latency, 24, 80, NULL, false },
	{ "drill-latency", scene_storm, drill_latency, 40, 120, NULL, false },
	{ "drill-latency", scene_storm, drill_latency, 60, 200, NULL, false },
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
	{ "no-halts", scene_storm, without_halts, 24, 80, NULL, false },
	{ "no-halts", scene_storm, without_halts, 50, 160, NULL, false },
	{ "shed-details", scene_storm, shed_details, 24, 80, NULL, false },
	{ "shed-vms", scene_storm, shed_vms, 24, 80, NULL, false },
	{ "shed-time", scene_storm, shed_time, 24, 80, NULL, false },
	{ "shed-time", scene_storm, shed_time, 40, 120, NULL, false },
	{ "shed-time", scene_storm, shed_time, 15, 60, NULL, false },
	{ "mono", scene_storm, NULL, 24, 80, NULL, true },
	{ "too-small", scene_storm, NULL, 14, 80, NULL, false },
	{ "too-small", scene_storm, NULL, 24, 59, NULL, false },
};
/* clang-format on */

static char *paint(const struct golden *g)
{
	struct screen *screen = screen_new(g->rows, g->columns);
	struct scene scene;
	struct term *term;
	char why[200], *seen;

	assert_non_null(screen);
	assert_non_null(setlocale(LC_ALL, g->locale ? g->locale : "C.UTF-8"));
	if (g->no_color)
		setenv("NO_COLOR", "1", 1);
	else
		unsetenv("NO_COLOR");
	g->build(&scene);
	if (g->choose)
		g->choose(&scene);
	term = term_open("xterm-256color", screen_out(screen), screen_in(screen), why, sizeof why);
	assert_non_null(term);
	term_set_theme(term, scene.ui.settings.theme);
	view_paint(term, &scene.model, &scene.findings, &scene.ui);
	terminal_show(&(struct terminal){ screen, term });
	seen = screen_dump(screen);
	term_close(term);
	scene_fini(&scene);
	screen_free(screen);
	return seen;
}

static char *read_file(const char *path)
{
	struct strbuf text = { 0 };
	FILE *in = fopen(path, "r");
	char part[4096];
	size_t got;

	while (in && (got = fread(part, 1, sizeof part, in)) > 0)
		strbuf_add_bytes(&text, part, got);
	if (in)
		fclose(in);
	return strbuf_take(&text);
}

static void write_file(const char *path, const char *text)
{
	FILE *out = fopen(path, "w");

	assert_non_null(out);
	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void test_golden(void **state)
{
	const struct golden *g = *state;
	const char *tests = getenv("KVMTOP_TESTS"), *update = getenv("KVMTOP_GOLDEN");
	char path[4096], *seen = paint(g), *expected;

	snprintf(path, sizeof path, "%s/golden/expected/%s-%dx%d.txt", tests ? tests : "tests",
		g->name, g->columns, g->rows);
	if (update && !strcmp(update, "update"))
		write_file(path, seen);
	expected = read_file(path);
	if (strcmp(seen, expected) != 0)
		print_message("# %s is not what is seen:\n%s", path, seen);
	assert_string_equal(seen, expected);
	free(seen);
	free(expected);
}

enum { TESTS_MAX = 400 };

struct plan {
	struct golden goldens[TESTS_MAX];
	char names[TESTS_MAX][64];
	struct CMUnitTest tests[TESTS_MAX];
	size_t count;
};

static void plan_one(struct plan *p, struct golden g, int rows, int columns)
{
	const size_t i = p->count++;

	assert_true(i < TESTS_MAX);
	p->goldens[i] = g;
	p->goldens[i].rows = rows;
	p->goldens[i].columns = columns;
	snprintf(p->names[i], sizeof p->names[i], "%s %dx%d", g.name, columns, rows);
	p->tests[i] = (struct CMUnitTest){
		.name = p->names[i], .test_func = test_golden, .initial_state = &p->goldens[i]
	};
}

static void plan_table(struct plan *p, const struct golden *table, size_t count)
{
	static const struct {
		int rows, columns;
	} sizes[] = { { 24, 80 }, { 40, 120 }, { 60, 200 } };

	for (size_t i = 0; i < count; i++) {
		if (table[i].rows)
			plan_one(p, table[i], table[i].rows, table[i].columns);
		for (size_t k = 0; !table[i].rows && k < sizeof sizes / sizeof *sizes; k++)
			plan_one(p, table[i], sizes[k].rows, sizes[k].columns);
	}
}

int run_goldens(const char *group, const struct golden *cases, size_t count)
{
	struct plan *p = calloc(1, sizeof *p);
	int failed;

	plan_table(p, cases, count);
	failed = _cmocka_run_group_tests(group, p->tests, p->count, NULL, NULL);
	free(p);
	return failed;
}

int main(void)
{
	int failed;

	unsetenv("LINES"); /* curses would believe them more than the terminal */
	unsetenv("COLUMNS");
	setenv("TZ", "UTC", 1);
	tzset();
	failed = run_goldens("golden screens", goldens, sizeof goldens / sizeof *goldens);
	failed += run_view_tests();
	failed += run_see_tests();
	failed += run_setup_tests();
	failed += run_sweep_tests();
	failed += run_terminal_tests();
	return failed ? 1 : 0;
}
