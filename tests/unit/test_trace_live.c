/* trace on this machine's own tracefs: the instance comes and goes, nothing else is touched.
 * Skipped where tracefs is not mounted or may not be written to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nowhere.h"
#include "sample/sample.h"
#include "source/trace/trace.h"
#include "source/tracefs/trace_instance.h"
#include "source/tracefs/trace_probe.h"

#define LIMITS                                                 \
	{                                                      \
		BUDGET_CPU_PCT_DEFAULT, BUDGET_EVENTS_DEFAULT, \
	}

struct world {
	char tracefs[256];
	char own[1024]; /* the path of this process' instance */
};

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static void write_path(char *out, size_t size, const struct world *w, const char *name)
{
	snprintf(out, size, "%s/instances/%s", w->tracefs, name);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);
	char name[64], path[1024];

	*state = w;
	trace_instance_name(name, sizeof name);
	if (trace_probe_find("/proc/mounts", w->tracefs, sizeof w->tracefs))
		w->tracefs[0] = '\0';
	write_path(path, sizeof path, w, "");
	if (!w->tracefs[0] || access(path, W_OK))
		w->tracefs[0] = '\0';
	write_path(w->own, sizeof w->own, w, name);
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	if (w->tracefs[0])
		rmdir(w->own);
	free(w);
	return 0;
}

static void skip_without_tracefs(const struct world *w)
{
	if (!w->tracefs[0])
		skip();
}

static void read_line(const struct world *w, const char *file, char *out, int size)
{
	char path[1280];
	FILE *f;

	snprintf(path, sizeof path, "%s/%s", w->own, file);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(out, size, f));
	fclose(f);
}

static void the_source_says_why_it_is_off(void **state)
{
	struct source *source = trace_open(&(struct trace_config){ .tracefs = NULL });
	struct sample *s = sample_new();

	(void)state;
	assert_int_equal(source_work(source), 1000);
	source_collect(source, s);
	assert_false(s->sources[SOURCE_TRACING].ok);
	assert_non_null(strstr(s->sources[SOURCE_TRACING].why, "mount -t tracefs"));
	assert_int_equal(s->exit_thread_count, 0);
	assert_true(s->tracing.horizon_ns == 0);
	sample_free(s);
	source_close(source);
}

static void an_instance_is_made_and_removed(void **state)
{
	struct world *w = *state;
	struct trace_instance *instance = NULL;
	char line[256];
	int fd;

	skip_without_tracefs(w);
	assert_int_equal(trace_instance_new(&instance, w->tracefs, 16), 0);
	assert_true(exists(w->own));
	read_line(w, "trace_clock", line, sizeof line);
	assert_non_null(strstr(line, "[mono]"));
	read_line(w, "buffer_size_kb", line, sizeof line);
	assert_in_range(strtol(line, NULL, 10), 4096, 4200); /* rounded up by the kernel */
	assert_int_equal(trace_instance_buffer_bytes(instance), 4096 * 1024);
	assert_true(trace_instance_page_bytes(instance) >= 4096);
	fd = trace_instance_open_cpu(instance, 0);
	assert_true(fd >= 0);
	close(fd);
	assert_true(trace_instance_open_cpu(instance, 1 << 20) < 0);
	trace_instance_free(instance);
	assert_false(exists(w->own));
}

static void the_source_switches_events_on_in_its_instance_alone(void **state)
{
	struct world *w = *state;
	struct source *source;
	struct sample *s;
	char path[1280], line[16] = "";
	FILE *f;

	skip_without_tracefs(w);
	snprintf(path, sizeof path, "%s/events/kvm/kvm_exit/enable", w->tracefs);
	if (!exists(path))
		skip();
	source = trace_open(&(struct trace_config){
		.method = TRACE_RING, .tracefs = w->tracefs, .limits = LIMITS });
	assert_false(exists(w->own)); /* not before the first work */
	assert_in_range(source_work(source), 0, 250);
	assert_true(source_descriptor(source) >= 0); /* the kernel wakes us */
	read_line(w, "events/kvm/kvm_exit/enable", line, sizeof line);
	assert_int_equal(line[0], '1');
	read_line(w, "events/kvm/kvm_entry/enable", line, sizeof line);
	assert_int_equal(line[0], '1');
	f = fopen(path, "r");
	assert_non_null(f);
	assert_non_null(fgets(line, sizeof line, f));
	fclose(f);
	assert_int_equal(line[0], '0');
	s = sample_new();
	source_collect(source, s);
	assert_true(s->sources[SOURCE_TRACING].ok);
	assert_true(s->tracing.horizon_ns > 0);
	assert_true(s->tracing.lost == 0);
	sample_free(s);
	source_close(source);
	assert_false(exists(w->own));
}

