#include "domain/config.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

const char *const domain_usb_polled_names[] = {
	[DOMAIN_USB_UNTOLD] = "untold",
	[DOMAIN_USB_UNKNOWN] = "unknown",
	[DOMAIN_USB_NOTHING] = "nothing",
	[DOMAIN_USB_REDIRECTION] = "redirection",
	[DOMAIN_USB_TABLET] = "tablet",
	[DOMAIN_USB_DEVICE] = "device",
	[DOMAIN_USB_PASSTHROUGH] = "passthrough",
};

static const char *const stack_names[DOMAIN_STACK__COUNT] = {
	[DOMAIN_STACK_LIBVIRT] = "libvirt",
	[DOMAIN_STACK_PROXMOX] = "Proxmox VE",
	[DOMAIN_STACK_NOVA] = "OpenStack Nova",
	[DOMAIN_STACK_KUBEVIRT] = "KubeVirt",
	[DOMAIN_STACK_OVIRT] = "oVirt",
	[DOMAIN_STACK_CLOUDSTACK] = "CloudStack",
	[DOMAIN_STACK_OPENNEBULA] = "OpenNebula",
	[DOMAIN_STACK_INCUS] = "Incus",
	[DOMAIN_STACK_LXD] = "LXD",
	[DOMAIN_STACK_TRUENAS] = "TrueNAS",
	[DOMAIN_STACK_UNRAID] = "unRAID",
	[DOMAIN_STACK_GANETI] = "Ganeti",
	[DOMAIN_STACK_QEMU] = "QEMU",
	[DOMAIN_STACK_FIRECRACKER] = "Firecracker",
	[DOMAIN_STACK_CLOUD_HYPERVISOR] = "Cloud Hypervisor",
	[DOMAIN_STACK_CROSVM] = "crosvm",
};

const char *domain_stack_name(enum domain_stack stack)
{
	return stack_names[stack];
}

const struct domain_timer *domain_clock_timer(const struct domain_clock *clock, const char *name)
{
	for (size_t i = 0; i < clock->timer_count; i++)
		if (!strcmp(clock->timers[i].name, name))
			return &clock->timers[i];
	return NULL;
}

struct domain_timer *domain_clock_add(struct domain_clock *clock, const char *name)
{
	for (size_t i = 0; i < clock->timer_count; i++)
		if (!strcmp(clock->timers[i].name, name))
			return &clock->timers[i];
	clock->timers = mem_grow(
		clock->timers, clock->timer_count, &clock->timer_capacity, sizeof *clock->timers);
	clock->timers[clock->timer_count] = (struct domain_timer){ 0 };
	text_clean(clock->timers[clock->timer_count].name, sizeof clock->timers->name, name);
	return &clock->timers[clock->timer_count++];
}

struct domain_enlightenment *domain_hyperv_add(struct domain_hyperv *hyperv, const char *name)
{
	for (size_t i = 0; i < hyperv->count; i++)
		if (!strcmp(hyperv->items[i].name, name))
			return &hyperv->items[i];
	hyperv->items =
		mem_grow(hyperv->items, hyperv->count, &hyperv->capacity, sizeof *hyperv->items);
	hyperv->items[hyperv->count] = (struct domain_enlightenment){ 0 };
	text_clean(hyperv->items[hyperv->count].name, sizeof hyperv->items->name, name);
	return &hyperv->items[hyperv->count++];
}

void domain_machine_add_usb(struct domain_machine *machine, const char *model)
{
	if (machine->usb_count == DOMAIN_USB_MAX)
		return;
	text_clean(machine->usb[machine->usb_count++], sizeof *machine->usb, model);
}

bool domain_usb_model_polls(const char *model)
{
	return strstr(model, "uhci") || strstr(model, "ehci") || strstr(model, "ohci");
}

bool domain_arch_is_x86(const char *arch)
{
	return !strcmp(arch, "x86_64") || (arch[0] == 'i' && arch[1] && !strcmp(arch + 2, "86"));
}

bool domain_is_x86(const struct domain_machine *machine)
{
	return !machine->arch[0] || domain_arch_is_x86(machine->arch);
}

bool domain_is_x86_on(const struct domain_machine *machine, const char *host_arch)
{
	return machine->arch[0] || !host_arch[0] ? domain_is_x86(machine)
						 : domain_arch_is_x86(host_arch);
}

bool domain_is_microvm(const struct domain_machine *machine)
{
	return !strncmp(machine->machine, "microvm", strlen("microvm"));
}

