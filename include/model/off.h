/* off: VMs that libvirt knows and that do not run. They are listed on request, with name, state and configuration;
 * all figures are unknown, and no total includes them. They are kept apart from the model's VMs, which are only
 * those that run. */
#ifndef MODEL_OFF_H
#define MODEL_OFF_H

#include "core/text.h"
#include "model/model.h"

/* Lists all of them, or only those with an open change. At once. */
void off_list_all(struct model *m, bool all);

/* The changes that are open, copied: their VMs are listed without a request. At once. */
void off_set_changes(struct model *m, const struct open_change *changes, size_t count);

/* The open change of that VM, or NULL; valid until off_set_changes(). */
const struct open_change *off_change(const struct model *m, const struct vm *vm);

/* Rebuilds the list from libvirt's domains. s: the sample of the model's VMs; NULL: none yet. */
void off_update(struct model *m, const struct sample *s);

/* Adds "Changed by kvmtop 2018-09-02 14:07; not proven yet."; nothing where no change of vm,
 * which is shut off, is open. */
void off_describe_change(struct strbuf *out, const struct model *m, const struct vm *vm);

void off_fini(struct off *off);

/* "shut off", "saved" (it resumes from an image of its memory), "crashed", ...: why a VM makes no exits; NULL when it
 * runs, or when that is not known. */
const char *off_state(const struct vm *vm);

#endif
