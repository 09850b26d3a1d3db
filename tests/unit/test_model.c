#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "model/claim.h"
#include "model/model.h"
#include "samples.h"

enum { X = -1 }; /* unknown, in tables */

/* A thread's totals: centiseconds of user (guest included), system and guest time, ms on the CPU and
 * waiting; X: not told. */
struct totals {
	int user_cs, system_cs, guest_cs, cpu_ms, wait_ms;
};

static uint64_t ms_total(int ms)
{
	return ms == X ? SAMPLE_UNKNOWN : (uint64_t)ms * NS_PER_MS;
}

static void set_totals(struct sample_thread *t, const struct totals *totals)
{
	t->utime_ticks = cs_ticks((uint64_t)totals->user_cs);
	t->stime_ticks = cs_ticks((uint64_t)totals->system_cs);
	t->guest_ticks = cs_ticks((uint64_t)totals->guest_cs);
	t->cpu_ns = ms_total(totals->cpu_ms);
	t->wait_ns = ms_total(totals->wait_ms);
}

static void check_shares(const struct cpu_shares *c, const double expected[5])
{
	assert_near(c->cpu_pct, expected[0], 1e-6);
	assert_near(c->guest_pct, expected[1], 1e-6);
	assert_near(c->user_pct, expected[2], 1e-6);
	assert_near(c->system_pct, expected[3], 1e-6);
	assert_near(c->wait_pct, expected[4], 1e-6);
}

