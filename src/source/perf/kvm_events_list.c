#include "source/perf/kvm_events_list.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/machine.h"
#include "core/mem.h"
#include "source/host/proc_file.h"

/* What is counted first where not all can be: exits and what they are about, then interrupts, Hyper-V's timers, halts. */
static const char *const telling[] = {
	"kvm_exit",
	"kvm_entry",
	"kvm_apic_accept_irq",
	"kvm_hv_stimer_expiration",
	"kvm_vcpu_wakeup",
	"kvm_halt_poll_ns",
	"kvm_pio",
	"kvm_msr",
	"kvm_mmio",
	"kvm_userspace_exit",
	"kvm_set_irq",
	"kvm_msi_set_irq",
	"kvm_inj_virq",
	"kvm_page_fault",
	"kvm_hypercall",
	"kvm_hv_hypercall",
	"kvm_hv_synic_set_irq",
	"kvm_hv_stimer_start_periodic",
	"kvm_hv_stimer_start_one_shot",
	"kvm_hv_timer_state",
	"kvm_apic",
	"kvm_eoi",
	"kvm_cpuid",
	"kvm_fast_mmio",
	"kvm_emulate_insn",
	"kvm_nested_vmexit",
};

enum { TELLING = sizeof telling / sizeof *telling };

static size_t rank_of(const char *name)
{
	size_t i = 0;

	while (i < TELLING && strcmp(telling[i], name) != 0)
		i++;
	return i;
}

struct item {
	char *name;
	uint64_t id;
};

static int compare(const void *a, const void *b)
{
	const struct item *x = a, *y = b;
	const size_t i = rank_of(x->name), k = rank_of(y->name);

	return i != k ? (i < k ? -1 : 1) : strcmp(x->name, y->name);
}

/* A file that holds a number in one line: 1542. Returns 0, or -errno; folders have other files, too. */
static int read_id(int dir, const char *event, uint64_t *id)
{
	char path[NAME_MAX + 8], text[32];
	const char *at = text;
	ssize_t length;

	snprintf(path, sizeof path, "%s/id", event);
	length = proc_file_read(dir, path, text, sizeof text);
	if (length < 0)
		return (int)length;
	return proc_file_number(&at, id) ? 0 : -EINVAL;
}

static void explain(const char *tracefs, int error, char *why, size_t size)
{
	char events[512], machine[65];

	machine_name(machine, sizeof machine);
	snprintf(events, sizeof events, "%s/events", tracefs);
	if (error == -EACCES)
		snprintf(why, size,
			"KVM's events need root: tracefs is not readable; run `sudo kvmtop`");
	else if (error == -EPERM)
		snprintf(why, size,
			"KVM's events are refused by the kernel's lockdown: boot with "
			"lockdown=integrity or without lockdown");
	else if (error == -ENOENT && access(events, F_OK))
		snprintf(why, size,
			"KVM's events need tracefs, which is not mounted: run `mount -t tracefs "
			"tracefs /sys/kernel/tracing`");
	else if (error == -ENOENT)
		machine_explain_no_kvm(machine, "KVM's events need", why, size);
	else
		snprintf(why, size, "KVM's events cannot be read from %s (%s); see `dmesg`", events,
			strerror(-error));
}

static void add(struct item **items, size_t *count, size_t *capacity, const char *name, uint64_t id)
{
	*items = mem_grow(*items, *count, capacity, sizeof **items);
	(*items)[(*count)++] = (struct item){ mem_strdup(name), id };
}

/* 0, or -errno where there is no event at all. */
static int read_items(DIR *dir, struct item **items, size_t *count)
{
	const struct dirent *entry;
	size_t capacity = 0;
	int error = -ENOENT;

	while ((entry = readdir(dir))) {
		uint64_t id;
		int result;

		if (entry->d_name[0] == '.')
			continue;
		result = read_id(dirfd(dir), entry->d_name, &id);
		if (!result)
			add(items, count, &capacity, entry->d_name, id);
		else if (result == -EACCES || result == -EPERM)
			error = result;
	}
	return *count ? 0 : error;
}

int kvm_events_list_read(struct kvm_events_list *list, const char *tracefs, char *why, size_t size)
{
	struct item *items = NULL;
	size_t count = 0;
	char path[512];
	DIR *dir;
	int error;

	*list = (struct kvm_events_list){ 0 };
	snprintf(path, sizeof path, "%s/events/kvm", tracefs);
	dir = opendir(path);
	error = dir ? read_items(dir, &items, &count) : -errno;
	if (dir)
		closedir(dir);
	if (error) {
		explain(tracefs, error, why, size);
		return error;
	}
	qsort(items, count, sizeof *items, compare);
	list->names = mem_calloc(count, sizeof *list->names);
	list->ids = mem_calloc(count, sizeof *list->ids);
	for (size_t i = 0; i < count; i++) {
		list->names[i] = items[i].name;
		list->ids[i] = items[i].id;
	}
	list->count = count;
	free(items);
	return 0;
}

void kvm_events_list_fini(struct kvm_events_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->names[i]);
	free(list->names);
	free(list->ids);
	*list = (struct kvm_events_list){ 0 };
}
