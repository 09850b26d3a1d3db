/* counters: what KVM's own counters, the emulator thread's wake-ups and the kernel's log say of a VM,
 * as rates. */
#ifndef MODEL_COUNTERS_H
#define MODEL_COUNTERS_H

#include "model/exit_rows.h"
#include "model/model.h"
#include "model/pair.h"

/* None of them is known. */
struct vm_counters counters_unknown(void);

/* Makes c what before (NULL: not seen before) and now say. KVM's counters are not read for every
 * sample: their rates are those between the last two readings, and stay until there is another one. */
void counters_update(struct vm_counters *c, const struct sample_vm *before,
	const struct sample_vm *now, const struct sample_pair *pair);

/* What can be told of the exits where they are not traced: I/O ports, MMIO that QEMU handles, halts,
 * host interrupts and all others, as rows of an exit table of which only rate and share are known. Writes
 * at most COUNTERS_ROWS and returns how many: 0 when nothing is known. */
enum { COUNTERS_ROWS = 5 };
size_t counters_rows(const struct vm_counters *c, struct exit_row rows[static COUNTERS_ROWS]);

#endif
