/* KVM's tracepoints, counted while they are wanted: nothing is open before and after, what cannot be had is said with
 * what to do about it, and totals hold whatever comes and goes. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "fake_perf.h"
#include "sample/wants.h"
#include "samples.h"
#include "scratch.h"
#include "source/perf/descriptors.h"
#include "source/perf/kvm_events.h"

enum { CPUS = 4, THREADS = 3, EVENTS = 5, VM_PID = 500, OTHER_PID = 600 };

/* In the order in which they are to be told: the most telling ones first. */
static const struct {
	const char *name;
	uint64_t id;
} events[EVENTS] = {
	{ "kvm_exit", 21 },
	{ "kvm_entry", 22 },
	{ "kvm_pio", 23 },
	{ "kvm_ack_irq", 24 },
	{ "kvm_something_new", 25 },
};

struct world {
	struct fake_perf perf;
	struct source *source;
	struct sample *s; /* the last one */
	int threads;      /* of the first VM */
};

static void make_event(const char *name, uint64_t id)
{
	char path[128], text[32];

	snprintf(path, sizeof path, "tracefs/events/kvm/%s", name);
	assert_int_equal(mkdir(path, 0755), 0);
	snprintf(path, sizeof path, "tracefs/events/kvm/%s/id", name);
	snprintf(text, sizeof text, "%d\n", (int)id);
	write_file(path, text);
}

static void make_tracefs(void)
{
	assert_int_equal(mkdir("tracefs", 0755), 0);
	assert_int_equal(mkdir("tracefs/events", 0755), 0);
	assert_int_equal(mkdir("tracefs/events/kvm", 0755), 0);
	for (size_t i = EVENTS; i-- > 0;)
		make_event(events[i].name, events[i].id);
	write_file("tracefs/events/kvm/enable", "0\n");
	assert_int_equal(mkdir("tracefs/events/kvmmmu", 0755), 0);
}

static void want_of(struct world *w, unsigned what, pid_t pid)
{
	const struct sample_wants wants = { what, { pid, pid ? 7 : 0 } };

	source_want(w->source, &wants);
}

static struct world *world_new(size_t descriptors_max)
{
	struct world *w = calloc(1, sizeof *w);

	fake_perf_init(&w->perf);
	write_file("online", "0-2,5\n");
	w->threads = THREADS;
	w->source = kvm_events_open(&(struct kvm_events_config){ .tracefs = "tracefs",
		.cpus_path = "online",
		.calls = &w->perf.calls,
		.descriptors_max = descriptors_max });
	return w;
}

/* All that is to be closed is. */
static void settle(struct world *w)
{
	for (int i = 0; source_work(w->source) >= 0; i++)
		assert_true(i < 10000);
}

static void world_free(struct world *w)
{
	want_of(w, 0, 0);
	settle(w);
	assert_int_equal(w->perf.open, 0);
	source_close(w->source);
	sample_free(w->s);
	free(w);
}

static const struct sample_kvm_events *look(struct world *w)
{
	struct sample_vm *vm;

	sample_free(w->s);
	w->s = sample_at(1);
	vm = add_vm(w->s, VM_PID, "win10");
	for (int i = 0; i < w->threads; i++)
		add_thread(vm, VM_PID + i, i ? THREAD_VCPU : THREAD_EMULATOR, i - 1);
	vm = add_vm(w->s, OTHER_PID, "web1");
	add_thread(vm, OTHER_PID, THREAD_EMULATOR, -1);
	source_collect(w->source, w->s);
	return &w->s->kvm_events;
}

/* The source has its time between two looks, too. */
static const struct sample_kvm_events *look_again(struct world *w)
{
	look(w);
	settle(w);
	return look(w);
}

static const struct sample_kvm_event *event_of(const struct sample_kvm_events *e, const char *name)
{
	for (size_t i = 0; i < e->count; i++)
		if (!strcmp(e->events[i].name, name))
			return &e->events[i];
	fail_msg("there is no %s", name);
	return NULL;
}

