/* The setup: what its lines are, what turning them changes, and that it shows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "sample/wants.h"
#include "view/menus.h"
#include "view/selection.h"
#include "view/ui.h"

struct fixture {
	struct model model;
	struct findings findings;
	struct ui ui;
};

static void set_up(struct fixture *f)
{
	memset(f, 0, sizeof *f);
	f->model.host.cpus = 8;
	ui_init(&f->ui);
	f->ui.painted.page = 5;
	ui_act(&f->ui, ACTION_SETUP, &f->model, &f->findings);
	assert_int_equal(f->ui.popup, POPUP_SETUP);
}

static void act(struct fixture *f, enum action action)
{
	ui_act(&f->ui, action, &f->model, &f->findings);
}

static struct menu_line line_at(struct fixture *f, size_t i)
{
	struct menu_line line = { 0 };

	menu_setup.line(&f->ui, i, &line);
	return line;
}

/* Goes to the line of that name below a heading, with the keys alone. */
static void go_to(struct fixture *f, const char *heading, const char *name)
{
	const size_t count = menu_count(&f->ui);
	size_t i = 0;

	while (i < count && strcmp(line_at(f, i).name, heading) != 0)
		i++;
	assert_true(i < count && line_at(f, i).heading);
	while (++i < count && !line_at(f, i).heading)
		if (!strcmp(line_at(f, i).name + 2, name))
			break;
	assert_true(i < count && !line_at(f, i).heading);
	act(f, ACTION_FIRST);
	while (f->ui.popup_row < i)
		act(f, ACTION_DOWN);
	assert_int_equal(f->ui.popup_row, i);
}

static void assert_value(struct fixture *f, const char *value)
{
	assert_string_equal(line_at(f, f->ui.popup_row).value, value);
}

/* Every column but each table's first has a line with its help, and every line fits. */
static void all_columns_are_there(void **state)
{
	struct fixture f;
	size_t headings = 0, lines = 0, columns = 0;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < menu_count(&f.ui); i++) {
		const struct menu_line line = line_at(&f, i);

		assert_true(line.name[0]);
		if (line.heading) {
			headings++;
			assert_null(line.help);
			assert_string_equal(line.value, "");
			continue;
		}
		lines++;
		assert_true(line.help && *line.help);
		assert_true(line.value[0]);
	}
	for (int t = 0; t < SETTINGS_TABLE__COUNT; t++) {
		const struct settings_columns *table = &settings_tables[t];
		char heading[80];

		columns += table->count - 1;
		snprintf(heading, sizeof heading, "%s: columns", table->name);
		for (size_t i = 1; i < table->count; i++) {
			go_to(&f, heading, table->columns[i].title);
			assert_string_equal(
				line_at(&f, f.ui.popup_row).help, table->columns[i].help);
		}
	}
	assert_int_equal(headings, 1 + SETTINGS_TABLE__COUNT);
	assert_int_equal(lines, settings_row_count + columns);
	assert_false(f.ui.settings_changed); /* looking changes nothing */
	ui_fini(&f.ui);
}

/* Headings are no place to stand on, whichever key leads there. */
static void keys_pass_headings(void **state)
{
	static const enum action keys[] = { ACTION_DOWN, ACTION_PAGE_DOWN, ACTION_UP,
		ACTION_PAGE_UP, ACTION_LAST, ACTION_FIRST };
	struct fixture f;

	(void)state;
	set_up(&f);
	assert_int_equal(f.ui.popup_row, 1);
	for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
		for (size_t i = 0; i < menu_count(&f.ui); i++) {
			act(&f, keys[k]);
			assert_false(line_at(&f, f.ui.popup_row).heading);
			assert_string_equal(f.ui.message, "");
		}
	assert_int_equal(f.ui.popup_row, 1);
	act(&f, ACTION_LAST);
	assert_int_equal(f.ui.popup_row, menu_count(&f.ui) - 1);
	ui_fini(&f.ui);
}

