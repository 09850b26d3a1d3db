/* fake_tracefs: a tracefs made of plain files in the current folder, with this process' instance in it,
 * and the formats of a fixture. Needs cmocka.h before it. */
#ifndef TESTS_FAKE_TRACEFS_H
#define TESTS_FAKE_TRACEFS_H

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scratch.h"
#include "source/tracefs/trace_instance.h"

/* Before 1.5 libtracefs cannot be told where tracefs is: its functions that find it are replaced by these. */
#ifndef HAVE_TRACEFS_SET_TRACING_DIR

const char *tracefs_tracing_dir(void);
char *tracefs_get_tracing_file(const char *name);

const char *tracefs_tracing_dir(void)
{
	static char here[4096];

	return getcwd(here, sizeof here);
}

char *tracefs_get_tracing_file(const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/%s", tracefs_tracing_dir(), name) > 0);
	return path;
}

#endif

struct fake_tracefs {
	char root[4096];     /* the mount point */
	char instance[4300]; /* of this process */
};

/* The path of a file of the instance. */
static inline const char *fake_path(
	const struct fake_tracefs *f, const char *file, char *out, size_t size)
{
	snprintf(out, size, "%s/%s", f->instance, file);
	return out;
}

/* Makes a file of the instance, and the folders it is in. */
static inline void fake_file(const struct fake_tracefs *f, const char *file, const char *text)
{
	char path[4400], command[4500];

	snprintf(command, sizeof command, "mkdir -p \"$(dirname '%s/%s')\"", f->instance, file);
	assert_int_equal(system(command), 0);
	write_file(fake_path(f, file, path, sizeof path), text);
}

/* A CPU, whose sub-buffers are what is written to the file. */
static inline void fake_cpu(const struct fake_tracefs *f, int cpu)
{
	char file[64];

	snprintf(file, sizeof file, "per_cpu/cpu%d/trace_pipe_raw", cpu);
	fake_file(f, file, "");
}

/* All that a kernel has that knows everything, and CPUs 0 and 1. here: where the test was started. */
static inline void fake_tracefs_init(struct fake_tracefs *f, const char *here)
{
	static const char *const files[] = {
		"trace_clock",
		"options/overwrite",
		"options/stacktrace",
		"options/userstacktrace",
		"buffer_size_kb",
		"set_event_pid",
		"tracing_on",
		"events/kvm/kvm_entry/enable",
		"events/kvm/kvm_exit/enable",
		"events/kvm/kvm_msr/enable",
		"events/kvm/kvm_mmio/enable",
		"events/kvm/kvm_set_irq/enable",
	};
	const char *tests = getenv("KVMTOP_TESTS") ? getenv("KVMTOP_TESTS") : "tests";
	char name[64], events[8300], link[4200];

	assert_non_null(getcwd(f->root, sizeof f->root));
	trace_instance_name(name, sizeof name);
	snprintf(f->instance, sizeof f->instance, "%s/instances/%s", f->root, name);
	snprintf(events, sizeof events, "%s%s%s/fixtures/tracing/linux-6.1/events",
		*tests == '/' ? "" : here, *tests == '/' ? "" : "/", tests);
	snprintf(link, sizeof link, "%s/events", f->root);
	assert_int_equal(symlink(events, link), 0);
	for (size_t i = 0; i < sizeof files / sizeof *files; i++)
		fake_file(f, files[i], "untouched");
	fake_cpu(f, 0);
	fake_cpu(f, 1);
}

/* Fails unless the file of the instance holds exactly that. */
static inline void assert_file(const struct fake_tracefs *f, const char *file, const char *expected)
{
	char path[4400], text[256] = "";
	FILE *in = fopen(fake_path(f, file, path, sizeof path), "r");

	assert_non_null(in);
	text[fread(text, 1, sizeof text - 1, in)] = '\0';
	fclose(in);
	if (strcmp(text, expected) != 0)
		fail_msg("%s holds \"%s\", not \"%s\"", file, text, expected);
}

/* Makes the file one that cannot be written to, even by root. */
static inline void fake_remove(const struct fake_tracefs *f, const char *file)
{
	char path[4400];

	assert_int_equal(unlink(fake_path(f, file, path, sizeof path)), 0);
}

#endif
