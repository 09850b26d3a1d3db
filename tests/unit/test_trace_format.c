/* trace_format, trace_names and trace_probe on format files of several kernels. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <event-parse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "nowhere.h"
#include "source/tracefs/trace_format.h"
#include "source/tracefs/trace_names.h"
#include "source/tracefs/trace_probe.h"

static int open_fixture(const char *kernel, struct trace_format *f, char *why, size_t size)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char path[512];

	snprintf(path, sizeof path, "%s/fixtures/tracing/%s", tests ? tests : "tests", kernel);
	return trace_probe_format(path, f, why, size);
}

static void assert_field(struct trace_field field, int offset, int size)
{
	assert_int_equal(field.offset, offset);
	assert_int_equal(field.size, size);
}

static void fields_are_where_the_format_says(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	assert_int_equal(open_fixture("linux-6.1", &f, why, sizeof why), 0);
	assert_int_equal(f.exit_id, 1440);
	assert_int_equal(f.entry_id, 1449);
	assert_field(f.type, 0, 2);
	assert_field(f.pid, 4, 4);
	assert_field(f.exit_reason, 8, 4);
	assert_field(f.exit_isa, 24, 4);
	assert_field(f.exit_info1, 32, 8);
	assert_field(f.exit_vcpu, 56, 4);
	assert_field(f.exit_ret, 0, 0);
	assert_field(f.entry_vcpu, 8, 4);
	assert_int_equal(f.exit_size, 60);
	assert_int_equal(f.entry_size, 12);
	trace_format_fini(&f);

	assert_int_equal(open_fixture("moved", &f, why, sizeof why), 0);
	assert_field(f.exit_reason, 32, 8);
	assert_field(f.exit_isa, 18, 1);
	assert_field(f.exit_info1, 8, 8);
	assert_field(f.exit_vcpu, 16, 2);
	assert_field(f.entry_vcpu, 16, 4);
	assert_int_equal(f.exit_size, 40);
	assert_int_equal(f.entry_size, 20);
	trace_format_fini(&f);
}

static void older_kernels_have_fewer_fields(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	assert_int_equal(open_fixture("no-vcpu", &f, why, sizeof why), 0);
	assert_field(f.exit_vcpu, 0, 0);
	assert_field(f.entry_vcpu, 8, 4);
	assert_string_equal(trace_format_reason(&f, EXIT_ISA_VMX, 30), "IO_INSTRUCTION");
	trace_format_fini(&f);

	assert_int_equal(open_fixture("no-info1", &f, why, sizeof why), 0);
	assert_field(f.exit_isa, 24, 4);
	assert_field(f.exit_info1, 0, 0);
	assert_false(f.usual);
	trace_format_fini(&f);

	assert_int_equal(open_fixture("no-isa", &f, why, sizeof why), 0);
	assert_field(f.exit_isa, 0, 0);
	assert_field(f.exit_info1, 0, 0);
	assert_string_equal(trace_format_reason(&f, EXIT_ISA_UNKNOWN, 30), "0x1e");
	trace_format_fini(&f);
}

static const struct {
	const char *kernel;
	int msr_id, mmio_id, irq_id;
} extras[] = {
	{ "linux-6.1", 1436, 1373, 1378 }, { "linux-6.18", 99, 36, 41 },
	{ "no-vcpu", 1203, 1158, 1163 }, { "moved", 72, 73, 74 }, { "linux-7.2", 1667, 1606, 1608 },
	{ "arm64-6.12", -1, 40, 42 }, /* there are no MSRs */
	{ "riscv-7.2", -1, 1392, 1394 },
	{ "no-isa", -1, 405, 402 }, /* Linux 2.6.32: write is called rw */
	{ "no-names", -1, -1, -1 }, /* empty, cut, missing */
};

static void some_kernels_have_more_events(void **state)
{
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof extras / sizeof *extras; i++) {
		struct trace_format f;

		assert_int_equal(open_fixture(extras[i].kernel, &f, why, sizeof why), 0);
		assert_int_equal(f.msr_id, extras[i].msr_id);
		assert_int_equal(f.mmio_id, extras[i].mmio_id);
		assert_int_equal(f.irq_id, extras[i].irq_id);
		trace_format_fini(&f);
	}
}

