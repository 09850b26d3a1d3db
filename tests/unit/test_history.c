/* history and past: a VM's last intervals, and what becomes of them when the guest restarts. */
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "model/model.h"
#include "model/past.h"
#include "samples.h"

static void ring(void **state)
{
	struct history h = { 0 };
	float values[HISTORY_MAX + 1];

	(void)state;
	assert_int_equal(history_count(&h), 0);
	assert_true(isnan(history_at(&h, 0)) && isnan(history_max(&h)));
	assert_int_equal(history_newest(&h, values, HISTORY_MAX + 1), 0);
	for (int i = 0; i < 3 * HISTORY_MAX; i++) {
		const size_t count = i + 1 < HISTORY_MAX ? (size_t)i + 1 : HISTORY_MAX;

		history_add(&h, i);
		assert_int_equal(history_count(&h), count);
		assert_near(history_at(&h, 0), i, 0);
		assert_near(history_at(&h, count - 1), i + 1 - (double)count, 0);
		assert_true(isnan(history_at(&h, count)));
		assert_near(history_max(&h), i, 0);
	}
	assert_int_equal(history_newest(&h, values, HISTORY_MAX + 1), HISTORY_MAX);
	assert_near((double)values[0], 2 * HISTORY_MAX, 0);
	assert_int_equal(history_newest(&h, values, 2), 2);
	assert_near((double)values[0], 3 * HISTORY_MAX - 2, 0);
	assert_near((double)values[1], 3 * HISTORY_MAX - 1, 0);
	assert_int_equal(history_newest(&h, values, 0), 0);
}

static void unknown_is_kept_and_is_no_maximum(void **state)
{
	struct history h = { 0 };
	float values[3];

	(void)state;
	history_add(&h, NAN);
	assert_int_equal(history_count(&h), 1);
	assert_true(isnan(history_max(&h)));
	history_add(&h, 3);
	history_add(&h, NAN);
	assert_near(history_max(&h), 3, 0);
	assert_true(isnan(history_at(&h, 0)));
	assert_near(history_at(&h, 1), 3, 0);
	assert_int_equal(history_newest(&h, values, 3), 3);
	assert_true(isnan(values[0]) && values[1] == 3.0f && isnan(values[2]));
}

/* What model/history.h says of its memory. */
static void memory(void **state)
{
	(void)state;
	assert_true(sizeof(struct history) <= 512);
}

struct fixture {
	struct model *m;
	double seconds, cpu_s;
};

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	f->m = model_new();
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	model_free(f->m);
	free(f);
	return 0;
}

/* Another second with one VM, which burns that much, or with none. */
static void look(struct fixture *f, pid_t pid, const char *name, const char *uuid, double cpu_pct)
{
	struct sample *s = traced_sample_at(f->seconds++);

	f->cpu_s += cpu_pct / 100;
	if (pid) {
		struct sample_vm *vm = add_vm(s, pid, name);

		vm->uuid = uuid;
		add_thread(vm, pid + 1, THREAD_VCPU, 0)->cpu_ns =
			(uint64_t)(f->cpu_s * (double)NS_PER_S);
		add_exits(s, pid + 1, 0, exits_of(VMX_KEY(12), "HLT", (uint64_t)cpu_pct, 1000));
	}
	model_update(f->m, s);
}

/* "10 20 - 30", the oldest first. */
static const char *told(const struct history *h, char out[static 128])
{
	int used = 0;

	out[0] = '\0';
	for (size_t i = history_count(h); i-- > 0;) {
		const double value = history_at(h, i);

		if (isnan(value))
			used += snprintf(out + used, 128 - (size_t)used, "%s-", used ? " " : "");
		else
			used += snprintf(
				out + used, 128 - (size_t)used, "%s%.0f", used ? " " : "", value);
	}
	return out;
}

static void check(const struct fixture *f, const char *expected)
{
	char text[128];

	assert_int_equal(f->m->vm_count, 1);
	assert_string_equal(told(&f->m->vms[0]->cpu_history, text), expected);
	assert_string_equal(told(&f->m->vms[0]->exits_history, text), expected);
}

static void look_by_look(void **state)
{
	struct fixture *f = *state;

	look(f, 100, "a", NULL, 7);
	check(f, ""); /* no interval yet */
	look(f, 100, "a", NULL, 10);
	check(f, "10");
	look(f, 100, "a", NULL, 20);
	check(f, "10 20");
	model_zero(f->m);
	look(f, 100, "a", NULL, 0);
	check(f, "10 20 0"); /* nothing is a figure */
}

static void what_is_not_traced_is_unknown(void **state)
{
	struct fixture *f = *state;
	struct sample *s = sample_at(2);
	char text[128];

	look(f, 100, "a", NULL, 10);
	look(f, 100, "a", NULL, 10);
	add_thread(add_vm(s, 100, "a"), 101, THREAD_VCPU, 0)->cpu_ns = SAMPLE_UNKNOWN;
	model_update(f->m, s);
	assert_string_equal(told(&f->m->vms[0]->exits_history, text), "10 -");
	assert_int_equal(history_count(&f->m->vms[0]->cpu_history), 2);
}

static void restart_between_two_looks(void **state)
{
	struct fixture *f = *state;

	look(f, 100, "a", "u-1", 10);
	look(f, 100, "a", "u-1", 10);
	look(f, 200, "renamed", "u-1", 5);
	check(f, "10 -");
	look(f, 200, "renamed", "u-1", 30);
	check(f, "10 - 30");
	assert_int_equal(f->m->past.count, 0);
}

