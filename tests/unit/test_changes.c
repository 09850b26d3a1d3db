/* Keys a, y and u on a VM of libvirt's test driver: from the question to the changed definition, and
 * back. */
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>

#include "app/changes.h"
#include "apply/change_log.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "domain/domain_xml.h"
#include "patience.h"
#include "scratch.h"
#include "view/term/term.h"
#include "view/ui.h"

#define URI "test:///default"
#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a11"
#define DEADLINE_MS PATIENCE_MS

#define DOMAIN                                                                                 \
	"<domain type='test'><name>win10</name><uuid>" UUID "</uuid><memory>1024</memory>"     \
	"<os><type>hvm</type></os><clock offset='localtime'><timer name='hpet' present='no'/>" \
	"</clock><devices><graphics type='vnc' port='-1' passwd='s3cret'/></devices></domain>"

struct world {
	struct scratch *scratch;
	virConnectPtr connection;
	virDomainPtr defined;
	char *original;
	struct domain_set *domains;
	struct sample sample;
	struct vm vm, *vms[2];
	struct model model;
	struct finding finding;
	struct findings findings;
	struct ui ui;
	struct changes changes;
};

static void ignore_error(void *opaque, virErrorPtr error)
{
	(void)opaque;
	(void)error;
}

/* What the libvirt source would tell now. */
static void read_domain(struct world *w)
{
	struct domain *d;

	domain_set_unref(w->domains);
	w->domains = domain_set_new(1);
	w->domains->time_ns = clock_mono_ns();
	d = &w->domains->items[0];
	d->name = mem_strdup("win10");
	strcpy(d->uuid, UUID);
	d->persistent = true;
	d->inactive_xml = virDomainGetXMLDesc(w->defined, VIR_DOMAIN_XML_INACTIVE);
	d->live_xml = mem_strdup(d->inactive_xml);
	domain_xml_read(&d->live, d->live_xml);
	domain_xml_read(&d->inactive, d->inactive_xml);
	w->vm.domain = d;
	w->sample.domains = w->domains;
}

static char *definition(struct world *w)
{
	return virDomainGetXMLDesc(w->defined, VIR_DOMAIN_XML_INACTIVE | VIR_DOMAIN_XML_SECURE);
}

static int set_up(void **state)
{
	struct world *w = mem_calloc(1, sizeof *w);
	void *scratch;

	if (enter_scratch(&scratch))
		return -1;
	virSetErrorFunc(NULL, ignore_error);
	w->scratch = scratch;
	w->connection = virConnectOpen(URI);
	w->defined = virDomainDefineXML(w->connection, DOMAIN);
	w->original = definition(w);
	w->vm.id = (struct vm_id){ 11, 1 };
	strcpy(w->vm.name, "win10");
	strcpy(w->vm.uuid, UUID);
	read_domain(w);
	w->vms[0] = &w->vm;
	w->model.vms = w->vms;
	w->model.vm_count = 1;
	w->model.last = &w->sample;
	w->finding.vm = w->vm.id;
	w->finding.remedies[0] = REMEDY_HPET_ON;
	w->finding.remedy_count = 1;
	w->findings.items = &w->finding;
	w->findings.count = 1;
	ui_init(&w->ui);
	w->ui.selected = w->vm.id;
	w->ui.popup = POPUP_REMEDY;
	*state = w;
	return w->original ? 0 : -1;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	void *scratch = w->scratch;
	char say[DEFINITION_MESSAGE_MAX];

	changes_fini(&w->changes, URI, say, sizeof say);
	ui_fini(&w->ui);
	domain_set_unref(w->domains);
	if (w->defined) {
		virDomainUndefine(w->defined);
		virDomainFree(w->defined);
	}
	virConnectClose(w->connection);
	free(w->original);
	free(w);
	return leave_scratch(&scratch);
}

static bool step(struct world *w)
{
	return changes_step(&w->changes, &w->ui.change, &w->model, URI, "kvmtop", "");
}

/* A key, and what the app does then. */
static void type(struct world *w, int key)
{
	ui_act(&w->ui, ui_action(&w->ui, key), &w->model, &w->findings);
	step(w);
}

