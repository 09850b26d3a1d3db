/* xml_tree: the elements of an XML text and where in it they stand. libxml2 reads the text and says
 * where each tag ends; entities are left as they are written. */
#ifndef DOMAIN_XML_TREE_H
#define DOMAIN_XML_TREE_H

#include <stdbool.h>
#include <stddef.h>

#include "core/arena.h"

struct xml_attribute {
	const char *name;
	const char *value; /* as written */
	size_t value_at;   /* where the value stands, within its quotes; 0: it is not in the text */
	size_t value_length;
	bool changed; /* value is not the text's */
	struct xml_attribute *next;
};

/* Offsets into the text:
 *     <hyperv mode='custom' >...</hyperv>
 *     ^start               ^tag_end      ^end     (tag_end: behind the last attribute)
 *                            ^inside  ^close
 * In a tag without content, <hyperv/>, inside, close and end are the same. */
struct xml_element {
	const char *name; /* with its prefix */
	bool foreign;     /* of another XML namespace than the root */
	bool in_text;     /* false: it was added, the offsets mean nothing */
	bool removed;     /* with all that is in it: it is in the text, but not in the result */
	size_t start, tag_end, inside, close, end;
	struct xml_attribute *attributes, *last_attribute;
	struct xml_element *parent, *first, *last, *next;
};

/* All zero is an empty tree. */
struct xml_tree {
	struct arena arena; /* owns everything */
	const char *text;   /* a copy */
	struct xml_element *root;
};

/* Reads xml. False when it does not parse, is not UTF-8 or has a document type, which no domain XML
 * has; why (size bytes) says so in one sentence. tree is overwritten; release it in either case. */
bool xml_tree_read(struct xml_tree *tree, const char *xml, char *why, size_t size);
void xml_tree_fini(struct xml_tree *tree);

/* Adds an element at the end of parent (NULL: as root), an attribute at the end of element. Names and
 * values are borrowed. */
struct xml_element *xml_tree_add(
	struct xml_tree *tree, struct xml_element *parent, const char *name);
struct xml_attribute *xml_tree_add_attribute(
	struct xml_tree *tree, struct xml_element *element, const char *name, const char *value);

/* The attribute with that name, or NULL. */
struct xml_attribute *xml_element_attribute(const struct xml_element *element, const char *name);

#endif
