#include "advice/evidence.h"

#include "model/counters.h"
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static const struct domain_config no_config;

static const struct sample_platform no_platform = {
	.halt_poll_ns = -1,
	.halt_poll_ns_grow = -1,
	.halt_poll_ns_grow_start = -1,
	.halt_poll_ns_shrink = -1,
	.ignore_msrs = -1,
	.report_ignored_msrs = -1,
	.apicv = -1,
	.nested = -1,
	.ksm_run = -1,
	.ksm_shared = -1,
	.ksm_sharing = -1,
	.ksm_unshared = -1,
};

static const struct exit_rate no_rate = { NAN, NAN, NAN, NAN };

void evidence_init(struct evidence *e)
{
	*e = (struct evidence){
		.age_s = NAN,
		.vcpu_system_pct = NAN,
		.display_cpu_pct = NAN,
		.nx_recovery_cpu_pct = NAN,
		.seconds = NAN,
		.exits = no_rate,
		.mmio.rate = no_rate,
		.halt_mean_us = NAN,
		.rtc_line_per_s = NAN,
		.timer_line_per_s = NAN,
		.pit_line_per_s = NAN,
		.split_locks = NAN,
		.counters = counters_unknown(),
		.is_x86 = true,
		.config = &no_config,
		.platform = &no_platform,
		.host_idle_pct = NAN,
		.ksmd_pct = NAN,
		.overcommit = NAN,
	};
	for (int i = 0; i < THREAD_KIND__COUNT; i++)
		e->cpu[i] = (struct cpu_shares){ NAN, NAN, NAN, NAN, NAN };
	for (int i = 0; i < EXIT_GROUP__COUNT; i++)
		e->groups[i] = no_rate;
	for (int i = 0; i < DEVICE_GROUP__COUNT; i++)
		e->devices[i] = no_rate;
}

static double percent(double part, double whole)
{
	return whole > 0 ? 100 * part / whole : NAN;
}

/* -- exits --------------------------------------------------------------------------------------- */

struct exit_sums {
	const struct exit_entry *entry; /* the one that is being added */
	struct summary all;
	struct summary groups[EXIT_GROUP__COUNT];
	struct summary devices[DEVICE_GROUP__COUNT];
	struct summary moved; /* exits of EXIT_GROUP_FAULT that were accesses to a device */
};

static void add_device(enum device_group group, void *data)
{
	struct exit_sums *sums = data;

	summary_merge(&sums->devices[group], &sums->entry->durations);
}

static bool is_mmio(const struct exit_key *key)
{
	return key->detail == EXIT_DETAIL_MMIO_READ || key->detail == EXIT_DETAIL_MMIO_WRITE;
}

/* A fault is both, but for Intel's: memory that is not mapped, and a device's. Only the address tells. */
static void sum_exits(struct exit_sums *sums, const struct exit_table *t)
{
	for (size_t i = 0; i < t->reason_count; i++) {
		const struct exit_entry *r = &t->reasons[i];

		summary_merge(&sums->groups[exit_group_of(&r->key)], &r->durations);
	}
	for (size_t i = 0; i < t->detail_count; i++) {
		sums->entry = &t->details[i];
		device_groups_of(&sums->entry->key, add_device, sums);
		if (is_mmio(&sums->entry->key) &&
			exit_group_of(&sums->entry->key) == EXIT_GROUP_FAULT)
			summary_merge(&sums->moved, &sums->entry->durations);
	}
	summary_merge(&sums->groups[EXIT_GROUP_MMIO], &sums->moved);
	sums->groups[EXIT_GROUP_FAULT].count -= sums->moved.count;
	sums->groups[EXIT_GROUP_FAULT].total_ns -= sums->moved.total_ns;
}

static struct exit_rate rate_of(const struct summary *s, const struct summary *all, double seconds)
{
	return (struct exit_rate){
		.per_s = (double)s->count / seconds,
		.samples_pct = percent((double)s->count, (double)all->count),
		.time_pct = percent((double)s->total_ns, (double)all->total_ns),
		.cpu_pct = percent((double)s->total_ns, seconds * 1e9),
	};
}

/* A write that hands over a request: what virtio-mmio's QueueNotify, a doorbell in a PCI BAR, or a device of a machine that
 * is not known may have many of while it works. */
