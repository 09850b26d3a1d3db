#include "view/draw/spark.h"

#include <math.h>
#include <string.h>

const char *spark_sign(double value, double top, bool utf8)
{
	static const char *const signs[SPARK_LEVELS][2] = { { "_", "▁" }, { "-", "▂" },
		{ "=", "▃" }, { "+", "▄" }, { "*", "▅" }, { "%", "▆" }, { "#", "▇" },
		{ "@", "█" } };
	double level;

	if (!isfinite(value))
		return " ";
	if (value <= 0)
		return ".";
	level = ceil(value / top * SPARK_LEVELS);
	/* Not known to be less, as where there is no top: the full height. */
	if (!(level < SPARK_LEVELS))
		level = SPARK_LEVELS;
	return signs[level < 1 ? 0 : (int)level - 1][utf8];
}

static double largest(const float *values, size_t count)
{
	double most = NAN;

	for (size_t i = 0; i < count; i++)
		if (isfinite(values[i]))
			most = fmax(most, (double)values[i]);
	return most;
}

double spark_text(const float *values, size_t count, int columns, double top, bool utf8, char *out,
	size_t size)
{
	size_t cells = columns < 0 ? 0 : (size_t)columns, used = 0;

	if (!size)
		return NAN;
	if (cells > (size - 1) / SPARK_BYTES)
		cells = (size - 1) / SPARK_BYTES;
	if (count > cells) {
		values += count - cells;
		count = cells;
	}
	if (isnan(top))
		top = largest(values, count);
	for (size_t i = 0; i < cells; i++) {
		const size_t blank = cells - count;
		const char *sign =
			i < blank ? " " : spark_sign((double)values[i - blank], top, utf8);
		const size_t length = strlen(sign);

		memcpy(out + used, sign, length);
		used += length;
	}
	out[used] = '\0';
	return top;
}
