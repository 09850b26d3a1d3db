/* findings: what is wrong with a VM, shown by numbers, and what to change. */
#ifndef ADVICE_FINDINGS_H
#define ADVICE_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "advice/evidence.h"
#include "advice/remedies.h"
#include "advice/rules.h"
#include "core/arena.h"
#include "model/model.h"

/* Room for all that rules which become one finding say; each says a dozen things at most. */
#define FINDING_EVIDENCE_MAX 48

/* Rules that a finding stands for besides its own. */
#define FINDING_FOLDED_MAX 6

struct finding_part {
	const struct rule *rule;
	enum confidence confidence;
	size_t evidence_at; /* its evidence begins there and ends at the next part's, or with the last */
};

struct finding {
	const struct rule *rule;
	struct vm_id vm;
	enum severity severity;
	enum confidence confidence;
	/* Fits a panel's line, and says how sure it is: "RTC polling 17.9k/s"; "likely RTC tick 1030/s" where
	 * what is seen is a conclusion, "guest timers 4000/s (likely)" where only the cause is. */
	const char *summary;
	const char *diagnosis; /* a few sentences with this VM's figures; "Likely: ..." and
				  "Possibly: ..." where confidence is not high */
	const char *evidence[FINDING_EVIDENCE_MAX];
	size_t evidence_count;
	enum remedy_id remedies[FINDING_REMEDY_MAX]; /* in order of preference */
	size_t remedy_count;
	const char *caveat; /* what speaks against it, or what it cannot see */
	/* What has the same remedy is one finding: its worst rule leads, and these are in it, with their
	 * evidence behind its own; what was said already is not said again. */
	struct finding_part folded[FINDING_FOLDED_MAX];
	size_t folded_count;
};

struct findings {
	struct arena arena;    /* owns the items and their texts */
	struct finding *items; /* VMs in the model's order, worst first within a VM */
	size_t count, capacity;
};

/* Asks every rule about every VM. findings is overwritten: release the old one first. Pure. */
void advice_run(const struct model *m, struct findings *findings);

/* Asks every rule about one VM and adds what is found to findings, all zero before the first. */
void advice_judge(const struct evidence *e, struct findings *findings);

void findings_fini(struct findings *f);

/* The worst finding of a VM, or NULL; its findings stand one behind the other. */
const struct finding *findings_of(const struct findings *f, struct vm_id vm);
size_t findings_count(const struct findings *f, struct vm_id vm);

/* Has the finding that rule, or taken it in? */
bool finding_stands_for(const struct finding *f, enum rule_number rule);

/* How many lines of evidence are the leading rule's own, and where those of a part end. */
size_t finding_own_evidence(const struct finding *f);
size_t finding_part_end(const struct finding *f, size_t part);

/* Do the rules need MSRs, MMIO addresses and interrupt lines to be traced now? They do where a VM accesses
 * MSRs or devices' memory often enough for a rule to care, or where QEMU's main thread is busy and nothing
 * tells with what. Pure. */
bool advice_wants_details(const struct model *m, const struct findings *findings);

#endif
