/* record_fields: what of a domain's configuration is recorded. */
#include "domain/config.h"
#include "record/rows.h"
#include "sample/sample.h"

/* clang-format off */

/* Names of numbers: a recording outlives the order of an enum. */

const char *const record_tristates[3] = {
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

static const struct record_field timer_fields[] = {
	TEXT(domain_timer, name, RECORD_ALIAS_NONE),
	ENUM(domain_timer, present, record_tristates),
	TEXT(domain_timer, tickpolicy, RECORD_ALIAS_NONE),
	TEXT(domain_timer, track, RECORD_ALIAS_NONE),
	TEXT(domain_timer, mode, RECORD_ALIAS_NONE),
	FIELD(domain_timer, frequency_hz, RECORD_UINT),
	FIELD(domain_timer, catchup_threshold, RECORD_UINT),
	FIELD(domain_timer, catchup_slew, RECORD_UINT),
	FIELD(domain_timer, catchup_limit, RECORD_UINT),
};
static const struct record_struct timer = STRUCT(domain_timer, "timer", timer_fields);

static const struct record_field clock_fields[] = {
	FIELD(domain_clock, known, RECORD_BOOL),
	TEXT(domain_clock, offset, RECORD_ALIAS_NONE),
	TEXT(domain_clock, timezone, RECORD_ALIAS_GONE),
	TEXT(domain_clock, basis, RECORD_ALIAS_NONE),
	TEXT(domain_clock, adjustment, RECORD_ALIAS_NONE),
	TEXT(domain_clock, start, RECORD_ALIAS_NONE),
	LIST(domain_clock, timers, timer_count, timer),
};
static const struct record_struct clock_of = STRUCT(domain_clock, "clock", clock_fields);

static const struct record_field enlightenment_fields[] = {
	TEXT(domain_enlightenment, name, RECORD_ALIAS_NONE),
	ENUM(domain_enlightenment, state, record_tristates),
	TEXT(domain_enlightenment, value, RECORD_ALIAS_NONE),
};
static const struct record_struct enlightenment = STRUCT(domain_enlightenment, "enlightenment", enlightenment_fields);

static const struct record_field hyperv_fields[] = {
	FIELD(domain_hyperv, known, RECORD_BOOL),
	TEXT(domain_hyperv, mode, RECORD_ALIAS_NONE),
	LIST(domain_hyperv, items, count, enlightenment),
};
static const struct record_struct hyperv = STRUCT(domain_hyperv, "hyperv", hyperv_fields);

static const struct record_field machine_fields[] = {
	TEXT(domain_machine, type, RECORD_ALIAS_NONE),
	TEXT(domain_machine, arch, RECORD_ALIAS_NONE),
	TEXT(domain_machine, machine, RECORD_ALIAS_NONE),
	TEXT(domain_machine, emulator, RECORD_ALIAS_GONE),
	ENUM(domain_machine, guest, domain_guest_names),
	TEXT(domain_machine, os_id, RECORD_ALIAS_NONE),
	ENUM(domain_machine, ovmf, record_tristates),
	TEXT(domain_machine, cpu_mode, RECORD_ALIAS_NONE),
	TEXT(domain_machine, cpu_model, RECORD_ALIAS_NONE),
	ENUM(domain_machine, invtsc, record_tristates),
	ENUM(domain_machine, nested, record_tristates),
	ENUM(domain_machine, cpu_pm, record_tristates),
	ENUM(domain_machine, kvm_hidden, record_tristates),
	ENUM(domain_machine, hint_dedicated, record_tristates),
	ENUM(domain_machine, poll_control, record_tristates),
	ENUM(domain_machine, pv_ipi, record_tristates),
	ENUM(domain_machine, dirty_ring, record_tristates),
	FIELD(domain_machine, dirty_ring_size, RECORD_UINT),
	ENUM(domain_machine, pvspinlock, record_tristates),
	ENUM(domain_machine, apic_eoi, record_tristates),
	ENUM(domain_machine, pmu, record_tristates),
	ENUM(domain_machine, vmport, record_tristates),
	ENUM(domain_machine, rapl, record_tristates),
	TEXT(domain_machine, ioapic, RECORD_ALIAS_NONE),
	TEXT(domain_machine, msrs_unknown, RECORD_ALIAS_NONE),
	TEXTS(domain_machine, usb, usb_count),
	ENUM(domain_machine, usb_tablet, record_tristates),
	ENUM(domain_machine, usb_polled, domain_usb_polled_names),
	FIELD(domain_machine, vcpus, RECORD_UINT),
	FIELD(domain_machine, memory_kib, RECORD_UINT),
	FIELD(domain_machine, pinned, RECORD_BOOL),
	FIELD(domain_machine, hugepages, RECORD_BOOL),
	FIELD(domain_machine, nosharepages, RECORD_BOOL),
	FIELD(domain_machine, huge_page_kib, RECORD_UINT),
	FIELD(domain_machine, memory_bound, RECORD_BOOL),
	FIELD(domain_machine, has_qemu_arguments, RECORD_BOOL),
	FIELD(domain_machine, overrides, RECORD_UINT),
};
static const struct record_struct machine = STRUCT(domain_machine, "machine", machine_fields);

static const struct record_field config_fields[] = {
	ENUM(domain_config, stack, stacks),
	TEXT(domain_config, stack_id, RECORD_ALIAS_GONE),
	FIELD(domain_config, parsed, RECORD_BOOL),
	FIELD(domain_config, from_command_line, RECORD_BOOL),
	OBJECT(domain_config, clock, clock_of),
	OBJECT(domain_config, hyperv, hyperv),
	OBJECT(domain_config, machine, machine),
};
const struct record_struct record_config = STRUCT(domain_config, "configuration", config_fields);

static const struct record_field caps_fields[] = {
	FIELD(domain_caps, known, RECORD_BOOL),
	ENUM(domain_caps, never, domain_caps_never_names),
	TEXT(domain_caps, why, RECORD_ALIAS_GONE),
	FIELD(domain_caps, hyperv_known, RECORD_BOOL),
	TEXTS(domain_caps, hyperv, hyperv_count),
	ENUM(domain_caps, host_passthrough, record_tristates),
	ENUM(domain_caps, host_model, record_tristates),
	ENUM(domain_caps, invtsc, record_tristates),
	TEXT(domain_caps, cpu_vendor, RECORD_ALIAS_NONE),
	FIELD(domain_caps, libvirt_version, RECORD_UINT),
};
static const struct record_struct caps = STRUCT(domain_caps, "capabilities", caps_fields);

static const struct record_field domain_fields[] = {
	STRING(domain, name, RECORD_ALIAS_NAME),
	TEXT(domain, uuid, RECORD_ALIAS_UUID),
	TOTAL(domain, id, RECORD_INT),
	ENUM(domain, state, domain_state_names),
	FIELD(domain, persistent, RECORD_BOOL),
	ENUM(domain, managed_save, record_tristates),
	ENUM(domain, memory_snapshots, record_tristates),
	FIELD(domain, live_xml, RECORD_XML),
	FIELD(domain, inactive_xml, RECORD_XML),
	OBJECT(domain, live, record_config),
	OBJECT(domain, inactive, record_config),
	OBJECT(domain, caps, caps),
	FIELD(domain, virt_xml_version, RECORD_UINT),
};
const struct record_struct record_domain = STRUCT(domain, "domain", domain_fields);

/* clang-format on */