static void shares_of_a_thread(void **state)
{
	/* Two seconds lie between the samples. */
	static const struct {
		const char *what;
		enum thread_kind kind;
		struct totals before, after;
		double shares[5]; /* cpu, guest, user, system, wait */
	} cases[] = {
		{ "user is without guest time", THREAD_VCPU, { 100, 50, 60, 1500, 0 },
			{ 200, 150, 110, 3500, 20 }, { 100, 25, 25, 50, 1 } },
		{ "the total is schedstat's, ticks only divide it", THREAD_VCPU, { 0, 0, 0, 0, 0 },
			{ 30, 10, 10, 1000, 0 }, { 50, 12.5, 25, 12.5, 0 } },
		{ "guest time ahead of user time: no negative user time", THREAD_VCPU,
			{ 100, 0, 99, 1000, 0 }, { 149, 50, 149, 2000, 0 }, { 50, 25, 0, 25, 0 } },
		{ "without schedstat the ticks are the total", THREAD_VCPU, { 0, 0, 0, X, X },
			{ 150, 50, 100, X, X }, { 100, 50, 25, 25, NAN } },
		{ "less than a tick: divided as in all its life", THREAD_VCPU,
			{ 40, 10, 30, 500, 0 }, { 40, 10, 30, 504, 0 },
			{ 0.2, 0.12, 0.04, 0.04, 0 } },
		{ "no tick in all its life: nobody knows in which", THREAD_VCPU, { 0, 0, 0, 1, 0 },
			{ 0, 0, 0, 5, 0 }, { 0.2, NAN, NAN, NAN, 0 } },
		{ "did not run", THREAD_VCPU, { 0, 0, 0, 1, 0 }, { 0, 0, 0, 1, 0 },
			{ 0, 0, 0, 0, 0 } },
		{ "only a vCPU has guest time", THREAD_EMULATOR, { 0, 0, 0, 0, 0 },
			{ 30, 10, 0, 400, 0 }, { 20, NAN, 15, 5, 0 } },
		{ "vhost works in the kernel", THREAD_VHOST, { 0, 0, 0, 0, 0 },
			{ 0, 100, 0, 1000, 4 }, { 50, NAN, NAN, 50, 0.2 } },
		{ "a kernel thread without a tick is in the kernel all the same", THREAD_PIT,
			{ 0, 0, 0, 0, 0 }, { 0, 0, 0, 4, 0 }, { 0.2, NAN, NAN, 0.2, 0 } },
		{ "a total that goes back is unknown", THREAD_VCPU, { 200, 10, 100, X, 90 },
			{ 100, 20, 90, X, 80 }, { NAN, NAN, NAN, NAN, NAN } },
		{ "schedstat vanished: ticks for the total", THREAD_EMULATOR, { 0, 0, 0, 500, 5 },
			{ 10, 10, 0, X, X }, { 10, NAN, 5, 5, NAN } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct sample *before = sample_at(0), *after = sample_at(2);
		const int vcpu = cases[i].kind == THREAD_VCPU ? 0 : -1;
		struct model *m = model_new();

		print_message("%s\n", cases[i].what);
		set_totals(add_thread(add_vm(before, 100, "a"), 101, cases[i].kind, vcpu),
			&cases[i].before);
		set_totals(add_thread(add_vm(after, 100, "a"), 101, cases[i].kind, vcpu),
			&cases[i].after);
		model_update(m, before);
		assert_true(isnan(m->vms[0]->cpu.cpu_pct));
		model_update(m, after);
		check_shares(&m->vms[0]->threads[0].cpu, cases[i].shares);
		check_shares(&m->vms[0]->cpu, cases[i].shares);
		model_free(m);
	}
}

/* kvmtop lost its CPU between the beginning of the sample and the reading: what counts is the time of the reading. */
static void time_of_the_reading(void **state)
{
	static const struct totals zero = { 0, 0, 0, 0, 0 }, later = { 400, 0, 0, 4000, 500 };
	static const double shares[5] = { 80, 0, 80, 0, 10 };
	struct sample *before = sample_at(1), *after = sample_at(2);
	struct model *m = model_new();
	struct sample_thread *t;

	(void)state;
	t = add_thread(add_vm(before, 100, "a"), 101, THREAD_VCPU, 0);
	set_totals(t, &zero);
	t->time_ns = before->time_ns;
	t = add_thread(add_vm(after, 100, "a"), 101, THREAD_VCPU, 0);
	set_totals(t, &later);
	t->time_ns = before->time_ns + 5 * NS_PER_S;
	model_update(m, before);
	model_update(m, after);
	check_shares(&m->vms[0]->threads[0].cpu, shares);
	model_free(m);
}

/* A wait for a CPU is told when it ends: it began in an earlier interval. */
static void wait_of_many_intervals(void **state)
{
	static const struct totals at[] = { { 0, 0, 0, 1000, 0 }, { 0, 0, 0, 1000, 0 },
		{ 0, 0, 0, 1000, 0 }, { 0, 0, 0, 1100, 2800 }, { 0, 0, 0, 1100, 2900 } };
	static const double waits[] = { NAN, 0, 0, 100 * 2.8 / 3, 10 };
	struct model *m = model_new();

	(void)state;
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		struct sample *s = sample_at((double)i + 1);

		set_totals(add_thread(add_vm(s, 100, "a"), 101, THREAD_VCPU, 0), &at[i]);
		model_update(m, s);
		assert_near(m->vms[0]->threads[0].cpu.wait_pct, waits[i], 1e-6);
	}
	model_free(m);
}

/* Threads without names become vCPUs by their exits; how many there are KVM's descriptors tell before. */
static void vcpus_that_have_not_run(void **state)
{
	struct model *m = model_new();
	struct sample *s = sample_at(1);
	struct sample_vm *vm = add_vm(s, 100, "a");

	(void)state;
	add_thread(vm, 101, THREAD_WORKER, -1);
	add_thread(vm, 102, THREAD_WORKER, -1)->guest_ticks = 1;
	vm->vcpus = 2;
	model_update(m, s);
	assert_int_equal(m->vms[0]->vcpus, 2);
	/* Of one that was unplugged the descriptor stays. */
	s = sample_at(2);
	vm = add_vm(s, 100, "a");
	add_thread(vm, 101, THREAD_VCPU, 0);
	vm->vcpus = 2;
	model_update(m, s);
	assert_int_equal(m->vms[0]->vcpus, 1);
	model_free(m);
}

