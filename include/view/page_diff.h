/* page_diff: a unified diff as text of a page. */
#ifndef VIEW_PAGE_DIFF_H
#define VIEW_PAGE_DIFF_H

#include "view/page.h"

/* What is added and removed stands out, and keeps its sign. */
void page_add_diff(struct page *p, const char *diff);

#endif
