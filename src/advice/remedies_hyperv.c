#include <string.h>

#include "advice/remedies_rows.h"

static bool is_possible(const struct domain_caps *caps, const char *name)
{
	return domain_caps_hyperv(caps, name) != TRI_NO;
}

/* <hyperv mode='passthrough'> and 'host-model' stand for all that the host has, and take no children. */
static bool takes_all(const struct xml_edit *edit)
{
	const char *mode = xml_edit_value(xml_edit_find(edit, "features/hyperv"), "mode");

	return mode && strcmp(mode, "custom") != 0;
}

static void set_on(struct xml_edit *edit, const char *path)
{
	if (!takes_all(edit))
		xml_edit_set(edit, path, "state", "on");
}

/* hv-time: the reference clock that Windows reads without leaving the guest. */
static void edit_reference_clock(struct xml_edit *edit)
{
	remedy_edit_clock(edit);
	xml_edit_set(edit, "clock/timer[name=hypervclock]", "present", "yes");
}

/* libvirt defines a domain with an incomplete set, and QEMU then refuses: stimer needs synic, vpindex
 * and the reference clock, synic needs vpindex. */
static void edit_timers(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	set_on(edit, "features/hyperv/vpindex");
	set_on(edit, "features/hyperv/synic");
	set_on(edit, "features/hyperv/stimer");
	set_on(edit, "features/hyperv/stimer/direct");
	remedy_edit_clock(edit);
	xml_edit_set(edit, "clock/timer[name=hpet]", "present", "no");
	edit_reference_clock(edit);
}

static void edit_vpindex(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	set_on(edit, "features/hyperv/vpindex");
	edit_reference_clock(edit);
}

/* What was set by hand stays. */
static void edit_spin_retries(struct xml_edit *edit)
{
	set_on(edit, "features/hyperv/spinlocks");
	if (!takes_all(edit))
		xml_edit_default(edit, "features/hyperv/spinlocks", "retries", "8191");
}

static void edit_full(struct xml_edit *edit, const struct domain_caps *caps)
{
	/* Of what QEMU's manual recommends, all that works on every CPU. */
	static const struct {
		const char *name, *path;
	} simple[] = {
		{ "relaxed", "features/hyperv/relaxed" },
		{ "vapic", "features/hyperv/vapic" },
		{ "runtime", "features/hyperv/runtime" },
		{ "frequencies", "features/hyperv/frequencies" },
		{ "tlbflush", "features/hyperv/tlbflush" },
		{ "ipi", "features/hyperv/ipi" },
	};

	edit_timers(edit, caps);
	if (is_possible(caps, "spinlocks"))
		edit_spin_retries(edit);
	for (size_t i = 0; i < sizeof simple / sizeof *simple; i++)
		if (is_possible(caps, simple[i].name))
			set_on(edit, simple[i].path);
	xml_edit_default(edit, "clock/timer[name=rtc]", "tickpolicy", "catchup");
	xml_edit_default(edit, "clock/timer[name=pit]", "tickpolicy", "delay");
}

static void edit_avic(struct xml_edit *edit, const struct domain_caps *caps)
{
	edit_timers(edit, caps);
	set_on(edit, "features/hyperv/avic");
	/* Ticks that are injected again keep an AMD host from using AVIC. */
	if (caps && !strcmp(caps->cpu_vendor, "AMD"))
		xml_edit_set(edit, "clock/timer[name=pit]", "tickpolicy", "discard");
}

static void edit_evmcs(struct xml_edit *edit, const struct domain_caps *caps)
{
	edit_timers(edit, caps);
	set_on(edit, "features/hyperv/vapic");
	set_on(edit, "features/hyperv/evmcs");
	/* Only libvirt 10.7 and later knows it, and such a libvirt lists it. */
	if (domain_caps_hyperv(caps, "emsr_bitmap") == TRI_YES)
		set_on(edit, "features/hyperv/emsr_bitmap");
}

static void edit_spinlocks(struct xml_edit *edit, const struct domain_caps *caps)
{
	set_on(edit, "features/hyperv/vpindex");
	edit_spin_retries(edit);
	if (is_possible(caps, "tlbflush"))
		set_on(edit, "features/hyperv/tlbflush");
	if (is_possible(caps, "ipi"))
		set_on(edit, "features/hyperv/ipi");
}

