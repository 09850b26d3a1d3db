#include "app/options_value.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/record.h"
#include "sample/wants.h"

bool options_value_whole(const char *text, long least, long most, long *out)
{
	char *end;

	errno = 0;
	*out = strtol(text, &end, 10);
	return !errno && end != text && !*end && *out >= least && *out <= most;
}

bool options_value_number(const char *text, double least, double most, double *out)
{
	char *end;

	errno = 0;
	*out = strtod(text, &end);
	return !errno && end != text && !*end && isfinite(*out) && *out >= least && *out <= most;
}

int options_value_pids(struct options *o, const char *text, char *why, size_t size)
{
	const char *at = text;

	for (;;) {
		const size_t length = strcspn(at, ",");
		char one[16] = "";
		long pid;

		if (length < sizeof one)
			memcpy(one, at, length);
		if (!options_value_whole(one, 1, INT_MAX, &pid)) {
			snprintf(why, size,
				"--pid takes process ids such as 1234 or 1234,5678, not '%s'",
				text);
			return -EINVAL;
		}
		if (o->pid_count == OPTION_PIDS_MAX) {
			snprintf(why, size, "--pid takes %d process ids at most", OPTION_PIDS_MAX);
			return -EINVAL;
		}
		o->pids[o->pid_count++] = (pid_t)pid;
		if (!at[length])
			return 0;
		at += length + 1;
	}
}

int options_value_budget(struct budget_limits *limits, const char *text, char *why, size_t size)
{
	const char *comma = strchr(text, ',');
	const size_t length = strcspn(text, ",");
	char cpu[16] = "";
	long events = (long)limits->events_per_s;

	if (length < sizeof cpu)
		memcpy(cpu, text, length);
	if (!options_value_number(cpu, BUDGET_CPU_PCT_MIN, BUDGET_CPU_PCT_MAX, &limits->cpu_pct) ||
		(comma && !options_value_whole(
				  comma + 1, BUDGET_EVENTS_MIN, BUDGET_EVENTS_MAX, &events))) {
		snprintf(why, size,
			"--budget takes percent of one CPU from %g to %g, and after a comma events "
			"a second from %d to %d, such as 5,200000, not '%s'",
			BUDGET_CPU_PCT_MIN, BUDGET_CPU_PCT_MAX, BUDGET_EVENTS_MIN,
			BUDGET_EVENTS_MAX, text);
		return -EINVAL;
	}
	limits->events_per_s = (double)events;
	return 0;
}

int options_value_size(uint64_t *bytes, const char *text, char *why, size_t size)
{
	static const char units[] = "KMG";
	char *end;
	unsigned shift = 0;
	const char *unit;

	errno = 0;
	*bytes = strtoull(text, &end, 10);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		end++;
	}
	if (*text >= '0' && *text <= '9' && !errno && !*end &&
		*bytes <= (uint64_t)INT64_MAX >> shift) {
		*bytes <<= shift;
		if (*bytes >= RECORD_MAX_BYTES_MIN)
			return 0;
	}
	snprintf(
		why, size, "--max-size takes bytes from 1M on, such as 100M or 2G, not '%s'", text);
	return -EINVAL;
}

int options_value_tracer(enum trace_method *method, const char *text, char *why, size_t size)
{
	static const char *const names[] = {
		[TRACE_AUTO] = "auto",
		[TRACE_BPF] = "bpf",
		[TRACE_RING] = "ring",
	};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(text, names[i])) {
			*method = (enum trace_method)i;
			return 0;
		}
	snprintf(why, size, "--tracer takes auto, bpf or ring, not '%s'", text);
	return -EINVAL;
}

int options_value_format(struct options *o, const char *text, char *why, size_t size)
{
	static const char *const names[] = {
		[REPORT_TEXT] = "text",
		[REPORT_CSV] = "csv",
		[REPORT_JSON] = "json",
	};

	o->format_given = true;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(text, names[i])) {
			o->form.format = (enum report_format)i;
			return 0;
		}
	snprintf(why, size, "--format is text, csv or json, not '%s'", text);
	return -EINVAL;
}

int options_value_rows(struct options *o, const char *text, char *why, size_t size)
{
	o->rows_given = true;
	for (enum report_rows rows = 0; rows < REPORT_ROWS__COUNT; rows++)
		if (!strcmp(text, report_rows_name(rows))) {
			o->form.rows = rows;
			return 0;
		}
	snprintf(why, size, "--rows is vms, threads or exits, not '%s'", text);
	return -EINVAL;
}

int options_value_with(struct options *o, const char *text, char *why, size_t size)
{
	for (const char *at = text;; at++) {
		const size_t length = strcspn(at, ",");
		size_t i = 0;

		while (i < want_row_count && (strlen(want_rows[i].name) != length ||
						     strncmp(want_rows[i].name, at, length) != 0))
			i++;
		if (i == want_row_count) {
			snprintf(why, size,
				"--with takes host, events, symbols, halts or devices, not '%s'",
				text);
			return -EINVAL;
		}
		o->with |= want_rows[i].want;
		at += length;
		if (!*at)
			return 0;
	}
}

int options_value_vm(struct options *o, const char *vm, char *why, size_t size)
{
	if (!*vm)
		snprintf(why, size, "--vm takes the name, UUID or process id of a VM, not ''");
	else if (o->vm_count == OPTION_VMS_MAX)
		snprintf(why, size, "--vm can be given %d times at most", OPTION_VMS_MAX);
	else {
		o->vms[o->vm_count++] = vm;
		return 0;
	}
	return -EINVAL;
}

int options_value_undo(struct options *o, const char *vm, char *why, size_t size)
{
	if (o->undo)
		snprintf(why, size, "--undo takes one VM: run it once for each");
	else if (!*vm || !strncmp(vm, "--", 2))
		snprintf(why, size, "--undo takes the name or UUID of a VM, not '%s'", vm);
	else {
		o->undo = vm;
		return 0;
	}
	return -EINVAL;
}
