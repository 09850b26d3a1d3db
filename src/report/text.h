/* text: a tick as tables to read, in the manner of top -b. */
#ifndef REPORT_TEXT_H
#define REPORT_TEXT_H

#include "advice/findings.h"
#include "model/model.h"

/* The tick's text, ending in an empty line; the caller frees it. It holds no control characters but
 * newlines. Columns are aligned by what they take on a terminal. */
char *report_text(const struct model *m, const struct findings *f) __attribute__((returns_nonnull));

#endif
