/* emulator_path: may libvirt be made to run this file? A domain's XML names its emulator, and libvirt runs it
 * with its own privileges to find out what it supports (CVE-2019-10167). */
#ifndef SOURCE_LIBVIRT_EMULATOR_PATH_H
#define SOURCE_LIBVIRT_EMULATOR_PATH_H

#include <stdbool.h>
#include <sys/types.h>

/* Is path (absolute) a regular file of owner's that nobody else can write or replace? This includes all
 * folders and symbolic links on the way to it, below the folder base (normally "/"), which itself is not
 * checked. False for whatever cannot be read. */
bool emulator_path_is_owned(const char *base, const char *path, uid_t owner);

#endif
