#include "sample/sample.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"

static const char *const source_names[SOURCE__COUNT] = {
	[SOURCE_PROC] = "proc",
	[SOURCE_TRACING] = "tracing",
	[SOURCE_LIBVIRT] = "libvirt",
};

const char *const thread_kind_names[THREAD_KIND__COUNT] = {
	[THREAD_VCPU] = "vcpu",
	[THREAD_EMULATOR] = "emulator",
	[THREAD_IOTHREAD] = "iothread",
	[THREAD_WORKER] = "worker",
	[THREAD_VHOST] = "vhost",
	[THREAD_PIT] = "kvm-pit",
	[THREAD_KERNEL] = "kernel",
};

struct sample_counters sample_counters_unknown(void)
{
	return (struct sample_counters){
		.exits = SAMPLE_UNKNOWN,
		.io_exits = SAMPLE_UNKNOWN,
		.mmio_exits = SAMPLE_UNKNOWN,
		.halt_exits = SAMPLE_UNKNOWN,
		.irq_exits = SAMPLE_UNKNOWN,
		.hypercalls = SAMPLE_UNKNOWN,
		.halt_poll_success_ns = SAMPLE_UNKNOWN,
		.halt_poll_fail_ns = SAMPLE_UNKNOWN,
		.halt_wait_ns = SAMPLE_UNKNOWN,
		.nested_runs = SAMPLE_UNKNOWN,
		.page_faults = SAMPLE_UNKNOWN,
		.directed_yields = SAMPLE_UNKNOWN,
		.nx_splits = SAMPLE_UNKNOWN,
		.irq_windows = SAMPLE_UNKNOWN,
		.nmi_windows = SAMPLE_UNKNOWN,
		.signals = SAMPLE_UNKNOWN,
		.irq_requests = SAMPLE_UNKNOWN,
		.emulated = SAMPLE_UNKNOWN,
		.halt_wakeups = SAMPLE_UNKNOWN,
		.halt_polls = SAMPLE_UNKNOWN,
		.halt_polls_successful = SAMPLE_UNKNOWN,
	};
}

struct sample_cpu sample_cpu_unknown(int number)
{
	return (struct sample_cpu){
		.number = number,
		.user_ticks = SAMPLE_UNKNOWN,
		.nice_ticks = SAMPLE_UNKNOWN,
		.system_ticks = SAMPLE_UNKNOWN,
		.idle_ticks = SAMPLE_UNKNOWN,
		.iowait_ticks = SAMPLE_UNKNOWN,
		.irq_ticks = SAMPLE_UNKNOWN,
		.softirq_ticks = SAMPLE_UNKNOWN,
		.steal_ticks = SAMPLE_UNKNOWN,
		.guest_ticks = SAMPLE_UNKNOWN,
	};
}

struct sample_vm sample_vm_unknown(struct vm_id id)
{
	return (struct sample_vm){
		.id = id,
		.kvm_exits = SAMPLE_UNKNOWN,
		.counters = sample_counters_unknown(),
		.unhandled_msrs = SAMPLE_UNKNOWN,
		.cpu = { .cpu_ns = SAMPLE_UNKNOWN,
			.user_ns = SAMPLE_UNKNOWN,
			.system_ns = SAMPLE_UNKNOWN },
		.devices.memory = sample_memory_unknown(),
	};
}

/* FNV-1a. */
static uint64_t mix(uint64_t hash, const void *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ ((const unsigned char *)bytes)[i]) * UINT64_C(0x100000001b3);
	return hash;
}

/* Above INT64_MAX nothing is recorded as a number. */
struct vm_id sample_domain_vm_id(const struct domain *domain)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);

	hash = mix(hash, domain->uuid, strlen(domain->uuid));
	hash = mix(hash, &domain->id, sizeof domain->id);
	return (struct vm_id){ 0, (hash & INT64_MAX) | 1 };
}

struct sample_platform sample_platform_unknown(void)
{
	return (struct sample_platform){
		.halt_poll_ns = -1,
		.halt_poll_ns_grow = -1,
		.halt_poll_ns_grow_start = -1,
		.halt_poll_ns_shrink = -1,
		.ignore_msrs = -1,
		.report_ignored_msrs = -1,
		.apicv = -1,
		.nested = -1,
		.ksm_run = -1,
		.ksm_shared = -1,
		.ksm_sharing = -1,
		.ksm_unshared = -1,
	};
}

struct sample *sample_new(void)
{
	struct sample *s = mem_calloc(1, sizeof *s);

	s->time_ns = clock_mono_ns();
	s->real_ns = clock_real_ns();
	s->host = (struct sample_host){
		.uptime_s = NAN,
		.load = { NAN, NAN, NAN },
		.user_ticks = SAMPLE_UNKNOWN,
		.nice_ticks = SAMPLE_UNKNOWN,
		.system_ticks = SAMPLE_UNKNOWN,
		.idle_ticks = SAMPLE_UNKNOWN,
		.iowait_ticks = SAMPLE_UNKNOWN,
		.irq_ticks = SAMPLE_UNKNOWN,
		.softirq_ticks = SAMPLE_UNKNOWN,
		.steal_ticks = SAMPLE_UNKNOWN,
		.guest_ticks = SAMPLE_UNKNOWN,
		.memory_kib = SAMPLE_UNKNOWN,
		.memory_available_kib = SAMPLE_UNKNOWN,
		.swap_kib = SAMPLE_UNKNOWN,
		.swap_free_kib = SAMPLE_UNKNOWN,
		.ksmd_ticks = SAMPLE_UNKNOWN,
		.kswapd_ticks = SAMPLE_UNKNOWN,
	};
	s->platform = sample_platform_unknown();
	s->own_cpu_ns = SAMPLE_UNKNOWN;
	return s;
}

void sample_free(struct sample *s)
{
	if (!s)
		return;
	domain_set_unref(s->domains);
	arena_fini(&s->arena);
	free(s);
}

void sample_set_source(struct sample *s, enum source_id id, const char *format, ...)
{
	struct sample_source *source = &s->sources[id];
	char why[sizeof source->why];
	va_list args;

	source->ok = !format;
	source->harmless = false;
	source->why[0] = '\0';
	if (!format)
		return;
	va_start(args, format);
	vsnprintf(why, sizeof why, format, args);
	va_end(args);
	text_clean(source->why, sizeof source->why, why);
}

const char *source_name(enum source_id id)
{
	return source_names[id];
}

const char *thread_kind_name(enum thread_kind kind)
{
	return thread_kind_names[kind];
}
