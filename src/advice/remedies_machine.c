#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice/remedies_rows.h"
#include "core/text.h"

static void edit_pvspinlock(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	xml_edit_set(edit, "features/pvspinlock", "state", "on");
}

static void edit_pmu_off(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	xml_edit_set(edit, "features/pmu", "state", "off");
}

static void edit_nosharepages(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	xml_edit_set(edit, "memoryBacking/nosharepages", NULL, NULL);
}

static void edit_hugepages(struct xml_edit *edit, const struct domain_caps *caps)
{
	(void)caps;
	xml_edit_set(edit, "memoryBacking/hugepages", NULL, NULL);
}

/* libvirt has no element for it: it comes in as QEMU's own argument, alone or with others,
 *     <qemu:arg value='-overcommit'/>
 *     <qemu:arg value='mem-lock=off,cpu-pm=on'/> */
static void edit_cpu_pm_off(struct xml_edit *edit, const struct domain_caps *caps)
{
	static const char path[] = "qemu:commandline/qemu:arg", on[] = "cpu-pm=on";
	struct xml_element *e = NULL;

	(void)caps;
	while ((e = xml_edit_next(edit, path, e))) {
		const char *value = xml_edit_value(e, "value");
		const char *at = value ? strstr(value, on) : NULL;
		struct strbuf off = { 0 };

		if (!at)
			continue;
		strbuf_addf(&off, "%.*scpu-pm=off%s", (int)(at - value), value, at + strlen(on));
		xml_edit_change(edit, e, "value", strbuf_text(&off));
		strbuf_fini(&off);
	}
}

/* Where the host's CPU is not known both are forbidden: the one it has not is no loss. */
static void edit_nested_off(struct xml_edit *edit, const struct domain_caps *caps)
{
	const char *vendor = caps ? caps->cpu_vendor : "";
	const struct xml_element *cpu = xml_edit_find(edit, "cpu");

	if (!xml_edit_value(cpu, "mode") && !xml_edit_find(edit, "cpu/model")) {
		xml_edit_refuse(
			edit, "the domain names no CPU, and QEMU's default one offers no nesting");
		return;
	}
	if (strcmp(vendor, "AMD") != 0)
		xml_edit_set(edit, "cpu/feature[name=vmx]", "policy", "disable");
	if (strcmp(vendor, "Intel") != 0)
		xml_edit_set(edit, "cpu/feature[name=svm]", "policy", "disable");
}

static void stop_polling(struct xml_edit *edit, struct xml_element *iothread)
{
	struct xml_element *poll = xml_edit_child(iothread, "poll");

	if (!poll)
		poll = xml_edit_add(edit, iothread, "poll");
	xml_edit_change(edit, poll, "max", "0");
}

/* <iothreads>2</iothreads> makes iothreads 1 and 2 that need not be named elsewhere:
 *     <iothreadids><iothread id='1'><poll max='0'/></iothread>... */
static void name_iothreads(struct xml_edit *edit)
{
	const struct xml_element *counted = xml_edit_find(edit, "iothreads");
	const long count = counted ? strtol(xml_edit_content(edit, counted), NULL, 10) : 0;
	long named = 0;

	for (struct xml_element *e = NULL; (e = xml_edit_next(edit, "iothreadids/iothread", e));)
		named++;
	/* libvirt numbers those that are not named itself: all by themselves or, rarely, in between. */
	if (named || count <= 0 || count > 1024)
		return;
	xml_edit_set(edit, "iothreadids", NULL, NULL);
	for (long id = 1; id <= count; id++) {
		char text[24];

		snprintf(text, sizeof text, "%ld", id);
		xml_edit_change(edit,
			xml_edit_add(edit, xml_edit_find(edit, "iothreadids"), "iothread"), "id",
			text);
	}
}

static void edit_iothread_poll_off(struct xml_edit *edit, const struct domain_caps *caps)
{
	struct xml_element *e = NULL;

	(void)caps;
	name_iothreads(edit);
	while ((e = xml_edit_next(edit, "iothreadids/iothread", e)))
		stop_polling(edit, e);
}