/* What stacks give to Windows guests as a whole. */
#define PROXMOX_OSTYPE                                                                             \
	"qm set VMID --ostype win11   # win10 for Windows 10 and Server 2016 to 2019\n"            \
	"# Then stop and start the VM. qm also pins its machine version (see qm pending VMID). A " \
	"-cpu in args overrides this."
#define OVIRT_CLUSTER                                                                             \
	("set the VM's operating system to its Windows version, and the cluster's compatibility " \
	 "level to 4.4 or later")
#define OPENNEBULA_HYPERV                                                                      \
	("FEATURES = [ HYPERV = \"YES\" ] in the VM's template (onevm updateconf while it is " \
	 "powered off; the whole FEATURES is replaced). HYPERV_OPTIONS and HYPERV_TIMERS in "  \
	 "vmm_exec_kvm.conf of the front-end define them: they must include vpindex, synic, "  \
	 "stimer and hypervclock (the default from 6.8 on)")
/* Incus commit c953864723, LXD issue 18536 and pull request 18732. */
#define INCUS_HYPERV                                                                              \
	"incus config set INSTANCE migration.stateful=false   # while it is stopped, with UEFI\n" \
	"# The guest gets all of QEMU's Hyper-V features (hv_passthrough), but cannot migrate "   \
	"live. From Incus 7.1 on every guest has synthetic timers: only stop and start it.\n"     \
	"# Not with security.csm=true: on LXD Windows hung at boot with that."
#define LXD_HYPERV                                                                              \
	"lxc config set INSTANCE migration.stateful=false   # while it is stopped, with UEFI\n" \
	"# The guest gets all of QEMU's Hyper-V features (hv_passthrough), but cannot migrate " \
	"live.\n"                                                                               \
	"# Not with boot.mode=bios or security.csm=true: Windows hangs at boot; from LXD "      \
	"5.21.6 (July 2026) on it has no effect there."
/* A VM's template may have what a preference would set: the template's counts. */
#define KUBEVIRT_RESTART \
	"\nthen: virtctl restart VM   # a reboot inside the guest keeps the old configuration"
#define KUBEVIRT_PREFERENCE                                                                       \
	"use a windows.* preference, such as windows.11 (spec.preference). It only sets what is " \
	"missing in spec.template.spec.domain: remove features.hyperv and clock.timer "           \
	"there" KUBEVIRT_RESTART
/* Since 22.12 (middleware pull request 9247) with stimer. */
#define TRUENAS_HYPERV                                                                      \
	"midclt call vm.update ID '{\"hyperv_enlightenments\": true}'   # ID: midclt call " \
	"vm.query\n"                                                                        \
	"# with synthetic timers from TrueNAS 22.12 on; then stop and start the VM"
#define GANETI_CPU(flags)                                                                     \
	"gnt-instance modify -H cpu_type='MODEL" flags "' INSTANCE   # MODEL: as it is now, " \
	"qemu64 if it is empty\n"                                                             \
	"gnt-instance reboot -t full INSTANCE   # a hard reboot keeps the old command line"

#define MIGRATION_HYPERV                                                                       \
	("these Hyper-V features on every host that the VM can migrate or fail over to: live " \
	 "migration to a host without them is refused, and high availability cannot start it " \
	 "there.")

