/* KVM's events in the model: rates and totals, whatever begins anew between two samples. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <stdlib.h>

#include "core/text.h"
#include "model/kvm_event_columns.h"
#include "model/model.h"
#include "samples.h"

static uint64_t ms(double milliseconds)
{
	return 1000 * NS_PER_S + (uint64_t)(milliseconds * (double)NS_PER_MS);
}

/* Counted since since_ms, with a kvm_exit and a kvm_pio for the host and the VM. */
static struct sample *counted(
	double at_ms, double since_ms, double vm_since_ms, pid_t pid, uint64_t host, uint64_t vm)
{
	struct sample *s = sample_at(at_ms / 1000);
	struct sample_kvm_events *e = &s->kvm_events;

	add_thread(add_vm(s, 100, "win10"), 100, THREAD_EMULATOR, -1);
	add_thread(add_vm(s, 200, "web1"), 200, THREAD_EMULATOR, -1);
	e->wanted = true;
	e->read_ns = ms(at_ms);
	e->host_since_ns = since_ms < 0 ? 0 : ms(since_ms);
	e->vm_since_ns = vm_since_ms < 0 ? 0 : ms(vm_since_ms);
	e->host_enabled_ns = e->host_running_ns = e->read_ns - e->host_since_ns;
	e->vm_enabled_ns = e->vm_running_ns = e->read_ns - e->vm_since_ns;
	e->vm_pid = pid;
	e->vm_start_ticks = pid ? 7 : 0;
	e->count = 2;
	e->events = arena_array(&s->arena, 2, sizeof *e->events);
	e->events[0] = (struct sample_kvm_event){ "kvm_exit", since_ms < 0 ? SAMPLE_UNKNOWN : host,
		vm_since_ms < 0 ? SAMPLE_UNKNOWN : vm };
	e->events[1] = (struct sample_kvm_event){ "kvm_pio", 0, SAMPLE_UNKNOWN };
	return s;
}

static void check_exits(
	const struct model *m, double host, double vm, double host_total, double vm_total)
{
	const struct kvm_event *e = kvm_events_find(&m->kvm_events, "kvm_exit");

	assert_non_null(e);
	assert_near(e->host_per_s, host, 1e-6);
	assert_near(e->vm_per_s, vm, 1e-6);
	assert_near(e->host_total, host_total, 1e-6);
	assert_near(e->vm_total, vm_total, 1e-6);
}

static void test_rates(void **state)
{
	struct model *m = model_new();

	(void)state;
	assert_false(m->kvm_events.wanted);
	model_update(m, sample_at(0));
	assert_int_equal(m->kvm_events.count, 0);
	/* The first look since counting began: it began at 0, and half a second ago. */
	model_update(m, counted(1000, 500, 750, 100, 50, 10));
	check_exits(m, 100, 40, 50, 10);
	assert_true(vm_id_equal(m->kvm_events.vm, (struct vm_id){ 100, 7 }));
	model_update(m, counted(3000, 500, 750, 100, 250, 10));
	check_exits(m, 100, 0, 250, 10);
	/* What is not counted is not known. */
	assert_true(isnan(kvm_events_find(&m->kvm_events, "kvm_pio")->vm_per_s));
	assert_true(kvm_events_find(&m->kvm_events, "kvm_pio")->host_per_s == 0);
	assert_false(kvm_event_fired(kvm_events_find(&m->kvm_events, "kvm_pio")));
	assert_null(kvm_events_find(&m->kvm_events, "kvm_msr"));
	model_zero(m);
	check_exits(m, 100, 0, 0, 0);
	model_update(m, counted(4000, 500, 750, 100, 260, 11));
	check_exits(m, 10, 1, 10, 1);
	/* Nobody looks: all is forgotten. */
	model_update(m, sample_at(5));
	assert_int_equal(m->kvm_events.count, 0);
	model_update(m, counted(6000, 5500, 5500, 100, 3, 2));
	check_exits(m, 6, 4, 3, 2);
	model_free(m);
}

