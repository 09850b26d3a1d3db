#include "view/shown.h"

#include <string.h>

/* index plus by, within count and round its end. */
static size_t turn(size_t index, size_t count, int by)
{
	const long at = ((long)index + by) % (long)count;

	return (size_t)(at < 0 ? at + (long)count : at);
}

/* Findings change with each look: the user's place is the rule, not the row. Returns count where the rule is gone. */
static size_t find_rule(const struct finding *of_vm, size_t count, const struct rule *rule)
{
	for (size_t i = 0; i < count; i++)
		if (of_vm[i].rule == rule)
			return i;
	for (size_t i = 0; rule && i < count; i++)
		if (finding_stands_for(&of_vm[i], rule->number))
			return i;
	return count;
}

/* Their order changes when libvirt says what the host can do. Returns count where it is gone. */
static size_t find_remedy(const enum remedy_id *ranked, size_t count, enum remedy_id id)
{
	size_t i = 0;

	while (i < count && ranked[i] != id)
		i++;
	return i;
}

static void rank(enum remedy_id *ranked, const struct shown *s)
{
	memcpy(ranked, s->finding->remedies, sizeof s->finding->remedies);
	remedies_rank(ranked, s->finding->remedy_count, s->vm->domain);
}

struct shown shown_find(const struct ui *ui, const struct model *m, const struct findings *f)
{
	const struct finding *of_vm = findings_of(f, ui->selected);
	struct shown s = { .vm = model_find(m, ui->selected) };
	enum remedy_id ranked[FINDING_REMEDY_MAX];

	if (!s.vm || !of_vm)
		return s;
	s.finding_count = findings_count(f, ui->selected);
	s.finding_index = find_rule(of_vm, s.finding_count, ui->popup_rule);
	if (s.finding_index == s.finding_count) {
		s.is_another = ui->popup_rule;
		s.finding_index = 0;
	}
	s.finding = &of_vm[s.finding_index];
	if (!s.finding->remedy_count)
		return s;
	rank(ranked, &s);
	s.remedy_index = find_remedy(ranked, s.finding->remedy_count, ui->popup_remedy);
	if (s.remedy_index == s.finding->remedy_count) {
		s.is_another |= ui->popup_remedy != REMEDY_NONE;
		s.remedy_index = 0;
	}
	s.remedy = ranked[s.remedy_index];
	return s;
}

void shown_keep(struct ui *ui, const struct shown *s)
{
	if (!s->finding)
		return;
	ui->popup_rule = s->finding->rule;
	ui->popup_remedy = s->remedy;
}

void shown_follow(struct ui *ui, const struct model *m, const struct findings *f)
{
	const struct shown s = shown_find(ui, m, f);

	if (ui->popup == POPUP_REMEDY && !s.is_another)
		shown_keep(ui, &s);
}

bool shown_take(struct shown *s, struct ui *ui, const struct model *m, const struct findings *f)
{
	*s = shown_find(ui, m, f);
	if (!s->is_another)
		return true;
	shown_keep(ui, s);
	ui->popup_scroll = 0;
	ui_say(ui, "That remedy is gone, this is another one: read it, then press the key again");
	return false;
}

void shown_turn_finding(struct ui *ui, const struct model *m, const struct findings *f, int by)
{
	const struct shown s = shown_find(ui, m, f);
	size_t next;

	if (!s.finding)
		return;
	next = turn(s.finding_index, s.finding_count, by);
	ui->popup_rule = findings_of(f, ui->selected)[next].rule;
	ui->popup_remedy = REMEDY_NONE;
	ui->popup_scroll = 0;
}

void shown_turn_remedy(struct ui *ui, const struct model *m, const struct findings *f, int by)
{
	const struct shown s = shown_find(ui, m, f);
	enum remedy_id ranked[FINDING_REMEDY_MAX];

	if (s.remedy == REMEDY_NONE)
		return;
	rank(ranked, &s);
	ui->popup_rule = s.finding->rule;
	ui->popup_remedy = ranked[turn(s.remedy_index, s.finding->remedy_count, by)];
	ui->popup_scroll = 0;
}
