#include "source/libvirt/libvirt_caps.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "source/libvirt/caps_ask.h"
#include "source/libvirt/libvirt_uri.h"
#include "source/libvirt/virt_xml.h"

struct libvirt_caps_kind {
	char emulator[128], arch[16], machine[48], type[16]; /* as in struct domain_machine */
	struct domain_caps caps;
	uint64_t ask_ns; /* when to ask again, while the answer may still come; 0: never */
	unsigned failures;
};

/* More kinds than any host has; what comes then is not asked about. */
enum { KINDS_MAX = 256 };

/* Until libvirt is asked again after a failure; twice as long after each further one, up to the most. */
#define RETRY_MIN_NS (4 * NS_PER_S)
#define RETRY_DOUBLINGS 4

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

/* libvirt answers only where it may be written. Not for other users than root: they could be asked for a
 * password. */
static void ask(struct domain_caps *caps, virConnectPtr connection, bool may_write,
	const struct domain_machine *m)
{
	char *uri = may_write && geteuid() == 0 ? virConnectGetURI(connection) : NULL;
	virConnectPtr writer = uri ? libvirt_uri_connect(uri, false) : NULL;

	free(uri);
	caps_ask(caps, writer ? writer : connection, m);
	if (writer)
		virConnectClose(writer);
}

static bool same_answer(const struct domain_caps *a, const struct domain_caps *b)
{
	return a->known == b->known && a->never == b->never && !strcmp(a->why, b->why);
}

/* An answer that may still come is waited for. */
static void plan_next(struct libvirt_caps_kind *kind)
{
	const unsigned doublings =
		kind->failures < RETRY_DOUBLINGS ? kind->failures : RETRY_DOUBLINGS;

	kind->ask_ns = 0;
	if (kind->caps.known || kind->caps.never != DOMAIN_CAPS_ASKABLE)
		return;
	kind->failures++;
	kind->ask_ns = clock_mono_ns() + (RETRY_MIN_NS << doublings);
}

void libvirt_caps_ask(struct libvirt_caps *c, virConnectPtr connection, bool may_write,
	const struct domain *domain)
{
	const struct domain_machine *m = machine_of(domain);
	struct libvirt_caps_kind *kind;
	struct domain_caps before;

	/* Nothing was read of it: a question without a kind would be about another one. */
	if (!domain->inactive.parsed && !domain->live.parsed)
		return;
	kind = find_kind(c, m);
	if (kind ? !kind->ask_ns || clock_mono_ns() < kind->ask_ns : c->count == KINDS_MAX)
		return;
	if (!c->looked)
		c->virt_xml_version = virt_xml_version(getenv("PATH"));
	c->looked = true;
	if (!kind) {
		kind = add_kind(c, m);
		c->learned = true;
	}
	before = kind->caps;
	ask(&kind->caps, connection, may_write, m);
	if (!same_answer(&before, &kind->caps))
		c->learned = true;
	plan_next(kind);
}

void libvirt_caps_fini(struct libvirt_caps *c)
{
	free(c->kinds);
	*c = (struct libvirt_caps){ 0 };
}
