#include "scene.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "domain/domain_xml.h"
#include "model/baseline.h"
#include "model/counters.h"

enum { THREADS_MAX = 64 };

/* A row of perf kvm stat's table. */
struct exit_figures {
	const char *name;
	uint32_t reason; /* VMX basic exit reason */
	uint64_t samples;
	double min_us, max_us, avg_us, stderr_pct;
};

struct detail_figures {
	uint32_t reason;
	enum exit_detail detail;
	uint64_t number;
	uint64_t samples;
	double min_us, max_us, avg_us;
};

/* clang-format off */
static const struct exit_figures storm_exits[] = {
	{ "IO_INSTRUCTION",      30, 55654,  3.54,    74.94,   13.63,  0.24 },
	{ "MSR_READ",            31,  7114,  1.46,    16.58,    1.87,  0.30 },
	{ "MSR_WRITE",           32,  3781,  2.09,     9.84,    2.88,  0.35 },
	{ "HLT",                 12,  2933,  1.71, 15227.79,  341.97,  8.91 },
	{ "EXTERNAL_INTERRUPT",   1,   731,  1.19,     7.07,    2.63,  0.95 },
	{ "PENDING_INTERRUPT",    7,   413,  1.32,     2.96,    2.25,  0.50 },
	{ "TPR_BELOW_THRESHOLD", 43,    82,  2.54,     3.69,    2.93,  1.12 },
	{ "EPT_VIOLATION",       48,    26,  3.81,    36.55,    8.78, 15.27 },
	{ "EPT_MISCONFIG",       49,     7, 12.27,    39.47,   21.80, 17.78 },
	{ "PAUSE_INSTRUCTION",   40,     5,  1.61,     1.99,    1.81,  4.30 },
};

/* MSR_WRITE and EPT_MISCONFIG leave an "other". */
static const struct detail_figures storm_details[] = {
	{ 30, EXIT_DETAIL_PORT_IN,         0x71, 26855,  3.54, 74.94, 16.90 },
	{ 30, EXIT_DETAIL_PORT_OUT,        0x70, 26854,  3.54, 74.94, 10.12 },
	{ 30, EXIT_DETAIL_PORT_IN,        0x608,  1800,  3.54, 74.94, 15.30 },
	{ 30, EXIT_DETAIL_PORT_OUT,        0x20,   145,  3.54, 74.94,  3.60 },
	{ 31, EXIT_DETAIL_MSR_READ,  0x40000020,  7001,  1.46, 16.58,  1.85 },
	{ 31, EXIT_DETAIL_MSR_READ,        0x1b,   113,  1.81,  9.33,  3.11 },
	{ 32, EXIT_DETAIL_MSR_WRITE, 0x40000070,  3120,  2.09,  9.84,  2.71 },
	{ 32, EXIT_DETAIL_MSR_WRITE, 0x400000b1,   402,  2.31,  8.12,  3.02 },
	{ 49, EXIT_DETAIL_MMIO_READ, 0xfed000f0,     5, 12.27, 39.47, 19.60 },
};

static const struct irq_line storm_irqs[] = {
	{ 0, 3, 3 }, { 8, 3072, 3072 }, { 9, 12, 12 }, { 12, 151, 151 }, { 20, 51, 51 },
};

static const struct exit_figures quiet_exits[] = {
	{ "MSR_READ",            31, 1501,  3.25,    23.38,     5.36, 0.75 },
	{ "MSR_WRITE",           32,  192,  5.48,    49.34,    15.46, 3.90 },
	{ "HLT",                 12,  174,  4.16, 15716.32, 10431.50, 4.98 },
	{ "IO_INSTRUCTION",      30,   50,  7.80,    83.96,    33.46, 6.40 },
	{ "EXTERNAL_INTERRUPT",   1,   39,  3.47,    17.31,     6.20, 7.28 },
	{ "PENDING_INTERRUPT",    7,    7,  4.97,     8.10,     6.39, 6.23 },
	{ "TPR_BELOW_THRESHOLD", 43,    7,  7.16,    10.22,     8.94, 5.35 },
	{ "EPT_MISCONFIG",       49,    7, 36.36,    42.87,    37.42, 2.43 },
	{ "PAUSE_INSTRUCTION",   40,    3,  3.39,     3.72,     3.59, 2.83 },
	{ "EPT_VIOLATION",       48,    1, 68.73,    68.73,    68.73, 0.00 },
};

