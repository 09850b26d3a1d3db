#include "view/popup/popup_change.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/clock.h"
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

/* What to do when the guest does not come up with its new hardware. */
static void add_way_back(struct page *p, const struct change *c)
{
	page_addf(p, STYLE_NORMAL, 0,
		c->cannot_undo
			? "\nIf the guest does not boot, look at its screen, power it off, put the "
			  "old definition back, which drops what was changed from outside, too, "
			  "and start it:"
			: "\nIf the guest does not boot, look at its screen, power it off, undo "
			  "the change, and start it:");
	page_addf(p, STYLE_NORMAL, 2, "%s screenshot %s", c->virsh, c->ref);
	page_addf(p, STYLE_NORMAL, 2, "%s destroy %s", c->virsh, c->ref);
	if (c->cannot_undo)
		page_addf(p, STYLE_NORMAL, 2, "%s define '%s'", c->virsh, c->path);
	else
		page_addf(p, STYLE_NORMAL, 2, "%s", c->undo);
	page_addf(p, STYLE_NORMAL, 2, "%s start %s", c->virsh, c->ref);
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
	if (c->path && c->state == CHANGE_DONE && c->task == CHANGE_APPLY) {
		if (!c->cannot_undo || c->has_baseline)
			page_addf(p, STYLE_NORMAL, 0, "\n%s%s%s",
				c->cannot_undo ? "" : "u undoes the change.",
				!c->cannot_undo && c->has_baseline ? " " : "",
				c->has_baseline ? "A baseline was set: after the next start the "
						  "panel shows CPU and exits before and after."
						: "");
		add_way_back(p, c);
	}
	if (change_offers_commands(c))
		page_add(p, STYLE_NORMAL, 0,
			"\nc copies the commands; run them as root or as a user who may change "
			"definitions.");
}

/* The first line says what may go wrong, the next what to do then. */
static void add_warning(struct page *p, const struct change *c)
{
	page_addf(p, STYLE_CRITICAL, 0, "%s might fail to start after this change; if so: %s",
		c->name, c->undo);
	page_addf(p, STYLE_NORMAL, 0, "%s", c->warning);
	page_addf(p, STYLE_BOLD, 0,
		"\nApply this to %s's definition? Type yes and press Enter to apply: %s_", c->name,
		c->answer);
}

static void add_question(struct page *p, const struct change *c)
{
	const bool apply = c->task == CHANGE_APPLY;

	if (c->must_type)
		add_warning(p, c);
	else
		page_addf(p, STYLE_BOLD, 0,
			apply ? "Apply this to %s's definition? y applies, any other key cancels."
			      : "Undo this change of %s's definition? y undoes it, any other key "
				"cancels.",
			c->name);
	if (c->notes)
		page_addf(p, STYLE_WARNING, 0, "\n%s", c->notes);
	page_addf(p, STYLE_NORMAL, 0,
		apply ? "\nThe old definition is saved first. The change takes effect at the next "
			"start: shut the guest down and start it, a reboot inside is not "
			"enough.\n\n"
		      : "\nThis puts back the definition from before the change, saved in\n%s\n\n",
		apply ? "" : c->path);
	page_add_diff(p, c->diff);
	if (apply && c->needs)
		page_addf(p, STYLE_NORMAL, 0, "\nNeeds: %s", c->needs);
	if (apply)
		add_way_back(p, c);
}

static uint64_t waited_s(const struct frame *f)
{
	const uint64_t now_ns = f->model->time_ns, since_ns = f->ui->change.since_ns;

	return now_ns > since_ns && since_ns ? (now_ns - since_ns) / NS_PER_S : 0;
}

/* What libvirt says of the VM may have to be read anew first, which the next tick does. */
static void add_wanted(struct page *p, const struct frame *f)
{
	page_add(p, STYLE_BOLD, 0, "Reading the definition ...");
	if (f->ui->paused)
		page_add(p, STYLE_NORMAL, 0,
			"\nThe screen is paused: close this window and press p to go on.");
}

static void add_check(struct page *p, const struct frame *f)
{
	page_addf(p, STYLE_BOLD, 0, "Asking libvirt what this host can start ... %" PRIu64 " s",
		waited_s(f));
	page_addf(p, STYLE_NORMAL, 0,
		"\nThe question appears when libvirt answers. After a restart of libvirtd or an "
		"upgrade of QEMU, libvirt first probes QEMU, which can take a minute. Esc "
		"cancels.");
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
		break;
	case CHANGE_WANTED:
		add_wanted(&page, f);
		break;
	case CHANGE_CHECKING:
		add_check(&page, f);
		break;
	case CHANGE_ASKING:
		add_question(&page, c);
		break;
	case CHANGE_CONFIRMED:
	case CHANGE_RUNNING:
		page_addf(&page, STYLE_BOLD, 0,
			c->task == CHANGE_APPLY
				? "Changing %s's definition ... %" PRIu64 " s"
				: "Undoing the change of %s's definition ... %" PRIu64 " s",
			c->name, waited_s(f));
		page_add(&page, STYLE_NORMAL, 0,
			"\nIt goes on when this window is closed; a shows it again.");
		break;
	case CHANGE_DONE:
	case CHANGE_REFUSED:
	case CHANGE_FAILED:
		add_outcome(&page, c);
		break;
	}
	page_paint(f, &page, title);
	page_fini(&page);
}
