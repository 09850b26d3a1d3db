#include "source/libvirt/libvirt_join.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/map.h"
#include "core/mem.h"
#include "source/host/pid_file.h"
#include "source/libvirt/libvirt_socket.h"

/* All sockets of the host are listed for the answer, so that a claim is not held against them in every tick. */
#define SOCKET_GAP_NS (5 * NS_PER_S)

/* What is remembered of a process. */
struct known {
	uint64_t start_ticks;
	char uuid[37];     /* the domain that it was found to be; "": none */
	uint64_t asked_ns; /* CLOCK_MONOTONIC of the last look at sockets; 0: never */
	uint64_t round;    /* the last collect that met it */
};

struct libvirt_join {
	char *run_dir;
	uid_t owner;
	struct map known; /* struct known by pid */
	uint64_t round;
	bool denied;
};

/* A VM and the domain whose UUID it has. */
struct candidate {
	struct sample_vm *vm;
	struct known *known;
	const char *name, *uuid;     /* of its command line */
	const struct domain *domain; /* NULL: none */
	pid_t owner_pid;             /* the process that is the domain instead; 0: unknown */
};

static struct known *find_or_add(struct libvirt_join *j, struct vm_id id)
{
	struct known *k = map_get(&j->known, (uint64_t)id.pid);

	if (!k) {
		k = mem_calloc(1, sizeof *k);
		map_put(&j->known, (uint64_t)id.pid, k);
	}
	if (k->start_ticks != id.start_ticks)
		*k = (struct known){ .start_ticks = id.start_ticks };
	k->round = j->round;
	return k;
}

static void forget_gone(struct libvirt_join *j)
{
	uint64_t *gone = mem_calloc(j->known.count, sizeof *gone), pid;
	size_t count = 0, at = 0;
	void *value;

	while (map_next(&j->known, &at, &pid, &value))
		if (((struct known *)value)->round != j->round)
			gone[count++] = pid;
	for (size_t i = 0; i < count; i++)
		free(map_remove(&j->known, gone[i]));
	free(gone);
}

void libvirt_join_vm(struct sample_vm *vm, const struct domain *domain)
{
	vm->domain = domain;
	vm->name = domain->name;
	vm->uuid = domain->uuid;
}

static struct candidate *find_joined(
	struct candidate *all, size_t count, const struct domain *domain)
{
	for (size_t i = 0; i < count; i++)
		if (all[i].vm->domain == domain)
			return &all[i];
	return NULL;
}

/* The process is the domain, and who was taken for it so far, is not. */
static void settle(struct candidate *all, size_t count, struct candidate *c)
{
	struct candidate *before = find_joined(all, count, c->domain);

	if (before) {
		before->vm->domain = NULL;
		before->vm->name = before->name;
		before->vm->uuid = before->uuid;
		before->known->uuid[0] = '\0';
	}
	libvirt_join_vm(c->vm, c->domain);
	snprintf(c->known->uuid, sizeof c->known->uuid, "%s", c->domain->uuid);
}

static bool read_pid_file(struct libvirt_join *j, const char *name, struct pid_file *file)
{
	const int error = pid_file_read(file, j->run_dir, name, j->owner);

	j->denied |= error == -EACCES;
	return !error;
}

static bool is_due(struct known *k, uint64_t now_ns)
{
	if (k->asked_ns && now_ns < k->asked_ns + SOCKET_GAP_NS)
		return false;
	k->asked_ns = now_ns;
	return true;
}

/* Is the VM the domain that it has the UUID of, by what libvirt keeps about that? */
static bool judge(struct libvirt_join *j, struct candidate *all, size_t count, struct candidate *c,
	uint64_t now_ns)
{
	struct pid_file file;
	const bool has_file = read_pid_file(j, c->domain->name, &file);

	if (has_file && pid_file_is_of(&file, c->vm->id))
		return true;
	if (has_file && file.locked_by > 0)
		c->owner_pid = file.locked_by;
	if (has_file && (file.locked_by > 0 || file.pid != c->vm->id.pid))
		return false;
	return c->domain->id >= 0 && !find_joined(all, count, c->domain) &&
	       is_due(c->known, now_ns) &&
	       libvirt_socket_is_of(c->domain->id, j->owner, c->vm->id.pid);
}

/* Looks for the VMs without a UUID among the running domains that no VM was found for. */
static void join_by_pid(
	struct libvirt_join *j, struct sample *s, struct candidate *all, size_t count)
{
	for (size_t i = 0; i < s->domains->count; i++) {
		const struct domain *domain = &s->domains->items[i];
		struct pid_file file;

		if (domain->id < 0 || find_joined(all, count, domain) ||
			!read_pid_file(j, domain->name, &file))
			continue;
		for (size_t k = 0; k < count; k++)
			if (!all[k].vm->uuid && !all[k].vm->ended &&
				pid_file_is_of(&file, all[k].vm->id)) {
				all[k].domain = domain;
				settle(all, count, &all[k]);
			}
	}
}

