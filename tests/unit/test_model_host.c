/* What two samples say about the host, where threads run, and what quotas held back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "model/host_detail.h"
#include "model/host_facts.h"
#include "model/placement.h"
#include "model/placement_columns.h"
#include "samples.h"

static struct sample_host_detail *add_detail(struct sample *s)
{
	s->host_detail = arena_alloc(&s->arena, sizeof *s->host_detail);
	s->host_detail_count = 1;
	*s->host_detail = sample_host_detail_unknown();
	s->host_detail->cpus_online = "0-1,3-4";
	return s->host_detail;
}

/* A VM with two threads in one group each, of which the first has a quota. */
static struct sample *make_sample(double seconds, uint64_t throttled_us, uint64_t read_ns)
{
	struct sample *s = sample_at(seconds);
	struct sample_vm *vm = add_vm(s, 100, "vm");

	add_detail(s);
	add_thread(vm, 101, THREAD_VCPU, 0);
	add_thread(vm, 100, THREAD_EMULATOR, -1);
	vm->placements = arena_array(&s->arena, 2, sizeof *vm->placements);
	vm->placement_count = 2;
	vm->placements[0] = (struct sample_placement){ 100, 9, 1, 1, "0-127", "0-1" };
	vm->placements[1] = (struct sample_placement){ 101, 9, 4, 0, "3-4", "0" };
	vm->cgroups = arena_array(&s->arena, 2, sizeof *vm->cgroups);
	vm->cgroup_count = 2;
	vm->cgroups[0] = vm->cgroups[1] = sample_cgroup_unknown();
	vm->cgroups[0].path = "/vm/vcpu0";
	vm->cgroups[0].limit_path = "/vm";
	vm->cgroups[0].quota_us = 50000;
	vm->cgroups[0].period_us = 100000;
	vm->cgroups[0].periods = 1000 + throttled_us / 1000;
	vm->cgroups[0].throttled_periods = 100 + throttled_us / 4000;
	vm->cgroups[0].throttled_us = throttled_us;
	vm->cgroups[0].time_ns = read_ns;
	vm->cgroups[0].memory_max = 3 * 1024;
	vm->cgroups[1].path = "/vm/emulator";
	vm->cgroups[1].quota_us = SAMPLE_NO_LIMIT;
	vm->cgroups[1].memory_max = SAMPLE_NO_LIMIT;
	return s;
}

static const struct cgroup *group_of(const struct model *m, size_t thread)
{
	return m->vms[0]->placement->threads[thread].group;
}

static void tells_where_threads_run(void **state)
{
	struct model *m = model_new();
	struct sample *s = make_sample(0, 0, 1);
	struct sample_node nodes[] = { { 0, "0-1", 1, 1 }, { 1, "3-4", 1, 1 }, { 2, NULL, 0, 0 } };
	const struct placement *t;

	(void)state;
	s->host_detail->nodes = nodes;
	s->host_detail->node_count = 3;
	model_update(m, s);
	/* vCPUs come first in the model. */
	t = &m->vms[0]->placement->threads[0];
	assert_true(t->known && t->is_pinned && t->is_remote);
	assert_int_equal(t->last_cpu, 4);
	assert_int_equal(t->node, 1);
	assert_string_equal(t->cpus, "3-4");
	assert_int_equal(t->cpu_count, 2);
	assert_string_equal(placement_remark(t), "remote memory");
	t = &m->vms[0]->placement->threads[1];
	assert_false(t->is_pinned || t->is_remote);
	assert_string_equal(t->cpus, "all"); /* what is offline does not count */
	assert_int_equal(t->cpu_count, 4);
	assert_null(placement_remark(t));
	assert_string_equal(t->group->quota, "none");
	assert_true(isinf(t->group->quota_cpus) && isinf(t->group->memory_max_kib));
	assert_near(group_of(m, 0)->quota_cpus, 0.5, 1e-9);
	assert_near(group_of(m, 0)->memory_max_kib, 3, 1e-9);
	assert_true(isnan(group_of(m, 0)->weight));
	/* Nothing is known of what was held back, and where there is no quota nothing is. */
	assert_near(group_of(m, 0)->throttled_pct, NAN, 0);
	assert_near(group_of(m, 1)->throttled_pct, 0, 0);
	model_free(m);
}

/* 600 ms in 2 s between the readings, which the samples are not as far apart as; then the same reading once more; then
 * the limit is another group's. */
