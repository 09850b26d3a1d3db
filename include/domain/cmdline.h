/* cmdline: what a VMM's command line says about its VM. */
#ifndef DOMAIN_CMDLINE_H
#define DOMAIN_CMDLINE_H

#include <stddef.h>

struct cmdline_vm {
	char name[256]; /* "" when not told */
	char uuid[37];  /* lower case; "" when not told */
};

/* text is /proc/PID/cmdline: arguments that end in NUL, length bytes. Understands QEMU's
 * "-name guest=web,debug-threads=on" (",," is a comma), "-name web", "-uuid U", and what other VMMs call their VM's
 * name: Firecracker's --id, cloud-hypervisor's --api-socket, kvmtool's --name=web, VirtualBox's --comment, the Android
 * emulator's -avd. Otherwise name is the base name of the program. */
void cmdline_parse(struct cmdline_vm *out, const char *text, size_t length);

#endif
