/* thread_rows: what the BPF program that lists threads (src/bpf/threads.bpf.c) shares with kvmtop. Compiled for both. */
#ifndef BPF_THREAD_ROWS_H
#define BPF_THREAD_ROWS_H

#include <stdint.h>

/* Process numbers are below that (PID_MAX_LIMIT of 64-bit kernels). */
#define BPF_PIDS (4u << 20)

/* The program's memory, which kvmtop maps. */
struct bpf_thread_control {
	uint32_t wanted[BPF_PIDS / 32]; /* a bit for each process of which threads are listed */
	uint32_t walked;                /* threads of the host that the program was shown */
};

enum bpf_thread_flag {
	BPF_THREAD_KERNEL = 1, /* a kernel thread: its full name is longer than its row's */
	/* A CPU without the timer's tick (nohz_full) runs it, and the kernel has not added up its times yet:
	 * a file of /proc does that. */
	BPF_THREAD_PENDING = 2,
	/* Its user and system time are exact (CONFIG_VIRT_CPU_ACCOUNTING_NATIVE), not samples of the timer's tick. */
	BPF_THREAD_EXACT = 4,
};

/* A thread as the kernel has it, in nanoseconds. */
struct bpf_thread_row {
	uint32_t tid, pid;
	uint32_t flags;      /* enum bpf_thread_flag */
	uint32_t exit_state; /* not 0: it has ended (EXIT_ZOMBIE, EXIT_DEAD) */
	uint64_t time_ns;    /* CLOCK_MONOTONIC when this was read */
	uint64_t start_ns;   /* CLOCK_BOOTTIME */
	uint64_t cpu_ns, wait_ns;
	uint64_t utime_ns, stime_ns, guest_ns;
	/* The user and system time that /proc told last. */
	uint64_t told_utime_ns, told_stime_ns;
	uint64_t switches; /* voluntary ones */
	char name[16];
};

#endif
