#include "core/map.h"

#include <stdlib.h>

#include "core/mem.h"

/* Fibonacci hashing: pids and ids are dense, the multiplication spreads them. */
static size_t home(const struct map *m, uint64_t key)
{
	return (size_t)((key * 0x9e3779b97f4a7c15ull) >> 32) & (m->size - 1);
}

static struct map_slot *find(const struct map *m, uint64_t key)
{
	size_t i = home(m, key);

	while (m->slots[i].value && m->slots[i].key != key)
		i = (i + 1) & (m->size - 1);
	return &m->slots[i];
}

void *map_get(const struct map *m, uint64_t key)
{
	return m->size ? find(m, key)->value : NULL;
}

static void grow(struct map *m)
{
	const struct map old = *m;

	m->size = old.size ? old.size * 2 : 16;
	m->slots = mem_calloc(m->size, sizeof *m->slots);
	for (size_t i = 0; i < old.size; i++)
		if (old.slots[i].value)
			*find(m, old.slots[i].key) = old.slots[i];
	free(old.slots);
}

void *map_put(struct map *m, uint64_t key, void *value)
{
	struct map_slot *slot;
	void *before;

	if (m->count * 2 >= m->size)
		grow(m);
	slot = find(m, key);
	before = slot->value;
	if (!before)
		m->count++;
	*slot = (struct map_slot){ .key = key, .value = value };
	return before;
}

void *map_remove(struct map *m, uint64_t key)
{
	struct map_slot *slot;
	void *value;
	size_t hole, i;

	if (!m->size)
		return NULL;
	slot = find(m, key);
	value = slot->value;
	if (!value)
		return NULL;
	m->count--;
	/* Close the hole: an entry further on may move into it unless it is already nearer home. */
	hole = i = (size_t)(slot - m->slots);
	for (;;) {
		i = (i + 1) & (m->size - 1);
		if (!m->slots[i].value)
			break;
		if (((i - home(m, m->slots[i].key)) & (m->size - 1)) >=
			((i - hole) & (m->size - 1))) {
			m->slots[hole] = m->slots[i];
			hole = i;
		}
	}
	m->slots[hole].value = NULL;
	return value;
}

bool map_next(const struct map *m, size_t *at, uint64_t *key, void **value)
{
	while (*at < m->size) {
		const struct map_slot *slot = &m->slots[(*at)++];

		if (!slot->value)
			continue;
		if (key)
			*key = slot->key;
		if (value)
			*value = slot->value;
		return true;
	}
	return false;
}

void map_fini(struct map *m)
{
	free(m->slots);
	*m = (struct map){ 0 };
}
