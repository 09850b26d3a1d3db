#include <string.h>

#include "advice/remedies_rows.h"

void remedy_edit_clock(struct xml_edit *edit)
{
	xml_edit_default(edit, "clock", "offset", "utc");
}

static void edit_hpet_on(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	remedy_edit_clock(edit);
	xml_edit_set(edit, "clock/timer[name=hpet]", "present", "yes");
}

static void edit_hpet_off(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	remedy_edit_clock(edit);
	xml_edit_set(edit, "clock/timer[name=hpet]", "present", "no");
}

static void edit_rtc_delay(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	remedy_edit_clock(edit);
	xml_edit_set(edit, "clock/timer[name=rtc]", "tickpolicy", "delay");
}

static void edit_pit_discard(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	remedy_edit_clock(edit);
	xml_edit_set(edit, "clock/timer[name=pit]", "tickpolicy", "discard");
}

/* libvirt takes features only of a CPU that is named. */
static void edit_invtsc(struct xml_edit *edit, const struct domain_caps *caps)
{
	const struct xml_element *cpu = xml_edit_find(edit, "cpu");

	(void)caps;
	if (!xml_edit_value(cpu, "mode") && !xml_edit_find(edit, "cpu/model"))
		xml_edit_refuse(edit,
			"the domain names no CPU: give it one first, <cpu mode='host-model'/> or "
			"<cpu mode='host-passthrough'/>");
	else
		xml_edit_set(edit, "cpu/feature[name=invtsc]", "policy", "require");
}

/* Only what hides the clock is changed: without either element KVM offers it. */
static void edit_kvmclock(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	if (xml_edit_find(edit, "features/kvm/hidden"))
		xml_edit_set(edit, "features/kvm/hidden", "state", "off");
	if (xml_edit_find(edit, "clock/timer[name=kvmclock]"))
		xml_edit_set(edit, "clock/timer[name=kvmclock]", "present", "yes");
}

/* An instance has the image's properties as they were at its creation. nova-manage changes these; the start
 * defines the domain anew. A resize keeps them, a rebuild reads the image again. */
#define NOVA_HPET(value)                                                                         \
	"openstack server stop SERVER\n"                                                         \
	"nova-manage image_property set UUID --property hw_time_hpet=" value                     \
	"   # the instance's UUID; on a controller\n"                                            \
	"openstack server start SERVER\n"                                                        \
	"# For new instances: openstack image set --property hw_time_hpet=" value " IMAGE\n"     \
	"# Before Nova 25 (Yoga) there is no image_property: only instances created or rebuilt " \
	"from that image get it, and a rebuild ERASES the root disk."

