/* proven: notes in the change log (apply/change_log.h) which changes were proven: the guest was started
 * with the change, has been up for a while, and its effect was measured. */
#ifndef APP_PROVEN_H
#define APP_PROVEN_H

#include <stdbool.h>

#include "advice/findings.h"
#include "apply/change_log.h"
#include "model/model.h"

/* A guest that has been up for less may not have booted. */
#define PROVEN_AFTER_S 60.0

/* Was the change made before the guest was started, is it in effect, and was its effect measured? It need not be
 * good: the host can start the VM with it. False for other hosts' VMs: since when they run is not known. Pure. */
bool proven_now(const struct change_record *r, const struct vm *vm, const struct model *m,
	const struct findings *f);

/* All zero has read nothing yet. */
struct proven {
	struct change_log log; /* as it was when the folder last changed */
	int64_t folder_ns;     /* when that was; CLOCK_REALTIME */
};

/* Once a tick: marks what is proven now. folder: of the log; "" does nothing. A log that cannot be written is
 * left as it is: the change is then proven at a later tick, or by a later kvmtop. */
void proven_tick(
	struct proven *p, const struct model *m, const struct findings *f, const char *folder);

void proven_fini(struct proven *p);

#endif
