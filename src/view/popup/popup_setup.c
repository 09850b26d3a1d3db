#include <stdio.h>

#include "view/menus.h"

/* A setting that is no column. */
struct setting {
	const char *name, *help;
	void (*value)(const struct settings *set, size_t size, char *out);
	void (*turn)(struct settings *set, int by);
};

/* A line of the menu: a heading, a general setting (table SETTINGS_TABLE__COUNT) or a column of a table. */
struct place {
	enum settings_table table;
	size_t i;
	bool heading;
};

static void say_on(bool on, size_t size, char *out)
{
	snprintf(out, size, "%s", on ? "on" : "off");
}

static void interval_value(const struct settings *set, size_t size, char *out)
{
	snprintf(out, size, "%g s", set->interval_s);
}

static void interval_turn(struct settings *set, int by)
{
	set->interval_s = settings_step_interval(set->interval_s, by < 0);
}

static void of_host_value(const struct settings *set, size_t size, char *out)
{
	snprintf(out, size, "%s", set->of_host ? "all CPUs of the host" : "one CPU");
}

static void of_host_turn(struct settings *set, int by)
{
	(void)by;
	set->of_host = !set->of_host;
}

static void theme_value(const struct settings *set, size_t size, char *out)
{
	snprintf(out, size, "%s", theme_name(set->theme));
}

static void theme_turn(struct settings *set, int by)
{
	set->theme = (enum theme)(((int)set->theme + by + THEME__COUNT) % THEME__COUNT);
}

static void mouse_value(const struct settings *set, size_t size, char *out)
{
	say_on(set->mouse, size, out);
}

static void mouse_turn(struct settings *set, int by)
{
	(void)by;
	set->mouse = !set->mouse;
}

static void follow_value(const struct settings *set, size_t size, char *out)
{
	say_on(set->follow, size, out);
}

static void follow_turn(struct settings *set, int by)
{
	(void)by;
	set->follow = !set->follow;
}

static void cpus_value(const struct settings *set, size_t size, char *out)
{
	say_on(set->cpus, size, out);
}

static void cpus_turn(struct settings *set, int by)
{
	(void)by;
	set->cpus = !set->cpus;
}

static void off_value(const struct settings *set, size_t size, char *out)
{
	say_on(set->off, size, out);
}

static void off_turn(struct settings *set, int by)
{
	(void)by;
	set->off = !set->off;
}

/* clang-format off */
static const struct setting general[] = {
	{ "Time between two looks",
	  "Short intervals show peaks, long ones cost less.", interval_value, interval_turn },
	{ "100 % is",
	  "Of one CPU, 4 busy vCPUs are 400 %; of all CPUs of the host together, %CPU becomes %HOST.", of_host_value, of_host_turn },
	{ "Theme",
	  "For a dark background, a light one, or without colours, which NO_COLOR in the environment is too.", theme_value, theme_turn },
	{ "Mouse",
	  "On, clicks and the wheel are kvmtop's. Off, the terminal's own selection of text works.", mouse_value, mouse_turn },
	{ "Selection follows its VM",
	  "On, the selection stays with its VM when rows change places. Off, it stays in its row.", follow_value, follow_turn },
	{ "Each CPU in the header",
	  "How busy each CPU of the host is.", cpus_value, cpus_turn },
	{ "Shut-off VMs",
	  "On, shut-off and saved VMs are shown too, with state and configuration.", off_value, off_turn },
};
/* clang-format on */

enum { GENERAL_COUNT = sizeof general / sizeof *general };

static size_t count(const struct ui *ui)
{
	size_t lines = 1 + GENERAL_COUNT;

	(void)ui;
	for (size_t t = 0; t < SETTINGS_TABLE__COUNT; t++)
		lines += settings_tables[t].count; /* a heading, and all but the first column */
	return lines;
}

static struct place place_of(size_t line)
{
	struct place p = { .table = SETTINGS_TABLE__COUNT, .heading = line == 0 };

	if (line <= GENERAL_COUNT) {
		p.i = line ? line - 1 : 0;
		return p;
	}
	line -= 1 + GENERAL_COUNT;
	for (p.table = 0; line >= settings_tables[p.table].count; p.table++)
		line -= settings_tables[p.table].count;
	p.i = line;
	p.heading = !settings_can_hide(p.table, line);
	return p;
}

static uint32_t bit_of(const struct place *p)
{
	return UINT32_C(1) << p->i;
}

static void line(const struct ui *ui, size_t i, struct menu_line *out)
{
	const struct place p = place_of(i);
	const struct settings_columns *table;

	out->heading = p.heading;
	if (p.table == SETTINGS_TABLE__COUNT) {
		snprintf(out->name, sizeof out->name, "%s%s", p.heading ? "" : "  ",
			p.heading ? "General" : general[p.i].name);
		if (p.heading)
			return;
		out->help = general[p.i].help;
		general[p.i].value(&ui->settings, sizeof out->value, out->value);
		return;
	}
	table = &settings_tables[p.table];
	if (p.heading) {
		snprintf(out->name, sizeof out->name, "%s: columns", table->name);
		return;
	}
	snprintf(out->name, sizeof out->name, "  %s", table->columns[p.i].title);
	out->help = table->columns[p.i].help;
	say_on(!(ui->settings.hidden[p.table] & bit_of(&p)), sizeof out->value, out->value);
}

/* The first line is a heading. */
static size_t current(const struct ui *ui)
{
	(void)ui;
	return 1;
}

static void turn(struct ui *ui, const struct model *m, size_t i, int by)
{
	const struct place p = place_of(i);

	(void)m;
	if (p.heading)
		return;
	if (p.table == SETTINGS_TABLE__COUNT)
		general[p.i].turn(&ui->settings, by);
	else
		ui->settings.hidden[p.table] ^= bit_of(&p);
	ui->settings_changed = true;
}

static void choose(struct ui *ui, const struct model *m, size_t i)
{
	turn(ui, m, i, 1);
}

const struct menu menu_setup = {
	.title = "Setup",
	.count = count,
	.line = line,
	.current = current,
	.choose = choose,
	.turn = turn,
};
