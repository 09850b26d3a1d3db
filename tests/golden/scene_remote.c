#include "scene_remote.h"

#include <math.h>
#include <stdio.h>

static void set_top(struct vm *vm, const char *text)
{
	snprintf(vm->top_exit, sizeof vm->top_exit, "%s", text);
}

void scene_coarse(struct scene *s)
{
	struct vm_counters *c, *web;

	scene_storm(s);
	scene_counted(s);
	for (size_t i = 0; i < s->vms[0]->thread_count; i++) {
		s->vms[0]->threads[i].interval = (struct exit_table){ .seconds = NAN };
		s->vms[0]->threads[i].total = (struct exit_table){ .seconds = NAN };
	}
	c = &s->vms[0]->counters;
	c->irq_windows_per_s = 138;
	c->nmi_windows_per_s = 0;
	c->hypercalls_per_s = 2;
	c->page_faults_per_s = 9;
	c->emulated_per_s = 55;
	c->signals_per_s = 12;
	c->irq_requests_per_s = 0;
	set_top(s->vms[0], "I/O ports 78.6%");
	web = &s->vms[1]->counters;
	web->exits_per_s = 410;
	web->io_exits_per_s = 20;
	web->mmio_exits_per_s = 3;
	web->halt_exits_per_s = 250;
	web->irq_exits_per_s = 40;
	web->page_faults_per_s = 31;
	set_top(s->vms[1], "halts 61.0%");
	s->model.host.exits_per_s = 23614 + 410;
}

/* Of a VM's devices: a disk, an interface, memory. */
static void set_devices(struct vm *vm, double scale)
{
	vm->devices.block = (struct device_block){
		.rd_bytes_per_s = 1.2e6 * scale,
		.rd_per_s = 300 * scale,
		.wr_bytes_per_s = 340e3 * scale,
		.wr_per_s = 60 * scale,
		.flushes_per_s = 12 * scale,
		.rd_us = 410,
		.wr_us = 2150,
		.flush_us = 5000,
	};
	vm->devices.net = (struct device_net){
		.rx_bytes_per_s = 12000 * scale,
		.rx_per_s = 90 * scale,
		.tx_bytes_per_s = 1000 * scale,
		.tx_per_s = 11 * scale,
		.errors_per_s = 0,
		.drops_per_s = 0,
	};
	vm->devices.memory =
		(struct device_memory){ 4194304, 8388608, 3670016, 4000000, 1048576, 0, 0, 0 };
}

void scene_devices(struct scene *s)
{
	scene_storm(s);
	set_devices(s->vms[0], 1);
	set_devices(s->vms[1], 0.1);
}

/* What only a process tells. */
static void forget_process(struct vm *vm, uint64_t number)
{
	size_t kept = 0;

	vm->id = (struct vm_id){ 0, number };
	for (size_t i = 0; i < vm->thread_count; i++) {
		struct thread *t = &vm->threads[i];

		if (t->kind != THREAD_VCPU)
			continue;
		t->tid = -1 - t->vcpu;
		snprintf(t->name, sizeof t->name, "vCPU %d", t->vcpu);
		t->cpu.guest_pct = t->cpu.user_pct = t->cpu.system_pct = NAN;
		vm->threads[kept++] = *t;
	}
	vm->thread_count = kept;
	vm->cpu.user_pct += vm->cpu.guest_pct;
	vm->cpu.guest_pct = NAN;
}

void scene_remote(struct scene *s)
{
	struct host *h = &s->model.host;

	scene_coarse(s);
	set_devices(s->vms[0], 1);
	set_devices(s->vms[1], 0.1);
	for (size_t i = 0; i < s->model.vm_count; i++)
		forget_process(s->vms[i], 4711 + i);
	h->remote = true;
	snprintf(h->name, sizeof h->name, "host9");
	h->user_pct += h->guest_pct;
	h->guest_pct = h->steal_pct = NAN;
	h->swap_kib = h->swap_used_kib = h->ksmd_pct = h->kswapd_pct = NAN;
	s->model.sources[SOURCE_PROC] = s->model.sources[SOURCE_LIBVIRT] =
		(struct sample_source){ .ok = true };
	snprintf(s->model.sources[SOURCE_TRACING].why, sizeof s->model.sources[SOURCE_TRACING].why,
		"looks at host9 through libvirt: user is guest time, too; reasons of exits, all "
		"threads and the kernel's log are seen there, by `sudo kvmtop`");
	s->ui.selected = s->vms[0]->id;
}
