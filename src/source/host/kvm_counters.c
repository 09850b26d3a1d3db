#include "source/host/kvm_counters.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/map.h"
#include "core/mem.h"
#include "source/host/kvm_counter.h"
#include "source/host/proc_file.h"

/* What is remembered of a VM between its readings. */
struct reading {
	struct vm_id id;
	uint64_t tried_ns; /* 0: never */
	struct sample_counters counters;
	uint64_t collect; /* the last one that met it */
};

struct kvm_counters {
	char *root;
	struct map readings; /* struct reading by pid */
	uint64_t collect;
	uint64_t collect_ns; /* when it was; 0: never */
	double allowed;      /* readings that may be made now */
	size_t wanted;       /* how many of the counters are read */
	int error; /* of the last folder or file that could not be read, -errno; 0: none */
};

/* A VM that is to be read in this collect. */
struct due {
	const struct sample_vm *vm;
	struct reading *reading;
	struct kvm_counter_sums sums;
	bool found, broken; /* a folder of it was found; something in one could not be read */
	int error;          /* why not, -errno */
};

static bool has_thread(const struct sample_vm *vm, pid_t tid)
{
	for (size_t i = 0; i < vm->thread_count; i++)
		if (vm->threads[i].tid == tid)
			return true;
	return vm->id.pid == tid;
}

/* The thread in a VM folder's name, which is the thread that made it and the descriptor that it got:
 *	21715-13
 * 0 for every other name. */
static pid_t folder_thread(const char *name)
{
	int tid, fd, length;

	return sscanf(name, "%d-%d%n", &tid, &fd, &length) == 2 && !name[length] ? tid : 0;
}

/* 0, or -errno. */
static int read_counter(int dir, const char *path, uint64_t *value)
{
	char text[32];
	const char *at = text;
	const ssize_t length = proc_file_read(dir, path, text, sizeof text);

	if (length < 0)
		return (int)length;
	return proc_file_number(&at, value) ? 0 : -EINVAL;
}

/* The sum over the folders vcpuN of a VM's folder, for what that does not sum up itself. -ENOENT when
 * there is no such counter. */
static int read_vcpus(DIR *vm, const char *name, uint64_t *sum)
{
	const struct dirent *entry;
	int result = -ENOENT;

	*sum = 0;
	rewinddir(vm);
	while ((entry = readdir(vm))) {
		char path[sizeof entry->d_name + 64];
		uint64_t value;
		int error;

		if (strncmp(entry->d_name, "vcpu", 4) != 0)
			continue;
		snprintf(path, sizeof path, "%s/%s", entry->d_name, name);
		error = read_counter(dirfd(vm), path, &value);
		if (error && error != -ENOENT)
			return error;
		if (!error) {
			*sum += value;
			result = 0;
		}
	}
	return result;
}

static void read_folder(struct due *d, int root, const char *name, size_t wanted)
{
	const int fd = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *vm = fd < 0 ? NULL : fdopendir(fd);

	d->found = true;
	if (!vm) {
		d->broken = true;
		d->error = -errno;
		if (fd >= 0)
			close(fd);
		return;
	}
	for (size_t i = 0; i < wanted && !d->broken; i++) {
		const char *const *names = kvm_counter_table[i].names;
		int error = -ENOENT;

		for (size_t j = 0; j < KVM_COUNTER_NAMES && names[j] && error == -ENOENT; j++) {
			uint64_t value;

			error = read_counter(dirfd(vm), names[j], &value);
			if (error == -ENOENT)
				error = read_vcpus(vm, names[j], &value);
			if (!error)
				kvm_counter_sums_add(&d->sums, names[j], strlen(names[j]), value);
		}
		/* A part of a sum would look like fewer than there were. All have the first one,
		 * exits: without it the folder is going away. */
		d->broken = error && (error != -ENOENT || i == 0);
		d->error = error;
	}
	closedir(vm);
}

