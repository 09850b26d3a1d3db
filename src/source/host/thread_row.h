/* thread_row: a thread's figures, as /proc tells them, from what the kernel's BPF program read of it. */
#ifndef SOURCE_HOST_THREAD_ROW_H
#define SOURCE_HOST_THREAD_ROW_H

#include <stdbool.h>
#include <stdint.h>

#include "bpf/thread_rows.h"
#include "sample/sample.h"

/* Field 22 of the thread's stat file. */
uint64_t thread_row_start_ticks(const struct bpf_thread_row *row);

/* Fills in all but kind and vcpu. before: the thread as it was at the last collect, or NULL. False where only /proc tells
 * the figures or the name. */
bool thread_row_fill(struct sample_thread *t, const struct bpf_thread_row *row,
	const struct sample_thread *before);

#endif
