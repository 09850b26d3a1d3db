/* Arbitrary text as the format files of KVM's events, and records that go with them. An input is the
 * texts, each ended by a 0, and then the bytes of which records are made. */
#include "fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "outcome.h"
#include "source/tracefs/trace_format.h"
#include "take.h"

static const char *const events[] = { "kvm_exit", "kvm_entry", "kvm_msr", "kvm_mmio",
	"kvm_set_irq" };

#define EVENTS (sizeof events / sizeof *events)

static void parse(struct trace_formats *from, struct take *t)
{
	const uint8_t *end = memchr(t->at, '\0', t->left);
	size_t length = end ? (size_t)(end - t->at) : t->left;
	char *text = take_bytes(t, &length);

	trace_formats_add(from, text, length);
	free(text);
	take_byte(t);
}

/* One after the other with the type of every event, in memory that ends where they do. */
static uint64_t feed(struct exits *e, const struct trace_format *f, struct take *t)
{
	const int ids[] = { f->exit_id, f->msr_id, f->mmio_id, f->irq_id, f->entry_id };
	uint64_t records = 0;

	while (t->left) {
		size_t size = take_byte(t);
		unsigned char *record = take_bytes(t, &size);
		const uint16_t type = (uint16_t)ids[records % 5];

		if (size >= f->common_size)
			memcpy(record + f->type.offset, &type, sizeof type);
		exits_record(e, f, record, size, records++);
		free(record);
	}
	return records;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct take t = { .at = data, .left = size };
	struct trace_formats from;
	struct trace_format f;
	char why[200] = "";

	if (trace_formats_init(&from))
		return 0;
	for (size_t i = 0; i < EVENTS && t.left; i++)
		parse(&from, &t);
	if (!trace_format_init(&f, &from, why, sizeof why)) {
		struct exits *e = exits_new();

		for (uint32_t reason = 0; reason < 200; reason++)
			for (int isa = EXIT_ISA_UNKNOWN; isa < EXIT_ISA__COUNT; isa++)
				outcome_require(
					trace_format_reason(&f, (enum exit_isa)isa, reason));
		outcome_check(e, &f, feed(e, &f, &t));
		exits_free(e);
		trace_format_fini(&f);
	} else {
		outcome_require(why[0]);
	}
	trace_formats_fini(&from);
	return 0;
}

/* LoongArch has other events that end an exit, but no MSRs. */
static const char *name_of(const char *kernel, size_t event)
{
	static const char *const loongarch[EVENTS] = { "kvm_exit", "kvm_enter", "kvm_reenter",
		"kvm_mmio", "kvm_set_irq" };

	return strncmp(kernel, "loongarch", 9) != 0 ? events[event] : loongarch[event];
}

size_t fuzz_seed(unsigned number, uint8_t *out)
{
	static const char *const kernels[] = { "linux-6.1", "linux-7.2", "moved", "arm64-6.1",
		"no-isa", "no-names", "arm64-5.10", "arm64-6.12", "riscv-7.2", "loongarch-7.2" };
	const char *tests = getenv("KVMTOP_TESTS");
	size_t length = 0;

	if (number >= sizeof kernels / sizeof *kernels)
		return 0;
	for (size_t i = 0; i < EVENTS; i++) {
		char path[512];
		FILE *file;

		snprintf(path, sizeof path, "%s/fixtures/tracing/%s/events/kvm/%s/format",
			tests ? tests : "tests", kernels[number], name_of(kernels[number], i));
		file = fopen(path, "re");
		if (file) {
			length += fread(out + length, 1, 6000, file);
			fclose(file);
		}
		out[length++] = '\0';
	}
	for (unsigned i = 0; i < 20; i++) {
		out[length++] = 63;
		for (unsigned j = 0; j < 63; j++)
			out[length++] = j == 4 ? 7 : 0;
	}
	return length;
}
