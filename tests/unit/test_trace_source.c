/* trace as a whole on a tracefs of plain files: records come as sub-buffers appended to them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>

#include "core/clock.h"
#include "fake_tracefs.h"
#include "patience.h"
#include "samples.h"
#include "source/trace/trace.h"
#include "subbuffer.h"

/* Common types of the fixture linux-6.1. */
enum { EXIT_TYPE = 1440, ENTRY_TYPE = 1449 };
enum { VMX_CPUID = 10, EVENTS_PER_S = 2000 };

#define DEADLINE_NS PATIENCE_NS

struct world {
	struct fake_tracefs tracefs;
	struct source *source;
	void *scratch;
};

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	if (enter_scratch(&w->scratch))
		return -1;
	fake_tracefs_init(&w->tracefs, ((struct scratch *)w->scratch)->here);
	write_file("present", "0-1\n");
	assert_int_equal(mkdir("kvm", 0700), 0);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;
	int status;

	source_close(w->source);
	status = leave_scratch(&w->scratch);
	free(w);
	return status;
}

/* --budget 100,EVENTS_PER_S: CPU time does not count, however slow the test is. */
static void open_source(struct world *w)
{
	w->source = trace_open(&(struct trace_config){
		.method = TRACE_RING,
		.tracefs = w->tracefs.root,
		.cpus_path = "present",
		.counters_root = "kvm",
		.clock_path = "clocksource",
		.limits = { .cpu_pct = 100, .events_per_s = EVENTS_PER_S },
	});
}

static void append_page(const struct world *w, int cpu, const struct subbuffer *page)
{
	char file[64], path[4400];
	FILE *out;

	snprintf(file, sizeof file, "per_cpu/cpu%d/trace_pipe_raw", cpu);
	out = fopen(fake_path(&w->tracefs, file, path, sizeof path), "a");
	assert_non_null(out);
	assert_int_equal(fwrite(page->bytes, sizeof page->bytes, 1, out), 1);
	assert_int_equal(fclose(out), 0);
}

static bool add_record(struct subbuffer *page, uint16_t type, int32_t tid, uint64_t time_ns)
{
	const uint32_t reason = VMX_CPUID, isa = 1;
	unsigned char record[60] = { 0 };

	memcpy(record, &type, sizeof type);
	memcpy(record + 4, &tid, sizeof tid);
	if (type == EXIT_TYPE) {
		memcpy(record + 8, &reason, sizeof reason);
		memcpy(record + 24, &isa, sizeof isa);
	}
	return subbuffer_add(page, time_ns, record, sizeof record);
}

/* One record of this moment, on a CPU. */
static void record_now(const struct world *w, int cpu, uint16_t type, pid_t tid)
{
	const uint64_t now_ns = clock_mono_ns();
	struct subbuffer page;

	subbuffer_init(&page, now_ns);
	assert_true(add_record(&page, type, tid, now_ns));
	append_page(w, cpu, &page);
}

/* At least count exits and entries of this moment. */
static void record_storm(const struct world *w, pid_t tid, int count)
{
	while (count > 0) {
		uint64_t now_ns = clock_mono_ns();
		struct subbuffer page;

		subbuffer_init(&page, now_ns);
		while (add_record(&page, EXIT_TYPE, tid, now_ns) &&
			add_record(&page, ENTRY_TYPE, tid, now_ns + 1))
			count--, now_ns += 2;
		append_page(w, 0, &page);
	}
}

/* The same on CPU 0, at a moment of the trace's clock. */
static void record_at(const struct world *w, uint16_t type, pid_t tid, uint64_t time_ns)
{
	struct subbuffer page;

	subbuffer_init(&page, time_ns);
	assert_true(add_record(&page, type, tid, time_ns));
	append_page(w, 0, &page);
}

/* What a collect tells of a host with these VMs; web1 (100) has the thread 103, win10 (200) 203. */
static struct sample *collect(struct world *w, bool with_win10)
{
	struct sample *s = sample_at(0);

