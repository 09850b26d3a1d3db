/* placement and cgroup on made-up folders: where threads may run, and what holds for them in cgroup v2, v1, both at
 * once, and containers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "host_world.h"
#include "source/host/placement.h"
#include "source/source.h"

#define V2_MOUNT "31 23 0:28 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw,nsdelegate\n"
#define SCOPE "/machine.slice/machine-qemu\\x2d1\\x2dwin10.scope"
#define FOLDER "sys/fs/cgroup" SCOPE
#define STAT(periods, throttled, us) \
	"usage_usec 5\nnr_periods " periods "\nnr_throttled " throttled "\nthrottled_usec " us "\n"

static struct sample_cgroup cgroup_of(const struct sample *s, size_t thread)
{
	const struct sample_vm *vm = &s->vms[0];

	assert_true(thread < vm->placement_count);
	assert_in_range(vm->placements[thread].group, 0, vm->cgroup_count - 1);
	return vm->cgroups[vm->placements[thread].group];
}

/* As libvirt makes them: a scope for the VM, below it a group for each vCPU and one for the rest. */
static void put_libvirt(void)
{
	put(V2_MOUNT, "proc/self/mountinfo");
	put("150000 100000\n", FOLDER "/cpu.max");
	put("200\n", FOLDER "/cpu.weight");
	put(STAT("7", "6", "5000"), FOLDER "/cpu.stat");
	put("0-7\n", FOLDER "/cpuset.cpus.effective");
	put("2147483648\n", FOLDER "/memory.max");
	put("max\n", FOLDER "/memory.high");
	put("1073741824\n", "sys/fs/cgroup/machine.slice/memory.high");
	put("8589934592\n", "sys/fs/cgroup/machine.slice/memory.max");
	put("max 100000\n", "sys/fs/cgroup/machine.slice/cpu.max");
	put("50000 100000\n", FOLDER "/libvirt/vcpu0/cpu.max");
	put("100\n", FOLDER "/libvirt/vcpu0/cpu.weight");
	put(STAT("50", "12", "34000"), FOLDER "/libvirt/vcpu0/cpu.stat");
	put("2-3\n", FOLDER "/libvirt/vcpu0/cpuset.cpus.effective");
	put("max 100000\n", FOLDER "/libvirt/emulator/cpu.max");
	put_thread(100, 100, 5, STATUS("0-7", "0-1"), "0::" SCOPE "/libvirt/emulator\n");
	put_thread(100, 101, 2, STATUS("2-3", "0"), "0::" SCOPE "/libvirt/vcpu0\n");
}

static void the_nearest_limit_counts(void **state)
{
	static const pid_t tids[] = { 100, 101, 102 };
	struct source *source = open_wanted((struct vm_id){ 0 });
	struct sample_cgroup c;
	struct sample *s;

	(void)state;
	put_libvirt();
	s = collect_threads(source, 100, tids, 3);
	assert_int_equal(s->vms[0].placement_count, 3);
	assert_int_equal(s->vms[0].placements[0].last_cpu, 5);
	assert_string_equal(s->vms[0].placements[0].cpus, "0-7");
	assert_string_equal(s->vms[0].placements[0].nodes, "0-1");
	assert_int_equal(s->vms[0].placements[1].last_cpu, 2);
	assert_string_equal(s->vms[0].placements[1].cpus, "2-3");
	/* A thread that has gone. */
	assert_int_equal(s->vms[0].placements[2].last_cpu, -1);
	assert_null(s->vms[0].placements[2].cpus);
	assert_int_equal(s->vms[0].placements[2].group, -1);
	c = cgroup_of(s, 0);
	assert_string_equal(c.path, SCOPE "/libvirt/emulator");
	assert_string_equal(c.limit_path, SCOPE);
	assert_int_equal(c.version, 2);
	assert_true(c.quota_us == 150000 && c.period_us == 100000);
	assert_true(c.periods == 7 && c.throttled_periods == 6 && c.throttled_us == 5000);
	assert_true(c.weight == SAMPLE_UNKNOWN);
	assert_true(c.memory_max == 2147483648 && c.memory_high == 1073741824);
	assert_string_equal(c.cpus, "0-7");
	c = cgroup_of(s, 1);
	assert_string_equal(c.limit_path, SCOPE "/libvirt/vcpu0");
	assert_true(c.quota_us == 50000 && c.weight == 100 && c.throttled_us == 34000);
	assert_string_equal(c.cpus, "2-3");
	sample_free(s);
	source_close(source);
}

