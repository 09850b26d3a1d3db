/* definition and apply_thread against libvirt's test driver, which needs no daemon. Connections to
 * test:///default share their domains. */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "apply/apply_thread.h"
#include "apply/backup.h"
#include "apply/change_log.h"
#include "apply/definition.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "core/text.h"
#include "patience.h"
#include "scratch.h"

#define URI "test:///default"
#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define DEADLINE_MS PATIENCE_MS

#define DOMAIN(clock)                                                                      \
	"<domain type='test'><name>win10</name><uuid>" UUID "</uuid><memory>1024</memory>" \
	"<os><type>hvm</type></os>" clock "<devices>"                                      \
	"<graphics type='vnc' port='-1' autoport='yes' keymap='de' "                       \
	"passwd='s3cret'/></devices></domain>"

/* A libvirtd that ends: nothing more comes over this connection to it. */
static _Atomic(virConnectPtr) dead;

/* It ends when it is given a definition, before or after its answer. */
static atomic_int ends_at_define;
enum { NEVER, AFTER_ITS_ANSWER, BEFORE_ITS_ANSWER };

/* libvirt's own function: this test's doubles have the names. */
static void *libvirts(const char *name)
{
	void *library = dlopen("libvirt.so.0", RTLD_LAZY), *function = dlsym(library, name);

	assert_non_null(function);
	return function;
}

int virConnectIsAlive(virConnectPtr c)
{
	return c != dead;
}

char *virDomainGetXMLDesc(virDomainPtr d, unsigned flags)
{
	char *(*real)(virDomainPtr, unsigned) =
		(char *(*)(virDomainPtr, unsigned))libvirts(__func__);

	/* Without a domain it fails, with a reason. */
	return real(dead && virDomainGetConnect(d) == dead ? NULL : d, flags);
}

virDomainPtr virDomainDefineXMLFlags(virConnectPtr c, const char *xml, unsigned flags)
{
	virDomainPtr (*real)(virConnectPtr, const char *, unsigned) =
		(virDomainPtr(*)(virConnectPtr, const char *, unsigned))libvirts(__func__);
	virDomainPtr domain = real(c == dead ? NULL : c, xml, flags);

	if (domain && ends_at_define) {
		dead = c;
		if (ends_at_define == BEFORE_ITS_ANSWER) {
			virDomainFree(domain);
			domain = real(NULL, xml, flags);
		}
		ends_at_define = NEVER;
	}
	return domain;
}

struct world {
	struct scratch *scratch;
	virConnectPtr connection;
	virDomainPtr domain;
	atomic_bool given_up;
	char *shown, *original; /* without and with passwords */
	struct definition_outcome o;
};

static char *dump(struct world *w, unsigned flags)
{
	return virDomainGetXMLDesc(w->domain, VIR_DOMAIN_XML_INACTIVE | flags);
}

static void ignore_error(void *opaque, virErrorPtr error)
{
	(void)opaque;
	(void)error;
}

static int set_up(void **state)
{
	struct world *w = mem_calloc(1, sizeof *w);
	void *scratch;

	if (enter_scratch(&scratch))
		return -1;
	virSetErrorFunc(NULL, ignore_error);
	dead = NULL;
	ends_at_define = NEVER;
	w->scratch = scratch;
	w->connection = virConnectOpen(URI);
	w->domain = virDomainDefineXML(w->connection, DOMAIN("<clock offset='utc'/>"));
	w->shown = dump(w, 0);
	w->original = dump(w, VIR_DOMAIN_XML_SECURE);
	*state = w;
	return w->original ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	void *scratch = w->scratch;

	virDomainUndefine(w->domain);
	virDomainFree(w->domain);
	virConnectClose(w->connection);
	free(w->shown);
	free(w->original);
	free(w->o.path);
	free(w);
	return leave_scratch(&scratch);
}

/* The text with its first from as to. */
static char *replaced(const char *xml, const char *from, const char *to)
{
	const char *at = strstr(xml, from);
	struct strbuf out = { 0 };

	if (!at)
		return mem_strdup(xml);
	strbuf_add_bytes(&out, xml, (size_t)(at - xml));
	strbuf_addf(&out, "%s%s", to, at + strlen(from));
	return strbuf_take(&out);
}

static char *to_localtime(const void *context, const char *xml, char *why, size_t size)
{
	(void)context;
	(void)why;
	(void)size;
	return replaced(xml, "offset='utc'", "offset='localtime'");
}

/* What libvirt drops when it defines: it never has the whole of this. */
static char *to_localtime_and_lost(const void *context, const char *xml, char *why, size_t size)
{
	char *half = to_localtime(context, xml, why, size);
	char *whole = strstr(half, "lost") ? mem_strdup(half)
					   : replaced(half, "<clock", "<!-- lost -->\n  <clock");

	free(half);
	return whole;
}

static char *to_invalid(const void *context, const char *xml, char *why, size_t size)
{
	(void)context;
	(void)why;
	(void)size;
	return replaced(xml, "offset='utc'", "offset='moon'");
}

static char *to_nothing(const void *context, const char *xml, char *why, size_t size)
{
	(void)context;
	(void)xml;
	snprintf(why, size, "it cannot be made");
	return NULL;
}

