#include "source/libvirt/libvirt.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/mem.h"
#include "sample/sample.h"
#include "sample/wants.h"
#include "source/libvirt/libvirt_counters.h"
#include "source/libvirt/libvirt_join.h"
#include "source/libvirt/libvirt_missing.h"
#include "source/libvirt/libvirt_place.h"
#include "source/libvirt/libvirt_uri.h"
#include "source/libvirt/libvirt_worker.h"

struct libvirt {
	struct source source;
	char *uri;
	char *run_dir;             /* the daemon's pid files; NULL: remote */
	struct libvirt_join *join; /* likewise */
	struct libvirt_worker *worker;
	struct libvirt_counters *counters; /* NULL: not needed so far */
	bool needs_counters;               /* a VM's counters are told by nobody else */
	bool wants_halts;
	bool wants_devices;
	bool is_remote;    /* the VMs are no processes of this host */
	bool is_asked_for; /* by a URI of the user's own */
	char server[160];  /* what the URI calls it; "": nothing */
};

/* "12 s", "3 min": how long ago then_ns was. */
static void format_age(char *out, size_t size, uint64_t now_ns, uint64_t then_ns)
{
	const uint64_t age_s = now_ns > then_ns ? (now_ns - then_ns) / NS_PER_S : 0;

	if (age_s < 120)
		snprintf(out, size, "%d s", (int)age_s);
	else
		snprintf(out, size, "%" PRIu64 " min", age_s / 60);
}

/* A question that has been open for a while is told as silence; one that was just asked is not worth a
 * sentence that comes and goes at every start. */
static bool is_silent(const struct libvirt_news *news, uint64_t now_ns)
{
	return news->trouble == LIBVIRT_SILENT ||
	       (news->asked_ns && now_ns > news->asked_ns + LIBVIRT_PATIENCE_NS);
}

static void report_silence(struct sample *s, const struct libvirt_news *news)
{
	char age[24];

	format_age(age, sizeof age, s->time_ns,
		news->answered_ns ? news->answered_ns : news->started_ns);
	sample_set_source(s, SOURCE_LIBVIRT,
		"libvirt has not answered for %s: %s; try `systemctl restart libvirtd` (or "
		"virtqemud)",
		age, news->domains ? "names and clocks are as of then" : "clocks are not known");
}

static void report_trouble(struct sample *s, const struct libvirt_news *news, const char *uri)
{
	char age[24], old[64] = "";

	if (news->domains) {
		format_age(age, sizeof age, s->time_ns, news->answered_ns);
		snprintf(old, sizeof old, " (names and clocks are %s old)", age);
	}
	switch (news->trouble) {
	case LIBVIRT_LOST:
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt closed the connection: trying again; if that does not help, "
			"`systemctl restart libvirtd` (or virtqemud)%s",
			old);
		break;
	case LIBVIRT_ABSENT:
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt is not running: start it with `systemctl start libvirtd` (or "
			"virtqemud), or ignore this if libvirt does not run these VMs%s",
			old);
		break;
	case LIBVIRT_DENIED:
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt refuses this user: run `sudo kvmtop`, or join its group with "
			"`sudo usermod -aG libvirt $USER`%s",
			old);
		break;
	case LIBVIRT_AUTH:
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt wants a login, which kvmtop never asks for: run `sudo kvmtop`%s",
			old);
		break;
	case LIBVIRT_URI:
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt cannot use the URI %.60s: give another one with -c, such as "
			"qemu:///system%s",
			uri, old);
		break;
	case LIBVIRT_FAILED:
	default:
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt failed (%.76s): see `virsh -r -c %.40s list`%s", news->message,
			uri, old);
		break;
	}
}

static void report(struct sample *s, const struct libvirt_news *news, const char *uri)
{
	if (is_silent(news, s->time_ns))
		report_silence(s, news);
	else if (news->trouble == LIBVIRT_FINE && news->needs_version)
		libvirt_missing_report_old(s, news->needs_version);
	else if (news->trouble == LIBVIRT_FINE)
		sample_set_source(s, SOURCE_LIBVIRT, NULL);
	else
		report_trouble(s, news, uri);
}

