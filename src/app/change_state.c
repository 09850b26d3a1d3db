#include "app/change_state.h"

#include <stdlib.h>
#include <string.h>

#include "core/state.h"
#include "model/config_pending.h"
#include "source/libvirt/backup.h"

/* Is the definition before the change b what an older change made? */
static bool follows(const struct backup *b, const struct backup *older)
{
	return !strcmp(b->xml_before, older->xml_after);
}

/* Does the definition hold the change still? It does when the newest change that made it what it is now is this
 * one, or came after this one step by step. */
static bool is_held(
	const struct change_log *log, size_t wanted, const char *folder, const char *now)
{
	const struct change_record *w = &log->items[wanted];
	char why[STATE_WHY_MAX];
	struct backup b, older;
	size_t i = 0;
	bool held;

	if (backup_find(folder, w->uuid, now, backup_same_but_secrets, &b, why, sizeof why))
		return false;
	while (i < wanted && strcmp(log->items[i].path, b.path) != 0)
		i++;
	held = !strcmp(log->items[i].path, b.path);
	while (held && i < wanted) {
		const struct change_record *r = &log->items[++i];

		if (strcmp(r->uuid, w->uuid) != 0 || r->undone_ns)
			continue;
		held = !backup_read(r->path, &older);
		if (held && follows(&b, &older)) {
			backup_fini(&b);
			b = older;
		} else if (held) {
			backup_fini(&older);
			held = false;
		}
	}
	backup_fini(&b);
	return held;
}

enum change_became change_state(const struct change_log *log, size_t i, const char *folder,
	const struct domain_set *domains, const char *uri)
{
	const struct change_record *r = &log->items[i];
	const struct domain *d = domains ? domain_set_find(domains, r->uuid) : NULL;

	if (r->undone_ns)
		return CHANGE_UNDONE;
	if (domains && !d && change_record_is_elsewhere(r, uri))
		return r->proven_ns ? CHANGE_PROVEN : CHANGE_APPLIED;
	if (domains && (!d || !d->persistent))
		return CHANGE_GONE;
	if (d && d->inactive_xml && !is_held(log, i, folder, d->inactive_xml))
		return CHANGE_OVERWRITTEN;
	if (r->proven_ns)
		return CHANGE_PROVEN;
	if (!d || !d->inactive_xml)
		return CHANGE_APPLIED;
	if (d->live_xml && config_pending(d) == TRI_NO)
		return CHANGE_IN_EFFECT;
	return CHANGE_PENDING;
}

static const struct {
	const char *name, *about;
} words[CHANGE_BECAME__COUNT] = {
	[CHANGE_APPLIED] = { "applied", "whether it is in effect is not known" },
	[CHANGE_PENDING] = { "pending", "takes effect at the next start" },
	[CHANGE_IN_EFFECT] = { "in effect", "the guest runs with it" },
	[CHANGE_PROVEN] = { "proven", "the guest ran with it and its effect was measured" },
	[CHANGE_UNDONE] = { "undone", "the old definition was restored" },
	[CHANGE_OVERWRITTEN] = { "overwritten", "the definition was changed outside kvmtop since" },
	[CHANGE_GONE] = { "gone", "the VM no longer has a definition" },
};

const char *change_state_name(enum change_became became)
{
	return words[became].name;
}

const char *change_state_about(enum change_became became)
{
	return words[became].about;
}