/* Of programs that the kernel does not accept, the test in the lab would tell nothing: a ring is taken. */
static void the_kernel_accepts_the_programs(void **state)
{
	struct world *w = *state;
	struct source *source;
	struct sample *s;

	skip_without_tracefs(w);
	s = sample_new();
	source = trace_open(&(struct trace_config){
		.method = TRACE_BPF, .tracefs = w->tracefs, .limits = LIMITS });
	trace_want_details(source, true);
	source_collect(source, s);
	if (!s->sources[SOURCE_TRACING].ok) {
		/* Not root, an old kernel, no KVM: the sentence has the reason. */
		assert_true(s->sources[SOURCE_TRACING].why[0]);
		print_message("%s\n", s->sources[SOURCE_TRACING].why);
	} else {
		assert_true(s->tracing.bpf);
		assert_true(s->tracing.details);
		assert_true(s->tracing.horizon_ns > 0);
		assert_int_equal(source_work(source), -1); /* nothing to do between collects */
	}
	assert_false(exists(w->own));
	sample_free(s);
	source_close(source);
}

/* What is shed is really written: the kernel gives it back as it understood it. */
static void the_kernel_takes_what_is_shed(void **state)
{
	struct world *w = *state;
	const pid_t tids[] = { 1, getpid() };
	struct trace_instance *instance = NULL;
	char path[1280], line[256];
	int seen = 0, tid;
	FILE *f;

	skip_without_tracefs(w);
	snprintf(path, sizeof path, "%s/events/kvm/kvm_msr/enable", w->tracefs);
	if (!exists(path))
		skip();
	assert_int_equal(trace_instance_new(&instance, w->tracefs, 1), 0);
	read_line(w, "options/stacktrace", line, sizeof line);
	assert_int_equal(line[0], '0');
	assert_true(trace_instance_set_details(instance, true) > 0);
	read_line(w, "events/kvm/kvm_msr/enable", line, sizeof line);
	assert_int_equal(line[0], '1');
	assert_true(trace_instance_set_details(instance, false) > 0);
	read_line(w, "events/kvm/kvm_msr/enable", line, sizeof line);
	assert_int_equal(line[0], '0');
	assert_int_equal(trace_instance_set_threads(instance, tids, 2), 0);
	snprintf(path, sizeof path, "%s/set_event_pid", w->own);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fscanf(f, "%d", &tid) == 1)
		seen += tid == tids[0] || tid == tids[1] ? 1 : 100;
	fclose(f);
	assert_int_equal(seen, 2);
	assert_int_equal(trace_instance_set_threads(instance, NULL, 0), 0);
	f = fopen(path, "r");
	assert_non_null(f);
	assert_int_not_equal(fscanf(f, "%d", &tid), 1);
	fclose(f);
	assert_int_equal(trace_instance_set_recording(instance, false), 0);
	read_line(w, "tracing_on", line, sizeof line);
	assert_int_equal(line[0], '0');
	assert_int_equal(trace_instance_set_recording(instance, true), 0);
	read_line(w, "tracing_on", line, sizeof line);
	assert_int_equal(line[0], '1');
	trace_instance_free(instance);
	assert_false(exists(w->own));
}

enum { DEAD, EARLIER, LIVING, FOREIGN, ODD, INSTANCE__COUNT };

static void only_leftovers_are_removed(void **state)
{
	struct world *w = *state;
	const int own = (int)getpid();
	char own_name[64], names[INSTANCE__COUNT][80];
	bool made[INSTANCE__COUNT], left[INSTANCE__COUNT];
	int status, removed;
	pid_t pid;

	skip_without_tracefs(w);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid)
		_exit(0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	trace_instance_name(own_name, sizeof own_name);
	snprintf(names[DEAD], sizeof names[DEAD], "kvmtop-%d-12345", (int)pid);
	snprintf(names[EARLIER], sizeof names[EARLIER], "kvmtop-%d-1", own);
	snprintf(names[LIVING], sizeof names[LIVING], "%s", own_name);
	snprintf(names[FOREIGN], sizeof names[FOREIGN], "test-%d", own);
	snprintf(names[ODD], sizeof names[ODD], "kvmtop-%d-1x", own);
	for (int i = 0; i < INSTANCE__COUNT; i++) {
		char path[1024];

		write_path(path, sizeof path, w, names[i]);
		made[i] = mkdir(path, 0700) == 0;
	}
	removed = trace_instance_remove_leftovers(w->tracefs);
	/* Cleaned up before anything is judged, so that a failure leaves nothing behind. */
	for (int i = 0; i < INSTANCE__COUNT; i++) {
		char path[1024];

		write_path(path, sizeof path, w, names[i]);
		left[i] = rmdir(path) == 0;
	}
	for (int i = 0; i < INSTANCE__COUNT; i++)
		assert_true(made[i]);
	assert_true(removed >= 2);
	assert_false(left[DEAD]);
	assert_false(left[EARLIER]);
	assert_true(left[LIVING]);
	assert_true(left[FOREIGN]);
	assert_true(left[ODD]);
	assert_int_equal(trace_instance_remove_leftovers(NOWHERE), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_source_says_why_it_is_off),
		cmocka_unit_test_setup_teardown(an_instance_is_made_and_removed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_source_switches_events_on_in_its_instance_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_kernel_accepts_the_programs, set_up, tear_down),
		cmocka_unit_test_setup_teardown(the_kernel_takes_what_is_shed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_leftovers_are_removed, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
