#include "view/term_info.h"

#include <curses.h>
#include <term.h>

bool term_info_is_screen(const char *type)
{
	return tgetent(NULL, type) == 1 && tgetstr("cm", NULL);
}

bool term_info_has_mouse(void)
{
	return key_mouse != NULL;
}

const char *term_info_scroll_all(int rows)
{
	return change_scroll_region ? tiparm(change_scroll_region, 0, rows - 1) : NULL;
}
