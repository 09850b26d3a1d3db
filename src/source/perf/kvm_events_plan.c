#include "source/perf/kvm_events_plan.h"

#include <stdio.h>

#include "source/perf/descriptors.h"

size_t kvm_events_need(const struct kvm_events_size *size)
{
	return size->events * (size->cpus + size->threads);
}

static size_t min(size_t a, size_t b)
{
	return a < b ? a : b;
}

static size_t fitting(size_t room, size_t each, size_t most)
{
	return each ? min(room / each, most) : 0;
}

struct kvm_events_plan kvm_events_plan(const struct kvm_events_size *size, size_t allowed)
{
	const size_t host = size->events * size->cpus;
	struct kvm_events_plan plan;

	if (host <= allowed) {
		plan.host = size->events;
		plan.vm = fitting(allowed - host, size->threads, size->events);
		return plan;
	}
	plan.host = plan.vm = fitting(allowed, size->cpus + size->threads, size->events);
	if (!plan.host) {
		plan.host = fitting(allowed, size->cpus, size->events);
		plan.vm = 0;
	}
	if (!size->threads)
		plan.vm = 0;
	return plan;
}

/* 16128: "16,128" */
static const char *grouped(size_t n, char out[static 32])
{
	char digits[24];
	const int length = snprintf(digits, sizeof digits, "%zu", n);
	int at = 0;

	for (int i = 0; i < length; i++) {
		if (i && (length - i) % 3 == 0)
			out[at++] = ',';
		out[at++] = digits[i];
	}
	out[at] = '\0';
	return out;
}

/* Some more than is needed, as a round number. */
static size_t round_up(size_t n)
{
	size_t step = 100;

	n += 2 * (size_t)DESCRIPTORS_SPARE;
	while (step * 20 < n)
		step *= 10;
	return (n + step - 1) / step * step;
}

void kvm_events_plan_explain(const struct kvm_events_plan *plan, const struct kvm_events_size *size,
	size_t allowed, char *note, size_t note_size)
{
	const size_t need = kvm_events_need(size);
	char needed[32], have[32], counted[96] = "nothing is counted";

	note[0] = '\0';
	if (plan->host >= size->events && (plan->vm >= size->events || !size->threads))
		return;
	if (plan->host && plan->host == plan->vm)
		snprintf(counted, sizeof counted, "only the %zu most telling ones are counted",
			plan->host);
	else if (plan->host)
		snprintf(counted, sizeof counted,
			"only %zu are counted for the host and %zu for the VM", plan->host,
			plan->vm);
	snprintf(note, note_size,
		"%zu events on %zu CPUs and %zu threads need %s file descriptors, %s are allowed: "
		"run "
		"`ulimit -n %zu` before kvmtop; %s",
		size->events, size->cpus, size->threads, grouped(need, needed),
		grouped(allowed, have), round_up(need), counted);
}
