#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice/remedies.h"
#include "advice/remedy_preference.h"
#include "advice/remedy_stack.h"
#include "core/mem.h"
#include "core/text.h"
#include "domain/diff.h"
#include "domain/fit.h"
#include "domain/xml_edit.h"

enum { DIFF_CONTEXT = 3 };

/* The first with options for all of <hyperv>. */
#define VIRT_XML_MIN 5000000

/* A name that the shell and virsh take for nothing but a name: virsh looks for an id and a UUID first,
 * so a tenant could name a VM like another one's. UUIDs have 32 digits at least. */
static bool is_plain_name(const char *name)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
	static const char plain[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-";

	return name && strspn(name, letters) && strlen(name) < 32 && !name[strspn(name, plain)];
}

/* Pasted into a terminal, a control character acts as a key. */
static bool is_pasteable(const char *text)
{
	for (; *text; text++) {
		const unsigned char c = (unsigned char)*text;

		if ((c < ' ' && c != '\n' && c != '\t') || c == 0x7f)
			return false;
		if (c == 0xc2 && (unsigned char)text[1] < 0xa0) /* U+0080 ... U+009F */
			return false;
	}
	return true;
}

/* The commands stop at the first that fails, and do not write over an older copy of the definition.
 * --security-info keeps the passwords of VNC and SPICE in it, hence the umask. No line of the diff can
 * end the here-document early: each has a sign before it. */
static char *make_command(const char *domain, bool off, const char *remedy_id, const char *diff)
{
	struct strbuf command = { 0 };

	strbuf_addf(&command,
		"(\n"
		"set -eC; umask 077\n"
		"virsh dumpxml --inactive --security-info %s > %s.before-%s.xml\n"
		"patch -N -F 0 -o %s.after-%s.xml %s.before-%s.xml << 'EOF'\n"
		"%s"
		"EOF\n"
		"virsh define %s.after-%s.xml\n"
		")\n",
		domain, domain, remedy_id, domain, remedy_id, domain, remedy_id, diff, domain,
		remedy_id);
	strbuf_addf(&command,
		"# Then%s: virsh start %s\n"
		"# The way back: virsh define %s.before-%s.xml\n",
		off ? "" : " shut the guest down (a reboot inside is not enough) and", domain,
		domain, remedy_id);
	return strbuf_take(&command);
}

/* The row's commands with this domain's name where it is known. */
static char *name_domain(const char *commands, const char *ref)
{
	static const char place[] = "DOMAIN";
	struct strbuf named = { 0 };
	const char *at;

	for (; *ref && (at = strstr(commands, place)); commands = at + strlen(place)) {
		strbuf_add_bytes(&named, commands, (size_t)(at - commands));
		strbuf_add(&named, ref);
	}
	strbuf_add(&named, commands);
	return strbuf_take(&named);
}

/* virt-xml writes what it is told: it knows nothing of modes that take no children. */
static bool fits_virt_xml(const struct remedy *remedy, const struct domain *domain)
{
	const char *mode = domain->inactive.hyperv.mode;

	return remedy->virt_xml && domain->virt_xml_version >= VIRT_XML_MIN &&
	       (!*mode || !strcmp(mode, "custom") || !strstr(remedy->virt_xml, "hyperv."));
}

/* It takes one kind of change at a time, shows it and asks:
 *     virt-xml win10 --edit --confirm --clock hpet_present=yes */
static char *make_virt_xml(const char *domain, const char *options)
{
	struct strbuf command = { 0 };

	while (*options) {
		const size_t length = strcspn(options, "\n");

		strbuf_addf(&command, "%svirt-xml %s --edit --confirm %.*s",
			command.length ? " &&\n" : "", domain, (int)length, options);
		options += length;
		options += *options == '\n';
	}
	strbuf_add(&command, "\n");
	return strbuf_take(&command);
}

