#include "view/popup_help.h"

#include "core/text.h"
#include "view/page.h"

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
	struct page *p, const char *heading, const struct column *columns, size_t count)
{
	page_addf(p, STYLE_BOLD, 0, "\n%s", heading);
	for (size_t i = 0; i < count; i++)
		add_entry(p, columns[i].title, columns[i].help);
}

void popup_help_paint(const struct frame *f)
{
	const bool ascii = !term_utf8(f->term);
	struct page page = { .width = page_width(f->term, HELP_WIDTH) };

	page_add(&page, STYLE_BOLD, 0, "Keys");
	add_bindings(&page, CONTEXT_MAIN, ascii);
	page_add(&page, STYLE_BOLD, 0, "\nKeys in a window such as this");
	add_bindings(&page, CONTEXT_POPUP, ascii);
	page_add(&page, STYLE_BOLD, 0, "\nKeys in the remedy");
	add_bindings(&page, CONTEXT_REMEDY, ascii);
	page_add(&page, STYLE_BOLD, 0, "\nKeys in the drill-down");
	add_bindings(&page, CONTEXT_EXITS, ascii);
	add_columns(&page, "Columns of the VMs", vm_columns, VM_COL__COUNT);
	add_columns(&page, "Columns of the threads", thread_columns, THREAD_COL__COUNT);
	add_columns(&page, "Columns of the exit table", exit_columns, EXIT_COL__COUNT);
	page_paint(f->term, &page, "kvmtop help", &f->ui->popup_scroll);
	page_fini(&page);
}
