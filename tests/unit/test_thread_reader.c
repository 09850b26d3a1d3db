/* thread_reader: which way threads are read, by how many there are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <unistd.h>

#include "source/host/thread_reader.h"

static bool prefers_bpf(size_t vms, size_t threads_each, size_t others, bool is_open)
{
	const struct thread_load load = { vms, vms * threads_each, others + vms * threads_each };

	return thread_reader_prefers_bpf(&load, is_open);
}

static void many_vms_are_read_at_once(void **state)
{
	(void)state;
	assert_true(prefers_bpf(100, 12, 300, false));
	assert_true(prefers_bpf(1000, 6, 300, false));
	assert_true(prefers_bpf(100, 12, 5000, false));
	/* Before their threads are known. */
	assert_true(prefers_bpf(1000, 0, 8000, false));
}

static void few_among_many_others_are_not(void **state)
{
	(void)state;
	assert_false(prefers_bpf(2, 12, 5000, false));
	assert_false(prefers_bpf(2, 12, 5000, true));
	assert_false(prefers_bpf(0, 0, 5000, true));
	assert_false(prefers_bpf(0, 0, 1, false));
}

/* To load the program takes as long as to read a few VMs for a minute. */
static void loading_must_pay(void **state)
{
	(void)state;
	assert_false(prefers_bpf(3, 12, 200, false));
	assert_true(prefers_bpf(3, 12, 200, true));
}

/* There is none in a made-up /proc, and what says how many threads the host has can be missing. */
static void without_a_count_there_is_nothing_to_compare(void **state)
{
	struct thread_reader r = { .way = PROC_THREADS_CHEAPEST };
	struct proc_process vm = { .role = PROC_ROLE_VM, .threads.count = 100000 };
	struct proc_process *found[] = { &vm };
	const struct proc_vms vms = { .found = found, .found_count = 1 };
	const int nothing = open("/proc/self/fdinfo", O_RDONLY | O_DIRECTORY);

	(void)state;
	assert_true(nothing >= 0);
	assert_null(thread_reader_collect(&r, &vms, nothing));
	assert_null(r.bpf);
	assert_false(r.is_refused);
	r.way = PROC_THREADS_FILES;
	assert_null(thread_reader_collect(&r, &vms, nothing));
	assert_null(r.bpf);
	close(nothing);
	thread_reader_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(many_vms_are_read_at_once),
		cmocka_unit_test(few_among_many_others_are_not),
		cmocka_unit_test(loading_must_pay),
		cmocka_unit_test(without_a_count_there_is_nothing_to_compare),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
