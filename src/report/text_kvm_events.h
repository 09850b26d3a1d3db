/* text_kvm_events: KVM's tracepoints, counted, as a table. */
#ifndef REPORT_TEXT_KVM_EVENTS_H
#define REPORT_TEXT_KVM_EVENTS_H

#include "core/text.h"
#include "model/model.h"

/* Adds nothing while they are not wanted; a sentence where they cannot be counted. */
void text_kvm_events(struct strbuf *b, const struct model *m);

#endif
