/* proc_threads: the threads of one VM from /proc, its own and the kernel threads that work for it. */
#ifndef SOURCE_HOST_PROC_THREADS_H
#define SOURCE_HOST_PROC_THREADS_H

#include "source/host/proc_vm.h"
#include "source/host/threads_bpf.h"

enum proc_reading {
	PROC_READ,
	PROC_ENDED,      /* the process is gone, or a zombie, or another one has its pid */
	PROC_UNREADABLE, /* it may run: kvmtop is out of descriptors */
};

/* Reads the threads of vm into list, which is all zero; root is a descriptor of /proc. rows: what was read of them at once,
 * which is asked first, or NULL. Unless PROC_READ is returned
 * the list holds nothing of use. The caller frees its items. */
enum proc_reading proc_threads_read(struct proc_threads *list, const struct proc_process *vm,
	const struct proc_vms *vms, const struct threads_bpf *rows, int root);

/* Makes the totals of a thread unknown; its identity stays known. */
void proc_threads_forget_totals(struct sample_thread *t);

#endif
