#include "source/libvirt/libvirt_counters.h"

#include <poll.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>

#include "core/mem.h"
#include "source/host/kvm_counter.h"
#include "source/libvirt/libvirt_stats.h"
#include "source/libvirt/libvirt_uri.h"
#include "source/worker_thread.h"

#define RETRY_MS 10000

/* No more than one part in so many of the time is spent asking, as every QEMU has to answer (4 ms each for the
 * counters, 8 for devices, on a busy host with two CPUs); unless that made the figures too old. */
enum { SHARE_OF_TIME = 20, GAP_MAX_MS = LIBVIRT_COUNTERS_GAP_MAX_NS / NS_PER_MS };

/* All of these, or older libvirts would not be asked for the others. */
#if LIBVIR_VERSION_NUMBER >= 8009000
#define GROUPS_COUNTERS (VIR_DOMAIN_STATS_VCPU | VIR_DOMAIN_STATS_VM)
#else
#define GROUPS_COUNTERS VIR_DOMAIN_STATS_VCPU
#endif
#define GROUPS_DEVICES \
	(VIR_DOMAIN_STATS_BLOCK | VIR_DOMAIN_STATS_INTERFACE | VIR_DOMAIN_STATS_BALLOON)

struct entry {
	char uuid[VIR_UUID_STRING_BUFLEN];
	struct sample_counters counters;
	struct sample_halts halts; /* as old as the counters */
	struct libvirt_stats stats;
};

struct entries {
	struct entry *items;
	size_t count;
};

struct libvirt_counters {
	struct worker_thread thread; /* its lock is for these, too */
	struct entries entries;
	struct libvirt_host host; /* name "": not known so far */
	uint64_t answered_ns;     /* 0: never */

	atomic_uint what; /* LIBVIRT_ASK_* */

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
	for (size_t i = 0; i < e->count; i++) {
		free(e->items[i].halts.vcpus);
		libvirt_stats_fini(&e->items[i].stats);
	}
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

/* Takes what the records say. Of a domain that is busy with something else (NOWAIT) there are no counters: it
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
		libvirt_stats_read(&e->stats, records[i]->params, records[i]->nparams, now_ns);
		fresh.count++;
	}
	return fresh;
}

static unsigned groups_of(unsigned what)
{
	unsigned groups = 0;

	if (what & LIBVIRT_ASK_COUNTERS)
		groups |= GROUPS_COUNTERS;
	if (what & LIBVIRT_ASK_DEVICES)
		groups |= GROUPS_DEVICES;
	if (what & LIBVIRT_ASK_HOST)
		groups |= VIR_DOMAIN_STATS_STATE | VIR_DOMAIN_STATS_CPU_TOTAL | GROUPS_COUNTERS;
	return groups;
}

/* Domains and host are told together: they are of one moment. */
static int ask_all(struct libvirt_counters *c, unsigned what)
{
	virDomainStatsRecordPtr *records = NULL;
	const int count = virConnectGetAllDomainStats(c->connection, groups_of(what), &records,
		VIR_CONNECT_GET_ALL_DOMAINS_STATS_ACTIVE |
			VIR_CONNECT_GET_ALL_DOMAINS_STATS_NOWAIT);
	struct libvirt_host host = { 0 };
	struct entries fresh, old;

	if (count < 0)
		return -1;
	/* Only this thread writes the entries. */
	fresh = take_records(&c->entries, records, (size_t)count, clock_mono_ns());
	virDomainStatsRecordListFree(records);
	if (what & LIBVIRT_ASK_HOST)
		libvirt_host_read(&host, c->connection);
	pthread_mutex_lock(&c->thread.lock);
	old = c->entries;
	c->entries = fresh;
	if (host.known)
		c->host = host;
	c->answered_ns = clock_mono_ns();
	pthread_mutex_unlock(&c->thread.lock);
	free_entries(&old);
	return 0;
}

/* Asks once, connecting first where that is needed. Returns in how many milliseconds to ask again. */
static int ask(struct libvirt_counters *c)
{
	const unsigned what = c->what;
	const uint64_t start_ns = clock_mono_ns();
	const int gap_ms =
		what & LIBVIRT_ASK_HOST ? LIBVIRT_COUNTERS_HOST_GAP_MS : LIBVIRT_COUNTERS_GAP_MS;
	uint64_t took_ms;

	if (!what)
		return -1;
	if (!c->connection)
		c->connection = libvirt_uri_connect(c->uri, true);
	if (!c->connection || ask_all(c, what) < 0) {
		if (c->connection)
			virConnectClose(c->connection);
		c->connection = NULL;
		return what & LIBVIRT_ASK_HOST ? gap_ms : RETRY_MS;
	}
	took_ms = (clock_mono_ns() - start_ns) / NS_PER_MS;
	if (took_ms > GAP_MAX_MS / SHARE_OF_TIME)
		return GAP_MAX_MS;
	return (int)took_ms * SHARE_OF_TIME > gap_ms ? (int)took_ms * SHARE_OF_TIME : gap_ms;
}

static void end_counters(struct libvirt_counters *c)
{
	worker_thread_fini(&c->thread);
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
		eventfd_t woken;

		if (poll(&wake, 1, ask(c)) > 0)
			eventfd_read(c->thread.wake_fd, &woken);
	}
	if (c->connection)
		virConnectClose(c->connection);
	if (worker_thread_end(&c->thread))
		end_counters(c);
	return NULL;
}