static bool may_be_request(enum exit_board board, const struct exit_key *key, const char *owner)
{
	const char *name = exit_names_device(board, key);

	return key->detail == EXIT_DETAIL_MMIO_WRITE &&
	       (!name || !strcmp(owner, "PCIe BAR") || !strcmp(name, "virtio QueueNotify"));
}

/* All addresses of a name are one device; without names, those of a page are. */
static bool is_same_device(
	const struct mmio_device *d, const struct exit_key *key, const char *owner)
{
	return owner ? d->name && !strcmp(d->name, owner)
		     : !d->name && d->key.number >> 12 == key->number >> 12;
}

/* The device with the most accesses. */
static void collect_mmio(
	struct evidence *e, const struct exit_table *recent, const struct summary *all)
{
	struct mmio_device devices[VM_RECENT_DETAILS_MAX];
	struct summary sums[VM_RECENT_DETAILS_MAX] = { 0 };
	uint64_t most[VM_RECENT_DETAILS_MAX] = { 0 };
	size_t count = 0, top = 0;

	for (size_t i = 0; i < recent->detail_count; i++) {
		const struct exit_entry *entry = &recent->details[i];
		const char *owner = exit_names_owner(e->board, &entry->key);
		size_t d = 0;

		if (!is_mmio(&entry->key) || may_be_request(e->board, &entry->key, owner))
			continue;
		while (d < count && !is_same_device(&devices[d], &entry->key, owner))
			d++;
		if (d == VM_RECENT_DETAILS_MAX)
			continue;
		if (d == count)
			devices[count++] = (struct mmio_device){ .name = owner, .key = entry->key };
		if (entry->durations.count > most[d]) {
			most[d] = entry->durations.count;
			devices[d].key = entry->key;
		}
		summary_merge(&sums[d], &entry->durations);
	}
	for (size_t d = 0; d < count; d++)
		if (sums[d].count > sums[top].count)
			top = d;
	if (!count)
		return;
	e->mmio = devices[top];
	e->mmio.rate = rate_of(&sums[top], all, e->seconds);
}

static bool is_msr_or_mmio(int group)
{
	return group >= DEVICE_HV_TIME;
}

static bool faults_may_be_mmio(const struct exit_table *t)
{
	return t->reason_count && exit_fault_may_be_mmio(&t->reasons[0].key);
}

static void collect_exits(struct evidence *e, const struct exit_table *recent)
{
	struct exit_sums sums = { .all = exit_table_total(recent) };

	if (!(recent->seconds > 0))
		return;
	sum_exits(&sums, recent);
	e->traced = true;
	e->seconds = recent->seconds;
	e->exits = rate_of(&sums.all, &sums.all, e->seconds);
	for (int i = 0; i < EXIT_GROUP__COUNT; i++)
		e->groups[i] = rate_of(&sums.groups[i], &sums.all, e->seconds);
	for (int i = 0; i < DEVICE_GROUP__COUNT; i++)
		if (e->details || !is_msr_or_mmio(i))
			e->devices[i] = rate_of(&sums.devices[i], &sums.all, e->seconds);
	/* Without addresses a fault may be either. */
	if (!e->details && faults_may_be_mmio(recent))
		e->groups[EXIT_GROUP_FAULT] = e->groups[EXIT_GROUP_MMIO] = no_rate;
	if (e->details && e->board > EXIT_BOARD_PC)
		collect_mmio(e, recent, &sums.all);
	e->halt_mean_us = summary_average_ns(&sums.groups[EXIT_GROUP_HALT]) / 1e3;
}

/* KVM's counters stand in for what is not traced. */
static void collect_counters(struct evidence *e, const struct vm_counters *c)
{
	const struct {
		enum exit_group group;
		double per_s;
	} coarse[] = {
		{ EXIT_GROUP_IO, c->io_exits_per_s },
		{ EXIT_GROUP_MMIO, c->mmio_exits_per_s },
		{ EXIT_GROUP_HALT, c->halt_exits_per_s },
		{ EXIT_GROUP_INTERRUPT, c->irq_exits_per_s },
		{ EXIT_GROUP_HYPERCALL, c->hypercalls_per_s },
		{ EXIT_GROUP_FAULT, c->page_faults_per_s },
	};

	e->counters = *c;
	for (size_t i = 0; i < sizeof coarse / sizeof *coarse; i++)
		if (isnan(e->groups[coarse[i].group].per_s))
			e->groups[coarse[i].group].per_s = coarse[i].per_s;
	if (isnan(e->exits.per_s))
		e->exits.per_s = c->exits_per_s;
}

