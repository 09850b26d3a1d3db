/* hot_symbols: where the process of one VM has spent its time in the host during the last seconds, by function. */
#ifndef MODEL_HOT_SYMBOLS_H
#define MODEL_HOT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sample/sample.h"

/* What was seen so long ago counts 1/e of what is seen now: the screen shows the last seconds, and does not jump. */
#define HOT_SYMBOLS_SECONDS 5.0

/* What has less is 0.0 on the screen, and left out. */
#define HOT_SYMBOLS_LEAST_PCT 0.05

struct hot_symbol {
	enum symbol_space space;
	char module[64]; /* cleaned */
	char name[128];  /* likewise */
	const char *
		note; /* what it means that it is hot, in a sentence; NULL: nothing is known of it */
	double pct;   /* of the VM's time in the last seconds */
	double kind_pct[THREAD_KIND__COUNT]; /* the same, of the threads of each kind */
	double samples;                      /* since sampling began */
	enum thread_kind top_kind;           /* of the threads that were found in it most */
	char kinds[48];                      /* "vCPU", "vCPU 61%" where others were, too */

	double recent[THREAD_KIND__COUNT];  /* the weight that pct comes from */
	uint64_t total[THREAD_KIND__COUNT]; /* at the last sample */
	uint64_t update;                    /* the model's update that saw it last */
};

/* All zero: they are not wanted. */
struct hot_symbols {
	bool wanted;
	struct vm_id vm; /* pid 0: of none */
	bool is_open;    /* samples are being taken; else why says why not */
	enum symbol_event event;
	unsigned hz;
	bool loading;
	bool guest_loaded; /* the guest's share holds what KVM does while a vCPU is loaded */
	double samples, lost, threads, threads_unseen; /* the first two since sampling began */
	double space_pct
		[SYMBOL_SPACE__COUNT]; /* of the last seconds, NAN without samples; with rest_pct 100 */
	double kind_pct[THREAD_KIND__COUNT]; /* likewise */
	double rest_pct;                     /* of what has no row */
	char why[HOT_SYMBOLS_NOTE_SIZE];     /* cleaned, as are the notes */
	char notes[HOT_SYMBOLS_NOTES_MAX + 1][HOT_SYMBOLS_NOTE_SIZE];
	size_t note_count;
	struct hot_symbol *items; /* the heaviest first; */
	size_t shown; /* so many have HOT_SYMBOLS_LEAST_PCT, the others are the model's own */
	size_t count, capacity;

	uint64_t opened_ns; /* the model's own */
	double rest_recent;
	uint64_t rest_total;
	uint64_t floor; /* what has no row in the last sample has no more weight than this */
	uint64_t update;
};

/* Folds in what the sample says; seconds: since the last one (NAN: there was none). guest_pct: the time that the VM's
 * threads spent in the guest, cpu_pct: on a CPU at all, both in percent of one CPU; NAN: not known. */
void hot_symbols_update(struct hot_symbols *h, const struct sample *s, double seconds,
	double guest_pct, double cpu_pct);

void hot_symbols_fini(struct hot_symbols *h);

/* A kind of thread in words; thread_kind_name() is for machines. */
const char *hot_symbols_kind(enum thread_kind kind);

/* "[k]", "[.]", "[g]": as perf top marks them. */
const char *hot_symbols_mark(enum symbol_space space);

/* "kernel", "user", "guest"; "cycles", "cpu-clock", "none": as in the JSON. */
const char *hot_symbols_space_name(enum symbol_space space);
const char *hot_symbols_event_name(enum symbol_event event);

#endif
