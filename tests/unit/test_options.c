#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "app/options.h"

enum { ARGC_MAX = 8 };

/* Parses a command line written as words; argv[0] is added. */
static int parse(struct options *o, char *why, size_t size, const char *const words[])
{
	char *argv[ARGC_MAX + 2] = { (char[]){ "kvmtop" } };
	static char copies[ARGC_MAX][256]; /* options keep pointers into argv */
	int argc = 1;

	for (; words[argc - 1]; argc++) {
		strncpy(copies[argc - 1], words[argc - 1], sizeof copies[0] - 1);
		argv[argc] = copies[argc - 1];
	}
	why[0] = '\0';
	return options_parse(o, argc, argv, why, size);
}

static void takes_what_top_and_virt_top_take(void **state)
{
	const char *const words[] = { "-b", "-n", "3", "-d0.5", "-c", "qemu:///session", "-p",
		"12,34", NULL };
	const char *const longs[] = { "--batch", "--iterations=3", "--format", "json", "--pid=7",
		NULL };
	const char *const none[] = { NULL };
	const char *const recording[] = { "--read", "a.dat", "-b", "--format=json", NULL };
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why, words), 0);
	assert_true(o.batch);
	assert_int_equal(o.iterations, 3);
	assert_true(o.delay_s == 0.5);
	assert_string_equal(o.uri, "qemu:///session");
	assert_int_equal(o.pid_count, 2);
	assert_int_equal(o.pids[0], 12);
	assert_int_equal(o.pids[1], 34);
	assert_int_equal(o.form.format, REPORT_TEXT);

	assert_int_equal(parse(&o, why, sizeof why, longs), 0);
	assert_int_equal(o.form.format, REPORT_JSON);
	assert_int_equal(o.pids[0], 7);

	assert_int_equal(parse(&o, why, sizeof why, recording), 0);
	assert_string_equal(o.recording, "a.dat");
	assert_int_equal(o.form.format, REPORT_JSON);

	assert_int_equal(parse(&o, why, sizeof why, none), 0);
	assert_null(o.recording);
	assert_false(o.batch);
	assert_int_equal(o.iterations, 0);
	assert_true(o.delay_s == 1);
	assert_null(o.uri);
	assert_true(o.budget.cpu_pct == 5);
	assert_true(o.budget.events_per_s == 200000);
}

static void takes_a_budget_whole_or_in_part(void **state)
{
	const char *const cpu[] = { "--budget", "2.5", NULL };
	const char *const both[] = { "--budget=100,100", NULL };
	const char *const most[] = { "--budget", "0.1,1000000000", NULL };
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why, cpu), 0);
	assert_true(o.budget.cpu_pct == 2.5);
	assert_true(o.budget.events_per_s == 200000);
	assert_int_equal(parse(&o, why, sizeof why, both), 0);
	assert_true(o.budget.cpu_pct == 100);
	assert_true(o.budget.events_per_s == 100);
	assert_int_equal(parse(&o, why, sizeof why, most), 0);
	assert_true(o.budget.cpu_pct == 0.1);
	assert_true(o.budget.events_per_s == 1e9);
}

static void takes_all(void **state)
{
	const char *const screen[] = { "--all", NULL };
	const char *const batch[] = { "-b", "--all", "--replay=a", NULL };
	const char *const advise[] = { "--advise", "--all", NULL };
	const char *const none[] = { "-b", NULL };
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why, screen), 0);
	assert_true(o.all);
	assert_int_equal(parse(&o, why, sizeof why, batch), 0);
	assert_true(o.all);
	assert_int_equal(parse(&o, why, sizeof why, advise), 0);
	assert_true(o.all);
	assert_int_equal(parse(&o, why, sizeof why, none), 0);
	assert_false(o.all);
}