	s->time_ns = clock_mono_ns();
	add_thread(add_vm(s, 100, "web1"), 103, THREAD_VCPU, 0);
	if (with_win10)
		add_thread(add_vm(s, 200, "win10"), 203, THREAD_VCPU, 0);
	for (size_t i = 0; i < s->vm_count; i++)
		s->vms[i].kvm_exits = SAMPLE_UNKNOWN;
	source_collect(w->source, s);
	assert_string_equal(s->sources[SOURCE_TRACING].why, "");
	return s;
}

static uint64_t count_exits(const struct sample *s, pid_t tid)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < s->exit_thread_count; i++)
		for (size_t j = 0; j < s->exit_threads[i].count; j++)
			if (s->exit_threads[i].tid == tid)
				sum += s->exit_threads[i].exits[j].durations.count;
	return sum;
}

/* Collects until so many exits of a thread were booked since the call, or the deadline is over. */
static uint64_t wait_for_exits(struct world *w, pid_t tid, uint64_t count)
{
	const uint64_t end_ns = clock_mono_ns() + DEADLINE_NS;
	uint64_t sum = 0;

	while (sum < count && clock_mono_ns() < end_ns) {
		struct sample *s = collect(w, true);

		sum += count_exits(s, tid);
		sample_free(s);
		poll(NULL, 0, 1);
	}
	return sum;
}

/* Lets the source work until a file of the instance begins so; tid keeps storming, 0: nobody. */
static bool work_until(struct world *w, pid_t tid, const char *file, const char *expected)
{
	const uint64_t end_ns = clock_mono_ns() + DEADLINE_NS;
	char path[4400], text[64];

	while (clock_mono_ns() < end_ns) {
		FILE *in = fopen(fake_path(&w->tracefs, file, path, sizeof path), "r");
		int wait_ms;

		assert_non_null(in);
		text[fread(text, 1, sizeof text - 1, in)] = '\0';
		fclose(in);
		if (!strcmp(text, expected))
			return true;
		if (tid)
			record_storm(w, tid, 100);
		wait_ms = source_work(w->source);
		assert_true(wait_ms >= 0);
		poll(NULL, 0, wait_ms);
	}
	return false;
}

/* A vCPU goes from CPU to CPU, which come and go; not a record is missed, none is read twice. */
/* In the sample in which a VM has ended are all of its exits, of the last moment and however many they are: there is no
 * other sample to book them in. */
static void a_vm_that_has_ended_is_whole(void **state)
{
	static const int counts[] = { 1, 400000 };
	struct world *w = *state;
	struct sample *s;

	open_source(w);
	for (size_t i = 0; i < sizeof counts / sizeof *counts; i++) {
		const uint64_t count = (uint64_t)counts[i];

		sample_free(collect(w, true));
		record_storm(w, 203, counts[i]);
		s = sample_at(0);
		s->time_ns = clock_mono_ns();
		add_thread(add_vm(s, 200, "win10"), 203, THREAD_VCPU, 0);
		s->vms[0].ended = true;
		source_collect(w->source, s);
		assert_in_range(count_exits(s, 203), count, count + 100);
		assert_true(s->tracing.horizon_ns >= s->time_ns);
		sample_free(s);
		s = sample_at(0);
		source_collect(w->source, s);
		assert_int_equal(count_exits(s, 203), 0);
		sample_free(s);
	}
}

static void cpus_come_and_go(void **state)
{
	struct world *w = *state;

	open_source(w);
	sample_free(collect(w, true));
	record_now(w, 0, EXIT_TYPE, 103);
	record_now(w, 1, ENTRY_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 1), 1);

	fake_cpu(&w->tracefs, 2);
	fake_cpu(&w->tracefs, 3);
	write_file("present", "0-3\n");
	record_now(w, 0, EXIT_TYPE, 103);
	record_now(w, 3, ENTRY_TYPE, 103);
	record_now(w, 3, EXIT_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 1), 1);

	/* Its last records are still to be read. */
	write_file("present", "0-1\n");
	sample_free(collect(w, true));
	record_now(w, 3, ENTRY_TYPE, 103);
	record_now(w, 3, EXIT_TYPE, 103);
	record_now(w, 0, ENTRY_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 2), 2);

	write_file("present", "0-1,3\n");
	sample_free(collect(w, true));
	record_now(w, 3, EXIT_TYPE, 103);
	record_now(w, 3, ENTRY_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 1), 1);
}

