/* rules: the table of what kvmtop can recognise. A rule looks at the evidence of one VM and says
 * whether it is so. The tests stand in rules_*.c by theme. */
#ifndef ADVICE_RULES_H
#define ADVICE_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include "advice/degree.h"
#include "advice/evidence.h"
#include "advice/remedies.h"
#include "core/arena.h"

enum {
	NEEDS_EXITS = 1,   /* traced */
	NEEDS_RATES = 2,   /* exits traced, or counted by KVM */
	NEEDS_CONFIG = 4,  /* the configuration of what runs */
	NEEDS_THREADS = 8, /* CPU time of threads */
	NEEDS_HOST = 16,   /* the host's settings */
};

/* The rules. Their numbers are in documents, JSON and baselines, and never used again. */
enum rule_number {
	RULE_RTC_TICK = 1,
	RULE_PM_TIMER,
	RULE_HPET_CLOCK,
	RULE_HV_CLOCK_MSR,
	RULE_CONFIG_LINT,
	RULE_HPET_LEFT_ON,
	RULE_TIMER_RATE,
	RULE_HALT_POLLING,
	RULE_GUEST_POLLS,
	RULE_PAUSE_LOOP,
	RULE_HOST_INTERRUPTS,
	RULE_MEMORY_FAULTS,
	RULE_KSM,
	RULE_NX_SPLITS,
	RULE_USB_POLLING,
	RULE_DISPLAY,
	RULE_MAIN_LOOP,
	RULE_ODD_MSRS,
	RULE_NESTED,
	RULE_APIC,
	RULE_PIT_TICK,
	RULE_IO_DELAY,
	RULE_LEGACY_DEVICE,
	RULE_HOST_CLOCK = 25,
	RULE_LINUX_CLOCK,
	RULE_NO_KVM,
	RULE_RTC_CATCHUP,
	RULE_DIRTY_LOGGING,
	RULE_INSTRUCTIONS,
	RULE_IPI_STORM,
	RULE_STACK_DEFAULT,
	RULE_CANNOT_START,
	RULE_MMIO_STORM,
	RULE_SPLIT_LOCK,
};

#define FINDING_REMEDY_MAX 6
#define RULE_LIMITS_MAX 6

struct finding;

/* A rule is one row: adding one is a row, a test function and a test just under and over its limit. */
struct rule {
	enum rule_number number;
	const char *id;         /* "R01" */
	const char *name;       /* "rtc-tick" */
	const char *title;      /* "The guest uses the RTC as its tick" */
	enum severity severity; /* what its findings start with */
	enum confidence confidence;
	unsigned needs; /* NEEDS_*: without all of these the rule is not asked */
	/* Is it so? Fills in summary, diagnosis and evidence of f, texts from arena; raises or lowers
	 * severity and confidence where the case is worse or less clear, and drops remedies that are
	 * not for this VM. f is complete otherwise. */
	bool (*test)(const struct evidence *e, struct finding *f, struct arena *arena);
	enum remedy_id remedies
		[FINDING_REMEDY_MAX]; /* in order of preference; REMEDY_NONE ends the list */
	/* Limits and meaning, for the manual, with a place for each limit: "{}" is "2,000", "{word}" is "two",
	 * "{times}" is "twice", "{part}" is "a fifth". */
	const char *help;
	double limits[RULE_LIMITS_MAX]; /* in that order; all are larger than 0 */
	const char *caveat;             /* what speaks against it, or what it cannot see */
	const char *source;             /* where it is documented */
};

/* In the order in which they are asked, which among findings that are as bad is that of showing: first
 * those that put the others into another light (no KVM, a bad clock of the host, a guest that polls). */
extern const struct rule rules[];
extern const size_t rule_count;

/* The row of a rule. */
const struct rule *rule_of(enum rule_number number);

/* The rule's help with its limits; the text is of arena. */
const char *rule_help(const struct rule *rule, struct arena *arena);

/* The row of that id, as a file has it; NULL: there is none. */
const struct rule *rule_find(const char *id);

#endif
