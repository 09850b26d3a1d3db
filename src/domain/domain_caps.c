#include "domain/domain_caps.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <string.h>

#include "core/text.h"

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

static bool is_named(const xmlNode *node, const char *name)
{
	return node->type == XML_ELEMENT_NODE && !node->ns &&
	       !strcmp((const char *)node->name, name);
}

static bool has_attribute(const xmlNode *node, const char *name, const char *value)
{
	xmlChar *text = xmlGetNoNsProp(node, (const xmlChar *)name);
	const bool has = text && !strcmp((const char *)text, value);

	xmlFree(text);
	return has;
}

/* The first child element of that name, with that name= attribute (NULL: any). */
static const xmlNode *find_child(const xmlNode *parent, const char *name, const char *named)
{
	for (const xmlNode *node = parent ? parent->children : NULL; node; node = node->next)
		if (is_named(node, name) && (!named || has_attribute(node, "name", named)))
			return node;
	return NULL;
}

/* The text in an element, cleaned. False when it does not fit: a name that is cut is another one. */
static bool read_text(char *out, size_t size, const xmlNode *node)
{
	xmlChar *text = node ? xmlNodeGetContent(node) : NULL;
	const bool fits = text && strlen((const char *)text) < size;

	out[0] = '\0';
	if (fits)
		text_clean(out, size, (const char *)text);
	xmlFree(text);
	return fits;
}

/* <hyperv supported='yes'>
 *   <enum name='features'>
 *     <value>vpindex</value>
 *     <value>synic</value> */
static void read_hyperv(struct domain_caps *caps, const xmlNode *hyperv)
{
	const xmlNode *features = find_child(hyperv, "enum", "features");

	/* Not supported is an answer, too: nothing is possible. */
	caps->hyperv_known = features || (hyperv && has_attribute(hyperv, "supported", "no"));
	for (const xmlNode *v = features ? features->children : NULL; v; v = v->next)
		if (is_named(v, "value") && caps->hyperv_count < DOMAIN_CAPS_HYPERV_MAX &&
			read_text(caps->hyperv[caps->hyperv_count], sizeof *caps->hyperv, v))
			caps->hyperv_count++;
}

static enum tristate read_supported(const xmlNode *node)
{
	if (!node)
		return TRI_UNKNOWN;
	return has_attribute(node, "supported", "yes") ? TRI_YES : TRI_NO;
}

/* <mode name='host-model' supported='yes'>
 *   <model fallback='forbid'>EPYC</model>
 *   <feature policy='require' name='invtsc'/>
 * What is listed is all that the host's CPU has beside the model, also what keeps a VM from migrating. No model has
 * invtsc. fallback='allow' is libvirt's own guess instead, for a QEMU before 2.9 that does not report its CPU. */
static enum tristate read_invtsc(const xmlNode *host_model)
{
	const xmlNode *feature = find_child(host_model, "feature", "invtsc");
	const xmlNode *model = find_child(host_model, "model", NULL);

	if (feature)
		return has_attribute(feature, "policy", "require") ? TRI_YES : TRI_NO;
	return model && has_attribute(model, "fallback", "forbid") ? TRI_NO : TRI_UNKNOWN;
}

/* <mode name='host-model' supported='yes'>
 *   <model fallback='forbid'>EPYC</model>
 *   <vendor>AMD</vendor> */
static void read_cpu(struct domain_caps *caps, const xmlNode *cpu)
{
	const xmlNode *model = find_child(cpu, "mode", "host-model");

	caps->host_passthrough = read_supported(find_child(cpu, "mode", "host-passthrough"));
	caps->host_model = read_supported(model);
	caps->invtsc = read_invtsc(model);
	read_text(caps->cpu_vendor, sizeof caps->cpu_vendor, find_child(model, "vendor", NULL));
}

/* NULL when it is no answer; the caller frees it. A document type could define entities that grow without
 * bound. */
static xmlDoc *parse(const char *xml)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	const size_t length = xml ? strlen(xml) : 0;
	const xmlNode *root;
	xmlDoc *doc;

	if (length == 0 || length > INT_MAX)
		return NULL;
	doc = xmlReadMemory(xml, (int)length, NULL, NULL, options);
	root = doc ? xmlDocGetRootElement(doc) : NULL;
	if (root && !doc->intSubset && is_named(root, "domainCapabilities"))
		return doc;
	xmlFreeDoc(doc);
	return NULL;
}

void domain_caps_read(struct domain_caps *caps, const char *xml)
{
	xmlDoc *doc = parse(xml);
	const xmlNode *root;

	*caps = (struct domain_caps){ .libvirt_version = caps->libvirt_version };
	if (!doc)
		return;
	root = xmlDocGetRootElement(doc);
	caps->known = true;
	read_cpu(caps, find_child(root, "cpu", NULL));
	read_hyperv(caps, find_child(find_child(root, "features", NULL), "hyperv", NULL));
	xmlFreeDoc(doc);
}

bool domain_caps_path(const char *xml, char *out, size_t size)
{
	xmlDoc *doc = parse(xml);
	const bool found =
		doc && read_text(out, size, find_child(xmlDocGetRootElement(doc), "path", NULL));

	xmlFreeDoc(doc);
	return found && *out;
}
