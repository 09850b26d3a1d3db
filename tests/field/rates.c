#include "rates.h"

#include <math.h>
#include <string.h>

/* How long the exit figures cover: rates keep one decimal. */
#define SECONDS 10.0
/* A quiet guest: what is not named. Rates a second. */
#define QUIET_HALTS 200
#define QUIET_INTERRUPTS 20
#define QUIET_OTHERS 80
#define QUIET_MAIN_WAKES 10

/* Nanoseconds: an exit that KVM handles, and one that QEMU does (4 to 11 us on real hosts). */
#define KERNEL_NS 1500
#define QEMU_NS 6000

/* Exits by reason. Figures without a row here are no exits. */
enum reason {
	REASON_IO,
	REASON_MMIO,
	REASON_RDMSR,
	REASON_WRMSR,
	REASON_HALT,
	REASON_INTERRUPT,
	REASON_PAUSE,
	REASON_NESTED,
	REASON_WINDOW,
	REASON_APIC,
	REASON_HYPERCALL,
	REASON_CPUID,
	REASON_FAULT,
	REASON_OTHER,
	REASON__COUNT,
};

/* As in the kernel's uapi asm/vmx.h and asm/svm.h. */
static const struct {
	const char *name;
	uint32_t vmx, svm;
} reasons[REASON__COUNT] = {
	[REASON_IO] = { "IO", 30, 0x7b },
	[REASON_MMIO] = { "MMIO", 49, 0x400 },
	[REASON_RDMSR] = { "RDMSR", 31, 0x7c },
	[REASON_WRMSR] = { "WRMSR", 32, 0x7c },
	[REASON_HALT] = { "HLT", 12, 0x78 },
	[REASON_INTERRUPT] = { "INTERRUPT", 1, 0x60 },
	[REASON_PAUSE] = { "PAUSE", 40, 0x77 },
	[REASON_NESTED] = { "NESTED", 24, 0x80 },
	[REASON_WINDOW] = { "WINDOW", 7, 0x64 },
	[REASON_APIC] = { "APIC", 44, 0x402 },
	[REASON_HYPERCALL] = { "HYPERCALL", 18, 0x81 },
	[REASON_CPUID] = { "CPUID", 10, 0x72 },
	[REASON_FAULT] = { "FAULT", 48, 0x400 },
	[REASON_OTHER] = { "OTHER", 52, 0x61 }, /* a timer of the guest, an NMI */
};

/* Exits that a figure stands for. Rows with a parent are a part of that figure. The RTC has two: each read of its data
 * comes after a write of its index. */
