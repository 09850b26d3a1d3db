/* kmsg_words: the kernel's wordings of what is bad for VMs, besides those about MSRs. */
#ifndef SOURCE_HOST_KMSG_WORDS_H
#define SOURCE_HOST_KMSG_WORDS_H

#include "source/host/kmsg.h"

/* Sets kind, pid and of_vm of line by its text, which has a NUL behind it; level: of the record, 0 (emergency) to 7
 * (debug). False when it is about something else; line is as it was then. */
bool kmsg_words_parse(struct kmsg_line *line, unsigned level);

#endif