/* A vCPU exits on CPU 1 and enters on it again, while CPU 0 lacks records, in which it may have been there
 * between the two: that is not booked, nor what was open when they began to be missing. */
static void what_a_gap_hides_is_not_booked(void **state)
{
	struct world *w = *state;
	struct subbuffer page;
	struct sample *s;

	open_source(w);
	sample_free(collect(w, true));
	record_now(w, 0, EXIT_TYPE, 103);
	subbuffer_init(&page, clock_mono_ns());
	subbuffer_miss(&page, 7);
	append_page(w, 0, &page);
	record_now(w, 1, EXIT_TYPE, 103);
	record_now(w, 1, ENTRY_TYPE, 103);
	record_now(w, 0, ENTRY_TYPE, 203); /* the gap ends */
	record_now(w, 0, EXIT_TYPE, 203);
	record_now(w, 0, ENTRY_TYPE, 203);
	record_now(w, 1, EXIT_TYPE, 103);
	record_now(w, 1, ENTRY_TYPE, 103);
	record_now(w, 1, EXIT_TYPE, 103);
	record_now(w, 1, ENTRY_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 2), 2);
	s = collect(w, true);
	assert_int_equal(s->tracing.lost, 7);
	assert_false(s->tracing.lost_unknown);
	assert_int_equal(s->tracing.events, 10);
	assert_int_equal(count_exits(s, 103), 0);
	sample_free(s);
}

/* Where the records have another clock than the rest: up to now is up to its now. */
static void the_records_may_have_a_clock_of_their_own(void **state)
{
	struct world *w = *state;
	struct sample *s;

	write_file("clocksource", "hpet\n");
	fake_file(&w->tracefs, "per_cpu/cpu0/stats", "now ts:  5000.000000\n");
	open_source(w);
	sample_free(collect(w, true));
	record_at(w, EXIT_TYPE, 103, 4000 * NS_PER_S);
	record_at(w, ENTRY_TYPE, 103, 4000 * NS_PER_S + 700);
	record_at(w, EXIT_TYPE, 103, 4999 * NS_PER_S);
	record_at(w, ENTRY_TYPE, 103, 5000 * NS_PER_S); /* has only just happened */
	s = collect(w, true);
	assert_int_equal(s->tracing.events, 3);
	assert_int_equal(count_exits(s, 103), 1);
	assert_int_equal(s->exit_threads[0].exits[0].durations.max_ns, 700);
	assert_true(s->tracing.horizon_ns <= clock_mono_ns());
	assert_true(clock_mono_ns() - s->tracing.horizon_ns < DEADLINE_NS);
	sample_free(s);
	fake_file(&w->tracefs, "per_cpu/cpu0/stats", "now ts:  5001.000000\n");
	s = collect(w, true);
	assert_int_equal(s->tracing.events, 4);
	assert_int_equal(count_exits(s, 103), 1);
	sample_free(s);
}

/* Neither a CPU without a buffer nor a list that is nonsense takes away those that are read. */
static void a_broken_list_of_cpus_changes_nothing(void **state)
{
	static const char *const lists[] = { "0-9\n", "-5\n", "0-99999999\n", "garbage\n", "\n", "",
		"3-1\n" };
	struct world *w = *state;

	open_source(w);
	sample_free(collect(w, true));
	for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
		write_file("present", lists[i]);
		record_now(w, 0, EXIT_TYPE, 103);
		record_now(w, 1, ENTRY_TYPE, 103);
		assert_int_equal(wait_for_exits(w, 103, 1), 1);
	}
	assert_int_equal(unlink("present"), 0);
	record_now(w, 0, EXIT_TYPE, 103);
	record_now(w, 1, ENTRY_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 1), 1);
}

