#include "report/json_kernel_log.h"

#include <math.h>

#include "advice/log_columns.h"
#include "core/clock.h"
#include "report/json_value.h"

static json_t *stamp(uint64_t real_ns)
{
	char text[40];

	return json_string(clock_stamp(real_ns, text, sizeof text));
}

static json_t *line_object(const struct log_row *row, const struct findings *f)
{
	const struct log_line line = log_line_of(row, f);
	const struct kernel_log_entry *e = &row->entry;
	json_t *o = json_object();

	json_object_set_new(o, "vm", json_value_text(row->vm ? row->vm->name : NULL));
	json_object_set_new(o, "pid", e->pid ? json_integer(e->pid) : json_null());
	json_object_set_new(o, "kind", json_string(kernel_log_kind_name(e->kind)));
	json_object_set_new(
		o, "direction", json_value_text(kernel_log_direction_name(e->direction)));
	json_object_set_new(o, "msr", row->msr[0] ? json_integer(e->msr) : json_null());
	json_object_set_new(o, "msr_name", json_value_text(row->msr));
	json_object_set_new(o, "lines", json_integer((json_int_t)e->count));
	json_object_set_new(o, "lines_per_s", json_value_number(row->per_s));
	json_object_set_new(o, "first", stamp(row->first_real_ns));
	json_object_set_new(o, "last", stamp(row->last_real_ns));
	json_object_set_new(o, "text", json_value_text(row->text));
	json_object_set_new(o, "answer", json_value_text(line.answer));
	return o;
}

json_t *json_kernel_log(const struct model *m, const struct findings *f)
{
	const struct kernel_log *log = &m->kernel_log;
	json_t *o = json_object(), *lines = json_array();

	for (size_t i = 0; i < log->count; i++)
		if (!log->rows[i].vm || model_find(m, log->rows[i].vm->id))
			json_array_append_new(lines, line_object(&log->rows[i], f));
	json_object_set_new(o, "known", json_boolean(log->known));
	json_object_set_new(o, "why", json_value_text(log->why));
	json_object_set_new(o, "lost", json_value_whole(log->known ? log->lost : NAN));
	json_object_set_new(o, "lost_before", json_value_whole(log->known ? log->before : NAN));
	json_object_set_new(o, "left_out", json_value_whole(log->known ? log->left_out : NAN));
	json_object_set_new(o, "entries", lines);
	return o;
}
