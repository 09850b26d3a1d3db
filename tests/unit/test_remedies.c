/* advice/remedies: the rows, what of them is advised for a domain, and the command, run with a virsh that
 * is not libvirt's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "advice/remedy_stack.h"
#include "domain/xml_edit.h"
#include "remedy_fixture.h"
#include "scratch.h"

static bool is_filled(const char *text)
{
	return text && *text;
}

static bool has_way(const struct remedy *remedy)
{
	for (size_t i = 0; i < DOMAIN_STACK__COUNT; i++)
		if (remedy->stacks[i])
			return true;
	return false;
}

static void check_rows(void **state)
{
	(void)state;
	for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
		const struct remedy *r = remedy_find((enum remedy_id)id);

		assert_int_equal(r->number, id);
		assert_true(is_filled(r->id) && is_filled(r->title));
		assert_true(is_filled(r->expect) && is_filled(r->cost));
		assert_true(is_filled(r->when_not) && is_filled(r->source));
		/* There is something to be done, and an edit has its like for plain QEMU. */
		assert_true(r->edit || r->host_commands || r->guest_commands || has_way(r));
		assert_int_equal(r->edit != NULL, id <= REMEDY_IOTHREAD_POLL_OFF);
		assert_true(!r->edit || is_filled(r->qemu_arguments));
		assert_null(r->stacks[DOMAIN_STACK_UNKNOWN]);
		/* It is part of file names and of shell commands. */
		assert_int_equal(strspn(r->id, "abcdefghijklmnopqrstuvwxyz-"), strlen(r->id));
		for (int other = REMEDY_NONE + 1; other < id; other++)
			assert_string_not_equal(r->id, remedy_find((enum remedy_id)other)->id);
	}
}

/* The commands of the rows are shell: it must at least parse. */
static void check_commands_parse(void **state)
{
	(void)state;
	for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
		const struct remedy *r = remedy_find((enum remedy_id)id);

		if (!r->host_commands)
			continue;
		write_file("command", r->host_commands);
		if (system("sh -n ./command") != 0)
			fail_msg("%s: the shell does not understand %s", r->id, r->host_commands);
	}
}

/* So are the stacks' ways, but for those that are told in words. */
static void check_ways_parse(void **state)
{
	static const char *const tools[] = { "qm ", "#", "openstack ", "incus ", "lxc ", "midclt ",
		"gnt-instance " };
	size_t commands = 0;

	(void)state;
	for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++)
		for (size_t i = 0; i < DOMAIN_STACK__COUNT; i++) {
			const char *way = remedy_find((enum remedy_id)id)->stacks[i];
			bool is_command = false;

			for (size_t t = 0; way && t < sizeof tools / sizeof *tools; t++)
				is_command |= !strncmp(way, tools[t], strlen(tools[t]));
			if (!is_command)
				continue;
			commands++;
			write_file("command", way);
			if (system("sh -n ./command") != 0)
				fail_msg("the shell does not understand %s", way);
		}
	assert_true(commands > 30);
}

static void check_pending(void **state)
{
	static const struct {
		bool live_has, definition_has, pending;
		const char *why;
	} cases[] = {
		{ false, false, false, "" }, { false, true, true, "change pending" },
		{ true, true, false, "has this already" },
		{ true, false, false, "" }, /* taken back, but not started again */
	};
	char *without = read_fixture("win10", "xml");
	struct domain domain = make_domain("win10", without, without);
	struct remedy_plan with, plan;

	(void)state;
	remedy_plan_init(&with, REMEDY_HYPERV_TIMERS, &domain);
	domain_fini(&domain);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		domain = make_domain("win10", cases[i].live_has ? with.xml_after : without,
			cases[i].definition_has ? with.xml_after : without);
		remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
		assert_int_equal(plan.pending, cases[i].pending);
		assert_int_equal(!*plan.xml_diff, cases[i].definition_has);
		assert_int_equal(!plan.command, cases[i].definition_has);
		assert_non_null(strstr(plan.why, cases[i].why));
		remedy_plan_fini(&plan);

		/* The other remedy has nothing to do with it. */
		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_false(plan.pending);
		assert_true(*plan.xml_diff);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}

	/* Live XML that is broken says nothing. */
	domain = make_domain("win10", "<domain", with.xml_after);
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_false(plan.pending);
	assert_non_null(strstr(plan.why, "has this already"));
	remedy_plan_fini(&plan);
	domain_fini(&domain);
	remedy_plan_fini(&with);
	free(without);
}

