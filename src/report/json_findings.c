#include "report/json_findings.h"

#include <stdlib.h>
#include <string.h>

#include "advice/remedy_stack.h"
#include "report/json_value.h"

static json_t *remedy_object(enum remedy_id id, const struct vm *vm)
{
	static const char *const preferences[] = {
		[REMEDY_ADVISED] = "advised",
		[REMEDY_FALLBACK] = "fallback",
		[REMEDY_NOT_ADVISED] = "not-advised",
		[REMEDY_IMPOSSIBLE] = "impossible",
	};
	const struct remedy *r = remedy_find(id);
	char *way = remedy_stack_way(r, vm->config);
	struct remedy_plan plan;
	json_t *o = json_object();

	remedy_plan_init(&plan, id, vm->domain);
	json_object_set_new(o, "id", json_value_text(r->id));
	json_object_set_new(o, "title", json_value_text(r->title));
	json_object_set_new(o, "merit", json_value_text(preferences[plan.preference]));
	json_object_set_new(o, "xml_diff", json_value_text(plan.xml_diff));
	json_object_set_new(o, "command", json_value_text(plan.command));
	json_object_set_new(o, "virt_xml", json_value_text(plan.virt_xml));
	json_object_set_new(o, "stack_way", json_value_text(way));
	json_object_set_new(o, "guest_commands", json_value_text(r->guest_commands));
	json_object_set_new(o, "qemu_arguments", json_value_text(r->qemu_arguments));
	json_object_set_new(o, "expect", json_value_text(r->expect));
	json_object_set_new(o, "cost", json_value_text(r->cost));
	json_object_set_new(o, "needs", json_value_text(r->needs));
	json_object_set_new(o, "when_not", json_value_text(r->when_not));
	json_object_set_new(o, "source", json_value_text(r->source));
	json_object_set_new(o, "why", json_value_text(plan.why));
	json_object_set_new(o, "caveat", json_value_text(plan.caveat));
	json_object_set_new(o, "pending", json_boolean(plan.pending));
	remedy_plan_fini(&plan);
	free(way);
	return o;
}

static json_t *evidence_array(const struct finding *f)
{
	json_t *a = json_array();

	for (size_t i = 0; i < f->evidence_count; i++)
		json_array_append_new(a, json_value_text(f->evidence[i]));
	return a;
}

static json_t *folded_array(const struct finding *f)
{
	json_t *a = json_array();

	for (size_t i = 0; i < f->folded_count; i++) {
		const struct finding_part *part = &f->folded[i];
		json_t *o = json_object();

		json_object_set_new(o, "rule", json_value_text(part->rule->id));
		json_object_set_new(o, "title", json_value_text(part->rule->title));
		json_object_set_new(
			o, "confidence", json_value_text(confidence_name(part->confidence)));
		json_object_set_new(o, "evidence_at", json_integer((json_int_t)part->evidence_at));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *remedies_array(const struct finding *f, const struct vm *vm)
{
	enum remedy_id ranked[FINDING_REMEDY_MAX];
	json_t *a = json_array();

	memcpy(ranked, f->remedies, sizeof ranked);
	remedies_rank(ranked, f->remedy_count, vm->domain);
	for (size_t i = 0; i < f->remedy_count; i++)
		json_array_append_new(a, remedy_object(ranked[i], vm));
	return a;
}

static json_t *finding_object(const struct finding *f, const struct vm *vm)
{
	json_t *o = json_object();

	json_object_set_new(o, "rule", json_value_text(f->rule->id));
	json_object_set_new(o, "title", json_value_text(f->rule->title));
	json_object_set_new(o, "severity", json_value_text(severity_name(f->severity)));
	json_object_set_new(o, "confidence", json_value_text(confidence_name(f->confidence)));
	json_object_set_new(o, "summary", json_value_text(f->summary));
	json_object_set_new(o, "diagnosis", json_value_text(f->diagnosis));
	json_object_set_new(o, "evidence", evidence_array(f));
	json_object_set_new(o, "folded", folded_array(f));
	json_object_set_new(o, "caveat", json_value_text(f->caveat));
	json_object_set_new(o, "remedies", remedies_array(f, vm));
	return o;
}

json_t *json_findings(const struct vm *vm, const struct findings *f)
{
	json_t *a = json_array();

	for (size_t i = 0; i < f->count; i++)
		if (vm_id_equal(f->items[i].vm, vm->id))
			json_array_append_new(a, finding_object(&f->items[i], vm));
	return a;
}
