#include "source/trace/trace_silence.h"

#include <stddef.h>

#include "core/clock.h"

/* VMs are there and not one exit was seen for so long: that is worth a sentence. */
#define SILENCE_NS (5 * NS_PER_S)

/* The thread of a paused vCPU runs less than that, and a vCPU that runs has an exit before, as a rule. */
#define SHORT_RUN_NS (5 * NS_PER_MS)

/* A vCPU that ran for so long without an exit would have no timer, and no device. */
#define SILENT_RUN_NS (200 * NS_PER_MS)

/* CPU time of all threads that are surely vCPUs. False where there is none: plain QEMU names all its threads alike. */
static bool sum_vcpus(const struct sample *s, uint64_t *ns)
{
	bool known = false;

	*ns = 0;
	for (size_t i = 0; i < s->vm_count; i++)
		for (size_t j = 0; s->vms[i].kvm != TRI_NO && j < s->vms[i].thread_count; j++) {
			const struct sample_thread *thread = &s->vms[i].threads[j];
			const bool has_run =
				thread->guest_ticks && thread->guest_ticks != SAMPLE_UNKNOWN;

			if ((thread->kind != THREAD_VCPU && !has_run) ||
				thread->cpu_ns == SAMPLE_UNKNOWN)
				continue;
			known = true;
			*ns += thread->cpu_ns;
		}
	return known;
}

static bool uses_kvm(const struct sample *s)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (s->vms[i].kvm != TRI_NO)
			return true;
	return false;
}

/* A VM that ends takes its vCPUs' time along. */
static void watch(struct trace_silence *w, uint64_t events, const struct sample *s)
{
	uint64_t now_ns;

	w->broken = events > 0;
	w->knows_vcpus = sum_vcpus(s, &now_ns);
	if (!uses_kvm(s))
		w->vms_since_ns = w->silent_run_ns = 0;
	else if (!w->vms_since_ns)
		w->vms_since_ns = s->time_ns;
	else if (now_ns > w->vcpu_ns)
		w->silent_run_ns += now_ns - w->vcpu_ns;
	w->vcpu_ns = now_ns;
}

/* Are there VMs whose vCPUs may have run, without an exit? */
static bool is_unknown(const struct trace_silence *w)
{
	return w->vms_since_ns && !w->broken &&
	       (!w->knows_vcpus || w->silent_run_ns >= SHORT_RUN_NS);
}

/* NULL: there is nothing to say yet. */
static const char *reason(const struct trace_silence *w, uint64_t now_ns)
{
	const bool lasts = w->vms_since_ns && now_ns - w->vms_since_ns >= SILENCE_NS;

	if (w->broken)
		return NULL;
	if (w->knows_vcpus && is_unknown(w))
		return lasts && w->silent_run_ns >= SILENT_RUN_NS
			       ? "KVM reports no exits, though vCPUs run: this host is probably a "
				 "VM "
				 "whose KVM has no kvm_exit; run kvmtop on the physical host"
			       : "no VM exits seen yet, though vCPUs run: whether KVM reports "
				 "exits "
				 "here is not known";
	if (!lasts)
		return NULL;
	return w->knows_vcpus
		       ? "no VM exits seen yet: no vCPU has run (VMs paused or idle)"
		       : "no VM exits seen yet: the VMs are paused, or this host is a VM whose KVM "
			 "does not report exits; then run kvmtop on the physical host";
}

void trace_silence_report(struct trace_silence *w, uint64_t events, struct sample *s)
{
	const char *why;

	watch(w, events, s);
	why = reason(w, s->time_ns);
	if (is_unknown(w))
		s->tracing.horizon_ns = 0;
	if (why)
		sample_set_source(s, SOURCE_TRACING, "%s", why);
	else
		sample_set_source(s, SOURCE_TRACING, NULL);
}