static const struct exit_figures linux_exits[] = {
	{ "HLT",                 12,  750,  2.10, 98231.40, 12871.20, 3.10 },
	{ "MSR_WRITE",           32,  401,  1.02,     8.11,     1.94, 1.20 },
	{ "EXTERNAL_INTERRUPT",   1,   79,  1.11,     6.90,     2.40, 2.75 },
};
/* clang-format on */

static struct summary make_summary(
	uint64_t n, double min_us, double max_us, double avg_us, double stderr_pct)
{
	const double mean_ns = avg_us * NS_PER_US, spread = stderr_pct / 100 * mean_ns;

	return (struct summary){
		.count = n,
		.total_ns = (uint64_t)(mean_ns * (double)n),
		.min_ns = (uint64_t)(min_us * NS_PER_US),
		.max_ns = (uint64_t)(max_us * NS_PER_US),
		.mean_ns = mean_ns,
		.m2 = spread * spread * (double)(n - 1) * (double)n,
	};
}

/* Buckets that fit the entry's summary: most about the average, one at least at either end. */
static void set_latency(struct scene *s, struct exit_entry *e)
{
	const struct summary *d = &e->durations;
	const unsigned first = latency_bucket(d->min_ns), last = latency_bucket(d->max_ns);
	struct latency *l = &e->latency;
	uint64_t left = d->count, most = 0, at = 0;
	double sum = 0;

	l->first = first;
	l->count = last - first + 1;
	l->counts = arena_array(&s->arena, l->count, sizeof *l->counts);
	for (int pass = 0; pass < 2; pass++) {
		for (unsigned i = 0; i < l->count; i++) {
			const double x =
				log((double)latency_bucket_ns(first + i) / d->mean_ns) / 0.5;
			const double weight = exp(-x * x / 2);

			if (pass)
				l->counts[i] = (uint64_t)((double)d->count * weight / sum);
			else
				sum += weight;
		}
	}
	l->counts[0] += !l->counts[0];
	l->counts[l->count - 1] += !l->counts[l->count - 1];
	for (unsigned i = 0; i < l->count; i++) {
		left -= l->counts[i] < left ? l->counts[i] : left;
		if (l->counts[i] > most) {
			most = l->counts[i];
			at = i;
		}
	}
	l->counts[at] += left;
}

static uint64_t part_of(uint64_t samples, double part)
{
	return (uint64_t)llround((double)samples * part);
}

/* part: of the samples, for a vCPU's table. */
static void set_exits(struct scene *s, struct exit_table *table, double seconds,
	const struct exit_figures *figures, size_t count, double part)
{
	table->seconds = seconds;
	table->reasons = arena_array(&s->arena, count, sizeof *table->reasons);
	table->reason_count = count;
	for (size_t i = 0; i < count; i++) {
		struct exit_entry *e = &table->reasons[i];

		e->key = (struct exit_key){ .reason = figures[i].reason, .isa = EXIT_ISA_VMX };
		snprintf(e->name, sizeof e->name, "%s", figures[i].name);
		e->durations = make_summary(part_of(figures[i].samples, part), figures[i].min_us,
			figures[i].max_us, figures[i].avg_us, figures[i].stderr_pct);
		set_latency(s, e);
	}
}

static void set_details(struct scene *s, struct exit_table *table,
	const struct detail_figures *figures, size_t count, double part)
{
	table->details = arena_array(&s->arena, count, sizeof *table->details);
	table->detail_count = count;
	for (size_t i = 0; i < count; i++) {
		struct exit_entry *e = &table->details[i];

		e->key = (struct exit_key){ figures[i].reason, EXIT_ISA_VMX,
			(uint8_t)figures[i].detail, figures[i].number };
		e->durations = make_summary(part_of(figures[i].samples, part), figures[i].min_us,
			figures[i].max_us, figures[i].avg_us, 0.25);
		set_latency(s, e);
	}
}

static void set_storm_exits(struct scene *s, struct exit_table *table, double part)
{
	set_exits(s, table, 3.0, storm_exits, sizeof storm_exits / sizeof *storm_exits, part);
	set_details(s, table, storm_details, sizeof storm_details / sizeof *storm_details, part);
}

