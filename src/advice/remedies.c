#include "advice/remedies.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "advice/remedies_rows.h"
#include "advice/remedy_preference.h"
#include "domain/xml_edit.h"

const struct remedy *remedy_find(enum remedy_id id)
{
	static const struct remedy_rows *const themes[] = { &remedies_hyperv, &remedies_clock,
		&remedies_machine, &remedies_devices, &remedies_host, &remedies_guest };
	const struct remedy *found = NULL;

	for (size_t t = 0; t < sizeof themes / sizeof *themes; t++)
		for (size_t i = 0; i < themes[t]->count; i++)
			if (themes[t]->rows[i].number == id)
				found = &themes[t]->rows[i];
	assert(found);
	return found;
}

char *remedy_apply(
	enum remedy_id id, const struct domain_caps *caps, const char *xml, char *why, size_t size)
{
	const struct remedy *remedy = remedy_find(id);
	struct xml_edit *edit;
	char *after;

	if (!remedy->edit) {
		snprintf(why, size, "this is no change of the VM's XML");
		return NULL;
	}
	edit = xml_edit_new(xml, why, size);
	if (!edit)
		return NULL;
	remedy->edit(edit, caps);
	after = xml_edit_result(edit, why, size);
	xml_edit_free(edit);
	return after;
}

/* Are all the features of the list ("vpindex synic") as wanted? */
static bool all_are(const struct domain_caps *caps, const char *list, enum tristate wanted)
{
	char name[24];
	int used;

	for (; sscanf(list, "%23s%n", name, &used) == 1; list += used)
		if (domain_caps_hyperv(caps, name) != wanted)
			return false;
	return true;
}

size_t remedy_missing(
	const struct remedy *remedy, const struct domain_caps *caps, char *out, size_t size)
{
	const char *list = remedy->hyperv ? remedy->hyperv : "";
	size_t count = 0, length = 0;
	char name[24];
	int used;

	out[0] = '\0';
	for (; sscanf(list, "%23s%n", name, &used) == 1; list += used) {
		if (domain_caps_hyperv(caps, name) != TRI_NO)
			continue;
		length += (size_t)snprintf(
			out + length, size - length, "%s%s", count ? ", " : "", name);
		if (length >= size)
			length = size - 1;
		count++;
	}
	return count;
}

/* A distribution may have taken a feature into an older libvirt: what libvirt lists it has. */
static bool lists_all(const struct remedy *remedy, const struct domain_caps *caps)
{
	return remedy->hyperv && all_are(caps, remedy->hyperv, TRI_YES);
}

bool remedy_is_too_new(const struct remedy *remedy, const struct domain_caps *caps)
{
	return caps && !lists_all(remedy, caps) && caps->libvirt_version &&
	       caps->libvirt_version < remedy->libvirt_min;
}

bool remedy_lacks_invtsc(const struct remedy *remedy, const struct domain_caps *caps)
{
	return remedy->number == REMEDY_INVTSC && caps && caps->invtsc == TRI_NO;
}

enum remedy_preference remedy_preference_of(
	const struct remedy *remedy, const struct domain_caps *caps)
{
	const char *better = remedy_find(REMEDY_HYPERV_TIMERS)->hyperv;
	char missing[128];

	if (remedy_missing(remedy, caps, missing, sizeof missing) ||
		remedy_is_too_new(remedy, caps) || remedy_lacks_invtsc(remedy, caps))
		return REMEDY_IMPOSSIBLE;
	if (!remedy->fallback)
		return REMEDY_ADVISED;
	return all_are(caps, better, TRI_YES) ? REMEDY_NOT_ADVISED : REMEDY_FALLBACK;
}

void remedies_rank(enum remedy_id *ids, size_t count, const struct domain *domain)
{
	const struct domain_caps *caps = domain ? &domain->caps : NULL;

	for (size_t i = 1; i < count; i++) {
		const enum remedy_id id = ids[i];
		const enum remedy_preference preference =
			remedy_preference_of(remedy_find(id), caps);
		size_t at = i;

		for (; at && remedy_preference_of(remedy_find(ids[at - 1]), caps) > preference;
			at--)
			ids[at] = ids[at - 1];
		ids[at] = id;
	}
}
