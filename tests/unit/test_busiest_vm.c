/* Which VM is looked at where nobody says. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "samples.h"
#include "source/busiest_vm.h"

/* A sample of three VMs that have used so much so far; SAMPLE_UNKNOWN: that one is not there. */
static pid_t choose(struct busiest_vm *b, uint64_t first, uint64_t second, uint64_t third)
{
	const uint64_t ticks[] = { first, second, third };
	struct sample *s = sample_at(0);
	const struct sample_vm *vm;
	pid_t pid;

	for (int i = 0; i < 3; i++) {
		if (ticks[i] == SAMPLE_UNKNOWN)
			continue;
		vm = add_vm(s, i + 1, "vm");
		add_thread(&s->vms[s->vm_count - 1], i + 1, THREAD_EMULATOR, -1)->utime_ticks = 1;
		add_thread(&s->vms[s->vm_count - 1], i + 11, THREAD_VCPU, 0)->stime_ticks =
			ticks[i];
	}
	vm = busiest_vm_choose(b, s);
	pid = vm ? vm->id.pid : 0;
	sample_free(s);
	return pid;
}

static void chooses(void **state)
{
	struct busiest_vm b = { 0 };

	(void)state;
	assert_int_equal(choose(&b, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN), 0);
	/* At first by what they have used so far. */
	assert_int_equal(choose(&b, 100, 900, 300), 2);
	/* It stays, though another one uses a bit more now. */
	assert_int_equal(choose(&b, 119, 910, 300), 2);
	/* One that uses more than twice as much takes its place, and keeps it while all are idle. */
	assert_int_equal(choose(&b, 119, 920, 321), 3);
	assert_int_equal(choose(&b, 119, 920, 321), 3);
	/* Where it is gone, the busiest of the others. */
	assert_int_equal(choose(&b, 120, 922, SAMPLE_UNKNOWN), 2);
	/* A total that goes down is no use. */
	assert_int_equal(choose(&b, 0, 923, SAMPLE_UNKNOWN), 2);
	assert_int_equal(choose(&b, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN), 0);
	busiest_vm_fini(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(chooses) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
