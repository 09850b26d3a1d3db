/* json_symbols: hot symbols as JSON, as report/json.h describes them. */
#ifndef REPORT_JSON_SYMBOLS_H
#define REPORT_JSON_SYMBOLS_H

#include <jansson.h>

#include "model/hot_symbols.h"

/* The "hot_symbols"; null while they are not wanted. A new reference. */
json_t *json_symbols(const struct hot_symbols *h);

#endif