static void await(struct world *w, enum change_state state)
{
	assert_int_equal(w->ui.change.state, state);
	assert_int_equal(poll(&(struct pollfd){ .fd = changes_fd(&w->changes), .events = POLLIN },
				 1, DEADLINE_MS),
		1);
	assert_true(step(w));
	assert_int_equal(changes_fd(&w->changes), -1);
}

static void await_end(struct world *w)
{
	await(w, CHANGE_RUNNING);
}

static void type_text(struct world *w, const char *text)
{
	for (; *text; text++)
		if (ui_type(&w->ui, *text) == STALE_NOTHING)
			type(w, *text);
}

/* a, and an answer as of a libvirt that will never say what its host can have: the test driver's own is another one
 * from version to version. */
static void ask_to_apply(struct world *w)
{
	const struct domain_caps never = { .never = DOMAIN_CAPS_UNSUPPORTED };

	type(w, 'a');
	await(w, CHANGE_CHECKING);
	assert_int_equal(w->ui.change.state, CHANGE_ASKING);
	change_ask_apply(&w->ui.change, &w->vm, &never, false);
	assert_string_equal(w->ui.change.virsh, "virsh -c " URI);
	assert_non_null(strstr(w->ui.change.undo, "kvmtop --undo win10 -c " URI));
}

static void agree(struct world *w)
{
	type_text(w, "yes");
	type(w, TERM_KEY_ENTER);
}

/* The same where it is known. */
static void ask_where_it_is_known(struct world *w)
{
	const struct domain_caps known = { .known = true, .hyperv_known = true };

	ask_to_apply(w);
	change_ask_apply(&w->ui.change, &w->vm, &known, false);
	assert_false(w->ui.change.must_type);
}

static void assert_state(const struct world *w, enum change_state state, const char *words)
{
	const struct change *c = &w->ui.change;

	if (c->state != state || !c->message || !strstr(c->message, words))
		fail_msg("state %d: %s", (int)c->state, c->message ? c->message : "-");
}

static void assert_untouched(struct world *w)
{
	char *now = definition(w);

	assert_string_equal(now, w->original);
	free(now);
}

static void applied_and_undone(void **state)
{
	struct world *w = *state;
	char *now, why[STATE_WHY_MAX];
	struct change_log log;

	ask_to_apply(w);
	assert_int_equal(w->ui.popup, POPUP_CHANGE);
	assert_non_null(strstr(w->ui.change.diff, "+    <timer name='hpet' present='yes'/>"));
	assert_untouched(w);
	agree(w);
	await_end(w);
	assert_state(w, CHANGE_DONE, "It takes effect at the next start.");
	now = definition(w);
	assert_non_null(strstr(now, "<timer name='hpet' present='yes'/>"));
	assert_non_null(strstr(now, "passwd='s3cret'"));
	free(now);
	/* Before libvirt's word of it nothing is judged by the old one. */
	type(w, 'u');
	assert_int_equal(w->ui.change.state, CHANGE_WANTED);
	assert_false(step(w));
	assert_int_equal(change_log_read("kvmtop", &log, why, sizeof why), 0);
	assert_int_equal(log.count, 1);
	assert_string_equal(log.items[0].remedy, "hpet-on");
	assert_string_equal(log.items[0].title, remedy_find(REMEDY_HPET_ON)->title);
	assert_true(change_log_is_open(&log, UUID, NULL));
	change_log_fini(&log);

	read_domain(w);
	assert_true(step(w));
	assert_int_equal(w->ui.change.state, CHANGE_ASKING);
	assert_non_null(strstr(w->ui.change.diff, "-    <timer name='hpet' present='yes'/>"));
	assert_null(strstr(w->ui.change.diff, "s3cret"));
	type(w, 'y');
	await_end(w);
	assert_state(w, CHANGE_DONE, "again what it was");
	assert_untouched(w);

	read_domain(w);
	type(w, 'u');
	assert_state(w, CHANGE_REFUSED, "it was before kvmtop's last change");
}

