/* proof: baselines of VMs (model/baseline.h) in files, so that they outlive kvmtop: one for each VM,
 * baseline-UUID.json in the state folder. */
#ifndef APP_PROOF_H
#define APP_PROOF_H

#include <stdbool.h>
#include <stddef.h>

#include "advice/findings.h"
#include "model/baseline.h"
#include "model/model.h"

/* Reads all baselines in folder ("": none) into m. What is damaged is left out, with one sentence in why; ""
 * when there is nothing to say. */
void proof_load(struct model *m, const char *folder, char *why, size_t size);

/* Takes a baseline of vm (NULL: none is selected) and keeps it. What came of it, one sentence, is in say.
 * Returns whether it was taken; it may be, and not be kept beyond kvmtop's end. */
bool proof_take(struct model *m, const struct findings *f, const struct vm *vm, const char *folder,
	char *say, size_t size);

/* Forgets the baseline of vm (NULL: none is selected), its file too. */
void proof_drop(struct model *m, const struct vm *vm, const char *folder, char *say, size_t size);

#endif
