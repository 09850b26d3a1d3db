#include "advice/remedies_rows.h"

/* clang-format off */
static const struct remedy rows[] = {
	{
		.number = REMEDY_HALT_POLL,
		.id = "halt-poll",
		.title = "Shorten the host's polling after a halt",
		.host_commands = "cat /sys/module/kvm/parameters/halt_poll_ns   # the way back\n"
			"echo 50000 > /sys/module/kvm/parameters/halt_poll_ns   # at once; 0: no polling\n"
			"echo 'options kvm halt_poll_ns=50000' > /etc/modprobe.d/kvm-halt-poll.conf   "
			"# from the next boot on",
		.expect = "vCPU threads no longer spin for up to 200 microseconds each time the guest goes idle: "
			"their system time goes down by what is shown as halt polling. No guest has to be "
			"started anew.",
		.cost = "Wake-ups take some microseconds longer, for all VMs of the host: request-response "
			"traffic and databases feel it.",
		.when_not = "Where latency is what counts, or power does not: polling stops by itself as soon as "
			"another task wants the CPU. A guest that wakes up thousands of times a second for its "
			"own timer is better cured of that first.",
		.source = "Linux, Documentation/virt/kvm/halt-polling.rst; firecracker issue 3043",
	},
	{
		.number = REMEDY_CLOCKSOURCE,
		.id = "host-clocksource",
		.title = "Give the host its TSC back as clocksource",
		.host_commands = "dmesg | grep -i -e tsc -e clocksource   # why it was given up\n"
			"cat /sys/devices/system/clocksource/clocksource0/available_clocksource\n"
			"echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource\n"
			"# First firmware and kernel updates. clocksource=tsc tsc=reliable on the kernel's command\n"
			"# line is the last resort: it takes the check away, not the fault.",
		.expect = "KVM can hand out kvm-clock and Hyper-V reference pages that guests read without an "
			"exit; every timestamp of every guest and of the host itself becomes cheaper.",
		.cost = "A firmware update or a boot of the host. Guests pick it up when they are started anew.",
		.when_not = "Never force tsc on a host whose TSC is really unstable: clocks of host and guests go "
			"wrong. On a host that is a VM itself kvm-clock or hyperv_clocksource is right.",
		.source = "Linux, arch/x86/kvm/x86.c pvclock_update_vm_gtod_copy and Documentation/virt/kvm/x86/"
			"timekeeping.rst",
	},
	{
		.number = REMEDY_KSM_TUNE,
		.id = "ksm-tune",
		.title = "Let KSM scan less, or stop it",
		.host_commands = "grep . /sys/kernel/mm/ksm/*   # pages_sharing is what is saved; the way back\n"
			"echo 1000 > /sys/kernel/mm/ksm/sleep_millisecs\n"
			"echo 100 > /sys/kernel/mm/ksm/pages_to_scan\n"
			"# or stop it; what is shared stays so: echo 0 > /sys/kernel/mm/ksm/run\n"
			"# ksmtuned and tuned set these again: systemctl disable --now ksmtuned ksm",
		.expect = "ksmd takes less CPU, at once.",
		.cost = "Equal pages are found later or not at all: memory use grows slowly.",
		.when_not = "Not where memory is overcommitted and sharing pays: pages_sharing well above twice "
			"pages_shared. Do not unmerge (echo 2) unless there is room for every page.",
		.source = "Linux, Documentation/admin-guide/mm/ksm.rst",
	},
	{
		.number = REMEDY_NX_OFF,
		.id = "nx-huge-pages-off",
		.is_x86 = true,
		.title = "Keep huge pages whole",
		.host_commands = "cat /sys/devices/system/cpu/vulnerabilities/itlb_multihit   "
			"# only when it says Not affected\n"
			"echo off > /sys/module/kvm/parameters/nx_huge_pages   # at once; the way back: auto\n"
			"# or only without taking them back: "
			"echo 0 > /sys/module/kvm/parameters/nx_huge_pages_recovery_ratio\n"
			"echo 'options kvm nx_huge_pages=off' > /etc/modprobe.d/kvm-nx.conf",
		.expect = "KVM no longer splits a huge page when the guest runs code in it, and no kernel thread "
			"puts them together again: EPT violations and kvm-nx-lpage-re go down.",
		.cost = "None on CPUs without the fault.",
		.when_not = "Never on Intel CPUs with the iTLB multihit fault (CVE-2018-12207) and guests that are "
			"not trusted: such a guest can stop the host.",
		.source = "Linux, Documentation/admin-guide/hw-vuln/multihit.rst; redhat-performance/tuned issue 363",
	},
	{
		.number = REMEDY_MSR_QUIET,
		.id = "msr-quiet",
		.is_x86 = true,
		.title = "Stop the monitor that reads registers a VM has not",
		.host_commands = "# only against the lines in the kernel's log:\n"
			"echo N > /sys/module/kvm/parameters/report_ignored_msrs\n"
			"# only against a guest that crashes on such a register, for all VMs of the host:\n"
			"# echo Y > /sys/module/kvm/parameters/ignore_msrs",
		.guest_commands = "# Windows: close HWiNFO, Intel Power Gadget, Ryzen Master, or turn their sensors off\n"
			"# Linux: systemctl disable --now thermald; telegraf without intel_powerstat",
		.qemu_arguments = "-accel kvm,rapl=true (QEMU 9.1 and later answers the energy registers itself)",
		.expect = "No more lines about unhandled registers in the log, and an exit less for each read. "
			"Such reads are harmless in themselves.",
		.cost = "ignore_msrs hides real faults from every guest: they read 0 from a register that is "
			"not there.",
		.when_not = "Below some thousand reads a second they are not what costs CPU.",
		.source = "Linux commit fab0aa3b776f (report_ignored_msrs, 4.15) and arch/x86/kvm/x86.c; "
			"clearcontainers/runtime issues 883 and 884",
	},
	{
		.number = REMEDY_IRQ_AFFINITY,
		.id = "irq-affinity",
		.title = "Keep the host's interrupts off the CPUs of vCPUs",
		.host_commands = "watch -d -n 1 cat /proc/interrupts   # which interrupts, on which CPU\n"
			"echo 0-1 > /proc/irq/NUMBER/smp_affinity_list\n"
			"# the host's tick: isolcpus=managed_irq,domain,2-7 nohz_full=2-7 on its kernel's command line\n"
			"# timers of the guests: echo 1 > /sys/module/kvm/parameters/pi_inject_timer",
		.expect = "Interrupts no longer throw vCPUs out of the guest. With pi_inject_timer and "
			"housekeeping CPUs the share of EXTERNAL_INTERRUPT went from 49 % of exits to 9 %.",
		.cost = "The CPUs that take the interrupts have less time for VMs. irqbalance has to be told "
			"(IRQBALANCE_BANNED_CPULIST) or stopped.",
		.when_not = "Not worth it where vCPUs are not pinned. A passed-through device is better off with "
			"posted interrupts (interrupt remapping in the firmware).",
		.source = "Linux commit 0c5f81dad46c (pi_inject_timer); Linux, "
			"Documentation/core-api/irq/irq-affinity.rst",
	},
	{
		.number = REMEDY_SPLIT_LOCK_OFF,
		.id = "split-lock-off",
		.is_x86 = true,
		.title = "Disable the host's split lock mitigation",
		.host_commands = "sysctl kernel.split_lock_mitigate=0   # Linux 6.2 and later, effective immediately; undo: =1\n"
			"echo 'kernel.split_lock_mitigate = 0' > /etc/sysctl.d/90-split-lock.conf\n"
			"# older kernels, or if that does not help: split_lock_detect=off on the host's kernel command line",
		.guest_commands = "# better, where the program is known: update or replace it",
		.expect = "The vCPU no longer sleeps 10 ms for each split lock. A VirtualBox guest that had become 10 to "
			"20 times slower needed split_lock_detect=off.",
		.cost = "Each split lock stops memory accesses of all CPUs for thousands of cycles: a guest that makes "
			"many slows down the others.",
		.when_not = "Not on hosts whose tenants are not trusted: the mitigation keeps one guest from slowing down "
			"all others.",
		.source = "Linux, Documentation/arch/x86/buslock.rst; Documentation/admin-guide/sysctl/kernel.rst, "
			"split_lock_mitigate; lf-edge/eve pull request 3611; VirtualBox issue 2",
	},
	{
		.number = REMEDY_ENABLE_KVM,
		.id = "enable-kvm",
		.title = "Run the guest on KVM instead of emulating its CPU",
		.host_commands = "virt-host-validate qemu   # x86: fails while VT-x or AMD-V is off in the firmware\n"
			"modprobe kvm_intel || modprobe kvm_amd || modprobe kvm_hv || modprobe kvm   # whichever fits\n"
			"ls -l /dev/kvm   # QEMU's user must be allowed to: group kvm\n"
			"virsh edit DOMAIN   # <domain type='kvm'>",
		.qemu_commands = "modprobe kvm_intel || modprobe kvm_amd || modprobe kvm_hv || modprobe kvm   # whichever fits\n"
			"ls -l /dev/kvm   # QEMU's user must be allowed to: group kvm\n"
			"# then start QEMU with -accel kvm",
		.qemu_arguments = "-accel kvm",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = "qm set VMID --kvm 1   # then stop and start the VM",
			[DOMAIN_STACK_NOVA] = ("in nova.conf of the compute host: [libvirt] virt_type = kvm; restart "
				"nova-compute, then: openstack server reboot --hard SERVER"),
			[DOMAIN_STACK_KUBEVIRT] = ("in the KubeVirt resource: "
				"spec.configuration.developerConfiguration.useEmulation: false (OpenShift "
				"Virtualization sets that resource itself)\n"
				"then: virtctl restart VM   # which now needs a node with /dev/kvm"),
			[DOMAIN_STACK_GANETI] = ("gnt-instance modify -H kvm_flag=enabled INSTANCE\n"
				"gnt-instance reboot -t full INSTANCE"),
		},
		.expect = "The guest runs 10 to 100 times faster, for less CPU.",
		.cost = "A power cycle of the guest. A host that is a VM itself needs nested virtualization from "
			"the host below.",
		.when_not = "Not for guests of another architecture than the host's: those can only be emulated.",
		.source = "QEMU manual, Accelerators; virt-manager issue 205; kubevirt issue 10126",
	},
	{
		.number = REMEDY_MIGRATION_WAIT,
		.id = "migration-wait",
		.title = "Wait for the job that tracks the guest's writes",
		.host_commands = "virsh domjobinfo DOMAIN\n"
			"virsh blockjob DOMAIN vda --info\n"
			"# to cancel it: virsh domjobabort DOMAIN",
		.qemu_commands = "# at QEMU's monitor: info migrate, info block-jobs\n"
			"# to cancel it: migrate_cancel, block_job_cancel DEVICE",
		.expect = "While a migration, a backup or a snapshot runs, KVM notes each page the guest writes "
			"to: the exits end with the job.",
		.cost = "None.",
		.when_not = "If no job runs, the exits have another cause.",
		.source = "Linux, arch/x86/kvm/vmx (page modification log); virsh manual, domjobinfo",
	},
	{
		.number = REMEDY_LOOK_DEEPER,
		.id = "look-deeper",
		.title = "Find out what wakes QEMU",
		.host_commands = "timeout -s INT 5 strace -c -f -p PID   # ioctl, ppoll or read?\n"
			"perf top -p PID\n"
			"virsh qemu-monitor-command DOMAIN --hmp 'info irq'\n"
			"virsh qemu-monitor-command DOMAIN --hmp 'info mtree'\n"
			"virsh blockjob DOMAIN vda --info; virsh domjobinfo DOMAIN\n"
			"# also: a serial port nobody reads, slirp or passt, programs that ask the monitor all the time",
		.qemu_commands = "timeout -s INT 5 strace -c -f -p PID   # ioctl, ppoll or read?\n"
			"perf top -p PID\n"
			"# at QEMU's monitor: info irq, info mtree, info block-jobs, info migrate\n"
			"# also: a serial port nobody reads, slirp or passt, programs that ask the monitor all the time",
		.expect = "The name of the device, thread or client that keeps the main thread busy.",
		.cost = "strace slows the VM down while it is attached.",
		.when_not = "Not with strace on a VM that must not stumble.",
		.source = "QEMU manual, HMP commands; strace(1), perf-top(1)",
	},
	{
		.number = REMEDY_STARTABLE,
		.id = "startable",
		.title = "Remove from the definition what this host does not support",
		.host_commands = "# if kvmtop made the last change: kvmtop --undo DOMAIN\n"
			"# else remove what the evidence lists: virsh edit DOMAIN\n"
			"virsh capabilities | grep '<machine'   # the machine types of this host\n"
			"# its CPU modes and Hyper-V features, with the VM's own emulator and machine type:\n"
			"#   virsh domcapabilities --virttype kvm --emulatorbin PATH --machine TYPE",
		.expect = "The VM can be started again.",
		.cost = "Nothing while the VM runs: only the next start uses the definition.",
		.when_not = "If the VM is to be started on another host that supports what is missing here.",
		.source = "libvirt, Domain capabilities XML format",
	},
};
/* clang-format on */

const struct remedy_rows remedies_host = { rows, sizeof rows / sizeof *rows };
