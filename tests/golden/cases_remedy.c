/* The remedy, changes of a definition, and what became of a VM. */
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
	s->ui.popup_remedy = REMEDY_HPET_ON;
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
	s->ui.popup_scroll = 100000;
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
	s->ui.popup_remedy = REMEDY_HYPERV_TIMERS;
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

/* A process with the domain's UUID; the domain is another one. */
static void claim(struct scene *s)
{
	struct vm *vm = s->vms[0];

	snprintf(vm->claim, sizeof vm->claim, "win10");
	snprintf(vm->name, sizeof vm->name, VM_CLAIM_MARK "win10");
	vm->claim_pid = 4711;
	vm->domain = NULL;
	vm->state = DOMAIN_UNKNOWN;
	vm->pending = TRI_UNKNOWN;
}

static void claim_unconfirmed(struct scene *s)
{
	claim(s);
	s->vms[0]->claim_pid = 0;
}

static void open_claim(struct scene *s)
{
	claim(s);
	golden_act(s, ACTION_REMEDY);
	s->ui.popup_scroll = 8;
}

static void apply_claim(struct scene *s)
{
	open_claim(s);
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

static void apply_checking(struct scene *s)
{
	open_remedy(s);
	golden_act(s, ACTION_APPLY);
	s->ui.change.state = CHANGE_CHECKING;
	s->model.time_ns = 100 * NS_PER_S;
	s->ui.change.since_ns = s->model.time_ns - 12 * NS_PER_S;
}

static void apply_asking(struct scene *s)
{
	struct domain_caps caps = scene_domain(s)->caps;
	struct change *c = &s->ui.change;

	apply_checking(s);
	snprintf(c->virsh, sizeof c->virsh, "virsh -c qemu:///system");
	snprintf(c->undo, sizeof c->undo, "sudo kvmtop --undo win10");
	change_ask_apply(&s->ui.change, s->vms[0], &caps, false);
}

static void apply_saved(struct scene *s)
{
	scene_domain(s)->managed_save = scene_domain(s)->memory_snapshots = TRI_YES;
	apply_asking(s);
}

/* libvirt never says what the host has: the question takes a typed yes. */
static void apply_typing(struct scene *s)
{
	scene_domain(s)->caps = (struct domain_caps){ .known = true, .libvirt_version = 8000000 };
	apply_asking(s);
	snprintf(s->ui.change.answer, sizeof s->ui.change.answer, "ye");
}

static void apply_denied(struct scene *s)
{
	apply_checking(s);
	change_end(&s->ui.change, CHANGE_REFUSED,
		"Nothing was changed: libvirt does not let this user change definitions. Run `sudo "
		"kvmtop`, or join its group with `sudo usermod -aG libvirt $USER` and log in "
		"again.",
		NULL);
}

static void apply_lacking(struct scene *s)
{
	struct domain_caps caps = scene_domain(s)->caps;

	apply_checking(s);
	caps.hyperv_count = 1;
	change_ask_apply(&s->ui.change, s->vms[0], &caps, false);
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
	s->ui.change.has_baseline = true;
	change_end(&s->ui.change, CHANGE_DONE,
		"win10's definition is changed. It takes effect at the next start: shut the guest "
		"down and start it, a reboot inside is not enough.",
		SAVED);
}

static void apply_overwritten(struct scene *s)
{
	apply_running(s);
	s->ui.change.has_baseline = s->ui.change.cannot_undo = true;
	change_end(&s->ui.change, CHANGE_DONE,
		"win10's definition is changed, but it was changed further from outside at the "
		"same "
		"moment, so that `u` cannot undo this change. It takes effect at the next start.",
		SAVED);
}

static void apply_refused(struct scene *s)
{
	s->model.recording = (struct sample_recording){ .file = "storm.dat" };
	open_remedy(s);
	golden_act(s, ACTION_APPLY);
}

static void apply_failed(struct scene *s)
{
	apply_running(s);
	change_end(&s->ui.change, CHANGE_FAILED,
		"libvirt did not accept the whole change: the old definition was restored.", SAVED);
}

static void undo_asking(struct scene *s)
{
	open_remedy(s);
	golden_act(s, ACTION_UNDO);
	change_ask_undo(&s->ui.change,
		"--- now\n+++ before the change\n@@ -20,5 +20,5 @@\n   <clock offset='localtime'>\n"
		"-    <timer name='hpet' present='yes'/>\n+    <timer name='hpet' present='no'/>\n"
		"   </clock>\n",
		SAVED, NULL, NULL);
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

/* clang-format off */
static const struct golden cases[] = {
	{ .name = "remedy", .build = scene_storm, .choose = open_remedy, .wide = true },
	{ .name = "remedy-end", .build = scene_storm, .choose = scroll_remedy },
	{ .name = "remedy-2", .build = scene_storm, .choose = open_second_remedy },
	{ .name = "remedy-none", .build = scene_quiet, .choose = open_remedy },
	{ .name = "remedy-host", .build = scene_storm, .choose = open_host_remedy },
	{ .name = "remedy-guest", .build = scene_storm, .choose = open_guest_remedy },
	{ .name = "remedy-transient", .build = scene_storm, .choose = open_transient },
	{ .name = "remedy-unknown", .build = scene_storm, .choose = open_unknown },
	{ .name = "remedy-unknown-end", .build = scene_storm, .choose = scroll_unknown },
	{ .name = "remedy-pending", .build = scene_storm, .choose = open_pending },
	{ .name = "remedy-fallback", .build = scene_storm, .choose = open_fallback },
	{ .name = "remedy-impossible", .build = scene_storm, .choose = open_impossible },
	{ .name = "remedy-untold", .build = scene_storm, .choose = open_untold },
	{ .name = "remedy-likely", .build = scene_storm, .choose = open_likely },
	{ .name = "finding-1-of-3", .build = scene_storm, .choose = open_with_others },
	{ .name = "finding-2-of-3", .build = scene_storm, .choose = open_next_finding },
	{ .name = "finding-3-of-3", .build = scene_storm, .choose = open_last_finding },
	{ .name = "finding-folded", .build = scene_storm, .choose = open_folded },
	{ .name = "remedy-nova", .build = scene_storm, .choose = open_nova },
	{ .name = "remedy-nova-end", .build = scene_storm, .choose = scroll_nova },
	{ .name = "remedy-proxmox", .build = scene_storm, .choose = open_proxmox },
	{ .name = "remedy-virt-xml", .build = scene_storm, .choose = open_virt_xml },
	{ .name = "apply-nova", .build = scene_storm, .choose = apply_nova },
	{ .name = "apply-proxmox", .build = scene_storm, .choose = apply_proxmox },
	{ .name = "claim", .build = scene_storm, .choose = claim },
	{ .name = "claim-unconfirmed", .build = scene_storm, .choose = claim_unconfirmed },
	{ .name = "remedy-claim", .build = scene_storm, .choose = open_claim },
	{ .name = "apply-claim", .build = scene_storm, .choose = apply_claim },
	{ .name = "remedy-written", .build = scene_storm, .choose = say_written },
	{ .name = "remedy-mono", .build = scene_storm, .choose = open_remedy, .no_color = true },
	{ .name = "remedy-ascii", .build = scene_storm, .choose = open_remedy, .locale = "C" },
	{ .name = "apply-asking", .build = scene_storm, .choose = apply_asking },
	{ .name = "apply-checking", .build = scene_storm, .choose = apply_checking },
	{ .name = "apply-saved", .build = scene_storm, .choose = apply_saved },
	{ .name = "apply-typing", .build = scene_storm, .choose = apply_typing },
	{ .name = "apply-denied", .build = scene_storm, .choose = apply_denied },
	{ .name = "apply-lacking", .build = scene_storm, .choose = apply_lacking },
	{ .name = "apply-running", .build = scene_storm, .choose = apply_running },
	{ .name = "apply-done", .build = scene_storm, .choose = apply_done },
	{ .name = "apply-overwritten", .build = scene_storm, .choose = apply_overwritten },
	{ .name = "apply-refused", .build = scene_storm, .choose = apply_refused },
	{ .name = "apply-failed", .build = scene_storm, .choose = apply_failed, .no_color = true },
	{ .name = "undo-asking", .build = scene_storm, .choose = undo_asking },
	{ .name = "undo-done", .build = scene_storm, .choose = undo_done },
	{ .name = "baseline", .build = scene_quiet, .choose = since_storm },
	{ .name = "baseline-same", .build = scene_storm, .choose = since_storm },
	{ .name = "baseline-remedy", .build = scene_quiet, .choose = remedy_since_storm },
};
/* clang-format on */

int run_remedy_tests(void)
{
	return run_goldens("remedies", cases, sizeof cases / sizeof *cases);
}
