/* xml_edit: changes elements of a domain XML and leaves every other byte of it as it was. Changes are
 * kept in the tree (advice/xml_tree.h); the result is the text with them spliced in, in the text's own
 * indentation and quotes, so that a diff of both applies to what virsh prints. */
#ifndef ADVICE_XML_EDIT_H
#define ADVICE_XML_EDIT_H

#include <stddef.h>

struct xml_edit;

/* Reads xml. NULL when it does not parse or its root is not <domain>; why (size bytes) says so. */
struct xml_edit *xml_edit_new(const char *xml, char *why, size_t size);
void xml_edit_free(struct xml_edit *e);

/* Sees to it that the element at path exists ("features/hyperv/stimer/direct", below the root; a step
 * "timer[name=hpet]" is the one with that attribute) and that its attribute has that value. Missing
 * elements are added at the end of their parent. attribute NULL: just the element. Nothing is changed
 * where it is so already. Names and values are plain: letters, digits, '-', '_', '.'. */
void xml_edit_set(struct xml_edit *e, const char *path, const char *attribute, const char *value);

/* The same for an attribute that an element must have: one that is there is left as it is. */
void xml_edit_default(
	struct xml_edit *e, const char *path, const char *attribute, const char *value);

/* The changed text; the caller frees it. It was read again and has every change; NULL, with why, when
 * it would not. */
char *xml_edit_result(const struct xml_edit *e, char *why, size_t size);

#endif