/* Somebody else defines the domain while the edit is made; context is their connection. */
static char *meddle(const void *context, const char *xml, char *why, size_t size)
{
	union {
		const void *in;
		virConnectPtr out;
	} connection = { .in = context };

	virDomainFree(virDomainDefineXML(connection.out, DOMAIN("<clock offset='variable'/>")));
	return to_localtime(NULL, xml, why, size);
}

static bool always(const char *a, const char *a_after, const char *b, const char *b_after)
{
	return a && a_after && b && b_after;
}

static bool never(const char *a, const char *a_after, const char *b, const char *b_after)
{
	return !always(a, a_after, b, b_after);
}

/* A host without any Hyper-V feature; whose definitions name none can be started. */
static void all_is_known(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	(void)connection;
	(void)m;
	*caps = (struct domain_caps){ .known = true, .hyperv_known = true };
}

static struct definition_request request(
	const struct world *w, char *(*make)(const void *, const char *, char *, size_t))
{
	return (struct definition_request){
		.uuid = UUID,
		.name = "win10",
		.folder = "kvmtop",
		.shown_xml = w->shown,
		.edit = { .make = make, .same = always },
		.remedy = "localtime",
		.title = "Give the guest local time",
		.ask = all_is_known,
	};
}

static void apply(struct world *w, const struct definition_request *r)
{
	free(w->o.path);
	definition_apply(w->connection, r, &w->given_up, &w->o);
}

static void undo_with(struct world *w, const char *path, const char *uri)
{
	struct definition_request r = request(w, NULL);
	char *shown_path = mem_strdup(path);

	r.shown_path = shown_path;
	r.shown_xml = w->shown;
	r.uri = uri;
	r.patience_ms = 1;
	free(w->o.path);
	definition_undo(w->connection, &r, &w->given_up, &w->o);
	free(shown_path);
}

static void undo(struct world *w, const char *path)
{
	undo_with(w, path, NULL);
}

static void assert_definition(struct world *w, const char *xml)
{
	char *now = dump(w, VIR_DOMAIN_XML_SECURE);

	assert_string_equal(now, xml);
	free(now);
}

static void assert_ended(const struct world *w, enum definition_end end, const char *words)
{
	if (w->o.end != end || !strstr(w->o.message, words))
		fail_msg("ended %d: %s", (int)w->o.end, w->o.message);
}

static int count_files(void)
{
	DIR *dir = opendir("kvmtop");
	const struct dirent *entry;
	int count = 0;

	while (dir && (entry = readdir(dir)))
		count += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
	if (dir)
		closedir(dir);
	return count;
}

/* Nothing was defined and no file is left. */
static void assert_untouched(struct world *w, const char *words)
{
	assert_ended(w, DEFINITION_REFUSED, words);
	assert_definition(w, w->original);
	assert_null(w->o.path);
	assert_int_equal(count_files(), 0);
}

static char *contents(const char *path)
{
	char why[STATE_WHY_MAX], *text;
	const int fd = state_open("kvmtop", false, why, sizeof why);

	assert_true(fd >= 0);
	assert_int_equal(state_read(fd, strrchr(path, '/') + 1, BACKUP_MAX, &text), 0);
	close(fd);
	return text;
}

/* The one change that the log holds. */
static struct change_record logged(void)
{
	char why[STATE_WHY_MAX];
	struct change_log log;
	struct change_record r;

	assert_int_equal(change_log_read("kvmtop", &log, why, sizeof why), 0);
	assert_int_equal(log.count, 1);
	r = log.items[0];
	change_log_fini(&log);
	return r;
}

static void applied_and_undone(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	char *now, *saved, *path;

	assert_non_null(strstr(w->original, "s3cret"));
	assert_null(strstr(w->shown, "s3cret"));
	assert_int_equal(virDomainCreate(w->domain), 0);
	apply(w, &r);
	assert_ended(w, DEFINITION_DONE, "shut the guest down and start it");
	now = dump(w, VIR_DOMAIN_XML_SECURE);
	assert_non_null(strstr(now, "<clock offset='localtime'/>"));
	assert_non_null(strstr(now, "s3cret"));
	saved = contents(w->o.path);
	assert_string_equal(saved, w->original);
	assert_string_equal(logged().remedy, "localtime");
	assert_string_equal(logged().title, "Give the guest local time");
	assert_string_equal(logged().uuid, UUID);
	assert_true(!logged().undone_ns && !logged().proven_ns);
	path = mem_strdup(w->o.path);

	assert_int_equal(virDomainDestroy(w->domain), 0);
	undo(w, path);
	assert_ended(w, DEFINITION_DONE,
		"again what it was before the change. It takes effect at the next start.");
	assert_true(logged().undone_ns >= logged().real_ns / NS_PER_MS * NS_PER_MS);
	assert_definition(w, w->original);
	assert_string_equal(w->o.path, path);

	/* It is the original again, so this change is not there to be undone. */
	undo(w, path);
	assert_ended(w, DEFINITION_REFUSED, "it was before kvmtop's last change");
	free(path);
	free(saved);
	free(now);
}