static void without_a_list_of_cpus_it_is_off(void **state)
{
	struct world *w = *state;
	struct sample *s = sample_at(0);

	assert_int_equal(unlink("present"), 0);
	open_source(w);
	source_collect(w->source, s);
	assert_false(s->sources[SOURCE_TRACING].ok);
	assert_string_not_equal(s->sources[SOURCE_TRACING].why, "");
	assert_true(s->tracing.budget_events_per_s <= 0);
	sample_free(s);
}

static void details_hold_for_whole_intervals(void **state)
{
	struct world *w = *state;
	struct sample *s;

	open_source(w);
	s = collect(w, true);
	assert_false(s->tracing.details);
	sample_free(s);
	trace_want_details(w->source, true);
	assert_file(&w->tracefs, "events/kvm/kvm_msr/enable", "untouched");
	s = collect(w, true);
	assert_false(s->tracing.details); /* they begin now */
	sample_free(s);
	assert_file(&w->tracefs, "events/kvm/kvm_msr/enable", "1");
	s = collect(w, true);
	assert_true(s->tracing.details);
	sample_free(s);
	trace_want_details(w->source, false);
	s = collect(w, true);
	assert_true(s->tracing.details);
	sample_free(s);
	assert_file(&w->tracefs, "events/kvm/kvm_msr/enable", "0");
	s = collect(w, true);
	assert_false(s->tracing.details);
	assert_int_equal(s->tracing.shed, TRACING_SHED_NOTHING);
	assert_int_equal(s->tracing.only_pid, 0);
	assert_near(s->tracing.duty, 1, 1e-9);
	assert_near(s->tracing.budget_cpu_pct, 100, 1e-9);
	assert_near(s->tracing.budget_events_per_s, EVENTS_PER_S, 1e-9);
	sample_free(s);
}

/* A storm goes up the whole ladder; a VM of two is left, the one that is selected. */
static void a_storm_is_shed_step_by_step(void **state)
{
	struct world *w = *state;
	struct sample *s;

	assert_int_equal(mkdir("kvm/200-11", 0700), 0);
	write_file("kvm/200-11/exits", "4711\n");
	open_source(w);
	trace_want_details(w->source, true);
	trace_select(w->source, 200);
	sample_free(collect(w, true));
	assert_file(&w->tracefs, "events/kvm/kvm_mmio/enable", "1");
	assert_true(work_until(w, 203, "events/kvm/kvm_mmio/enable", "0"));
	assert_file(&w->tracefs, "set_event_pid", "untouched");
	s = collect(w, true);
	assert_int_equal(s->tracing.shed, TRACING_SHED_DETAILS);
	assert_false(s->tracing.details);
	assert_int_equal(s->tracing.only_pid, 0);
	sample_free(s);
	assert_true(work_until(w, 203, "set_event_pid", "203"));
	assert_file(&w->tracefs, "tracing_on", "untouched");
	s = collect(w, true);
	assert_int_equal(s->tracing.shed, TRACING_SHED_VMS);
	assert_int_equal(s->tracing.only_pid, 200);
	assert_near(s->tracing.duty, 1, 1e-9);
	sample_free(s);
	assert_true(work_until(w, 203, "tracing_on", "0"));
	assert_true(work_until(w, 0, "tracing_on", "1"));
	s = collect(w, true);
	assert_int_equal(s->tracing.shed, TRACING_SHED_TIME);
	assert_int_equal(s->tracing.only_pid, 200);
	assert_true(s->tracing.duty > 0 && s->tracing.duty < 1);
	assert_true(s->vms[0].kvm_exits == SAMPLE_UNKNOWN);
	assert_true(s->vms[1].kvm_exits == 4711);
	assert_int_equal(s->tracing.lost, 0);
	sample_free(s);
	/* The selection goes to the other one. */
	trace_select(w->source, 100);
	s = collect(w, true);
	assert_int_equal(s->tracing.only_pid, 200);
	sample_free(s);
	assert_file(&w->tracefs, "set_event_pid", "103");
	s = collect(w, true);
	assert_int_equal(s->tracing.only_pid, 100);
	sample_free(s);
}

