#include "world.h"

#include <math.h>
#include <stdio.h>
#include <unistd.h>

#include "model/board.h"
#include "model/counters.h"
#include "rates.h"

/* CPUs of the host, so many that any overcommit has a whole number of vCPUs. */
#define HOST_CPUS 1000
#define HOST_UPTIME_S 1e6

/* A quiet guest: what is not named. Shares in percent of one CPU. */
#define QUIET_MAIN_CPU 0.5
#define QUIET_VCPU_GUEST 4
#define QUIET_VCPU_SYSTEM 2
#define QUIET_AGE_S 3600
#define QUIET_OVERCOMMIT 0.5

/* -- threads --------------------------------------------------------------------------------------- */

static bool set_vcpu_shares(struct cpu_shares *s, const struct field_case *c, struct strbuf *why)
{
	const double cpu = c->figures[FIELD_VCPU_CPU];
	const double most = isnan(cpu) ? QUIET_VCPU_GUEST : cpu;

	s->guest_pct = field_figure_or(c, FIELD_VCPU_GUEST, fmin(QUIET_VCPU_GUEST, most));
	s->system_pct = field_figure_or(
		c, FIELD_VCPU_SYS, isnan(cpu) ? QUIET_VCPU_SYSTEM : fmax(cpu - s->guest_pct, 0));
	s->cpu_pct = field_figure_or(c, FIELD_VCPU_CPU, s->guest_pct + s->system_pct);
	s->user_pct = s->cpu_pct - s->guest_pct - s->system_pct;
	s->wait_pct = field_figure_or(c, FIELD_WAIT, 0);
	if (s->user_pct < -1e-9)
		return field_contradict(why, c, "vcpu_cpu is less than vcpu_guest and vcpu_sys");
	if (s->cpu_pct > 100 * c->figures[FIELD_VCPUS])
		return field_contradict(why, c, "vcpu_cpu is more than the vCPUs have");
	return true;
}

static struct cpu_shares split(const struct cpu_shares *all, double parts)
{
	return (struct cpu_shares){ all->cpu_pct / parts, all->guest_pct / parts,
		all->user_pct / parts, all->system_pct / parts, all->wait_pct / parts };
}

static struct cpu_shares user_and_system(double cpu_pct, double user_pct)
{
	return (struct cpu_shares){
		.cpu_pct = cpu_pct, .user_pct = user_pct, .system_pct = cpu_pct - user_pct
	};
}

static struct thread *add_thread(struct vm *vm, enum thread_kind kind, const char *name)
{
	struct thread *t = &vm->threads[vm->thread_count];

	*t = (struct thread){
		.vm = vm, .tid = vm->id.pid + (pid_t)vm->thread_count, .kind = kind, .vcpu = -1
	};
	snprintf(t->name, sizeof t->name, "%s", name);
	vm->thread_count++;
	return t;
}

/* The exits of all vCPUs are booked on the first as well: rules ask which vCPUs access the RTC. */
static bool fill_threads(struct field_world *w, const struct field_case *c,
	const struct field_rates *r, struct strbuf *why)
{
	const double main_pct = field_figure_or(c, FIELD_MAIN_CPU, QUIET_MAIN_CPU);
	const double user_pct = field_figure_or(c, FIELD_IOTHREAD_USER, 0);
	const double iothread_pct = field_figure_or(c, FIELD_IOTHREAD, user_pct);
	struct cpu_shares vcpus;
	struct vm *vm = &w->vm;

	if (!set_vcpu_shares(&vcpus, c, why))
		return false;
	if (iothread_pct < user_pct)
		return field_contradict(why, c, "iothread is less than iothread_user");
	vm->threads = arena_array(&w->arena, (size_t)vm->vcpus + 2, sizeof *vm->threads);
	add_thread(vm, THREAD_EMULATOR, "emulator")->cpu =
		user_and_system(main_pct, 0.4 * main_pct);
	for (int i = 0; i < vm->vcpus; i++) {
		struct thread *t = add_thread(vm, THREAD_VCPU, "vCPU");

		t->vcpu = i;
		t->cpu = split(&vcpus, vm->vcpus);
		if (!i && field_figure_or(c, FIELD_TRACED, 1) > 0)
			field_rates_exits(&t->interval, c, r, vcpus.cpu_pct);
	}
	if (iothread_pct > 0)
		add_thread(vm, THREAD_IOTHREAD, "IO iothread1")->cpu =
			user_and_system(iothread_pct, user_pct);
	if (field_figure_or(c, FIELD_TRACED, 1) > 0)
		field_rates_exits(&vm->recent, c, r, vcpus.cpu_pct);
	return true;
}

