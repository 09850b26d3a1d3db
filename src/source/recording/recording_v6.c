#include "source/recording/recording_parts.h"

#include <stdio.h>
#include <string.h>

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

/* What another instance recorded: its name, the number of its CPUs when it differs, and elsewhere in the
 * file the same as for the top instance. */
static int take_old_buffer(
	const struct recording_parser *p, struct recording_cursor option, uint32_t cpus)
{
	const uint64_t offset = recording_take_u64(&option);
	struct recording_cursor c = recording_cursor_file(p->file, offset, UINT64_MAX);
	char name[sizeof p->head->buffers->name], tag[10];
	struct recording_buffer *b;

	recording_take_string(&option, name, sizeof name);
	if (option.end - option.at >= 4)
		cpus = recording_take_u32(&option);
	recording_take(&c, tag, sizeof tag);
	if (option.bad || c.bad || memcmp(tag, "flyrecord", sizeof tag) != 0)
		return recording_fail_cut(p, "the place of an instance's events");
	b = recording_parts_add_buffer(p->head);
	snprintf(b->name, sizeof b->name, "%s", name);
	take_old_cpus(&c, cpus, b);
	return c.bad ? recording_fail_cut(p, "the place of an instance's events") : 0;
}

static int take_old_options(
	const struct recording_parser *p, struct recording_cursor *c, uint32_t cpus)
{
	for (;;) {
		const unsigned id = recording_take_u16(c);
		uint32_t size;

		if (c->bad)
			return recording_fail_cut(p, "its list of options");
		if (id == RECORDING_OPTION_DONE)
			return 0;
		size = recording_take_u32(c);
		if (id == RECORDING_OPTION_BUFFER) {
			struct recording_cursor option = *c;
			int error;

			recording_skip(c, size);
			option.end = c->at;
			error = take_old_buffer(p, option, cpus);
			if (error)
				return error;
		} else {
			recording_parts_option(*c, id, size, p->head);
			recording_skip(c, size);
		}
	}
}

/* "options  " and the options, then "flyrecord" and each CPU's place, or "latency  " and text. */
static int take_old_tail(const struct recording_parser *p, struct recording_cursor *c)
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
		return recording_fail(p, "holds the text of a latency tracer, no events");
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
	return c->bad ? recording_fail_cut(p, "the place of its events") : 0;
}

int recording_v6_take(const struct recording_parser *p, struct recording_cursor *c)
{
	const bool ours = recording_parts_header_info(c);

	if (c->bad)
		return recording_fail_cut(p, "the description of its sub-buffers");
	if (!ours)
		return recording_fail_foreign(p);
	recording_parts_skip_ftrace(c);
	recording_parts_event_formats(c, p->head);
	if (c->bad)
		return recording_fail_cut(p, "the description of its events");
	recording_skip(c, recording_take_u32(c)); /* the kernel's symbols */
	recording_skip(c, recording_take_u32(c)); /* texts of trace_printk() */
	recording_parts_names(c, p->head);
	if (c->bad)
		return recording_fail_cut(p, "its list of threads");
	return take_old_tail(p, c);
}
