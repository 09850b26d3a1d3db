/* machine: each processor's sentence about KVM that is not there, or has no kvm_exit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

#include "core/machine.h"

static const struct {
	const char *machine;
	const char *no_kvm, *no_exits; /* what the sentences end in */
} machines[] = {
	{ "x86_64", "run `modprobe kvm_intel` or `modprobe kvm_amd`",
		"has no kvm_exit event: update the kernel" },
	{ "i686", "run `modprobe kvm_intel` or `modprobe kvm_amd`",
		"has no kvm_exit event: update the kernel" },
	{ "aarch64", "this kernel is built without: boot one with CONFIG_KVM=y",
		"has no kvm_exit event: update the kernel" },
	{ "armv7l", "KVM, and KVM on 32-bit Arm ended with Linux 5.7: run a 64-bit kernel",
		"not known: KVM on 32-bit Arm ended with Linux 5.7: run a 64-bit kernel" },
	{ "riscv64", "run `modprobe kvm`", "since Linux 6.11: update the kernel" },
	{ "loongarch64", "run `modprobe kvm`", "has no kvm_exit event: update the kernel" },
	{ "ppc64le", "run `modprobe kvm_hv`",
		"traces exits as kvm_hv:kvm_guest_exit, which kvmtop cannot read: run `perf kvm "
		"stat live`" },
	{ "s390x", "run `modprobe kvm`",
		"traces exits as kvm_s390_sie_exit, which kvmtop cannot read: run `perf kvm stat "
		"live`" },
	{ "of_tomorrow", "run `modprobe kvm`", "has no kvm_exit event: update the kernel" },
	{ "", "run `modprobe kvm`", "has no kvm_exit event: update the kernel" },
};

static void assert_ends(const char *text, const char *end)
{
	const size_t length = strlen(text), end_length = strlen(end);

	if (length < end_length || strcmp(text + length - end_length, end) != 0)
		fail_msg("\"%s\" does not end in \"%s\"", text, end);
}

static void each_machine_has_its_sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof machines / sizeof *machines; i++) {
		char why[200];

		machine_explain_no_kvm(machines[i].machine, "exit reasons need", why, sizeof why);
		assert_int_equal(strncmp(why, "exit reasons need KVM", 21), 0);
		assert_ends(why, machines[i].no_kvm);
		/* x86's modules are nobody else's. */
		assert_int_equal(strstr(why, "kvm_intel") != NULL, i < 2);
		machine_explain_no_exits(machines[i].machine, why, sizeof why);
		assert_int_equal(strncmp(why, "exit reasons are not known: ", 28), 0);
		assert_ends(why, machines[i].no_exits);
		assert_null(strstr(why, "modprobe"));
	}
}

static void this_machine_has_a_name(void **state)
{
	char name[65];

	(void)state;
	machine_name(name, sizeof name);
	assert_true(strlen(name) > 2);
}

static void some_sample_kvm_as_the_guest(void **state)
{
	(void)state;
	assert_true(machine_samples_loaded_as_guest("aarch64"));
	assert_false(machine_samples_loaded_as_guest("x86_64"));
	assert_false(machine_samples_loaded_as_guest(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_machine_has_its_sentences),
		cmocka_unit_test(this_machine_has_a_name),
		cmocka_unit_test(some_sample_kvm_as_the_guest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