static void collect_lines(struct evidence *e, const struct irq_table *irqs)
{
	/* Elsewhere these numbers are of other devices, and not all lines are traced. */
	if (!(irqs->seconds > 0) || irqs->board != EXIT_BOARD_PC)
		return;
	e->rtc_line_per_s = e->timer_line_per_s = e->pit_line_per_s = 0;
	for (size_t i = 0; i < irqs->count; i++) {
		const struct irq_line *line = &irqs->lines[i];
		const double per_s = (double)line->raised / irqs->seconds;

		if (line->gsi == 8)
			e->rtc_line_per_s += per_s;
		if (line->gsi == 0)
			e->pit_line_per_s += per_s;
		/* One tick raises either, by way of the PIC and of the IOAPIC: they are not added up. */
		if ((line->gsi == 0 || line->gsi == 2) && per_s > e->timer_line_per_s)
			e->timer_line_per_s = per_s;
	}
}

/* -- threads ------------------------------------------------------------------------------------- */

/* Sums in which what is unknown stays unknown: a vCPU that is not known yet makes their share unknown,
 * not smaller. */
static void add_strictly(struct cpu_shares *into, const struct cpu_shares *from, bool first)
{
	if (first) {
		*into = *from;
		return;
	}
	into->cpu_pct += from->cpu_pct;
	into->guest_pct += from->guest_pct;
	into->user_pct += from->user_pct;
	into->system_pct += from->system_pct;
	into->wait_pct += from->wait_pct;
}

static void add_to(double *sum, double value)
{
	*sum = isnan(*sum) ? value : *sum + value;
}

/* "SPICE Worker", "vnc_worker" as QEMU names them; the kernel cuts the last one's name. */
static void collect_named(struct evidence *e, const struct thread *t)
{
	if (!strncmp(t->name, "SPICE", 5) || !strncmp(t->name, "vnc_worker", 10))
		add_to(&e->display_cpu_pct, t->cpu.cpu_pct);
	if (!strncmp(t->name, "kvm-nx-lpage-re", 15))
		add_to(&e->nx_recovery_cpu_pct, t->cpu.cpu_pct);
}

static bool accesses_rtc(const struct exit_table *t)
{
	for (size_t i = 0; i < t->detail_count; i++) {
		const struct exit_key *key = &t->details[i].key;

		if ((key->detail == EXIT_DETAIL_PORT_IN || key->detail == EXIT_DETAIL_PORT_OUT) &&
			(key->number == EXIT_PORT_RTC_INDEX || key->number == EXIT_PORT_RTC_DATA))
			return true;
	}
	return false;
}

static void collect_threads(struct evidence *e, const struct vm *vm)
{
	bool seen[THREAD_KIND__COUNT] = { false };
	const struct cpu_shares *vcpus = &e->cpu[THREAD_VCPU];

	for (size_t i = 0; i < vm->thread_count; i++) {
		const struct thread *t = &vm->threads[i];

		add_strictly(&e->cpu[t->kind], &t->cpu, !seen[t->kind]);
		seen[t->kind] = true;
		collect_named(e, t);
		e->rtc_vcpus += accesses_rtc(&t->interval);
	}
	e->vcpu_system_pct = percent(vcpus->system_pct, vcpus->cpu_pct);
}

/* -- configuration and host ---------------------------------------------------------------------- */

static enum tristate timer_present(
	const struct domain_clock *clock, const char *name, enum tristate by_default)
{
	const struct domain_timer *timer = domain_clock_timer(clock, name);

	if (!timer || timer->present == TRI_UNKNOWN)
		return by_default;
	return timer->present;
}

/* QEMU's PC has an HPET unless it is told not to; microvm has none. */
static enum tristate hpet_by_default(const struct domain_machine *machine)
{
	return domain_has_timer_by_default(machine, "hpet") && !domain_lacks_hpet(machine) ? TRI_YES
											   : TRI_NO;
}