static void their_fields_are_where_the_format_says(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	assert_int_equal(open_fixture("linux-6.1", &f, why, sizeof why), 0);
	assert_int_equal(f.common_size, 8);
	assert_field(f.msr_write, 8, 4);
	assert_field(f.msr_number, 12, 4);
	assert_int_equal(f.msr_size, 16);
	assert_field(f.mmio_type, 8, 4);
	assert_field(f.mmio_address, 16, 8);
	assert_int_equal(f.mmio_size, 24);
	assert_field(f.irq_gsi, 8, 4);
	assert_field(f.irq_level, 12, 4);
	assert_int_equal(f.irq_size, 16);
	trace_format_fini(&f);

	assert_int_equal(open_fixture("moved", &f, why, sizeof why), 0);
	assert_field(f.msr_write, 16, 1);
	assert_field(f.msr_number, 24, 8);
	assert_field(f.mmio_type, 16, 2);
	assert_field(f.mmio_address, 8, 8);
	assert_field(f.irq_gsi, 10, 2);
	assert_field(f.irq_level, 8, 1);
	assert_int_equal(f.irq_size, 12);
	trace_format_fini(&f);
}

static const struct {
	const char *kernel;
	enum exit_isa isa;
	uint32_t reason;
	const char *name;
} names[] = {
	{ "linux-6.1", EXIT_ISA_VMX, 0, "EXCEPTION_NMI" },
	{ "linux-6.1", EXIT_ISA_VMX, 12, "HLT" },
	{ "linux-6.1", EXIT_ISA_VMX, 30, "IO_INSTRUCTION" },
	{ "linux-6.1", EXIT_ISA_VMX, 75, "NOTIFY" },
	{ "linux-6.1", EXIT_ISA_VMX, 77, "0x4d" }, /* newer than that kernel */
	{ "linux-6.1", EXIT_ISA_VMX, 0x7b, "0x7b" },
	{ "linux-6.1", EXIT_ISA_SVM, 0x00, "read_cr0" },
	{ "linux-6.1", EXIT_ISA_SVM, 0x4e, "PF excp" }, /* { 0x040 + 14, "PF excp" } */
	{ "linux-6.1", EXIT_ISA_SVM, 0x7b, "io" },
	{ "linux-6.1", EXIT_ISA_SVM, 0x400, "npf" },
	{ "linux-6.1", EXIT_ISA_SVM, 0x80000011, "vmgexit_guest_request" },
	{ "linux-6.1", EXIT_ISA_SVM, 0xffffffff, "invalid_guest_state" }, /* { -1, ... } */
	{ "linux-6.1", EXIT_ISA_SVM, 0x99, "0x99" },
	{ "linux-6.1", EXIT_ISA_UNKNOWN, 30, "0x1e" },
	{ "linux-6.18", EXIT_ISA_VMX, 77, "TDCALL" },
	{ "linux-6.18", EXIT_ISA_VMX, 85, "MSR_WRITE_IMM" },
	{ "linux-6.18", EXIT_ISA_SVM, 0xa6, "idle-halt" },
	{ "moved", EXIT_ISA_SVM, 0x78, "hlt" },
	{ "linux-7.2", EXIT_ISA_VMX, 30, "IO_INSTRUCTION" },
	{ "linux-7.2", EXIT_ISA_SVM, 0x7b, "io" },
	{ "linux-7.2", EXIT_ISA_SVM, 0x80000001, "vmgexit_mmio_read" }, /* { 0x80000001ull, ... } */
	{ "linux-7.2", EXIT_ISA_SVM, 0xffffffff, "invalid_guest_state" }, /* { -1ull, ... } */
	{ "linux-7.2", EXIT_ISA_SVM, 0x80000006, "0x80000006" },
	{ "linux-5.10", EXIT_ISA_SVM, 0x80000001, "0x80000001" }, /* older than those */
	{ "arm64-5.10", EXIT_ISA_ARM_RET, 0, "IRQ" },             /* {0, "IRQ" } */
	{ "arm64-6.1", EXIT_ISA_ARM_TRAP, 0x24, "DABT_LOW" },
	{ "arm64-6.12", EXIT_ISA_ARM_TRAP, 0x01, "WFx" }, /* { (((0x01UL))), "WFx" } */
	{ "arm64-6.12", EXIT_ISA_ARM_TRAP, 0x1a, "ERET" },
	{ "arm64-7.2", EXIT_ISA_ARM_RET, 0xbadca11, "HYP_GONE" },
	/* What one of the two fields calls so is another thing to the other one. */
	{ "arm64-7.2", EXIT_ISA_ARM_RET, 1, "SERROR" },
	{ "arm64-7.2", EXIT_ISA_ARM_TRAP, 0x2f, "SERROR" },
	{ "arm64-7.2", EXIT_ISA_ARM_RET, 3, "0x3" },
	{ "arm64-7.2", EXIT_ISA_ARM_RET, 0x80000000, "0x80000000" },
	{ "arm64-7.2", EXIT_ISA_ARM_TRAP, 0x80000001, "0x80000001" },
	{ "riscv-7.2", EXIT_ISA_RISCV, 21, "0x15" }, /* it has no names */
	{ "riscv-7.2", EXIT_ISA_RISCV_INTERRUPT, 5, "0x8000000000000005" },
	{ "loongarch-7.2", EXIT_ISA_LOONGARCH, 64, "IDLE" },
	{ "loongarch-7.2", EXIT_ISA_LOONGARCH, 65, "CACHE" },
	{ "loongarch-7.2", EXIT_ISA_LOONGARCH, 22, "0x16" },
	{ "no-names", EXIT_ISA_VMX, 30, "0x1e" },
};

