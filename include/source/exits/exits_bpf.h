/* exits_bpf: VM exits that are counted in the kernel, by BPF programs on KVM's tracepoints (src/bpf/exits.bpf.c): what
 * reaches kvmtop are sums. That costs the guests a fifth of what records for each exit cost, and kvmtop
 * nothing for an exit; none can be lost for want of reading. */
#ifndef SOURCE_EXITS_EXITS_BPF_H
#define SOURCE_EXITS_EXITS_BPF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "source/exits/bpf_tables.h"

struct exits;
struct exits_bpf;

/* Begins to count, of threads under the numbers that they have in kvmtop's PID namespace: pid_namespace is its inode,
 * 0 the host's own. Returns 0; or -errno, and why (size bytes) is a part of a sentence: this kernel is older than 5.12, has
 * no BTF, does not allow it, or its events have an unusual form; -ENOTSUP, too, where kvmtop was built without the programs. */
int exits_bpf_open(struct exits_bpf **out, uint32_t pid_namespace, char *why, size_t size);

/* That part of a sentence: why the programs were refused with this -errno by a kernel of that release, as
 * uname has it ("5.10.0-32-amd64"). */
void exits_bpf_explain(int error, const char *release, char *why, size_t size);

/* Nothing stays in the kernel. NULL is ignored. */
void exits_bpf_close(struct exits_bpf *b);

/* Whether MSRs, MMIO addresses and interrupt lines are looked at. Returns whether that is so now. */
bool exits_bpf_set_details(struct exits_bpf *b, bool wanted);

/* Adds all that was counted since the last call to e. Waits for the programs that run at this moment, some
 * hundredths of a second. */
struct bpf_intake exits_bpf_collect(struct exits_bpf *b, struct exits *e);

#endif
