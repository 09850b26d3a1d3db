#include "scene_off.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "core/clock.h"
#include "domain/domain_xml.h"
#include "model/baseline.h"
#include "model/counters.h"
#include "model/off.h"
#include "model/vm.h"

#define XML(features, clock)                                                                 \
	"<domain type='kvm'><name>x</name><memory unit='KiB'>4194304</memory><vcpu>2</vcpu>" \
	"<os><type arch='x86_64' machine='pc-q35-7.2'>hvm</type></os>"                       \
	"<features>" features "</features>" clock "</domain>"

static const struct {
	const char *name, *uuid, *xml;
	enum tristate saved;
} offs[] = {
	{ "backup", "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3",
		XML("<acpi/>", "<clock offset='utc'><timer name='hpet' present='no'/></clock>"),
		TRI_YES },
	{ "build", "9a3b2a60-7a4e-4f0c-8d0d-6f3f5b3c2b11",
		XML("<hyperv mode='custom'><stimer state='on'/></hyperv>",
			"<clock offset='localtime'/>"),
		TRI_NO },
	{ "win11", "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10",
		XML("<hyperv mode='custom'><relaxed state='on'/><vapic state='on'/>"
		    "<spinlocks state='on' retries='8191'/><vpindex state='on'/><synic state='on'/>"
		    "<stimer state='on'/></hyperv><kvm><hidden state='on'/></kvm>",
			"<clock offset='localtime'><timer name='rtc' tickpolicy='catchup'/>"
			"<timer name='hpet' present='no'/>"
			"<timer name='hypervclock' present='yes'/></clock>"),
		TRI_NO },
};

enum { OFF_COUNT = sizeof offs / sizeof *offs };

static void add_off(struct scene *s, size_t i)
{
	struct domain *domain = arena_alloc(&s->arena, sizeof *domain);
	struct vm *vm = arena_alloc(&s->arena, sizeof *vm);
	const size_t size = strlen(offs[i].xml) + 1;

	domain->name = arena_strdup(&s->arena, offs[i].name);
	snprintf(domain->uuid, sizeof domain->uuid, "%s", offs[i].uuid);
	domain->id = -1;
	domain->state = DOMAIN_SHUTOFF;
	domain->managed_save = offs[i].saved;
	domain->memory_snapshots = offs[i].saved;
	domain->persistent = true;
	domain->inactive_xml = arena_alloc(&s->arena, size);
	memcpy(domain->inactive_xml, offs[i].xml, size);
	domain_xml_read(&domain->inactive, domain->inactive_xml);
	s->configs[s->config_count++] = domain->inactive;
	*vm = (struct vm){ .id = sample_domain_vm_id(domain), .counters = counters_unknown() };
	vm_set_off(vm, domain);
	s->model.off.vms[s->model.off.count++] = vm;
}

static void add_offs(struct scene *s)
{
	struct open_change *change = arena_alloc(&s->arena, sizeof *change);

	s->model.off.vms = arena_array(&s->arena, OFF_COUNT, sizeof(struct vm *));
	s->model.off.all = OFF_COUNT;
	for (size_t i = 0; i < OFF_COUNT; i++)
		add_off(s, i);
	snprintf(change->uuid, sizeof change->uuid, "%s", offs[OFF_COUNT - 1].uuid);
	change->real_ns = UINT64_C(1535810820) * NS_PER_S; /* 2018-09-01 14:07 */
	s->model.real_ns = UINT64_C(1535897251) * NS_PER_S;
	s->model.off.changes = change;
	s->model.off.change_count = 1;
}

static void add_baseline(struct scene *s)
{
	struct baseline b = { .real_ns = UINT64_C(1535810700) * NS_PER_S,
		.seconds = 5,
		.cpu = { 131.9, 22.1, 31.4, 78.4, 0.2 },
		.exits_per_s = 23582,
		.work_per_s = 23000,
		.finding_count = 1,
		.findings = { { "R01", "RTC polling", "RTC polling 17.9k/s", 17900 } } };

	snprintf(b.uuid, sizeof b.uuid, "%s", offs[OFF_COUNT - 1].uuid);
	baselines_put(&s->model.baselines, &b);
}

/* What the rules find in the definitions, behind what the scene has found. */
static void judge(struct scene *s)
{
	struct findings found = { 0 };
	struct finding *items =
		arena_array(&s->arena, s->findings.count + SCENE_FINDINGS_MAX, sizeof *items);
	struct model off = s->model;

	off.vm_count = 0;
	advice_run(&off, &found);
	memcpy(items, s->findings.items, s->findings.count * sizeof *items);
	for (size_t i = 0; i < found.count && i < SCENE_FINDINGS_MAX; i++) {
		struct finding *to = &items[s->findings.count + i];

		*to = found.items[i];
		to->summary = arena_strdup(&s->arena, to->summary);
		to->diagnosis = arena_strdup(&s->arena, to->diagnosis);
		for (size_t k = 0; k < to->evidence_count; k++)
			to->evidence[k] = arena_strdup(&s->arena, to->evidence[k]);
	}
	s->findings.items = items;
	s->findings.count += found.count < SCENE_FINDINGS_MAX ? found.count : SCENE_FINDINGS_MAX;
	findings_fini(&found);
}

void scene_off(struct scene *s)
{
	scene_storm(s);
	add_offs(s);
	add_baseline(s);
	judge(s);
	s->ui.settings.off = true;
}

void scene_all_off(struct scene *s)
{
	scene_off(s);
	s->model.vm_count = 0;
	s->model.host.exits_per_s = 0;
	s->ui.selected = (struct vm_id){ 0 };
}

void scene_off_unasked(struct scene *s)
{
	scene_empty(s);
	s->model.off.all = OFF_COUNT;
}
