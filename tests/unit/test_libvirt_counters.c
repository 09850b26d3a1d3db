/* libvirt: KVM's counters from a domain's statistics, the versions, and a daemon that does not answer. */
#include <libvirt/libvirt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvirt_fixture.h"
#include "sample/wants.h"
#include "source/libvirt/libvirt_counters.h"

#define TEST_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f" /* the domain "test" of test:///default */

static const struct {
	const char *field;
	unsigned long long value;
} two_vcpus[] = {
	{ "vcpu.current", 2 },
	{ "vcpu.0.time", 999 },
	{ "vcpu.0.exits.sum", 1000 },
	{ "vcpu.0.io_exits.sum", 1 },
	{ "vcpu.0.mmio_exits.sum", 2 },
	{ "vcpu.0.halt_exits.sum", 3 },
	{ "vcpu.0.irq_exits.sum", 4 },
	{ "vcpu.0.hypercalls.sum", 5 },
	{ "vcpu.0.halt_poll_success_ns.sum", 6 },
	{ "vcpu.0.halt_poll_fail_ns.sum", 7 },
	{ "vcpu.0.halt_wait_ns.sum", 8 },
	{ "vcpu.0.nested_run.sum", 9 },
	{ "vcpu.0.pf_fixed.sum", 777 },
	{ "vcpu.0.pf_taken.sum", 10 },
	{ "vcpu.0.directed_yield_attempted.sum", 11 },
	{ "vcpu.0.halt_wakeup.sum", 13 },
	{ "vcpu.0.halt_attempted_poll.sum", 14 },
	{ "vcpu.0.halt_successful_poll.sum", 15 },
	{ "vcpu.10.exits.sum", 500 },
	{ "vcpu.10.halt_exits.sum", 30 },
	{ "vcpu.10.exits.max", 777 },
	{ "vcpu.exits.sum", 777 },
	{ "vcpu..exits.sum", 777 },
	{ "vcpu.1x.exits.sum", 777 },
	{ "vcpu.1.exits", 777 },
	{ "vcpu.1.exits.sum.sum", 777 },
	{ "block.0.exits.sum", 777 },
	{ "vm.nx_lpage_splits.cur", 12 },
	{ "vm.pages_4k.cur", 777 },
};

static void sums_over_all_vcpus(void **state)
{
	struct sample_counters c = sample_counters_unknown();
	virTypedParameterPtr params = NULL;
	int count = 0, room = 0;

	(void)state;
	for (size_t i = 0; i < sizeof two_vcpus / sizeof *two_vcpus; i++)
		assert_int_equal(virTypedParamsAddULLong(&params, &count, &room, two_vcpus[i].field,
					 two_vcpus[i].value),
			0);
	/* Of another type than counters have. */
	assert_int_equal(
		virTypedParamsAddString(&params, &count, &room, "vcpu.0.exits.cur", "x"), 0);
	c.time_ns = 5;
	assert_true(libvirt_counters_read(&c, params, count));
	assert_int_equal(c.time_ns, 5);
	assert_int_equal(c.exits, 1500);
	assert_int_equal(c.io_exits, 1);
	assert_int_equal(c.mmio_exits, 2);
	assert_int_equal(c.halt_exits, 33);
	assert_int_equal(c.irq_exits, 4);
	assert_int_equal(c.hypercalls, 5);
	assert_int_equal(c.halt_poll_success_ns, 6);
	assert_int_equal(c.halt_poll_fail_ns, 7);
	assert_int_equal(c.halt_wait_ns, 8);
	assert_int_equal(c.nested_runs, 9);
	assert_int_equal(c.page_faults, 10);
	assert_int_equal(c.directed_yields, 11);
	assert_int_equal(c.nx_splits, 12);
	assert_int_equal(c.halt_wakeups, 13);
	assert_int_equal(c.halt_polls, 14);
	assert_int_equal(c.halt_polls_successful, 15);
	virTypedParamsFree(params, count);
}