static void a_group_without_limits(void **state)
{
	static const pid_t tids[] = { 100 };
	struct source *source = open_wanted((struct vm_id){ 0 });
	struct sample_cgroup c;
	struct sample *s;

	(void)state;
	put(V2_MOUNT, "proc/self/mountinfo");
	put("max 100000\n", "sys/fs/cgroup/a/cpu.max");
	put("100\n", "sys/fs/cgroup/a/cpu.weight");
	put_thread(100, 100, 0, STATUS("0", "0"), "0::/a\n");
	s = collect_threads(source, 100, tids, 1);
	c = cgroup_of(s, 0);
	assert_true(c.quota_us == SAMPLE_NO_LIMIT && c.throttled_us == SAMPLE_UNKNOWN);
	assert_null(c.limit_path);
	assert_true(c.memory_max == SAMPLE_NO_LIMIT && c.memory_high == SAMPLE_NO_LIMIT);
	assert_null(c.cpus);
	sample_free(s);
	/* In the root of all. */
	put_thread(100, 100, 0, STATUS("0", "0"), "0::/\n");
	s = collect_threads(source, 100, tids, 1);
	assert_string_equal(cgroup_of(s, 0).path, "/");
	assert_true(cgroup_of(s, 0).quota_us == SAMPLE_NO_LIMIT);
	assert_int_equal(s->vms[0].cgroup_count, 1); /* the other one is forgotten */
	sample_free(s);
	/* In one that has gone: not "without a limit". */
	put_thread(100, 100, 0, STATUS("0", "0"), "0::/gone (deleted)\n");
	s = collect_threads(source, 100, tids, 1);
	assert_true(cgroup_of(s, 0).quota_us == SAMPLE_UNKNOWN);
	assert_true(cgroup_of(s, 0).memory_max == SAMPLE_UNKNOWN);
	sample_free(s);
	source_close(source);
}

/* A limit that is garbage is not none, and hides what is above it. */
static void what_cannot_be_read_is_unknown(void **state)
{
	static const pid_t tids[] = { 100 };
	struct source *source = open_wanted((struct vm_id){ 0 });
	struct sample *s;

	(void)state;
	put(V2_MOUNT, "proc/self/mountinfo");
	put("50000 100000\n", "sys/fs/cgroup/a/cpu.max");
	put("lots\n", "sys/fs/cgroup/a/b/cpu.max");
	put("", "sys/fs/cgroup/a/b/memory.max");
	put("1\n", "sys/fs/cgroup/a/memory.max");
	put_thread(100, 100, 0, "Cpus_allowed_list:\nMems_allowed_list:\t0", "0::/a/b\n");
	s = collect_threads(source, 100, tids, 1);
	assert_true(cgroup_of(s, 0).quota_us == SAMPLE_UNKNOWN);
	assert_true(cgroup_of(s, 0).memory_max == SAMPLE_UNKNOWN);
	assert_null(s->vms[0].placements[0].cpus);
	assert_null(s->vms[0].placements[0].nodes);
	sample_free(s);
	source_close(source);
}

