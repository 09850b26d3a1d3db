#include "advice/remedy_stack.h"

#include <string.h>

#include "core/text.h"

/* Proxmox VE's IDs are numbers. Nothing else goes into a command that is to be pasted into a shell. */
static bool is_plain_id(const char *id)
{
	return *id && !id[strspn(id, "0123456789")];
}

/* hv_passthrough, which is all that LXD and Incus have for Windows, hangs it at boot with a BIOS. */
static bool is_way_out(const struct remedy *remedy, const struct domain_config *config)
{
	const bool is_lxd =
		config->stack == DOMAIN_STACK_LXD || config->stack == DOMAIN_STACK_INCUS;

	return is_lxd && remedy->hyperv && config->machine.ovmf == TRI_NO;
}

char *remedy_stack_way(const struct remedy *remedy, const struct domain_config *config)
{
	static const char place[] = "VMID";
	const char *way = config ? remedy->stacks[config->stack] : NULL, *at;
	struct strbuf text = { 0 };

	if (!way || is_way_out(remedy, config))
		return NULL;
	for (; is_plain_id(config->stack_id) && (at = strstr(way, place));
		way = at + strlen(place)) {
		strbuf_add_bytes(&text, way, (size_t)(at - way));
		strbuf_add(&text, config->stack_id);
	}
	strbuf_add(&text, way);
	return strbuf_take(&text);
}

const struct stack_overwrites *remedy_stack_overwrites(const struct domain_config *config)
{
	static const struct stack_overwrites all[DOMAIN_STACK__COUNT] = {
		[DOMAIN_STACK_NOVA] = { "flavor, image properties and nova.conf",
			"start, hard reboot or move" },
		[DOMAIN_STACK_KUBEVIRT] = { "its specification in the cluster", "start" },
		[DOMAIN_STACK_OVIRT] = { "the engine's database", "start" },
		[DOMAIN_STACK_CLOUDSTACK] = { "the management server's database", "start" },
		[DOMAIN_STACK_OPENNEBULA] = { "its template", "deployment" },
		[DOMAIN_STACK_TRUENAS] = { "its TrueNAS settings", "start" },
	};

	return config && all[config->stack].from ? &all[config->stack] : NULL;
}

const char *remedy_stack_edits(const struct domain_config *config)
{
	if (!config || config->stack != DOMAIN_STACK_UNRAID)
		return NULL;
	return "Each update in unRAID's form view rewrites <hyperv>, the features of <cpu>, USB "
	       "controllers and input devices: from now on, edit this VM in the XML view.";
}
