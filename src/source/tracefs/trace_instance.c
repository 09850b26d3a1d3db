#include "source/tracefs/trace_instance.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <tracefs.h>
#include <unistd.h>

#include "core/mem.h"
#include "core/text.h"

/* Together the buffers take about 64 MiB. An exit and its entry take 100 bytes: 4 MiB hold what a
 * CPU with 20,000 exits a second does in two seconds. */
#define BUFFERS_KIB (64 * 1024)
#define BUFFER_MIN_KIB 512
#define BUFFER_MAX_KIB 4096

struct trace_instance {
	struct tracefs_instance *tracefs;
	size_t buffer_bytes;
	size_t page_bytes;
};

/* Field 22 of /proc/PID/stat, counted from the last ')' since a name may hold spaces and brackets:
 *	1234 (CPU 0/KVM) S 1 1234 1234 0 -1 4194560 ... 20 0 5 0 8730 ...
 * False: there is no such process. */
static bool read_start_ticks(pid_t pid, uint64_t *start_ticks)
{
	char path[32], text[1024];
	const char *at;
	FILE *file;
	size_t length;

	snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return false;
	length = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[length] = '\0';
	at = strrchr(text, ')');
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	return at && sscanf(at, " %" SCNu64, start_ticks) == 1;
}

void trace_instance_name(char *out, size_t size)
{
	uint64_t start_ticks = 0;

	read_start_ticks(getpid(), &start_ticks);
	snprintf(out, size, TRACE_INSTANCE_PREFIX "%d-%" PRIu64, (int)getpid(), start_ticks);
}

/* Whether name is an instance's of a kvmtop that does not run any more. */
static bool is_leftover(const char *name)
{
	char again[64];
	uint64_t start_ticks, running_ticks;
	int pid;

	if (sscanf(name, TRACE_INSTANCE_PREFIX "%d-%" SCNu64, &pid, &start_ticks) != 2)
		return false;
	snprintf(again, sizeof again, TRACE_INSTANCE_PREFIX "%d-%" PRIu64, pid, start_ticks);
	if (pid <= 0 || strcmp(name, again) != 0)
		return false;
	return !read_start_ticks(pid, &running_ticks) || running_ticks != start_ticks;
}

int trace_instance_remove_leftovers(const char *tracefs)
{
	char path[512];
	const struct dirent *entry;
	int removed = 0;
	DIR *dir;

	snprintf(path, sizeof path, "%s/instances", tracefs);
	dir = opendir(path);
	if (!dir)
		return 0;
	while ((entry = readdir(dir)))
		if (is_leftover(entry->d_name) &&
			!unlinkat(dirfd(dir), entry->d_name, AT_REMOVEDIR))
			removed++;
	closedir(dir);
	return removed;
}

static int choose_buffer_kib(int cpus)
{
	const int kib = BUFFERS_KIB / (cpus > 0 ? cpus : 1);

	return kib < BUFFER_MIN_KIB ? BUFFER_MIN_KIB : kib > BUFFER_MAX_KIB ? BUFFER_MAX_KIB : kib;
}

/* Kernels since 6.8 can have sub-buffers larger than a page. */
static size_t find_page_bytes(struct tracefs_instance *instance)
{
	char file[] = "buffer_subbuf_size_kb", *text = NULL;
	long kib = 0;
	int length;

	if (tracefs_file_exists(instance, file))
		text = tracefs_instance_file_read(instance, file, &length);
	if (text)
		kib = strtol(text, NULL, 10);
	free(text);
	return kib > 0 && kib <= 1024 ? (size_t)kib * 1024 : (size_t)sysconf(_SC_PAGESIZE);
}

/* How the instance is set up; clock and mode are chosen here alone. A new instance has the options of
 * the host's own tracing, where a stack for every event, or no overwriting (what is lost is not told
 * then), may have been asked for. The option record-cmd, which costs every switch of threads, is shared
 * by all instances: it is not ours to change. */
static const struct setting {
	const char *file, *value;
	bool required;
} settings[] = {
	{ "trace_clock", "mono", true },
	{ "options/overwrite", "1", true },
	{ "options/stacktrace", "0", false },
	{ "options/userstacktrace", "0", false },
};

static int write_file(struct trace_instance *instance, const char *file, const char *value)
{
	errno = 0;
	if (tracefs_instance_file_write(instance->tracefs, file, value) < 0)
		return errno ? -errno : -EIO;
	return 0;
}

static int set_up(struct trace_instance *instance, int buffer_kib)
{
	char kib[16];

	for (size_t i = 0; i < sizeof settings / sizeof *settings; i++) {
		const int error = write_file(instance, settings[i].file, settings[i].value);

		if (error && settings[i].required)
			return error;
	}
	snprintf(kib, sizeof kib, "%d", buffer_kib);
	return write_file(instance, "buffer_size_kb", kib);
}

