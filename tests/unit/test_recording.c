/* recording and what it is made of, on recordings made by hand: right ones, wrong ones, damaged ones. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "made_recording.h"
#include "sample/sample.h"
#include "scratch.h"
#include "source/recording/recording.h"

#define PATH "made.dat"

static struct sample *collect(struct source *source)
{
	struct sample *s = sample_new();

	source_collect(source, s);
	return s;
}

/* The sample of the end of the recording at path, or NULL and why. Its reasons' names stay valid until
 * *source is closed. */
static struct sample *read_end(const char *path, struct source **source, char *why)
{
	if (recording_open(source, path, why, 256))
		return NULL;
	sample_free(collect(*source));
	return collect(*source);
}

static void refuses(const struct made_recording *m, const char *text)
{
	struct source *source;
	char why[256] = "";

	made_write(m, PATH);
	assert_true(recording_open(&source, PATH, why, sizeof why) < 0);
	if (!strstr(why, text))
		fail_msg("\"%s\" is not in \"%s\"", text, why);
	assert_int_equal(strncmp(why, PATH " ", strlen(PATH) + 1), 0);
}

/* An exit on one CPU, its entry on the other, and one more that stays open. */
static void add_events(struct made_recording *m)
{
	made_exit(&m->cpus[0], 2000, 20, 10);
	made_entry(&m->cpus[1], 2300, 20);
	made_exit(&m->cpus[1], 5000, 20, 10);
}

static void both_ends_are_samples(void **state)
{
	struct made_recording m;
	struct sample *begin, *end;
	struct source *source;
	char why[256];

	(void)state;
	made_init(&m);
	add_events(&m);
	made_write(&m, PATH);
	assert_int_equal(recording_open(&source, PATH, why, sizeof why), 0);
	while (source_work(source) >= 0)
		;
	begin = collect(source);
	end = collect(source);
	assert_int_equal(end->time_ns - begin->time_ns, 3000);
	assert_int_equal(end->tracing.horizon_ns, end->time_ns);
	assert_int_equal(begin->tracing.horizon_ns, begin->time_ns);
	assert_true(end->tracing.details);
	assert_int_equal(end->tracing.events, 3);
	assert_int_equal(begin->exit_thread_count, 0);
	assert_int_equal(begin->vm_count, 1);
	assert_int_equal(begin->vms[0].thread_count, 1);
	assert_string_equal(end->host.name, "host1");
	assert_int_equal(end->host.cpus, MADE_CPUS);
	assert_true(end->sources[SOURCE_TRACING].ok);
	assert_string_equal(end->recording.file, PATH);
	assert_string_equal(end->recording.note, "");
	sample_free(begin);
	sample_free(end);
	source_close(source);
}

static void exits_are_paired_across_cpus(void **state)
{
	struct made_recording m;
	const struct sample_exit_thread *t;
	struct source *source;
	struct sample *s;
	char why[256];

	(void)state;
	made_init(&m);
	add_events(&m);
	made_write(&m, PATH);
	s = read_end(PATH, &source, why);
	assert_non_null(s);
	assert_int_equal(s->exit_thread_count, 1);
	t = &s->exit_threads[0];
	assert_int_equal(t->tid, 20);
	assert_int_equal(t->vcpu, 0);
	assert_int_equal(t->count, 1);
	assert_string_equal(t->exits[0].name, "CPUID");
	assert_int_equal(t->exits[0].durations.count, 1);
	assert_int_equal(t->exits[0].durations.total_ns, 300);
	sample_free(s);
	source_close(source);
}

static void threads_have_their_recorded_names(void **state)
{
	struct made_recording m;
	struct source *source;
	struct sample *s;
	char why[256];

	(void)state;
	made_init(&m);
	add_events(&m);
	made_exit(&m.cpus[1], 6000, 21, 10);
	made_entry(&m.cpus[1], 6001, 21);
	made_write(&m, PATH);
	s = read_end(PATH, &source, why);
	assert_non_null(s);
	assert_string_equal(s->vms[0].name, PATH);
	assert_int_equal(s->vms[0].id.pid, 10);
	assert_int_equal(s->vms[0].thread_count, 2);
	for (size_t i = 0; i < 2; i++) {
		const struct sample_thread *t = &s->vms[0].threads[i];

		assert_string_equal(t->name, t->tid == 20 ? "CPU 0/KVM" : "");
		assert_int_equal(t->cpu_ns, SAMPLE_UNKNOWN);
		assert_int_equal(t->utime_ticks, SAMPLE_UNKNOWN);
	}
	sample_free(s);
	source_close(source);
	/* Two VMs: nobody knows which is whose. */
	m.names = "20 CPU 0/KVM\n30 kvm-pit/10\n31 kvm-pit/11";
	made_write(&m, PATH);
	s = read_end(PATH, &source, why);
	assert_int_equal(s->vms[0].id.pid, 0);
	sample_free(s);
	source_close(source);
}

