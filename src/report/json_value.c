#include "report/json_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

json_t *json_value_number(double value)
{
	return isfinite(value) ? json_real(value) : json_null();
}

json_t *json_value_whole(double value)
{
	return isfinite(value) ? json_integer((json_int_t)value) : json_null();
}

json_t *json_value_text(const char *text)
{
	json_t *value;
	char *clean;
	size_t size;

	if (!text || !*text)
		return json_null();
	value = json_string(text);
	if (value)
		return value;
	size = strlen(text) + 1;
	clean = mem_calloc(size, 1);
	text_clean(clean, size, text);
	value = json_string(clean);
	free(clean);
	return value;
}

static json_t *value_of(const struct field *f, const void *row)
{
	if (field_is_text(f))
		return json_value_text(field_text(f, row));
	if (field_is_yes_or_no(f)) {
		const int value = field_yes_or_no(f, row);

		return value < 0 ? json_null() : json_boolean(value);
	}
	return field_is_whole(f) ? json_value_whole(field_number(f, row))
				 : json_value_number(field_number(f, row));
}

void json_value_add_fields(
	json_t *object, const struct field *fields, size_t count, const void *row)
{
	for (size_t i = 0; i < count; i++)
		json_object_set_new(object, fields[i].key, value_of(&fields[i], row));
}

json_t *json_value_row(enum field_table_id id, const void *row)
{
	json_t *o = json_object();

	json_value_add_fields(o, field_tables[id].fields, field_tables[id].count, row);
	return o;
}

json_t *json_value_tristate(enum tristate value)
{
	return value == TRI_UNKNOWN ? json_null() : json_boolean(value == TRI_YES);
}

json_t *json_value_state(enum domain_state state)
{
	return state == DOMAIN_UNKNOWN ? json_null() : json_value_text(domain_state_names[state]);
}

json_t *json_value_clock(const struct domain_config *config)
{
	json_t *o, *timers;

	if (!config || !config->parsed)
		return json_null();
	o = json_value_row(FIELDS_CLOCK, &config->clock);
	timers = json_array();
	for (size_t i = 0; i < config->clock.timer_count; i++)
		json_array_append_new(
			timers, json_value_row(FIELDS_TIMER, &config->clock.timers[i]));
	json_object_set_new(o, "timers", timers);
	return o;
}

static json_t *retries(const char *text)
{
	char *end;
	unsigned long long value;

	errno = 0;
	value = strtoull(text, &end, 10);
	return errno || *end || value > INT64_MAX ? json_value_text(text)
						  : json_integer((json_int_t)value);
}

static json_t *enlightenment_object(const struct domain_enlightenment *e)
{
	json_t *o = json_object();

	json_object_set_new(o, "state", json_value_tristate(e->state));
	if (e->value[0] && !strcmp(e->name, "spinlocks"))
		json_object_set_new(o, "retries", retries(e->value));
	else if (e->value[0])
		json_object_set_new(o, "value", json_value_text(e->value));
	return o;
}

json_t *json_value_hyperv(const struct domain_config *config)
{
	json_t *o, *features;

	if (!config || !config->parsed)
		return json_null();
	o = json_object();
	features = json_object();
	for (size_t i = 0; i < config->hyperv.count; i++) {
		const struct domain_enlightenment *e = &config->hyperv.items[i];

		json_object_set_new(features, e->name, enlightenment_object(e));
	}
	json_object_set_new(o, "mode", json_value_text(config->hyperv.mode));
	json_object_set_new(o, "features", features);
	return o;
}
