#include "model/vm_match.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "core/mem.h"

static bool has_name(const struct vm *vm, const char *call)
{
	return !strcmp(vm->name, call);
}

static bool has_uuid(const struct vm *vm, const char *call)
{
	return *vm->uuid && !strcasecmp(vm->uuid, call);
}

static bool has_pid(const struct vm *vm, const char *call)
{
	char *end;
	long pid;

	errno = 0;
	pid = strtol(call, &end, 10);
	return !errno && end != call && !*end && pid > 0 && vm->id.pid == pid;
}

size_t vm_match_room(const struct model *m)
{
	return m->vm_count + m->off.count;
}

size_t vm_match_find(const struct model *m, const char *call, const struct vm **vms)
{
	static bool (*const has[])(
		const struct vm *, const char *) = { has_name, has_uuid, has_pid };
	size_t found = 0;

	for (size_t way = 0; !found && way < sizeof has / sizeof *has; way++) {
		for (size_t i = 0; i < m->vm_count; i++)
			if (has[way](m->vms[i], call))
				vms[found++] = m->vms[i];
		for (size_t i = 0; i < m->off.count; i++)
			if (has[way](m->off.vms[i], call))
				vms[found++] = m->off.vms[i];
	}
	return found;
}

static bool is_called(const struct model *m, const struct vm *vm, const char *const *calls,
	size_t count, const struct vm **room)
{
	for (size_t i = 0; i < count; i++) {
		const size_t found = vm_match_find(m, calls[i], room);

		for (size_t k = 0; k < found; k++)
			if (room[k] == vm)
				return true;
	}
	return false;
}

/* Is what was looked at more closely a VM that is left out? */
static bool is_left_out(const struct model *narrow, const struct model *m, struct vm_id id)
{
	return model_find(m, id) && !model_find(narrow, id);
}

struct model vm_match_narrow(const struct model *m, const char *const *calls, size_t count)
{
	const struct vm **room = mem_calloc(vm_match_room(m), sizeof *room);
	struct model narrow = *m;

	narrow.vms = mem_calloc(m->vm_count, sizeof *narrow.vms);
	narrow.vm_count = 0;
	narrow.by_id = (struct map){ 0 };
	for (size_t i = 0; i < m->vm_count; i++)
		if (is_called(m, m->vms[i], calls, count, room))
			narrow.vms[narrow.vm_count++] = m->vms[i];
	narrow.left_out = model_running(m) - model_running(&narrow);
	narrow.off.vms = mem_calloc(m->off.count, sizeof *narrow.off.vms);
	narrow.off.count = 0;
	for (size_t i = 0; i < m->off.count; i++)
		if (is_called(m, m->off.vms[i], calls, count, room))
			narrow.off.vms[narrow.off.count++] = m->off.vms[i];
	if (is_left_out(&narrow, m, m->hot_symbols.vm))
		narrow.hot_symbols = (struct hot_symbols){ 0 };
	if (is_left_out(&narrow, m, m->kvm_events.vm))
		narrow.kvm_events = (struct kvm_events){ 0 };
	free(room);
	return narrow;
}

void vm_match_release(struct model *narrow)
{
	free(narrow->vms);
	free(narrow->off.vms);
}
