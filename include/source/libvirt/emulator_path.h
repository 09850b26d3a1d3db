/* emulator_path: may libvirt be made to run this file? Whoever writes a domain's XML names its emulator, and
 * libvirt runs it, with its own rights, to answer what it can do (CVE-2019-10167). */
#ifndef SOURCE_LIBVIRT_EMULATOR_PATH_H
#define SOURCE_LIBVIRT_EMULATOR_PATH_H

#include <stdbool.h>
#include <sys/types.h>

/* Is path (absolute) a regular file of owner's that nobody else can write or replace? So are then all
 * folders and symbolic links on the way to it, from the folder base on (normally "/"), and base is not
 * looked at itself. False for whatever cannot be read. */
bool emulator_path_is_owned(const char *base, const char *path, uid_t owner);

#endif
