/* module_file: opens a file that another process has mapped: the very one, whatever lies at its path now. */
#ifndef SOURCE_PERF_MODULE_FILE_H
#define SOURCE_PERF_MODULE_FILE_H

#include <sys/types.h>

#include "source/host/proc_maps.h"

/* Tries /proc/PID/map_files (root; finds deleted files, too), then the path in the process's own root folder, which may
 * be a container's, and its executable; each must be the file that is mapped. "[vdso]" is copied from its memory. Returns
 * a descriptor, or -errno. */
int module_file_open(const char *proc, pid_t pid, const struct proc_map *map);

#endif
