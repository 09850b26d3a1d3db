#include "model/kvm_event_columns.h"

#include <math.h>

/* The VM's counters are read a moment after the host's, and may be ahead. */
static double event_share(const void *row)
{
	const struct kvm_event *e = row;

	if (isnan(e->vm_per_s) || !(e->host_per_s > 0))
		return NAN;
	return fmin(100 * e->vm_per_s / e->host_per_s, 100);
}

static const char *event_about(const void *row)
{
	const struct kvm_event *e = row;

	return e->known ? e->known->about : NULL;
}

static const char *event_meaning(const void *row)
{
	const struct kvm_event *e = row;

	return e->known ? e->known->meaning : NULL;
}

/* clang-format off */
#define LEFT .left = true, .ascending = true
const struct field kvm_event_columns[KVM_EVENT_COL__COUNT] = {
	[KVM_EVENT_COL_NAME] = { .title = "event", .key = "event", .width = 24, LEFT, FIELD_TEXT_AT(kvm_event, name),
		.help = "The tracepoint of KVM, as `perf stat -e 'kvm:*'` names it" },
	[KVM_EVENT_COL_VM] = { .title = "VM/s", .key = "vm_per_s", .width = 6, .unit = NUMBER_RATE, FIELD_NUMBER_AT(kvm_event, vm_per_s),
		.help = "How often a second it fires while a thread of the selected VM runs" },
	[KVM_EVENT_COL_HOST] = { .title = "host/s", .key = "host_per_s", .width = 6, .unit = NUMBER_RATE, FIELD_NUMBER_AT(kvm_event, host_per_s),
		.help = "How often a second it fires on all CPUs of the host" },
	[KVM_EVENT_COL_SHARE] = { .title = "VM%", .key = "vm_pct", .width = 5, .rank = 2, .unit = NUMBER_PERCENT, .number = event_share,
		.help = "The selected VM's part of all that the host has of it" },
	[KVM_EVENT_COL_VM_TOTAL] = { .title = "VM total", .key = "vm_total", .width = 8, .rank = 4, .unit = NUMBER_INTEGER,
		FIELD_NUMBER_AT(kvm_event, vm_total),
		.help = "How often it fired for the selected VM since counting began, or since z" },
	[KVM_EVENT_COL_HOST_TOTAL] = { .title = "host total", .key = "host_total", .width = 10, .rank = 5, .unit = NUMBER_INTEGER,
		FIELD_NUMBER_AT(kvm_event, host_total),
		.help = "How often it fired on the host since counting began, or since z" },
	[KVM_EVENT_COL_ABOUT] = { .title = "about", .key = "about", .width = 10, .rank = 3, LEFT, .text = event_about,
		.help = "What it is about: exits, APIC, Hyper-V, halts, interrupts, devices, memory, clocks, nested guests" },
	[KVM_EVENT_COL_MEANING] = { .title = "has happened", .key = "meaning", .width = 38, .rank = 1, LEFT, .text = event_meaning,
		.help = "What has happened when it fires" },
};
/* clang-format on */
