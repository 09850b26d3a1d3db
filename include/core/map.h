/* map: a hash table from uint64_t to a pointer (open addressing, linear probing). */
#ifndef CORE_MAP_H
#define CORE_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct map_slot {
	uint64_t key;
	void *value; /* NULL: the slot is free */
};

/* All zero is an empty map. */
struct map {
	struct map_slot *slots;
	size_t size; /* power of two, or 0 */
	size_t count;
};

/* The value stored under key, or NULL. */
void *map_get(const struct map *m, uint64_t key);

/* Stores value (not NULL) under key; returns the value it replaces, or NULL. */
void *map_put(struct map *m, uint64_t key, void *value);

/* Removes key; returns its value, or NULL. */
void *map_remove(struct map *m, uint64_t key);

/* Walks the map: start with *at = 0; returns false at the end. Removing the entry just returned is
 * not allowed; collect keys first. */
bool map_next(const struct map *m, size_t *at, uint64_t *key, void **value);

/* Forgets everything; the values are the caller's. */
void map_fini(struct map *m);

#endif
