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

void json_value_add_columns(
	json_t *object, const struct field *columns, size_t count, const void *row)
{
	for (size_t i = 0; i < count; i++) {
		const struct field *c = &columns[i];
		json_t *value;

		if (field_is_text(c))
			value = json_value_text(field_text(c, row));
		else if (c->unit == NUMBER_INTEGER || c->unit == NUMBER_KIB)
			value = json_value_whole(field_number(c, row));
		else
			value = json_value_number(field_number(c, row));
		json_object_set_new(object, c->key, value);
	}
}

json_t *json_value_tristate(enum tristate value)
{
	return value == TRI_UNKNOWN ? json_null() : json_boolean(value == TRI_YES);
}

json_t *json_value_state(enum domain_state state)
{
	return state == DOMAIN_UNKNOWN ? json_null() : json_value_text(domain_state_names[state]);
}

/* An attribute that is absent is 0. */
static json_t *count_or_null(uint64_t value)
{
	return value && value <= INT64_MAX ? json_integer((json_int_t)value) : json_null();
}

static json_t *timer_object(const struct domain_timer *t)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_value_text(t->name));
	json_object_set_new(o, "present", json_value_tristate(t->present));
	json_object_set_new(o, "tickpolicy", json_value_text(t->tickpolicy));
	json_object_set_new(o, "track", json_value_text(t->track));
	json_object_set_new(o, "mode", json_value_text(t->mode));
	json_object_set_new(o, "frequency_hz", count_or_null(t->frequency_hz));
	json_object_set_new(o, "catchup_threshold", count_or_null(t->catchup_threshold));
	json_object_set_new(o, "catchup_slew", count_or_null(t->catchup_slew));
	json_object_set_new(o, "catchup_limit", count_or_null(t->catchup_limit));
	return o;
}

json_t *json_value_clock(const struct domain_config *config)
{
	json_t *o, *timers;

	if (!config || !config->parsed)
		return json_null();
	o = json_object();
	timers = json_array();
	for (size_t i = 0; i < config->clock.timer_count; i++)
		json_array_append_new(timers, timer_object(&config->clock.timers[i]));
	json_object_set_new(o, "offset", json_value_text(config->clock.offset));
	json_object_set_new(o, "timezone", json_value_text(config->clock.timezone));
	json_object_set_new(o, "basis", json_value_text(config->clock.basis));
	json_object_set_new(o, "adjustment", json_value_text(config->clock.adjustment));
	json_object_set_new(o, "start", json_value_text(config->clock.start));
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