static void takes_changes_and_undo(void **state)
{
	const char *const list[] = { "--changes", NULL };
	const char *const json[] = { "-c", "qemu:///session", "--format=json", "--changes", NULL };
	const char *const undo[] = { "--yes", "--undo", "win10", "-c", "qemu:///session", NULL };
	const char *const odd[] = { "--undo=-x", NULL };
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why, list), 0);
	assert_true(o.changes && !o.undo && !o.yes);
	assert_int_equal(parse(&o, why, sizeof why, json), 0);
	assert_int_equal(o.form.format, REPORT_JSON);
	assert_string_equal(o.uri, "qemu:///session");
	assert_int_equal(parse(&o, why, sizeof why, undo), 0);
	assert_string_equal(o.undo, "win10");
	assert_true(o.yes && !o.changes);
	assert_int_equal(parse(&o, why, sizeof why, odd), 0);
	assert_string_equal(o.undo, "-x");
	assert_false(o.yes);
}

static void takes_advise_with_or_without_a_vm(void **state)
{
	const char *const all[] = { "--advise", NULL };
	const char *const one[] = { "--advise", "win10", "-d", "0.5", "--format", "json", NULL };
	const char *const late[] = { "--advise", "-d2", "win10", NULL };
	const char *const odd[] = { "--advise", "--", "-x", NULL };
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why, all), 0);
	assert_true(o.advise);
	assert_null(o.advise_vm);
	assert_true(o.delay_s == 5);
	assert_int_equal(parse(&o, why, sizeof why, one), 0);
	assert_string_equal(o.advise_vm, "win10");
	assert_true(o.delay_s == 0.5);
	assert_int_equal(o.form.format, REPORT_JSON);
	assert_int_equal(parse(&o, why, sizeof why, late), 0);
	assert_string_equal(o.advise_vm, "win10");
	assert_true(o.delay_s == 2);
	assert_int_equal(parse(&o, why, sizeof why, odd), 0);
	assert_string_equal(o.advise_vm, "-x");
}

static void takes_what_to_report(void **state)
{
	const char *const all[] = { "-b", "--format", "csv", NULL };
	const char *const exits[] = { "-b", "--rows=exits", "--format=csv", "--vm", "win10",
		"--vm=web1", NULL };
	const char *const recorded[] = { "-b", "--vm=-x", "--replay", "a.jsonl", NULL };
	struct options o;
	char why[256];

	(void)state;
	assert_int_equal(parse(&o, why, sizeof why, all), 0);
	assert_int_equal(o.form.format, REPORT_CSV);
	assert_int_equal(o.form.rows, REPORT_ROWS_VMS);
	assert_int_equal(o.vm_count, 0);
	assert_int_equal(parse(&o, why, sizeof why, exits), 0);
	assert_int_equal(o.form.rows, REPORT_ROWS_EXITS);
	assert_int_equal(o.vm_count, 2);
	assert_string_equal(o.vms[0], "win10");
	assert_string_equal(o.vms[1], "web1");
	assert_int_equal(parse(&o, why, sizeof why, recorded), 0);
	assert_string_equal(o.vms[0], "-x");
}

/* One more than there is room for. */
static void refuses_too_many_vms(void **state)
{
	char *argv[OPTION_VMS_MAX + 3] = { (char[]){ "kvmtop" }, (char[]){ "-b" } };
	char vm[] = "--vm=a";
	struct options o;
	char why[256];

	(void)state;
	for (int i = 0; i <= OPTION_VMS_MAX; i++)
		argv[i + 2] = vm;
	assert_int_equal(options_parse(&o, OPTION_VMS_MAX + 2, argv, why, sizeof why), 0);
	assert_int_equal(options_parse(&o, OPTION_VMS_MAX + 3, argv, why, sizeof why), -EINVAL);
	assert_non_null(strstr(why, "64 times"));
}

