/* golden: the parts of the golden test program. */
#ifndef TESTS_GOLDEN_GOLDEN_H
#define TESTS_GOLDEN_GOLDEN_H

/* Tests of the terminal itself: bytes sent, keys, size, hanging up. Returns how many failed. */
int run_terminal_tests(void);

/* The drill-down in all sizes. Returns how many failed. */
int run_sweep_tests(void);

#endif
