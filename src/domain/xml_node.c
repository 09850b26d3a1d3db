#include "domain/xml_node.h"

#include <libxml/parser.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"

xmlDoc *xml_node_parse(const char *xml, const char *root)
{
	const int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING;
	const size_t length = xml ? strlen(xml) : 0;
	xmlDoc *doc = length > 0 && length <= INT_MAX
			      ? xmlReadMemory(xml, (int)length, NULL, NULL, options)
			      : NULL;
	const xmlNode *node = doc ? xmlDocGetRootElement(doc) : NULL;

	if (node && xml_node_is(node, root))
		return doc;
	xmlFreeDoc(doc);
	return NULL;
}

xmlDoc *xml_node_parse_plain(const char *xml, const char *root)
{
	xmlDoc *doc = xml_node_parse(xml, root);

	if (doc && !doc->intSubset)
		return doc;
	xmlFreeDoc(doc);
	return NULL;
}

bool xml_node_is_element(const xmlNode *node)
{
	return node->type == XML_ELEMENT_NODE && !node->ns;
}

bool xml_node_is(const xmlNode *node, const char *name)
{
	return xml_node_is_element(node) && !strcmp((const char *)node->name, name);
}

bool xml_node_has_namespace(const xmlNode *node, const char *uri)
{
	return node->type == XML_ELEMENT_NODE && node->ns && node->ns->href &&
	       !strncmp((const char *)node->ns->href, uri, strlen(uri));
}

static const xmlNode *find(const xmlNode *node, const char *name)
{
	while (node && !xml_node_is(node, name))
		node = node->next;
	return node;
}

const xmlNode *xml_node_child(const xmlNode *parent, const char *name)
{
	return parent ? find(parent->children, name) : NULL;
}

const xmlNode *xml_node_next(const xmlNode *node, const char *name)
{
	return find(node->next, name);
}

bool xml_node_attribute(char *out, size_t size, const xmlNode *node, const char *name)
{
	xmlChar *value = node ? xmlGetNoNsProp(node, (const xmlChar *)name) : NULL;

	out[0] = '\0';
	if (!value)
		return false;
	text_clean(out, size, (const char *)value);
	xmlFree(value);
	return true;
}

bool xml_node_has(const xmlNode *node, const char *name, const char *value)
{
	char found[32];

	return xml_node_attribute(found, sizeof found, node, name) && !strcmp(found, value);
}

bool xml_node_text(char *out, size_t size, const xmlNode *node)
{
	static const char blanks[] = " \t\r\n";
	xmlChar *content = node ? xmlNodeGetContent(node) : NULL;
	char *text = (char *)content;
	size_t length;
	bool fits;

	out[0] = '\0';
	if (!text)
		return false;
	text += strspn(text, blanks);
	length = strlen(text);
	while (length && strchr(blanks, text[length - 1]))
		length--;
	text[length] = '\0';
	fits = length < size;
	text_clean(out, size, text);
	xmlFree(content);
	return fits;
}

enum tristate xml_node_tristate(const xmlNode *node, const char *name)
{
	char value[8];

	xml_node_attribute(value, sizeof value, node, name);
	if (!strcmp(value, "yes") || !strcmp(value, "on"))
		return TRI_YES;
	if (!strcmp(value, "no") || !strcmp(value, "off"))
		return TRI_NO;
	return TRI_UNKNOWN;
}

uint64_t xml_node_number(const xmlNode *node, const char *name)
{
	char value[24];

	xml_node_attribute(value, sizeof value, node, name);
	return value[0] >= '0' && value[0] <= '9' ? strtoull(value, NULL, 10) : 0;
}
