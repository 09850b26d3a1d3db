#include "view/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "advice/remedy_stack.h"
#include "core/mem.h"
#include "core/text.h"
#include "domain/fit.h"
#include "model/claim.h"

static bool is_busy(const struct change *c)
{
	return c->state == CHANGE_CONFIRMED || c->state == CHANGE_RUNNING;
}

/* What a question is made of. */
static void drop_question(struct change *c)
{
	free(c->shown_xml);
	free(c->diff);
	free(c->notes);
	c->shown_xml = c->diff = c->notes = NULL;
}

void change_fini(struct change *c)
{
	drop_question(c);
	free(c->path);
	free(c->message);
	*c = (struct change){ 0 };
}

void change_forget(struct change *c)
{
	if (!is_busy(c))
		change_fini(c);
}

void change_end(struct change *c, enum change_state state, const char *message, const char *path)
{
	char *new_path = mem_strdup(path); /* may be the change's own */

	free(c->message);
	free(c->path);
	c->state = state;
	c->message = mem_strdup(message);
	c->path = new_path;
}

const struct vm *change_vm(const struct change *c, const struct model *m)
{
	const struct vm *vm = model_find(m, c->vm);

	return vm ? vm : model_find_uuid(m, c->uuid);
}

static void start(struct change *c, enum change_task task, const struct vm *vm)
{
	change_fini(c);
	c->task = task;
	if (!vm)
		return;
	c->vm = vm->id;
	snprintf(c->name, sizeof c->name, "%s", vm->name);
	snprintf(c->uuid, sizeof c->uuid, "%s", vm->domain ? vm->domain->uuid : "");
}

/* Why neither question makes sense; NULL where they do. */
static const char *find_obstacle(const struct model *m, const struct vm *vm)
{
	if (m->recording.is_replay)
		return "This is a recording: nothing can be changed. Run kvmtop without --replay "
		       "or --demo "
		       "on the host.";
	if (m->recording.file[0])
		return "This is a recording: nothing can be changed. Run kvmtop without --read on "
		       "the host that runs the VM.";
	if (!vm)
		return "No VM is selected.";
	if (!vm->domain)
		return "libvirt does not know this VM, so there is no definition to change: start "
		       "it with the QEMU arguments of the remedy.";
	if (!vm->domain->persistent)
		return "There is nothing to change: the VM is transient, it has no definition. "
		       "Change the XML that it is created from.";
	if (!vm->domain->inactive_xml)
		return "Nothing was changed: the definition could not be read from libvirt.";
	return NULL;
}

/* A definition that the stack writes anew does not keep the change until the start that it waits for. */
static bool refuse_for_stack(struct change *c, const struct vm *vm, enum remedy_id remedy)
{
	const struct stack_overwrites *lost = vm ? remedy_stack_overwrites(vm->config) : NULL;
	struct strbuf message = { 0 };
	char *way;

	if (!vm || (!lost && vm->domain))
		return false;
	way = remedy_stack_way(remedy_find(remedy), vm->config);
	if (!lost && !way)
		return false;
	if (lost)
		strbuf_addf(&message,
			"Nothing was changed: %s redefines the VM from %s on every %s, so a change "
			"of the definition would be lost. Change it there",
			domain_stack_name(vm->config->stack), lost->from, lost->when);
	else
		strbuf_addf(&message,
			"libvirt does not know this VM, so there is no definition to change. It is "
			"changed in %s",
			domain_stack_name(vm->config->stack));
	strbuf_add(&message, way ? ":\n" : ".");
	strbuf_add(&message, way ? way : "");
	change_end(c, CHANGE_REFUSED, strbuf_text(&message), NULL);
	strbuf_fini(&message);
	free(way);
	return true;
}

/* What only claims to be a domain is not changed in the domain's place. */
static bool refuse_for_claim(struct change *c, const struct model *m, const struct vm *vm)
{
	struct strbuf message = { 0 };

	if (m->recording.file[0] || !vm || vm->domain || !*vm->claim)
		return false;
	strbuf_add(&message, "Nothing was changed: this VM is ");
	claim_describe(&message, vm);
	strbuf_add(&message, ".");
	change_end(c, CHANGE_REFUSED, strbuf_text(&message), NULL);
	strbuf_fini(&message);
	return true;
}

static void refuse_plan(struct change *c, const struct remedy_plan *plan)
{
	char message[sizeof plan->why + 64];

	snprintf(message, sizeof message, "Nothing was changed: %s.",
		plan->why[0] ? plan->why : "the remedy changes nothing in the definition");
	change_end(c, CHANGE_REFUSED, message, NULL);
}

void change_ask(struct change *c, const struct model *m, const struct vm *vm, enum remedy_id remedy)
{
	const char *obstacle = find_obstacle(m, vm);
	struct remedy_plan plan;

	if (is_busy(c))
		return;
	start(c, CHANGE_APPLY, vm);
	if (refuse_for_claim(c, m, vm))
		return;
	if (!m->recording.file[0] && refuse_for_stack(c, vm, remedy))
		return;
	if (obstacle) {
		change_end(c, CHANGE_REFUSED, obstacle, NULL);
		return;
	}
	remedy_plan_init(&plan, remedy, vm->domain);
	c->remedy = remedy;
	snprintf(c->title, sizeof c->title, "%s", plan.remedy->title);
	snprintf(c->ref, sizeof c->ref, "%s", plan.ref);
	c->has_commands = remedy_plan_text(&plan);
	if (*plan.xml_diff)
		c->state = CHANGE_WANTED;
	else if (!plan.remedy->edit && c->has_commands)
		change_end(c, CHANGE_REFUSED,
			"Nothing was changed: kvmtop does not run this remedy's commands itself.",
			NULL);
	else
		refuse_plan(c, &plan);
	remedy_plan_fini(&plan);
}

