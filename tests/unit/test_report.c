#include <errno.h>
#include <locale.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/version.h"
#include "model/vm_match.h"
#include "report/json.h"
#include "report/report.h"
#include "samples.h"

#define DOMAIN_XML                                                                          \
	"<domain type='kvm'>\n  <name>win10</name>\n"                                       \
	"  <clock offset='localtime'>\n    <timer name='hpet' present='no'/>\n  </clock>\n" \
	"</domain>\n"

static const struct rule rtc_rule = {
	.id = "R01",
	.title = "The guest uses the RTC as its tick",
	.severity = SEVERITY_CRITICAL,
};

/* Two ticks of a host with a VM of libvirt's, which polls the RTC, and one that nothing is known of. */
#define BUDGET "\"budget_cpu_pct\":5.0,\"budget_events_per_s\":200000.0"

struct world {
	struct model *model;
	struct finding finding;
	struct findings findings;
};

static void set_config(struct domain_config *c)
{
	static const struct domain_timer timers[] = {
		{ .name = "rtc", .tickpolicy = "catchup", .catchup_slew = 120 },
		{ .name = "hpet", .present = TRI_NO },
		{ .name = "tsc", .frequency_hz = 3000000000, .mode = "\xff\xfe" },
	};
	static const struct domain_enlightenment items[] = {
		{ .name = "relaxed", .state = TRI_YES },
		{ .name = "spinlocks", .state = TRI_YES, .value = "8191" },
		{ .name = "vendor_id", .state = TRI_YES, .value = "1234" },
		{ .name = "stimer.direct", .state = TRI_NO },
	};

	c->parsed = c->clock.known = c->hyperv.known = true;
	c->stack = DOMAIN_STACK_LIBVIRT;
	c->machine = (struct domain_machine){
		.type = "kvm",
		.machine = "pc-q35-7.2",
		.ovmf = TRI_YES,
		.pmu = TRI_NO,
		.usb = { "qemu-xhci", "" },
		.usb_count = 2,
		.usb_polled = DOMAIN_USB_PASSTHROUGH,
		.guest = DOMAIN_GUEST_LINUX,
		.vcpus = 2,
		.memory_kib = 2097152,
		.pinned = true,
		.has_qemu_arguments = true,
		.overrides = DOMAIN_OVERRIDE_CPU | DOMAIN_OVERRIDE_SCHEDULE,
	};
	strcpy(c->clock.offset, "localtime");
	strcpy(c->clock.adjustment, "-3600");
	c->clock.timers = mem_calloc(3, sizeof *timers);
	memcpy(c->clock.timers, timers, sizeof timers);
	c->clock.timer_count = 3;
	c->hyperv.items = mem_calloc(4, sizeof *items);
	memcpy(c->hyperv.items, items, sizeof items);
	c->hyperv.count = 4;
}

/* Of the 60 exits, which took 2000 ns, ten a little less. */
static struct sample_exit with_latency(struct sample_exit e)
{
	static const uint32_t counts[] = { 10, 0, 50 };

	e.latency = (struct latency_span){ latency_bucket(2000) - 2, 3, counts };
	return e;
}

static struct domain_enlightenment stimer = { .name = "stimer", .state = TRI_YES };

static const struct domain_config firecracker = {
	.stack = DOMAIN_STACK_FIRECRACKER,
	.from_command_line = true,
};

static const struct domain_config proxmox = {
	.stack = DOMAIN_STACK_PROXMOX,
	.stack_id = "100",
	.parsed = true,
	.from_command_line = true,
	.clock = { .known = true, .offset = "localtime" },
	.hyperv = { .known = true, .items = &stimer, .count = 1 },
	.machine = { .type = "kvm", .cpu_pm = TRI_YES },
};

/* CPU 1 is offline, and of CPU 2 only the number can be read. */
static void set_cpus(struct sample *s, uint64_t n)
{
	s->host.per_cpu_count = 2;
	s->host.per_cpu = arena_array(&s->arena, 2, sizeof *s->host.per_cpu);
	s->host.per_cpu[0] = (struct sample_cpu){ .user_ticks = 10 * n,
		.system_ticks = 5 * n,
		.idle_ticks = 50 * n,
		.iowait_ticks = 10 * n,
		.steal_ticks = 5 * n,
		.guest_ticks = 20 * n };
	s->host.per_cpu[1] = sample_cpu_unknown(2);
}

static struct sample *tick(int n)
{
	struct sample *s = traced_sample_at(n);
	struct sample_thread *t;
	struct sample_vm *vm;
	struct domain *d;

