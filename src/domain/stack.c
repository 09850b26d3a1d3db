#include "domain/stack.h"

#include <string.h>

struct mark {
	const char *text;
	enum domain_stack stack;
};

/* clang-format off */

/* Beginnings: what follows is a version. */
static const struct mark namespaces[] = {
	{ "http://openstack.org/xmlns/libvirt/nova/", DOMAIN_STACK_NOVA },
	{ "http://kubevirt.io", DOMAIN_STACK_KUBEVIRT },
	{ "http://ovirt.org/vm/", DOMAIN_STACK_OVIRT },
	{ "http://opennebula.org/xmlns/libvirt/", DOMAIN_STACK_OPENNEBULA },
	{ "unraid", DOMAIN_STACK_UNRAID },
	{ "http://unraid", DOMAIN_STACK_UNRAID }, /* from 7.1 on */
};

static const struct mark smbios[] = {
	{ "OpenStack Foundation", DOMAIN_STACK_NOVA },
	{ "OpenStack Nova", DOMAIN_STACK_NOVA },
	{ "OpenStack Compute", DOMAIN_STACK_NOVA }, /* RDO, RHOSP */
	{ "KubeVirt", DOMAIN_STACK_KUBEVIRT },
	{ "OpenShift Virtualization", DOMAIN_STACK_KUBEVIRT },
	{ "Container-native virtualization", DOMAIN_STACK_KUBEVIRT }, /* its former name */
	{ "oVirt", DOMAIN_STACK_OVIRT },
	{ "RHEV Hypervisor", DOMAIN_STACK_OVIRT },
	{ "CloudStack KVM Hypervisor", DOMAIN_STACK_CLOUDSTACK },
	{ "OpenNebula", DOMAIN_STACK_OPENNEBULA },
};

/* Parts of arguments: folders that a manager keeps its sockets, pid files and UEFI variables in, and
 * libvirt's secret. TrueNAS and unRAID run VMs by libvirt: its folders come last. */
static const struct mark folders[] = {
	{ "/run/qemu-server/", DOMAIN_STACK_PROXMOX },
	{ "/lib/qemu-server/", DOMAIN_STACK_PROXMOX },
	{ "/run/kubevirt", DOMAIN_STACK_KUBEVIRT },
	{ "/run/incus/", DOMAIN_STACK_INCUS },
	{ "/log/incus/", DOMAIN_STACK_INCUS },
	{ "/snap/lxd/", DOMAIN_STACK_LXD },
	{ "/log/lxd/", DOMAIN_STACK_LXD },
	{ "/ganeti/kvm-hypervisor/", DOMAIN_STACK_GANETI },
	{ "/data/subsystems/vm/nvram/", DOMAIN_STACK_TRUENAS },
	{ "/var/db/system/vm/nvram/", DOMAIN_STACK_TRUENAS }, /* from 25.10 on */
	{ "/var/db/system/vm/tpm/", DOMAIN_STACK_TRUENAS },
	{ "/etc/libvirt/qemu/nvram/", DOMAIN_STACK_UNRAID },
	{ "/usr/share/qemu/ovmf-x64/", DOMAIN_STACK_UNRAID },
	{ "/mnt/user/domains/", DOMAIN_STACK_UNRAID },
	{ "/mnt/cache/domains/", DOMAIN_STACK_UNRAID },
	{ "/libvirt/qemu/", DOMAIN_STACK_LIBVIRT },
	{ "masterKey0", DOMAIN_STACK_LIBVIRT },
};

/* Beginnings. */
static const struct mark programs[] = {
	{ "qemu", DOMAIN_STACK_QEMU },
	{ "kvm", DOMAIN_STACK_QEMU },
	{ "firecracker", DOMAIN_STACK_FIRECRACKER },
	{ "cloud-hypervisor", DOMAIN_STACK_CLOUD_HYPERVISOR },
	{ "crosvm", DOMAIN_STACK_CROSVM },
};
/* clang-format on */

#define COUNT(marks) (sizeof(marks) / sizeof *(marks))

enum domain_stack stack_of_namespace(const char *uri)
{
	for (size_t i = 0; i < COUNT(namespaces); i++)
		if (!strncmp(uri, namespaces[i].text, strlen(namespaces[i].text)))
			return namespaces[i].stack;
	return DOMAIN_STACK_UNKNOWN;
}

enum domain_stack stack_of_smbios(const char *text)
{
	for (size_t i = 0; i < COUNT(smbios); i++)
		if (!strcmp(text, smbios[i].text))
			return smbios[i].stack;
	return DOMAIN_STACK_UNKNOWN;
}

/* -smbios type=1,manufacturer=OpenStack Foundation,product=OpenStack Nova,version=29.0.1 */
static enum domain_stack of_smbios_argument(struct span argument)
{
	enum domain_stack stack = DOMAIN_STACK_UNKNOWN;
	struct qemu_item item;

	if (!span_starts(argument, "type=1,"))
		return DOMAIN_STACK_UNKNOWN;
	while (qemu_option_item(&argument, &item))
		if (!strcmp(item.key, "manufacturer") || !strcmp(item.key, "product"))
			stack = stack_better(stack, stack_of_smbios(item.value));
	return stack;
}

enum domain_stack stack_of_argument(struct span argument)
{
	const enum domain_stack stack = of_smbios_argument(argument);

	for (size_t i = 0; !stack && i < COUNT(folders); i++)
		if (memmem(argument.text, argument.length, folders[i].text,
			    strlen(folders[i].text)))
			return folders[i].stack;
	return stack;
}

enum domain_stack stack_of_program(struct span name)
{
	for (size_t i = 0; i < COUNT(programs); i++)
		if (span_starts(name, programs[i].text))
			return programs[i].stack;
	return DOMAIN_STACK_UNKNOWN;
}

static int rank(enum domain_stack stack)
{
	switch (stack) {
	case DOMAIN_STACK_UNKNOWN:
		return 0;
	case DOMAIN_STACK_QEMU:
		return 1;
	case DOMAIN_STACK_LIBVIRT:
		return 2;
	default:
		return 3;
	}
}

enum domain_stack stack_better(enum domain_stack a, enum domain_stack b)
{
	return rank(b) > rank(a) ? b : a;
}
