/* findings: what is wrong with a VM, shown by numbers, and what to change. */
#ifndef ADVICE_FINDINGS_H
#define ADVICE_FINDINGS_H

#include <stddef.h>

#include "advice/evidence.h"
#include "advice/remedies.h"
#include "advice/rules.h"
#include "core/arena.h"
#include "model/model.h"

#define FINDING_EVIDENCE_MAX 8

struct finding {
	const struct rule *rule;
	struct vm_id vm;
	enum severity severity;
	const char *summary;   /* fits a panel's line: "RTC polling 17.9k/s" */
	const char *diagnosis; /* one or two sentences with this VM's figures */
	const char *evidence[FINDING_EVIDENCE_MAX];
	size_t evidence_count;
	enum remedy_id remedies[FINDING_REMEDY_MAX]; /* in order of merit */
	size_t remedy_count;
};

struct findings {
	struct arena arena;    /* owns the items and their texts */
	struct finding *items; /* VMs in the model's order, worst first within a VM */
	size_t count;
};

/* Asks every rule about every VM. findings is overwritten: release the old one first. Pure. */
void advice_run(const struct model *m, struct findings *findings);
void findings_fini(struct findings *f);

/* The worst finding of a VM, or NULL. */
const struct finding *findings_of(const struct findings *f, struct vm_id vm);

#endif