	s->domains = domain_set_new(1);
	d = &s->domains->items[0];
	d->name = mem_strdup("win10");
	d->state = DOMAIN_RUNNING;
	d->persistent = true;
	d->inactive_xml = mem_strdup(DOMAIN_XML);
	set_config(&d->live);
	set_config(&d->inactive);
	d->inactive.clock.timers[1].present = TRI_YES;

	snprintf(s->host.name, sizeof s->host.name, "host1");
	s->host.cpus = 4;
	s->host.uptime_s = 3 * 86400 + 2 * 3600 + 61;
	s->host.memory_kib = 8113624;
	set_cpus(s, (uint64_t)n);
	sample_set_source(s, SOURCE_PROC, NULL);
	sample_set_source(s, SOURCE_LIBVIRT, "start %s", "it\033[2J");

	vm = add_vm(s, 21715, "win10");
	vm->uuid = "5f3c2b1a-0000-4000-8000-123456789abc";
	vm->domain = d;
	t = add_thread(vm, 21720, THREAD_VCPU, 0);
	snprintf(t->name, sizeof t->name, "CPU 0/KVM");
	t->cpu_ns = (uint64_t)n * NS_PER_S / 2;
	t->wait_ns = SAMPLE_UNKNOWN;
	t->utime_ticks = t->guest_ticks = cs_ticks((uint64_t)n * 10);
	t->stime_ticks = cs_ticks((uint64_t)n * 40);
	add_exits(s, 21720, 0, exits_of(VMX_KEY(12), "HLT", 25, 1000000));
	add_exits(s, 21720, 0,
		with_latency(
			exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 60, 2000)));
	add_exits(s, 21720, 0,
		exits_of(IO_KEY(EXIT_DETAIL_PORT_OUT, 0x70), "IO_INSTRUCTION", 10, 2000));
	add_exits(s, 21720, 0,
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x1234), "IO_INSTRUCTION", 5, 2000));
	add_irqs(s, 21720, 8, 64, 63);
	add_irqs(s, 21720, 20, 2, 2);
	s->tracing.details = true;
	s->tracing.duty = 1;
	s->tracing.budget_cpu_pct = 5;
	s->tracing.budget_events_per_s = 200000;

	add_vm(s, 300, "日本\033[31m")->config = &firecracker;
	add_vm(s, 301, "unknown");
	add_vm(s, 302, "proxmox")->config = &proxmox;
	return s;
}

static int set_up(void **state)
{
	struct world *w = mem_calloc(1, sizeof *w);

	w->model = model_new();
	model_update(w->model, tick(0));
	model_update(w->model, tick(1));
	w->finding = (struct finding){
		.rule = &rtc_rule,
		.vm = w->model->vms[0]->id,
		.severity = SEVERITY_CRITICAL,
		.confidence = CONFIDENCE_MEDIUM,
		.caveat = "Not sure.",
		.summary = "RTC polling 17.9k/s",
		.diagnosis = "The guest asks the RTC \033[5m all the time.",
		.evidence = { "17903 accesses/s", "stimer off" },
		.evidence_count = 2,
		.remedies = { REMEDY_HYPERV_TIMERS, REMEDY_HPET_ON },
		.remedy_count = 2,
	};
	w->findings = (struct findings){ .items = &w->finding, .count = 1 };
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	model_free(w->model);
	free(w);
	return 0;
}

/* What a tick writes; the caller frees it. */
static char *written(const struct world *w, enum report_format format)
{
	struct strbuf out = { 0 };

	assert_int_equal(
		report_tick(&out, (struct report_form){ format, 0 }, w->model, &w->findings), 0);
	assert_int_equal(strlen(strbuf_text(&out)), out.length);
	return strbuf_take(&out);
}

static json_t *parsed(const struct world *w)
{
	char *text = written(w, REPORT_JSON);
	json_error_t error;
	json_t *o = json_loads(text, JSON_REJECT_DUPLICATES, &error);

	if (!o)
		fail_msg("%s: %s", error.text, text);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
	for (const char *c = text; *c; c++)
		assert_true(*c == '\n' || (*c >= ' ' && *c < 0x7f));
	free(text);
	return o;
}

/* The member at path: "vms.0.threads.1.tid". Fails when there is none: unknown is null, not absent. */
static json_t *at(json_t *o, const char *path)
{
	char steps[128], *save, *step;

	snprintf(steps, sizeof steps, "%s", path);
	for (step = strtok_r(steps, ".", &save); step; step = strtok_r(NULL, ".", &save)) {
		o = json_is_array(o) ? json_array_get(o, strtoul(step, NULL, 10))
				     : json_object_get(o, step);
		if (!o)
			fail_msg("no %s in %s", step, path);
	}
	return o;
}