/* With one VM and no details, time is all there is to save; it is over when the storm is. */
static void a_pause_is_no_long_exit(void **state)
{
	struct world *w = *state;
	uint64_t longest_ns = 0, begin_ns, end_ns;
	struct sample *s;

	open_source(w);
	sample_free(collect(w, false));
	assert_true(work_until(w, 103, "tracing_on", "0"));
	assert_file(&w->tracefs, "set_event_pid", "103");
	assert_file(&w->tracefs, "events/kvm/kvm_mmio/enable", "untouched");
	assert_true(work_until(w, 0, "tracing_on", "1"));
	sample_free(collect(w, false));
	/* In one span it exits, in the next it enters. */
	record_now(w, 0, EXIT_TYPE, 103);
	assert_true(work_until(w, 0, "tracing_on", "0"));
	assert_true(work_until(w, 0, "tracing_on", "1"));
	record_now(w, 0, ENTRY_TYPE, 103);
	begin_ns = clock_mono_ns();
	record_now(w, 0, EXIT_TYPE, 103);
	record_now(w, 0, ENTRY_TYPE, 103);
	end_ns = clock_mono_ns();
	for (uint64_t booked = 0, until_ns = clock_mono_ns() + DEADLINE_NS;
		!booked && clock_mono_ns() < until_ns; poll(NULL, 0, 1)) {
		s = collect(w, false);
		booked = count_exits(s, 103);
		assert_true(booked <= 1);
		if (booked)
			longest_ns = s->exit_threads[0].exits[0].durations.max_ns;
		sample_free(s);
	}
	assert_in_range(longest_ns, 1, end_ns - begin_ns);
	assert_true(work_until(w, 0, "set_event_pid", ""));
	assert_file(&w->tracefs, "tracing_on", "1");
	sample_free(collect(w, false));
	s = collect(w, false);
	assert_int_equal(s->tracing.shed, TRACING_SHED_NOTHING);
	sample_free(s);
}

/* Nobody has selected one, and which is busy is not known when the storm begins: then all are traced
 * for a part of the time, until it is. */
static void the_busiest_is_left_where_none_is_selected(void **state)
{
	struct world *w = *state;
	struct sample *s;

	open_source(w);
	sample_free(collect(w, true));
	assert_true(work_until(w, 203, "tracing_on", "0"));
	assert_file(&w->tracefs, "set_event_pid", "untouched");
	s = collect(w, true);
	assert_int_equal(s->tracing.shed, TRACING_SHED_TIME);
	assert_int_equal(s->tracing.only_pid, 200);
	assert_true(count_exits(s, 203) > 0);
	sample_free(s);
	assert_file(&w->tracefs, "set_event_pid", "203");
	/* That the others are not seen now is no reason to choose another one. */
	s = collect(w, true);
	assert_int_equal(s->tracing.only_pid, 200);
	sample_free(s);
	assert_file(&w->tracefs, "set_event_pid", "203");
	/* It has ended; the other one is the only one there is. */
	sample_free(collect(w, false));
	assert_file(&w->tracefs, "set_event_pid", "103");
}

/* The selected VM is gone: the busiest takes its place; a source of another kind is left alone. */
static void a_selection_need_not_be_there(void **state)
{
	static const struct source_ops other_ops = { 0 };
	struct source other = { .ops = &other_ops };
	struct world *w = *state;

	trace_select(NULL, 100);
	trace_want_details(NULL, true);
	trace_select(&other, 100);
	trace_want_details(&other, true);
	assert_ptr_equal(other.ops, &other_ops);
	open_source(w);
	trace_select(w->source, 300);
	sample_free(collect(w, true));
	record_now(w, 0, EXIT_TYPE, 103);
	record_now(w, 0, ENTRY_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 1), 1);
	assert_true(work_until(w, 203, "set_event_pid", "103"));
}

