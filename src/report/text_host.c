#include "report/text_host.h"

#include <stdlib.h>

#include "core/mem.h"
#include "model/host_cpu_columns.h"
#include "model/host_detail.h"
#include "model/host_facts.h"
#include "model/placement_columns.h"
#include "report/table.h"

/* As wide as the longest name of a fact. */
enum { NAME_WIDTH = 8 };

static void add_facts(struct strbuf *b, const struct model *m)
{
	struct host_fact facts[HOST_FACT__COUNT];

	host_facts_init(facts, m);
	for (int i = 0; i < HOST_FACT__COUNT; i++) {
		const struct host_fact *f = &facts[i];

		strbuf_addf(b, "%s%-*s  %s%s%s\n", f->why.length ? "! " : "  ", NAME_WIDTH, f->name,
			strbuf_text(&f->why), f->why.length ? ": " : "", strbuf_text(&f->text));
	}
	host_facts_fini(facts);
}

static void add_cpus(struct strbuf *b, const struct host *h)
{
	const void **rows = mem_calloc(h->per_cpu_count, sizeof *rows);

	for (size_t i = 0; i < h->per_cpu_count; i++)
		rows[i] = &h->per_cpu[i];
	if (h->per_cpu_count)
		table_add(b, "  ", host_cpu_columns, HOST_CPU_COL__COUNT, rows, h->per_cpu_count);
	free(rows);
}

void text_host_add(struct strbuf *b, const struct model *m)
{
	if (!m->detail)
		return;
	strbuf_add(b, "\nHost\n");
	add_facts(b, m);
	add_cpus(b, &m->host);
}

void text_host_add_placement(struct strbuf *b, const struct vm *vm)
{
	struct placement_row *own = mem_calloc(vm->thread_count, sizeof *own);
	const void **rows = mem_calloc(vm->thread_count, sizeof *rows);

	for (size_t i = 0; i < vm->thread_count; i++) {
		own[i] = placement_row_of(vm, i);
		rows[i] = &own[i];
	}
	if (vm->placement)
		table_add(b, "  ", placement_columns + PLACEMENT_COL_NAME,
			PLACEMENT_COL__COUNT - PLACEMENT_COL_NAME, rows, vm->thread_count);
	free(rows);
	free(own);
}
