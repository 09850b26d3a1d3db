#include <locale.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "terminal.h"
#include "view/term/term_info.h"

#define DEADLINE_NS (60 * NS_PER_S)

struct terminal terminal_new(const char *type, int rows, int columns)
{
	struct terminal t;
	char why[200];

	setlocale(LC_ALL, "C.UTF-8");
	t.screen = screen_new(rows, columns);
	assert_non_null(t.screen);
	t.term = term_open(type, screen_out(t.screen), screen_in(t.screen), why, sizeof why);
	if (!t.term)
		fail_msg("%s", why);
	return t;
}

void terminal_free(struct terminal *t)
{
	term_close(t->term);
	screen_free(t->screen);
}

bool terminal_is_known(const char *type)
{
	return term_info_is_screen(type);
}

size_t terminal_show(const struct terminal *t)
{
	const uint64_t end_ns = clock_mono_ns() + DEADLINE_NS;

	while (!term_ready(t->term) && clock_mono_ns() < end_ns) {
		struct pollfd p = { .fd = fileno(screen_out(t->screen)), .events = POLLOUT };

		while (screen_read(t->screen))
			;
		poll(&p, 1, 10);
		assert_int_equal(term_send_more(t->term), 0);
	}
	assert_true(term_ready(t->term));
	while (screen_read(t->screen))
		;
	return screen_feed(t->screen);
}

char *terminal_text(const struct terminal *t)
{
	char *text = screen_dump(t->screen);

	*strstr(text, "-- styles --") = '\0';
	return text;
}
