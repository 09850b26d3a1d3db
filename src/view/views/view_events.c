#include <string.h>

#include "model/kvm_event_columns.h"
#include "sample/wants.h"
#include "view/draw/line.h"
#include "view/page.h"
#include "view/views.h"
#include "view/views/list.h"

/* Rows that stay with the list, however much there is to say above it. */
enum { LIST_ROWS_MIN = 4 };

/* What one wants to tell apart when a guest's timer is in question. */
static const struct {
	const char *event, *text;
} told_apart[] = {
	{ "kvm_apic_accept_irq", "APIC irqs" },
	{ "kvm_hv_stimer_expiration", "Hyper-V timers" },
	{ "kvm_vcpu_wakeup", "halts" },
	{ "kvm_halt_poll_ns", "poll changes" },
	{ "kvm_userspace_exit", "to QEMU" },
};

/* All rows are of the VM that is counted; where none is yet, of any: what they say of the host holds. */
static const struct vm *counted_vm(const struct model *m)
{
	const struct vm *vm = model_find(m, m->kvm_events.vm);

	return vm || !m->vm_count ? vm : m->vms[0];
}

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	const struct kvm_events *e = &m->kvm_events;
	const struct vm *vm = counted_vm(m);

	(void)f;
	rows_clear(rows, kvm_event_columns, KVM_EVENT_COL__COUNT);
	for (size_t i = 0; vm && !e->why[0] && i < e->count; i++)
		if (kvm_event_fired(&e->items[i]))
			rows_add(rows, (struct row){ .vm = vm,
					       .key = i + 1,
					       .name = e->items[i].name,
					       .data = &e->items[i] });
}

/* All of it, or nothing where there is no room. */
static void add_rate(struct line *l, const char *text, double per_s)
{
	char figure[24];

	line_number(figure, per_s, NUMBER_RATE, 0);
	if (l->column + (int)(2 + strlen(text) + 1 + strlen(figure) + 2) > l->end)
		return;
	line_add(l, STYLE_DIM, "  %s ", text);
	line_add(l, STYLE_BOLD, "%s", figure);
	line_add(l, STYLE_DIM, "/s");
}

/* "win10  APIC irqs 2.1k/s  Hyper-V timers 1000/s  halts 940/s ..." */
static void paint_told_apart(const struct frame *f, int row)
{
	const struct rect list = f->layout.list;
	const struct vm *vm = model_find(f->model, f->model->kvm_events.vm);
	struct line l = { f->term, row, list.column + LAYOUT_MARGIN, list.column + list.width };

	line_add(&l, STYLE_TITLE, "%s", vm ? vm->name : "No VM is counted");
	for (size_t i = 0; vm && i < sizeof told_apart / sizeof *told_apart; i++) {
		const struct kvm_event *event =
			kvm_events_find(&f->model->kvm_events, told_apart[i].event);

		if (event)
			add_rate(&l, told_apart[i].text, event->vm_per_s);
	}
}

static void describe(const struct frame *f, struct page *page)
{
	const struct kvm_events *e = &f->model->kvm_events;
	size_t silent = 0;

	for (size_t i = 0; i < e->count; i++)
		silent += !kvm_event_fired(&e->items[i]);
	page_addf(page, STYLE_DIM, 0,
		"VM: while its threads run; host: on all CPUs. %zu of %zu events did not fire.",
		silent, e->count);
	if (e->note[0])
		page_addf(page, STYLE_WARNING, 2, "! %s", e->note);
}

static void paint_page(const struct frame *f, const struct page *page, int row, int rows)
{
	const struct rect list = f->layout.list;

	for (int i = 0; i < rows && i < (int)page->count; i++)
		term_text(f->term, row + i, list.column + LAYOUT_MARGIN, list.width - LAYOUT_MARGIN,
			page->lines[i].style, page->lines[i].text);
}

static void paint_counted(const struct frame *f)
{
	struct frame below = *f;
	struct page page = { .width = f->layout.list.width - LAYOUT_MARGIN };
	int rows;

	describe(f, &page);
	rows = 1 + (int)page.count;
	if (rows > f->layout.list.height - LIST_ROWS_MIN)
		rows = f->layout.list.height - LIST_ROWS_MIN;
	if (rows < 0)
		rows = 0;
	below.layout.titles.row += rows;
	below.layout.list.row += rows;
	below.layout.list.height -= rows;
	if (rows)
		paint_told_apart(f, f->layout.titles.row);
	paint_page(f, &page, f->layout.titles.row + 1, rows - 1);
	list_paint(&below, SETTINGS_TABLE__COUNT, NULL, "No event has fired yet.");
	page_fini(&page);
}

static void paint_why(const struct frame *f)
{
	const struct model *m = f->model;
	const struct rect list = f->layout.list;
	struct page page = { .width = list.width - 2 * LAYOUT_MARGIN };

	if (m->kvm_events.why[0])
		page_addf(&page, STYLE_WARNING, 0, "%s", m->kvm_events.why);
	else if (m->recording.file[0])
		page_addf(&page, STYLE_DIM, 0,
			"This recording holds no counts of KVM's events: `--record` keeps them "
			"while this view is shown, or with `--with events`.");
	else
		page_addf(&page, STYLE_DIM, 0, "KVM's events are counted from the next look on.");
	list_paint(f, SETTINGS_TABLE__COUNT, NULL, "");
	paint_page(f, &page, list.row + list.height / 3, list.height - list.height / 3);
	page_fini(&page);
}

static void paint(const struct frame *f)
{
	const struct kvm_events *e = &f->model->kvm_events;

	if (!f->model->vm_count)
		list_paint(f, SETTINGS_TABLE__COUNT, NULL, "");
	else if (e->wanted && e->count && !e->why[0])
		paint_counted(f);
	else
		paint_why(f);
}

const struct view view_events = {
	.name = "Events",
	.key = "events",
	.help = "Every tracepoint of KVM, counted: how often each fires on the host and for the "
		"selected VM",
	.sort = "vm_per_s",
	.wants = WANT_EVENTS,
	.of_selected = true,
	.collect = collect,
	.paint = paint,
	.enter = list_enter_exits,
};
