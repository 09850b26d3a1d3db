#include "kvm/name_table.h"

#include <stdlib.h>

static int compare(const void *key, const void *item)
{
	const uint64_t number = *(const uint64_t *)key;
	const struct name_range *name = item;

	return number < name->first ? -1 : number > name->last;
}

const char *name_table_owner(const struct name_table *names, uint64_t number)
{
	const struct name_range *found =
		bsearch(&number, names->items, names->count, sizeof *names->items, compare);

	return found ? found->name : NULL;
}

const char *name_table_find(const struct name_table *names, uint64_t number)
{
	for (size_t i = 0; i < names->block_count; i++) {
		const struct name_block *block = &names->blocks[i];
		const char *name = number < block->first || number > block->last
					   ? NULL
					   : name_table_find(block->registers,
						     (number - block->first) % block->bytes);

		if (name)
			return name;
	}
	return name_table_owner(names, number);
}
