/* fuzz: what a fuzz target offers. libFuzzer calls it with what it thinks up (make fuzz), driver.c with
 * the seeds, the kept findings and plain damage to both (make check). */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>

#define FUZZ_SEED_BYTES 32768

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Writes a sound input to out (FUZZ_SEED_BYTES). Returns its length; 0: there are no more. */
size_t fuzz_seed(unsigned number, uint8_t *out);

#endif