static void lost_events_are_counted_and_close_nothing(void **state)
{
	struct made_recording m;
	struct source *source;
	struct sample *s;
	char why[256];

	(void)state;
	made_init(&m);
	made_exit(&m.cpus[0], 2000, 20, 10);
	made_entry(&m.cpus[1], 2300, 20);
	subbuffer_miss(&m.cpus[1], 17);
	made_write(&m, PATH);
	s = read_end(PATH, &source, why);
	assert_non_null(s);
	assert_int_equal(s->tracing.lost, 17);
	assert_false(s->tracing.lost_unknown);
	assert_int_equal(s->exit_thread_count, 0);
	sample_free(s);
	source_close(source);
}

static void without_events_it_says_so(void **state)
{
	struct made_recording m;
	struct source *source;
	struct sample *s;
	char why[256];

	(void)state;
	made_init(&m);
	made_write(&m, PATH);
	s = read_end(PATH, &source, why);
	assert_non_null(s);
	assert_int_equal(s->exit_thread_count, 0);
	assert_int_equal(s->vm_count, 1);
	assert_non_null(strstr(s->recording.note, "holds no events"));
	sample_free(s);
	source_close(source);
}

static void the_largest_instance_is_read(void **state)
{
	struct subbuffer other;
	struct made_recording m;
	struct source *source;
	struct sample *s;
	char why[256];

	(void)state;
	made_init(&m);
	subbuffer_init(&other, 1000);
	made_exit(&other, 2000, 40, 10);
	made_entry(&other, 2070, 40);
	m.other = &other;
	made_write(&m, PATH);
	s = read_end(PATH, &source, why);
	assert_non_null(s);
	assert_int_equal(s->exit_thread_count, 1);
	assert_int_equal(s->exit_threads[0].tid, 40);
	assert_string_equal(s->recording.note, "");
	sample_free(s);
	source_close(source);
	add_events(&m); /* two CPUs of the top instance against one */
	made_write(&m, PATH);
	s = read_end(PATH, &source, why);
	assert_int_equal(s->exit_threads[0].tid, 20);
	assert_non_null(strstr(s->recording.note, "several instances"));
	sample_free(s);
	source_close(source);
}

static void clocks_that_are_not_in_step_are_refused(void **state)
{
	static const char *const good[] = { "mono [mono_raw]", "[perf]", "[boot] x86-tsc",
		"[global]" };
	struct made_recording m;
	struct source *source;
	char why[256];

	(void)state;
	made_init(&m);
	add_events(&m);
	for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
		m.clock = good[i];
		made_write(&m, PATH);
		assert_int_equal(recording_open(&source, PATH, why, sizeof why), 0);
		source_close(source);
	}
	m.clock = "[local] mono";
	refuses(&m, "clock local, which is not in step across CPUs: record with");
	m.clock = "mono [x86-tsc]";
	refuses(&m, "clock x86-tsc, which kvmtop does not read: record with");
	m.clock = "[counter]";
	refuses(&m, "clock counter");
	m.clock = "mono";
	refuses(&m, "clock (none)");
	/* One CPU is always in step with itself. */
	made_init(&m);
	made_exit(&m.cpus[0], 2000, 20, 10);
	m.clock = "[local]";
	made_write(&m, PATH);
	assert_int_equal(recording_open(&source, PATH, why, sizeof why), 0);
	source_close(source);
}

static void other_files_are_refused(void **state)
{
	struct made_recording m;
	char page[sizeof made_header_page];

	(void)state;
	made_init(&m);
	m.version = "8";
	refuses(&m, "version");
	made_init(&m);
	m.big_endian = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__;
	refuses(&m, "another architecture");
	made_init(&m);
	memcpy(page, made_header_page, sizeof page);
	*(strstr(page, "size:8;\tsigned:1") + 5) = '4';
	m.header_page = page;
	refuses(&m, "another architecture");
	made_init(&m);
	m.formats[0] = "name: kvm_pio\nID: 9\nformat:\n" MADE_COMMON "\nprint fmt: \"\"\n";
	refuses(&m, "holds no events kvm_exit");
	made_init(&m);
	m.formats[1] = "";
	refuses(&m, "holds no events kvm_exit and kvm_entry: record with");
}

