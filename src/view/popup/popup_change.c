#include "view/popup/popup_change.h"

#include <stdio.h>

#include "view/page.h"
#include "view/page_diff.h"

enum { CHANGE_WIDTH = 100, TITLE_MAX = 400 };

/* How the outcome looks; its first word says it, too. */
static enum style outcome_style(enum change_state state)
{
	return state == CHANGE_DONE      ? STYLE_BOLD
	       : state == CHANGE_REFUSED ? STYLE_WARNING
					 : STYLE_CRITICAL;
}

static void add_outcome(struct page *p, const struct change *c)
{
	static const char *const heads[] = {
		[CHANGE_DONE] = "Done.",
		[CHANGE_REFUSED] = "Refused.",
		[CHANGE_FAILED] = "Failed.",
	};

	page_add(p, outcome_style(c->state), 0, heads[c->state]);
	page_addf(p, STYLE_NORMAL, 0, "\n%s", c->message);
	if (c->path)
		page_addf(p, STYLE_NORMAL, 0, "\nThe old definition is saved in\n%s", c->path);
	if (c->path && c->state == CHANGE_DONE && c->task == CHANGE_APPLY)
		page_add(p, STYLE_NORMAL, 0,
			"\nu takes the change back. A baseline was taken: after the start the "
			"panel "
			"shows what became of it.");
}

static void add_question(struct page *p, const struct change *c)
{
	const bool apply = c->task == CHANGE_APPLY;

	page_addf(p, STYLE_BOLD, 0,
		apply ? "Apply this to %s's definition? y applies, any other key leaves it."
		      : "Take this change of %s's definition back? y undoes it, any other key "
			"leaves it.",
		c->name);
	page_addf(p, STYLE_NORMAL, 0,
		apply ? "\nThe old definition is saved first. The change takes effect at the next "
			"start: shut the guest down and start it, a reboot inside is not "
			"enough.\n\n"
		      : "\nThe definition that was saved before it is defined again, from\n%s\n\n",
		apply ? "" : c->path);
	page_add_diff(p, c->diff);
}

void popup_change_paint(const struct frame *f)
{
	const struct change *c = &f->ui->change;
	struct page page = { .width = page_width(f->term, CHANGE_WIDTH) };
	char title[TITLE_MAX];

	snprintf(title, sizeof title, "%s: %s", *c->name ? c->name : "no VM",
		c->task == CHANGE_UNDO ? "undo"
		: *c->title            ? c->title
				       : "remedy");
	switch (c->state) {
	case CHANGE_NONE:
	case CHANGE_WANTED:
		break;
	case CHANGE_ASKING:
		add_question(&page, c);
		break;
	case CHANGE_CONFIRMED:
	case CHANGE_RUNNING:
		page_addf(&page, STYLE_BOLD, 0,
			c->task == CHANGE_APPLY ? "Changing %s's definition ..."
						: "Undoing the change of %s's definition ...",
			c->name);
		page_add(&page, STYLE_NORMAL, 0,
			"\nIt goes on when this window is closed; a shows it again.");
		break;
	case CHANGE_DONE:
	case CHANGE_REFUSED:
	case CHANGE_FAILED:
		add_outcome(&page, c);
		break;
	}
	page_paint(f->term, &page, title, f->ui);
	page_fini(&page);
}
