#include "report/text.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/number.h"
#include "core/text.h"
#include "core/version.h"
#include "domain/describe.h"
#include "model/claim.h"
#include "model/columns.h"
#include "model/counters.h"
#include "model/exit_brief.h"
#include "model/off.h"
#include "model/shed.h"
#include "report/table.h"
#include "report/text_host.h"
#include "report/text_kernel.h"
#include "report/text_kvm_events.h"
#include "report/text_symbols.h"

/* Figures of the head lines may be as wide as they like. */
enum { FIGURE_WIDTH = 16 };

/* Devices shown of one reason. */
enum { DEVICES_MAX = 5 };

static void add_figure(struct strbuf *b, const char *before, double value, enum number_unit unit,
	const char *after)
{
	char figure[FIGURE_WIDTH + 1];

	number_format(figure, sizeof figure, value, unit, FIGURE_WIDTH);
	strbuf_addf(b, "%s%s%s", before, figure, after);
}

/* Adds text as one line's worth: whatever it holds, no control character comes through. */
static void add_clean(struct strbuf *b, const char *text)
{
	const size_t size = strlen(text) + 1;
	char *clean = mem_calloc(size, 1);

	text_clean(clean, size, text);
	strbuf_add(b, clean);
	free(clean);
}

static void add_host(struct strbuf *b, const struct model *m)
{
	const struct host *h = &m->host;
	char time[40], uptime[24];

	strbuf_addf(b, "kvmtop %s  %s  %s", KVMTOP_VERSION,
		clock_stamp(m->real_ns, time, sizeof time), h->name[0] ? h->name : "-");
	strbuf_addf(b, "  up %s", clock_uptime(h->uptime_s, uptime, sizeof uptime));
	add_figure(b, "  ", h->cpus ? h->cpus : NAN, NUMBER_INTEGER, " CPUs  load");
	for (size_t i = 0; i < sizeof h->load / sizeof *h->load; i++)
		add_figure(b, " ", h->load[i], NUMBER_SHARE, "");
	strbuf_addf(b, "\nVMs %zu", model_running(m));
	if (m->left_out)
		strbuf_addf(b, " of %zu", model_running(m) + m->left_out);
	if (m->off.count)
		strbuf_addf(b, " +%zu off", m->off.count);
	add_figure(b, "  exits/s ", h->exits_per_s, NUMBER_RATE, "");
	add_figure(b, "  lost ", h->lost, NUMBER_INTEGER, h->lost_unknown ? " or more" : "");
	add_figure(b, "  interval ", m->interval_s, NUMBER_SHARE, " s");
	add_figure(b, "  own CPU ", h->own_cpu_pct, NUMBER_PERCENT, "%\n");
	add_figure(b, "CPU guest ", h->guest_pct, NUMBER_PERCENT, "");
	add_figure(b, "  user ", h->user_pct, NUMBER_PERCENT, "");
	add_figure(b, "  sys ", h->system_pct, NUMBER_PERCENT, "");
	add_figure(b, "  idle ", h->idle_pct, NUMBER_PERCENT, "");
	add_figure(b, "  iowait ", h->iowait_pct, NUMBER_PERCENT, "");
	add_figure(b, "  steal ", h->steal_pct, NUMBER_PERCENT, "");
	add_figure(b, "  ksmd ", h->ksmd_pct, NUMBER_PERCENT, "");
	add_figure(b, "  kswapd ", h->kswapd_pct, NUMBER_PERCENT, "\n");
	add_figure(b, "Mem used ", h->memory_used_kib, NUMBER_KIB, "");
	add_figure(b, " of ", h->memory_kib, NUMBER_KIB, "");
	add_figure(b, "  swap used ", h->swap_used_kib, NUMBER_KIB, "");
	add_figure(b, " of ", h->swap_kib, NUMBER_KIB, "\n");
}

