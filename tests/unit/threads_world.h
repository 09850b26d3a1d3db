/* threads_world: a process of which each thread does something else, for tests of how threads are read. Included after cmocka.h. */
#ifndef TESTS_THREADS_WORLD_H
#define TESTS_THREADS_WORLD_H

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "source/host/proc_thread.h"
#include "source/host/threads_bpf.h"

#define TICK_NS (10 * NS_PER_MS)

/* A name as long as a name can be, with what ends a name in a stat file. */
#define ODD_NAME "x) S (1 2 3 4 5"

static inline void *idle(void *name)
{
	prctl(PR_SET_NAME, name);
	for (;;)
		pause();
	return NULL;
}

static inline void *burn(void *name)
{
	prctl(PR_SET_NAME, name);
	for (volatile unsigned i = 0;; i++)
		;
	return NULL;
}

static inline void *call(void *name)
{
	char block[65536];
	const int zero = open("/dev/zero", O_RDONLY);

	prctl(PR_SET_NAME, name);
	while (read(zero, block, sizeof block) > 0)
		;
	return idle(name);
}

static inline void *wake(void *name)
{
	prctl(PR_SET_NAME, name);
	for (;;)
		nanosleep(&(struct timespec){ .tv_nsec = NS_PER_MS }, NULL);
	return NULL;
}

/* Makes the process a VM, with a guest that jumps to itself. Without KVM, or on other processors, it is one more thread
 * that burns CPU. */
static inline void *run_guest(void *name)
{
	const int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0);
#ifdef __x86_64__
	static const unsigned char jump[] = { 0xeb, 0xfe };
	const int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	const int size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	unsigned char *memory =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const struct kvm_userspace_memory_region region = {
		.guest_phys_addr = 0x1000, .memory_size = 4096, .userspace_addr = (uintptr_t)memory
	};
	struct kvm_regs registers = { .rip = 0x1000, .rflags = 2 };
	struct kvm_sregs segments;

	prctl(PR_SET_NAME, name);
	if (vcpu < 0 ||
		mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0) == MAP_FAILED)
		return burn(name);
	memcpy(memory, jump, sizeof jump);
	ioctl(vcpu, KVM_GET_SREGS, &segments);
	segments.cs.base = segments.cs.selector = 0;
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) ||
		ioctl(vcpu, KVM_SET_SREGS, &segments) || ioctl(vcpu, KVM_SET_REGS, &registers))
		return burn(name);
	while (!ioctl(vcpu, KVM_RUN, 0) || errno == EINTR)
		;
#endif
	(void)vm;
	return burn(name);
}

struct job {
	void *(*run)(void *);
	const char *name;
};

static const struct job jobs[] = {
	{ idle, "worker" },
	{ burn, "CPU 0/KVM" },
	{ call, "IO iothread1" },
	{ wake, "vnc_worker" },
	{ run_guest, "CPU 1/KVM" },
	{ idle, ODD_NAME },
};
/* Newer kernels add one to the process for its VM. */
enum { JOBS = sizeof jobs / sizeof *jobs, THREADS = JOBS + 1, THREADS_MAX = THREADS + 2 };

static inline void start_threads(void)
{
	for (size_t i = 0; i < JOBS; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, jobs[i].run, (void *)(uintptr_t)jobs[i].name))
			_exit(1);
	}
}

struct world {
	struct threads_bpf *bpf; /* NULL: not to be had here */
	int error;
	int proc; /* a descriptor of /proc */
	pid_t pid;
	int input; /* each byte is an order for it */
};

static inline void obey(int input)
{
	char order;

	while (read(input, &order, 1) == 1) {
		pthread_t thread;

		if (order == 't')
			pthread_create(&thread, NULL, idle, (void *)(uintptr_t) "late");
		else if (order == 'z')
			pthread_exit(NULL);
	}
	_exit(0);
}

static inline size_t count_threads(const struct world *w)
{
	struct proc_stat stat;

	return proc_stat_read(&stat, w->proc, w->pid) ? stat.thread_count : 0;
}

static inline int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	int input[2];

	*state = w;
	w->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	w->error = threads_bpf_open(&w->bpf);
	if (pipe2(input, O_CLOEXEC))
		return -1;
	w->pid = fork();
	if (!w->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		prctl(PR_SET_NAME, "qemu-system-x86");
		close(input[1]);
		start_threads();
		obey(input[0]);
	}
	close(input[0]);
	w->input = input[1];
	return w->pid < 0;
}

static inline int tear_down(void **state)
{
	struct world *w = *state;

	threads_bpf_close(w->bpf);
	kill(w->pid, SIGKILL);
	waitpid(w->pid, NULL, 0);
	close(w->input);
	close(w->proc);
	free(w);
	return 0;
}

static inline void order(const struct world *w, char what)
{
	assert_int_equal(write(w->input, &what, 1), 1);
}

#endif