/* The order of an object's members says nothing. */
static char *dumped(const json_t *value)
{
	return json_dumps(value, JSON_COMPACT | JSON_ENCODE_ANY | JSON_ENSURE_ASCII |
					 JSON_SORT_KEYS | JSON_REAL_PRECISION(12));
}

static void json_tells_every_member(void **state)
{
	/* The JSON text of the member; "..." at the end: it starts so. */
	static const struct {
		const char *path, *json;
	} cases[] = {
		{ "schema", "\"" REPORT_JSON_SCHEMA "\"" },
		{ "version", "\"" KVMTOP_VERSION "\"" },
		{ "time", "\"2018-09-02T14:07:31.250Z\"" },
		{ "interval_s", "1.0" },
		{ "host.name", "\"host1\"" },
		{ "host.cpus", "4" },
		{ "host.uptime_s", "266461.0" },
		{ "host.load", "[null,null,null]" },
		{ "host.guest_pct", "null" },
		{ "host.user_pct", "null" },
		{ "host.system_pct", "null" },
		{ "host.idle_pct", "null" },
		{ "host.iowait_pct", "null" },
		{ "host.steal_pct", "null" },
		{ "host.per_cpu", "[{\"number\":0,\"busy_pct\":40.0,\"guest_pct\":20.0,"
				  "\"user_pct\":10.0,\"system_pct\":5.0,\"idle_pct\":60.0,"
				  "\"iowait_pct\":10.0,\"steal_pct\":5.0},"
				  "{\"number\":2,\"busy_pct\":null,\"guest_pct\":null,"
				  "\"user_pct\":null,\"system_pct\":null,\"idle_pct\":null,"
				  "\"iowait_pct\":null,\"steal_pct\":null}]" },
		{ "host.memory_kib", "8113624" },
		{ "host.memory_used_kib", "null" },
		{ "host.swap_kib", "null" },
		{ "host.swap_used_kib", "null" },
		{ "host.ksmd_pct", "null" },
		{ "host.kswapd_pct", "null" },
		{ "host.own_cpu_pct", "null" },
		{ "host.exits_per_s", "100.0" },
		{ "host.lost", "0" },
		{ "host.lost_unknown", "false" },
		{ "host.tracing", "{\"details\":true,\"tracer\":\"ring\",\"shed\":\"nothing\","
				  "\"only_pid\":null,"
				  "\"duty\":1.0," BUDGET "}" },
		{ "vms.0.name", "\"win10\"" },
		{ "vms.0.uuid", "\"5f3c2b1a-0000-4000-8000-123456789abc\"" },
		{ "vms.0.domain_claim", "null" },
		{ "vms.0.pid", "21715" },
		{ "vms.0.vcpus", "1" },
		{ "vms.0.state", "\"running\"" },
		{ "vms.0.cpu_pct", "50.0" },
		{ "vms.0.guest_pct", "10.0" },
		{ "vms.0.user_pct", "0.0" },
		{ "vms.0.system_pct", "40.0" },
		{ "vms.0.wait_pct", "null" },
		{ "vms.0.exits_per_s", "100.0" },
		{ "vms.0.top_exit", "\"IO_INSTRUCTION 75.0%\"" },
		{ "vms.0.threads.0.tid", "21720" },
		{ "vms.0.threads.0.name", "\"CPU 0/KVM\"" },
		{ "vms.0.threads.0.kind", "\"vcpu\"" },
		{ "vms.0.threads.0.vcpu", "0" },
		{ "vms.0.threads.0.cpu_pct", "50.0" },
		{ "vms.0.threads.0.guest_pct", "10.0" },
		{ "vms.0.threads.0.user_pct", "0.0" },
		{ "vms.0.threads.0.system_pct", "40.0" },
		{ "vms.0.threads.0.wait_pct", "null" },
		{ "vms.0.threads.0.exits_per_s", "100.0" },
		{ "vms.0.threads.0.exits.1.reason", "\"HLT\"" },
		{ "vms.0.exits.0.reason", "\"IO_INSTRUCTION\"" },
		{ "vms.0.exits.0.samples", "75" },
		{ "vms.0.exits.0.samples_pct", "75.0" },
		{ "vms.0.exits.0.time_pct", "0.596421471173" },
		{ "vms.0.exits.0.min_us", "2.0" },
		{ "vms.0.exits.0.max_us", "2.0" },
		{ "vms.0.exits.0.avg_us", "2.0" },
		{ "vms.0.exits.0.stderr_pct", "0.0" },
		{ "vms.0.exits.0.per_s", "75.0" },
		{ "vms.0.exits.0.p50_us", "2.0" },
		{ "vms.0.exits.0.p99_us", "2.0" },
		{ "vms.0.exits.0.sampled", "false" },
		{ "vms.0.exits.0.latency", "[[1280,10],[1792,50]]" },
		{ "vms.0.exits.0.details.0",
			"{\"kind\":\"port\",\"number\":113,\"direction\":\"in\",\"name\":\"RTC\","
			"\"samples\":60,\"samples_pct\":60.0,\"time_pct\":0.477137176938,"
			"\"min_us\":2.0,\"max_us\":2.0,\"avg_us\":2.0,\"stderr_pct\":0.0,"
			"\"p50_us\":2.0,\"p99_us\":2.0,\"per_s\":60.0,\"sampled\":false,"
			"\"coarse\":false,\"overlaps\":false}" },
		{ "vms.0.exits.0.details.1.number", "112" },
		{ "vms.0.exits.0.details.1.direction", "\"out\"" },
		{ "vms.0.exits.0.details.1.p50_us", "null" },
		{ "vms.0.exits.0.details.2.number", "4660" },
		{ "vms.0.exits.0.details.2.name", "null" },
		{ "vms.0.exits.1.latency", "[]" },
		{ "vms.0.exits.1.details", "[]" },
		{ "vms.0.exits.1.p50_us", "null" },
		{ "vms.0.threads.0.exits.0.details.0.number", "113" },
		{ "vms.0.threads.0.exits.0.p99_us", "2.0" },
		{ "vms.0.irq_lines",
			"[{\"name\":\"RTC\",\"gsi\":8,\"raised\":64,\"lowered\":63,\"per_s\":64.0},"
			"{\"name\":\"PCI "
			"INTx\",\"gsi\":20,\"raised\":2,\"lowered\":2,\"per_s\":2.0}]" },
		{ "vms.0.exits.1.reason", "\"HLT\"" },
		{ "vms.0.clock.offset", "\"localtime\"" },
		{ "vms.0.clock.timezone", "null" },
		{ "vms.0.clock.timers.0",
			"{\"name\":\"rtc\",\"present\":null,\"tickpolicy\":"
			"\"catchup\",\"track\":null,\"mode\":null,\"frequency_hz\":null,"
			"\"catchup_threshold\":null,\"catchup_slew\":120,\"catchup_limit\":null}" },
		{ "vms.0.clock.start", "null" },
		{ "vms.0.clock.basis", "null" },
		{ "vms.0.clock.adjustment", "\"-3600\"" },
		{ "vms.0.machine",
			"{\"told_by\":\"libvirt\",\"stack\":\"libvirt\",\"stack_id\":null,"
			"\"type\":\"kvm\",\"arch\":null,\"machine\":\"pc-q35-7.2\",\"emulator\":"
			"null,"
			"\"os_id\":null,\"cpu_mode\":null,\"cpu_model\":null,\"ioapic\":null,"
			"\"msrs_unknown\":null,\"ovmf\":true,\"invtsc\":null,\"nested\":null,"
			"\"cpu_pm\":null,\"kvm_hidden\":null,\"hint_dedicated\":null,"
			"\"poll_control\":null,\"pv_ipi\":null,\"dirty_ring\":null,"
			"\"dirty_ring_size\":null,\"pvspinlock\":null,\"apic_eoi\":null,\"pmu\":"
			"false,"
			"\"vmport\":null,\"rapl\":null,\"usb_tablet\":null,\"usb_polled\":"
			"\"passthrough\","
			"\"guest\":\"linux\",\"pinned\":true,"
			"\"hugepages\":false,\"nosharepages\":false,\"qemu_arguments\":true,"
			"\"vcpus\":2,\"memory_kib\":2097152,\"usb\":[\"qemu-xhci\",null],"
			"\"overrides\":[\"cpu\",\"overcommit\"]}" },
		{ "vms.0.clock.timers.1.present", "false" },
		{ "vms.0.clock.timers.2.mode", "\"??\"" },
		{ "vms.0.clock.timers.2.frequency_hz", "3000000000" },
		{ "vms.0.hyperv.mode", "null" },
		{ "vms.0.hyperv.features", "{\"relaxed\":{\"state\":true},\"spinlocks\":{\"state\":"
					   "true,\"retries\":8191},"
					   "\"vendor_id\":{\"state\":true,\"value\":\"1234\"},"
					   "\"stimer.direct\":{\"state\":false}}" },
		{ "vms.0.pending", "true" },
		{ "vms.0.findings.0.rule", "\"R01\"" },
		{ "vms.0.findings.0.severity", "\"critical\"" },
		{ "vms.0.findings.0.confidence", "\"medium\"" },
		{ "vms.0.findings.0.caveat", "\"Not sure.\"" },
		{ "vms.0.findings.0.folded", "[]" },
		{ "vms.0.findings.0.title", "\"The guest uses the RTC as its tick\"" },
		{ "vms.0.findings.0.summary", "\"RTC polling 17.9k/s\"" },
		{ "vms.0.findings.0.diagnosis", "\"The guest asks the RTC \\u001B[5m..." },
		{ "vms.0.findings.0.evidence", "[\"17903 accesses/s\",\"stimer off\"]" },
		{ "vms.0.findings.0.remedies.0.id", "\"hyperv-timers\"" },
		{ "vms.0.findings.0.remedies.1.id", "\"hpet-on\"" },
		{ "vms.0.findings.0.remedies.1.title", "\"..." },
		{ "vms.0.findings.0.remedies.1.xml_diff", "\"---..." },
		{ "vms.0.findings.0.remedies.1.command", "\"..." },
		{ "vms.0.findings.0.remedies.1.qemu_arguments", "\"..." },
		{ "vms.0.findings.0.remedies.1.stack_way", "null" },
		{ "vms.0.findings.0.remedies.1.virt_xml", "null" },
		{ "vms.0.findings.0.remedies.1.expect", "\"..." },
		{ "vms.0.findings.0.remedies.1.cost", "\"..." },
		{ "vms.0.findings.0.remedies.1.when_not", "\"..." },
		{ "vms.0.findings.0.remedies.1.source", "\"..." },
		{ "vms.0.findings.0.remedies.1.why", "null" },
		{ "vms.0.findings.0.remedies.1.pending", "false" },
		{ "vms.1.name", "\"\\u65E5\\u672C?[31m\"" },
		{ "vms.1.uuid", "null" },
		{ "vms.1.vcpus", "null" },
		{ "vms.1.state", "null" },
		{ "vms.1.cpu_pct", "null" },
		{ "vms.1.exits_per_s", "0.0" },
		{ "vms.1.top_exit", "null" },
		{ "vms.1.threads", "[]" },
		{ "vms.1.exits", "[]" },
		{ "vms.1.irq_lines", "[]" },
		{ "vms.1.clock", "null" },
		{ "vms.1.machine.stack", "\"Firecracker\"" },
		{ "vms.1.machine.told_by", "null" },
		{ "vms.1.machine.pinned", "null" },
		{ "vms.1.machine.usb", "null" },
		{ "vms.1.machine.overrides", "null" },
		{ "vms.2.machine", "null" },
		{ "vms.3.machine.told_by", "\"command line\"" },
		{ "vms.3.machine.stack", "\"Proxmox VE\"" },
		{ "vms.3.machine.stack_id", "\"100\"" },
		{ "vms.3.clock.offset", "\"localtime\"" },
		{ "vms.3.hyperv.features.stimer.state", "true" },
		{ "vms.3.pending", "null" },
		{ "vms.1.hyperv", "null" },
		{ "vms.1.pending", "null" },
		{ "vms.1.findings", "[]" },
		{ "sources.0", "{\"name\":\"proc\",\"ok\":true,\"why\":null}" },
		{ "sources.1.ok", "false" },
		{ "sources.2", "{\"name\":\"libvirt\",\"ok\":false,\"why\":\"start it?[2J\"}" },
	};
	json_t *o = parsed(*state);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *json = dumped(at(o, cases[i].path));
		const char *more = strstr(cases[i].json, "...");
		json_t *whole = more ? NULL : json_loads(cases[i].json, JSON_DECODE_ANY, NULL);
		char *wanted = whole ? dumped(whole)
				     : strndup(cases[i].json, (size_t)(more - cases[i].json));

		if (strncmp(json, wanted, strlen(wanted) + !more) != 0)
			fail_msg("%s is %s, not %s", cases[i].path, json, wanted);
		json_decref(whole);
		free(wanted);
		free(json);
	}
	assert_int_equal(json_array_size(at(o, "vms")), 4);
	assert_int_equal(json_array_size(at(o, "vms.0.exits.0.details")), 3);
	assert_null(json_object_get(at(o, "vms.0.threads.0.exits.0"), "latency"));
	assert_int_equal(json_array_size(at(o, "sources")), SOURCE__COUNT);
	json_decref(o);
}

