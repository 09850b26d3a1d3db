#include "app/changes_list.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "app/change_state.h"
#include "app/domains_now.h"
#include "core/clock.h"
#include "core/state.h"
#include "core/version.h"
#include "report/json.h"
#include "source/libvirt/libvirt.h"

static void add_text(struct strbuf *out, const struct change_record *r, enum change_became became)
{
	char when[32];

	strbuf_addf(out, "%s  %s  %s  %s: %s", clock_moment(r->real_ns, when, sizeof when), r->name,
		*r->remedy ? r->remedy : "unknown change", change_state_name(became),
		change_state_about(became));
	if (became == CHANGE_UNDONE)
		strbuf_addf(out, " (%s)", clock_moment(r->undone_ns, when, sizeof when));
	else if (r->proven_ns)
		strbuf_addf(out, " (%s)", clock_moment(r->proven_ns, when, sizeof when));
	strbuf_add(out, "\n");
	if (*r->title)
		strbuf_addf(out, "  %s\n", r->title);
	strbuf_addf(out, "  UUID %s%s%s\n  old definition: %s\n", r->uuid,
		*r->version ? ", by kvmtop " : "", r->version, r->path);
}

static json_t *text_or_null(const char *text)
{
	return *text ? json_string(text) : json_null();
}

static json_t *time_or_null(uint64_t real_ns)
{
	char stamp[32];

	return real_ns ? json_string(clock_stamp(real_ns, stamp, sizeof stamp)) : json_null();
}

static json_t *json_of(const struct change_record *r, enum change_became became)
{
	json_t *o = json_object();

	json_object_set_new(o, "time", time_or_null(r->real_ns));
	json_object_set_new(o, "name", json_string(r->name));
	json_object_set_new(o, "uuid", json_string(r->uuid));
	json_object_set_new(o, "remedy", text_or_null(r->remedy));
	json_object_set_new(o, "title", text_or_null(r->title));
	json_object_set_new(o, "version", text_or_null(r->version));
	json_object_set_new(o, "state", json_string(change_state_name(became)));
	json_object_set_new(o, "undone", time_or_null(r->undone_ns));
	json_object_set_new(o, "proven", time_or_null(r->proven_ns));
	json_object_set_new(o, "file", json_string(r->path));
	return o;
}

static int add_json(struct strbuf *out, json_t *changes, const char *folder, const char *why)
{
	json_t *o = json_object();
	char *text;

	json_object_set_new(o, "schema", json_string(REPORT_JSON_SCHEMA));
	json_object_set_new(o, "version", json_string(KVMTOP_VERSION));
	json_object_set_new(o, "time", time_or_null(clock_real_ns()));
	json_object_set_new(o, "folder", json_string(folder));
	json_object_set_new(o, "libvirt", text_or_null(why));
	json_object_set_new(o, "changes", changes);
	text = json_dumps(o, JSON_COMPACT | JSON_ENSURE_ASCII);
	json_decref(o);
	if (!text)
		return -ENOMEM;
	strbuf_addf(out, "%s\n", text);
	free(text);
	return 0;
}

int changes_list(struct strbuf *out, enum report_format format, const struct change_log *log,
	const char *folder, const struct domain_set *domains, const char *uri, const char *why)
{
	json_t *changes = format == REPORT_JSON ? json_array() : NULL;

	for (size_t i = 0; i < log->count; i++) {
		const enum change_became became = change_state(log, i, folder, domains, uri);

		if (changes)
			json_array_append_new(changes, json_of(&log->items[i], became));
		else
			add_text(out, &log->items[i], became);
	}
	if (changes)
		return add_json(out, changes, folder, domains ? "" : why);
	/* sudo has its own folder, root's. */
	if (!log->count)
		strbuf_addf(out, "No changes in %s%s.\n", folder,
			geteuid() ? " (those made with sudo: sudo kvmtop --changes)" : "");
	return 0;
}

static int write_list(const struct options *o, const struct change_log *log, const char *folder)
{
	char why[STATE_WHY_MAX] = "";
	struct domain_set *domains = log->count ? domains_now(o->uri, why, sizeof why) : NULL;
	struct strbuf text = { 0 };
	int error =
		changes_list(&text, o->form.format, log, folder, domains, libvirt_uri(o->uri), why);

	if (!error && (fputs(strbuf_text(&text), stdout) == EOF || fflush(stdout)))
		error = -errno;
	if (error && error != -EPIPE)
		fputs("kvmtop: the output cannot be written\n", stderr);
	if (why[0] && !domains && o->form.format == REPORT_TEXT)
		fprintf(stderr, "kvmtop: state of the changes unknown: %s\n", why);
	strbuf_fini(&text);
	domain_set_unref(domains);
	return error ? 1 : 0;
}

int changes_list_run(const struct options *o)
{
	char folder[STATE_PATH_MAX], why[STATE_WHY_MAX];
	struct change_log log;
	int status;

	if (state_folder(folder, why, sizeof why) ||
		change_log_read(folder, &log, why, sizeof why)) {
		fprintf(stderr, "kvmtop: %s\n", why);
		return 1;
	}
	if (why[0])
		fprintf(stderr, "kvmtop: %s\n", why);
	status = write_list(o, &log, folder);
	change_log_fini(&log);
	return status;
}
