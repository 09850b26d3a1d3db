#include "source/libvirt/libvirt_caps.h"

#include <libvirt/virterror.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/mem.h"
#include "source/libvirt/domain_caps.h"
#include "source/libvirt/virt_xml.h"

struct libvirt_caps_kind {
	char emulator[128], arch[16], machine[48], type[16]; /* as in struct domain_machine */
	struct domain_caps caps;
};

/* More kinds than any host has; what comes then is not asked about. */
enum { KINDS_MAX = 256 };

/* What decides about the next start is the definition. */
static const struct domain_machine *machine_of(const struct domain *domain)
{
	return domain->inactive.parsed ? &domain->inactive.machine : &domain->live.machine;
}

static struct libvirt_caps_kind *find_kind(
	const struct libvirt_caps *c, const struct domain_machine *m)
{
	for (size_t i = 0; i < c->count; i++) {
		struct libvirt_caps_kind *k = &c->kinds[i];

		if (!strcmp(k->emulator, m->emulator) && !strcmp(k->arch, m->arch) &&
			!strcmp(k->machine, m->machine) && !strcmp(k->type, m->type))
			return k;
	}
	return NULL;
}

void libvirt_caps_of(const struct libvirt_caps *c, struct domain *domain)
{
	const struct libvirt_caps_kind *kind = find_kind(c, machine_of(domain));

	domain->caps = kind ? kind->caps : (struct domain_caps){ 0 };
	domain->virt_xml_version = c->virt_xml_version;
}

/* What the XML leaves open is for libvirt to choose. */
static const char *text_or_null(const char *text)
{
	return *text ? text : NULL;
}

static struct libvirt_caps_kind *add_kind(struct libvirt_caps *c, const struct domain_machine *m)
{
	struct libvirt_caps_kind *k;

	c->kinds = mem_grow(c->kinds, c->count, &c->capacity, sizeof *c->kinds);
	k = &c->kinds[c->count++];
	*k = (struct libvirt_caps_kind){ 0 };
	memcpy(k->emulator, m->emulator, sizeof k->emulator);
	memcpy(k->arch, m->arch, sizeof k->arch);
	memcpy(k->machine, m->machine, sizeof k->machine);
	memcpy(k->type, m->type, sizeof k->type);
	return k;
}

static char *ask(virConnectPtr connection, const struct libvirt_caps_kind *k)
{
	return virConnectGetDomainCapabilities(connection, text_or_null(k->emulator),
		text_or_null(k->arch), text_or_null(k->machine), text_or_null(k->type), 0);
}

/* libvirt answers this question only where it may be written (since CVE-2019-10167: an emulator is run for
 * it). Not for other users than root: they could be asked for a password. */
static char *ask_where_it_is_allowed(virConnectPtr connection, const struct libvirt_caps_kind *k)
{
	char *xml = ask(connection, k), *uri;
	virConnectPtr other;

	if (xml || virGetLastErrorCode() != VIR_ERR_OPERATION_DENIED || geteuid() != 0)
		return xml;
	uri = virConnectGetURI(connection);
	other = uri ? virConnectOpen(uri) : NULL;
	free(uri);
	if (!other)
		return NULL;
	xml = ask(other, k);
	virConnectClose(other);
	return xml;
}

void libvirt_caps_ask(struct libvirt_caps *c, virConnectPtr connection, const struct domain *domain)
{
	const struct domain_machine *m = machine_of(domain);
	struct libvirt_caps_kind *kind;
	char *xml;

	/* Nothing was read of it: a question without a kind would be about another one. */
	if (!domain->inactive.parsed && !domain->live.parsed)
		return;
	if (find_kind(c, m) || c->count == KINDS_MAX)
		return;
	if (!c->looked)
		c->virt_xml_version = virt_xml_version(getenv("PATH"));
	c->looked = true;
	kind = add_kind(c, m);
	virConnectGetLibVersion(connection, &kind->caps.libvirt_version);
	xml = ask_where_it_is_allowed(connection, kind);
	domain_caps_read(&kind->caps, xml);
	free(xml);
	c->learned = true;
}

void libvirt_caps_fini(struct libvirt_caps *c)
{
	free(c->kinds);
	*c = (struct libvirt_caps){ 0 };
}