/* Before there are two samples, and with no VM, the object has the same members. */
static void json_of_nothing(void **state)
{
	struct world w = { .model = model_new() };
	json_t *o;

	(void)state;
	model_update(w.model, sample_at(0));
	o = parsed(&w);
	assert_true(json_is_null(at(o, "interval_s")));
	assert_true(json_is_null(at(o, "host.lost")));
	assert_true(json_is_null(at(o, "host.uptime_s")));
	assert_true(json_is_null(at(o, "host.per_cpu")));
	assert_int_equal(json_array_size(at(o, "vms")), 0);
	json_decref(o);
	model_free(w.model);
}

/* Without tracing the exits are not known: that is not the same as none. */
static void json_of_untraced(void **state)
{
	struct world w = { .model = model_new() };
	json_t *o;

	(void)state;
	for (int n = 0; n < 2; n++) {
		struct sample *s = sample_at(n);

		add_thread(add_vm(s, 21715, "win10"), 21720, THREAD_VCPU, 0);
		model_update(w.model, s);
	}
	o = parsed(&w);
	assert_true(json_is_null(at(o, "vms.0.exits_per_s")));
	assert_true(json_is_null(at(o, "vms.0.exits")));
	assert_true(json_is_null(at(o, "vms.0.threads.0.exits")));
	assert_true(json_is_null(at(o, "vms.0.irq_lines")));
	assert_true(json_is_false(at(o, "host.tracing.details")));
	assert_true(json_is_null(at(o, "host.tracing.duty")));
	assert_true(json_is_null(at(o, "host.tracing.tracer")));
	json_decref(o);
	model_free(w.model);
}

