#include "source/libvirt/libvirt_domains.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "domain/domain_xml.h"
#include "source/libvirt/libvirt_caps.h"

/* Events tell of definitions and starts, but not of every device added to a definition. */
#define READ_AGAIN_NS (30 * NS_PER_S)

static const enum domain_state states[] = {
	[VIR_DOMAIN_RUNNING] = DOMAIN_RUNNING,
	[VIR_DOMAIN_BLOCKED] = DOMAIN_BLOCKED,
	[VIR_DOMAIN_PAUSED] = DOMAIN_PAUSED,
	[VIR_DOMAIN_SHUTDOWN] = DOMAIN_SHUTDOWN,
	[VIR_DOMAIN_SHUTOFF] = DOMAIN_SHUTOFF,
	[VIR_DOMAIN_CRASHED] = DOMAIN_CRASHED,
	[VIR_DOMAIN_PMSUSPENDED] = DOMAIN_PMSUSPENDED,
};

static enum domain_state record_state(virDomainStatsRecordPtr record)
{
	int state;

	if (virTypedParamsGetInt(record->params, record->nparams, "state.state", &state) != 1 ||
		state < 0 || (size_t)state >= sizeof states / sizeof *states)
		return DOMAIN_UNKNOWN;
	return states[state];
}

/* virDomainGetID() is (unsigned)-1 for a domain that does not run. */
static int record_id(virDomainStatsRecordPtr record)
{
	return (int)virDomainGetID(record->dom);
}

/* What was known of the record's domain before, or NULL. */
static const struct domain *find_known(const struct libvirt_domains *d, virDomainPtr domain)
{
	char uuid[VIR_UUID_STRING_BUFLEN];

	if (virDomainGetUUIDString(domain, uuid) < 0)
		return NULL;
	return domain_set_find(d->set, uuid);
}

static uint64_t *read_ns_of(const struct libvirt_domains *d, const struct domain *known)
{
	return &d->read_ns[known - d->set->items];
}

/* An id is new with every start, so the same id means the same live XML but for hot-plugging. */
static bool is_fresh(const struct libvirt_domains *d, const struct domain *known,
	virDomainStatsRecordPtr record, uint64_t now_ns)
{
	const uint64_t read_ns = known ? *read_ns_of(d, known) : 0;

	return read_ns && now_ns - read_ns < READ_AGAIN_NS && known->id == record_id(record) &&
	       !strcmp(known->name, virDomainGetName(record->dom));
}

static bool is_unchanged(const struct libvirt_domains *d, virDomainStatsRecordPtr *records,
	size_t count, uint64_t now_ns)
{
	if (!d->set || d->set->count != count || d->caps.learned)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct domain *known = find_known(d, records[i]->dom);

		if (!is_fresh(d, known, records[i], now_ns) ||
			known->state != record_state(records[i]))
			return false;
	}
	return true;
}

/* Of an answer of libvirt's that is a number: below 0 it failed. */
static enum tristate is_any(int answer)
{
	if (answer < 0)
		return TRI_UNKNOWN;
	return answer ? TRI_YES : TRI_NO;
}

/* Libvirt answers both from its own memory, without asking QEMU. Running jobs (a migration) are not asked for: that
 * question waits for QEMU's monitor, and one QEMU that hangs would hold up the list of all. */
static void ask_images(struct domain *out, virDomainPtr domain)
{
	out->managed_save = is_any(virDomainHasManagedSaveImage(domain, 0));
	out->memory_snapshots =
		is_any(virDomainSnapshotNum(domain, VIR_DOMAIN_SNAPSHOT_LIST_ACTIVE));
}

/* False when the domain is gone. XML that libvirt will not tell for another reason stays NULL. */
static bool ask_domain(struct domain *out, virDomainPtr domain)
{
	const int persistent = virDomainIsPersistent(domain);
	bool gone = persistent < 0 && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;

	out->persistent = persistent == 1;
	if (!gone && out->id >= 0) {
		out->live_xml = virDomainGetXMLDesc(domain, 0);
		gone = !out->live_xml && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
	}
	if (!gone && out->persistent) {
		out->inactive_xml = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);
		gone = !out->inactive_xml && virGetLastErrorCode() == VIR_ERR_NO_DOMAIN;
	}
	if (!gone && out->persistent)
		ask_images(out, domain);
	return !gone;
}

