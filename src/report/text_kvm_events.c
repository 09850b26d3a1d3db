#include "report/text_kvm_events.h"

#include <stdlib.h>

#include "core/mem.h"
#include "model/kvm_event_columns.h"
#include "report/table.h"

/* The most frequent ones of the VM first, or, where no VM is counted, of the host. */
static void sort(const struct kvm_events *e, const void **rows, size_t count)
{
	const enum kvm_event_column by = e->vm.pid ? KVM_EVENT_COL_VM : KVM_EVENT_COL_HOST;

	field_sort_pointers(
		&kvm_event_columns[by], false, &kvm_event_columns[KVM_EVENT_COL_HOST], rows, count);
}

void text_kvm_events(struct strbuf *b, const struct model *m)
{
	const struct kvm_events *e = &m->kvm_events;
	const struct vm *vm = model_find(m, e->vm);
	const void **rows;
	size_t count = 0;

	if (!e->wanted)
		return;
	strbuf_add(b, "\nKVM's events");
	if (vm)
		strbuf_addf(b, ", VM: %s (pid %d)", vm->name, (int)vm->id.pid);
	if (e->why[0]) {
		strbuf_addf(b, ": %s\n", e->why);
		return;
	}
	rows = mem_calloc(e->count, sizeof *rows);
	for (size_t i = 0; i < e->count; i++)
		if (kvm_event_fired(&e->items[i]))
			rows[count++] = &e->items[i];
	strbuf_addf(b, ", %zu of %zu did not fire\n", e->count - count, e->count);
	if (e->note[0])
		strbuf_addf(b, "  ! %s\n", e->note);
	sort(e, rows, count);
	if (count)
		table_add(b, "  ", kvm_event_columns, KVM_EVENT_COL__COUNT, rows, count);
	free(rows);
}