static void sum_is_of_what_is_known(void **state)
{
	static const struct totals zero = { 0, 0, 0, 0, X }, vcpu = { 60, 20, 50, 800, X },
				   emulator = { 10, 10, 0, 200, X }, vhost = { 0, 10, 0, 100, X };
	static const double sum[5] = { 110, 50, 20, 40, NAN };
	struct model *m = model_new();
	struct sample *s[2] = { sample_at(0), sample_at(1) };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct sample_vm *vm = add_vm(s[i], 100, "a");

		set_totals(add_thread(vm, 101, THREAD_VCPU, 0), i ? &vcpu : &zero);
		set_totals(add_thread(vm, 100, THREAD_EMULATOR, -1), i ? &emulator : &zero);
		set_totals(add_thread(vm, 104, THREAD_VHOST, -1), i ? &vhost : &zero);
		if (i) /* a thread that has just come is not in the sum */
			set_totals(add_thread(vm, 105, THREAD_WORKER, -1), &emulator);
	}
	model_update(m, s[0]);
	model_update(m, s[1]);
	check_shares(&m->vms[0]->cpu, sum);
	assert_true(isnan(m->vms[0]->threads[3].cpu.cpu_pct));
	assert_near(m->interval_s, 1, 1e-9);
	model_free(m);
}

static void no_time_between_samples_means_no_rates(void **state)
{
	static const struct totals zero = { 0, 0, 0, 0, 0 }, some = { 60, 20, 50, 800, 1 };
	static const double unknown[5] = { NAN, NAN, NAN, NAN, NAN }, later[5] = { 0, 0, 0, 0, 0 };
	static const double moments[] = { 5, 5, 4, 6 };
	struct model *m = model_new();

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct sample *s = sample_at(moments[i]);

		set_totals(add_thread(add_vm(s, 100, "a"), 101, THREAD_VCPU, 0), i ? &some : &zero);
		s->own_cpu_ns = i;
		model_update(m, s);
		check_shares(&m->vms[0]->cpu, i < 3 ? unknown : later);
		assert_true(isnan(m->interval_s) == (i < 3));
		assert_true(isnan(m->host.own_cpu_pct) == (i < 3));
	}
	model_free(m);
}

/* A thread id that is used again is another thread: it has no rates yet. */
static void reused_thread_id_starts_anew(void **state)
{
	static const struct totals much = { 600, 200, 500, 8000, 10 },
				   more = { 900, 900, 900, 9000, 90 };
	struct sample *before = sample_at(0), *after = sample_at(1);
	struct model *m = model_new();
	struct sample_thread *t;

	(void)state;
	set_totals(add_thread(add_vm(before, 100, "a"), 101, THREAD_VCPU, 0), &much);
	t = add_thread(add_vm(after, 100, "a"), 101, THREAD_VCPU, 0);
	set_totals(t, &more);
	t->start_ticks++;
	model_update(m, before);
	model_update(m, after);
	assert_int_equal(m->vms[0]->thread_count, 1);
	assert_true(isnan(m->vms[0]->threads[0].cpu.cpu_pct));
	assert_true(isnan(m->vms[0]->cpu.cpu_pct));
	model_free(m);
}

static void vms_come_and_go(void **state)
{
	struct model *m = model_new();
	struct sample *s = sample_at(0);
	const struct vm *b;

	(void)state;
	add_vm(s, 100, "a");
	add_vm(s, 200, "b");
	add_vm(s, 200, "twice");
	model_update(m, s);
	assert_int_equal(m->vm_count, 2);
	b = m->vms[1];
	assert_string_equal(b->name, "b");

	/* a is gone, its pid is used again by another VM, found before b. */
	s = sample_at(1);
	add_vm(s, 100, "new")->id.start_ticks = 8;
	add_vm(s, 200, "renamed");
	model_update(m, s);
	assert_int_equal(m->vm_count, 2);
	assert_ptr_equal(m->vms[0], b);
	assert_string_equal(b->name, "renamed");
	assert_string_equal(m->vms[1]->name, "new");
	assert_null(model_find(m, (struct vm_id){ .pid = 100, .start_ticks = 7 }));
	assert_ptr_equal(model_find(m, (struct vm_id){ .pid = 100, .start_ticks = 8 }), m->vms[1]);

	model_update(m, sample_at(2));
	assert_int_equal(m->vm_count, 0);
	model_free(m);
}

