/* exits_bpf: what a kernel's refusal means. That kernels take the programs is tested on real ones
 * (test_trace_live.c, tests/lab/kernels.sh). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "source/exits/exits_bpf.h"

static const char *explained(int error, const char *release, char why[100])
{
	exits_bpf_explain(error, release, why, 100);
	return why;
}

static void an_old_kernel_is_named_with_what_it_lacks(void **state)
{
	static const char *const old[][2] = {
		{ "5.10.0-32-amd64",
			"Linux 5.10.0 lacks BPF atomic operations (5.12 or newer needed)" },
		{ "5.11.22", "Linux 5.11.22 lacks BPF atomic operations (5.12 or newer needed)" },
		{ "4.18.0-553.el8_10.x86_64",
			"Linux 4.18.0 lacks BPF atomic operations (5.12 or newer needed)" },
	};
	char why[100];

	(void)state;
	for (size_t i = 0; i < sizeof old / sizeof *old; i++)
		assert_string_equal(explained(-EINVAL, old[i][0], why), old[i][1]);
}

static void other_refusals_are_not_the_versions(void **state)
{
	static const char *const releases[] = { "5.12.0", "5.15.1-generic", "6.1.0-50-amd64",
		"10.0.0", "unreadable", "" };
	char why[100];

	(void)state;
	for (size_t i = 0; i < sizeof releases / sizeof *releases; i++)
		assert_string_equal(explained(-EINVAL, releases[i], why),
			"this kernel refuses the programs (Invalid argument)");
	assert_string_equal(
		explained(-ENODATA, "6.1.0", why), "this kernel has no BTF of itself or of KVM");
	assert_string_equal(
		explained(-ENOTSUP, "6.1.0", why), "the kernel's events have an unexpected format");
	assert_string_equal(explained(-EPERM, "5.10.0", why), "this kernel does not allow BPF");
	assert_string_equal(explained(-EACCES, "5.10.0", why), "this kernel does not allow BPF");
	assert_string_equal(explained(-ENOMEM, "5.10.0", why), "out of memory");
	assert_string_equal(explained(-ENOSYS, "6.1.0", why),
		"this kernel refuses the programs (Function not implemented)");
}

#ifndef HAVE_BPF

static void without_the_programs_it_is_not_there(void **state)
{
	struct exits_bpf *b = NULL;
	char why[100] = "";

	(void)state;
	assert_int_equal(exits_bpf_open(&b, 0, why, sizeof why), -ENOTSUP);
	assert_null(b);
	assert_string_equal(why, "kvmtop was built without its BPF programs");
	exits_bpf_close(b);
}

#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_old_kernel_is_named_with_what_it_lacks),
		cmocka_unit_test(other_refusals_are_not_the_versions),
#ifndef HAVE_BPF
		cmocka_unit_test(without_the_programs_it_is_not_there),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
