/* Types of terminals: what they show, and how it looks on them. */
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "terminal.h"

enum { ROWS = 24, COLUMNS = 80 };

/* What is looked for in the styles: those of the row where the style is painted. */
static char *style_of(const struct terminal *t, enum style style)
{
	char *dump, *line, row[8], *result = NULL;

	term_erase(t->term);
	term_text(t->term, style % ROWS, 0, 4, style, "text");
	term_flush(t->term);
	screen_feed(t->screen);
	dump = screen_dump(t->screen);
	snprintf(row, sizeof row, "\n%d: ", style % ROWS);
	line = strstr(strstr(dump, "-- styles --"), row);
	if (line) {
		line += strlen(row);
		*strchr(line, '\n') = '\0';
	}
	result = strdup(line ? line : "");
	free(dump);
	return result;
}

struct look {
	enum style style;
	const char *seen; /* "" for one without attributes and colour */
};

static void assert_looks(
	const char *type, bool no_color, enum theme theme, const struct look *looks, size_t count)
{
	struct terminal t;

	if (!terminal_is_known(type)) {
		print_message("# SKIP: terminfo has no %s (Debian: ncurses-term)\n", type);
		skip();
	}
	if (no_color)
		setenv("NO_COLOR", "1", 1);
	else
		unsetenv("NO_COLOR");
	t = terminal_new(type, ROWS, COLUMNS);
	unsetenv("NO_COLOR");
	if (theme != THEME_DARK)
		term_set_theme(t.term, theme);
	for (size_t i = 0; i < count; i++) {
		char *seen = style_of(&t, looks[i].style);

		if (strcmp(seen, looks[i].seen) != 0)
			fail_msg("%s, style %d: \"%s\", not \"%s\"", type, looks[i].style, seen,
				looks[i].seen);
		free(seen);
	}
	terminal_free(&t);
}

#define ASSERT_LOOKS(type, no_color, theme, looks) \
	assert_looks(type, no_color, theme, looks, sizeof(looks) / sizeof *(looks))

static void test_8_colours(void **state)
{
	static const struct look dark[] = {
		{ STYLE_NORMAL, "" },
		{ STYLE_SELECTED, "0-3 reverse" },
		{ STYLE_GUEST, "0-3 bold fg2" },
		{ STYLE_SYSTEM, "0-3 bold fg5" },
		{ STYLE_BORDER, "0-3 fg6" },
		{ STYLE_HEAT_0, "0-3 fg6" },
		{ STYLE_HEAT_4, "0-3 bold reverse fg1" },
	};
	static const struct look light[] = {
		{ STYLE_GUEST, "0-3 fg2" },
		{ STYLE_USER, "0-3 fg4" },
		{ STYLE_WARNING, "0-3 bold fg5" },
	};

	(void)state;
	ASSERT_LOOKS("xterm", false, THEME_DARK, dark);
	ASSERT_LOOKS("xterm", false, THEME_LIGHT, light);
}

static void test_16_colours(void **state)
{
	static const struct look dark[] = {
		{ STYLE_GUEST, "0-3 fg10" },
		{ STYLE_SYSTEM, "0-3 fg13" },
		{ STYLE_HEAT_0, "0-3 fg12" },
	};
	static const struct look light[] = { { STYLE_GUEST, "0-3 fg2" } };

	(void)state;
	ASSERT_LOOKS("xterm-16color", false, THEME_DARK, dark);
	ASSERT_LOOKS("xterm-16color", false, THEME_LIGHT, light);
}

static void test_256_colours(void **state)
{
	static const struct look dark[] = {
		{ STYLE_DIM, "0-3 dim" },
		{ STYLE_HEADER, "0-3 underline" },
		{ STYLE_GUEST, "0-3 fg114" },
		{ STYLE_WARNING, "0-3 bold fg220" },
		{ STYLE_HEAT_3, "0-3 fg208" },
	};
	static const struct look light[] = {
		{ STYLE_GUEST, "0-3 fg28" },
		{ STYLE_WARNING, "0-3 bold fg130" },
		{ STYLE_HEAT_3, "0-3 fg160" },
	};

	(void)state;
	ASSERT_LOOKS("xterm-256color", false, THEME_DARK, dark);
	ASSERT_LOOKS("xterm-256color", false, THEME_LIGHT, light);
}

static void test_without_colours(void **state)
{
	static const struct look looks[] = {
		{ STYLE_GUEST, "" },
		{ STYLE_SYSTEM, "0-3 bold" },
		{ STYLE_SORTED, "0-3 bold reverse" },
		{ STYLE_CRITICAL, "0-3 bold underline" },
		{ STYLE_HEAT_2, "0-3 underline" },
		{ STYLE_HEAT_4, "0-3 bold reverse" },
	};

	(void)state;
	ASSERT_LOOKS("xterm-256color", false, THEME_MONO, looks);
	for (int theme = 0; theme < THEME__COUNT; theme++) {
		ASSERT_LOOKS("xterm-256color", true, (enum theme)theme, looks);
		ASSERT_LOOKS("vt100", false, (enum theme)theme, looks);
	}
}

