/* popup_remedy: what is wrong with the selected VM, and what to change. */
#ifndef VIEW_POPUP_REMEDY_H
#define VIEW_POPUP_REMEDY_H

#include "view/frame.h"

/* The remedy that is shown of the finding, in the order of merit; REMEDY_NONE when it has none. */
enum remedy_id popup_remedy_shown(
	const struct ui *ui, const struct finding *finding, const struct vm *vm);

void popup_remedy_paint(const struct frame *f);

#endif
