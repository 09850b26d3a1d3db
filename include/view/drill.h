/* drill: where the user is in the drill-down: which row of which vCPU's exits. Plain state, a part of
 * struct ui. */
#ifndef VIEW_DRILL_H
#define VIEW_DRILL_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"
#include "view/exit_lines.h"

#define DRILL_ALL_VCPUS (-1)

struct drill {
	struct exit_key selected; /* of the selected line; the selection stays with it */
	bool selected_other;      /* the line is its reason's "other" */
	bool chosen;              /* false: the first line is to be taken */
	size_t row;               /* its place when it was last there */
	int scroll;               /* first line that is shown */
	int vcpu;                 /* whose exits are shown, or DRILL_ALL_VCPUS */
	bool latency;             /* the histogram is shown */
};

/* Back to the first line and all vCPUs; the histogram stays as it is. */
void drill_start(struct drill *d);

/* The table to be shown, valid as long as vm. A vCPU that is gone gives way to all of them. */
const struct exit_table *drill_table(struct drill *d, const struct vm *vm, bool cumulative);

/* The lines to be shown, as exit_lines() of drill_table(); where the VM's exits are not traced, KVM's counters
 * (model/counters.h), of all vCPUs alone. The caller frees the array. */
struct exit_line *drill_lines(struct drill *d, const struct vm *vm, bool cumulative,
	enum exit_shares shares, enum exit_column sort, bool reverse, size_t *count)
	__attribute__((returns_nonnull));

/* The row of the selected line. Where no line is of its key (there was no such exit in this interval),
 * the one in its place stands in for it until it is back. 0 when there are no lines. */
size_t drill_follow(struct drill *d, const struct exit_line *lines, size_t count);

/* Selects the line that is by lines away, or the last one before the end. */
void drill_move(struct drill *d, const struct exit_line *lines, size_t count, long by);

/* Turns to the next vCPU (by 1) or the one before (by -1); all of them stand between last and first. */
void drill_turn(struct drill *d, const struct vm *vm, int by);

#endif
