/* platform: what of the host bears on all of its guests: its clock, KVM's parameters, the merging of
 * memory. From small files of sysfs and /proc. */
#ifndef SOURCE_HOST_PLATFORM_H
#define SOURCE_HOST_PLATFORM_H

#include "sample/sample.h"

/* Fills in what the files below root say ("/", or a copy of its sys and proc for tests); what cannot be
 * read, and the versions of libvirt and QEMU, are left as sample_platform_unknown() has them. Texts are
 * not cleaned. Some 15 small files: not for every tick. */
void platform_read(struct sample_platform *out, const char *root);

#endif
