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

/* Exits of a VM per second in the interval; KVM's own count where they are not traced. */
double counters_exits_per_s(const struct vm *vm);

/* What can be told of the exits where they are not traced, as rows of an exit table of which only rate and
 * share are known (.coarse): I/O ports, MMIO that QEMU handles, halts, host interrupts and so on, the most
 * frequent first; then all others; then what counts the same exits in another way (.overlaps, named in
 * parentheses). What does not occur has no row. Writes at most COUNTERS_ROWS and returns how many: 0 when
 * nothing is known. The rows' keys are told apart by their reason, which is no processor's: from COUNTERS_KEY
 * on. */
enum { COUNTERS_ROWS = 12, COUNTERS_KEY = 0x40000000 };
size_t counters_rows(const struct vm_counters *c, struct exit_row rows[static COUNTERS_ROWS]);

/* The same for a VM; none where its exits are traced. */
size_t counters_rows_of_vm(const struct vm *vm, struct exit_row rows[static COUNTERS_ROWS]);

/* What is to be said with them, as one sentence without its end. */
const char *counters_sentence(const struct host *h);

#endif