/* Totals that begin anew are no rate of minus a million. */
static void test_restarts(void **state)
{
	struct model *m = model_new();

	(void)state;
	model_update(m, counted(1000, 0, 0, 100, 1000000, 1000000));
	check_exits(m, 1000000, 1000000, 1000000, 1000000);
	/* A CPU has come: since then there was less. */
	model_update(m, counted(2000, 1500, 0, 100, 20, 1000005));
	check_exits(m, 40, 5, 1000020, 1000005);
	/* Another VM, of which nothing is known yet, and then is. */
	model_update(m, counted(3000, 1500, -1, 200, 30, 0));
	check_exits(m, 10, NAN, 1000030, NAN);
	assert_true(isnan(field_number(&kvm_event_columns[KVM_EVENT_COL_SHARE],
		kvm_events_find(&m->kvm_events, "kvm_exit"))));
	model_update(m, counted(4000, 1500, 3500, 200, 40, 4));
	check_exits(m, 10, 8, 1000040, 4);
	/* Too short a time for a rate; none of it is lost from the total. */
	model_update(m, counted(5000, 4950, 4950, 200, 7, 6));
	check_exits(m, NAN, NAN, 1000047, 10);
	model_update(m, counted(6000, 4950, 4950, 200, 8, 7));
	check_exits(m, 1, 1, 1000048, 11);
	/* A total that goes back all the same is no total. */
	model_update(m, counted(7000, 4950, 4950, 200, 1, 9));
	check_exits(m, NAN, 2, NAN, 13);
	model_free(m);
}

/* While counters are being opened anew, rates are unknown, and totals stay. */
static void test_a_gap(void **state)
{
	struct model *m = model_new();
	struct sample *s;

	(void)state;
	model_update(m, counted(1000, 0, 0, 100, 500, 40));
	s = sample_at(2);
	s->kvm_events.wanted = true;
	strcpy(s->kvm_events.why, "10 of 20 counters are open\033[2J");
	model_update(m, s);
	check_exits(m, NAN, NAN, 500, 40);
	assert_string_equal(m->kvm_events.why, "10 of 20 counters are open?[2J");
	model_update(m, counted(3000, 2500, 2500, 100, 5, 4));
	check_exits(m, 10, 8, 505, 44);
	assert_string_equal(m->kvm_events.why, "");
	model_free(m);
}

/* Where there were more counters than the kernel can serve, counts are scaled up. */
static void test_scaled(void **state)
{
	struct model *m = model_new();
	struct sample *s;

	(void)state;
	model_update(m, counted(1000, 0, 0, 100, 0, 0));
	s = counted(2000, 0, 0, 100, 100, 30);
	s->kvm_events.host_running_ns -= NS_PER_S / 2; /* half of the second */
	model_update(m, s);
	check_exits(m, 200, 30, 200, 30);
	/* Not at all: then nothing is known. */
	s = counted(3000, 0, 0, 100, 100, 40);
	s->kvm_events.host_running_ns = 3 * NS_PER_S / 2;
	model_update(m, s);
	check_exits(m, NAN, 10, NAN, 40);
	/* Threads that slept all the time were there for no time. */
	s = counted(4000, 0, 0, 100, 150, 40);
	s->kvm_events.vm_enabled_ns = s->kvm_events.vm_running_ns = 3 * NS_PER_S;
	s->kvm_events.host_running_ns = 5 * NS_PER_S / 2;
	model_update(m, s);
	check_exits(m, 50, 0, 50, 40);
	model_free(m);
}

