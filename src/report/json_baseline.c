#include "report/json_baseline.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "advice/verdict.h"
#include "core/clock.h"
#include "report/json_value.h"

/* Of the file; another one is not read. */
enum { FILE_VERSION = 1, REAL_DIGITS = 12 };

static json_t *shares_object(const struct cpu_shares *cpu)
{
	json_t *o = json_object();

	json_object_set_new(o, "cpu_pct", json_value_number(cpu->cpu_pct));
	json_object_set_new(o, "guest_pct", json_value_number(cpu->guest_pct));
	json_object_set_new(o, "user_pct", json_value_number(cpu->user_pct));
	json_object_set_new(o, "system_pct", json_value_number(cpu->system_pct));
	json_object_set_new(o, "wait_pct", json_value_number(cpu->wait_pct));
	return o;
}

static json_t *rates_array(const struct baseline_rate *rates, size_t count)
{
	json_t *a = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", json_value_text(rates[i].name));
		json_object_set_new(o, "per_s", json_value_number(rates[i].per_s));
		json_object_set_new(o, "is_halt", json_boolean(rates[i].is_halt));
		json_object_set_new(o, "is_detail", json_boolean(rates[i].is_detail));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *findings_array(const struct baseline *b)
{
	json_t *a = json_array();

	for (size_t i = 0; i < b->finding_count; i++) {
		const struct baseline_finding *f = &b->findings[i];
		json_t *o = json_object();

		json_object_set_new(o, "rule", json_value_text(f->rule));
		json_object_set_new(o, "label", json_value_text(f->label));
		json_object_set_new(o, "summary", json_value_text(f->summary));
		json_object_set_new(o, "per_s", json_value_number(f->per_s));
		json_array_append_new(a, o);
	}
	return a;
}

char *json_baseline_write(const struct baseline *b)
{
	json_t *o = json_object();
	char *text;

	json_object_set_new(o, "kvmtop_baseline", json_integer(FILE_VERSION));
	json_object_set_new(o, "uuid", json_value_text(b->uuid));
	json_object_set_new(o, "name", json_value_text(b->name));
	json_object_set_new(o, "real_ns", json_integer((json_int_t)b->real_ns));
	json_object_set_new(o, "seconds", json_value_number(b->seconds));
	json_object_set_new(o, "cpu", shares_object(&b->cpu));
	json_object_set_new(o, "exits_per_s", json_value_number(b->exits_per_s));
	json_object_set_new(o, "work_per_s", json_value_number(b->work_per_s));
	json_object_set_new(o, "reasons", rates_array(b->reasons, b->reason_count));
	json_object_set_new(o, "devices", rates_array(b->devices, b->device_count));
	json_object_set_new(o, "findings", findings_array(b));
	text = json_dumps(o, JSON_INDENT(1) | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(REAL_DIGITS));
	json_decref(o);
	return text;
}

/* null and what is not there are NAN. False when it is something else than a figure. */
static bool read_number(const json_t *o, const char *key, double *out)
{
	const json_t *value = json_object_get(o, key);

	*out = json_is_number(value) ? json_number_value(value) : NAN;
	return !value || json_is_null(value) || (json_is_number(value) && *out >= 0);
}

static bool read_text(const json_t *o, const char *key, char *out, size_t size)
{
	const json_t *value = json_object_get(o, key);

	out[0] = '\0';
	if (json_is_string(value))
		text_clean(out, size, json_string_value(value));
	return !value || json_is_null(value) || json_is_string(value);
}

static bool read_cpu(const json_t *o, struct cpu_shares *cpu)
{
	const json_t *from = json_object_get(o, "cpu");

	return json_is_object(from) && read_number(from, "cpu_pct", &cpu->cpu_pct) &&
	       read_number(from, "guest_pct", &cpu->guest_pct) &&
	       read_number(from, "user_pct", &cpu->user_pct) &&
	       read_number(from, "system_pct", &cpu->system_pct) &&
	       read_number(from, "wait_pct", &cpu->wait_pct);
}

static bool read_rates(const json_t *o, const char *key, struct baseline_rate *rates, size_t *count)
{
	const json_t *a = json_object_get(o, key);

	*count = json_array_size(a);
	if (!json_is_array(a) || *count > BASELINE_ROWS_MAX)
		return false;
	for (size_t i = 0; i < *count; i++) {
		const json_t *from = json_array_get(a, i);

		if (!json_is_object(from) ||
			!read_text(from, "name", rates[i].name, sizeof rates[i].name) ||
			!read_number(from, "per_s", &rates[i].per_s))
			return false;
		rates[i].is_halt = json_is_true(json_object_get(from, "is_halt"));
		rates[i].is_detail = json_is_true(json_object_get(from, "is_detail"));
	}
	return true;
}

static bool read_findings(const json_t *o, struct baseline *b)
{
	const json_t *a = json_object_get(o, "findings");

	b->finding_count = json_array_size(a);
	if (!json_is_array(a) || b->finding_count > BASELINE_FINDINGS_MAX)
		return false;
	for (size_t i = 0; i < b->finding_count; i++) {
		const json_t *from = json_array_get(a, i);
		struct baseline_finding *f = &b->findings[i];

		if (!json_is_object(from) || !read_text(from, "rule", f->rule, sizeof f->rule) ||
			!read_text(from, "label", f->label, sizeof f->label) ||
			!read_text(from, "summary", f->summary, sizeof f->summary) ||
			!read_number(from, "per_s", &f->per_s))
			return false;
	}
	return true;
}

static bool read_all(const json_t *o, struct baseline *b)
{
	const json_t *time = json_object_get(o, "real_ns");

	if (!json_is_integer(time) || json_integer_value(time) < 0)
		return false;
	b->real_ns = (uint64_t)json_integer_value(time);
	return read_text(o, "uuid", b->uuid, sizeof b->uuid) &&
	       read_text(o, "name", b->name, sizeof b->name) && (*b->uuid || *b->name) &&
	       read_number(o, "seconds", &b->seconds) && read_cpu(o, &b->cpu) &&
	       read_number(o, "exits_per_s", &b->exits_per_s) &&
	       read_number(o, "work_per_s", &b->work_per_s) &&
	       read_rates(o, "reasons", b->reasons, &b->reason_count) &&
	       read_rates(o, "devices", b->devices, &b->device_count) && read_findings(o, b);
}

bool json_baseline_read(struct baseline *b, const char *text, char *why, size_t size)
{
	json_error_t error;
	json_t *o = json_loads(text, 0, &error);
	const json_t *version = json_object_get(o, "kvmtop_baseline");
	bool ok = false;

	*b = (struct baseline){ 0 };
	if (json_is_integer(version) && json_integer_value(version) != FILE_VERSION)
		snprintf(why, size, "it is of another version of kvmtop");
	else if (!json_is_integer(version) || !read_all(o, b))
		snprintf(why, size, "it is damaged");
	else
		ok = true;
	json_decref(o);
	return ok;
}

static json_t *steps_array(const struct model *m, const struct vm *vm,
	const struct baseline_rate *rates, size_t count, const char *key,
	double (*now)(const struct vm *vm, const struct baseline_rate *was, bool details))
{
	json_t *a = json_array();

	for (size_t i = 0; i < count; i++) {
		json_t *o = json_object();

		json_object_set_new(o, key, json_value_text(rates[i].name));
		json_object_set_new(o, "per_s", json_value_number(rates[i].per_s));
		json_object_set_new(
			o, "now_per_s", json_value_number(now(vm, &rates[i], m->host.details)));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *verdicts_array(
	const struct baseline *b, const struct vm *vm, const struct findings *f, bool details)
{
	json_t *a = json_array();

	for (size_t i = 0; i < b->finding_count; i++) {
		struct strbuf text = { 0 };
		json_t *o = json_object();
		double before, now;
		const enum verdict verdict =
			verdict_of(b, &b->findings[i], vm, f, details, &before, &now);

		verdict_describe(&text, b, &b->findings[i], vm, f, details);
		json_object_set_new(o, "rule", json_value_text(b->findings[i].rule));
		json_object_set_new(o, "summary", json_value_text(b->findings[i].summary));
		json_object_set_new(o, "per_s", json_value_number(before));
		json_object_set_new(o, "now_per_s", json_value_number(now));
		json_object_set_new(o, "verdict", json_value_text(verdict_name(verdict)));
		json_object_set_new(o, "text", json_value_text(strbuf_text(&text)));
		json_array_append_new(a, o);
		strbuf_fini(&text);
	}
	return a;
}

json_t *json_baseline_of_vm(const struct model *m, const struct findings *f, const struct vm *vm)
{
	const struct baseline *b = baselines_find(&m->baselines, vm);
	char time[40];
	json_t *o;

	if (!b)
		return json_null();
	o = shares_object(&b->cpu);
	json_object_set_new(o, "time", json_string(clock_stamp(b->real_ns, time, sizeof time)));
	json_object_set_new(o, "seconds", json_value_number(b->seconds));
	json_object_set_new(o, "exits_per_s", json_value_number(b->exits_per_s));
	json_object_set_new(o, "now_exits_per_s", json_value_number(baseline_exits_now(vm)));
	json_object_set_new(o, "reasons",
		steps_array(m, vm, b->reasons, b->reason_count, "reason", baseline_reason_now));
	json_object_set_new(o, "devices",
		steps_array(m, vm, b->devices, b->device_count, "name", baseline_device_now));
	json_object_set_new(o, "findings", verdicts_array(b, vm, f, m->host.details));
	return o;
}