static void takes_a_tracer(void **state)
{
	static const struct {
		const char *words[3];
		enum trace_method method;
	} cases[] = {
		{ { NULL }, TRACE_AUTO },
		{ { "--tracer", "auto" }, TRACE_AUTO },
		{ { "--tracer", "bpf" }, TRACE_BPF },
		{ { "--tracer=ring" }, TRACE_RING },
		{ { "--tracer=bpf", "--tracer=ring" }, TRACE_RING },
		{ { "--tracer=ring", "--tracer=auto" }, TRACE_AUTO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct options o;
		char why[256];

		assert_int_equal(parse(&o, why, sizeof why, cases[i].words), 0);
		assert_int_equal(o.tracer, cases[i].method);
	}
}

/* Each mistake is one sentence that names what was wrong. */
static void refuses(void **state)
{
	static const struct {
		const char *words[6];
		const char *names;
	} cases[] = {
		{ { "-x" }, "'-x'" },
		{ { "-bx" }, "'-bx'" },
		{ { "--nope" }, "'--nope'" },
		{ { "--batch=1" }, "'--batch=1'" },
		{ { "-d" }, "'-d'" },
		{ { "-b", "--format" }, "'--format'" },
		{ { "-d", "0" }, "'0'" },
		{ { "-d", "0,5" }, "'0,5'" },
		{ { "-d", "nan" }, "'nan'" },
		{ { "-d", "1e9" }, "'1e9'" },
		{ { "-d", "" }, "''" },
		{ { "-n", "0" }, "'0'" },
		{ { "-n", "-1" }, "'-1'" },
		{ { "-n", "3x" }, "'3x'" },
		{ { "-n", "99999999999999999999" }, "'99999999999999999999'" },
		{ { "-p", "" }, "''" },
		{ { "-p", "12," }, "'12,'" },
		{ { "-p", "0" }, "'0'" },
		{ { "-p", "abc" }, "'abc'" },
		{ { "-p", "123456789012345678901" }, "'123456789012345678901'" },
		{ { "-b", "--format", "xml" }, "'xml'" },
		{ { "--format", "json" }, "--batch" },
		{ { "-b", "--rows", "exits" }, "--format csv" },
		{ { "-b", "--rows=exits", "--format=json" }, "--format csv" },
		{ { "--rows=vms", "--advise" }, "--format csv" },
		{ { "-b", "--format=csv", "--rows=irqs" }, "'irqs'" },
		{ { "-b", "--format=csv", "--rows", "" }, "''" },
		{ { "--format=csv", "--advise" }, "--batch" },
		{ { "--vm", "win10" }, "--batch" },
		{ { "--vm=win10", "--advise" }, "--batch" },
		{ { "-b", "--vm", "" }, "''" },
		{ { "-b", "--vm" }, "'--vm'" },
		{ { "--read" }, "'--read'" },
		{ { "--read", "a.dat", "-p", "1" }, "-p does not go with it" },
		{ { "-d", "2", "--read", "a.dat" }, "-d does not go with it" },
		{ { "-n1", "--read=a.dat" }, "-n does not go with it" },
		{ { "--budget=5", "--read=a.dat" }, "--budget does not go with it" },
		{ { "-cqemu:///system", "--read=a.dat" }, "-c does not go with it" },
		{ { "--budget" }, "'--budget'" },
		{ { "--budget", "" }, "''" },
		{ { "--budget", "0" }, "'0'" },
		{ { "--budget", "101" }, "'101'" },
		{ { "--budget", "-5" }, "'-5'" },
		{ { "--budget", "nan" }, "'nan'" },
		{ { "--budget", "5%" }, "'5%'" },
		{ { "--budget", "5," }, "'5,'" },
		{ { "--budget", ",1000" }, "',1000'" },
		{ { "--budget", "5,99" }, "'5,99'" },
		{ { "--budget", "5,1e6" }, "'5,1e6'" },
		{ { "--budget", "5,1000,2" }, "'5,1000,2'" },
		{ { "--budget", "5,1000000001" }, "'5,1000000001'" },
		{ { "--budget", "12345678901234567" }, "'12345678901234567'" },
		{ { "--tracer" }, "'--tracer'" },
		{ { "--tracer", "" }, "''" },
		{ { "--tracer", "ebpf" }, "'ebpf'" },
		{ { "--tracer", "BPF" }, "'BPF'" },
		{ { "--tracer=rin" }, "'rin'" },
		{ { "--tracer=bpf", "--read=a.dat" }, "--tracer does not go with it" },
		{ { "--read", "a.dat", "--tracer=auto" }, "--tracer does not go with it" },
		{ { "win10" }, "'win10'" },
		{ { "--undo" }, "'--undo' needs an argument" },
		{ { "--undo", "" }, "name or UUID of a VM, not ''" },
		{ { "--undo", "--yes" }, "not '--yes'" },
		{ { "--undo", "win10", "--undo", "web" }, "takes one VM" },
		{ { "--undo", "win10", "web" }, "'web'" },
		{ { "--all", "-p", "1" }, "--all cannot be combined with -p" },
		{ { "--all", "--read", "a.dat" }, "--all cannot be combined with --read" },
		{ { "--undo", "win10", "--all" }, "--all cannot be combined with --undo" },
		{ { "--undo", "win10", "--batch" }, "--batch cannot be combined with --undo" },
		{ { "--undo", "win10", "--changes" }, "--undo cannot be combined with --changes" },
		{ { "--undo", "win10", "--format=json" },
			"--format cannot be combined with --undo" },
		{ { "--undo", "win10", "--advise" }, "--advise cannot be combined with --undo" },
		{ { "--undo", "win10", "--demo" }, "--demo cannot be combined with --undo" },
		{ { "--undo", "win10", "-p7" }, "--pid cannot be combined with --undo" },
		{ { "--changes", "--replay=a" }, "--replay cannot be combined with --changes" },
		{ { "--changes", "--record=a" }, "--record cannot be combined with --changes" },
		{ { "--changes", "-n1" }, "--iterations cannot be combined with --changes" },
		{ { "--changes", "-d1" }, "--delay cannot be combined with --changes" },
		{ { "--changes", "--vm=a" }, "--vm cannot be combined with --changes" },
		{ { "--changes", "--format=csv" }, "--changes has no CSV form" },
		{ { "--changes", "--yes" }, "--yes requires --undo" },
		{ { "--changes", "win10" }, "'win10'" },
		{ { "--yes" }, "--yes requires --undo" },
		{ { "--yes", "--batch" }, "--yes requires --undo" },
		{ { "win10", "--advise" }, "'win10'" },
		{ { "--advise", "win10", "win11" }, "'win11'" },
		{ { "--advise", "--", "win10", "win11" }, "'win11'" },
		{ { "--advise", "-b" }, "choose one" },
		{ { "--advise", "-n", "2" }, "-n does not go with it" },
		{ { "--advise", "--read=a.dat", "-d", "2" }, "-d does not go with it" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct options o;
		char why[256];

		assert_int_equal(parse(&o, why, sizeof why, cases[i].words), -EINVAL);
		if (!strstr(why, cases[i].names))
			fail_msg("\"%s\" does not name %s", why, cases[i].names);
		assert_null(strchr(why, '\n'));
	}
}

static void every_row_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_row_count; i++) {
		assert_non_null(option_rows[i].name);
		assert_true(strlen(option_rows[i].help) > 10);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(takes_what_top_and_virt_top_take),
		cmocka_unit_test(takes_a_budget_whole_or_in_part),
		cmocka_unit_test(takes_all),
		cmocka_unit_test(takes_changes_and_undo),
		cmocka_unit_test(takes_advise_with_or_without_a_vm),
		cmocka_unit_test(takes_what_to_report),
		cmocka_unit_test(refuses_too_many_vms),
		cmocka_unit_test(takes_a_tracer),
		cmocka_unit_test(refuses),
		cmocka_unit_test(every_row_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
