#include "report/json_host.h"

#include <math.h>

#include "model/host_detail.h"
#include "model/host_facts.h"
#include "model/placement.h"
#include "report/json_value.h"

/* What is not limited is "max", as in the kernel's own files. */
static json_t *limit(double value, json_t *(*form)(double))
{
	return isinf(value) ? json_string("max") : form(value);
}

static json_t *nodes_array(const struct host_detail *d)
{
	json_t *a = json_array();

	for (size_t i = 0; i < d->node_count; i++)
		json_array_append_new(a, json_value_row(FIELDS_NODE, &d->nodes[i]));
	return a;
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
	o = json_value_row(FIELDS_HOST_DETAIL, d);
	pressure = json_object();
	json_object_set_new(pressure, "cpu", json_value_row(FIELDS_PRESSURE, &d->cpu));
	json_object_set_new(pressure, "memory", json_value_row(FIELDS_PRESSURE, &d->memory));
	json_object_set_new(pressure, "io", json_value_row(FIELDS_PRESSURE, &d->io));
	json_object_set_new(o, "pressure", pressure);
	json_object_set_new(o, "nodes", nodes_array(d));
	json_object_set_new(o, "overcommit", json_value_row(FIELDS_OVERCOMMIT, &d->overcommit));
	json_object_set_new(o, "facts", facts_array(m));
	return o;
}

static json_t *group_object(const struct cgroup *g)
{
	json_t *o = json_value_row(FIELDS_CGROUP, g);

	json_object_set_new(o, "version", g->version ? json_integer(g->version) : json_null());
	json_object_set_new(o, "quota_cpus", limit(g->quota_cpus, json_value_number));
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
	o = json_value_row(FIELDS_PLACEMENT, p);
	json_object_set_new(
		o, "pinned", p->cpu_count < 0 ? json_null() : json_boolean(p->is_pinned));
	json_object_set_new(o, "group",
		p->group ? json_integer((json_int_t)(p->group - all->groups)) : json_null());
	json_object_set_new(o, "remark", json_value_text(placement_remark(p)));
	return o;
}
