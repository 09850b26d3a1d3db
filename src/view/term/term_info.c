#include "view/term/term_info.h"

#include <curses.h>
#include <term.h>
#include <unistd.h>

bool term_info_is_screen(const char *type)
{
	int error;
	bool is_screen;

	if (setupterm(type, STDOUT_FILENO, &error) == ERR)
		return false;
	is_screen = cursor_address != NULL;
	del_curterm(cur_term);
	return is_screen;
}

bool term_info_has_mouse(void)
{
	return key_mouse != NULL;
}

/* curses does so by itself where it writes to a terminal with eight bits. Asked to, it would tell the
 * terminal to put the Alt key into the eighth bit, too, unless terminfo has no word for that. */
void term_info_read_bytes(void)
{
	char *const saved = meta_on;

	meta_on = NULL;
	meta(stdscr, TRUE);
	meta_on = saved;
}

const char *term_info_scroll_all(int rows)
{
	return change_scroll_region ? tiparm(change_scroll_region, 0, rows - 1) : NULL;
}