static void check_no_plan(void **state)
{
	struct domain broken = make_domain("a", NULL, "<domain><a>");
	struct domain transient = make_domain("a", NULL, NULL);
	struct domain unread = transient;
	const struct {
		const struct domain *domain;
		const char *why;
	} cases[] = {
		{ NULL, "libvirt does not know" },
		{ &broken, "does not parse" },
		{ &transient, "transient" },
		{ &unread, "could not be read" },
	};

	(void)state;
	unread.persistent = true;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct remedy_plan plan;

		remedy_plan_init(&plan, REMEDY_HPET_ON, cases[i].domain);
		assert_ptr_equal(plan.remedy, remedy_find(REMEDY_HPET_ON));
		assert_null(plan.xml_after);
		assert_string_equal(plan.xml_diff, "");
		assert_null(plan.command);
		assert_false(plan.pending);
		if (!strstr(plan.why, cases[i].why))
			fail_msg("\"%s\" is not in \"%s\"", cases[i].why, plan.why);
		remedy_plan_fini(&plan);
	}
	domain_fini(&broken);
	domain_fini(&transient);
}

/* What this host cannot do comes last, with the sentence why, and no command that would break the guest. */
static void check_impossible(void **state)
{
	char *xml = read_fixture("win10", "xml");
	struct domain domain = make_domain("win10", xml, xml);
	struct remedy_plan plan;

	(void)state;
	domain.caps = make_caps("spinlocks vendor_id", 9000000);
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_int_equal(plan.preference, REMEDY_IMPOSSIBLE);
	assert_non_null(strstr(plan.why, "lists no vpindex, synic, stimer under <hyperv>"));
	assert_string_equal(plan.xml_diff, "");
	assert_null(plan.xml_after);
	assert_null(plan.command);
	assert_null(remedy_plan_text(&plan));
	remedy_plan_fini(&plan);

	remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
	assert_int_equal(plan.preference, REMEDY_FALLBACK);
	assert_non_null(strstr(plan.caveat, "9.0 or 9.1"));
	remedy_plan_fini(&plan);

	/* The element is younger than this libvirt. */
	remedy_plan_init(&plan, REMEDY_IOTHREAD_POLL_OFF, &domain);
	assert_int_equal(plan.preference, REMEDY_IMPOSSIBLE);
	assert_string_equal(plan.why, "not possible here: libvirt is 9.0.0, and it takes 9.4.0");
	remedy_plan_fini(&plan);

	domain.caps = make_caps("vpindex synic stimer", 9004000);
	remedy_plan_init(&plan, REMEDY_IOTHREAD_POLL_OFF, &domain);
	assert_int_equal(plan.preference, REMEDY_ADVISED);
	remedy_plan_fini(&plan);
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_int_equal(plan.preference, REMEDY_ADVISED);
	assert_string_equal(plan.caveat, "");
	assert_non_null(plan.command);
	remedy_plan_fini(&plan);
	remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
	assert_int_equal(plan.preference, REMEDY_NOT_ADVISED);
	assert_non_null(strstr(plan.caveat, "Not advised: "));
	assert_non_null(plan.command);
	remedy_plan_fini(&plan);

	/* That there is an invariant TSC is listed, or not, or not known: only then it is offered all the same. */
	domain.caps = make_caps("", 9004000);
	remedy_plan_init(&plan, REMEDY_INVTSC, &domain);
	assert_int_equal(plan.preference, REMEDY_ADVISED);
	remedy_plan_fini(&plan);
	domain.caps.invtsc = TRI_YES;
	remedy_plan_init(&plan, REMEDY_INVTSC, &domain);
	assert_int_equal(plan.preference, REMEDY_ADVISED);
	remedy_plan_fini(&plan);
	domain.caps.invtsc = TRI_NO;
	remedy_plan_init(&plan, REMEDY_INVTSC, &domain);
	assert_int_equal(plan.preference, REMEDY_IMPOSSIBLE);
	assert_non_null(strstr(plan.why, "lists no invtsc"));
	assert_null(plan.command);
	remedy_plan_fini(&plan);

	/* libvirt before 9.0 does not tell: offered, with the caveat. */
	domain.caps = (struct domain_caps){ .known = true, .libvirt_version = 8000000 };
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_int_equal(plan.preference, REMEDY_ADVISED);
	assert_non_null(strstr(
		plan.caveat, "libvirt 8.0.0 reports no Hyper-V features (9.0 and newer do)"));
	assert_non_null(plan.command);
	remedy_plan_fini(&plan);

	/* What has not been asked yet says nothing about libvirt's version. */
	domain.caps = (struct domain_caps){ .libvirt_version = 10000000 };
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_non_null(strstr(plan.caveat, "libvirt has not answered yet"));
	assert_null(strstr(plan.caveat, "9.0"));
	remedy_plan_fini(&plan);

	/* A distribution took stimer into an older libvirt: what that lists it has. */
	domain.caps = make_caps("vpindex synic stimer", 5000000);
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_int_equal(plan.preference, REMEDY_ADVISED);
	remedy_plan_fini(&plan);
	domain_fini(&domain);
	free(xml);
}

