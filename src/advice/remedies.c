#include "advice/remedies.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice/diff.h"
#include "advice/xml_edit.h"
#include "core/arena.h"
#include "core/mem.h"
#include "core/text.h"

enum { DIFF_CONTEXT = 3 };

/* libvirt defines a domain with an incomplete set, and QEMU then refuses: stimer needs synic, vpindex
 * and the reference clock, synic needs vpindex. */
static void edit_hyperv_timers(struct xml_edit *edit)
{
	xml_edit_set(edit, "features/hyperv/vpindex", "state", "on");
	xml_edit_set(edit, "features/hyperv/synic", "state", "on");
	xml_edit_set(edit, "features/hyperv/stimer", "state", "on");
	xml_edit_set(edit, "features/hyperv/stimer/direct", "state", "on");
	xml_edit_default(
		edit, "clock", "offset", "utc"); /* libvirt's default, required by its schema */
	xml_edit_set(edit, "clock/timer[name=hpet]", "present", "no");
	xml_edit_set(edit, "clock/timer[name=hypervclock]", "present", "yes");
}

static void edit_hpet_on(struct xml_edit *edit)
{
	xml_edit_default(edit, "clock", "offset", "utc");
	xml_edit_set(edit, "clock/timer[name=hpet]", "present", "yes");
}

/* A remedy whose change is not worked out here yet: it says so. */
#define UNWRITTEN(number, name, what)           \
	[REMEDY_##number] = { .id = (name),     \
		.title = (what),                \
		.qemu_arguments = "-",          \
		.expect = "See the finding.",   \
		.cost = "See the finding.",     \
		.when_not = "See the finding.", \
		.source = "See the finding." }