static void general_settings(void **state)
{
	const struct settings first = settings_default();
	/* clang-format off */
	static const struct { const char *name, *first, *other; size_t offset; } switches[] = {
		{ "Mouse", "on", "off", offsetof(struct settings, mouse) },
		{ "Selection follows its VM", "on", "off", offsetof(struct settings, follow) },
		{ "Each CPU in the header", "off", "on", offsetof(struct settings, cpus) },
		{ "Shut-off VMs", "off", "on", offsetof(struct settings, off) },
		{ "100 % is", "one CPU", "all CPUs of the host", offsetof(struct settings, of_host) },
	};
	/* clang-format on */
	static const enum action ways[] = { ACTION_NEXT, ACTION_PREVIOUS, ACTION_ENTER };
	struct fixture f;

	(void)state;
	set_up(&f);
	for (size_t i = 0; i < sizeof switches / sizeof *switches; i++)
		for (size_t w = 0; w < 3; w++) {
			const bool *value =
				(const bool *)((const char *)&f.ui.settings + switches[i].offset);
			const bool was = *(const bool *)((const char *)&first + switches[i].offset);

			f.ui.settings_changed = false;
			go_to(&f, "General", switches[i].name);
			assert_value(&f, switches[i].first);
			act(&f, ways[w]);
			assert_value(&f, switches[i].other);
			assert_int_equal(*value, !was);
			assert_true(f.ui.settings_changed);
			assert_int_equal(f.ui.popup, POPUP_SETUP);
			act(&f, ways[w]);
			assert_value(&f, switches[i].first);
		}
	ui_fini(&f.ui);
}

static void interval_and_theme(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	go_to(&f, "General", "Time between two looks");
	assert_value(&f, "1 s");
	act(&f, ACTION_NEXT);
	assert_value(&f, "2 s");
	act(&f, ACTION_PREVIOUS);
	act(&f, ACTION_PREVIOUS);
	assert_value(&f, "0.5 s");
	for (int i = 0; i < 12; i++)
		act(&f, ACTION_PREVIOUS);
	assert_value(&f, "0.1 s");
	for (int i = 0; i < 12; i++)
		act(&f, ACTION_ENTER);
	assert_value(&f, "60 s");

	go_to(&f, "General", "Theme");
	assert_value(&f, "dark");
	act(&f, ACTION_NEXT);
	assert_value(&f, "light");
	act(&f, ACTION_NEXT);
	assert_value(&f, "mono");
	act(&f, ACTION_NEXT);
	assert_value(&f, "dark");
	act(&f, ACTION_PREVIOUS);
	assert_int_equal(f.ui.settings.theme, THEME_MONO);
	ui_fini(&f.ui);
}

static void columns_on_and_off(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f);
	go_to(&f, "VMs: columns", "PID");
	assert_value(&f, "on");
	act(&f, ACTION_ENTER);
	assert_value(&f, "off");
	assert_int_equal(f.ui.settings.hidden[SETTINGS_VMS],
		settings_hidden_at_first(SETTINGS_VMS) | 1 << VM_COL_PID);
	assert_true(f.ui.settings_changed);
	go_to(&f, "Threads: columns", "TID");
	assert_value(&f, "on");
	act(&f, ACTION_NEXT);
	go_to(&f, "Exit table: columns", exit_columns[EXIT_COL_RATE].title);
	act(&f, ACTION_PREVIOUS);
	assert_int_equal(f.ui.settings.hidden[SETTINGS_VMS],
		settings_hidden_at_first(SETTINGS_VMS) | 1 << VM_COL_PID);
	assert_int_equal(f.ui.settings.hidden[SETTINGS_THREADS], 1 << THREAD_COL_TID);
	assert_int_equal(f.ui.settings.hidden[SETTINGS_EXITS], 1 << EXIT_COL_RATE);
	go_to(&f, "VMs: columns", "PID");
	act(&f, ACTION_NEXT);
	assert_value(&f, "on");
	assert_int_equal(
		f.ui.settings.hidden[SETTINGS_VMS], settings_hidden_at_first(SETTINGS_VMS));
	/* What is hidden at first is shown, and asked for, when it is wanted. */
	assert_int_equal(ui_wants(&f.ui), 0);
	go_to(&f, "VMs: columns", vm_columns[VM_COL_RSS].title);
	assert_value(&f, "off");
	act(&f, ACTION_NEXT);
	assert_value(&f, "on");
	assert_true(settings_show_devices(&f.ui.settings));
	assert_int_equal(ui_wants(&f.ui), WANT_DEVICES);
	act(&f, ACTION_CLOSE);
	assert_int_equal(f.ui.popup, POPUP_NONE);
	ui_fini(&f.ui);
}

