#include "app/undo.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "app/changes.h"
#include "app/domains_now.h"
#include "apply/apply_thread.h"
#include "apply/backup.h"
#include "apply/change_log.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "core/text.h"
#include "source/libvirt/libvirt.h"
#include "source/libvirt/libvirt_uri.h"

enum { REFUSED = 1, ANSWER_WAIT_MS = 60000 };

/* What is to be undone. */
struct undo {
	const struct options *o;
	char folder[STATE_PATH_MAX];
	char virsh[200];
	char call[256]; /* the VM: its name, until it is found what the user calls it; cleaned */
	struct change_log log;
	struct domain_set *domains;
	const struct domain *domain;
	struct backup backup;
};

static int refuse(const char *format, ...) __attribute__((format(printf, 1, 2)));

static int refuse(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	fputs("kvmtop: ", stderr);
	vfprintf(stderr, format, args);
	fputs("\n", stderr);
	va_end(args);
	return REFUSED;
}

/* A name is libvirt's own; what is none may be a UUID. */
static const struct domain *find_domain(const struct domain_set *set, const char *call)
{
	for (size_t i = 0; i < set->count; i++)
		if (!strcmp(set->items[i].name, call))
			return &set->items[i];
	for (size_t i = 0; i < set->count; i++)
		if (!strcasecmp(set->items[i].uuid, call))
			return &set->items[i];
	return NULL;
}

static bool is_called(const struct change_record *r, const char *call)
{
	return !strcmp(r->name, call) || !strcasecmp(r->uuid, call);
}

/* Where nothing is known of the VM another user may have changed it. */
static const char *other_folders(const struct undo *u)
{
	for (size_t i = 0; i < u->log.count; i++)
		if (!strcasecmp(u->log.items[i].uuid, u->domain->uuid))
			return "";
	return geteuid() ? "; if it was changed with sudo, run this with sudo"
			 : "; if another user changed it, run this as that user";
}

/* For a command that is pasted into a shell: "virsh -c qemu:///system". Valid until the next call. */
static const char *virsh(struct undo *u)
{
	char option[sizeof u->virsh - sizeof "virsh "];

	libvirt_uri_option(option, sizeof option, libvirt_uri(u->o->uri));
	snprintf(u->virsh, sizeof u->virsh, "virsh %s", option);
	return u->virsh;
}

/* libvirt has no such VM, but the log may. */
static int refuse_unknown(struct undo *u)
{
	const struct change_record *first = NULL;
	const char *uri = libvirt_uri(u->o->uri);

	for (size_t i = 0; i < u->log.count; i++) {
		const struct change_record *r = &u->log.items[i];

		if (!is_called(r, u->o->undo))
			continue;
		if (first && strcasecmp(first->uuid, r->uuid) != 0)
			return refuse("more than one VM called %s was changed, and libvirt at %s "
				      "has none of them; run `kvmtop --changes` for their UUIDs",
				u->call, uri);
		if (!first)
			first = r;
	}
	if (first && change_record_is_elsewhere(first, uri))
		return refuse("libvirt at %s has no VM %s, which was changed through another one: "
			      "add %s",
			uri, u->call, libvirt_uri_option(u->virsh, sizeof u->virsh, first->uri));
	if (first)
		return refuse("libvirt at %s has no VM %s any more: `%s define '%s'` defines it as "
			      "it was "
			      "before kvmtop's last change",
			uri, u->call, virsh(u), first->path);
	return refuse("libvirt at %s has no VM called %s: `%s list --all` lists them, and -c "
		      "takes another URI",
		uri, u->call, virsh(u));
}

static int find_vm(struct undo *u)
{
	char why[STATE_WHY_MAX];

	u->domains = domains_now(u->o->uri, why, sizeof why);
	if (!u->domains)
		return refuse("nothing was undone: %s", why);
	u->domain = find_domain(u->domains, u->o->undo);
	if (!u->domain)
		return refuse_unknown(u);
	text_clean(u->call, sizeof u->call, u->domain->name);
	if (!u->domain->persistent)
		return refuse("nothing was undone: %s is transient, it has no definition; change "
			      "the XML that it is created from",
			u->call);
	if (!u->domain->inactive_xml)
		return refuse(
			"nothing was undone: %s's definition cannot be read from libvirt; see "
			"`%s dumpxml --inactive %s`",
			u->call, virsh(u), u->domain->uuid);
	return 0;
}

