/* text_symbols: hot symbols as text. */
#ifndef REPORT_TEXT_SYMBOLS_H
#define REPORT_TEXT_SYMBOLS_H

#include "core/text.h"
#include "model/model.h"

/* Adds a heading, what is not seen, and the functions that were hot; nothing while they are not wanted. */
void text_symbols_add(struct strbuf *b, const struct model *m);

#endif