/* As the model does. Figures of exits are those of x86 (rates.h). */
static void set_board(struct vm *vm)
{
	const enum exit_board board = board_of(vm->config, EXIT_ISA_UNKNOWN);

	vm->recent.board = vm->recent_irqs.board =
		board == EXIT_BOARD_UNKNOWN ? EXIT_BOARD_PC : board;
	for (size_t i = 0; i < vm->thread_count; i++)
		vm->threads[i].interval.board = vm->recent.board;
}

/* -- the host -------------------------------------------------------------------------------------- */

static void fill_host(struct field_world *w, const struct field_case *c)
{
	struct model *m = &w->model;

	m->platform = (struct sample_platform){ .halt_poll_ns = 200000,
		.report_ignored_msrs = 1,
		.apicv = 1,
		.nested = 1,
		.nx_huge_pages = "Y",
		.ksm_run = field_figure_or(c, FIELD_KSMD, 0) > 0,
		.ksm_shared = -1, /* unknown */
		.ksm_sharing = -1,
		.ksm_unshared = -1,
		.libvirt_version = 10000000 };
	snprintf(m->platform.clocksource, sizeof m->platform.clocksource, "%s",
		c->clocksource ? c->clocksource : "tsc");
	snprintf(m->platform.kvm_vendor, sizeof m->platform.kvm_vendor, "%s",
		c->vendor ? c->vendor : "intel");
	m->host = (struct host){ .cpus = HOST_CPUS,
		.uptime_s = HOST_UPTIME_S,
		.idle_pct = 20,
		.ksmd_pct = field_figure_or(c, FIELD_KSMD, 0),
		.details = field_figure_or(c, FIELD_TRACED, 1) > 0 };
	m->vms = w->vms;
	m->vm_count = 2;
}

/* Enough vCPUs for the overcommit. */
static void fill_neighbour(struct vm *vm, const struct field_case *c, int vcpus)
{
	const double all = field_figure_or(c, FIELD_OVERCOMMIT, QUIET_OVERCOMMIT) * HOST_CPUS;

	*vm = (struct vm){ .id = { .pid = 1, .start_ticks = 1 },
		.vcpus = all > vcpus ? (int)lround(all) - vcpus : 0,
		.counters = counters_unknown() };
}

bool field_world_init(struct field_world *w, const struct field_case *c, struct strbuf *why)
{
	const double age_s = field_figure_or(c, FIELD_AGE, QUIET_AGE_S);
	struct vm *vm = &w->vm;
	struct field_rates r;

	*w = (struct field_world){ .vms = { &w->vm, &w->neighbour } };
	if (!field_rates_init(&r, c, why))
		return false;
	fill_host(w, c);
	vm->id = (struct vm_id){ .pid = (pid_t)field_figure_or(c, FIELD_PID, 4180),
		.start_ticks = (uint64_t)((HOST_UPTIME_S - age_s) * (double)sysconf(_SC_CLK_TCK)) };
	vm->vcpus = (int)c->figures[FIELD_VCPUS];
	vm->config = &c->config;
	vm->kvm = r.of[FIELD_EXITS] > 0 ? TRI_YES : TRI_UNKNOWN;
	field_rates_counters(&vm->counters, c, &r);
	if (w->model.host.details)
		field_rates_lines(&vm->recent_irqs, &r);
	fill_neighbour(&w->neighbour, c, vm->vcpus);
	if (!fill_threads(w, c, &r, why))
		return false;
	set_board(vm);
	return true;
}

void field_world_fini(struct field_world *w)
{
	for (size_t i = 0; i < w->vm.thread_count; i++)
		exit_table_fini(&w->vm.threads[i].interval);
	exit_table_fini(&w->vm.recent);
	irq_table_fini(&w->vm.recent_irqs);
	arena_fini(&w->arena);
}
