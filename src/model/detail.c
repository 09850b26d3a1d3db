#include "model/detail.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/detail_names.h"

/* What is known of each kind of detail. */
static const struct {
	const char *kind, *direction;
	const char *unnamed; /* stands before the number where there is no name */
	const struct detail_names *names;
} details[EXIT_DETAIL__COUNT] = {
	[EXIT_DETAIL_PORT_IN] = { "port", "in", "port", &detail_ports },
	[EXIT_DETAIL_PORT_OUT] = { "port", "out", "port", &detail_ports },
	[EXIT_DETAIL_MSR_READ] = { "msr", "read", "MSR", &detail_msrs },
	[EXIT_DETAIL_MSR_WRITE] = { "msr", "write", "MSR", &detail_msrs },
	[EXIT_DETAIL_MMIO_READ] = { "mmio", "read", "MMIO", &detail_addresses },
	[EXIT_DETAIL_MMIO_WRITE] = { "mmio", "write", "MMIO", &detail_addresses },
};

const char *detail_kind(enum exit_detail detail)
{
	return details[detail].kind;
}

const char *detail_direction(enum exit_detail detail)
{
	return details[detail].direction;
}

static int compare(const void *key, const void *item)
{
	const uint64_t number = *(const uint64_t *)key;
	const struct detail_name *name = item;

	return number < name->first ? -1 : number > name->last;
}

const char *detail_names_find(const struct detail_names *names, uint64_t number)
{
	const struct detail_name *found =
		bsearch(&number, names->items, names->count, sizeof *names->items, compare);

	return found ? found->name : NULL;
}

const char *detail_device(enum exit_detail detail, uint64_t number)
{
	return details[detail].names ? detail_names_find(details[detail].names, number) : NULL;
}

const char *detail_irq_device(uint32_t gsi)
{
	return detail_names_find(&detail_lines, gsi);
}

const char *detail_describe_number(const struct exit_key *key, char *out, size_t size)
{
	const char *device = detail_device(key->detail, key->number);

	if (key->detail == EXIT_DETAIL_NONE)
		snprintf(out, size, "%s", "");
	else
		snprintf(out, size, "%s 0x%llx", device ? device : details[key->detail].unnamed,
			(unsigned long long)key->number);
	return out;
}

const char *detail_describe(const struct exit_key *key, char *out, size_t size)
{
	char number[DETAIL_TEXT_MAX];

	detail_describe_number(key, number, sizeof number);
	if (key->detail == EXIT_DETAIL_NONE)
		snprintf(out, size, "%s", "");
	else
		snprintf(out, size, "%s %s", number, detail_direction(key->detail));
	return out;
}
