/* Arbitrary bytes as the sub-buffers of a few CPUs: through the walk of a page, the merge and the
 * engine. An input is
 *	u8 kernel, whose formats are taken; u8 number of CPUs; u8 horizon of the first merge
 *	then, for one CPU after the other: u8, u8 length of a sub-buffer; the sub-buffer */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>

#include "../unit/subbuffer.h"
#include "outcome.h"
#include "source/tracefs/trace_page.h"
#include "source/tracefs/trace_probe.h"
#include "source/tracefs/trace_ring.h"
#include "take.h"

#define CPUS_MAX 4
#define PAGES_MAX 64

static const char *const kernels[] = { "linux-6.1", "moved", "arm64-6.1", "no-isa" };

#define KERNELS (sizeof kernels / sizeof *kernels)

struct page {
	void *bytes;
	size_t length;
};

struct cpu {
	struct page pages[PAGES_MAX];
	size_t count, next;
};

struct input {
	struct trace_format *format;
	struct exits *exits;
	struct cpu cpus[CPUS_MAX];
	unsigned cpu_count;
	uint64_t bytes, records;
};

/* The formats are read once: parsing them takes longer than all else. */
static struct trace_format *format_of(unsigned kernel)
{
	static struct trace_format formats[KERNELS];
	static bool open[KERNELS];
	const char *tests = getenv("KVMTOP_TESTS");
	char path[512], why[200];

	snprintf(path, sizeof path, "%s/fixtures/tracing/%s", tests ? tests : "tests",
		kernels[kernel]);
	if (!open[kernel] && trace_probe_format(path, &formats[kernel], why, sizeof why)) {
		fprintf(stderr, "%s: %s\n", path, why);
		exit(2);
	}
	open[kernel] = true;
	return &formats[kernel];
}

static ssize_t read_page(void *context, const void **page)
{
	struct cpu *c = context;
	const struct page *next = &c->pages[c->next];

	if (c->next == c->count)
		return 0;
	c->next++;
	*page = next->bytes;
	return (ssize_t)next->length;
}

static void close_pages(void *context)
{
	(void)context;
}

static void take_record(void *context, const void *record, size_t size, uint64_t time_ns)
{
	struct input *in = context;

	in->records++;
	exits_record(in->exits, in->format, record, size, time_ns);
}

static void take_records(void *context, struct trace_page *page, uint64_t end_ns)
{
	do
		take_record(context, page->record, page->size, page->time_ns);
	while (trace_page_next_before(page, end_ns));
}

static void take_loss(void *context, int count, bool open)
{
	struct input *in = context;

	(void)count;
	exits_gap(in->exits, open);
}

static void read_input(struct input *in, struct take *t)
{
	unsigned cpu = 0;

	while (t->left && in->cpus[cpu].count < PAGES_MAX) {
		struct page *page = &in->cpus[cpu].pages[in->cpus[cpu].count++];
		const size_t low = take_byte(t);

		page->length = (low | (size_t)take_byte(t) << 8) % (SUBBUFFER_BYTES + 1);
		page->bytes = take_bytes(t, &page->length);
		in->bytes += page->length;
		cpu = (cpu + 1) % in->cpu_count;
	}
}

/* Page for page, in the bytes as they lie there. */
static void walk(struct input *in)
{
	for (unsigned i = 0; i < in->cpu_count; i++)
		for (size_t j = 0; j < in->cpus[i].count; j++) {
			struct trace_page p;

			trace_page_open(
				&p, in->cpus[i].pages[j].bytes, in->cpus[i].pages[j].length);
			for (; p.record; trace_page_next(&p))
				take_record(in, p.record, p.size, p.time_ns);
		}
}

