/* view: paints one frame from the model, the findings and the user's choices. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "advice/findings.h"
#include "model/model.h"
#include "view/term/term.h"
#include "view/ui.h"

/* Paints everything and sends what changed. ui's scroll positions are brought into range. */
void view_paint(struct term *t, const struct model *m, const struct findings *f, struct ui *ui);

#endif
