#include "report/json_kvm_events.h"

#include "model/kvm_event_columns.h"
#include "report/json_value.h"

static json_t *vm_object(const struct model *m)
{
	const struct vm_id id = m->kvm_events.vm;
	const struct vm *vm = model_find(m, id);
	json_t *o;

	if (!id.pid)
		return json_null();
	o = json_object();
	json_object_set_new(o, "pid", json_integer(id.pid));
	json_object_set_new(o, "name", json_value_text(vm ? vm->name : ""));
	return o;
}

json_t *json_kvm_events(const struct model *m)
{
	const struct kvm_events *e = &m->kvm_events;
	json_t *o, *events;

	if (!e->wanted)
		return json_null();
	o = json_object();
	events = json_array();
	for (size_t i = 0; i < e->count; i++) {
		json_t *event = json_object();

		json_value_add_fields(event, kvm_event_columns, KVM_EVENT_COL__COUNT, &e->items[i]);
		json_array_append_new(events, event);
	}
	json_object_set_new(o, "why", json_value_text(e->why));
	json_object_set_new(o, "note", json_value_text(e->note));
	json_object_set_new(o, "vm", vm_object(m));
	json_object_set_new(o, "events", events);
	return o;
}
