/* take: eats an input from its front. Each piece is a copy in an allocation of its own size, so that
 * the sanitizers see one byte too far. */
#ifndef TESTS_TAKE_H
#define TESTS_TAKE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "core/mem.h"

struct take {
	const uint8_t *at;
	size_t left;
};

/* 0 at the end. */
static inline uint8_t take_byte(struct take *t)
{
	if (!t->left)
		return 0;
	t->left--;
	return *t->at++;
}

/* As many of size bytes as there are; the caller frees them. */
static inline void *take_bytes(struct take *t, size_t *size)
{
	void *copy;

	if (*size > t->left)
		*size = t->left;
	copy = mem_calloc(1, *size);
	if (*size)
		memcpy(copy, t->at, *size);
	t->at += *size;
	t->left -= *size;
	return copy;
}

#endif
