#include "core/machine.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

/* Of Linux 7.2: KVM is a module, or a part of the kernel (bool KVM in arch/arm64/kvm/Kconfig). And where its
 * exits are traced, if not by kvm_exit. */
/* clang-format off */
static const struct {
	const char *machine; /* the beginning of its name */
	const char *modprobe; /* NULL: KVM is part of the kernel */
	const char *no_exits; /* NULL: its KVM has kvm_exit */
	bool ended; /* there is no KVM any more: that is what no_exits says */
} machines[] = {
	{ "x86_64", "`modprobe kvm_intel` or `modprobe kvm_amd`", NULL, false },
	{ "i", "`modprobe kvm_intel` or `modprobe kvm_amd`", NULL, false }, /* i386 ... i686 */
	{ "aarch64", NULL, NULL, false },
	{ "arm", NULL, "KVM on 32-bit Arm ended with Linux 5.7: run a 64-bit kernel", true }, /* armv7l */
	{ "riscv", "`modprobe kvm`", "KVM on RISC-V has the kvm_exit event since Linux 6.11: update the kernel", false },
	{ "loongarch", "`modprobe kvm`", NULL, false },
	{ "ppc", "`modprobe kvm_hv`", "KVM on POWER traces exits as kvm_hv:kvm_guest_exit, which kvmtop cannot read: run `perf kvm stat live`", false },
	{ "s390", "`modprobe kvm`", "KVM on s390 traces exits as kvm_s390_sie_exit, which kvmtop cannot read: run `perf kvm stat live`", false },
};
/* clang-format on */

static const size_t machine_count = sizeof machines / sizeof *machines;

void machine_name(char *out, size_t size)
{
	struct utsname u;

	snprintf(out, size, "%s", uname(&u) ? "" : u.machine);
}

/* machine_count: another one. */
static size_t find(const char *machine)
{
	size_t i = 0;

	while (i < machine_count &&
		strncmp(machine, machines[i].machine, strlen(machines[i].machine)) != 0)
		i++;
	return i;
}

void machine_explain_no_kvm(const char *machine, const char *what, char *why, size_t size)
{
	const size_t i = find(machine);

	if (i < machine_count && machines[i].ended)
		snprintf(why, size, "%s KVM, and %s", what, machines[i].no_exits);
	else if (i < machine_count && !machines[i].modprobe)
		snprintf(why, size,
			"%s KVM, which this kernel is built without: boot one with CONFIG_KVM=y",
			what);
	else
		snprintf(why, size, "%s KVM's module, which is not loaded: run %s", what,
			i < machine_count ? machines[i].modprobe : "`modprobe kvm`");
}

void machine_explain_no_exits(const char *machine, char *why, size_t size)
{
	const size_t i = find(machine);
	const char *text = i < machine_count ? machines[i].no_exits : NULL;

	snprintf(why, size, "exit reasons are not known: %s",
		text ? text : "this kernel's KVM has no kvm_exit event: update the kernel");
}

bool machine_samples_loaded_as_guest(const char *machine)
{
	return !strncmp(machine, "aarch64", strlen("aarch64"));
}
