#include "domain/redact.h"

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "domain/xml_node.h"

#define QEMU_URI "http://libvirt.org/schemas/domain/qemu/"

enum keep {
	KEEP_EMPTY, /* the element with its attributes */
	KEEP_TEXT,  /* and its text */
	KEEP_ALL,   /* and all elements in it, with their text */
	KEEP_SOME,  /* and the elements in it that have a row of their own */
};

struct row {
	const char *path; /* below <domain> */
	enum keep keep;
	const char *attributes; /* those that are kept, "|a|b|"; NULL: all, but of no namespace */
};

/* features, cpu and clock hold switches, numbers and names of CPU models, as libvirt's schema has it. What is
 * not here is left out, so an element that libvirt will have one day is, too. */
static const struct row rows[] = {
	{ "name", KEEP_TEXT, "||" },
	{ "uuid", KEEP_TEXT, "||" },
	{ "memory", KEEP_TEXT, "|unit|" },
	{ "memoryBacking", KEEP_SOME, "||" },
	{ "memoryBacking/hugepages", KEEP_ALL, NULL },
	{ "memoryBacking/nosharepages", KEEP_EMPTY, "||" },
	{ "memoryBacking/locked", KEEP_EMPTY, "||" },
	{ "vcpu", KEEP_TEXT, "|placement|cpuset|current|" },
	{ "iothreads", KEEP_TEXT, "||" },
	{ "iothreadids", KEEP_SOME, "||" },
	{ "iothreadids/iothread", KEEP_ALL, NULL },
	{ "cputune", KEEP_SOME, "||" },
	{ "cputune/vcpupin", KEEP_EMPTY, "|vcpu|cpuset|" },
	{ "cputune/emulatorpin", KEEP_EMPTY, "|cpuset|" },
	{ "cputune/iothreadpin", KEEP_EMPTY, "|iothread|cpuset|" },
	{ "os", KEEP_SOME, "|firmware|" },
	{ "os/type", KEEP_TEXT, "|arch|machine|" },
	{ "features", KEEP_ALL, NULL },
	{ "cpu", KEEP_ALL, NULL },
	{ "clock", KEEP_ALL, NULL },
	{ "on_poweroff", KEEP_TEXT, "||" },
	{ "on_reboot", KEEP_TEXT, "||" },
	{ "on_crash", KEEP_TEXT, "||" },
	{ "pm", KEEP_ALL, NULL },
	{ "devices", KEEP_SOME, "||" },
	{ "devices/emulator", KEEP_TEXT, "||" },
	{ "devices/controller[usb]", KEEP_SOME, "|type|index|model|ports|" },
	{ "devices/controller[usb]/master", KEEP_EMPTY, "|startport|" },
	{ "devices/controller[usb]/address", KEEP_EMPTY, NULL },
	{ "devices/input", KEEP_SOME, "|type|bus|" },
	{ "devices/input/address", KEEP_EMPTY, NULL },
};

/* Of QEMU's arguments those that overrule the XML, which a remedy warns of: the rest are files and secrets. */
static bool is_kept_argument(const char *value)
{
	static const char *const kept[] = { "-cpu", "-machine", "-rtc", "-no-hpet", "-accel",
		"-overcommit" };

	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		if (!strcmp(value, kept[i]))
			return true;
	return false;
}

/* Takes out a node with the blanks before it: the line that it stands on. */
static void drop(xmlNode *node)
{
	xmlNode *blanks = node->prev;

	if (blanks && xmlIsBlankNode(blanks)) {
		xmlUnlinkNode(blanks);
		xmlFreeNode(blanks);
	}
	xmlUnlinkNode(node);
	xmlFreeNode(node);
}

static const struct row *find_row(const char *path)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (!strcmp(rows[i].path, path))
			return &rows[i];
	return NULL;
}

static bool is_in(const char *name, const char *list)
{
	char word[64];

	snprintf(word, sizeof word, "|%s|", name);
	return strstr(list, word);
}

static void keep_attributes(xmlNode *node, const char *list)
{
	xmlAttr *next;

	for (xmlAttr *a = node->properties; a; a = next) {
		next = a->next;
		if (a->ns || (list && !is_in((const char *)a->name, list)))
			xmlRemoveProp(a);
	}
}

/* Declarations of what is not there any more may tell who wrote it. */
static void drop_namespaces(xmlNode *node)
{
	xmlFreeNsList(node->nsDef);
	node->nsDef = NULL;
}

static bool is_text(const xmlNode *node)
{
	return node->type == XML_TEXT_NODE || node->type == XML_CDATA_SECTION_NODE;
}

/* Leaves in an element what its row says. path is the element's, in an array of size bytes. */
static void reduce_inside(xmlNode *parent, const struct row *row, char *path, size_t size);

static void reduce_child(
	xmlNode *node, const struct row *parent, char *path, size_t length, size_t size)
{
	const struct row *row = parent;
	char type[16];

	if (is_text(node)) {
		if (!xmlIsBlankNode(node) && parent->keep != KEEP_TEXT && parent->keep != KEEP_ALL)
			drop(node);
		return;
	}
	if (!xml_node_is_element(node) || parent->keep == KEEP_EMPTY || parent->keep == KEEP_TEXT) {
		drop(node);
		return;
	}
	if (parent->keep == KEEP_SOME) {
		xml_node_attribute(type, sizeof type, node, "type");
		snprintf(path + length, size - length, "%s%s%s", length ? "/" : "",
			(const char *)node->name,
			xml_node_is(node, "controller") && !strcmp(type, "usb") ? "[usb]" : "");
		row = find_row(path);
	}
	if (row) {
		keep_attributes(node, row->attributes);
		reduce_inside(node, row, path, size);
		drop_namespaces(node);
	} else
		drop(node);
	path[length] = '\0';
}