/* A VM that has ended is there once more, with its last exits, and may run anew by then. */
static void restart_of_one_that_has_ended(void **state)
{
	struct fixture *f = *state;

	for (int pause = 0; pause < 2; pause++) {
		const pid_t pid = pause ? 300 : 200;
		struct sample *s = traced_sample_at(f->seconds);
		struct sample_vm *vm;
		char text[128];

		look(f, 100, "a", "u-1", 10);
		look(f, 100, "a", "u-1", 10);
		sample_free(s);
		s = traced_sample_at(f->seconds++);
		if (!pause) {
			vm = add_vm(s, pid, "a");
			vm->uuid = "u-1";
			add_thread(vm, pid + 1, THREAD_VCPU, 0)->cpu_ns =
				(uint64_t)(f->cpu_s * (double)NS_PER_S);
		}
		vm = add_vm(s, 100, "a");
		vm->ended = true;
		add_thread(vm, 101, THREAD_VCPU, 0)->cpu_ns = SAMPLE_UNKNOWN;
		vm->threads[0].utime_ticks = SAMPLE_UNKNOWN;
		add_exits(s, 101, 0, exits_of(VMX_KEY(12), "HLT", 4, 1000));
		model_update(f->m, s);
		if (pause)
			look(f, pid, "a", "u-1", 0);
		look(f, pid, "a", "u-1", 30);
		assert_int_equal(f->m->vm_count, 1);
		assert_string_equal(told(&f->m->vms[0]->exits_history, text), "10 4 - 30");
		assert_string_equal(told(&f->m->vms[0]->cpu_history, text), "10 - - 30");
		assert_int_equal(f->m->past.count, 0);
		model_free(f->m);
		f->m = model_new();
	}
}

static void restart_with_a_pause(void **state)
{
	struct fixture *f = *state;

	look(f, 100, "a", NULL, 10);
	look(f, 100, "a", NULL, 10);
	look(f, 0, NULL, NULL, 0);
	look(f, 0, NULL, NULL, 0);
	assert_int_equal(f->m->past.count, 1);
	look(f, 200, "a", NULL, 1);
	look(f, 200, "a", NULL, 20);
	check(f, "10 - 20");
	/* And once more. */
	look(f, 300, "a", NULL, 1);
	look(f, 300, "a", NULL, 30);
	check(f, "10 - 20 - 30");
}

static void another_vm_starts_anew(void **state)
{
	static const struct {
		const char *name, *uuid, *other_name, *other_uuid;
	} cases[] = {
		{ "a", NULL, "b", NULL },
		{ "a", "u-1", "a", "u-2" },
		{ "a", "u-1", "a", NULL },
		{ "a", NULL, "a", "u-1" },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		look(f, 100, cases[i].name, cases[i].uuid, 10);
		look(f, 100, cases[i].name, cases[i].uuid, 10);
		look(f, 200, cases[i].other_name, cases[i].other_uuid, 1);
		check(f, "");
		model_free(f->m);
		f->m = model_new();
	}
}

/* A clone under the same name has the history of nobody while the first one runs. */
static void two_of_one_name(void **state)
{
	struct fixture *f = *state;
	struct sample *s = traced_sample_at(3);
	char text[128];

	look(f, 100, "a", NULL, 10);
	look(f, 100, "a", NULL, 10);
	add_thread(add_vm(s, 100, "a"), 101, THREAD_VCPU, 0)->cpu_ns = SAMPLE_UNKNOWN;
	add_thread(add_vm(s, 200, "a"), 201, THREAD_VCPU, 0)->cpu_ns = SAMPLE_UNKNOWN;
	model_update(f->m, s);
	assert_int_equal(f->m->vm_count, 2);
	assert_string_equal(told(&f->m->vms[1]->cpu_history, text), "");
	assert_int_equal(history_count(&f->m->vms[0]->cpu_history), 2);
}

/* A host on which VMs come and go for years. */
static void what_is_gone_is_bounded(void **state)
{
	enum { MORE = 5 };
	struct fixture *f = *state;
	char name[16];

	for (int i = 0; i < PAST_MAX + MORE; i++) {
		snprintf(name, sizeof name, "vm%d", i);
		look(f, 100 + i, name, NULL, 10);
		look(f, 100 + i, name, NULL, 10);
		look(f, 0, NULL, NULL, 0);
	}
	assert_int_equal(f->m->past.count, PAST_MAX);
	look(f, 5000, "vm4", NULL, 1); /* the last one that is forgotten */
	check(f, "");
	look(f, 0, NULL, NULL, 0);
	assert_int_equal(f->m->past.count, PAST_MAX); /* it had nothing to remember */
	look(f, 5001, "vm5", NULL, 1);
	check(f, "10 -");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ring),
		cmocka_unit_test(unknown_is_kept_and_is_no_maximum),
		cmocka_unit_test(memory),
		cmocka_unit_test_setup_teardown(look_by_look, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_not_traced_is_unknown, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restart_between_two_looks, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restart_with_a_pause, set_up, tear_down),
		cmocka_unit_test_setup_teardown(restart_of_one_that_has_ended, set_up, tear_down),
		cmocka_unit_test_setup_teardown(another_vm_starts_anew, set_up, tear_down),
		cmocka_unit_test_setup_teardown(two_of_one_name, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_gone_is_bounded, set_up, tear_down),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
