#include "model/off.h"

#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "model/vm.h"

static const struct open_change *find_change(const struct off *off, const char *uuid)
{
	for (size_t i = 0; i < off->change_count; i++)
		if (!strcmp(off->changes[i].uuid, uuid))
			return &off->changes[i];
	return NULL;
}

const struct open_change *off_change(const struct model *m, const struct vm *vm)
{
	return find_change(&m->off, vm->uuid);
}

static bool is_listed(const struct off *off, const struct domain *domain)
{
	return off->wants_all || find_change(off, domain->uuid);
}

/* Libvirt may be a moment behind: a process that it will tell of soon is there already. */
static bool is_off(const struct model *m, const struct domain *domain)
{
	for (size_t i = 0; i < m->vm_count; i++)
		if (m->vms[i]->domain == domain)
			return false;
	return domain->id < 0;
}

/* Takes the VM of that domain out of the list of the last update; makes one where there is none. */
static struct vm *take(struct vm **vms, size_t count, struct vm_id id)
{
	struct vm *vm;

	for (size_t i = 0; i < count; i++) {
		vm = vms[i];
		if (!vm || !vm_id_equal(vm->id, id))
			continue;
		vms[i] = NULL;
		return vm;
	}
	return vm_new(id);
}

static void free_vms(struct vm **vms, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (vms[i])
			vm_free(vms[i]);
	free(vms);
}

static int by_name(const void *a, const void *b)
{
	const struct vm *const *x = a, *const *y = b;
	const int order = strcmp((*x)->name, (*y)->name);

	return order ? order : strcmp((*x)->uuid, (*y)->uuid);
}

void off_update(struct model *m, const struct sample *s)
{
	const struct domain_set *domains = s ? s->domains : NULL;
	struct off *off = &m->off;
	struct vm **old = off->vms;
	const size_t old_count = off->count;

	off->vms = domains ? mem_calloc(domains->count, sizeof(struct vm *)) : NULL;
	off->count = off->all = 0;
	for (size_t i = 0; domains && i < domains->count; i++) {
		const struct domain *domain = &domains->items[i];

		if (!is_off(m, domain))
			continue;
		off->all++;
		if (!is_listed(off, domain))
			continue;
		off->vms[off->count] = take(old, old_count, sample_domain_vm_id(domain));
		vm_set_off(off->vms[off->count++], domain);
	}
	free_vms(old, old_count);
	if (off->count)
		qsort(off->vms, off->count, sizeof(struct vm *), by_name);
}

void off_list_all(struct model *m, bool all)
{
	if (m->off.wants_all == all)
		return;
	m->off.wants_all = all;
	off_update(m, m->last);
}

void off_set_changes(struct model *m, const struct open_change *changes, size_t count)
{
	struct off *off = &m->off;

	free(off->changes);
	off->changes = mem_calloc(count, sizeof *changes);
	off->change_count = count;
	if (count)
		memcpy(off->changes, changes, count * sizeof *changes);
	off_update(m, m->last);
}

void off_describe_change(struct strbuf *out, const struct model *m, const struct vm *vm)
{
	const struct open_change *change = off_change(m, vm);
	char when[32];

	if (!change || !vm->off)
		return;
	strbuf_add(out, "Changed by kvmtop");
	if (change->real_ns)
		strbuf_addf(out, " %s", clock_when(change->real_ns, m->real_ns, when, sizeof when));
	strbuf_add(out, "; not proven yet.");
}

void off_fini(struct off *off)
{
	free_vms(off->vms, off->count);
	free(off->changes);
	*off = (struct off){ 0 };
}

const char *off_state(const struct vm *vm)
{
	static const char *const texts[DOMAIN_STATE__COUNT] = {
		[DOMAIN_PAUSED] = "paused",
		[DOMAIN_SHUTDOWN] = "shutting down",
		[DOMAIN_SHUTOFF] = "shut off",
		[DOMAIN_CRASHED] = "crashed",
		[DOMAIN_PMSUSPENDED] = "suspended",
	};

	if (vm->state == DOMAIN_SHUTOFF && vm->domain && vm->domain->managed_save == TRI_YES)
		return "saved";
	if (vm->off && !texts[vm->state])
		return texts[DOMAIN_SHUTOFF];
	return texts[vm->state];
}
