/* tape_fields: what of a domain's configuration is recorded. */
#include "domain/config.h"
#include "record/rows.h"
#include "sample/sample.h"

/* clang-format off */

/* Names of numbers: a recording outlives the order of an enum. */

const char *const tape_tristates[3] = {
	[TRI_UNKNOWN] = "unknown", [TRI_NO] = "no", [TRI_YES] = "yes"
};

static const char *const stacks[DOMAIN_STACK__COUNT] = {
	[DOMAIN_STACK_UNKNOWN] = "unknown",
	[DOMAIN_STACK_LIBVIRT] = "libvirt",
	[DOMAIN_STACK_PROXMOX] = "proxmox",
	[DOMAIN_STACK_NOVA] = "nova",
	[DOMAIN_STACK_KUBEVIRT] = "kubevirt",
	[DOMAIN_STACK_OVIRT] = "ovirt",
	[DOMAIN_STACK_CLOUDSTACK] = "cloudstack",
	[DOMAIN_STACK_OPENNEBULA] = "opennebula",
	[DOMAIN_STACK_INCUS] = "incus",
	[DOMAIN_STACK_LXD] = "lxd",
	[DOMAIN_STACK_TRUENAS] = "truenas",
	[DOMAIN_STACK_UNRAID] = "unraid",
	[DOMAIN_STACK_GANETI] = "ganeti",
	[DOMAIN_STACK_QEMU] = "qemu",
	[DOMAIN_STACK_FIRECRACKER] = "firecracker",
	[DOMAIN_STACK_CLOUD_HYPERVISOR] = "cloud-hypervisor",
	[DOMAIN_STACK_CROSVM] = "crosvm",
};

static const struct tape_field timer_fields[] = {
	TEXT(domain_timer, name, TAPE_ALIAS_NONE),
	ENUM(domain_timer, present, tape_tristates),
	TEXT(domain_timer, tickpolicy, TAPE_ALIAS_NONE),
	TEXT(domain_timer, track, TAPE_ALIAS_NONE),
	TEXT(domain_timer, mode, TAPE_ALIAS_NONE),
	FIELD(domain_timer, frequency_hz, TAPE_UINT),
	FIELD(domain_timer, catchup_threshold, TAPE_UINT),
	FIELD(domain_timer, catchup_slew, TAPE_UINT),
	FIELD(domain_timer, catchup_limit, TAPE_UINT),
};
static const struct tape_struct timer = STRUCT(domain_timer, "timer", timer_fields);

static const struct tape_field clock_fields[] = {
	FIELD(domain_clock, known, TAPE_BOOL),
	TEXT(domain_clock, offset, TAPE_ALIAS_NONE),
	TEXT(domain_clock, timezone, TAPE_ALIAS_GONE),
	TEXT(domain_clock, basis, TAPE_ALIAS_NONE),
	TEXT(domain_clock, adjustment, TAPE_ALIAS_NONE),
	TEXT(domain_clock, start, TAPE_ALIAS_NONE),
	LIST(domain_clock, timers, timer_count, timer),
};
static const struct tape_struct clock_of = STRUCT(domain_clock, "clock", clock_fields);

static const struct tape_field enlightenment_fields[] = {
	TEXT(domain_enlightenment, name, TAPE_ALIAS_NONE),
	ENUM(domain_enlightenment, state, tape_tristates),
	TEXT(domain_enlightenment, value, TAPE_ALIAS_NONE),
};
static const struct tape_struct enlightenment = STRUCT(domain_enlightenment, "enlightenment", enlightenment_fields);

static const struct tape_field hyperv_fields[] = {
	FIELD(domain_hyperv, known, TAPE_BOOL),
	TEXT(domain_hyperv, mode, TAPE_ALIAS_NONE),
	LIST(domain_hyperv, items, count, enlightenment),
};
static const struct tape_struct hyperv = STRUCT(domain_hyperv, "hyperv", hyperv_fields);