/* What a vCPU's table since zero is without. */
static void drop_latency(struct exit_table *table)
{
	table->without_latency = true;
	for (size_t i = 0; i < table->reason_count; i++)
		table->reasons[i].latency = (struct latency){ 0 };
	for (size_t i = 0; i < table->detail_count; i++)
		table->details[i].latency = (struct latency){ 0 };
}

static void set_irqs(
	struct scene *s, struct irq_table *table, const struct irq_line *lines, size_t count)
{
	table->seconds = 3.0;
	table->count = count;
	table->board = EXIT_BOARD_PC;
	table->lines = arena_array(&s->arena, count, sizeof *table->lines);
	memcpy(table->lines, lines, count * sizeof *lines);
}

static struct vm *add_vm(
	struct scene *s, const char *name, pid_t pid, int vcpus, struct cpu_shares cpu)
{
	struct vm *vm = arena_alloc(&s->arena, sizeof *vm);

	vm->id = (struct vm_id){ pid, 1000 };
	text_clean(vm->name, sizeof vm->name, name);
	vm->vcpus = vcpus;
	vm->cpu = cpu;
	vm->exits_per_s = NAN;
	vm->counters = counters_unknown();
	vm->halts = halts_unknown();
	vm->devices = devices_unknown();
	vm->threads = arena_array(&s->arena, THREADS_MAX, sizeof *vm->threads);
	s->vms[s->model.vm_count++] = vm;
	return vm;
}

static void add_thread(
	struct vm *vm, const char *name, enum thread_kind kind, struct cpu_shares cpu)
{
	struct thread *t = &vm->threads[vm->thread_count++];

	t->vm = vm;
	t->tid = vm->id.pid + (pid_t)vm->thread_count - 1;
	text_clean(t->name, sizeof t->name, name);
	t->kind = kind;
	t->vcpu = kind == THREAD_VCPU ? (int)vm->thread_count - 1 : -1;
	t->cpu = cpu;
	t->exits_per_s = NAN;
}

/* As a host with Hyper-V emulation has them. */
static void set_caps(struct domain_caps *caps)
{
	static const char *const features[] = { "relaxed", "vapic", "spinlocks", "vpindex",
		"runtime", "synic", "stimer", "reset", "vendor_id", "frequencies", "tlbflush",
		"ipi" };

	caps->known = caps->hyperv_known = true;
	caps->libvirt_version = 10000000;
	snprintf(caps->cpu_vendor, sizeof caps->cpu_vendor, "Intel");
	caps->hyperv_count = sizeof features / sizeof *features;
	for (size_t i = 0; i < caps->hyperv_count; i++)
		snprintf(caps->hyperv[i], sizeof caps->hyperv[i], "%s", features[i]);
}

/* Gives the VM a configuration that is tests/golden/win10.xml's. */
static void set_domain(struct scene *s, struct vm *vm)
{
	const char *tests = getenv("KVMTOP_TESTS");
	struct domain *domain = arena_alloc(&s->arena, sizeof *domain);
	char path[4096], *xml = arena_alloc(&s->arena, 8192);
	FILE *in;

	snprintf(path, sizeof path, "%s/golden/win10.xml", tests ? tests : "tests");
	in = fopen(path, "r");
	if (!in || !fread(xml, 1, 8191, in)) {
		perror(path);
		abort();
	}
	fclose(in);
	domain->name = vm->name;
	domain->state = vm->state = DOMAIN_RUNNING;
	domain->persistent = true;
	domain->live_xml = domain->inactive_xml = xml;
	domain_xml_read(&domain->live, xml);
	domain_xml_read(&domain->inactive, xml);
	set_caps(&domain->caps);
	s->configs[s->config_count++] = domain->live;
	s->configs[s->config_count++] = domain->inactive;
	vm->domain = domain;
	vm->config = &domain->live;
	vm->pending = TRI_NO;
}

/* CPU 2 is offline, where there is one; CPU 1 has just come. */
static void set_cpus(struct scene *s, int count)
{
	struct host *h = &s->model.host;

	h->cpus = count;
	h->per_cpu = arena_array(&s->arena, (size_t)count, sizeof *h->per_cpu);
	h->per_cpu_count = (size_t)count;
	for (int i = 0; i < count; i++) {
		const double busy = i == 1 ? NAN : i ? i * 61 % 101 : 100.0;

		h->per_cpu[i] = (struct host_cpu){
			.number = i < 2 ? i : i + 1, .busy_pct = busy, .idle_pct = 100 - busy
		};
	}
}