static bool is_readable(const struct source *source)
{
	struct pollfd fd = { .fd = source_descriptor(source), .events = POLLIN };

	return fd.fd >= 0 && poll(&fd, 1, 0) == 1;
}

/* CPU 0 as a pipe, which can be waited for as the kernel's own files can. Returns its end to write to:
 * until that is closed it is silent. */
static int fake_pipe(struct world *w)
{
	const char *file = "per_cpu/cpu0/trace_pipe_raw";
	char path[4400];
	int fd;

	fake_remove(&w->tracefs, file);
	assert_int_equal(mkfifo(fake_path(&w->tracefs, file, path, sizeof path), 0600), 0);
	write_file("present", "0\n");
	fd = open(path, O_RDWR | O_CLOEXEC);
	assert_true(fd >= 0);
	return fd;
}

static void the_kernel_says_when_to_work(void **state)
{
	struct world *w = *state;
	const int fd = fake_pipe(w);

	fake_file(&w->tracefs, "buffer_percent", "50");
	open_source(w);
	assert_true(source_work(w->source) > 0);
	assert_file(&w->tracefs, "buffer_percent", "25");
	assert_false(is_readable(w->source));
	record_now(w, 0, EXIT_TYPE, 103);
	assert_true(is_readable(w->source));
	assert_true(source_work(w->source) > 0);
	assert_false(is_readable(w->source));
	close(fd);
}

/* Woken for nothing all the time, the source goes by the clock again, and does not miss anything. */
static void false_alarms_are_not_listened_to(void **state)
{
	struct world *w = *state;
	const int fd = fake_pipe(w);
	int alarms = 0;

	fake_file(&w->tracefs, "buffer_percent", "50");
	open_source(w);
	assert_true(source_work(w->source) > 0);
	close(fd); /* from now on there is always an end to be read */
	record_now(w, 0, EXIT_TYPE, 103);
	record_now(w, 0, ENTRY_TYPE, 103);
	while (is_readable(w->source) && alarms < 100) {
		assert_true(source_work(w->source) > 0);
		alarms++;
	}
	assert_in_range(alarms, 2, 99);
	assert_int_equal(source_descriptor(w->source), -1);
	assert_in_range(source_work(w->source), 0, 50);
}

/* Without the watermark (before Linux 5.0), or with files that cannot be waited for. */
static void the_clock_says_when_to_work(void **state)
{
	struct world *w = *state;

	open_source(w);
	assert_in_range(source_work(w->source), 0, 50);
	assert_int_equal(source_descriptor(w->source), -1);
	source_close(w->source);
	fake_file(&w->tracefs, "buffer_percent", "50");
	open_source(w);
	assert_in_range(source_work(w->source), 0, 50);
	assert_int_equal(source_descriptor(w->source), -1);
}

#ifndef HAVE_BPF

static void collect_by(struct world *w, enum trace_method method, struct sample *s)
{
	w->source = trace_open(&(struct trace_config){
		.method = method,
		.tracefs = w->tracefs.root,
		.cpus_path = "present",
		.counters_root = "kvm",
		.clock_path = "clocksource",
		.limits = { .cpu_pct = 100, .events_per_s = EVENTS_PER_S },
	});
	source_collect(w->source, s);
	source_close(w->source);
	w->source = NULL;
}

static void without_bpf_programs_the_ring_is_taken(void **state)
{
	struct world *w = *state;
	struct sample *s = sample_new();

	collect_by(w, TRACE_AUTO, s);
	assert_true(s->sources[SOURCE_TRACING].ok);
	assert_false(s->tracing.bpf);
	sample_free(s);
	s = sample_new();
	collect_by(w, TRACE_BPF, s);
	assert_false(s->sources[SOURCE_TRACING].ok);
	assert_string_equal(s->sources[SOURCE_TRACING].why,
		"exits cannot be counted by BPF: kvmtop was built without its BPF programs; "
		"run kvmtop without `--tracer bpf`");
	sample_free(s);
}

