#include "advice/remedy_stack.h"

#include <string.h>

#include "core/text.h"

/* Proxmox VE's IDs are numbers. Nothing else goes into a command that is to be pasted into a shell. */
static bool is_plain_id(const char *id)
{
	return *id && !id[strspn(id, "0123456789")];
}

char *remedy_stack_way(const struct remedy *remedy, const struct domain_config *config)
{
	static const char place[] = "VMID";
	const char *way = config ? remedy->stacks[config->stack] : NULL, *at;
	struct strbuf text = { 0 };

	if (!way)
		return NULL;
	for (; is_plain_id(config->stack_id) && (at = strstr(way, place));
		way = at + strlen(place)) {
		strbuf_add_bytes(&text, way, (size_t)(at - way));
		strbuf_add(&text, config->stack_id);
	}
	strbuf_add(&text, way);
	return strbuf_take(&text);
}

const char *remedy_stack_overwrites(const struct domain_config *config)
{
	static const bool overwrites[DOMAIN_STACK__COUNT] = {
		[DOMAIN_STACK_NOVA] = true, /* when the instance is started or rebooted hard */
		[DOMAIN_STACK_KUBEVIRT] = true,
		[DOMAIN_STACK_OVIRT] = true,
		[DOMAIN_STACK_CLOUDSTACK] = true,
		[DOMAIN_STACK_OPENNEBULA] = true,
	};

	return config && overwrites[config->stack] ? domain_stack_name(config->stack) : NULL;
}