/* So many intervals with about one figure. */
struct stretch {
	double value;
	int intervals;
};

/* The oldest stretch first; times: what their figures are to be multiplied with. The last interval is now. */
static void set_history(
	struct history *h, const struct stretch *stretches, size_t count, double times, double now)
{
	for (size_t i = 0; i < count; i++)
		for (int k = 0; k < stretches[i].intervals; k++)
			history_add(h, stretches[i].value * (1 + 0.1 * (k % 3)) * times);
	history_add(h, now);
}

/* A restart, quiet times, and a storm that begins. */
static void set_storm_history(struct vm *vm)
{
	static const struct stretch cpu[] = { { 30, 20 }, { NAN, 1 }, { 90, 3 }, { 6, 60 },
		{ 30, 1 }, { 70, 1 }, { 115, 9 } };
	static const struct stretch exits[] = { { 400, 20 }, { NAN, 1 }, { 9000, 3 }, { 650, 60 },
		{ 6000, 1 }, { 12000, 1 }, { 20000, 9 } };

	set_history(&vm->cpu_history, cpu, sizeof cpu / sizeof *cpu, 1, vm->cpu.cpu_pct);
	set_history(&vm->exits_history, exits, sizeof exits / sizeof *exits, 1, vm->exits_per_s);
}

/* Not for long, much the same, and nothing at all in between. */
static void set_quiet_history(struct vm *vm)
{
	static const struct stretch steady[] = { { 1, 5 }, { 0, 2 }, { 1, 5 } };
	const size_t count = sizeof steady / sizeof *steady;

	set_history(&vm->cpu_history, steady, count, vm->cpu.cpu_pct, vm->cpu.cpu_pct);
	set_history(&vm->exits_history, steady, count, vm->exits_per_s, vm->exits_per_s);
}

static void add_host(struct scene *s)
{
	memset(s, 0, sizeof *s);
	s->model.updates = 2;
	s->model.interval_s = 3.0;
	s->model.vms = s->vms;
	for (int i = 0; i < SOURCE__COUNT; i++)
		s->model.sources[i].ok = true;
	s->model.host = (struct host){
		.name = "host1",
		.uptime_s = 5 * 3600 + 12,
		.load = { 1.44, 0.94, 0.41 },
		.guest_pct = 22.1,
		.user_pct = 13.0,
		.system_pct = 41.4,
		.idle_pct = 23.5,
		.iowait_pct = 0.2,
		.steal_pct = 0,
		.memory_kib = 8113624,
		.memory_used_kib = 6632108,
		.swap_kib = 999420,
		.swap_used_kib = 0,
		.ksmd_pct = 0.3,
		.kswapd_pct = 0.0,
		.exits_per_s = 23992,
		.own_cpu_pct = 0.4,
		.lost = 0,
		.details = true,
		.duty = NAN,
		.budget_cpu_pct = 5,
		.budget_events_per_s = 200000,
	};
	set_cpus(s, 4);
	ui_init(&s->ui);
	s->ui.settings.interval_s = 3.0;
}

static void add_web1(struct scene *s)
{
	struct vm *vm = add_vm(s, "web1", 3071, 4, (struct cpu_shares){ 7.2, 6.0, 0.4, 0.8, 0.0 });

	for (int i = 0; i < 4; i++) {
		char name[24];

		snprintf(name, sizeof name, "CPU %d/KVM", i);
		add_thread(vm, name, THREAD_VCPU, (struct cpu_shares){ 1.7, 1.5, 0.0, 0.2, 0.0 });
		vm->threads[i].exits_per_s = 102.5;
	}
	add_thread(
		vm, "qemu-system-x86", THREAD_EMULATOR, (struct cpu_shares){ 0.4, 0, 0.4, 0, 0 });
	vm->exits_per_s = 410;
	set_exits(s, &vm->interval, 3.0, linux_exits, 3, 1);
	vm->recent = vm->interval;
	vm->total = vm->interval;
	snprintf(vm->top_exit, sizeof vm->top_exit, "HLT 61.0%%");
	set_quiet_history(vm);
}

