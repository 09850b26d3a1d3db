#include "source/recording/recording_parts.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

/* Sections of a head are some 5 MiB at most, the kernel's symbols, which are not read. */
#define SECTION_MOST ((uint32_t)64 << 20)

/* Each lists at most some 65,000 options; there are two of them in practice. */
#define OPTION_SECTIONS_MOST 64

#define SECTION_PACKED 1u

/* Sets c to what the section at offset holds; *memory, for the caller to free(), keeps it when it had
 * to be unpacked. Returns the section's flags, or -1. */
static int open_section(const struct recording_parser *p, uint64_t offset, unsigned id,
	struct recording_cursor *c, void **memory)
{
	uint32_t packed_size, size;
	unsigned flags;
	uint64_t length;
	char *packed;

	*memory = NULL;
	*c = recording_cursor_file(p->file, offset, UINT64_MAX);
	if (recording_take_u16(c) != id)
		c->bad = true;
	flags = recording_take_u16(c);
	recording_take_u32(c); /* its description */
	length = recording_take_u64(c);
	if (c->bad)
		return -1;
	if (id == RECORDING_OPTION_BUFFER)
		return (int)flags;
	if (!(flags & SECTION_PACKED)) {
		c->end = length < c->end - c->at ? c->at + length : c->end;
		return (int)flags;
	}
	packed_size = recording_take_u32(c);
	size = recording_take_u32(c);
	if (!p->unpacker || size > SECTION_MOST)
		return -1;
	packed = recording_take_text(c, packed_size, SECTION_MOST);
	if (!packed)
		return -1;
	*memory = mem_calloc((size_t)size + 1, 1);
	if (!recording_unpack(p->unpacker, packed, packed_size, *memory, size))
		c->bad = true;
	else
		*c = recording_cursor_memory(*memory, size);
	free(packed);
	return c->bad ? -1 : (int)flags;
}

/* An option that says where a section is. */
static int take_section(const struct recording_parser *p, uint64_t offset, unsigned id)
{
	struct recording_cursor c;
	void *memory;
	int error = 0;

	if (open_section(p, offset, id, &c, &memory) < 0)
		c.bad = true;
	if (id == RECORDING_OPTION_HEADER_INFO) {
		const bool ours = recording_parts_header_info(&c);

		error = c.bad  ? recording_fail_cut(p, "the description of its sub-buffers")
			: ours ? 0
			       : recording_fail_foreign(p);
	} else if (id == RECORDING_OPTION_EVENT_FORMATS) {
		recording_parts_event_formats(&c, p->head);
		error = c.bad ? recording_fail_cut(p, "the description of its events") : 0;
	} else {
		recording_parts_names(&c, p->head); /* without it, threads have no names */
	}
	free(memory);
	return error;
}

/* u64 section, name, clock, u32 size of a sub-buffer, u32 count of CPUs, each u32 id, u64 offset, u64
 * size */
static int take_buffer(const struct recording_parser *p, struct recording_cursor c)
{
	const uint64_t offset = recording_take_u64(&c);
	struct recording_buffer *b = recording_parts_add_buffer(p->head);
	struct recording_cursor section;
	uint32_t cpus;
	void *memory;
	int flags;

	recording_take_string(&c, b->name, sizeof b->name);
	recording_take_string(&c, b->clock, sizeof b->clock);
	b->page_bytes = recording_take_u32(&c);
	cpus = recording_take_u32(&c);
	for (uint32_t i = 0; i < cpus && !c.bad; i++) {
		struct recording_cpu cpu = { .id = recording_take_u32(&c) };

		cpu.offset = recording_take_u64(&c);
		cpu.size = recording_take_u64(&c);
		if (!c.bad)
			recording_parts_add_cpu(b, cpu);
	}
	flags = open_section(p, offset, RECORDING_OPTION_BUFFER, &section, &memory);
	if (c.bad || flags < 0)
		return recording_fail_cut(p, "the place of its events");
	b->packed = flags & SECTION_PACKED;
	return 0;
}

static int take_option(
	const struct recording_parser *p, struct recording_cursor c, unsigned id, uint32_t size)
{
	switch (id) {
	case RECORDING_OPTION_HEADER_INFO:
	case RECORDING_OPTION_EVENT_FORMATS:
	case RECORDING_OPTION_NAMES:
		return take_section(p, recording_take_u64(&c), id);
	case RECORDING_OPTION_BUFFER:
		return take_buffer(p, c);
	default:
		recording_parts_option(c, id, size, p->head);
		return 0;
	}
}

/* Takes the options of a section; *next is where the next such section is, 0: there is none. */
static int take_options(const struct recording_parser *p, uint64_t offset, uint64_t *next)
{
	struct recording_cursor c;
	void *memory;
	int error = 0;
	bool done = false;

	if (open_section(p, offset, RECORDING_OPTION_DONE, &c, &memory) < 0)
		c.bad = true;
	while (!error && !done && !c.bad) {
		const unsigned id = recording_take_u16(&c);
		const uint32_t size = recording_take_u32(&c);
		struct recording_cursor value = c;

		recording_skip(&c, size);
		if (c.bad)
			break;
		value.end = c.at;
		done = id == RECORDING_OPTION_DONE;
		if (done)
			*next = recording_take_u64(&value);
		else
			error = take_option(p, value, id, size);
	}
	free(memory);
	if (!error && !done)
		return recording_fail(p,
			"is cut, or trace-cmd still writes it: the list of what is in it, "
			"which stands at its end, is missing");
	return error;
}

int recording_v7_take(struct recording_parser *p, struct recording_cursor *c)
{
	char packing[32], text[32];
	uint64_t offset;
	int error = 0;

	recording_take_string(c, packing, sizeof packing);
	recording_take_string(c, text, sizeof text); /* its version */
	offset = recording_take_u64(c);
	if (c->bad)
		return recording_fail_cut(p, "its beginning");
	p->head->packing = recording_packing_find(packing);
	if (p->head->packing == RECORDING_PACKING__COUNT) {
		text_clean(text, sizeof text, packing);
		return recording_fail(p,
			"is packed with %s, which kvmtop does not know: "
			"run `trace-cmd convert --compression none`",
			text);
	}
	if (recording_packing_missing(p->head->packing))
		return recording_fail(p,
			"is packed with %s, which this kvmtop was built without: install %s and "
			"build it anew",
			packing, recording_packing_missing(p->head->packing));
	p->unpacker = recording_unpacker_new(p->head->packing);
	for (int i = 0; offset && i < OPTION_SECTIONS_MOST && !error; i++) {
		uint64_t next = 0;

		error = take_options(p, offset, &next);
		offset = next;
	}
	recording_unpacker_free(p->unpacker);
	return error;
}
