/* frame: what the parts of a screen need to paint themselves. */
#ifndef VIEW_FRAME_H
#define VIEW_FRAME_H

#include "advice/findings.h"
#include "model/model.h"
#include "view/draw/layout.h"
#include "view/term/term.h"
#include "view/ui.h"

struct frame {
	struct term *term;
	const struct model *model;
	const struct findings *findings;
	const struct ui *ui;
	struct painted *painted; /* what is noted while painting; nothing else is written */
	struct layout layout;
};

/* How a finding of that severity looks. */
enum style frame_severity_style(enum severity severity);

#endif
