#include "source/recording/recording_head.h"

#include <stdlib.h>
#include <string.h>

#include "source/recording/recording_parts.h"

/* What a file begins with, up to the version. */
static const char magic[10] = "\x17\x08\x44tracing";

#define PAGE_BYTES_LEAST 512u
#define PAGE_BYTES_MOST (16u << 20)

static int check_pages(const struct recording_parser *p)
{
	const struct recording_head *h = p->head;

	for (size_t i = 0; i < h->buffer_count; i++)
		if (h->buffers[i].page_bytes < PAGE_BYTES_LEAST ||
			h->buffers[i].page_bytes > PAGE_BYTES_MOST)
			return recording_fail(p,
				"is damaged: it says that its sub-buffers have %u bytes",
				h->buffers[i].page_bytes);
	if (!h->buffer_count)
		return recording_fail(p, "holds no events");
	return 0;
}

static int take_head(struct recording_parser *p)
{
	struct recording_cursor c = recording_cursor_file(p->file, 0, UINT64_MAX);
	const bool big_endian = __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__;
	char begin[sizeof magic], version[8];
	int error;

	if (!p->file->size)
		return recording_fail(p, "is empty");
	recording_take(&c, begin, sizeof begin);
	if (c.bad || memcmp(begin, magic, sizeof magic) != 0)
		return recording_fail(
			p, "is no recording of trace-cmd: make one with " RECORDING_HOW_TO);
	recording_take_string(&c, version, sizeof version);
	if (c.bad)
		return recording_fail_cut(p, "its beginning");
	p->head->version = !strcmp(version, "6") ? 6 : !strcmp(version, "7") ? 7 : 0;
	if (!p->head->version)
		return recording_fail(p,
			"is of a version of trace-cmd's format that kvmtop does not know: "
			"run `trace-cmd convert --file-version 7`");
	if (recording_take_u8(&c) != big_endian)
		return c.bad ? recording_fail_cut(p, "its beginning") : recording_fail_foreign(p);
	recording_take_u8(&c); /* the word size of trace-cmd itself, not of the kernel */
	p->head->page_bytes = recording_take_u32(&c);
	error = p->head->version == 6 ? recording_v6_take(p, &c) : recording_v7_take(p, &c);
	return error ? error : check_pages(p);
}

int recording_head_init(
	struct recording_head *h, const struct recording_file *f, char *why, size_t size)
{
	struct recording_parser p = { .head = h, .file = f, .why = why, .size = size };
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
