/* xml_edit: changes elements of a domain XML and leaves every other byte of it as it was. Changes are
 * kept in the tree (domain/xml_tree.h); the result is the text with them spliced in, in the text's own
 * indentation and quotes, so that a diff of both applies to what virsh prints. */
#ifndef DOMAIN_XML_EDIT_H
#define DOMAIN_XML_EDIT_H

#include <stddef.h>

struct xml_edit;
struct xml_element;

/* Reads xml. NULL when it does not parse or its root is not <domain>; why (size bytes) says so. */
struct xml_edit *xml_edit_new(const char *xml, char *why, size_t size);
void xml_edit_free(struct xml_edit *e);

/* Sees to it that the element at path exists ("features/hyperv/stimer/direct", below the root; a step
 * "timer[name=hpet]" is the first one with that attribute, a step "qemu:arg" one with that prefix) and
 * that its attribute has that value. Missing elements are added at the end of their parent: libvirt's
 * schema leaves the order of those that are added here free. attribute NULL: just the element. Nothing is
 * changed where it is so already. Names and values are plain: letters, digits, '-', '_', '.', '=', ','. */
void xml_edit_set(struct xml_edit *e, const char *path, const char *attribute, const char *value);

/* The same for an attribute that an element must have: one that is there is left as it is. */
void xml_edit_default(
	struct xml_edit *e, const char *path, const char *attribute, const char *value);

/* The element at path, with the changes so far, or NULL; and the next one behind previous that the last
 * step of path fits. */
struct xml_element *xml_edit_find(const struct xml_edit *e, const char *path);
struct xml_element *xml_edit_next(
	const struct xml_edit *e, const char *path, const struct xml_element *previous);

/* The first child of that name, or NULL. */
struct xml_element *xml_edit_child(const struct xml_element *parent, const char *name);

/* The attribute's value as it is written, or NULL. element may be NULL. */
const char *xml_edit_value(const struct xml_element *element, const char *attribute);

/* What stands in an element of the text before its first child, as it is written. Valid as long as e. */
const char *xml_edit_content(struct xml_edit *e, const struct xml_element *element);

/* Sets an attribute of just this element. value is copied. */
void xml_edit_change(
	struct xml_edit *e, struct xml_element *element, const char *attribute, const char *value);

/* Adds an element at the end of parent. name is borrowed. */
struct xml_element *xml_edit_add(struct xml_edit *e, struct xml_element *parent, const char *name);

/* Takes out an element of the text with all that is in it, and the line it stands on when nothing else
 * does. A comment before it stays. element may be NULL. */
void xml_edit_remove(struct xml_element *element);

/* Gives up: xml_edit_result() is NULL with this sentence. */
void xml_edit_refuse(struct xml_edit *e, const char *why);

/* The changed text; the caller frees it. It was read again and has every change; NULL, with why, when
 * it would not. */
char *xml_edit_result(const struct xml_edit *e, char *why, size_t size);

#endif
