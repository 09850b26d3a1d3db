/* How much of KVM's events fits into the descriptors that are allowed, the limit itself, and whose threads are looked
 * at. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "samples.h"
#include "source/perf/descriptors.h"
#include "source/perf/kvm_events_plan.h"
#include "source/vm_choice.h"

static void check_plan(
	struct kvm_events_size size, size_t allowed, size_t host, size_t vm, const char *note)
{
	const struct kvm_events_plan plan = kvm_events_plan(&size, allowed);
	char text[300];

	assert_int_equal(plan.host, host);
	assert_int_equal(plan.vm, vm);
	assert_true(plan.vm <= plan.host);
	assert_true(plan.host * size.cpus + plan.vm * size.threads <= allowed);
	kvm_events_plan_explain(&plan, &size, allowed, text, sizeof text);
	if (!note)
		assert_string_equal(text, "");
	else
		assert_string_equal(text, note);
}

static void test_plan(void **state)
{
	const struct kvm_events_size small = { 63, 4, 16 }, large = { 63, 256, 16 };

	(void)state;
	assert_int_equal(kvm_events_need(&large), 63 * 272);
	check_plan(small, 63 * 20, 63, 63, NULL);
	check_plan(small, 63 * 20 - 1, 63, 62,
		"63 events on 4 CPUs and 16 threads need 1,260 file descriptors, 1,259 are "
		"allowed: run `ulimit -n 1400` before kvmtop; only 63 are counted for the host "
		"and 62 for the VM");
	check_plan(small, 63 * 4 + 15, 63, 0,
		"63 events on 4 CPUs and 16 threads need 1,260 file descriptors, 267 are allowed: "
		"run `ulimit -n 1400` before kvmtop; only 63 are counted for the host and 0 for "
		"the VM");
	check_plan(large, 4096, 15, 15,
		"63 events on 256 CPUs and 16 threads need 17,136 file descriptors, 4,096 are "
		"allowed: run `ulimit -n 18000` before kvmtop; only the 15 most telling ones are "
		"counted");
	check_plan(large, 260, 1, 0,
		"63 events on 256 CPUs and 16 threads need 17,136 file descriptors, 260 are "
		"allowed: run `ulimit -n 18000` before kvmtop; only 1 are counted for the host "
		"and 0 for the VM");
	check_plan(large, 255, 0, 0,
		"63 events on 256 CPUs and 16 threads need 17,136 file descriptors, 255 are "
		"allowed: run `ulimit -n 18000` before kvmtop; nothing is counted");
	/* Without a VM there is nothing that could be missing of it. */
	check_plan((struct kvm_events_size){ 63, 4, 0 }, 63 * 4, 63, 0, NULL);
	check_plan((struct kvm_events_size){ 63, 4, 0 }, 100, 25, 0,
		"63 events on 4 CPUs and 0 threads need 252 file descriptors, 100 are allowed: run "
		"`ulimit -n 400` before kvmtop; only 25 are counted for the host and 0 for the "
		"VM");
}

/* Every host and limit: within it, and as much as fits. */
static void test_plan_keeps_to_the_limit(void **state)
{
	(void)state;
	for (size_t cpus = 1; cpus <= 512; cpus += 37)
		for (size_t threads = 0; threads <= 320; threads += 16)
			for (size_t allowed = 0; allowed <= 40000; allowed += 997) {
				const struct kvm_events_size size = { 63, cpus, threads };
				const struct kvm_events_plan plan = kvm_events_plan(&size, allowed);

				assert_true(plan.host * cpus + plan.vm * threads <= allowed);
				assert_true(plan.vm <= plan.host && plan.host <= 63);
				assert_true(plan.host || allowed < cpus);
				assert_true((plan.host == 63 && (plan.vm == 63 || !threads)) ||
					    kvm_events_need(&size) > allowed);
			}
}

static rlim_t soft_limit(void)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	return limit.rlim_cur;
}

