/* off: VMs that libvirt knows and that do not run. They are listed on request, with name, state and configuration;
 * all figures are unknown, and no sum has them in it. They stand beside the model's VMs, so that whoever walks these
 * sees only what runs. */
#ifndef MODEL_OFF_H
#define MODEL_OFF_H

#include "core/text.h"
#include "model/model.h"

/* Lists all of them, or only those with an open change. At once. */
void off_list_all(struct model *m, bool all);

/* The changes that are open, copied: their VMs are listed without a request. At once. */
void off_set_changes(struct model *m, const struct open_change *changes, size_t count);

/* The one of that VM, or NULL; valid until they are set anew. */
const struct open_change *off_change(const struct model *m, const struct vm *vm);

/* Makes the list anew from what libvirt says. s: the sample that the model's VMs are of; NULL: there was none. */
void off_update(struct model *m, const struct sample *s);

/* Adds "Changed by kvmtop 2018-09-02 14:07; not proven yet."; nothing where no change of vm,
 * which is shut off, is open. */
void off_describe_change(struct strbuf *out, const struct model *m, const struct vm *vm);

void off_fini(struct off *off);

/* "shut off", "saved" (it resumes from an image of its memory), "crashed", ...: why a VM makes no exits; NULL when it
 * runs, or when nobody says. */
const char *off_state(const struct vm *vm);

#endif
