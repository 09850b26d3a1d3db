#include "view/actions.h"

#include <string.h>

#include "view/selection.h"
#include "view/ui_moves.h"
#include "view/views.h"

static enum stale sort_exits(struct ui *ui, int by)
{
	ui->exit_sort =
		(enum exit_column)(((int)ui->exit_sort + by + EXIT_COL__COUNT) % EXIT_COL__COUNT);
	ui->exit_reverse = false;
	ui_say(ui, "Exit table by %s: %s", exit_columns[ui->exit_sort].title,
		exit_columns[ui->exit_sort].help);
	return STALE_SORT;
}

enum stale act_sort_exits(struct scope *s)
{
	return sort_exits(s->ui, 1);
}

enum stale act_sort_left(struct scope *s)
{
	return sort_exits(s->ui, -1);
}

enum stale act_reverse(struct scope *s)
{
	s->ui->exit_reverse = !s->ui->exit_reverse;
	return STALE_SORT;
}

static enum stale sort_rows(struct scope *s, int by)
{
	const struct rows *rows = selection_rows(s->ui, s->m, s->f);
	const size_t count = rows->column_count;
	const size_t column = (selection_sorted(s->ui) + count + (size_t)by) % count;

	ui_sort_by(s->ui, &rows->columns[column]);
	return STALE_SORT;
}

enum stale act_sort_rows(struct scope *s)
{
	return sort_rows(s, 1);
}

enum stale act_sort_rows_left(struct scope *s)
{
	return sort_rows(s, -1);
}

enum stale act_reverse_rows(struct scope *s)
{
	s->ui->views[s->ui->view].reverse = !s->ui->views[s->ui->view].reverse;
	return STALE_SORT;
}

/* The column is the view's, or the overview's where the view has none of the kind. */
static enum stale sort_rows_by(struct scope *s, const struct field *column)
{
	const struct rows *rows = selection_rows(s->ui, s->m, s->f);

	if (field_find(rows->columns, rows->column_count, column->key) == rows->column_count)
		ui_turn_to(s->ui, VIEW_OVERVIEW);
	ui_sort_by(s->ui, column);
	return STALE_SORT;
}

enum stale act_sort_cpu(struct scope *s)
{
	return sort_rows_by(s, &vm_columns[VM_COL_CPU]);
}

enum stale act_sort_name(struct scope *s)
{
	return sort_rows_by(s, &vm_columns[VM_COL_NAME]);
}

enum stale act_interval_mode(struct scope *s)
{
	s->ui->cumulative = !s->ui->cumulative;
	ui_say(s->ui, s->ui->cumulative ? "Exit table since the start, or since z was pressed"
					: "Exit table of the last interval");
	return STALE_PAINT;
}

enum stale act_halts(struct scope *s)
{
	struct ui *ui = s->ui;

	ui->without_halts = !ui->without_halts;
	ui_say(ui, ui->without_halts ? "time%% without halts: an idle guest does not drown the rest"
				     : "time%% of all exits, halts included");
	return STALE_SORT;
}

static enum stale change_interval(struct ui *ui, bool faster)
{
	struct settings *set = &ui->settings;

	set->interval_s = settings_step_interval(set->interval_s, faster);
	ui->settings_changed = true;
	ui_say(ui, "A look every %g s", set->interval_s);
	return STALE_PAINT;
}

enum stale act_faster(struct scope *s)
{
	return change_interval(s->ui, true);
}

enum stale act_slower(struct scope *s)
{
	return change_interval(s->ui, false);
}

enum stale act_filter(struct scope *s)
{
	s->ui->filtering = true;
	s->ui->popup = POPUP_NONE;
	return STALE_PAINT;
}

enum stale act_filter_keep(struct scope *s)
{
	s->ui->filtering = false;
	return STALE_PAINT;
}

enum stale act_filter_clear(struct scope *s)
{
	s->ui->filtering = false;
	s->ui->filter[0] = '\0';
	return STALE_SORT;
}

