/* proc_thread: stat lines, good, odd and cut short; kinds and owners from names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/host/proc_thread.h"

/* Behind the state: flags is field 9, utime 14, stime 15, start 22, guest 43. */
#define FIELDS(flags, utime, stime, start, guest)                                                \
	" 1 21715 21715 0 -1 " flags " 98 0 0 0 " utime " " stime " 0 0 20 0 8 0 " start         \
	" 3133440 383 18446744073709551615 1 1 0 0 0 0 268444224 4096 0 0 0 0 -1 1 0 0 0 " guest \
	" 0 0 0 0 0 0 0 0 0\n"
#define USUAL FIELDS("4194368", "6102", "3981", "188812", "5077")

static void stat_each_name(void **state)
{
	static const struct {
		const char *text, *name;
		char state;
	} cases[] = {
		{ "21718 (CPU 0/KVM) S" USUAL, "CPU 0/KVM", 'S' },
		{ "1 (systemd) R" USUAL, "systemd", 'R' },
		{ "1 () S" USUAL, "", 'S' },
		{ "1 ()) S" USUAL, ")", 'S' },
		{ "1 (a) S 1 2) Z" USUAL, "a) S 1 2", 'Z' },
		{ "1 ((()) S" USUAL, "(()", 'S' },
		{ "1 (a\nb) D" USUAL, "a\nb", 'D' },
		{ "1 (\033[2J) S" USUAL, "\033[2J", 'S' },
		{ "1 (kvm-nx-lpage-recovery-21715) I" USUAL, "kvm-nx-lpage-recovery-21715", 'I' },
		{ "1 (a name of more than sixty-three bytes, which is more than any has today) "
		  "S" USUAL,
			"a name of more than sixty-three bytes, which is more than any h", 'S' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct proc_stat stat;

		assert_true(proc_stat_parse(&stat, cases[i].text));
		assert_string_equal(stat.name, cases[i].name);
		assert_int_equal(stat.state, cases[i].state);
		assert_false(stat.kernel);
		assert_int_equal(stat.utime_ticks, 6102);
		assert_int_equal(stat.stime_ticks, 3981);
		assert_int_equal(stat.start_ticks, 188812);
		assert_int_equal(stat.guest_ticks, 5077);
	}
}

static void stat_kernel_thread(void **state)
{
	struct proc_stat stat;

	(void)state;
	assert_true(proc_stat_parse(&stat, "60 (ksmd) S" FIELDS("2097216", "0", "17", "12", "0")));
	assert_true(stat.kernel);
	assert_int_equal(stat.stime_ticks, 17);
}

static void stat_refuses_garbage(void **state)
{
	static const char *const cases[] = {
		"",
		"\n",
		"21718",
		"21718 (",
		"21718 )",
		")(",
		"21718 (CPU 0/KVM)",
		"21718 (CPU 0/KVM) ",
		"21718 (CPU 0/KVM) S",
		"21718 (CPU 0/KVM)S" USUAL,
		"21718 (CPU 0/KVM) 5" USUAL,
		"21718 CPU 0/KVM S" USUAL,
		"21718 (x) S" FIELDS("4194368", "six", "3981", "188812", "5077"),
		"21718 (x) S" FIELDS("4194368", "-1", "3981", "188812", "5077"),
		"21718 (x) S" FIELDS("4194368", "6102x", "3981", "188812", "5077"),
		"21718 (x) S" FIELDS("4194368", "99999999999999999999", "3981", "188812", "5077"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct proc_stat stat;

		if (proc_stat_parse(&stat, cases[i]))
			fail_msg("taken: \"%s\"", cases[i]);
	}
}

/* Up to the field that comes last of those that matter, no part of the line will do: a number that
 * was cut would be a wrong one. */
static void stat_cut_short(void **state)
{
	static const char full[] = "21718 (CPU 0/KVM) S" USUAL;
	size_t enough = (size_t)(strstr(full, " 5077 ") - full) + strlen(" 5077 ");

	(void)state;
	for (size_t length = 0; length < sizeof(full); length++) {
		char *text = strndup(full, length);
		struct proc_stat stat;

		assert_int_equal(proc_stat_parse(&stat, text), length >= enough);
		free(text);
	}
}

static void kind_from_name(void **state)
{
	static const struct {
		const char *name;
		enum thread_kind kind;
		int vcpu;
	} cases[] = {
		{ "CPU 0/KVM", THREAD_VCPU, 0 },
		{ "CPU 255/KVM", THREAD_VCPU, 255 },
		{ "fc_vcpu 3", THREAD_VCPU, 3 },
		{ "kvm-vcpu-0", THREAD_VCPU, 0 },
		{ "CPU 3/TCG", THREAD_VCPU, 3 },
		{ "vcpu12", THREAD_VCPU, 12 },
		{ "crosvm_vcpu1", THREAD_VCPU, 1 },
		{ "CPU /KVM", THREAD_WORKER, -1 },
		{ "CPU -1/KVM", THREAD_WORKER, -1 },
		{ "CPU 99999999/KV", THREAD_WORKER, -1 },
		{ "CPU 0/KVMx", THREAD_WORKER, -1 },
		{ "vcpu", THREAD_WORKER, -1 },
		{ "vcpu1x", THREAD_WORKER, -1 },
		{ "IO iothread1", THREAD_IOTHREAD, -1 },
		{ "IO vcpu0", THREAD_IOTHREAD, -1 },
		{ "ALL CPUs/TCG", THREAD_VCPU, -1 },
		{ "IO mon_iothread", THREAD_IOTHREAD, -1 },
		{ "vhost-21715", THREAD_VHOST, -1 },
		{ "kvm-nx-lpage-re", THREAD_KERNEL, -1 },
		{ "SPICE Worker", THREAD_WORKER, -1 },
		{ "qemu-system-x86", THREAD_WORKER, -1 },
		{ "", THREAD_WORKER, -1 },
	};
	int vcpu;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (proc_thread_kind(cases[i].name, false, &vcpu) != cases[i].kind ||
			vcpu != cases[i].vcpu)
			fail_msg("%s", cases[i].name);
	}
	assert_int_equal(proc_thread_kind("CPU 0/KVM", true, &vcpu), THREAD_EMULATOR);
	assert_int_equal(vcpu, -1);
}

static void owner_from_name(void **state)
{
	static const struct {
		const char *name;
		pid_t owner;
		enum thread_kind kind;
	} cases[] = {
		{ "vhost-21715", 21715, THREAD_VHOST },
		{ "kvm-pit/4194304", 4194304, THREAD_PIT },
		{ "kvm-nx-lpage-recovery-21715", 21715, THREAD_KERNEL },
		{ "kvm-nx-lpage-re", 0, THREAD_KERNEL },
		{ "vhost-", 0, THREAD_KERNEL },
		{ "vhost-12a", 0, THREAD_KERNEL },
		{ "vhost--12", 0, THREAD_KERNEL },
		{ "vhost-99999999999", 0, THREAD_KERNEL },
		{ "kworker/0:1", 0, THREAD_KERNEL },
		{ "", 0, THREAD_KERNEL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum thread_kind kind = THREAD_KERNEL;

		assert_int_equal(proc_thread_owner(cases[i].name, &kind), cases[i].owner);
		if (cases[i].owner)
			assert_int_equal(kind, cases[i].kind);
	}
}

static void switches_are_the_voluntary_ones(void **state)
{
	static const struct {
		const char *text;
		uint64_t switches;
	} cases[] = {
		{ "Name:\tqemu-system-x86\nvoluntary_ctxt_switches:\t150\n"
		  "nonvoluntary_ctxt_switches:\t545\n",
			150 },
		{ "Name:\tq\nnonvoluntary_ctxt_switches:\t545\n", SAMPLE_UNKNOWN },
		{ "Name:\tvoluntary_ctxt_switches:\t7\n\nvoluntary_ctxt_switches:\t0\n", 0 },
		{ "Name:\tq\nvoluntary_ctxt_switches:\t15", SAMPLE_UNKNOWN }, /* cut short */
		{ "Name:\tq\nvoluntary_ctxt_switches:", SAMPLE_UNKNOWN },
		{ "Name:\tq\nvoluntary_ctxt_switches:\tmany\n", SAMPLE_UNKNOWN },
		{ "Name:\tq\nvoluntary_ctxt_switches:\t99999999999999999999\n", SAMPLE_UNKNOWN },
		{ "", SAMPLE_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_true(proc_switches_parse(cases[i].text) == cases[i].switches);
	assert_true(proc_switches_read(-1, 1) == SAMPLE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stat_each_name),
		cmocka_unit_test(stat_kernel_thread),
		cmocka_unit_test(stat_refuses_garbage),
		cmocka_unit_test(stat_cut_short),
		cmocka_unit_test(kind_from_name),
		cmocka_unit_test(owner_from_name),
		cmocka_unit_test(switches_are_the_voluntary_ones),
	};

	return cmocka_run_group_tests_name("proc_stat", tests, NULL, NULL);
}
