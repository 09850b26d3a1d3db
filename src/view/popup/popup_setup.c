#include <stdio.h>

#include "view/menus.h"

/* A line of the menu: a heading, a general setting (table SETTINGS_TABLE__COUNT) or a column of a table. */
struct place {
	enum settings_table table;
	size_t i;
	bool heading;
};

static size_t count(const struct ui *ui)
{
	size_t lines = 1 + settings_row_count;

	(void)ui;
	for (size_t t = 0; t < SETTINGS_TABLE__COUNT; t++)
		lines += settings_tables[t].count; /* a heading, and all but the first column */
	return lines;
}

static struct place place_of(size_t line)
{
	struct place p = { .table = SETTINGS_TABLE__COUNT, .heading = line == 0 };

	if (line <= settings_row_count) {
		p.i = line ? line - 1 : 0;
		return p;
	}
	line -= 1 + settings_row_count;
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

static void general_line(const struct settings *set, const struct setting *s, struct menu_line *out)
{
	snprintf(out->name, sizeof out->name, "  %s", s->name);
	out->help = s->help;
	setting_show(s, setting_value(s, set), sizeof out->value, out->value);
}

static void column_line(const struct settings *set, const struct place *p, struct menu_line *out)
{
	const struct field *column = &settings_tables[p->table].columns[p->i];

	snprintf(out->name, sizeof out->name, "  %s", column->title);
	out->help = column->help;
	snprintf(out->value, sizeof out->value, "%s",
		set->hidden[p->table] & bit_of(p) ? "off" : "on");
}

static void line(const struct ui *ui, size_t i, struct menu_line *out)
{
	const struct place p = place_of(i);
	const bool general = p.table == SETTINGS_TABLE__COUNT;

	out->heading = p.heading;
	if (p.heading && general)
		snprintf(out->name, sizeof out->name, "General");
	else if (p.heading)
		snprintf(out->name, sizeof out->name, "%s: columns", settings_tables[p.table].name);
	else if (general)
		general_line(&ui->settings, &settings_rows[p.i], out);
	else
		column_line(&ui->settings, &p, out);
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
		setting_turn(&settings_rows[p.i], &ui->settings, by);
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
