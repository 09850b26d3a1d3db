/* diff: two texts as a unified diff, which patch(1) takes. */
#ifndef ADVICE_DIFF_H
#define ADVICE_DIFF_H

/* before and after with their names in the head lines, context lines around each change. "" when they
 * are equal. The caller frees it. Never NULL. */
char *diff_unified(const char *before, const char *after, const char *before_name,
	const char *after_name, int context) __attribute__((returns_nonnull));

#endif
