#include "apply/define_step.h"

#include <errno.h>
#include <libvirt/virterror.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "apply/backup_name.h"
#include "apply/change_log.h"
#include "core/clock.h"
#include "core/state.h"
#include "core/text.h"
#include "source/libvirt/libvirt.h"
#include "source/libvirt/libvirt_uri.h"

enum {
	LOCK_WAIT_MS = 4000,
	/* A libvirtd that is restarted is back by then. */
	READ_AGAIN_MS = 10000,
	READ_RETRY_MS = 200,
	SHOW_COMMAND_MAX = 320,
	/* How long the definition must stay: as long as another one may be on its way to libvirt. That takes
	 * it a few times as long as it took this one, where the host is busy. */
	SETTLE_LEAST_MS = 200,
	SETTLE_MOST_MS = 3000,
	SETTLE_TIMES = 4,
};

void define_init(struct define_change *c, virConnectPtr connection,
	const struct definition_request *request, struct definition_outcome *o)
{
	*c = (struct define_change){
		.connection = connection, .request = request, .o = o, .folder = -1, .lock = -1
	};
}

bool define_end(struct definition_outcome *o, enum definition_end how, const char *format, ...)
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

const char *define_last_words(void)
{
	const virError *error = virGetLastError();

	return error && error->message ? error->message : "no reason given";
}

bool define_was_denied(void)
{
	const virError *error = virGetLastError();

	return error &&
	       (error->code == VIR_ERR_OPERATION_DENIED || error->code == VIR_ERR_ACCESS_DENIED ||
		       error->code == VIR_ERR_AUTH_FAILED ||
		       error->code == VIR_ERR_AUTH_CANCELLED ||
		       error->code == VIR_ERR_AUTH_UNAVAILABLE ||
		       (error->code == VIR_ERR_SYSTEM_ERROR &&
			       (error->int1 == EACCES || error->int1 == EPERM)));
}

bool define_refuse_denial(struct definition_outcome *o)
{
	return define_end(o, DEFINITION_REFUSED,
		"Nothing was changed: libvirt does not let this user change definitions. Run `sudo "
		"kvmtop`, or join its group with `sudo usermod -aG libvirt $USER` and log in "
		"again.");
}

const char *define_next_start(const struct define_change *c)
{
	return virDomainIsActive(c->domain) == 0
		       ? "It takes effect at the next start."
		       : "It takes effect at the next start: shut the guest down and start it, a "
			 "reboot inside is not enough.";
}

/* How to see the definition as it is, to be compared with the saved file: "`virsh -c qemu:///system dumpxml --inactive
 * --security-info UUID`". Without passwords they would differ in these. */
static const char *show_command(const struct define_change *c, char out[static SHOW_COMMAND_MAX])
{
	char option[160];

	snprintf(out, SHOW_COMMAND_MAX, "`virsh %s dumpxml --inactive --security-info %s`",
		libvirt_uri_option(option, sizeof option,
			c->request->uri ? c->request->uri : LIBVIRT_URI_DEFAULT),
		c->request->uuid);
	return out;
}

bool define_lock(struct define_change *c, bool create)
{
	char why[STATE_WHY_MAX], name[BACKUP_LOCK_MAX];

	c->folder = state_open(c->request->folder, create, why, sizeof why);
	if (c->folder == -ENOENT && !create)
		return true;
	if (c->folder < 0)
		return define_end(c->o, DEFINITION_REFUSED, "Nothing was changed: %s.", why);
	backup_lock_name(name, c->request->uuid);
	c->lock = state_lock(c->folder, name, LOCK_WAIT_MS);
	if (c->lock >= 0)
		return true;
	if (c->lock == -EAGAIN)
		return define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: another kvmtop is changing %s. Try again.",
			c->request->name);
	return define_end(c->o, DEFINITION_REFUSED,
		"Nothing was changed: %s/%s cannot be locked (%s).", c->request->folder, name,
		strerror(-c->lock));
}