static int find_change(struct undo *u)
{
	char why[STATE_WHY_MAX];
	const int error = backup_find(u->folder, u->domain->uuid, u->domain->inactive_xml,
		backup_same_but_secrets, &u->backup, why, sizeof why);

	if (!error)
		return 0;
	if (error == -ESTALE)
		return refuse("nothing was undone: %s; compare that file with `%s dumpxml "
			      "--inactive --security-info %s`; `virsh define` of it would drop the "
			      "newer changes, too",
			why, virsh(u), u->domain->uuid);
	return refuse("nothing was undone: %s%s", why, error == -ENOENT ? other_folders(u) : "");
}

/* Lines of XML as a terminal may show them. */
static void print_clean(const char *text)
{
	while (*text) {
		const size_t length = strcspn(text, "\n");
		char *line = mem_calloc(length + 1, 1), *clean = mem_calloc(3 * length + 1, 1);

		memcpy(line, text, length);
		text_clean(clean, 3 * length + 1, line);
		puts(clean);
		free(line);
		free(clean);
		text += length + (text[length] == '\n');
	}
}

static void show(const struct undo *u)
{
	char *diff = changes_undo_diff(&u->backup);
	char when[32];

	for (size_t i = 0; i < u->log.count; i++) {
		const struct change_record *r = &u->log.items[i];

		if (!strcmp(r->path, u->backup.path))
			printf("%s, changed %s: %s\n", u->call,
				clock_moment(r->real_ns, when, sizeof when),
				*r->title    ? r->title
				: *r->remedy ? r->remedy
					     : "unknown change");
	}
	if (changes_undo_note(&u->backup))
		puts(changes_undo_note(&u->backup));
	print_clean(diff);
	fflush(stdout);
	free(diff);
}

/* On the terminal alone: what is piped in was not written for this question. */
static int ask(const struct undo *u)
{
	char answer[16] = "";

	if (u->o->yes)
		return 0;
	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return refuse("nothing was undone: --undo needs a terminal to ask; use --yes to "
			      "skip the question");
	printf("Undo this change of %s? [y/N] ", u->call);
	fflush(stdout);
	if (fgets(answer, sizeof answer, stdin) &&
		(!strcasecmp(answer, "y\n") || !strcasecmp(answer, "yes\n")))
		return 0;
	puts("Nothing was undone.");
	return REFUSED;
}

static int define(const struct undo *u)
{
	const struct definition_request request = {
		.uuid = u->domain->uuid,
		.name = u->call,
		.folder = u->folder,
		.shown_xml = u->domain->inactive_xml,
		.shown_path = u->backup.path,
	};
	struct apply_thread *thread =
		apply_thread_start(APPLY_THREAD_UNDO, libvirt_uri(u->o->uri), &request, NULL, NULL);
	struct definition_outcome o;
	int status = 0;

	apply_thread_wait(thread, ANSWER_WAIT_MS);
	if (!apply_thread_ended(thread, &o))
		status = refuse(
			"libvirt has not answered for %d s, and whether the change was undone is "
			"not "
			"known: run this again, which then finds nothing to undo, or undoes it",
			ANSWER_WAIT_MS / 1000);
	else if (o.end == DEFINITION_FAILED)
		status = refuse("%s The saved file is %s.", o.message, u->backup.path);
	else if (o.end != DEFINITION_DONE)
		status = refuse("%s", o.message);
	else
		puts(o.message);
	apply_thread_free(thread);
	return status;
}

int undo_run(const struct options *o)
{
	struct undo u = { .o = o };
	char why[STATE_WHY_MAX];
	int status;

	text_clean(u.call, sizeof u.call, o->undo);
	if (state_folder(u.folder, why, sizeof why) ||
		change_log_read(u.folder, &u.log, why, sizeof why))
		return refuse("nothing was undone: %s", why);
	if (why[0])
		fprintf(stderr, "kvmtop: %s\n", why);
	status = find_vm(&u);
	if (!status)
		status = find_change(&u);
	if (!status) {
		show(&u);
		status = ask(&u);
	}
	if (!status)
		status = define(&u);
	backup_fini(&u.backup);
	domain_set_unref(u.domains);
	change_log_fini(&u.log);
	return status;
}
