/* nohyperv: preloaded into QEMU, it makes /dev/kvm look like that of a host whose KVM has no Hyper-V emulation (a
 * kernel without CONFIG_KVM_HYPERV): libvirt then lists no synthetic timers for this QEMU, and QEMU refuses to start
 * a guest with them. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/ioctl.h>

static int is_hyperv(unsigned long capability)
{
	static const unsigned long capabilities[] = { KVM_CAP_HYPERV, KVM_CAP_HYPERV_VAPIC,
		KVM_CAP_HYPERV_SPIN, KVM_CAP_HYPERV_TIME, KVM_CAP_HYPERV_SYNIC,
		KVM_CAP_HYPERV_SYNIC2, KVM_CAP_HYPERV_VP_INDEX, KVM_CAP_HYPERV_EVENTFD,
		KVM_CAP_HYPERV_TLBFLUSH, KVM_CAP_HYPERV_SEND_IPI, KVM_CAP_HYPERV_ENLIGHTENED_VMCS,
		KVM_CAP_HYPERV_CPUID, KVM_CAP_SYS_HYPERV_CPUID };

	for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++)
		if (capabilities[i] == capability)
			return 1;
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*next)(int, unsigned long, ...) =
		(int (*)(int, unsigned long, ...))dlsym(RTLD_NEXT, "ioctl");
	void *argument;
	va_list args;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (request == KVM_CHECK_EXTENSION && is_hyperv((unsigned long)argument))
		return 0;
	if (request == KVM_GET_SUPPORTED_HV_CPUID) {
		errno = ENOTTY;
		return -1;
	}
	return next(fd, request, argument);
}
