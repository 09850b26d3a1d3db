/* VMs of another host: what the source makes of libvirt's test driver, and what the model makes of them. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvirt_fixture.h"
#include "model/columns.h"
#include "model/model.h"
#include "sample/wants.h"
#include "samples.h"

#define TEST_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f" /* the domain "test" of test:///default */

static bool has_figures(const struct sample *s)
{
	return s->vm_count && s->host.cpus;
}

/* Each domain that runs is a VM, without any process; the host is the connection's. */
static void domains_are_vms(void **state)
{
	struct source *source = libvirt_open("test:///default", NULL);
	struct sample *s = collect_until(source, NULL, 0, 0, has_figures), *again;
	char name[65] = "";

	(void)state;
	gethostname(name, sizeof name - 1);
	assert_true(s->host.remote);
	assert_string_equal(s->host.name, name); /* the test driver's own */
	assert_int_equal(s->host.cpus, 16);
	assert_int_equal(s->host.memory_kib, 3145728);
	assert_int_equal(s->vm_count, 1);
	assert_int_equal(s->vms[0].id.pid, 0);
	assert_true(s->vms[0].id.start_ticks != 0 && s->vms[0].id.start_ticks <= INT64_MAX);
	assert_string_equal(s->vms[0].name, "test");
	assert_string_equal(s->vms[0].uuid, TEST_UUID);
	assert_non_null(s->vms[0].domain);
	assert_true(s->sources[SOURCE_PROC].ok && s->sources[SOURCE_LIBVIRT].ok);
	assert_false(s->sources[SOURCE_TRACING].ok);
	assert_non_null(strstr(s->sources[SOURCE_TRACING].why, "looks at "));
	/* It stays the same VM. */
	again = collect(source, NULL, 0, 0);
	assert_true(vm_id_equal(again->vms[0].id, s->vms[0].id));
	sample_free(again);
	sample_free(s);
	close_source(source);
}

/* Nothing is known at first, and it is said where one looks. */
static void the_first_look_does_not_wait(void **state)
{
	struct source *source = libvirt_open("qemu+tcp://user@192.0.2.1:1/system", NULL);
	struct sample *s = collect(source, NULL, 0, 0);

	(void)state;
	assert_int_equal(s->vm_count, 0);
	assert_string_equal(s->host.name, "192.0.2.1");
	assert_non_null(strstr(s->sources[SOURCE_TRACING].why, "looks at 192.0.2.1 "));
	sample_free(s);
	close_source(source);
}

static bool is_off(const struct sample *s)
{
	return !s->sources[SOURCE_LIBVIRT].ok;
}

/* Nobody listens there: that is said, of the list of VMs as well. */
static void no_connection(void **state)
{
	struct source *source = libvirt_open("qemu+tcp://127.0.0.1:1/system", NULL);
	struct sample *s = collect_until(source, NULL, 0, 0, is_off);

	(void)state;
	assert_string_equal(s->sources[SOURCE_PROC].why, s->sources[SOURCE_LIBVIRT].why);
	assert_non_null(strstr(s->sources[SOURCE_LIBVIRT].why, "127.0.0.1"));
	assert_string_equal(s->host.name, "127.0.0.1");
	sample_free(s);
	close_source(source);
}

static bool is_said_to_be_old(const struct sample *s)
{
	return strstr(s->sources[SOURCE_LIBVIRT].why, "figures for ");
}

/* One that had figures and has none for long is told, and they are not passed off as new ones. Where libvirt is just being
 * asked for its domains, that is what is said instead. */
static void old_figures_are_none(void **state)
{
	struct source *source = libvirt_open("test:///default", NULL);
	struct sample *s = collect_until(source, NULL, 0, 0, has_figures), *late;

	(void)state;
	late = collect_until(source, NULL, 0, 60 * NS_PER_S, is_said_to_be_old);
	assert_int_equal(late->vm_count, 1);
	assert_int_equal(late->vms[0].cpu.time_ns, 0);
	assert_false(late->sources[SOURCE_LIBVIRT].ok);
	sample_free(late);
	sample_free(s);
	close_source(source);
}

