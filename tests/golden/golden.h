/* golden: the parts of the golden test program. */
#ifndef TESTS_GOLDEN_GOLDEN_H
#define TESTS_GOLDEN_GOLDEN_H

#include <stdbool.h>
#include <stddef.h>

#include "scene.h"

/* A screen that is compared with tests/golden/expected/NAME-COLUMNSxROWS.txt. */
struct golden {
	const char *name;
	void (*build)(struct scene *s);
	void (*choose)(struct scene *s); /* what the user did then; NULL: nothing */
	int rows, columns;
	const char *locale; /* NULL: C.UTF-8 */
	bool no_color;
};

enum { GOLDEN_MAX = 200 };

/* Compares count of them, GOLDEN_MAX at most. Returns how many failed. */
int run_goldens(const char *group, const struct golden *goldens, size_t count);

/* What is to be seen, not only read: bars, histories, the heat of CPUs. Returns how many failed. */
int run_see_tests(void);

/* Tests of the terminal itself: bytes sent, keys, size, hanging up. Returns how many failed. */
int run_terminal_tests(void);

/* The drill-down in all sizes. Returns how many failed. */
int run_sweep_tests(void);

#endif
