#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "core/state.h"
#include "source/libvirt/backup.h"
#include "source/libvirt/define_step.h"

static bool is_equal(const char *after, const char *now)
{
	return !strcmp(after, now);
}

/* Finds what the definition was before the change that made it what it is now. */
static bool find_old(struct define_change *c)
{
	const struct definition_request *r = c->request;
	char why[STATE_WHY_MAX];
	struct backup b;

	if (backup_find(r->folder, r->uuid, c->whole, is_equal, &b, why, sizeof why))
		return define_end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
	/* What an unfinished change made is not known: what goes is what was shown, no more. */
	if (strcmp(b.path, r->shown_path) != 0 ||
		(b.is_unfinished && (!r->shown_xml || strcmp(c->plain, r->shown_xml) != 0))) {
		backup_fini(&b);
		return define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: %s's definition is not the one that was shown. Check "
			"the new diff and decide again.",
			r->name);
	}
	c->o->path = mem_strdup(b.path);
	c->meant = mem_strdup(b.xml_before);
	backup_fini(&b);
	return true;
}

/* libvirt has the saved definition: for how long? */
static void finish(struct define_change *c)
{
	const enum define_seen seen = define_holds(c);

	if (seen == DEFINE_UNREAD) {
		define_fail_unread(c, NULL);
	} else if (seen == DEFINE_OTHER) {
		define_fail_other(c);
	} else {
		define_end(c->o, DEFINITION_DONE,
			"%s's definition is again what it was before the change. %s",
			c->request->name, define_next_start(c));
		define_note_undone(c);
	}
}

static bool is_there(const struct define_change *c)
{
	return c->made && !strcmp(c->made, c->meant);
}

/* Without validation: libvirt had this definition, so it may have it again. */
void definition_undo(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o)
{
	struct define_change c;

	*o = (struct definition_outcome){ 0 };
	define_init(&c, connection, request, o);
	c.is_undo = true;
	if (define_lock(&c, false) && define_read(&c) && find_old(&c) &&
		define_look_again(&c, given_up)) {
		const bool taken = define_xml(&c, c.meant, 0);

		if (!taken)
			define_fail(&c);
		/* A libvirtd that is ended may have taken it without saying so. */
		if (is_there(&c))
			finish(&c);
		else if (taken)
			define_fail_made(
				&c, "libvirt altered the saved definition when it was given it");
	}
	define_release(&c);
}