/* Takes the last character off: back over the bytes that continue one. */
static void erase_last(char *text)
{
	size_t length = strlen(text);

	while (length && ((unsigned char)text[--length] & 0xc0) == 0x80)
		;
	text[length] = '\0';
}

enum stale act_filter_erase(struct scope *s)
{
	erase_last(s->ui->filter);
	return STALE_SORT;
}

static enum stale step(struct ui *ui, int ticks)
{
	ui->paused = true;
	ui->replay.ticks += ticks;
	return STALE_PAINT;
}

enum stale act_tick_back(struct scope *s)
{
	return step(s->ui, -1);
}

enum stale act_tick_on(struct scope *s)
{
	return step(s->ui, 1);
}

enum stale act_minute_back(struct scope *s)
{
	s->ui->replay.seconds -= 60;
	return STALE_PAINT;
}

enum stale act_minute_on(struct scope *s)
{
	s->ui->replay.seconds += 60;
	return STALE_PAINT;
}

static enum stale change_speed(struct ui *ui, double factor)
{
	const double speed = ui->replay.speed * factor;

	if (speed >= UI_SPEED_MIN && speed <= UI_SPEED_MAX)
		ui->replay.speed = speed;
	ui_say(ui, "Played %g times as fast as it was", ui->replay.speed);
	return STALE_PAINT;
}

enum stale act_play_faster(struct scope *s)
{
	return change_speed(s->ui, 2);
}

enum stale act_play_slower(struct scope *s)
{
	return change_speed(s->ui, 0.5);
}

enum stale act_go_to(struct scope *s)
{
	s->ui->replay.go_to[0] = '\0';
	s->ui->replay.asks = true;
	return STALE_PAINT;
}

enum stale act_go(struct scope *s)
{
	s->ui->replay.asks = false;
	s->ui->replay.wanted = s->ui->replay.go_to[0];
	return STALE_PAINT;
}

enum stale act_go_nowhere(struct scope *s)
{
	s->ui->replay.asks = false;
	return STALE_PAINT;
}

enum stale act_go_erase(struct scope *s)
{
	erase_last(s->ui->replay.go_to);
	return STALE_PAINT;
}

enum stale act_answer_erase(struct scope *s)
{
	erase_last(s->ui->change.answer);
	return STALE_PAINT;
}

enum stale act_follow(struct scope *s)
{
	struct settings *set = &s->ui->settings;

	set->follow = !set->follow;
	s->ui->settings_changed = true;
	ui_say(s->ui, set->follow ? "The selection follows its VM"
				  : "The selection stays in its row: in the first, the busiest VM");
	return STALE_SORT;
}

/* The app lists them. */
enum stale act_off(struct scope *s)
{
	struct settings *set = &s->ui->settings;

	set->off = !set->off;
	s->ui->settings_changed = true;
	ui_say(s->ui, set->off ? "Shut-off VMs are shown too" : "Only running VMs are shown");
	return STALE_SORT;
}

enum stale act_cpus(struct scope *s)
{
	s->ui->settings.cpus = !s->ui->settings.cpus;
	s->ui->settings_changed = true;
	return STALE_PAINT;
}

enum stale act_of_host(struct scope *s)
{
	struct settings *set = &s->ui->settings;

	set->of_host = !set->of_host;
	s->ui->settings_changed = true;
	if (set->of_host)
		ui_say(s->ui, "100 %% is all %d CPUs of the host together", s->m->host.cpus);
	else
		ui_say(s->ui, "100 %% is one CPU of the host");
	return STALE_PAINT;
}

enum stale act_mouse(struct scope *s)
{
	struct settings *set = &s->ui->settings;

	set->mouse = !set->mouse;
	s->ui->settings_changed = true;
	ui_say(s->ui, set->mouse ? "Clicks and the wheel are kvmtop's"
				 : "The mouse is the terminal's: select and copy text with it");
	return STALE_PAINT;
}