/* Each vCPU by itself; what is not told of one is unknown. */
static void each_vcpus_halts_are_kept(void **state)
{
	static const struct {
		const char *field;
		unsigned long long value;
	} fields[] = {
		{ "vcpu.current", 3 },
		{ "vcpu.0.halt_poll_success_ns.sum", 6 },
		{ "vcpu.0.halt_poll_fail_ns.sum", 7 },
		{ "vcpu.0.halt_wait_ns.sum", 8 },
		{ "vcpu.0.halt_wakeup.sum", 9 },
		{ "vcpu.0.halt_attempted_poll.sum", 10 },
		{ "vcpu.0.halt_successful_poll.sum", 11 },
		{ "vcpu.0.exits.sum", 777 },
		{ "vcpu.1.time", 777 },
		{ "vcpu.12.halt_wait_ns.sum", 80 },
		{ "vcpu.12.halt_wait_ns.max", 777 },
		{ "vcpu.0.halt_wakeup.cur", 777 },
		{ "vcpu.x.halt_wakeup.sum", 777 },
		{ "vcpu..halt_wakeup.sum", 777 },
		{ "vcpu.-1.halt_wakeup.sum", 777 },
		{ "vcpu.99999999999.halt_wakeup.sum", 777 },
		{ "vm.halt_wakeup.sum", 777 },
	};
	virTypedParameterPtr params = NULL;
	struct sample_halts h;
	int count = 0, room = 0;

	(void)state;
	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		assert_int_equal(virTypedParamsAddULLong(
					 &params, &count, &room, fields[i].field, fields[i].value),
			0);
	assert_int_equal(
		virTypedParamsAddString(&params, &count, &room, "vcpu.3.halt_wakeup.sum", "x"), 0);
	h = libvirt_counters_read_halts(params, count);
	assert_int_equal(h.count, 2);
	assert_int_equal(h.vcpus[0].vcpu, 0);
	assert_int_equal(h.vcpus[0].poll_success_ns, 6);
	assert_int_equal(h.vcpus[0].poll_fail_ns, 7);
	assert_int_equal(h.vcpus[0].wait_ns, 8);
	assert_int_equal(h.vcpus[0].wakeups, 9);
	assert_int_equal(h.vcpus[0].polls, 10);
	assert_int_equal(h.vcpus[0].polls_successful, 11);
	assert_int_equal(h.vcpus[1].vcpu, 12);
	assert_int_equal(h.vcpus[1].wait_ns, 80);
	assert_true(h.vcpus[1].wakeups == SAMPLE_UNKNOWN);
	assert_true(h.vcpus[1].poll_fail_ns == SAMPLE_UNKNOWN);
	free(h.vcpus);
	virTypedParamsFree(params, count);
	h = libvirt_counters_read_halts(NULL, 0);
	assert_int_equal(h.count, 0);
	free(h.vcpus);
}

/* A QEMU that is busy, or too old, tells none of them: what was known stays. */
static void without_counters_nothing_is_changed(void **state)
{
	struct sample_counters c = sample_counters_unknown();
	virTypedParameterPtr params = NULL;
	int count = 0, room = 0;

	(void)state;
	c.time_ns = 5;
	c.exits = 4711;
	virTypedParamsAddULLong(&params, &count, &room, "vcpu.0.time", 3);
	virTypedParamsAddULLong(&params, &count, &room, "vcpu.0.unheard_of.sum", 3);
	assert_false(libvirt_counters_read(&c, params, count));
	assert_false(libvirt_counters_read(&c, NULL, 0));
	assert_int_equal(c.time_ns, 5);
	assert_int_equal(c.exits, 4711);
	virTypedParamsFree(params, count);
}

static bool has_versions(const struct sample *s)
{
	return s->domains && s->platform.libvirt_version;
}

/* The test driver has no counters, and a version that is not QEMU's. */
static void what_is_known_stays(void **state)
{
	static const uint64_t times_ns[] = { 5, 0 };
	struct fixture *f = *state;
	unsigned long version = 0;

	virGetVersion(&version, NULL, NULL);
	set_pid_file(f, "test.pid", "11\n");
	for (size_t i = 0; i < 2; i++) {
		struct source *source = libvirt_open("test:///default", f->dir);
		struct sample_vm vm = sample_vm_unknown((struct vm_id){ 11, 1 });
		const uint64_t exits = times_ns[i] ? 4711 : SAMPLE_UNKNOWN;
		struct sample *s;

		vm.uuid = TEST_UUID;
		vm.counters.time_ns = times_ns[i];
		vm.counters.exits = exits;
		s = collect_until(source, &vm, 1, 0, has_versions);
		assert_non_null(s->vms[0].domain);
		assert_int_equal(s->vms[0].counters.time_ns, times_ns[i]);
		assert_true(s->vms[0].counters.exits == exits);
		assert_int_equal(s->platform.libvirt_version, version);
		assert_int_equal(s->platform.qemu_version, 0);
		sample_free(s);
		close_source(source);
	}
}

