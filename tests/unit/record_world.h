/* record_world: a host to record, tick by tick: a VM of libvirt's and one of a command line, with threads,
 * exits, interrupt lines, counters and configurations that change. Include cmocka.h before. */
#ifndef TESTS_RECORD_WORLD_H
#define TESTS_RECORD_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "domain/domain_xml.h"
#include "record/record.h"
#include "samples.h"
#include "source/replay/replay.h"

#define WORLD_UUID "5f0bd5ad-04b2-4d2c-a1f6-6a2f2b1c1f0e"
#define WORLD_HOST "payroll-host"
#define WORLD_VM "Bobs-VM"
/* From this tick on the definition differs from what runs. */
enum { WORLD_CHANGE = 7, WORLD_PID = 100, WORLD_OTHER_PID = 200 };

static inline const char *world_xml(bool changed)
{
	return changed ? "<domain type='kvm'><name>" WORLD_VM "</name><uuid>" WORLD_UUID "</uuid>"
			 "<features><hyperv><relaxed state='on'/><stimer "
			 "state='on'/></hyperv></features>"
			 "<clock offset='localtime'><timer name='hpet' "
			 "present='no'/></clock></domain>"
		       : "<domain type='kvm'><name>" WORLD_VM "</name><uuid>" WORLD_UUID "</uuid>"
			 "<features><hyperv><relaxed state='on'/></hyperv></features>"
			 "<clock offset='localtime'><timer name='hpet' "
			 "present='no'/></clock></domain>";
}

static inline struct domain_set *world_domains(bool changed)
{
	struct domain_set *set = domain_set_new(2);
	struct domain *d = &set->items[1];

	set->items[0] = (struct domain){ .name = mem_strdup("another"), .uuid = "0", .id = -1 };
	*d = (struct domain){
		.name = mem_strdup(WORLD_VM),
		.uuid = WORLD_UUID,
		.id = 3,
		.state = DOMAIN_RUNNING,
		.persistent = true,
		.live_xml = mem_strdup(world_xml(false)),
		.inactive_xml = mem_strdup(world_xml(changed)),
		.caps = { .known = true,
			.hyperv_known = true,
			.hyperv = { "stimer", "synic" },
			.hyperv_count = 2,
			.cpu_vendor = "Intel",
			.libvirt_version = 9000000 },
	};
	domain_xml_read(&d->live, d->live_xml);
	domain_xml_read(&d->inactive, d->inactive_xml);
	set->time_ns = 77;
	return set;
}

/* 20 exits of about 3 us, in two buckets. */
static inline void world_add_exits(struct sample *s, pid_t tid, int vcpu, uint64_t tick)
{
	uint32_t *counts = arena_array(&s->arena, 2, sizeof *counts);
	struct sample_exit e =
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 20, 3000);
	struct sample_exit mmio = exits_of((struct exit_key){ .reason = 48,
						   .isa = EXIT_ISA_VMX,
						   .detail = EXIT_DETAIL_MMIO_READ,
						   .number = 0xfee00000fee00000 },
		"EPT_MISCONFIG", 1, 9000 + tick);

	counts[0] = 15;
	counts[1] = 5;
	e.latency = (struct latency_span){ latency_bucket(3000), 2, counts };
	e.durations.max_ns = 4000 + tick;
	e.durations.m2 = 12345.678901 / (double)(tick + 1);
	add_exits(s, tid, vcpu, e);
	add_exits(s, tid, vcpu, mmio);
	add_irqs(s, tid, 8, 50 + tick, 49);
}

