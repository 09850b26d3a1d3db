/* huge_pages: how many huge pages the kernel has left. */
#ifndef SOURCE_HOST_HUGE_PAGES_H
#define SOURCE_HOST_HUGE_PAGES_H

#include <stdint.h>

#include "domain/fit.h"

/* Reads those of size_kib (0: of the kernel's own size) below root, a descriptor of the root directory. Not known as well
 * where no hugetlbfs has them: libvirt takes them from its files. pages is overwritten. */
void huge_pages_read(struct domain_pages *pages, int root, uint64_t size_kib);

#endif
