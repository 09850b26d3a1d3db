/* domain_xml_machine: what a domain XML says besides clock and Hyper-V: the machine, KVM's features,
 * memory, devices, and who runs it. */
#ifndef DOMAIN_DOMAIN_XML_MACHINE_H
#define DOMAIN_DOMAIN_XML_MACHINE_H

#include <libxml/tree.h>

#include "domain/config.h"

/* Fills config's machine and stack from the root element. */
void domain_xml_machine_read(struct domain_config *config, const xmlNode *domain);

#endif
