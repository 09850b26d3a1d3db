#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "view/bindings.h"
#include "view/term/term.h"

static void test_each_key_means_one_thing(void **state)
{
	static const unsigned contexts[] = { CONTEXT_MAIN | CONTEXT_OVERVIEW,
		CONTEXT_MAIN | CONTEXT_LIST, CONTEXT_POPUP, CONTEXT_EXITS,
		CONTEXT_POPUP | CONTEXT_REMEDY, CONTEXT_CHANGE, CONTEXT_MENU,
		CONTEXT_MENU | CONTEXT_SETUP, CONTEXT_FILTER };

	(void)state;
	for (size_t c = 0; c < sizeof contexts / sizeof *contexts; c++)
		for (size_t i = 0; i < binding_count; i++)
			for (size_t k = 0; k < BINDING_KEYS_MAX && bindings[i].keys[k]; k++)
				if (bindings[i].contexts & contexts[c])
					assert_int_equal(
						binding_find(bindings[i].keys[k], contexts[c]),
						bindings[i].action);
}

static void test_each_row_is_complete(void **state)
{
	(void)state;
	for (size_t i = 0; i < binding_count; i++) {
		assert_int_not_equal(bindings[i].action, ACTION_NONE);
		assert_int_not_equal(bindings[i].contexts, 0);
		assert_int_not_equal(bindings[i].keys[0], 0);
		assert_non_null(bindings[i].help);
		assert_true(strlen(bindings[i].help) > 5);
		assert_true(!bindings[i].label || bindings[i].label[0]);
	}
}

static void test_each_action_has_a_key(void **state)
{
	(void)state;
	for (int action = ACTION_NONE + 1; action < ACTION__COUNT; action++) {
		bool found = false;

		for (size_t i = 0; i < binding_count; i++)
			found |= (int)bindings[i].action == action;
		if (!found)
			fail_msg("action %d has no key", action);
	}
}

