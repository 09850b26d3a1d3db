/* machine: what to do about missing KVM, by the host's processor. The parameter machine is as `uname -m` prints it. */
#ifndef CORE_MACHINE_H
#define CORE_MACHINE_H

#include <stdbool.h>
#include <stddef.h>

/* This host's, into out. */
void machine_name(char *out, size_t size);

/* Writes to why (size bytes) that KVM is not there, and what to do: "exit reasons need KVM's module, which is
 * not loaded: run `modprobe kvm_intel` or `modprobe kvm_amd`". what is "exit reasons need". */
void machine_explain_no_kvm(const char *machine, const char *what, char *why, size_t size);

/* Writes to why (size bytes) that KVM is there but has no event kvm_exit, and what else to do. */
void machine_explain_no_exits(const char *machine, char *why, size_t size);

/* Does the kernel take each sample for one of the guest while a vCPU is loaded, be it of KVM's own work? x86's knows
 * which interrupt came while the guest ran; arm64's does not (kvm_arch_pmi_in_guest() of asm/kvm_host.h). */
bool machine_samples_loaded_as_guest(const char *machine);

#endif
