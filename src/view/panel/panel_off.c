#include "view/panel/panel_off.h"

#include "core/clock.h"
#include "model/off.h"
#include "view/draw/line.h"

static bool has_memory_snapshots(const struct vm *vm)
{
	return vm->domain && vm->domain->memory_snapshots == TRI_YES;
}

int panel_off_lines(const struct frame *f, const struct vm *vm)
{
	return 1 + has_memory_snapshots(vm) + (off_change(f->model, vm) != NULL);
}

static void add_state(struct line *l, const struct vm *vm)
{
	const bool saved = vm->domain && vm->domain->managed_save == TRI_YES;

	line_add(l, STYLE_BOLD, "state   ");
	line_add(l, STYLE_NORMAL, "%s", off_state(vm));
	if (saved)
		line_add(l, STYLE_DIM, ": resumes from its image, with the image's configuration");
	else if (!vm->config)
		line_add(l, STYLE_DIM, ": its definition cannot be read from libvirt");
}

/* "! changed by kvmtop 2018-09-02 14:07, not proven yet: u undoes it" */
static void add_change(struct line *l, const struct frame *f, const struct open_change *change)
{
	char when[32];

	line_add(l, STYLE_WARNING, "! changed by kvmtop");
	if (change->real_ns)
		line_add(l, STYLE_WARNING, " %s",
			clock_when(change->real_ns, f->model->real_ns, when, sizeof when));
	line_add(l, STYLE_WARNING, ", not proven yet");
	line_add(l, STYLE_NORMAL, ": ");
	line_add(l, STYLE_BOLD, "u");
	line_add(l, STYLE_NORMAL, " undoes it");
}

void panel_off_paint(const struct frame *f, const struct vm *vm, struct rect at)
{
	const struct open_change *change = off_change(f->model, vm);
	struct line l = { f->term, at.row, at.column, at.column + at.width };
	const struct line start = l;
	const int end = at.row + at.height;

	add_state(&l, vm);
	if (change && ++at.row < end) {
		l = start;
		l.row = at.row;
		add_change(&l, f, change);
	}
	if (has_memory_snapshots(vm) && ++at.row < end) {
		l = start;
		l.row = at.row;
		line_add(&l, STYLE_DIM,
			"Its snapshots with memory restore their own configuration.");
	}
}