static void read_all(struct due *due, size_t count, DIR *root, size_t wanted)
{
	const struct dirent *entry;

	while ((entry = readdir(root))) {
		const pid_t tid = folder_thread(entry->d_name);

		for (size_t i = 0; tid > 0 && i < count; i++)
			if (has_thread(due[i].vm, tid))
				read_folder(&due[i], dirfd(root), entry->d_name, wanted);
	}
}

static void finish(struct due *d)
{
	struct reading *r = d->reading;

	r->tried_ns = clock_mono_ns();
	r->counters = sample_counters_unknown();
	if (!d->found || d->broken)
		return;
	kvm_counter_choose(&d->sums, &r->counters);
	r->counters.time_ns = r->tried_ns;
}

static struct reading *find_or_add(struct kvm_counters *k, struct vm_id id)
{
	struct reading *r = map_get(&k->readings, (uint64_t)id.pid);

	if (!r) {
		r = mem_calloc(1, sizeof *r);
		map_put(&k->readings, (uint64_t)id.pid, r);
	}
	if (!vm_id_equal(r->id, id))
		*r = (struct reading){ .id = id, .counters = sample_counters_unknown() };
	r->collect = k->collect;
	return r;
}

static int compare_due(const void *a, const void *b)
{
	const uint64_t x = ((const struct due *)a)->reading->tried_ns;
	const uint64_t y = ((const struct due *)b)->reading->tried_ns;

	return x < y ? -1 : x > y;
}

/* How many of the due ones, oldest first, are read now: those that never were, and so many others as the
 * time since the last collect allows. */
static size_t take_allowed(
	struct kvm_counters *k, const struct due *due, size_t count, uint64_t now_ns)
{
	size_t taken = 0;

	if (k->collect_ns)
		k->allowed +=
			(double)(now_ns - k->collect_ns) / (double)NS_PER_S * KVM_COUNTERS_PER_S;
	if (k->allowed > KVM_COUNTERS_PER_S)
		k->allowed = KVM_COUNTERS_PER_S;
	k->collect_ns = now_ns;
	while (taken < count && !due[taken].reading->tried_ns)
		taken++;
	for (; taken < count && k->allowed >= 1; taken++)
		k->allowed--;
	return taken;
}

/* Readings of VMs that are gone. */
static void forget_gone(struct kvm_counters *k)
{
	uint64_t *gone = mem_calloc(k->readings.count, sizeof *gone), pid;
	size_t count = 0, at = 0;
	void *value;

	while (map_next(&k->readings, &at, &pid, &value))
		if (((struct reading *)value)->collect != k->collect)
			gone[count++] = pid;
	for (size_t i = 0; i < count; i++)
		free(map_remove(&k->readings, gone[i]));
	free(gone);
}

static size_t list_due(
	struct kvm_counters *k, const struct sample *s, struct due *due, uint64_t now_ns)
{
	size_t count = 0;

	for (size_t i = 0; i < s->vm_count; i++) {
		struct reading *r;

		if (s->vms[i].ended)
			continue;
		r = find_or_add(k, s->vms[i].id);
		if (r->tried_ns && now_ns - r->tried_ns < KVM_COUNTERS_GAP_NS)
			continue;
		due[count] = (struct due){ .vm = &s->vms[i], .reading = r };
		kvm_counter_sums_init(&due[count++].sums);
	}
	qsort(due, count, sizeof *due, compare_due);
	return take_allowed(k, due, count, now_ns);
}

void kvm_counters_want_halts(struct kvm_counters *k, bool wanted)
{
	k->wanted = wanted ? KVM_COUNTERS : KVM_COUNTERS_ALWAYS;
}

