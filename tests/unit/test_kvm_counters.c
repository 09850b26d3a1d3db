/* kvm_counters on made-up folders of debugfs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "nowhere.h"
#include "patience.h"
#include "samples.h"
#include "scratch.h"
#include "source/host/kvm_counters.h"

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
	assert_true(kvm_counters_exits(NOWHERE, &vm) == SAMPLE_UNKNOWN);
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

static void write_in(const char *folder, const char *name, const char *text)
{
	char path[128];

	mkdir(folder, 0700);
	snprintf(path, sizeof path, "%s/%s", folder, name);
	write_file(path, text);
}

static const char *const names[] = { "exits", "io_exits", "mmio_exits", "halt_exits", "irq_exits",
	"hypercalls", "halt_poll_success_ns", "halt_poll_fail_ns", "halt_wait_ns", "nested_run",
	"pf_taken", "directed_yield_attempted", "nx_lpage_splits", "halt_wakeup",
	"halt_attempted_poll", "halt_successful_poll" };

/* Counters of Linux 6.1, each with a value of its own, and some more that are not wanted. */
static void write_all(const char *folder, unsigned base)
{
	char text[32];

	for (unsigned i = 0; i < sizeof names / sizeof *names; i++) {
		snprintf(text, sizeof text, "%u\n", base + i);
		write_in(folder, names[i], text);
	}
	write_in(folder, "pf_fixed", "777\n");
	write_in(folder, "mmio_exit_user", "777\n");
	write_in(folder, "insn_emulation", "777\n");
}

/* A sample of VMs with the pids 1, 2, ... */
static struct sample *vms_of(size_t count)
{
	struct sample *s = sample_at(0);

	for (size_t i = 0; i < count; i++)
		add_vm(s, (pid_t)i + 1, "vm");
	return s;
}

/* Collects, and returns the counters of the first VM. */
static struct sample_counters first_of(struct kvm_counters *k, size_t count)
{
	struct sample *s = vms_of(count);
	struct sample_counters c;

	kvm_counters_collect(k, s);
	c = s->vms[0].counters;
	sample_free(s);
	return c;
}

static struct sample_counters read_once(void)
{
	struct kvm_counters *k = kvm_counters_new(".");
	struct sample_counters c = first_of(k, 1);

	kvm_counters_free(k);
	return c;
}

/* What can be done about it depends on the reason. */
static void says_why_they_are_not_known(void **state)
{
	static const char missing[] = NOWHERE "/kvm";
	struct kvm_counters *k = kvm_counters_new(missing);
	struct sample *s = vms_of(1);

	(void)state;
	kvm_counters_collect(k, s);
	assert_non_null(strstr(s->platform.counters_why, "not mounted: run `"));
	assert_true(geteuid() != 0 || !strstr(s->platform.counters_why, "sudo"));
	sample_free(s);
	kvm_counters_free(k);

	write_in("1-1", "exits", "many\n");
	k = kvm_counters_new(".");
	s = vms_of(1);
	kvm_counters_collect(k, s);
	assert_string_equal(s->platform.counters_why,
		"KVM's counters in debugfs cannot be read: Invalid argument");
	sample_free(s);
	kvm_counters_free(k);

	write_in("1-1", "exits", "5\n");
	k = kvm_counters_new(".");
	s = vms_of(1);
	kvm_counters_collect(k, s);
	assert_string_equal(s->platform.counters_why, "");
	sample_free(s);
	kvm_counters_free(k);
}

static void each_file_is_its_counter(void **state)
{
	const uint64_t before_ns = clock_mono_ns();
	struct sample_counters c;

	(void)state;
	write_all("1-13", 100);
	c = read_once();
	assert_true(c.time_ns >= before_ns && c.time_ns <= clock_mono_ns());
	assert_int_equal(c.exits, 100);
	assert_int_equal(c.io_exits, 101);
	assert_int_equal(c.mmio_exits, 102);
	assert_int_equal(c.halt_exits, 103);
	assert_int_equal(c.irq_exits, 104);
	assert_int_equal(c.hypercalls, 105);
	assert_int_equal(c.halt_poll_success_ns, 106);
	assert_int_equal(c.halt_poll_fail_ns, 107);
	assert_int_equal(c.halt_wait_ns, 108);
	assert_int_equal(c.nested_runs, 109);
	assert_int_equal(c.page_faults, 110);
	assert_int_equal(c.directed_yields, 111);
	assert_int_equal(c.nx_splits, 112);
	/* A second one of the same process. */
	write_all("1-20", 1000);
	c = read_once();
	assert_int_equal(c.exits, 1100);
	assert_int_equal(c.nx_splits, 1124);
}