/* clang-format off */
static const struct remedy rows[] = {
	{
		.number = REMEDY_HPET_ON,
		.id = "hpet-on",
		.is_x86 = true,
		.title = "Give the guest an HPET (fallback)",
		.edit = edit_hpet_on,
		.fallback = true,
		.virt_xml = "--clock hpet_present=yes",
		.qemu_arguments = "-machine TYPE,hpet=on (before QEMU 7: leave out -no-hpet)",
		.stacks = { [DOMAIN_STACK_NOVA] = NOVA_HPET("true") },
		.needs = "an HPET in the QEMU of every host that the VM can migrate or fail over "
			"to: RHEL 9's QEMU has none, so the VM can neither migrate to such a host "
			"nor start there.",
		.expect = "Windows takes the HPET as its tick instead of the RTC. In virt-manager's issue 205 "
			"the load of an idle Windows 10 went down to what was expected.",
		.cost = "A power cycle of the guest. The HPET is emulated by QEMU: reading it is slow, and its "
			"interrupts still wake QEMU's main thread. OpenStack Nova once turned it off "
			"because of time drift in Windows.",
		.when_not = "Not where synthetic timers are possible; not for Linux guests, where an idle guest with "
			"an HPET was seen to take 7-9 % of a CPU. QEMU of RHEL 9 has no HPET, and libvirt 9.0.0 "
			"and 9.1.0 refuse present='yes' (Debian 12's 9.0.0 takes it).",
		.source = "https://github.com/virt-manager/virt-manager/issues/205; nova-specs, Stein, "
			"support-hpet-on-guest; libvirt NEWS, 9.2.0; systemd/mkosi issue 3811; "
			"autotest/tp-libvirt pull request 5015",
	},
	{
		.number = REMEDY_HPET_OFF,
		.id = "hpet-off",
		.is_x86 = true,
		.title = "Take the HPET away",
		.edit = edit_hpet_off,
		.virt_xml = "--clock hpet_present=no",
		.qemu_arguments = "-machine TYPE,hpet=off (before QEMU 7: -no-hpet; microvm has none)",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = ("qm set VMID --ostype l26   # Linux; ostype win10 and win11 also turn it off\n"
				"qm config VMID | grep ^machine   # with l26: must show no version, or 10.1 or later\n"
				"# then stop and start the VM"),
			[DOMAIN_STACK_NOVA] = NOVA_HPET("false"),
			[DOMAIN_STACK_KUBEVIRT] = ("in the VM's spec.template.spec.domain: clock.timer.hpet.present: "
				"false\n"
				"then: virtctl restart VM"),
			[DOMAIN_STACK_TRUENAS] = ("midclt call vm.update ID '{\"command_line_args\": \"-machine "
				"hpet=off\"}'   # replaces its current ones; ID and current ones: midclt call vm.query\n"
				"# then stop and start the VM"),
			[DOMAIN_STACK_GANETI] = ("gnt-instance modify -H kvm_extra='-machine hpet=off' INSTANCE   "
				"# replaces its kvm_extra\n"
				"gnt-instance reboot -t full INSTANCE   # a hard reboot keeps the old command line"),
		},
		.expect = "QEMU's main thread no longer emulates a timer that nobody uses: idle Linux guests went "
			"from 7-9 % of a CPU to 0.6 %.",
		.cost = "A power cycle of the guest; its ACPI tables change with it.",
		.when_not = "Not for Windows without synthetic timers (stimer): it would take the RTC as its tick, "
			"which is worse. Linux before 2.6.26 without kvm-clock falls back to the ACPI PM timer.",
		.source = "systemd/mkosi issue 3811; systemd issue 38147; Proxmox VE qemu-server, commit 3a4e0144; "
			"libvirt, Domain XML format, Time keeping",
	},
	{
		.number = REMEDY_INVTSC,
		.id = "invtsc",
		.is_x86 = true,
		.title = "Promise the guest a TSC that never changes its pace",
		.edit = edit_invtsc,
		.qemu_arguments = "-cpu host,+invtsc",
		.stacks = { [DOMAIN_STACK_PROXMOX] = ("# add a CPU model to "
			"/etc/pve/virtual-guest/cpu-models.conf:\n"
			"#   cpu-model: invtsc\n"
			"#       reported-model host\n"
			"#       flags +invtsc\n"
			"qm set VMID --cpu custom-invtsc   # replaces the whole cpu: value; then stop and start it\n"
			"# Do not use args: a second -cpu drops the Hyper-V features of ostype.") },
		.needs = "for live migration a fixed frequency, <timer name='tsc' frequency='...'/>, "
			"at which the destination host runs or to which it can scale: without it "
			"invtsc blocks live migration.",
		.expect = "Windows takes RDTSC for QueryPerformanceCounter and Linux keeps tsc as its clocksource: "
			"a read costs nanoseconds and no exit.",
		.cost = "A power cycle of the guest. It cannot migrate any more, unless <timer name='tsc' "
			"frequency=> fixes the frequency and the other host can scale to it.",
		.when_not = "Not for guests that have to migrate live, and not on hosts whose own clocksource is "
			"not tsc.",
		.source = "MicrosoftDocs/Virtualization-Documentation, Requirements for Implementing the "
			"Microsoft Hypervisor Interface; libvirt, Domain XML format, CPU model and topology",
	},
	{
		.number = REMEDY_KVMCLOCK,
		.id = "kvmclock",
		.is_x86 = true,
		.is_kvms = true,
		.title = "Let a Linux guest see that it runs on KVM",
		.edit = edit_kvmclock,
		.qemu_arguments = "-cpu MODEL,kvm=on,kvmclock=on",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = ("qm config VMID | grep -e ^cpu: -e ^args:\n"
				"qm set VMID --cpu VALUE   # VALUE: the cpu: line above, without hidden=1\n"
				"# kvm=off in args overrides it: remove that as well\n"
				"# then stop and start the VM"),
			[DOMAIN_STACK_TRUENAS] = ("midclt call vm.update ID '{\"hide_from_msr\": false}'   "
				"# ID: midclt call vm.query; then stop and start the VM"),
		},
		.expect = "The guest takes kvm-clock as its clocksource: a read of the time costs nanoseconds "
			"instead of a trip to QEMU, and does without the port 0x80 delays of real hardware.",
		.cost = "A power cycle of the guest. Drivers that refuse to run in VMs (old NVIDIA ones) see "
			"the VM again.",
		.when_not = "Not needed where the guest's clocksource is tsc or kvm-clock already: cat "
			"/sys/devices/system/clocksource/clocksource0/current_clocksource.",
		.source = "Linux, Documentation/virt/kvm/x86/timekeeping.rst; libvirt, Domain XML format, "
			"Hypervisor features (kvm hidden) and Time keeping",
	},
	{
		.number = REMEDY_RTC_DELAY,
		.id = "rtc-delay",
		.is_x86 = true,
		.title = "Do not let the RTC catch up on missed ticks",
		.edit = edit_rtc_delay,
		.virt_xml = "--clock rtc_tickpolicy=delay",
		.qemu_arguments = "-rtc driftfix=none (keep base= as it is)",
		.stacks = { [DOMAIN_STACK_PROXMOX] = "qm set VMID --tdf 0   # then stop and start the VM" },
		.expect = "After a resume, a migration or a step of the host's clock QEMU no longer sends all "
			"missed ticks in a burst, for which guests were seen to stand still for up to 90 s.",
		.cost = "A power cycle of the guest. A guest that counts ticks falls behind when the host is late; "
			"Windows with synthetic timers does not.",
		.when_not = "Not for Windows without synthetic timers on a loaded host: its clock would run slow.",
		.source = "qemu-devel 2015, RTC catch-up after a clock jump; libvirt, Domain XML format, Time keeping; "
			"virt-manager issue 154",
	},
	{
		.number = REMEDY_PIT_DISCARD,
		.id = "pit-discard",
		.is_x86 = true,
		.title = "Drop the PIT's missed ticks",
		.edit = edit_pit_discard,
		.virt_xml = "--clock pit_tickpolicy=discard",
		.qemu_arguments = "-global kvm-pit.lost_tick_policy=discard",
		.expect = "KVM no longer injects ticks of the PIT again, which on AMD hosts keeps AVIC off, and "
			"does not send what was missed.",
		.cost = "A power cycle of the guest. An old guest that counts the PIT's ticks loses time.",
		.when_not = "Not for guests that keep time by the PIT: DOS, Linux with noapic or before 2.6.26.",
		.source = "Linux arch/x86/kvm/svm/avic.c, APICV_INHIBIT_REASON_PIT_REINJ; libvirt, Domain XML "
			"format, Time keeping",
	},
	{
		.number = REMEDY_NOVA_HPET,
		.id = "nova-hpet",
		.is_x86 = true,
		.title = "Set the image property hw_time_hpet in OpenStack",
		.stacks = { [DOMAIN_STACK_NOVA] = NOVA_HPET("true") },
		.needs = "an HPET in the QEMU of every compute host that the instance can move to: that of RHEL 9 "
			"and later has none, and the instance does not start there.",
		.expect = "Windows takes the HPET as its tick instead of the RTC. Nova has no setting for Hyper-V "
			"synthetic timers (as of August 2026), and redefines the domain at each start, so they cannot "
			"be added in libvirt.",
		.cost = "A stop and a start of the instance. The HPET is emulated by QEMU: reading it is slow, and "
			"its interrupts still wake QEMU's main thread. Nova once turned it off because of time drift "
			"in Windows.",
		.when_not = "Not for Linux guests. Needs Nova 19 (Stein) or later.",
		.source = "openstack/nova nova/virt/libvirt/driver.py, _set_kvm_timers(); nova release note "
			"bp-support-hpet-on-guest; nova-manage manual, image_property set",
	},
};
/* clang-format on */

const struct remedy_rows remedies_clock = { rows, sizeof rows / sizeof *rows };
