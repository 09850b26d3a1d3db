/* kmsg: records of the kernel's log in all wordings, garbage among them, and a log that is read piece by
 * piece. A pipe that keeps its writes apart stands in for /dev/kmsg. */
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

#define HEAD "3,339,5140900,-;"
#define RIP "vcpu0, guest rIP: 0xfffff8031f3d1a5c "

static const struct {
	const char *record;
	enum kmsg_kind kind;
	int pid;
	uint32_t msr;
} records[] = {
	/* Linux 2.6 and 3 */
	{ HEAD "kvm: 21715: cpu0 unhandled rdmsr: 0x611\n", KMSG_LISTED, 21715, 0x611 },
	{ HEAD "kvm [21715]: vcpu1 unhandled rdmsr: 0x611\n", KMSG_LISTED, 21715, 0x611 },
	/* 4 and 5 */
	{ HEAD "kvm [7]: " RIP "unhandled rdmsr: 0x611\n", KMSG_LISTED, 7, 0x611 },
	{ HEAD "kvm [7]: " RIP "unhandled wrmsr: 0x1a2 data 0x0\n", KMSG_LISTED, 7, 0x1a2 },
	{ HEAD "kvm [7]: " RIP "ignored rdmsr: 0x619\n", KMSG_LISTED, 7, 0x619 },
	{ HEAD "kvm [7]: ignored wrmsr: 0xc0011029 data 0x0\n", KMSG_LISTED, 7, 0xc0011029 },
	{ HEAD "kvm [7]: " RIP "Hyper-V unhandled rdmsr: 0x40000085\n", KMSG_LISTED, 7,
		0x40000085 },
	{ HEAD "kvm [7]: " RIP "disabled perfctr wrmsr: 0xc2 data 0xffff\n", KMSG_LISTED, 7, 0xc2 },
	{ HEAD "kvm [7]: " RIP "unimplemented perfctr wrmsr: 0x186 data 0x130079\n", KMSG_LISTED, 7,
		0x186 },
	/* These have the value where the others have the MSR's number. */
	{ HEAD "kvm [7]: " RIP "unimplemented HWCR wrmsr: 0x1000000\n", KMSG_LISTED, 7,
		0xc0010015 },
	{ HEAD "kvm [7]: " RIP "unimplemented MMIO_CONF_BASE wrmsr: 0xe0000021\n", KMSG_LISTED, 7,
		0xc0010058 },
	/* 6 */
	{ HEAD "kvm_intel: kvm [7]: " RIP "Unhandled WRMSR(0x1d9) = 0x1\n", KMSG_LISTED, 7, 0x1d9 },
	{ HEAD "kvm: kvm [7]: " RIP "Unhandled RDMSR(0x122)\n", KMSG_LISTED, 7, 0x122 },
	{ HEAD "kvm_amd: kvm [7]: " RIP "Unhandled WRMSR(0xc0010117) = 0x0\n", KMSG_LISTED, 7,
		0xc0010117 },
	{ HEAD "kvm: kvm [7]: ignored rdmsr: 0xE1 data 0x0\n", KMSG_LISTED, 7, 0xe1 },
	{ HEAD "SVM: kvm [7]: " RIP "unimplemented wrmsr: 0x1d9 data 0x1\n", KMSG_LISTED, 7,
		0x1d9 },
	/* heads: with the task that caused it, flags, long numbers; without the newline */
	{ "0,1,2,c,caller=T2152;kvm [7]: ignored rdmsr: 0x1", KMSG_LISTED, 7, 1 },
	{ "7,18446744073709551615,18446744073709551615,-;kvm [7]: ignored rdmsr: 0x1\n",
		KMSG_LISTED, 7, 1 },
	{ HEAD "kvm [7]: ignored rdmsr: 0x1\n SUBSYSTEM=cpu\n DEVICE=+cpu:0\n", KMSG_LISTED, 7, 1 },
	/* KVM's, about something else */
	{ HEAD "kvm [7]: vcpu0, guest rIP: 0x1 disabled by bios\n", KMSG_LISTED, 7, 0 },
	{ HEAD "kvm [7]: something new\n DETAILS=ignored rdmsr: 0x1\n", KMSG_LISTED, 7, 0 },
	{ HEAD "kvm [7]: ignored rdmsr: 0x\n", KMSG_LISTED, 7, 0 },
	{ HEAD "kvm [7]: ignored rdmsr: 0x100000000\n", KMSG_LISTED, 7, 0 },
	{ HEAD "kvm [7]: ignored rdmsr: \x1b[2J\n", KMSG_LISTED, 7, 0 },
	/* about something else */
	{ HEAD "\n", KMSG_OTHER, 0, 0 },
	{ HEAD, KMSG_OTHER, 0, 0 },
	/* not the kernel's own: somebody with the right to write there */
	{ "11,339,5140900,-;kvm [7]: ignored rdmsr: 0x1\n", KMSG_OTHER, 0, 0 },
	{ HEAD "evil: kvm [7]: ignored rdmsr: 0x1\n", KMSG_OTHER, 0, 0 },
	/* numbers that are none */
	{ HEAD "kvm [0]: ignored rdmsr: 0x1\n", KMSG_OTHER, 0, 0 },
	{ HEAD "kvm [-7]: ignored rdmsr: 0x1\n", KMSG_OTHER, 0, 0 },
	{ HEAD "kvm []: ignored rdmsr: 0x1\n", KMSG_OTHER, 0, 0 },
	{ HEAD "kvm [4294967303]: ignored rdmsr: 0x1\n", KMSG_OTHER, 0, 0 },
	/* not records at all */
	{ "", KMSG_GARBAGE, 0, 0 },
	{ "kvm [7]: ignored rdmsr: 0x1\n", KMSG_GARBAGE, 0, 0 },
	{ "3,339,5140900,-", KMSG_GARBAGE, 0, 0 },
	{ "3,339;kvm [7]: ignored rdmsr: 0x1\n", KMSG_GARBAGE, 0, 0 },
	{ "3,339,18446744073709551616,-;kvm [7]: ignored rdmsr: 0x1\n", KMSG_GARBAGE, 0, 0 },
	{ ",,,;kvm [7]: ignored rdmsr: 0x1\n", KMSG_GARBAGE, 0, 0 },
};

