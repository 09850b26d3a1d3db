#include "view/drill.h"
#include "view/ui_moves.h"
#include "view/views.h"
#include "view/views/list.h"

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	(void)f;
	rows_clear(rows, thread_columns, THREAD_COL__COUNT);
	for (size_t i = 0; i < m->vm_count; i++) {
		const struct vm *vm = m->vms[i];

		for (size_t k = 0; k < vm->thread_count; k++)
			rows_add(rows, (struct row){ .vm = vm,
					       .key = (uint64_t)vm->threads[k].tid,
					       .name = vm->threads[k].name,
					       .data = &vm->threads[k] });
	}
}

static void paint(const struct frame *f)
{
	static const enum style styles[THREAD_COL__COUNT] = {
		[THREAD_COL_GUEST] = STYLE_GUEST,
		[THREAD_COL_USER] = STYLE_USER,
		[THREAD_COL_SYSTEM] = STYLE_SYSTEM,
		[THREAD_COL_WAIT] = STYLE_WAIT,
	};

	list_paint(f, SETTINGS_THREADS, styles, "No thread can be seen.");
}

/* A vCPU has exits of its own; what another thread does is seen in its VM's panel. */
static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	const struct thread *thread = row ? row->data : NULL;

	(void)m;
	(void)f;
	if (thread && thread->vcpu >= 0) {
		ui_open_drill(ui, thread->vcpu);
		return;
	}
	ui_turn_to(ui, VIEW_OVERVIEW);
	ui->folded = false;
}

const struct view view_threads = {
	.name = "Threads",
	.key = "threads",
	.help = "Threads of all VMs in one list: which vCPU, iothread or main loop burns the CPU",
	.sort = "cpu_pct",
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