/* What the budget does not allow, at each of its levels, in both forms. */
static void shed_levels_are_told(void **state)
{
	static const struct {
		enum tracing_shed shed;
		const char *json, *text;
	} cases[] = {
		{ TRACING_SHED_NOTHING,
			"{\"details\":true,\"tracer\":\"ring\",\"shed\":\"nothing\",\"only_pid\":"
			"null,\"duty\":0."
			"05," BUDGET "}",
			NULL },
		{ TRACING_SHED_DETAILS,
			"{\"details\":false,\"tracer\":\"ring\",\"shed\":\"details\",\"only_pid\":"
			"null,\"duty\":0."
			"05," BUDGET "}",
			"\nmore exits than the budget allows (5 % CPU, 200000 events/s): "
			"details " },
		{ TRACING_SHED_VMS,
			"{\"details\":false,\"tracer\":\"ring\",\"shed\":\"vms\",\"only_pid\":"
			"21715,\"duty\":0."
			"05," BUDGET "}",
			" only win10 is traced, without details; kvmtop --budget raises it\n" },
		{ TRACING_SHED_TIME,
			"{\"details\":false,\"tracer\":\"ring\",\"shed\":\"time\",\"only_pid\":"
			"21715,\"duty\":0."
			"05," BUDGET "}",
			" only win10 is traced, without details, 1/20 of the time, and scaled up" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct world w = { .model = model_new() };
		const bool sampled = cases[i].shed == TRACING_SHED_TIME;
		char *text, *json;
		json_t *o;

		for (int n = 0; n < 2; n++) {
			struct sample *s = tick(n);

			s->tracing.shed = cases[i].shed;
			s->tracing.only_pid = cases[i].shed >= TRACING_SHED_VMS ? 21715 : 0;
			s->tracing.details = cases[i].shed == TRACING_SHED_NOTHING;
			s->tracing.duty = 0.05;
			model_update(w.model, s);
		}
		o = parsed(&w);
		text = written(&w, REPORT_TEXT);
		json = json_dumps(at(o, "host.tracing"), JSON_COMPACT | JSON_REAL_PRECISION(12));
		assert_string_equal(json, cases[i].json);
		assert_int_equal(json_is_true(at(o, "vms.0.exits.0.sampled")), sampled);
		assert_int_equal(json_is_true(at(o, "vms.0.exits.0.details.0.sampled")), sampled);
		assert_int_equal(
			json_integer_value(at(o, "vms.0.exits.0.samples")), sampled ? 1500 : 75);
		assert_int_equal(json_is_null(at(o, "vms.0.irq_lines")), i > 0);
		assert_int_equal(json_is_null(at(o, "vms.1.exits")), i > 1);
		assert_true(cases[i].text ? strstr(text, cases[i].text) != NULL
					  : strstr(text, "budget") == NULL);
		assert_int_equal(strstr(text, "  IO_INSTRUCTION          ~1500") != NULL, sampled);
		assert_int_equal(strstr(text, "  interrupt line  ") != NULL, i == 0);
		free(json);
		free(text);
		json_decref(o);
		model_free(w.model);
	}
}

/* Of one reason the text has the devices that are used most, JSON all that is known. */
static void text_has_the_most_frequent_devices(void **state)
{
	struct world w = { .model = model_new() };
	char *text, name[32];
	json_t *o;

	(void)state;
	for (int n = 0; n < 2; n++) {
		struct sample *s = traced_sample_at(n);

		add_thread(add_vm(s, 21715, "win10"), 21720, THREAD_VCPU, 0);
		for (uint64_t port = 0; port < 8; port++)
			add_exits(s, 21720, 0,
				exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0xc000 + port),
					"IO_INSTRUCTION", 10 + port, 2000));
		model_update(w.model, s);
	}
	o = parsed(&w);
	text = written(&w, REPORT_TEXT);
	assert_int_equal(json_array_size(at(o, "vms.0.exits.0.details")), 8);
	assert_int_equal(json_integer_value(at(o, "vms.0.exits.0.details.7.number")), 0xc000);
	for (int port = 0; port < 8; port++) {
		snprintf(name, sizeof name, "\n    port 0xc00%d in ", port);
		assert_int_equal(strstr(text, name) != NULL, port >= 3);
	}
	json_decref(o);
	free(text);
	model_free(w.model);
}