static void reasons_have_the_kernels_names(void **state)
{
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct trace_format f;
		const char *name;

		assert_int_equal(open_fixture(names[i].kernel, &f, why, sizeof why), 0);
		name = trace_format_reason(&f, names[i].isa, names[i].reason);
		assert_string_equal(name, names[i].name);
		/* Stays valid, and is not made anew. */
		assert_ptr_equal(trace_format_reason(&f, names[i].isa, names[i].reason), name);
		trace_format_fini(&f);
	}
}

static enum exit_isa isa_of_table(const char *table)
{
	static const struct {
		const char *table;
		enum exit_isa isa;
	} tables[] = { { "vmx", EXIT_ISA_VMX }, { "svm", EXIT_ISA_SVM },
		{ "ret", EXIT_ISA_ARM_RET }, { "esr_ec", EXIT_ISA_ARM_TRAP },
		{ "reason", EXIT_ISA_LOONGARCH } };

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (!strcmp(table, tables[i].table))
			return tables[i].isa;
	fail_msg("%s is no table", table);
	return EXIT_ISA_UNKNOWN;
}

/* Each name of the tables of running kernels, as the C compiler has their numbers (tests/tools/exit-names). */
static void all_names_of_each_kernel_are_right(void **state)
{
	static const struct {
		const char *kernel;
		int count;
	} kernels[] = { { "linux-5.10", 152 }, { "linux-6.1", 170 }, { "linux-6.12", 170 },
		{ "linux-6.18", 175 }, { "linux-7.2", 175 }, { "arm64-5.10", 38 },
		{ "arm64-6.1", 38 }, { "arm64-6.12", 39 }, { "arm64-7.2", 39 },
		{ "loongarch-7.2", 4 } };
	const char *tests = getenv("KVMTOP_TESTS");

	(void)state;
	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		struct trace_format f;
		char path[512], why[200], table[16], name[64];
		unsigned number;
		FILE *file;
		int count = 0;

		assert_int_equal(open_fixture(kernels[i].kernel, &f, why, sizeof why), 0);
		snprintf(path, sizeof path, "%s/fixtures/tracing/%s/exit-names",
			tests ? tests : "tests", kernels[i].kernel);
		file = fopen(path, "re");
		assert_non_null(file);
		while (fscanf(file, "%15s %x %63[^\n]", table, &number, name) == 3) {
			assert_string_equal(
				trace_format_reason(&f, isa_of_table(table), number), name);
			count++;
		}
		assert_true(feof(file));
		fclose(file);
		assert_int_equal(count, kernels[i].count);
		trace_format_fini(&f);
	}
}

#define EXIT_NAME "name: kvm_exit\nID: 1\nformat:\n"
#define ISA_FIELD "\tfield:u32 isa;\toffset:12;\tsize:4;\tsigned:0;\n"
#define EXIT_TABLE(name) "__print_symbolic(REC->exit_reason, { 1, \"" name "\" }, { 2, \"x\" })"
#define OTHER_TABLE "__print_symbolic(REC->requests, { 1, \"b\" })"

