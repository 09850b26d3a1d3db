/* host_detail: what of an instant is read only while somebody asks for the host (WANT_HOST): pressure, memory in
 * detail, NUMA nodes, and where the threads of VMs may run. */
#ifndef SAMPLE_HOST_DETAIL_H
#define SAMPLE_HOST_DETAIL_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What is not limited at all: "max" in a file of cgroup v2, -1 in one of v1. Not the same as SAMPLE_UNKNOWN. */
#define SAMPLE_NO_LIMIT (UINT64_MAX - 1)

/* A line of a file in /proc/pressure: tasks were held up for want of something. */
struct sample_pressure {
	double avg10_pct,
		avg60_pct; /* the kernel's own averages over so many seconds; NAN: unknown */
	uint64_t total_us; /* since boot, or SAMPLE_UNKNOWN */
};

struct sample_node {
	int number;
	const char *cpus; /* "0-3,8-11", those online; NULL: unknown */
	uint64_t memory_kib, free_kib;
};

/* All totals can be SAMPLE_UNKNOWN, numbers -1, and texts "". */
struct sample_host_detail {
	struct sample_pressure cpu_some, memory_some, io_some; /* some task was held up */
	struct sample_pressure cpu_full, memory_full, io_full; /* all were */
	char thp[16]; /* transparent huge pages: always, madvise, never */
	long halt_poll_grow, halt_poll_grow_start_ns, halt_poll_shrink; /* parameters of kvm */
	const char *cpus_online;                                        /* "0-7"; NULL: unknown */
	uint64_t huge_pages, huge_pages_free, huge_page_kib;            /* of the default size */
	uint64_t dirty_kib, writeback_kib;
	struct sample_node *nodes; /* by number; none: not known */
	size_t node_count;
};

/* Where a thread of a VM may run. They are read in turn: not every sample has a new reading of each. */
struct sample_placement {
	pid_t tid;
	uint64_t start_ticks;
	int last_cpu;      /* it ran on, or -1 */
	int group;         /* index in its VM's cgroups, or -1 */
	const char *cpus;  /* it may run on, as the kernel lists them: "0-3,8"; NULL: unknown */
	const char *nodes; /* it may take memory of: "0-1" */
};

/* A control group that threads of a VM are in, and what holds for these: of limits, that of the nearest group up the
 * tree that has one. Read in turn, too. */
struct sample_cgroup {
	const char *path; /* of the cpu controller's group, below its mount; not cleaned */
	const char *
		limit_path; /* whose cpu quota it is that counts; NULL: there is none, or it is unknown */
	uint64_t time_ns; /* CLOCK_MONOTONIC of the reading */
	unsigned version; /* 2, or 1 where the cpu controller is one of v1; 0: unknown */
	uint64_t quota_us, period_us; /* CPU time in each period; SAMPLE_NO_LIMIT */
	uint64_t weight;              /* its own cpu.weight, or cpu.shares of v1 */
	uint64_t periods, throttled_periods, throttled_us; /* totals of limit_path's group */
	uint64_t memory_max, memory_high;                  /* bytes, or SAMPLE_NO_LIMIT */
	const char *cpus; /* what its cpuset allows: "0-3"; NULL: unknown */
};

/* Of these nothing is known. */
struct sample_pressure sample_pressure_unknown(void);
struct sample_host_detail sample_host_detail_unknown(void);
struct sample_cgroup sample_cgroup_unknown(void);

#endif
