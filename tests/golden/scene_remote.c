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
