#include "source/libvirt/caps_ask.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "domain/domain_caps.h"
#include "source/libvirt/emulator_path.h"
#include "source/libvirt/libvirt_uri.h"

void caps_ask_failed(struct domain_caps *caps, const virError *error)
{
	text_clean(caps->why, sizeof caps->why,
		error && error->message ? error->message : "no reason given");
	switch (error ? error->code : VIR_ERR_OK) {
	case VIR_ERR_OPERATION_DENIED:
	case VIR_ERR_ACCESS_DENIED:
	case VIR_ERR_AUTH_FAILED:
	case VIR_ERR_AUTH_CANCELLED:
	case VIR_ERR_AUTH_UNAVAILABLE:
		caps->never = DOMAIN_CAPS_DENIED;
		break;
	case VIR_ERR_NO_SUPPORT:
		caps->never = DOMAIN_CAPS_UNSUPPORTED;
		break;
	case VIR_ERR_INVALID_ARG: /* "the machine 'pc-i440fx-9.2' is not supported by emulator ..." */
		caps->never = DOMAIN_CAPS_REFUSED;
		break;
	default: /* QEMU could not be run, the connection broke: next time it may be otherwise */
		break;
	}
}

/* What the XML leaves open is for libvirt to choose. */
static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

static char *ask(virConnectPtr connection, const char *emulator, const struct domain_machine *m)
{
	return virConnectGetDomainCapabilities(connection, emulator, text_or_null(m->arch),
		text_or_null(m->machine), text_or_null(m->type), 0);
}

/* A name that was cut is another one. */
static bool may_run(virConnectPtr connection, const struct domain_machine *m)
{
	return !*m->emulator || (strlen(m->emulator) < sizeof m->emulator - 1 &&
					!libvirt_uri_leads_elsewhere(connection) &&
					emulator_path_is_owned("/", m->emulator, 0));
}

void caps_ask(struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	const bool named = *m->emulator && may_run(connection, m);
	char path[sizeof m->emulator], *xml;

	*caps = (struct domain_caps){ 0 };
	virResetLastError();
	virConnectGetLibVersion(connection, &caps->libvirt_version);
	xml = ask(connection, named ? m->emulator : NULL, m);
	if (!xml)
		caps_ask_failed(caps, virGetLastError());
	else
		domain_caps_read(caps, xml);
	/* What libvirt takes itself may be another one than the VM's: what that has, or lacks, says nothing of it. */
	if (!named && *m->emulator &&
		(xml ? !domain_caps_path(xml, path, sizeof path) || strcmp(path, m->emulator) != 0
		     : caps->never == DOMAIN_CAPS_REFUSED))
		*caps = (struct domain_caps){ .libvirt_version = caps->libvirt_version,
			.never = DOMAIN_CAPS_EMULATOR };
	free(xml);
}
