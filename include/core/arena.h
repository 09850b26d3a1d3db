/* arena: memory that is released all at once. */
#ifndef CORE_ARENA_H
#define CORE_ARENA_H

#include <stddef.h>

struct arena_block;

/* All zero is an empty arena. */
struct arena {
	struct arena_block *head;
};

/* Zeroed memory, aligned for any type, valid until arena_fini(). */
void *arena_alloc(struct arena *a, size_t size) __attribute__((returns_nonnull));

/* Room for count objects of size bytes. */
void *arena_array(struct arena *a, size_t count, size_t size) __attribute__((returns_nonnull));

/* A copy of s; NULL for NULL. */
char *arena_strdup(struct arena *a, const char *s);

char *arena_printf(struct arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Releases everything; the arena is empty again. */
void arena_fini(struct arena *a);

#endif