static bool refuse_error(const struct define_change *c)
{
	const virError *error = virGetLastError();

	if (define_was_denied())
		return define_refuse_denial(c->o);
	if (error && error->code == VIR_ERR_NO_DOMAIN)
		return define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: libvirt has no VM %s here. A VM in another user's "
			"session can only be changed by that user, with kvmtop -c qemu:///session.",
			c->request->name);
	return define_end(c->o, DEFINITION_REFUSED,
		"Nothing was changed: %s's definition cannot be read from libvirt (%s). Try again.",
		c->request->name, define_last_words());
}

bool define_read(struct define_change *c)
{
	int persistent;

	c->domain = virDomainLookupByUUIDString(c->connection, c->request->uuid);
	persistent = c->domain ? virDomainIsPersistent(c->domain) : -1;
	if (persistent == 0)
		return define_end(c->o, DEFINITION_REFUSED,
			"There is nothing to change: %s is transient, it has no definition. Change "
			"the XML that it is created from.",
			c->request->name);
	if (persistent > 0)
		c->plain = virDomainGetXMLDesc(c->domain, DEFINE_PLAIN);
	if (c->plain)
		c->whole = virDomainGetXMLDesc(c->domain, DEFINE_WHOLE);
	return c->whole || refuse_error(c);
}

bool define_look_again(struct define_change *c, const atomic_bool *given_up)
{
	char *now;
	bool ok = false;

	c->looked_ns = clock_mono_ns();
	now = virDomainGetXMLDesc(c->domain, DEFINE_WHOLE);
	if (!now)
		refuse_error(c);
	else if (*given_up)
		define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: libvirt answered too late. Try again.");
	else if (strcmp(now, c->whole) != 0)
		define_end(c->o, DEFINITION_REFUSED,
			"Nothing was changed: %s's definition was changed from outside just now. "
			"Check the new diff and decide again.",
			c->request->name);
	else
		ok = true;
	free(now);
	return ok;
}

bool define_xml(struct define_change *c, const char *xml, unsigned flags)
{
	virDomainPtr domain = virDomainDefineXMLFlags(c->connection, xml, flags);

	if (!domain)
		return false;
	virDomainFree(domain);
	free(c->made);
	c->made = define_read_now(c);
	return true;
}

/* The connection ends with the libvirtd that it was made to. The one that was given stays the caller's. */
static bool reconnect(struct define_change *c)
{
	virConnectPtr connection =
		c->request->uri ? libvirt_uri_connect(c->request->uri, false) : NULL;
	virDomainPtr domain =
		connection ? virDomainLookupByUUIDString(connection, c->request->uuid) : NULL;

	if (!domain) {
		snprintf(c->unread, sizeof c->unread, "%s", define_last_words());
		if (connection)
			virConnectClose(connection);
		return false;
	}
	virDomainFree(c->domain);
	if (c->own_connection)
		virConnectClose(c->own_connection);
	c->connection = c->own_connection = connection;
	c->domain = domain;
	return true;
}

/* One attempt. *final: another one would end like this one. */
static char *try_to_read(struct define_change *c, bool *final)
{
	const virError *error;
	char *now = NULL;

	if (virConnectIsAlive(c->connection) != 0 || reconnect(c)) {
		now = virDomainGetXMLDesc(c->domain, DEFINE_WHOLE);
		if (!now)
			snprintf(c->unread, sizeof c->unread, "%s", define_last_words());
	}
	error = now ? NULL : virGetLastError();
	*final = error && error->code == VIR_ERR_NO_DOMAIN;
	return now;
}

char *define_read_now(struct define_change *c)
{
	const int patience_ms = c->request->patience_ms ? c->request->patience_ms : READ_AGAIN_MS;
	const uint64_t deadline_ns = clock_mono_ns() + (uint64_t)patience_ms * NS_PER_MS;
	bool final;
	char *now;

	while (!(now = try_to_read(c, &final)) && !final && clock_mono_ns() < deadline_ns)
		poll(NULL, 0, READ_RETRY_MS);
	return now;
}

