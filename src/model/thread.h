/* thread: one thread of a VM in the model. */
#ifndef MODEL_THREAD_H
#define MODEL_THREAD_H

#include "model/model.h"
#include "model/pair.h"

/* Makes t what now says: t is all zero for a thread seen for the first time, else it is the same
 * thread of the last update. before: its totals then, or NULL. Takes the thread's exits from pair and
 * books them to its own tables as scope says, and late (NULL: none), its exits of the interval before. */
void thread_update(struct thread *t, const struct sample_thread *before,
	const struct sample_thread *now, const struct sample_exit_thread *late,
	struct sample_pair *pair, const struct exit_scope *scope);

void thread_fini(struct thread *t);

/* The order of a VM's threads, for qsort(): vCPUs by number, emulator, iothreads, the rest by name. */
int thread_compare(const void *a, const void *b);

/* Shares that are not known. */
struct cpu_shares cpu_shares_unknown(void);

/* Adds shares up: what is unknown is left out, and a sum of nothing but unknowns is unknown. into
 * starts as cpu_shares_unknown(). */
void cpu_shares_add(struct cpu_shares *into, const struct cpu_shares *from);

#endif
