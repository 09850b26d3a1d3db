#include "report/json.h"

#include <jansson.h>

#include "core/clock.h"
#include "core/text.h"
#include "core/version.h"
#include "model/columns.h"
#include "model/counters.h"
#include "model/halt_columns.h"
#include "report/json_baseline.h"
#include "report/json_devices.h"
#include "report/json_exits.h"
#include "report/json_facts.h"
#include "report/json_findings.h"
#include "report/json_host.h"
#include "report/json_kernel_log.h"
#include "report/json_kvm_events.h"
#include "report/json_machine.h"
#include "report/json_symbols.h"
#include "report/json_value.h"

/* Enough for nanoseconds of an hour in microseconds; more digits would only show rounding. */
enum { REAL_DIGITS = 12 };

static json_t *columns_object(const struct field *columns, size_t count, const void *row)
{
	json_t *o = json_object();

	json_value_add_fields(o, columns, count, row);
	return o;
}

static json_t *per_cpu_array(const struct host *h)
{
	json_t *a;

	if (!h->per_cpu_count)
		return json_null();
	a = json_array();
	for (size_t i = 0; i < h->per_cpu_count; i++)
		json_array_append_new(a, json_value_row(FIELDS_CPU, &h->per_cpu[i]));
	return a;
}

static json_t *host_object(const struct model *m)
{
	const struct host *h = &m->host;
	json_t *o = json_value_row(FIELDS_HOST, h), *load = json_array();

	for (size_t i = 0; i < sizeof h->load / sizeof *h->load; i++)
		json_array_append_new(load, json_value_number(h->load[i]));
	json_object_set_new(o, "load", load);
	json_object_set_new(o, "per_cpu", per_cpu_array(h));
	json_object_set_new(o, "tracing", json_exits_tracing(h));
	json_object_set_new(o, "platform", json_facts_platform(&m->platform));
	json_object_set_new(o, "details", json_host_details(m));
	return o;
}

/* null where nothing is known of them. */
static json_t *halts_object(const struct halt_row *row)
{
	return row && halts_are_known(row) ? columns_object(halt_columns + HALT_COL_POLL,
						     HALT_COL__COUNT - HALT_COL_POLL, row)
					   : json_null();
}

static const struct halt_row *halts_of(const struct vm *vm, int vcpu)
{
	for (size_t i = 0; i < vm->halts.count; i++)
		if (vm->halts.vcpus[i].vcpu == vcpu)
			return &vm->halts.vcpus[i];
	return NULL;
}

