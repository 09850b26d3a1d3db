#include "sample/sample.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"

static const char *const source_names[SOURCE__COUNT] = {
	[SOURCE_PROC] = "proc",
	[SOURCE_TRACING] = "tracing",
	[SOURCE_LIBVIRT] = "libvirt",
};

static const char *const thread_kind_names[THREAD_KIND__COUNT] = {
	[THREAD_VCPU] = "vcpu",
	[THREAD_EMULATOR] = "emulator",
	[THREAD_IOTHREAD] = "iothread",
	[THREAD_WORKER] = "worker",
	[THREAD_VHOST] = "vhost",
	[THREAD_PIT] = "kvm-pit",
	[THREAD_KERNEL] = "kernel",
};

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
