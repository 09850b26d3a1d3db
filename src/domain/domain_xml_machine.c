#include "domain/domain_xml_machine.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "domain/stack.h"
#include "domain/xml_node.h"

#define OSINFO_URI "http://libosinfo.org/xmlns/libvirt/domain/"
#define QEMU_URI "http://libvirt.org/schemas/domain/qemu/"

/* libvirt takes an element of this kind that has no state= as switched on. */
static enum tristate feature_state(const xmlNode *feature)
{
	const enum tristate state = xml_node_tristate(feature, "state");

	return state == TRI_UNKNOWN && feature && !xmlHasProp(feature, (const xmlChar *)"state")
		       ? TRI_YES
		       : state;
}

/* <kvm><hidden state='on'/><dirty-ring state='on' size='4096'/></kvm> */
static void read_kvm(struct domain_machine *m, const xmlNode *kvm)
{
	const xmlNode *ring = xml_node_child(kvm, "dirty-ring");
	const uint64_t size = xml_node_number(ring, "size");

	m->kvm_hidden = xml_node_tristate(xml_node_child(kvm, "hidden"), "state");
	m->hint_dedicated = xml_node_tristate(xml_node_child(kvm, "hint-dedicated"), "state");
	m->poll_control = xml_node_tristate(xml_node_child(kvm, "poll-control"), "state");
	m->pv_ipi = xml_node_tristate(xml_node_child(kvm, "pv-ipi"), "state");
	m->dirty_ring = xml_node_tristate(ring, "state");
	m->dirty_ring_size = size < UINT_MAX ? (unsigned)size : UINT_MAX;
}

/* One child of <features>. */
static void read_feature(struct domain_machine *m, const xmlNode *feature)
{
	if (xml_node_is(feature, "kvm"))
		read_kvm(m, feature);
	else if (xml_node_is(feature, "pvspinlock"))
		m->pvspinlock = feature_state(feature);
	else if (xml_node_is(feature, "pmu"))
		m->pmu = feature_state(feature);
	else if (xml_node_is(feature, "vmport"))
		m->vmport = feature_state(feature);
	else if (xml_node_is(feature, "apic"))
		m->apic_eoi = xml_node_tristate(feature, "eoi");
	else if (xml_node_is(feature, "ioapic"))
		xml_node_attribute(m->ioapic, sizeof m->ioapic, feature, "driver");
	else if (xml_node_is(feature, "msrs"))
		xml_node_attribute(m->msrs_unknown, sizeof m->msrs_unknown, feature, "unknown");
}

static void read_features(struct domain_machine *m, const xmlNode *domain)
{
	const xmlNode *features = xml_node_child(domain, "features");

	for (; features; features = xml_node_next(features, "features"))
		for (const xmlNode *node = features->children; node; node = node->next)
			read_feature(m, node);
}

/* OVMF, edk2 and AAVMF are the names that distributions give their UEFI images. */
static bool is_uefi_path(const char *path)
{
	return strcasestr(path, "ovmf") || strcasestr(path, "edk2") || strcasestr(path, "aavmf");
}

/* <os firmware='efi'>, or <loader readonly='yes' type='pflash'>/usr/share/OVMF/OVMF_CODE.fd</loader>.
 * Without any of them it is SeaBIOS, on x86. */
static void read_os(struct domain_machine *m, const xmlNode *os)
{
	const xmlNode *type = xml_node_child(os, "type"), *loader = xml_node_child(os, "loader");
	char path[256], kernel[256];

	xml_node_attribute(m->arch, sizeof m->arch, type, "arch");
	xml_node_attribute(m->machine, sizeof m->machine, type, "machine");
	xml_node_text(path, sizeof path, loader);
	if (!os)
		return;
	xml_node_text(kernel, sizeof kernel, xml_node_child(os, "kernel"));
	if (domain_kernel_is_linux(kernel))
		m->guest = DOMAIN_GUEST_LINUX;
	if (xml_node_has(os, "firmware", "efi") || xml_node_has(loader, "type", "pflash") ||
		is_uefi_path(path))
		m->ovmf = TRI_YES;
	else if (!loader || xml_node_has(os, "firmware", "bios"))
		m->ovmf = TRI_NO;
}

/* <feature policy='require' name='invtsc'/>; "optional" says nothing. */
static enum tristate policy_of(const xmlNode *feature)
{
	if (xml_node_has(feature, "policy", "require") || xml_node_has(feature, "policy", "force"))
		return TRI_YES;
	if (xml_node_has(feature, "policy", "disable") || xml_node_has(feature, "policy", "forbid"))
		return TRI_NO;
	return TRI_UNKNOWN;
}