static void plan_change(struct remedy_plan *plan, const struct domain *domain)
{
	char before[128], after[128];

	snprintf(before, sizeof before, "%s.before-%s.xml", plan->ref, plan->remedy->id);
	snprintf(after, sizeof after, "%s.after-%s.xml", plan->ref, plan->remedy->id);
	free(plan->xml_diff);
	plan->xml_diff =
		diff_unified(domain->inactive_xml, plan->xml_after, before, after, DIFF_CONTEXT);
	if (*plan->xml_diff && *plan->ref && is_pasteable(plan->xml_diff))
		plan->command =
			make_command(plan->ref, domain->id < 0, plan->remedy->id, plan->xml_diff);
	if (*plan->xml_diff && *plan->ref && fits_virt_xml(plan->remedy, domain))
		plan->virt_xml = make_virt_xml(plan->ref, plan->remedy->virt_xml);
}

/* The definition has the change. Does the running guest have it too? */
static void plan_nothing(struct remedy_plan *plan, const struct domain *domain)
{
	char why[sizeof plan->why];
	char *live_after;

	snprintf(plan->why, sizeof plan->why, "the domain has this already");
	if (!domain->live_xml)
		return;
	live_after = remedy_apply(
		plan->remedy->number, &domain->caps, domain->live_xml, why, sizeof why);
	plan->pending = live_after && strcmp(live_after, domain->live_xml) != 0;
	free(live_after);
	if (plan->pending)
		snprintf(plan->why, sizeof plan->why,
			"change pending: the definition has it already; shut the guest down and "
			"start it (a reboot inside is not enough)");
}

static void plan_impossible(struct remedy_plan *plan, const struct domain_caps *caps)
{
	const unsigned long need = plan->remedy->libvirt_min, have = caps->libvirt_version;
	char missing[80];

	if (remedy_missing(plan->remedy, caps, missing, sizeof missing))
		snprintf(plan->why, sizeof plan->why,
			"not possible here: `virsh domcapabilities` lists no %s under <hyperv>; it "
			"takes a kernel and a QEMU with them",
			missing);
	else if (remedy_lacks_invtsc(plan->remedy, caps))
		snprintf(plan->why, sizeof plan->why,
			"not possible here: `virsh domcapabilities` lists no invtsc under <mode "
			"name='host-model'>, so libvirt would not start the VM");
	else
		snprintf(plan->why, sizeof plan->why,
			"not possible here: libvirt is %lu.%lu.%lu, and it takes %lu.%lu.%lu",
			have / 1000000, have / 1000 % 1000, have % 1000, need / 1000000,
			need / 1000 % 1000, need % 1000);
}

