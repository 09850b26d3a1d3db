#include "app/preferences.h"

#include <math.h>
#include <stdio.h>

#include "app/settings_file.h"
#include "core/text.h"

static void show(struct preferences *p, const struct settings *set, struct term *t)
{
	if (set->theme != p->shown.theme)
		term_set_theme(t, set->theme);
	if (set->mouse != p->shown.mouse)
		term_set_mouse(t, set->mouse);
	p->shown = *set;
}

void preferences_load(struct preferences *p, struct ui *ui, struct term *t)
{
	char why[STATE_WHY_MAX] = "";

	*p = (struct preferences){
		.kept = settings_default(),
		/* A terminal that was just opened. */
		.shown = { .theme = THEME_DARK, .mouse = false },
		.given_s = NAN,
	};
	if (state_config_folder(p->folder, why, sizeof why))
		p->folder[0] = '\0';
	if (!p->folder[0] || !settings_file_load(&p->kept, p->folder, why, sizeof why))
		text_clean(p->why, sizeof p->why, why);
	ui->settings = p->kept;
	show(p, &ui->settings, t);
}

/* Without a home there is nothing to read, and nothing to say before there is something to keep. */
const char *preferences_trouble(const struct preferences *p)
{
	return p->folder[0] ? p->why : "";
}

void preferences_give_interval(struct preferences *p, struct ui *ui, double interval_s)
{
	ui->settings.interval_s = p->given_s = interval_s;
}

void preferences_give_off(struct preferences *p, struct ui *ui)
{
	ui->settings.off = p->given_off = true;
}

/* What is to be kept: all as it is, but what is of this start alone. */
static struct settings to_keep(const struct preferences *p, const struct ui *ui)
{
	struct settings set = ui->settings;

	if (!isnan(p->given_s))
		set.interval_s = p->kept.interval_s;
	if (p->given_off)
		set.off = p->kept.off;
	return set;
}

bool preferences_save(struct preferences *p, struct ui *ui, char *why, size_t size)
{
	const struct settings set = to_keep(p, ui);
	char reason[STATE_WHY_MAX];

	if (!ui->settings_changed || p->why[0])
		return true;
	if (!settings_equal(&set, &p->kept) &&
		!settings_file_save(&set, p->folder, reason, sizeof reason)) {
		text_clean(why, size, reason);
		return false;
	}
	p->kept = set;
	ui->settings_changed = false;
	return true;
}

void preferences_step(struct preferences *p, struct ui *ui, struct term *t)
{
	const bool closed = p->in_setup && ui->popup != POPUP_SETUP;
	char why[STATE_WHY_MAX];

	if (ui->settings.interval_s != p->given_s)
		p->given_s = NAN;
	if (!ui->settings.off)
		p->given_off = false;
	show(p, &ui->settings, t);
	/* At the end of the setup, too: the key that closed it may have come before the sentence was painted. */
	if (ui->settings_changed && p->why[0] && (!p->told || closed)) {
		ui_say(ui, "Not kept: %s", p->why);
		p->told = true;
	}
	if (closed && !preferences_save(p, ui, why, sizeof why))
		ui_say(ui, "Not kept: %s", why);
	p->in_setup = ui->popup == POPUP_SETUP;
}
