#include "source/perf/kvm_events_targets.h"

#include <fcntl.h>
#include <stdlib.h>

#include "core/mem.h"
#include "source/host/proc_file.h"

/* More CPUs than Linux can have: what is above is no number of a CPU. */
enum { CPU_MAX = 65535 };

size_t kvm_events_cpus(const char *path, struct perf_target **targets)
{
	char text[4096];
	const char *at = text;
	size_t count = 0, capacity = 0;

	*targets = NULL;
	if (proc_file_read(AT_FDCWD, path, text, sizeof text) <= 0)
		return 0;
	while (*at >= '0' && *at <= '9') {
		char *end;
		unsigned long first = strtoul(at, &end, 10), last = first;

		if (*end == '-')
			last = strtoul(end + 1, &end, 10);
		for (; first <= last && last <= CPU_MAX; first++) {
			*targets = mem_grow(*targets, count, &capacity, sizeof **targets);
			(*targets)[count++] = (struct perf_target){ .tid = -1, .cpu = (int)first };
		}
		at = end + (*end == ',');
	}
	return count;
}

size_t kvm_events_threads(const struct sample_vm *vm, struct perf_target **targets)
{
	const size_t count = vm ? vm->thread_count : 0;

	*targets = mem_calloc(count, sizeof **targets);
	for (size_t i = 0; i < count; i++)
		(*targets)[i] = (struct perf_target){ .tid = vm->threads[i].tid,
			.cpu = -1,
			.start_ticks = vm->threads[i].start_ticks };
	return count;
}
