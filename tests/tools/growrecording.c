/* growrecording [-6] [-z | -g] [-n EVENTS] [-f SECONDS] [-u SECONDS] IN OUT: writes a recording made of
 * another one's events, for tests and the bench. Only what kvmtop and trace-cmd report need goes into
 * its head, so it is small.
 *	-6  in version 6 of the format, else 7
 *	-z, -g  packed with zstd or zlib (version 7)
 *	-n  the events again and again, each time later, until there are at least so many
 *	-f, -u  only sub-buffers that begin between so many seconds after the first one's begin
 * Prints how many events it wrote. */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifdef HAVE_ZSTD
#include <zstd.h>
#endif
#ifdef HAVE_ZLIB
#include <zlib.h>
#endif

#include "core/mem.h"
#include "source/recording/recording_parts.h"
#include "source/recording/recording_reader.h"
#include "source/tracefs/trace_page.h"

#define PAGES_IN_CHUNK 10
#define PAUSE_NS 1000000u /* between the copies */

static const char header_page[] = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
				  "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
				  "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
				  "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

static const char header_event[] =
	"# compressed entry header\n\ttype_len    :    5 bits\n\ttime_delta  :   27 bits\n"
	"\tarray       :   32 bits\n\n\tpadding     : type == 29\n\ttime_extend : type == 30\n"
	"\ttime_stamp : type == 31\n\tdata max type_len  == 28\n";

struct cpu {
	uint32_t id;
	unsigned char *pages;
	size_t count, capacity; /* in pages */
	uint64_t offset, size;  /* in the new file */
};

struct grow {
	struct recording_head head;
	struct recording_file file;
	struct cpu *cpus;
	size_t cpu_count, page_bytes;
	uint64_t events; /* in one copy */
	uint64_t first_ns, last_ns;
	unsigned version;
	enum recording_packing packing;
	FILE *out;
};

static void die(const char *what)
{
	fprintf(stderr, "growrecording: %s\n", what);
	exit(1);
}

/* -- reading ------------------------------------------------------------------------------------- */

static uint64_t page_time(const void *page)
{
	uint64_t time_ns;

	memcpy(&time_ns, page, sizeof time_ns);
	return time_ns;
}

static void add_page(struct grow *g, struct cpu *cpu, const void *page, size_t length)
{
	if (cpu->count == cpu->capacity) {
		cpu->capacity = cpu->capacity ? cpu->capacity * 2 : 64;
		cpu->pages = mem_resize(cpu->pages, cpu->capacity, g->page_bytes);
	}
	memset(cpu->pages + cpu->count * g->page_bytes, 0, g->page_bytes);
	memcpy(cpu->pages + cpu->count++ * g->page_bytes, page, length);
}

static void read_cpu(struct grow *g, const struct recording_buffer *b, size_t index)
{
	struct recording_state state = { 0 };
	struct trace_reader reader =
		recording_reader_new(&g->file, g->head.packing, b, &b->cpus[index], &state);
	const void *page;
	ssize_t length;

	g->cpus[index].id = b->cpus[index].id;
	while ((length = reader.read(reader.context, &page)) > 0)
		add_page(g, &g->cpus[index], page, (size_t)length);
	reader.close(reader.context);
	if (state.cut || state.damaged)
		die("the recording is cut or damaged");
}

static uint64_t first_page_time(const struct grow *g)
{
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < g->cpu_count; i++)
		if (g->cpus[i].count && page_time(g->cpus[i].pages) < first)
			first = page_time(g->cpus[i].pages);
	return first;
}

static void keep_between(struct grow *g, double from_s, double until_s)
{
	const uint64_t begin = first_page_time(g);

	for (size_t i = 0; i < g->cpu_count; i++) {
		struct cpu *cpu = &g->cpus[i];
		size_t kept = 0;

		for (size_t j = 0; j < cpu->count; j++) {
			const unsigned char *page = cpu->pages + j * g->page_bytes;
			const double at = (double)(page_time(page) - begin) / 1e9;

			if (at >= from_s && at < until_s)
				memmove(cpu->pages + kept++ * g->page_bytes, page, g->page_bytes);
		}
		cpu->count = kept;
	}
}