#endif

/* A look at one VM whose vCPU has run for so long by then. */
static struct sample *look_at_vcpu(struct world *w, uint64_t time_ns, uint64_t run_ms)
{
	struct sample *s = sample_at(0);

	s->time_ns = time_ns;
	add_thread(add_vm(s, 100, "web1"), 103, THREAD_VCPU, 0)->cpu_ns = run_ms * NS_PER_MS;
	source_collect(w->source, s);
	return s;
}

/* Without an exit: no vCPU has run, and there are none; or KVM does not report them, and they are not known. */
static void silence_is_paused_or_deaf(void **state)
{
	static const struct {
		uint64_t after_ms, run_ms;
		bool known;
		const char *why;
	} looks[] = {
		{ 0, 70000, true, "" },    /* since it was started, long before */
		{ 4000, 70004, true, "" }, /* as the thread of a paused vCPU does */
		{ 6000, 70004, true, "no vCPU has run" },
		{ 6500, 70005, false, "whether KVM reports exits here is not known" },
		{ 7000, 70150, false, "whether KVM reports exits here is not known" },
		{ 7500, 70250, false, "has no kvm_exit" },
		{ 8000, 70250, false, "has no kvm_exit" },
	};
	struct world *w = *state;
	const uint64_t start_ns = clock_mono_ns();
	struct sample *s;

	open_source(w);
	for (size_t i = 0; i < sizeof looks / sizeof *looks; i++) {
		s = look_at_vcpu(w, start_ns + looks[i].after_ms * NS_PER_MS, looks[i].run_ms);
		assert_int_equal(s->tracing.horizon_ns != 0, looks[i].known);
		assert_non_null(strstr(s->sources[SOURCE_TRACING].why, looks[i].why));
		assert_int_equal(s->sources[SOURCE_TRACING].ok, !*looks[i].why);
		sample_free(s);
	}
	/* Nobody knows which threads are vCPUs. */
	s = sample_at(0);
	s->time_ns = start_ns + 9000 * NS_PER_MS;
	add_thread(add_vm(s, 100, "web1"), 103, THREAD_WORKER, -1);
	source_collect(w->source, s);
	assert_true(!s->tracing.horizon_ns && !s->sources[SOURCE_TRACING].ok);
	sample_free(s);
	/* The first exit ends it. */
	record_now(w, 0, EXIT_TYPE, 103);
	record_now(w, 0, ENTRY_TYPE, 103);
	assert_int_equal(wait_for_exits(w, 103, 1), 1);
	s = look_at_vcpu(w, start_ns + 20000 * NS_PER_MS, 80000);
	assert_true(s->sources[SOURCE_TRACING].ok && s->tracing.horizon_ns);
	sample_free(s);
}

int main(void)
{
#define ON_FAKE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		ON_FAKE(a_vm_that_has_ended_is_whole),
		ON_FAKE(silence_is_paused_or_deaf),
		ON_FAKE(cpus_come_and_go),
		ON_FAKE(what_a_gap_hides_is_not_booked),
		ON_FAKE(a_broken_list_of_cpus_changes_nothing),
		ON_FAKE(the_records_may_have_a_clock_of_their_own),
		ON_FAKE(without_a_list_of_cpus_it_is_off),
		ON_FAKE(details_hold_for_whole_intervals),
		ON_FAKE(a_storm_is_shed_step_by_step),
		ON_FAKE(a_pause_is_no_long_exit),
		ON_FAKE(the_busiest_is_left_where_none_is_selected),
		ON_FAKE(a_selection_need_not_be_there),
		ON_FAKE(the_kernel_says_when_to_work),
		ON_FAKE(false_alarms_are_not_listened_to),
		ON_FAKE(the_clock_says_when_to_work),
#ifndef HAVE_BPF
		ON_FAKE(without_bpf_programs_the_ring_is_taken),
#endif
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
