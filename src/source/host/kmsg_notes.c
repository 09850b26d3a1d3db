#include "source/host/kmsg_notes.h"

#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/text.h"

static bool is_alike(const struct kernel_log_entry *a, enum kernel_log_kind kind,
	enum kernel_log_direction direction, uint32_t msr)
{
	return a->kind == kind && a->direction == direction && a->msr == msr;
}

static struct kmsg_note *find(struct kmsg_notes *n, const struct kmsg_line *line)
{
	for (size_t i = 0; i < n->count; i++) {
		struct kmsg_note *note = &n->items[i];

		if (!note->over && note->pid == line->pid &&
			is_alike(&note->entry, line->kind, line->direction, line->msr))
			return note;
	}
	return NULL;
}

/* Nobody is told of it. */
static bool is_idle(const struct kmsg_note *note)
{
	return note->if_vm && !note->vm.pid;
}

/* The place of the oldest note that is of nobody, or of a process that is gone; count: there is none. */
static size_t oldest_spare(const struct kmsg_notes *n)
{
	size_t found = n->count;

	for (size_t i = 0; i < n->count; i++)
		if ((n->items[i].over || is_idle(&n->items[i])) &&
			(found == n->count ||
				n->items[i].entry.last_us < n->items[found].entry.last_us))
			found = i;
	return found;
}

/* NULL: there is no room. */
static struct kmsg_note *make(struct kmsg_notes *n, pid_t pid)
{
	size_t of_pid = 0, at = n->count;

	for (size_t i = 0; i < n->count; i++)
		of_pid += n->items[i].pid == pid && !n->items[i].over;
	if (of_pid >= KMSG_NOTES_PER_PID)
		return NULL;
	if (n->count < KMSG_NOTES_MAX) {
		n->items = mem_grow(n->items, n->count, &n->capacity, sizeof *n->items);
		n->count++;
	} else {
		at = oldest_spare(n);
		if (at == n->count)
			return NULL;
		if (!is_idle(&n->items[at]))
			n->left_out += n->items[at].entry.count;
	}
	n->items[at] = (struct kmsg_note){ .pid = pid };
	return &n->items[at];
}

static void set_text(struct kernel_log_entry *e, const struct kmsg_line *line)
{
	char text[4 * KERNEL_LOG_TEXT_MAX];
	const size_t length = line->length < sizeof text ? line->length : sizeof text - 1;

	memcpy(text, line->text, length);
	text[length] = '\0';
	text_clean(e->text, sizeof e->text, text);
}

void kmsg_notes_add(struct kmsg_notes *n, const struct kmsg_line *line)
{
	struct kmsg_note *note = find(n, line);

	if (!note)
		note = make(n, line->pid);
	if (!note) {
		n->left_out += !line->if_vm;
		return;
	}
	if (!note->entry.count)
		note->entry = (struct kernel_log_entry){ .kind = line->kind,
			.direction = line->direction,
			.msr = line->msr,
			.first_us = line->time_us };
	note->if_vm = line->if_vm && (note->if_vm || !note->entry.count);
	note->of_vm |= line->of_vm;
	note->entry.count++;
	note->entry.last_us = line->time_us;
	set_text(&note->entry, line);
}

static bool has_thread(const struct sample_vm *vm, pid_t tid)
{
	for (size_t i = 0; i < vm->thread_count; i++)
		if (vm->threads[i].tid == tid)
			return true;
	return vm->id.pid == tid;
}

/* Whether the note is the VM's. Once told to a VM it stays with that, though the thread may end. */
static bool is_of(struct kmsg_note *note, const struct sample_vm *vm,
	bool (*older)(uint64_t time_us, struct vm_id id))
{
	if (vm_id_equal(note->vm, vm->id))
		return true;
	if (note->pid <= 0 || !has_thread(vm, note->pid))
		return false;
	if (note->vm.pid || older(note->entry.last_us, vm->id)) {
		note->over = true;
		return false;
	}
	note->vm = vm->id;
	return true;
}

static const struct sample_vm *find_vm(struct kmsg_note *note, const struct sample *s,
	bool (*older)(uint64_t time_us, struct vm_id id))
{
	for (size_t i = 0; !note->over && i < s->vm_count; i++)
		if (is_of(note, &s->vms[i], older))
			return &s->vms[i];
	return NULL;
}

/* Whom the entry names: the VM, the process where only a VM can be meant, else the host. */
static void set_whose(
	struct kernel_log_entry *e, const struct kmsg_note *note, const struct sample_vm *vm)
{
	if (vm) {
		e->pid = vm->id.pid;
		e->start_ticks = vm->id.start_ticks;
		return;
	}
	e->start_ticks = 0;
	e->pid = !note->of_vm ? 0 : note->vm.pid ? note->vm.pid : note->pid;
}

static void merge(struct sample_kernel_log *log, const struct kernel_log_entry *e)
{
	for (size_t i = 0; i < log->count; i++) {
		struct kernel_log_entry *into = &log->entries[i];
		const struct kernel_log_entry last = e->last_us > into->last_us ? *e : *into;

		if (into->pid != e->pid || into->start_ticks != e->start_ticks ||
			!is_alike(into, e->kind, e->direction, e->msr))
			continue;
		into->count += e->count;
		if (e->first_us < into->first_us)
			into->first_us = e->first_us;
		into->last_us = last.last_us;
		memcpy(into->text, last.text, sizeof into->text);
		return;
	}
	log->entries[log->count++] = *e;
}

void kmsg_notes_tell(
	struct kmsg_notes *n, struct sample *s, bool (*older)(uint64_t time_us, struct vm_id id))
{
	struct sample_kernel_log *log = &s->kernel_log;

	log->left_out = n->left_out;
	log->entries = arena_array(&s->arena, n->count, sizeof *log->entries);
	for (size_t i = 0; i < n->count; i++) {
		struct kmsg_note *note = &n->items[i];
		const struct sample_vm *vm = find_vm(note, s, older);
		struct kernel_log_entry e = note->entry;

		if (is_idle(note))
			continue;
		set_whose(&e, note, vm);
		merge(log, &e);
	}
}

void kmsg_notes_fini(struct kmsg_notes *n)
{
	free(n->items);
	*n = (struct kmsg_notes){ 0 };
}
