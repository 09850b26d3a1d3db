/* tracepoint_names: what it means when one of KVM's tracepoints fires. */
#ifndef KVM_TRACEPOINT_NAMES_H
#define KVM_TRACEPOINT_NAMES_H

#include <stddef.h>

/* What is known of an event, however often it fires. */
struct tracepoint_name {
	const char *name;    /* "kvm_apic_accept_irq" */
	const char *about;   /* one word: "APIC" */
	const char *meaning; /* what has happened then, in a few words */
};

/* What is known of an event; NULL: nothing. */
const struct tracepoint_name *tracepoint_name_find(const char *name);

/* All that are known. */
extern const struct tracepoint_name tracepoint_names[];
extern const size_t tracepoint_name_count;

#endif