static void each_wording_is_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof records / sizeof *records; i++) {
		struct kmsg_line line;
		const enum kmsg_kind kind =
			kmsg_parse(&line, records[i].record, strlen(records[i].record));

		if (kind != records[i].kind)
			fail_msg("%s: %d", records[i].record, kind);
		if (kind != KMSG_LISTED)
			continue;
		assert_int_equal(line.pid, records[i].pid);
		assert_int_equal(line.msr, records[i].msr);
	}
}

static void heads_are_read(void **state)
{
	static const char with_nul[] = HEAD "kvm [7]: ignored\0 rdmsr: 0x1\n";
	struct kmsg_line line;

	(void)state;
	assert_int_equal(kmsg_parse(&line, "6,339,5140900,-;x\n", 18), KMSG_OTHER);
	assert_int_equal(line.sequence, 339);
	assert_int_equal(line.time_us, 5140900);
	assert_int_equal(kmsg_parse(&line, with_nul, sizeof with_nul - 1), KMSG_GARBAGE);
}

/* A log with a reader, and VMs to tell of. */
struct log {
	struct kmsg *kmsg;
	int fd; /* to write records to */
};

/* A fifo in packet mode: each write is one read's. */
static struct log open_log(void)
{
	struct log log;

	assert_int_equal(mkfifo("kmsg", 0600), 0);
	log.fd = open("kmsg", O_RDWR | O_NONBLOCK);
	assert_true(log.fd >= 0);
	assert_int_equal(fcntl(log.fd, F_SETFL, O_NONBLOCK | O_DIRECT), 0);
	log.kmsg = kmsg_new("kmsg");
	return log;
}

static void close_log(struct log *log)
{
	kmsg_free(log->kmsg);
	close(log->fd);
}

static void write_record(const struct log *log, unsigned sequence, uint64_t us, const char *text)
{
	char record[256];
	const int length = snprintf(
		record, sizeof record, "4,%u,%llu,-;%s\n", sequence, (unsigned long long)us, text);

	assert_int_equal(write(log->fd, record, (size_t)length), length);
}

static struct sample_vm told(const struct log *log, pid_t pid, uint64_t start_ticks)
{
	struct sample *s = sample_at(0);
	struct sample_vm vm;

	add_vm(s, pid, "vm")->id.start_ticks = start_ticks;
	kmsg_collect(log->kmsg, s);
	vm = s->vms[0];
	sample_free(s);
	return vm;
}

static void lines_are_counted_by_vm(void **state)
{
	struct log log = open_log();
	struct sample_vm vm;

	(void)state;
	write_record(&log, 1, 5000000, "Linux version 6.1");
	write_record(&log, 2, 6000000, "kvm [7]: ignored rdmsr: 0x611 data 0x0");
	write_record(&log, 3, 6000001, "kvm [70]: ignored rdmsr: 0x1 data 0x0");
	write_record(&log, 4, 6000002, "kvm [7]: ignored wrmsr: 0x606 data 0x0");
	vm = told(&log, 7, 100);
	assert_int_equal(vm.unhandled_msrs, 2);
	assert_int_equal(vm.unhandled_msr, 0x606);
	vm = told(&log, 70, 100);
	assert_int_equal(vm.unhandled_msrs, 1);
	assert_int_equal(told(&log, 8, 100).unhandled_msrs, 0);
	write_record(&log, 5, 7000000, "kvm [7]: ignored rdmsr: 0x611 data 0x0");
	vm = told(&log, 7, 100);
	assert_int_equal(vm.unhandled_msrs, 3);
	assert_int_equal(vm.unhandled_msr, 0x611);
	assert_int_equal(kmsg_lost(log.kmsg), 0);
	close_log(&log);
}