static const struct {
	enum field_figure figure, parent;
	enum reason reason;
	enum exit_detail detail;
	uint64_t number, ns;
} kinds[] = {
	{ FIELD_RTC, FIELD_IO, REASON_IO, EXIT_DETAIL_PORT_OUT, 0x70, KERNEL_NS },
	{ FIELD_RTC, FIELD_IO, REASON_IO, EXIT_DETAIL_PORT_IN, 0x71, QEMU_NS },
	{ FIELD_PM, FIELD_IO, REASON_IO, EXIT_DETAIL_PORT_IN, 0x608, QEMU_NS },
	{ FIELD_PIT, FIELD_IO, REASON_IO, EXIT_DETAIL_PORT_IN, 0x61, KERNEL_NS },
	{ FIELD_SERIAL, FIELD_IO, REASON_IO, EXIT_DETAIL_PORT_IN, 0x3fd, QEMU_NS },
	{ FIELD_IODELAY, FIELD_IO, REASON_IO, EXIT_DETAIL_PORT_OUT, 0x80, QEMU_NS },
	{ FIELD_HPET, FIELD_MMIO, REASON_MMIO, EXIT_DETAIL_MMIO_READ, 0xfed000f0, QEMU_NS },
	{ FIELD_HVTIME, FIELD_MSR, REASON_RDMSR, EXIT_DETAIL_MSR_READ, 0x40000020, KERNEL_NS },
	{ FIELD_STIMER, FIELD_MSR, REASON_WRMSR, EXIT_DETAIL_MSR_WRITE, 0x400000b1, KERNEL_NS },
	{ FIELD_HVMSR, FIELD_MSR, REASON_RDMSR, EXIT_DETAIL_MSR_READ, 0x40000002, KERNEL_NS },
	{ FIELD_KVMMSR, FIELD_MSR, REASON_WRMSR, EXIT_DETAIL_MSR_WRITE, 0x4b564d01, KERNEL_NS },
	{ FIELD_POWER, FIELD_MSR, REASON_RDMSR, EXIT_DETAIL_MSR_READ, 0x611, KERNEL_NS },
	{ FIELD_ICR, FIELD_MSR, REASON_WRMSR, EXIT_DETAIL_MSR_WRITE, 0x830, KERNEL_NS },
	{ FIELD_EOI, FIELD_MSR, REASON_WRMSR, EXIT_DETAIL_MSR_WRITE, 0x80b, KERNEL_NS },
	{ FIELD_APICTIMER, FIELD_MSR, REASON_WRMSR, EXIT_DETAIL_MSR_WRITE, 0x6e0, KERNEL_NS },
	{ FIELD_IRQ, FIELD_EXITS, REASON_INTERRUPT, EXIT_DETAIL_NONE, 0, KERNEL_NS },
	{ FIELD_PAUSE, FIELD_EXITS, REASON_PAUSE, EXIT_DETAIL_NONE, 0, KERNEL_NS },
	{ FIELD_NESTED, FIELD_EXITS, REASON_NESTED, EXIT_DETAIL_NONE, 0, QEMU_NS },
	{ FIELD_WINDOW, FIELD_EXITS, REASON_WINDOW, EXIT_DETAIL_NONE, 0, KERNEL_NS },
	{ FIELD_APIC, FIELD_EXITS, REASON_APIC, EXIT_DETAIL_NONE, 0, KERNEL_NS },
	{ FIELD_HYPERCALL, FIELD_EXITS, REASON_HYPERCALL, EXIT_DETAIL_NONE, 0, KERNEL_NS },
	{ FIELD_CPUID, FIELD_EXITS, REASON_CPUID, EXIT_DETAIL_NONE, 0, KERNEL_NS },
	{ FIELD_FAULT, FIELD_EXITS, REASON_FAULT, EXIT_DETAIL_NONE, 0, KERNEL_NS },
};

/* The part of a figure that none of its rows above names: a device of PCI, an MSR that means nothing. */
static const struct {
	enum field_figure figure;
	enum reason reason;
	enum exit_detail detail;
	uint64_t number, ns;
} rests[] = {
	{ FIELD_IO, REASON_IO, EXIT_DETAIL_PORT_OUT, 0xc010, QEMU_NS },
	{ FIELD_MMIO, REASON_MMIO, EXIT_DETAIL_MMIO_WRITE, 0xfe000000, QEMU_NS },
	{ FIELD_MSR, REASON_WRMSR, EXIT_DETAIL_MSR_WRITE, 0x48, KERNEL_NS },
};

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* What only tracing shows. */
static const enum field_figure traced_only[] = { FIELD_MSR, FIELD_RTC, FIELD_PM, FIELD_HPET,
	FIELD_HVTIME, FIELD_STIMER, FIELD_RTCLINE, FIELD_TIMERLINE, FIELD_PITLINE, FIELD_PAUSE,
	FIELD_ICR, FIELD_PIT, FIELD_APIC, FIELD_EOI, FIELD_APICTIMER, FIELD_HVMSR, FIELD_KVMMSR,
	FIELD_POWER, FIELD_SERIAL, FIELD_IODELAY, FIELD_CPUID };

