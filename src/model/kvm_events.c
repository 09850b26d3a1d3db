#include "model/kvm_events.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "model/pair.h"

/* What the counts of the host, or of the VM, have grown from, and in which time. */
struct growth {
	bool counted;    /* now */
	bool from_start; /* they began anew between the samples: at 0 */
	double seconds;  /* NAN: too short a time */
	double scale;    /* where they did not count all of the time; NAN: at no time */
};

struct counted {
	uint64_t since_ns, read_ns, enabled_ns, running_ns;
};

static struct growth growth_between(const struct counted *before, const struct counted *now)
{
	struct growth g = { .counted = now->since_ns != 0 };
	const bool same = before->since_ns && before->since_ns == now->since_ns;
	const uint64_t start_ns = same ? before->read_ns : now->since_ns;
	const double enabled =
		same ? pair_growth(before->enabled_ns, now->enabled_ns) : (double)now->enabled_ns;
	const double running =
		same ? pair_growth(before->running_ns, now->running_ns) : (double)now->running_ns;

	g.from_start = !same;
	g.seconds = now->read_ns > start_ns ? (double)(now->read_ns - start_ns) / (double)NS_PER_S
					    : NAN;
	if (g.seconds < KVM_EVENTS_MIN_S)
		g.seconds = NAN;
	/* Threads that slept all the time had no need to be counted. */
	g.scale = running < enabled ? enabled / running : 1;
	if (isnan(enabled) || isnan(running) || isinf(g.scale))
		g.scale = NAN;
	return g;
}

static struct counted host_of(const struct sample_kvm_events *e)
{
	return (struct counted){ e->host_since_ns, e->read_ns, e->host_enabled_ns,
		e->host_running_ns };
}

static struct counted vm_of(const struct sample_kvm_events *e)
{
	return (struct counted){ e->vm_since_ns, e->read_ns, e->vm_enabled_ns, e->vm_running_ns };
}

static double grown(const struct growth *g, uint64_t before, uint64_t now)
{
	if (!g->counted)
		return NAN;
	return g->scale * pair_growth(g->from_start ? 0 : before, now);
}

static const struct sample_kvm_event *find_before(
	const struct sample_kvm_events *before, const char *name, size_t i)
{
	if (i < before->count && !strcmp(before->events[i].name, name))
		return &before->events[i];
	for (size_t k = 0; k < before->count; k++)
		if (!strcmp(before->events[k].name, name))
			return &before->events[k];
	return NULL;
}

/* What is not counted any more has no total either. */
static double add_up(double total, double more)
{
	if (isnan(more))
		return NAN;
	return isnan(total) ? more : total + more;
}

static bool same_names(const struct kvm_events *e, const struct sample_kvm_events *now)
{
	for (size_t i = 0; i < now->count && now->count == e->count; i++) {
		char name[sizeof e->items->name];

		text_clean(name, sizeof name, now->events[i].name);
		if (strcmp(e->items[i].name, name) != 0)
			return false;
	}
	return now->count == e->count;
}

static void set_names(struct kvm_events *e, const struct sample_kvm_events *now)
{
	e->items = mem_resize(e->items, now->count ? now->count : 1, sizeof *e->items);
	e->count = now->count;
	for (size_t i = 0; i < e->count; i++) {
		struct kvm_event *item = &e->items[i];

		*item = (struct kvm_event){ .host_total = NAN, .vm_total = NAN };
		text_clean(item->name, sizeof item->name, now->events[i].name);
		item->known = tracepoint_name_find(item->name);
	}
}

static void forget_rates(struct kvm_events *e)
{
	for (size_t i = 0; i < e->count; i++)
		e->items[i].host_per_s = e->items[i].vm_per_s = NAN;
}

static void update_items(struct kvm_events *e, const struct sample_kvm_events *before,
	const struct sample_kvm_events *now)
{
	const struct counted host_before = host_of(before), host_now = host_of(now);
	const struct counted vm_before = vm_of(before), vm_now = vm_of(now);
	const struct growth host = growth_between(&host_before, &host_now);
	const struct growth vm = growth_between(&vm_before, &vm_now);

	for (size_t i = 0; i < e->count; i++) {
		const struct sample_kvm_event *is = &now->events[i];
		const struct sample_kvm_event *was = find_before(before, is->name, i);
		struct kvm_event *item = &e->items[i];
		const double in_host = grown(&host, was ? was->host : SAMPLE_UNKNOWN, is->host);
		const double in_vm = grown(&vm, was ? was->vm : SAMPLE_UNKNOWN, is->vm);

		item->host_per_s = in_host / host.seconds;
		item->vm_per_s = in_vm / vm.seconds;
		item->host_total = add_up(item->host_total, in_host);
		item->vm_total = add_up(item->vm_total, in_vm);
	}
}

static void take_vm(struct kvm_events *e, struct vm_id vm)
{
	if (!vm_id_equal(e->vm, vm))
		for (size_t i = 0; i < e->count; i++)
			e->items[i].vm_total = NAN;
	e->vm = vm;
}

void kvm_events_update(struct kvm_events *e, const struct sample_pair *pair)
{
	static const struct sample_kvm_events nothing;
	const struct sample_kvm_events *now = &pair->now->kvm_events;
	const struct sample_kvm_events *before =
		pair->before ? &pair->before->kvm_events : &nothing;

	e->wanted = now->wanted;
	text_clean(e->why, sizeof e->why, now->why);
	text_clean(e->note, sizeof e->note, now->note);
	if (!now->wanted || !before->wanted)
		e->count = 0;
	forget_rates(e);
	if (!now->count)
		return; /* the totals stay until the counters are open again */
	if (!same_names(e, now))
		set_names(e, now);
	take_vm(e, (struct vm_id){ now->vm_pid, now->vm_start_ticks });
	update_items(e, before, now);
}

void kvm_events_zero(struct kvm_events *e)
{
	for (size_t i = 0; i < e->count; i++) {
		struct kvm_event *item = &e->items[i];

		item->host_total = isnan(item->host_total) ? NAN : 0;
		item->vm_total = isnan(item->vm_total) ? NAN : 0;
	}
}

void kvm_events_fini(struct kvm_events *e)
{
	free(e->items);
	*e = (struct kvm_events){ 0 };
}

const struct kvm_event *kvm_events_find(const struct kvm_events *e, const char *name)
{
	for (size_t i = 0; i < e->count; i++)
		if (!strcmp(e->items[i].name, name))
			return &e->items[i];
	return NULL;
}

bool kvm_event_fired(const struct kvm_event *event)
{
	return event->host_total > 0 || event->vm_total > 0;
}