/* What the change made was never saved: the question shows what goes, and that more than the change may. */
static void unfinished_is_undone(void **state)
{
	struct world *w = *state;
	char after[512];

	ask_to_apply(w);
	agree(w);
	await_end(w);
	assert_state(w, CHANGE_DONE, "It takes effect at the next start.");
	snprintf(after, sizeof after, "%.*s.after.xml",
		(int)(strlen(w->ui.change.path) - strlen(".xml")), w->ui.change.path);
	assert_int_equal(unlink(after), 0);
	read_domain(w);
	type(w, 'u');
	assert_int_equal(w->ui.change.state, CHANGE_ASKING);
	assert_non_null(strstr(w->ui.change.notes, "not known whether this change was made"));
	assert_non_null(strstr(w->ui.change.diff, "-    <timer name='hpet' present='yes'/>"));
	assert_null(strstr(w->ui.change.diff, "passwd"));
	type(w, 'y');
	await_end(w);
	assert_state(w, CHANGE_DONE, "again what it was");
	assert_untouched(w);
}

static void any_other_key_leaves_it(void **state)
{
	static const int keys[] = { 'n', 'Y', 'u', 'a', 'c', ' ', 'q', TERM_KEY_ESCAPE,
		TERM_KEY_ENTER, TERM_KEY_F1, TERM_KEY_LEFT };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		ask_where_it_is_known(w);
		type(w, TERM_KEY_DOWN); /* a long diff must be read */
		type(w, TERM_KEY_PAGE_DOWN);
		type(w, '\f');
		assert_int_equal(w->ui.change.state, CHANGE_ASKING);
		type(w, keys[i]);
		assert_int_equal(w->ui.change.state, CHANGE_NONE);
		assert_int_equal(w->ui.popup, POPUP_REMEDY);
	}
	type(w, 'y');
	assert_int_equal(w->ui.change.state, CHANGE_NONE);
	assert_untouched(w);
}

/* What has been selected meanwhile is not what the window is about. */
static void window_of_another_vm(void **state)
{
	struct vm other = { .id = { 12, 1 }, .name = "web1" };
	struct world *w = *state;

	ask_to_apply(w);
	agree(w);
	await_end(w);
	assert_state(w, CHANGE_DONE, "It takes effect");
	w->ui.selected = other.id;
	w->vms[1] = &other;
	w->model.vm_count = 2;
	read_domain(w);
	type(w, 'u');
	assert_string_equal(w->ui.change.name, "win10");
	assert_int_equal(w->ui.change.state, CHANGE_ASKING);
}

/* Another kvmtop holds the lock, as long as libvirt hangs. */
static void libvirt_hangs(void **state)
{
	struct world *w = *state;
	int lock, folder;
	char why[STATE_WHY_MAX];

	ask_where_it_is_known(w);
	folder = state_open("kvmtop", true, why, sizeof why);
	lock = state_lock(folder, "lock-" UUID, 0);
	assert_true(folder >= 0 && lock >= 0);
	type(w, 'y');
	assert_int_equal(w->ui.change.state, CHANGE_RUNNING);
	assert_false(step(w));
	w->ui.change.since_ns = 1;
	assert_true(step(w));
	assert_state(w, CHANGE_FAILED, "libvirt has not answered for 60 s");
	assert_non_null(strstr(w->ui.change.message, "virsh -c " URI " dumpxml --inactive " UUID));
	assert_int_equal(changes_fd(&w->changes), -1);
	state_unlock(folder, "lock-" UUID, lock);
	close(folder);
}

/* The window is closed, another one asked for, and the change still comes to its end. */
static void goes_on_when_closed(void **state)
{
	struct world *w = *state;

	ask_to_apply(w);
	agree(w);
	type(w, TERM_KEY_ESCAPE);
	assert_int_equal(w->ui.popup, POPUP_REMEDY);
	if (w->ui.change.state == CHANGE_RUNNING) {
		type(w, 'a');
		type(w, 'u');
		if (w->ui.change.state == CHANGE_RUNNING)
			await_end(w);
	}
	assert_int_equal(changes_fd(&w->changes), -1);
	assert_int_equal(w->ui.change.task, CHANGE_APPLY);
}

static void changed_since_it_was_shown(void **state)
{
	struct world *w = *state;
	virDomainPtr other;

	ask_to_apply(w);
	other = virDomainDefineXML(w->connection,
		"<domain type='test'><name>win10</name><uuid>" UUID "</uuid><memory>2048</memory>"
		"<os><type>hvm</type></os></domain>");
	assert_non_null(other);
	virDomainFree(other);
	agree(w);
	await_end(w);
	assert_state(w, CHANGE_REFUSED, "is not the one that was shown");
}