/* What one reading of a VM with two vCPUs says, n times over. */
static struct sample *reading(double at_s, double read_s, uint64_t n)
{
	const uint64_t time_ns = (uint64_t)((1000 + read_s) * (double)NS_PER_S);
	struct sample *s = sample_at(at_s);
	struct sample_vm *vm = add_vm(s, 0, "win10");

	s->host.remote = true;
	s->host.cpus = 2;
	s->host.time_ns = time_ns;
	s->host.user_ticks = 100 * n;
	s->host.system_ticks = 50 * n;
	s->host.idle_ticks = 240 * n;
	s->host.iowait_ticks = 10 * n;
	s->host.nice_ticks = s->host.irq_ticks = s->host.softirq_ticks = 0;
	vm->id = (struct vm_id){ 0, 4711 };
	vm->cpu = (struct sample_domain_cpu){ time_ns, 3000000000 * n, 1800000000 * n,
		1000000000 * n };
	for (int i = 0; i < 2; i++) {
		struct sample_thread *t = add_thread(vm, -1 - i, THREAD_VCPU, i);

		t->time_ns = time_ns;
		t->cpu_ns = 1200000000 * n;
		t->wait_ns = 20000000 * n;
		t->utime_ticks = t->stime_ticks = t->guest_ticks = SAMPLE_UNKNOWN;
	}
	return s;
}

/* Shares are of the time between the readings, whenever the samples were taken. */
static void shares_are_between_readings(void **state)
{
	struct model *m = model_new();
	const struct vm *vm;

	(void)state;
	model_update(m, reading(0, 0, 1));
	assert_near(m->vms[0]->cpu.cpu_pct, NAN, 0);
	model_update(m, reading(1, 2, 2)); /* two seconds later */
	vm = m->vms[0];
	for (int i = 0; i < 2; i++) {
		assert_int_equal(vm->vcpus, 2);
		assert_near(vm->cpu.cpu_pct, 150, 1e-9);
		assert_near(vm->cpu.user_pct, 90, 1e-9);
		assert_near(vm->cpu.system_pct, 50, 1e-9);
		assert_near(vm->cpu.guest_pct, NAN, 0);
		assert_near(vm->cpu.wait_pct, 2, 1e-9);
		assert_near(vm->threads[1].cpu.cpu_pct, 60, 1e-9);
		assert_near(vm->threads[1].cpu.wait_pct, 1, 1e-9);
		assert_near(vm->threads[1].cpu.user_pct, NAN, 0);
		assert_near(m->host.guest_pct, NAN, 0);
		assert_near(m->host.user_pct, 25, 1e-9);
		assert_near(m->host.system_pct, 12.5, 1e-9);
		assert_near(m->host.idle_pct, 62.5, 1e-9);
		assert_near(m->host.steal_pct, NAN, 0);
		model_update(m, reading(2, 2, 2)); /* the same one again */
	}
	assert_near(field_number(&thread_columns[THREAD_COL_TID], &vm->threads[0]), NAN, 0);
	assert_near(field_number(&vm_columns[VM_COL_PID], vm), NAN, 0);
	assert_true(m->host.remote);
	model_free(m);
}

/* Totals that have gone back, and none at all. */
static void shares_that_are_not_known(void **state)
{
	struct model *m = model_new();
	struct sample *s;

	(void)state;
	model_update(m, reading(0, 0, 2));
	model_update(m, reading(1, 1, 1));
	assert_near(m->vms[0]->cpu.cpu_pct, NAN, 0);
	assert_near(m->vms[0]->threads[0].cpu.cpu_pct, NAN, 0);
	model_update(m, reading(2, 2, 2));
	assert_near(m->vms[0]->cpu.cpu_pct, 300, 1e-9);
	s = reading(3, 2, 2);
	s->vms[0].cpu.time_ns = 0;
	s->vms[0].thread_count = 0;
	model_update(m, s);
	assert_near(m->vms[0]->cpu.cpu_pct, NAN, 0);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(domains_are_vms, setup, teardown),
		cmocka_unit_test_setup_teardown(the_first_look_does_not_wait, setup, teardown),
		cmocka_unit_test_setup_teardown(no_connection, setup, teardown),
		cmocka_unit_test_setup_teardown(old_figures_are_none, setup, teardown),
		cmocka_unit_test(shares_are_between_readings),
		cmocka_unit_test(shares_that_are_not_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