struct libvirt_counters *libvirt_counters_start(const char *uri)
{
	struct libvirt_counters *c = mem_calloc(1, sizeof *c);

	c->uri = mem_strdup(uri);
	/* Without the thread nothing is known. */
	worker_thread_start(&c->thread, run, c);
	return c;
}

void libvirt_counters_ask(struct libvirt_counters *c, unsigned what)
{
	const unsigned before = atomic_exchange(&c->what, what);

	if (what & ~before)
		eventfd_write(c->thread.wake_fd, 1);
}

void libvirt_counters_get(
	struct libvirt_counters *c, const char *uuid, uint64_t now_ns, struct sample_counters *out)
{
	const struct entry *e;

	pthread_mutex_lock(&c->thread.lock);
	e = find(&c->entries, uuid);
	if (e && e->counters.time_ns && now_ns < e->counters.time_ns + LIBVIRT_COUNTERS_STALE_NS)
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

/* A reading that was asked without devices says nothing of them. */
static bool has_devices(const struct sample_devices *d)
{
	return d->block_count || d->net_count || d->memory.current_kib != SAMPLE_UNKNOWN;
}

void libvirt_counters_devices(struct libvirt_counters *c, const char *uuid, uint64_t now_ns,
	struct arena *arena, struct sample_devices *out)
{
	const struct entry *e;

	pthread_mutex_lock(&c->thread.lock);
	e = find(&c->entries, uuid);
	if (e && has_devices(&e->stats.devices) &&
		now_ns < e->stats.devices.time_ns + LIBVIRT_COUNTERS_STALE_NS)
		libvirt_stats_copy_devices(&e->stats, arena, out);
	pthread_mutex_unlock(&c->thread.lock);
}

void libvirt_counters_cpu(
	struct libvirt_counters *c, uint64_t now_ns, struct arena *arena, struct sample_vm *vm)
{
	const struct entry *e;

	pthread_mutex_lock(&c->thread.lock);
	e = find(&c->entries, vm->uuid);
	if (e && now_ns < e->stats.cpu.time_ns + LIBVIRT_COUNTERS_STALE_NS)
		libvirt_stats_copy_cpu(&e->stats, arena, vm);
	pthread_mutex_unlock(&c->thread.lock);
}

uint64_t libvirt_counters_host(struct libvirt_counters *c, struct libvirt_host *out)
{
	uint64_t answered_ns;

	pthread_mutex_lock(&c->thread.lock);
	*out = c->host;
	answered_ns = c->answered_ns;
	pthread_mutex_unlock(&c->thread.lock);
	return answered_ns;
}

void libvirt_counters_stop(struct libvirt_counters *c)
{
	if (c && worker_thread_stop(&c->thread))
		end_counters(c);
}
