#include "source/libvirt_counters.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "source/kvm_counter.h"
#include "source/libvirt_thread.h"

#define RETRY_MS 10000

/* All of these, or older libvirts would not be asked for the others. */
#if LIBVIR_VERSION_NUMBER >= 8009000
#define GROUPS (VIR_DOMAIN_STATS_VCPU | VIR_DOMAIN_STATS_VM)
#else
#define GROUPS VIR_DOMAIN_STATS_VCPU
#endif

struct entry {
	char uuid[VIR_UUID_STRING_BUFLEN];
	struct sample_counters counters;
	struct sample_halts halts; /* as old as the counters */
};

struct entries {
	struct entry *items;
	size_t count;
};

struct libvirt_counters {
	struct libvirt_thread thread; /* its lock is for entries, too */
	struct entries entries;

	/* The thread's own. */
	char *uri;
	virConnectPtr connection; /* NULL: not connected */
};

/* The counter's name in
 *	vcpu.0.halt_poll_fail_ns.sum
 *	vm.nx_lpage_splits.cur
 * or NULL. Those that end in .max are no totals. */
static const char *counter_name(const char *field, size_t *length)
{
	const char *name = NULL, *end;

	if (!strncmp(field, "vm.", 3)) {
		name = field + 3;
	} else if (!strncmp(field, "vcpu.", 5)) {
		name = field + 5 + strspn(field + 5, "0123456789");
		name = name > field + 5 && *name == '.' ? name + 1 : NULL;
	}
	end = name ? strchr(name, '.') : NULL;
	if (!end || (strcmp(end, ".sum") != 0 && strcmp(end, ".cur") != 0))
		return NULL;
	*length = (size_t)(end - name);
	return name;
}

bool libvirt_counters_read(struct sample_counters *out, const virTypedParameter *params, int count)
{
	const struct sample_counters unknown = sample_counters_unknown();
	struct sample_counters read = unknown;
	struct kvm_counter_sums sums;

	kvm_counter_sums_init(&sums);
	for (int i = 0; i < count; i++) {
		size_t length = 0;
		const char *name = counter_name(params[i].field, &length);

		if (name && params[i].type == VIR_TYPED_PARAM_ULLONG)
			kvm_counter_sums_add(&sums, name, length, params[i].value.ul);
	}
	kvm_counter_choose(&sums, &read);
	if (!memcmp(&read, &unknown, sizeof read))
		return false;
	read.time_ns = out->time_ns;
	*out = read;
	return true;
}

static struct entry *find(const struct entries *e, const char *uuid)
{
	for (size_t i = 0; i < e->count; i++)
		if (!strcmp(e->items[i].uuid, uuid))
			return &e->items[i];
	return NULL;
}

static void free_entries(struct entries *e)
{
	for (size_t i = 0; i < e->count; i++)
		free(e->items[i].halts.vcpus);
	free(e->items);
	*e = (struct entries){ 0 };
}

static struct sample_halts copy_halts(const struct sample_halts *from)
{
	struct sample_halts halts = *from;

	halts.vcpus = mem_calloc(from->count, sizeof *halts.vcpus);
	if (from->count)
		memcpy(halts.vcpus, from->vcpus, from->count * sizeof *halts.vcpus);
	return halts;
}

/* Takes the records' counters. Of a domain that is busy with something else (NOWAIT) there are none: it
 * keeps those that it had. */
static struct entries take_records(
	const struct entries *old, virDomainStatsRecordPtr *records, size_t count, uint64_t now_ns)
{
	struct entries fresh = { .items = mem_calloc(count, sizeof *fresh.items) };

	for (size_t i = 0; i < count; i++) {
		struct entry *e = &fresh.items[fresh.count];
		struct entry *known;

		if (virDomainGetUUIDString(records[i]->dom, e->uuid) < 0)
			continue;
		known = find(old, e->uuid);
		if (known)
			e->counters = known->counters;
		if (libvirt_counters_read(&e->counters, records[i]->params, records[i]->nparams)) {
			e->counters.time_ns = now_ns;
			e->halts = libvirt_counters_read_halts(
				records[i]->params, records[i]->nparams);
			e->halts.time_ns = now_ns;
		} else if (known) {
			e->halts = copy_halts(&known->halts);
		}
		if (e->counters.time_ns)
			fresh.count++;
	}
	return fresh;
}

/* Asks once, connecting first where that is needed. Returns in how many milliseconds to ask again. A
 * local daemon that ends closes the socket, so that this needs no keepalive. */
static int ask(struct libvirt_counters *c)
{
	virDomainStatsRecordPtr *records = NULL;
	struct entries fresh, old;
	int count = -1;

	if (!c->connection)
		c->connection = virConnectOpenReadOnly(c->uri);
	if (c->connection)
		count = virConnectGetAllDomainStats(c->connection, GROUPS, &records,
			VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE |
				VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
	if (count < 0) {
		if (c->connection)
			virConnectClose(c->connection);
		c->connection = NULL;
		return RETRY_MS;
	}
	/* Only this thread writes the entries. */
	fresh = take_records(&c->entries, records, (size_t)count, clock_mono_ns());
	virDomainStatsRecordListFree(records);
	pthread_mutex_lock(&c->thread.lock);
	old = c->entries;
	c->entries = fresh;
	pthread_mutex_unlock(&c->thread.lock);
	free_entries(&old);
	return LIBVIRT_COUNTERS_GAP_MS;
}

static void end_counters(struct libvirt_counters *c)
{
	libvirt_thread_fini(&c->thread);
	free_entries(&c->entries);
	free(c->uri);
	free(c);
}

static void *run(void *opaque)
{
	struct libvirt_counters *c = opaque;

	pthread_setname_np(pthread_self(), "libvirt-stats");
	while (!c->thread.stop) {
		struct pollfd wake = { .fd = c->thread.wake_fd, .events = POLLIN };

		poll(&wake, 1, ask(c));
	}
	if (c->connection)
		virConnectClose(c->connection);
	if (libvirt_thread_end(&c->thread))
		end_counters(c);
	return NULL;
}

struct libvirt_counters *libvirt_counters_start(const char *uri)
{
	struct libvirt_counters *c = mem_calloc(1, sizeof *c);

	c->uri = mem_strdup(uri);
	/* Without the thread nothing is known. */
	libvirt_thread_start(&c->thread, run, c);
	return c;
}

void libvirt_counters_get(
	struct libvirt_counters *c, const char *uuid, uint64_t now_ns, struct sample_counters *out)
{
	const struct entry *e;

	pthread_mutex_lock(&c->thread.lock);
	e = find(&c->entries, uuid);
	if (e && now_ns < e->counters.time_ns + LIBVIRT_COUNTERS_STALE_NS)
		*out = e->counters;
	pthread_mutex_unlock(&c->thread.lock);
}

void libvirt_counters_get_halts(struct libvirt_counters *c, const char *uuid, uint64_t now_ns,
	struct arena *arena, struct sample_halts *out)
{
	const struct entry *e;

	pthread_mutex_lock(&c->thread.lock);
	e = find(&c->entries, uuid);
	if (e && e->halts.count && now_ns < e->halts.time_ns + LIBVIRT_COUNTERS_STALE_NS) {
		*out = e->halts;
		out->vcpus = arena_array(arena, e->halts.count, sizeof *out->vcpus);
		memcpy(out->vcpus, e->halts.vcpus, e->halts.count * sizeof *out->vcpus);
	}
	pthread_mutex_unlock(&c->thread.lock);
}

void libvirt_counters_stop(struct libvirt_counters *c)
{
	if (c && libvirt_thread_stop(&c->thread))
		end_counters(c);
}