static void test_nothing_is_open_while_nobody_looks(void **state)
{
	struct world *w;

	(void)state;
	make_tracefs();
	w = world_new(0);
	assert_int_equal(source_work(w->source), -1);
	assert_false(look(w)->wanted);
	want_of(w, WANT_HOST | WANT_SYMBOLS, VM_PID);
	assert_false(look_again(w)->wanted);
	assert_int_equal(w->perf.made, 0);
	for (int i = 0; i < 3; i++) {
		want_of(w, WANT_EVENTS, VM_PID);
		assert_true(look_again(w)->host_since_ns);
		assert_int_equal(w->perf.open, EVENTS * (CPUS + THREADS));
		want_of(w, 0, VM_PID);
		settle(w);
		assert_int_equal(w->perf.open, 0);
		assert_false(look(w)->wanted);
		assert_int_equal(look(w)->count, 0);
	}
	world_free(w);
}

static void test_counts(void **state)
{
	const struct sample_kvm_events *e;
	struct world *w;

	(void)state;
	make_tracefs();
	w = world_new(0);
	want_of(w, WANT_EVENTS, VM_PID);
	e = look(w);
	assert_true(e->wanted);
	assert_int_equal(e->count, 0);
	assert_non_null(strstr(e->why, "0 of 35 counters are open"));
	fake_perf_fire(&w->perf, 21, 0, VM_PID, 1000); /* nobody has seen that */
	settle(w);
	e = look(w);
	assert_string_equal(e->why, "");
	assert_string_equal(e->note, "");
	assert_int_equal(e->vm_pid, VM_PID);
	assert_int_equal(e->vm_start_ticks, 7);
	assert_int_equal(e->count, EVENTS);
	for (size_t i = 0; i < EVENTS; i++) {
		assert_string_equal(e->events[i].name, events[i].name);
		assert_int_equal(e->events[i].host, 0);
		assert_int_equal(e->events[i].vm, 0);
	}
	assert_true(e->host_since_ns && e->host_since_ns <= e->read_ns);
	fake_perf_fire(&w->perf, 23, 5, VM_PID + 1, 70); /* of the VM */
	fake_perf_fire(&w->perf, 23, 1, OTHER_PID, 8);   /* of another one */
	e = look(w);
	assert_int_equal(event_of(e, "kvm_pio")->host, 78);
	assert_int_equal(event_of(e, "kvm_pio")->vm, 70);
	assert_int_equal(event_of(e, "kvm_exit")->host, 0);
	world_free(w);
}

static void test_another_vm(void **state)
{
	const struct sample_kvm_events *e;
	uint64_t host_since_ns, vm_since_ns;
	struct world *w;

	(void)state;
	make_tracefs();
	w = world_new(0);
	want_of(w, WANT_EVENTS, VM_PID);
	e = look_again(w);
	host_since_ns = e->host_since_ns;
	vm_since_ns = e->vm_since_ns;
	fake_perf_fire(&w->perf, 21, 0, VM_PID, 9);
	want_of(w, WANT_EVENTS, OTHER_PID);
	e = look(w); /* its counters are not open yet: unknown, not 0 */
	assert_int_equal(e->vm_pid, OTHER_PID);
	assert_int_equal(e->vm_since_ns, 0);
	assert_true(event_of(e, "kvm_exit")->vm == SAMPLE_UNKNOWN);
	assert_int_equal(event_of(e, "kvm_exit")->host, 9);
	settle(w);
	e = look(w);
	assert_int_equal(e->host_since_ns, host_since_ns);
	assert_true(e->vm_since_ns > vm_since_ns);
	assert_int_equal(event_of(e, "kvm_exit")->vm, 0);
	assert_int_equal(w->perf.open, EVENTS * (CPUS + 1));
	/* One that is gone. */
	want_of(w, WANT_EVENTS, 700);
	e = look_again(w);
	assert_int_equal(e->vm_pid, 0);
	assert_true(event_of(e, "kvm_exit")->vm == SAMPLE_UNKNOWN);
	assert_int_equal(event_of(e, "kvm_exit")->host, 9);
	assert_int_equal(w->perf.open, EVENTS * CPUS);
	/* Nobody's: the busiest, of two idle ones any. */
	want_of(w, WANT_EVENTS, 0);
	assert_true(look_again(w)->vm_pid != 0);
	world_free(w);
}

