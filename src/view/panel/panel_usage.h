/* panel_usage: what the VM takes now and took before, in one line of its open panel. */
#ifndef VIEW_PANEL_PANEL_USAGE_H
#define VIEW_PANEL_PANEL_USAGE_H

#include "view/frame.h"

/* "usage   [ggguussss  ] 131.9 of 400 %  CPU ▁▂▅▇█▇ max 140  exits ▁▁▂▇▇ 23.6k/s max 24.1k": the bar and the first
 * figure are percent of one host CPU, of as many as the host has; where the user counts in percent of the host,
 * "33.0 % of host". The graphs are of the last intervals, the newest at the right; their full height is the
 * maximum beside them, of the last HISTORY_MAX intervals. */
void panel_usage_paint(const struct frame *f, const struct vm *vm, struct rect at);

#endif
