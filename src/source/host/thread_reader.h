/* thread_reader: decides at each collect which way is the cheaper one to read the VMs' threads. /proc takes long for each
 * thread that is read, but nothing for others; the kernel's BPF program walks all threads of the host, each in a
 * fraction of that. */
#ifndef SOURCE_HOST_THREAD_READER_H
#define SOURCE_HOST_THREAD_READER_H

#include <stdbool.h>
#include <stddef.h>

#include "source/host/proc.h"
#include "source/host/proc_vm.h"
#include "source/host/threads_bpf.h"

/* What there is to read. */
struct thread_load {
	size_t vms, threads; /* threads: of these VMs */
	size_t host_threads; /* of all processes */
};

/* Whether the BPF program takes less; is_open: it is loaded, which takes a while. */
bool thread_reader_prefers_bpf(const struct thread_load *load, bool is_open);

struct thread_reader {
	enum proc_threads_way way;
	struct threads_bpf *bpf; /* NULL: not open */
	bool is_refused;         /* it cannot be opened: /proc from then on */
};

/* Reads the threads of all of vms' VMs, and of the kernel threads that work for them, where that is the cheaper way. root is a
 * descriptor of /proc. Returns what was read, valid until the next call, or NULL: /proc is to be read. */
const struct threads_bpf *thread_reader_collect(
	struct thread_reader *r, const struct proc_vms *vms, int root);

void thread_reader_fini(struct thread_reader *r);

#endif
