/* virt_xml: which version of virt-xml is installed. It is a program of virt-manager, and is not run to find
 * out: it takes Python a second. */
#ifndef SOURCE_LIBVIRT_VIRT_XML_H
#define SOURCE_LIBVIRT_VIRT_XML_H

/* The version of the virt-xml that a shell with that PATH would run, as 1000000 * major + 1000 * minor +
 * micro. 0: there is none, or it is older than 5.0 (November 2024), which does not say. path may be
 * NULL. Looks at a few files. */
unsigned long virt_xml_version(const char *path);

/* The version that virt-manager's build.cfg tells; 0: it tells none. */
unsigned long virt_xml_parse_version(const char *text);

#endif
