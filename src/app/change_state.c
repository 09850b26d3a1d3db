#include "app/change_state.h"

#include <stdlib.h>
#include <string.h>

#include "apply/backup.h"
#include "core/state.h"
#include "domain/pending.h"

static bool is_equal(const char *saved, const char *now)
{
	return !strcmp(saved, now);
}

/* Is the definition before the change b what an older change made? */
static bool follows(const struct backup *b, const struct backup *older)
{
	return !strcmp(b->xml_before, older->xml_after);
}

/* Goes from b, a change of the definition, to the older one that is wanted; i is that of b. What an unfinished change in
 * between made is not known: it counts as none where the newer one was made of what was there before it. */
static enum tristate reaches(
	const struct change_log *log, size_t i, size_t wanted, struct backup *b)
{
	const char *uuid = log->items[wanted].uuid;
	enum tristate otherwise = TRI_NO;

	while (i < wanted) {
		const struct change_record *r = &log->items[++i];
		struct backup older;

		if (strcmp(r->uuid, uuid) != 0 || r->undone_ns)
			continue;
		if (!r->finished) {
			if (!backup_is_before(r->path, b->xml_before, is_equal))
				otherwise = TRI_UNKNOWN;
			continue;
		}
		if (backup_read(r->path, &older))
			return TRI_UNKNOWN;
		if (!follows(b, &older)) {
			backup_fini(&older);
			return otherwise;
		}
		backup_fini(b);
		*b = older;
	}
	return TRI_YES;
}

/* Does the definition hold the change still? It does when the newest change that made it what it is now is this
 * one, or came after this one step by step. */
static enum tristate is_held(
	const struct change_log *log, size_t wanted, const char *folder, const char *now)
{
	char why[STATE_WHY_MAX];
	enum tristate held = TRI_NO;
	bool is_unfinished;
	struct backup b;
	size_t i = 0;

	if (backup_find(folder, log->items[wanted].uuid, now, backup_same_but_secrets, &b, why,
		    sizeof why))
		return TRI_NO;
	is_unfinished = b.is_unfinished;
	while (i < wanted && strcmp(log->items[i].path, b.path) != 0)
		i++;
	if (!strcmp(log->items[i].path, b.path))
		held = reaches(log, i, wanted, &b);
	backup_fini(&b);
	return held == TRI_YES && is_unfinished ? TRI_UNKNOWN : held;
}

/* By the definition that libvirt has now. */
static enum change_became state_by(
	const struct change_log *log, size_t i, const char *folder, const struct domain *d)
{
	const struct change_record *r = &log->items[i];
	const enum tristate held = r->finished ? is_held(log, i, folder, d->inactive_xml) : TRI_NO;

	if (held != TRI_YES && backup_is_before(r->path, d->inactive_xml, backup_same_but_secrets))
		return CHANGE_ABSENT;
	if (!r->finished)
		return CHANGE_UNFINISHED;
	if (held == TRI_UNKNOWN)
		return CHANGE_APPLIED;
	if (held == TRI_NO)
		return CHANGE_OVERWRITTEN;
	if (r->proven_ns)
		return CHANGE_PROVEN;
	return d->live_xml && pending_between(&d->live, &d->inactive) == TRI_NO ? CHANGE_IN_EFFECT
										: CHANGE_PENDING;
}

enum change_became change_state(const struct change_log *log, size_t i, const char *folder,
	const struct domain_set *domains, const char *uri)
{
	const struct change_record *r = &log->items[i];
	const struct domain *d = domains ? domain_set_find(domains, r->uuid) : NULL;

	if (r->undone_ns)
		return CHANGE_UNDONE;
	if (domains && (!d || !d->persistent) && (d || !change_record_is_elsewhere(r, uri)))
		return CHANGE_GONE;
	if (d && d->inactive_xml)
		return state_by(log, i, folder, d);
	if (!r->finished)
		return CHANGE_UNFINISHED;
	return r->proven_ns ? CHANGE_PROVEN : CHANGE_APPLIED;
}

static const struct {
	const char *name, *about;
} words[CHANGE_BECAME__COUNT] = {
	[CHANGE_APPLIED] = { "applied", "whether it is in effect is not known" },
	[CHANGE_PENDING] = { "pending", "takes effect at the next start" },
	[CHANGE_IN_EFFECT] = { "in effect", "the guest runs with it" },
	[CHANGE_PROVEN] = { "proven", "the guest ran with it and its effect was measured" },
	[CHANGE_UNDONE] = { "undone", "the old definition was restored" },
	[CHANGE_UNFINISHED] = { "unfinished", "whether it was made is not known" },
	[CHANGE_ABSENT] = { "absent", "the definition is what it was before the change" },
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
