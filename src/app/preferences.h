/* preferences: carries the settings between their file, the user interface and the terminal. */
#ifndef APP_PREFERENCES_H
#define APP_PREFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include "core/state.h"
#include "view/term/term.h"
#include "view/ui.h"

struct preferences {
	char folder[STATE_PATH_MAX]; /* "": the user has no home */
	char why[STATE_WHY_MAX];     /* they are not kept this time; "": they are */
	bool told;                   /* the user knows why, from a change he made */
	struct settings kept;        /* as the file has them */
	struct settings shown;       /* what the terminal was told */
	double given_s;              /* interval of this start alone; NAN: there is none */
	bool given_off;              /* shut-off VMs are listed in this run only */
	bool in_setup;
};

/* Reads the user's settings into ui, which ui_init() has filled, and gives the terminal its theme and mouse. */
void preferences_load(struct preferences *p, struct ui *ui, struct term *t);

/* Sets the interval in seconds for this start alone: it is not kept, until the user changes it. */
void preferences_give_interval(struct preferences *p, struct ui *ui, double interval_s);

/* Lists VMs that are shut off, likewise. */
void preferences_give_off(struct preferences *p, struct ui *ui);

/* What is wrong with the user's file, for the start; "": nothing. */
const char *preferences_trouble(const struct preferences *p);

/* After a key: what the user changed comes into effect, and is kept when he has closed the setup. Leaves a
 * message where it cannot be. */
void preferences_step(struct preferences *p, struct ui *ui, struct term *t);

/* Keeps what the user changed, if he changed anything. Returns false, with one sentence in why, when that
 * failed. Where nothing is kept this time, preferences_step() has said so. */
bool preferences_save(struct preferences *p, struct ui *ui, char *why, size_t size);

#endif