bool domain_has_timer_by_default(const struct domain_machine *machine, const char *name)
{
	return domain_is_x86(machine) && (!domain_is_microvm(machine) || !strcmp(name, "pit"));
}

bool domain_lacks_hpet(const struct domain_machine *machine)
{
	const char *rhel = strstr(machine->machine, "-rhel");

	return !domain_is_x86(machine) || domain_is_microvm(machine) ||
	       (rhel && strtol(rhel + strlen("-rhel"), NULL, 10) >= 9);
}

/* These two take what the host offers, which for the timers means all of it. */
static bool takes_all(const struct domain_hyperv *hv)
{
	return !strcmp(hv->mode, "passthrough") || !strcmp(hv->mode, "host-model");
}

bool domain_has_enlightenments(const struct domain_config *config, const char *besides)
{
	for (size_t i = 0; i < config->hyperv.count; i++)
		if (config->hyperv.items[i].state == TRI_YES &&
			strcmp(config->hyperv.items[i].name, besides) != 0)
			return true;
	return takes_all(&config->hyperv);
}

bool domain_hides_kvmclock(const struct domain_config *config)
{
	const struct domain_timer *kvmclock = domain_clock_timer(&config->clock, "kvmclock");

	return config->machine.kvm_hidden == TRI_YES || (kvmclock && kvmclock->present == TRI_NO);
}

enum tristate domain_hypervclock(const struct domain_config *config)
{
	const struct domain_timer *timer = domain_clock_timer(&config->clock, "hypervclock");

	if (!config->parsed)
		return TRI_UNKNOWN;
	/* libvirt gives it to the guest with present='yes' alone. */
	if (timer && timer->present != TRI_UNKNOWN)
		return timer->present;
	return takes_all(&config->hyperv) ? TRI_YES : TRI_NO;
}

enum tristate domain_hyperv_state(const struct domain_config *config, const char *name)
{
	const struct domain_hyperv *hv = &config->hyperv;

	if (!config->parsed)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < hv->count; i++)
		if (!strcmp(hv->items[i].name, name) && hv->items[i].state != TRI_UNKNOWN)
			return hv->items[i].state;
	return takes_all(hv) ? TRI_YES : TRI_NO;
}

const char *const domain_guest_names[] = {
	[DOMAIN_GUEST_UNTOLD] = "untold",
	[DOMAIN_GUEST_WINDOWS] = "windows",
	[DOMAIN_GUEST_LINUX] = "linux",
	[DOMAIN_GUEST_OTHER] = "other",
};

bool domain_kernel_is_linux(const char *path)
{
	static const char *const loaders[] = { "wimboot", "ipxe", ".lkrn", "grub", "memdisk",
		"memtest", "syslinux" };
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

	for (size_t i = 0; i < sizeof loaders / sizeof *loaders; i++)
		if (strcasestr(name, loaders[i]))
			return false;
	return *name;
}

bool domain_os_knows_hyperv(const char *os_id)
{
	static const char *const old[] = { "/msdos/", "/win/1.", "/win/2.", "/win/3.", "/win/95",
		"/win/98", "/win/me", "/win/nt", "/win/xp" };
	const char *server = strstr(os_id, "/win/2k");

	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		if (strstr(os_id, old[i]))
			return false;
	/* 2000, 2003 and 2003 R2; not 2008 and later */
	return !server || (server[7] && server[7] != '3');
}

bool domain_is_windows(const struct domain_config *config)
{
	const struct domain_machine *m = &config->machine;

	if (!config->parsed)
		return false;
	return m->os_id[0] ? strstr(m->os_id, "microsoft.com/win") != NULL
			   : m->guest == DOMAIN_GUEST_WINDOWS;
}

const struct domain_config *domain_config_copy(
	struct arena *arena, const struct domain_config *config)
{
	struct domain_config *copy = arena_alloc(arena, sizeof *copy);

	*copy = *config;
	copy->clock.timers =
		arena_array(arena, copy->clock.timer_count, sizeof *copy->clock.timers);
	copy->hyperv.items = arena_array(arena, copy->hyperv.count, sizeof *copy->hyperv.items);
	for (size_t i = 0; i < copy->clock.timer_count; i++)
		copy->clock.timers[i] = config->clock.timers[i];
	for (size_t i = 0; i < copy->hyperv.count; i++)
		copy->hyperv.items[i] = config->hyperv.items[i];
	return copy;
}

void domain_config_fini(struct domain_config *config)
{
	free(config->clock.timers);
	free(config->hyperv.items);
	*config = (struct domain_config){ 0 };
}
