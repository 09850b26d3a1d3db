#include "source/tracefs/trace_probe.h"

#include <errno.h>
#include <event-parse.h>
#include <fcntl.h>
#include <mntent.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

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

static void explain_missing_event(const char *tracefs, char *why, size_t size)
{
	char path[512];

	snprintf(path, sizeof path, "%s/events", tracefs);
	if (access(path, F_OK))
		snprintf(why, size, NOT_MOUNTED);
	else
		snprintf(why, size,
			"exit reasons need KVM's module, which is not loaded: "
			"run `modprobe kvm_intel` or `modprobe kvm_amd`");
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

static int read_event(const char *tracefs, const char *event, struct tep_handle *tep)
{
	struct strbuf text = { 0 };
	char path[512];
	ssize_t length;

	snprintf(path, sizeof path, "%s/events/kvm/%s/format", tracefs, event);
	length = read_file(path, &text);
	if (length > 0)
		trace_format_parse(tep, strbuf_text(&text), (size_t)length);
	strbuf_fini(&text);
	return length < 0 ? (int)length : 0;
}

int trace_probe_format(const char *tracefs, struct trace_format *f, char *why, size_t size)
{
	static const char *const extras[] = { "kvm_msr", "kvm_mmio", "kvm_set_irq" };
	struct tep_handle *tep;
	int error;

	if (!tracefs) {
		snprintf(why, size, NOT_MOUNTED);
		return -ENOENT;
	}
	tep = tep_alloc();
	if (!tep) {
		trace_probe_explain(tracefs, -ENOMEM, why, size);
		return -ENOMEM;
	}
	/* Its warnings would go to standard error, over the screen. */
	tep_set_loglevel(TEP_LOG_NONE);
	tep_set_file_bigendian(tep, tep_is_bigendian() ? TEP_BIG_ENDIAN : TEP_LITTLE_ENDIAN);
	tep_set_long_size(tep, sizeof(long));
	error = read_event(tracefs, "kvm_exit", tep);
	if (!error)
		error = read_event(tracefs, "kvm_entry", tep);
	/* Without these it is only less that can be said. */
	for (size_t i = 0; !error && i < sizeof extras / sizeof *extras; i++)
		read_event(tracefs, extras[i], tep);
	if (!error)
		error = trace_format_init(f, tep, why, size);
	else if (error == -ENOENT)
		explain_missing_event(tracefs, why, size);
	else
		trace_probe_explain(tracefs, error, why, size);
	tep_free(tep);
	return error;
}
