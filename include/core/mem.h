/* mem: allocation that cannot fail. Running out of memory ends the program with one sentence on
 * standard error and abort(); the guard process then restores the terminal and removes the tracing
 * instance (app/guard.h). */
#ifndef CORE_MEM_H
#define CORE_MEM_H

#include <stddef.h>

/* Zeroed memory for count objects of size bytes; the caller frees it with free(). */
void *mem_calloc(size_t count, size_t size) __attribute__((malloc, returns_nonnull));

/* realloc() to count objects of size bytes; new bytes are not cleared. Takes ptr. */
void *mem_resize(void *ptr, size_t count, size_t size) __attribute__((returns_nonnull));

/* A copy of s, NULL for NULL; the caller frees it with free(). */
char *mem_strdup(const char *s);

/* Makes room for one more element in a growing array: returns the array (moved or not), with
 * *capacity updated. count is the number in use. */
void *mem_grow(void *array, size_t count, size_t *capacity, size_t size)
	__attribute__((returns_nonnull));

#endif