double field_figure_or(const struct field_case *c, enum field_figure figure, double otherwise)
{
	return isnan(c->figures[figure]) ? otherwise : c->figures[figure];
}

bool field_contradict(struct strbuf *why, const struct field_case *c, const char *what)
{
	strbuf_addf(why, "%s/figures: %s", c->folder, what);
	return false;
}

static bool check_traced(const struct field_case *c, struct strbuf *why)
{
	if (field_figure_or(c, FIELD_TRACED, 1) > 0)
		return !c->has_config || domain_is_x86(&c->config.machine) ||
		       field_contradict(why, c, "only the exits of x86 can be traced: traced 0");
	for (size_t i = 0; i < COUNT(traced_only); i++)
		if (!isnan(c->figures[traced_only[i]])) {
			strbuf_addf(why, "%s/figures: %s is not known with traced 0", c->folder,
				field_figure_name(traced_only[i]));
			return false;
		}
	return true;
}

/* -- exits ----------------------------------------------------------------------------------------- */

static double sum_of_parts(const struct field_rates *r, enum field_figure parent)
{
	double sum = 0;

	for (size_t i = 0; i < COUNT(kinds); i++)
		if (kinds[i].parent == parent)
			sum += r->of[kinds[i].figure];
	return sum;
}

/* A figure with parts is at least their sum. */
static bool set_parent(struct field_rates *r, const struct field_case *c, enum field_figure figure,
	struct strbuf *why)
{
	const double parts = sum_of_parts(r, figure);

	r->of[figure] = field_figure_or(c, figure, parts);
	if (r->of[figure] < parts) {
		strbuf_addf(why, "%s/figures: %s is less than its parts, %g", c->folder,
			field_figure_name(figure), parts);
		return false;
	}
	return true;
}

/* Halts, interrupts and the rest of a quiet guest, as far as the number of exits has room for them. */
static bool set_exits(struct field_rates *r, const struct field_case *c, struct strbuf *why)
{
	const double total = c->figures[FIELD_EXITS];
	double sum = sum_of_parts(r, FIELD_EXITS) + r->of[FIELD_IO] + r->of[FIELD_MMIO] +
		     r->of[FIELD_MSR];

	if (isnan(c->figures[FIELD_HALT])) {
		r->of[FIELD_HALT] = QUIET_HALTS;
		if (total - sum < QUIET_HALTS)
			r->of[FIELD_HALT] = total > sum ? total - sum : 0;
	}
	sum += r->of[FIELD_HALT];
	if (isnan(total) && isnan(c->figures[FIELD_IRQ])) {
		r->of[FIELD_IRQ] = QUIET_INTERRUPTS;
		sum += QUIET_INTERRUPTS;
	}
	r->of[FIELD_EXITS] = field_figure_or(c, FIELD_EXITS, sum + QUIET_OTHERS);
	r->other = r->of[FIELD_EXITS] - sum;
	return r->other >= 0 ? true
			     : field_contradict(why, c, "exits is less than all kinds of them");
}

bool field_rates_init(struct field_rates *r, const struct field_case *c, struct strbuf *why)
{
	if (!check_traced(c, why))
		return false;
	*r = (struct field_rates){ 0 };
	for (int i = 0; i < FIELD__COUNT; i++)
		r->of[i] = field_figure_or(c, (enum field_figure)i, 0);
	return set_parent(r, c, FIELD_IO, why) && set_parent(r, c, FIELD_MMIO, why) &&
	       set_parent(r, c, FIELD_MSR, why) && set_exits(r, c, why);
}

static bool is_amd(const struct field_case *c)
{
	return c->vendor && !strcmp(c->vendor, "amd");
}

