/* cmdline_device: QEMU's -device, -drive, -bios, -pflash, -kernel, -object and -mem-path, as far as they bear on
 * timers and exits: the guest's system, the firmware, huge pages. USB is cmdline_usb's. */
#ifndef DOMAIN_CMDLINE_DEVICE_H
#define DOMAIN_CMDLINE_DEVICE_H

#include "domain/config.h"
#include "domain/qemu_option.h"

/* Each takes the option's value into machine. Always 0: nothing of this is an override. */
unsigned cmdline_device_apply(struct domain_config *config, struct span value);
unsigned cmdline_device_drive(struct domain_config *config, struct span value);
unsigned cmdline_device_bios(struct domain_config *config, struct span value);
unsigned cmdline_device_pflash(struct domain_config *config, struct span value);
unsigned cmdline_device_object(struct domain_config *config, struct span value);
unsigned cmdline_device_kernel(struct domain_config *config, struct span value);
unsigned cmdline_device_mem_path(struct domain_config *config, struct span value);

#endif
