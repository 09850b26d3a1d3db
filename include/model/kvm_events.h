/* kvm_events: how often each of KVM's tracepoints fires, on the host and for one VM, and what that means. */
#ifndef MODEL_KVM_EVENTS_H
#define MODEL_KVM_EVENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "kvm/tracepoint_names.h"
#include "sample/sample.h"

struct sample_pair;

/* Over a shorter time there is no rate: it would only show when the counters were read. */
#define KVM_EVENTS_MIN_S 0.1

struct kvm_event {
	char name[64];                       /* cleaned */
	const struct tracepoint_name *known; /* NULL: nothing is known of it but its name */
	double host_per_s, vm_per_s;
	double host_total, vm_total; /* since counting began, or model_zero() */
};

struct kvm_events {
	bool wanted;             /* else nobody asked, and nothing is known */
	char why[300];           /* why nothing is counted; "" when it is. Cleaned. */
	char note[300];          /* why not all of it is; likewise */
	struct vm_id vm;         /* what vm_... is about; pid 0: no VM */
	struct kvm_event *items; /* the model's own */
	size_t count;
};

/* Folds what the samples say. What began anew between them is divided by the time since then: no rate is ever negative,
 * or that of a restart. */
void kvm_events_update(struct kvm_events *e, const struct sample_pair *pair);

/* Lets the totals begin anew. */
void kvm_events_zero(struct kvm_events *e);

void kvm_events_fini(struct kvm_events *e);

/* The event of that name, or NULL. */
const struct kvm_event *kvm_events_find(const struct kvm_events *e, const char *name);

/* Did it fire, since counting began? */
bool kvm_event_fired(const struct kvm_event *event);

#endif
