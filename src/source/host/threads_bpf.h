/* threads_bpf: all threads of the requested processes by one read of the kernel, whose BPF program walks all threads of the
 * host (iter/task). Needs CAP_BPF and CAP_PERFMON, BTF, and Linux 5.8; kvmtop must see the host's own
 * process numbers and clocks. */
#ifndef SOURCE_HOST_THREADS_BPF_H
#define SOURCE_HOST_THREADS_BPF_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "bpf/thread_rows.h"

struct threads_bpf;

/* Loads the program. Returns 0, or -errno, and then there is nothing to close: -ENOTSUP in a build without BPF programs
 * and in a namespace. */
int threads_bpf_open(struct threads_bpf **out);
void threads_bpf_close(struct threads_bpf *b);

/* Requests the threads of process pid for the next read. */
void threads_bpf_request(struct threads_bpf *b, pid_t pid);

/* Reads the threads of the processes requested since the last read. Returns 0 or -errno. */
int threads_bpf_read(struct threads_bpf *b);

/* The threads of process pid as of the last read, in the order of /proc/PID/task: that in which they were made. They are
 * valid until the next read. None: it was not requested, or there is no such process. */
const struct bpf_thread_row *const *threads_bpf_of(
	const struct threads_bpf *b, pid_t pid, size_t *count);

/* How many threads of the host the last read walked. */
uint32_t threads_bpf_walked(const struct threads_bpf *b);

#endif