/* clang-format off */
const struct remedy remedies[REMEDY__COUNT] = {
	[REMEDY_HYPERV_TIMERS] = {
		.id = "hyperv-timers",
		.title = "Give the guest Hyper-V synthetic timers",
		.edit = edit_hyperv_timers,
		.qemu_arguments = "-cpu MODEL,hv-vpindex=on,hv-synic=on,hv-stimer=on,hv-stimer-direct=on,"
			"hv-time=on -machine TYPE,hpet=off (before QEMU 7: -no-hpet)",
		.expect = "Windows sets timers by writing a register when it needs one, instead of being "
			"woken by the RTC all the time: idle guests were seen to go from 30-40 % of a CPU to "
			"1-3 %. Red Hat's tests ask for less than 5 % of a CPU for each vCPU of an idle "
			"Windows with all enlightenments.",
		.cost = "A power cycle of the guest. Saved states and snapshots with memory keep the old "
			"virtual hardware, and every host it is to migrate to must offer these features. The "
			"synthetic interrupt controller can keep the host from using APICv or AVIC.",
		.when_not = "Guests other than Windows do not need it. It takes libvirt 5.7, QEMU 4.1 and a host "
			"kernel with Hyper-V emulation: where it works, virsh domcapabilities (libvirt 9.0 "
			"and later) lists vpindex, synic and stimer under <hyperv>.",
		.source = "https://www.qemu.org/docs/master/system/i386/hyperv.html; Proxmox VE qemu-server, "
			"commit ebb346d6 (2018-08-31); OpenNebula/addon-storpool issue 79; "
			"autotest/tp-qemu pull request 2188",
	},
	[REMEDY_HPET_ON] = {
		.id = "hpet-on",
		.title = "Give the guest an HPET (fallback)",
		.edit = edit_hpet_on,
		.qemu_arguments = "-machine TYPE,hpet=on (before QEMU 7: leave out -no-hpet)",
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
	UNWRITTEN(HPET_OFF, "hpet-off", "Take the HPET from the guest"),
	UNWRITTEN(HYPERV_VPINDEX, "hyperv-vpindex", "Give the guest vpindex and Hyper-V's clock"),
	UNWRITTEN(HYPERV_FULL, "hyperv-full", "Give the guest all Hyper-V features"),
	UNWRITTEN(HYPERV_AVIC, "hyperv-avic", "Let Hyper-V features and AVIC or APICv live together"),
	UNWRITTEN(HYPERV_EVMCS, "hyperv-evmcs", "Give the guest the enlightened VMCS"),
	UNWRITTEN(HYPERV_SPINLOCKS, "hyperv-spinlocks", "Give the guest Hyper-V spinlocks, TLB flushes and IPIs"),
	UNWRITTEN(INVTSC, "invtsc", "Tell the guest that its TSC is invariant"),
	UNWRITTEN(KVMCLOCK, "kvmclock", "Show the guest KVM and its clock"),
	UNWRITTEN(PVSPINLOCK, "pvspinlock", "Give the guest paravirtual spinlocks"),
	UNWRITTEN(USB_XHCI, "usb-xhci", "Put USB devices on an xHCI controller"),
	UNWRITTEN(USB_TABLET_VIRTIO, "usb-tablet-virtio", "Replace the USB tablet by a virtio one"),
	UNWRITTEN(VMPORT_OFF, "vmport-off", "Take VMware's port from the guest"),
	UNWRITTEN(PMU_OFF, "pmu-off", "Take the performance counters from the guest"),
	UNWRITTEN(RTC_DELAY, "rtc-delay", "Let missed RTC ticks be late"),
	UNWRITTEN(PIT_DISCARD, "pit-discard", "Drop missed PIT ticks"),
	UNWRITTEN(NOSHAREPAGES, "nosharepages", "Keep ksmd from the guest's memory"),
	UNWRITTEN(HUGEPAGES, "hugepages", "Back the guest's memory with huge pages"),
	UNWRITTEN(CPU_PM_OFF, "cpu-pm-off", "Let the guest's halts leave it"),
	UNWRITTEN(NESTED_OFF, "nested-off", "Take virtualization from the guest"),
	UNWRITTEN(IOTHREAD_POLL_OFF, "iothread-poll-off", "Keep iothreads from polling"),
	UNWRITTEN(HALT_POLL, "halt-poll", "Let the host poll less after halts"),
	UNWRITTEN(CLOCKSOURCE, "clocksource", "Give the host its TSC as clock"),
	UNWRITTEN(KSM_TUNE, "ksm-tune", "Let ksmd look less often"),
	UNWRITTEN(NX_OFF, "nx-off", "Switch the splitting of huge pages off"),
	UNWRITTEN(MSR_QUIET, "msr-quiet", "Keep unknown MSRs out of the kernel's log"),
	UNWRITTEN(GUEST_TIMER_RESOLUTION, "guest-timer-resolution", "Find the program that wants a fine timer"),
	UNWRITTEN(GUEST_CLOCKSOURCE, "guest-clocksource", "Give the guest a better clock from inside"),
	UNWRITTEN(PIN_VCPUS, "pin-vcpus", "Pin vCPUs, or have fewer"),
	UNWRITTEN(IRQ_AFFINITY, "irq-affinity", "Keep interrupts off the vCPUs' CPUs"),
	UNWRITTEN(ENABLE_KVM, "enable-kvm", "Run the guest with KVM"),
	UNWRITTEN(MIGRATION_WAIT, "migration-wait", "Wait until the migration or backup ends"),
	UNWRITTEN(DEVICES_LEGACY, "devices-legacy", "Replace or remove old devices"),
	UNWRITTEN(LOOK_DEEPER, "look-deeper", "Look deeper"),
};
/* clang-format on */

static char *apply(const struct remedy *remedy, const char *xml, char *why, size_t size)
{
	struct xml_edit *edit = xml_edit_new(xml, why, size);
	char *after;

	if (!edit)
		return NULL;
	remedy->edit(edit);
	after = xml_edit_result(edit, why, size);
	xml_edit_free(edit);
	return after;
}

/* A name that the shell and virsh take for nothing but a name: virsh looks for an id and a UUID first,
 * so a tenant could name a VM like another one's. UUIDs have 32 digits at least. */
static bool is_plain_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	return name && strspn(name, letters) && strlen(name) < 32 && !name[strspn(name, plain)];
}

