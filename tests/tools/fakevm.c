/* A VM in the eyes of the kernel, and whatever its arguments say in those of who reads them: it makes a VM without a
 * vCPU, holds it, and never reads its arguments.
 *
 *	fakevm -name guest=web1 -uuid U
 *
 * Says "ready" when the VM is there. Ends with its parent. 77 where KVM cannot be used. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(void)
{
	const int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (kvm < 0 || ioctl(kvm, KVM_CREATE_VM, 0) < 0) {
		perror("fakevm: /dev/kvm");
		return 77;
	}
	puts("ready");
	fflush(stdout);
	for (;;)
		pause();
}