static const struct domain *find_by_name(const struct domain_set *set, const char *name)
{
	for (size_t i = 0; name && i < set->count; i++)
		if (!strcmp(set->items[i].name, name))
			return &set->items[i];
	return NULL;
}

/* A domain's name without its UUID: libvirt's list may be older than this VM, so that the pid file has a say. */
static const struct domain *find_namesake(
	struct libvirt_join *j, const struct sample *s, const struct sample_vm *vm)
{
	const struct domain *domain = find_by_name(s->domains, vm->name);
	struct pid_file file;

	if (domain && read_pid_file(j, domain->name, &file) && pid_file_is_of(&file, vm->id))
		return NULL;
	return domain;
}

static void mark_claim(
	struct libvirt_join *j, const struct sample *s, struct candidate *all, struct candidate *c)
{
	const struct domain *domain = c->domain ? c->domain : find_namesake(j, s, c->vm);
	const struct candidate *owner = domain ? find_joined(all, s->vm_count, domain) : NULL;

	if (!domain)
		return;
	c->vm->claim = domain->name;
	c->vm->claim_pid = owner ? owner->vm->id.pid : c->owner_pid;
	if (c->domain)
		c->vm->uuid = NULL;
}

/* The UUID that counts: of a VM that has ended none, as its domain may run in another process now. */
static const char *uuid_of(const struct sample_vm *vm)
{
	return vm->ended ? NULL : vm->uuid;
}

/* A UUID that several processes have, and of which libvirt says nothing. */
static void drop_shared_uuids(struct sample *s)
{
	for (size_t i = 0; i < s->vm_count; i++) {
		const char *uuid = s->vms[i].domain ? NULL : uuid_of(&s->vms[i]);
		bool is_shared = false;

		for (size_t k = i + 1; uuid && k < s->vm_count; k++)
			if (uuid_of(&s->vms[k]) && !strcmp(s->vms[k].uuid, uuid)) {
				s->vms[k].uuid = NULL;
				is_shared = true;
			}
		if (is_shared)
			s->vms[i].uuid = NULL;
	}
}

static struct candidate *list_candidates(struct libvirt_join *j, struct sample *s)
{
	struct candidate *all = mem_calloc(s->vm_count, sizeof *all);

	for (size_t i = 0; i < s->vm_count; i++) {
		struct candidate *c = &all[i];

		*c = (struct candidate){
			.vm = &s->vms[i], .name = s->vms[i].name, .uuid = s->vms[i].uuid
		};
		if (c->vm->ended)
			continue;
		c->known = find_or_add(j, c->vm->id);
		if (c->vm->uuid)
			c->domain = domain_set_find(s->domains, c->vm->uuid);
		else if (c->known->uuid[0])
			c->domain = domain_set_find(s->domains, c->known->uuid);
		if (c->domain && !strcmp(c->known->uuid, c->domain->uuid))
			libvirt_join_vm(c->vm, c->domain);
	}
	return all;
}

static void join_all(struct libvirt_join *j, struct sample *s)
{
	struct candidate *all = list_candidates(j, s);
	bool by_pid = false;

	for (size_t i = 0; i < s->vm_count; i++) {
		if (all[i].domain && !all[i].vm->domain &&
			judge(j, all, s->vm_count, &all[i], s->time_ns))
			settle(all, s->vm_count, &all[i]);
		by_pid |= !all[i].vm->uuid && !all[i].vm->ended;
	}
	if (by_pid)
		join_by_pid(j, s, all, s->vm_count);
	for (size_t i = 0; i < s->vm_count; i++)
		if (!all[i].vm->domain && !all[i].vm->ended)
			mark_claim(j, s, all, &all[i]);
	free(all);
}

bool libvirt_join_collect(struct libvirt_join *j, struct sample *s)
{
	j->round++;
	j->denied = false;
	if (s->domains) {
		join_all(j, s);
		forget_gone(j);
	}
	drop_shared_uuids(s);
	return !j->denied;
}

struct libvirt_join *libvirt_join_new(const char *run_dir, uid_t owner)
{
	struct libvirt_join *j = mem_calloc(1, sizeof *j);

	j->run_dir = mem_strdup(run_dir);
	j->owner = owner;
	return j;
}

void libvirt_join_free(struct libvirt_join *j)
{
	size_t at = 0;
	uint64_t pid;
	void *value;

	if (!j)
		return;
	while (map_next(&j->known, &at, &pid, &value))
		free(value);
	map_fini(&j->known);
	free(j->run_dir);
	free(j);
}
