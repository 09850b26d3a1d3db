/* list_words: sentences above and below the list of a view. Each takes its lines off the list's room, of which half at
 * least stays. */
#ifndef VIEW_VIEWS_LIST_WORDS_H
#define VIEW_VIEWS_LIST_WORDS_H

#include "view/frame.h"
#include "view/page.h"

/* A page as wide as the list. */
struct page list_words(const struct frame *f);

/* Paints the words, and returns f with the room that is left for the list. They are the caller's to free. */
struct frame list_words_above(const struct frame *f, const struct page *words);
struct frame list_words_below(const struct frame *f, const struct page *words);

#endif
