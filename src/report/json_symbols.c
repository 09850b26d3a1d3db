#include "report/json_symbols.h"

#include <stdio.h>
#include <string.h>

#include "model/symbol_columns.h"
#include "report/json_value.h"

/* Shares by kind of thread: {"vcpu_pct", "emulator_pct", ..., "kvm_pit_pct"}. */
static json_t *kinds_object(const double pct[THREAD_KIND__COUNT])
{
	json_t *o = json_object();

	for (int i = 0; i < THREAD_KIND__COUNT; i++) {
		char key[32];
		char *dash;

		snprintf(key, sizeof key, "%s_pct", thread_kind_name((enum thread_kind)i));
		dash = strchr(key, '-');
		if (dash)
			*dash = '_';
		json_object_set_new(o, key, json_value_number(pct[i]));
	}
	return o;
}

static json_t *symbol_object(const struct hot_symbol *s)
{
	json_t *o = json_object();

	json_value_add_fields(o, symbol_columns, SYMBOL_COL__COUNT, s);
	json_object_set_new(o, "space", json_string(hot_symbols_space_name(s->space)));
	json_object_set_new(o, "kinds", kinds_object(s->kind_pct));
	return o;
}

static json_t *symbols_array(const struct hot_symbols *h)
{
	json_t *a = json_array();

	for (size_t i = 0; i < h->shown; i++)
		json_array_append_new(a, symbol_object(&h->items[i]));
	return a;
}

static json_t *notes_array(const struct hot_symbols *h)
{
	json_t *a = json_array();

	for (size_t i = 0; i < h->note_count; i++)
		json_array_append_new(a, json_value_text(h->notes[i]));
	return a;
}

json_t *json_symbols(const struct hot_symbols *h)
{
	json_t *o;

	if (!h->wanted)
		return json_null();
	o = json_object();
	json_object_set_new(o, "pid", h->vm.pid ? json_integer(h->vm.pid) : json_null());
	json_object_set_new(o, "ok", json_boolean(h->is_open));
	json_object_set_new(o, "why", json_value_text(h->why));
	json_object_set_new(o, "notes", notes_array(h));
	json_object_set_new(
		o, "event", h->event ? json_string(hot_symbols_event_name(h->event)) : json_null());
	json_object_set_new(o, "hz", h->hz ? json_integer(h->hz) : json_null());
	json_object_set_new(o, "samples", json_value_whole(h->samples));
	json_object_set_new(o, "lost", json_value_whole(h->lost));
	json_object_set_new(o, "threads", json_value_whole(h->threads));
	json_object_set_new(o, "threads_unseen", json_value_whole(h->threads_unseen));
	json_object_set_new(o, "loading", json_boolean(h->loading));
	json_object_set_new(o, "kernel_pct", json_value_number(h->space_pct[SYMBOL_KERNEL]));
	json_object_set_new(o, "user_pct", json_value_number(h->space_pct[SYMBOL_USER]));
	json_object_set_new(o, "guest_pct", json_value_number(h->space_pct[SYMBOL_GUEST]));
	json_object_set_new(o, "rest_pct", json_value_number(h->rest_pct));
	json_object_set_new(o, "kinds", kinds_object(h->kind_pct));
	json_object_set_new(o, "symbols", symbols_array(h));
	return o;
}
