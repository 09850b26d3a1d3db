#include "source/perf/eh_frame.h"

#include <string.h>

/* Encodings of DWARF's exception headers (LSB Core 10.5.1). */
enum {
	PCREL_SDATA4 = 0x1b,
	UDATA4 = 0x03,
	DATAREL_SDATA4 = 0x3b,
};

/* version, three encodings, then the address of .eh_frame and the number of entries, each of 4 bytes. */
enum { HEADER_SIZE = 12, ENTRY_SIZE = 8 };

static int32_t number_at(const struct eh_frame *e, size_t at)
{
	int32_t value;

	memcpy(&value, e->data + at, sizeof value);
	return value;
}

/* Where the function of an entry begins: the address is relative to the section. */
static uint64_t begin_at(const struct eh_frame *e, size_t entry)
{
	return e->address + (uint64_t)(int64_t)number_at(e, HEADER_SIZE + entry * ENTRY_SIZE);
}

bool eh_frame_find(const struct eh_frame *e, uint64_t address, uint64_t *begin)
{
	size_t from = 0, to;

	if (e->size < HEADER_SIZE || e->data[0] != 1 || e->data[1] != PCREL_SDATA4 ||
		e->data[2] != UDATA4 || e->data[3] != DATAREL_SDATA4)
		return false;
	to = (uint32_t)number_at(e, 8);
	if (to > (e->size - HEADER_SIZE) / ENTRY_SIZE)
		return false;
	while (from < to) {
		const size_t middle = from + (to - from) / 2;

		if (begin_at(e, middle) <= address)
			from = middle + 1;
		else
			to = middle;
	}
	if (!from)
		return false;
	*begin = begin_at(e, from - 1);
	return true;
}