static void add_sources(struct strbuf *b, const struct model *m)
{
	for (int i = 0; (!m->recording.file[0] || m->recording.is_replay) && i < SOURCE__COUNT; i++)
		if (!m->sources[i].ok)
			strbuf_addf(b, "%s is off: %s\n", source_name((enum source_id)i),
				m->sources[i].why[0] ? m->sources[i].why
						     : "it has not answered yet");
}

static void add_vm_table(struct strbuf *b, const struct model *m)
{
	const void **rows = mem_calloc(m->vm_count, sizeof *rows);

	for (size_t i = 0; i < m->vm_count; i++)
		rows[i] = m->vms[i];
	field_sort_pointers(
		&vm_columns[VM_COL_CPU], false, &vm_columns[VM_COL_NAME], rows, m->vm_count);
	table_add(b, "", vm_columns, VM_COL_DEVICES, rows, m->vm_count);
	free(rows);
}

static void add_threads(struct strbuf *b, const struct vm *vm)
{
	const void **rows = mem_calloc(vm->thread_count, sizeof *rows);

	for (size_t i = 0; i < vm->thread_count; i++)
		rows[i] = &vm->threads[i];
	table_add(b, "  ", thread_columns + THREAD_COL_NAME, THREAD_COL__COUNT - THREAD_COL_NAME,
		rows, vm->thread_count);
	free(rows);
}

static void add_exits(struct strbuf *b, const struct vm *vm)
{
	size_t count;
	struct exit_row *lines = exit_brief(&vm->interval, EXIT_SHARES_ALL, EXIT_COL_SAMPLES, false,
		DEVICES_MAX, SIZE_MAX, &count);
	const void **rows = mem_calloc(count, sizeof *rows);

	for (size_t i = 0; i < count; i++)
		rows[i] = &lines[i];
	table_add(b, "  ", exit_columns, EXIT_COL__COUNT, rows, count);
	free(rows);
	free(lines);
}

/* KVM's counters in the place of exits that are not traced. */
static void add_coarse(struct strbuf *b, const struct vm *vm, const struct host *h)
{
	struct exit_row coarse[COUNTERS_ROWS];
	const void *rows[COUNTERS_ROWS];
	const size_t count = counters_rows_of_vm(vm, coarse);

	for (size_t i = 0; i < count; i++)
		rows[i] = &coarse[i];
	if (!count)
		return;
	table_add(b, "  ", exit_columns, EXIT_COL__COUNT, rows, count);
	strbuf_addf(
		b, "  exits are %s; those in () are among the others, too\n", counters_sentence(h));
}

static void add_irq_lines(struct strbuf *b, const struct vm *vm)
{
	struct irq_row *lines = mem_calloc(vm->interval_irqs.count, sizeof *lines);
	const size_t count = irq_table_rows(&vm->interval_irqs, lines);
	const void **rows = mem_calloc(count, sizeof *rows);

	for (size_t i = 0; i < count; i++)
		rows[i] = &lines[i];
	table_add(b, "  ", irq_columns, IRQ_COL__COUNT, rows, count);
	free(rows);
	free(lines);
}

static void add_devices(struct strbuf *b, const struct vm *vm)
{
	struct strbuf line = { 0 };

	devices_describe(&vm->devices, &line);
	if (line.length)
		strbuf_addf(b, "  devices %s\n", strbuf_text(&line));
	strbuf_fini(&line);
}

static void add_config(struct strbuf *b, const struct vm *vm)
{
	struct strbuf machine = { 0 };

	if (*vm->claim) {
		strbuf_add(b, "  ! ");
		claim_describe(b, vm);
		strbuf_add(b, "\n");
	}
	if (!vm->config)
		return;
	strbuf_add(b, "  clock   ");
	describe_clock(b, vm->config);
	strbuf_add(b, "\n  hyperv  ");
	describe_hyperv(b, vm->config);
	strbuf_add(b, "\n");
	describe_machine(&machine, vm->config);
	if (machine.length)
		strbuf_addf(b, "  kvm     %s\n", strbuf_text(&machine));
	strbuf_fini(&machine);
	if (vm->pending == TRI_YES)
		strbuf_add(b, "  A change of these is defined: shut the guest down and start it "
			      "again.\n");
}

