/* proc: what the source makes of a VM's threads and of kernel threads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "proc_world.h"

static void thread_that_vanishes(void **state)
{
	struct world *w = *state;
	struct fake_thread t = { .pid = 50, .tid = 51, .name = "CPU 0/KVM", .start = OLD };
	static const char garbage[] = "51 (CPU 0/KVM) S what is this\n";

	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	fake_thread(w->root, &t);
	collect_after(w, 0);
	assert_non_null(find_thread(w, 50, 51));
	remove_entry(w, "50/task/51/stat");
	remove_entry(w, "50/task/51/schedstat");
	collect_after(w, 1);
	assert_int_equal(find_vm(w, 50)->thread_count, 1);
	fake_write(garbage, sizeof(garbage), "%s/50/task/51/stat", w->root);
	collect_after(w, 1);
	assert_int_equal(find_vm(w, 50)->thread_count, 1);
	fake_thread(w->root, &t);
	collect_after(w, 1);
	assert_non_null(find_thread(w, 50, 51));
}

/* However short a thread's files are, its figures are right, unknown, or not there. */
static void thread_files_cut_short(void **state)
{
	struct world *w = *state;
	struct fake_thread t = { .pid = 50,
		.tid = 51,
		.name = "CPU 0/KVM",
		.utime = 6102,
		.stime = 3981,
		.guest = 5077,
		.start = OLD,
		.cpu_ns = 100840862608,
		.wait_ns = 1904206 };
	const struct sample_thread *seen;
	char line[512];

	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	fake_stat_line(line, sizeof(line), &t);
	for (size_t length = 0; length <= strlen(line); length++) {
		fake_write(line, length, "%s/50/task/51/stat", w->root);
		collect_after(w, 1);
		assert_non_null(find_vm(w, 50));
		seen = find_thread(w, 50, 51);
		if (!seen)
			continue;
		assert_string_equal(seen->name, "CPU 0/KVM");
		assert_int_equal(seen->utime_ticks, 6102);
		assert_int_equal(seen->stime_ticks, 3981);
		assert_int_equal(seen->guest_ticks, 5077);
		assert_int_equal(seen->start_ticks, OLD);
		assert_int_equal(seen->cpu_ns, SAMPLE_UNKNOWN);
	}
	assert_non_null(seen);
	snprintf(line, sizeof(line), "100840862608 1904206 17\n");
	for (size_t length = 0; length <= strlen(line); length++) {
		fake_write(line, length, "%s/50/task/51/schedstat", w->root);
		collect_after(w, 1);
		seen = find_thread(w, 50, 51);
		assert_non_null(seen);
		if (seen->cpu_ns != 100840862608 || seen->wait_ns != 1904206) {
			assert_int_equal(seen->cpu_ns, SAMPLE_UNKNOWN);
			assert_int_equal(seen->wait_ns, SAMPLE_UNKNOWN);
		}
	}
	assert_int_equal(seen->cpu_ns, 100840862608);
}

/* stat is read again when the thread has run: here for 5 ms, and for less. */
static void stat_is_read_when_due(void **state)
{
	struct world *w = *state;
	struct fake_thread t = { .pid = 50,
		.tid = 51,
		.name = "CPU 0/KVM",
		.utime = 100,
		.start = OLD,
		.cpu_ns = 1000000000,
		.wait_ns = 1 };

	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	fake_thread(w->root, &t);
	collect_after(w, 0);
	assert_int_equal(find_thread(w, 50, 51)->utime_ticks, 100);
	t.utime = 101;
	t.cpu_ns += 4999999;
	t.wait_ns++;
	fake_thread(w->root, &t);
	collect_after(w, 1);
	assert_int_equal(find_thread(w, 50, 51)->utime_ticks, 100);
	assert_int_equal(find_thread(w, 50, 51)->cpu_ns, 1004999999);
	assert_int_equal(find_thread(w, 50, 51)->wait_ns, 2);
	assert_int_equal(find_thread(w, 50, 51)->kind, THREAD_VCPU);
	t.cpu_ns++;
	fake_thread(w->root, &t);
	collect_after(w, 1);
	assert_int_equal(find_thread(w, 50, 51)->utime_ticks, 101);
	/* Without schedstat nothing tells whether it ran. */
	t.utime = 102;
	fake_thread(w->root, &t);
	remove_entry(w, "50/task/51/schedstat");
	collect_after(w, 1);
	assert_int_equal(find_thread(w, 50, 51)->utime_ticks, 102);
	assert_int_equal(find_thread(w, 50, 51)->cpu_ns, SAMPLE_UNKNOWN);
}

