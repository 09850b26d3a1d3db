/* proc_thread: what /proc tells about one thread, and what kind of thread it is. */
#ifndef SOURCE_HOST_PROC_THREAD_H
#define SOURCE_HOST_PROC_THREAD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/sample.h"

/* From /proc/PID/stat or /proc/PID/task/TID/stat, see proc_pid_stat(5). */
struct proc_stat {
	char name
		[64]; /* the kernel's full name of a kernel thread, 15 bytes of others; not cleaned */
	char state;   /* 'R', 'S', 'Z', ... */
	bool kernel; /* a kernel thread */
	uint64_t utime_ticks, stime_ticks, guest_ticks;
	uint64_t start_ticks;
	uint64_t thread_count; /* of its process */
};

/* Parses the text of a stat file. False when it is cut short or is something else. */
bool proc_stat_parse(struct proc_stat *out, const char *text);

/* Reads and parses PID/stat below dirfd: a descriptor of /proc or of a task directory. False when the
 * thread is gone, or its file is garbage. */
bool proc_stat_read(struct proc_stat *out, int dirfd, pid_t pid);

/* Reads the time on CPU and the run delay of PID/schedstat below dirfd. False when it cannot. */
bool proc_schedstat_read(int dirfd, pid_t pid, uint64_t *cpu_ns, uint64_t *wait_ns);

/* How often the thread has gone to sleep by itself, from the text of a status file; each time is a
 * wake-up later. SAMPLE_UNKNOWN when the text does not say. */
uint64_t proc_switches_parse(const char *text);

/* The same, read from PID/status below dirfd. */
uint64_t proc_switches_read(int dirfd, pid_t pid);

/* Fills in a thread from its stat and its schedstat times, but for kind and vcpu.
 * Its switches are unknown. */
void proc_thread_fill(struct sample_thread *t, pid_t tid, const struct proc_stat *stat,
	uint64_t cpu_ns, uint64_t wait_ns);

/* Says what a thread of a VM's own process is, from its name; leader: it is the first one. Sets *vcpu
 * to the vCPU's number, or -1. */
enum thread_kind proc_thread_kind(const char *name, bool leader, int *vcpu);

/* Tells from a kernel thread's name for which process it works: "vhost-21715" for 21715. Returns 0 when
 * for none, or when the name was cut before the pid. */
pid_t proc_thread_owner(const char *name, enum thread_kind *kind);

#endif