/* The VM's total does not go back when threads of it end, and does not jump when some come. */
static void test_threads_come_and_go(void **state)
{
	const struct sample_kvm_events *e;
	uint64_t since_ns;
	struct world *w;

	(void)state;
	make_tracefs();
	w = world_new(0);
	want_of(w, WANT_EVENTS, VM_PID);
	e = look_again(w);
	since_ns = e->vm_since_ns;
	fake_perf_fire(&w->perf, 22, 0, VM_PID + 2, 30);
	w->threads = THREADS - 1;
	e = look_again(w);
	assert_int_equal(event_of(e, "kvm_entry")->vm, 30);
	assert_int_equal(w->perf.open, EVENTS * (CPUS + THREADS - 1));
	w->threads = THREADS + 4;
	fake_perf_fire(&w->perf, 22, 0, VM_PID + 1, 1);
	assert_int_equal(event_of(look(w), "kvm_entry")->vm, 31);
	settle(w);
	fake_perf_fire(&w->perf, 22, 0, VM_PID + 6, 2);
	e = look(w);
	assert_int_equal(event_of(e, "kvm_entry")->vm, 33);
	assert_int_equal(e->vm_since_ns, since_ns);
	world_free(w);
}

static void test_cpus_come_and_go(void **state)
{
	const struct sample_kvm_events *e;
	uint64_t since_ns;
	struct world *w;

	(void)state;
	make_tracefs();
	w = world_new(0);
	want_of(w, WANT_EVENTS, VM_PID);
	e = look_again(w);
	since_ns = e->host_since_ns;
	fake_perf_fire(&w->perf, 21, 5, VM_PID, 1000);
	look(w);
	/* It is gone in the kernel before the file says so. */
	fake_perf_offline(&w->perf, 5);
	look(w);
	write_file("online", "0-2\n");
	e = look_again(w);
	assert_true(e->host_since_ns > since_ns);
	assert_int_equal(event_of(e, "kvm_exit")->host, 0);
	assert_int_equal(event_of(e, "kvm_exit")->vm, 1000); /* threads do not care */
	since_ns = e->host_since_ns;
	w->perf.no_cpu = -1;
	write_file("online", "0-2,5-6\n");
	e = look_again(w);
	assert_true(e->host_since_ns > since_ns);
	assert_int_equal(fake_perf_of(&w->perf, 6, -1), EVENTS);
	/* No CPU takes one. */
	write_file("online", "3\n");
	w->perf.no_cpu = 3;
	e = look_again(w);
	assert_int_equal(e->count, 0);
	assert_non_null(strstr(e->why, "no CPU takes a counter"));
	write_file("online", "none\n");
	want_of(w, 0, VM_PID);
	settle(w);
	want_of(w, WANT_EVENTS, VM_PID);
	assert_non_null(strstr(look(w)->why, "does not say which CPUs are online"));
	world_free(w);
}

static void check_why(struct world *w, const char *text)
{
	const struct sample_kvm_events *e;

	want_of(w, WANT_EVENTS, VM_PID);
	e = look_again(w);
	assert_int_equal(e->count, 0);
	if (!strstr(e->why, text))
		fail_msg("'%s' does not say '%s'", e->why, text);
	assert_int_equal(w->perf.open, 0);
	want_of(w, 0, VM_PID);
	settle(w);
}

