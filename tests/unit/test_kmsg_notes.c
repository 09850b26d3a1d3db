/* kmsg: the kernel's log as a list, from a log with every kind of line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nowhere.h"
#include "samples.h"
#include "scratch.h"
#include "source/host/kmsg.h"
#include "source/host/kmsg_notes.h"

enum { VM = 21715 };

/* A log that has been read so far: the records come by kmsg_take(), and an empty fifo stands in for the rest. */
static struct kmsg *open_log(void)
{
	unlink("kmsg");
	assert_int_equal(mkfifo("kmsg", 0600), 0);
	return kmsg_new("kmsg");
}

static void feed(struct kmsg *k, const char *record)
{
	assert_true(kmsg_take(k, record, (ssize_t)strlen(record)));
}

static void feed_file(struct kmsg *k, const struct scratch *scratch, const char *name)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char path[8192], *line = NULL;
	size_t size = 0;
	FILE *in;

	if (!tests)
		tests = "tests";
	snprintf(path, sizeof path, "%s%s%s/fixtures/kmsg/%s", *tests == '/' ? "" : scratch->here,
		*tests == '/' ? "" : "/", tests, name);
	in = fopen(path, "re");
	if (!in)
		fail_msg("%s: %s", path, strerror(errno));
	while (getline(&line, &size, in) > 0)
		feed(k, line);
	free(line);
	fclose(in);
}

/* A sample with the VM and its two vCPU threads, told by k; fd keeps the fifo from looking ended. */
static struct sample *tell(struct kmsg *k, pid_t pid, uint64_t start_ticks)
{
	struct sample *s = sample_at(0);
	struct sample_vm *vm = add_vm(s, pid, "vm");
	const int fd = open("kmsg", O_RDWR | O_NONBLOCK);

	vm->id.start_ticks = start_ticks;
	add_thread(vm, pid, THREAD_EMULATOR, -1);
	add_thread(vm, pid + 1, THREAD_VCPU, 0);
	add_thread(vm, pid + 2, THREAD_VCPU, 1);
	kmsg_collect(k, s);
	close(fd);
	return s;
}

static const struct {
	pid_t pid; /* 0: the host */
	bool runs;
	enum kernel_log_kind kind;
	enum kernel_log_direction direction;
	uint32_t msr;
	uint64_t count, first_us, last_us;
	const char *says; /* in its last text */
} expected[] = {
	{ 0, false, KERNEL_LOG_KVM, 0, 0, 2, 1200000, 84000000, "L1TF" },
	{ VM, true, KERNEL_LOG_MSR_UNHANDLED, KERNEL_LOG_READ, 0x611, 3, 60000000, 95000000,
		"0x611" },
	{ VM, true, KERNEL_LOG_MSR_UNHANDLED, KERNEL_LOG_WRITE, 0x1d9, 1, 62000000, 62000000,
		"WRMSR" },
	{ VM, true, KERNEL_LOG_MSR_IGNORED, KERNEL_LOG_READ, 0x611, 1, 63000000, 63000000,
		"ignored" },
	{ VM, true, KERNEL_LOG_MSR_IGNORED, KERNEL_LOG_WRITE, 0x611, 1, 64000000, 64000000,
		"ignored" },
	/* A VM that has ended. */
	{ 4000, false, KERNEL_LOG_MSR_UNHANDLED, KERNEL_LOG_READ, 0x606, 1, 65000000, 65000000,
		"0x606" },
	{ VM, true, KERNEL_LOG_SOFT_LOCKUP, 0, 0, 2, 70000000, 71000000, "CPU 1/KVM:21717" },
	{ 0, false, KERNEL_LOG_SOFT_LOCKUP, 0, 0, 1, 72000000, 72000000, "kworker" },
	{ 0, false, KERNEL_LOG_HARD_LOCKUP, 0, 0, 1, 73000000, 73000000, "cpu 3" },
	{ VM, true, KERNEL_LOG_HUNG_TASK, 0, 0, 1, 74000000, 74000000, "120 seconds" },
	{ 0, false, KERNEL_LOG_HUNG_TASK, 0, 0, 1, 75000000, 75000000, "jbd2" },
	{ VM, true, KERNEL_LOG_SPLIT_LOCK, 0, 0, 2, 76000000, 77000000, "bus_lock" },
	{ VM, true, KERNEL_LOG_KVM_WARNING, 0, 0, 2, 80000000, 81000000, "mmu.c:6789" },
	{ VM, true, KERNEL_LOG_KVM, 0, 0, 1, 83000000, 83000000, "emulation failed" },
	{ 5000, false, KERNEL_LOG_OOM_KILL, 0, 0, 1, 85000000, 85000000, "qemu-system-x86" },
	{ 5001, false, KERNEL_LOG_OOM_KILL, 0, 0, 1, 86000000, 86000000, "qemu-kvm" },
	{ 0, false, KERNEL_LOG_CLOCK, 0, 0, 2, 88000000, 88000002, "Marking TSC unstable" },
};

