/* cmdline_options: what QEMU's options say of the configuration, one function for each. */
#ifndef DOMAIN_CMDLINE_OPTIONS_H
#define DOMAIN_CMDLINE_OPTIONS_H

#include "domain/config.h"
#include "domain/qemu_option.h"

/* -cpu: the model, KVM's features and the Hyper-V enlightenments. value is "host,hv-time,hv-spinlocks=0x1fff,+kvm_pv_eoi,-vmx". A -cpu says everything about the CPU:
 * what config held of it before is gone. */
void cmdline_cpu_apply(struct domain_config *config, struct span value);

/* -machine, -accel, -rtc, -global, -smp, -m and -overcommit. Each takes the option's value into config; what it does not mention stays as it was. They return what
 * they decided: DOMAIN_OVERRIDE_*, or 0. */
unsigned cmdline_machine_apply(struct domain_config *config, struct span value);
unsigned cmdline_machine_accel(struct domain_config *config, struct span value);
unsigned cmdline_machine_rtc(struct domain_config *config, struct span value);
unsigned cmdline_machine_global(struct domain_config *config, struct span value);
unsigned cmdline_machine_smp(struct domain_config *config, struct span value);
unsigned cmdline_machine_memory(struct domain_config *config, struct span value);
unsigned cmdline_machine_overcommit(struct domain_config *config, struct span value);

/* -device, -drive, -bios, -pflash, -object, -kernel and -mem-path, as far as they bear on timers and exits: the guest's
 * system, the firmware, huge pages. USB is cmdline_usb's. Each takes the option's value into config. Always 0: nothing of this is an override. */
unsigned cmdline_device_apply(struct domain_config *config, struct span value);
unsigned cmdline_device_drive(struct domain_config *config, struct span value);
unsigned cmdline_device_bios(struct domain_config *config, struct span value);
unsigned cmdline_device_pflash(struct domain_config *config, struct span value);
unsigned cmdline_device_object(struct domain_config *config, struct span value);
unsigned cmdline_device_kernel(struct domain_config *config, struct span value);
unsigned cmdline_device_mem_path(struct domain_config *config, struct span value);

#endif
