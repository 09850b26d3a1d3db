#include "view/popup/popup_help.h"

#include "advice/finding_columns.h"
#include "advice/log_columns.h"
#include "core/text.h"
#include "model/clock_columns.h"
#include "model/halt_columns.h"
#include "model/host_cpu_columns.h"
#include "model/kvm_event_columns.h"
#include "model/placement_columns.h"
#include "model/symbol_columns.h"
#include "view/page.h"
#include "view/views.h"

/* Text of the keys' column, and of the columns' titles. */
enum { HELP_WIDTH = 96, KEYS_WIDTH = 14 };

static void add_entry(struct page *p, const char *what, const char *help)
{
	struct strbuf text = { 0 };
	const int width = text_width(what);

	strbuf_addf(&text, "%s%*s%s", what, width < KEYS_WIDTH ? KEYS_WIDTH - width : 1, "", help);
	page_add(p, STYLE_NORMAL, KEYS_WIDTH, strbuf_text(&text));
	strbuf_fini(&text);
}

static void add_bindings(struct page *p, unsigned context, bool ascii)
{
	for (size_t i = 0; i < binding_count; i++) {
		const struct binding *b = &bindings[i];
		struct strbuf keys = { 0 };
		char name[16];

		if (!(b->contexts & context))
			continue;
		for (size_t k = 0; k < BINDING_KEYS_MAX && b->keys[k]; k++)
			strbuf_addf(&keys, "%s%s", k ? " " : "",
				binding_key_name(b->keys[k], ascii, name, sizeof name));
		add_entry(p, strbuf_text(&keys), b->help);
		strbuf_fini(&keys);
	}
}

static void add_columns(
	struct page *p, const char *heading, const struct field *columns, size_t count)
{
	page_addf(p, STYLE_BOLD, 0, "\n%s", heading);
	for (size_t i = 0; i < count; i++)
		add_entry(p, columns[i].title, columns[i].help);
}

/* Keys of what was on the screen when help was asked for come first, then all others. */
static void add_contexts(struct page *p, unsigned here, bool ascii)
{
	for (int round = 0; round < 2; round++)
		for (int bit = 0; bit < CONTEXT__COUNT; bit++) {
			const unsigned context = 1u << bit;

			if (!(here & context) != (round == 1))
				continue;
			page_addf(p, STYLE_BOLD, 0, "%s%s", p->count ? "\n" : "",
				binding_context_name(context));
			add_bindings(p, context, ascii);
		}
}

static void add_views(struct page *p)
{
	page_add(p, STYLE_BOLD, 0, "\nViews");
	for (int i = 0; i < VIEW__COUNT; i++)
		add_entry(p, views[i]->name, views[i]->help);
}

static void add_method(struct page *p)
{
	page_add(p, STYLE_BOLD, 0, "\nHow CPU time is measured");
	page_add(p, STYLE_NORMAL, 0,
		"The run time of a thread and the idle time of a CPU are exact. The split into "
		"guest, "
		"user and sys is sampled at the kernel's timer ticks (every 1 to 10 ms), so the "
		"shares "
		"of a mostly idle thread vary from one interval to the next.");
}

void popup_help_paint(const struct frame *f)
{
	struct page page = { .width = page_width(f->term, HELP_WIDTH) };

	add_contexts(&page, f->ui->help_context, !term_utf8(f->term));
	add_views(&page);
	add_method(&page);
	add_columns(&page, "Columns of the VMs", vm_columns, VM_COL__COUNT);
	add_columns(&page, "Columns of the threads", thread_columns, THREAD_COL__COUNT);
	add_columns(&page, "Columns of the exit table", exit_columns, EXIT_COL__COUNT);
	add_columns(&page, "Columns of the clocks", clock_columns, CLOCK_COL__COUNT);
	add_columns(&page, "Columns of the hot symbols", symbol_columns, SYMBOL_COL__COUNT);
	add_columns(&page, "Columns of KVM's events", kvm_event_columns, KVM_EVENT_COL__COUNT);
	add_columns(&page, "Columns of the findings", finding_columns, FINDING_COL__COUNT);
	add_columns(&page, "Columns of the host's CPUs", host_cpu_columns, HOST_CPU_COL__COUNT);
	add_columns(&page, "Columns of the placement of threads", placement_columns,
		PLACEMENT_COL__COUNT);
	add_columns(&page, "Columns of the halts", halt_columns, HALT_COL__COUNT);
	add_columns(&page, "Columns of the log", log_columns, LOG_COL__COUNT);
	page_paint(f, &page, "kvmtop help");
	page_fini(&page);
}
