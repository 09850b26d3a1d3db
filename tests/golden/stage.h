/* stage: a scene, shown on a terminal in memory that can be typed and clicked on, and what is to be seen there. */
#ifndef TESTS_GOLDEN_STAGE_H
#define TESTS_GOLDEN_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "scene.h"
#include "screen.h"
#include "view/term/term.h"

struct stage {
	struct screen *screen;
	struct term *term;
	struct scene scene;
	char *seen; /* what look() has found: the rows and their styles, as screen_dump() writes them */
	int rows, columns; /* of the window */
};

/* Opens a terminal of that size with that scene; fails the test when that cannot be. The caller frees it. */
struct stage *stage_new(void (*build)(struct scene *s), int rows, int columns);
void stage_free(struct stage *s);

/* The same with another scene: build NULL, and count VMs as scene_many() makes them. */
void stage_build(struct stage *s, void (*build)(struct scene *s), size_t count);

void stage_resize(struct stage *s, int rows, int columns);

/* Paints a frame, and lets the terminal show it. Returns how many bytes it took. */
size_t stage_paint(struct stage *s);

/* Paints a frame, and looks at it: the functions below are about what was to be seen then. */
void stage_look(struct stage *s);

/* A row as text, up to its end of line; length: its bytes. */
const char *stage_row(const struct stage *s, int row, size_t *length);

/* Whether a row has a text; whether any has. */
bool stage_row_has(const struct stage *s, int row, const char *text);
bool stage_has(const struct stage *s, const char *text);

/* Where a text begins, from a row on. Fails the test when it is not there. */
void stage_find(const struct stage *s, int from, const char *text, int *row, int *column);

/* Whether this one character stands in that place. */
bool stage_is_at(const struct stage *s, int row, int column, const char *character);

/* The row that is all in the style of the selection; -1: none, -2: more than one. */
int stage_selected_row(const struct stage *s);

/* What the user does: an action, as if its key had been pressed; a text that he types into the filter. */
void stage_act(struct stage *s, enum action action);
void stage_type(struct stage *s, const char *text);

#endif