/* Three files more for each VM, which nobody pays for who does not look at them. */
static void some_are_read_only_when_wanted(void **state)
{
	struct kvm_counters *k = kvm_counters_new(".");
	struct sample_counters c;

	(void)state;
	write_all("1-13", 100);
	c = first_of(k, 1);
	assert_int_equal(c.nx_splits, 112);
	assert_true(c.halt_wakeups == SAMPLE_UNKNOWN && c.halt_polls == SAMPLE_UNKNOWN &&
		    c.halt_polls_successful == SAMPLE_UNKNOWN);
	kvm_counters_free(k);
	k = kvm_counters_new(".");
	kvm_counters_want_halts(k, true);
	c = first_of(k, 1);
	assert_int_equal(c.nx_splits, 112);
	assert_int_equal(c.halt_wakeups, 113);
	assert_int_equal(c.halt_polls, 114);
	assert_int_equal(c.halt_polls_successful, 115);
	kvm_counters_free(k);
	k = kvm_counters_new(".");
	kvm_counters_want_halts(k, true);
	kvm_counters_want_halts(k, false);
	assert_true(first_of(k, 1).halt_wakeups == SAMPLE_UNKNOWN);
	kvm_counters_free(k);
}

/* Older kernels and other processors have other names, and some counters not at all. */
static void names_differ_between_kernels(void **state)
{
	struct sample_counters c;

	(void)state;
	write_in("1-13", "exits", "5\n");
	write_in("1-13", "pf_fixed", "6\n");
	write_in("1-13", "mmio_exit_user", "7\n");
	write_in("1-13", "wfi_exit_stat", "8\n");
	write_in("1-13", "hvc_exit_stat", "9\n");
	c = read_once();
	assert_true(c.time_ns);
	assert_int_equal(c.exits, 5);
	assert_int_equal(c.page_faults, 6);
	assert_int_equal(c.mmio_exits, 7);
	assert_int_equal(c.halt_exits, 8);
	assert_int_equal(c.hypercalls, 9);
	assert_true(c.io_exits == SAMPLE_UNKNOWN);
	assert_true(c.halt_poll_fail_ns == SAMPLE_UNKNOWN);
	assert_true(c.nested_runs == SAMPLE_UNKNOWN);
}

/* What stands in the vCPUs' folders alone is added up; what the VM's folder has is that sum already. */
static void vcpus_are_summed_up(void **state)
{
	struct sample_counters c;

	(void)state;
	write_in("1-13", "exits", "5\n");
	for (int i = 0; i < 3; i++) {
		char folder[32];

		snprintf(folder, sizeof folder, "1-13/vcpu%d", i * 8);
		write_in(folder, "exits", "1000\n");
		write_in(folder, "halt_exits", i ? "10\n" : "0\n");
		if (i == 1)
			write_in(folder, "nested_run", "4\n");
	}
	c = read_once();
	assert_int_equal(c.exits, 5);
	assert_int_equal(c.halt_exits, 20);
	assert_int_equal(c.nested_runs, 4);
	assert_true(c.irq_exits == SAMPLE_UNKNOWN);
	write_in("1-13/vcpu8", "halt_exits", "?\n");
	assert_true(read_once().exits == SAMPLE_UNKNOWN);
}

static const char *const broken[] = { "", "many\n", "12", "-1\n", "99999999999999999999999\n" };