static void set_soft_limit(rlim_t soft)
{
	struct rlimit limit;

	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	limit.rlim_cur = soft;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void test_limit_is_raised_and_given_back(void **state)
{
	struct descriptors d = { 0 };
	struct rlimit limit;
	size_t allowed, more;
	int fd;

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
	if (limit.rlim_max < 600)
		skip();
	set_soft_limit(256);
	allowed = descriptors_allow(&d, 10, 0);
	assert_true(allowed < 256 - DESCRIPTORS_SPARE && allowed > 100);
	assert_int_equal(soft_limit(), 256); /* that was enough */
	allowed = descriptors_allow(&d, 400, 0);
	assert_int_equal(soft_limit(), limit.rlim_max);
	assert_true(allowed >= 400);
	/* What others open is not there for the caller, what he has himself is. */
	fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(fd >= 0);
	more = descriptors_allow(&d, 400, 0);
	assert_int_equal(more, allowed - 1);
	assert_int_equal(descriptors_allow(&d, 400, 1), allowed);
	close(fd);
	descriptors_give_back(&d);
	assert_int_equal(soft_limit(), 256);
	descriptors_give_back(&d);
	assert_int_equal(soft_limit(), 256);
	/* More than the hard limit: as many as it allows. */
	allowed = descriptors_allow(&d, (size_t)limit.rlim_max + 1000, 0);
	assert_true(allowed < limit.rlim_max && allowed > limit.rlim_max - 256);
	descriptors_give_back(&d);
	assert_int_equal(soft_limit(), 256);
	set_soft_limit(limit.rlim_cur);
}

/* -- whose threads */

static struct sample *two_vms(uint64_t first_ns, uint64_t second_ns)
{
	struct sample *s = sample_at(1);

	s->host.uptime_s = 1000;
	add_thread(add_vm(s, 100, "a"), 100, THREAD_VCPU, 0)->cpu_ns = first_ns;
	add_thread(add_vm(s, 200, "b"), 200, THREAD_VCPU, 0)->cpu_ns = second_ns;
	return s;
}

/* Of a sample a second after the one before. */
static pid_t chosen(struct vm_choice *c, struct sample *s, pid_t wanted)
{
	const struct sample_vm *vm;
	pid_t pid;

	for (size_t i = 0; i < c->count; i++)
		if (s->time_ns <= c->seen[i].time_ns)
			s->time_ns = c->seen[i].time_ns + NS_PER_S;
	vm = vm_choice_take(c, s, (struct vm_id){ wanted, wanted ? 7 : 0 });
	pid = vm ? vm->id.pid : 0;
	sample_free(s);
	return pid;
}

static void test_choice(void **state)
{
	struct vm_choice c = { 0 };
	struct sample *s;

	(void)state;
	assert_int_equal(chosen(&c, sample_at(0), 0), 0); /* there is none */
	assert_int_equal(chosen(&c, two_vms(1000, 5000), 0), 200);
	assert_int_equal(chosen(&c, two_vms(2000, 5900), 0), 200); /* not so much less */
	assert_int_equal(chosen(&c, two_vms(3999, 6900), 0), 200); /* a bit less than twice */
	assert_int_equal(chosen(&c, two_vms(6001, 7900), 0), 100);
	assert_int_equal(chosen(&c, two_vms(6002, 7903), 0), 200);
	assert_int_equal(chosen(&c, two_vms(7002, 8903), 100), 100); /* that one is wanted */
	assert_int_equal(chosen(&c, two_vms(7002, 8903), 300), 0);   /* is not there */
	s = sample_at(2);
	add_thread(add_vm(s, 100, "a"), 100, THREAD_VCPU, 0)->cpu_ns = 7002;
	assert_int_equal(chosen(&c, s, 0), 100); /* the other one is gone */
	vm_choice_fini(&c);
	/* What was counted of one that has ended is fetched, before another one is chosen. */
	for (int ended = 0; ended < 2; ended++) {
		assert_int_equal(chosen(&c, two_vms(1000, 5000), 0), 200);
		s = two_vms(900000, SAMPLE_UNKNOWN);
		s->vms[1].threads[0].utime_ticks = SAMPLE_UNKNOWN;
		s->vms[1].ended = true;
		assert_int_equal(chosen(&c, s, ended ? 200 : 0), 200);
		assert_int_equal(chosen(&c, sample_at(3), 0), 0);
		vm_choice_fini(&c);
	}
	s = two_vms(1, SAMPLE_UNKNOWN);
	s->vms[1].threads[0].utime_ticks = 1000000;
	s->vms[1].ended = true;
	assert_int_equal(chosen(&c, s, 0), 100);
	vm_choice_fini(&c);
	/* A pid that is used again is another VM. */
	s = two_vms(1, 2);
	s->vms[0].id.start_ticks = 8;
	assert_int_equal(chosen(&c, s, 100), 0);
	/* At first the busiest for its age, and by ticks where there is nothing better. */
	vm_choice_fini(&c);
	s = two_vms(500000000000, 60000000000);
	s->vms[1].id.start_ticks = 990 * (uint64_t)sysconf(_SC_CLK_TCK);
	assert_int_equal(chosen(&c, s, 0), 200);
	vm_choice_fini(&c);
	s = two_vms(SAMPLE_UNKNOWN, SAMPLE_UNKNOWN);
	s->vms[0].threads[0].utime_ticks = 50;
	s->vms[1].threads[0].utime_ticks = 40;
	assert_int_equal(chosen(&c, s, 0), 100);
	vm_choice_fini(&c);
}

/* two_vms() where only the threads of the VM are known, not what they did. */
static struct sample *last_known(uint64_t first_ns, uint64_t second_ns)
{
	struct sample *s = two_vms(first_ns, second_ns);

	for (size_t i = 0; i < s->vm_count; i++) {
		struct sample_thread *t = &s->vms[i].threads[0];

		if (t->cpu_ns == SAMPLE_UNKNOWN)
			t->utime_ticks = t->stime_ticks = SAMPLE_UNKNOWN;
	}
	return s;
}

static void test_choice_of_unknown(void **state)
{
	const uint64_t s = NS_PER_S, unknown = SAMPLE_UNKNOWN;
	struct vm_choice c = { 0 };

	(void)state;
	/* a has run long, and b is the busier one now. */
	assert_int_equal(chosen(&c, two_vms(5000 * s, 1 * s), 0), 100);
	assert_int_equal(chosen(&c, two_vms(5001 * s, 4 * s), 0), 200);
	assert_int_equal(chosen(&c, last_known(unknown, 7 * s), 0), 200);
	assert_int_equal(chosen(&c, last_known(5003 * s, 10 * s), 0), 200); /* not all its life */
	/* What is not known of the chosen one is as it was, and is no reason to leave it. */
	assert_int_equal(chosen(&c, last_known(5004 * s, unknown), 0), 200);
	assert_int_equal(chosen(&c, last_known(5005 * s, unknown), 0), 200);
	assert_int_equal(chosen(&c, two_vms(5006 * s, 19 * s), 0), 200);
	/* In two seconds it used what would be much in one. */
	assert_int_equal(chosen(&c, last_known(unknown, 20 * s), 0), 200);
	assert_int_equal(chosen(&c, two_vms(5009 * s, 21 * s), 0), 200);
	/* One that is much busier than it was is chosen all the same. */
	assert_int_equal(chosen(&c, last_known(5012 * s, unknown), 0), 100);
	vm_choice_fini(&c);
	/* Known for the first time it has used nothing yet. */
	assert_int_equal(chosen(&c, last_known(unknown, 5 * s), 0), 200);
	assert_int_equal(chosen(&c, two_vms(5000 * s, 5 * s), 0), 200);
	assert_int_equal(chosen(&c, two_vms(5001 * s, 5 * s), 0), 100);
	vm_choice_fini(&c);
	/* From the first sample on. */
	assert_int_equal(chosen(&c, two_vms(1 * s, 900 * s), 0), 200);
	assert_int_equal(chosen(&c, last_known(1 * s + 1000, unknown), 0), 200);
	vm_choice_fini(&c);
	assert_int_equal(chosen(&c, last_known(unknown, unknown), 0), 100);
	assert_int_equal(chosen(&c, two_vms(1 * s, 2 * s), 0), 100);
	vm_choice_fini(&c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan),
		cmocka_unit_test(test_plan_keeps_to_the_limit),
		cmocka_unit_test(test_limit_is_raised_and_given_back),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_choice_of_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