static void count_events(struct grow *g)
{
	g->first_ns = UINT64_MAX;
	for (size_t i = 0; i < g->cpu_count; i++)
		for (size_t j = 0; j < g->cpus[i].count; j++) {
			struct trace_page page;

			trace_page_open(&page, g->cpus[i].pages + j * g->page_bytes, g->page_bytes);
			for (; page.record; trace_page_next(&page)) {
				g->events++;
				if (page.time_ns < g->first_ns)
					g->first_ns = page.time_ns;
				if (page.time_ns > g->last_ns)
					g->last_ns = page.time_ns;
			}
		}
}

static void read_recording(struct grow *g, const char *path, double from_s, double until_s)
{
	const struct recording_buffer *b;
	char why[200];

	if (recording_file_open(&g->file, path))
		die(strerror(errno));
	if (recording_head_init(&g->head, &g->file, why, sizeof why))
		die(why);
	b = &g->head.buffers[0];
	g->page_bytes = b->page_bytes;
	g->cpu_count = b->cpu_count;
	g->cpus = mem_calloc(g->cpu_count, sizeof *g->cpus);
	for (size_t i = 0; i < g->cpu_count; i++)
		read_cpu(g, b, i);
	keep_between(g, from_s, until_s);
	count_events(g);
	if (!g->events)
		die("there is no event");
}

/* -- writing ------------------------------------------------------------------------------------- */

static void put(struct grow *g, const void *bytes, size_t size)
{
	if (fwrite(bytes, 1, size, g->out) != size)
		die("the new recording cannot be written");
}

static void put_u16(struct grow *g, uint16_t value)
{
	put(g, &value, sizeof value);
}

static void put_u32(struct grow *g, uint32_t value)
{
	put(g, &value, sizeof value);
}

static void put_u64(struct grow *g, uint64_t value)
{
	put(g, &value, sizeof value);
}

static void put_string(struct grow *g, const char *text)
{
	put(g, text, strlen(text) + 1);
}

static uint64_t here(const struct grow *g)
{
	return (uint64_t)ftello(g->out);
}

static void put_u64_at(struct grow *g, uint64_t offset, uint64_t value)
{
	const off_t at = ftello(g->out);

	fseeko(g->out, (off_t)offset, SEEK_SET);
	put_u64(g, value);
	fseeko(g->out, at, SEEK_SET);
}

static void align(struct grow *g)
{
	while (here(g) % g->page_bytes)
		put(g, "", 1);
}

/* Begins a section of version 7; returns where it is. */
static uint64_t begin_section(struct grow *g, uint16_t id, uint16_t flags)
{
	const uint64_t at = here(g);

	if (g->version < 7)
		return at;
	put_u16(g, id);
	put_u16(g, flags);
	put_u32(g, 0);
	put_u64(g, 0);
	return at;
}

static void end_section(struct grow *g, uint64_t at)
{
	if (g->version >= 7)
		put_u64_at(g, at + 8, here(g) - at - 16);
}

/* Packs size bytes to packed; returns how many they are then. */
static size_t pack(const struct grow *g, void *packed, size_t room, const void *pages, size_t size)
{
#ifdef HAVE_ZLIB
	uLongf length = room;

	if (g->packing == RECORDING_ZLIB && compress(packed, &length, pages, size) == Z_OK)
		return length;
#endif
#ifdef HAVE_ZSTD
	if (g->packing == RECORDING_ZSTD)
		return ZSTD_compress(packed, room, pages, size, 3);
#endif
	(void)packed, (void)room, (void)pages, (void)size;
	die("built without the library to pack with");
	return 0;
}

static void put_chunk(struct grow *g, const void *pages, size_t size)
{
	const size_t room = 2 * size + 1024;
	void *packed = mem_calloc(1, room);
	const size_t length = pack(g, packed, room, pages, size);

	put_u32(g, (uint32_t)length);
	put_u32(g, (uint32_t)size);
	put(g, packed, length);
	free(packed);
}

