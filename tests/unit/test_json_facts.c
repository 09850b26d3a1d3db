/* The JSON of KVM's counters and of the platform: known, unknown, and where they stand in a tick. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "model/counters.h"
#include "report/json.h"
#include "report/json_facts.h"
#include "samples.h"

/* Takes o. */
static void assert_json(json_t *o, const char *expected)
{
	char *text = json_dumps(o, JSON_COMPACT | JSON_REAL_PRECISION(12));

	assert_string_equal(text, expected);
	free(text);
	json_decref(o);
}

static void counters_that_are_known(void **state)
{
	const struct vm_counters c = {
		.exits_per_s = 1,
		.io_exits_per_s = 2,
		.mmio_exits_per_s = 3,
		.halt_exits_per_s = 4,
		.irq_exits_per_s = 5,
		.hypercalls_per_s = 6,
		.nested_runs_per_s = 7,
		.page_faults_per_s = 8,
		.directed_yields_per_s = 9,
		.nx_splits_per_s = 10,
		.irq_windows_per_s = 10.25,
		.nmi_windows_per_s = 10.5,
		.signals_per_s = 10.75,
		.irq_requests_per_s = 11,
		.emulated_per_s = 11.25,
		.halt_poll_pct = 11.5,
		.halt_wait_pct = 12,
		.main_wakes_per_s = 13,
		.unhandled_msrs_per_s = 14,
		.unhandled_msrs = 15,
		.unhandled_msr = 0x611,
	};

	(void)state;
	assert_json(json_facts_counters(&c),
		"{\"exits_per_s\":1.0,\"io_exits_per_s\":2.0,\"mmio_exits_per_s\":3.0,"
		"\"halt_exits_per_s\":4.0,\"irq_exits_per_s\":5.0,\"hypercalls_per_s\":6.0,"
		"\"nested_runs_per_s\":7.0,\"page_faults_per_s\":8.0,"
		"\"directed_yields_per_s\":9.0,\"nx_splits_per_s\":10.0,"
		"\"irq_windows_per_s\":10.25,\"nmi_windows_per_s\":10.5,\"signals_per_s\":10.75,"
		"\"irq_requests_per_s\":11.0,\"emulated_per_s\":11.25,\"halt_poll_pct\":11.5,"
		"\"halt_wait_pct\":12.0,\"main_wakes_per_s\":13.0,\"unhandled_msrs_per_s\":14.0,"
		"\"unhandled_msrs\":15,\"unhandled_msr\":1553}");
}

static void counters_that_are_not(void **state)
{
	const struct vm_counters unknown = counters_unknown();
	json_t *o = json_facts_counters(&unknown), *value;
	const char *key;

	(void)state;
	assert_int_equal(json_object_size(o), 21);
	json_object_foreach(o, key, value) assert_true(json_is_null(value));
	json_decref(o);
}

/* No line in the log is a number, too; but no MSR. */
static void a_quiet_log(void **state)
{
	struct vm_counters c = counters_unknown();
	json_t *o;

	(void)state;
	c.unhandled_msrs = 0;
	o = json_facts_counters(&c);
	assert_int_equal(json_integer_value(json_object_get(o, "unhandled_msrs")), 0);
	assert_true(json_is_integer(json_object_get(o, "unhandled_msrs")));
	assert_true(json_is_null(json_object_get(o, "unhandled_msr")));
	json_decref(o);
}

static void platforms(void **state)
{
	const struct sample_platform known = {
		.clocksource = "tsc",
		.kvm_vendor = "intel",
		.halt_poll_ns = 200000,
		.halt_poll_ns_grow = 2,
		.halt_poll_ns_grow_start = 10000,
		.arch = "x86_64",
		.halt_poll_ns_shrink = 0,
		.ignore_msrs = 0,
		.report_ignored_msrs = 1,
		.apicv = 1,
		.nested = 0,
		.nx_huge_pages = "Y",
		.ksm_run = 1,
		.ksm_shared = 2,
		.ksm_sharing = 1ll << 40,
		.ksm_unshared = 0,
		.kernel = "6.1.0",
		.libvirt_version = 9000000,
		.qemu_version = 7002015,
	};
	const struct sample_platform unknown = sample_platform_unknown();

	(void)state;
	assert_json(json_facts_platform(&known),
		"{\"clocksource\":\"tsc\",\"arch\":\"x86_64\",\"kvm_vendor\":\"intel\",\"halt_poll_"
		"ns\":200000,"
		"\"halt_poll_ns_grow\":2,\"halt_poll_ns_grow_start\":10000,"
		"\"halt_poll_ns_shrink\":0,"
		"\"ignore_msrs\":false,\"report_ignored_msrs\":true,\"apicv\":true,"
		"\"nested\":false,\"nx_huge_pages\":\"Y\",\"ksm_run\":1,\"ksm_shared\":2,"
		"\"ksm_sharing\":1099511627776,\"ksm_unshared\":0,\"kernel\":\"6.1.0\","
		"\"libvirt_version\":\"9.0.0\",\"qemu_version\":\"7.2.15\"}");
	assert_json(json_facts_platform(&unknown),
		"{\"clocksource\":null,\"arch\":null,\"kvm_vendor\":null,\"halt_poll_ns\":null,"
		"\"halt_poll_ns_grow\":null,\"halt_poll_ns_grow_start\":null,"
		"\"halt_poll_ns_shrink\":null,"
		"\"ignore_msrs\":null,\"report_ignored_msrs\":null,\"apicv\":null,"
		"\"nested\":null,\"nx_huge_pages\":null,\"ksm_run\":null,\"ksm_shared\":null,"
		"\"ksm_sharing\":null,\"ksm_unshared\":null,\"kernel\":null,"
		"\"libvirt_version\":null,\"qemu_version\":null}");
}

