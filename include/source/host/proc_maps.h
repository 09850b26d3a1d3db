/* proc_maps: what of a process's memory is code, and of which files, as /proc/PID/maps tells it. */
#ifndef SOURCE_HOST_PROC_MAPS_H
#define SOURCE_HOST_PROC_MAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* A file that is mapped in one piece or several, one after the other. */
struct proc_map {
	uint64_t start, end; /* of all pieces */
	uint64_t first_end;  /* of the first one: map_files/START-FIRST_END */
	uint64_t inode;      /* 0: no file */
	char *path; /* as the process sees it, " (deleted)" taken off; "[vdso]"; "" where code has no file */
	bool deleted, is_code; /* is any piece executable? */
};

/* All zero: nothing is known. */
struct proc_maps {
	struct proc_map *items; /* by address */
	size_t count, capacity;
};

/* Reads the maps of pid below proc ("/proc"). Returns 0 or -errno, -ESRCH when the process is gone. */
int proc_maps_read(struct proc_maps *maps, const char *proc, pid_t pid);

/* Adds a line of that text; false: it is none. */
bool proc_maps_add(struct proc_maps *maps, const char *line);

/* What address is in, or NULL. */
const struct proc_map *proc_maps_find(const struct proc_maps *maps, uint64_t address);

/* The last part of its path: "libc.so.6"; "[anon]" for code without a file. Valid as long as it. */
const char *proc_map_name(const struct proc_map *map);

void proc_maps_fini(struct proc_maps *maps);

#endif