static void add_caveat(struct remedy_plan *plan, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void add_caveat(struct remedy_plan *plan, const char *format, ...)
{
	const size_t length = strlen(plan->caveat);
	const char *gap = length ? " " : "";
	va_list args;

	snprintf(plan->caveat + length, sizeof plan->caveat - length, "%s", gap);
	va_start(args, format);
	vsnprintf(plan->caveat + length + strlen(gap), sizeof plan->caveat - length - strlen(gap),
		format, args);
	va_end(args);
}

/* <qemu:arg value='-cpu'/>: QEMU takes the last one it is given, which is not libvirt's. */
static void see_qemu_arguments(struct remedy_plan *plan, const struct xml_edit *edit)
{
	static const char *const overruling[] = { "-cpu", "-machine", "-rtc", "-no-hpet" };
	const struct xml_element *e = NULL;

	while ((e = xml_edit_next(edit, "qemu:commandline/qemu:arg", e))) {
		const char *value = xml_edit_value(e, "value");

		for (size_t i = 0; value && i < sizeof overruling / sizeof *overruling; i++) {
			if (strcmp(value, overruling[i]) != 0 ||
				!strstr(plan->remedy->qemu_arguments, value))
				continue;
			add_caveat(plan,
				"Its <qemu:commandline> has an argument %s of its own, which can "
				"overrule this: change it there, too.",
				value);
			return;
		}
	}
}

static void add_unknown_features(struct remedy_plan *plan, const struct domain_caps *caps)
{
	char reason[200];

	domain_fit_reason(caps, NULL, reason, sizeof reason);
	add_caveat(plan,
		"The Hyper-V features of this host are unknown: %s. If one is missing, QEMU "
		"refuses to start the guest.",
		reason);
}

/* What of the domain's own XML and host is to be kept in mind. */
static void plan_caveat(struct remedy_plan *plan, const struct domain *domain)
{
	const unsigned long libvirt = domain->caps.libvirt_version;
	const struct domain_config *config =
		domain->live.parsed ? &domain->live : &domain->inactive;
	const struct stack_overwrites *overwrites = remedy_stack_overwrites(config);
	char why[sizeof plan->why];
	struct xml_edit *edit;

	if (overwrites)
		add_caveat(plan,
			"%s redefines the VM from %s on every %s, so a change of this definition "
			"is "
			"lost: change it there instead.",
			domain_stack_name(config->stack), overwrites->from, overwrites->when);
	if (remedy_stack_edits(config))
		add_caveat(plan, "%s", remedy_stack_edits(config));
	if (plan->preference == REMEDY_NOT_ADVISED)
		add_caveat(plan, "Not advised: this host can give the guest synthetic timers "
				 "(stimer), which are better.");
	if (plan->remedy->hyperv && !domain->caps.hyperv_known)
		add_unknown_features(plan, &domain->caps);
	if (plan->remedy->number == REMEDY_HPET_ON && libvirt >= 9000000 && libvirt < 9002000)
		add_caveat(plan, "This libvirt is 9.0 or 9.1, which refuse it upstream.");
	edit = xml_edit_new(domain->inactive_xml, why, sizeof why);
	if (!edit)
		return;
	see_qemu_arguments(plan, edit);
	if (xml_edit_next(edit, "clock", xml_edit_find(edit, "clock")))
		add_caveat(plan, "It has more than one <clock>: the first is changed.");
	xml_edit_free(edit);
}

static void plan_edit(struct remedy_plan *plan, const struct domain *domain)
{
	if (plan->preference == REMEDY_IMPOSSIBLE) {
		plan_impossible(plan, &domain->caps);
		return;
	}
	if (!domain->inactive_xml) {
		snprintf(plan->why, sizeof plan->why, "%s",
			domain->persistent
				? "the definition could not be read from libvirt"
				: "the domain is transient: change the XML it is created from");
		return;
	}
	plan->xml_after = remedy_apply(plan->remedy->number, &domain->caps, domain->inactive_xml,
		plan->why, sizeof plan->why);
	if (!plan->xml_after)
		return;
	plan_change(plan, domain);
	if (*plan->xml_diff)
		plan_caveat(plan, domain);
	else
		plan_nothing(plan, domain);
}

void remedy_plan_init(struct remedy_plan *plan, enum remedy_id id, const struct domain *domain)
{
	*plan = (struct remedy_plan){ .remedy = remedy_find(id), .xml_diff = mem_strdup("") };
	plan->preference = remedy_preference_of(plan->remedy, domain ? &domain->caps : NULL);
	if (domain)
		snprintf(plan->ref, sizeof plan->ref, "%s",
			is_plain_name(domain->name) ? domain->name : domain->uuid);
	if (plan->remedy->edit && domain)
		plan_edit(plan, domain);
	else if (plan->remedy->edit)
		snprintf(plan->why, sizeof plan->why,
			"libvirt does not know this VM: start it with the QEMU arguments");
	else if (!domain && plan->remedy->qemu_commands)
		plan->command = mem_strdup(plan->remedy->qemu_commands);
	else if (plan->remedy->host_commands)
		plan->command = name_domain(plan->remedy->host_commands, plan->ref);
	else if (plan->remedy->guest_commands)
		snprintf(plan->why, sizeof plan->why,
			"this is done inside the guest: nothing changes on the host");
	else
		snprintf(plan->why, sizeof plan->why,
			"this is changed in the stack that runs the VM, not in libvirt");
}

void remedy_plan_fini(struct remedy_plan *plan)
{
	free(plan->xml_after);
	free(plan->xml_diff);
	free(plan->command);
	free(plan->virt_xml);
	*plan = (struct remedy_plan){ 0 };
}

const char *remedy_plan_text(const struct remedy_plan *plan)
{
	if (plan->command || plan->preference == REMEDY_IMPOSSIBLE)
		return plan->command;
	if (plan->remedy->guest_commands)
		return plan->remedy->guest_commands;
	return plan->remedy->qemu_arguments;
}
