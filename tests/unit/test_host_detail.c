/* host_detail on made-up folders of proc and sys: pressure, memory, nodes, and that nothing is read unless it is
 * wanted. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <fcntl.h>

#include "host_world.h"
#include "nowhere.h"
#include "source/host/huge_pages.h"

static struct sample_host_detail read_here(struct arena *arena)
{
	struct sample_host_detail d;
	const int root = open(".", O_PATH | O_DIRECTORY);

	assert_true(root >= 0);
	host_detail_read(&d, arena, root);
	close(root);
	return d;
}

static struct domain_pages read_pages(uint64_t size_kib)
{
	const int root = open(".", O_PATH | O_DIRECTORY);
	struct domain_pages pages = { .free = 7 };

	assert_true(root >= 0);
	huge_pages_read(&pages, root, size_kib);
	close(root);
	return pages;
}

/* What is reserved is not free, though nobody has touched it. */
static void reads_huge_pages(void **state)
{
	struct domain_pages p;

	(void)state;
	assert_false(read_pages(0).known);
	put("MemTotal:       24684092 kB\nHugePages_Free:      100\nHugepagesize:       2048 "
	    "kB\n",
		"proc/meminfo");
	p = read_pages(0);
	assert_false(p.known);
	assert_non_null(strstr(p.why, "cannot be read"));
	put("100\n", "sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages");
	put("30\n", "sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages");
	put("20\n", "sys/kernel/mm/hugepages/hugepages-2048kB/nr_overcommit_hugepages");
	put("5\n", "sys/kernel/mm/hugepages/hugepages-2048kB/surplus_hugepages");
	assert_non_null(strstr(read_pages(0).why, "no hugetlbfs"));
	put("proc /proc proc rw 0 0\nhugetlbfs /huge hugetlbfs rw,relatime,pagesize=1024M 0 0\n",
		"proc/mounts");
	assert_non_null(strstr(read_pages(0).why, "no hugetlbfs"));
	put("proc /proc proc rw 0 0\nhugetlbfs /huge hugetlbfs rw,relatime,pagesize=1024M 0 0\n"
	    "hugetlbfs /dev/hugepages hugetlbfs rw,relatime,pagesize=2M 0 0\n",
		"proc/mounts");
	p = read_pages(0);
	assert_true(p.known && p.size_kib == 2048 && p.free == 70 && p.more == 15);
	p = read_pages(2048);
	assert_true(p.known && p.size_kib == 2048 && p.free == 70 && p.more == 15);
	assert_false(read_pages(1048576).known);
	/* More are reserved than are free where some are still to be made. */
	put("120\n", "sys/kernel/mm/hugepages/hugepages-2048kB/resv_hugepages");
	p = read_pages(0);
	assert_true(p.known && p.free == 0 && p.more == 15);
}

static void reads_the_host(void **state)
{
	struct arena arena = { 0 };
	struct sample_host_detail d;

	(void)state;
	put("some avg10=4.51 avg60=4.91 avg300=6.49 total=6279676417\n"
	    "full avg10=0.10 avg60=0.20 avg300=0.00 total=12\n",
		"proc/pressure/cpu");
	put("some avg10=0.00 avg60=0.48 avg300=0.71 total=268668692\n", "proc/pressure/memory");
	put("full avg10=1.00 avg60=2.00 avg300=3.00 total=3\n", "proc/pressure/io");
	put("always [madvise] never\n", "sys/kernel/mm/transparent_hugepage/enabled");
	put("2\n", "sys/module/kvm/parameters/halt_poll_ns_grow");
	put("10000\n", "sys/module/kvm/parameters/halt_poll_ns_grow_start");
	put("0\n", "sys/module/kvm/parameters/halt_poll_ns_shrink");
	put("0-2,4-7\n", "sys/devices/system/cpu/online");
	put("MemTotal:       24684092 kB\nDirty:             39360 kB\nWriteback:             8 "
	    "kB\n"
	    "WritebackTmp:          5 kB\nHugePages_Total:     512\nHugePages_Free:      100\n"
	    "Hugepagesize:       2048 kB\n",
		"proc/meminfo");
	put("2,4-7\n", "sys/devices/system/node/node10/cpulist");
	put("Node 10 MemTotal:       8000 kB\nNode 10 MemFree:        1000 kB\n",
		"sys/devices/system/node/node10/meminfo");
	put("0-1\n", "sys/devices/system/node/node2/cpulist");
	put("0-1\n", "sys/devices/system/node/online");
	put("", "sys/devices/system/node/node3x/cpulist");
	d = read_here(&arena);
	assert_near(d.cpu_some.avg10_pct, 4.51, 1e-9);
	assert_near(d.cpu_some.avg60_pct, 4.91, 1e-9);
	assert_true(d.cpu_some.total_us == 6279676417 && d.cpu_full.total_us == 12);
	assert_near(d.cpu_full.avg60_pct, 0.2, 1e-9);
	assert_true(d.memory_some.total_us == 268668692);
	assert_true(isnan(d.memory_full.avg10_pct) && d.memory_full.total_us == SAMPLE_UNKNOWN);
	assert_true(isnan(d.io_some.avg10_pct) && d.io_full.total_us == 3);
	assert_string_equal(d.thp, "madvise");
	assert_int_equal(d.halt_poll_grow, 2);
	assert_int_equal(d.halt_poll_grow_start_ns, 10000);
	assert_int_equal(d.halt_poll_shrink, 0);
	assert_string_equal(d.cpus_online, "0-2,4-7");
	assert_true(d.huge_pages == 512 && d.huge_pages_free == 100 && d.huge_page_kib == 2048);
	assert_true(d.dirty_kib == 39360 && d.writeback_kib == 8);
	assert_int_equal(d.node_count, 2);
	assert_int_equal(d.nodes[0].number, 2);
	assert_string_equal(d.nodes[0].cpus, "0-1");
	assert_true(d.nodes[0].memory_kib == SAMPLE_UNKNOWN);
	assert_int_equal(d.nodes[1].number, 10);
	assert_true(d.nodes[1].memory_kib == 8000 && d.nodes[1].free_kib == 1000);
	arena_fini(&arena);
}

