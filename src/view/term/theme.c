#include "view/term/theme.h"

/* How a style looks on a background. */
struct tones {
	unsigned attributes;   /* with 16 colours and more */
	unsigned attributes_8; /* with 8: bold makes them bright where nothing else does */
	short of_8, of_16, of_256;
};

enum { B = THEME_BOLD, D = THEME_DIM, U = THEME_UNDERLINE, R = THEME_REVERSE };

enum {
	OWN = -1, /* the terminal's */
	RED = 1,
	GREEN,
	YELLOW,
	BLUE,
	MAGENTA,
	CYAN,
	BRIGHT = 8, /* and one of these */
};

/* clang-format off */
static const struct tones dark[STYLE__COUNT] = {
	[STYLE_NORMAL]   = { 0,     0,     OWN,     OWN,              OWN },
	[STYLE_DIM]      = { D,     D,     OWN,     OWN,              OWN },
	[STYLE_BOLD]     = { B,     B,     OWN,     OWN,              OWN },
	[STYLE_TITLE]    = { B,     B,     CYAN,    BRIGHT + CYAN,    81 },
	[STYLE_HEADER]   = { U,     U,     OWN,     OWN,              OWN },
	[STYLE_SORTED]   = { B | U, B | U, CYAN,    BRIGHT + CYAN,    81 },
	[STYLE_SELECTED] = { R,     R,     OWN,     OWN,              OWN },
	[STYLE_GUEST]    = { 0,     B,     GREEN,   BRIGHT + GREEN,   114 },
	[STYLE_USER]     = { 0,     B,     CYAN,    BRIGHT + CYAN,    80 },
	[STYLE_SYSTEM]   = { 0,     B,     MAGENTA, BRIGHT + MAGENTA, 176 },
	[STYLE_WAIT]     = { 0,     B,     YELLOW,  BRIGHT + YELLOW,  179 },
	[STYLE_OK]       = { 0,     B,     GREEN,   BRIGHT + GREEN,   114 },
	[STYLE_WARNING]  = { B,     B,     YELLOW,  BRIGHT + YELLOW,  220 },
	[STYLE_CRITICAL] = { B,     B,     RED,     BRIGHT + RED,     203 },
	[STYLE_ADDED]    = { 0,     B,     GREEN,   BRIGHT + GREEN,   114 },
	[STYLE_REMOVED]  = { 0,     B,     RED,     BRIGHT + RED,     203 },
	[STYLE_KEY]      = { R,     R,     OWN,     OWN,              OWN },
	[STYLE_BORDER]   = { 0,     0,     CYAN,    CYAN,             67 },
	[STYLE_HEAT_0]   = { 0,     0,     CYAN,    BRIGHT + BLUE,    67 },
	[STYLE_HEAT_1]   = { 0,     0,     GREEN,   BRIGHT + GREEN,   114 },
	[STYLE_HEAT_2]   = { 0,     B,     YELLOW,  BRIGHT + YELLOW,  185 },
	[STYLE_HEAT_3]   = { 0,     B,     RED,     BRIGHT + RED,     208 },
	[STYLE_HEAT_4]   = { B | R, B | R, RED,     BRIGHT + RED,     196 },
};

/* Yellow and cyan are not readable on white, nor is what is bright; and bold is bright on many terminals. */
static const struct tones light[STYLE__COUNT] = {
	[STYLE_NORMAL]   = { 0,     0,     OWN,     OWN,              OWN },
	[STYLE_DIM]      = { D,     D,     OWN,     OWN,              OWN },
	[STYLE_BOLD]     = { B,     B,     OWN,     OWN,              OWN },
	[STYLE_TITLE]    = { B,     B,     BLUE,    BLUE,             25 },
	[STYLE_HEADER]   = { U,     U,     OWN,     OWN,              OWN },
	[STYLE_SORTED]   = { B | U, B | U, BLUE,    BLUE,             25 },
	[STYLE_SELECTED] = { R,     R,     OWN,     OWN,              OWN },
	[STYLE_GUEST]    = { 0,     0,     GREEN,   GREEN,            28 },
	[STYLE_USER]     = { 0,     0,     BLUE,    BLUE,             25 },
	[STYLE_SYSTEM]   = { 0,     0,     MAGENTA, MAGENTA,          90 },
	[STYLE_WAIT]     = { 0,     0,     RED,     RED,              130 },
	[STYLE_OK]       = { 0,     0,     GREEN,   GREEN,            28 },
	[STYLE_WARNING]  = { B,     B,     MAGENTA, MAGENTA,          130 },
	[STYLE_CRITICAL] = { B,     B,     RED,     RED,              124 },
	[STYLE_ADDED]    = { 0,     0,     GREEN,   GREEN,            28 },
	[STYLE_REMOVED]  = { 0,     0,     RED,     RED,              124 },
	[STYLE_KEY]      = { R,     R,     OWN,     OWN,              OWN },
	[STYLE_BORDER]   = { 0,     0,     BLUE,    BLUE,             60 },
	[STYLE_HEAT_0]   = { 0,     0,     BLUE,    BLUE,             25 },
	[STYLE_HEAT_1]   = { 0,     0,     GREEN,   GREEN,            28 },
	[STYLE_HEAT_2]   = { 0,     0,     MAGENTA, MAGENTA,          130 },
	[STYLE_HEAT_3]   = { 0,     0,     RED,     RED,              160 },
	[STYLE_HEAT_4]   = { B | R, B | R, RED,     RED,              124 },
};

/* What stands beside each other differs: the parts of a bar, of the heat, of a diff. Where that is not
 * enough, the text tells (a diff's + and -). */
static const unsigned char mono[STYLE__COUNT] = {
	[STYLE_DIM]      = D,
	[STYLE_BOLD]     = B,
	[STYLE_TITLE]    = B,
	[STYLE_HEADER]   = U,
	[STYLE_SORTED]   = B | R,
	[STYLE_SELECTED] = R,
	[STYLE_USER]     = D,
	[STYLE_SYSTEM]   = B,
	[STYLE_WARNING]  = B,
	[STYLE_CRITICAL] = B | U,
	[STYLE_ADDED]    = B,
	[STYLE_REMOVED]  = D,
	[STYLE_KEY]      = R,
	[STYLE_HEAT_0]   = D,
	[STYLE_HEAT_2]   = U,
	[STYLE_HEAT_3]   = B,
	[STYLE_HEAT_4]   = B | R,
};
/* clang-format on */

struct theme_look theme_look(enum theme theme, enum style style, int colours)
{
	const struct tones *t = theme == THEME_LIGHT ? &light[style] : &dark[style];

	if (theme == THEME_MONO || colours < 8)
		return (struct theme_look){ mono[style], OWN };
	if (colours < 16)
		return (struct theme_look){ t->attributes_8, t->of_8 };
	return (struct theme_look){ t->attributes, colours < 256 ? t->of_16 : t->of_256 };
}
