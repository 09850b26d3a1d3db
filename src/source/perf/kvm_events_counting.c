#include "source/perf/kvm_events_counting.h"

#include <stdlib.h>

#include "core/clock.h"
#include "core/mem.h"
#include "sample/sample.h"

void kvm_events_counting_begin(struct kvm_events_counting *c, const uint64_t *ids, size_t count)
{
	perf_set_begin(&c->set, ids, count);
	c->sums = mem_resize(c->sums, count ? count : 1, sizeof *c->sums);
	c->base = mem_resize(c->base, count ? count : 1, sizeof *c->base);
	c->since_ns = 0;
}

void kvm_events_counting_start(struct kvm_events_counting *c)
{
	if (c->since_ns || !perf_set_is_open(&c->set))
		return;
	if (perf_set_read(&c->set, c->base, &c->base_times))
		c->since_ns = clock_mono_ns();
}

bool kvm_events_counting_read(struct kvm_events_counting *c)
{
	return !c->since_ns || perf_set_read(&c->set, c->sums, &c->times);
}

uint64_t kvm_events_counting_total(const struct kvm_events_counting *c, size_t i)
{
	return c->since_ns && i < c->set.count ? c->sums[i] - c->base[i] : SAMPLE_UNKNOWN;
}

struct perf_times kvm_events_counting_times(const struct kvm_events_counting *c)
{
	if (!c->since_ns)
		return (struct perf_times){ 0 };
	return (struct perf_times){ c->times.enabled_ns - c->base_times.enabled_ns,
		c->times.running_ns - c->base_times.running_ns };
}

void kvm_events_counting_fini(struct kvm_events_counting *c)
{
	perf_set_fini(&c->set);
	free(c->sums);
	free(c->base);
}
