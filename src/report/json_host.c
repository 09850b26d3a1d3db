#include "report/json_host.h"

#include <math.h>

#include "model/host_detail.h"
#include "model/host_facts.h"
#include "model/placement.h"
#include "report/json_value.h"

/* -1 is unknown. */
static json_t *count_or_null(long value)
{
	return value < 0 ? json_null() : json_integer(value);
}

/* What is not limited is "max", as in the kernel's own files. */
static json_t *limit(double value, json_t *(*form)(double))
{
	return isinf(value) ? json_string("max") : form(value);
}

static json_t *pressure_object(const struct host_pressure *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "some_pct", json_value_number(p->some_pct));
	json_object_set_new(o, "full_pct", json_value_number(p->full_pct));
	json_object_set_new(o, "some_10s_pct", json_value_number(p->some_10s_pct));
	json_object_set_new(o, "full_10s_pct", json_value_number(p->full_10s_pct));
	json_object_set_new(o, "some_60s_pct", json_value_number(p->some_60s_pct));
	json_object_set_new(o, "full_60s_pct", json_value_number(p->full_60s_pct));
	return o;
}

static json_t *nodes_array(const struct host_detail *d)
{
	json_t *a = json_array();

	for (size_t i = 0; i < d->node_count; i++) {
		const struct host_node *n = &d->nodes[i];
		json_t *o = json_object();

		json_object_set_new(o, "number", json_integer(n->number));
		json_object_set_new(o, "cpus", json_value_text(n->cpus));
		json_object_set_new(o, "memory_kib", json_value_whole(n->memory_kib));
		json_object_set_new(o, "free_kib", json_value_whole(n->free_kib));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *overcommit_object(const struct host_overcommit *c)
{
	json_t *o = json_object();

	json_object_set_new(o, "vcpus", json_value_whole(c->vcpus));
	json_object_set_new(o, "vcpus_per_cpu", json_value_number(c->vcpus_per_cpu));
	json_object_set_new(o, "vcpus_unknown", json_integer((json_int_t)c->vcpus_unknown));
	json_object_set_new(o, "memory_kib", json_value_whole(c->memory_kib));
	json_object_set_new(o, "memory_pct", json_value_number(c->memory_pct));
	json_object_set_new(o, "memory_unknown", json_integer((json_int_t)c->memory_unknown));
	return o;
}

static json_t *facts_array(const struct model *m)
{
	struct host_fact facts[HOST_FACT__COUNT];
	json_t *a = json_array();

	host_facts_init(facts, m);
	for (int i = 0; i < HOST_FACT__COUNT; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", json_value_text(facts[i].name));
		json_object_set_new(o, "text", json_value_text(strbuf_text(&facts[i].text)));
		json_object_set_new(o, "why", json_value_text(strbuf_text(&facts[i].why)));
		json_array_append_new(a, o);
	}
	host_facts_fini(facts);
	return a;
}

json_t *json_host_details(const struct model *m)
{
	const struct host_detail *d = m->detail;
	json_t *o, *pressure;

	if (!d)
		return json_null();
	o = json_object();
	pressure = json_object();
	json_object_set_new(pressure, "cpu", pressure_object(&d->cpu));
	json_object_set_new(pressure, "memory", pressure_object(&d->memory));
	json_object_set_new(pressure, "io", pressure_object(&d->io));
	json_object_set_new(o, "pressure", pressure);
	json_object_set_new(o, "thp", json_value_text(d->thp));
	json_object_set_new(o, "halt_poll_grow", count_or_null(d->halt_poll_grow));
	json_object_set_new(
		o, "halt_poll_grow_start_ns", count_or_null(d->halt_poll_grow_start_ns));
	json_object_set_new(o, "halt_poll_shrink", count_or_null(d->halt_poll_shrink));
	json_object_set_new(o, "cpus_online", json_value_text(d->cpus_online));
	json_object_set_new(o, "huge_pages", json_value_whole(d->huge_pages));
	json_object_set_new(o, "huge_pages_free", json_value_whole(d->huge_pages_free));
	json_object_set_new(o, "huge_page_kib", json_value_whole(d->huge_page_kib));
	json_object_set_new(o, "dirty_kib", json_value_whole(d->dirty_kib));
	json_object_set_new(o, "writeback_kib", json_value_whole(d->writeback_kib));
	json_object_set_new(o, "nodes", nodes_array(d));
	json_object_set_new(o, "overcommit", overcommit_object(&d->overcommit));
	json_object_set_new(o, "facts", facts_array(m));
	return o;
}

static json_t *group_object(const struct cgroup *g)
{
	json_t *o = json_object();

	json_object_set_new(o, "path", json_value_text(g->path));
	json_object_set_new(o, "version", g->version ? json_integer(g->version) : json_null());
	json_object_set_new(o, "quota_cpus", limit(g->quota_cpus, json_value_number));
	json_object_set_new(o, "limit_path", json_value_text(g->limit_path));
	json_object_set_new(o, "throttled_pct", json_value_number(g->throttled_pct));
	json_object_set_new(
		o, "throttled_periods_pct", json_value_number(g->throttled_periods_pct));
	json_object_set_new(o, "weight", json_value_whole(g->weight));
	json_object_set_new(o, "cpus", json_value_text(g->cpus));
	json_object_set_new(o, "memory_max_kib", limit(g->memory_max_kib, json_value_whole));
	json_object_set_new(o, "memory_high_kib", limit(g->memory_high_kib, json_value_whole));
	return o;
}

json_t *json_host_cgroup(const struct vm *vm)
{
	const struct vm_placement *p = vm->placement;
	json_t *o, *groups;

	if (!p)
		return json_null();
	o = json_object();
	groups = json_array();
	for (size_t i = 0; i < p->group_count; i++)
		json_array_append_new(groups, group_object(&p->groups[i]));
	json_object_set_new(o, "throttled_pct", json_value_number(p->throttled_pct));
	json_object_set_new(o, "groups", groups);
	return o;
}

json_t *json_host_placement(const struct vm *vm, size_t thread)
{
	const struct vm_placement *all = vm->placement;
	const struct placement *p;
	json_t *o;

	if (!all || !all->threads[thread].known)
		return json_null();
	p = &all->threads[thread];
	o = json_object();
	json_object_set_new(o, "last_cpu", count_or_null(p->last_cpu));
	json_object_set_new(o, "node", count_or_null(p->node));
	json_object_set_new(o, "cpus", json_value_text(p->cpus));
	json_object_set_new(o, "cpu_count", count_or_null(p->cpu_count));
	json_object_set_new(
		o, "pinned", p->cpu_count < 0 ? json_null() : json_boolean(p->is_pinned));
	json_object_set_new(o, "nodes", json_value_text(p->nodes));
	json_object_set_new(o, "group",
		p->group ? json_integer((json_int_t)(p->group - all->groups)) : json_null());
	json_object_set_new(o, "remark", json_value_text(placement_remark(p)));
	return o;
}
