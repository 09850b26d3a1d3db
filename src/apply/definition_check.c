#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

#include "apply/define_step.h"
#include "apply/definition.h"
#include "apply/pages_ask.h"
#include "core/clock.h"
#include "domain/domain_xml.h"
#include "domain/fit.h"
#include "source/libvirt/caps_ask.h"

enum { RETRY_MS = 1000, STEP_MS = 50 };

/* Sleeps for ms. False, earlier, when it was given up or the time is over. */
static bool wait_ms(int ms, const atomic_bool *given_up, uint64_t deadline_ns)
{
	for (int slept = 0; slept < ms; slept += STEP_MS) {
		if (*given_up || clock_mono_ns() >= deadline_ns)
			return false;
		poll(NULL, 0, STEP_MS);
	}
	return true;
}

static void ask(struct domain_caps *caps, virConnectPtr connection,
	const struct definition_request *request, const struct domain_machine *m)
{
	(request->ask ? request->ask : caps_ask)(caps, connection, m);
}

static void ask_pages(struct domain_pages *pages, virConnectPtr connection,
	const struct definition_request *request, uint64_t size_kib)
{
	(request->ask_pages ? request->ask_pages : pages_ask)(pages, connection, size_kib);
}

static void refuse(struct definition_outcome *o, const char *name, const char *reason)
{
	define_end(o, DEFINITION_REFUSED,
		"Nothing was changed: it is unknown whether this host can start %s (%s). Try "
		"again; if it stays so, see `journalctl -u libvirtd -u virtqemud`.",
		name, reason);
}

/* libvirt may have to try QEMU out first, as after each upgrade, or it was started just now. */
static void ask_until_known(struct definition_outcome *o, virConnectPtr connection,
	const struct definition_request *request, const struct domain_config *config,
	const atomic_bool *given_up)
{
	const uint64_t deadline_ns = clock_mono_ns() + DEFINITION_CHECK_NS;
	char reason[256];

	do {
		ask(&o->caps, connection, request, &config->machine);
		if (domain_fit_state(&o->caps, config) != DOMAIN_FIT_NOT_YET) {
			o->end = DEFINITION_DONE;
			return;
		}
	} while (wait_ms(RETRY_MS, given_up, deadline_ns) && virConnectIsAlive(connection) == 1);
	domain_fit_reason(&o->caps, config, reason, sizeof reason);
	refuse(o, request->name, reason);
}

static bool has_job(virDomainPtr domain)
{
	virDomainJobInfo info;

	return virDomainGetJobInfo(domain, &info) == 0 && info.type != VIR_DOMAIN_JOB_NONE &&
	       info.type != VIR_DOMAIN_JOB_COMPLETED;
}

void definition_check(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o)
{
	struct domain_config config;
	struct define_change c;

	*o = (struct definition_outcome){ 0 };
	define_init(&c, connection, request, o);
	if (define_read(&c)) {
		domain_xml_read(&config, c.plain);
		if (config.parsed)
			ask_until_known(o, connection, request, &config, given_up);
		else
			refuse(o, request->name, "its definition cannot be read");
		domain_config_fini(&config);
		if (o->end == DEFINITION_DONE) {
			ask_pages(&o->pages, connection, request, 0);
			o->job_runs = has_job(c.domain);
		}
	}
	define_release(&c);
}

static bool fits(const struct domain_caps *caps, const struct domain_config *before,
	const struct domain_config *after, const struct definition_request *request, char *why,
	size_t size)
{
	char missing[DEFINITION_WHY_MAX / 2];

	if (domain_misfits(after, before, caps, missing, sizeof missing))
		snprintf(why, size, "This host could not start %s after the change: it lacks %s",
			request->name, missing);
	else if (domain_fit_state(caps, after) != DOMAIN_FIT_KNOWN && !request->may_not_start) {
		domain_fit_reason(caps, after, missing, sizeof missing);
		snprintf(why, size,
			"It cannot be checked any more whether this host can start %s after the "
			"change (%s)",
			request->name, missing);
	} else {
		return true;
	}
	return false;
}

/* As the VM runs now; not parsed where it does not. */
static void read_live(struct domain_config *live, virConnectPtr connection, const char *uuid)
{
	virDomainPtr domain = virDomainLookupByUUIDString(connection, uuid);
	const bool runs = domain && virDomainIsActive(domain) == 1;
	char *xml = runs ? virDomainGetXMLDesc(domain, 0) : NULL;

	domain_xml_read(live, xml);
	free(xml);
	if (domain)
		virDomainFree(domain);
}

/* Huge pages are for whoever comes first: that a VM had them before says nothing about its next start, but that is not
 * the change's doing. */
static bool has_pages(virConnectPtr connection, const struct definition_request *request,
	const struct domain_config *before, const struct domain_config *after, char *why,
	size_t size)
{
	char reason[DEFINITION_WHY_MAX / 2];
	struct domain_config live;
	struct domain_pages pages;
	enum tristate enough;

	if (!after->machine.hugepages || before->machine.hugepages)
		return true;
	ask_pages(&pages, connection, request,
		after->machine.huge_page_kib == DOMAIN_PAGES_MIXED ? 0
								   : after->machine.huge_page_kib);
	read_live(&live, connection, request->uuid);
	enough = domain_pages_suffice(&pages, after, &live, reason, sizeof reason);
	domain_config_fini(&live);
	if (enough == TRI_YES || (enough == TRI_UNKNOWN && request->may_not_start))
		return true;
	snprintf(why, size,
		enough == TRI_NO ? "%s could not start after the change: %s"
				 : "It is not known whether %s could start after the change (%s)",
		request->name, reason);
	return false;
}

bool definition_can_start(virConnectPtr connection, const struct definition_request *request,
	const char *before, const char *after, char *why, size_t size)
{
	struct domain_config was, is;
	struct domain_caps caps;
	bool ok;

	domain_xml_read(&was, before);
	domain_xml_read(&is, after);
	ask(&caps, connection, request, &is.machine);
	ok = fits(&caps, &was, &is, request, why, size) &&
	     has_pages(connection, request, &was, &is, why, size);
	domain_config_fini(&was);
	domain_config_fini(&is);
	return ok;
}
