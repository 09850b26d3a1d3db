/* fd: file descriptors of this process. */
#ifndef CORE_FD_H
#define CORE_FD_H

/* Closes all descriptors from first (>= 0) on, as close_range(2) does where kernel and C library have it. Where
 * neither the system call nor /proc is there, the others stay open. Leaves errno as it was. */
void fd_close_from(int first);

#endif