/* Lines from before its start are not the VM's, but of who had its pid then. */
static void a_pid_that_is_used_again_begins_anew(void **state)
{
	const uint64_t ticks_per_s = (uint64_t)sysconf(_SC_CLK_TCK);
	struct log log = open_log();

	(void)state;
	write_record(&log, 1, 6000000, "kvm [7]: ignored rdmsr: 0x611 data 0x0");
	/* However long the host was suspended, this start is later. */
	assert_int_equal(told(&log, 7, 1ull << 40).unhandled_msrs, 0);
	assert_int_equal(told(&log, 7, 1ull << 40).unhandled_msrs, 0);
	write_record(&log, 2, 8000000, "kvm [7]: ignored rdmsr: 0x1 data 0x0");
	assert_int_equal(told(&log, 7, 7 * ticks_per_s).unhandled_msrs, 1);
	close_log(&log);
}

/* As long as what is there was not read once, a count would be a part of it. A packet takes a page of the
 * pipe: the pipe that every user may have holds some more than are read at a time. */
static void a_long_log_is_read_in_pieces(void **state)
{
	struct log log = open_log();
	struct sample_vm vm;
	enum { LINES = 256 };

	(void)state;
	assert_true(fcntl(log.fd, F_SETPIPE_SZ, LINES * (int)sysconf(_SC_PAGESIZE)) > 0);
	for (unsigned i = 0; i < LINES; i++)
		write_record(&log, i, 9000000, "kvm [7]: ignored rdmsr: 0x611 data 0x0");
	vm = told(&log, 7, 100);
	assert_true(vm.unhandled_msrs == SAMPLE_UNKNOWN);
	assert_false(kmsg_work(log.kmsg));
	vm = told(&log, 7, 100);
	assert_int_equal(vm.unhandled_msrs, LINES);
	close_log(&log);
}

/* What the kernel overwrote before it was read is counted by the gap in the numbers. */
static void overruns_are_survived(void **state)
{
	static const char first[] = "4,10,5,-;kvm [7]: ignored rdmsr: 0x1\n";
	static const char later[] = "4,30,5,-;kvm [7]: ignored rdmsr: 0x2\n";
	static const char garbage[] = "?";
	struct kmsg *k = kmsg_new(NOWHERE);

	(void)state;
	assert_true(kmsg_take(k, first, sizeof first - 1));
	assert_int_equal(kmsg_lost(k), 0); /* what was before it was not to be read */
	assert_true(kmsg_take(k, "", -EPIPE));
	assert_true(kmsg_take(k, "", -EINTR));
	assert_true(kmsg_take(k, garbage, 1));
	assert_true(kmsg_take(k, later, sizeof later - 1));
	assert_int_equal(kmsg_lost(k), 19);
	assert_false(kmsg_take(k, "", -EAGAIN));
	assert_false(kmsg_take(k, "", -EINVAL));
	assert_false(kmsg_take(k, "", 0));
	kmsg_free(k);
}

/* Pids are taken from lines: their number has an end, and those of VMs stay. */
static void memory_is_bounded(void **state)
{
	struct log log = open_log();

	(void)state;
	write_record(&log, 1, 9000000, "kvm [7]: ignored rdmsr: 0x1 data 0x0");
	assert_int_equal(told(&log, 7, 100).unhandled_msrs, 1);
	for (int pid = 100; pid < 100 + 3 * KMSG_PIDS_MAX; pid++) {
		char record[80];
		const int length = snprintf(
			record, sizeof record, "4,2,5,-;kvm [%d]: ignored rdmsr: 0x1\n", pid);

		assert_true(kmsg_take(log.kmsg, record, length));
	}
	assert_int_equal(told(&log, 100, 0).unhandled_msrs, 0);
	assert_int_equal(told(&log, 99 + 3 * KMSG_PIDS_MAX, 0).unhandled_msrs, 1);
	assert_int_equal(told(&log, 7, 100).unhandled_msrs, 1);
	close_log(&log);
}

static void without_the_log_nothing_is_known(void **state)
{
	static const char *const paths[] = { NOWHERE "/kmsg", ".", "ended", "/dev/null" };

	(void)state;
	write_file("ended", "4,1,1,-;kvm [7]: ignored rdmsr: 0x1\n");
	for (size_t i = 0; i < sizeof paths / sizeof *paths; i++) {
		const struct log log = { .kmsg = kmsg_new(paths[i]) };

		assert_false(kmsg_work(log.kmsg));
		assert_true(told(&log, 7, 0).unhandled_msrs == SAMPLE_UNKNOWN);
		kmsg_free(log.kmsg);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_wording_is_known),
		cmocka_unit_test(heads_are_read),
		TEST(lines_are_counted_by_vm),
		TEST(a_pid_that_is_used_again_begins_anew),
		TEST(a_long_log_is_read_in_pieces),
		cmocka_unit_test(overruns_are_survived),
		TEST(memory_is_bounded),
		TEST(without_the_log_nothing_is_known),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
