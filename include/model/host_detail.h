/* host_detail: what the host has and promises, while somebody asks for it (WANT_HOST). Unknown is NAN. */
#ifndef MODEL_HOST_DETAIL_H
#define MODEL_HOST_DETAIL_H

#include <stddef.h>

#include "core/arena.h"
#include "model/model.h"
#include "model/pair.h"

/* Time in which tasks were held up, in percent: of the interval, and the kernel's averages over 10 and 60 seconds. */
struct host_pressure {
	double some_pct, full_pct;
	double some_10s_pct, full_10s_pct, some_60s_pct, full_60s_pct;
};

struct host_node {
	int number;
	const char *cpus; /* NULL: unknown */
	double memory_kib, free_kib;
};

/* What the VMs together were promised, against what there is. */
struct host_overcommit {
	double vcpus, vcpus_per_cpu;
	size_t vcpus_unknown; /* VMs that are not in it, as nobody says how many they have */
	double memory_kib, memory_pct; /* of the host's */
	size_t memory_unknown;
};

struct host_detail {
	struct arena arena; /* of all texts and lists, those of struct vm's placement included */
	struct host_pressure cpu, memory, io;
	char thp[16];                                                   /* "": unknown */
	long halt_poll_grow, halt_poll_grow_start_ns, halt_poll_shrink; /* -1: unknown */
	const char *cpus_online;                                        /* NULL: unknown */
	double huge_pages, huge_pages_free, huge_page_kib;
	double dirty_kib, writeback_kib;
	struct host_node *nodes;
	size_t node_count;
	struct host_overcommit overcommit;
};

/* What the samples say, with m's VMs of now, or NULL where they say nothing; released by host_detail_free(). */
struct host_detail *host_detail_new(const struct model *m, const struct sample_pair *pair);

/* NULL is ignored. */
void host_detail_free(struct host_detail *d);

/* The node of a CPU, or -1. */
int host_detail_node(const struct host_detail *d, int cpu);

#endif