static void ask(struct libvirt *l, unsigned what)
{
	if (what && !l->counters)
		l->counters = libvirt_counters_start(l->uri);
	if (l->counters)
		libvirt_counters_ask(l->counters, what);
}

/* KVM's counters of the VMs for which nobody else could tell them, and what else is wanted. Most hosts do
 * without both: they are asked for by the first VM that has need. */
static void add_stats(struct libvirt *l, struct sample *s)
{
	unsigned what = 0;

	for (size_t i = 0; i < s->vm_count; i++) {
		const struct sample_vm *vm = &s->vms[i];

		if (vm->domain && !vm->counters.time_ns)
			l->needs_counters = true;
		if (vm->domain && (!vm->counters.time_ns || l->wants_halts))
			what |= LIBVIRT_ASK_COUNTERS;
		if (vm->domain && l->wants_devices)
			what |= LIBVIRT_ASK_DEVICES;
	}
	ask(l, what);
	for (size_t i = 0; what && i < s->vm_count; i++) {
		struct sample_vm *vm = &s->vms[i];

		if (!vm->domain)
			continue;
		if (l->wants_halts)
			libvirt_counters_get_halts(
				l->counters, vm->domain->uuid, s->time_ns, &s->arena, &vm->halts);
		if (!vm->counters.time_ns)
			libvirt_counters_get(
				l->counters, vm->domain->uuid, s->time_ns, &vm->counters);
		if (l->wants_devices)
			libvirt_counters_devices(
				l->counters, vm->domain->uuid, s->time_ns, &s->arena, &vm->devices);
	}
}

/* The domains that run are the VMs. */
static void add_remote_vms(struct libvirt *l, struct sample *s)
{
	s->vms = arena_array(&s->arena, s->domains->count, sizeof *s->vms);
	for (size_t i = 0; i < s->domains->count; i++) {
		const struct domain *domain = &s->domains->items[i];
		struct sample_vm *vm;

		if (domain->id < 0)
			continue;
		vm = &s->vms[s->vm_count++];
		*vm = sample_vm_unknown(sample_domain_vm_id(domain));
		libvirt_join_vm(vm, domain);
		libvirt_counters_cpu(l->counters, s->time_ns, &s->arena, vm);
		libvirt_counters_get(l->counters, vm->uuid, s->time_ns, &vm->counters);
		if (l->wants_halts)
			libvirt_counters_get_halts(
				l->counters, vm->uuid, s->time_ns, &s->arena, &vm->halts);
		if (l->wants_devices)
			libvirt_counters_devices(
				l->counters, vm->uuid, s->time_ns, &s->arena, &vm->devices);
	}
}

/* Names come by one connection and figures by another: either may hang. */
static void report_stale(struct sample *s, uint64_t answered_ns)
{
	char age[24];

	if (!s->sources[SOURCE_LIBVIRT].ok || !answered_ns ||
		s->time_ns < answered_ns + LIBVIRT_COUNTERS_STALE_NS)
		return;
	format_age(age, sizeof age, s->time_ns, answered_ns);
	sample_set_source(s, SOURCE_LIBVIRT,
		"%s has not told any figures for %s: a QEMU there may hang, `virsh domstats` on it "
		"shows which",
		s->host.name, age);
}

/* What is not to be had from there, in one sentence; and the list of VMs is libvirt's. */
static void report_remote(struct sample *s)
{
	const struct sample_source *libvirt = &s->sources[SOURCE_LIBVIRT];

	sample_set_source(s, SOURCE_TRACING,
		"looks at %s%.60s through libvirt: user is guest time, too; reasons of exits, "
		"all threads and the kernel's log are seen there, by `sudo kvmtop`",
		s->host.name[0] ? "" : "another host", s->host.name);
	if (libvirt->ok)
		sample_set_source(s, SOURCE_PROC, NULL);
	else
		sample_set_source(s, SOURCE_PROC, "%s", libvirt->why);
}