/* Of all vCPUs, and of the one that is told; the other one's are null, and so are all where nothing is known. */
static void halts_stand_at_vms_and_vcpus(void **state)
{
	struct model *m = model_new();
	json_t *o, *vm, *threads, *halts;
	char *text;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct sample *s = sample_at(i);
		struct sample_vm *known = add_vm(s, 1, "vm");

		add_vm(s, 2, "unknown");
		add_thread(known, 10, THREAD_VCPU, 0);
		add_thread(known, 11, THREAD_VCPU, 1);
		add_thread(known, 12, THREAD_EMULATOR, -1);
		known->counters.time_ns = known->halts.time_ns = s->time_ns;
		known->counters.halt_wakeups = (uint64_t)i * 50;
		known->halts.vcpus = arena_array(&s->arena, 1, sizeof *known->halts.vcpus);
		known->halts.count = 1;
		known->halts.vcpus[0] = (struct sample_vcpu_halts){ 1, 0, 0, SAMPLE_UNKNOWN,
			(uint64_t)i * 40, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN };
		model_update(m, s);
	}
	text = report_json(m, &(struct findings){ 0 });
	o = json_loads(text, 0, NULL);
	vm = json_array_get(json_object_get(o, "vms"), 0);
	halts = json_object_get(vm, "halts");
	assert_near(json_real_value(json_object_get(halts, "wakes_per_s")), 50, 1e-9);
	assert_true(json_is_null(json_object_get(halts, "poll_pct")));
	threads = json_object_get(vm, "threads");
	assert_true(json_is_null(json_object_get(json_array_get(threads, 0), "halts")));
	halts = json_object_get(json_array_get(threads, 1), "halts");
	assert_near(json_real_value(json_object_get(halts, "wakes_per_s")), 40, 1e-9);
	assert_near(json_real_value(json_object_get(halts, "poll_pct")), 0, 0);
	assert_true(json_is_null(json_object_get(halts, "wait_pct")));
	assert_true(json_is_null(json_object_get(json_array_get(threads, 2), "halts")));
	vm = json_array_get(json_object_get(o, "vms"), 1);
	assert_true(json_is_null(json_object_get(vm, "halts")));
	json_decref(o);
	free(text);
	model_free(m);
}

static void a_tick_has_both(void **state)
{
	struct model *m = model_new();
	const struct findings none = { 0 };
	json_t *o, *counters, *platform;
	char *text;

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct sample *s = sample_at(i);
		struct sample_vm *vm = add_vm(s, 1, "vm");

		vm->counters.time_ns = s->time_ns;
		vm->counters.halt_exits = (uint64_t)i * 25;
		s->platform.halt_poll_ns = 50000;
		model_update(m, s);
	}
	text = report_json(m, &none);
	o = json_loads(text, 0, NULL);
	platform = json_object_get(json_object_get(o, "host"), "platform");
	assert_int_equal(json_integer_value(json_object_get(platform, "halt_poll_ns")), 50000);
	counters = json_object_get(json_array_get(json_object_get(o, "vms"), 0), "counters");
	assert_near(json_real_value(json_object_get(counters, "halt_exits_per_s")), 25, 1e-9);
	assert_true(json_is_null(json_object_get(counters, "exits_per_s")));
	json_decref(o);
	free(text);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counters_that_are_known),
		cmocka_unit_test(counters_that_are_not),
		cmocka_unit_test(a_quiet_log),
		cmocka_unit_test(platforms),
		cmocka_unit_test(halts_stand_at_vms_and_vcpus),
		cmocka_unit_test(a_tick_has_both),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