/* A thread is named by itself, soon after its start: it must not keep its parent's name. */
static void thread_gets_its_name(void **state)
{
	struct world *w = *state;
	struct fake_thread t = {
		.pid = 50, .tid = 51, .name = "qemu-system-x86", .start = OLD, .cpu_ns = 1000
	};

	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	fake_thread(w->root, &t);
	collect_after(w, 0);
	assert_int_equal(find_thread(w, 50, 51)->kind, THREAD_WORKER);
	t.name = "CPU 0/KVM";
	t.cpu_ns = 2000;
	fake_thread(w->root, &t);
	collect_after(w, 1);
	assert_int_equal(find_thread(w, 50, 51)->kind, THREAD_VCPU);
}

/* While there are as many threads as before, and the same ones, they are not listed again. */
static void listed_when_their_number_changes(void **state)
{
	enum { COUNT = 8 }; /* what fake_stat_line() says */
	struct world *w = *state;
	struct fake_thread t = { .pid = 50, .name = "CPU 0/KVM", .start = OLD, .cpu_ns = 1000 };

	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	for (t.tid = 51; t.tid < 50 + COUNT; t.tid++)
		fake_thread(w->root, &t);
	collect_after(w, 0);
	assert_int_equal(find_vm(w, 50)->thread_count, COUNT);
	t.tid = 99;
	fake_thread(w->root, &t);
	collect_after(w, 1);
	assert_int_equal(find_vm(w, 50)->thread_count, COUNT);
	assert_null(find_thread(w, 50, 99));
	/* One of those it had is gone, so another one has come. */
	remove_entry(w, "50/task/53/stat");
	remove_entry(w, "50/task/53/schedstat");
	collect_after(w, 1);
	assert_int_equal(find_vm(w, 50)->thread_count, COUNT);
	assert_null(find_thread(w, 50, 53));
	assert_non_null(find_thread(w, 50, 99));
	assert_int_equal(find_thread(w, 50, 57)->tid, 57);
}

static void kernel_threads(void **state)
{
	static const struct fake_thread threads[] = {
		{ .pid = 20, .name = "ksmd", .utime = 1, .stime = 16 },
		{ .pid = 21, .name = "kswapd0", .utime = 2, .stime = 3 },
		{ .pid = 22, .name = "kswapd1", .stime = 5 },
		{ .pid = 30, .name = "vhost-50", .stime = 7, .cpu_ns = 70000000, .wait_ns = 8 },
		{ .pid = 31,
			.name = "vhost-51",
			.stime = 9,
			.cpu_ns = 7000 }, /* made by another thread of 50 */
		{ .pid = 32, .name = "kvm-pit/50" },
		{ .pid = 33, .name = "kvm-nx-lpage-recovery-50" },
		{ .pid = 34, .name = "vhost-4711" },
		{ .pid = 35, .name = "kvm-nx-lpage-re" },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(threads) / sizeof(threads[0]); i++) {
		struct fake_thread t = threads[i];

		t.tid = t.pid;
		t.flags = KERNEL_THREAD;
		t.start = OLD;
		fake_thread(w->root, &t);
	}
	open_kvm(w, 35); /* nobody looks there */
	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	fake_thread(w->root,
		&(struct fake_thread){ .pid = 50, .tid = 51, .name = "vmm", .start = OLD });
	for (int i = 0; i < 2; i++) {
		collect_after(w, 1);
		assert_int_equal(w->s->host.ksmd_ticks, 17);
		assert_int_equal(w->s->host.kswapd_ticks, 10);
		assert_int_equal(w->s->vm_count, 1);
		assert_int_equal(find_vm(w, 50)->thread_count, 6);
		assert_int_equal(find_thread(w, 50, 30)->kind, THREAD_VHOST);
		assert_int_equal(find_thread(w, 50, 30)->stime_ticks, 7);
		assert_int_equal(find_thread(w, 50, 30)->cpu_ns, 70000000);
		assert_int_equal(find_thread(w, 50, 30)->vcpu, -1);
		assert_int_equal(find_thread(w, 50, 31)->stime_ticks, 9);
		assert_int_equal(find_thread(w, 50, 32)->kind, THREAD_PIT);
		assert_int_equal(find_thread(w, 50, 33)->kind, THREAD_KERNEL);
		assert_string_equal(find_thread(w, 50, 33)->name, "kvm-nx-lpage-recovery-50");
	}
	remove_entry(w, "20");
	remove_entry(w, "30");
	collect_after(w, 1);
	assert_int_equal(w->s->host.ksmd_ticks, SAMPLE_UNKNOWN);
	assert_null(find_thread(w, 50, 30));
	/* Its pid is used again by a process that is nothing. */
	add_process(w, 31, "bash", NEW);
	collect_after(w, 1);
	collect_after(w, 1);
	assert_null(find_thread(w, 50, 31));
}

