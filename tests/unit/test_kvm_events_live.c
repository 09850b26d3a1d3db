/* The kernel's own counters: open while they are wanted, and gone with the view, to the last descriptor. Any tracepoints
 * will do, in the place of KVM's. */
#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "sample/wants.h"
#include "samples.h"
#include "scratch.h"
#include "source/perf/kvm_events.h"

/* Tracepoints are numbered from some hundred on; not each number is one. */
enum { FIRST_ID = 300, LAST_ID = 900, EVENTS = 3 };

/* Descriptors of this process, and those of counters among them. */
static size_t count_descriptors(size_t *counters)
{
	DIR *dir = opendir("/proc/self/fd");
	const struct dirent *entry;
	size_t count = 0;

	assert_non_null(dir);
	*counters = 0;
	while ((entry = readdir(dir))) {
		char target[64] = "";
		ssize_t length = readlinkat(dirfd(dir), entry->d_name, target, sizeof target - 1);

		count += length > 0;
		*counters += !strcmp(target, "anon_inode:[perf_event]");
	}
	closedir(dir);
	return count;
}

/* Makes a tracefs of tracepoints that can be counted here. False: there are none, or it is not permitted. */
static bool make_tracefs(void)
{
	int made = 0;

	assert_int_equal(system("mkdir -p tracefs/events/kvm"), 0);
	for (uint64_t id = FIRST_ID; id <= LAST_ID && made < EVENTS; id++) {
		const int fd = perf_calls_kernel.open(NULL, id, -1, 0, -1);
		char path[64], text[16];

		if (fd < 0)
			continue;
		perf_calls_kernel.close(NULL, fd);
		snprintf(path, sizeof path, "tracefs/events/kvm/kvm_%d", (int)id);
		assert_int_equal(mkdir(path, 0755), 0);
		snprintf(path, sizeof path, "tracefs/events/kvm/kvm_%d/id", (int)id);
		snprintf(text, sizeof text, "%d\n", (int)id);
		write_file(path, text);
		made++;
	}
	return made == EVENTS;
}

static struct sample *look(struct source *source)
{
	struct sample *s = sample_at(1);
	struct sample_vm *vm = add_vm(s, getpid(), "me");

	add_thread(vm, getpid(), THREAD_EMULATOR, -1);
	source_collect(source, s);
	return s;
}

static void settle(struct source *source)
{
	while (source_work(source) >= 0)
		;
}

static void test_opened_and_closed_with_the_view(void **state)
{
	const struct sample_wants events = { WANT_EVENTS, { getpid(), 7 } }, nothing = { 0 };
	struct rlimit before, after;
	struct source *source;
	size_t all, counters;
	struct sample *s;

	(void)state;
	if (!make_tracefs())
		skip();
	getrlimit(RLIMIT_NOFILE, &before);
	source = kvm_events_open(&(struct kvm_events_config){ .tracefs = "tracefs" });
	all = count_descriptors(&counters);
	assert_int_equal(counters, 0);
	for (int i = 0; i < 2; i++) {
		source_want(source, &events);
		sample_free(look(source));
		settle(source);
		s = look(source);
		assert_string_equal(s->kvm_events.why, "");
		assert_int_equal(s->kvm_events.count, EVENTS);
		for (size_t k = 0; k < EVENTS; k++) {
			assert_true(s->kvm_events.events[k].host != SAMPLE_UNKNOWN);
			assert_true(s->kvm_events.events[k].vm != SAMPLE_UNKNOWN);
		}
		assert_true(s->kvm_events.host_running_ns > 0);
		assert_int_equal(s->kvm_events.host_running_ns, s->kvm_events.host_enabled_ns);
		sample_free(s);
		count_descriptors(&counters);
		assert_int_equal(counters % EVENTS, 0);
		assert_true(counters >= 2 * EVENTS); /* a CPU and a thread at least */
		source_want(source, &nothing);
		settle(source);
		assert_int_equal(count_descriptors(&counters), all);
		assert_int_equal(counters, 0);
	}
	source_close(source);
	getrlimit(RLIMIT_NOFILE, &after);
	assert_memory_equal(&after, &before, sizeof before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_opened_and_closed_with_the_view, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