static void reduce_inside(xmlNode *parent, const struct row *row, char *path, size_t size)
{
	const size_t length = strlen(path);
	xmlNode *next;

	for (xmlNode *node = parent->children; node; node = next) {
		next = node->next;
		reduce_child(node, row, path, length, size);
	}
}

/* <qemu:arg value='-cpu'/><qemu:arg value='host'/>: an argument and its value. -no-hpet has none. */
static bool reduce_arguments(xmlNode *commandline)
{
	bool keep_value = false, kept = false;
	xmlNode *next;

	for (xmlNode *node = commandline->children; node; node = next) {
		char value[256];
		bool keep = keep_value;

		next = node->next;
		if (node->type == XML_TEXT_NODE && xmlIsBlankNode(node))
			continue;
		keep_value = false;
		if (node->type != XML_ELEMENT_NODE ||
			strcmp((const char *)node->name, "arg") != 0) {
			drop(node);
			continue;
		}
		xml_node_attribute(value, sizeof value, node, "value");
		if (is_kept_argument(value)) {
			keep = true;
			keep_value = strcmp(value, "-no-hpet") != 0;
		}
		kept |= keep;
		if (keep)
			keep_attributes(node, "|value|");
		else
			drop(node);
	}
	keep_attributes(commandline, "||");
	return kept;
}

static void reduce_domain(xmlNode *root)
{
	static const struct row domain = { "", KEEP_SOME, "|type|id|" };
	char path[256] = "";
	xmlNode *next;
	bool has_arguments = false;

	keep_attributes(root, domain.attributes);
	for (xmlNode *node = root->children; node; node = next) {
		next = node->next;
		if (xml_node_has_namespace(node, QEMU_URI) &&
			!strcmp((const char *)node->name, "commandline") && reduce_arguments(node))
			has_arguments = true;
		else
			reduce_child(node, &domain, path, 0, sizeof path);
	}
	if (!has_arguments)
		drop_namespaces(root);
}

static void replace_text(
	xmlNode *root, const char *name, const struct redact_alias *alias, enum redact_name kind)
{
	char text[REDACT_NAME_MAX], other[REDACT_NAME_MAX];

	for (xmlNode *node = root->children; node; node = node->next) {
		if (!xml_node_is(node, name))
			continue;
		xml_node_text(text, sizeof text, node);
		xmlNodeSetContent(
			node, (const xmlChar *)alias->text(alias->data, kind, text, other));
	}
}

/* As libvirt writes it, and not libxml2: a diff against it reads as on the host. */
static void add_escaped(struct strbuf *out, const char *text, bool is_attribute)
{
	static const struct {
		char c;
		const char *text;
		bool in_text;
	} escapes[] = { { '&', "&amp;", true }, { '<', "&lt;", true }, { '>', "&gt;", true },
		{ '\'', "&apos;", true }, { '"', "&quot;", true }, { '\r', "&#13;", true },
		{ '\n', "&#10;", false }, { '\t', "&#9;", false } };

	for (; *text; text++) {
		const char *escape = NULL;

		for (size_t i = 0; i < sizeof escapes / sizeof *escapes; i++)
			if (escapes[i].c == *text && (is_attribute || escapes[i].in_text))
				escape = escapes[i].text;
		if (escape)
			strbuf_add(out, escape);
		else
			strbuf_add_bytes(out, text, 1);
	}
}

static void add_attributes(struct strbuf *out, const xmlNode *node)
{
	for (const xmlAttr *a = node->properties; a; a = a->next) {
		xmlChar *value = xmlNodeGetContent((const xmlNode *)a);

		strbuf_addf(out, " %s='", (const char *)a->name);
		add_escaped(out, value ? (const char *)value : "", true);
		strbuf_add(out, "'");
		xmlFree(value);
	}
	for (const xmlNs *ns = node->nsDef; ns; ns = ns->next) {
		strbuf_addf(out, " xmlns%s%s='", ns->prefix ? ":" : "",
			ns->prefix ? (const char *)ns->prefix : "");
		add_escaped(out, ns->href ? (const char *)ns->href : "", true);
		strbuf_add(out, "'");
	}
}

/* libxml2 does not read what is nested deeper than 256. */
static void add_node(struct strbuf *out, const xmlNode *node)
{
	const char *prefix = node->ns && node->ns->prefix ? (const char *)node->ns->prefix : "";
	char name[128];

	if (is_text(node)) {
		add_escaped(out, node->content ? (const char *)node->content : "", false);
		return;
	}
	snprintf(name, sizeof name, "%s%s%s", prefix, *prefix ? ":" : "", (const char *)node->name);
	strbuf_addf(out, "<%s", name);
	add_attributes(out, node);
	if (!node->children) {
		strbuf_add(out, "/>");
		return;
	}
	strbuf_add(out, ">");
	for (const xmlNode *child = node->children; child; child = child->next)
		add_node(out, child);
	strbuf_addf(out, "</%s>", name);
}

char *redact_xml(const char *xml, const struct redact_alias *alias)
{
	xmlDoc *doc = xml_node_parse(xml, "domain");
	struct strbuf out = { 0 };
	xmlNode *root;

	if (!doc)
		return mem_strdup("");
	root = xmlDocGetRootElement(doc);
	reduce_domain(root);
	if (alias) {
		replace_text(root, "name", alias, REDACT_NAME);
		replace_text(root, "uuid", alias, REDACT_UUID);
	}
	add_node(&out, root);
	xmlFreeDoc(doc);
	return strbuf_take(&out);
}