/* Whoever names a process of his as the kernel names its threads. */
static void processes_named_like_kernel_threads(void **state)
{
	static const char *const names[] = { "ksmd", "kswapd0", "vhost-50", "kvm-pit/50",
		"kvm-nx-lpage-re", "a) S 2 0 0 0 -1" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		fake_thread(w->root, &(struct fake_thread){ .pid = 20 + (int)i,
					     .tid = 20 + (int)i,
					     .name = names[i],
					     .stime = 7,
					     .start = OLD });
	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	collect_after(w, 1);
	assert_int_equal(w->s->host.ksmd_ticks, SAMPLE_UNKNOWN);
	assert_int_equal(w->s->host.kswapd_ticks, SAMPLE_UNKNOWN);
	assert_int_equal(w->s->vm_count, 1);
	assert_int_equal(find_vm(w, 50)->thread_count, 1);
}

static void write_switches(const struct world *w, int tid, unsigned switches)
{
	char text[64];

	snprintf(text, sizeof(text), "Name:\tx\nvoluntary_ctxt_switches:\t%u\n", switches);
	fake_write(text, strlen(text), "%s/50/task/%d/status", w->root, tid);
}

/* Only the emulator's are read, and only when it was on CPU since. */
static void switches_of_the_emulator(void **state)
{
	struct world *w = *state;
	struct fake_thread main = {
		.pid = 50, .tid = 50, .name = "qemu-system-x86", .start = OLD, .cpu_ns = 1000000
	};
	const struct fake_thread vcpu = {
		.pid = 50, .tid = 51, .name = "CPU 0/KVM", .start = OLD, .cpu_ns = 5000000
	};

	add_process(w, 50, "qemu-system-x86", OLD);
	fake_thread(w->root, &main);
	fake_thread(w->root, &vcpu);
	open_kvm(w, 50);
	write_switches(w, 51, 7);
	collect_after(w, 0);
	assert_true(find_thread(w, 50, 50)->switches == SAMPLE_UNKNOWN);
	write_switches(w, 50, 1500);
	collect_after(w, 1);
	assert_int_equal(find_thread(w, 50, 50)->switches, 1500);
	assert_true(find_thread(w, 50, 51)->switches == SAMPLE_UNKNOWN);
	write_switches(w, 50, 1600);
	collect_after(w, 1);
	assert_int_equal(find_thread(w, 50, 50)->switches, 1500);
	main.cpu_ns++;
	fake_thread(w->root, &main);
	collect_after(w, 1);
	assert_int_equal(find_thread(w, 50, 50)->switches, 1600);
	main.cpu_ns++;
	fake_thread(w->root, &main);
	remove_entry(w, "50/task/50/status");
	collect_after(w, 1);
	assert_true(find_thread(w, 50, 50)->switches == SAMPLE_UNKNOWN);
}

/* /proc divides a thread's time otherwise than a reading by BPF did before: no part of it goes back. Another thread of that
 * number has done nothing so far. */
static void what_was_told_is_not_taken_back(void **state)
{
	struct world *w = *state;
	struct fake_thread t = { .pid = 50,
		.tid = 51,
		.name = "CPU 0/KVM",
		.utime = 600,
		.stime = 200,
		.start = OLD,
		.cpu_ns = 8000000000 };
	const struct sample_thread *seen;

	add_process(w, 50, "qemu-system-x86", OLD);
	open_kvm(w, 50);
	fake_thread(w->root, &t);
	collect_after(w, 0);
	t.utime = 598;
	t.stime = 203;
	t.cpu_ns += 10000000;
	fake_thread(w->root, &t);
	collect_after(w, 1);
	seen = find_thread(w, 50, 51);
	assert_int_equal(seen->utime_ticks, 600);
	assert_int_equal(seen->stime_ticks, 203);
	t.utime = 601;
	t.stime = 202;
	t.cpu_ns += 10000000;
	fake_thread(w->root, &t);
	collect_after(w, 1);
	seen = find_thread(w, 50, 51);
	assert_int_equal(seen->utime_ticks, 601);
	assert_int_equal(seen->stime_ticks, 203);
	t = (struct fake_thread){
		.pid = 50, .tid = 51, .name = "worker", .start = NEW, .cpu_ns = 1
	};
	fake_thread(w->root, &t);
	collect_after(w, 1);
	seen = find_thread(w, 50, 51);
	assert_int_equal(seen->utime_ticks, 0);
	assert_int_equal(seen->stime_ticks, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(thread_that_vanishes),
		TEST(thread_files_cut_short),
		TEST(stat_is_read_when_due),
		TEST(thread_gets_its_name),
		TEST(listed_when_their_number_changes),
		TEST(kernel_threads),
		TEST(processes_named_like_kernel_threads),
		TEST(switches_of_the_emulator),
		TEST(what_was_told_is_not_taken_back),
	};

	return cmocka_run_group_tests_name("proc_thread", tests, NULL, NULL);
}
