/* symbol_notes: what it means when the process of a VM is often found in a function. */
#ifndef KVM_SYMBOL_NOTES_H
#define KVM_SYMBOL_NOTES_H

#include <stddef.h>

#include "sample/hot_symbols.h"

struct symbol_note {
	const char *name; /* of the function; with a * at its end: of all that begin so */
	const char *note; /* one line */
};

/* Sorted by name, as strcmp() does. */
extern const struct symbol_note kernel_symbol_notes[], user_symbol_notes[];
extern const size_t kernel_symbol_note_count, user_symbol_note_count;

/* The line for a function, or NULL. What compilers add to a name (".isra.0", ".constprop.0", ".cold") is no matter; of
 * two rows that fit the longer one counts. */
const char *symbol_note_find(enum symbol_space space, const char *name);

#endif
