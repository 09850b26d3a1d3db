#include "report/json_facts.h"

#include <math.h>

#include "report/json_value.h"

json_t *json_facts_counters(const struct vm_counters *c)
{
	json_t *o = json_object();
	const struct {
		const char *name;
		double value;
	} rates[] = {
		{ "exits_per_s", c->exits_per_s },
		{ "io_exits_per_s", c->io_exits_per_s },
		{ "mmio_exits_per_s", c->mmio_exits_per_s },
		{ "halt_exits_per_s", c->halt_exits_per_s },
		{ "irq_exits_per_s", c->irq_exits_per_s },
		{ "hypercalls_per_s", c->hypercalls_per_s },
		{ "nested_runs_per_s", c->nested_runs_per_s },
		{ "page_faults_per_s", c->page_faults_per_s },
		{ "directed_yields_per_s", c->directed_yields_per_s },
		{ "nx_splits_per_s", c->nx_splits_per_s },
		{ "irq_windows_per_s", c->irq_windows_per_s },
		{ "nmi_windows_per_s", c->nmi_windows_per_s },
		{ "signals_per_s", c->signals_per_s },
		{ "irq_requests_per_s", c->irq_requests_per_s },
		{ "emulated_per_s", c->emulated_per_s },
		{ "halt_poll_pct", c->halt_poll_pct },
		{ "halt_wait_pct", c->halt_wait_pct },
		{ "main_wakes_per_s", c->main_wakes_per_s },
		{ "unhandled_msrs_per_s", c->unhandled_msrs_per_s },
	};

	for (size_t i = 0; i < sizeof rates / sizeof *rates; i++)
		json_object_set_new(o, rates[i].name, json_value_number(rates[i].value));
	json_object_set_new(o, "unhandled_msrs", json_value_whole(c->unhandled_msrs));
	json_object_set_new(o, "unhandled_msr",
		c->unhandled_msrs > 0 ? json_integer(c->unhandled_msr) : json_null());
	return o;
}

/* -1 is unknown. */
static json_t *whole(int64_t value)
{
	return value < 0 ? json_null() : json_integer(value);
}

static json_t *yes_or_no(int value)
{
	return value < 0 ? json_null() : json_boolean(value);
}

/* 9000000: "9.0.0"; 0 is unknown. */
static json_t *version(unsigned long v)
{
	return v ? json_sprintf("%lu.%lu.%lu", v / 1000000, v / 1000 % 1000, v % 1000)
		 : json_null();
}

json_t *json_facts_platform(const struct sample_platform *p)
{
	json_t *o = json_object();

	json_object_set_new(o, "clocksource", json_value_text(p->clocksource));
	json_object_set_new(o, "arch", json_value_text(p->arch));
	json_object_set_new(o, "kvm_vendor", json_value_text(p->kvm_vendor));
	json_object_set_new(o, "halt_poll_ns", whole(p->halt_poll_ns));
	json_object_set_new(o, "halt_poll_ns_grow", whole(p->halt_poll_ns_grow));
	json_object_set_new(o, "halt_poll_ns_grow_start", whole(p->halt_poll_ns_grow_start));
	json_object_set_new(o, "halt_poll_ns_shrink", whole(p->halt_poll_ns_shrink));
	json_object_set_new(o, "ignore_msrs", yes_or_no(p->ignore_msrs));
	json_object_set_new(o, "report_ignored_msrs", yes_or_no(p->report_ignored_msrs));
	json_object_set_new(o, "apicv", yes_or_no(p->apicv));
	json_object_set_new(o, "nested", yes_or_no(p->nested));
	json_object_set_new(o, "nx_huge_pages", json_value_text(p->nx_huge_pages));
	json_object_set_new(o, "ksm_run", whole(p->ksm_run));
	json_object_set_new(o, "ksm_shared", whole(p->ksm_shared));
	json_object_set_new(o, "ksm_sharing", whole(p->ksm_sharing));
	json_object_set_new(o, "ksm_unshared", whole(p->ksm_unshared));
	json_object_set_new(o, "kernel", json_value_text(p->kernel));
	json_object_set_new(o, "libvirt_version", version(p->libvirt_version));
	json_object_set_new(o, "qemu_version", version(p->qemu_version));
	return o;
}