static void read_cpu(struct domain_machine *m, const xmlNode *cpu)
{
	const xmlNode *feature = xml_node_child(cpu, "feature");

	xml_node_attribute(m->cpu_mode, sizeof m->cpu_mode, cpu, "mode");
	xml_node_text(m->cpu_model, sizeof m->cpu_model, xml_node_child(cpu, "model"));
	for (; feature; feature = xml_node_next(feature, "feature")) {
		if (xml_node_has(feature, "name", "invtsc"))
			m->invtsc = policy_of(feature);
		else if (xml_node_has(feature, "name", "vmx") ||
			 xml_node_has(feature, "name", "svm"))
			m->nested = policy_of(feature);
	}
}

/* <vcpu placement='static' current='2'>4</vcpu> */
static void read_vcpus(struct domain_machine *m, const xmlNode *domain)
{
	const xmlNode *vcpu = xml_node_child(domain, "vcpu");
	uint64_t count = xml_node_number(vcpu, "current");
	char text[16];

	xml_node_text(text, sizeof text, vcpu);
	if (!count && text[0] >= '0' && text[0] <= '9')
		count = strtoull(text, NULL, 10);
	m->vcpus = count < UINT_MAX ? (unsigned)count : 0;
	m->pinned = xml_node_child(xml_node_child(domain, "cputune"), "vcpupin");
}

/* 2097152 and KiB. Without a unit it is KiB; libvirt itself always writes KiB, files may have any
 * of these (https://libvirt.org/formatdomain.html#memory-allocation). 0 when it is none of this. */
static uint64_t size_kib(const char *text, const char *unit)
{
	static const struct {
		const char *unit;
		uint64_t bytes;
	} units[] = {
		{ "b", 1 },
		{ "bytes", 1 },
		{ "KB", 1000 },
		{ "k", 1024 },
		{ "KiB", 1024 },
		{ "MB", 1000000 },
		{ "M", 1 << 20 },
		{ "MiB", 1 << 20 },
		{ "GB", 1000000000 },
		{ "G", 1 << 30 },
		{ "GiB", 1 << 30 },
		{ "TB", 1000000000000 },
		{ "T", UINT64_C(1) << 40 },
		{ "TiB", UINT64_C(1) << 40 },
	};
	uint64_t number, bytes;

	if (text[0] < '0' || text[0] > '9')
		return 0;
	number = strtoull(text, NULL, 10);
	if (!*unit)
		return number < UINT64_MAX / 1024 ? number : 0;
	for (size_t i = 0; i < sizeof units / sizeof *units; i++)
		if (!strcmp(unit, units[i].unit))
			return __builtin_mul_overflow(number, units[i].bytes, &bytes)
				       ? 0
				       : bytes / 1024;
	return 0;
}

/* <memory unit='KiB'>2097152</memory> */
static uint64_t read_size_kib(const xmlNode *size)
{
	char text[24], unit[8];

	xml_node_text(text, sizeof text, size);
	xml_node_attribute(unit, sizeof unit, size, "unit");
	return size_kib(text, unit);
}

/* What it has at the start is what it is promised; a balloon only makes it give some of that back. */
static void read_promise(struct domain_machine *m, const xmlNode *domain)
{
	m->memory_kib = read_size_kib(xml_node_child(domain, "memory"));
	if (!m->memory_kib)
		m->memory_kib = read_size_kib(xml_node_child(domain, "currentMemory"));
}

/* <hugepages><page size='2' unit='M' nodeset='0'/></hugepages>, with the VM's nodes that have them; or <hugepages/> */
static uint64_t read_page_kib(const xmlNode *hugepages)
{
	const xmlNode *page = xml_node_child(hugepages, "page");
	char text[24], unit[8];
	uint64_t kib;

	if (!page)
		return 0;
	xml_node_attribute(text, sizeof text, page, "size");
	xml_node_attribute(unit, sizeof unit, page, "unit");
	kib = size_kib(text, unit);
	if (!kib || xmlHasProp(page, (const xmlChar *)"nodeset") || xml_node_next(page, "page"))
		return DOMAIN_PAGES_MIXED;
	return kib;
}