static void text_tells_all(void **state)
{
	static const char *const lines[] = {
		"kvmtop " KVMTOP_VERSION
		"  2018-09-02T14:07:31.250Z  host1  up 3d 2:01  4 CPUs  load - - -",
		"VMs 4  exits/s 100  lost 0  interval 1.00 s  own CPU -",
		"Mem used - of 7.7G  swap used - of -",
		"libvirt is off: start it?[2J",
		"VM               PID vCPU   %CPU  guest   user    sys   wait exits/s top exit",
		"win10          21715    1   50.0   10.0    0.0   40.0      -     100 "
		"IO_INSTRUCTION 75.0%",
		"日本?[31m        300    -      -      -      -      -      -       0 -",
		"win10 (pid 21715)",
		"  CPU 0/KVM         21720   50.0   10.0    0.0   40.0      -     100",
		"  VM-EXIT               samples   smp%  time%      min      max       avg      ± "
		"     p50      p99   per s",
		"  IO_INSTRUCTION             75  75.00   0.60     2.00     2.00      2.00   0.00 "
		"    2.00     2.00      75",
		"    RTC 0x70/0x71            70  70.00   0.56     2.00     2.00      2.00   0.00 "
		"    2.00     2.00      70",
		"    port 0x1234 in            5   5.00   0.04     2.00     2.00      2.00   0.00 "
		"       -        -       5",
		"  HLT                        25  25.00  99.40  1000.00  1000.00   1000.00   0.00 "
		"       -        -      25",
		"  interrupt line    gsi   raised  lowered   per s",
		"  RTC                 8       64       63      64",
		"  PCI INTx           20        2        2       2",
		"  clock   localtime -3600 s  rtc catchup  pit default  hpet no  hypervclock no"
		"  tsc ?? 3000 MHz",
		"  hyperv  relaxed spinlocks 8191 vendor_id 1234",
		"  kvm     pmu off  changed by <qemu:commandline>",
		"  A change of these is defined: shut the guest down and start it again.",
		"  ! R01 critical, confidence medium, likely: RTC polling 17.9k/s",
		"    The guest asks the RTC ?[5m all the time.",
		"    - 17903 accesses/s",
		"    but: Not sure.",
		"    remedy 1: Give the guest Hyper-V synthetic timers",
		"proxmox (pid 302)",
		"  clock   localtime  rtc default  pit default  hpet default  hypervclock no",
		"  hyperv  stimer",
		"  kvm     cpu-pm on",
	};
	char *text = written(*state, REPORT_TEXT), *from = text;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		char *found = strstr(from, lines[i]);

		if (!found || (found > text && found[-1] != '\n') ||
			(found[strlen(lines[i])] != '\n' && !strstr(lines[i], "own CPU -")))
			fail_msg("no line \"%s\" in what is left:\n%s", lines[i], from);
		from = found + strlen(lines[i]);
	}
	assert_null(strstr(text, " \n"));
	for (const char *c = text; *c; c++)
		assert_true(*c == '\n' || (unsigned char)*c >= ' ');
	free(text);
}

