#include "model/history.h"

#include <math.h>

void history_add(struct history *h, double value)
{
	h->values[h->next] = (float)value;
	h->next = (h->next + 1) % HISTORY_MAX;
	if (h->count < HISTORY_MAX)
		h->count++;
}

size_t history_count(const struct history *h)
{
	return h->count;
}

double history_at(const struct history *h, size_t i)
{
	if (i >= h->count)
		return NAN;
	return (double)h->values[(h->next + HISTORY_MAX - 1 - i) % HISTORY_MAX];
}

double history_max(const struct history *h)
{
	double most = NAN;

	for (size_t i = 0; i < h->count; i++)
		most = fmax(most, history_at(h, i)); /* of a number and NAN it is the number */
	return most;
}

size_t history_newest(const struct history *h, float *values, size_t room)
{
	const size_t count = h->count < room ? h->count : room;

	for (size_t i = 0; i < count; i++)
		values[i] = (float)history_at(h, count - 1 - i);
	return count;
}
