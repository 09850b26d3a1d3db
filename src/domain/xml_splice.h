/* xml_splice: writes a changed tree back into the text it was read from. */
#ifndef DOMAIN_XML_SPLICE_H
#define DOMAIN_XML_SPLICE_H

#include "domain/xml_tree.h"

/* The tree's text with the attributes and elements that were changed and added since it was read, in
 * the text's own indentation, line ends and quotes; all else is as it was. The caller frees it. */
char *xml_splice(const struct xml_tree *tree) __attribute__((returns_nonnull));

#endif
