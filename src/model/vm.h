/* vm: one VM in the model. */
#ifndef MODEL_VM_H
#define MODEL_VM_H

#include "model/model.h"
#include "model/pair.h"
#include "model/recent.h"

/* What a VM remembers between updates. */
struct vm_history {
	uint64_t update; /* the model's update that saw the VM last */
	struct recent recent;
};

/* A VM with that identity and nothing known yet. */
struct vm *vm_new(struct vm_id id) __attribute__((returns_nonnull));
void vm_free(struct vm *vm);

/* Makes vm what now says. Takes the exits of its threads from pair. */
void vm_update(struct vm *vm, const struct sample_vm *now, struct sample_pair *pair);

/* Fills vm from a libvirt domain that does not run; all its figures are unknown. */
void vm_set_off(struct vm *vm, const struct domain *domain);

/* Starts the cumulative exit tables anew. */
void vm_zero(struct vm *vm);

#endif