/* libvirt knows best what runs; the command line tells of what libvirt does not. */
static void configuration_is_of_who_tells_it(void **state)
{
	static const struct domain_config told = { .parsed = true, .from_command_line = true };
	static const struct {
		const struct domain_config *of_command_line;
		bool is_domain, is_parsed;
		enum { NOBODY, COMMAND_LINE, LIBVIRT } teller;
	} cases[] = {
		{ NULL, false, false, NOBODY },
		{ &told, false, false, COMMAND_LINE },
		{ &told, true, false, COMMAND_LINE },
		{ &told, true, true, LIBVIRT },
		{ NULL, true, true, LIBVIRT },
		{ NULL, true, false, NOBODY },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain domain = { .live = { .parsed = cases[i].is_parsed } };
		struct sample *s = sample_at(0);
		struct model *m = model_new();
		struct sample_vm *vm = add_vm(s, 100, "a");
		const struct domain_config *expected[] = {
			[COMMAND_LINE] = &told, [LIBVIRT] = &domain.live
		};

		vm->config = cases[i].of_command_line;
		vm->domain = cases[i].is_domain ? &domain : NULL;
		model_update(m, s);
		assert_ptr_equal(m->vms[0]->config, expected[cases[i].teller]);
		model_free(m);
	}
}

