/* version: what this program calls itself; the makefile says it. */
#ifndef CORE_VERSION_H
#define CORE_VERSION_H

#ifndef KVMTOP_VERSION
#define KVMTOP_VERSION "unknown"
#endif

#endif