static void vm_vanishes(void **state)
{
	struct world *w = *state;

	ask_to_apply(w);
	w->model.vm_count = 0;
	agree(w);
	assert_state(w, CHANGE_REFUSED, "the VM is gone");
	w->model.vm_count = 1;
	type(w, 'q');
	ask_to_apply(w);
	virDomainUndefine(w->defined);
	agree(w);
	await_end(w);
	assert_state(w, CHANGE_REFUSED, "has no VM win10 here");
	type(w, 'q');
	type(w, 'a');
	await(w, CHANGE_CHECKING);
	assert_state(w, CHANGE_REFUSED, "has no VM win10 here");
}

/* What a stack redefines is left alone, and its own way is told; so it is where libvirt does not run the
 * VM at all. */
static void what_a_stack_overwrites(void **state)
{
	struct world *w = *state;
	struct domain_config config = { .stack = DOMAIN_STACK_NOVA };

	w->vm.config = &config;
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "OpenStack Nova redefines the VM from flavor, ");
	assert_state(
		w, CHANGE_REFUSED, ":\nopenstack server stop SERVER\nnova-manage image_property");
	config.stack = DOMAIN_STACK_OVIRT; /* no way is known */
	type(w, TERM_KEY_ESCAPE);
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "Change it there.");
	assert_int_equal(changes_fd(&w->changes), -1);
	assert_untouched(w);

	config.stack = DOMAIN_STACK_PROXMOX;
	w->vm.domain = NULL;
	w->finding.remedies[0] = REMEDY_HYPERV_TIMERS;
	type(w, TERM_KEY_ESCAPE);
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "changed in Proxmox VE:\nqm set VMID --ostype");
	config.stack = DOMAIN_STACK_QEMU;
	type(w, TERM_KEY_ESCAPE);
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "libvirt does not know this VM");
	assert_state(w, CHANGE_REFUSED, "QEMU arguments");

	/* libvirt's own VMs are changed. */
	config.stack = DOMAIN_STACK_LIBVIRT;
	w->vm.domain = &w->domains->items[0];
	w->finding.remedies[0] = REMEDY_HPET_ON;
	type(w, TERM_KEY_ESCAPE);
	ask_to_apply(w);
}

/* What is applied is what is shown: the order of preference, not the rule's. */
static void the_remedy_that_is_shown(void **state)
{
	struct world *w = *state;

	w->finding.remedies[0] = REMEDY_HPET_ON;
	w->finding.remedies[1] = REMEDY_HYPERV_TIMERS;
	w->finding.remedy_count = 2;
	type(w, 'a');
	assert_int_equal(w->ui.change.remedy, REMEDY_HYPERV_TIMERS);
	type(w, TERM_KEY_ESCAPE);
	type(w, TERM_KEY_RIGHT);
	type(w, 'a');
	assert_int_equal(w->ui.change.remedy, REMEDY_HPET_ON);
}

/* Only the whole word, and nothing of it is a key: q would close another window. */
static void typed_yes(void **state)
{
	static const char *const answers[] = { "", "y", "q", "yess", "Yes", "no" };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof answers / sizeof *answers; i++) {
		ask_to_apply(w);
		assert_true(w->ui.change.must_type);
		assert_non_null(strstr(w->ui.change.warning, "this libvirt driver reports no"));
		type_text(w, answers[i]);
		assert_string_equal(w->ui.change.answer, answers[i]);
		type(w, TERM_KEY_DOWN);
		assert_int_equal(w->ui.change.state, CHANGE_ASKING);
		type(w, TERM_KEY_ENTER);
		assert_int_equal(w->ui.change.state, CHANGE_NONE);
		assert_int_equal(w->ui.popup, POPUP_REMEDY);
	}
	ask_to_apply(w);
	type_text(w, "yes");
	type(w, TERM_KEY_ESCAPE);
	assert_int_equal(w->ui.change.state, CHANGE_NONE);
	assert_untouched(w);
	ask_to_apply(w);
	type_text(w, "yess");
	type(w, TERM_KEY_BACKSPACE);
	type(w, TERM_KEY_ENTER);
	await_end(w);
	assert_state(w, CHANGE_DONE, "takes effect at the next start");
}

