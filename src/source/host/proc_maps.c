#include "source/host/proc_maps.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

enum { MAPS_MAX = 65536 };

static const char deleted_mark[] = " (deleted)";

/* What a file that was replaced is called is followed by a mark. */
static bool cut_deleted(char *path)
{
	const size_t length = strlen(path), mark = sizeof deleted_mark - 1;

	if (length <= mark || strcmp(path + length - mark, deleted_mark) != 0)
		return false;
	path[length - mark] = '\0';
	return true;
}

/* Pieces of one file follow each other; between them may be a gap, and its .bss, which has no file. */
static bool join(struct proc_maps *maps, const struct proc_map *piece)
{
	struct proc_map *last = maps->count ? &maps->items[maps->count - 1] : NULL;

	if (!last || !piece->inode || last->inode != piece->inode ||
		strcmp(last->path, piece->path) != 0)
		return false;
	last->end = piece->end;
	last->is_code |= piece->is_code;
	return true;
}

/* "55d0c8a00000-55d0c8d00000 r-xp 00300000 fd:01 131842     /usr/bin/qemu-system-x86_64 (deleted)" */
bool proc_maps_add(struct proc_maps *maps, const char *line)
{
	struct proc_map map = { 0 };
	uint64_t offset;
	char rights[5];
	char *path;
	int at = 0;

	if (sscanf(line, "%" SCNx64 "-%" SCNx64 " %4s %" SCNx64 " %*x:%*x %" SCNu64 " %n",
		    &map.start, &map.end, rights, &offset, &map.inode, &at) < 5 ||
		!at || map.start >= map.end)
		return false;
	map.first_end = map.end;
	map.is_code = rights[2] == 'x';
	if (!map.inode && !map.is_code)
		return true; /* data */
	path = mem_strdup(line + at);
	path[strcspn(path, "\n")] = '\0';
	map.deleted = cut_deleted(path);
	map.path = path;
	if (join(maps, &map) || maps->count >= MAPS_MAX) {
		free(path);
		return true;
	}
	maps->items = mem_grow(maps->items, maps->count, &maps->capacity, sizeof *maps->items);
	maps->items[maps->count++] = map;
	return true;
}

int proc_maps_read(struct proc_maps *maps, const char *proc, pid_t pid)
{
	char path[256];
	char *line = NULL;
	size_t size = 0;
	FILE *file;

	snprintf(path, sizeof path, "%s/%d/maps", proc, (int)pid);
	file = fopen(path, "re");
	if (!file)
		return errno == ENOENT ? -ESRCH : -errno;
	while (getline(&line, &size, file) > 0)
		proc_maps_add(maps, line);
	free(line);
	fclose(file);
	return maps->count ? 0 : -ESRCH;
}

const struct proc_map *proc_maps_find(const struct proc_maps *maps, uint64_t address)
{
	size_t from = 0, to = maps->count;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (maps->items[middle].start <= address)
			from = middle + 1;
		else
			to = middle;
	}
	return from && address < maps->items[from - 1].end ? &maps->items[from - 1] : NULL;
}

const char *proc_map_name(const struct proc_map *map)
{
	const char *slash = strrchr(map->path, '/');

	if (!*map->path)
		return "[anon]";
	return slash && slash[1] ? slash + 1 : map->path;
}

void proc_maps_fini(struct proc_maps *maps)
{
	for (size_t i = 0; i < maps->count; i++)
		free(maps->items[i].path);
	free(maps->items);
	*maps = (struct proc_maps){ 0 };
}