static void add_win10_threads(struct vm *vm, double scale)
{
	/* clang-format off */
	static const struct {
		const char *name;
		enum thread_kind kind;
		struct cpu_shares cpu;
		double exits_per_s;
	} threads[] = {
		{ "CPU 0/KVM", THREAD_VCPU, { 61.0, 11.0, 10.2, 39.8, 0.1 }, 12031 },
		{ "CPU 1/KVM", THREAD_VCPU, { 58.2, 11.1, 9.1, 38.0, 0.1 }, 11551 },
		{ "emulator", THREAD_EMULATOR, { 12.7, 0, 12.1, 0.6, 0 }, NAN },
		{ "IO mon_iothread", THREAD_IOTHREAD, { 0, 0, 0, 0, 0 }, NAN },
		{ "SPICE Worker", THREAD_WORKER, { 0, 0, 0, 0, 0 }, NAN },
		{ "worker", THREAD_WORKER, { NAN, NAN, NAN, NAN, NAN }, NAN },
		{ "kvm-pit/21715", THREAD_PIT, { 0, 0, 0, 0, 0 }, NAN },
	};
	/* clang-format on */

	for (size_t i = 0; i < sizeof threads / sizeof *threads; i++) {
		struct cpu_shares cpu = threads[i].cpu;

		cpu.cpu_pct *= scale;
		cpu.guest_pct *= scale;
		cpu.user_pct *= scale;
		cpu.system_pct *= scale;
		add_thread(vm, threads[i].name, threads[i].kind, cpu);
		vm->threads[i].exits_per_s = threads[i].exits_per_s * scale;
	}
}

struct finding *scene_add_finding(struct scene *s, const char *rule)
{
	struct finding *f;

	if (!s->findings.items)
		s->findings.items =
			arena_array(&s->arena, SCENE_FINDINGS_MAX, sizeof *s->findings.items);
	f = &s->findings.items[s->findings.count++];
	f->rule = rule_find(rule);
	f->vm = s->vms[0]->id;
	f->severity = f->rule->severity;
	f->confidence = f->rule->confidence;
	f->caveat = f->rule->caveat;
	return f;
}

void scene_add_part(struct finding *f, const char *rule, const char *evidence)
{
	const struct rule *r = rule_find(rule);

	f->folded[f->folded_count++] = (struct finding_part){ r, r->confidence, f->evidence_count };
	f->evidence[f->evidence_count++] = evidence;
}

static void add_finding(struct scene *s)
{
	static const char *const evidence[] = {
		"17,903 accesses/s to ports 0x70-0x71 (RTC) by 2 vCPUs, 75.9 % of all exits",
		"vCPU threads spend 65 % of their time in the host kernel", "hpet: present='no'",
		"no synthetic timer (stimer) in <hyperv>"
	};
	struct finding *f = scene_add_finding(s, "R01");

	f->severity = SEVERITY_CRITICAL;
	f->summary = "RTC polling 17.9k/s";
	f->diagnosis =
		"The guest has no synthetic timer and takes the emulated RTC as its tick. Each "
		"tick wakes QEMU's main thread and is acknowledged by a trip from the guest to "
		"QEMU and back.";
	for (size_t i = 0; i < sizeof evidence / sizeof *evidence; i++)
		f->evidence[f->evidence_count++] = evidence[i];
	f->remedies[f->remedy_count++] = REMEDY_HYPERV_TIMERS;
	f->remedies[f->remedy_count++] = REMEDY_HPET_ON;
}

void scene_storm(struct scene *s)
{
	struct vm *vm;

	add_host(s);
	vm = add_vm(s, "win10", 21715, 2, (struct cpu_shares){ 131.9, 22.1, 31.4, 78.4, 0.2 });
	vm->exits_per_s = 23582;
	snprintf(vm->top_exit, sizeof vm->top_exit, "IO_INSTRUCTION 78.7%%");
	add_win10_threads(vm, 1);
	set_storm_exits(s, &vm->interval, 1);
	set_storm_exits(s, &vm->threads[0].interval, 0.51);
	set_storm_exits(s, &vm->threads[1].interval, 0.49);
	set_storm_exits(s, &vm->threads[0].total, 6.12);
	drop_latency(&vm->threads[0].total);
	set_irqs(s, &vm->interval_irqs, storm_irqs, sizeof storm_irqs / sizeof *storm_irqs);
	vm->total_irqs = vm->interval_irqs;
	vm->recent = vm->interval;
	vm->total = vm->interval;
	vm->total.seconds = 35;
	set_storm_history(vm);
	set_domain(s, vm);
	add_finding(s);
	add_web1(s);
}

