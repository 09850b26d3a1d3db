#include "sample/domain_stats.h"

#include <string.h>

#include "sample/sample.h"

/* SAMPLE_UNKNOWN is all bits set, so these need no list of members. */
_Static_assert(SAMPLE_UNKNOWN == UINT64_MAX, "all bits");

struct sample_memory sample_memory_unknown(void)
{
	struct sample_memory m;

	memset(&m, 0xff, sizeof m);
	return m;
}

struct sample_block sample_block_unknown(void)
{
	struct sample_block b;

	memset(&b, 0xff, sizeof b);
	memset(b.name, 0, sizeof b.name);
	return b;
}

struct sample_net sample_net_unknown(void)
{
	struct sample_net n;

	memset(&n, 0xff, sizeof n);
	memset(n.name, 0, sizeof n.name);
	return n;
}
