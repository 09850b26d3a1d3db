/* The host in detail as JSON and as text. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "model/host_detail.h"
#include "model/placement.h"
#include "report/json.h"
#include "report/json_host.h"
#include "report/text.h"
#include "samples.h"

static void assert_json(json_t *value, const char *expected)
{
	const size_t flags =
		JSON_COMPACT | JSON_ENCODE_ANY | JSON_SORT_KEYS | JSON_REAL_PRECISION(6);
	json_t *wanted = json_loads(expected, JSON_DECODE_ANY, NULL);
	char *text = json_dumps(value, flags), *wanted_text = json_dumps(wanted, flags);

	assert_string_equal(text, wanted_text);
	free(text);
	free(wanted_text);
	json_decref(wanted);
	json_decref(value);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

/* One VM, two threads: one held back by a quota, and one of which nothing could be read. */
static struct model *make_model(void)
{
	static const struct sample_cpu cpu = { .number = 5 };
	struct model *m = model_new();

	for (int i = 0; i < 2; i++) {
		struct sample *s = sample_at(2.0 * i);
		struct sample_vm *vm = add_vm(s, 100, "web1");
		struct sample_node *node = arena_alloc(&s->arena, sizeof *node);

		s->host.per_cpu = arena_alloc(&s->arena, sizeof cpu);
		s->host.per_cpu[0] = cpu;
		s->host.per_cpu[0].user_ticks += (uint64_t)(50 * i);
		s->host.per_cpu[0].idle_ticks += (uint64_t)(150 * i);
		s->host.per_cpu_count = 1;
		s->host.cpus = 1;
		s->host_detail = arena_alloc(&s->arena, sizeof *s->host_detail);
		s->host_detail_count = 1;
		*s->host_detail = sample_host_detail_unknown();
		s->host_detail->cpu_some = (struct sample_pressure){ 1, 2, 1000000u * (unsigned)i };
		strcpy(s->host_detail->thp, "never");
		s->host_detail->halt_poll_grow = 2;
		s->host_detail->cpus_online = "5-6";
		s->host_detail->huge_pages = 8;
		*node = (struct sample_node){ 3, "5-6", 2000, SAMPLE_UNKNOWN };
		s->host_detail->nodes = node;
		s->host_detail->node_count = 1;
		add_thread(vm, 101, THREAD_VCPU, 0);
		add_thread(vm, 102, THREAD_WORKER, -1);
		vm->placements = arena_alloc(&s->arena, sizeof *vm->placements);
		*vm->placements = (struct sample_placement){ 101, 9, 5, 0, "5", "3" };
		vm->placement_count = 1;
		vm->cgroups = arena_alloc(&s->arena, sizeof *vm->cgroups);
		vm->cgroup_count = 1;
		*vm->cgroups = sample_cgroup_unknown();
		vm->cgroups->path = "/vm\033[2J/vcpu0";
		vm->cgroups->limit_path = "/vm";
		vm->cgroups->version = 2;
		vm->cgroups->quota_us = 25000;
		vm->cgroups->period_us = 100000;
		vm->cgroups->time_ns = s->time_ns;
		vm->cgroups->periods = 10u * (unsigned)i;
		vm->cgroups->throttled_periods = 5u * (unsigned)i;
		vm->cgroups->throttled_us = 500000u * (unsigned)i;
		vm->cgroups->memory_max = 1048576;
		vm->cgroups->memory_high = SAMPLE_NO_LIMIT;
		model_update(m, s);
	}
	return m;
}

static void tells_it_as_json(void **state)
{
	struct model *m = make_model();
	json_t *details = json_host_details(m);

	(void)state;
	assert_json(json_host_placement(m->vms[0], 0),
		"{\"last_cpu\":5,\"node\":3,\"cpus\":\"5\",\"cpu_count\":1,\"pinned\":true,"
		"\"nodes\":\"3\",\"group\":0,\"remark\":\"throttled\"}");
	assert_json(json_host_placement(m->vms[0], 1), "null");
	assert_json(json_host_cgroup(m->vms[0]),
		"{\"throttled_pct\":25.0,\"groups\":[{\"path\":\"/vm?[2J/vcpu0\",\"version\":2,"
		"\"quota_cpus\":0.25,\"limit_path\":\"/vm\",\"throttled_pct\":25.0,"
		"\"throttled_periods_pct\":50.0,\"weight\":null,\"cpus\":null,"
		"\"memory_max_kib\":1024,\"memory_high_kib\":\"max\"}]}");
	assert_json(json_incref(json_object_get(json_object_get(details, "pressure"), "cpu")),
		"{\"some_pct\":50.0,\"full_pct\":null,\"some_10s_pct\":1.0,\"full_10s_pct\":null,"
		"\"some_60s_pct\":2.0,\"full_60s_pct\":null}");
	assert_json(json_incref(json_object_get(details, "nodes")),
		"[{\"number\":3,\"cpus\":\"5-6\",\"memory_kib\":2000,\"free_kib\":null}]");
	assert_json(json_incref(json_object_get(details, "overcommit")),
		"{\"vcpus\":1,\"vcpus_per_cpu\":1.0,\"vcpus_unknown\":0,\"memory_kib\":null,"
		"\"memory_pct\":null,\"memory_unknown\":1}");
	assert_json(json_incref(json_object_get(details, "thp")), "\"never\"");
	assert_json(json_incref(json_object_get(details, "halt_poll_grow")), "2");
	assert_json(json_incref(json_object_get(details, "halt_poll_shrink")), "null");
	assert_json(json_incref(json_object_get(details, "huge_pages")), "8");
	assert_json(json_incref(json_object_get(details, "dirty_kib")), "null");
	assert_json(json_incref(json_array_get(json_object_get(details, "facts"), 4)),
		"{\"name\":\"pages\",\"text\":\"THP never, huge pages - "
		"of 8 x - free\","
		"\"why\":\"THP off\"}");
	json_decref(details);
	model_free(m);
}

static void tells_it_as_text(void **state)
{
	const struct findings none = { 0 };
	struct model *m = make_model();
	char *text = report_text(m, &none);

	(void)state;
	assert_has(text, "\nHost\n");
	assert_has(text, "! pressure  CPU short: waiting for CPU 50.0%");
	assert_has(text, "! pages     THP off: ");
	assert_has(text, "  NUMA      node 3: CPUs 5-6, - of 2.0M free\n");
	assert_has(text,
		"  CPU user  sys guest idle wait steal\n    5 25.0  0.0   0.0 75.0  0.0   0.0\n");
	assert_has(text, "0.25   25.0      - throttled\n");
	free(text);
	model_free(m);
}

/* Nobody asks for it: then there is nothing, not even a heading. */
static void tells_nothing_without_being_asked(void **state)
{
	const struct findings none = { 0 };
	struct model *m = model_new();
	struct sample *s = sample_at(0);
	char *text;

	(void)state;
	add_thread(add_vm(s, 100, "web1"), 101, THREAD_VCPU, 0);
	model_update(m, s);
	assert_json(json_host_details(m), "null");
	assert_json(json_host_cgroup(m->vms[0]), "null");
	assert_json(json_host_placement(m->vms[0], 0), "null");
	text = report_json(m, &none);
	assert_has(text, "\"details\":null");
	assert_has(text, "\"cgroup\":null");
	assert_has(text, "\"placement\":null");
	free(text);
	text = report_text(m, &none);
	assert_null(strstr(text, "Host"));
	assert_null(strstr(text, "may run on"));
	free(text);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_it_as_json),
		cmocka_unit_test(tells_it_as_text),
		cmocka_unit_test(tells_nothing_without_being_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