void scene_quiet(struct scene *s)
{
	struct vm *vm;

	add_host(s);
	s->model.host.guest_pct = 1.1;
	s->model.host.user_pct = 0.3;
	s->model.host.system_pct = 0.5;
	s->model.host.idle_pct = 98.1;
	s->model.host.exits_per_s = 1070;
	vm = add_vm(s, "win10", 3072, 2, (struct cpu_shares){ 6.6, 4.4, 0.8, 1.4, 0.0 });
	vm->exits_per_s = 660;
	snprintf(vm->top_exit, sizeof vm->top_exit, "MSR_READ 75.8%%");
	add_win10_threads(vm, 0.05);
	set_exits(s, &vm->interval, 3.0, quiet_exits, sizeof quiet_exits / sizeof *quiet_exits, 1);
	vm->recent = vm->interval;
	vm->total = vm->interval;
	set_quiet_history(vm);
	set_domain(s, vm);
	add_web1(s);
}

static void set_off(struct scene *s, enum source_id id, const char *why)
{
	s->model.sources[id].ok = false;
	snprintf(s->model.sources[id].why, sizeof s->model.sources[id].why, "%s", why);
}

void scene_without_libvirt(struct scene *s)
{
	set_off(s, SOURCE_LIBVIRT, "libvirt is not installed here; VMs are found in /proc");
	s->model.sources[SOURCE_LIBVIRT].harmless = true;
}

void scene_blind(struct scene *s)
{
	set_off(s, SOURCE_TRACING,
		"exit reasons need root: /sys/kernel/tracing is not readable; run `sudo kvmtop`");
	set_off(s, SOURCE_LIBVIRT,
		"clock configurations need libvirt: no daemon answers on qemu:///system; start it "
		"with "
		"`systemctl start libvirtd`, or name another one with --connect");
	s->model.host.exits_per_s = NAN;
	s->model.host.lost = NAN;
	s->model.host.details = false;
	s->findings.count = 0;
	for (size_t i = 0; i < s->model.vm_count; i++) {
		struct vm *vm = s->vms[i];

		vm->exits_per_s = NAN;
		vm->exits_history = (struct history){ 0 };
		vm->top_exit[0] = '\0';
		vm->domain = NULL;
		vm->config = NULL;
		vm->state = DOMAIN_UNKNOWN;
		vm->pending = TRI_UNKNOWN;
		vm->interval = vm->total = vm->recent = (struct exit_table){ .seconds = NAN };
		vm->interval_irqs = vm->total_irqs = (struct irq_table){ .seconds = NAN };
		for (size_t k = 0; k < vm->thread_count; k++)
			vm->threads[k].exits_per_s = NAN;
	}
}

void scene_counted(struct scene *s)
{
	scene_blind(s);
	s->vms[0]->counters.exits_per_s = 23614;
	s->vms[0]->counters.io_exits_per_s = 18551;
	s->vms[0]->counters.mmio_exits_per_s = 0;
	s->vms[0]->counters.halt_exits_per_s = 962;
	s->vms[0]->counters.irq_exits_per_s = 41;
}

void scene_empty(struct scene *s)
{
	add_host(s);
	scene_blind(s);
	set_off(s, SOURCE_PROC, "other users' VMs are seen by root alone; run `sudo kvmtop`");
}

