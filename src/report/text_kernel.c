#include "report/text_kernel.h"

#include <math.h>
#include <stdlib.h>

#include "advice/log_columns.h"
#include "core/mem.h"
#include "model/halt_columns.h"
#include "report/table.h"

void text_kernel_add_halts(struct strbuf *b, const struct vm *vm)
{
	const struct vm_halts *h = &vm->halts;
	const void **rows = mem_calloc(h->count + 1, sizeof *rows);
	size_t count = 0;

	/* What is counted always is not told of wake-ups. */
	if (h->count != 1 && halts_are_known(&h->all) && !isnan(h->all.wakes_per_s))
		rows[count++] = &h->all;
	for (size_t i = 0; i < h->count; i++)
		rows[count++] = &h->vcpus[i];
	if (count)
		table_add(b, "  ", halt_columns + HALT_COL_VCPU, HALT_COL__COUNT - HALT_COL_VCPU,
			rows, count);
	free(rows);
}

void text_kernel_add_log(struct strbuf *b, const struct model *m, const struct findings *f)
{
	const struct kernel_log *log = &m->kernel_log;
	struct log_line *lines = mem_calloc(log->count, sizeof *lines);
	const void **rows = mem_calloc(log->count, sizeof *rows);
	size_t count = 0;

	for (size_t i = 0; i < log->count; i++) {
		if (log->rows[i].vm && !model_find(m, log->rows[i].vm->id))
			continue;
		lines[count] = log_line_of(&log->rows[i], f);
		rows[count] = &lines[count];
		count++;
	}
	if (count) {
		field_sort_pointers(
			&log_columns[LOG_COL_LAST], false, &log_columns[LOG_COL_VM], rows, count);
		strbuf_add(b, "\nKernel log\n");
		table_add(b, "  ", log_columns, LOG_COL__COUNT, rows, count);
	}
	if (log->lost > 0)
		strbuf_addf(
			b, "  The kernel overwrote %.0f lines before they were read.\n", log->lost);
	free(rows);
	free(lines);
}
