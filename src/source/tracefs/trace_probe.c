#include "source/tracefs/trace_probe.h"

#include <errno.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/machine.h"
#include "core/text.h"
#include "source/tracefs/trace_format.h"

#define NOT_MOUNTED                                         \
	"exit reasons need tracefs, which is not mounted: " \
	"run `mount -t tracefs tracefs /sys/kernel/tracing`"

/* tracefs /sys/kernel/tracing tracefs rw,nosuid,nodev,noexec,relatime 0 0 */
int trace_probe_find(const char *mounts_path, char *out, size_t size)
{
	FILE *mounts = setmntent(mounts_path, "re");
	struct mntent entry;
	char line[4096];
	bool found = false;

	if (!mounts)
		return -ENOENT;
	while (!found && getmntent_r(mounts, &entry, line, sizeof line))
		found = !strcmp(entry.mnt_type, "tracefs") && strlen(entry.mnt_dir) < size;
	if (found)
		snprintf(out, size, "%s", entry.mnt_dir);
	endmntent(mounts);
	return found ? 0 : -ENOENT;
}

void trace_probe_explain(const char *tracefs, int error, char *why, size_t size)
{
	const char *text = NULL;

	if (error == -EACCES)
		text = "exit reasons need root: tracefs is not readable; run `sudo kvmtop`";
	else if (error == -EPERM)
		text = "exit reasons are refused by the kernel's lockdown: "
		       "boot with lockdown=integrity or without lockdown";
	else if (error == -ENOMEM)
		text = "exit reasons need memory for the trace buffers, up to 4 MiB for each CPU: "
		       "free some";
	if (text)
		snprintf(why, size, "%s", text);
	else
		snprintf(why, size,
			"exit reasons are off: tracing in %s failed (%s); see `dmesg` for more",
			tracefs, strerror(-error));
}

static bool exists(const char *tracefs, const char *file)
{
	char path[512];

	snprintf(path, sizeof path, "%s/%s", tracefs, file);
	return !access(path, F_OK);
}

static void explain_missing_event(const char *tracefs, char *why, size_t size)
{
	char machine[65];

	machine_name(machine, sizeof machine);
	if (!exists(tracefs, "events"))
		snprintf(why, size, NOT_MOUNTED);
	else if (!exists(tracefs, "events/kvm"))
		machine_explain_no_kvm(machine, "exit reasons need", why, size);
	else
		machine_explain_no_exits(machine, why, size);
}

/* Returns its length or -errno. */
static ssize_t read_file(const char *path, struct strbuf *text)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC);
	char part[4096];
	ssize_t n;

	if (fd < 0)
		return -errno;
	while ((n = read(fd, part, sizeof part)) > 0)
		strbuf_add_bytes(text, part, (size_t)n);
	n = n < 0 ? -errno : (ssize_t)text->length;
	close(fd);
	return n;
}

static int read_event(const char *tracefs, const char *event, struct trace_formats *from)
{
	struct strbuf text = { 0 };
	char path[512];
	ssize_t length;

	snprintf(path, sizeof path, "%s/events/kvm/%s/format", tracefs, event);
	length = read_file(path, &text);
	if (length > 0)
		trace_formats_add(from, strbuf_text(&text), (size_t)length);
	strbuf_fini(&text);
	return length < 0 ? (int)length : 0;
}

/* An event that this kernel does not have is passed over, but for kvm_exit. */
static int read_events(const char *tracefs, struct trace_formats *from)
{
	for (size_t i = 0; trace_format_events[i]; i++) {
		const int error = read_event(tracefs, trace_format_events[i], from);

		if (error && (error != -ENOENT || !strcmp(trace_format_events[i], "kvm_exit")))
			return error;
	}
	return 0;
}

int trace_probe_format(const char *tracefs, struct trace_format *f, char *why, size_t size)
{
	struct trace_formats from;
	int error;

	if (!tracefs) {
		snprintf(why, size, NOT_MOUNTED);
		return -ENOENT;
	}
	if (trace_formats_init(&from)) {
		trace_probe_explain(tracefs, -ENOMEM, why, size);
		return -ENOMEM;
	}
	error = read_events(tracefs, &from);
	if (!error)
		error = trace_format_init(f, &from, why, size);
	else if (error == -ENOENT)
		explain_missing_event(tracefs, why, size);
	else
		trace_probe_explain(tracefs, error, why, size);
	trace_formats_fini(&from);
	return error;
}
