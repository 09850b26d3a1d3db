#include "view/shown.h"

#include <string.h>

/* index plus by, within count and round its end. */
static size_t turn(size_t index, size_t count, int by)
{
	const long at = ((long)index + by) % (long)count;

	return (size_t)(at < 0 ? at + (long)count : at);
}

/* Findings change with each look: the user's place is the rule, not the row. */
static size_t find_rule(const struct finding *of_vm, size_t count, const struct rule *rule)
{
	for (size_t i = 0; i < count; i++)
		if (of_vm[i].rule == rule)
			return i;
	for (size_t i = 0; i < count; i++)
		if (finding_stands_for(&of_vm[i], rule))
			return i;
	return 0;
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
	s.finding = &of_vm[s.finding_index];
	if (!s.finding->remedy_count)
		return s;
	s.remedy_index = ui->popup_remedy < s.finding->remedy_count ? ui->popup_remedy
								    : s.finding->remedy_count - 1;
	memcpy(ranked, s.finding->remedies, sizeof ranked);
	remedies_rank(ranked, s.finding->remedy_count, s.vm->domain);
	s.remedy = ranked[s.remedy_index];
	return s;
}

void shown_turn_finding(struct ui *ui, const struct model *m, const struct findings *f, int by)
{
	const struct shown s = shown_find(ui, m, f);
	size_t next;

	if (!s.finding)
		return;
	next = turn(s.finding_index, s.finding_count, by);
	ui->popup_rule = findings_of(f, ui->selected)[next].rule;
	ui->popup_remedy = 0;
	ui->popup_scroll = 0;
}

void shown_turn_remedy(struct ui *ui, const struct model *m, const struct findings *f, int by)
{
	const struct shown s = shown_find(ui, m, f);

	if (s.remedy == REMEDY_NONE)
		return;
	ui->popup_rule = s.finding->rule;
	ui->popup_remedy = turn(s.remedy_index, s.finding->remedy_count, by);
	ui->popup_scroll = 0;
}
