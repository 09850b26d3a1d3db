/* perfdata IN OUT: writes the events of a recording of trace-cmd as perf record would have: the same
 * bytes of each event, in the order of time, for perf kvm stat report. So the bench can have perf and
 * kvmtop read the very same events, as many as it likes.
 *
 * The form is that of perf.data-file-format.txt in the kernel's tools/perf/Documentation, with what
 * `perf kvm --host stat record` (6.1) asks of the kernel: tracepoints, each event sampled with IP, TID,
 * TIME, ID, CPU, PERIOD and RAW. A recording does not know processes: each thread is one of its own.
 * Prints how many events it wrote. */
#include <errno.h>
#include <inttypes.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "source/recording/recording_format.h"
#include "source/recording/recording_head.h"
#include "source/recording/recording_reader.h"
#include "source/tracefs/trace_format.h"
#include "source/tracefs/trace_ring.h"

#define SAMPLE_TYPE                                                                               \
	(PERF_SAMPLE_IP | PERF_SAMPLE_TID | PERF_SAMPLE_TIME | PERF_SAMPLE_ID | PERF_SAMPLE_CPU | \
		PERF_SAMPLE_PERIOD | PERF_SAMPLE_RAW)

/* perf's own kinds of records and parts of a file, from tools/perf/util/header.h and event.h. */
#define RECORD_FINISHED_ROUND 68
#define FEATURE_TRACING_DATA 1
#define FEATURE_CPUID 9
#define FEATURES_BITS 256
#define STRING_ALIGN 64

#define EVENTS_MAX 8
/* perf record says so often that all earlier events are written: about 1 MiB of them. */
#define EVENTS_IN_ROUND 8192

struct section {
	uint64_t offset, size;
};

struct file_header {
	char magic[8];
	uint64_t size, attr_size;
	struct section attrs, data, event_types;
	uint64_t features[FEATURES_BITS / 64];
};

struct file_attr {
	struct perf_event_attr attr;
	struct section ids;
};

struct sample_head {
	struct perf_event_header header;
	uint64_t ip;
	uint32_t pid, tid;
	uint64_t time_ns, id;
	uint32_t cpu, reserved;
	uint64_t period;
	uint32_t raw_size;
} __attribute__((packed));

struct event {
	uint64_t number; /* of the tracepoint */
	const char *format;
};

struct writer {
	FILE *out;
	struct recording_head head;
	struct trace_format format;
	struct event events[EVENTS_MAX];
	size_t event_count;
	uint64_t written;
	bool lost, svm;
};

static void die(const char *what)
{
	fprintf(stderr, "perfdata: %s\n", what);
	exit(1);
}

static void put(struct writer *w, const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, w->out) != size)
		die("the file cannot be written");
}

static void put_u32(struct writer *w, uint32_t value)
{
	put(w, &value, sizeof value);
}

static void put_u64(struct writer *w, uint64_t value)
{
	put(w, &value, sizeof value);
}

static void put_string(struct writer *w, const char *text)
{
	put(w, text, strlen(text) + 1);
}

static uint64_t here(const struct writer *w)
{
	return (uint64_t)ftello(w->out);
}

/* -- what the recording has ------------------------------------------------------------------------ */

/* A format file begins: "name: kvm_exit\nID: 1743\n". Those that perf kvm stat record records. */
static void find_events(struct writer *w)
{
	static const char *const names[] = { "kvm_entry", "kvm_exit", "kvm_mmio", "kvm_pio",
		"kvm_msr" };
	char name[64];
	uint64_t number;

	for (size_t i = 0; i < w->head.format_count; i++)
		for (size_t j = 0; j < sizeof names / sizeof *names; j++) {
			if (sscanf(w->head.formats[i], "name: %63s ID: %" SCNu64, name, &number) !=
					2 ||
				strcmp(name, names[j]) != 0)
				continue;
			w->events[w->event_count++] =
				(struct event){ .number = number, .format = w->head.formats[i] };
		}
	if (!w->event_count)
		die("the recording has no events of kvm");
}

/* The index of an event's kind, or event_count. */
static size_t find_kind(const struct writer *w, uint64_t number)
{
	size_t i = 0;

	while (i < w->event_count && w->events[i].number != number)
		i++;
	return i;
}

/* -- the file -------------------------------------------------------------------------------------- */

/* One CPU's events are all of an attribute's, under one id: its index from 1. */
static struct section put_attrs(struct writer *w)
{
	const uint64_t ids = here(w);
	struct section s;

	for (size_t i = 0; i < w->event_count; i++)
		put_u64(w, i + 1);
	s = (struct section){ here(w), w->event_count * sizeof(struct file_attr) };
	for (size_t i = 0; i < w->event_count; i++) {
		const struct file_attr a = {
			.attr = {
				.type = PERF_TYPE_TRACEPOINT,
				.size = sizeof a.attr,
				.config = w->events[i].number,
				.sample_period = 1,
				.sample_type = SAMPLE_TYPE,
				.read_format = PERF_FORMAT_ID,
				.disabled = 1,
				.inherit = 1,
				.sample_id_all = 1,
			},
			.ids = { ids + i * sizeof(uint64_t), sizeof(uint64_t) },
		};

		put(w, &a, sizeof a);
	}
	return s;
}

