/* diff: two texts as a unified diff, which patch(1) takes. */
#ifndef DOMAIN_DIFF_H
#define DOMAIN_DIFF_H

#include <stdbool.h>

/* before and after with their names in the head lines, context lines around each change. "" when they
 * are equal. The caller frees it. Never NULL. */
char *diff_unified(const char *before, const char *after, const char *before_name,
	const char *after_name, int context) __attribute__((returns_nonnull));

/* Do the steps from a to a_after and from b to b_after take away and add the same lines, wherever those
 * stand? */
bool diff_same_changes(const char *a, const char *a_after, const char *b, const char *b_after);

#endif
