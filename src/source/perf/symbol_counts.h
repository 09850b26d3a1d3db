/* symbol_counts: adds samples up by function and kind of thread, while the names of their addresses come later. */
#ifndef SOURCE_PERF_SYMBOL_COUNTS_H
#define SOURCE_PERF_SYMBOL_COUNTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample/hot_symbols.h"
#include "sample/sample.h"
#include "source/perf/symbol_worker.h"

struct symbol_counts;

struct symbol_counts *symbol_counts_new(bool guest_loaded) __attribute__((returns_nonnull));
void symbol_counts_free(struct symbol_counts *c);

/* Adds a sample of a thread of that kind. Returns whether the function at its address is to be asked for: it is neither
 * known, nor has symbol_counts_asked() said that it is being looked up. */
bool symbol_counts_add(struct symbol_counts *c, enum thread_kind kind, enum symbol_space space,
	uint64_t address, uint64_t weight);

void symbol_counts_asked(struct symbol_counts *c, uint64_t address);

/* What the function at an address is called: all samples there are its from now on. */
void symbol_counts_answer(struct symbol_counts *c, enum symbol_space space, uint64_t address,
	const struct symbol_name *name);

/* Fills samples, rest, loading and the rows of out, the heaviest first, from memory of arena. guess says what an address
 * without an answer is called so far. It is loading while there is no function at all, or an address that had none at an
 * earlier call, either. */
struct symbol_guesser {
	void (*guess)(
		void *context, enum symbol_space space, uint64_t address, struct symbol_name *out);
	void *context;
};
void symbol_counts_fill(struct symbol_counts *c, struct sample_hot_symbols *out,
	struct arena *arena, const struct symbol_guesser *guesser);

/* What part of the weight in user space is of functions without a name (0 to 1), and the file that has most of it,
 * valid until the next call of the above; NULL: none. */
double symbol_counts_nameless(const struct symbol_counts *c, const char **module);

#endif
