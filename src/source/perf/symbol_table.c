#include "source/perf/symbol_table.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

enum { ENTRIES_MAX = 4000000, UNSIZED_MAX = 1 << 20 };
#define TEXT_MAX ((size_t)256 << 20)

/* Offset 0 is the empty text. Returns 0 where there is no room. */
static uint32_t add_text(struct symbol_table *t, const char *text)
{
	const size_t size = strlen(text) + 1, at = t->text_length ? t->text_length : 1;

	if (at + size > TEXT_MAX)
		return 0;
	if (at + size > t->text_capacity) {
		t->text_capacity = (at + size) * 2;
		t->text = mem_resize(t->text, t->text_capacity, 1);
		t->text[0] = '\0';
	}
	memcpy(t->text + at, text, size);
	t->text_length = at + size;
	return (uint32_t)at;
}

/* Symbols of one module come one after the other. */
static uint32_t add_module(struct symbol_table *t, const char *module)
{
	if (!module)
		return 0;
	if (!t->last_module || strcmp(t->text + t->last_module, module) != 0)
		t->last_module = add_text(t, module);
	return t->last_module;
}

/* "schedule" says more than "__pfx_schedule", "do_syscall_64" more than "__x64_sys_call". */
static uint8_t rate(const char *name, bool global)
{
	size_t underscores = strspn(name, "_");

	if (underscores > 3)
		underscores = 3;
	return (uint8_t)((global ? 4 : 0) + 3 - underscores);
}

void symbol_table_add(struct symbol_table *t, uint64_t address, uint64_t size, const char *name,
	const char *module, bool global)
{
	struct symbol_entry e = {
		.address = address, .size = size, .preference = rate(name, global)
	};

	if (t->count >= ENTRIES_MAX)
		return;
	e.module = add_module(t, module);
	e.name = add_text(t, name);
	if (!e.name)
		return;
	t->entries = mem_grow(t->entries, t->count, &t->capacity, sizeof *t->entries);
	t->entries[t->count++] = e;
}

/* What is added later is farther back in the text: of two that are equal the first one stays. */
static int compare(const void *a, const void *b)
{
	const struct symbol_entry *x = a, *y = b;

	if (x->address != y->address)
		return x->address < y->address ? -1 : 1;
	if (x->preference != y->preference)
		return x->preference > y->preference ? -1 : 1;
	return x->name < y->name ? -1 : x->name > y->name;
}

void symbol_table_sort(struct symbol_table *t)
{
	size_t kept = 0;

	if (t->count)
		qsort(t->entries, t->count, sizeof *t->entries, compare);
	for (size_t i = 0; i < t->count; i++) {
		struct symbol_entry *last = kept ? &t->entries[kept - 1] : NULL;

		if (!last || last->address != t->entries[i].address)
			t->entries[kept++] = t->entries[i];
		else if (!last->size)
			last->size = t->entries[i].size;
	}
	t->count = kept;
}

const struct symbol_entry *symbol_table_find(const struct symbol_table *t, uint64_t address)
{
	const struct symbol_entry *e;
	size_t from = 0, to = t->count;

	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (t->entries[middle].address <= address)
			from = middle + 1;
		else
			to = middle;
	}
	if (!from)
		return NULL;
	e = &t->entries[from - 1];
	return address - e->address < (e->size ? e->size : UNSIZED_MAX) ? e : NULL;
}

const char *symbol_table_text(const struct symbol_table *t, uint32_t at)
{
	return t->text ? t->text + at : "";
}

void symbol_table_fini(struct symbol_table *t)
{
	free(t->entries);
	free(t->text);
	*t = (struct symbol_table){ 0 };
}
