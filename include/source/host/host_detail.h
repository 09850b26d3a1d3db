/* host_detail: the host as `top` and its friends show it, and where the threads of VMs may run: pressure, memory, NUMA
 * nodes, parameters of KVM, control groups. Read only while WANT_HOST is wanted; what a kernel does not have is unknown,
 * quietly. */
#ifndef SOURCE_HOST_HOST_DETAIL_H
#define SOURCE_HOST_HOST_DETAIL_H

#include "core/arena.h"
#include "sample/host_detail.h"
#include "source/source.h"

/* root: folder of proc and sys, "/"; copied. Opens nothing yet. Never NULL. To be collected after proc, which finds the
 * VMs and their threads. */
struct source *host_detail_open(const char *root);

/* Reads what is of the host as a whole from below the folder root. The texts are in the arena. */
void host_detail_read(struct sample_host_detail *out, struct arena *arena, int root);

#endif
