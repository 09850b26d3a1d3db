/* symbol_table: functions by address: a sorted array, looked up by halving. */
#ifndef SOURCE_PERF_SYMBOL_TABLE_H
#define SOURCE_PERF_SYMBOL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol_entry {
	uint64_t address, size; /* size 0: up to the next one, not known */
	uint32_t name, module;  /* offsets in text; module 0: none */
	uint8_t preference;
};

/* All zero is an empty table. */
struct symbol_table {
	struct symbol_entry *entries;
	size_t count, capacity;
	char *text; /* names one after the other */
	size_t text_length, text_capacity;
	uint32_t last_module;
};

/* Adds a function. module: what it belongs to, or NULL. global: of two names for one address that is preferred, then the
 * one with fewer underscores in front. Too many, or too much text, are left out. */
void symbol_table_add(struct symbol_table *t, uint64_t address, uint64_t size, const char *name,
	const char *module, bool global);

/* To be called once, after the last addition and before the first question. Of several names for one address one
 * stays. */
void symbol_table_sort(struct symbol_table *t);

/* The function that address is in, or NULL. One without a size ends where the next begins, and is 1 MiB long at most. */
const struct symbol_entry *symbol_table_find(const struct symbol_table *t, uint64_t address);

/* The text at an offset of an entry; valid as long as the table. */
const char *symbol_table_text(const struct symbol_table *t, uint32_t at);

void symbol_table_fini(struct symbol_table *t);

#endif