/* What the host lacks is refused when it is known, not when the VM is switched off. */
static void what_the_host_lacks(void **state)
{
	const struct domain_caps known = { .known = true, .hyperv_known = true };
	struct world *w = *state;

	w->finding.remedies[0] = REMEDY_HYPERV_TIMERS;
	ask_to_apply(w);
	change_ask_apply(&w->ui.change, &w->vm, &known, false);
	assert_state(w, CHANGE_REFUSED, "lists no vpindex, synic, stimer");
	assert_false(change_offers_commands(&w->ui.change));
	assert_untouched(w);
}

/* A promise of an invariant TSC is asked for like any other change where libvirt lists it, refused where it does not, and
 * takes a typed yes where nobody knows. */
static void invariant_tsc(void **state)
{
	struct domain_caps caps = { .known = true, .hyperv_known = true, .invtsc = TRI_YES };
	struct world *w = *state;
	struct domain *d = &w->domains->items[0];

	free(d->inactive_xml);
	d->inactive_xml = mem_strdup("<domain type='kvm'><cpu mode='host-passthrough'/></domain>");
	w->finding.remedies[0] = REMEDY_INVTSC;
	ask_to_apply(w);
	change_ask_apply(&w->ui.change, &w->vm, &caps, false);
	assert_int_equal(w->ui.change.state, CHANGE_ASKING);
	assert_false(w->ui.change.must_type);
	caps.invtsc = TRI_UNKNOWN;
	change_ask_apply(&w->ui.change, &w->vm, &caps, false);
	assert_int_equal(w->ui.change.state, CHANGE_ASKING);
	assert_true(w->ui.change.must_type);
	assert_non_null(strstr(w->ui.change.warning, "the CPU feature invtsc"));
	caps.invtsc = TRI_NO;
	change_ask_apply(&w->ui.change, &w->vm, &caps, false);
	assert_state(w, CHANGE_REFUSED, "lists no invtsc");
	assert_untouched(w);
}

/* The same of huge pages, of which the domain's memory takes 256. */
static void huge_pages(void **state)
{
	const struct domain_caps known = { .known = true, .hyperv_known = true }, unknown = { 0 };
	struct world *w = *state;
	struct change *c = &w->ui.change;

	w->finding.remedies[0] = REMEDY_HUGEPAGES;
	ask_to_apply(w);
	assert_true(c->must_type);
	assert_non_null(strstr(c->warning, "kvmtop reads the huge pages of its own host only"));
	change_ask_apply(c, &w->vm, &known, false);
	assert_true(c->must_type);
	assert_string_equal(c->warning,
		"Whether this host has enough free huge pages is unknown: kvmtop reads the huge "
		"pages of its own host only.");
	c->pages = (struct domain_pages){ .known = true, .size_kib = 4, .free = 256 };
	change_ask_apply(c, &w->vm, &known, false);
	assert_int_equal(c->state, CHANGE_ASKING);
	assert_false(c->must_type);
	change_ask_apply(c, &w->vm, &unknown, false);
	assert_true(c->must_type);
	assert_null(strstr(c->warning, "huge pages"));
	c->pages.free--;
	change_ask_apply(c, &w->vm, &known, false);
	assert_state(w, CHANGE_REFUSED,
		"Nothing was changed: win10 could not start after the change: this host has 255 "
		"free huge pages of 4 KiB, the VM needs 256: reserve them first (sysctl "
		"vm.nr_hugepages).");
	assert_untouched(w);

	/* Another remedy takes none. */
	type(w, TERM_KEY_ESCAPE);
	w->finding.remedies[0] = REMEDY_HPET_ON;
	ask_where_it_is_known(w);
}

/* The check is given up with its window, and so is its thread. */
static void check_is_cancelled(void **state)
{
	struct world *w = *state;

	type(w, 'a');
	assert_int_equal(w->ui.change.state, CHANGE_CHECKING);
	type(w, TERM_KEY_ESCAPE);
	assert_int_equal(w->ui.change.state, CHANGE_NONE);
	assert_int_equal(changes_fd(&w->changes), -1);
	assert_int_equal(w->ui.popup, POPUP_REMEDY);
	ask_to_apply(w);
}

