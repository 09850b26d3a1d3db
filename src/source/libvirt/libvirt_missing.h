/* libvirt_missing: the messages when libvirt's library is not installed, cannot be loaded, or is too old. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_MISSING_H
#define SOURCE_LIBVIRT_LIBVIRT_MISSING_H

#include "sample/sample.h"
#include "source/libvirt/libvirt_worker.h"

/* Sets the source off for news->trouble, which is LIBVIRT_MISSING or LIBVIRT_UNUSABLE. A library that is not installed is
 * harmless where libvirt does not run here: run_dir ("/run/libvirt/qemu") has no parent then. run_dir NULL: the user has
 * asked for libvirt, so it is needed. */
void libvirt_missing_report(struct sample *s, const struct libvirt_news *news, const char *run_dir);

/* The library works, but lacks functions that it has from this version on (as libvirt counts) only. */
void libvirt_missing_report_old(struct sample *s, unsigned long needs_version);

#endif
