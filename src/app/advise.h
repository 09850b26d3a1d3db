/* advise: what --advise does: watches for a while, says what is wrong and what to change, ends. */
#ifndef APP_ADVISE_H
#define APP_ADVISE_H

#include "app/app.h"

/* Exit statuses, for scripts. */
enum { ADVISE_NOTHING = 0, ADVISE_FINDINGS = 1, ADVISE_TROUBLE = 2 };

/* Writes the advice to standard output. Returns the exit status: one of ADVISE_*, or 128 + N when signal N
 * came first. */
int advise_run(struct app *a);

/* The VM that a user calls by its name, UUID or process id. NULL, with one sentence in why, when there is
 * none or more than one. */
const struct vm *advise_find(const struct model *m, const char *call, char *why, size_t size);

/* Findings, nothing, or trouble: nothing was found, but nothing could be seen either; why (""  otherwise)
 * then says so. only: the VM it is about; NULL: all. */
int advise_status(const struct model *m, const struct findings *f, const struct vm *only, char *why,
	size_t size);

#endif