static void check(const struct kernel_log_entry *e, size_t i)
{
	if (e->pid != expected[i].pid || e->kind != expected[i].kind)
		fail_msg("row %zu is %s of %d: %s", i, kernel_log_kind_name(e->kind), (int)e->pid,
			e->text);
	assert_int_equal(e->start_ticks, expected[i].runs ? 100 : 0);
	assert_int_equal(e->direction, expected[i].direction);
	assert_int_equal(e->msr, expected[i].msr);
	assert_int_equal(e->count, expected[i].count);
	assert_int_equal(e->first_us, expected[i].first_us);
	assert_int_equal(e->last_us, expected[i].last_us);
	if (!strstr(e->text, expected[i].says) || strchr(e->text, '\n'))
		fail_msg("row %zu says %s", i, e->text);
}

static void every_kind_is_listed(void **state)
{
	const size_t count = sizeof expected / sizeof *expected;
	bool seen[KERNEL_LOG_KIND__COUNT] = { false };
	struct kmsg *k = open_log();
	struct sample *s;

	feed_file(k, *state, "host.log");
	s = tell(k, VM, 100);
	assert_true(s->kernel_log.known);
	assert_string_equal(s->kernel_log.why, "");
	assert_int_equal(s->kernel_log.count, count);
	for (size_t i = 0; i < count; i++) {
		check(&s->kernel_log.entries[i], i);
		seen[expected[i].kind] = true;
	}
	for (int i = 0; i < KERNEL_LOG_KIND__COUNT; i++)
		assert_true(seen[i]);
	/* The log begins with record 1000, and eight are missing at its end. */
	assert_int_equal(s->kernel_log.before, 1000);
	assert_int_equal(s->kernel_log.lost, 8);
	assert_int_equal(s->kernel_log.left_out, 0);
	assert_int_equal(s->vms[0].unhandled_msrs, 6);
	sample_free(s);
	kmsg_free(k);
}

/* What looks alike and is none; with what is cut, and with names that try to look like something else. */
static void others_are_not_listed(void **state)
{
	static const char *const records[] = {
		"4,1,1,-;INFO: task blocked: 5\n",
		"4,1,1,-;INFO: task x:5 blocked\n",
		"4,1,1,-;x86/split lock detection: #AC\n",
		"4,1,1,-;x86/split lock detection: #AC: CPU 0/KVM/5 took\n",
		"4,1,1,-;x86/split lock detection: #AC: crashing the kernel on kernel "
		"split_locks\n",
		"4,1,1,-;WARNING: CPU: 3 PID: 21716 at fs/arch.c:1\n",
		"3,1,1,-;Out of memory: Killed process 5\n",
		"3,1,1,-;Out of memory: Kill process 5 (qemu-kvm) score 900 or sacrifice child\n",
		"5,1,1,-;kvm: this is only said\n",
		"4,1,1,-;kvm_set_msr_common: 12 callbacks suppressed\n",
		"3,1,1,-;kvm-guest: stealtime\n",
		"3,1,1,-;kvmalloc failed\n",
		"6,1,1,-;clocksource: tsc-early: mask: 0xff\n",
		"12,1,1,-;watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [CPU 0/KVM:21716]\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		struct kmsg_line line;

		if (kmsg_parse(&line, records[i], strlen(records[i])) != KMSG_OTHER)
			fail_msg("%s is %s", records[i], kernel_log_kind_name(line.kind));
	}
}

/* Any program may be called anything: whose a line is the VM's threads say, whatever they are called. */
static void names_decide_nothing(void **state)
{
	static const char *const records[] = {
		"4,1,1,-;x86/split lock detection: #AC: EMT-3/21716 took a split_lock trap at "
		"address: 0x7f0\n",
		"4,2,2,-;x86/split lock detection: #AC: windows/21717 took a split_lock trap at "
		"address: 0x7f0\n",
		"4,3,3,-;x86/split lock detection: #AC: windows/4185 took a split_lock trap at "
		"address: 0x7f0\n",
		"3,4,4,-;Out of memory: Killed process 21715 (windows) total-vm:8912345kB\n",
		"3,5,5,-;Out of memory: Killed process 4185 (windows) total-vm:8912345kB\n",
	};
	struct kmsg *k = open_log();
	struct sample *s;

	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++)
		feed(k, records[i]);
	s = tell(k, VM, 100);
	assert_int_equal(s->kernel_log.count, 2);
	assert_int_equal(s->kernel_log.entries[0].kind, KERNEL_LOG_SPLIT_LOCK);
	assert_int_equal(s->kernel_log.entries[0].count, 2);
	assert_int_equal(s->kernel_log.entries[1].kind, KERNEL_LOG_OOM_KILL);
	assert_int_equal(s->kernel_log.entries[1].pid, VM);
	sample_free(s);
	/* What is of nobody makes room for what is of VMs, and is not missed. */
	for (int i = 0; i < 2 * KMSG_NOTES_MAX; i++) {
		char record[128];

		snprintf(record, sizeof record,
			"4,%d,9,-;x86/split lock detection: #AC: x/%d took a split_lock trap at "
			"address: 0x1\n",
			10 + i, 30000 + i);
		feed(k, record);
	}
	feed(k, "3,9000,10,-;kvm [21715]: ignored rdmsr: 0x611 data 0x0\n");
	s = tell(k, VM, 100);
	assert_int_equal(s->kernel_log.count, 3);
	assert_int_equal(s->kernel_log.left_out, 0);
	sample_free(s);
	kmsg_free(k);
}

