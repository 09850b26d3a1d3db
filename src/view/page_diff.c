#include "view/page_diff.h"

#include <stdbool.h>
#include <string.h>

void page_add_diff(struct page *p, const char *diff)
{
	while (*diff) {
		const size_t length = strcspn(diff, "\n");
		const bool name = !strncmp(diff, "--- ", 4) || !strncmp(diff, "+++ ", 4);
		enum style style = STYLE_NORMAL;

		if (name || *diff == '@')
			style = STYLE_DIM;
		else if (*diff == '+')
			style = STYLE_ADDED;
		else if (*diff == '-')
			style = STYLE_REMOVED;
		page_addf(p, style, 2, "%.*s", (int)length, diff);
		diff += length + (diff[length] == '\n');
	}
}
