#include "source/recording_head.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"
#include "source/recording_parts.h"

/* What a file begins with, up to the version. */
static const char magic[10] = "\x17\x08\x44tracing";

#define PAGE_BYTES_LEAST 512u
#define PAGE_BYTES_MOST (16u << 20)

/* Sections of a head are some 5 MiB at most, the kernel's symbols, which are not read. */
#define SECTION_MOST ((uint32_t)64 << 20)

/* Each lists at most some 65,000 options; there are two of them in practice. */
#define OPTION_SECTIONS_MOST 64

#define SECTION_PACKED 1u

struct parser {
	struct recording_head *head;
	const struct recording_file *file;
	struct recording_unpacker *unpacker; /* NULL: none needed */
	char *why;
	size_t size; /* of why */
};

__attribute__((format(printf, 2, 3))) static int fail(
	const struct parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->why, p->size, format, args);
	va_end(args);
	return -EINVAL;
}

static int fail_cut(const struct parser *p, const char *part)
{
	return fail(p, "is cut or damaged: %s cannot be read", part);
}

static int fail_foreign(const struct parser *p)
{
	return fail(p, "was recorded on a machine of another architecture than this one's "
		       "(byte order or word size): read it on a machine like that one");
}

/* -- version 6: the parts follow one another --------------------------------------------------- */

static void take_old_cpus(struct recording_cursor *c, uint32_t cpus, struct recording_buffer *b)
{
	for (uint32_t i = 0; i < cpus && !c->bad; i++) {
		struct recording_cpu cpu = { .id = i };

		cpu.offset = recording_take_u64(c);
		cpu.size = recording_take_u64(c);
		if (!c->bad)
			recording_parts_add_cpu(b, cpu);
	}
}

/* What another instance recorded: its name and, elsewhere in the file, the same as for the top
 * instance. */
static int take_old_buffer(const struct parser *p, struct recording_cursor option, uint32_t cpus)
{
	const uint64_t offset = recording_take_u64(&option);
	struct recording_cursor c = recording_cursor_file(p->file, offset, UINT64_MAX);
	char name[sizeof p->head->buffers->name], tag[10];
	struct recording_buffer *b;

	recording_take_string(&option, name, sizeof name);
	recording_take(&c, tag, sizeof tag);
	if (option.bad || c.bad || memcmp(tag, "flyrecord", sizeof tag) != 0)
		return fail_cut(p, "the place of an instance's events");
	b = recording_parts_add_buffer(p->head);
	snprintf(b->name, sizeof b->name, "%s", name);
	take_old_cpus(&c, cpus, b);
	return c.bad ? fail_cut(p, "the place of an instance's events") : 0;
}

static int take_old_options(const struct parser *p, struct recording_cursor *c, uint32_t cpus)
{
	for (;;) {
		const unsigned id = recording_take_u16(c);
		uint32_t size;

		if (c->bad)
			return fail_cut(p, "its list of options");
		if (id == RECORDING_OPTION_DONE)
			return 0;
		size = recording_take_u32(c);
		if (id == RECORDING_OPTION_BUFFER) {
			const int error = take_old_buffer(p, *c, cpus);

			if (error)
				return error;
		} else {
			recording_parts_option(*c, id, size, p->head);
		}
		recording_skip(c, size);
	}
}

/* "options  " and the options, then "flyrecord" and each CPU's place, or "latency  " and text. */
static int take_old_tail(const struct parser *p, struct recording_cursor *c)
{
	const uint32_t cpus = recording_take_u32(c);
	struct recording_buffer top = { 0 };
	char tag[10];
	int error = 0;

	recording_take(c, tag, sizeof tag);
	if (!c->bad && !memcmp(tag, "options  ", sizeof tag)) {
		error = take_old_options(p, c, cpus);
		recording_take(c, tag, sizeof tag);
	}
	if (error)
		return error;
	if (!c->bad && !memcmp(tag, "latency  ", sizeof tag))
		return fail(p, "holds the text of a latency tracer, no events");
	if (memcmp(tag, "flyrecord", sizeof tag) != 0)
		c->bad = true;
	take_old_cpus(c, cpus, &top);
	*recording_parts_add_buffer(p->head) = top;
	for (size_t i = 0; i < p->head->buffer_count; i++) {
		p->head->buffers[i].page_bytes = p->head->page_bytes;
		memcpy(p->head->buffers[i].clock, p->head->clock, sizeof p->head->clock);
	}
	if (!p->head->cpus)
		p->head->cpus = cpus;
	return c->bad ? fail_cut(p, "the place of its events") : 0;
}

static int take_old(const struct parser *p, struct recording_cursor *c)
{
	const bool ours = recording_parts_header_info(c);

	if (c->bad)
		return fail_cut(p, "the description of its sub-buffers");
	if (!ours)
		return fail_foreign(p);
	recording_parts_skip_ftrace(c);
	recording_parts_event_formats(c, p->head);
	if (c->bad)
		return fail_cut(p, "the description of its events");
	recording_skip(c, recording_take_u32(c)); /* the kernel's symbols */
	recording_skip(c, recording_take_u32(c)); /* texts of trace_printk() */
	recording_parts_names(c, p->head);
	if (c->bad)
		return fail_cut(p, "its list of threads");
	return take_old_tail(p, c);
}

