/* What a VM's threads cost to be read: by files of /proc, and by the BPF program, for processes that only look like VMs. The
 * costs in src/source/host/thread_reader.c come from here. */
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/host/proc_thread.h"
#include "source/host/proc_threads.h"

/* Crowds with as many threads, which the processor's caches hold as well, of few processes and of many. */
enum { THREADS = 3200, MANY = 800, FEW = 200, FOREIGN = 5000, ROUNDS = 20 };

static uint64_t own_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * NS_PER_S + (uint64_t)t.tv_nsec;
}

static void *sleep_on(void *nothing)
{
	for (;;)
		pause();
	return nothing;
}

/* A process with so many threads that sleep. 0: it is not to be had. */
static pid_t start(size_t threads)
{
	int begun[2];
	char byte;
	pid_t pid;

	if (pipe(begun))
		return 0;
	pid = fork();
	if (!pid) {
		pthread_attr_t small;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pthread_attr_init(&small);
		pthread_attr_setstacksize(&small, 16384);
		for (size_t i = 1; i < threads; i++) {
			pthread_t thread;

			if (pthread_create(&thread, &small, sleep_on, NULL))
				_exit(1);
		}
		if (write(begun[1], "", 1) == 1)
			sleep_on(NULL);
		_exit(1);
	}
	close(begun[1]);
	if (pid < 0 || read(begun[0], &byte, 1) != 1)
		pid = 0;
	close(begun[0]);
	return pid;
}

struct crowd {
	struct proc_process vms[MANY];
	size_t count;
	struct proc_vms none; /* no kernel threads work for them */
	int root;
};

static bool start_crowd(struct crowd *c, size_t processes)
{
	while (c->count < processes) {
		struct proc_process *vm = &c->vms[c->count];
		struct proc_stat stat;

		vm->id.pid = start(THREADS / processes);
		c->count += vm->id.pid != 0;
		if (!vm->id.pid || !proc_stat_read(&stat, c->root, vm->id.pid))
			return false;
		vm->id.start_ticks = stat.start_ticks;
	}
	return true;
}

static void stop_crowd(struct crowd *c)
{
	for (size_t i = 0; i < c->count; i++) {
		kill(c->vms[i].id.pid, SIGKILL);
		waitpid(c->vms[i].id.pid, NULL, 0);
		free(c->vms[i].threads.items);
		c->vms[i] = (struct proc_process){ 0 };
	}
	c->count = 0;
}

static void read_crowd(struct crowd *c, const struct threads_bpf *rows)
{
	for (size_t i = 0; i < c->count; i++) {
		struct proc_threads list = { 0 };

		if (proc_threads_read(&list, &c->vms[i], &c->none, rows, c->root) != PROC_READ)
			abort();
		free(c->vms[i].threads.items);
		c->vms[i].threads = list;
	}
}

static double shorter(double a, double b)
{
	return a && a < b ? a : b;
}

/* ns for a reading of all: the shortest one, which nothing came between. */
static double by_files(struct crowd *c)
{
	double ns = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const uint64_t begin_ns = own_ns();

		read_crowd(c, NULL);
		ns = shorter(ns, (double)(own_ns() - begin_ns));
	}
	return ns;
}

static double by_bpf(struct crowd *c, struct threads_bpf *b, bool requested)
{
	double ns = 0;

	for (int i = 0; i < ROUNDS; i++) {
		const uint64_t begin_ns = own_ns();

		for (size_t j = 0; requested && j < c->count; j++)
			threads_bpf_request(b, c->vms[j].id.pid);
		if (threads_bpf_read(b))
			abort();
		if (requested)
			read_crowd(c, b);
		ns = shorter(ns, (double)(own_ns() - begin_ns));
	}
	return ns;
}

/* Of a crowd of FEW processes, and of one of MANY. */
struct costs {
	double files_ns[2], bpf_ns[2];
};

static bool measure_crowds(struct costs *costs, struct crowd *c, struct threads_bpf *b)
{
	for (int i = 0; i < 2; i++) {
		const bool is_there = start_crowd(c, i ? MANY : FEW);

		if (is_there) {
			costs->files_ns[i] = by_files(c);
			costs->bpf_ns[i] = b ? by_bpf(c, b, true) : 0;
		}
		stop_crowd(c);
		if (!is_there)
			return false;
	}
	return true;
}

static double process_ns(const double all_ns[2])
{
	return (all_ns[1] - all_ns[0]) / (MANY - FEW);
}

static double thread_ns(const double all_ns[2], double without_ns)
{
	return (all_ns[0] - without_ns - FEW * process_ns(all_ns)) / THREADS;
}

static void tell_bpf(struct crowd *c, struct threads_bpf *b, const double all_ns[2], double load_ns)
{
	const double idle_ns = by_bpf(c, b, false), idle_threads = threads_bpf_walked(b);
	const pid_t other = start(FOREIGN);
	double walk_ns, run_ns;

	if (!other) {
		puts("threads: BPF: left out: a process cannot have so many threads");
		return;
	}
	walk_ns = (by_bpf(c, b, false) - idle_ns) / (threads_bpf_walked(b) - idle_threads);
	run_ns = idle_ns - walk_ns * idle_threads;
	printf("threads: BPF: %.0f ns a thread, %.0f ns another one of the host, %.0f ns a "
	       "process, "
	       "%.0f ns a run, %.0f ms to load\n",
		thread_ns(all_ns, idle_ns + THREADS * walk_ns), walk_ns, process_ns(all_ns), run_ns,
		load_ns / 1e6);
	kill(other, SIGKILL);
	waitpid(other, NULL, 0);
}

int main(void)
{
	const uint64_t begin_ns = own_ns();
	struct threads_bpf *b = NULL;
	const int error = threads_bpf_open(&b);
	const double load_ns = (double)(own_ns() - begin_ns);
	struct crowd *c = mem_calloc(1, sizeof *c);
	struct costs costs;

	c->root = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (measure_crowds(&costs, c, b)) {
		printf("threads: /proc: %.0f ns a thread, %.0f ns a process\n",
			thread_ns(costs.files_ns, 0), process_ns(costs.files_ns));
		if (b)
			tell_bpf(c, b, costs.bpf_ns, load_ns);
		else
			printf("threads: BPF: left out: %s\n", strerror(-error));
	} else {
		puts("threads: left out: there cannot be so many processes here");
	}
	threads_bpf_close(b);
	close(c->root);
	free(c);
	return 0;
}