static json_t *threads_array(const struct vm *vm)
{
	json_t *a = json_array();

	for (size_t i = 0; i < vm->thread_count; i++) {
		const struct thread *t = &vm->threads[i];
		json_t *o = columns_object(
			thread_columns + THREAD_COL_NAME, THREAD_COL__COUNT - THREAD_COL_NAME, t);

		json_object_set_new(o, "kind", json_value_text(thread_kind_name(t->kind)));
		json_object_set_new(o, "vcpu", t->vcpu < 0 ? json_null() : json_integer(t->vcpu));
		json_object_set_new(o, "exits", json_exits_of_thread(t));
		json_object_set_new(o, "placement", json_host_placement(vm, i));
		json_object_set_new(o, "halts",
			halts_object(t->kind == THREAD_VCPU ? halts_of(vm, t->vcpu) : NULL));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *claim_object(const struct vm *vm)
{
	json_t *o;

	if (!*vm->claim)
		return json_null();
	o = json_object();
	json_object_set_new(o, "domain", json_value_text(vm->claim));
	json_object_set_new(o, "pid", vm->claim_pid ? json_integer(vm->claim_pid) : json_null());
	return o;
}

static json_t *vm_object(const struct vm *vm, const struct model *m, const struct findings *f)
{
	json_t *o = columns_object(vm_columns, VM_COL__COUNT, vm);

	json_object_set_new(o, "uuid", json_value_text(vm->uuid));
	json_object_set_new(o, "domain_claim", claim_object(vm));
	json_object_set_new(o, "running", json_boolean(!vm->off));
	json_object_set_new(o, "state", json_value_state(vm->state));
	json_object_set_new(o, "managed_save",
		json_value_tristate(vm->domain ? vm->domain->managed_save : TRI_UNKNOWN));
	json_object_set_new(o, "memory_snapshots",
		json_value_tristate(vm->domain ? vm->domain->memory_snapshots : TRI_UNKNOWN));
	json_object_set_new(o, "ended", json_boolean(vm->ended));
	json_object_set_new(o, "threads", threads_array(vm));
	json_object_set_new(o, "exits", json_exits_of_vm(vm));
	json_object_set_new(o, "irq_lines", json_exits_irq_lines(vm, &m->host));
	json_object_set_new(o, "counters", json_facts_counters(&vm->counters));
	json_object_set_new(o, "cgroup", json_host_cgroup(vm));
	json_object_set_new(o, "halts", halts_object(&vm->halts.all));
	json_object_set_new(o, "devices", json_devices(&vm->devices));
	json_object_set_new(o, "clock", json_value_clock(vm->config));
	json_object_set_new(o, "hyperv", json_value_hyperv(vm->config));
	json_object_set_new(o, "machine", json_machine(vm->config));
	json_object_set_new(o, "pending", json_value_tristate(vm->pending));
	json_object_set_new(o, "findings", json_findings(vm, f));
	json_object_set_new(o, "baseline", json_baseline_of_vm(m, f, vm));
	return o;
}

static json_t *sources_array(const struct model *m)
{
	json_t *a = json_array();

	for (int i = 0; i < SOURCE__COUNT; i++) {
		json_t *o = json_object();

		json_object_set_new(o, "name", json_value_text(source_name((enum source_id)i)));
		json_object_set_new(o, "ok", json_boolean(m->sources[i].ok));
		json_object_set_new(o, "why", json_value_text(m->sources[i].why));
		json_array_append_new(a, o);
	}
	return a;
}

static json_t *recording_object(const struct sample_recording *r)
{
	json_t *o;

	if (!r->file[0])
		return json_null();
	o = json_object();
	json_object_set_new(o, "file", json_value_text(r->file));
	json_object_set_new(o, "note", json_value_text(r->note));
	return o;
}

/* Takes vms. What every report has, and them. */
static char *dump_report(const struct model *m, json_t *o, json_t *vms)
{
	char time[40], *text;

	json_object_set_new(o, "schema", json_string(REPORT_JSON_SCHEMA));
	json_object_set_new(o, "version", json_string(KVMTOP_VERSION));
	json_object_set_new(o, "time", json_string(clock_stamp(m->real_ns, time, sizeof time)));
	json_object_set_new(o, "interval_s", json_value_number(m->interval_s));
	json_object_set_new(o, "recording", recording_object(&m->recording));
	json_object_set_new(o, "vms", vms);
	json_object_set_new(o, "sources", sources_array(m));
	text = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII | JSON_REAL_PRECISION(REAL_DIGITS));
	json_decref(o);
	return text;
}

char *report_json(const struct model *m, const struct findings *f)
{
	json_t *o = json_object(), *vms = json_array();

	for (size_t i = 0; i < m->vm_count; i++)
		json_array_append_new(vms, vm_object(m->vms[i], m, f));
	for (size_t i = 0; i < m->off.count; i++)
		json_array_append_new(vms, vm_object(m->off.vms[i], m, f));
	json_object_set_new(o, "host", host_object(m));
	json_object_set_new(o, "hot_symbols", json_symbols(&m->hot_symbols));
	json_object_set_new(o, "kvm_events", json_kvm_events(m));
	json_object_set_new(o, "kernel_log", json_kernel_log(m, f));
	return dump_report(m, o, vms);
}

static json_t *advice_object(const struct vm *vm, const struct model *m, const struct findings *f)
{
	json_t *o = json_object();

	json_object_set_new(o, "name", json_value_text(vm->name));
	json_object_set_new(o, "uuid", json_value_text(vm->uuid));
	json_object_set_new(o, "domain_claim", claim_object(vm));
	json_object_set_new(o, "pid", vm->id.pid ? json_integer(vm->id.pid) : json_null());
	json_object_set_new(o, "running", json_boolean(!vm->off));
	json_object_set_new(o, "state", json_value_state(vm->state));
	json_object_set_new(o, "cpu_pct", json_value_number(vm->cpu.cpu_pct));
	json_object_set_new(o, "exits_per_s", json_value_number(counters_exits_per_s(vm)));
	json_object_set_new(o, "pending", json_value_tristate(vm->pending));
	json_object_set_new(o, "findings", json_findings(vm, f));
	json_object_set_new(o, "baseline", json_baseline_of_vm(m, f, vm));
	json_object_set_new(o, "ended", json_boolean(vm->ended));
	return o;
}

char *report_json_advice(const struct model *m, const struct findings *f, const struct vm *only)
{
	json_t *vms = json_array();

	for (size_t i = 0; i < m->vm_count; i++)
		if (!only || m->vms[i] == only)
			json_array_append_new(vms, advice_object(m->vms[i], m, f));
	for (size_t i = 0; i < m->off.count; i++)
		if (!only || m->off.vms[i] == only)
			json_array_append_new(vms, advice_object(m->off.vms[i], m, f));
	return dump_report(m, json_object(), vms);
}
