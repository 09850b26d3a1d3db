/* recording_vm: the VM that a recording is taken for. Which threads belong to which VM is not in it: it
 * is shown as one VM with the file's name, of all threads that made VM exits or set interrupt lines. */
#ifndef SOURCE_RECORDING_RECORDING_VM_H
#define SOURCE_RECORDING_RECORDING_VM_H

#include "sample/sample.h"
#include "source/recording/recording_head.h"

/* Adds the VM to s, with the threads of from's exit_threads; name is copied. Its pid is known when one
 * kvm-pit/PID is among the names of the threads. */
void recording_vm_add(struct sample *s, const struct sample *from, const char *name,
	const struct recording_head *head);

#endif