/* At run time: what is on the screen changes its looks with the next frame, and only then. */
static void test_change_of_theme(void **state)
{
	struct terminal t = terminal_new("xterm-256color", ROWS, COLUMNS);
	static const struct {
		enum theme theme;
		const char *seen;
	} steps[] = { { THEME_DARK, "0-3 fg114" }, { THEME_LIGHT, "0-3 fg28" }, { THEME_MONO, "" },
		{ THEME_LIGHT, "0-3 fg28" }, { THEME_DARK, "0-3 fg114" } };

	(void)state;
	for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
		char *seen;

		term_set_theme(t.term, steps[i].theme);
		assert_int_equal(screen_feed(t.screen), 0);
		seen = style_of(&t, STYLE_GUEST);
		assert_string_equal(seen, steps[i].seen);
		free(seen);
		free(style_of(&t, STYLE_GUEST));
		assert_int_equal(screen_feed(t.screen), 0);
	}
	terminal_free(&t);
}

/* A screen with all styles, a box and wide characters, and what it must read as. */
static void paint_all(struct term *t)
{
	term_erase(t);
	for (int style = 0; style < STYLE__COUNT; style++)
		term_text(t, style % 12, 26 * (style / 12), 26, (enum style)style,
			"0 aaaaaaaaaaaaaaaaaaaaa 日");
	term_box(t, 12, 10, 5, 20, "title");
	term_text(t, ROWS - 1, 0, COLUMNS, STYLE_KEY,
		"the last row, to its very last column: the screen must not scroll from it     <");
	term_flush(t);
}

static void assert_all(const struct terminal *t)
{
	static const char *const box[] = {
		"          ┌─ title ──────────┐\n",
		"          │                  │\n",
		"          │                  │\n",
		"          │                  │\n",
		"          └──────────────────┘\n",
	};
	char *text = terminal_text(t), *line = text;

	for (int row = 0; row < ROWS; row++, line = strchr(line, '\n') + 1) {
		const char *wanted = "\n";

		if (row < STYLE__COUNT - 12)
			wanted = "0 aaaaaaaaaaaaaaaaaaaaa 日0 aaaaaaaaaaaaaaaaaaaaa 日\n";
		else if (row < 12)
			wanted = "0 aaaaaaaaaaaaaaaaaaaaa 日\n";
		else if (row < 17)
			wanted = box[row - 12];
		else if (row == ROWS - 1)
			wanted =
				"the last row, to its very last column: the screen must not scroll "
				"from it     <\n";
		if (strncmp(line, wanted, strlen(wanted)) != 0)
			fail_msg("row %d: %.100s", row, line);
	}
	free(text);
}

/* Behind the end there is the shell's screen, blank here, or the last frame where the terminal has only
 * one. */
static void assert_left(const struct terminal *t, bool has_two_screens)
{
	char *text = terminal_text(t);

	if (has_two_screens)
		assert_int_equal(strspn(text, "\n"), strlen(text));
	else
		assert_all(t);
	free(text);
}

static void test_types(void **state)
{
	static const struct {
		const char *type;
		bool has_two_screens;
	} types[] = {
		{ "xterm", true },
		{ "xterm-256color", true },
		{ "screen", true },
		{ "screen-256color", true },
		{ "tmux-256color", true },
		{ "rxvt", true },
		{ "putty", true },
		{ "linux", false },
		{ "vt100", false },
		{ "vt220", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		struct terminal t;

		if (!terminal_is_known(types[i].type)) {
			print_message(
				"# terminfo has no %s (Debian: ncurses-term)\n", types[i].type);
			continue;
		}
		print_message("# %s\n", types[i].type);
		t = terminal_new(types[i].type, ROWS, COLUMNS);
		term_set_mouse(t.term, true);
		paint_all(t.term);
		screen_feed(t.screen);
		assert_all(&t);
		paint_all(t.term);
		assert_int_equal(screen_feed(t.screen), 0);
		term_set_theme(t.term, THEME_LIGHT);
		term_redraw(t.term);
		paint_all(t.term);
		screen_feed(t.screen);
		assert_all(&t);
		term_suspend(t.term);
		screen_feed(t.screen);
		assert_left(&t, types[i].has_two_screens);
		term_resume(t.term);
		paint_all(t.term);
		screen_feed(t.screen);
		assert_all(&t);
		term_close(t.term);
		screen_feed(t.screen);
		assert_left(&t, types[i].has_two_screens);
		assert_int_equal(screen_click(t.screen, 1, 1, 1), 0);
		screen_free(t.screen);
	}
}

int run_terminal_looks_tests(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_8_colours),
		cmocka_unit_test(test_16_colours),
		cmocka_unit_test(test_256_colours),
		cmocka_unit_test(test_without_colours),
		cmocka_unit_test(test_change_of_theme),
		cmocka_unit_test(test_types),
	};

	return cmocka_run_group_tests_name("terminals", tests, NULL, NULL);
}