enum define_seen define_has(struct define_change *c, const char *xml)
{
	char *now = define_read_now(c);
	const enum define_seen seen = !now               ? DEFINE_UNREAD
				      : strcmp(now, xml) ? DEFINE_OTHER
							 : DEFINE_SAME;

	free(now);
	return seen;
}

bool define_fail_unread(struct define_change *c, const char *why)
{
	char command[SHOW_COMMAND_MAX];

	if (c->is_undo)
		return define_end(c->o, DEFINITION_FAILED,
			"%s%s%s's saved definition was given to libvirt, but what it has now "
			"cannot be read (%s): whether the change is undone is not known. When "
			"libvirt answers again, undo again: then there is nothing to undo, or it "
			"is undone.",
			why ? why : "", why ? ". " : "", c->request->name, c->unread);
	return define_end(c->o, DEFINITION_FAILED,
		"%s%s%s's new definition was given to libvirt, but what it has now cannot be read "
		"(%s): whether the definition is changed is not known. When libvirt answers again, "
		"compare %s with the saved file; `u` undoes the change if it is there.",
		why ? why : "", why ? ". " : "", c->request->name, c->unread,
		show_command(c, command));
}

enum define_seen define_fail(struct define_change *c)
{
	const bool denied = define_was_denied();
	char words[256], why[sizeof words + 32], command[SHOW_COMMAND_MAX];

	snprintf(words, sizeof words, "%s", define_last_words()); /* until the next call */
	free(c->made);
	c->made = define_read_now(c);
	if (!c->made) {
		snprintf(why, sizeof why, "libvirt failed (%s)", words);
		define_fail_unread(c, why);
		return DEFINE_UNREAD;
	}
	if (strcmp(c->made, c->whole) != 0) {
		define_end(c->o, DEFINITION_FAILED,
			"libvirt failed (%s), and %s's definition is not what it was: it was "
			"changed from outside at the same time, or by libvirt. Compare %s with the "
			"saved file.",
			words, c->request->name, show_command(c, command));
		return DEFINE_OTHER;
	}
	if (denied)
		define_refuse_denial(c->o);
	else
		define_end(c->o, DEFINITION_FAILED,
			"Nothing was changed: libvirt rejected the new definition (%s).", words);
	return DEFINE_SAME;
}

bool define_fail_other(struct define_change *c)
{
	char command[SHOW_COMMAND_MAX];

	return define_end(c->o, DEFINITION_FAILED,
		"%s's definition was changed from outside at the same time, and is left as it was "
		"written there: look at it (%s), and %s again if that is still wanted.",
		c->request->name, show_command(c, command), c->is_undo ? "undo" : "apply");
}

static bool has_line(const char *text, const char *line, size_t length)
{
	for (const char *at = text; (at = memmem(at, strlen(at), line, length)); at++)
		if ((at == text || at[-1] == '\n') && (!at[length] || at[length] == '\n'))
			return true;
	return false;
}

/* The first line of some that there is (or is not, without there) in text; NULL: none. */
static const char *find_line(const char *some, const char *text, bool there, const char *but_not_in)
{
	for (const char *line = some; *line; line += strspn(line, "\n")) {
		const size_t length = strcspn(line, "\n");

		if (has_line(text, line, length) == there && !has_line(but_not_in, line, length))
			return line;
		line += length;
	}
	return NULL;
}

/* Is made what libvirt took of meant, when it dropped a part of it? Then each of its lines is one of meant, and
 * something of the change is there. What somebody else made of the old definition lacks the one or the other. */
static bool is_part_of_meant(const struct define_change *c)
{
	return !find_line(c->made, c->meant, false, "") &&
	       (find_line(c->meant, c->made, true, c->whole) ||
		       find_line(c->whole, c->made, false, c->meant));
}

