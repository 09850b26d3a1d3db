/* open_changes: passes kvmtop's changes that are not proven yet to the model (apply/change_log.h): their VMs are
 * listed even when they are shut off (model/off.h). */
#ifndef APP_OPEN_CHANGES_H
#define APP_OPEN_CHANGES_H

#include "apply/change_log.h"
#include "model/model.h"

/* Those of the log, the last one of each domain. */
void open_changes_put(struct model *m, const struct change_log *log);

/* Reads the log first; folder: where it is, "" has none. What cannot be read leaves the model as it is. */
void open_changes_read(struct model *m, const char *folder);

#endif
