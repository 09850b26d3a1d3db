#include "source/domain_xml.h"

#include <libxml/parser.h>
#include <libxml/tree.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

/* libvirt's own elements are in no namespace: <evil:clock> is not a clock. */
static bool node_is_element(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE && !node->ns;
}

static const char *node_name(const xmlNode *node)
{
	return (const char *)node->name;
}

static const xmlNode *find_child(const xmlNode *parent, const char *name)
{
	for (const xmlNode *node = parent ? parent->children : NULL; node; node = node->next)
		if (node_is_element(node) && !strcmp(node_name(node), name))
			return node;
	return NULL;
}

/* Cleaned and cut to size bytes; "" when there is no such attribute. Returns whether there is. */
static bool read_attribute(char *out, size_t size, const xmlNode *node, const char *name)
{
	xmlChar *value = xmlGetNoNsProp(node, (const xmlChar *)name);

	out[0] = '\0';
	if (!value)
		return false;
	text_clean(out, size, (const char *)value);
	xmlFree(value);
	return true;
}

static enum tristate read_tristate(const xmlNode *node, const char *name)
{
	char value[8];

	read_attribute(value, sizeof value, node, name);
	if (!strcmp(value, "yes") || !strcmp(value, "on"))
		return TRI_YES;
	if (!strcmp(value, "no") || !strcmp(value, "off"))
		return TRI_NO;
	return TRI_UNKNOWN;
}

/* 0 when it is absent, not a number or negative (which strtoull() would wrap around). */
static uint64_t read_number(const xmlNode *node, const char *name)
{
	char value[24];

	read_attribute(value, sizeof value, node, name);
	return value[0] >= '0' && value[0] <= '9' ? strtoull(value, NULL, 10) : 0;
}

/* <timer name='tsc' present='yes' tickpolicy='catchup' track='guest' mode='native' frequency='2'/> */
static void read_timer(struct domain_timer *timer, const xmlNode *node)
{
	read_attribute(timer->name, sizeof timer->name, node, "name");
	timer->present = read_tristate(node, "present");
	read_attribute(timer->tickpolicy, sizeof timer->tickpolicy, node, "tickpolicy");
	read_attribute(timer->track, sizeof timer->track, node, "track");
	read_attribute(timer->mode, sizeof timer->mode, node, "mode");
	timer->frequency_hz = read_number(node, "frequency");
}

static void read_clock(struct domain_clock *clock, const xmlNode *node)
{
	size_t capacity = 0;

	clock->known = true;
	read_attribute(clock->offset, sizeof clock->offset, node, "offset");
	read_attribute(clock->timezone, sizeof clock->timezone, node, "timezone");
	read_attribute(clock->basis, sizeof clock->basis, node, "basis");
	read_attribute(clock->adjustment, sizeof clock->adjustment, node, "adjustment");
	for (const xmlNode *child = node->children; child; child = child->next) {
		if (!node_is_element(child) || strcmp(node_name(child), "timer") != 0)
			continue;
		clock->timers = mem_grow(
			clock->timers, clock->timer_count, &capacity, sizeof *clock->timers);
		clock->timers[clock->timer_count] = (struct domain_timer){ 0 };
		read_timer(&clock->timers[clock->timer_count++], child);
	}
}

/* Adds the children of node; those of <stimer> are called "stimer.direct". */
static void read_enlightenments(
	struct domain_hyperv *hyperv, size_t *capacity, const xmlNode *node, const char *outer)
{
	for (const xmlNode *child = node->children; child; child = child->next) {
		struct domain_enlightenment item = { 0 };
		char name[64];

		if (!node_is_element(child))
			continue;
		snprintf(name, sizeof name, "%s%s%s", outer ? outer : "", outer ? "." : "",
			node_name(child));
		text_clean(item.name, sizeof item.name, name);
		item.state = read_tristate(child, "state");
		if (!read_attribute(item.value, sizeof item.value, child, "retries"))
			read_attribute(item.value, sizeof item.value, child, "value");

		hyperv->items =
			mem_grow(hyperv->items, hyperv->count, capacity, sizeof *hyperv->items);
		hyperv->items[hyperv->count++] = item;
		if (!outer)
			read_enlightenments(hyperv, capacity, child, item.name);
	}
}

static void read_hyperv(struct domain_hyperv *hyperv, const xmlNode *node)
{
	size_t capacity = 0;

	hyperv->known = true;
	read_attribute(hyperv->mode, sizeof hyperv->mode, node, "mode");
	read_enlightenments(hyperv, &capacity, node, NULL);
}

static void read_domain(struct domain_config *config, const xmlNode *domain)
{
	const xmlNode *clock = find_child(domain, "clock");
	const xmlNode *hyperv = find_child(find_child(domain, "features"), "hyperv");

	config->parsed = true;
	if (clock)
		read_clock(&config->clock, clock);
	if (hyperv)
		read_hyperv(&config->hyperv, hyperv);
}

void domain_xml_read(struct domain_config *config, const char *xml)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	size_t length = xml ? strlen(xml) : 0;
	const xmlNode *root;
	xmlDoc *doc;

	*config = (struct domain_config){ 0 };
	if (length == 0 || length > INT_MAX)
		return;
	doc = xmlReadMemory(xml, (int)length, NULL, NULL, options);
	if (!doc)
		return;
	root = xmlDocGetRootElement(doc);
	/* libvirt writes no DTD. One that is there could define entities which grow without bound
	 * as soon as an attribute is read. */
	if (!doc->intSubset && root && node_is_element(root) && !strcmp(node_name(root), "domain"))
		read_domain(config, root);
	xmlFreeDoc(doc);
}
