/* app: the sources, the model and the findings, moved on tick by tick. What the screen and the batch
 * have in common. */
#ifndef APP_APP_H
#define APP_APP_H

#include <stdbool.h>
#include <stdint.h>

#include "advice/findings.h"
#include "app/guard.h"
#include "app/options.h"
#include "app/out.h"
#include "app/signals.h"
#include "core/state.h"
#include "model/model.h"
#include "record/record.h"
#include "sample/wants.h"
#include "source/source.h"

/* The sources that have a line of their own on the screen stand at their enum source_id, then come
 * those that have none. */
enum { APP_FACTS = SOURCE__COUNT, APP_SAMPLES, APP_KVM_EVENTS, APP_HOST, APP_TAPE, APP_SOURCES };

struct app {
	const struct options *options;
	struct guard guard;
	struct signals signals;
	struct source *sources
		[APP_SOURCES]; /* NULL: none, a recording is read or played, or another host looked at */
	struct record *record;          /* what is recorded to; NULL: nothing is */
	char record_why[STATE_WHY_MAX]; /* why not any more; "" while it is */
	struct model *model;
	struct findings findings;
	struct sample_wants wants; /* what sources read besides */
	struct out out;            /* without a screen: standard output */
	uint64_t next_tick_ns;     /* CLOCK_MONOTONIC */
	uint64_t work_ns
		[APP_SOURCES]; /* when each source wants to work; UINT64_MAX: after the next look */
	uint64_t next_work_ns; /* the first of these */
	char folder[STATE_PATH_MAX]; /* of what outlives kvmtop; "": folder_why says why not */
	char folder_why[STATE_WHY_MAX];
	char baselines_why[STATE_WHY_MAX]; /* what of it cannot be read; "": nothing */
	int ended_by;                      /* the signal that ends kvmtop, or 0 */
	size_t ended_pids; /* of a report: how many of the requested VMs have ended so far */
};

/* Starts signals, guard and sources. screen: the screen will be opened. Returns 0, or -errno with one
 * sentence in why. */
int app_init(struct app *a, const struct options *o, bool screen, char *why, size_t size);

/* Takes a sample of /proc alone (of another host, what libvirt has said so far): enough for a first frame, without waiting for anything slower. */
void app_first_look(struct app *a);

/* Is another host looked at, through libvirt? */
bool app_is_remote(const struct app *a);

/* Takes a sample and updates the model, then asks the rules. */
void app_tick(struct app *a);

/* The two halves of a tick. Of ticks that nobody sees, the rules are asked after the last one alone. */
void app_pass(struct app *a);
void app_ask_rules(struct app *a);

/* What is looked at, from the next tick on: the VM whose exits matter most, 0 for the busiest, and
 * whether it matters what exits were about. The rest is traced only as the budget allows. */
void app_look_at(struct app *a, pid_t pid, bool details);

/* What is read besides what always is, from the next tick on: a view's wants, of that VM. What --with names is
 * always wanted. Returns whether that is more than before, or of another VM: then a tick should come soon. */
bool app_want(struct app *a, unsigned what, struct vm_id vm);

/* Lets the sources do what is due between ticks: each when it asked for it, not whenever another one works. */
void app_work(struct app *a);

/* The descriptor below is readable: its source's work is due now. */
void app_work_early(struct app *a);

/* A descriptor that polls readable when app_work() is due before next_work_ns, or -1. */
int app_work_descriptor(const struct app *a);

/* Closes the sources (the tracing instance goes). The terminal, if any, is still the screen's. */
void app_close_sources(struct app *a);

/* Gives the rest back. */
void app_fini(struct app *a);

/* The loops. Both return the exit status. */
int screen_run(struct app *a);
int batch_run(struct app *a);

#endif