static void test_what_cannot_be_had(void **state)
{
	struct world *w = world_new(0);

	(void)state;
	check_why(w, "not mounted: run `mount -t tracefs tracefs /sys/kernel/tracing`");
	assert_int_equal(system("mkdir -p tracefs/events"), 0);
	check_why(w, "run `modprobe kvm_intel` or `modprobe kvm_amd`");
	assert_int_equal(system("rm -r tracefs"), 0);
	make_tracefs();
	w->perf.error = -EACCES;
	check_why(w, "run kvmtop as root, outside of containers, or allow it by `sysctl "
		     "kernel.perf_event_paranoid=-1`");
	w->perf.error = -EPERM;
	check_why(w, "kernel.perf_event_paranoid=-1");
	w->perf.error = -ENOSYS;
	check_why(w, "run kvmtop on the host itself");
	w->perf.error = -ENOMEM;
	check_why(w, "no memory");
	w->perf.error = -ENOENT; /* the module went in between */
	check_why(w, "perf_event_open failed (No such file or directory)");
	w->perf.error = 0;
	want_of(w, WANT_EVENTS, VM_PID);
	assert_int_equal(look_again(w)->count, EVENTS);
	/* Refused, it is not tried again at each look. */
	want_of(w, 0, VM_PID);
	settle(w);
	w->perf.error = -EACCES;
	want_of(w, WANT_EVENTS, VM_PID);
	look_again(w);
	w->perf.error = 0;
	assert_non_null(strstr(look_again(w)->why, "as root"));
	world_free(w);
}

/* Root can read all: then for that long it is nobody who tries. */
static void test_tracefs_is_not_readable(void **state)
{
	const bool is_root = !geteuid();
	struct world *w;

	(void)state;
	make_tracefs();
	w = world_new(0);
	assert_int_equal(chmod(".", 0755), 0);
	assert_int_equal(chmod("tracefs/events", 0), 0);
	if (is_root)
		assert_int_equal(seteuid(65534), 0);
	check_why(w, "tracefs is not readable; run `sudo kvmtop`");
	if (is_root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod("tracefs/events", 0755), 0);
	world_free(w);
}

static void test_too_few_descriptors(void **state)
{
	const struct sample_kvm_events *e;
	struct world *w;

	(void)state;
	make_tracefs();
	/* Two events for the VM's sixteen, that it may soon have, and four CPUs. */
	w = world_new(2 * (CPUS + 16));
	want_of(w, WANT_EVENTS, VM_PID);
	e = look_again(w);
	assert_int_equal(w->perf.open, EVENTS * CPUS + THREADS);
	assert_non_null(
		strstr(e->note, "5 events on 4 CPUs and 16 threads need 100 file "
				"descriptors, 40 are allowed: run `ulimit -n 300` before "
				"kvmtop; only 5 are counted for the host and 1 for the VM"));
	assert_int_equal(event_of(e, "kvm_exit")->vm, 0);
	assert_true(event_of(e, "kvm_entry")->vm == SAMPLE_UNKNOWN);
	assert_int_equal(event_of(e, "kvm_entry")->host, 0);
	world_free(w);

	w = world_new(CPUS * 2);
	want_of(w, WANT_EVENTS, VM_PID);
	e = look_again(w);
	assert_int_equal(w->perf.open, CPUS * 2);
	assert_int_equal(event_of(e, "kvm_entry")->host, 0);
	assert_true(event_of(e, "kvm_pio")->host == SAMPLE_UNKNOWN);
	world_free(w);

	w = world_new(CPUS - 1);
	check_why(w, "nothing is counted");
	world_free(w);
}

