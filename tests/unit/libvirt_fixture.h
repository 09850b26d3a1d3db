/* libvirt_fixture: what the tests of the libvirt source share. */
#ifndef TESTS_LIBVIRT_FIXTURE_H
#define TESTS_LIBVIRT_FIXTURE_H

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "sample/sample.h"
#include "source/libvirt/libvirt.h"

#include "patience.h"

#define DEADLINE_NS PATIENCE_NS

/* A directory of the test's own, and what standard error got meanwhile. */
struct fixture {
	char dir[32];
	int saved_stderr;
	int caught_stderr;
};

static inline int setup(void **state)
{
	struct fixture *f = mem_calloc(1, sizeof *f);

	strcpy(f->dir, "/tmp/kvmtop-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->saved_stderr = dup(STDERR_FILENO);
	f->caught_stderr = memfd_create("stderr", 0);
	assert_true(f->caught_stderr >= 0);
	*state = f;
	return 0;
}

static inline void remove_dir(const char *path)
{
	DIR *dir = opendir(path);
	const struct dirent *entry;

	assert_non_null(dir);
	while ((entry = readdir(dir)))
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(dir), entry->d_name, 0);
	closedir(dir);
	assert_int_equal(rmdir(path), 0);
}

static inline int teardown(void **state)
{
	struct fixture *f = *state;

	dup2(f->saved_stderr, STDERR_FILENO);
	close(f->saved_stderr);
	close(f->caught_stderr);
	remove_dir(f->dir);
	free(f);
	return 0;
}

static inline char *in_dir(const struct fixture *f, const char *prefix, const char *name)
{
	struct strbuf path = { 0 };

	strbuf_addf(&path, "%s%s/%s", prefix, f->dir, name);
	return strbuf_take(&path);
}

/* Writes the pid file NAME.pid as a daemon does; text NULL: removes it. */
static inline void set_pid_file(const struct fixture *f, const char *name, const char *text)
{
	char *path = in_dir(f, "", name);
	int fd;

	unlink(path);
	if (text) {
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
		assert_true(fd >= 0);
		assert_int_equal(write(fd, text, strlen(text)), strlen(text));
		close(fd);
		assert_int_equal(chmod(path, 0644), 0);
	}
	free(path);
}

/* Collects into a sample that is later_ns in the future and has the given VMs. */
static inline struct sample *collect(
	struct source *source, const struct sample_vm *vms, size_t count, uint64_t later_ns)
{
	struct sample *s = sample_new();

	s->time_ns += later_ns;
	s->vms = arena_array(&s->arena, count + 1, sizeof *s->vms);
	s->vm_count = count;
	for (size_t i = 0; i < count; i++)
		s->vms[i] = vms[i];
	source_collect(source, s);
	return s;
}

/* libvirt's test driver tells statistics of domains, of which the source lives, since some version after 7.0. */
static inline void skip_without_stats(const struct sample *s)
{
	const char *why = s->sources[SOURCE_LIBVIRT].why;

	if (strstr(why, "is not supported by the connection driver: virConnectGetAllDom")) {
		print_message("skipped: libvirt's test driver is too old: %s\n", why);
		skip();
	}
}

/* Collects until done() says so; fails at the deadline. Skips the test where libvirt is too old for it. */
static inline struct sample *collect_until(struct source *source, const struct sample_vm *vms,
	size_t count, uint64_t later_ns, bool (*done)(const struct sample *s))
{
	const uint64_t deadline_ns = clock_mono_ns() + DEADLINE_NS;

	for (;;) {
		struct sample *s = collect(source, vms, count, later_ns);

		if (done(s))
			return s;
		skip_without_stats(s);
		if (clock_mono_ns() > deadline_ns)
			fail_msg("nothing came; libvirt: %s", s->sources[SOURCE_LIBVIRT].why);
		sample_free(s);
		poll(NULL, 0, 5);
	}
}

/* Fails when the source waits for libvirt to let it go: a daemon that never answers would keep it. */
static inline void close_source(struct source *source)
{
	const uint64_t start_ns = clock_mono_ns();

	source_close(source);
	assert_true(clock_mono_ns() - start_ns < DEADLINE_NS);
}

static inline bool has_domains(const struct sample *s)
{
	return s->domains != NULL;
}

#endif
