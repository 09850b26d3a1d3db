#include "domain/cmdline_options.h"

#include <string.h>

static bool contains(const char *text, const char *part)
{
	return strcasestr(text, part);
}

/* -device isa-applesmc,osk=...: for macOS alone */
unsigned cmdline_device_apply(struct domain_config *config, struct span value)
{
	char driver[48];

	qemu_option_get(driver, sizeof driver, value, "driver", "driver");
	if (!strcmp(driver, "isa-applesmc"))
		config->machine.guest = DOMAIN_GUEST_OTHER;
	return 0;
}

/* -kernel bzImage */
unsigned cmdline_device_kernel(struct domain_config *config, struct span value)
{
	char path[512];

	span_copy(path, sizeof path, value);
	if (domain_kernel_is_linux(path) && config->machine.guest == DOMAIN_GUEST_UNTOLD)
		config->machine.guest = DOMAIN_GUEST_LINUX;
	return 0;
}

/* -drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/pve-edk2-firmware/OVMF_CODE_4M.fd */
unsigned cmdline_device_drive(struct domain_config *config, struct span value)
{
	char interface[16];

	if (qemu_option_get(interface, sizeof interface, value, "", "if") &&
		!strcmp(interface, "pflash"))
		config->machine.ovmf = TRI_YES;
	return 0;
}

/* -bios /usr/share/ovmf/OVMF.fd; others are SeaBIOS or a firmware of somebody's own */
unsigned cmdline_device_bios(struct domain_config *config, struct span value)
{
	char path[512];

	span_copy(path, sizeof path, value);
	if (contains(path, "ovmf") || contains(path, "edk2") || contains(path, "efi"))
		config->machine.ovmf = TRI_YES;
	return 0;
}

unsigned cmdline_device_pflash(struct domain_config *config, struct span value)
{
	(void)value;
	config->machine.ovmf = TRI_YES;
	return 0;
}

/* Huge pages are files below a hugetlbfs, which everybody mounts where its name says so. */
unsigned cmdline_device_mem_path(struct domain_config *config, struct span value)
{
	char path[512];

	span_copy(path, sizeof path, value);
	if (contains(path, "huge"))
		config->machine.hugepages = true;
	return 0;
}

/* -object memory-backend-file,id=ram-node0,size=4096M,mem-path=/run/hugepages/kvm/2048kB,share=on */
unsigned cmdline_device_object(struct domain_config *config, struct span value)
{
	char type[32], text[512];

	qemu_option_get(type, sizeof type, value, "qom-type", "qom-type");
	if (strncmp(type, "memory-backend-", strlen("memory-backend-")) != 0)
		return 0;
	qemu_option_get(text, sizeof text, value, "", "hugetlb");
	if (!strcmp(text, "on") || !strcmp(text, "true") || !strcmp(text, "yes"))
		config->machine.hugepages = true;
	qemu_option_get(text, sizeof text, value, "", "mem-path");
	if (contains(text, "huge"))
		config->machine.hugepages = true;
	qemu_option_get(text, sizeof text, value, "", "merge");
	if (!strcmp(text, "off") || !strcmp(text, "false") || !strcmp(text, "no"))
		config->machine.nosharepages = true;
	return 0;
}
