/* kvm_counters on made-up folders of debugfs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "scratch.h"
#include "source/kvm_counters.h"

static void add_counter(const char *folder, const char *text)
{
	char path[64];

	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(path, sizeof path, "%s/exits", folder);
	write_file(path, text);
}

static void sums_up_the_folders_of_a_vm(void **state)
{
	struct sample_thread threads[] = { { .tid = 21715 }, { .tid = 21718 } };
	struct sample_vm vm = {
		.id = { .pid = 21715 },
		.threads = threads,
		.thread_count = 2,
	};

	(void)state;
	assert_true(kvm_counters_exits(".", &vm) == SAMPLE_UNKNOWN);
	add_counter("2171-13", "7\n");
	add_counter("217150-13", "70\n");
	add_counter("21715", "700\n");
	add_counter("21715-13x", "7000\n");
	add_counter("-21715-13", "70000\n");
	assert_true(kvm_counters_exits(".", &vm) == SAMPLE_UNKNOWN);
	add_counter("21715-13", "123456789012\n");
	assert_true(kvm_counters_exits(".", &vm) == 123456789012);
	add_counter("21715-14", "8\n");
	assert_true(kvm_counters_exits(".", &vm) == 123456789020);
	/* Some have a thread of its own make the VM. */
	add_counter("21718-9", "1000\n");
	assert_true(kvm_counters_exits(".", &vm) == 123456790020);
	vm.id.pid = threads[0].tid = 2171;
	vm.thread_count = 1;
	assert_true(kvm_counters_exits(".", &vm) == 7);
}

/* A sum without one of its parts would be wrong, and look right. */
static void what_cannot_be_read_is_unknown(void **state)
{
	struct sample_vm vm = { .id = { .pid = 5 } };

	(void)state;
	assert_true(kvm_counters_exits("/nonexistent", &vm) == SAMPLE_UNKNOWN);
	add_counter("5-1", "12\n");
	assert_true(kvm_counters_exits(".", &vm) == 12);
	assert_int_equal(mkdir("5-2", 0700), 0);
	assert_true(kvm_counters_exits(".", &vm) == SAMPLE_UNKNOWN);
	write_file("5-2/exits", "");
	assert_true(kvm_counters_exits(".", &vm) == SAMPLE_UNKNOWN);
	write_file("5-2/exits", "many\n");
	assert_true(kvm_counters_exits(".", &vm) == SAMPLE_UNKNOWN);
	write_file("5-2/exits", "99999999999999999999999\n");
	assert_true(kvm_counters_exits(".", &vm) == SAMPLE_UNKNOWN);
	write_file("5-2/exits", "0\n");
	assert_true(kvm_counters_exits(".", &vm) == 12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			sums_up_the_folders_of_a_vm, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			what_cannot_be_read_is_unknown, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
