/* made_recording: recordings made by hand, in version 6 of trace-cmd's format, with two kvm events whose
 * records are short. Included after cmocka.h, scratch.h and subbuffer.h. */
#ifndef TESTS_MADE_RECORDING_H
#define TESTS_MADE_RECORDING_H

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "subbuffer.h"

enum { MADE_CPUS = 2, MADE_EXIT = 7, MADE_ENTRY = 8 };

struct made_recording {
	const char *version, *clock, *names, *formats[2], *header_page;
	unsigned char big_endian;
	struct subbuffer cpus[MADE_CPUS];
	const struct subbuffer *other; /* of another instance, on CPU 0; NULL: there is none */
};

#define MADE_COMMON                                                            \
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n" \
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n\n"

static const char made_exit_format[] =
	"name: kvm_exit\nID: 7\nformat:\n" MADE_COMMON
	"\tfield:unsigned int exit_reason;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:u32 isa;\toffset:12;\tsize:4;\tsigned:0;\n"
	"\nprint fmt: \"reason %s\", (REC->isa == 1) ? __print_symbolic(REC->exit_reason & 0xffff, "
	"{ 10, \"CPUID\" }) : __print_symbolic(REC->exit_reason, { 0x072, \"cpuid\" })\n";

static const char made_entry_format[] =
	"name: kvm_entry\nID: 8\nformat:\n" MADE_COMMON
	"\tfield:unsigned int vcpu_id;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\nprint fmt: \"vcpu %u\", REC->vcpu_id\n";

static const char made_header_page[] = "\tfield: u64 timestamp;\toffset:0;\tsize:8;\tsigned:0;\n"
				       "\tfield: local_t commit;\toffset:8;\tsize:8;\tsigned:1;\n"
				       "\tfield: int overwrite;\toffset:8;\tsize:1;\tsigned:1;\n"
				       "\tfield: char data;\toffset:16;\tsize:4080;\tsigned:1;\n";

/* A recording without events, clock mono. */
static inline void made_init(struct made_recording *m)
{
	*m = (struct made_recording){
		.version = "6",
		.clock = "[mono]",
		.names = "20 CPU 0/KVM\n30 kvm-pit/10\n",
		.formats = { made_exit_format, made_entry_format },
		.header_page = made_header_page,
	};
	for (int i = 0; i < MADE_CPUS; i++)
		subbuffer_init(&m->cpus[i], 1000);
}

static inline void made_exit(struct subbuffer *b, uint64_t time_ns, uint32_t tid, uint32_t reason)
{
	assert_true(subbuffer_add(b, time_ns, (uint32_t[]){ MADE_EXIT, tid, reason, 1 }, 16));
}

static inline void made_entry(struct subbuffer *b, uint64_t time_ns, uint32_t tid)
{
	assert_true(subbuffer_add(b, time_ns, (uint32_t[]){ MADE_ENTRY, tid, 0, 0 }, 16));
}

static inline void made_put_text(FILE *f, const char *text)
{
	const uint64_t size = strlen(text);

	fwrite(&size, sizeof size, 1, f);
	fwrite(text, 1, size, f);
}

static inline void made_put_u64(FILE *f, uint64_t value)
{
	fwrite(&value, sizeof value, 1, f);
}

static inline void made_put_u32(FILE *f, uint32_t value)
{
	fwrite(&value, sizeof value, 1, f);
}

static inline void made_put_option(FILE *f, uint16_t id, const void *value, uint32_t size)
{
	fwrite(&id, sizeof id, 1, f);
	made_put_u32(f, size);
	fwrite(value, 1, size, f);
}

/* Where the sub-buffers are: far enough from the head. */
#define MADE_DATA 16384u

/* The place of the other instance's events, and the place of that. */
#define MADE_OTHER_PLACE (MADE_DATA - 256u)
#define MADE_OTHER_DATA (MADE_DATA + MADE_CPUS * SUBBUFFER_BYTES)

static inline void made_put_head(FILE *f, const struct made_recording *m)
{
	fwrite("\x17\x08\x44tracing", 1, 10, f);
	fwrite(m->version, 1, strlen(m->version) + 1, f);
	fputc(m->big_endian, f);
	fputc(8, f);
	made_put_u32(f, SUBBUFFER_BYTES);
	fwrite("header_page", 1, 12, f);
	made_put_text(f, m->header_page);
	fwrite("header_event", 1, 13, f);
	made_put_text(f, "");
	made_put_u32(f, 1); /* an event of ftrace's own */
	made_put_text(f, "name: function\nID: 1\n");
	made_put_u32(f, 2);
	fwrite("irq", 1, 4, f);
	made_put_u32(f, 1);
	made_put_text(f, "name: softirq_entry\nID: 99\n");
	fwrite("kvm", 1, 4, f);
	made_put_u32(f, 2);
	made_put_text(f, m->formats[0]);
	made_put_text(f, m->formats[1]);
	made_put_u32(f, 4); /* the kernel's symbols */
	made_put_u32(f, 0);
	made_put_u32(f, 0);
	made_put_text(f, m->names);
}

static inline void made_write(const struct made_recording *m, const char *path)
{
	struct {
		uint64_t place;
		char name[6];
	} other = { MADE_OTHER_PLACE, "other" };
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	made_put_head(f, m);
	made_put_u32(f, MADE_CPUS);
	fwrite("options  ", 1, 10, f);
	made_put_option(f, 4, m->clock, (uint32_t)strlen(m->clock) + 1);
	made_put_option(f, 5, "Linux host1 6.1.0 x86_64", 25);
	if (m->other)
		made_put_option(f, 3, &other, 14);
	fwrite("\0\0flyrecord", 1, 12, f);
	for (unsigned i = 0; i < MADE_CPUS; i++) {
		made_put_u64(f, MADE_DATA + i * SUBBUFFER_BYTES);
		made_put_u64(f, subbuffer_commit(&m->cpus[i]) ? SUBBUFFER_BYTES : 0);
	}
	assert_true(ftell(f) < (long)MADE_OTHER_PLACE);
	fseek(f, MADE_OTHER_PLACE, SEEK_SET);
	fwrite("flyrecord", 1, 10, f);
	for (unsigned i = 0; i < MADE_CPUS; i++) {
		made_put_u64(f, MADE_OTHER_DATA);
		made_put_u64(f, m->other && !i ? SUBBUFFER_BYTES : 0);
	}
	fseek(f, MADE_DATA, SEEK_SET);
	for (unsigned i = 0; i < MADE_CPUS; i++)
		fwrite(m->cpus[i].bytes, 1, SUBBUFFER_BYTES, f);
	if (m->other)
		fwrite(m->other->bytes, 1, SUBBUFFER_BYTES, f);
	assert_int_equal(fclose(f), 0);
}

#endif
