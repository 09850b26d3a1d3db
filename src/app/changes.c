#include "app/changes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "domain/diff.h"
#include "source/libvirt/libvirt.h"
#include "source/libvirt/libvirt_uri.h"

/* How long kvmtop's end waits for libvirt to answer. */
enum { LAST_WAIT_MS = 5000, DIFF_CONTEXT = 3 };

/* How long a change may take, and a question longer than that (definition.h). */
#define CHANGE_PATIENCE_NS (60 * NS_PER_S)
#define CHECK_PATIENCE_NS (DEFINITION_CHECK_NS + CHANGE_PATIENCE_NS)

/* What the edit is made from, in the thread's thread. */
struct edit_context {
	struct domain_caps caps;
	enum remedy_id remedy;
};

/* The remedy's edit of another text of the domain's definition. */
static char *make_edit(const void *opaque, const char *xml, char *why, size_t size)
{
	const struct edit_context *context = opaque;

	return remedy_apply(context->remedy, &context->caps, xml, why, size);
}

static struct edit_context *new_context(const struct change *c)
{
	struct edit_context *context = mem_calloc(1, sizeof *context);

	context->caps = c->caps;
	context->remedy = c->remedy;
	return context;
}

static void start(struct changes *changes, struct change *c, enum apply_thread_task task,
	const char *uri, const char *folder)
{
	const struct definition_request request = {
		.uuid = c->uuid,
		.name = c->name,
		.folder = folder,
		.shown_xml = c->shown_xml,
		.shown_path = c->path,
		.edit = { .make = make_edit, .same = diff_same_changes },
		.may_not_start = c->must_type,
		.remedy = c->task == CHANGE_APPLY ? remedy_find(c->remedy)->id : NULL,
		.title = c->title,
	};

	changes->thread = apply_thread_start(task, libvirt_uri(uri), &request, free,
		task == APPLY_THREAD_APPLY ? new_context(c) : NULL);
	changes->is_check = task == APPLY_THREAD_CHECK;
	c->state = changes->is_check ? CHANGE_CHECKING : CHANGE_RUNNING;
	c->since_ns = clock_mono_ns();
}

char *changes_undo_diff(const struct backup *b)
{
	/* What is there now instead of an unfinished change is known without its passwords. */
	char *before = b->is_unfinished ? backup_as_plain(b->xml_before)
					: backup_without_secrets(b->xml_before);
	char *after = backup_without_secrets(b->xml_after);
	char *diff = diff_unified(after, before, "now", "before the change", DIFF_CONTEXT);

	free(before);
	free(after);
	return diff;
}

const char *changes_undo_note(const struct backup *b)
{
	if (!b->is_unfinished)
		return NULL;
	return "It is not known whether this change was made: kvmtop or libvirt ended too early. "
	       "Below is all that differs from the definition before it, also what was changed "
	       "outside kvmtop since. Passwords are not shown, the old ones come back, too.";
}

/* Shows what is to be undone: the last change whose result is what the VM has now. */
static void look_up(struct change *c, const struct model *m, const char *folder)
{
	const struct vm *vm = change_vm(c, m);
	char why[STATE_WHY_MAX], message[STATE_WHY_MAX + 32], *diff;
	struct backup b;

	if (!vm || !vm->domain || !vm->domain->inactive_xml) {
		change_end(c, CHANGE_REFUSED, "Nothing was changed: the VM is gone.", NULL);
		return;
	}
	if (backup_find(folder, c->uuid, vm->domain->inactive_xml, backup_same_but_secrets, &b, why,
		    sizeof why)) {
		snprintf(message, sizeof message, "Nothing was changed: %s.", why);
		change_end(c, CHANGE_REFUSED, message, NULL);
		return;
	}
	diff = changes_undo_diff(&b);
	change_ask_undo(c, diff, b.path, vm->domain->inactive_xml, changes_undo_note(&b));
	free(diff);
	backup_fini(&b);
}

static void end_thread(struct changes *changes)
{
	apply_thread_free(changes->thread);
	changes->thread = NULL;
	changes->is_check = false;
}

/* Changes are saved for this user: those made under sudo are root's. */
static void name_commands(struct change *c, const char *given_uri)
{
	const char *uri = libvirt_uri(given_uri);
	char option[sizeof c->virsh - sizeof "virsh "];

	libvirt_uri_option(option, sizeof option, uri);
	snprintf(c->virsh, sizeof c->virsh, "virsh %s", option);
	snprintf(c->undo, sizeof c->undo, "%skvmtop --undo %s%s%s",
		!geteuid() && getenv("SUDO_USER") ? "sudo " : "", c->ref,
		strcmp(uri, LIBVIRT_URI_DEFAULT) != 0 ? " " : "",
		strcmp(uri, LIBVIRT_URI_DEFAULT) != 0 ? option : "");
}

/* What the host can have is known: now the user is asked. */
static void ask_to_apply(struct change *c, const struct model *m, const char *uri,
	const struct definition_outcome *o)
{
	const struct vm *vm = change_vm(c, m);

	name_commands(c, uri);
	c->pages = o->pages;
	if (vm && vm->domain && vm->domain->inactive_xml)
		change_ask_apply(c, vm, &o->caps, o->job_runs);
	else
		change_end(c, CHANGE_REFUSED, "Nothing was changed: the VM is gone.", NULL);
}