static inline void world_add_host(struct sample *s, uint64_t tick)
{
	snprintf(s->host.name, sizeof s->host.name, WORLD_HOST);
	s->host.cpus = 4;
	s->host.uptime_s = 18000.1 + (double)tick;
	s->host.load[0] = 1.44;
	s->host.user_ticks = 1000 + 13 * tick;
	s->host.nice_ticks = s->host.irq_ticks = s->host.softirq_ticks = s->host.steal_ticks = 0;
	s->host.system_ticks = 2000 + 40 * tick;
	s->host.idle_ticks = 3000 + 200 * tick;
	s->host.iowait_ticks = 5;
	s->host.guest_ticks = 10 + 20 * tick;
	s->host.memory_kib = 8000000;
	s->host.memory_available_kib = 3000000 + tick;
	s->tracing = (struct sample_tracing){
		.events = 1000 * tick,
		.horizon_ns = s->time_ns,
		.details = true,
		.duty = 1,
		.budget_cpu_pct = 5,
		.budget_events_per_s = 200000,
	};
	snprintf(s->platform.clocksource, sizeof s->platform.clocksource, "tsc");
	s->platform.ksm_run = tick >= WORLD_CHANGE;
	s->own_cpu_ns = 1000000 * tick;
	sample_set_source(s, SOURCE_PROC, NULL);
	sample_set_source(s, SOURCE_TRACING, NULL);
	sample_set_source(
		s, SOURCE_LIBVIRT, tick % 2 ? NULL : "libvirt on %s is silent", WORLD_HOST);
}

/* The sample of that tick. set is borrowed. */
static inline struct sample *world_sample(uint64_t tick, struct domain_set *set)
{
	static const struct domain_config config = {
		.stack = DOMAIN_STACK_PROXMOX,
		.stack_id = "104",
		.parsed = true,
		.from_command_line = true,
		.machine = { .machine = "pc-q35-7.2", .cpu_model = "host", .vcpus = 2 },
	};
	struct sample *s = sample_at((double)tick);
	struct sample_vm *vm = add_vm(s, WORLD_PID, WORLD_VM),
			 *other = add_vm(s, WORLD_OTHER_PID, NULL);
	struct sample_thread *t;

	world_add_host(s, tick);
	s->real_ns += tick * NS_PER_S;
	s->domains = domain_set_ref(set);
	vm->uuid = arena_strdup(&s->arena, WORLD_UUID);
	vm->domain = set ? &set->items[1] : NULL;
	vm->kvm_exits = 40 * tick;
	vm->counters.time_ns = s->time_ns;
	vm->counters.exits = 40 * tick;
	vm->counters.nx_splits = tick % 3;
	vm->unhandled_msrs = tick;
	vm->unhandled_msr = 0x611;
	t = add_thread(vm, WORLD_PID, THREAD_EMULATOR, -1);
	t->switches = 100 * tick;
	snprintf(t->name, sizeof t->name, WORLD_VM);
	for (int i = 0; i < 2; i++) {
		t = add_thread(vm, WORLD_PID + 1 + i, THREAD_VCPU, i);
		snprintf(t->name, sizeof t->name, "CPU %d/KVM", i);
		t->cpu_ns = 400000000 * tick;
		t->wait_ns = 1000 * tick;
		t->utime_ticks = 30 * tick;
		t->stime_ticks = 10 * tick;
		t->guest_ticks = 20 * tick;
		world_add_exits(s, t->tid, i, tick);
	}
	other->config = domain_config_copy(&s->arena, &config);
	add_thread(other, WORLD_OTHER_PID + 1, THREAD_VCPU, 0);
	return s;
}

/* Records ticks first to last - 1 of the world. */
static inline void world_record(const struct record_options *config, uint64_t first, uint64_t last)
{
	struct domain_set *before = world_domains(false), *after = world_domains(true);
	struct record *r;
	char why[256] = "";

	if (record_open(&r, config, why, sizeof why))
		fail_msg("%s", why);
	for (uint64_t i = first; i < last; i++) {
		struct sample *s = world_sample(i, i < WORLD_CHANGE ? before : after);

		if (record_add(r, s, why, sizeof why))
			fail_msg("%s", why);
		sample_free(s);
	}
	record_close(r);
	domain_set_unref(before);
	domain_set_unref(after);
}

static inline struct source *world_open(const char *path)
{
	struct source *replay = NULL;
	char why[256] = "";

	if (replay_open(&replay, path, why, sizeof why))
		fail_msg("%s", why);
	return replay;
}

#endif