static void read_memory(struct domain_machine *m, const xmlNode *backing)
{
	m->hugepages = xml_node_child(backing, "hugepages");
	m->huge_page_kib = read_page_kib(xml_node_child(backing, "hugepages"));
	m->nosharepages = xml_node_child(backing, "nosharepages");
}

/* What a device is where a controller polls it. Smartcard readers, disks and sound of USB have nothing but the address to tell
 * it: <address type='usb' bus='0' port='1'/>; libvirt itself always writes that. */
static enum domain_usb_polled usb_kind(const xmlNode *device)
{
	if (xml_node_is(device, "input") && xml_node_has(device, "bus", "usb"))
		return xml_node_has(device, "type", "tablet") ||
				       xml_node_has(device, "type", "mouse")
			       ? DOMAIN_USB_TABLET
			       : DOMAIN_USB_DEVICE;
	if (xml_node_is(device, "hostdev") && xml_node_has(device, "type", "usb"))
		return DOMAIN_USB_PASSTHROUGH;
	if (xml_node_is(device, "redirdev") && xml_node_has(device, "bus", "usb"))
		return DOMAIN_USB_REDIRECTION;
	if (xml_node_has(xml_node_child(device, "target"), "bus", "usb") ||
		xml_node_has(xml_node_child(device, "address"), "type", "usb"))
		return DOMAIN_USB_DEVICE;
	return DOMAIN_USB_NOTHING;
}

/* UHCI controllers of the same index are companions of an EHCI controller. Without a model it is a UHCI (on x86). */
static bool polls(const struct domain_machine *m, const xmlNode *devices, uint64_t bus)
{
	const xmlNode *node = xml_node_child(devices, "controller");
	char model[16];

	for (; node; node = xml_node_next(node, "controller")) {
		if (!xml_node_has(node, "type", "usb") || xml_node_number(node, "index") != bus)
			continue;
		xml_node_attribute(model, sizeof model, node, "model");
		if (domain_usb_model_polls(model) || (!model[0] && domain_is_x86(m)))
			return true;
	}
	return false;
}

/* <controller type='usb' index='0' model='qemu-xhci'/>, <input type='tablet' bus='usb'/> */
static void read_devices(struct domain_machine *m, const xmlNode *devices)
{
	const xmlNode *node = xml_node_child(devices, "controller");
	char model[16];

	xml_node_text(m->emulator, sizeof m->emulator, xml_node_child(devices, "emulator"));
	for (; node; node = xml_node_next(node, "controller"))
		if (xml_node_has(node, "type", "usb")) {
			xml_node_attribute(model, sizeof model, node, "model");
			domain_machine_add_usb(m, model);
		}
	m->usb_tablet = TRI_NO;
	m->usb_polled = DOMAIN_USB_NOTHING;
	for (node = devices ? devices->children : NULL; node; node = node->next) {
		const enum domain_usb_polled kind = usb_kind(node);

		if (kind == DOMAIN_USB_TABLET)
			m->usb_tablet = TRI_YES;
		if (kind > m->usb_polled &&
			polls(m, devices, xml_node_number(xml_node_child(node, "address"), "bus")))
			m->usb_polled = kind;
	}
}

/* <libosinfo:libosinfo><libosinfo:os id="http://microsoft.com/win/10"/></libosinfo:libosinfo> */
static void read_os_id(struct domain_machine *m, const xmlNode *osinfo)
{
	for (const xmlNode *node = osinfo->children; node; node = node->next)
		if (xml_node_has_namespace(node, OSINFO_URI) &&
			!strcmp((const char *)node->name, "os"))
			xml_node_attribute(m->os_id, sizeof m->os_id, node, "id");
}

/* unRAID's: <vmtemplate xmlns="unraid" name="Windows 11" icon="windows11.png" os="windows11"/>, os="linux";
 * xmlns="http://unraid" from 7.1 on */
static void read_template(struct domain_machine *m, const xmlNode *node)
{
	char os[32];

	if (stack_of_namespace((const char *)node->ns->href) != DOMAIN_STACK_UNRAID)
		return;
	xml_node_attribute(os, sizeof os, node, "os");
	if (!strncmp(os, "windows", strlen("windows")))
		m->guest = DOMAIN_GUEST_WINDOWS;
	else if (!strcmp(os, "linux"))
		m->guest = DOMAIN_GUEST_LINUX;
}