static void a_vm_that_has_ended(void **state)
{
	struct world w = { .model = model_new() };
	char *text, *csv;
	json_t *o;

	(void)state;
	for (int n = 0; n < 3; n++) {
		struct sample *s = traced_sample_at(n);
		struct sample_vm *vm = add_vm(s, 21715, "win10");
		struct sample_thread *t = add_thread(vm, 21720, THREAD_VCPU, 0);

		add_exits(s, 21720, 0, exits_of(VMX_KEY(12), "HLT", 10, 2000));
		if (n)
			add_exits(s, 99, 0, exits_of(VMX_KEY(12), "HLT", 3, 2000));
		add_vm(s, 300, "other");
		t->cpu_ns = (uint64_t)n * NS_PER_S / 2;
		if (n == 2) {
			vm->ended = true;
			t->cpu_ns = t->wait_ns = SAMPLE_UNKNOWN;
			t->utime_ticks = t->stime_ticks = t->guest_ticks = SAMPLE_UNKNOWN;
		}
		model_update(w.model, s);
		if (n != 1)
			continue;
		o = parsed(&w);
		assert_true(json_is_false(at(o, "vms.0.ended")));
		assert_near(json_number_value(at(o, "vms.0.cpu_pct")), 50, 1e-9);
		json_decref(o);
	}
	o = parsed(&w);
	assert_true(json_is_true(at(o, "vms.0.ended")));
	assert_true(json_is_false(at(o, "vms.1.ended")));
	assert_int_equal(json_integer_value(at(o, "vms.0.exits.0.samples")), 10);
	assert_true(json_is_null(at(o, "vms.0.cpu_pct")));
	assert_true(json_is_null(at(o, "vms.0.threads.0.cpu_pct")));
	assert_int_equal(json_array_size(at(o, "vms.0.findings")), 0);
	assert_int_equal(json_integer_value(at(o, "host.unattributed")), 3);
	json_decref(o);
	text = written(&w, REPORT_TEXT);
	assert_non_null(strstr(text, "\nVMs 1  "));
	assert_non_null(strstr(text, "\nwin10 (pid 21715), ended\n"));
	assert_non_null(strstr(text, "\nother (pid 300)\n"));
	free(text);
	csv = written(&w, REPORT_CSV);
	assert_non_null(strstr(csv, ",true\n"));
	assert_non_null(strstr(csv, ",false\n"));
	free(csv);
	model_free(w.model);
}