/* What KVM says of itself when it begins is the host's, and what a rate limit swallowed is nobody's. */
static void what_kvm_says_of_itself(void **state)
{
	struct kmsg_line line;
	static const char ipa[] = "6,1,1,-;kvm [1]: IPA Size Limit: 40 bits\n",
			  lapic[] = "6,1,1,-;kvm: vcpu 0: requested 26128 ns lapic timer period "
				    "limited to 200000 ns\n",
			  debug[] = "3,1,1,-;kvm [7]: vcpu0, guest rIP: 0x1 kvm_set_msr_common: "
				    "MSR_IA32_DEBUGCTLMSR 0x1, nop\n";

	(void)state;
	assert_int_equal(kmsg_parse(&line, ipa, strlen(ipa)), KMSG_LISTED);
	assert_false(line.of_vm);
	assert_int_equal(line.pid, 0);
	assert_int_equal(kmsg_parse(&line, lapic, strlen(lapic)), KMSG_LISTED);
	assert_int_equal(line.kind, KERNEL_LOG_KVM);
	assert_int_equal(kmsg_parse(&line, debug, strlen(debug)), KMSG_LISTED);
	assert_int_equal(line.kind, KERNEL_LOG_MSR_IGNORED);
	assert_int_equal(line.direction, KERNEL_LOG_WRITE);
	assert_int_equal(line.msr, 0x1d9);
	assert_int_equal(line.pid, 7);
}

