#include "sample/wants.h"

const struct want_row want_rows[] = {
	{ WANT_HOST, "host" },
	{ WANT_EVENTS, "events" },
	{ WANT_SYMBOLS, "symbols" },
	{ WANT_HALTS, "halts" },
	{ WANT_DEVICES, "devices" },
};

const size_t want_row_count = sizeof want_rows / sizeof *want_rows;
