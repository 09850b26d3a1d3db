/* scene: models, findings and choices as they stand at one moment, built by hand: nothing in them
 * depends on time or on this host. */
#ifndef TESTS_GOLDEN_SCENE_H
#define TESTS_GOLDEN_SCENE_H

#include "advice/findings.h"
#include "core/arena.h"
#include "model/model.h"
#include "view/ui.h"

#define SCENE_VMS_MAX 256
#define SCENE_FINDINGS_MAX 8

struct scene {
	struct arena arena; /* owns what the model points to */
	struct model model;
	struct vm *vms[SCENE_VMS_MAX];
	struct domain_config configs[SCENE_VMS_MAX]; /* of domains, to be released */
	size_t config_count;
	struct findings findings;
	struct ui ui;
	struct model *played; /* of which model is the copy; NULL: it is made by hand */
};

/* An idle Windows 10 guest that polls the RTC, and a quiet Linux guest: figures of a real case. */
void scene_storm(struct scene *s);

/* The same hosts after the guest got an HPET. */
void scene_quiet(struct scene *s);

/* A host without VMs; tracing and libvirt are off. */
void scene_empty(struct scene *s);

/* A host with 96 CPUs, 40 VMs on it, one of them with many threads. */
void scene_crowd(struct scene *s);

/* A host of a dozen VMs of different kinds: Windows and Linux, of libvirt, Proxmox and by hand; some have
 * findings. */
void scene_house(struct scene *s);

/* count VMs, each a bit different. */
void scene_many(struct scene *s, size_t count);

/* VM and thread names that are long, wide, or were hostile before they were cleaned. */
void scene_names(struct scene *s);

/* Says that tracing and libvirt are off, and takes away what only they know. */
void scene_blind(struct scene *s);

/* Says that libvirt is not installed, as on a host that has no use for it. */
void scene_without_libvirt(struct scene *s);

/* The same as scene_blind(), where KVM's own counters can be read. */
void scene_counted(struct scene *s);

/* Says that the budget does not allow all of it, and takes away what is not traced then. */
void scene_shed(struct scene *s, enum tracing_shed shed);

/* The first VM's domain, to be changed. */
struct domain *scene_domain(struct scene *s);

/* The first VM's finding, to be changed. */
struct finding *scene_finding(struct scene *s);

/* One more finding of the first VM, by that rule and without words; and one more rule in a finding, with a
 * line of evidence. */
struct finding *scene_add_finding(struct scene *s, const char *rule);
void scene_add_part(struct finding *f, const char *rule, const char *evidence);

/* The demo's recording as it stands at a tick (or at its end), with a baseline taken at another one, if that was
 * before. */
void scene_recorded(struct scene *s, uint64_t tick, uint64_t baseline_tick);

void scene_fini(struct scene *s);

#endif
