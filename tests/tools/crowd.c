/* A crowd of look-alikes of emulated VMs, whose threads are awake once a second each, as those of guests that do little:
 *
 *	crowd VMS THREADS
 *
 * By their names they are QEMU without KVM, whose vCPU threads are "CPU 0/TCG" and on. Says "ready" when all are there. They end
 * with it, and it with its parent. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

enum { WORK_LOOPS = 2000 };

static void *be_vcpu(void *number)
{
	/* Not all at once. */
	struct timespec wait = { 0, (long)((uintptr_t)getpid() * 7919 % 1000) * 1000000 };
	char name[16];

	snprintf(name, sizeof name, "CPU %d/TCG", (int)(intptr_t)number);
	pthread_setname_np(pthread_self(), name);
	for (;;) {
		nanosleep(&wait, NULL);
		wait = (struct timespec){ 1, 0 };
		for (volatile int i = 0; i < WORK_LOOPS; i++)
			;
	}
	return NULL;
}

static void be_vm(int threads)
{
	pthread_attr_t small;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, "qemu-system-x86");
	pthread_attr_init(&small);
	pthread_attr_setstacksize(&small, 65536);
	for (int i = 0; i < threads; i++) {
		pthread_t thread;

		if (pthread_create(&thread, &small, be_vcpu, (void *)(intptr_t)i))
			_exit(1);
	}
	for (;;)
		pause();
}

int main(int argc, char **argv)
{
	if (argc != 3)
		return 2;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	for (int i = 0; i < atoi(argv[1]); i++) {
		const pid_t pid = fork();

		if (pid < 0) {
			perror("crowd: fork");
			return 1;
		}
		if (!pid)
			be_vm(atoi(argv[2]));
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
