#include "scene_host.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "model/host_detail.h"
#include "model/placement.h"

static const struct host_pressure calm = { 1.2, 0, 0.8, 0, 0.6, 0 };
static const struct host_pressure held_up = { 31.4, 18.2, 28.0, 15.5, 12.1, 6.3 };
static const struct host_pressure unknown = { NAN, NAN, NAN, NAN, NAN, NAN };

/* CPU 1 has just come: nothing is known of it. */
static void set_cpus(struct host *h)
{
	for (size_t i = 0; i < h->per_cpu_count; i++) {
		struct host_cpu *cpu = &h->per_cpu[i];
		const double busy = cpu->busy_pct;

		cpu->guest_pct = busy * 0.5;
		cpu->user_pct = busy * 0.2;
		cpu->system_pct = busy * 0.3;
		cpu->idle_pct = 100 - busy;
		cpu->iowait_pct = cpu->idle_pct / 50;
		cpu->steal_pct = isnan(busy) ? NAN : 0;
	}
}

static void set_platform(struct sample_platform *p)
{
	*p = (struct sample_platform){ .halt_poll_ns = 200000,
		.ignore_msrs = 0,
		.report_ignored_msrs = 1,
		.apicv = 1,
		.nested = 1,
		.ksm_run = 1,
		.ksm_shared = 51200,
		.ksm_sharing = 409600,
		.ksm_unshared = 128000 };
	snprintf(p->clocksource, sizeof p->clocksource, "tsc");
	snprintf(p->kvm_vendor, sizeof p->kvm_vendor, "intel");
	snprintf(p->nx_huge_pages, sizeof p->nx_huge_pages, "Y");
	snprintf(p->kernel, sizeof p->kernel, "6.1.0-18-amd64");
}

static struct host_detail *add_detail(struct scene *s)
{
	struct host_detail *d = arena_alloc(&s->arena, sizeof *d);

	*d = (struct host_detail){
		.cpu = calm,
		.memory = calm,
		.io = calm,
		.halt_poll_grow = 2,
		.halt_poll_grow_start_ns = 10000,
		.halt_poll_shrink = 0,
		.cpus_online = "0-1,3-4",
		.huge_pages = 512,
		.huge_pages_free = 128,
		.huge_page_kib = 2048,
		.dirty_kib = 39360,
		.writeback_kib = 0,
		.overcommit = { .vcpus = 14,
			.vcpus_per_cpu = 3.5,
			.memory_kib = 7 << 20,
			.memory_pct = 91,
			.memory_unknown = 1 },
	};
	snprintf(d->thp, sizeof d->thp, "madvise");
	d->node_count = 2;
	d->nodes = arena_array(&s->arena, 2, sizeof *d->nodes);
	d->nodes[0] = (struct host_node){ 0, "0-1", 4 << 20, 1 << 20 };
	d->nodes[1] = (struct host_node){ 1, "3-4", 3.7 * (1 << 20), 400 << 10 };
	s->model.detail = d;
	return d;
}

/* One group for each VM, in libvirt's way; its vCPUs are on node 0, and every third VM is pinned. */
static void place(struct scene *s, struct vm *vm, size_t number)
{
	struct vm_placement *p = arena_alloc(&s->arena, sizeof *p);

	p->groups = arena_alloc(&s->arena, sizeof *p->groups);
	p->group_count = 1;
	p->groups[0] = (struct cgroup){ .path = arena_printf(&s->arena,
						"/machine.slice/machine-qemu-%zu.scope", number),
		.cpus = "0-4",
		.version = 2,
		.quota_cpus = INFINITY,
		.quota = "none",
		.weight = 100,
		.memory_max_kib = INFINITY,
		.memory_high_kib = INFINITY };
	p->threads = arena_array(&s->arena, vm->thread_count, sizeof *p->threads);
	for (size_t i = 0; i < vm->thread_count; i++) {
		const bool pinned = number % 3 == 0 && vm->threads[i].kind == THREAD_VCPU;

		p->threads[i] = (struct placement){ .known = true,
			.last_cpu = (int)(number + i) % 2,
			.node = 0,
			.cpus = pinned ? "0-1" : "all",
			.cpu_count = pinned ? 2 : 4,
			.is_pinned = pinned,
			.nodes = "0-1",
			.group = p->groups };
	}
	p->throttled_pct = 0;
	vm->placement = p;
}

void scene_host(struct scene *s)
{
	scene_house(s);
	set_cpus(&s->model.host);
	set_platform(&s->model.platform);
	add_detail(s);
	for (size_t i = 0; i < s->model.vm_count; i++)
		place(s, s->vms[i], i);
}

void scene_host_in_need(struct scene *s)
{
	struct host *h = &s->model.host;
	struct host_detail *d;
	struct vm_placement *p;

	scene_host(s);
	d = s->model.detail;
	d->cpu = d->memory = held_up;
	d->overcommit.vcpus = 24;
	d->overcommit.vcpus_per_cpu = 6;
	d->overcommit.vcpus_unknown = 1;
	d->overcommit.memory_kib = 12 << 20;
	d->overcommit.memory_pct = 156;
	h->memory_used_kib = h->memory_kib * 0.97;
	h->swap_used_kib = h->swap_kib;
	h->kswapd_pct = 23.5;
	h->ksmd_pct = 41;
	h->steal_pct = 8;
	snprintf(d->thp, sizeof d->thp, "never");
	snprintf(s->model.platform.clocksource, sizeof s->model.platform.clocksource, "hpet");
	/* The selected one's vCPUs are held back, its emulator is far from its memory. */
	p = (struct vm_placement *)(uintptr_t)s->vms[0]->placement;
	p->groups[0].quota_cpus = 0.5;
	snprintf(p->groups[0].quota, sizeof p->groups[0].quota, "0.50");
	p->groups[0].throttled_pct = p->throttled_pct = 62.1;
	p->groups[0].throttled_periods_pct = 88;
	for (size_t i = 0; i < s->vms[1]->thread_count; i++) {
		struct placement *t =
			&((struct vm_placement *)(uintptr_t)s->vms[1]->placement)->threads[i];

		t->nodes = "1";
		t->is_remote = true;
	}
}

void scene_host_unknown(struct scene *s)
{
	struct host_detail *d;

	scene_house(s);
	set_cpus(&s->model.host);
	s->model.platform = sample_platform_unknown();
	d = add_detail(s);
	*d = (struct host_detail){
		.cpu = unknown,
		.memory = unknown,
		.io = unknown,
		.halt_poll_grow = -1,
		.halt_poll_grow_start_ns = -1,
		.halt_poll_shrink = -1,
		.huge_pages = NAN,
		.huge_pages_free = NAN,
		.huge_page_kib = NAN,
		.dirty_kib = NAN,
		.writeback_kib = NAN,
		.overcommit = { .vcpus = NAN,
			.vcpus_per_cpu = NAN,
			.vcpus_unknown = s->model.vm_count,
			.memory_kib = NAN,
			.memory_pct = NAN,
			.memory_unknown = s->model.vm_count },
	};
}

void scene_host_crowd(struct scene *s)
{
	scene_crowd(s);
	set_cpus(&s->model.host);
	set_platform(&s->model.platform);
	add_detail(s)->cpus_online = "0-1,3-96";
	s->model.detail->nodes[0].cpus = "0-1,3-48";
	s->model.detail->nodes[1].cpus = "49-96";
	for (size_t i = 0; i < s->model.vm_count; i++)
		place(s, s->vms[i], i);
}
