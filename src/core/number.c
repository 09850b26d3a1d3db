#include "core/number.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

struct unit_form {
	double base;        /* of the suffixes */
	double plain_below; /* from here on it is scaled even where the plain figure would fit */
	int decimals;       /* of the plain figure */
	size_t first;       /* suffix of a plain value */
};

static const char *const suffixes[] = { "", "k", "M", "G", "T", "P", "E" };

enum { SUFFIX_COUNT = sizeof suffixes / sizeof *suffixes };

static const struct unit_form forms[] = {
	[NUMBER_INTEGER] = { .base = 1000, .plain_below = HUGE_VAL, .decimals = 0 },
	[NUMBER_PERCENT] = { .base = 1000, .plain_below = HUGE_VAL, .decimals = 1 },
	[NUMBER_RATE] = { .base = 1000, .plain_below = 9999.5, .decimals = 0 },
	[NUMBER_MICROS] = { .base = 1000, .plain_below = HUGE_VAL, .decimals = 2 },
	[NUMBER_SHARE] = { .base = 1000, .plain_below = HUGE_VAL, .decimals = 2 },
	[NUMBER_KIB] = { .base = 1024, .plain_below = -HUGE_VAL, .decimals = 0, .first = 1 },
};

/* Prints value with as many of the decimals as fit; false when not even the integer does. */
static bool print_fitting(
	char *out, size_t size, double value, int decimals, const char *suffix, int width)
{
	for (; decimals >= 0; decimals--) {
		const int length = snprintf(out, size, "%.*f%s", decimals, value, suffix);

		if (length > 0 && length <= width && (size_t)length < size)
			return true;
	}
	return false;
}

size_t number_format(char *out, size_t size, double value, enum number_unit unit, int width)
{
	const struct unit_form *form = &forms[unit];
	size_t length;

	if (!size)
		return 0;
	if (isnan(value)) {
		snprintf(out, size, "-");
		return strlen(out);
	}
	if (value < form->plain_below &&
		print_fitting(out, size, value, form->decimals, suffixes[form->first], width))
		return strlen(out);
	for (size_t step = form->first; step < SUFFIX_COUNT; step++, value /= form->base) {
		/* 999.95 with one decimal would print as 1000.0: that is the next suffix' business. */
		if (fabs(value) >= 999.5 && step + 1 < SUFFIX_COUNT)
			continue;
		if (print_fitting(out, size, value, step > form->first && fabs(value) < 99.95,
			    suffixes[step], width))
			return strlen(out);
	}
	/* Not even one digit fits: marks, as spreadsheets do, rather than a wrong figure. */
	length = width < 0 ? 0 : (size_t)width < size ? (size_t)width : size - 1;
	memset(out, '#', length);
	out[length] = '\0';
	return length;
}

void number_group(char *out, size_t size, double value)
{
	char digits[32];
	size_t length, used = 0;

	if (isfinite(value))
		snprintf(digits, sizeof digits, "%.0f", value);
	else
		strcpy(digits, "-");
	length = strlen(digits);
	for (size_t i = 0; i < length && used + 2 < size; i++) {
		if (i && (length - i) % 3 == 0)
			out[used++] = ',';
		out[used++] = digits[i];
	}
	out[used] = '\0';
}