/* Undone, and made again by somebody else: that is theirs. */
static void made_again_by_another(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	char *now, *path;

	apply(w, &r);
	path = mem_strdup(w->o.path);
	now = dump(w, VIR_DOMAIN_XML_SECURE);
	undo(w, path);
	assert_ended(w, DEFINITION_DONE, "again what it was");
	virDomainFree(virDomainDefineXML(w->connection, now));
	undo(w, path);
	assert_ended(w, DEFINITION_REFUSED, "was undone before");
	assert_definition(w, now);
	free(now);
	free(path);
}

static void changed_before(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);

	free(w->shown);
	w->shown = mem_strdup("<domain/>");
	apply(w, &(struct definition_request){ .uuid = r.uuid,
			 .name = r.name,
			 .folder = r.folder,
			 .shown_xml = w->shown,
			 .edit = r.edit,
			 .ask = r.ask });
	assert_untouched(w, "is not the one that was shown");
}

static void changed_after(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	virDomainPtr other;
	char *path, *now;

	apply(w, &r);
	assert_ended(w, DEFINITION_DONE, "changed");
	path = mem_strdup(w->o.path);
	other = virDomainDefineXML(w->connection, DOMAIN("<clock offset='variable'/>"));
	assert_non_null(other);
	virDomainFree(other);
	now = dump(w, VIR_DOMAIN_XML_SECURE);
	undo(w, path);
	assert_ended(w, DEFINITION_REFUSED, path);
	assert_definition(w, now);
	free(now);
	free(path);
}

/* Passwords are not shown, but a change of one is a change. */
static void password_changed_after(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	char *path, *now, *other_xml;
	virDomainPtr other;

	apply(w, &r);
	path = mem_strdup(w->o.path);
	now = dump(w, VIR_DOMAIN_XML_SECURE);
	other_xml = replaced(now, "s3cret", "other");
	other = virDomainDefineXML(w->connection, other_xml);
	assert_non_null(other);
	virDomainFree(other);
	undo(w, path);
	assert_ended(w, DEFINITION_REFUSED, "changed outside kvmtop since");
	assert_definition(w, other_xml);
	free(other_xml);
	free(now);
	free(path);
}

static void edits_that_are_refused(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_nothing);

	apply(w, &r);
	assert_untouched(w, "it cannot be made");
	r.edit.make = to_localtime;
	r.edit.same = never;
	apply(w, &r);
	assert_untouched(w, "in another way than was shown");
	w->given_up = true;
	r.edit.same = always;
	apply(w, &r);
	assert_untouched(w, "answered too late");
}

static void changed_meanwhile(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, meddle);
	char *now;

	r.edit.context = w->connection;
	apply(w, &r);
	assert_ended(w, DEFINITION_REFUSED, "was changed from outside just now");
	now = dump(w, 0);
	assert_non_null(strstr(now, "offset='variable'"));
	free(now);
	assert_null(w->o.path);
	assert_int_equal(count_files(), 0);
}

static void already_there(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	virDomainPtr other =
		virDomainDefineXML(w->connection, DOMAIN("<clock offset='localtime'/>"));

	virDomainFree(other);
	free(w->shown);
	free(w->original);
	w->shown = dump(w, 0);
	w->original = dump(w, VIR_DOMAIN_XML_SECURE);
	apply(w, &(struct definition_request){ .uuid = r.uuid,
			 .name = r.name,
			 .folder = r.folder,
			 .shown_xml = w->shown,
			 .edit = r.edit,
			 .ask = r.ask });
	assert_untouched(w, "has this already");
}

static void refused_by_libvirt(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_invalid);

	apply(w, &r);
	assert_ended(w, DEFINITION_FAILED, "libvirt rejected the new definition");
	assert_definition(w, w->original);
	assert_int_equal(count_files(), 0);
}

static void mismatch_is_restored(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime_and_lost);
	char *saved;

	apply(w, &r);
	assert_ended(w, DEFINITION_FAILED, "the old definition was restored");
	assert_definition(w, w->original);
	saved = contents(w->o.path);
	assert_string_equal(saved, w->original);
	free(saved);
	assert_true(logged().undone_ns > 0);
}

static void nowhere_to_save(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_localtime);

	write_file("file", "");
	r.folder = "file/kvmtop";
	apply(w, &r);
	assert_untouched(w, "XDG_STATE_HOME");
}

static void transient_and_vanished(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_localtime);
	virDomainPtr transient;

	r.uuid = "00000000-0000-4000-8000-000000000000";
	apply(w, &r);
	assert_untouched(w, "has no VM win10 here");
	assert_non_null(strstr(w->o.message, "qemu:///session"));

	assert_int_equal(virDomainUndefine(w->domain), 0);
	r.uuid = UUID;
	apply(w, &r);
	assert_ended(w, DEFINITION_REFUSED, "has no VM win10 here");
	undo(w, "kvmtop/a.xml");
	assert_ended(w, DEFINITION_REFUSED, "has no VM win10 here");

	transient = virDomainCreateXML(w->connection, DOMAIN("<clock offset='utc'/>"), 0);
	assert_non_null(transient);
	apply(w, &r);
	assert_ended(w, DEFINITION_REFUSED, "transient");
	assert_int_equal(virDomainDestroy(transient), 0);
	virDomainFree(transient);
	assert_int_equal(count_files(), 0);
}

