/* advice_text: all that is found and what to change, to read or to paste into a ticket. */
#ifndef REPORT_ADVICE_TEXT_H
#define REPORT_ADVICE_TEXT_H

#include "advice/findings.h"
#include "model/model.h"

/* The advice on the VM only (NULL: on all of them); the caller frees it. It holds no control characters but
 * newlines and tabs. Commands begin at the left edge: they can be pasted as they are. */
char *report_advice_text(const struct model *m, const struct findings *f, const struct vm *only)
	__attribute__((returns_nonnull));

#endif
