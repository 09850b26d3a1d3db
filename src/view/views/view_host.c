#include "model/placement_columns.h"
#include "sample/wants.h"
#include "view/drill.h"
#include "view/ui_moves.h"
#include "view/views.h"
#include "view/views/host_block.h"
#include "view/views/list.h"

/* What the threads keep of the view's rows, titles not counted: one in so many, and so many at least. */
enum { THREADS_SHARE = 3, THREADS_MIN = 3 };

static void collect(struct rows *rows, const struct model *m, const struct findings *f)
{
	(void)f;
	rows_clear(rows, placement_columns, PLACEMENT_COL__COUNT);
	for (size_t i = 0; i < m->vm_count; i++) {
		const struct vm *vm = m->vms[i];
		struct placement_row *own =
			arena_array(&rows->arena, vm->thread_count, sizeof *own);

		for (size_t k = 0; k < vm->thread_count; k++) {
			own[k] = placement_row_of(vm, k);
			rows_add(rows, (struct row){ .vm = vm,
					       .key = (uint64_t)vm->threads[k].tid,
					       .name = vm->threads[k].name,
					       .data = &own[k] });
		}
	}
}

/* The rows above the threads. Where there is no VM, the middle of the screen says so. */
static struct rect block_room(const struct frame *f)
{
	struct rect room = f->layout.titles;
	const int rows = f->layout.list.height;
	const int threads = rows / THREADS_SHARE > THREADS_MIN ? rows / THREADS_SHARE : THREADS_MIN;

	room.height = f->model->vm_count ? rows - threads : rows / 2 - 1;
	return room;
}

static void paint_threads(const struct frame *f, int below)
{
	static const enum style styles[PLACEMENT_COL__COUNT] = {
		[PLACEMENT_COL_WAIT] = STYLE_WAIT,
		[PLACEMENT_COL_THROTTLED] = STYLE_WAIT,
		[PLACEMENT_COL_REMARK] = STYLE_WARNING,
	};
	struct frame rest = *f;

	rest.layout.titles.row += below;
	rest.layout.list.row += below;
	rest.layout.list.height -= below;
	list_paint(&rest, SETTINGS_TABLE__COUNT, styles, "No thread can be seen.");
}

/* Why there is nothing, in a sentence; on a host it comes with the next tick. */
static const char *describe_absence(const struct sample_recording *r)
{
	if (!r->file[0])
		return "The host is being read ...";
	return r->is_replay ? "This recording does not have it all: record with --with host."
			    : "A recording of events has nothing of the host.";
}

static int paint_absence(const struct frame *f, struct rect room)
{
	const struct sample_recording *r = &f->model->recording;

	if (f->model->detail || !f->model->updates)
		return 0;
	term_text(f->term, room.row, room.column + 1, room.width - 1,
		r->file[0] ? STYLE_WARNING : STYLE_DIM, describe_absence(r));
	return 1;
}

static void paint(const struct frame *f)
{
	struct rect room = block_room(f);
	const int first = room.row;
	const int absence = paint_absence(f, room);

	room.row += absence;
	room.height -= absence;
	room.row += host_block_paint(f, room);
	paint_threads(f, room.row - first);
}

/* A vCPU has exits of its own; what another thread does is seen in its VM's panel. */
static void enter(
	struct ui *ui, const struct model *m, const struct findings *f, const struct row *row)
{
	const struct placement_row *own = row ? row->data : NULL;

	(void)m;
	(void)f;
	if (own && own->thread->vcpu >= 0) {
		ui_open_drill(ui, own->thread->vcpu);
		return;
	}
	ui_turn_to(ui, VIEW_OVERVIEW);
	ui->folded = false;
}

const struct view view_host = {
	.name = "Host",
	.key = "host",
	.help = "What the host has and promises: CPUs, memory, pressure, KVM, and where each "
		"thread may run",
	.sort = "cpu_pct",
	.wants = WANT_HOST,
	.collect = collect,
	.paint = paint,
	.enter = enter,
};