static void tells_what_was_held_back(void **state)
{
	struct model *m = model_new();
	struct sample *s;

	(void)state;
	model_update(m, make_sample(0, 1000000, 10 * NS_PER_S));
	model_update(m, make_sample(3, 1600000, 12 * NS_PER_S));
	assert_near(group_of(m, 0)->throttled_pct, 30, 1e-9);
	assert_near(group_of(m, 0)->throttled_periods_pct, 25, 1e-9);
	assert_near(m->vms[0]->placement->throttled_pct, 30, 1e-9);
	assert_string_equal(placement_remark(&m->vms[0]->placement->threads[0]), "throttled");
	model_update(m, make_sample(6, 1600000, 12 * NS_PER_S));
	assert_near(group_of(m, 0)->throttled_pct, 30, 1e-9);
	assert_near(group_of(m, 0)->throttled_periods_pct, 25, 1e-9);
	s = make_sample(9, 1700000, 15 * NS_PER_S);
	s->vms[0].cgroups[0].limit_path = "/vm/vcpu0";
	model_update(m, s);
	assert_near(group_of(m, 0)->throttled_pct, NAN, 0);
	/* No period passed: none was held back. A total that goes back is unknown. */
	model_update(m, make_sample(12, 1700000, 15 * NS_PER_S));
	model_update(m, make_sample(15, 1700000, 16 * NS_PER_S));
	assert_near(group_of(m, 0)->throttled_periods_pct, 0, 0);
	model_update(m, make_sample(18, 1600000, 17 * NS_PER_S));
	assert_near(group_of(m, 0)->throttled_pct, NAN, 0);
	model_free(m);
}

/* Where nobody asks for it any more nothing is left of it; a thread of which nothing was read is unknown. */
static void comes_and_goes(void **state)
{
	struct model *m = model_new();
	struct placement_row row;
	struct sample *s;

	(void)state;
	assert_null(m->detail);
	model_update(m, make_sample(0, 0, 1));
	assert_non_null(m->detail);
	s = sample_at(1);
	add_thread(add_vm(s, 100, "vm"), 101, THREAD_VCPU, 0);
	model_update(m, s);
	assert_null(m->detail);
	assert_null(m->vms[0]->placement);
	row = placement_row_of(m->vms[0], 0);
	assert_null(field_text(&placement_columns[PLACEMENT_COL_CPUS], &row));
	assert_near(field_number(&placement_columns[PLACEMENT_COL_LAST], &row), NAN, 0);
	s = make_sample(2, 0, 1);
	s->vms[0].placement_count = 1;     /* the emulator's */
	s->vms[0].placements[0].group = 7; /* out of bounds: of a broken recording */
	s->vms[0].placements[0].cpus = NULL;
	model_update(m, s);
	row = placement_row_of(m->vms[0], 0);
	assert_false(row.placement->known);
	assert_null(field_text(&placement_columns[PLACEMENT_COL_QUOTA], &row));
	row = placement_row_of(m->vms[0], 1);
	assert_true(row.placement->known && !row.placement->group && !row.placement->cpus);
	assert_near(field_number(&placement_columns[PLACEMENT_COL_LAST], &row), 1, 0);
	model_free(m);
}

static void tells_pressure(void **state)
{
	struct model *m = model_new();
	struct sample *s = sample_at(0);

	(void)state;
	add_detail(s)->cpu_some = (struct sample_pressure){ 1, 2, 1000000 };
	s->host_detail->io_full = (struct sample_pressure){ 3, 4, 500 };
	model_update(m, s);
	assert_near(m->detail->cpu.some_pct, NAN, 0);
	assert_near(m->detail->cpu.some_10s_pct, 1, 0);
	assert_near(m->detail->io.full_60s_pct, 4, 0);
	s = sample_at(4);
	add_detail(s)->cpu_some = (struct sample_pressure){ 1, 2, 1500000 };
	s->host_detail->io_full = (struct sample_pressure){ 3, 4, 9000500 };
	model_update(m, s);
	assert_near(m->detail->cpu.some_pct, 12.5, 1e-9);
	assert_near(m->detail->io.full_pct, 100, 0); /* never more than all */
	assert_near(m->detail->memory.some_pct, NAN, 0);
	model_free(m);
}

static void adds_up_promises(void **state)
{
	static const struct domain_config told = { .parsed = true,
		.machine = { .vcpus = 6, .memory_kib = 3000 } };
	struct model *m = model_new();
	struct sample *s = make_sample(0, 0, 1);

	(void)state;
	s->host.cpus = 2;
	s->host.memory_kib = 2000;
	add_vm(s, 200, "told")->config = &told;
	add_vm(s, 300, "unknown");
	model_update(m, s);
	assert_near(m->detail->overcommit.vcpus, 7, 0);
	assert_near(m->detail->overcommit.vcpus_per_cpu, 3.5, 1e-9);
	assert_int_equal(m->detail->overcommit.vcpus_unknown, 1);
	assert_near(m->detail->overcommit.memory_kib, 3000, 0);
	assert_near(m->detail->overcommit.memory_pct, 150, 1e-9);
	assert_int_equal(m->detail->overcommit.memory_unknown, 2);
	s = sample_at(1);
	add_detail(s);
	add_vm(s, 300, "unknown");
	model_update(m, s);
	assert_near(m->detail->overcommit.vcpus, NAN, 0);
	assert_near(m->detail->overcommit.memory_kib, NAN, 0);
	/* Without a VM nothing is promised, and that is known. */
	s = sample_at(2);
	add_detail(s);
	model_update(m, s);
	assert_near(m->detail->overcommit.memory_kib, 0, 0);
	model_free(m);
}

