/* trace_value: the numbers of a format file's symbol tables, which are C's constant expressions as the
 * kernel's sources have them: 0x040 + 14, (((0x01UL))), -1ull, (u32)~0, 1 << 3. */
#ifndef SOURCE_TRACEFS_TRACE_VALUE_H
#define SOURCE_TRACEFS_TRACE_VALUE_H

#include <stdint.h>

#include "source/tracefs/trace_scan.h"

/* Reads the expression at s. A negative value comes as its two's complement of 64 bits. False: not an
 * expression, or its value is not certain (a name, an overflow, a comparison); s may then be anywhere in it. */
bool trace_value_parse(struct trace_scan *s, uint64_t *value);

#endif