/* Threads of this process that ask for statistics. */
static int asking(void)
{
	DIR *dir = opendir("/proc/self/task");
	const struct dirent *entry;
	int count = 0;

	assert_non_null(dir);
	while ((entry = readdir(dir))) {
		char path[64], name[32] = "";
		FILE *in;

		snprintf(path, sizeof path, "/proc/self/task/%.16s/comm", entry->d_name);
		in = fopen(path, "re");
		if (!in)
			continue;
		count += fgets(name, sizeof name, in) && !strcmp(name, "libvirt-stats\n");
		fclose(in);
	}
	closedir(dir);
	return count;
}

static bool asks_in_time(int wanted)
{
	const uint64_t end_ns = clock_mono_ns() + DEADLINE_NS;

	while (asking() != wanted && clock_mono_ns() < end_ns)
		poll(NULL, 0, 5);
	return asking() == wanted;
}

/* Who has KVM's counters from elsewhere asks libvirt for each vCPU's halts, while somebody looks at them. */
static void halts_are_asked_for_while_wanted(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	struct sample_vm vm = sample_vm_unknown((struct vm_id){ 11, 1 });

	set_pid_file(f, "test.pid", "11\n");
	vm.uuid = TEST_UUID;
	vm.counters.time_ns = 5;
	sample_free(collect_until(source, &vm, 1, 0, has_versions));
	assert_int_equal(asking(), 0);
	source_want(source, &(struct sample_wants){ .what = WANT_HALTS });
	sample_free(collect_until(source, &vm, 1, 0, has_versions));
	assert_true(asks_in_time(1));
	source_want(source, &(struct sample_wants){ .what = WANT_HOST });
	assert_true(asks_in_time(0));
	/* Who has them from nobody else needs them still. */
	vm.counters = sample_counters_unknown();
	source_want(source, &(struct sample_wants){ .what = WANT_HALTS });
	sample_free(collect_until(source, &vm, 1, 0, has_versions));
	source_want(source, &(struct sample_wants){ 0 });
	assert_true(asks_in_time(1));
	close_source(source);
	assert_true(asks_in_time(0));
}

/* Nothing is asked about a process that only has a domain's UUID, and nothing of the domain's is its. */
static void a_claim_gets_nothing(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	struct sample_vm vm = sample_vm_unknown((struct vm_id){ 11, 1 });
	struct sample *s;

	vm.uuid = TEST_UUID;
	source_want(source, &(struct sample_wants){ .what = WANT_HALTS | WANT_DEVICES });
	s = collect_until(source, &vm, 1, 0, has_versions);
	assert_null(s->vms[0].domain);
	assert_null(s->vms[0].uuid);
	assert_string_equal(s->vms[0].claim, "test");
	assert_int_equal(asking(), 0);
	sample_free(s);
	close_source(source);
}

/* Nobody waits for a daemon that listens and never answers. */
static void a_hung_daemon_is_left(void **state)
{
	struct fixture *f = *state;
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	char *path = in_dir(f, "", "hung"), *uri = in_dir(f, "qemu+unix:///system?socket=", "hung");
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct sample_counters counters = sample_counters_unknown();
	struct libvirt_counters *c;
	uint64_t start_ns;

	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 4), 0);
	c = libvirt_counters_start(uri);
	start_ns = clock_mono_ns();
	libvirt_counters_get(c, TEST_UUID, start_ns, &counters);
	assert_int_equal(counters.time_ns, 0);
	libvirt_counters_stop(c);
	assert_true(clock_mono_ns() - start_ns < DEADLINE_NS);
	libvirt_counters_stop(NULL);
	close(fd);
	free(path);
	free(uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sums_over_all_vcpus),
		cmocka_unit_test(each_vcpus_halts_are_kept),
		cmocka_unit_test(without_counters_nothing_is_changed),
		cmocka_unit_test_setup_teardown(what_is_known_stays, setup, teardown),
		cmocka_unit_test_setup_teardown(halts_are_asked_for_while_wanted, setup, teardown),
		cmocka_unit_test_setup_teardown(a_claim_gets_nothing, setup, teardown),
		cmocka_unit_test_setup_teardown(a_hung_daemon_is_left, setup, teardown),
	};

	virInitialize();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
