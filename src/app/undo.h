/* undo: what --undo does: shows what undoing kvmtop's last change of a VM changes, asks, does it. */
#ifndef APP_UNDO_H
#define APP_UNDO_H

#include "app/options.h"

/* Returns the exit status: 0 undone, 1 refused or failed. */
int undo_run(const struct options *o);

#endif
