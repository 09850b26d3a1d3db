/* eh_frame: where functions without a name begin: what unwinds the stack has a sorted table of it, which nobody strips. */
#ifndef SOURCE_PERF_EH_FRAME_H
#define SOURCE_PERF_EH_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The section .eh_frame_hdr (Linux Standard Base, Core, 10.6.2). All zero: there is none. */
struct eh_frame {
	const unsigned char *data; /* borrowed */
	size_t size;
	uint64_t address; /* of the section in the file's own addresses */
};

/* Finds the begin of the function that address, one of the file's own, lies in or behind. False: the table does not
 * tell, or is of a form that no linker makes. */
bool eh_frame_find(const struct eh_frame *e, uint64_t address, uint64_t *begin);

#endif