/* What x86's kvm_exit calls its reason 1, where the choice between its tables is not understood. */
static const struct {
	const char *text, *vmx, *svm;
} choices[] = {
	{ EXIT_NAME ISA_FIELD "is_vmx(REC) ? " EXIT_TABLE("v") " : " EXIT_TABLE("s"), "v", "s" },
	{ EXIT_NAME ISA_FIELD OTHER_TABLE
		", f(REC) ? " EXIT_TABLE("v") " : " EXIT_TABLE("s") ", " OTHER_TABLE,
		"v", "s" },
	{ EXIT_NAME "is_vmx(REC) ? " EXIT_TABLE("v") " : " EXIT_TABLE("s"), "0x1", "0x1" },
	{ EXIT_NAME ISA_FIELD EXIT_TABLE("v"), "0x1", "0x1" },
	{ EXIT_NAME ISA_FIELD EXIT_TABLE("v") EXIT_TABLE("s") EXIT_TABLE("t"), "0x1", "0x1" },
	{ EXIT_NAME ISA_FIELD "REC->isa != 1 ? " EXIT_TABLE("s") " : " EXIT_TABLE("v"), "v", "s" },
	{ EXIT_NAME ISA_FIELD "REC->isa == 2 ? " EXIT_TABLE("s") " : 0, REC->x, " EXIT_TABLE("x"),
		"0x1", "s" },
};

static void two_tables_are_vmx_and_svm(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof choices / sizeof *choices; i++) {
		struct trace_names *known = trace_names_new();

		trace_names_add(known, choices[i].text, strlen(choices[i].text));
		assert_string_equal(trace_names_get(known, EXIT_ISA_VMX, 1), choices[i].vmx);
		assert_string_equal(trace_names_get(known, EXIT_ISA_SVM, 1), choices[i].svm);
		trace_names_free(known);
	}
}

static void numbers_as_names_are_bounded(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	assert_int_equal(open_fixture("linux-6.1", &f, why, sizeof why), 0);
	for (uint32_t reason = 0x10000; reason < 0x20000; reason++)
		trace_format_reason(&f, EXIT_ISA_SVM, reason);
	assert_string_equal(trace_format_reason(&f, EXIT_ISA_SVM, 0x20000), "other");
	assert_string_equal(trace_format_reason(&f, EXIT_ISA_SVM, 0x10000), "0x10000");
	assert_string_equal(trace_format_reason(&f, EXIT_ISA_SVM, 0x7b), "io");
	trace_format_fini(&f);
}

static void arm64_has_two_reasons(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	assert_int_equal(open_fixture("arm64-7.2", &f, why, sizeof why), 0);
	assert_int_equal(f.reason_isa, EXIT_ISA_ARM_TRAP);
	assert_false(f.usual);
	assert_field(f.exit_ret, 8, 4);
	assert_field(f.exit_reason, 12, 4);
	assert_field(f.exit_vcpu, 0, 0);
	assert_field(f.entry_vcpu, 0, 0);
	assert_int_equal(f.exit_size, 16);
	trace_format_fini(&f);
}

static void riscv_has_scause(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	assert_int_equal(open_fixture("riscv-7.2", &f, why, sizeof why), 0);
	assert_int_equal(f.reason_isa, EXIT_ISA_RISCV);
	assert_false(f.usual);
	assert_field(f.exit_reason, 16, 8);
	assert_field(f.exit_ret, 0, 0);
	assert_field(f.exit_vcpu, 0, 0);
	assert_int_equal(f.reenter_id, -1);
	trace_format_fini(&f);
}

static void loongarch_has_reason_and_two_entries(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	assert_int_equal(open_fixture("loongarch-7.2", &f, why, sizeof why), 0);
	assert_int_equal(f.reason_isa, EXIT_ISA_LOONGARCH);
	assert_false(f.usual);
	assert_field(f.exit_reason, 24, 4);
	assert_field(f.exit_vcpu, 8, 4);
	assert_field(f.entry_vcpu, 8, 4);
	assert_true(f.entry_id >= 0 && f.reenter_id >= 0);
	trace_format_fini(&f);
}

static const struct {
	const char *kernel;
	const char *says;
} refusals[] = {
	{ "no-reason", "no known reason field in this kernel's kvm_exit event; update kvmtop" },
	{ "cut", "no " },
	{ "empty", "no event kvm_exit" },
	{ "no-kvm", "run `modprobe kvm_intel` or `modprobe kvm_amd`" },
	{ "no-such-folder", "run `mount -t tracefs tracefs /sys/kernel/tracing`" },
};

