/* remedy_out: what the user takes along from the remedy that is shown: its commands in the clipboard, its
 * diff in a file. Both say in the message line what became of it. */
#ifndef APP_REMEDY_OUT_H
#define APP_REMEDY_OUT_H

#include "advice/findings.h"
#include "model/model.h"
#include "view/term/term.h"
#include "view/ui.h"

/* Sends the commands to the terminal's clipboard (view/osc52.h). */
void remedy_out_copy(
	struct ui *ui, struct term *term, const struct model *m, const struct findings *f);

/* Writes the diff to NAME.REMEDY.patch in the working folder. */
void remedy_out_write(struct ui *ui, const struct model *m, const struct findings *f);

/* Writes text to a new file STEM.patch, or STEM.1.patch and so on where there is one, readable by its owner
 * alone, and its name to name. Never overwrites, never leaves half a file. Returns 0 or -errno. */
int remedy_out_file(const char *stem, const char *text, char *name, size_t size);

#endif
