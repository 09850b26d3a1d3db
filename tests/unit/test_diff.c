/* advice/diff: unified diffs, checked by applying them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/text.h"
#include "domain/diff.h"
#include "patience.h"
#include "scratch.h"

/* The text ends sooner behind the change than it began before it: as many lines on either side. */
static void check_near_the_end(void **state)
{
	char *diff;

	(void)state;
	diff = diff_unified("1\n2\n3\n4\n5\n", "1\n2\n3\n4\nx\n5\n", "x", "y", 3);
	assert_string_equal(diff, "--- x\n+++ y\n@@ -4,2 +4,3 @@\n 4\n+x\n 5\n");
	free(diff);
	/* What ends the text is an end, and a beginning needs no fewer lines behind. */
	diff = diff_unified("1\n2\n3\n4\n", "1\n2\n3\n4\nx\n", "x", "y", 3);
	assert_string_equal(diff, "--- x\n+++ y\n@@ -2,3 +2,4 @@\n 2\n 3\n 4\n+x\n");
	free(diff);
	diff = diff_unified("1\n2\n3\n4\n5\n", "1\nx\n2\n3\n4\n5\n", "x", "y", 3);
	assert_string_equal(diff, "--- x\n+++ y\n@@ -1,4 +1,5 @@\n 1\n+x\n 2\n 3\n 4\n");
	free(diff);
}

static void check_known(void **state)
{
	static const struct {
		const char *before, *after, *diff;
	} cases[] = {
		{ "", "", "" },
		{ "a\nb\n", "a\nb\n", "" },
		{ "a", "a", "" },
		{ "", "a\n", "--- x\n+++ y\n@@ -0,0 +1,1 @@\n+a\n" },
		{ "a\n", "", "--- x\n+++ y\n@@ -1,1 +0,0 @@\n-a\n" },
		{ "a\nb\nc\n", "a\nB\nc\n", "--- x\n+++ y\n@@ -1,3 +1,3 @@\n a\n-b\n+B\n c\n" },
		{ "a\nb", "a\nb\n",
			"--- x\n+++ y\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of "
			"file\n+b\n" },
		{ "a\nb", "c\na\nb", "--- x\n+++ y\n@@ -1,1 +1,2 @@\n+c\n a\n" },
		/* Two changes with two equal lines between them share a hunk, with three they do not. */
		{ "1\n2\n3\n4\n", "x\n2\n3\ny\n",
			"--- x\n+++ y\n@@ -1,4 +1,4 @@\n-1\n+x\n 2\n 3\n-4\n+y\n" },
		{ "1\n2\n3\n4\n5\n", "x\n2\n3\n4\ny\n",
			"--- x\n+++ y\n@@ -1,2 +1,2 @@\n-1\n+x\n 2\n@@ -4,2 +4,2 @@\n "
			"4\n-5\n+y\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *diff = diff_unified(cases[i].before, cases[i].after, "x", "y", 1);

		assert_string_equal(diff, cases[i].diff);
		free(diff);
	}
}

/* Applies a unified diff as strictly as it can be done: every context and removed line must be there,
 * at exactly the line that the hunk names. Returns what comes out; the caller frees it. */
static char *apply_diff(const char *before, const char *diff)
{
	struct strbuf out = { 0 };
	const char *at = before;
	size_t line = 1;

	if (!*diff)
		return strdup(before);
	assert_int_equal(strncmp(diff, "--- x\n+++ y\n", 12), 0);
	for (diff += 12; *diff;) {
		const size_t length = strcspn(diff, "\n");
		size_t text_length = length;
		const char sign = *diff;
		size_t first, count;

		if (sign == '@') {
			assert_int_equal(sscanf(diff, "@@ -%zu,%zu", &first, &count), 2);
			for (; line < first + !count; line++) {
				const char *end = strchr(at, '\n') + 1;

				strbuf_add_bytes(&out, at, (size_t)(end - at));
				at = end;
			}
			diff += length + 1;
			continue;
		}
		if (diff[length + 1] != '\\')
			text_length++;
		if (sign != '+') {
			assert_int_equal(strncmp(at, diff + 1, text_length - 1), 0);
			at += text_length - 1;
			line++;
		}
		if (sign != '-')
			strbuf_add_bytes(&out, diff + 1, text_length - 1);
		diff += length + 1;
		if (*diff == '\\')
			diff += strcspn(diff, "\n") + 1;
	}
	strbuf_add(&out, at);
	return strbuf_take(&out);
}

static uint32_t next_random(uint32_t *seed)
{
	*seed = *seed * 1664525u + 1013904223u;
	return *seed >> 16;
}

/* Few different lines, so that many of them look alike; sometimes without an end of the last one. */
static void make_text(char *out, uint32_t *seed)
{
	const uint32_t lines = next_random(seed) % 12;

	for (uint32_t i = 0; i < lines; i++) {
		*out++ = (char)('a' + next_random(seed) % 4);
		*out++ = '\n';
	}
	if (next_random(seed) % 3 == 0)
		*out++ = 'z';
	*out = '\0';
}

static void check_random(void **state)
{
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		char before[40], after[40], *diff, *applied;

		make_text(before, &seed);
		make_text(after, &seed);
		diff = diff_unified(before, after, "x", "y", i % 4);
		applied = apply_diff(before, diff);
		assert_string_equal(applied, after);
		assert_int_equal(!*diff, !strcmp(before, after));
		free(applied);
		free(diff);
	}
}