/* A format may have its fields anywhere; and where it is damaged, it must be harmless. */
static void formats_are_taken_as_they_are(void **state)
{
	static const char moved[] =
		"name: kvm_exit\nID: 7\nformat:\n" MADE_COMMON
		"\tfield:u32 isa;\toffset:8;\tsize:4;\tsigned:0;\n"
		"\tfield:__data_loc char[] text;\toffset:8;\tsize:4;\tsigned:0;\n"
		"\tfield:unsigned long exit_reason;\toffset:12;\tsize:4;\tsigned:0;\n"
		"\nprint fmt: \"%s\", __print_symbolic(REC->exit_reason, { (0x1 + 0), \"ONE\" })\n";
	static const char unnamed[] =
		"name: kvm_exit\nID: 7\nformat:\n" MADE_COMMON
		"\tfield:u32 exit_reason;\toffset:8;\tsize:4;\tsigned:0;\n"
		"\nprint fmt: \"%s\", (REC->isa == 1) ? __print_symbolic(REC->exit_raison & ";
	const char *const formats[] = { moved, unnamed };
	const char *const names[] = { "ONE", "0xa" };
	struct made_recording m;
	struct source *source;
	struct sample *s;
	char why[256];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		made_init(&m);
		m.formats[0] = formats[i];
		add_events(&m);
		made_write(&m, PATH);
		s = read_end(PATH, &source, why);
		assert_non_null(s);
		assert_string_equal(s->exit_threads[0].exits[0].name, names[i]);
		sample_free(s);
		source_close(source);
	}
	made_init(&m);
	m.formats[0] = "name: kvm_exit\nID: 7\nformat:\n" MADE_COMMON
		       "\tfield:u32 isa;\toffset:12;\tsize:4;\tsigned:0;\n"
		       "\nprint fmt: \"%s\", __print_symbolic(REC->exit_reason, { 1, \"ONE\" })\n";
	refuses(&m, "fields that tell the reason of an exit are missing");
}

static unsigned char *read_all(const char *path, size_t *size)
{
	FILE *f = fopen(path, "r");
	unsigned char *bytes = malloc(1 << 20);

	assert_non_null(f);
	assert_non_null(bytes);
	*size = fread(bytes, 1, 1 << 20, f);
	assert_true(*size > 0 && *size < 1 << 20);
	fclose(f);
	return bytes;
}

/* Whatever is in the file: a whole sample or a sentence. */
static void survives(const unsigned char *bytes, size_t size)
{
	FILE *f = fopen("damaged.dat", "w");
	struct source *source;
	struct sample *s;
	char why[256] = "";

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, size, f), size);
	assert_int_equal(fclose(f), 0);
	s = read_end("damaged.dat", &source, why);
	if (s) {
		assert_int_equal(s->vm_count, 1);
		sample_free(s);
		source_close(source);
	} else {
		assert_int_equal(strncmp(why, "damaged.dat ", 12), 0);
		assert_true(strlen(why) >= strlen("damaged.dat is empty"));
		assert_null(strchr(why, '\n'));
	}
}

static void damage(const char *path, unsigned rounds, size_t head)
{
	size_t size;
	unsigned char *bytes = read_all(path, &size);
	unsigned char *bad = malloc(size);
	unsigned seed = 1;

	assert_non_null(bad);
	for (unsigned i = 0; i < rounds; i++)
		survives(bytes, size * i / rounds);
	for (unsigned i = 0; i < rounds; i++) {
		memcpy(bad, bytes, size);
		/* Half of them in the head, where they matter most. */
		for (unsigned n = i % 4 + 1; n; n--) {
			const size_t room = n % 2 && head < size ? head : size;
			const size_t at = (size_t)rand_r(&seed) % room;

			bad[at] = rand_r(&seed) % 2 ? (unsigned char)rand_r(&seed)
						    : (unsigned char)(bad[at] ^ 1u << i % 8);
		}
		survives(bad, size);
	}
	free(bytes);
	free(bad);
}

