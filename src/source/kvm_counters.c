#include "source/kvm_counters.h"

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>

#include "source/proc_file.h"

static bool has_thread(const struct sample_vm *vm, pid_t tid)
{
	for (size_t i = 0; i < vm->thread_count; i++)
		if (vm->threads[i].tid == tid)
			return true;
	return vm->id.pid == tid;
}

/* The name of a VM's folder is the thread that made it and the descriptor that it got:
 *	21715-13 */
static bool is_of(const char *name, const struct sample_vm *vm)
{
	int tid, fd, length;

	return sscanf(name, "%d-%d%n", &tid, &fd, &length) == 2 && !name[length] &&
	       has_thread(vm, (pid_t)tid);
}

uint64_t kvm_counters_exits(const char *root, const struct sample_vm *vm)
{
	DIR *dir = opendir(root);
	uint64_t sum = SAMPLE_UNKNOWN;
	const struct dirent *entry;

	if (!dir)
		return SAMPLE_UNKNOWN;
	while ((entry = readdir(dir))) {
		char path[sizeof entry->d_name + sizeof "/exits"], text[32];
		const char *at = text;
		uint64_t exits;

		if (!is_of(entry->d_name, vm))
			continue;
		snprintf(path, sizeof path, "%s/exits", entry->d_name);
		if (proc_file_read(dirfd(dir), path, text, sizeof text) < 0 ||
			!proc_file_number(&at, &exits)) {
			/* A part of the sum would look like fewer exits than there were. */
			sum = SAMPLE_UNKNOWN;
			break;
		}
		sum = sum == SAMPLE_UNKNOWN ? exits : sum + exits;
	}
	closedir(dir);
	return sum;
}
