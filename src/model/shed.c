#include "model/shed.h"

#include <math.h>
#include <stdio.h>

/* A VM's name in the header, when there is room for all. */
enum { NAME_MAX_COLUMNS = 20 };

const char *shed_only_vm(const struct model *m)
{
	for (size_t i = 0; i < m->vm_count; i++)
		if (m->vms[i]->id.pid == m->host.only_pid)
			return m->vms[i]->name;
	return "one VM";
}

/* "1/20 of the time", "75% of the time"; "" when it is all of it, or not known. */
static void describe_duty(double duty, char *out, size_t size)
{
	const double least = 1e-3;

	out[0] = '\0';
	if (isnan(duty) || duty >= 0.995)
		return;
	if (duty < least)
		snprintf(out, size, "less than 1/1000 of the time");
	else if (duty <= 0.5)
		snprintf(out, size, "1/%.0f of the time", 1 / duty);
	else
		snprintf(out, size, "%.0f%% of the time", 100 * duty);
}

void shed_describe(const struct model *m, int room, char out[static SHED_TEXT_MAX])
{
	const enum tracing_shed shed = m->host.shed;
	const char *name = shed_only_vm(m), *comma = "";
	const int fits = (int)text_fit(name, NAME_MAX_COLUMNS, NULL);
	char duty[48] = "";

	out[0] = '\0';
	if (shed == TRACING_SHED_DETAILS)
		snprintf(out, SHED_TEXT_MAX, ", details shed");
	if (shed <= TRACING_SHED_DETAILS)
		return;
	if (shed == TRACING_SHED_TIME)
		describe_duty(m->host.duty, duty, sizeof duty);
	comma = duty[0] ? ", " : "";
	snprintf(out, SHED_TEXT_MAX, ", only %.*s%s%s", fits, name, comma, duty);
	if (text_width(out) > room)
		snprintf(out, SHED_TEXT_MAX, ", one VM%s%s", comma, duty);
	if (text_width(out) > room)
		snprintf(out, SHED_TEXT_MAX, ", shed");
}

void shed_notice(const struct model *m, struct strbuf *out)
{
	char duty[48];

	if (m->host.shed == TRACING_SHED_NOTHING)
		return;
	strbuf_addf(out, "more exits than the budget allows (%g %% CPU, %.0f events/s): ",
		m->host.budget_cpu_pct, m->host.budget_events_per_s);
	if (m->host.shed == TRACING_SHED_DETAILS) {
		strbuf_add(out, "details (MSRs, addresses, interrupt lines) are not traced");
	} else {
		describe_duty(m->host.duty, duty, sizeof duty);
		strbuf_addf(out, "only %s is traced, without details", shed_only_vm(m));
		if (m->host.shed == TRACING_SHED_TIME)
			strbuf_addf(out, "%s%s, and scaled up from that (~)", duty[0] ? ", " : "",
				duty);
	}
	strbuf_add(out, "; kvmtop --budget raises it");
}
