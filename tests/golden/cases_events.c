/* The view of KVM's events. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "golden.h"
#include "scene_events.h"
#include "view/ui_moves.h"

static void show(struct scene *s)
{
	scene_events(s);
	ui_turn_to(&s->ui, VIEW_EVENTS);
}

static void show_opening(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_EVENTS);
	s->model.kvm_events.wanted = true;
	strcpy(s->model.kvm_events.why,
		"1200 of 4032 counters are open; figures come when all are");
}

static void show_refused(struct scene *s)
{
	show_opening(s);
	strcpy(s->model.kvm_events.why,
		"counting KVM's events is not permitted: run kvmtop as root, outside of "
		"containers, or allow it by `sysctl kernel.perf_event_paranoid=-1`");
}

static void show_recording(struct scene *s)
{
	ui_turn_to(&s->ui, VIEW_EVENTS);
	s->model.recording =
		(struct sample_recording){ .file = "night.jsonl.zst", .is_replay = true };
}

/* More CPUs than file descriptors allow. */
static void show_too_many(struct scene *s)
{
	struct kvm_events *e = &s->model.kvm_events;

	show(s);
	strcpy(e->note,
		"63 events on 256 CPUs and 16 threads need 17,136 file descriptors, 4,096 are "
		"allowed: run `ulimit -n 18000` before kvmtop; only the 15 most telling ones are "
		"counted");
	for (size_t i = 15; i < e->count; i++)
		e->items[i].vm_per_s = e->items[i].host_per_s = e->items[i].vm_total =
			e->items[i].host_total = NAN;
}

static void show_without_vm(struct scene *s)
{
	struct kvm_events *e = &s->model.kvm_events;

	show(s);
	e->vm = (struct vm_id){ 0 };
	for (size_t i = 0; i < e->count; i++)
		e->items[i].vm_per_s = e->items[i].vm_total = NAN;
}

static void sort_by_theme(struct scene *s)
{
	show(s);
	for (int i = 0; i < 5; i++)
		golden_act(s, ACTION_SORT_ROWS);
}

/* clang-format off */
static const struct golden events_cases[] = {
	{ .name = "events", .build = scene_storm, .choose = show, .wide = true },
	{ .name = "events-ascii", .build = scene_storm, .choose = show, .locale = "C" },
	{ .name = "events-mono", .build = scene_storm, .choose = show, .no_color = true },
	{ .name = "events-sorted", .build = scene_storm, .choose = sort_by_theme },
	{ .name = "events-opening", .build = scene_storm, .choose = show_opening },
	{ .name = "events-refused", .build = scene_storm, .choose = show_refused },
	{ .name = "events-recording", .build = scene_storm, .choose = show_recording },
	{ .name = "events-too-many", .build = scene_storm, .choose = show_too_many },
	{ .name = "events-without-vm", .build = scene_storm, .choose = show_without_vm },
	{ .name = "events-no-vm", .build = scene_empty, .choose = show_opening },
};
/* clang-format on */

int run_events_tests(void)
{
	return run_goldens("events", events_cases, sizeof events_cases / sizeof *events_cases);
}
