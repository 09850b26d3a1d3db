/* xml_edit: changes elements of an XML text and leaves every other byte of it as it was. libxml2
 * reads the text and says where its elements stand; the change is spliced in at those places, in the
 * text's own indentation, and the result is read again to check it. */
#ifndef ADVICE_XML_EDIT_H
#define ADVICE_XML_EDIT_H

#include <stddef.h>

struct xml_edit;

/* Reads xml. NULL when it does not parse or its root is not <domain>; why (size bytes) says so. */
struct xml_edit *xml_edit_new(const char *xml, char *why, size_t size);
void xml_edit_free(struct xml_edit *e);

/* Sees to it that the element at path exists ("features/hyperv/stimer/direct", below the root; a step
 * "timer[name=hpet]" is the one with that attribute) and that its attribute has that value. Missing
 * elements are added at the end of their parent, in the parent's indentation. attribute NULL: just
 * the element. Nothing is recorded when it is so already. */
void xml_edit_set(struct xml_edit *e, const char *path, const char *attribute, const char *value);

/* The changed text; the caller frees it. NULL, with why, when the result would not parse. */
char *xml_edit_result(const struct xml_edit *e, char *why, size_t size);

#endif
