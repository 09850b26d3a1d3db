/* kvm_event_columns: KVM's tracepoints, and how often each fires. */
#ifndef MODEL_KVM_EVENT_COLUMNS_H
#define MODEL_KVM_EVENT_COLUMNS_H

#include "model/columns.h"
#include "model/kvm_events.h"

enum kvm_event_column {
	KVM_EVENT_COL_NAME,
	KVM_EVENT_COL_VM,
	KVM_EVENT_COL_HOST,
	KVM_EVENT_COL_SHARE,
	KVM_EVENT_COL_VM_TOTAL,
	KVM_EVENT_COL_HOST_TOTAL,
	KVM_EVENT_COL_ABOUT,
	KVM_EVENT_COL_MEANING,
	KVM_EVENT_COL__COUNT,
};

/* Rows are struct kvm_event. */
extern const struct field kvm_event_columns[KVM_EVENT_COL__COUNT];

#endif