/* -- facts */

static void assert_why(const struct model *m, enum host_fact_id id, const char *why)
{
	struct host_fact facts[HOST_FACT__COUNT];

	host_facts_init(facts, m);
	for (int i = 0; i < HOST_FACT__COUNT; i++)
		assert_true(facts[i].name[0] && facts[i].text.length);
	assert_string_equal(strbuf_text(&facts[id].why), why);
	host_facts_fini(facts);
}

/* Each just over its limit, and just under. */
static void marks_what_is_out_of_the_ordinary(void **state)
{
	struct host_node nodes[] = { { 0, "0", 1000, 51 }, { 1, "1", 1000, 51 } };
	struct host_detail d = { 0 };
	struct model m = { .detail = &d, .platform = sample_platform_unknown() };
	struct host *h = &m.host;

	(void)state;
	h->memory_kib = 1000;
	h->memory_used_kib = 949;
	h->swap_kib = 1000;
	h->swap_used_kib = 899;
	h->steal_pct = 4.9;
	h->ksmd_pct = 19;
	h->kswapd_pct = 9.9;
	d.overcommit.vcpus_per_cpu = 4;
	d.overcommit.memory_pct = 100;
	d.cpu.some_pct = 24.9;
	d.memory.some_pct = d.io.some_pct = 9.9;
	d.nodes = nodes;
	d.node_count = 2;
	m.platform.ksm_run = 1;
	strcpy(m.platform.clocksource, "tsc");
	strcpy(d.thp, "madvise");
	for (int i = 0; i < HOST_FACT__COUNT; i++)
		assert_why(&m, (enum host_fact_id)i, "");
	h->memory_used_kib = 951;
	h->swap_used_kib = 900;
	h->steal_pct = 5;
	h->ksmd_pct = 20;
	h->kswapd_pct = 10;
	d.overcommit.vcpus_per_cpu = 4.01;
	d.overcommit.memory_pct = 100.1;
	d.cpu.some_10s_pct = 25;
	d.memory.some_pct = d.io.some_pct = 10;
	nodes[1].free_kib = 49;
	strcpy(m.platform.clocksource, "acpi_pm");
	strcpy(d.thp, "never");
	assert_why(&m, HOST_FACT_CPU, "overcommitted, steal");
	assert_why(&m, HOST_FACT_PRESSURE, "CPU short, memory short, disk slow");
	assert_why(&m, HOST_FACT_MEMORY, "more than there is, nearly full");
	assert_why(&m, HOST_FACT_SWAP, "swap full, swapping");
	assert_why(&m, HOST_FACT_PAGES, "THP off");
	assert_why(&m, HOST_FACT_KSM, "ksmd busy");
	assert_why(&m, HOST_FACT_KVM, "");
	assert_why(&m, HOST_FACT_CLOCK, "not tsc");
	strcpy(m.platform.clocksource, "arch_sys_counter"); /* what arm64 has */
	assert_why(&m, HOST_FACT_CLOCK, "");
	assert_why(&m, HOST_FACT_NUMA, "node full");
	/* No swap is not a full one. */
	h->swap_kib = h->swap_used_kib = h->kswapd_pct = 0;
	strcpy(d.thp, "always");
	assert_why(&m, HOST_FACT_SWAP, "");
	assert_why(&m, HOST_FACT_PAGES, "");
}

/* What is not known is nothing to worry about, and nothing to be sure of. */
static void marks_nothing_that_is_unknown(void **state)
{
	struct model *m = model_new();
	struct sample *s;

	(void)state;
	for (int i = 0; i < HOST_FACT__COUNT; i++)
		assert_why(m, (enum host_fact_id)i, "");
	s = sample_at(0);
	add_detail(s);
	model_update(m, s);
	for (int i = 0; i < HOST_FACT__COUNT; i++)
		assert_why(m, (enum host_fact_id)i, "");
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_where_threads_run),
		cmocka_unit_test(tells_what_was_held_back),
		cmocka_unit_test(comes_and_goes),
		cmocka_unit_test(tells_pressure),
		cmocka_unit_test(adds_up_promises),
		cmocka_unit_test(marks_what_is_out_of_the_ordinary),
		cmocka_unit_test(marks_nothing_that_is_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
