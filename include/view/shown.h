/* shown: which finding of the selected VM the remedy popup shows, and which of its remedies. Painting, copying,
 * writing and applying all go by it. */
#ifndef VIEW_SHOWN_H
#define VIEW_SHOWN_H

#include "advice/findings.h"
#include "model/model.h"
#include "view/ui.h"

struct shown {
	const struct vm *vm;           /* NULL: none is selected, and nothing is shown */
	const struct finding *finding; /* NULL: it has none */
	size_t finding_index, finding_count;
	/* What was shown before is gone in the last look, and this has its place. */
	bool is_another;
	enum remedy_id remedy; /* REMEDY_NONE: the finding has none */
	size_t remedy_index;   /* of finding->remedy_count, in the order of preference */
};

/* The finding that the user turned to, or the one that has taken its rule in; the worst one when it is gone. Of
 * its remedies the one that he turned to; the best one when it is gone. Valid as long as m and f. */
struct shown shown_find(const struct ui *ui, const struct model *m, const struct findings *f);

/* From now on this is shown, until the user turns to another. Nothing, where it has no finding. */
void shown_keep(struct ui *ui, const struct shown *s);

/* Before a frame: what the remedy popup, where it is open, shows is kept, unless something else took its place. */
void shown_follow(struct ui *ui, const struct model *m, const struct findings *f);

/* What is shown, for an action. False, with a message, where it is not what was shown before: from then on it is. */
bool shown_take(struct shown *s, struct ui *ui, const struct model *m, const struct findings *f);

/* Turns to the finding or remedy that is by steps on, round the end. */
void shown_turn_finding(struct ui *ui, const struct model *m, const struct findings *f, int by);
void shown_turn_remedy(struct ui *ui, const struct model *m, const struct findings *f, int by);

#endif
