#include "view/menus.h"
static size_t count(const struct ui *ui)
{
	(void)ui;
	return 0;
}
static void line(const struct ui *ui, size_t i, struct menu_line *o)
{
	(void)ui;
	(void)i;
	(void)o;
}
static void choose(struct ui *ui, const struct model *m, size_t i)
{
	(void)ui;
	(void)i;
	(void)m;
}
const struct menu menu_setup = {
	.title = "Setup", .count = count, .line = line, .current = count, .choose = choose
};
