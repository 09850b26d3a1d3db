/* claim: a VM that has the UUID or the name of a libvirt domain without being known to be it, in words. */
#ifndef MODEL_CLAIM_H
#define MODEL_CLAIM_H

#include "core/text.h"
#include "model/model.h"

/* Adds "not domain web1: libvirt runs it as pid 4711", or "not confirmed by libvirt as domain web1" where it is not
 * known which process that is; nothing where the VM claims nothing. */
void claim_describe(struct strbuf *out, const struct vm *vm);

#endif