/* Recordings of older versions do not tell which controller a device is on: any that polls will do. */
static enum domain_usb_polled usb_polled(const struct domain_machine *machine)
{
	if (machine->usb_polled != DOMAIN_USB_UNTOLD || machine->usb_tablet != TRI_YES)
		return machine->usb_polled;
	for (size_t i = 0; i < machine->usb_count; i++)
		if (domain_usb_model_polls(machine->usb[i]))
			return DOMAIN_USB_TABLET;
	return DOMAIN_USB_UNTOLD;
}

/* What the VM runs with, whatever its next start will have. */
static void collect_config(struct evidence *e, const struct vm *vm)
{
	const struct domain_config *config = vm->config;

	if (!config && vm->domain)
		config = &vm->domain->live;
	if (!config || !config->parsed)
		return;
	e->config = config;
	e->config_known = true;
	e->hpet = timer_present(&config->clock, "hpet", TRI_UNKNOWN);
	e->has_hpet = e->hpet == TRI_UNKNOWN ? hpet_by_default(&config->machine) : e->hpet;
	e->hypervclock = domain_hypervclock(config);
	e->stimer = domain_hyperv_state(config, "stimer");
	e->vpindex = domain_hyperv_state(config, "vpindex");
	e->usb = usb_polled(&config->machine);
}

static void collect_arch(struct evidence *e)
{
	e->is_x86 = domain_is_x86_on(&e->config->machine, e->platform->arch);
	if (!e->is_x86)
		e->has_hpet = TRI_NO;
}

static void collect_host(struct evidence *e, const struct model *m)
{
	e->platform = &m->platform;
	e->host_idle_pct = m->host.idle_pct;
	e->ksmd_pct = m->host.ksmd_pct;
	if (m->host.cpus > 0)
		e->overcommit = (double)m->running_vcpus / m->host.cpus;
}

static void collect_log(struct evidence *e, const struct kernel_log *log)
{
	if (!log->known)
		return;
	e->split_locks = 0;
	for (size_t i = 0; i < log->count; i++)
		if (log->rows[i].vm == e->vm && log->rows[i].entry.kind == KERNEL_LOG_SPLIT_LOCK &&
			!strstr(log->rows[i].text, "bus_lock")) /* warns only */
			e->split_locks += (double)log->rows[i].entry.count;
}

/* start_ticks and the host's uptime both count from boot. */
static double age_s(const struct model *m, const struct vm *vm)
{
	const double age =
		m->host.uptime_s - (double)vm->id.start_ticks / (double)sysconf(_SC_CLK_TCK);

	return age >= 0 ? age : NAN;
}

void evidence_collect(struct evidence *e, const struct model *m, const struct vm *vm)
{
	evidence_init(e);
	e->vm = vm;
	e->vcpus = vm->vcpus;
	e->age_s = age_s(m, vm);
	e->details = m->host.details;
	e->board = vm->recent.board;
	collect_config(e, vm);
	collect_host(e, m);
	collect_arch(e);
	collect_threads(e, vm);
	collect_exits(e, &vm->recent);
	collect_counters(e, &vm->counters);
	collect_lines(e, &vm->recent_irqs);
	collect_log(e, &m->kernel_log);
	evidence_guess_guest(e);
}

double evidence_per_vcpu(const struct evidence *e, double value)
{
	return e->vcpus > 0 ? value / e->vcpus : NAN;
}

bool evidence_is_idle(const struct evidence *e)
{
	return evidence_per_vcpu(e, e->cpu[THREAD_VCPU].guest_pct) < EVIDENCE_IDLE_PCT;
}

/* At PMBASE + 8. A q35's is at 0x600 whatever the firmware. */
double evidence_pm_timer_per_s(const struct evidence *e)
{
	const bool is_q35 = strstr(e->config->machine.machine, "q35");
	const double piix = e->devices[DEVICE_PM_TIMER_I440FX].per_s;

	return e->devices[DEVICE_PM_TIMER].per_s + (is_q35 ? 0 : piix);
}

struct lint_host evidence_lint_host(const struct evidence *e)
{
	const struct sample_platform *p = e->platform;
	struct lint_host host = { .apicv = p->apicv,
		.libvirt_version = p->libvirt_version,
		.qemu_version = p->qemu_version };

	snprintf(host.arch, sizeof host.arch, "%s", p->arch);
	snprintf(host.kvm_vendor, sizeof host.kvm_vendor, "%s", p->kvm_vendor);
	return host;
}
