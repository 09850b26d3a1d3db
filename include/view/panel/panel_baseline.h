/* panel_baseline: what became of a VM since its baseline, as text of a page and in the VM's panel. */
#ifndef VIEW_PANEL_PANEL_BASELINE_H
#define VIEW_PANEL_PANEL_BASELINE_H

#include "view/draw/line.h"
#include "view/frame.h"
#include "view/page.h"

/* Adds the verdicts on what was found then, and a table of CPU and exits, before and after; nothing when
 * vm has no baseline. */
void panel_baseline_add(struct page *p, const struct frame *f, const struct vm *vm);

/* How many lines the VM's panel has for it: what became of the CPU and the exits, and of what was found then;
 * 0 when vm has no baseline. */
int panel_baseline_lines(const struct frame *f, const struct vm *vm);

/* Adds the text of the i-th of them to l. */
void panel_baseline_add_line(struct line *l, const struct frame *f, const struct vm *vm, int i);

#endif