static void add_exits(struct exit_table *t, bool amd, enum reason reason, enum exit_detail detail,
	uint64_t number, double per_s, uint64_t ns)
{
	const uint64_t count = (uint64_t)llround(per_s * SECONDS);
	const struct sample_exit exits = {
		.key = { .reason = amd ? reasons[reason].svm : reasons[reason].vmx,
			.isa = amd ? EXIT_ISA_SVM : EXIT_ISA_VMX,
			.detail = (uint8_t)detail,
			.number = number },
		.name = reasons[reason].name,
		.durations = { .count = count,
			.total_ns = count * ns,
			.min_ns = ns,
			.max_ns = ns,
			.mean_ns = (double)ns },
	};

	if (count)
		exit_table_add(t, &exits, 1, 1);
}

/* The time that vCPUs do not use is spent in halts. */
static uint64_t halt_ns(
	const struct field_case *c, const struct field_rates *r, double vcpu_cpu_pct)
{
	const double idle = c->figures[FIELD_VCPUS] - vcpu_cpu_pct / 100;

	return idle > 0 && r->of[FIELD_HALT] > 0 ? (uint64_t)(1e9 * idle / r->of[FIELD_HALT])
						 : KERNEL_NS;
}

void field_rates_exits(struct exit_table *t, const struct field_case *c,
	const struct field_rates *r, double vcpu_cpu_pct)
{
	const bool amd = is_amd(c);

	t->without_latency = true;
	t->seconds = SECONDS;
	for (size_t i = 0; i < COUNT(kinds); i++)
		add_exits(t, amd, kinds[i].reason, kinds[i].detail, kinds[i].number,
			r->of[kinds[i].figure], kinds[i].ns);
	for (size_t i = 0; i < COUNT(rests); i++)
		add_exits(t, amd, rests[i].reason, rests[i].detail, rests[i].number,
			r->of[rests[i].figure] - sum_of_parts(r, rests[i].figure), rests[i].ns);
	add_exits(t, amd, REASON_HALT, EXIT_DETAIL_NONE, 0, r->of[FIELD_HALT],
		halt_ns(c, r, vcpu_cpu_pct));
	add_exits(t, amd, REASON_OTHER, EXIT_DETAIL_NONE, 0, r->other, KERNEL_NS);
}

void field_rates_lines(struct irq_table *t, const struct field_rates *r)
{
	static const struct {
		uint32_t gsi;
		enum field_figure figure;
	} lines[] = { { 0, FIELD_PITLINE }, { 2, FIELD_TIMERLINE }, { 8, FIELD_RTCLINE } };

	t->seconds = SECONDS;
	for (size_t i = 0; i < COUNT(lines); i++) {
		const uint64_t raised = (uint64_t)llround(r->of[lines[i].figure] * SECONDS);
		const struct sample_irq irq = { lines[i].gsi, raised, raised };

		if (raised)
			irq_table_add(t, &irq, 1);
	}
}

void field_rates_counters(
	struct vm_counters *k, const struct field_case *c, const struct field_rates *r)
{
	memset(k, 0, sizeof *k);
	k->exits_per_s = r->of[FIELD_EXITS];
	k->io_exits_per_s = domain_is_x86(&c->config.machine) ? r->of[FIELD_IO] : NAN;
	k->mmio_exits_per_s = r->of[FIELD_MMIO];
	k->halt_exits_per_s = r->of[FIELD_HALT];
	k->irq_exits_per_s = r->of[FIELD_IRQ];
	k->hypercalls_per_s = r->of[FIELD_HYPERCALL];
	k->nested_runs_per_s = r->of[FIELD_NESTED];
	k->irq_windows_per_s = r->of[FIELD_WINDOW];
	k->page_faults_per_s = r->of[FIELD_FAULT];
	k->nx_splits_per_s = r->of[FIELD_NXSPLIT];
	k->halt_poll_pct = r->of[FIELD_HALTPOLL];
	k->main_wakes_per_s = field_figure_or(c, FIELD_MAIN_WAKES, QUIET_MAIN_WAKES);
	k->unhandled_msrs = r->of[FIELD_UNHANDLED];
	k->unhandled_msr = 0x611;
}
