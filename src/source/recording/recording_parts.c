#include "source/recording/recording_parts.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"

/* A format file has some 10 KiB, the longest of them 60 KiB. */
#define TEXT_MOST ((size_t)1 << 20)
#define FORMATS_MOST 256
#define NAMES_MOST ((size_t)64 << 20)

int recording_fail(const struct recording_parser *p, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(p->why, p->size, format, args);
	va_end(args);
	return -EINVAL;
}

int recording_fail_cut(const struct recording_parser *p, const char *part)
{
	return recording_fail(p, "is cut or damaged: %s cannot be read", part);
}

int recording_fail_foreign(const struct recording_parser *p)
{
	return recording_fail(p,
		"was recorded on a machine of another architecture than this one's "
		"(byte order or word size): read it on a machine like that one");
}

/* The number after key in text, or -1. */
static long number_after(const char *text, const char *key)
{
	const char *at = strstr(text, key);

	return at ? strtol(at + strlen(key), NULL, 10) : -1;
}

/*	field: u64 timestamp;	offset:0;	size:8;	signed:0;
 *	field: local_t commit;	offset:8;	size:8;	signed:1;
 *	field: int overwrite;	offset:8;	size:1;	signed:1;
 *	field: char data;	offset:16;	size:4080;	signed:1; */
static bool is_our_header(const char *text)
{
	const char *commit = strstr(text, " commit;"), *data = strstr(text, " data;");

	return commit && number_after(commit, "offset:") == 8 &&
	       number_after(commit, "size:") == (long)sizeof(long) && data &&
	       number_after(data, "offset:") == 8 + (long)sizeof(long);
}

bool recording_parts_header_info(struct recording_cursor *c)
{
	char tag[16];
	char *text;
	bool ours;

	recording_take_string(c, tag, sizeof tag);
	if (strcmp(tag, "header_page") != 0)
		c->bad = true;
	text = recording_take_text(c, recording_take_u64(c), TEXT_MOST);
	ours = text && is_our_header(text);
	free(text);
	recording_take_string(c, tag, sizeof tag);
	if (strcmp(tag, "header_event") != 0)
		c->bad = true;
	recording_skip(c, recording_take_u64(c));
	return ours;
}

void recording_parts_skip_ftrace(struct recording_cursor *c)
{
	for (uint32_t left = recording_take_u32(c); left && !c->bad; left--)
		recording_skip(c, recording_take_u64(c));
}

static void keep_format(struct recording_cursor *c, struct recording_head *h)
{
	char *text = recording_take_text(c, recording_take_u64(c), TEXT_MOST);

	if (!text)
		return;
	h->formats = mem_resize(h->formats, h->format_count + 1, sizeof *h->formats);
	h->formats[h->format_count++] = text;
}

void recording_parts_event_formats(struct recording_cursor *c, struct recording_head *h)
{
	for (uint32_t systems = recording_take_u32(c); systems && !c->bad; systems--) {
		char system[16];

		recording_take_string(c, system, sizeof system);
		for (uint32_t events = recording_take_u32(c); events && !c->bad; events--) {
			if (!strcmp(system, "kvm") && h->format_count < FORMATS_MOST)
				keep_format(c, h);
			else
				recording_skip(c, recording_take_u64(c));
		}
	}
}

void recording_parts_names(struct recording_cursor *c, struct recording_head *h)
{
	char *names = recording_take_text(c, recording_take_u64(c), NAMES_MOST);

	if (!names)
		return;
	free(h->names);
	h->names = names;
}

/* local global counter uptime perf [mono] mono_raw boot tai x86-tsc */
static void take_clock(const char *text, struct recording_head *h)
{
	const char *from = strchr(text, '['), *to = from ? strchr(from, ']') : NULL;

	if (to && (size_t)(to - from) <= sizeof h->clock)
		snprintf(h->clock, sizeof h->clock, "%.*s", (int)(to - from - 1), from + 1);
}

/* Linux host1 6.1.0-56-amd64 x86_64; "(none)" is a machine without a name */
static void take_host(const char *text, struct recording_head *h)
{
	const char *from = strchr(text, ' ');
	const size_t length = from ? strcspn(from + 1, " \n") : 0;

	if (length && length < sizeof h->host && strncmp(from + 1, "(none) ", 7) != 0)
		snprintf(h->host, sizeof h->host, "%.*s", (int)length, from + 1);
}

void recording_parts_option(
	struct recording_cursor c, unsigned id, uint32_t size, struct recording_head *h)
{
	char *text;

	if (id == RECORDING_OPTION_CPUS) {
		h->cpus = recording_take_u32(&c);
		return;
	}
	if (id != RECORDING_OPTION_CLOCK && id != RECORDING_OPTION_UNAME)
		return;
	text = recording_take_text(&c, size, TEXT_MOST);
	if (!text)
		return;
	if (id == RECORDING_OPTION_CLOCK)
		take_clock(text, h);
	else
		take_host(text, h);
	free(text);
}

struct recording_buffer *recording_parts_add_buffer(struct recording_head *h)
{
	h->buffers = mem_resize(h->buffers, h->buffer_count + 1, sizeof *h->buffers);
	h->buffers[h->buffer_count] = (struct recording_buffer){ 0 };
	return &h->buffers[h->buffer_count++];
}

void recording_parts_add_cpu(struct recording_buffer *b, struct recording_cpu cpu)
{
	/* Room for 1, 2, 4, 8, ... of them. */
	if (!(b->cpu_count & (b->cpu_count - 1)))
		b->cpus = mem_resize(b->cpus, b->cpu_count ? b->cpu_count * 2 : 1, sizeof *b->cpus);
	b->cpus[b->cpu_count++] = cpu;
}
