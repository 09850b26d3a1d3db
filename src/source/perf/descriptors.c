#include "source/perf/descriptors.h"

#include <dirent.h>
#include <sys/resource.h>

/* How many this process has open; 0 when that cannot be told. */
static size_t count_open(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t count = 0;

	if (!dir)
		return 0;
	while (readdir(dir))
		count++;
	closedir(dir);
	return count - 3; /* ".", "..", and the directory's own */
}

size_t descriptors_allow(struct descriptors *d, size_t need, size_t own)
{
	const size_t open = count_open(),
		     others = (open > own ? open - own : 0) + DESCRIPTORS_SPARE;
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit))
		return 0;
	if (limit.rlim_cur < limit.rlim_max && limit.rlim_cur < others + need) {
		const struct rlimit raised = { limit.rlim_max, limit.rlim_max };

		if (!setrlimit(RLIMIT_NOFILE, &raised)) {
			if (!d->before)
				d->before = limit.rlim_cur;
			limit = raised;
		}
	}
	return limit.rlim_cur > others ? limit.rlim_cur - others : 0;
}

void descriptors_give_back(struct descriptors *d)
{
	struct rlimit limit;

	if (d->before && !getrlimit(RLIMIT_NOFILE, &limit)) {
		limit.rlim_cur = d->before < limit.rlim_max ? d->before : limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
	d->before = 0;
}