/* The kernel's list changes: a module was loaded anew. */
static void test_other_events(void **state)
{
	struct model *m = model_new();
	struct sample *s;

	(void)state;
	model_update(m, counted(1000, 0, 0, 100, 10, 1));
	s = counted(2000, 0, 0, 100, 30, 2);
	s->kvm_events.events[1] = s->kvm_events.events[0];
	s->kvm_events.events[0] = (struct sample_kvm_event){ "kvm_\033new", 5, 5 };
	model_update(m, s);
	assert_int_equal(m->kvm_events.count, 2);
	check_exits(m, 20, 1, 20, 1); /* it is found in its new place */
	assert_non_null(kvm_events_find(&m->kvm_events, "kvm_?new"));
	assert_true(isnan(kvm_events_find(&m->kvm_events, "kvm_?new")->host_per_s));
	assert_null(kvm_events_find(&m->kvm_events, "kvm_?new")->known);
	model_free(m);
}

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < tracepoint_name_count; i++) {
		const struct tracepoint_name *n = &tracepoint_names[i];

		assert_true(!i || strcmp(n[-1].name, n->name) < 0); /* in order, none twice */
		assert_true(strlen(n->meaning) > 15 && strlen(n->meaning) < 72);
		assert_true((int)strlen(n->about) <= kvm_event_columns[KVM_EVENT_COL_ABOUT].width);
		assert_ptr_equal(tracepoint_name_find(n->name), n);
	}
	/* What is to be told apart. */
	assert_string_equal(tracepoint_name_find("kvm_apic_accept_irq")->about, "APIC");
	assert_string_equal(tracepoint_name_find("kvm_hv_stimer_expiration")->about, "Hyper-V");
	assert_string_equal(tracepoint_name_find("kvm_halt_poll_ns")->about, "halts");
	assert_string_equal(tracepoint_name_find("kvm_vcpu_wakeup")->about, "halts");
	assert_null(tracepoint_name_find("kvm_of_tomorrow"));
}

/* What the kernels at hand have: tests/fixtures/tracing/KERNEL/event-names. */
static void test_each_kernels_events_are_known(void **state)
{
	static const char *const kernels[] = { "linux-5.10", "linux-6.1", "linux-6.12", "linux-7.2",
		"arm64-5.10", "arm64-6.1", "arm64-6.12", "arm64-7.2", "riscv-7.2", "loongarch-7.2",
		"powerpc-7.2" };
	const char *tests = getenv("KVMTOP_TESTS");

	(void)state;
	for (size_t i = 0; i < sizeof kernels / sizeof *kernels; i++) {
		char path[512], name[64];
		int count = 0;
		FILE *file;

		snprintf(path, sizeof path, "%s/fixtures/tracing/%s/event-names",
			tests ? tests : "tests", kernels[i]);
		file = fopen(path, "re");
		assert_non_null(file);
		for (; fscanf(file, "%63s", name) == 1; count++)
			if (!tracepoint_name_find(name))
				fail_msg("%s of %s has no meaning", name, kernels[i]);
		fclose(file);
		assert_true(count >= 15);
	}
}

static void test_columns(void **state)
{
	struct kvm_event e = { .name = "kvm_exit", .host_per_s = 200, .vm_per_s = 50 };

	(void)state;
	for (int i = 0; i < KVM_EVENT_COL__COUNT; i++) {
		const struct field *c = &kvm_event_columns[i];

		assert_true(strlen(c->help) > 20 && text_width(c->title) <= c->width);
		if (field_is_text(c))
			field_text(c, &e);
	}
	assert_near(field_number(&kvm_event_columns[KVM_EVENT_COL_SHARE], &e), 25, 1e-9);
	e.vm_per_s = 201; /* read a moment later */
	assert_near(field_number(&kvm_event_columns[KVM_EVENT_COL_SHARE], &e), 100, 1e-9);
	e.host_per_s = 0;
	assert_true(isnan(field_number(&kvm_event_columns[KVM_EVENT_COL_SHARE], &e)));
	assert_null(field_text(&kvm_event_columns[KVM_EVENT_COL_MEANING], &e));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rates),
		cmocka_unit_test(test_restarts),
		cmocka_unit_test(test_a_gap),
		cmocka_unit_test(test_scaled),
		cmocka_unit_test(test_other_events),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_each_kernels_events_are_known),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
