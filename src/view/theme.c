#include "view/theme.h"

#include <string.h>

static const char *const names[THEME__COUNT] = {
	[THEME_DARK] = "dark",
	[THEME_LIGHT] = "light",
	[THEME_MONO] = "mono",
};

const char *theme_name(enum theme theme)
{
	return names[theme];
}

bool theme_find(const char *name, enum theme *theme)
{
	for (size_t i = 0; i < THEME__COUNT; i++) {
		if (strcmp(names[i], name) == 0) {
			*theme = (enum theme)i;
			return true;
		}
	}
	return false;
}