/* All or nothing: a reading whose parts are from different moments or VMs would look right. */
static void a_broken_file_breaks_the_reading(void **state)
{
	struct sample_counters c;

	(void)state;
	c = read_once();
	assert_true(!c.time_ns && c.exits == SAMPLE_UNKNOWN);
	write_all("1-13", 100);
	for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
		write_in("1-13", "nested_run", broken[i]);
		c = read_once();
		assert_int_equal(c.time_ns, 0);
		assert_true(c.exits == SAMPLE_UNKNOWN && c.nx_splits == SAMPLE_UNKNOWN);
	}
	write_in("1-13", "nested_run", "0\n");
	assert_true(read_once().time_ns);
	/* A folder that is just going away. */
	assert_int_equal(mkdir("1-14", 0700), 0);
	assert_int_equal(read_once().time_ns, 0);
}

static void without_permission_nothing_is_known(void **state)
{
	struct kvm_counters *k = kvm_counters_new(NOWHERE);
	struct sample_counters c = first_of(k, 3);

	(void)state;
	assert_true(!c.time_ns && c.exits == SAMPLE_UNKNOWN);
	kvm_counters_free(k);
}

/* Counts what is read by changing it behind the reader's back. */
static size_t count_read(struct kvm_counters *k, size_t vms, const char *text, uint64_t value)
{
	struct sample *s = vms_of(vms);
	size_t count = 0;

	for (size_t i = 0; i < vms; i++) {
		char folder[32];

		snprintf(folder, sizeof folder, "%zu-9", i + 1);
		write_in(folder, "exits", text);
	}
	kvm_counters_collect(k, s);
	for (size_t i = 0; i < vms; i++)
		count += s->vms[i].counters.exits == value;
	sample_free(s);
	return count;
}

/* New VMs are read at once; afterwards so many a second, and none twice in half a second. */
static void readings_are_rationed(void **state)
{
	const uint64_t deadline_ns = clock_mono_ns() + PATIENCE_NS;
	struct kvm_counters *k = kvm_counters_new(".");
	enum { VMS = 70 };
	uint64_t begin_ns;
	size_t count;

	(void)state;
	assert_int_equal(count_read(k, VMS, "1\n", 1), VMS);
	begin_ns = clock_mono_ns();
	assert_int_equal(count_read(k, VMS, "2\n", 1), VMS);
	do {
		count = count_read(k, VMS, "3\n", 3);
		assert_true((double)count <= 1.0 +
						     (double)(clock_mono_ns() - begin_ns) /
							     (double)NS_PER_S * KVM_COUNTERS_PER_S +
						     KVM_COUNTERS_PER_S);
		assert_true(clock_mono_ns() < deadline_ns);
	} while (count < VMS);
	assert_true(clock_mono_ns() - begin_ns >= KVM_COUNTERS_GAP_NS);
	kvm_counters_free(k);
}

/* A pid that is used again is another VM. */
static void what_is_gone_is_forgotten(void **state)
{
	struct kvm_counters *k = kvm_counters_new(".");
	struct sample *s = vms_of(1);

	(void)state;
	write_all("1-13", 100);
	assert_int_equal(first_of(k, 1).exits, 100);
	write_all("1-13", 5);
	s->vms[0].id.start_ticks = 8;
	kvm_counters_collect(k, s);
	assert_int_equal(s->vms[0].counters.exits, 5);
	sample_free(s);
	s = vms_of(1);
	s->vms[0].id.start_ticks = 8;
	s->vms[0].ended = true;
	kvm_counters_collect(k, s);
	assert_int_equal(s->vms[0].counters.time_ns, 0); /* it cannot be read any more */
	sample_free(s);
	write_all("1-13", 50);
	s = vms_of(1);
	s->vms[0].id.start_ticks = 8;
	kvm_counters_collect(k, s);
	assert_int_equal(s->vms[0].counters.exits, 50);
	sample_free(s);
	kvm_counters_free(k);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sums_up_the_folders_of_a_vm),
		TEST(what_cannot_be_read_is_unknown),
		TEST(says_why_they_are_not_known),
		TEST(each_file_is_its_counter),
		TEST(some_are_read_only_when_wanted),
		TEST(names_differ_between_kernels),
		TEST(vcpus_are_summed_up),
		TEST(a_broken_file_breaks_the_reading),
		TEST(without_permission_nothing_is_known),
		TEST(readings_are_rationed),
		TEST(what_is_gone_is_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
