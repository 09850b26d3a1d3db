/* cmdline_cpu: QEMU's -cpu: the model, KVM's features and the Hyper-V enlightenments. */
#ifndef DOMAIN_CMDLINE_CPU_H
#define DOMAIN_CMDLINE_CPU_H

#include "domain/config.h"
#include "domain/qemu_option.h"

/* value is "host,hv-time,hv-spinlocks=0x1fff,+kvm_pv_eoi,-vmx". A -cpu says everything about the CPU:
 * what config held of it before is gone. */
void cmdline_cpu_apply(struct domain_config *config, struct span value);

#endif
