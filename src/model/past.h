/* past: the histories of VMs from interval to interval, and over a restart of the guest: it is another process
 * then, {pid, start time}, but the same VM by its UUID, or where it has none by its name. */
#ifndef MODEL_PAST_H
#define MODEL_PAST_H

#include "model/model.h"
#include "model/pair.h"

/* How many VMs that are gone are remembered; then the one that went first is forgotten. */
#define PAST_MAX 64

/* Remembers the histories of a VM that goes. */
void past_keep(struct past *p, const struct vm *vm);

/* Adds the interval to the VM's histories. One that is seen for the first time has had none yet: it gets the
 * histories of the VM that it was before, with one unknown interval for the time in which it was gone. */
void past_add(struct past *p, struct vm *vm, const struct sample_pair *pair);

void past_fini(struct past *p);

#endif