/* As the probe guest made them (tests/fixtures/recordings/README). */
static const struct {
	const char *file;
	struct {
		const char *name;
		enum exit_isa isa;
		uint32_t reason;
		uint64_t count;
	} exits[7];
} arm64[] = {
	{ "arm64-6.1.dat", { { "DABT_LOW", EXIT_ISA_ARM_TRAP, 0x24, 3526 },
				   { "HVC64", EXIT_ISA_ARM_TRAP, 0x16, 1001 },
				   { "SYS64", EXIT_ISA_ARM_TRAP, 0x18, 800 },
				   { "WFx", EXIT_ISA_ARM_TRAP, 0x01, 239 },
				   { "SMC64", EXIT_ISA_ARM_TRAP, 0x17, 200 },
				   { "IRQ", EXIT_ISA_ARM_RET, 0, 30 },
				   { "IABT_LOW", EXIT_ISA_ARM_TRAP, 0x20, 2 } } },
	{ "arm64-6.12.dat", { { "DABT_LOW", EXIT_ISA_ARM_TRAP, 0x24, 3522 },
				    { "HVC64", EXIT_ISA_ARM_TRAP, 0x16, 1001 },
				    { "SYS64", EXIT_ISA_ARM_TRAP, 0x18, 800 },
				    { "WFx", EXIT_ISA_ARM_TRAP, 0x01, 235 },
				    { "SMC64", EXIT_ISA_ARM_TRAP, 0x17, 200 },
				    { "IRQ", EXIT_ISA_ARM_RET, 0, 40 },
				    { "IABT_LOW", EXIT_ISA_ARM_TRAP, 0x20, 1 } } },
};

static void fixture_path(const struct scratch *s, const char *file, char *path, size_t size)
{
	const char *tests = getenv("KVMTOP_TESTS");

	tests = tests ? tests : "tests";
	snprintf(path, size, "%s%s%s/fixtures/recordings/%s", *tests == '/' ? "" : s->here,
		*tests == '/' ? "" : "/", tests, file);
}

static uint64_t count_exits(
	const struct sample *s, const char *name, enum exit_isa isa, uint32_t reason)
{
	uint64_t count = 0;

	for (size_t i = 0; i < s->exit_thread_count; i++)
		for (size_t j = 0; j < s->exit_threads[i].count; j++) {
			const struct sample_exit *e = &s->exit_threads[i].exits[j];

			if (!strcmp(e->name, name) && e->key.isa == isa && e->key.reason == reason)
				count += e->durations.count;
		}
	return count;
}

static void arm64_has_the_names_of_its_kernel(void **state)
{
	for (size_t i = 0; i < sizeof arm64 / sizeof *arm64; i++) {
		struct source *source;
		struct sample *s;
		char path[8192], why[256];
		uint64_t all = 0, named = 0;

		fixture_path(*state, arm64[i].file, path, sizeof path);
		s = read_end(path, &source, why);
		assert_non_null(s);
		for (size_t j = 0; j < s->exit_thread_count; j++)
			for (size_t k = 0; k < s->exit_threads[j].count; k++)
				all += s->exit_threads[j].exits[k].durations.count;
		for (size_t j = 0; j < sizeof arm64[i].exits / sizeof *arm64[i].exits; j++) {
			assert_int_equal(count_exits(s, arm64[i].exits[j].name,
						 arm64[i].exits[j].isa, arm64[i].exits[j].reason),
				arm64[i].exits[j].count);
			named += arm64[i].exits[j].count;
		}
		assert_int_equal(named, all);
		sample_free(s);
		source_close(source);
	}
}

static void damaged_recordings_are_survived(void **state)
{
	struct made_recording m;
	char path[8192];

	made_init(&m);
	add_events(&m);
	made_write(&m, PATH);
	damage(PATH, 600, 2000);
	fixture_path(*state, "vmx.dat", path, sizeof path);
	damage(path, 150, 14000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_ends_are_samples),
		cmocka_unit_test(exits_are_paired_across_cpus),
		cmocka_unit_test(threads_have_their_recorded_names),
		cmocka_unit_test(lost_events_are_counted_and_close_nothing),
		cmocka_unit_test(without_events_it_says_so),
		cmocka_unit_test(the_largest_instance_is_read),
		cmocka_unit_test(clocks_that_are_not_in_step_are_refused),
		cmocka_unit_test(other_files_are_refused),
		cmocka_unit_test(formats_are_taken_as_they_are),
		cmocka_unit_test(arm64_has_the_names_of_its_kernel),
		cmocka_unit_test(damaged_recordings_are_survived),
	};

	return cmocka_run_group_tests(tests, enter_scratch, leave_scratch);
}