/* Is there a debugfs where root, .../debug/kvm, should be? */
static bool is_mounted(const char *root)
{
	char path[512];
	struct statfs fs;

	snprintf(path, sizeof path, "%s/..", root);
	if (!statfs(path, &fs))
		return fs.f_type == DEBUGFS_MAGIC;
	snprintf(path, sizeof path, "%.*s", (int)(strrchr(root, '/') - root), root);
	return !statfs(path, &fs) && fs.f_type == DEBUGFS_MAGIC;
}

static void explain(const char *root, int error, char *why, size_t size)
{
	const bool is_denied = error == -EACCES || error == -EPERM;
	const bool is_root = geteuid() == 0;

	if (is_denied && !is_root)
		snprintf(why, size,
			"KVM's counters are in debugfs, which only root may read: run `sudo "
			"kvmtop`");
	else if (is_denied)
		snprintf(why, size,
			"KVM's counters in debugfs are refused even to root: kernel lockdown (boot "
			"without it), or a container (run kvmtop on the host)");
	else if (error == -ENOENT && !is_mounted(root))
		snprintf(why, size,
			"KVM's counters are in debugfs, which is not mounted: run `%smount -t "
			"debugfs "
			"debugfs /sys/kernel/debug`",
			is_root ? "" : "sudo ");
	else if (error == -ENOENT)
		snprintf(why, size, "KVM has no counters in debugfs: its module is not loaded");
	else
		snprintf(why, size, "KVM's counters in debugfs cannot be read: %s",
			strerror(-error));
}

void kvm_counters_collect(struct kvm_counters *k, struct sample *s)
{
	DIR *root = opendir(k->root);
	struct due *due;
	size_t count;

	if (!root) {
		explain(k->root, -errno, s->platform.counters_why, sizeof s->platform.counters_why);
		return;
	}
	k->collect++;
	due = mem_calloc(s->vm_count, sizeof *due);
	count = list_due(k, s, due, clock_mono_ns());
	if (count)
		read_all(due, count, root, k->wanted);
	for (size_t i = 0; i < count; i++) {
		finish(&due[i]);
		/* A folder that goes away with its VM is no error. */
		if (due[i].found)
			k->error = due[i].broken && due[i].error != -ENOENT ? due[i].error : 0;
	}
	if (k->error)
		explain(k->root, k->error, s->platform.counters_why,
			sizeof s->platform.counters_why);
	free(due);
	closedir(root);
	for (size_t i = 0; i < s->vm_count; i++)
		if (!s->vms[i].ended)
			s->vms[i].counters = find_or_add(k, s->vms[i].id)->counters;
	forget_gone(k);
}

uint64_t kvm_counters_exits(const char *root, const struct sample_vm *vm)
{
	DIR *dir = opendir(root);
	uint64_t sum = SAMPLE_UNKNOWN;
	const struct dirent *entry;

	if (!dir)
		return SAMPLE_UNKNOWN;
	while ((entry = readdir(dir))) {
		char path[sizeof entry->d_name + sizeof "/exits"];
		uint64_t exits;

		if (!has_thread(vm, folder_thread(entry->d_name)))
			continue;
		snprintf(path, sizeof path, "%s/exits", entry->d_name);
		if (read_counter(dirfd(dir), path, &exits)) {
			/* A part of the sum would look like fewer exits than there were. */
			sum = SAMPLE_UNKNOWN;
			break;
		}
		sum = sum == SAMPLE_UNKNOWN ? exits : sum + exits;
	}
	closedir(dir);
	return sum;
}

struct kvm_counters *kvm_counters_new(const char *root)
{
	struct kvm_counters *k = mem_calloc(1, sizeof *k);

	k->root = mem_strdup(root);
	k->wanted = KVM_COUNTERS_ALWAYS;
	return k;
}

void kvm_counters_free(struct kvm_counters *k)
{
	size_t at = 0;
	uint64_t pid;
	void *value;

	if (!k)
		return;
	while (map_next(&k->readings, &at, &pid, &value))
		free(value);
	map_fini(&k->readings);
	free(k->root);
	free(k);
}