/* The definition with what the remedy adds to it that a host can lack; its lists are the domain's. */
static struct domain_config config_after(const struct domain *domain, const struct remedy *remedy)
{
	struct domain_config after = domain->inactive;

	if (remedy->number == REMEDY_INVTSC)
		after.machine.invtsc = TRI_YES;
	if (remedy->number == REMEDY_HUGEPAGES)
		after.machine.hugepages = true;
	return after;
}

/* Where libvirt will not say whether the host can start the VM afterwards, the user has to know it. */
static void warn_of_caps(
	struct change *c, const struct domain_config *after, const struct remedy *remedy)
{
	const bool hyperv_unknown = remedy->hyperv && !c->caps.hyperv_known;
	char reason[sizeof c->warning / 2];

	if (domain_fit_state(&c->caps, after) == DOMAIN_FIT_KNOWN && !hyperv_unknown)
		return;
	domain_fit_reason(&c->caps, hyperv_unknown ? NULL : after, reason, sizeof reason);
	snprintf(c->warning, sizeof c->warning, "What this host can start is unknown: %s.", reason);
}

/* The same of huge pages; refuses where they are known to be too few. What the VM has already is not the remedy's doing. */
static bool has_pages(struct change *c, const struct domain *domain,
	const struct domain_config *after, const struct remedy *remedy)
{
	const size_t length = strlen(c->warning);
	char reason[sizeof c->warning / 2], message[sizeof reason + sizeof c->name + 64];
	enum tristate enough;

	if (remedy->number != REMEDY_HUGEPAGES)
		return true;
	enough = domain_pages_suffice(&c->pages, after, &domain->live, reason, sizeof reason);
	if (enough == TRI_UNKNOWN)
		snprintf(c->warning + length, sizeof c->warning - length,
			"%sWhether this host has enough free huge pages is unknown: %s.",
			length ? " " : "", reason);
	if (enough != TRI_NO)
		return true;
	snprintf(message, sizeof message,
		"Nothing was changed: %s could not start after the change: %s.", c->name, reason);
	change_end(c, CHANGE_REFUSED, message, NULL);
	return false;
}

/* May the question be asked? What is not known makes it one that takes a typed yes. */
static bool check_fit(struct change *c, const struct domain *domain, const struct remedy *remedy)
{
	const struct domain_config after = config_after(domain, remedy);

	c->warning[0] = '\0';
	warn_of_caps(c, &after, remedy);
	if (!has_pages(c, domain, &after, remedy))
		return false;
	c->must_type = c->warning[0];
	return true;
}

/* libvirt starts a VM with a saved image from the image, whatever its definition says. */
static char *describe_notes(const struct change *c, const struct domain *domain, bool job_runs)
{
	struct strbuf notes = { 0 };

	if (domain->managed_save == TRI_YES)
		strbuf_addf(&notes,
			"The VM has a saved image: the next start resumes the guest with the "
			"hardware in that image. For the change to take effect start the VM, shut "
			"the guest down and start it again; or discard its saved memory, which is "
			"like pulling the plug: %s managedsave-remove %s",
			c->virsh, c->ref);
	if (domain->memory_snapshots == TRI_YES)
		strbuf_addf(&notes,
			"%sThe VM has snapshots with memory: reverting to one restores the "
			"hardware in that snapshot.",
			notes.length ? "\n" : "");
	if (job_runs)
		strbuf_addf(&notes,
			"%sA migration, save or backup of the VM is running: a guest that migrates "
			"or is resumed keeps its hardware, and the other host may keep the old "
			"definition. Better wait for its end: %s domjobinfo %s",
			notes.length ? "\n" : "", c->virsh, c->ref);
	return notes.length ? strbuf_take(&notes) : NULL;
}

void change_ask_apply(
	struct change *c, const struct vm *vm, const struct domain_caps *caps, bool job_runs)
{
	struct domain domain = *vm->domain;
	struct remedy_plan plan;

	drop_question(c);
	domain.caps = c->caps = *caps;
	remedy_plan_init(&plan, c->remedy, &domain);
	c->has_commands = remedy_plan_text(&plan);
	if (!*plan.xml_diff) {
		refuse_plan(c, &plan);
	} else if (check_fit(c, &domain, plan.remedy)) {
		c->state = CHANGE_ASKING;
		c->shown_xml = mem_strdup(domain.inactive_xml);
		c->diff = mem_strdup(plan.xml_diff);
		c->notes = describe_notes(c, &domain, job_runs);
		c->needs = plan.remedy->needs;
	}
	remedy_plan_fini(&plan);
}

bool change_is_agreed(const struct change *c)
{
	return c->state == CHANGE_ASKING && (!c->must_type || !strcmp(c->answer, "yes"));
}

bool change_offers_commands(const struct change *c)
{
	return c->state == CHANGE_REFUSED && c->task == CHANGE_APPLY && c->has_commands;
}

void change_want_undo(struct change *c, const struct model *m, const struct vm *vm)
{
	const char *obstacle = find_obstacle(m, vm);

	if (is_busy(c))
		return;
	start(c, CHANGE_UNDO, vm);
	if (refuse_for_claim(c, m, vm))
		return;
	if (obstacle)
		change_end(c, CHANGE_REFUSED, obstacle, NULL);
	else
		c->state = CHANGE_WANTED;
}

void change_ask_undo(struct change *c, const char *diff, const char *path, const char *shown_xml,
	const char *note)
{
	c->state = CHANGE_ASKING;
	c->shown_xml = mem_strdup(shown_xml);
	c->notes = mem_strdup(note);
	c->diff = mem_strdup(diff);
	c->path = mem_strdup(path);
}
