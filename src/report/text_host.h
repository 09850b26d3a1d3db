/* text_host: the host in detail, its CPUs, and where threads may run, as plain text. */
#ifndef REPORT_TEXT_HOST_H
#define REPORT_TEXT_HOST_H

#include "core/text.h"
#include "model/model.h"

/* Adds the facts, a line each, and a table of the CPUs. Nothing where nobody asked for it. */
void text_host_add(struct strbuf *b, const struct model *m);

/* Adds a table of where the VM's threads may run; likewise. */
void text_host_add_placement(struct strbuf *b, const struct vm *vm);

#endif