/* An instance has its flavor as it was when it got it, and is resized to another one only. */
#define NOVA_FLAVOR(property, needs)                                                             \
	"openstack flavor set --property " property " FLAVOR   # not its current flavor; " needs \
	"\n"                                                                                     \
	"openstack server resize --flavor FLAVOR SERVER\n"                                       \
	"openstack server resize confirm SERVER   # at status VERIFY_RESIZE, once the guest works"

/* clang-format off */
static const struct remedy rows[] = {
	{
		.number = REMEDY_PVSPINLOCK,
		.id = "pvspinlock",
		.is_x86 = true,
		.is_kvms = true,
		.title = "Let a Linux guest sleep while it waits for a lock",
		.edit = edit_pvspinlock,
		.virt_xml = "--features pvspinlock.state=on",
		.qemu_arguments = "-cpu MODEL,kvm-pv-unhalt=on",
		.expect = "A vCPU that waits for a lock whose holder does not run gives its CPU away instead of "
			"spinning: fewer PAUSE exits and less run delay.",
		.cost = "A power cycle of the guest.",
		.when_not = "For Linux guests on overcommitted hosts only. Guests with hint-dedicated ignore it. "
			"It does not make up for CPUs that are missing: fewer vCPUs do.",
		.source = "libvirt, Domain XML format, Hypervisor features (pvspinlock); Linux "
			"Documentation/virt/kvm/x86/cpuid.rst, KVM_FEATURE_PV_UNHALT",
	},
	{
		.number = REMEDY_PMU_OFF,
		.id = "pmu-off",
		.title = "Take the performance counters away",
		.edit = edit_pmu_off,
		.libvirt_min = 1002012,
		.virt_xml = "--features pmu.state=off",
		.qemu_arguments = "-cpu MODEL,pmu=off",
		.expect = "A monitor in the guest no longer finds counters to read and set, each of them an exit.",
		.cost = "A power cycle of the guest. perf, VTune and the like see no hardware events there.",
		.when_not = "Not for guests in which programs are profiled.",
		.source = "libvirt, Domain XML format, Hypervisor features (pmu)",
	},
	{
		.number = REMEDY_NOSHAREPAGES,
		.id = "nosharepages",
		.title = "Keep this VM's memory out of KSM",
		.edit = edit_nosharepages,
		.qemu_arguments = "-machine TYPE,mem-merge=off",
		.stacks = { [DOMAIN_STACK_PROXMOX] = ("qm set VMID --allow-ksm 0   # from qemu-server 9.0.30 on; then "
			"stop and start the VM") },
		.expect = "ksmd does not look through this VM's memory, and its pages are not taken apart and "
			"copied again when it writes to them.",
		.cost = "A power cycle of the guest. What was shared with other VMs takes memory of its own.",
		.when_not = "Not where memory is overcommitted and much of it is really shared: see pages_sharing "
			"in /sys/kernel/mm/ksm.",
		.source = "libvirt, Domain XML format, Memory backing (nosharepages); Linux "
			"Documentation/admin-guide/mm/ksm.rst",
	},
	{
		.number = REMEDY_HUGEPAGES,
		.id = "hugepages",
		.title = "Back the guest's memory with huge pages",
		.edit = edit_hugepages,
		.qemu_arguments = "-object memory-backend-memfd,id=ram,size=SIZE,hugetlb=on,hugetlbsize=2M "
			"-machine TYPE,memory-backend=ram",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = ("qm set VMID --numa 1 --hugepages 2   # hugepages requires numa\n"
				"# The VM does not start with more sockets than the host has NUMA nodes, or with "
				"numa0: without hostnodes.\n"
				"# Then stop and start the VM: Proxmox VE allocates the pages."),
			[DOMAIN_STACK_NOVA] = NOVA_FLAVOR("hw:mem_page_size=large",
				"hosts with free huge pages"),
			[DOMAIN_STACK_KUBEVIRT] = ("in the VM's spec.template.spec.domain: memory: {guest: SIZE, "
				"hugepages: {pageSize: 2Mi}}, SIZE a multiple of 2Mi\n"
				"then: virtctl restart VM   # on a node whose kubelet reports that many hugepages-2Mi"),
			[DOMAIN_STACK_INCUS] = ("incus config set INSTANCE limits.memory.hugepages=true   # while it "
				"is stopped; needs a mounted hugetlbfs"),
			[DOMAIN_STACK_LXD] = ("lxc config set INSTANCE limits.memory.hugepages=true   # while it is "
				"stopped; needs a mounted hugetlbfs"),
			[DOMAIN_STACK_GANETI] = ("gnt-instance modify -H mem_path=/dev/hugepages INSTANCE   # a mounted "
				"hugetlbfs on each node\n"
				"gnt-instance reboot -t full INSTANCE"),
		},
		.needs = "enough free huge pages on every host that the VM can migrate or fail over to: without "
			"them it does not start there.",
		.expect = "One page fault and one TLB entry for 2 MiB instead of 512: fewer EPT violations, and "
			"nothing for khugepaged and KSM to do.",
		.cost = "A power cycle of the guest, and memory of the host that must be set aside before: for "
			"2 GiB of guest memory sysctl vm.nr_hugepages=1024. Without enough of it the guest does "
			"not start. That memory cannot be swapped, shared or ballooned.",
		.when_not = "Not on hosts with overcommitted memory; transparent huge pages "
			"(/sys/kernel/mm/transparent_hugepage/enabled) do most of it without setting aside.",
		.source = "libvirt, Domain XML format, Memory backing (hugepages); Linux "
			"Documentation/admin-guide/mm/hugetlbpage.rst",
	},
	{
		.number = REMEDY_CPU_PM_OFF,
		.id = "cpu-pm-off",
		.is_x86 = true,
		.title = "Give idle time back to the host",
		.edit = edit_cpu_pm_off,
		.qemu_arguments = "-overcommit cpu-pm=off",
		.expect = "The guest's HLT and MWAIT leave the guest again: the host sees which CPUs are idle, and "
			"can use them.",
		.cost = "A power cycle of the guest. Waking up takes longer by the time of an exit.",
		.when_not = "Where vCPUs are pinned to CPUs of their own and latency is what counts, it was meant "
			"so: then 100 % is no load, and the host cannot tell.",
		.source = "QEMU manual, -overcommit cpu-pm: \"host estimates of CPU cycle and power utilization "
			"will be incorrect\"",
	},
	{
		.number = REMEDY_NESTED_OFF,
		.id = "nested-off",
		.is_x86 = true,
		.title = "Do not offer virtualization inside the guest",
		.edit = edit_nested_off,
		.qemu_arguments = "-cpu host,vmx=off (AMD: svm=off)",
		.guest_commands = "# Windows keeps its hypervisor off with:\n"
			"bcdedit /set hypervisorlaunchtype off\n"
			"# and without Memory Integrity (Windows Security, Device Security, Core isolation)",
		.stacks = { [DOMAIN_STACK_PROXMOX] = ("qm set VMID --cpu host,flags=-nested-virt   # replaces the "
			"whole cpu: value; from qemu-server 9.0.27 on\n"
			"# before: --cpu x86-64-v2-AES, a model without vmx and svm. Then stop and start the VM.") },
		.expect = "Windows runs without its own hypervisor below it: no nested entries, and no VMREAD or "
			"VMWRITE exits.",
		.cost = "A power cycle of the guest, and less security in it: virtualization-based security, "
			"Credential Guard, WSL2 and Hyper-V do not run.",
		.when_not = "Not where the guest's security policy or users ask for any of these: then evmcs "
			"(Intel) makes them cheaper.",
		.source = "libvirt, Domain XML format, CPU model and topology (feature policy); "
			"https://www.qemu.org/docs/master/system/i386/hyperv.html, hv-evmcs",
	},
	{
		.number = REMEDY_IOTHREAD_POLL_OFF,
		.id = "iothread-poll-off",
		.title = "Let iothreads sleep instead of polling",
		.edit = edit_iothread_poll_off,
		.libvirt_min = 9004000,
		.qemu_arguments = "-object iothread,id=ID,poll-max-ns=0",
		.expect = "Iothreads use no CPU between requests: their adaptive polling shows as user time of "
			"\"IO iothread\" threads.",
		.cost = "A power cycle of the guest. Each request takes some microseconds longer.",
		.when_not = "Not for guests with fast disks (NVMe) whose latency counts: polling is what makes them "
			"fast. Takes libvirt 9.4.",
		.source = "libvirt, Domain XML format, IOThreads allocation (poll); QEMU manual, iothread "
			"poll-max-ns",
	},
	{
		.number = REMEDY_PIN_VCPUS,
		.id = "pin-vcpus",
		.title = "Give vCPUs CPUs of their own, or have fewer of them",
		.host_commands = "virsh vcpuinfo DOMAIN\n"
			"virsh vcpupin DOMAIN 0 2   # vCPU 0 on CPU 2; now, and with --config at the next start\n"
			"virsh emulatorpin DOMAIN 0-1\n"
			"virsh setvcpus DOMAIN 2 --config   # fewer vCPUs, at the next start",
		.qemu_commands = "taskset -cp 2 TID   # the thread of vCPU 0 on CPU 2; the Threads view has the TIDs\n"
			"taskset -cp 0-1 PID   # QEMU's main thread\n"
			"# until the VM ends; fewer vCPUs: -smp 2 at the next start",
		.stacks = {
			[DOMAIN_STACK_PROXMOX] = ("qm set VMID --affinity 2-5   # all its threads share these CPUs; from "
				"7.3 on\n"
				"qm set VMID --cores 2   # or fewer vCPUs\n"
				"# then stop and start the VM"),
			[DOMAIN_STACK_NOVA] = NOVA_FLAVOR("hw:cpu_policy=dedicated",
				"hosts with [compute] cpu_dedicated_set in nova.conf"),
			[DOMAIN_STACK_KUBEVIRT] = ("in the VM's spec.template.spec.domain: cpu.dedicatedCpuPlacement: "
				"true\n"
				"then: virtctl restart VM   # on a node with the label cpumanager=true: its kubelet "
				"has the CPU manager policy static. CPU requests must equal limits"),
			[DOMAIN_STACK_INCUS] = ("incus config set INSTANCE limits.cpu=2-5   # while it is stopped: as "
				"many vCPUs as the set has CPUs, each pinned to one"),
			[DOMAIN_STACK_LXD] = ("lxc config set INSTANCE limits.cpu=2-5   # while it is stopped: as many "
				"vCPUs as the set has CPUs, each pinned to one"),
			[DOMAIN_STACK_TRUENAS] = ("midclt call vm.update ID '{\"cpuset\": \"2-5\", \"pin_vcpus\": true}'   "
				"# as many CPUs as vCPUs; then stop and start the VM"),
			[DOMAIN_STACK_GANETI] = ("gnt-instance modify -H cpu_mask=2:3:4:5 INSTANCE   # as many entries "
				"as vCPUs\n"
				"gnt-instance reboot -t full INSTANCE"),
		},
		.needs = "CPUs with these numbers on every host that the VM can migrate or fail over to: a pinned "
			"VM does not start where they are missing, and cluster managers do not balance it.",
		.expect = "A vCPU that holds a lock is not taken off its CPU while others wait for it: run delay and "
			"PAUSE exits go down.",
		.cost = "CPUs that one VM has are not the others': pinning all but one VM makes that one suffer. "
			"vcpupin works at once, fewer vCPUs take a power cycle.",
		.when_not = "Not where idle CPUs are at hand: then the run delay has another cause, such as a "
			"cgroup's quota (virsh schedinfo).",
		.source = "libvirt, Domain XML format, CPU tuning; Linux Documentation/virt/kvm, "
			"kvm_intel ple_gap and ple_window",
	},
};
/* clang-format on */

const struct remedy_rows remedies_machine = { rows, sizeof rows / sizeof *rows };
