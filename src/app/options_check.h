/* options_check: which options go together. */
#ifndef APP_OPTIONS_CHECK_H
#define APP_OPTIONS_CHECK_H

#include "app/options.h"

/* Checks what was read, and sets --advise's own delay where none was given. live_only: an option that means nothing to
 * a recording, of those that were given; NULL: none. Returns 0, or -EINVAL with one sentence in why (size bytes). */
int options_check(struct options *o, const struct option_row *live_only, char *why, size_t size);

#endif