/* One process or thread at a time changes a VM; who waits too long says so. */
static void one_at_a_time(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	char why[STATE_WHY_MAX];
	const int folder = state_open("kvmtop", true, why, sizeof why);
	const int lock = state_lock(folder, "lock-" UUID, 0);

	assert_true(lock >= 0);
	assert_int_equal(state_lock(folder, "lock-" UUID, 0), -EAGAIN);
	apply(w, &r);
	assert_ended(w, DEFINITION_REFUSED, "another kvmtop is changing win10");
	assert_definition(w, w->original);
	undo(w, "kvmtop/a.xml");
	assert_ended(w, DEFINITION_REFUSED, "another kvmtop is changing win10");
	state_unlock(folder, "lock-" UUID, lock);
	assert_int_equal(count_files(), 0);
	apply(w, &r);
	assert_ended(w, DEFINITION_DONE, "changed");
	assert_int_equal(access("kvmtop/lock-" UUID, F_OK), -1);
	assert_int_equal(mkdir("kvmtop/lock-" UUID, 0700), 0);
	apply(w, &r);
	assert_ended(w, DEFINITION_REFUSED, "cannot be locked");
	close(folder);
}

/* Somebody else with a connection of their own, who replaces the definition as soon as a change is in it. */
struct meddler {
	pthread_t thread;
	const char *sees, *defines;
	atomic_bool end;
};

static void *meddle_when_seen(void *opaque)
{
	struct meddler *m = opaque;
	virConnectPtr connection = virConnectOpen(URI);
	virDomainPtr domain = virDomainLookupByUUIDString(connection, UUID);
	bool done = false;

	while (!m->end && !done) {
		char *now = virDomainGetXMLDesc(domain, VIR_DOMAIN_XML_INACTIVE);

		done = now && strstr(now, m->sees);
		free(now);
	}
	if (done)
		virDomainFree(virDomainDefineXML(connection, m->defines));
	virDomainFree(domain);
	virConnectClose(connection);
	return NULL;
}

static void start_meddler(struct meddler *m, const char *sees, const char *defines)
{
	*m = (struct meddler){ .sees = sees, .defines = defines };
	assert_int_equal(pthread_create(&m->thread, NULL, meddle_when_seen, m), 0);
}

static void stop_meddler(struct meddler *m)
{
	m->end = true;
	pthread_join(m->thread, NULL);
}

static void assert_clock(struct world *w, const char *offset)
{
	char *now = dump(w, 0), wanted[64];

	snprintf(wanted, sizeof wanted, "<clock offset='%s'", offset);
	if (!strstr(now, wanted))
		fail_msg("no %s in %s", wanted, now);
	free(now);
}

/* What is theirs stays, and the change that is gone is not called done. */
static void overwritten_at_once(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	struct meddler m;

	start_meddler(&m, "localtime", DOMAIN("<clock offset='utc' adjustment='reset'/>"));
	apply(w, &r);
	stop_meddler(&m);
	assert_ended(w, DEFINITION_FAILED, "changed from outside");
	assert_clock(w, "utc");
}

/* The change is there, so it is done. */
static void changed_further_at_once(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	struct meddler m;

	start_meddler(&m, "localtime", DOMAIN("<clock offset='localtime' adjustment='reset'/>"));
	apply(w, &r);
	stop_meddler(&m);
	assert_ended(w, DEFINITION_DONE, "changed");
	assert_clock(w, "localtime");
}

/* Somebody else replaces it when what libvirt made of it has been read. */
static atomic_int asked;
static const char *theirs;

static void replaced_when_asked(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	if (++asked == 2)
		virDomainFree(virDomainDefineXML(connection, theirs));
}

static void replaced_while_it_is_checked(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_localtime);
	char *path;

	r.ask = replaced_when_asked;
	asked = 0;
	theirs = DOMAIN("<clock offset='localtime' adjustment='reset'/>");
	apply(w, &r);
	assert_ended(w, DEFINITION_DONE, "`u` cannot undo this change");
	assert_true(w->o.cannot_undo);
	path = mem_strdup(w->o.path);
	undo(w, path);
	assert_ended(w, DEFINITION_REFUSED, "changed outside kvmtop since");
	assert_clock(w, "localtime");
	backup_drop(path);
	free(path);

	/* Nobody has restored anything: the record does not say so. */
	virDomainFree(virDomainDefineXML(w->connection, w->original));
	asked = 0;
	theirs = DOMAIN("<clock offset='utc' adjustment='reset'/>");
	apply(w, &r);
	assert_ended(w, DEFINITION_FAILED, "changed from outside");
	assert_false(w->o.cannot_undo);
	assert_clock(w, "utc");
	assert_true(!logged().undone_ns);
}

static void undo_overwritten_at_once(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	struct meddler m;
	char *path;

	apply(w, &r);
	path = mem_strdup(w->o.path);
	start_meddler(&m, "offset='utc'", DOMAIN("<clock offset='variable'/>"));
	undo(w, path);
	stop_meddler(&m);
	assert_int_equal(w->o.end, DEFINITION_FAILED);
	assert_clock(w, "variable");
	assert_true(!logged().undone_ns);
	free(path);
}

