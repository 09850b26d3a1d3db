/* findings: what is wrong with a VM, shown by numbers, and what to change. */
#ifndef ADVICE_FINDINGS_H
#define ADVICE_FINDINGS_H

#include <stddef.h>

#include "advice/remedies.h"
#include "core/arena.h"
#include "model/model.h"

enum severity { SEVERITY_INFO, SEVERITY_WARNING, SEVERITY_CRITICAL, SEVERITY__COUNT };

#define FINDING_EVIDENCE_MAX 8
#define FINDING_REMEDY_MAX 4

struct rule;

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
	struct arena arena;    /* owns the texts */
	struct finding *items; /* worst first within a VM */
	size_t count;
};

/* What a rule looks at: figures of the last VM_EVIDENCE_S seconds. NAN and TRI_UNKNOWN are unknown. */
struct evidence {
	const struct vm *vm;
	double seconds;                /* that the exit figures cover */
	double rtc_index_writes_per_s; /* OUT 0x70 */
	double rtc_data_reads_per_s;   /* IN 0x71 */
	double rtc_accesses_per_s;     /* all of ports 0x70 and 0x71 */
	double rtc_time_pct;           /* their share of the exits' time */
	double rtc_samples_pct;
	int rtc_vcpus;           /* vCPUs that made them in the last interval */
	double vcpu_system_pct;  /* host kernel's share of the vCPU threads' time */
	double emulator_cpu_pct; /* of one CPU */
	enum tristate hpet;      /* TRI_UNKNOWN when the XML leaves it to QEMU's default */
	enum tristate stimer;
	enum tristate hypervclock;
};

enum { NEEDS_EXITS = 1, NEEDS_CONFIG = 2 };

/* A rule is one row: adding one is a row, a test function and a test just under and over its limit. */
struct rule {
	const char *id;    /* "R01" */
	const char *name;  /* "rtc-tick" */
	const char *title; /* "The guest uses the RTC as its tick" */
	enum severity severity;
	unsigned needs; /* NEEDS_*: without these the rule is not asked */
	/* Is it so? Fills in summary, diagnosis and evidence of f, texts from arena. */
	bool (*test)(const struct evidence *e, struct finding *f, struct arena *arena);
	enum remedy_id remedies[FINDING_REMEDY_MAX]; /* REMEDY_NONE ends the list */
	const char *help;                            /* limits and meaning, for the manual */
	const char *source;                          /* where it is documented */
};

extern const struct rule rules[];
extern const size_t rule_count;

/* Collects the evidence of one VM. Pure. */
void evidence_collect(struct evidence *e, const struct vm *vm);

/* Asks every rule about every VM. findings is overwritten: release the old one first. Pure. */
void advice_run(const struct model *m, struct findings *findings);
void findings_fini(struct findings *f);

/* The worst finding of a VM, or NULL. */
const struct finding *findings_of(const struct findings *f, struct vm_id vm);

/* "info", "warning", "critical". */
const char *severity_name(enum severity severity);

#endif
