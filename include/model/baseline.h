/* baseline: a VM's figures as they were at one moment, to be held against those of later: after a change,
 * after the guest's restart, after kvmtop's own. A VM is known by its UUID, or where it has none by its
 * name. Unknown is NAN. */
#ifndef MODEL_BASELINE_H
#define MODEL_BASELINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/text.h"
#include "kvm/exit_names.h"
#include "model/model.h"

enum { BASELINE_ROWS_MAX = 12, BASELINE_FINDINGS_MAX = 8 };

struct baseline_rate {
	char name[EXIT_NAMES_TEXT_MAX]; /* of a reason, or of a device: "RTC 0x70/0x71" */
	double per_s;
	bool is_halt;
	bool is_detail; /* an MSR or an address: known only while these are traced */
};

struct baseline_finding {
	char rule[8];     /* "R01" */
	char label[96];   /* "RTC polling" */
	char summary[96]; /* as it was: "RTC polling 17.9k/s" */
	double per_s;     /* of the exits it is about; NAN: they cannot be told from the others */
};

struct baseline {
	char uuid[37];  /* "" when unknown */
	char name[256]; /* cleaned */
	uint64_t real_ns;
	double seconds; /* that the exits cover; NAN: they are not known */
	struct cpu_shares cpu;
	double exits_per_s;
	double work_per_s; /* without halts */
	struct baseline_rate reasons[BASELINE_ROWS_MAX], devices[BASELINE_ROWS_MAX];
	size_t reason_count, device_count; /* the most frequent first */
	struct baseline_finding
		findings[BASELINE_FINDINGS_MAX]; /* advice/verdict.h fills them in */
	size_t finding_count;
};

/* Fills b with what vm is now, without findings. Exits are those of the last seconds (VM_EVIDENCE_S). Pure. */
void baseline_take(struct baseline *b, const struct vm *vm, uint64_t real_ns);

/* Is it that VM's? */
bool baseline_is_of(const struct baseline *b, const struct vm *vm);

/* Exits per second of vm over the last seconds, all of them or without halts; KVM's own count where they
 * are not traced (halts included then only in the first). */
double baseline_exits_now(const struct vm *vm);
double baseline_work_now(const struct vm *vm);

/* Exits per second now of the reason or the device that was is about; 0 when there are none, NAN when
 * they are not traced. details: are MSRs and addresses? */
double baseline_reason_now(const struct vm *vm, const struct baseline_rate *was, bool details);
double baseline_device_now(const struct vm *vm, const struct baseline_rate *was, bool details);

/* Adds "since 14:02: CPU 131.9 -> 6.6 %, exits 23.9k -> 410/s, IO_INSTRUCTION 18.6k -> 0/s": the reason is
 * the baseline's most frequent one but halts. Of a VM that is shut off only that there is one. now_ns: CLOCK_REALTIME. */
void baseline_describe(
	struct strbuf *out, const struct baseline *b, const struct vm *vm, uint64_t now_ns);

/* The baseline of vm, or NULL; valid until the next put or drop. */
const struct baseline *baselines_find(const struct baselines *all, const struct vm *vm);

/* Keeps a copy of b in place of an earlier one of the same VM. */
void baselines_put(struct baselines *all, const struct baseline *b);

/* Forgets the baseline of vm. Returns whether there was one. */
bool baselines_drop(struct baselines *all, const struct vm *vm);

void baselines_fini(struct baselines *all);

#endif
