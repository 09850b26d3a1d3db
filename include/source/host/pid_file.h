/* pid_file: which process belongs to a daemon, by the daemon's pid file. A command line can contain any name and any UUID;
 * only the daemon's user can write its pid files. */
#ifndef SOURCE_HOST_PID_FILE_H
#define SOURCE_HOST_PID_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "sample/sample.h"

struct pid_file {
	pid_t pid;
	pid_t locked_by; /* the process with a write lock on it; 0: none; -1: one that cannot be named */
	uint64_t written_ns; /* CLOCK_REALTIME */
};

/* Reads DIR/NAME.pid ("21715\n"). It counts only as a regular file of owner's that nobody else may write. Returns 0;
 * -ENOENT where there is none, -EACCES where it is not readable, -EPERM where it belongs to another user,
 * -EINVAL where it holds no pid or the name is not a valid file name, or another -errno. */
int pid_file_read(struct pid_file *out, const char *dir, const char *name, uid_t owner);

/* Is the process the one that the file is about? The process that holds the file's lock is it (libvirt since 6.2 and
 * QEMU's -pidfile leave the lock to the VM's own process, and the kernel drops it with that): whatever happens to
 * clocks, and in whichever pid namespace the daemon counts. Where there is no lock, it is the process with the pid in
 * the file, unless that started after the file was written and so is another one that got the same pid. */
bool pid_file_is_of(const struct pid_file *f, struct vm_id id);

#endif