void scene_crowd(struct scene *s)
{
	add_host(s);
	set_cpus(s, 96);
	for (int i = 0; i < 40; i++) {
		const double cpu = 90.0 - 2 * i;
		char name[32];
		struct vm *vm;

		snprintf(name, sizeof name, "tenant-%02d", i);
		vm = add_vm(s, name, 4000 + 100 * i, 32,
			(struct cpu_shares){ cpu, cpu - 3, 1, 2, 0.5 });
		for (int k = 0; k < 32; k++) {
			snprintf(name, sizeof name, "CPU %d/KVM", k);
			add_thread(vm, name, THREAD_VCPU,
				(struct cpu_shares){ k == 21 ? 40 : 1, 1, 0, 0, 0 });
		}
		vm->exits_per_s = 1000 - 10 * i;
		set_exits(s, &vm->interval, 3.0, linux_exits, 3, 1);
		vm->total = vm->recent = vm->interval;
		set_quiet_history(vm);
	}
	s->ui.selected = s->vms[25]->id;
	s->ui.settled = true;
}

/* A VM of the house; its configuration is that of the XML. */
struct guest {
	const char *name, *xml;
	struct cpu_shares cpu;
	double exits_per_s, scale;
	const char *top_exit;
	const char *rule, *summary; /* NULL: nothing was found */
};

static void add_guest(struct scene *s, const struct guest *g)
{
	struct vm *vm = add_vm(s, g->name, 5000 + 10 * (pid_t)s->model.vm_count, 2, g->cpu);
	struct cpu_shares half = g->cpu;

	half.cpu_pct /= 2;
	half.guest_pct /= 2;
	half.user_pct /= 2;
	half.system_pct /= 2;
	add_thread(vm, "CPU 0/KVM", THREAD_VCPU, half);
	add_thread(vm, "CPU 1/KVM", THREAD_VCPU, half);
	add_thread(
		vm, "qemu-system-x86", THREAD_EMULATOR, (struct cpu_shares){ 0.2, 0, 0.1, 0.1, 0 });
	vm->exits_per_s = g->exits_per_s;
	vm->threads[0].exits_per_s = vm->threads[1].exits_per_s = g->exits_per_s / 2;
	snprintf(vm->top_exit, sizeof vm->top_exit, "%s", g->top_exit);
	set_exits(s, &vm->interval, 3.0, linux_exits, 3, g->scale);
	vm->total = vm->recent = vm->interval;
	if (g->xml) {
		struct domain_config *config = &s->configs[s->config_count++];

		domain_xml_read(config, g->xml);
		vm->config = config;
	}
	vm->pending = g->xml ? TRI_NO : TRI_UNKNOWN;
	if (g->rule) {
		struct finding *f = scene_add_finding(s, g->rule);

		f->vm = vm->id;
		f->summary = g->summary;
		f->diagnosis = "What that means stands here.";
		f->remedies[f->remedy_count++] = f->rule->remedies[0];
	}
}

#define WINDOWS                                                            \
	"<metadata><libosinfo:libosinfo "                                  \
	"xmlns:libosinfo='http://libosinfo.org/xmlns/libvirt/domain/1.0'>" \
	"<libosinfo:os id='http://microsoft.com/win/2k19'/></libosinfo:libosinfo></metadata>"

void scene_house(struct scene *s)
{
	static const struct guest guests[] = {
		{ "web1", "<domain><clock offset='utc'/></domain>", { 7.2, 6.0, 0.4, 0.8, 0.0 },
			410, 1, "HLT 61.0%", NULL, NULL },
		{ "web2",
			"<domain><clock offset='utc'><timer name='hpet' "
			"present='yes'/></clock></domain>",
			{ 12.4, 6.1, 1.4, 4.9, 0.1 }, 2310, 5.6, "HLT 61.0%", "R03",
			"HPET read 1730/s" },
		{ "db-primary",
			"<domain><clock offset='utc'><timer name='kvmclock' present='yes'/>"
			"<timer name='rtc' tickpolicy='catchup'/><timer name='pit' "
			"tickpolicy='delay'/></clock></domain>",
			{ 388.0, 371.2, 6.1, 10.7, 14.2 }, 8120, 19.8, "MSR_WRITE 48.2%", NULL,
			NULL },
		{ "ad-controller",
			"<domain>" WINDOWS
			"<features><hyperv><relaxed state='on'/><vapic state='on'/><spinlocks "
			"state='on' retries='8191'/><vpindex state='on'/><synic "
			"state='on'/><stimer state='on'/><frequencies "
			"state='on'/></hyperv></features><clock offset='localtime'><timer "
			"name='hypervclock' present='yes'/><timer name='hpet' "
			"present='no'/></clock></domain>",
			{ 3.1, 2.2, 0.3, 0.6, 0.0 }, 220, 0.5, "HLT 70.4%", NULL, NULL },
		{ "builder", NULL, { 199.2, 196.0, 1.1, 2.1, 0.4 }, 640, 1.6,
			"EXTERNAL_INTERRUPT 52.0%", "R18", "asks for MSRs that KVM has not" },
	};

	scene_storm(s);
	for (size_t i = 0; i < sizeof guests / sizeof *guests; i++)
		if (i)
			add_guest(s, &guests[i]);
	s->vms[1]->config = &s->configs[s->config_count];
	domain_xml_read(&s->configs[s->config_count++], guests[0].xml);
}