static void add_finding(struct strbuf *b, const struct finding *f, const struct vm *vm)
{
	enum remedy_id ranked[FINDING_REMEDY_MAX];

	strbuf_addf(b, "  ! %s %s, confidence %s: ", f->rule->id, severity_name(f->severity),
		confidence_phrase(f->confidence));
	add_clean(b, f->summary);
	strbuf_add(b, "\n    ");
	add_clean(b, f->diagnosis);
	for (size_t i = 0; i < f->evidence_count; i++) {
		strbuf_add(b, "\n    - ");
		add_clean(b, f->evidence[i]);
	}
	for (size_t i = 0; i < f->folded_count; i++)
		strbuf_addf(
			b, "\n    also %s: %s", f->folded[i].rule->id, f->folded[i].rule->title);
	if (f->caveat)
		strbuf_addf(b, "\n    but: %s", f->caveat);
	memcpy(ranked, f->remedies, sizeof ranked);
	remedies_rank(ranked, f->remedy_count, vm->domain);
	for (size_t i = 0; i < f->remedy_count; i++)
		strbuf_addf(b, "\n    remedy %zu: %s", i + 1, remedy_find(ranked[i])->title);
	strbuf_add(b, "\n");
}

static void add_vm(
	struct strbuf *b, const struct vm *vm, const struct model *m, const struct findings *f)
{
	strbuf_addf(b, "\n%s", vm->name);
	if (vm->id.pid)
		strbuf_addf(b, " (pid %d)", (int)vm->id.pid);
	strbuf_add(b, vm->ended ? ", ended\n" : "\n");
	add_threads(b, vm);
	text_host_add_placement(b, vm);
	text_kernel_add_halts(b, vm);
	if (vm->interval.reason_count)
		add_exits(b, vm);
	add_coarse(b, vm, &m->host);
	if (vm->interval_irqs.count)
		add_irq_lines(b, vm);
	add_devices(b, vm);
	add_config(b, vm);
	for (size_t i = 0; i < f->count; i++)
		if (vm_id_equal(f->items[i].vm, vm->id))
			add_finding(b, &f->items[i], vm);
}

/* What one that is shut off has: a state and a definition. */
static void add_off(
	struct strbuf *b, const struct vm *vm, const struct model *m, const struct findings *f)
{
	strbuf_addf(b, "\n%s (%s)\n", vm->name, off_state(vm));
	if (off_change(m, vm)) {
		strbuf_add(b, "  ");
		off_describe_change(b, m, vm);
		strbuf_add(b, "\n");
	}
	add_config(b, vm);
	for (size_t i = 0; i < f->count; i++)
		if (vm_id_equal(f->items[i].vm, vm->id))
			add_finding(b, &f->items[i], vm);
}

char *report_text(const struct model *m, const struct findings *f)
{
	struct strbuf b = { 0 };

	add_host(&b, m);
	add_sources(&b, m);
	if (m->host.shed) {
		shed_notice(m, &b);
		strbuf_add(&b, "\n");
	}
	text_host_add(&b, m);
	strbuf_add(&b, "\n");
	if (m->vm_count)
		add_vm_table(&b, m);
	else if (m->left_out)
		strbuf_addf(&b, "None of the VMs that are asked for runs; %zu other%s.\n",
			m->left_out, m->left_out == 1 ? " does" : "s do");
	else
		strbuf_add(&b, "No running VMs found.\n");
	for (size_t i = 0; i < m->vm_count; i++)
		add_vm(&b, m->vms[i], m, f);
	for (size_t i = 0; i < m->off.count; i++)
		add_off(&b, m->off.vms[i], m, f);
	text_symbols_add(&b, m);
	text_kvm_events(&b, m);
	text_kernel_add_log(&b, m, f);
	return strbuf_take(&b);
}