static void refusals_hold_the_fix(void **state)
{
	struct trace_format f;
	char why[200];

	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof *refusals; i++) {
		why[0] = '\0';
		assert_int_equal(open_fixture(refusals[i].kernel, &f, why, sizeof why), -ENOENT);
		if (!strstr(why, refusals[i].says))
			fail_msg("%s: %s", refusals[i].kernel, why);
		assert_true(strlen(why) < sizeof why - 1);
	}
	assert_int_equal(trace_probe_format(NULL, &f, why, sizeof why), -ENOENT);
	assert_non_null(strstr(why, "mount -t tracefs"));
	trace_probe_explain("/t", -EACCES, why, sizeof why);
	assert_non_null(strstr(why, "run `sudo kvmtop`"));
	trace_probe_explain("/t", -EPERM, why, sizeof why);
	assert_non_null(strstr(why, "lockdown=integrity"));
	trace_probe_explain("/t", -ENOMEM, why, sizeof why);
	assert_non_null(strstr(why, "memory"));
	trace_probe_explain("/t", -EIO, why, sizeof why);
	assert_non_null(strstr(why, "tracing in /t failed (Input/output error)"));
}

static void field_values_have_their_size(void **state)
{
	/* From an odd address on, as nothing promises more than 4 bytes of alignment. */
	static const unsigned char record[] = { 0, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88 };
	uint64_t u64;
	uint32_t u32;
	uint16_t u16;

	(void)state;
	memcpy(&u64, record + 1, sizeof u64);
	memcpy(&u32, record + 1, sizeof u32);
	memcpy(&u16, record + 1, sizeof u16);
	assert_int_equal(trace_field_get((struct trace_field){ 1, 0 }, record), 0);
	assert_int_equal(trace_field_get((struct trace_field){ 1, 1 }, record), 0x11);
	assert_int_equal(trace_field_get((struct trace_field){ 1, 2 }, record), u16);
	assert_int_equal(trace_field_get((struct trace_field){ 1, 4 }, record), u32);
	assert_true(trace_field_get((struct trace_field){ 1, 8 }, record) == u64);
}

/* What it warns of would be over the screen. */
static void libtraceevent_is_silent(void **state)
{
	static const char damaged[] = "name: kvm_exit\nID: 1\nformat:\n\tfield:int;\n";
	FILE *printed = tmpfile();
	const int own = dup(STDERR_FILENO);
	struct trace_formats from;
	char text[256] = "";

	(void)state;
	assert_non_null(printed);
	assert_true(own >= 0);
#ifdef HAVE_TEP_LOGLEVEL
	tep_set_loglevel(TEP_LOG_ALL);
#endif
	assert_int_equal(trace_formats_init(&from), 0);
	dup2(fileno(printed), STDERR_FILENO);
	trace_formats_add(&from, damaged, sizeof damaged - 1);
	fflush(stderr);
	dup2(own, STDERR_FILENO);
	close(own);
	trace_formats_fini(&from);
	rewind(printed);
	text[fread(text, 1, sizeof text - 1, printed)] = '\0';
	fclose(printed);
	assert_string_equal(text, "");
}

static void tracefs_is_found_in_the_mounts(void **state)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char path[512], found[64], small[4];

	(void)state;
	snprintf(path, sizeof path, "%s/fixtures/tracing/mounts", tests ? tests : "tests");
	assert_int_equal(trace_probe_find(path, found, sizeof found), 0);
	assert_string_equal(found, "/mnt/trace fs");
	assert_int_equal(trace_probe_find(path, small, sizeof small), -ENOENT);
	assert_int_equal(trace_probe_find(NOWHERE, found, sizeof found), -ENOENT);
	assert_int_equal(trace_probe_find("/dev/null", found, sizeof found), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_are_where_the_format_says),
		cmocka_unit_test(older_kernels_have_fewer_fields),
		cmocka_unit_test(some_kernels_have_more_events),
		cmocka_unit_test(their_fields_are_where_the_format_says),
		cmocka_unit_test(reasons_have_the_kernels_names),
		cmocka_unit_test(all_names_of_each_kernel_are_right),
		cmocka_unit_test(two_tables_are_vmx_and_svm),
		cmocka_unit_test(numbers_as_names_are_bounded),
		cmocka_unit_test(arm64_has_two_reasons),
		cmocka_unit_test(riscv_has_scause),
		cmocka_unit_test(loongarch_has_reason_and_two_entries),
		cmocka_unit_test(refusals_hold_the_fix),
		cmocka_unit_test(field_values_have_their_size),
		cmocka_unit_test(libtraceevent_is_silent),
		cmocka_unit_test(tracefs_is_found_in_the_mounts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