/* Somebody else replaces a result that is not the whole while it is compared. */
static char *lost_then_meddled(const void *context, const char *xml, char *why, size_t size)
{
	if (strstr(xml, "localtime") && !strstr(xml, "lost"))
		free(meddle(context, xml, why, size));
	return to_localtime_and_lost(NULL, xml, why, size);
}

static void not_restored_over_anothers(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, lost_then_meddled);

	r.edit.context = w->connection;
	apply(w, &r);
	assert_ended(w, DEFINITION_FAILED, "win10's definition was changed from outside");
	assert_clock(w, "variable");
}

/* Another one of two edits of the same text. */
static char *to_us_keys(const void *context, const char *xml, char *why, size_t size)
{
	(void)context;
	(void)why;
	(void)size;
	return replaced(xml, "keymap='de'", "keymap='us'");
}

/* Two at the same time, with one state folder or one each: what is called done is there. */
static void race(struct world *w, const char *folder, const char *other_folder, int rounds)
{
	static const char *const made[] = { "offset='localtime'", "keymap='us'" };
	struct definition_request r[] = { request(w, to_localtime), request(w, to_us_keys) };
	int done = 0;

	r[0].folder = folder;
	r[1].folder = other_folder;
	for (int i = 0; i < rounds; i++) {
		struct apply_thread *d[2];
		char *now;

		virDomainFree(virDomainDefineXML(w->connection, w->original));
		for (int k = 0; k < 2; k++)
			d[k] = apply_thread_start(APPLY_THREAD_APPLY, URI, &r[k], NULL, NULL);
		for (int k = 0; k < 2; k++)
			apply_thread_wait(d[k], DEADLINE_MS);
		now = dump(w, 0);
		for (int k = 0; k < 2; k++) {
			struct definition_outcome o;

			assert_true(apply_thread_ended(d[k], &o));
			if (o.end == DEFINITION_DONE && !strstr(now, made[k]))
				fail_msg("round %d: %s is called done: %s", i, made[k], o.message);
			if (o.end == DEFINITION_FAILED && !strstr(o.message, "from outside"))
				fail_msg("round %d: %s", i, o.message);
			done += o.end == DEFINITION_DONE;
			apply_thread_free(d[k]);
		}
		free(now);
	}
	assert_in_range(done, rounds, 2 * rounds);
}

static void two_of_one_user(void **state)
{
	race(*state, "kvmtop", "kvmtop", 10);
}

static void two_users(void **state)
{
	race(*state, "kvmtop", "other", 10);
}

static void read_only(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	virConnectPtr reader = virConnectOpenReadOnly(URI);

	assert_non_null(reader);
	definition_apply(reader, &r, &w->given_up, &w->o);
	assert_untouched(w, "sudo kvmtop");
	virConnectClose(reader);
}

static void never_known(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	caps->known = caps->hyperv_known = false;
	caps->never = DOMAIN_CAPS_DENIED;
}

/* A libvirt that answers at the third question; its first failures are no answers. */
static atomic_int questions;

static void known_at_last(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	if (++questions < 3)
		*caps = (struct domain_caps){ .why = "QEMU cannot be run" };
}

static void never_answers(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	known_at_last(caps, connection, m);
	*caps = (struct domain_caps){ .why = "QEMU cannot be run" };
}

/* What the host lacks is not defined; where that is not known it takes the user's word. The test driver's
 * domains are not KVM's, of which nothing is missing: what is held against the host is what is to be. */