/* -- version 7: the parts are sections, options say where ---------------------------------------- */

/* Sets c to what the section at offset holds; *memory, for the caller to free(), keeps it when it had
 * to be unpacked. Returns the section's flags, or -1. */
static int open_section(const struct parser *p, uint64_t offset, unsigned id,
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
static int take_section(const struct parser *p, uint64_t offset, unsigned id)
{
	struct recording_cursor c;
	void *memory;
	int error = 0;

	if (open_section(p, offset, id, &c, &memory) < 0)
		c.bad = true;
	if (id == RECORDING_OPTION_HEADER_INFO) {
		const bool ours = recording_parts_header_info(&c);

		error = c.bad  ? fail_cut(p, "the description of its sub-buffers")
			: ours ? 0
			       : fail_foreign(p);
	} else if (id == RECORDING_OPTION_EVENT_FORMATS) {
		recording_parts_event_formats(&c, p->head);
		error = c.bad ? fail_cut(p, "the description of its events") : 0;
	} else {
		recording_parts_names(&c, p->head); /* without it, threads have no names */
	}
	free(memory);
	return error;
}

/* u64 section, name, clock, u32 size of a sub-buffer, u32 count of CPUs, each u32 id, u64 offset, u64
 * size */
static int take_buffer(const struct parser *p, struct recording_cursor c)
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
		return fail_cut(p, "the place of its events");
	b->packed = flags & SECTION_PACKED;
	return 0;
}

static int take_option(
	const struct parser *p, struct recording_cursor c, unsigned id, uint32_t size)
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
static int take_options(const struct parser *p, uint64_t offset, uint64_t *next)
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
		return fail(p, "is cut, or trace-cmd still writes it: the list of what is in it, "
			       "which stands at its end, is missing");
	return error;
}

static int take_new(struct parser *p, struct recording_cursor *c)
{
	char packing[32], version[32];
	uint64_t offset;
	int error = 0;

	recording_take_string(c, packing, sizeof packing);
	recording_take_string(c, version, sizeof version);
	offset = recording_take_u64(c);
	if (c->bad)
		return fail_cut(p, "its beginning");
	p->head->packing = recording_packing_find(packing);
	if (p->head->packing == RECORDING_PACKING__COUNT) {
		text_clean(version, sizeof version, packing);
		return fail(p,
			"is packed with %s, which kvmtop does not know: "
			"run `trace-cmd convert --compression none`",
			version);
	}
	if (recording_packing_missing(p->head->packing))
		return fail(p,
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

/* ------------------------------------------------------------------------------------------------ */

static int check_pages(const struct parser *p)
{
	const struct recording_head *h = p->head;

	for (size_t i = 0; i < h->buffer_count; i++)
		if (h->buffers[i].page_bytes < PAGE_BYTES_LEAST ||
			h->buffers[i].page_bytes > PAGE_BYTES_MOST)
			return fail(p, "is damaged: it says that its sub-buffers have %u bytes",
				h->buffers[i].page_bytes);
	if (!h->buffer_count)
		return fail(p, "holds no events");
	return 0;
}

static int take_head(struct parser *p)
{
	struct recording_cursor c = recording_cursor_file(p->file, 0, UINT64_MAX);
	const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	char begin[sizeof magic], version[8];
	int error;

	if (!p->file->size)
		return fail(p, "is empty");
	recording_take(&c, begin, sizeof begin);
	if (c.bad || memcmp(begin, magic, sizeof magic) != 0)
		return fail(p, "is no recording of trace-cmd: make one with `trace-cmd record -C "
			       "mono -e kvm`");
	recording_take_string(&c, version, sizeof version);
	if (c.bad)
		return fail_cut(p, "its beginning");
	p->head->version = !strcmp(version, "6") ? 6 : !strcmp(version, "7") ? 7 : 0;
	if (!p->head->version)
		return fail(p, "is of a version of trace-cmd's format that kvmtop does not know: "
			       "run `trace-cmd convert --file-version 7`");
	if (recording_take_u8(&c) != big_endian)
		return c.bad ? fail_cut(p, "its beginning") : fail_foreign(p);
	recording_take_u8(&c); /* the word size of trace-cmd itself, not of the kernel */
	p->head->page_bytes = recording_take_u32(&c);
	error = p->head->version == 6 ? take_old(p, &c) : take_new(p, &c);
	return error ? error : check_pages(p);
}

int recording_head_init(
	struct recording_head *h, const struct recording_file *f, char *why, size_t size)
{
	struct parser p = { .head = h, .file = f, .why = why, .size = size };
	int error;

	*h = (struct recording_head){ 0 };
	error = take_head(&p);
	if (error)
		recording_head_fini(h);
	return error;
}

void recording_head_fini(struct recording_head *h)
{
	for (size_t i = 0; i < h->format_count; i++)
		free(h->formats[i]);
	for (size_t i = 0; i < h->buffer_count; i++)
		free(h->buffers[i].cpus);
	free(h->formats);
	free(h->buffers);
	free(h->names);
	*h = (struct recording_head){ 0 };
}
