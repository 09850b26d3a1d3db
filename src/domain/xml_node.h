/* xml_node: elements and attributes of a parsed XML, as libvirt reads them. Texts come out cleaned and
 * cut to the size of what takes them, "" where there is none. */
#ifndef DOMAIN_XML_NODE_H
#define DOMAIN_XML_NODE_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "domain/config.h"

/* Reads xml (NULL allowed), without a network, other files or a message. NULL when it does not parse or its root is no such
 * element; the caller frees it with xmlFreeDoc(). */
xmlDoc *xml_node_parse(const char *xml, const char *root);

/* The same, and NULL where there is a document type, which libvirt never writes: it could define entities that grow without
 * bound as soon as an attribute is read. */
xmlDoc *xml_node_parse_plain(const char *xml, const char *root);

/* Is node an element of libvirt's own? These are in no namespace: <evil:clock> is not a clock. */
bool xml_node_is_element(const xmlNode *node);

/* Is it one of that name? */
bool xml_node_is(const xmlNode *node, const char *name);

/* Is it an element of a namespace whose URI begins with uri? */
bool xml_node_has_namespace(const xmlNode *node, const char *uri);

/* The first child element of that name, or NULL; parent may be NULL. */
const xmlNode *xml_node_child(const xmlNode *parent, const char *name);

/* The next sibling element of that name, or NULL. */
const xmlNode *xml_node_next(const xmlNode *node, const char *name);

/* The attribute of that name, of no namespace; node may be NULL. Returns whether there is one. */
bool xml_node_attribute(char *out, size_t size, const xmlNode *node, const char *name);

/* Does the attribute have that value? */
bool xml_node_has(const xmlNode *node, const char *name, const char *value);

/* The text in the element, without the blanks around it; node may be NULL. Returns whether there is one that fits. */
bool xml_node_text(char *out, size_t size, const xmlNode *node);

/* yes and on, no and off; TRI_UNKNOWN for everything else. */
enum tristate xml_node_tristate(const xmlNode *node, const char *name);

/* 0 when it is absent, not a number or negative (which strtoull() would wrap around). */
uint64_t xml_node_number(const xmlNode *node, const char *name);

#endif
