/* proc: the host and its VMs from /proc. A VM is a process that holds an anon_inode:kvm-vm
 * descriptor, whoever started it. */
#ifndef SOURCE_HOST_PROC_H
#define SOURCE_HOST_PROC_H

#include <stddef.h>
#include <sys/types.h>

#include "source/source.h"

/* root is "/proc" or a copy of it for tests. only: just these pids are looked at; NULL: all. The
 * array is copied. Never NULL. */
struct source *proc_open(const char *root, const pid_t *only, size_t only_count);

#endif