void scene_many(struct scene *s, size_t count)
{
	add_host(s);
	for (size_t i = 0; i < count; i++) {
		const double cpu = (double)(i * 37 % 101);
		char name[32];
		struct guest g = {
			.name = name,
			.xml = i % 3 ? "<domain><clock offset='utc'/></domain>" : NULL,
			.cpu = { cpu, cpu * 0.7, cpu * 0.1, cpu * 0.2, 0.5 },
			.exits_per_s = 100 * cpu,
			.scale = 1 + cpu,
			.top_exit = "HLT 61.0%",
			.rule = i % 40 == 7 && s->findings.count < SCENE_FINDINGS_MAX ? "R03"
										      : NULL,
			.summary = "HPET read 1730/s",
		};

		snprintf(name, sizeof name, "vm-%03zu", i);
		add_guest(s, &g);
	}
}

void scene_names(struct scene *s)
{
	static char name_300[301];
	static const char *const names[] = {
		"web-日本語サーバー-東京-本番-01",
		"\033[2J\033]0;owned\007evil",
		name_300,
		"e\xcc\x81t\xc3\xa9 \xe2\x80\xae\x61\x62\x63 \xff\xfe",
	};

	memset(name_300, 'a', sizeof name_300 - 1);
	add_host(s);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		struct vm *vm = add_vm(s, names[i], 500 + (pid_t)i, 1,
			(struct cpu_shares){ 4.0 - (double)i, 1, 1, 1, 0 });

		add_thread(vm, names[i], THREAD_VCPU, (struct cpu_shares){ 1, 1, 0, 0, 0 });
	}
	memset(s->model.host.name, 'h', sizeof s->model.host.name - 1);
	snprintf(s->vms[0]->top_exit, sizeof s->vms[0]->top_exit, "HLT 61%%");
}

void scene_shed(struct scene *s, enum tracing_shed shed)
{
	struct vm *only = s->vms[0];

	s->model.host.shed = shed;
	s->model.host.details = false;
	s->model.host.own_cpu_pct = 5.1;
	only->interval_irqs = only->total_irqs = (struct irq_table){ .seconds = 0 };
	only->interval.detail_count = only->total.detail_count = 4; /* ports need no event */
	if (shed < TRACING_SHED_VMS)
		return;
	s->model.host.only_pid = only->id.pid;
	for (size_t i = 1; i < s->model.vm_count; i++) {
		s->vms[i]->interval = s->vms[i]->total = (struct exit_table){ .seconds = 0 };
		s->vms[i]->exits_per_s = NAN;
		history_add(&s->vms[i]->exits_history, NAN);
		s->vms[i]->top_exit[0] = '\0';
	}
	s->model.host.duty = shed == TRACING_SHED_TIME ? 0.05 : 1;
	only->interval.sampled = only->total.sampled = shed == TRACING_SHED_TIME;
}

struct domain *scene_domain(struct scene *s)
{
	struct domain *copy = arena_alloc(&s->arena, sizeof *copy);

	*copy = *s->vms[0]->domain;
	s->vms[0]->domain = copy;
	return copy;
}

struct finding *scene_finding(struct scene *s)
{
	return s->findings.items;
}

void scene_fini(struct scene *s)
{
	for (size_t i = 0; i < s->config_count; i++)
		domain_config_fini(&s->configs[i]);
	if (s->played) {
		findings_fini(&s->findings);
	} else {
		baselines_fini(&s->model.baselines);
		hot_symbols_fini(&s->model.hot_symbols);
		kernel_log_fini(&s->model.kernel_log);
	}
	model_free(s->played);
	ui_fini(&s->ui);
	arena_fini(&s->arena);
}
