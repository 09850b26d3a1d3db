/* finding_text: how rules put a finding into words. Texts belong to the arena. */
#ifndef ADVICE_FINDING_TEXT_H
#define ADVICE_FINDING_TEXT_H

#include "advice/findings.h"

/* Adds a line of evidence; beyond FINDING_EVIDENCE_MAX it is left out. */
void finding_add(struct finding *f, struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, when the figure is known: text has one %s for it, written as "12.7", and is no printf() format otherwise. */
void finding_add_pct(struct finding *f, struct arena *arena, const char *text, double pct);

/* The same for a rate, written as "17,903". */
void finding_add_rate(struct finding *f, struct arena *arena, const char *text, double per_s);

/* What the exits of one kind cost: "handling them takes 24.4 % of a CPU, 40.9 % of the exits' time".
 * Nothing when that is not known. */
void finding_add_cost(struct finding *f, struct arena *arena, const struct exit_rate *rate);

/* Who the guest is and what tells it; nothing when it is not known. */
void finding_add_guest(struct finding *f, struct arena *arena, const struct evidence *e);

/* If the guest OS is unknown, adds to the diagnosis what to do for either: "If the guest is Windows, WINDOWS;
 * if it is Linux, LINUX." */
void finding_add_cases(struct finding *f, struct arena *arena, const struct evidence *e,
	const char *windows, const char *linux_guest);

/* Takes off the list what does nothing for a guest that is known: Hyper-V's features for one that is not Windows, KVM's own
 * (kvm-clock, locks) for Windows. */
void finding_fit_guest(struct finding *f, const struct evidence *e);

/* For a VM of Nova: puts Nova's image property first, as libvirt's definition does not last; else drops it. Drops both
 * where QEMU is built without an HPET. */
void finding_fit_hpet(struct finding *f, const struct evidence *e);

/* Puts a remedy at the end of the list, but before REMEDY_LOOK_DEEPER, unless it is there or the list is full. */
void finding_offer(struct finding *f, enum remedy_id id);

/* Takes a remedy off the list, or puts one that is on it to its head. */
void finding_drop(struct finding *f, enum remedy_id id);
void finding_lead(struct finding *f, enum remedy_id id);

/* "17,903" */
const char *text_grouped(struct arena *arena, double value);

/* "17.9k" */
const char *text_rate(struct arena *arena, double per_s);

#endif
