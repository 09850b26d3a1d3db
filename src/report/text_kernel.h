/* text_kernel: what KVM's counters say of halts, and the kernel's log, as tables of the text report. */
#ifndef REPORT_TEXT_KERNEL_H
#define REPORT_TEXT_KERNEL_H

#include "advice/findings.h"
#include "core/text.h"
#include "model/model.h"

/* A line for each vCPU, or one for all where only their sum is known. Nothing where nobody asked for it (--with halts),
 * or nothing is known. */
void text_kernel_add_halts(struct strbuf *b, const struct vm *vm);

/* What the log says of m's VMs and of the host, the newest first; nothing where it says nothing. */
void text_kernel_add_log(struct strbuf *b, const struct model *m, const struct findings *f);

#endif
