#include "domain/domain_xml.h"

#include <libxml/tree.h>
#include <stdio.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "domain/cmdline_config.h"
#include "domain/domain_xml_machine.h"
#include "domain/xml_node.h"

#define QEMU_URI "http://libvirt.org/schemas/domain/qemu/"

/* <timer name='rtc' track='guest' tickpolicy='catchup'>
 *   <catchup threshold='123' slew='120' limit='10000'/>
 * </timer> */
static void read_timer(struct domain_timer *timer, const xmlNode *node)
{
	const xmlNode *catchup = xml_node_child(node, "catchup");

	xml_node_attribute(timer->name, sizeof timer->name, node, "name");
	timer->present = xml_node_tristate(node, "present");
	xml_node_attribute(timer->tickpolicy, sizeof timer->tickpolicy, node, "tickpolicy");
	xml_node_attribute(timer->track, sizeof timer->track, node, "track");
	xml_node_attribute(timer->mode, sizeof timer->mode, node, "mode");
	timer->frequency_hz = xml_node_number(node, "frequency");
	timer->catchup_threshold = xml_node_number(catchup, "threshold");
	timer->catchup_slew = xml_node_number(catchup, "slew");
	timer->catchup_limit = xml_node_number(catchup, "limit");
}

static void read_timers(struct domain_clock *clock, const xmlNode *node)
{
	for (node = xml_node_child(node, "timer"); node; node = xml_node_next(node, "timer")) {
		clock->timers = mem_grow(clock->timers, clock->timer_count, &clock->timer_capacity,
			sizeof *clock->timers);
		read_timer(&clock->timers[clock->timer_count++], node);
	}
}

/* Of two clocks libvirt takes the first one's offset, and the timers of both; what it writes itself
 * has one. */
static void read_clock(struct domain_clock *clock, const xmlNode *node)
{
	if (!node)
		return;
	clock->known = true;
	xml_node_attribute(clock->offset, sizeof clock->offset, node, "offset");
	xml_node_attribute(clock->timezone, sizeof clock->timezone, node, "timezone");
	xml_node_attribute(clock->basis, sizeof clock->basis, node, "basis");
	xml_node_attribute(clock->adjustment, sizeof clock->adjustment, node, "adjustment");
	xml_node_attribute(clock->start, sizeof clock->start, node, "start");
	for (; node; node = xml_node_next(node, "clock"))
		read_timers(clock, node);
}

/* Adds the children of node; those of <stimer> are called "stimer.direct". */
static void read_enlightenments(
	struct domain_hyperv *hyperv, const xmlNode *node, const char *outer)
{
	for (const xmlNode *child = node->children; child; child = child->next) {
		struct domain_enlightenment item = { 0 };
		char name[64];

		if (!xml_node_is_element(child))
			continue;
		snprintf(name, sizeof name, "%s%s%s", outer ? outer : "", outer ? "." : "",
			(const char *)child->name);
		text_clean(item.name, sizeof item.name, name);
		item.state = xml_node_tristate(child, "state");
		if (!xml_node_attribute(item.value, sizeof item.value, child, "retries"))
			xml_node_attribute(item.value, sizeof item.value, child, "value");
		hyperv->items = mem_grow(
			hyperv->items, hyperv->count, &hyperv->capacity, sizeof *hyperv->items);
		hyperv->items[hyperv->count++] = item;
		if (!outer)
			read_enlightenments(hyperv, child, item.name);
	}
}

/* As many <features> with <hyperv> as there are: libvirt takes the children of all. */
static void read_hyperv(struct domain_hyperv *hyperv, const xmlNode *domain)
{
	const xmlNode *features = xml_node_child(domain, "features");

	for (; features; features = xml_node_next(features, "features")) {
		const xmlNode *node = xml_node_child(features, "hyperv");

		for (; node; node = xml_node_next(node, "hyperv")) {
			hyperv->known = true;
			if (!hyperv->mode[0])
				xml_node_attribute(hyperv->mode, sizeof hyperv->mode, node, "mode");
			read_enlightenments(hyperv, node, NULL);
		}
	}
}

/* <qemu:arg value='-overcommit'/><qemu:arg value='cpu-pm=on'/>, each with a NUL behind it. */
static void add_arguments(struct strbuf *out, const xmlNode *commandline)
{
	for (const xmlNode *node = commandline->children; node; node = node->next) {
		xmlChar *value;

		if (!xml_node_has_namespace(node, QEMU_URI) ||
			strcmp((const char *)node->name, "arg") != 0)
			continue;
		value = xmlGetNoNsProp(node, (const xmlChar *)"value");
		if (!value)
			continue;
		strbuf_add_bytes(out, (const char *)value, strlen((const char *)value) + 1);
		xmlFree(value);
	}
}

/* They come last on QEMU's command line, so that they have the last word. */
static void read_arguments(struct domain_config *config, const xmlNode *domain)
{
	struct strbuf arguments = { 0 };

	for (const xmlNode *node = domain->children; node; node = node->next)
		if (xml_node_has_namespace(node, QEMU_URI) &&
			!strcmp((const char *)node->name, "commandline"))
			add_arguments(&arguments, node);
	if (arguments.length)
		cmdline_config_apply(config, strbuf_text(&arguments), arguments.length);
	strbuf_fini(&arguments);
}

static void read_domain(struct domain_config *config, const xmlNode *domain)
{
	config->parsed = true;
	read_clock(&config->clock, xml_node_child(domain, "clock"));
	read_hyperv(&config->hyperv, domain);
	domain_xml_machine_read(config, domain);
	read_arguments(config, domain);
}

void domain_xml_read(struct domain_config *config, const char *xml)
{
	xmlDoc *doc = xml_node_parse_plain(xml, "domain");

	*config = (struct domain_config){ 0 };
	if (!doc)
		return;
	read_domain(config, xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
}