/* Whose figures a row has is always said. */
static void first_columns_stay(void **state)
{
	(void)state;
	for (int t = 0; t < SETTINGS_TABLE__COUNT; t++) {
		const enum settings_table table = (enum settings_table)t;

		assert_false(settings_can_hide(table, 0));
		assert_true(settings_can_hide(table, 1));
		assert_true(settings_can_hide(table, settings_tables[t].count - 1));
		assert_false(settings_can_hide(table, settings_tables[t].count));
		assert_true(settings_tables[t].count <= 32);
	}
}

/* A list that is sorted by a hidden column stays so. */
static void hidden_column_still_sorts(void **state)
{
	struct vm quiet = { .id = { 1, 1 }, .name = "quiet" },
		  busy = { .id = { 2, 1 }, .name = "busy" };
	struct vm *vms[] = { &quiet, &busy };
	const struct rows *rows;
	struct fixture f;

	(void)state;
	set_up(&f);
	act(&f, ACTION_CLOSE);
	quiet.cpu.cpu_pct = 1;
	busy.cpu.cpu_pct = 90;
	f.model.vms = vms;
	f.model.vm_count = 2;
	f.ui.settings.hidden[SETTINGS_VMS] = UINT32_MAX & ~UINT32_C(1);
	rows = selection_rows(&f.ui, &f.model, &f.findings);
	assert_string_equal(f.ui.views[VIEW_OVERVIEW].sort, vm_columns[VM_COL_CPU].key);
	assert_ptr_equal(rows->items[0].vm, &busy);
	assert_int_equal(rows->column_count, VM_COL__COUNT); /* what the sort menu lists */
	ui_fini(&f.ui);
}

/* Each row says where its value is, what it can be, and what it is at first. */
static void rows_are_whole(void **state)
{
	const struct settings first = settings_default();

	(void)state;
	for (size_t i = 0; i < settings_row_count; i++) {
		const struct setting *s = &settings_rows[i];
		struct settings set = first;
		char range[64], shown[32], written[32];

		assert_in_range(strlen(s->help), 1, 120);
		assert_true(s->first >= s->min && s->first <= s->max);
		assert_true(setting_value(s, &first) == s->first);
		setting_range(s, sizeof range, range);
		for (int by = -1; by <= 1; by += 2)
			for (int turn = 0; turn < 12; turn++) {
				double value;

				setting_turn(s, &set, by);
				value = setting_value(s, &set);
				assert_true(value >= s->min && value <= s->max);
				setting_show(s, value, sizeof shown, shown);
				setting_write(s, value, sizeof written, written);
				assert_true(shown[0] && written[0]);
				assert_true(s->kind == SETTING_SECONDS || strstr(range, written));
			}
		/* Nothing else lies there. */
		setting_put(s, &set, s->first);
		assert_true(settings_equal(&set, &first));
		setting_turn(s, &set, 1);
		assert_false(settings_equal(&set, &first));
		for (size_t k = 0; k < settings_row_count; k++)
			if (k != i)
				assert_true(setting_value(&settings_rows[k], &set) ==
					    settings_rows[k].first);
	}
}

static void steps(void **state)
{
	static const struct {
		double from, faster, slower;
	} cases[] = {
		{ 0.1, 0.1, 0.2 },
		{ 0.15, 0.1, 0.2 },
		{ 1, 0.5, 2 },
		{ 3, 2, 5 },
		{ 60, 30, 60 },
		{ 3600, 60, 3600 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_true(settings_step_interval(cases[i].from, true) == cases[i].faster);
		assert_true(settings_step_interval(cases[i].from, false) == cases[i].slower);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_columns_are_there),
		cmocka_unit_test(keys_pass_headings),
		cmocka_unit_test(general_settings),
		cmocka_unit_test(interval_and_theme),
		cmocka_unit_test(columns_on_and_off),
		cmocka_unit_test(first_columns_stay),
		cmocka_unit_test(hidden_column_still_sorts),
		cmocka_unit_test(rows_are_whole),
		cmocka_unit_test(steps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
