/* trace_target: which VM is left when the budget allows only one, and which of its threads make exits. */
#ifndef SOURCE_TRACE_TRACE_TARGET_H
#define SOURCE_TRACE_TRACE_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "sample/sample.h"

/* One that has ended is never chosen. The VM of process wanted; when that is not there, or 0, the one of process present; when that is not
 * there either, the one with the most exits in s. NULL when there is no VM, or several and nobody knows
 * yet which is busy. */
const struct sample_vm *trace_target_choose(const struct sample *s, pid_t wanted, pid_t present);

/* How many VMs of s have not ended. */
size_t trace_target_vms(const struct sample *s);

/* Writes the threads of vm that make exits, in order, to tids (room for vm->thread_count); returns how
 * many. These are its vCPUs; where they are not known by name (plain QEMU), those that had exits in s
 * or are in before; where there is none of these either, all of its own threads. */
size_t trace_target_tids(const struct sample *s, const struct sample_vm *vm, const pid_t *before,
	size_t before_count, pid_t *tids);

/* Whether s has exits of a thread that is not vm's: of another VM, shown or not, which has not ended. */
bool trace_target_has_others(const struct sample *s, const struct sample_vm *vm);

#endif