/* QEMU has Apple's SMC for macOS alone: <qemu:arg value='isa-applesmc,osk=...'/> */
static bool has_apple_smc(const xmlNode *domain)
{
	char value[32];

	for (const xmlNode *node = domain->children; node; node = node->next) {
		if (!xml_node_has_namespace(node, QEMU_URI))
			continue;
		for (const xmlNode *arg = node->children; arg; arg = arg->next)
			if (arg->type == XML_ELEMENT_NODE) {
				xml_node_attribute(value, sizeof value, arg, "value");
				if (!strncmp(value, "isa-applesmc", strlen("isa-applesmc")))
					return true;
			}
	}
	return false;
}

/* Every manager has an element of its own there. */
static void read_metadata(struct domain_config *config, const xmlNode *metadata)
{
	for (const xmlNode *node = metadata ? metadata->children : NULL; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE || !node->ns || !node->ns->href)
			continue;
		if (xml_node_has_namespace(node, OSINFO_URI))
			read_os_id(&config->machine, node);
		read_template(&config->machine, node);
		config->stack = stack_better(
			config->stack, stack_of_namespace((const char *)node->ns->href));
	}
}

/* <sysinfo type='smbios'><system><entry name='product'>OpenStack Nova</entry></system></sysinfo> */
static void read_sysinfo(struct domain_config *config, const xmlNode *sysinfo)
{
	const xmlNode *entry = xml_node_child(xml_node_child(sysinfo, "system"), "entry");
	char text[64];

	for (; entry; entry = xml_node_next(entry, "entry")) {
		xml_node_text(text, sizeof text, entry);
		if (xml_node_has(entry, "name", "manufacturer") ||
			xml_node_has(entry, "name", "product"))
			config->stack = stack_better(config->stack, stack_of_smbios(text));
	}
}

/* TrueNAS calls a VM "1_win", from 26.04 on by its UUID, and has its own name for it as the title:
 *     <name>1_win</name><title>win</title> */
static bool is_truenas(const struct domain_machine *m, const xmlNode *domain)
{
	char name[128], title[128], uuid[40];
	size_t digits;

	xml_node_text(name, sizeof name, xml_node_child(domain, "name"));
	xml_node_text(title, sizeof title, xml_node_child(domain, "title"));
	xml_node_text(uuid, sizeof uuid, xml_node_child(domain, "uuid"));
	if (!*title)
		return false;
	digits = strspn(name, "0123456789");
	if (digits && name[digits] == '_' && !strcmp(name + digits + 1, title))
		return true;
	/* UUIDs as names are not rare, but QEMU has no use for <msrs unknown='ignore'/>. */
	return !strcmp(name, uuid) && !strcmp(m->msrs_unknown, "ignore");
}

/* By the place of the UEFI variables: <nvram>/data/subsystems/vm/nvram/1_win_VARS.fd</nvram> */
static enum domain_stack stack_of_nvram(const xmlNode *domain)
{
	char path[256];

	xml_node_text(path, sizeof path, xml_node_child(xml_node_child(domain, "os"), "nvram"));
	return stack_of_argument((struct span){ path, strlen(path) });
}

static bool has_commandline(const xmlNode *domain)
{
	for (const xmlNode *node = domain->children; node; node = node->next)
		if (xml_node_has_namespace(node, QEMU_URI) &&
			!strcmp((const char *)node->name, "commandline"))
			return true;
	return false;
}

void domain_xml_machine_read(struct domain_config *config, const xmlNode *domain)
{
	struct domain_machine *m = &config->machine;

	config->stack = DOMAIN_STACK_LIBVIRT;
	xml_node_attribute(m->type, sizeof m->type, domain, "type");
	/* There is no element for it: only arguments could switch it on. */
	m->cpu_pm = TRI_NO;
	m->has_qemu_arguments = has_commandline(domain);
	if (has_apple_smc(domain))
		m->guest = DOMAIN_GUEST_OTHER;
	read_os(m, xml_node_child(domain, "os"));
	read_features(m, domain);
	read_cpu(m, xml_node_child(domain, "cpu"));
	read_vcpus(m, domain);
	read_promise(m, domain);
	read_memory(m, xml_node_child(domain, "memoryBacking"));
	m->memory_bound = xml_node_child(domain, "numatune");
	read_devices(m, xml_node_child(domain, "devices"));
	read_metadata(config, xml_node_child(domain, "metadata"));
	read_sysinfo(config, xml_node_child(domain, "sysinfo"));
	config->stack = stack_better(config->stack, stack_of_nvram(domain));
	if (is_truenas(m, domain))
		config->stack = stack_better(config->stack, DOMAIN_STACK_TRUENAS);
}