/* A kernel without pressure, NUMA and KVM; texts that are cut, or no texts at all. */
static void what_is_not_there_is_unknown(void **state)
{
	struct arena arena = { 0 };
	struct sample_host_detail d = read_here(&arena);

	(void)state;
	assert_true(isnan(d.cpu_some.avg10_pct) && d.io_full.total_us == SAMPLE_UNKNOWN);
	assert_string_equal(d.thp, "");
	assert_int_equal(d.halt_poll_grow, -1);
	assert_null(d.cpus_online);
	assert_true(d.huge_pages == SAMPLE_UNKNOWN && d.dirty_kib == SAMPLE_UNKNOWN);
	assert_int_equal(d.node_count, 0);
	put("some avg10= avg60=x avg300=1 total=", "proc/pressure/cpu");
	put("some total=99999999999999999999999\n", "proc/pressure/io");
	put("always madvise never\n", "sys/kernel/mm/transparent_hugepage/enabled");
	put("-1\n", "sys/module/kvm/parameters/halt_poll_ns_grow");
	put("0-7", "sys/devices/system/cpu/online");
	put("Dirty:", "proc/meminfo");
	d = read_here(&arena);
	assert_true(isnan(d.cpu_some.avg10_pct) && isnan(d.cpu_some.avg60_pct));
	assert_true(d.cpu_some.total_us == SAMPLE_UNKNOWN);
	assert_true(d.io_some.total_us == SAMPLE_UNKNOWN);
	assert_string_equal(d.thp, "");
	assert_int_equal(d.halt_poll_grow, -1);
	assert_null(d.cpus_online);
	assert_true(d.dirty_kib == SAMPLE_UNKNOWN);
	arena_fini(&arena);
}

static int open_descriptors(void)
{
	DIR *dir = opendir("/proc/self/fd");
	int count = 0;

	assert_non_null(dir);
	while (readdir(dir))
		count++;
	closedir(dir);
	return count;
}

/* With nobody looking there is not even the folder: what would be read is a pipe that nobody writes to, which would
 * block for ever. */
static void reads_nothing_unless_it_is_wanted(void **state)
{
	static const pid_t tids[] = { 101 };
	const int before = open_descriptors();
	struct source *source = host_detail_open(".");
	struct sample *s;

	(void)state;
	put("0::/\n", "proc/100/task/101/cgroup");
	put("x", "proc/pressure/x");
	assert_int_equal(mkfifo("proc/pressure/cpu", 0600), 0);
	assert_int_equal(mkfifo("proc/100/task/101/status", 0600), 0);
	assert_int_equal(mkfifo("proc/100/task/101/stat", 0600), 0);
	s = collect_threads(source, 100, tids, 1);
	assert_int_equal(s->host_detail_count, 0);
	assert_int_equal(s->vms[0].placement_count, 0);
	assert_int_equal(open_descriptors(), before);
	sample_free(s);
	/* Other wants are nobody's here. */
	source_want(source, &(struct sample_wants){ .what = WANT_EVENTS | WANT_SYMBOLS });
	s = collect_threads(source, 100, tids, 1);
	assert_int_equal(s->host_detail_count, 0);
	sample_free(s);
	assert_int_equal(unlink("proc/pressure/cpu"), 0);
	assert_int_equal(unlink("proc/100/task/101/status"), 0);
	assert_int_equal(unlink("proc/100/task/101/stat"), 0);
	source_want(source, &(struct sample_wants){ .what = WANT_HOST });
	assert_int_equal(open_descriptors(), before);
	s = collect_threads(source, 100, tids, 1);
	assert_int_equal(s->host_detail_count, 1);
	assert_int_equal(s->vms[0].placement_count, 1);
	assert_true(open_descriptors() > before);
	sample_free(s);
	/* Closed at once, not at the next collect. */
	source_want(source, &(struct sample_wants){ .what = 0 });
	assert_int_equal(open_descriptors(), before);
	s = collect_threads(source, 100, tids, 1);
	assert_int_equal(s->host_detail_count, 0);
	sample_free(s);
	source_close(source);
}

static void a_root_that_is_not_there(void **state)
{
	struct source *source = host_detail_open(NOWHERE);
	struct sample *s;

	(void)state;
	source_want(source, &(struct sample_wants){ .what = WANT_HOST });
	s = collect_threads(source, 100, NULL, 0);
	assert_int_equal(s->host_detail_count, 0);
	sample_free(s);
	source_close(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reads_huge_pages, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(reads_the_host, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			what_is_not_there_is_unknown, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			reads_nothing_unless_it_is_wanted, enter_scratch, leave_scratch),
		cmocka_unit_test(a_root_that_is_not_there),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