/* Every second line is new: no shorter way through would be worth its price. */
static void check_bounded(void **state)
{
	const uint64_t start_ns = patience_cpu_ns();
	struct strbuf before = { 0 }, after = { 0 };
	char *diff, *applied;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		strbuf_addf(&before, "line %d\n", i);
		strbuf_addf(&after, "%s %d\n", i % 2 ? "line" : "other", i);
	}
	diff = diff_unified(before.data, after.data, "x", "y", 3);
	applied = apply_diff(before.data, diff);
	assert_string_equal(applied, after.data);
	assert_true(patience_cpu_ns() - start_ns < 10 * NS_PER_S);
	free(applied);
	free(diff);
	strbuf_fini(&before);
	strbuf_fini(&after);
}

/* Two changes far apart in a long text are two short hunks. */
static void check_short(void **state)
{
	struct strbuf before = { 0 }, after = { 0 };
	char *diff;

	(void)state;
	for (int i = 0; i < 40000; i++) {
		strbuf_addf(&before, "line %d\n", i);
		strbuf_addf(&after, i == 9 || i == 39990 ? "new %d\n" : "line %d\n", i);
	}
	diff = diff_unified(before.data, after.data, "x", "y", 3);
	assert_true(strlen(diff) < 400);
	assert_non_null(strstr(diff, "@@ -7,7 +7,7 @@\n"));
	assert_non_null(strstr(diff, "@@ -39988,7 +39988,7 @@\n"));
	free(diff);
	strbuf_fini(&before);
	strbuf_fini(&after);
}

/* patch(1) and git agree with apply_diff() above. */
static void check_tools(void **state)
{
	static const struct {
		const char *exists, *apply;
	} tools[] = {
		{ "command -v patch >/dev/null", "patch -s -F 0 -o out before < diff" },
		{ "command -v git >/dev/null", "cp before x && git apply -p0 diff && mv x out" },
	};
	static const char *const texts[][2] = {
		{ "a\nb\nc\nd\ne\nf\ng\nh\ni\nj\nk\n", "a\nB\nc\nd\ne\nf\ng\nh\ni\nj\nk\nl\n" },
		{ "a\nb", "a\nb\nc" },
		{ "a\nb\n", "0\na\nb" },
	};
	int tried = 0;

	(void)state;
	for (size_t t = 0; t < sizeof tools / sizeof *tools; t++) {
		if (system(tools[t].exists) != 0)
			continue;
		for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
			char *diff = diff_unified(texts[i][0], texts[i][1], "x", "x", 3);

			write_file("before", texts[i][0]);
			write_file("after", texts[i][1]);
			write_file("diff", diff);
			free(diff);
			assert_int_equal(system(tools[t].apply), 0);
			assert_int_equal(system("cmp out after"), 0);
			tried++;
		}
	}
	if (!tried)
		skip();
}

/* Where a line stands, and what is around it, does not matter; which lines go and come does. */
static void check_same_changes(void **state)
{
	static const char secure[] = "top\npasswd\na\nb\n", changed[] = "top\npasswd\n-- a\nb\n";

	(void)state;
	assert_true(diff_same_changes("a\nb\n", "-- a\nb\n", secure, changed));
	assert_true(diff_same_changes("a\n", "a\n", secure, secure));
	assert_false(diff_same_changes("a\nb\n", "-- a\nb\n", secure, secure));
	assert_false(diff_same_changes("a\nb\n", "c\nb\n", secure, changed));
	assert_false(diff_same_changes("a\nb\n", "-- a\nb\n", secure, "top\n-- a\nb\n"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_known),
		cmocka_unit_test(check_near_the_end),
		cmocka_unit_test(check_random),
		cmocka_unit_test(check_bounded),
		cmocka_unit_test(check_short),
		cmocka_unit_test_setup_teardown(check_tools, enter_scratch, leave_scratch),
		cmocka_unit_test(check_same_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
