#include "stage.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/text.h"
#include "golden.h"
#include "terminal.h"
#include "view/view.h"

static const char styles_head[] = "-- styles --\n";

struct stage *stage_new(void (*build)(struct scene *s), int rows, int columns)
{
	struct stage *s = calloc(1, sizeof *s);
	char why[200];

	assert_non_null(s);
	setlocale(LC_ALL, "C.UTF-8");
	unsetenv("NO_COLOR");
	s->screen = screen_new(rows, columns);
	assert_non_null(s->screen);
	s->term = term_open(
		"xterm-256color", screen_out(s->screen), screen_in(s->screen), why, sizeof why);
	assert_non_null(s->term);
	s->rows = rows;
	s->columns = columns;
	build(&s->scene);
	return s;
}

void stage_free(struct stage *s)
{
	term_close(s->term);
	scene_fini(&s->scene);
	screen_free(s->screen);
	free(s->seen);
	free(s);
}

void stage_build(struct stage *s, void (*build)(struct scene *s), size_t count)
{
	scene_fini(&s->scene);
	if (build)
		build(&s->scene);
	else
		scene_many(&s->scene, count);
}

void stage_resize(struct stage *s, int rows, int columns)
{
	screen_resize(s->screen, rows, columns);
	term_resize(s->term);
	s->rows = rows;
	s->columns = columns;
}

size_t stage_paint(struct stage *s)
{
	view_paint(s->term, &s->scene.model, &s->scene.findings, &s->scene.ui);
	return terminal_show(&(struct terminal){ s->screen, s->term });
}

void stage_look(struct stage *s)
{
	stage_paint(s);
	free(s->seen);
	s->seen = screen_dump(s->screen);
}

const char *stage_row(const struct stage *s, int row, size_t *length)
{
	const char *text = s->seen;

	for (int i = 0; i < row; i++)
		text += strcspn(text, "\n") + 1;
	*length = strcspn(text, "\n");
	return text;
}

bool stage_row_has(const struct stage *s, int row, const char *text)
{
	size_t length;
	const char *line = stage_row(s, row, &length);

	return memmem(line, length, text, strlen(text));
}

bool stage_has(const struct stage *s, const char *text)
{
	for (int row = 0; row < s->rows; row++)
		if (stage_row_has(s, row, text))
			return true;
	return false;
}

/* Columns of the first bytes of a text. */
static int width_of(const char *text, size_t bytes)
{
	char *part = strndup(text, bytes);
	const int width = text_width(part);

	free(part);
	return width;
}

void stage_find(const struct stage *s, int from, const char *text, int *row, int *column)
{
	for (*row = from; *row < s->rows; ++*row) {
		size_t length;
		const char *line = stage_row(s, *row, &length),
			   *found = memmem(line, length, text, strlen(text));

		if (found) {
			*column = width_of(line, (size_t)(found - line));
			return;
		}
	}
	print_message("%s", s->seen);
	fail_msg("no \"%s\" from row %d on", text, from);
}

bool stage_is_at(const struct stage *s, int row, int column, const char *character)
{
	size_t length, before;
	const char *line = stage_row(s, row, &length);
	char *text = strndup(line, length);
	bool is;

	before = text_fit(text, column, NULL);
	is = before < length ? !strncmp(text + before, character, strlen(character))
			     : !strcmp(character, " ");
	free(text);
	return is;
}

/* "5: 0-8 reverse, 10-79 reverse": all of it, but for the second columns of wide characters, which the emulator gives
 * no style. */
static bool is_selected(const struct stage *s, const char *styles, size_t length)
{
	char end[32];
	const size_t end_length = (size_t)snprintf(end, sizeof end, "-%d reverse", s->columns - 1);

	return strstr(styles, ": 0-") == styles + strspn(styles, "0123456789") &&
	       length > end_length && !memcmp(styles + length - end_length, end, end_length) &&
	       !memmem(styles, length, "bold", 4) && !memmem(styles, length, "fg", 2);
}

int stage_selected_row(const struct stage *s)
{
	const char *styles = strstr(s->seen, styles_head) + strlen(styles_head);
	int found = -1;

	while (*styles) {
		const size_t length = strcspn(styles, "\n");
		const int row = atoi(styles);

		if (row < s->rows - 1 && is_selected(s, styles, length))
			found = found == -1 ? row : -2;
		styles += length + 1;
	}
	return found;
}

void stage_act(struct stage *s, enum action action)
{
	golden_act(&s->scene, action);
}

void stage_type(struct stage *s, const char *text)
{
	for (; *text; text++)
		ui_type(&s->scene.ui, *text);
}
