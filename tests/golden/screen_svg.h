/* screen_svg: draws the terminal in memory as a picture. Text keeps its place whatever font the reader has: each
 * run of it is stretched to its cells. Lines and blocks are drawn as shapes, so that they join. */
#ifndef TESTS_GOLDEN_SCREEN_SVG_H
#define TESTS_GOLDEN_SCREEN_SVG_H

#include <stdio.h>

#include "screen.h"

/* Writes the screen as an SVG document. */
void screen_draw(const struct screen *s, FILE *out);

#endif
