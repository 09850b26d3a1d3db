#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/vm_match.h"
#include "samples.h"

#define UUID "5f3c2b1a-0000-4000-8000-123456789abc"

/* Two VMs of one name; and one that is named as another one's process id. */
static int set_up(void **state)
{
	struct model *m = model_new();
	struct sample *s = sample_at(0);

	add_vm(s, 100, "web");
	add_vm(s, 101, "win10")->uuid = UUID;
	add_vm(s, 102, "web");
	add_vm(s, 103, "101");
	add_vm(s, 104, "日本");
	model_update(m, s);
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	model_free(*state);
	return 0;
}

static void assert_pids(struct vm *const *vms, size_t count, const pid_t *pids)
{
	size_t wanted = 0;

	while (pids[wanted])
		wanted++;
	assert_int_equal(count, wanted);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(vms[i]->id.pid, pids[i]);
}

static void finds_by_name_then_uuid_then_pid(void **state)
{
	static const struct {
		const char *call;
		pid_t pids[3];
	} cases[] = {
		{ "win10", { 101 } },
		{ "web", { 100, 102 } },
		{ "日本", { 104 } },
		{ UUID, { 101 } },
		{ "5F3C2B1A-0000-4000-8000-123456789ABC", { 101 } },
		{ "100", { 100 } },
		{ "101", { 103 } }, /* it is the name of one */
		{ "103", { 103 } },
		{ "", { 0 } },
		{ "we", { 0 } },
		{ "Web", { 0 } },
		{ "0", { 0 } },
		{ "-100", { 0 } },
		{ "100x", { 0 } },
		{ "99999999999999999999", { 0 } },
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct model *m = *state;
		const struct vm *found[5];
		const size_t count = vm_match_find(m, cases[i].call, found);

		for (size_t k = 0; k < count; k++)
			assert_int_equal(found[k]->id.pid, cases[i].pids[k]);
		assert_int_equal(cases[i].pids[count], 0);
	}
}

static void narrows_to_what_is_called(void **state)
{
	static const struct {
		const char *calls[3];
		pid_t pids[4];
	} cases[] = {
		{ { "win10" }, { 101 } },
		{ { "win10", "web" }, { 100, 101, 102 } },
		{ { "104", "nobody", "win10" }, { 101, 104 } },
		{ { "win10", "win10", UUID }, { 101 } },
		{ { "nobody" }, { 0 } },
	};
	const struct model *m = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t count = 0;
		struct model narrow;

		while (count < 3 && cases[i].calls[count])
			count++;
		narrow = vm_match_narrow(m, cases[i].calls, count);
		assert_pids(narrow.vms, narrow.vm_count, cases[i].pids);
		assert_int_equal(narrow.left_out, m->vm_count - narrow.vm_count);
		assert_int_equal(m->vm_count, 5);
		vm_match_release(&narrow);
	}
}

/* What was looked at more closely belongs to its VM. */
static void leaves_out_what_is_of_others(void **state)
{
	const char *const win10[] = { "win10" }, *const other[] = { "104" };
	struct model *m = *state;
	struct model narrow;

	for (size_t i = 0; i < m->vm_count; i++)
		if (m->vms[i]->id.pid == 101)
			m->hot_symbols.vm = m->kvm_events.vm = m->vms[i]->id;
	m->hot_symbols.wanted = m->kvm_events.wanted = true;
	narrow = vm_match_narrow(m, win10, 1);
	assert_true(narrow.hot_symbols.wanted && narrow.kvm_events.wanted);
	vm_match_release(&narrow);
	narrow = vm_match_narrow(m, other, 1);
	assert_false(narrow.hot_symbols.wanted || narrow.kvm_events.wanted);
	vm_match_release(&narrow);
	m->hot_symbols.vm = m->kvm_events.vm =
		(struct vm_id){ 0 }; /* of none, or of one that has ended */
	narrow = vm_match_narrow(m, other, 1);
	assert_true(narrow.hot_symbols.wanted && narrow.kvm_events.wanted);
	vm_match_release(&narrow);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			finds_by_name_then_uuid_then_pid, set_up, tear_down),
		cmocka_unit_test_setup_teardown(narrows_to_what_is_called, set_up, tear_down),
		cmocka_unit_test_setup_teardown(leaves_out_what_is_of_others, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
