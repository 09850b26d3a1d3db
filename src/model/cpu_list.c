#include "model/cpu_list.h"

#include <limits.h>
#include <stdint.h>

static bool take_number(const char **text, int *out)
{
	const char *p = *text;
	int64_t value = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++) {
		value = value * 10 + (*p - '0');
		if (value >= INT_MAX)
			return false;
	}
	*out = (int)value;
	*text = p;
	return true;
}

bool cpu_list_range(const char **list, int *first, int *last)
{
	const char *p = *list;

	p += *p == ',';
	if (!take_number(&p, first))
		return false;
	*last = *first;
	if (*p == '-') {
		p++;
		if (!take_number(&p, last))
			return false;
	}
	if ((*p && *p != ',') || *last < *first)
		return false;
	*list = p;
	return true;
}

bool cpu_list_has(const char *list, int number)
{
	int first, last;

	while (cpu_list_range(&list, &first, &last))
		if (number >= first && number <= last)
			return true;
	return false;
}

int cpu_list_count(const char *list)
{
	int first, last, count = 0;

	while (cpu_list_range(&list, &first, &last))
		count += last - first + 1;
	return count;
}

int cpu_list_common(const char *list, const char *other)
{
	int first, last, other_first, other_last, count = 0;

	while (cpu_list_range(&list, &first, &last)) {
		const char *p = other;

		while (cpu_list_range(&p, &other_first, &other_last)) {
			const int from = first > other_first ? first : other_first;
			const int to = last < other_last ? last : other_last;

			count += to >= from ? to - from + 1 : 0;
		}
	}
	return count;
}
