#include "source/libvirt/definition.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "core/text.h"
#include "source/libvirt/backup.h"
#include "source/libvirt/change_log.h"

/* What counts as the definition: what the next start takes. Passwords are in it only with SECURE. */
#define PLAIN VIR_DOMAIN_XML_INACTIVE
#define WHOLE (VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE)

#define NEXT_START                                                                                 \
	"It takes effect at the next start: shut the guest down and start it, a reboot inside is " \
	"not enough."

/* One change while it is made; what is not needed is NULL. */
struct change {
	virConnectPtr connection;
	virDomainPtr domain;
	const struct definition_request *request;
	struct definition_outcome *o;
	char *plain, *whole; /* the definition as it was found */
	char *meant;         /* what it is to be */
};

static bool end(struct definition_outcome *o, enum definition_end how, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Returns false, so that a step can end with it. */
static bool end(struct definition_outcome *o, enum definition_end how, const char *format, ...)
{
	char message[DEFINITION_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(message, sizeof message, format, args);
	va_end(args);
	o->end = how;
	text_clean(o->message, sizeof o->message, message);
	return false;
}

static const char *last_words(void)
{
	const virError *error = virGetLastError();

	return error && error->message ? error->message : "no reason given";
}

static bool is_denial(const virError *error)
{
	return error &&
	       (error->code == VIR_ERR_OPERATION_DENIED || error->code == VIR_ERR_ACCESS_DENIED ||
		       error->code == VIR_ERR_AUTH_FAILED ||
		       error->code == VIR_ERR_AUTH_CANCELLED ||
		       error->code == VIR_ERR_AUTH_UNAVAILABLE ||
		       (error->code == VIR_ERR_SYSTEM_ERROR &&
			       (error->int1 == EACCES || error->int1 == EPERM)));
}

static bool refuse_denial(struct definition_outcome *o)
{
	return end(o, DEFINITION_REFUSED,
		"Nothing was changed: libvirt does not let this user change definitions. Run `sudo "
		"kvmtop`, or join its group with `sudo usermod -aG libvirt $USER` and log in "
		"again.");
}

void definition_refuse_connection(struct definition_outcome *o, const char *uri)
{
	*o = (struct definition_outcome){ 0 };
	if (is_denial(virGetLastError()))
		refuse_denial(o);
	else
		end(o, DEFINITION_REFUSED,
			"Nothing was changed: libvirt cannot be reached for writing at %s (%s). "
			"Try "
			"`virsh -c %s list`.",
			uri, last_words(), uri);
}

void definition_refuse_error(struct definition_outcome *o, const char *name)
{
	const virError *error = virGetLastError();

	if (is_denial(error))
		refuse_denial(o);
	else if (error && error->code == VIR_ERR_NO_DOMAIN)
		end(o, DEFINITION_REFUSED,
			"Nothing was changed: libvirt does not know %s here, or not any more. "
			"Another "
			"user's VM is changed by that user, with kvmtop -c qemu:///session.",
			name);
	else
		end(o, DEFINITION_REFUSED,
			"Nothing was changed: libvirt cannot tell %s's "
			"definition (%s). Try again.",
			name, last_words());
}

static bool refuse_error(const struct change *c)
{
	definition_refuse_error(c->o, c->request->name);
	return false;
}

/* Finds the domain and reads its definition. */
static bool read_definition(struct change *c)
{
	int persistent;

	c->domain = virDomainLookupByUUIDString(c->connection, c->request->uuid);
	persistent = c->domain ? virDomainIsPersistent(c->domain) : -1;
	if (persistent == 0)
		return end(c->o, DEFINITION_REFUSED,
			"There is nothing to change: %s is transient, it has no definition. Change "
			"the "
			"XML that it is created from.",
			c->request->name);
	if (persistent > 0)
		c->plain = virDomainGetXMLDesc(c->domain, PLAIN);
	if (c->plain)
		c->whole = virDomainGetXMLDesc(c->domain, WHOLE);
	return c->whole || refuse_error(c);
}

/* Makes the edit anew on the text with passwords: it must be the one that was shown. */
static bool make_edit(struct change *c)
{
	const struct definition_edit *edit = &c->request->edit;
	char why[256] = "", *plain_after;

	if (strcmp(c->plain, c->request->shown_xml) != 0)
		return end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: %s's definition is not the one that was shown, "
			"somebody "
			"has changed it. Look at the new diff and decide again.",
			c->request->name);
	plain_after = edit->make(edit->context, c->plain, why, sizeof why);
	c->meant = plain_after ? edit->make(edit->context, c->whole, why, sizeof why) : NULL;
	if (!c->meant)
		end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
	else if (!strcmp(c->meant, c->whole))
		end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: %s's definition has this already.", c->request->name);
	else if (!edit->same(c->plain, plain_after, c->whole, c->meant))
		end(c->o, DEFINITION_REFUSED,
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
static bool can_start(struct change *c)
{
	char why[DEFINITION_WHY_MAX];

	return definition_can_start(
		       c->connection, c->request, c->whole, c->meant, why, sizeof why) ||
	       end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
}

static void forget_old(struct change *c)
{
	backup_drop(c->o->path);
	free(c->o->path);
	c->o->path = NULL;
}

/* Before the change, as the definition is: who kills kvmtop in between still finds what may have changed. */
static bool save_old(struct change *c)
{
	const struct definition_request *r = c->request;
	char why[STATE_WHY_MAX];

	if (backup_save(r->folder, r->name, r->uuid, clock_real_ns(), c->whole, &c->o->path, why,
		    sizeof why))
		return end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
	if (!change_log_add(c->o->path, r->name, r->remedy, r->title, why, sizeof why))
		return true;
	forget_old(c);
	return end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
}

/* Saving takes time: the last look before the definition is replaced. */
static bool look_again(struct change *c, const atomic_bool *given_up)
{
	char *now = virDomainGetXMLDesc(c->domain, WHOLE);
	bool ok = false;

	if (!now)
		refuse_error(c);
	else if (*given_up)
		end(c->o, DEFINITION_REFUSED, "Nothing was changed: it took too long.");
	else if (strcmp(now, c->whole) != 0)
		end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: somebody else changes %s's definition at this "
			"moment. "
			"Look at the new diff and decide again.",
			c->request->name);
	else
		ok = true;
	free(now);
	return ok;
}

static bool define(struct change *c, const char *xml, unsigned flags)
{
	virDomainPtr domain = virDomainDefineXMLFlags(c->connection, xml, flags);

	if (domain)
		virDomainFree(domain);
	return domain != NULL;
}

static bool has_definition(struct change *c, const char *xml)
{
	char *now = virDomainGetXMLDesc(c->domain, WHOLE);
	const bool same = now && !strcmp(now, xml);

	free(now);
	return same;
}

/* libvirt did not take the new definition, and should have left the old one alone. */
static bool fail_define(struct change *c)
{
	char words[512];
	const bool denied = is_denial(virGetLastError());

	snprintf(words, sizeof words, "%s", last_words()); /* until the next call */
	if (!has_definition(c, c->whole))
		return end(c->o, DEFINITION_FAILED,
			"libvirt failed (%s), and what %s's definition is now is not known: "
			"compare "
			"`virsh dumpxml --inactive --security-info` of it with the saved one.",
			words, c->request->name);
	return denied ? refuse_denial(c->o)
		      : end(c->o, DEFINITION_FAILED,
				"Nothing was changed: libvirt does not take the new definition "
				"(%s).",
				words);
}

/* The definition is what it was before the change. Where that cannot be noted the user learns it, and
 * nothing else is wrong. */
static void note_undone(const struct change *c)
{
	char why[STATE_WHY_MAX], message[DEFINITION_MESSAGE_MAX];

	if (!change_log_mark_undone(c->o->path, clock_real_ns(), why, sizeof why))
		return;
	snprintf(message, sizeof message, "%s", c->o->message);
	end(c->o, c->o->end, "%s The change log still lists the change: %s.", message, why);
}

/* Puts back what was found at the beginning, and says why. */
static bool restore(struct change *c, const char *why)
{
	if (define(c, c->whole, 0) && has_definition(c, c->whole)) {
		end(c->o, DEFINITION_FAILED, "%s: the definition is again the one from before.",
			why);
		if (c->request->edit.make)
			note_undone(c);
		return false;
	}
	return end(c->o, DEFINITION_FAILED,
		"%s, and the definition from before cannot be brought back (%s): define the saved "
		"file "
		"with `virsh define`.",
		why, last_words());
}

/* libvirt writes a definition in its own way, so what it has now is compared by making the edit again:
 * it must change nothing. */
static bool check_applied(struct change *c)
{
	const struct definition_edit *edit = &c->request->edit;
	char *now = virDomainGetXMLDesc(c->domain, WHOLE), *again = NULL;
	char why[DEFINITION_WHY_MAX] = "";
	bool ok = false;

	if (now)
		again = edit->make(edit->context, now, why, sizeof why);
	if (!again || strcmp(again, now) != 0) {
		restore(c, "libvirt has not taken the whole of the change");
	} else if (!definition_can_start(
			   c->connection, c->request, c->whole, now, why, sizeof why)) {
		restore(c, why);
	} else if (backup_save_after(c->o->path, now, why, sizeof why)) {
		char reason[DEFINITION_WHY_MAX + 64];

		snprintf(reason, sizeof reason,
			"The new definition could not be saved for undoing "
			"(%s)",
			why);
		restore(c, reason);
	} else {
		ok = true;
	}
	free(now);
	free(again);
	return ok;
}

static void release(struct change *c)
{
	if (c->domain)
		virDomainFree(c->domain);
	free(c->plain);
	free(c->whole);
	free(c->meant);
}

void definition_apply(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o)
{
	struct change c = { .connection = connection, .request = request, .o = o };

	*o = (struct definition_outcome){ 0 };
	if (read_definition(&c) && make_edit(&c) && can_start(&c) && save_old(&c)) {
		if (!look_again(&c, given_up)) {
			forget_old(&c);
		} else if (!define(&c, c.meant, VIR_DOMAIN_DEFINE_VALIDATE)) {
			fail_define(&c);
			if (has_definition(&c, c.whole))
				forget_old(&c);
		} else if (check_applied(&c)) {
			end(o, DEFINITION_DONE, "%s's definition is changed. " NEXT_START,
				request->name);
		}
	}
	release(&c);
}

static bool is_equal(const char *after, const char *now)
{
	return !strcmp(after, now);
}

/* Finds what the definition was before the change that made it what it is now. */
static bool find_old(struct change *c)
{
	const struct definition_request *r = c->request;
	char why[STATE_WHY_MAX];
	struct backup b;

	if (backup_find(r->folder, r->uuid, c->whole, is_equal, &b, why, sizeof why))
		return end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
	if (strcmp(b.path, r->shown_path) != 0) {
		backup_fini(&b);
		return end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: %s's definition is not the one that was shown. Look "
			"at "
			"the new diff and decide again.",
			r->name);
	}
	c->o->path = mem_strdup(b.path);
	c->meant = mem_strdup(b.xml_before);
	backup_fini(&b);
	return true;
}

/* Without validation: libvirt had this definition, so it may have it again. */
void definition_undo(virConnectPtr connection, const struct definition_request *request,
	const atomic_bool *given_up, struct definition_outcome *o)
{
	struct change c = { .connection = connection, .request = request, .o = o };

	*o = (struct definition_outcome){ 0 };
	if (read_definition(&c) && find_old(&c) && look_again(&c, given_up)) {
		if (!define(&c, c.meant, 0))
			fail_define(&c);
		else if (!has_definition(&c, c.meant))
			restore(&c, "libvirt has not taken the old definition as it was");
		else {
			end(o, DEFINITION_DONE,
				"%s's definition is again what it was before the "
				"change. " NEXT_START,
				request->name);
			note_undone(&c);
		}
	}
	release(&c);
}