/* libvirt hangs: others are not to wait for it, neither this user with another VM nor another kvmtop. */
static bool give_up(struct changes *changes, struct change *c, const char *uri)
{
	const uint64_t patience_ns = changes->is_check ? CHECK_PATIENCE_NS : CHANGE_PATIENCE_NS;
	char option[200], message[600];

	if (clock_mono_ns() < c->since_ns + patience_ns)
		return false;
	if (changes->is_check)
		snprintf(message, sizeof message,
			"Nothing was changed: libvirt does not say what this host can start. Try "
			"again later.");
	else
		snprintf(message, sizeof message,
			"libvirt has not answered for %d s, and whether %s's definition was "
			"changed is not known: see `virsh %s dumpxml --inactive %s`.",
			(int)(patience_ns / NS_PER_S), c->name,
			libvirt_uri_option(option, sizeof option, libvirt_uri(uri)), c->uuid);
	change_end(c, changes->is_check ? CHANGE_REFUSED : CHANGE_FAILED, message, c->path);
	end_thread(changes);
	return true;
}

/* The last that libvirt said of its VMs, by which a question is asked, is from before the last change. */
static bool is_old(const struct changes *changes, const struct model *m)
{
	const struct domain_set *domains = m->last ? m->last->domains : NULL;

	return changes->done_ns && domains && domains->time_ns <= changes->done_ns;
}

static bool take_outcome(
	struct changes *changes, struct change *c, const struct model *m, const char *uri)
{
	static const enum change_state states[] = {
		[DEFINITION_DONE] = CHANGE_DONE,
		[DEFINITION_REFUSED] = CHANGE_REFUSED,
		[DEFINITION_FAILED] = CHANGE_FAILED,
	};
	struct definition_outcome o;

	if (!changes->thread)
		return false;
	if (!apply_thread_ended(changes->thread, &o))
		return give_up(changes, c, uri);
	if (!changes->is_check && o.end == DEFINITION_DONE)
		changes->done_ns = clock_mono_ns();
	if (changes->is_check && o.end == DEFINITION_DONE)
		ask_to_apply(c, m, uri, &o);
	else
		change_end(c, states[o.end], o.message, o.path);
	c->cannot_undo = o.cannot_undo;
	end_thread(changes);
	return true;
}

static bool is_gone(const struct change *c, const struct model *m)
{
	const struct vm *vm = change_vm(c, m);

	return !vm || !vm->domain;
}

/* Does what the change waits for. */
static void go_on(struct changes *changes, struct change *c, const struct model *m, const char *uri,
	const char *folder)
{
	if (c->task == CHANGE_APPLY && is_gone(c, m))
		change_end(c, CHANGE_REFUSED, "Nothing was changed: the VM is gone.", NULL);
	else if (c->state == CHANGE_CONFIRMED)
		start(changes, c, c->task == CHANGE_APPLY ? APPLY_THREAD_APPLY : APPLY_THREAD_UNDO,
			uri, folder);
	else if (c->task == CHANGE_APPLY)
		start(changes, c, APPLY_THREAD_CHECK, uri, folder);
	else
		look_up(c, m, folder);
}

bool changes_step(struct changes *changes, struct change *c, const struct model *m, const char *uri,
	const char *folder, const char *folder_why)
{
	/* Nobody waits for the answer any more. */
	if (changes->is_check && c->state != CHANGE_CHECKING)
		end_thread(changes);
	if (c->state != CHANGE_WANTED && c->state != CHANGE_CONFIRMED)
		return take_outcome(changes, c, m, uri);
	if (c->state == CHANGE_WANTED && is_old(changes, m))
		return false;
	if (!*folder) {
		char message[STATE_WHY_MAX + 32];

		snprintf(message, sizeof message, "Nothing was changed: %s.", folder_why);
		change_end(c, CHANGE_REFUSED, message, NULL);
	} else if (changes->read_only) {
		change_end(c, CHANGE_REFUSED,
			"Nothing was changed: kvmtop was started with --read-only.", NULL);
	} else {
		go_on(changes, c, m, uri, folder);
	}
	return true;
}

int changes_fd(const struct changes *changes)
{
	return changes->thread ? apply_thread_fd(changes->thread) : -1;
}

void changes_fini(struct changes *changes, const char *uri, char *say, size_t size)
{
	struct definition_outcome o;
	char option[200];

	say[0] = '\0';
	if (changes->thread && !changes->is_check) {
		apply_thread_wait(changes->thread, LAST_WAIT_MS);
		if (!apply_thread_ended(changes->thread, &o))
			snprintf(say, size,
				"kvmtop ended before libvirt answered: whether the definition was "
				"changed is not known; see `virsh %s dumpxml --inactive` of the VM",
				libvirt_uri_option(option, sizeof option, libvirt_uri(uri)));
		else if (o.path && o.end == DEFINITION_FAILED)
			snprintf(say, size, "%s The saved file is %s.", o.message, o.path);
		else
			snprintf(say, size, "%s", o.message);
	}
	end_thread(changes);
}