static void claims_are_marked(void **state)
{
	static const struct {
		const char *name, *claim;
		pid_t pid;
		const char *shown, *text;
	} cases[] = {
		{ "web1", NULL, 4711, "web1", "" },
		{ "web1", "web1", 4711, "?web1", "not domain web1, whose process is pid 4711" },
		{ "fakevm", "web\n1", 0, "?fakevm", "not confirmed by libvirt as domain web?1" },
		{ NULL, "web1", 0, "?pid 100", "not confirmed by libvirt as domain web1" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct model *m = model_new();
		struct sample *s = sample_at(0);
		struct sample_vm *vm = add_vm(s, 100, cases[i].name);
		struct strbuf text = { 0 };

		vm->claim = cases[i].claim;
		vm->claim_pid = cases[i].pid;
		model_update(m, s);
		assert_string_equal(m->vms[0]->name, cases[i].shown);
		claim_describe(&text, m->vms[0]);
		assert_string_equal(strbuf_text(&text), cases[i].text);
		strbuf_fini(&text);
		/* What it was at the last tick is no more. */
		s = sample_at(1);
		add_vm(s, 100, "web1");
		model_update(m, s);
		assert_string_equal(m->vms[0]->name, "web1");
		assert_string_equal(m->vms[0]->claim, "");
		assert_int_equal(m->vms[0]->claim_pid, 0);
		model_free(m);
	}
}

static void names_are_cleaned_and_never_empty(void **state)
{
	static const struct {
		const char *given, *shown;
	} cases[] = {
		{ "win10", "win10" },
		{ "web-日本", "web-日本" },
		{ "\033]0;owned\a", "?]0;owned?" },
		{ "", "pid 100" },
		{ NULL, "pid 100" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct model *m = model_new();
		struct sample *s = sample_at(0);
		struct sample_vm *vm = add_vm(s, 100, cases[i].given);

		vm->uuid = "\033[2J";
		snprintf(add_thread(vm, 7, THREAD_IOTHREAD, -1)->name, 32, "IO\n");
		add_thread(vm, 8, THREAD_WORKER, -1)->name[0] = '\0';
		model_update(m, s);
		assert_string_equal(m->vms[0]->name, cases[i].shown);
		assert_string_equal(m->vms[0]->uuid, "?[2J");
		assert_string_equal(m->vms[0]->threads[0].name, "IO?");
		assert_string_equal(m->vms[0]->threads[1].name, "thread 8");
		model_free(m);
	}
}

static void long_name_is_cut(void **state)
{
	struct model *m = model_new();
	struct sample *s = sample_at(0);
	char longest[600];

	(void)state;
	memset(longest, 'n', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	add_vm(s, 100, longest);
	model_update(m, s);
	assert_int_equal(strlen(m->vms[0]->name), sizeof m->vms[0]->name - 1);
	model_free(m);
}

static void threads_are_in_order(void **state)
{
	static const struct {
		pid_t tid;
		enum thread_kind kind;
		int vcpu;
		const char *name;
	} given[] = {
		{ 9, THREAD_WORKER, -1, "worker" },
		{ 8, THREAD_PIT, -1, "kvm-pit/1" },
		{ 7, THREAD_IOTHREAD, -1, "IO iothread2" },
		{ 6, THREAD_VCPU, -1, "unnumbered" },
		{ 5, THREAD_VCPU, 10, "CPU 10/KVM" },
		{ 4, THREAD_EMULATOR, -1, "qemu-system-x86" },
		{ 3, THREAD_IOTHREAD, -1, "IO iothread1" },
		{ 2, THREAD_VCPU, 9, "CPU 9/KVM" },
		{ 1, THREAD_WORKER, -1, "worker" },
	};
	static const pid_t order[] = { 2, 5, 6, 4, 3, 7, 8, 1, 9 };
	struct model *m = model_new();
	struct sample *s = sample_at(0);
	struct sample_vm *vm = add_vm(s, 100, "a");

	(void)state;
	for (size_t i = 0; i < sizeof given / sizeof *given; i++)
		snprintf(add_thread(vm, given[i].tid, given[i].kind, given[i].vcpu)->name, 32, "%s",
			given[i].name);
	model_update(m, s);
	assert_int_equal(m->vms[0]->vcpus, 3);
	for (size_t i = 0; i < sizeof order / sizeof *order; i++)
		assert_int_equal(m->vms[0]->threads[i].tid, order[i]);
	assert_string_equal(m->vms[0]->threads[0].name, "CPU 9/KVM");
	assert_string_equal(m->vms[0]->threads[3].name, "emulator");
	model_free(m);
}

/* Guest time tells a vCPU by itself, without tracing and whatever the thread is called. */
static void guest_time_makes_a_vcpu(void **state)
{
	static const struct totals worker = { 10, 10, 0, 200, 0 }, vcpu = { 10, 10, 1, 200, 0 };
	struct model *m = model_new();
	struct sample *s = sample_at(0);
	struct sample_vm *vm = add_vm(s, 100, "a");

	(void)state;
	set_totals(add_thread(vm, 101, THREAD_WORKER, -1), &worker);
	set_totals(add_thread(vm, 102, THREAD_WORKER, -1), &vcpu);
	model_update(m, s);
	assert_int_equal(m->vms[0]->vcpus, 1);
	assert_int_equal(m->vms[0]->threads[0].tid, 102);
	assert_int_equal(m->vms[0]->threads[0].kind, THREAD_VCPU);
	assert_int_equal(m->vms[0]->threads[0].vcpu, -1);
	assert_int_equal(m->vms[0]->threads[1].kind, THREAD_WORKER);
	model_free(m);
}

static struct sample *host_sample(double seconds, const struct sample_host *host)
{
	struct sample *s = sample_at(seconds);

	s->host = *host;
	return s;
}

static void host_shares_add_up(void **state)
{
	const struct sample_host before = {
		.name = "host\033",
		.cpus = 2,
		.uptime_s = 18000,
		.load = { 1.44, 0.94, 0.41 },
		.user_ticks = 100,
		.idle_ticks = 1000,
		.iowait_ticks = 50,
		.memory_kib = 8113624,
		.memory_available_kib = 1113624,
		.swap_kib = 999420,
		.swap_free_kib = 32,
		.ksmd_ticks = cs_ticks(100),
		.kswapd_ticks = SAMPLE_UNKNOWN,
	};
	struct sample_host after = before;
	struct model *m = model_new();

	(void)state;
	assert_true(
		isnan(m->host.uptime_s) && isnan(m->host.memory_kib) && isnan(m->host.idle_pct));
	after.user_ticks += 40;
	after.nice_ticks += 10;
	after.system_ticks += 60;
	after.irq_ticks += 5;
	after.softirq_ticks += 15;
	after.idle_ticks += 120;
	after.iowait_ticks += 20;
	after.steal_ticks += 30;
	after.guest_ticks += 100;
	after.ksmd_ticks += cs_ticks(8);
	model_update(m, host_sample(0, &before));
	assert_string_equal(m->host.name, "host?");
	assert_near(m->host.load[1], 0.94, 0);
	assert_near(m->host.memory_used_kib, 7000000, 0);
	assert_near(m->host.swap_used_kib, 999388, 0);
	assert_true(isnan(m->host.guest_pct) && isnan(m->host.ksmd_pct));
	model_update(m, host_sample(2, &after));
	assert_near(m->host.guest_pct, 25, 1e-9);
	assert_near(m->host.user_pct, 12.5, 1e-9);
	assert_near(m->host.system_pct, 20, 1e-9);
	assert_near(m->host.idle_pct, 35, 1e-9);
	assert_near(m->host.iowait_pct, 5, 1e-9);
	assert_near(m->host.steal_pct, 7.5, 1e-9);
	assert_near(m->host.ksmd_pct, 4, 1e-9);
	assert_true(isnan(m->host.kswapd_pct));

	/* The kernel lets iowait go back at times: no time, and the shares still add up. */
	after.iowait_ticks -= 3;
	after.idle_ticks += 75;
	after.system_ticks += 25;
	model_update(m, host_sample(2.5, &after));
	assert_near(m->host.idle_pct, 75, 1e-9);
	assert_near(m->host.iowait_pct, 0, 1e-9);
	assert_near(m->host.system_pct, 25, 1e-9);

	/* /proc/stat cut short. */
	after.steal_ticks = SAMPLE_UNKNOWN;
	model_update(m, host_sample(4, &after));
	assert_true(isnan(m->host.steal_pct) && isnan(m->host.idle_pct));
	model_free(m);
}

static void own_cost_and_losses(void **state)
{
	struct sample *before = traced_sample_at(0), *after = traced_sample_at(1),
		      *off = sample_at(2);
	struct model *m = model_new();

	(void)state;
	before->own_cpu_ns = 10 * NS_PER_MS;
	after->own_cpu_ns = 14 * NS_PER_MS;
	after->tracing.lost = 12;
	after->tracing.lost_unknown = true;
	sample_set_source(after, SOURCE_LIBVIRT, "libvirt is stopped");
	model_update(m, before);
	assert_near(m->host.lost, 0, 0);
	model_update(m, after);
	assert_near(m->host.own_cpu_pct, 0.4, 1e-9);
	assert_near(m->host.lost, 12, 0);
	assert_true(m->host.lost_unknown);
	assert_string_equal(m->sources[SOURCE_LIBVIRT].why, "libvirt is stopped");
	model_update(m, off);
	assert_true(isnan(m->host.lost));
	assert_true(isnan(m->host.own_cpu_pct));
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_of_a_thread),
		cmocka_unit_test(time_of_the_reading),
		cmocka_unit_test(wait_of_many_intervals),
		cmocka_unit_test(vcpus_that_have_not_run),
		cmocka_unit_test(sum_is_of_what_is_known),
		cmocka_unit_test(no_time_between_samples_means_no_rates),
		cmocka_unit_test(reused_thread_id_starts_anew),
		cmocka_unit_test(vms_come_and_go),
		cmocka_unit_test(configuration_is_of_who_tells_it),
		cmocka_unit_test(claims_are_marked),
		cmocka_unit_test(names_are_cleaned_and_never_empty),
		cmocka_unit_test(long_name_is_cut),
		cmocka_unit_test(threads_are_in_order),
		cmocka_unit_test(guest_time_makes_a_vcpu),
		cmocka_unit_test(host_shares_add_up),
		cmocka_unit_test(own_cost_and_losses),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
