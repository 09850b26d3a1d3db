#include "source/tracefs/trace_names.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/map.h"
#include "core/mem.h"
#include "source/tracefs/trace_reason.h"
#include "source/tracefs/trace_symbols.h"

/* Numbers that were asked for are kept as names too; a recording may be full of them. */
#define NAMES_MAX 4096

struct trace_names {
	struct map by_code; /* isa and reason -> char * */
};

static uint64_t code(enum exit_isa isa, uint32_t reason)
{
	return (uint64_t)isa << 32 | reason;
}

struct trace_names *trace_names_new(void)
{
	return mem_calloc(1, sizeof(struct trace_names));
}

void trace_names_free(struct trace_names *names)
{
	size_t at = 0;
	void *name;

	if (!names)
		return;
	while (map_next(&names->by_code, &at, NULL, &name))
		free(name);
	map_fini(&names->by_code);
	free(names);
}

static const char *add(struct trace_names *names, uint64_t key, const char *name)
{
	char *copy = mem_strdup(name);

	map_put(&names->by_code, key, copy);
	return copy;
}

/* The tables of a text whose ISA no choice tells. */
struct untold {
	unsigned tables[2];
	size_t count;
	bool told; /* there are others */
};

struct adding {
	struct trace_names *names;
	const struct untold *pair; /* the two that are VMX's and SVM's; NULL: there are none */
};

static void note_untold(const struct trace_symbol *symbol, void *data)
{
	struct untold *u = data;

	if (trace_reason_isa(symbol->field) != EXIT_ISA_UNKNOWN)
		return;
	u->told |= symbol->isa != EXIT_ISA_UNKNOWN;
	for (size_t i = 0; i < u->count && i < 2; i++)
		if (u->tables[i] == symbol->table)
			return;
	if (u->count < 2)
		u->tables[u->count] = symbol->table;
	u->count++;
}

static enum exit_isa isa_of(const struct trace_symbol *symbol, const struct untold *pair)
{
	if (pair && symbol->table == pair->tables[0])
		return EXIT_ISA_VMX;
	if (pair && symbol->table == pair->tables[1])
		return EXIT_ISA_SVM;
	return symbol->isa;
}

static void add_symbol(const struct trace_symbol *symbol, void *data)
{
	const struct adding *adding = data;
	struct trace_names *names = adding->names;
	const enum exit_isa field_isa = trace_reason_isa(symbol->field);
	struct trace_reason reason;

	if (field_isa == EXIT_ISA__COUNT || names->by_code.count >= NAMES_MAX)
		return;
	reason = trace_reason_split(
		field_isa == EXIT_ISA_UNKNOWN ? isa_of(symbol, adding->pair) : field_isa,
		symbol->value);
	/* Of 32 bits, with a sign or without. The field has no other values. */
	if (reason.rest != 0 && (reason.rest != UINT32_MAX || !(reason.number >> 31)))
		return;
	if (!map_get(&names->by_code, code(reason.isa, reason.number)))
		add(names, code(reason.isa, reason.number), symbol->text);
}

void trace_names_add(struct trace_names *names, const char *text, size_t length)
{
	static const char isa_field[] = " isa;";
	struct untold untold = { 0 };
	struct adding adding = { .names = names };

	/* All kernels of x86 have VMX's table first. */
	trace_symbols_each(text, length, note_untold, &untold);
	if (!untold.told && untold.count == 2 &&
		memmem(text, length, isa_field, sizeof isa_field - 1))
		adding.pair = &untold;
	trace_symbols_each(text, length, add_symbol, &adding);
}

const char *trace_names_get(struct trace_names *names, enum exit_isa isa, uint32_t reason)
{
	const uint64_t key = code(isa, reason);
	const char *name = map_get(&names->by_code, key);
	char number[24];

	if (name)
		return name;
	if (isa == EXIT_ISA_OTHER || names->by_code.count >= NAMES_MAX)
		return "other";
	snprintf(number, sizeof number, "0x%" PRIx64, trace_reason_join(isa, reason));
	return add(names, key, number);
}
