/* domain_xml: a libvirt domain XML, read into a configuration. */
#ifndef DOMAIN_DOMAIN_XML_H
#define DOMAIN_DOMAIN_XML_H

#include "domain/config.h"

/* Reads xml (NULL allowed) into config, which is overwritten: config->parsed is false when the text
 * does not parse or its root is not <domain>. Unknown elements are skipped, values that are too long
 * are cut. Prints nothing. The caller releases config with domain_config_fini(). */
void domain_xml_read(struct domain_config *config, const char *xml);

#endif