/* v1, some of whose controllers are mounted together, and v2 beside it without any. */
static void reads_v1_and_hybrid(void **state)
{
	static const pid_t tids[] = { 100 };
	struct source *source = open_wanted((struct vm_id){ 0 });
	struct sample_cgroup c;
	struct sample *s;

	(void)state;
	put("41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"
	    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct\n"
	    "broken line\n- cgroup\n"
	    "34 31 0:31 / /sys/fs/cgroup/cpu\\040set rw - cgroup cgroup rw,cpuset\n"
	    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n",
		"proc/self/mountinfo");
	put("40000\n", "sys/fs/cgroup/cpu,cpuacct/vm/cpu.cfs_quota_us");
	put("20000\n", "sys/fs/cgroup/cpu,cpuacct/vm/cpu.cfs_period_us");
	put("nr_periods 9\nnr_throttled 3\nthrottled_time 7000999\n",
		"sys/fs/cgroup/cpu,cpuacct/vm/cpu.stat");
	put("-1\n", "sys/fs/cgroup/cpu,cpuacct/vm/vcpu0/cpu.cfs_quota_us");
	put("1024\n", "sys/fs/cgroup/cpu,cpuacct/vm/vcpu0/cpu.shares");
	put("4-5\n", "sys/fs/cgroup/cpu set/pins/cpuset.effective_cpus");
	put("9223372036854771712\n", "sys/fs/cgroup/memory/mem/memory.limit_in_bytes");
	put_thread(100, 100, 1, STATUS("4-5", "0"),
		"9:name=systemd:/x\n4:memory:/mem\n3:cpuset:/pins\n2:cpu,cpuacct:/vm/vcpu0\n0::/"
		"y\n");
	s = collect_threads(source, 100, tids, 1);
	c = cgroup_of(s, 0);
	assert_int_equal(c.version, 1);
	assert_string_equal(c.path, "/vm/vcpu0");
	assert_string_equal(c.limit_path, "/vm");
	assert_true(c.quota_us == 40000 && c.period_us == 20000 && c.weight == 1024);
	assert_true(c.periods == 9 && c.throttled_periods == 3 && c.throttled_us == 7000);
	assert_string_equal(c.cpus, "4-5");
	assert_true(c.memory_max == SAMPLE_NO_LIMIT && c.memory_high == SAMPLE_UNKNOWN);
	sample_free(s);
	source_close(source);
}

/* A container: a part of the tree is mounted, and some of the VMs are outside of it. */
static void sees_only_its_part_in_a_container(void **state)
{
	static const pid_t tids[] = { 100, 101, 102, 103 };
	struct source *source = open_wanted((struct vm_id){ 0 });
	struct sample *s;

	(void)state;
	put("31 23 0:28 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n",
		"proc/self/mountinfo");
	put("10000 100000\n", "sys/fs/cgroup/vm/cpu.max");
	put("1 2\n", "sys/fs/cgroup/cpu.max");
	put_thread(100, 100, 1, STATUS("0", "0"), "0::/docker/abc/vm\n");
	put_thread(100, 101, 1, STATUS("0", "0"), "0::/docker/abcd\n");
	put_thread(100, 102, 1, STATUS("0", "0"), "0::/docker/abc/../../machine\n");
	put_thread(100, 103, 1, STATUS("0", "0"), "0::/docker/abc\n");
	s = collect_threads(source, 100, tids, 4);
	assert_true(cgroup_of(s, 0).quota_us == 10000);
	assert_string_equal(cgroup_of(s, 0).limit_path, "/docker/abc/vm");
	assert_true(cgroup_of(s, 1).quota_us == SAMPLE_UNKNOWN);
	assert_true(cgroup_of(s, 2).quota_us == SAMPLE_UNKNOWN);
	assert_true(cgroup_of(s, 3).quota_us == 1 && cgroup_of(s, 3).period_us == 2);
	sample_free(s);
	source_close(source);
}

static size_t count_known(const struct sample *s)
{
	size_t known = 0;

	for (size_t i = 0; i < s->vm_count; i++)
		for (size_t k = 0; k < s->vms[i].placement_count; k++)
			known += s->vms[i].placements[k].last_cpu >= 0;
	return known;
}

enum { VMS = 60, THREADS = 10 };

static struct sample *collect_many(struct source *source)
{
	struct sample *s = sample_at(0);

	for (pid_t i = 0; i < VMS; i++) {
		struct sample_vm *vm = add_vm(s, 1000 + i * 100, "vm");

		for (pid_t k = 0; k < THREADS; k++)
			add_thread(vm, vm->id.pid + k, THREAD_VCPU, (int)k);
	}
	source_collect(source, s);
	return s;
}