static void take_record(void *context, const void *record, size_t size, uint64_t time_ns)
{
	static const char zeros[8];
	static const struct perf_event_header round = { .type = RECORD_FINISHED_ROUND,
		.size = sizeof round };
	struct writer *w = context;
	const size_t kind = find_kind(w, trace_field_get16(w->format.type, record));
	const uint32_t tid = trace_field_get32(w->format.pid, record);
	/* Filled up, its length included, to a multiple of 8. */
	const size_t raw_size = (size + 4 + 7) / 8 * 8 - 4;
	const struct sample_head head = {
		.header = { .type = PERF_RECORD_SAMPLE,
			.misc = PERF_RECORD_MISC_KERNEL,
			.size = (uint16_t)(sizeof head + raw_size) },
		.pid = tid,
		.tid = tid,
		.time_ns = time_ns,
		.id = kind + 1,
		.period = 1,
		.raw_size = (uint32_t)raw_size,
	};

	if (kind == w->event_count)
		return;
	if (w->events[kind].number == (uint64_t)w->format.exit_id)
		w->svm = trace_field_get(w->format.exit_isa, record) == EXIT_ISA_SVM;
	put(w, &head, sizeof head);
	put(w, record, size);
	put(w, zeros, raw_size - size);
	if (++w->written % EVENTS_IN_ROUND == 0)
		put(w, &round, sizeof round);
}

static void take_records(void *context, struct trace_page *page, uint64_t end_ns)
{
	do
		take_record(context, page->record, page->size, page->time_ns);
	while (trace_page_next_before(page, end_ns));
}

static void take_loss(void *context, int count, bool open)
{
	struct writer *w = context;

	(void)count;
	w->lost |= open;
}

static struct section put_events(struct writer *w, const struct recording_file *file)
{
	const struct recording_buffer *b = &w->head.buffers[0];
	const struct trace_sink sink = { .records = take_records, .lost = take_loss, .context = w };
	struct recording_state state = { 0 };
	struct trace_ring *ring = trace_ring_new();
	const uint64_t begin = here(w);
	uint64_t before;

	for (size_t i = 0; i < b->cpu_count; i++)
		trace_ring_add(ring, (int)b->cpus[i].id,
			recording_reader_new(file, w->head.packing, b, &b->cpus[i], &state));
	do {
		before = w->written;
		trace_ring_merge(ring, UINT64_MAX - 1, &sink);
	} while (state.open || w->written != before);
	trace_ring_free(ring);
	if (state.cut || state.damaged || w->lost)
		die("the recording is not whole");
	return (struct section){ begin, here(w) - begin };
}

/* As trace-cmd's head, of which it is the elder form: tools/perf/util/trace-event-info.c. */
static struct section put_tracing_data(struct writer *w)
{
	static const char header_page[] =
		"\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
		"\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
		"\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
		"\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";
	const uint64_t begin = here(w);

	put(w, "\027\010\104tracing", 10);
	put_string(w, "0.6");
	put(w, "\0\010", 2); /* little-endian, a long has 8 bytes */
	put_u32(w, 4096);
	put_string(w, "header_page");
	put_u64(w, sizeof header_page - 1);
	put(w, header_page, sizeof header_page - 1);
	put_string(w, "header_event");
	put_u64(w, 0);
	put_u32(w, 0); /* ftrace's own events */
	put_u32(w, 1); /* systems */
	put_string(w, "kvm");
	put_u32(w, (uint32_t)w->event_count);
	for (size_t i = 0; i < w->event_count; i++) {
		put_u64(w, strlen(w->events[i].format));
		put(w, w->events[i].format, strlen(w->events[i].format));
	}
	put_u32(w, 0); /* addresses of functions */
	put_u32(w, 0); /* formats of printk */
	put_u64(w, 0); /* names of threads */
	return (struct section){ begin, here(w) - begin };
}

/* perf takes the names of exits for VMX or SVM by it. */
static struct section put_cpuid(struct writer *w)
{
	char text[STRING_ALIGN] = "";
	const uint64_t begin = here(w);

	snprintf(text, sizeof text, "%s", w->svm ? "AuthenticAMD,23,1,2" : "GenuineIntel,6,85,7");
	put_u32(w, sizeof text);
	put(w, text, sizeof text);
	return (struct section){ begin, here(w) - begin };
}

static void write_file(struct writer *w, const struct recording_file *file)
{
	struct file_header h = {
		.magic = "PERFILE2",
		.size = sizeof h,
		.attr_size = sizeof(struct file_attr),
		.features = { 1 << FEATURE_TRACING_DATA | 1 << FEATURE_CPUID },
	};
	struct section features[2]; /* in the order of their bits, after the events */
	uint64_t table;

	put(w, &h, sizeof h);
	h.attrs = put_attrs(w);
	h.data = put_events(w, file);
	table = here(w);
	put(w, memset(features, 0, sizeof features), sizeof features);
	features[0] = put_tracing_data(w);
	features[1] = put_cpuid(w);
	fseeko(w->out, (off_t)table, SEEK_SET);
	put(w, features, sizeof features);
	fseeko(w->out, 0, SEEK_SET);
	put(w, &h, sizeof h);
}

int main(int argc, char **argv)
{
	struct writer w = { 0 };
	struct recording_file file;
	char why[200];

	if (argc != 3)
		die("usage: perfdata IN OUT");
	if (recording_file_open(&file, argv[1]))
		die(strerror(errno));
	if (recording_head_init(&w.head, &file, why, sizeof why) ||
		recording_format_init(&w.format, &w.head, why, sizeof why))
		die(why);
	find_events(&w);
	w.out = fopen(argv[2], "w+e");
	if (!w.out)
		die(strerror(errno));
	write_file(&w, &file);
	if (fclose(w.out))
		die("the file cannot be written");
	printf("%" PRIu64 "\n", w.written);
	trace_format_fini(&w.format);
	recording_head_fini(&w.head);
	recording_file_close(&file);
	return 0;
}