static void text_without_vms_says_so(void **state)
{
	struct world w = { .model = model_new() };
	char *text;

	(void)state;
	model_update(w.model, sample_at(0));
	text = written(&w, REPORT_TEXT);
	assert_non_null(strstr(text, "\nNo running VMs found.\n"));
	free(text);
	model_free(w.model);
}

/* In a locale that does not know it, the sign for the standard error is written as perf writes it. */
/* The host's own figures are of all its VMs, however few are told of. */
static void text_of_chosen_vms_says_how_many_are_not(void **state)
{
	const struct world *w = *state;
	const char *const win10[] = { "win10" }, *const nobody[] = { "nobody" };
	struct world narrow = *w;
	struct model one = vm_match_narrow(w->model, win10, 1);
	struct model none = vm_match_narrow(w->model, nobody, 1);
	char *text;

	narrow.model = &one;
	text = written(&narrow, REPORT_TEXT);
	assert_non_null(strstr(text, "\nVMs 1 of 4  exits/s"));
	assert_non_null(strstr(text, "\nwin10 (pid 21715)\n"));
	assert_non_null(strstr(text, "! R01"));
	assert_null(strstr(text, "proxmox"));
	free(text);
	narrow.model = &none;
	text = written(&narrow, REPORT_TEXT);
	assert_non_null(strstr(text, "\nVMs 0 of 4  exits/s"));
	assert_non_null(strstr(text, "None of the VMs that are asked for runs; 4 others do.\n"));
	assert_null(strstr(text, "win10"));
	free(text);
	vm_match_release(&one);
	vm_match_release(&none);
}

static void ascii_where_the_locale_is(void **state)
{
	char *text;

	setlocale(LC_CTYPE, "C");
	text = written(*state, REPORT_TEXT);
	setlocale(LC_CTYPE, "C.UTF-8");
	assert_null(strstr(text, "±"));
	assert_non_null(strstr(text, "+-      p50      p99   per s\n"));
	free(text);
}

static void time_is_rfc_3339(void **state)
{
	static const struct {
		uint64_t real_ns;
		const char *text;
	} cases[] = {
		{ 0, "1970-01-01T00:00:00.000Z" },
		{ 999999999, "1970-01-01T00:00:00.999Z" },
		{ 1709210096007000000, "2024-02-29T12:34:56.007Z" },
	};
	char out[40];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(clock_stamp(cases[i].real_ns, out, sizeof out), cases[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(json_tells_every_member, set_up, tear_down),
		cmocka_unit_test(json_of_nothing),
		cmocka_unit_test(json_of_untraced),
		cmocka_unit_test(shed_levels_are_told),
		cmocka_unit_test(text_has_the_most_frequent_devices),
		cmocka_unit_test_setup_teardown(text_tells_all, set_up, tear_down),
		cmocka_unit_test(text_without_vms_says_so),
		cmocka_unit_test(a_vm_that_has_ended),
		cmocka_unit_test_setup_teardown(
			text_of_chosen_vms_says_how_many_are_not, set_up, tear_down),
		cmocka_unit_test_setup_teardown(ascii_where_the_locale_is, set_up, tear_down),
		cmocka_unit_test(time_is_rfc_3339),
	};

	setlocale(LC_CTYPE, "C.UTF-8");
	return cmocka_run_group_tests(tests, NULL, NULL);
}