static void merge(struct input *in, uint64_t horizon_ns)
{
	const struct trace_sink sink = {
		.records = take_records, .lost = take_loss, .context = in
	};
	struct trace_ring *ring = trace_ring_new();

	for (unsigned i = 0; i < in->cpu_count; i++)
		trace_ring_add(ring, (int)i,
			(struct trace_reader){
				.read = read_page, .close = close_pages, .context = &in->cpus[i] });
	outcome_require(trace_ring_merge(ring, horizon_ns, &sink) == horizon_ns);
	trace_ring_merge(ring, UINT64_MAX - 1, &sink);
	trace_ring_free(ring);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take t = { .at = data, .left = size };
	struct input in = { .exits = exits_new() };
	uint64_t horizon_ns;

	in.format = format_of(take_byte(&t) % KERNELS);
	in.cpu_count = 1 + take_byte(&t) % CPUS_MAX;
	horizon_ns = 1ull << take_byte(&t) % 64;
	read_input(&in, &t);
	walk(&in);
	/* A record is its head and at least a word. */
	outcome_require(in.records <= in.bytes / 8);
	outcome_check(in.exits, in.format, in.records);
	in.records = 0;
	exits_lost(in.exits);
	merge(&in, horizon_ns);
	outcome_require(in.records <= in.bytes / 8);
	outcome_check(in.exits, in.format, in.records);
	exits_free(in.exits);
	for (unsigned i = 0; i < in.cpu_count; i++)
		for (size_t j = 0; j < in.cpus[i].count; j++)
			free(in.cpus[i].pages[j].bytes);
	return 0;
}

static void put(unsigned char *record, struct trace_field field, uint64_t value)
{
	memcpy(record + field.offset, &value, field.size);
}

static void add_event(struct subbuffer *page, const struct trace_format *f, int id, unsigned number,
	uint32_t size)
{
	unsigned char record[200] = { 0 };

	put(record, f->type, (uint64_t)id);
	put(record, f->pid, 100 + number % 2);
	if (id == f->exit_id) {
		put(record, f->exit_reason, number % 3 ? 30 : 12);
		put(record, f->exit_isa, EXIT_ISA_VMX);
		put(record, f->exit_info1, 0x00700008);
		put(record, f->exit_ret, EXIT_KEY_ARM_TRAP);
	} else if (id == f->msr_id) {
		put(record, f->msr_number, 0x6e0);
	} else if (id == f->mmio_id) {
		put(record, f->mmio_address, 0xfed000f0);
	} else if (id == f->irq_id) {
		put(record, f->irq_gsi, 8);
	}
	subbuffer_add(page, page->time_ns + 1000, record, (size + 3) & ~3u);
}

/* A sub-buffer with everything that can be in one. */
static void fill(struct subbuffer *page, const struct trace_format *f, unsigned number)
{
	subbuffer_init(page, 1000ull * number);
	for (unsigned i = 0; i < 4; i++) {
		add_event(page, f, f->exit_id, i, f->exit_size);
		if (f->msr_id >= 0)
			add_event(page, f, f->msr_id, i, f->msr_size);
		if (f->mmio_id >= 0)
			add_event(page, f, f->mmio_id, i, f->mmio_size);
		if (f->irq_id >= 0)
			add_event(page, f, f->irq_id, i, f->irq_size);
		add_event(page, f, f->entry_id, i, f->entry_size);
	}
	subbuffer_add_padding(page, 16);
	page->time_ns += 1ull << 30;
	add_event(page, f, f->entry_id, 0, 200);
	if (number % 2)
		subbuffer_miss(page, number % 4 == 1 ? 7 : -1);
}

size_t fuzz_seed(unsigned number, uint8_t *out)
{
	static struct subbuffer page;
	size_t length = 0;

	if (number >= 2 * KERNELS)
		return 0;
	out[length++] = (uint8_t)(number % KERNELS);
	out[length++] = (uint8_t)(number / KERNELS + 1);
	out[length++] = 12;
	for (unsigned i = 0; i < 4; i++) {
		size_t size;

		fill(&page, format_of(number % KERNELS), i);
		size = SUBBUFFER_HEADER + (subbuffer_commit(&page) & 0xffff) + 8;
		out[length++] = (uint8_t)size;
		out[length++] = (uint8_t)(size >> 8);
		memcpy(out + length, page.bytes, size);
		length += size;
	}
	return length;
}