/* So much in a collect and no more, all of them in the end, and the VM that somebody looks at each time. */
static void reads_in_turn(void **state)
{
	const struct vm_id last = { 1000 + (VMS - 1) * 100, 7 };
	struct source *source = open_wanted(last);
	struct sample *s;

	(void)state;
	put(V2_MOUNT, "proc/self/mountinfo");
	for (pid_t i = 0; i < VMS; i++)
		for (pid_t k = 0; k < THREADS; k++)
			put_thread(
				1000 + i * 100, 1000 + i * 100 + k, 1, STATUS("0", "0"), "0::/\n");
	s = collect_many(source);
	assert_int_equal(count_known(s), PLACEMENT_THREADS_MAX);
	assert_int_equal(s->vms[VMS - 1].placement_count, THREADS);
	sample_free(s);
	/* What was read before stays known, and what runs elsewhere now is seen where somebody looks. */
	put_thread(last.pid, last.pid, 3, STATUS("0-3", "0"), "0::/\n");
	s = collect_many(source);
	assert_int_equal(count_known(s), 2 * PLACEMENT_THREADS_MAX - THREADS);
	assert_int_equal(s->vms[VMS - 1].placements[0].last_cpu, 3);
	sample_free(s);
	for (size_t i = 0; i < 2; i++)
		sample_free(collect_many(source));
	s = collect_many(source);
	assert_int_equal(count_known(s), VMS * THREADS);
	assert_int_equal(s->vms[0].cgroup_count, 1);
	sample_free(s);
	/* Nobody looks where those ran that have ended. */
	s = sample_at(0);
	add_thread(add_vm(s, 1000, "vm"), 1000, THREAD_VCPU, 0);
	s->vms[0].ended = true;
	source_collect(source, s);
	assert_int_equal(s->vms[0].placement_count, 0);
	sample_free(s);
	/* VMs that have gone are forgotten. */
	s = collect_threads(source, 1000, (pid_t[]){ 1000 }, 1);
	assert_int_equal(s->vms[0].placement_count, 1);
	sample_free(s);
	source_close(source);
}

/* A kernel thread that works for a VM, vhost-PID, is a process of its own; and a pid that is another VM's now. */
static void finds_kernel_threads_and_new_vms(void **state)
{
	struct source *source = open_wanted((struct vm_id){ 0 });
	struct sample *s;

	(void)state;
	put(V2_MOUNT, "proc/self/mountinfo");
	put_thread(300, 300, 6, STATUS("6", "0"), "0::/\n");
	assert_int_equal(rename("proc/300/task/300", "proc/300x"), 0);
	assert_int_equal(rename("proc/300x/stat", "proc/300/stat"), 0);
	s = collect_threads(source, 100, (pid_t[]){ 300 }, 1);
	assert_int_equal(s->vms[0].placements[0].last_cpu, 6);
	sample_free(s);
	s = sample_at(0);
	add_thread(add_vm(s, 100, "another"), 301, THREAD_VCPU, 0);
	s->vms[0].id.start_ticks = 8;
	source_collect(source, s);
	assert_int_equal(s->vms[0].placement_count, 1);
	assert_int_equal(s->vms[0].placements[0].tid, 301);
	assert_int_equal(s->vms[0].placements[0].last_cpu, -1);
	sample_free(s);
	source_close(source);
}

static void parses_a_thread_s_files(void **state)
{
	char *cpus, *nodes;

	(void)state;
	assert_int_equal(placement_parse_cpu(""), -1);
	assert_int_equal(placement_parse_cpu("1 (a"), -1);
	assert_int_equal(placement_parse_cpu("1 (a) S 1 2 3\n"), -1);
	assert_int_equal(
		placement_parse_cpu("1 (a) b) S 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 "
				    "20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 "
				    "38 1023 40\n"),
		1023);
	placement_parse_status("xCpus_allowed_list:\t0\n", &cpus, &nodes);
	assert_true(!cpus && !nodes);
	placement_parse_status(
		"a\nMems_allowed_list:\t0,2\nCpus_allowed_list:\t0-8191\n", &cpus, &nodes);
	assert_string_equal(cpus, "0-8191");
	assert_string_equal(nodes, "0,2");
	free(cpus);
	free(nodes);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(the_nearest_limit_counts),
		IN_SCRATCH(a_group_without_limits),
		IN_SCRATCH(what_cannot_be_read_is_unknown),
		IN_SCRATCH(reads_v1_and_hybrid),
		IN_SCRATCH(sees_only_its_part_in_a_container),
		IN_SCRATCH(reads_in_turn),
		IN_SCRATCH(finds_kernel_threads_and_new_vms),
		cmocka_unit_test(parses_a_thread_s_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