static void put_pages(struct grow *g, const struct cpu *cpu, uint64_t copies)
{
	const uint64_t span_ns = g->last_ns - g->first_ns + PAUSE_NS;
	unsigned char *chunk = mem_calloc(PAGES_IN_CHUNK, g->page_bytes);
	size_t filled = 0;

	for (uint64_t n = 0; n < copies * cpu->count; n++) {
		unsigned char *page = chunk + filled * g->page_bytes;
		uint64_t time_ns;

		memcpy(page, cpu->pages + n % cpu->count * g->page_bytes, g->page_bytes);
		time_ns = page_time(page) + n / cpu->count * span_ns;
		memcpy(page, &time_ns, sizeof time_ns);
		if (++filled < PAGES_IN_CHUNK && n + 1 < copies * cpu->count)
			continue;
		if (g->packing)
			put_chunk(g, chunk, filled * g->page_bytes);
		else
			put(g, chunk, filled * g->page_bytes);
		filled = 0;
	}
	free(chunk);
}

static void put_cpu(struct grow *g, struct cpu *cpu, uint64_t copies)
{
	const uint64_t chunks = (copies * cpu->count + PAGES_IN_CHUNK - 1) / PAGES_IN_CHUNK;

	align(g);
	cpu->offset = here(g);
	if (g->packing)
		put_u32(g, (uint32_t)chunks);
	put_pages(g, cpu, copies);
	cpu->size = here(g) - cpu->offset - (g->packing ? 4 : 0);
}

static void put_header_info(struct grow *g)
{
	put_string(g, "header_page");
	put_u64(g, sizeof header_page - 1);
	put(g, header_page, sizeof header_page - 1);
	put_string(g, "header_event");
	put_u64(g, sizeof header_event - 1);
	put(g, header_event, sizeof header_event - 1);
}

static void put_formats(struct grow *g)
{
	put_u32(g, 1);
	put_string(g, "kvm");
	put_u32(g, (uint32_t)g->head.format_count);
	for (size_t i = 0; i < g->head.format_count; i++) {
		put_u64(g, strlen(g->head.formats[i]));
		put(g, g->head.formats[i], strlen(g->head.formats[i]));
	}
}

static void put_names(struct grow *g)
{
	const char *names = g->head.names ? g->head.names : "";

	put_u64(g, strlen(names) + 1);
	put_string(g, names);
}

static void put_option(struct grow *g, uint16_t id, const void *value, size_t size)
{
	put_u16(g, id);
	put_u32(g, (uint32_t)size);
	put(g, value, size);
}

static void put_common_options(struct grow *g)
{
	char text[128];

	snprintf(text, sizeof text, "[%s]\n", g->head.buffers[0].clock);
	put_option(g, RECORDING_OPTION_CLOCK, text, strlen(text) + 1);
	snprintf(text, sizeof text, "Linux %s - -", g->head.host[0] ? g->head.host : "(none)");
	put_option(g, RECORDING_OPTION_UNAME, text, strlen(text) + 1);
}

static void write_old(struct grow *g, uint64_t copies)
{
	uint64_t places;

	put_header_info(g);
	put_u32(g, 0); /* ftrace's own events */
	put_formats(g);
	put_u32(g, 0); /* the kernel's symbols */
	put_u32(g, 0); /* texts of trace_printk() */
	put_names(g);
	put_u32(g, (uint32_t)g->cpu_count);
	put(g, "options  ", 10);
	put_common_options(g);
	put_u16(g, RECORDING_OPTION_DONE);
	put(g, "flyrecord", 10);
	places = here(g);
	for (size_t i = 0; i < g->cpu_count; i++)
		put(g, (char[16]){ 0 }, 16);
	for (size_t i = 0; i < g->cpu_count; i++) {
		put_cpu(g, &g->cpus[i], copies);
		put_u64_at(g, places + 16 * i, g->cpus[i].offset);
		put_u64_at(g, places + 16 * i + 8, g->cpus[i].size);
	}
}

static void put_buffer_option(struct grow *g, uint64_t section)
{
	const char *clock = g->head.buffers[0].clock;

	put_u16(g, RECORDING_OPTION_BUFFER);
	put_u32(g, (uint32_t)(8 + 1 + strlen(clock) + 1 + 4 + 4 + 20 * g->cpu_count));
	put_u64(g, section);
	put_string(g, "");
	put_string(g, clock);
	put_u32(g, (uint32_t)g->page_bytes);
	put_u32(g, (uint32_t)g->cpu_count);
	for (size_t i = 0; i < g->cpu_count; i++) {
		put_u32(g, g->cpus[i].id);
		put_u64(g, g->cpus[i].offset);
		put_u64(g, g->cpus[i].size);
	}
}