/* What brings another configuration than the definition is said before the question. */
static void what_is_to_be_known_before(void **state)
{
	struct world *w = *state;
	struct domain *d = &w->domains->items[0];

	ask_to_apply(w);
	assert_non_null(strstr(w->ui.change.needs, "HPET"));
	assert_null(w->ui.change.notes);
	type(w, TERM_KEY_ESCAPE);
	d->managed_save = d->memory_snapshots = TRI_YES;
	ask_to_apply(w);
	assert_non_null(strstr(w->ui.change.notes, "The VM has a saved image"));
	assert_non_null(strstr(w->ui.change.notes, "virsh -c " URI " managedsave-remove win10"));
	assert_non_null(strstr(w->ui.change.notes, "snapshots with memory"));
	assert_null(strstr(w->ui.change.notes, "migration"));
	type(w, TERM_KEY_ESCAPE);
	d->managed_save = d->memory_snapshots = TRI_NO;
	ask_to_apply(w);
	assert_null(w->ui.change.notes);
	change_ask_apply(&w->ui.change, &w->vm, &w->ui.change.caps, true);
	assert_non_null(strstr(w->ui.change.notes, "A migration, save or backup"));
}

static void what_cannot_be_changed(void **state)
{
	struct world *w = *state;
	struct domain transient = *w->vm.domain;
	const struct domain *domain = w->vm.domain;

	transient.persistent = false;
	transient.inactive_xml = NULL;
	w->vm.domain = &transient;
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "transient");
	type(w, 'u');
	assert_state(w, CHANGE_REFUSED, "transient");
	type(w, 'q');
	w->vm.domain = NULL;
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "libvirt does not know this VM");
	type(w, 'q');
	strcpy(w->vm.claim, "win10");
	w->vm.claim_pid = 4711;
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED,
		"Nothing was changed: this VM is not domain win10, whose process is pid 4711.");
	type(w, 'u');
	assert_state(w, CHANGE_REFUSED, "this VM is not domain win10");
	type(w, 'q');
	w->vm.claim_pid = 0;
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "this VM is not confirmed by libvirt as domain win10.");
	type(w, 'q');
	w->vm.claim[0] = '\0';
	w->vm.domain = domain;
	strcpy(w->model.recording.file, "a.dat");
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "This is a recording");
	type(w, 'q');
	type(w, 'u');
	assert_state(w, CHANGE_REFUSED, "This is a recording");
	type(w, 'q');
	w->model.recording.file[0] = '\0';
	type(w, 'u');
	assert_state(w, CHANGE_REFUSED, "nothing to undo");
	type(w, 'q');
	type(w, 'a');
	w->ui.change.state = CHANGE_CONFIRMED;
	changes_step(&w->changes, &w->ui.change, &w->model, URI, "", "there is no home folder");
	assert_state(w, CHANGE_REFUSED, "there is no home folder");
	type(w, 'q');
	w->changes.read_only = true;
	type(w, 'a');
	assert_state(w, CHANGE_REFUSED, "--read-only");
	assert_true(change_offers_commands(&w->ui.change));
	type(w, 'q');
	type(w, 'u');
	assert_state(w, CHANGE_REFUSED, "--read-only");
	assert_false(change_offers_commands(&w->ui.change));
	assert_untouched(w);
}

#define WITH_WORLD(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_WORLD(applied_and_undone),
		WITH_WORLD(unfinished_is_undone),
		WITH_WORLD(any_other_key_leaves_it),
		WITH_WORLD(window_of_another_vm),
		WITH_WORLD(libvirt_hangs),
		WITH_WORLD(goes_on_when_closed),
		WITH_WORLD(changed_since_it_was_shown),
		WITH_WORLD(vm_vanishes),
		WITH_WORLD(typed_yes),
		WITH_WORLD(what_the_host_lacks),
		WITH_WORLD(invariant_tsc),
		WITH_WORLD(huge_pages),
		WITH_WORLD(check_is_cancelled),
		WITH_WORLD(what_is_to_be_known_before),
		WITH_WORLD(what_cannot_be_changed),
		WITH_WORLD(what_a_stack_overwrites),
		WITH_WORLD(the_remedy_that_is_shown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