static void test_find(void **state)
{
	/* clang-format off */
	static const struct { int key; enum action in_main, in_remedy, in_exits; } cases[] = {
		{ 'q', ACTION_QUIT, ACTION_CLOSE, ACTION_CLOSE },
		{ TERM_KEY_F1 + 9, ACTION_QUIT, ACTION_CLOSE, ACTION_CLOSE },
		{ TERM_KEY_ESCAPE, ACTION_FILTER_CLEAR, ACTION_CLOSE, ACTION_CLOSE },
		{ 'j', ACTION_DOWN, ACTION_DOWN, ACTION_DOWN },
		{ TERM_KEY_UP, ACTION_UP, ACTION_UP, ACTION_UP },
		{ ' ', ACTION_FOLD, ACTION_PAGE_DOWN, ACTION_PAGE_DOWN },
		{ 'r', ACTION_REMEDY, ACTION_REMEDY, ACTION_REMEDY },
		{ TERM_KEY_ENTER, ACTION_ENTER, ACTION_CLOSE, ACTION_LATENCY },
		{ 's', ACTION_SORT_EXITS, ACTION_NONE, ACTION_SORT_EXITS },
		{ '<', ACTION_SORT_LEFT, ACTION_PREVIOUS, ACTION_SORT_LEFT },
		{ TERM_KEY_TAB, ACTION_NEXT_VIEW, ACTION_NEXT_FINDING, ACTION_NEXT },
		{ TERM_KEY_BACKTAB, ACTION_PREVIOUS_VIEW, ACTION_PREVIOUS_FINDING, ACTION_NONE },
		{ ']', ACTION_NONE, ACTION_NEXT_FINDING, ACTION_NONE },
		{ '[', ACTION_NONE, ACTION_PREVIOUS_FINDING, ACTION_NONE },
		{ 'R', ACTION_REVERSE, ACTION_NONE, ACTION_REVERSE },
		{ 'z', ACTION_ZERO, ACTION_NONE, ACTION_ZERO },
		{ '?', ACTION_HELP, ACTION_HELP, ACTION_HELP },
		{ '\f', ACTION_REDRAW, ACTION_REDRAW, ACTION_REDRAW },
		{ 'd', ACTION_DRILL_DOWN, ACTION_DRILL_DOWN, ACTION_CLOSE },
		{ 'l', ACTION_LATENCY, ACTION_NONE, ACTION_LATENCY },
		{ 'H', ACTION_HALTS, ACTION_NONE, ACTION_HALTS },
		{ 'i', ACTION_INTERVAL_MODE, ACTION_NONE, ACTION_INTERVAL_MODE },
		{ '>', ACTION_SORT_EXITS, ACTION_NEXT, ACTION_SORT_EXITS },
		{ TERM_KEY_LEFT, ACTION_SORT_LEFT, ACTION_PREVIOUS, ACTION_PREVIOUS },
		{ TERM_KEY_RIGHT, ACTION_SORT_EXITS, ACTION_NEXT, ACTION_NEXT },
		{ 'c', ACTION_NONE, ACTION_COPY, ACTION_NONE },
		{ 'w', ACTION_NONE, ACTION_WRITE_PATCH, ACTION_NONE },
		{ 'a', ACTION_NONE, ACTION_APPLY, ACTION_NONE },
		{ 'u', ACTION_UNDO, ACTION_UNDO, ACTION_NONE },
		{ 'A', ACTION_OFF, ACTION_NONE, ACTION_NONE },
		{ 'y', ACTION_NONE, ACTION_NONE, ACTION_NONE },
		{ 'b', ACTION_BASELINE, ACTION_NONE, ACTION_BASELINE },
		{ 'B', ACTION_DROP_BASELINE, ACTION_NONE, ACTION_DROP_BASELINE },
		{ 'x', ACTION_NONE, ACTION_NONE, ACTION_NONE },
		{ 0, ACTION_NONE, ACTION_NONE, ACTION_NONE },
		{ TERM_KEY_NONE, ACTION_NONE, ACTION_NONE, ACTION_NONE },
		{ TERM_KEY_HANGUP, ACTION_NONE, ACTION_NONE, ACTION_NONE },
		{ 0x65e5, ACTION_NONE, ACTION_NONE, ACTION_NONE },
	};
	/* clang-format on */

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_int_equal(binding_find(cases[i].key, CONTEXT_MAIN | CONTEXT_OVERVIEW),
			cases[i].in_main);
		assert_int_equal(binding_find(cases[i].key, CONTEXT_POPUP | CONTEXT_REMEDY),
			cases[i].in_remedy);
		assert_int_equal(binding_find(cases[i].key, CONTEXT_EXITS), cases[i].in_exits);
	}
}

static void test_key_names(void **state)
{
	/* clang-format off */
	static const struct { int key; const char *name, *ascii; } cases[] = {
		{ 'r', "r", "r" }, { ' ', "Space", "Space" }, { '\f', "Ctrl-L", "Ctrl-L" },
		{ TERM_KEY_F1, "F1", "F1" }, { TERM_KEY_F12, "F12", "F12" },
		{ TERM_KEY_UP, "↑", "Up" }, { TERM_KEY_RIGHT, "→", "Right" },
		{ TERM_KEY_ESCAPE, "Esc", "Esc" }, { TERM_KEY_PAGE_DOWN, "PgDn", "PgDn" },
		{ TERM_KEY_BACKTAB, "Shift-Tab", "Shift-Tab" },
	};
	/* clang-format on */
	char name[16];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		assert_string_equal(
			binding_key_name(cases[i].key, false, name, sizeof name), cases[i].name);
		assert_string_equal(
			binding_key_name(cases[i].key, true, name, sizeof name), cases[i].ascii);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_key_means_one_thing),
		cmocka_unit_test(test_each_row_is_complete),
		cmocka_unit_test(test_each_action_has_a_key),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_key_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