bool define_fail_made(struct define_change *c, const char *why)
{
	char command[SHOW_COMMAND_MAX];

	if (!c->made)
		return define_fail_unread(c, NULL);
	if (!strcmp(c->made, c->whole)) {
		define_end(c->o, DEFINITION_FAILED,
			c->is_undo ? "Nothing was undone: %s; the definition is what it was."
				   : "%s: the old definition is still in place.",
			why);
		if (!c->is_undo)
			define_note_undone(c);
		return false;
	}
	if (is_part_of_meant(c))
		return define_restore(c, why);
	return define_end(c->o, DEFINITION_FAILED,
		"%s's definition is neither the old one nor the intended one: it was changed from "
		"outside at the same time, or libvirt altered it. It was left as it is: compare %s "
		"with the saved file.",
		c->request->name, show_command(c, command));
}

enum define_seen define_holds(struct define_change *c)
{
	const uint64_t took_ms = (clock_mono_ns() - c->looked_ns) / NS_PER_MS;
	uint64_t wait_ms = SETTLE_TIMES * took_ms;

	if (wait_ms < SETTLE_LEAST_MS)
		wait_ms = SETTLE_LEAST_MS;
	if (wait_ms > SETTLE_MOST_MS)
		wait_ms = SETTLE_MOST_MS;
	poll(NULL, 0, (int)wait_ms);
	return define_has(c, c->made);
}

/* Unlike in define_fail_unread() it was the definition from before that libvirt got last. */
static bool fail_unread_restore(struct define_change *c, const char *why)
{
	char command[SHOW_COMMAND_MAX];

	return define_end(c->o, DEFINITION_FAILED,
		"%s. The definition that was there was given to libvirt again, but what it has now "
		"cannot be read (%s): whether it was put back is not known. When libvirt answers "
		"again, look at it (%s)%s.",
		why, c->unread, show_command(c, command),
		c->is_undo ? "" : "; `u` undoes the change if it is there");
}

static bool end_restored(struct define_change *c, const char *why)
{
	define_end(c->o, DEFINITION_FAILED,
		c->is_undo ? "Nothing was undone: %s; the definition from before the undo was put "
			     "back."
			   : "%s: the old definition was restored.",
		why);
	if (!c->is_undo)
		define_note_undone(c);
	return false;
}

bool define_restore(struct define_change *c, const char *why)
{
	char words[256], option[SHOW_COMMAND_MAX];
	bool taken;

	switch (define_has(c, c->made)) {
	case DEFINE_SAME:
		break;
	case DEFINE_OTHER:
		return define_fail_other(c);
	case DEFINE_UNREAD:
		return define_fail_unread(c, why);
	}
	taken = define_xml(c, c->whole, 0);
	snprintf(words, sizeof words, "%s", define_last_words()); /* until the next call */
	/* A libvirtd that is ended may have taken it without saying so. */
	switch (define_has(c, c->whole)) {
	case DEFINE_SAME:
		return end_restored(c, why);
	case DEFINE_UNREAD:
		return fail_unread_restore(c, why);
	case DEFINE_OTHER:
		break;
	}
	if (taken)
		return define_fail_other(c);
	return define_end(c->o, DEFINITION_FAILED,
		"%s, and the definition that was there cannot be put back (%s). Run `virsh %s "
		"define` with the saved file.",
		why, words,
		libvirt_uri_option(option, sizeof option,
			c->request->uri ? c->request->uri : LIBVIRT_URI_DEFAULT));
}

void define_note_undone(const struct define_change *c)
{
	char why[STATE_WHY_MAX], message[DEFINITION_MESSAGE_MAX];

	if (!c->o->path || !change_log_mark_undone(c->o->path, clock_real_ns(), why, sizeof why))
		return;
	snprintf(message, sizeof message, "%s", c->o->message);
	define_end(c->o, c->o->end, "%s The change log still lists the change: %s.", message, why);
}

void define_release(struct define_change *c)
{
	char name[BACKUP_LOCK_MAX];

	if (c->lock >= 0) {
		backup_lock_name(name, c->request->uuid);
		state_unlock(c->folder, name, c->lock);
	}
	if (c->folder >= 0)
		close(c->folder);
	if (c->domain)
		virDomainFree(c->domain);
	if (c->own_connection)
		virConnectClose(c->own_connection);
	free(c->plain);
	free(c->whole);
	free(c->meant);
	free(c->made);
}