/* Fills out from the record and, where that is still right, from what was known; else asks. Returns
 * false, with nothing to release, when the domain vanished meanwhile. */
static bool read_domain(struct domain *out, uint64_t *read_ns, const struct libvirt_domains *d,
	virDomainStatsRecordPtr record, uint64_t now_ns)
{
	const struct domain *known = find_known(d, record->dom);

	*out = (struct domain){ .id = record_id(record), .state = record_state(record) };
	if (is_fresh(d, known, record, now_ns)) {
		out->persistent = known->persistent;
		out->managed_save = known->managed_save;
		out->memory_snapshots = known->memory_snapshots;
		out->live_xml = mem_strdup(known->live_xml);
		out->inactive_xml = mem_strdup(known->inactive_xml);
		*read_ns = *read_ns_of(d, known);
	} else if (ask_domain(out, record->dom)) {
		*read_ns = now_ns;
	} else {
		free(out->live_xml);
		*out = (struct domain){ 0 };
		return false;
	}
	out->name = mem_strdup(virDomainGetName(record->dom));
	virDomainGetUUIDString(record->dom, out->uuid);
	domain_xml_read(&out->live, out->live_xml);
	domain_xml_read(&out->inactive, out->inactive_xml);
	libvirt_caps_of(&d->caps, out);
	return true;
}

static bool read_all(struct libvirt_domains *d, virConnectPtr connection,
	virDomainStatsRecordPtr *records, size_t count, uint64_t now_ns, const atomic_bool *stop)
{
	struct libvirt_domains fresh = { .set = domain_set_new(count) };
	size_t used = 0;

	fresh.read_ns = mem_calloc(count, sizeof *fresh.read_ns);
	for (size_t i = 0; i < count && !*stop; i++)
		if (read_domain(
			    &fresh.set->items[used], &fresh.read_ns[used], d, records[i], now_ns))
			used++;
	fresh.set->count = used;
	fresh.set->time_ns = clock_mono_ns();
	/* A connection that broke half-way left domains without XML. */
	if (*stop || virConnectIsAlive(connection) != 1) {
		libvirt_domains_fini(&fresh);
		return false;
	}
	domain_set_unref(d->set);
	free(d->read_ns);
	d->set = fresh.set;
	d->read_ns = fresh.read_ns;
	d->caps.learned = false;
	return true;
}

bool libvirt_domains_refresh(
	struct libvirt_domains *d, virConnectPtr connection, const atomic_bool *stop)
{
	const uint64_t now_ns = clock_mono_ns();
	virDomainStatsRecordPtr *records = NULL;
	const int count =
		virConnectGetAllDomainStats(connection, VIR_DOMAIN_STATS_STATE, &records, 0);
	bool ok;

	if (count < 0)
		return false;
	ok = is_unchanged(d, records, (size_t)count, now_ns) ||
	     read_all(d, connection, records, (size_t)count, now_ns, stop);
	virDomainStatsRecordListFree(records);
	return ok;
}

bool libvirt_domains_learn(struct libvirt_domains *d, virConnectPtr connection, bool may_write,
	const atomic_bool *stop)
{
	for (size_t i = 0; d->set && i < d->set->count && !*stop; i++)
		libvirt_caps_ask(&d->caps, connection, may_write, &d->set->items[i]);
	return d->caps.learned;
}

void libvirt_domains_touch(struct libvirt_domains *d, virDomainPtr domain)
{
	const struct domain *known = find_known(d, domain);

	if (known)
		*read_ns_of(d, known) = 0;
}

void libvirt_domains_fini(struct libvirt_domains *d)
{
	domain_set_unref(d->set);
	free(d->read_ns);
	libvirt_caps_fini(&d->caps);
	*d = (struct libvirt_domains){ 0 };
}