static void pids_are_found_behind_names(void **state)
{
	static const struct {
		const char *record;
		pid_t pid;
	} cases[] = {
		{ "0,1,1,-;watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [a:b]c! [:7]\n", 7 },
		{ "0,1,1,-;watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [x:]\n", 0 },
		{ "0,1,1,-;watchdog: BUG: soft lockup - CPU#3 stuck for 22s! [x:9999999999]\n", 0 },
		{ "0,1,1,-;watchdog: BUG: soft lockup - CPU#3 stuck for 22s!\n", 0 },
		{ "3,1,1,-;INFO: task a:1 blocked b:7 blocked for more than 120 seconds.\n", 7 },
		{ "3,1,1,-;INFO: task a: blocked for more than 120 seconds.\n", 0 },
		{ "4,1,1,-;WARNING: CPU: 3 PID: x at virt/kvm/kvm_main.c:1\n", 0 },
		{ "4,1,1,-;WARNING: virt/kvm/kvm_main.c:1 at x, CPU#3: CPU 1/KVM/\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct kmsg_line line;

		assert_int_equal(
			kmsg_parse(&line, cases[i].record, strlen(cases[i].record)), KMSG_LISTED);
		if (line.pid != cases[i].pid)
			fail_msg("%s: %d", cases[i].record, (int)line.pid);
	}
}

/* Lines of who had the pid before stay, but are not the VM's; nor are later ones counted with them. */
static void a_pid_that_is_used_again_begins_anew(void **state)
{
	struct kmsg *k = open_log();
	struct sample *s;

	(void)state;
	feed(k, "3,1,60000000,-;kvm [21715]: ignored rdmsr: 0x611 data 0x0\n");
	s = tell(k, VM, 100);
	assert_int_equal(s->kernel_log.entries[0].start_ticks, 100);
	sample_free(s);
	s = tell(k, VM, 1ull << 40);
	assert_int_equal(s->kernel_log.count, 1);
	assert_int_equal(s->kernel_log.entries[0].pid, VM);
	assert_int_equal(s->kernel_log.entries[0].start_ticks, 0);
	sample_free(s);
	feed(k, "3,2,61000000,-;kvm [21715]: ignored rdmsr: 0x611 data 0x0\n");
	s = tell(k, VM, 60ull * (uint64_t)sysconf(_SC_CLK_TCK));
	assert_int_equal(s->kernel_log.count, 2);
	assert_int_equal(s->kernel_log.entries[0].start_ticks, 0);
	assert_int_equal(s->kernel_log.entries[1].count, 1);
	assert_int_not_equal(s->kernel_log.entries[1].start_ticks, 0);
	sample_free(s);
	kmsg_free(k);
}

/* A guest that tries all MSRs, and then many processes: what is left out is counted. */
static void the_list_is_bounded(void **state)
{
	enum { TRIES = 1000 };
	struct kmsg *k = open_log();
	struct sample *s;
	uint64_t lines = 0;

	(void)state;
	for (int i = 0; i < TRIES; i++) {
		char record[80];

		snprintf(record, sizeof record, "3,%d,60000000,-;kvm [%d]: ignored rdmsr: 0x%x\n",
			i, VM, i + 1);
		feed(k, record);
	}
	s = tell(k, VM, 100);
	assert_int_equal(s->kernel_log.count, KMSG_NOTES_PER_PID);
	assert_int_equal(s->kernel_log.left_out, TRIES - KMSG_NOTES_PER_PID);
	assert_int_equal(s->vms[0].unhandled_msrs, TRIES);
	sample_free(s);
	for (int i = 0; i < TRIES; i++) {
		char record[80];

		snprintf(record, sizeof record, "3,%d,60000000,-;kvm [%d]: ignored rdmsr: 0x1\n",
			TRIES + i, 30000 + i);
		feed(k, record);
	}
	s = tell(k, VM, 100);
	assert_int_equal(s->kernel_log.count, KMSG_NOTES_MAX);
	for (size_t i = 0; i < s->kernel_log.count; i++)
		lines += s->kernel_log.entries[i].count;
	assert_int_equal(lines + s->kernel_log.left_out, 2 * TRIES);
	/* What is over makes room. */
	sample_free(s);
	sample_free(tell(k, VM, 1ull << 40));
	feed(k, "3,3000,70000000,-;watchdog: Watchdog detected hard LOCKUP on cpu 3\n");
	s = tell(k, VM, 1ull << 40);
	assert_int_equal(s->kernel_log.count, KMSG_NOTES_MAX);
	lines = 0;
	for (size_t i = 0; i < s->kernel_log.count; i++)
		lines += s->kernel_log.entries[i].kind == KERNEL_LOG_HARD_LOCKUP;
	assert_int_equal(lines, 1);
	sample_free(s);
	kmsg_free(k);
}

/* As the kernel escapes it, and as it does not. */
static void texts_are_cleaned_and_cut(void **state)
{
	char record[KMSG_RECORD_BYTES];
	struct kmsg *k = open_log();
	struct sample *s;

	(void)state;
	snprintf(record, sizeof record, "3,1,60000000,-;kvm [%d]: \033[2J%01000d\n", VM, 7);
	feed(k, record);
	s = tell(k, VM, 100);
	assert_int_equal(s->kernel_log.count, 1);
	assert_int_equal(strlen(s->kernel_log.entries[0].text), KERNEL_LOG_TEXT_MAX - 1);
	assert_memory_equal(s->kernel_log.entries[0].text, "kvm [21715]: ?[2J000", 20);
	sample_free(s);
	kmsg_free(k);
}

/* Each reason has a sentence, and what could be read before stays unknown then. */
static void why_it_cannot_be_read_is_said(void **state)
{
	static const struct {
		const char *path, *says;
	} cases[] = {
		{ NOWHERE "/kmsg", "there is no " NOWHERE "/kmsg here" },
		{ ".", "cannot be read" },
		{ "secret", "sudo kvmtop" },
	};

	(void)state;
	write_file("secret", "");
	assert_int_equal(chmod("secret", 0), 0);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct kmsg *k;
		struct sample *s = sample_at(0);

		if (!strcmp(cases[i].path, "secret") && geteuid() == 0)
			assert_int_equal(seteuid(65534), 0);
		k = kmsg_new(cases[i].path);
		kmsg_collect(k, s);
		assert_int_equal(seteuid(getuid()), 0);
		assert_false(s->kernel_log.known);
		if (!strstr(s->kernel_log.why, cases[i].says))
			fail_msg("%s: %s", cases[i].path, s->kernel_log.why);
		kmsg_free(k);
		sample_free(s);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_is_listed),
		cmocka_unit_test(others_are_not_listed),
		TEST(names_decide_nothing),
		cmocka_unit_test(what_kvm_says_of_itself),
		cmocka_unit_test(pids_are_found_behind_names),
		TEST(a_pid_that_is_used_again_begins_anew),
		TEST(the_list_is_bounded),
		TEST(texts_are_cleaned_and_cut),
		TEST(why_it_cannot_be_read_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
