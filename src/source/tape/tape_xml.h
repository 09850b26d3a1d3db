/* tape_xml: what of a domain's XML goes into a recording: what kvmtop's rules and remedies read and change,
 * element by element, and nothing that is not named here. Disks, networks, graphics with their passwords,
 * metadata with what a cloud wrote there, comments and QEMU's other arguments stay out. */
#ifndef SOURCE_TAPE_TAPE_XML_H
#define SOURCE_TAPE_TAPE_XML_H

#include "source/tape/tape_alias.h"

/* The part of xml that is recorded, in its own indentation, so that the remedies' diffs look as they do on
 * the host; the caller frees it. "" when xml does not parse or is no domain. alias, where it is not NULL,
 * takes the place of name and UUID. */
char *tape_xml_reduce(const char *xml, struct tape_alias *alias) __attribute__((returns_nonnull));

#endif