/* Pasted into a terminal, a control character acts as a key. */
static bool is_pasteable(const char *text)
{
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return false;
		if (c == 0xc2 && (unsigned char)text[1] < 0xa0) /* U+0080 ... U+009F */
			return false;
	}
	return true;
}

/* The commands stop at the first that fails, and do not write over an older copy of the definition.
 * --security-info keeps the passwords of VNC and SPICE in it, hence the umask. No line of the diff can
 * end the here-document early: each has a sign before it. */
static char *make_command(const char *domain, const char *remedy_id, const char *diff)
{
	struct strbuf command = { 0 };

	strbuf_addf(&command,
		"(\n"
		"set -eC; umask 077\n"
		"virsh dumpxml --inactive --security-info %s > %s.before-%s.xml\n"
		"patch -N -F 0 -o %s.after-%s.xml %s.before-%s.xml << 'EOF'\n"
		"%s"
		"EOF\n"
		"virsh define %s.after-%s.xml\n"
		")\n",
		domain, domain, remedy_id, domain, remedy_id, domain, remedy_id, diff, domain,
		remedy_id);
	strbuf_addf(&command,
		"# Then shut the guest down (a reboot inside is not enough) and: virsh start %s\n"
		"# The way back: virsh define %s.before-%s.xml\n",
		domain, domain, remedy_id);
	return strbuf_take(&command);
}

static void plan_change(struct remedy_plan *plan, const struct domain *domain)
{
	const char *ref = is_plain_name(domain->name) ? domain->name : domain->uuid;
	struct arena names = { 0 };

	plan->xml_diff = diff_unified(domain->inactive_xml, plan->xml_after,
		arena_printf(&names, "%s.before-%s.xml", ref, plan->remedy->id),
		arena_printf(&names, "%s.after-%s.xml", ref, plan->remedy->id), DIFF_CONTEXT);
	if (*plan->xml_diff && *ref && is_pasteable(plan->xml_diff))
		plan->command = make_command(ref, plan->remedy->id, plan->xml_diff);
	arena_fini(&names);
}

/* The definition has the change. Does the running guest have it too? */
static void plan_nothing(struct remedy_plan *plan, const struct domain *domain)
{
	char why[sizeof plan->why];
	char *live_after;

	snprintf(plan->why, sizeof plan->why, "the domain has this already");
	if (!domain->live_xml)
		return;
	live_after = apply(plan->remedy, domain->live_xml, why, sizeof why);
	plan->pending = live_after && strcmp(live_after, domain->live_xml);
	free(live_after);
	if (plan->pending)
		snprintf(plan->why, sizeof plan->why,
			"change pending: the definition has it already; shut the guest down and "
			"start it "
			"(a reboot inside is not enough)");
}

void remedy_plan_init(struct remedy_plan *plan, enum remedy_id id, const struct domain *domain)
{
	assert(id > REMEDY_NONE && id < REMEDY__COUNT);
	*plan = (struct remedy_plan){ .remedy = &remedies[id] };
	if (!remedies[id].edit)
		snprintf(plan->why, sizeof plan->why, "this is not a change of the domain's XML");
	else if (!domain)
		snprintf(plan->why, sizeof plan->why,
			"libvirt does not know this VM: start it with the QEMU arguments");
	else if (!domain->inactive_xml)
		snprintf(plan->why, sizeof plan->why, "%s",
			domain->persistent
				? "the definition could not be read from libvirt"
				: "the domain is transient: change the XML it is created from");
	else
		plan->xml_after =
			apply(plan->remedy, domain->inactive_xml, plan->why, sizeof plan->why);
	if (plan->xml_after)
		plan_change(plan, domain);
	else
		plan->xml_diff = mem_strdup("");
	if (plan->xml_after && !*plan->xml_diff)
		plan_nothing(plan, domain);
}

void remedy_plan_fini(struct remedy_plan *plan)
{
	free(plan->xml_after);
	free(plan->xml_diff);
	free(plan->command);
	*plan = (struct remedy_plan){ 0 };
}
