#include "source/recording/recording_vm.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/host/proc_thread.h"

/* The name of a thread in lines such as
 *	120 CPU 0/KVM
 *	122 kvm-pit/120 */
static void find_name(const char *names, pid_t tid, char *out, size_t size)
{
	out[0] = '\0';
	for (const char *line = names; line && *line;) {
		const size_t length = strcspn(line, "\n");
		char *end;
		const long number = strtol(line, &end, 10);

		if (number == tid && *end == ' ' && end < line + length) {
			snprintf(out, size, "%.*s", (int)(line + length - end - 1), end + 1);
			return;
		}
		line += length + (line[length] == '\n');
	}
}

/* The process whose kernel threads are in the names; 0 when there is none, or more than one. */
static pid_t find_pid(const char *names)
{
	pid_t found = 0;

	for (const char *line = names; line && *line;) {
		const size_t length = strcspn(line, "\n"), number = strcspn(line, " \n");
		enum thread_kind kind;
		char name[64] = "";
		pid_t owner = 0;

		if (number < length)
			snprintf(name, sizeof name, "%.*s", (int)(length - number - 1),
				line + number + 1);
		owner = proc_thread_owner(name, &kind);
		if (owner && found && owner != found)
			return 0;
		found = owner ? owner : found;
		line += length + (line[length] == '\n');
	}
	return found;
}

static void set_thread(struct sample_thread *t, const struct sample_exit_thread *from, pid_t pid,
	const char *names)
{
	*t = (struct sample_thread){
		.tid = from->tid,
		.vcpu = -1,
		.utime_ticks = SAMPLE_UNKNOWN,
		.stime_ticks = SAMPLE_UNKNOWN,
		.guest_ticks = SAMPLE_UNKNOWN,
		.switches = SAMPLE_UNKNOWN,
		.cpu_ns = SAMPLE_UNKNOWN,
		.wait_ns = SAMPLE_UNKNOWN,
	};
	find_name(names, t->tid, t->name, sizeof t->name);
	if (!proc_thread_owner(t->name, &t->kind))
		t->kind = proc_thread_kind(t->name, t->tid == pid && !from->count, &t->vcpu);
	if (from->vcpu >= 0)
		t->vcpu = from->vcpu;
}

void recording_vm_add(struct sample *s, const struct sample *from, const char *name,
	const struct recording_head *head)
{
	struct sample_vm *vm = arena_array(&s->arena, 1, sizeof *vm);

	*vm = sample_vm_unknown((struct vm_id){ .pid = find_pid(head->names) });
	vm->name = arena_strdup(&s->arena, name);
	vm->threads = arena_array(&s->arena, from->exit_thread_count, sizeof *vm->threads);
	vm->thread_count = from->exit_thread_count;
	for (size_t i = 0; i < from->exit_thread_count; i++)
		set_thread(&vm->threads[i], &from->exit_threads[i], vm->id.pid, head->names);
	s->vms = vm;
	s->vm_count = 1;
}