/* What ends an exit first, so that none stays open. LoongArch has two such events, of other names. */
static int enable_events(struct trace_instance *instance, const char *value)
{
	int error = write_file(instance, "events/kvm/kvm_entry/enable", value);

	if (error == -ENOENT) {
		error = write_file(instance, "events/kvm/kvm_enter/enable", value);
		if (!error)
			error = write_file(instance, "events/kvm/kvm_reenter/enable", value);
	}
	return error ? error : write_file(instance, "events/kvm/kvm_exit/enable", value);
}

/* Told where tracefs is, libtracefs does not search for it, and mounts nothing. Its warnings would go to
 * standard error, over the screen. */
static int set_mount_point(const char *tracefs)
{
#ifdef HAVE_TRACEFS_LOGLEVEL
	tracefs_set_loglevel(TEP_LOG_NONE);
#endif
#ifdef HAVE_TRACEFS_SET_TRACING_DIR
	char *mount = mem_strdup(tracefs);
	const int status = tracefs_set_tracing_dir(mount);

	free(mount);
	return status ? -ENOMEM : 0;
#else
	/* Before 1.5 it takes the first one in /proc/mounts, as trace_probe_find() does. */
	const char *found = tracefs_tracing_dir();

	return found && !strcmp(found, tracefs) ? 0 : -ENOENT;
#endif
}

int trace_instance_new(struct trace_instance **out, const char *tracefs, int cpus)
{
	struct trace_instance *instance;
	struct tracefs_instance *made;
	char name[64];
	const int buffer_kib = choose_buffer_kib(cpus);
	int error = set_mount_point(tracefs);

	if (error)
		return error;
	trace_instance_name(name, sizeof name);
	errno = 0;
	made = tracefs_instance_create(name);
	if (!made)
		return errno ? -errno : -EIO;
	instance = mem_calloc(1, sizeof *instance);
	instance->tracefs = made;
	instance->buffer_bytes = (size_t)buffer_kib * 1024;
	instance->page_bytes = find_page_bytes(made);
	error = set_up(instance, buffer_kib);
	if (error)
		trace_instance_free(instance);
	else
		*out = instance;
	return error;
}

void trace_instance_free(struct trace_instance *instance)
{
	if (!instance)
		return;
	trace_instance_set_details(instance, false);
	enable_events(instance, "0");
	tracefs_instance_destroy(instance->tracefs);
	tracefs_instance_free(instance->tracefs);
	free(instance);
}

int trace_instance_set_clock(struct trace_instance *instance, const char *clock)
{
	return write_file(instance, "trace_clock", clock);
}

int trace_instance_start(struct trace_instance *instance)
{
	return enable_events(instance, "1");
}

int trace_instance_set_details(struct trace_instance *instance, bool on)
{
	static const char *const files[] = {
		"events/kvm/kvm_msr/enable",
		"events/kvm/kvm_mmio/enable",
		"events/kvm/kvm_set_irq/enable",
	};
	int count = 0;

	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		count += !write_file(instance, files[i], on ? "1" : "0");
	return count;
}

/* Written to as "21718 21719", which replaces what was there. */
int trace_instance_set_threads(struct trace_instance *instance, const pid_t *tids, size_t count)
{
	struct strbuf text = { 0 };
	int error;

	for (size_t i = 0; i < count; i++)
		strbuf_addf(&text, "%s%d", i ? " " : "", (int)tids[i]);
	error = write_file(instance, "set_event_pid", strbuf_text(&text));
	strbuf_fini(&text);
	if (error && count)
		write_file(instance, "set_event_pid", "");
	return error;
}

int trace_instance_set_recording(struct trace_instance *instance, bool on)
{
	return write_file(instance, "tracing_on", on ? "1" : "0");
}

int trace_instance_set_watermark(struct trace_instance *instance, int percent)
{
	char file[] = "buffer_percent", text[8];

	snprintf(text, sizeof text, "%d", percent);
	return tracefs_file_exists(instance->tracefs, file) ? write_file(instance, file, text)
							    : -ENOENT;
}

/* Not tracefs_cpu_open(): a descriptor that a child process inherits keeps the instance from being
 * removed, so it must be close-on-exec from the start. */
static int open_file(struct trace_instance *instance, const char *file)
{
	char *path = tracefs_instance_get_file(instance->tracefs, file);
	int fd;

	if (!path)
		return -ENOMEM;
	fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		fd = -errno;
	tracefs_put_tracing_file(path);
	return fd;
}

int trace_instance_open_cpu(struct trace_instance *instance, int cpu)
{
	char file[64];

	snprintf(file, sizeof file, "per_cpu/cpu%d/trace_pipe_raw", cpu);
	return open_file(instance, file);
}

int trace_instance_open_stats(struct trace_instance *instance)
{
	return open_file(instance, "per_cpu/cpu0/stats");
}

size_t trace_instance_page_bytes(const struct trace_instance *instance)
{
	return instance->page_bytes;
}

size_t trace_instance_buffer_bytes(const struct trace_instance *instance)
{
	return instance->buffer_bytes;
}