/* clang-format off */
static const struct remedy rows[] = {
	{
		.number = REMEDY_HYPERV_TIMERS,
		.id = "hyperv-timers",
		.is_x86 = true,
		.title = "Give the guest Hyper-V synthetic timers",
		.edit = edit_timers,
		.hyperv = "vpindex synic stimer",
		.libvirt_min = 5007000,
		.virt_xml = "--features hyperv.vpindex.state=on,hyperv.synic.state=on,hyperv.stimer.state=on,"
			"hyperv.stimer.direct.state=on\n"
			"--clock hpet_present=no,hypervclock_present=yes",
		.qemu_arguments = "-cpu MODEL,hv-vpindex=on,hv-synic=on,hv-stimer=on,hv-stimer-direct=on,"
			"hv-time=on -machine TYPE,hpet=off (before QEMU 7: -no-hpet; microvm: without)",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = (PROXMOX_OSTYPE),
			[DOMAIN_STACK_OVIRT] = OVIRT_CLUSTER,
			[DOMAIN_STACK_OPENNEBULA] = OPENNEBULA_HYPERV,
			[DOMAIN_STACK_INCUS] = (INCUS_HYPERV),
			[DOMAIN_STACK_LXD] = (LXD_HYPERV),
			[DOMAIN_STACK_TRUENAS] = (TRUENAS_HYPERV),
			[DOMAIN_STACK_GANETI] = (GANETI_CPU("\\,hv-time\\,hv-vpindex\\,hv-synic\\,hv-stimer\\,"
				"hv-stimer-direct")),
			[DOMAIN_STACK_NOVA] = ("Nova has no setting for synthetic timers (as of August 2026): "
				"use the HPET instead (image property hw_time_hpet)"),
			[DOMAIN_STACK_CLOUDSTACK] = ("CloudStack has no setting for synthetic timers (as of 4.22): "
				"OS types with Windows PV in their name get relaxed, vapic and spinlocks only"),
			[DOMAIN_STACK_KUBEVIRT] = ("in the VM's spec.template.spec.domain: features.hyperv: {vpindex: "
				"{}, synic: {}, synictimer: {direct: {}}}, and hyperv: {} in clock.timer"
				KUBEVIRT_RESTART),
		},
		.needs = MIGRATION_HYPERV,
		.expect = "Windows sets timers by writing a register when it needs one, instead of being "
			"woken by the RTC all the time: idle guests were seen to go from 30-40 % of a CPU to "
			"1-3 %. Red Hat's tests ask for less than 5 % of a CPU for each vCPU of an idle "
			"Windows with all enlightenments.",
		.cost = "A power cycle of the guest. Saved states and snapshots with memory keep the old "
			"virtual hardware. The "
			"synthetic interrupt controller can keep the host from using APICv or AVIC.",
		.when_not = "Guests other than Windows do not need it. Old virt-manager left Hyper-V features out for Windows 7 and "
			"Server 2008 R2 with UEFI, which may not boot with them. It takes libvirt 5.7, QEMU 4.1 and a host "
			"kernel with Hyper-V emulation: where it works, virsh domcapabilities (libvirt 9.0 "
			"and later) lists vpindex, synic and stimer under <hyperv>.",
		.source = "https://www.qemu.org/docs/master/system/i386/hyperv.html; Proxmox VE qemu-server, "
			"commit ebb346d6 (2018-08-31); OpenNebula/addon-storpool issue 79; "
			"autotest/tp-qemu pull request 2188",
	},
	{
		.number = REMEDY_HYPERV_VPINDEX,
		.id = "hyperv-vpindex",
		.is_x86 = true,
		.title = "Let Windows use the Hyper-V reference clock",
		.edit = edit_vpindex,
		.hyperv = "vpindex",
		.libvirt_min = 1003003,
		.virt_xml = "--features hyperv.vpindex.state=on\n"
			"--clock hypervclock_present=yes",
		.qemu_arguments = "-cpu MODEL,hv-vpindex=on,hv-time=on",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = (PROXMOX_OSTYPE),
			[DOMAIN_STACK_OVIRT] = OVIRT_CLUSTER,
			[DOMAIN_STACK_OPENNEBULA] = OPENNEBULA_HYPERV,
			[DOMAIN_STACK_INCUS] = (INCUS_HYPERV),
			[DOMAIN_STACK_LXD] = (LXD_HYPERV),
			[DOMAIN_STACK_TRUENAS] = (TRUENAS_HYPERV),
			[DOMAIN_STACK_GANETI] = (GANETI_CPU("\\,hv-time\\,hv-vpindex")),
			[DOMAIN_STACK_KUBEVIRT] = ("in the VM's spec.template.spec.domain: features.hyperv.vpindex: "
				"{}, and hyperv: {} in clock.timer" KUBEVIRT_RESTART),
		},
		.needs = MIGRATION_HYPERV,
		.expect = "Windows reads the time from a page in its own memory instead of leaving the guest for "
			"each timestamp. On Cloud Hypervisor a guest whose page was refused read MSR "
			"0x40000020 36,000 times a second, and its clock was 18 times slower.",
		.cost = "A power cycle of the guest.",
		.when_not = "Guests other than Windows do not need it. It cannot help while the host's own "
			"clocksource is not tsc, nor after a restore or a migration to a CPU of another "
			"frequency: start the guest anew, or fix the host's clock first.",
		.source = "MicrosoftDocs/Virtualization-Documentation, Requirements for Implementing the "
			"Microsoft Hypervisor Interface (AccessVpIndex must be set); "
			"cloud-hypervisor issues 8380 and 8383",
	},
	{
		.number = REMEDY_HYPERV_FULL,
		.id = "hyperv-full",
		.is_x86 = true,
		.title = "Give the guest all Hyper-V enlightenments this host has for it",
		.edit = edit_full,
		.hyperv = "vpindex synic stimer",
		.libvirt_min = 5007000,
		.qemu_arguments = "-cpu MODEL,hv-relaxed=on,hv-vapic=on,hv-spinlocks=0x1fff,hv-vpindex=on,"
			"hv-runtime=on,hv-time=on,hv-synic=on,hv-stimer=on,hv-stimer-direct=on,"
			"hv-frequencies=on,hv-tlbflush=on,hv-ipi=on -machine TYPE,hpet=off (before QEMU 7: "
			"-no-hpet) -rtc base=localtime,driftfix=slew "
			"-global kvm-pit.lost_tick_policy=delay",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = (PROXMOX_OSTYPE),
			[DOMAIN_STACK_OVIRT] = OVIRT_CLUSTER,
			[DOMAIN_STACK_OPENNEBULA] = OPENNEBULA_HYPERV,
			[DOMAIN_STACK_INCUS] = (INCUS_HYPERV),
			[DOMAIN_STACK_LXD] = (LXD_HYPERV),
			[DOMAIN_STACK_TRUENAS] = (TRUENAS_HYPERV),
			[DOMAIN_STACK_NOVA] = ("openstack image set --property os_type=windows IMAGE   "
				"# all but synthetic timers, which Nova cannot set (as of August 2026)\n"
				"# Only for instances created or rebuilt from that image afterwards; a rebuild "
				"ERASES the root disk."),
			[DOMAIN_STACK_GANETI] = (GANETI_CPU("\\,hv-time\\,hv-relaxed\\,hv-vapic\\,"
				"hv-spinlocks=0x1fff\\,hv-vpindex\\,hv-runtime\\,hv-synic\\,hv-stimer\\,"
				"hv-stimer-direct\\,hv-frequencies\\,hv-tlbflush\\,hv-ipi")),
			[DOMAIN_STACK_KUBEVIRT] = (KUBEVIRT_PREFERENCE),
		},
		.needs = MIGRATION_HYPERV,
		.expect = "The synthetic timers end the RTC's ticks, the reference clock ends reads of slow "
			"clocks, and tlbflush and ipi save exits under load. 30-40 % of a CPU went to 1-3 % in an "
			"idle guest.",
		.cost = "A power cycle of the guest. Saved states and snapshots with memory keep the old "
			"virtual hardware. The "
			"synthetic interrupt controller can keep the host from using APICv or AVIC. Games' "
			"anti-cheat programs can react to a Hyper-V CPUID (not verified).",
		.when_not = "Guests other than Windows do not need it. Old virt-manager left Hyper-V features out for Windows 7 and "
			"Server 2008 R2 with UEFI, which may not boot with them. With libvirt 11.9 and later "
			"<hyperv mode='host-model'/> with a hypervclock timer says the same in one line.",
		.source = "https://www.qemu.org/docs/master/system/i386/hyperv.html, recommended enlightenments; "
			"virt-manager 5.0.0, commit 74fd503b; OpenNebula/addon-storpool issue 79",
	},
	{
		.number = REMEDY_HYPERV_AVIC,
		.id = "hyperv-avic",
		.is_x86 = true,
		.title = "Let the synthetic interrupt controller go together with APICv or AVIC",
		.edit = edit_avic,
		.hyperv = "vpindex synic stimer avic",
		.libvirt_min = 8010000,
		.qemu_arguments = "-cpu MODEL,hv-vpindex=on,hv-synic=on,hv-stimer=on,hv-stimer-direct=on,"
			"hv-time=on,hv-avic=on -machine TYPE,hpet=off; on AMD also "
			"-global kvm-pit.lost_tick_policy=discard",
		.needs = "these Hyper-V features, and APICv or AVIC, on every host that the VM can migrate or fail "
			"over to.",
		.expect = "Windows no longer asks for interrupts that end by themselves (AutoEOI), which "
			"keep KVM from leaving interrupts to the CPU: exits for the local APIC go away.",
		.cost = "A power cycle of the guest.",
		.when_not = "Only where the host's CPU has APICv or AVIC and it is switched on: cat "
			"/sys/module/kvm_intel/parameters/enable_apicv or "
			"/sys/module/kvm_amd/parameters/avic says Y or 1. Elsewhere it \"may have negative "
			"effect\", says QEMU's manual. QEMU 6.2 and libvirt 8.10 know it.",
		.source = "https://www.qemu.org/docs/master/system/i386/hyperv.html, hv-avic; Linux "
			"arch/x86/kvm, APICV_INHIBIT_REASON_HYPERV and PIT_REINJ",
	},
	{
		.number = REMEDY_HYPERV_EVMCS,
		.id = "hyperv-evmcs",
		.is_x86 = true,
		.title = "Give the hypervisor inside the guest its short cuts",
		.edit = edit_evmcs,
		.hyperv = "vpindex synic stimer vapic evmcs",
		.libvirt_min = 5007000,
		.qemu_arguments = "-cpu MODEL,hv-vapic=on,hv-vpindex=on,hv-synic=on,hv-stimer=on,"
			"hv-stimer-direct=on,hv-time=on,hv-evmcs=on; from QEMU 7.1 on also hv-emsr-bitmap=on",
		.stacks = { [DOMAIN_STACK_PROXMOX] = ("qm set VMID --cpu host,flags=+hv-evmcs   # replaces the "
			"whole cpu: value; Intel only\n"
			"# Needs ostype win10 or win11, which sets the other features; win11 also sets hv-evmcs "
			"from machine version 11.0+pve2 on. Then stop and start the VM.") },
		.needs = "an Intel CPU with the same nested virtualization on every host that the VM can migrate "
			"or fail over to; it does not start on AMD.",
		.expect = "Virtualization-based security, WSL2 and Hyper-V inside the guest keep their VMs' state "
			"in memory that KVM reads directly, instead of an exit for each VMREAD and VMWRITE, and "
			"may use synthetic timers (stimer direct).",
		.cost = "A power cycle of the guest. Posted interrupts and some other VMX features are not "
			"offered to the nested guests.",
		.when_not = "Intel only: on AMD a guest with evmcs does not start. Not needed where the guest runs "
			"no hypervisor of its own.",
		.source = "https://www.qemu.org/docs/master/system/i386/hyperv.html, hv-evmcs; Proxmox VE "
			"qemu-server, commit 71a1e568",
	},
	{
		.number = REMEDY_HYPERV_SPINLOCKS,
		.id = "hyperv-spinlocks",
		.is_x86 = true,
		.title = "Let Windows ask for help with locks, TLB flushes and interrupts between vCPUs",
		.edit = edit_spinlocks,
		.hyperv = "vpindex spinlocks",
		.libvirt_min = 1003003,
		.qemu_arguments = "-cpu MODEL,hv-vpindex=on,hv-spinlocks=0x1fff,hv-tlbflush=on,hv-ipi=on",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = (PROXMOX_OSTYPE "\n"
				"# This does not set tlbflush: add +hv-tlbflush to flags= of the VM's cpu: setting."),
			[DOMAIN_STACK_CLOUDSTACK] = ("an OS type with Windows PV in its name, for the instance or its "
				"template: it gets spinlocks, but neither tlbflush nor ipi (as of 4.22)"),
			[DOMAIN_STACK_TRUENAS] = (TRUENAS_HYPERV),
			[DOMAIN_STACK_GANETI] = (GANETI_CPU("\\,hv-vpindex\\,hv-spinlocks=0x1fff\\,hv-tlbflush\\,"
				"hv-ipi")),
		},
		.needs = MIGRATION_HYPERV,
		.expect = "A vCPU that waits for a lock tells KVM after 8,191 tries instead of spinning on, and "
			"flushes and interrupts to many vCPUs take one exit instead of one for each.",
		.cost = "A power cycle of the guest.",
		.when_not = "Spinlock notification is for hosts whose CPUs are overcommitted: a guest with "
			"CPUs of its own is better off without. It does not make up for CPUs that are missing: "
			"fewer vCPUs do.",
		.source = "https://www.qemu.org/docs/master/system/i386/hyperv.html, hv-spinlocks, hv-tlbflush, "
			"hv-ipi",
	},
};
/* clang-format on */

const struct remedy_rows remedies_hyperv = { rows, sizeof rows / sizeof *rows };
