#include "scene_events.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* Per second, of the VM and of the host, and how many seconds it is counted. */
static const struct {
	const char *name;
	double vm, host;
} figures[] = {
	{ "kvm_exit", 23582, 23992 },
	{ "kvm_entry", 23582, 23992 },
	{ "kvm_apic_accept_irq", 2114, 2391 },
	{ "kvm_hv_stimer_expiration", 0, 64 },
	{ "kvm_vcpu_wakeup", 977.3, 1227 },
	{ "kvm_halt_poll_ns", 41.7, 44 },
	{ "kvm_pio", 18551, 18557 },
	{ "kvm_msr", 3632, 3784 },
	{ "kvm_mmio", 2.3, 11 },
	{ "kvm_userspace_exit", 18553, 18600 },
	{ "kvm_set_irq", 64.3, 130.7 },
	{ "kvm_msi_set_irq", 0, 88 },
	{ "kvm_inj_virq", 1024, 1140 },
	{ "kvm_page_fault", 8.7, 40 },
	{ "kvm_hypercall", 0, 0 },
	{ "kvm_hv_hypercall", 0, 0 },
	{ "kvm_hv_synic_set_irq", 0, 64 },
	{ "kvm_eoi", 2110, 2386 },
	{ "kvm_cpuid", 0.3, 0.3 },
	{ "kvm_fpu", 37106, 37206 },
	{ "kvm_pic_set_irq", 64.3, 66 },
	{ "kvm_avic_unaccelerated_access", 0, 0 },
	{ "kvm_track_tsc", 0, 0 },
	{ "kvm_of_tomorrow", 1.3, 2 },
	{ "kvm_xen_hypercall", 0, 0 },
};

enum { COUNT = sizeof figures / sizeof *figures, SECONDS = 39 };

void scene_events(struct scene *s)
{
	struct kvm_events *e = &s->model.kvm_events;

	*e = (struct kvm_events){ .wanted = true,
		.vm = s->vms[0]->id,
		.items = arena_array(&s->arena, COUNT, sizeof *e->items),
		.count = COUNT };
	for (size_t i = 0; i < COUNT; i++) {
		struct kvm_event *item = &e->items[i];

		snprintf(item->name, sizeof item->name, "%s", figures[i].name);
		item->known = tracepoint_name_find(item->name);
		item->vm_per_s = figures[i].vm;
		item->host_per_s = figures[i].host;
		item->vm_total = round(SECONDS * figures[i].vm);
		item->host_total = round(SECONDS * figures[i].host);
	}
}
