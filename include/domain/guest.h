/* guest: what a configuration says about the guest's operating system. */
#ifndef DOMAIN_GUEST_H
#define DOMAIN_GUEST_H

#include <stdbool.h>

#include "domain/config.h"

/* "untold", "windows", ...: in recordings and, but for "untold", in the JSON. */
extern const char *const domain_guest_names[DOMAIN_GUEST__COUNT];

/* Is the file of a direct kernel boot a kernel, as far as its name tells, and no loader that may start anything (wimboot, iPXE,
 * GRUB, memdisk)? */
bool domain_kernel_is_linux(const char *path);

/* Does a system of Microsoft's with that libosinfo id know Hyper-V's features? MS-DOS and Windows before Vista and Server 2008 do
 * not. */
bool domain_os_knows_hyperv(const char *os_id);

/* Is the guest known to be Windows, by libosinfo's ID or the configuration? */
bool domain_is_windows(const struct domain_config *config);

#endif
