/* spin [THREADS]: burns CPU in one function of a known name, in so many threads (1). With "later" in the place of the
 * number it waits for a byte on standard input, and then spins in a thread that is made only now. Ends with its parent. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

void kvmtop_spin_here(void);

/* A loop that no compiler takes away, and whose function no compiler merges into its caller. */
__attribute__((noinline)) void kvmtop_spin_here(void)
{
	for (volatile unsigned long n = 0;; n = n + 1)
		;
}

static void *spin(void *nothing)
{
	kvmtop_spin_here();
	return nothing;
}

int main(int argc, char **argv)
{
	const char *how = argc > 1 ? argv[1] : "1";
	pthread_t thread;
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() == 1)
		return 1;
	if (!strcmp(how, "later")) {
		if (read(STDIN_FILENO, &byte, 1) != 1 || pthread_create(&thread, NULL, spin, NULL))
			return 1;
		pause();
		return 0;
	}
	for (int i = 1; i < atoi(how); i++)
		if (pthread_create(&thread, NULL, spin, NULL))
			return 1;
	spin(NULL);
	return 0;
}