static void collect_remote(struct libvirt *l, struct sample *s)
{
	struct libvirt_host host;
	uint64_t answered_ns;

	/* The worker has set libvirt up when it has answered. */
	if (s->domains)
		ask(l, LIBVIRT_ASK_HOST | (l->wants_devices ? LIBVIRT_ASK_DEVICES : 0));
	s->host.remote = true;
	snprintf(s->host.name, sizeof s->host.name, "%.64s", l->server);
	if (l->counters) {
		answered_ns = libvirt_counters_host(l->counters, &host);
		libvirt_host_put(&host, &s->host);
		report_stale(s, answered_ns);
	}
	report_remote(s);
	if (s->domains)
		add_remote_vms(l, s);
}

/* Whoever may not read the daemon's pid files does not know whose domain a process is. */
static void report_denied(struct sample *s)
{
	if (s->sources[SOURCE_LIBVIRT].ok)
		sample_set_source(s, SOURCE_LIBVIRT,
			"libvirt's pid files are not readable, so VMs cannot be matched to "
			"domains: run "
			"`sudo kvmtop`");
}

static void libvirt_collect(struct source *source, struct sample *s)
{
	struct libvirt *l = (struct libvirt *)source;
	struct libvirt_news news;

	libvirt_worker_news(l->worker, &news);
	if (news.trouble == LIBVIRT_MISSING || news.trouble == LIBVIRT_UNUSABLE)
		libvirt_missing_report(s, &news, l->is_asked_for ? NULL : l->run_dir);
	else
		report(s, &news, l->uri);
	s->platform.libvirt_version = news.libvirt_version;
	s->platform.qemu_version = news.qemu_version;
	s->domains = news.domains;
	if (l->is_remote) {
		collect_remote(l, s);
		return;
	}
	if (!libvirt_join_collect(l->join, s))
		report_denied(s);
	if (s->domains)
		add_stats(l, s);
}

/* Where nobody wants anything that needs it, there is no thread, and no second connection. */
static void libvirt_want(struct source *source, const struct sample_wants *wants)
{
	struct libvirt *l = (struct libvirt *)source;

	l->wants_devices = wants->what & WANT_DEVICES;
	l->wants_halts = wants->what & WANT_HALTS;
	if (l->wants_devices || l->wants_halts || l->needs_counters || l->is_remote)
		return;
	libvirt_counters_stop(l->counters);
	l->counters = NULL;
}

static void libvirt_close(struct source *source)
{
	struct libvirt *l = (struct libvirt *)source;

	libvirt_worker_stop(l->worker);
	libvirt_counters_stop(l->counters);
	free(l->uri);
	free(l->run_dir);
	libvirt_join_free(l->join);
	free(l);
}

static const struct source_ops libvirt_ops = {
	.collect = libvirt_collect,
	.want = libvirt_want,
	.close = libvirt_close,
};

const char *libvirt_uri(const char *given)
{
	const char *preset = getenv("LIBVIRT_DEFAULT_URI");

	if (given)
		return given;
	return preset && *preset ? preset : LIBVIRT_URI_DEFAULT;
}

bool libvirt_is_silent(const struct source *source)
{
	const struct libvirt *l = (const struct libvirt *)source;
	struct libvirt_news news;

	libvirt_worker_news(l->worker, &news);
	domain_set_unref(news.domains);
	return is_silent(&news, clock_mono_ns());
}

static struct source *open_source(const char *uri, const char *run_dir, bool may_write)
{
	struct libvirt *l = mem_calloc(1, sizeof *l);

	l->is_asked_for = uri != NULL;
	uri = libvirt_uri(uri);
	l->source.ops = &libvirt_ops;
	l->uri = mem_strdup(uri);
	l->run_dir = mem_strdup(run_dir);
	if (run_dir)
		l->join = libvirt_join_new(run_dir, libvirt_place_owner(uri));
	l->is_remote = !run_dir;
	libvirt_uri_server(uri, l->server, sizeof l->server);
	l->worker = libvirt_worker_start(uri, may_write);
	return &l->source;
}

struct source *libvirt_open(const char *uri, const char *run_dir)
{
	return open_source(uri, run_dir, true);
}

struct source *libvirt_open_read_only(const char *uri, const char *run_dir)
{
	return open_source(uri, run_dir, false);
}
