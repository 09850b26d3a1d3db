/* view_baseline: what became of a VM since its baseline, as text of a page. */
#ifndef VIEW_VIEW_BASELINE_H
#define VIEW_VIEW_BASELINE_H

#include "view/frame.h"
#include "view/page.h"

/* Adds the verdicts on what was found then, and a table of CPU and exits, before and after; nothing when
 * vm has no baseline. */
void view_baseline_add(struct page *p, const struct frame *f, const struct vm *vm);

#endif
