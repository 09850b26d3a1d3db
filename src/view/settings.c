#include "view/settings.h"

#include <stdio.h>
#include <string.h>

#define SWITCH(member)                                                                    \
	.kind = SETTING_SWITCH, FIELD_PLACE(settings, member), .min = false, .max = true, \
	.words = { "false", "true" }, .names = { "off", "on" }

/* clang-format off */
const struct setting settings_rows[] = {
	{
		.key = "interval_s", .name = "Time between two looks",
		.help = "Short intervals show peaks, long ones cost less.",
		.kind = SETTING_SECONDS, FIELD_PLACE(settings, interval_s),
		.min = SETTINGS_INTERVAL_MIN_S, .max = SETTINGS_INTERVAL_MAX_S, .first = 1,
	},
	{
		.key = "percent_of", .name = "100 % is",
		.help = "Of one CPU, 4 busy vCPUs are 400 %; of all CPUs of the host together, %CPU becomes %HOST.",
		.kind = SETTING_CHOICE, FIELD_PLACE(settings, of_host),
		.min = false, .max = true, .first = false,
		.words = { "cpu", "host" }, .names = { "one CPU", "all CPUs of the host" },
	},
	{
		.key = "theme", .name = "Theme",
		.help = "For a dark background, a light one, or without colours, which NO_COLOR in the environment is too.",
		.kind = SETTING_CHOICE, FIELD_PLACE(settings, theme),
		.min = 0, .max = THEME__COUNT - 1, .first = THEME_DARK,
		.words = { [THEME_DARK] = "dark", [THEME_LIGHT] = "light", [THEME_MONO] = "mono" },
	},
	{
		.key = "mouse", .name = "Mouse",
		.help = "On, clicks and the wheel are kvmtop's. Off, the terminal's own selection of text works.",
		SWITCH(mouse), .first = true,
	},
	{
		.key = "follow", .name = "Selection follows its VM",
		.help = "On, the selection stays with its VM when rows change places. Off, it stays in its row.",
		SWITCH(follow), .first = true,
	},
	{
		.key = "cpus", .name = "Each CPU in the header",
		.help = "How busy each CPU of the host is.",
		SWITCH(cpus), .first = false,
	},
	{
		.key = "shut_off", .name = "Shut-off VMs",
		.help = "On, shut-off and saved VMs are shown too, with state and configuration.",
		SWITCH(off), .first = false,
	},
};
/* clang-format on */

const size_t settings_row_count = sizeof settings_rows / sizeof *settings_rows;

double setting_value(const struct setting *s, const struct settings *set)
{
	const void *at = (const char *)set + s->offset;
	double seconds;
	unsigned choice;

	if (s->kind == SETTING_SECONDS) {
		memcpy(&seconds, at, sizeof seconds);
		return seconds;
	}
	if (s->size == sizeof(bool))
		return *(const bool *)at;
	memcpy(&choice, at, sizeof choice);
	return choice;
}

void setting_put(const struct setting *s, struct settings *set, double value)
{
	void *at = (char *)set + s->offset;
	const unsigned choice = (unsigned)value;

	if (s->kind == SETTING_SECONDS)
		memcpy(at, &value, sizeof value);
	else if (s->size == sizeof(bool))
		*(bool *)at = value > 0;
	else
		memcpy(at, &choice, sizeof choice);
}

void setting_turn(const struct setting *s, struct settings *set, int by)
{
	const double value = setting_value(s, set), next = value + by;

	if (s->kind == SETTING_SECONDS)
		setting_put(s, set, settings_step_interval(value, by < 0));
	else
		setting_put(s, set, next > s->max ? s->min : next < s->min ? s->max : next);
}

void setting_show(const struct setting *s, double value, size_t size, char *out)
{
	if (s->kind == SETTING_SECONDS)
		snprintf(out, size, "%g s", value);
	else
		snprintf(out, size, "%s", (s->names[0] ? s->names : s->words)[(size_t)value]);
}

void setting_range(const struct setting *s, size_t size, char *out)
{
	const size_t last = (size_t)s->max;
	int used = 0;

	if (s->kind == SETTING_SECONDS) {
		snprintf(out, size, "a number from %g to %g", s->min, s->max);
		return;
	}
	for (size_t i = 0; i <= last && (size_t)used < size; i++)
		used += snprintf(out + used, size - (size_t)used, "%s%s",
			i == 0      ? ""
			: i == last ? " or "
				    : ", ",
			s->words[s->kind == SETTING_SWITCH ? last - i : i]);
}

const struct settings_columns settings_tables[SETTINGS_TABLE__COUNT] = {
	[SETTINGS_VMS] = { "vms", "VMs", vm_columns, VM_COL__COUNT },
	[SETTINGS_THREADS] = { "threads", "Threads", thread_columns, THREAD_COL__COUNT },
	[SETTINGS_EXITS] = { "exits", "Exit table", exit_columns, EXIT_COL__COUNT },
};

uint32_t settings_hidden_at_first(enum settings_table table)
{
	uint32_t hidden = 0;

	for (size_t i = VM_COL_DEVICES; table == SETTINGS_VMS && i < VM_COL__COUNT; i++)
		hidden |= UINT32_C(1) << i;
	return hidden;
}

bool settings_show_devices(const struct settings *set)
{
	return ~set->hidden[SETTINGS_VMS] & settings_hidden_at_first(SETTINGS_VMS);
}

struct settings settings_default(void)
{
	struct settings set = { .hidden[SETTINGS_VMS] = settings_hidden_at_first(SETTINGS_VMS) };

	for (size_t i = 0; i < settings_row_count; i++)
		setting_put(&settings_rows[i], &set, settings_rows[i].first);
	return set;
}

bool settings_equal(const struct settings *a, const struct settings *b)
{
	for (size_t i = 0; i < settings_row_count; i++)
		if (setting_value(&settings_rows[i], a) != setting_value(&settings_rows[i], b))
			return false;
	return !memcmp(a->hidden, b->hidden, sizeof a->hidden);
}

double settings_step_interval(double interval_s, bool faster)
{
	static const double steps[] = { SETTINGS_INTERVAL_MIN_S, 0.2, 0.5, 1, 2, 5, 10, 30,
		SETTINGS_INTERVAL_MAX_S };
	const size_t count = sizeof steps / sizeof *steps;
	double next = interval_s;

	for (size_t i = 0; i < count; i++) {
		const double step = faster ? steps[i] : steps[count - 1 - i];

		if (faster ? step < interval_s : step > interval_s)
			next = step;
	}
	return next;
}

bool settings_can_hide(enum settings_table table, size_t column)
{
	return column > 0 && column < settings_tables[table].count;
}