static const struct tape_field machine_fields[] = {
	TEXT(domain_machine, type, TAPE_ALIAS_NONE),
	TEXT(domain_machine, arch, TAPE_ALIAS_NONE),
	TEXT(domain_machine, machine, TAPE_ALIAS_NONE),
	TEXT(domain_machine, emulator, TAPE_ALIAS_GONE),
	ENUM(domain_machine, guest, domain_guest_names),
	TEXT(domain_machine, os_id, TAPE_ALIAS_NONE),
	ENUM(domain_machine, ovmf, tape_tristates),
	TEXT(domain_machine, cpu_mode, TAPE_ALIAS_NONE),
	TEXT(domain_machine, cpu_model, TAPE_ALIAS_NONE),
	ENUM(domain_machine, invtsc, tape_tristates),
	ENUM(domain_machine, nested, tape_tristates),
	ENUM(domain_machine, cpu_pm, tape_tristates),
	ENUM(domain_machine, kvm_hidden, tape_tristates),
	ENUM(domain_machine, hint_dedicated, tape_tristates),
	ENUM(domain_machine, poll_control, tape_tristates),
	ENUM(domain_machine, pv_ipi, tape_tristates),
	ENUM(domain_machine, dirty_ring, tape_tristates),
	FIELD(domain_machine, dirty_ring_size, TAPE_UINT),
	ENUM(domain_machine, pvspinlock, tape_tristates),
	ENUM(domain_machine, apic_eoi, tape_tristates),
	ENUM(domain_machine, pmu, tape_tristates),
	ENUM(domain_machine, vmport, tape_tristates),
	ENUM(domain_machine, rapl, tape_tristates),
	TEXT(domain_machine, ioapic, TAPE_ALIAS_NONE),
	TEXT(domain_machine, msrs_unknown, TAPE_ALIAS_NONE),
	TEXTS(domain_machine, usb, usb_count),
	ENUM(domain_machine, usb_tablet, tape_tristates),
	ENUM(domain_machine, usb_polled, domain_usb_polled_names),
	FIELD(domain_machine, vcpus, TAPE_UINT),
	FIELD(domain_machine, memory_kib, TAPE_UINT),
	FIELD(domain_machine, pinned, TAPE_BOOL),
	FIELD(domain_machine, hugepages, TAPE_BOOL),
	FIELD(domain_machine, nosharepages, TAPE_BOOL),
	FIELD(domain_machine, huge_page_kib, TAPE_UINT),
	FIELD(domain_machine, memory_bound, TAPE_BOOL),
	FIELD(domain_machine, has_qemu_arguments, TAPE_BOOL),
	FIELD(domain_machine, overrides, TAPE_UINT),
};
static const struct tape_struct machine = STRUCT(domain_machine, "machine", machine_fields);

static const struct tape_field config_fields[] = {
	ENUM(domain_config, stack, stacks),
	TEXT(domain_config, stack_id, TAPE_ALIAS_GONE),
	FIELD(domain_config, parsed, TAPE_BOOL),
	FIELD(domain_config, from_command_line, TAPE_BOOL),
	OBJECT(domain_config, clock, clock_of),
	OBJECT(domain_config, hyperv, hyperv),
	OBJECT(domain_config, machine, machine),
};
const struct tape_struct tape_config = STRUCT(domain_config, "configuration", config_fields);

static const struct tape_field caps_fields[] = {
	FIELD(domain_caps, known, TAPE_BOOL),
	ENUM(domain_caps, never, domain_caps_never_names),
	TEXT(domain_caps, why, TAPE_ALIAS_GONE),
	FIELD(domain_caps, hyperv_known, TAPE_BOOL),
	TEXTS(domain_caps, hyperv, hyperv_count),
	ENUM(domain_caps, host_passthrough, tape_tristates),
	ENUM(domain_caps, host_model, tape_tristates),
	ENUM(domain_caps, invtsc, tape_tristates),
	TEXT(domain_caps, cpu_vendor, TAPE_ALIAS_NONE),
	FIELD(domain_caps, libvirt_version, TAPE_UINT),
};
static const struct tape_struct caps = STRUCT(domain_caps, "capabilities", caps_fields);

static const struct tape_field domain_fields[] = {
	STRING(domain, name, TAPE_ALIAS_NAME),
	TEXT(domain, uuid, TAPE_ALIAS_UUID),
	TOTAL(domain, id, TAPE_INT),
	ENUM(domain, state, domain_state_names),
	FIELD(domain, persistent, TAPE_BOOL),
	ENUM(domain, managed_save, tape_tristates),
	ENUM(domain, memory_snapshots, tape_tristates),
	FIELD(domain, live_xml, TAPE_XML),
	FIELD(domain, inactive_xml, TAPE_XML),
	OBJECT(domain, live, tape_config),
	OBJECT(domain, inactive, tape_config),
	OBJECT(domain, caps, caps),
	FIELD(domain, virt_xml_version, TAPE_UINT),
};
const struct tape_struct tape_domain = STRUCT(domain, "domain", domain_fields);

/* clang-format on */
