#include "core/mem.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void out_of_memory(void) __attribute__((noreturn));

static void out_of_memory(void)
{
	fputs("kvmtop: out of memory\n", stderr);
	abort();
}

void *mem_calloc(size_t count, size_t size)
{
	void *p = calloc(count ? count : 1, size ? size : 1);

	if (!p)
		out_of_memory();
	return p;
}

void *mem_resize(void *ptr, size_t count, size_t size)
{
	if (!count || !size)
		count = size = 1;
	ptr = reallocarray(ptr, count, size);
	if (!ptr)
		out_of_memory();
	return ptr;
}

char *mem_strdup(const char *s)
{
	char *copy;

	if (!s)
		return NULL;
	copy = strdup(s);
	if (!copy)
		out_of_memory();
	return copy;
}

void *mem_grow(void *array, size_t count, size_t *capacity, size_t size)
{
	if (array && count < *capacity)
		return array;
	*capacity = count < 4 ? 8 : count * 2;
	return mem_resize(array, *capacity, size);
}
