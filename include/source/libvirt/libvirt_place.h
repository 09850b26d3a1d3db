/* libvirt_place: where on this host the daemon behind a URI keeps the pid files of its VMs, and whose they are. */
#ifndef SOURCE_LIBVIRT_LIBVIRT_PLACE_H
#define SOURCE_LIBVIRT_LIBVIRT_PLACE_H

#include <sys/types.h>

/* The folder with NAME.pid for each running domain; the caller frees it. As libvirt has it (qemu_conf.c,
 * virGetUserRuntimeDirectory()), for libvirtd and virtqemud alike:
 *	qemu:///system                /run/libvirt/qemu
 *	qemu:///session               $XDG_RUNTIME_DIR/libvirt/qemu/run, else below $XDG_CACHE_HOME or ~/.cache
 *	qemu:///embed?root=/r         /r/run/qemu
 *	qemu:///system?socket=/s/sock /s/qemu: the folder of the daemon's own socket
 *	test:///folder/node.xml       /folder: the test driver has none, but who wrote the file may say it there
 * "" where there is none: another host, test:///default. */
char *libvirt_place_run_dir(const char *uri);

/* Who writes these files: root for a system daemon, else this user. */
uid_t libvirt_place_owner(const char *uri);

#endif
