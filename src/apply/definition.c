#include "apply/definition.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "apply/backup.h"
#include "apply/change_log.h"
#include "apply/define_step.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"

void definition_refuse_connection(struct definition_outcome *o, const char *uri)
{
	*o = (struct definition_outcome){ 0 };
	if (define_was_denied())
		define_refuse_denial(o);
	else
		define_end(o, DEFINITION_REFUSED,
			"Nothing was changed: libvirt cannot be reached for writing at %s (%s). "
			"Try "
			"`virsh -c %s list`.",
			uri, define_last_words(), uri);
}

/* Makes the edit anew on the text with passwords: it must be the one that was shown. */
static bool make_edit(struct define_change *c)
{
	const struct definition_edit *edit = &c->request->edit;
	char why[256] = "", *plain_after;

	if (strcmp(c->plain, c->request->shown_xml) != 0)
		return define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: %s's definition is not the one that was shown, "
			"somebody "
			"has changed it. Look at the new diff and decide again.",
			c->request->name);
	plain_after = edit->make(edit->context, c->plain, why, sizeof why);
	c->meant = plain_after ? edit->make(edit->context, c->whole, why, sizeof why) : NULL;
	if (!c->meant)
		define_end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
	else if (!strcmp(c->meant, c->whole))
		define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: %s's definition has this already.", c->request->name);
	else if (!edit->same(c->plain, plain_after, c->whole, c->meant))
		define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: with its passwords, %s's definition would be changed "
			"in "
			"another way than was shown. Use the commands instead.",
			c->request->name);
	else
		c->o->end = DEFINITION_DONE;
	free(plain_after);
	return c->o->end == DEFINITION_DONE;
}

/* Before anything is defined: a VM that is switched off must start again. */
static bool can_start(struct define_change *c)
{
	char why[DEFINITION_WHY_MAX];

	return definition_can_start(
		       c->connection, c->request, c->whole, c->meant, why, sizeof why) ||
	       define_end(c->o, DEFINITION_REFUSED, "Nothing was changed. %s.", why);
}

static void forget_old(struct define_change *c)
{
	backup_drop(c->o->path);
	free(c->o->path);
	c->o->path = NULL;
}

/* Before the change, as the definition is: who kills kvmtop in between still finds what may have changed. */
static bool save_old(struct define_change *c)
{
	const struct definition_request *r = c->request;
	char why[STATE_WHY_MAX];

	if (backup_save(r->folder, r->name, r->uuid, clock_real_ns(), c->whole, &c->o->path, why,
		    sizeof why))
		return define_end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
	if (!change_log_add(c->o->path, r->name, r->uri, r->remedy, r->title, why, sizeof why))
		return true;
	forget_old(c);
	return define_end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
}

/* What libvirt has now, as somebody else has just written it: with the change or without. */
static bool fail_overwritten(struct define_change *c)
{
	const struct definition_edit *edit = &c->request->edit;
	char why[STATE_WHY_MAX] = "", *now = define_read_now(c);
	char *again = now ? edit->make(edit->context, now, why, sizeof why) : NULL;

	if (!now) {
		define_fail_unread(c, NULL);
	} else if (again && !strcmp(again, now)) {
		define_end(c->o, DEFINITION_DONE,
			"%s's definition is changed, but it was changed further from outside at "
			"the same moment, so that `u` cannot undo this change. %s",
			c->request->name, define_next_start(c));
		c->o->cannot_undo = true;
	} else {
		/* Nobody has undone it: what is there now is another one. */
		define_fail_other(c);
	}
	free(now);
	free(again);
	return false;
}

static bool stays(struct define_change *c)
{
	switch (define_holds(c)) {
	case DEFINE_SAME:
		return true;
	case DEFINE_OTHER:
		return fail_overwritten(c);
	case DEFINE_UNREAD:
		break;
	}
	return define_fail_unread(c, NULL);
}

/* libvirt writes a definition in its own way, so what it has now is compared by making the edit again:
 * it must change nothing. It is saved before anything else may fail: without it, undoing could not tell it from
 * others'. */
static bool check_applied(struct define_change *c)
{
	const struct definition_edit *edit = &c->request->edit;
	char *again = NULL, why[DEFINITION_WHY_MAX] = "";
	bool ok = false;

	if (c->made)
		again = edit->make(edit->context, c->made, why, sizeof why);
	if (!again || strcmp(again, c->made) != 0) {
		define_fail_made(c, "libvirt did not accept the whole change");
	} else if (backup_save_after(c->o->path, c->made, why, sizeof why)) {
		char reason[DEFINITION_WHY_MAX + 80];

		snprintf(reason, sizeof reason,
			"The copy of the new definition, which undoing needs, is missing: %s", why);
		define_restore(c, reason);
	} else if (!definition_can_start(
			   c->connection, c->request, c->whole, c->made, why, sizeof why)) {
		define_restore(c, why);
	} else {
		ok = stays(c);
	}
	free(again);
	return ok;
}

void definition_apply(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o)
{
	struct define_change c;

	*o = (struct definition_outcome){ 0 };
	define_init(&c, connection, request, o);
	if (define_lock(&c, true) && define_read(&c) && make_edit(&c) && can_start(&c) &&
		save_old(&c)) {
		if (!define_look_again(&c, given_up)) {
			forget_old(&c);
		} else if (!define_xml(&c, c.meant, VIR_DOMAIN_DEFINE_VALIDATE)) {
			if (define_fail(&c) == DEFINE_SAME)
				forget_old(&c);
		} else if (check_applied(&c)) {
			define_end(o, DEFINITION_DONE, "%s's definition is changed. %s",
				request->name, define_next_start(&c));
		}
	}
	define_release(&c);
}

/* -- undoing ------------------------------------------------------------------------------- */

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