/* They run out in the middle, whatever the limit said: with fewer, anew. */
static void test_descriptors_run_out(void **state)
{
	const struct sample_kvm_events *e;
	struct world *w;
	char name[32];

	(void)state;
	make_tracefs();
	for (int i = 0; i < 60; i++) {
		snprintf(name, sizeof name, "kvm_made_up_%02d", i);
		make_event(name, (uint64_t)(100 + i));
	}
	w = world_new(0);
	w->perf.most = 200;
	want_of(w, WANT_EVENTS, VM_PID);
	look_again(w);
	e = look_again(w);
	assert_true(w->perf.open <= 200 - DESCRIPTORS_SPARE);
	assert_int_equal(event_of(e, "kvm_exit")->host, 0);
	assert_int_equal(event_of(e, "kvm_exit")->vm, 0);
	assert_non_null(strstr(e->note, "136 are allowed"));
	/* Not even that many. */
	want_of(w, 0, VM_PID);
	settle(w);
	w->perf.most = 10;
	want_of(w, WANT_EVENTS, VM_PID);
	look_again(w);
	e = look_again(w);
	assert_non_null(strstr(e->why, "0 are allowed"));
	assert_int_equal(w->perf.open, 0);
	world_free(w);
}

/* However slow the kernel is, and however many counters there are, the loop has its turn soon. */
static void test_steps_are_bounded(void **state)
{
	enum { ALL = EVENTS * (CPUS + THREADS), MOST = 2 };
	struct world *w;
	size_t before = 0;
	int steps = 0;

	(void)state;
	make_tracefs();
	w = world_new(0);
	want_of(w, WANT_EVENTS, VM_PID);
	look(w);
	assert_int_equal(w->perf.open, 0); /* a look opens nothing: that is work */
	w->perf.slow_ns = KVM_EVENTS_STEP_NS / 2 + 1;
	for (; source_work(w->source) >= 0; steps++) {
		assert_true(w->perf.open > before && w->perf.open <= before + MOST);
		before = w->perf.open;
	}
	assert_int_equal(w->perf.open, ALL);
	assert_true(steps >= ALL / MOST - 1);
	want_of(w, 0, VM_PID);
	assert_true(w->perf.open < ALL && w->perf.open >= ALL - MOST);
	for (steps = 0; source_work(w->source) >= 0; steps++)
		;
	assert_int_equal(w->perf.open, 0);
	assert_true(steps >= ALL / MOST - 2);
	w->perf.slow_ns = 0;
	/* Wanted again before all is closed: first that. */
	want_of(w, WANT_EVENTS, VM_PID);
	look_again(w);
	w->perf.slow_ns = KVM_EVENTS_STEP_NS;
	want_of(w, 0, VM_PID);
	want_of(w, WANT_EVENTS, VM_PID);
	assert_int_equal(look(w)->count, 0);
	w->perf.slow_ns = 0;
	settle(w);
	assert_int_equal(w->perf.open, 0);
	assert_int_equal(look_again(w)->count, EVENTS);
	world_free(w);
}

static void test_one_vm_dies(void **state)
{
	const struct sample_kvm_events *e;
	struct world *w;

	(void)state;
	make_tracefs();
	w = world_new(0);
	want_of(w, WANT_EVENTS, VM_PID);
	look(w);
	/* Its threads end while their counters are being opened. */
	w->perf.no_tid = VM_PID + 1;
	settle(w);
	e = look_again(w);
	assert_string_equal(e->why, "");
	assert_int_equal(fake_perf_of(&w->perf, -1, VM_PID + 1), 0);
	assert_int_equal(event_of(e, "kvm_exit")->vm, 0);
	/* And then the whole VM. */
	w->threads = 0;
	e = look_again(w);
	assert_int_equal(event_of(e, "kvm_exit")->host, 0);
	world_free(w);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_SCRATCH(test_nothing_is_open_while_nobody_looks),
		IN_SCRATCH(test_counts),
		IN_SCRATCH(test_another_vm),
		IN_SCRATCH(test_threads_come_and_go),
		IN_SCRATCH(test_cpus_come_and_go),
		IN_SCRATCH(test_what_cannot_be_had),
		IN_SCRATCH(test_tracefs_is_not_readable),
		IN_SCRATCH(test_too_few_descriptors),
		IN_SCRATCH(test_descriptors_run_out),
		IN_SCRATCH(test_steps_are_bounded),
		IN_SCRATCH(test_one_vm_dies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
