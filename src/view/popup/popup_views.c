#include <stdio.h>

#include "view/menus.h"
#include "view/ui_moves.h"
#include "view/views.h"

static size_t count(const struct ui *ui)
{
	(void)ui;
	return VIEW__COUNT;
}

static void line(const struct ui *ui, size_t i, struct menu_line *out)
{
	(void)ui;
	snprintf(out->name, sizeof out->name, "%s", views[i]->name);
	out->help = views[i]->help;
}

static size_t current(const struct ui *ui)
{
	return ui->view;
}

static void choose(struct ui *ui, const struct model *m, size_t i)
{
	(void)m;
	ui_turn_to(ui, (enum view_id)i);
}

const struct menu menu_views = {
	.title = "Views",
	.count = count,
	.line = line,
	.current = current,
	.choose = choose,
};
