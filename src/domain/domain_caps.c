#include "domain/domain_caps.h"

#include <libxml/tree.h>
#include <string.h>

#include "domain/xml_node.h"

const char *const domain_caps_never_names[DOMAIN_CAPS_NEVER__COUNT] = {
	[DOMAIN_CAPS_ASKABLE] = "askable",
	[DOMAIN_CAPS_DENIED] = "denied",
	[DOMAIN_CAPS_UNSUPPORTED] = "unsupported",
	[DOMAIN_CAPS_EMULATOR] = "emulator",
	[DOMAIN_CAPS_REFUSED] = "refused",
};

enum tristate domain_caps_hyperv(const struct domain_caps *caps, const char *name)
{
	if (!caps || !caps->hyperv_known)
		return TRI_UNKNOWN;
	for (size_t i = 0; i < caps->hyperv_count; i++)
		if (!strcmp(caps->hyperv[i], name))
			return TRI_YES;
	return TRI_NO;
}

/* The first child element of that name with that name= attribute. */
static const xmlNode *find_named(const xmlNode *parent, const char *name, const char *named)
{
	const xmlNode *node = xml_node_child(parent, name);

	while (node && !xml_node_has(node, "name", named))
		node = xml_node_next(node, name);
	return node;
}

/* "" where it does not fit: a name that is cut is another one. */
static bool read_text(char *out, size_t size, const xmlNode *node)
{
	const bool fits = xml_node_text(out, size, node);

	if (!fits)
		out[0] = '\0';
	return fits;
}

/* <hyperv supported='yes'>
 *   <enum name='features'>
 *     <value>vpindex</value>
 *     <value>synic</value> */
static void read_hyperv(struct domain_caps *caps, const xmlNode *hyperv)
{
	const xmlNode *features = find_named(hyperv, "enum", "features");

	/* Not supported is an answer, too: nothing is possible. */
	caps->hyperv_known = features || (hyperv && xml_node_has(hyperv, "supported", "no"));
	for (const xmlNode *v = xml_node_child(features, "value"); v; v = xml_node_next(v, "value"))
		if (caps->hyperv_count < DOMAIN_CAPS_HYPERV_MAX &&
			read_text(caps->hyperv[caps->hyperv_count], sizeof *caps->hyperv, v))
			caps->hyperv_count++;
}

static enum tristate read_supported(const xmlNode *node)
{
	if (!node)
		return TRI_UNKNOWN;
	return xml_node_has(node, "supported", "yes") ? TRI_YES : TRI_NO;
}

/* <mode name='host-model' supported='yes'>
 *   <model fallback='forbid'>EPYC</model>
 *   <feature policy='require' name='invtsc'/>
 * What is listed is all that the host's CPU has beside the model, also what keeps a VM from migrating. No model has
 * invtsc. fallback='allow' is libvirt's own guess instead, for a QEMU before 2.9 that does not report its CPU. */
static enum tristate read_invtsc(const xmlNode *host_model)
{
	const xmlNode *feature = find_named(host_model, "feature", "invtsc");
	const xmlNode *model = xml_node_child(host_model, "model");

	if (feature)
		return xml_node_has(feature, "policy", "require") ? TRI_YES : TRI_NO;
	return model && xml_node_has(model, "fallback", "forbid") ? TRI_NO : TRI_UNKNOWN;
}

/* <mode name='host-model' supported='yes'>
 *   <model fallback='forbid'>EPYC</model>
 *   <vendor>AMD</vendor> */
static void read_cpu(struct domain_caps *caps, const xmlNode *cpu)
{
	const xmlNode *model = find_named(cpu, "mode", "host-model");

	caps->host_passthrough = read_supported(find_named(cpu, "mode", "host-passthrough"));
	caps->host_model = read_supported(model);
	caps->invtsc = read_invtsc(model);
	read_text(caps->cpu_vendor, sizeof caps->cpu_vendor, xml_node_child(model, "vendor"));
}

void domain_caps_read(struct domain_caps *caps, const char *xml)
{
	xmlDoc *doc = xml_node_parse_plain(xml, "domainCapabilities");
	const xmlNode *root;

	*caps = (struct domain_caps){ .libvirt_version = caps->libvirt_version };
	if (!doc)
		return;
	root = xmlDocGetRootElement(doc);
	caps->known = true;
	read_cpu(caps, xml_node_child(root, "cpu"));
	read_hyperv(caps, xml_node_child(xml_node_child(root, "features"), "hyperv"));
	xmlFreeDoc(doc);
}

bool domain_caps_path(const char *xml, char *out, size_t size)
{
	xmlDoc *doc = xml_node_parse_plain(xml, "domainCapabilities");
	const bool found =
		doc && read_text(out, size, xml_node_child(xmlDocGetRootElement(doc), "path"));

	xmlFreeDoc(doc);
	return found && *out;
}