static void write_new(struct grow *g, uint64_t copies)
{
	enum { INFO, FTRACE, FORMATS, SYMBOLS, PRINTK, NAMES, SECTIONS };
	static const char *const names[] = { "none", "zstd", "zlib" };
	uint64_t at[SECTIONS], data, options, first;

	put_string(g, names[g->packing]);
	put_string(g, "");
	first = here(g);
	put_u64(g, 0);
	at[INFO] = begin_section(g, RECORDING_OPTION_HEADER_INFO, 0);
	put_header_info(g);
	end_section(g, at[INFO]);
	at[FTRACE] = begin_section(g, RECORDING_OPTION_HEADER_INFO + 1, 0);
	put_u32(g, 0);
	end_section(g, at[FTRACE]);
	at[FORMATS] = begin_section(g, RECORDING_OPTION_EVENT_FORMATS, 0);
	put_formats(g);
	end_section(g, at[FORMATS]);
	for (int i = SYMBOLS; i <= PRINTK; i++) {
		at[i] = begin_section(g, (uint16_t)(RECORDING_OPTION_HEADER_INFO + i), 0);
		put_u32(g, 0);
		end_section(g, at[i]);
	}
	at[NAMES] = begin_section(g, RECORDING_OPTION_NAMES, 0);
	put_names(g);
	end_section(g, at[NAMES]);
	data = begin_section(g, RECORDING_OPTION_BUFFER, g->packing != RECORDING_PLAIN);
	for (size_t i = 0; i < g->cpu_count; i++)
		put_cpu(g, &g->cpus[i], copies);
	end_section(g, data);
	options = begin_section(g, RECORDING_OPTION_DONE, 0);
	for (int i = 0; i < SECTIONS; i++)
		put_option(g, (uint16_t)(RECORDING_OPTION_HEADER_INFO + i), &at[i], sizeof at[i]);
	put_common_options(g);
	put_option(g, RECORDING_OPTION_CPUS, &(uint32_t){ (uint32_t)g->cpu_count }, 4);
	put_buffer_option(g, data);
	put_option(g, RECORDING_OPTION_DONE, &(uint64_t){ 0 }, 8);
	end_section(g, options);
	put_u64_at(g, first, options);
}

static void write_recording(struct grow *g, const char *path, uint64_t copies)
{
	g->out = fopen(path, "w");
	if (!g->out)
		die(strerror(errno));
	put(g, "\x17\x08\x44tracing", 10);
	put_string(g, g->version < 7 ? "6" : "7");
	put(g, (unsigned char[]){ __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__, sizeof(long) }, 2);
	put_u32(g, (uint32_t)g->page_bytes);
	if (g->version < 7)
		write_old(g, copies);
	else
		write_new(g, copies);
	if (fclose(g->out))
		die("the new recording cannot be written");
}

int main(int argc, char **argv)
{
	struct grow g = { .version = 7 };
	double from_s = 0, until_s = 1e18;
	uint64_t wanted = 0, copies;
	int option;

	while ((option = getopt(argc, argv, "6zgn:f:u:")) != -1) {
		switch (option) {
		case '6':
			g.version = 6;
			break;
		case 'z':
			g.packing = RECORDING_ZSTD;
			break;
		case 'g':
			g.packing = RECORDING_ZLIB;
			break;
		case 'n':
			wanted = strtoull(optarg, NULL, 10);
			break;
		case 'f':
			from_s = strtod(optarg, NULL);
			break;
		case 'u':
			until_s = strtod(optarg, NULL);
			break;
		default:
			return 2;
		}
	}
	if (argc - optind != 2 || (g.packing && g.version < 7))
		die("usage: growrecording [-6] [-z | -g] [-n EVENTS] [-f SECONDS] [-u SECONDS] IN "
		    "OUT");
	read_recording(&g, argv[optind], from_s, until_s);
	copies = wanted ? (wanted + g.events - 1) / g.events : 1;
	write_recording(&g, argv[optind + 1], copies);
	printf("%" PRIu64 "\n", copies * g.events);
	for (size_t i = 0; i < g.cpu_count; i++)
		free(g.cpus[i].pages);
	free(g.cpus);
	recording_head_fini(&g.head);
	recording_file_close(&g.file);
	return 0;
}