static void check_rank(void **state)
{
	static const enum remedy_id wanted[] = { REMEDY_HPET_ON, REMEDY_HYPERV_FULL,
		REMEDY_HYPERV_AVIC, REMEDY_HYPERV_TIMERS, REMEDY_HALT_POLL };
	static const struct {
		const char *features; /* NULL: libvirt does not know the VM */
		enum remedy_id ranked[5];
	} cases[] = {
		{ NULL, { REMEDY_HYPERV_FULL, REMEDY_HYPERV_AVIC, REMEDY_HYPERV_TIMERS,
				REMEDY_HALT_POLL, REMEDY_HPET_ON } },
		{ "vpindex synic stimer",
			{ REMEDY_HYPERV_FULL, REMEDY_HYPERV_TIMERS, REMEDY_HALT_POLL,
				REMEDY_HPET_ON, REMEDY_HYPERV_AVIC } },
		{ "relaxed", { REMEDY_HALT_POLL, REMEDY_HPET_ON, REMEDY_HYPERV_FULL,
				     REMEDY_HYPERV_AVIC, REMEDY_HYPERV_TIMERS } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain domain = { 0 };
		enum remedy_id ids[5];

		memcpy(ids, wanted, sizeof ids);
		if (cases[i].features)
			domain.caps = make_caps(cases[i].features, 10000000);
		remedies_rank(ids, 5, cases[i].features ? &domain : NULL);
		for (size_t k = 0; k < 5; k++)
			assert_int_equal(ids[k], cases[i].ranked[k]);
		remedies_rank(ids, 5, cases[i].features ? &domain : NULL); /* and stays so */
		assert_memory_equal(ids, cases[i].ranked, sizeof ids);
	}
}

/* The domain's own QEMU arguments, and a second clock, can make the change void. */
static void check_caveats(void **state)
{
	static const struct {
		const char *xml;
		enum remedy_id id;
		const char *caveat; /* NULL: none */
	} cases[] = {
#define QEMU(arg)                                                                                  \
	"<domain xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'><cpu mode='host-model'/>" \
	"<qemu:commandline><qemu:arg value='" arg "'/></qemu:commandline></domain>"
		{ QEMU("-cpu"), REMEDY_INVTSC, "an argument -cpu of its own" },
		{ QEMU("-machine"), REMEDY_HPET_OFF, "an argument -machine of its own" },
		{ QEMU("-no-hpet"), REMEDY_HPET_ON, "an argument -no-hpet of its own" },
		{ QEMU("-cpu"), REMEDY_HPET_OFF, NULL },
		{ QEMU("-device"), REMEDY_USB_TABLET_VIRTIO, NULL },
		{ "<domain><clock offset='utc'/><clock offset='utc'/></domain>", REMEDY_HPET_OFF,
			"more than one <clock>" },
		{ "<domain><clock offset='utc'/></domain>", REMEDY_HPET_OFF, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain domain = make_domain("a", NULL, cases[i].xml);
		struct remedy_plan plan;

		remedy_plan_init(&plan, cases[i].id, &domain);
		if (cases[i].caveat ? !strstr(plan.caveat, cases[i].caveat) : *plan.caveat != 0)
			fail_msg("case %zu: \"%s\"", i, plan.caveat);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
}

/* Remedies of the host and the guest have commands and no diff. */
static void check_without_edit(void **state)
{
	struct domain domain = make_domain("win10", NULL, "<domain/>");
	struct remedy_plan plan;

	(void)state;
	remedy_plan_init(&plan, REMEDY_PIN_VCPUS, &domain);
	assert_string_equal(plan.xml_diff, "");
	assert_string_equal(plan.why, "");
	assert_non_null(strstr(plan.command, "virsh vcpuinfo win10\nvirsh vcpupin win10 0 2"));
	assert_null(strstr(plan.command, "DOMAIN"));
	assert_ptr_equal(remedy_plan_text(&plan), plan.command);
	remedy_plan_fini(&plan);

	/* virsh knows nothing of a VM that libvirt does not run. A definition is what the other one is about. */
	remedy_plan_init(&plan, REMEDY_PIN_VCPUS, NULL);
	assert_non_null(strstr(plan.command, "taskset -cp 2 TID"));
	remedy_plan_fini(&plan);
	for (enum remedy_id id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
		remedy_plan_init(&plan, id, NULL);
		if (id != REMEDY_STARTABLE && plan.command && strstr(plan.command, "virsh"))
			fail_msg("%s: %s", plan.remedy->id, plan.command);
		remedy_plan_fini(&plan);
	}

	remedy_plan_init(&plan, REMEDY_GUEST_CLOCKSOURCE, &domain);
	assert_null(plan.command);
	assert_non_null(strstr(plan.why, "inside the guest"));
	assert_ptr_equal(remedy_plan_text(&plan), plan.remedy->guest_commands);
	remedy_plan_fini(&plan);

	remedy_plan_init(&plan, REMEDY_HPET_OFF, NULL);
	assert_ptr_equal(remedy_plan_text(&plan), plan.remedy->qemu_arguments);
	remedy_plan_fini(&plan);
	domain_fini(&domain);
}

/* Each stack has its own way, with its own name for the VM, as far as that is a plain one. */
static void check_stacks(void **state)
{
	static const struct {
		enum domain_stack stack;
		const char *id;
		enum remedy_id remedy;
		const char *way;        /* its beginning; NULL: none */
		const char *overwrites; /* when */
	} cases[] = {
		{ DOMAIN_STACK_UNKNOWN, "", REMEDY_HYPERV_TIMERS, NULL, NULL },
		{ DOMAIN_STACK_LIBVIRT, "", REMEDY_HYPERV_TIMERS, NULL, NULL },
		{ DOMAIN_STACK_QEMU, "", REMEDY_HYPERV_TIMERS, NULL, NULL },
		{ DOMAIN_STACK_PROXMOX, "100", REMEDY_HYPERV_TIMERS, "qm set 100 --ostype", NULL },
		{ DOMAIN_STACK_PROXMOX, "", REMEDY_HYPERV_TIMERS, "qm set VMID --ostype", NULL },
		{ DOMAIN_STACK_PROXMOX, "1;reboot", REMEDY_RTC_DELAY, "qm set VMID --tdf 0", NULL },
		{ DOMAIN_STACK_PROXMOX, "7", REMEDY_PIN_VCPUS, "qm set 7 --affinity 2-5 ", NULL },
		{ DOMAIN_STACK_PROXMOX, "7", REMEDY_HUGEPAGES, "qm set 7 --numa 1 --hugepages 2 ",
			NULL },
		{ DOMAIN_STACK_PROXMOX, "7", REMEDY_HPET_ON, NULL, NULL },
		{ DOMAIN_STACK_NOVA, "", REMEDY_NOVA_HPET,
			"openstack server stop SERVER\nnova-manage image_property set UUID",
			"start, hard reboot or move" },
		{ DOMAIN_STACK_NOVA, "", REMEDY_HUGEPAGES, "openstack flavor set",
			"start, hard reboot or move" },
		{ DOMAIN_STACK_KUBEVIRT, "", REMEDY_HYPERV_FULL, "use a windows.* pref", "start" },
		{ DOMAIN_STACK_KUBEVIRT, "", REMEDY_HPET_ON, NULL, "start" },
		{ DOMAIN_STACK_OVIRT, "", REMEDY_HYPERV_TIMERS, "set the VM's operating", "start" },
		{ DOMAIN_STACK_CLOUDSTACK, "", REMEDY_HYPERV_TIMERS, "CloudStack has no setting",
			"start" },
		{ DOMAIN_STACK_CLOUDSTACK, "", REMEDY_HYPERV_VPINDEX, NULL, "start" },
		{ DOMAIN_STACK_OPENNEBULA, "", REMEDY_HYPERV_TIMERS, "FEATURES = [", "deployment" },
		{ DOMAIN_STACK_OPENNEBULA, "", REMEDY_RTC_DELAY, NULL, "deployment" },
		{ DOMAIN_STACK_TRUENAS, "", REMEDY_HYPERV_TIMERS, "midclt call vm.update ID",
			"start" },
		{ DOMAIN_STACK_UNRAID, "", REMEDY_HYPERV_TIMERS, NULL, NULL },
		{ DOMAIN_STACK_GANETI, "", REMEDY_PIN_VCPUS, "gnt-instance modify -H cpu_mask",
			NULL },
		{ DOMAIN_STACK_INCUS, "", REMEDY_HUGEPAGES, "incus config set", NULL },
		{ DOMAIN_STACK_LXD, "", REMEDY_HYPERV_TIMERS, "lxc config set", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config = { .stack = cases[i].stack };
		const struct stack_overwrites *overwrites = remedy_stack_overwrites(&config);
		char *way;

		snprintf(config.stack_id, sizeof config.stack_id, "%s", cases[i].id);
		way = remedy_stack_way(remedy_find(cases[i].remedy), &config);
		if (cases[i].way ? !way || strncmp(way, cases[i].way, strlen(cases[i].way)) != 0
				 : way != NULL)
			fail_msg("case %zu: %s", i, way ? way : "no way");
		free(way);
		if (cases[i].overwrites)
			assert_string_equal(overwrites->when, cases[i].overwrites);
		else
			assert_null(overwrites);
	}
	assert_null(remedy_stack_way(remedy_find(REMEDY_HYPERV_TIMERS), NULL));
	assert_null(remedy_stack_overwrites(NULL));
	assert_null(remedy_stack_edits(NULL));
}

/* With a BIOS LXD's and Incus's Hyper-V features hang Windows at boot: there they are no way. */
static void check_stack_firmware(void **state)
{
	static const struct {
		enum domain_stack stack;
		enum tristate ovmf;
		enum remedy_id remedy;
		bool is_way;
	} cases[] = {
		{ DOMAIN_STACK_LXD, TRI_YES, REMEDY_HYPERV_TIMERS, true },
		{ DOMAIN_STACK_LXD, TRI_UNKNOWN, REMEDY_HYPERV_TIMERS, true },
		{ DOMAIN_STACK_LXD, TRI_NO, REMEDY_HYPERV_TIMERS, false },
		{ DOMAIN_STACK_LXD, TRI_NO, REMEDY_HUGEPAGES, true },
		{ DOMAIN_STACK_INCUS, TRI_NO, REMEDY_HYPERV_FULL, false },
		{ DOMAIN_STACK_PROXMOX, TRI_NO, REMEDY_HYPERV_FULL, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct domain_config config = { .stack = cases[i].stack,
			.machine.ovmf = cases[i].ovmf };
		char *way = remedy_stack_way(remedy_find(cases[i].remedy), &config);

		if ((way != NULL) != cases[i].is_way)
			fail_msg("case %zu: %s", i, way ? way : "no way");
		free(way);
	}
}

/* What a stack rewrites is no place for a change. */
static void check_stack_caveat(void **state)
{
	struct domain domain = make_domain("instance-0001", NULL, "<domain/>");
	struct remedy_plan plan;

	(void)state;
	domain.inactive.stack = DOMAIN_STACK_NOVA;
	remedy_plan_init(&plan, REMEDY_HPET_OFF, &domain);
	assert_memory_equal(plan.caveat, "OpenStack Nova redefines the VM fr", 34);
	assert_non_null(strstr(plan.caveat, "hard reboot or move, so a change"));
	assert_non_null(plan.command);
	remedy_plan_fini(&plan);
	/* What runs tells more than what is defined. */
	domain.live.parsed = true;
	domain.live.stack = DOMAIN_STACK_LIBVIRT;
	remedy_plan_init(&plan, REMEDY_HPET_OFF, &domain);
	assert_string_equal(plan.caveat, "");
	remedy_plan_fini(&plan);
	domain.live.stack = DOMAIN_STACK_UNRAID;
	remedy_plan_init(&plan, REMEDY_HPET_OFF, &domain);
	assert_memory_equal(plan.caveat, "Each update in unRAID's form view r", 34);
	remedy_plan_fini(&plan);
	/* What only a stack can do is no edit, and nothing in the guest. */
	remedy_plan_init(&plan, REMEDY_NOVA_HPET, &domain);
	assert_non_null(strstr(plan.why, "in the stack that runs the VM"));
	assert_null(plan.command);
	assert_null(remedy_plan_text(&plan));
	remedy_plan_fini(&plan);
	domain_fini(&domain);
}

/* One assignment of virt-xml's options as an edit of the XML: "hyperv.stimer.state=on" of --features,
 * "hpet_present=no" of --clock. */
static void edit_as_virt_xml(struct xml_edit *edit, const char *group, char *assignment)
{
	char *value = strchr(assignment, '='), *attribute, path[128];

	assert_non_null(value);
	*value++ = '\0';
	if (!strcmp(group, "--clock")) {
		attribute = strrchr(assignment, '_');
		assert_non_null(attribute);
		*attribute++ = '\0';
		snprintf(path, sizeof path, "clock/timer[name=%s]", assignment);
	} else {
		assert_string_equal(group, "--features");
		attribute = strrchr(assignment, '.');
		assert_non_null(attribute);
		*attribute++ = '\0';
		for (char *dot = assignment; (dot = strchr(dot, '.')); *dot = '/')
			;
		snprintf(path, sizeof path, "features/%s", assignment);
	}
	xml_edit_set(edit, path, attribute, value);
}

/* xml after a row's virt-xml options; the caller frees it. */
static char *apply_virt_xml(const char *options, const char *xml)
{
	char text[512], why[200], *line, *lines, *result;
	struct xml_edit *edit = xml_edit_new(xml, why, sizeof why);

	assert_non_null(edit);
	assert_true(strlen(options) < sizeof text);
	strcpy(text, options);
	for (char *rest = text; (line = strtok_r(rest, "\n", &lines)); rest = NULL) {
		char *parts, *group = strtok_r(line, " ", &parts), *assignment;

		while ((assignment = strtok_r(NULL, ",", &parts)))
			edit_as_virt_xml(edit, group, assignment);
	}
	result = xml_edit_result(edit, why, sizeof why);
	xml_edit_free(edit);
	return result;
}

/* virt-xml's options say what the edit does, wherever they are offered. */
static void check_virt_xml(void **state)
{
	static const char xml[] = "<domain>\n  <features>\n  </features>\n  <clock offset='utc'>\n"
				  "  </clock>\n</domain>\n";
	size_t count = 0;

	(void)state;
	for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
		const struct remedy *r = remedy_find((enum remedy_id)id);
		char why[200], *wanted, *got;

		if (!r->virt_xml)
			continue;
		count++;
		wanted = remedy_apply(r->number, NULL, xml, why, sizeof why);
		got = apply_virt_xml(r->virt_xml, xml);
		assert_non_null(wanted);
		assert_string_equal(got, wanted);
		free(got);
		free(wanted);
	}
	assert_true(count >= 9);
}

static void check_virt_xml_is_offered(void **state)
{
	static const struct {
		unsigned long version;
		const char *hyperv_mode;
		enum remedy_id id;
		const char *command; /* NULL: none */
	} cases[] = {
		{ 0, "", REMEDY_HPET_ON, NULL }, { 4001000, "", REMEDY_HPET_ON, NULL },
		{ 5000000, "", REMEDY_HPET_ON,
			"virt-xml win10 --edit --confirm --clock hpet_present=yes\n" },
		{ 5001000, "custom", REMEDY_HYPERV_VPINDEX,
			"virt-xml win10 --edit --confirm --features hyperv.vpindex.state=on &&\n"
			"virt-xml win10 --edit --confirm --clock hypervclock_present=yes\n" },
		{ 5000000, "passthrough", REMEDY_HYPERV_VPINDEX, NULL },
		{ 5000000, "passthrough", REMEDY_HPET_OFF,
			"virt-xml win10 --edit --confirm --clock hpet_present=no\n" },
		{ 5000000, "", REMEDY_NOSHAREPAGES, NULL }, /* it has no such option */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain domain = make_domain("win10", NULL, "<domain>\n</domain>\n");
		struct remedy_plan plan;

		domain.virt_xml_version = cases[i].version;
		strcpy(domain.inactive.hyperv.mode, cases[i].hyperv_mode);
		remedy_plan_init(&plan, cases[i].id, &domain);
		assert_non_null(plan.command);
		if (cases[i].command)
			assert_string_equal(plan.virt_xml, cases[i].command);
		else
			assert_null(plan.virt_xml);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
}

/* Names that a shell, virsh or a terminal would take for something else are not in the command. */
static void check_names(void **state)
{
	static const char *const plain[] = { "win10", "Web-1.example_com", "a" };
	static const char *const hostile[] = { "", "7", "-c", "--help", "a b", "a;reboot",
		"$(reboot)", "`reboot`", "a'b", "a\"b", "a\nb", "a\033[2J", "../a", "/etc/passwd",
		".a", "web-\346\227\245", "a*", "~root", "#",
		"bbbbbbbb-52a4-4c1d-9a55-0d6c4be01c3a", "bbbbbbbb52a44c1d9a550d6c4be01c3a" };
	char *xml = read_fixture("win10", "xml");
	struct remedy_plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		struct domain domain = make_domain(plain[i], NULL, xml);

		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_non_null(strstr(plan.command, plain[i]));
		assert_null(strstr(plan.command, FIXTURE_UUID));
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct domain domain = make_domain(hostile[i], NULL, xml);

		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_non_null(
			strstr(plan.command, "virsh define " FIXTURE_UUID ".after-hpet-on.xml\n"));
		if (strlen(hostile[i]) > 2)
			assert_null(strstr(plan.command, hostile[i]));
		remedy_plan_fini(&plan);

		domain.uuid[0] = '\0';
		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_null(plan.command);
		assert_true(*plan.xml_diff);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
	free(xml);
}

/* XML cannot hold most control characters; those that it can are not pasted into a terminal. */
static void check_control_characters(void **state)
{
	static const char *const xml[] = {
		"<domain>\n<t>a\rEOF\rreboot\r</t>\n<clock offset='utc'/>\n</domain>\n",
		"<domain>\n<t>a\302\2332J</t>\n<clock offset='utc'/>\n</domain>\n",
		"<domain>\n<t>a\x7f</t>\n<clock offset='utc'/>\n</domain>\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof xml / sizeof *xml; i++) {
		struct domain domain = make_domain("a", NULL, xml[i]);
		struct remedy_plan plan;

		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_true(*plan.xml_diff);
		assert_null(plan.command);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
}

/* Runs the command where "virsh dumpxml" prints the file definition and "virsh define" writes it. */
static int run_command(const char *command)
{
	write_file("command", command);
	return system("PATH=$PWD:$PATH sh ./command >/dev/null 2>&1");
}

/* As virsh does it, with an empty line behind the definition. */
static void write_virsh(void)
{
	write_file("virsh", "#!/bin/sh\n"
			    "case \"$*\" in\n"
			    "'dumpxml --inactive --security-info a') cat definition; echo ;;\n"
			    "'define a.'*.xml) cat \"$2\" > definition ;;\n"
			    "*) exit 1 ;;\n"
			    "esac\n");
	assert_int_equal(system("chmod +x virsh"), 0);
}

static void assert_file(const char *path, const char *text)
{
	char *found = read_path(path);

	assert_memory_equal(found, text, strlen(text));
	assert_string_equal(found + strlen(text), "\n");
	free(found);
}

static void check_command(void **state)
{
	/* The text tries to end the here-document, and to be run in it. */
	static const char xml[] =
		"<domain>\n<t>\nEOF\ntouch broken-out\n$(touch broken-out)`touch "
		"broken-out`</t>\n<features/>\n<clock offset='utc'/>\n<a/>\n<b/>\n"
		"</domain>\n";
	struct domain domain;
	struct remedy_plan plan;

	(void)state;
	if (system("command -v patch >/dev/null") != 0)
		skip();
	domain = make_domain("a", NULL, xml);
	write_virsh();
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	write_file("original", xml);
	write_file("definition", xml);
	assert_int_equal(run_command(plan.command), 0);
	assert_file("definition", plan.xml_after);
	assert_int_not_equal(access("broken-out", F_OK), 0);

	/* A second time the copy of the old definition must survive. */
	assert_int_not_equal(run_command(plan.command), 0);
	assert_file("a.before-hyperv-timers.xml", xml);

	/* A definition that is another one by now, be it by one line near the change, is left alone. */
	assert_int_equal(system("rm a.*.xml"), 0);
	assert_int_equal(system("sed s/EOF/eof/ original > definition"), 0);
	assert_int_not_equal(run_command(plan.command), 0);
	assert_int_equal(system("sed s/EOF/eof/ original | cmp - definition"), 0);
	remedy_plan_fini(&plan);
	domain_fini(&domain);
}

/* Elements that are not there yet are added at the end: that is not where the text ends for patch. */
static void check_command_at_the_end(void **state)
{
	static const enum remedy_id ids[] = { REMEDY_HYPERV_FULL, REMEDY_HPET_ON,
		REMEDY_NOSHAREPAGES };
	static const char xml[] = "<domain>\n  <name>a</name>\n  <b/>\n  <c/>\n  <d/>\n</domain>\n";
	struct domain domain;

	(void)state;
	if (system("command -v patch >/dev/null") != 0)
		skip();
	domain = make_domain("a", NULL, xml);
	write_virsh();
	for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
		struct remedy_plan plan;

		remedy_plan_init(&plan, ids[i], &domain);
		write_file("definition", xml);
		assert_int_equal(run_command(plan.command), 0);
		assert_file("definition", plan.xml_after);
		remedy_plan_fini(&plan);
	}
	domain_fini(&domain);
}

/* What is off need not be shut down. */
static void check_command_of_one_that_is_off(void **state)
{
	char *xml = read_fixture("win10", "xml");
	struct domain domain = make_domain("win10", NULL, xml);
	struct remedy_plan plan;

	(void)state;
	domain.id = -1;
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_non_null(strstr(plan.command, "# Then: virsh start win10\n"));
	remedy_plan_fini(&plan);
	domain.id = 3;
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_non_null(strstr(plan.command, "# Then shut the guest down"));
	remedy_plan_fini(&plan);
	domain_fini(&domain);
	free(xml);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_rows),
		cmocka_unit_test_setup_teardown(check_commands_parse, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(check_ways_parse, enter_scratch, leave_scratch),
		cmocka_unit_test(check_impossible),
		cmocka_unit_test(check_rank),
		cmocka_unit_test(check_caveats),
		cmocka_unit_test(check_without_edit),
		cmocka_unit_test(check_stacks),
		cmocka_unit_test(check_stack_firmware),
		cmocka_unit_test(check_stack_caveat),
		cmocka_unit_test(check_virt_xml),
		cmocka_unit_test(check_virt_xml_is_offered),
		cmocka_unit_test(check_command_of_one_that_is_off),
		cmocka_unit_test(check_pending),
		cmocka_unit_test(check_no_plan),
		cmocka_unit_test(check_names),
		cmocka_unit_test(check_control_characters),
		cmocka_unit_test_setup_teardown(check_command, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			check_command_at_the_end, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