static void what_the_host_lacks(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_localtime);
	const char *before = "<domain type='kvm'><features><hyperv/></features></domain>";
	const char *after = "<domain type='kvm'><features><hyperv><stimer state='on'/>"
			    "<synic state='on'/></hyperv></features></domain>";
	char why[DEFINITION_WHY_MAX];

	assert_false(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	assert_string_equal(why,
		"This host could not start win10 after the change: it lacks Hyper-V features "
		"stimer, synic");
	/* What the VM had before is not the change's doing. */
	assert_true(definition_can_start(w->connection, &r, after, after, why, sizeof why));
	assert_true(definition_can_start(w->connection, &r, after, before, why, sizeof why));

	r.ask = never_known;
	assert_false(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	assert_non_null(strstr(why, "libvirt reports that only over a read-write connection"));
	r.may_not_start = true;
	assert_true(definition_can_start(w->connection, &r, before, after, why, sizeof why));

	r = request(w, to_localtime);
	r.ask = never_known;
	apply(w, &r);
	assert_untouched(w, "It cannot be checked any more");
	r.may_not_start = true;
	apply(w, &r);
	assert_ended(w, DEFINITION_DONE, "changed");
}

static void invtsc_there(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	caps->invtsc = TRI_YES;
}

static void invtsc_not_there(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	caps->invtsc = TRI_NO;
}

/* Where libvirt lists no invtsc for the host, the VM would not start with it. */
static void invariant_tsc(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_localtime);
	const char *before = "<domain type='kvm'><cpu mode='host-passthrough'/></domain>";
	const char *after = "<domain type='kvm'><cpu mode='host-passthrough'>"
			    "<feature policy='require' name='invtsc'/></cpu></domain>";
	char why[DEFINITION_WHY_MAX];

	r.ask = invtsc_there;
	assert_true(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	r.ask = invtsc_not_there;
	r.may_not_start = true;
	assert_false(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	assert_string_equal(why,
		"This host could not start win10 after the change: it lacks CPU feature "
		"invtsc");
	r.ask = all_is_known;
	r.may_not_start = false;
	assert_false(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	assert_non_null(strstr(why, "does not report whether a VM of this kind can have"));
	r.may_not_start = true;
	assert_true(definition_can_start(w->connection, &r, before, after, why, sizeof why));
}

/* A host with pages of 4 KiB as its huge ones, of which 255 are free: one less than the domain's memory takes. */
static void one_page_too_few(
	struct domain_pages *pages, virConnectPtr connection, uint64_t size_kib)
{
	(void)connection;
	assert_int_equal(size_kib, 0);
	*pages = (struct domain_pages){ .known = true, .size_kib = 4, .free = 255 };
}

static void enough_pages(struct domain_pages *pages, virConnectPtr connection, uint64_t size_kib)
{
	one_page_too_few(pages, connection, size_kib);
	pages->free++;
}

#define HUGE_PAGES "<memoryBacking><hugepages/></memoryBacking>"

static char *to_huge_pages(const void *context, const char *xml, char *why, size_t size)
{
	(void)context;
	(void)why;
	(void)size;
	return strstr(xml, "<hugepages/>") ? mem_strdup(xml)
					   : replaced(xml, "<os>", HUGE_PAGES "<os>");
}

/* Without the pages a VM does not start: known to be too few is refused, not known takes the user's word. */
static void huge_pages(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_huge_pages);
	const char *before = DOMAIN(""), *after = DOMAIN(HUGE_PAGES);
	char why[DEFINITION_WHY_MAX];

	r.ask_pages = one_page_too_few;
	apply(w, &r);
	assert_untouched(w,
		"Nothing was changed. win10 could not start after the change: this host has 255 "
		"free huge pages of 4 KiB, the VM needs 256: reserve them first (sysctl "
		"vm.nr_hugepages).");
	r.may_not_start = true;
	apply(w, &r);
	assert_untouched(w, "reserve them first");
	/* What the VM had before is not the change's doing. */
	assert_true(definition_can_start(w->connection, &r, after, after, why, sizeof why));
	assert_true(definition_can_start(w->connection, &r, after, before, why, sizeof why));

	/* The test driver's host is another one. */
	r.ask_pages = NULL;
	assert_true(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	r.may_not_start = false;
	apply(w, &r);
	assert_untouched(w,
		"It is not known whether win10 could start after the change (kvmtop reads the huge "
		"pages of its own host only)");

	r.ask_pages = enough_pages;
	apply(w, &r);
	assert_ended(w, DEFINITION_DONE, "changed");
}

/* What it runs with is free when it has been shut down. */
static void its_own_huge_pages(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_huge_pages);
	const char *before = DOMAIN(""), *after = DOMAIN(HUGE_PAGES);
	char why[DEFINITION_WHY_MAX];

	r.ask_pages = one_page_too_few;
	virDomainFree(virDomainDefineXML(w->connection, after));
	assert_false(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	assert_int_equal(virDomainCreate(w->domain), 0);
	assert_true(definition_can_start(w->connection, &r, before, after, why, sizeof why));
	assert_int_equal(virDomainDestroy(w->domain), 0);
	assert_false(definition_can_start(w->connection, &r, before, after, why, sizeof why));
}

/* libvirtd ends when it is asked for the second time, after the change. */

static void ends_before_the_answer(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	if (++asked == 2) {
		dead = connection;
		*caps = (struct domain_caps){ .why = "libvirt has ended" };
	}
}

static void ends_after_the_answer(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	if (++asked == 2)
		dead = connection;
}

/* The change is to be restored, but libvirtd ends when it gets the old definition. */
static void ends_at_the_restore(
	struct domain_caps *caps, virConnectPtr connection, const struct domain_machine *m)
{
	all_is_known(caps, connection, m);
	if (++asked == 2) {
		ends_at_define = BEFORE_ITS_ANSWER;
		*caps = (struct domain_caps){ .why = "libvirt has ended" };
	}
}

/* A change while libvirtd is restarted; uri NULL: it does not come back. */
static void apply_meanwhile(struct world *w, const char *uri,
	void (*ask)(struct domain_caps *, virConnectPtr, const struct domain_machine *))
{
	struct definition_request r = request(w, to_localtime);

	asked = 0;
	r.uri = uri;
	r.ask = ask;
	r.patience_ms = 1;
	apply(w, &r);
}

/* What could not be read is not called somebody else's, and what kvmtop has made can be undone. */
static void libvirtd_ends_during_the_change(void **state)
{
	struct world *w = *state;
	char *path;

	apply_meanwhile(w, NULL, ends_before_the_answer);
	assert_ended(w, DEFINITION_FAILED, "what it has now cannot be read (");
	assert_ended(w, DEFINITION_FAILED, "It cannot be checked any more");
	assert_null(strstr(w->o.message, "outside"));
	dead = NULL;
	assert_clock(w, "localtime");
	assert_true(!logged().undone_ns);
	path = mem_strdup(w->o.path);
	undo(w, path);
	assert_ended(w, DEFINITION_DONE, "again what it was");
	assert_definition(w, w->original);
	backup_drop(path);
	free(path);

	apply_meanwhile(w, NULL, ends_after_the_answer);
	assert_ended(w, DEFINITION_FAILED, "win10's new definition was given to libvirt");
	dead = NULL;
	assert_clock(w, "localtime");
	assert_true(!logged().undone_ns);
	path = mem_strdup(w->o.path);
	undo(w, path);
	assert_ended(w, DEFINITION_DONE, "again what it was");
	free(path);
}

static void libvirtd_is_restarted_during_the_change(void **state)
{
	struct world *w = *state;
	char *path;

	apply_meanwhile(w, URI, ends_before_the_answer);
	assert_ended(w, DEFINITION_FAILED, "the old definition was restored");
	dead = NULL;
	assert_definition(w, w->original);
	assert_true(logged().undone_ns > 0);
	/* What was saved of it is of no change that could be undone. */
	path = mem_strdup(w->o.path);
	undo(w, path);
	assert_ended(w, DEFINITION_REFUSED, "nothing to undo");
	backup_drop(path);
	free(path);

	apply_meanwhile(w, URI, ends_at_the_restore);
	assert_ended(w, DEFINITION_FAILED, "the old definition was restored");
	dead = NULL;
	assert_definition(w, w->original);
	assert_true(logged().undone_ns > 0);
	backup_drop(w->o.path);
	apply_meanwhile(w, NULL, ends_at_the_restore);
	assert_ended(w, DEFINITION_FAILED, "whether it was put back is not known");
	dead = NULL;
	assert_true(!logged().undone_ns);
	backup_drop(w->o.path);

	apply_meanwhile(w, URI, ends_after_the_answer);
	assert_ended(w, DEFINITION_DONE, "changed");
	dead = NULL;
	assert_clock(w, "localtime");
}

static void libvirtd_ends_when_it_defines(void **state)
{
	struct world *w = *state;
	char *path;

	ends_at_define = BEFORE_ITS_ANSWER;
	apply_meanwhile(w, NULL, all_is_known);
	assert_ended(w, DEFINITION_FAILED, "what it has now cannot be read (");
	assert_null(strstr(w->o.message, "what it was"));
	path = mem_strdup(w->o.path);
	dead = NULL;
	assert_clock(w, "localtime");
	virDomainFree(virDomainDefineXML(w->connection, w->original));
	backup_drop(path);
	free(path);

	ends_at_define = AFTER_ITS_ANSWER;
	apply_meanwhile(w, URI, all_is_known);
	assert_ended(w, DEFINITION_DONE, "changed");
	dead = NULL;
	assert_clock(w, "localtime");
}

/* It is undone as it was shown, not as it is by then. */
static void unfinished_is_undone(void **state)
{
	struct world *w = *state;
	char *path;

	ends_at_define = BEFORE_ITS_ANSWER;
	apply_meanwhile(w, NULL, all_is_known);
	assert_ended(w, DEFINITION_FAILED, "`u` undoes the change if it is there");
	dead = NULL;
	path = mem_strdup(w->o.path);
	undo(w, path);
	assert_ended(w, DEFINITION_REFUSED, "is not the one that was shown");
	assert_clock(w, "localtime");
	free(w->shown);
	w->shown = dump(w, 0);
	undo(w, path);
	assert_ended(w, DEFINITION_DONE, "again what it was");
	assert_definition(w, w->original);
	assert_true(logged().undone_ns > 0);
	free(path);
}

/* The undoing is marked when it is known. */
static void libvirtd_ends_during_undo(void **state)
{
	static const int ends[] = { AFTER_ITS_ANSWER, BEFORE_ITS_ANSWER };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char *path;

		apply_meanwhile(w, NULL, all_is_known);
		assert_ended(w, DEFINITION_DONE, "changed");
		path = mem_strdup(w->o.path);
		ends_at_define = ends[i];
		undo_with(w, path, NULL);
		assert_ended(w, DEFINITION_FAILED, "whether the change is undone is not known");
		dead = NULL;
		assert_definition(w, w->original);
		assert_true(!logged().undone_ns);
		undo(w, path);
		assert_ended(w, DEFINITION_REFUSED, "nothing to undo");
		backup_drop(path);
		free(path);

		apply_meanwhile(w, NULL, all_is_known);
		path = mem_strdup(w->o.path);
		ends_at_define = ends[i];
		undo_with(w, path, URI);
		assert_ended(w, DEFINITION_DONE, "again what it was");
		dead = NULL;
		assert_definition(w, w->original);
		assert_true(logged().undone_ns > 0);
		backup_drop(path);
		free(path);
	}
}

static void check(struct world *w, const struct definition_request *r)
{
	free(w->o.path);
	definition_check(w->connection, r, &w->given_up, &w->o);
}

static void checked_until_known(void **state)
{
	struct world *w = *state;
	struct definition_request r = request(w, to_localtime);

	r.ask = known_at_last;
	r.ask_pages = enough_pages;
	questions = 0;
	check(w, &r);
	assert_int_equal(w->o.end, DEFINITION_DONE);
	assert_true(w->o.pages.known && w->o.pages.free == 256);
	assert_true(w->o.caps.known);
	assert_int_equal(questions, 3);

	r.ask = never_known;
	check(w, &r);
	assert_int_equal(w->o.end, DEFINITION_DONE);
	assert_int_equal(w->o.caps.never, DOMAIN_CAPS_DENIED);

	r.ask = never_answers;
	w->given_up = true;
	questions = 0;
	check(w, &r);
	assert_untouched(w, "libvirt reports: QEMU cannot be run");
	assert_int_equal(questions, 1);

	/* The test driver itself has an answer from some version on: that is final, too. */
	r.ask = NULL;
	w->given_up = false;
	check(w, &r);
	assert_int_equal(w->o.end, DEFINITION_DONE);
	assert_true(w->o.caps.known || w->o.caps.never == DOMAIN_CAPS_UNSUPPORTED);

	r.uuid = "00000000-0000-4000-8000-000000000000";
	check(w, &r);
	assert_untouched(w, "has no VM win10 here");
}

static void count_release(void *context)
{
	(*(int *)context)++;
}

static void in_a_thread(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, to_localtime);
	struct definition_outcome o;
	int released = 0;
	struct apply_thread *d =
		apply_thread_start(APPLY_THREAD_APPLY, URI, &r, count_release, &released);

	apply_thread_wait(d, DEADLINE_MS);
	assert_true(apply_thread_ended(d, &o));
	assert_int_equal(o.end, DEFINITION_DONE);
	assert_int_equal(access(o.path, R_OK), 0);
	assert_int_equal(released, 0);
	apply_thread_free(d);
	assert_int_equal(released, 1);
	apply_thread_free(NULL);

	d = apply_thread_start(APPLY_THREAD_APPLY, "nonsense:///system", &r, NULL, NULL);
	apply_thread_wait(d, DEADLINE_MS);
	assert_true(apply_thread_ended(d, &o));
	assert_int_equal(o.end, DEFINITION_REFUSED);
	assert_non_null(strstr(o.message, "cannot be reached"));
	apply_thread_free(d);
}

/* What an edit waits for, as for a libvirt that hangs. */
struct gate {
	int fds[2];
	atomic_int released;
};

static char *wait_at_gate(const void *context, const char *xml, char *why, size_t size)
{
	const struct gate *gate = context;

	poll(&(struct pollfd){ .fd = gate->fds[0], .events = POLLIN }, 1, DEADLINE_MS);
	return to_localtime(NULL, xml, why, size);
}

static void release_gate(void *context)
{
	((struct gate *)context)->released = 1;
}

/* The thread is left alone while it works: it defines nothing any more. */
static void abandoned(void **state)
{
	struct world *w = *state;
	const struct definition_request r = request(w, wait_at_gate);
	const uint64_t deadline_ns = clock_mono_ns() + DEADLINE_MS * NS_PER_MS;
	struct gate gate = { .released = 0 };
	struct definition_outcome o;
	struct apply_thread *d;

	assert_int_equal(pipe(gate.fds), 0);
	d = apply_thread_start(APPLY_THREAD_APPLY, URI, &r, release_gate, &gate);
	assert_false(apply_thread_ended(d, &o));
	apply_thread_free(d);
	assert_int_equal(write(gate.fds[1], "x", 1), 1);
	while (!gate.released && clock_mono_ns() < deadline_ns)
		poll(NULL, 0, 5);
	assert_int_equal(gate.released, 1);
	assert_definition(w, w->original);
	assert_int_equal(count_files(), 0);
	close(gate.fds[0]);
	close(gate.fds[1]);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(applied_and_undone),
		WITH_WORLD(made_again_by_another),
		WITH_WORLD(changed_before),
		WITH_WORLD(changed_after),
		WITH_WORLD(password_changed_after),
		WITH_WORLD(edits_that_are_refused),
		WITH_WORLD(changed_meanwhile),
		WITH_WORLD(already_there),
		WITH_WORLD(refused_by_libvirt),
		WITH_WORLD(mismatch_is_restored),
		WITH_WORLD(nowhere_to_save),
		WITH_WORLD(transient_and_vanished),
		WITH_WORLD(one_at_a_time),
		WITH_WORLD(overwritten_at_once),
		WITH_WORLD(changed_further_at_once),
		WITH_WORLD(replaced_while_it_is_checked),
		WITH_WORLD(undo_overwritten_at_once),
		WITH_WORLD(not_restored_over_anothers),
		WITH_WORLD(two_of_one_user),
		WITH_WORLD(two_users),
		WITH_WORLD(read_only),
		WITH_WORLD(what_the_host_lacks),
		WITH_WORLD(invariant_tsc),
		WITH_WORLD(huge_pages),
		WITH_WORLD(its_own_huge_pages),
		WITH_WORLD(libvirtd_ends_during_the_change),
		WITH_WORLD(libvirtd_is_restarted_during_the_change),
		WITH_WORLD(libvirtd_ends_when_it_defines),
		WITH_WORLD(unfinished_is_undone),
		WITH_WORLD(libvirtd_ends_during_undo),
		WITH_WORLD(checked_until_known),
		WITH_WORLD(in_a_thread),
		WITH_WORLD(abandoned),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
