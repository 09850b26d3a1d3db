/* threads_bpf: the kernel's program and the files of /proc, both on the same threads. What /proc says before and after is
 * a limit for what the program says between. Needs the privilege to load it; kernels of the lab run this, too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "core/clock.h"
#include "patience.h"
#include "source/host/proc.h"
#include "source/host/proc_thread.h"
#include "source/host/thread_row.h"
#include "source/host/threads_bpf.h"

#include "threads_world.h"

/* Whether this kernel must take the program is another question; the lab asks it with KVMTOP_NEEDS_BPF. */
static void need_bpf(const struct world *w)
{
	if (w->bpf)
		return;
	if (getenv("KVMTOP_NEEDS_BPF"))
		fail_msg("the program is not taken: %s", strerror(-w->error));
	skip();
}

/* -- both ways ------------------------------------------------------------------------------- */

struct reading {
	struct sample_thread threads[THREADS_MAX];
	size_t count;
};

static bool read_file(struct sample_thread *t, int dirfd, pid_t tid)
{
	struct proc_stat stat;
	uint64_t cpu_ns, wait_ns;

	if (!proc_schedstat_read(dirfd, tid, &cpu_ns, &wait_ns) ||
		!proc_stat_read(&stat, dirfd, tid))
		return false;
	*t = (struct sample_thread){ 0 };
	proc_thread_fill(t, tid, &stat, cpu_ns, wait_ns);
	t->switches = proc_switches_read(dirfd, tid);
	return true;
}

static struct reading read_files(const struct world *w)
{
	char path[64];
	struct reading r = { .count = 0 };
	const struct dirent *entry;
	DIR *task;

	snprintf(path, sizeof path, "/proc/%d/task", (int)w->pid);
	task = opendir(path);
	assert_non_null(task);
	while ((entry = readdir(task)))
		if (entry->d_name[0] != '.' && r.count < THREADS_MAX)
			r.count += read_file(&r.threads[r.count], dirfd(task), atoi(entry->d_name));
	closedir(task);
	return r;
}

static struct reading read_bpf(const struct world *w)
{
	struct reading r;
	const struct bpf_thread_row *const *rows;
	const uint64_t begin_ns = clock_mono_ns();

	threads_bpf_request(w->bpf, w->pid);
	assert_int_equal(threads_bpf_read(w->bpf), 0);
	rows = threads_bpf_of(w->bpf, w->pid, &r.count);
	assert_in_range(r.count, 1, THREADS_MAX);
	for (size_t i = 0; i < r.count; i++) {
		assert_true(thread_row_fill(&r.threads[i], rows[i], NULL));
		assert_true(r.threads[i].time_ns >= begin_ns &&
			    r.threads[i].time_ns <= clock_mono_ns());
	}
	return r;
}

static void is_between(
	const char *what, const char *name, uint64_t before, uint64_t value, uint64_t after)
{
	if (value < before || value > after)
		fail_msg("%s of %s: %llu is not from %llu to %llu", what, name,
			(unsigned long long)value, (unsigned long long)before,
			(unsigned long long)after);
}

/* What /proc told is not taken back; it itself may divide the time a tick or two otherwise later on, as it does not know
 * what the program told. */
static void is_one_thread(const struct sample_thread *before, const struct sample_thread *t,
	const struct sample_thread *after)
{
	const uint64_t slack = 2 + (after->cpu_ns - t->cpu_ns) / TICK_NS;

	assert_int_equal(t->tid, before->tid);
	assert_string_equal(t->name, before->name);
	assert_true(t->start_ticks == before->start_ticks);
	is_between("CPU time", t->name, before->cpu_ns, t->cpu_ns, after->cpu_ns);
	is_between("run delay", t->name, before->wait_ns, t->wait_ns, after->wait_ns);
	is_between("switches", t->name, before->switches, t->switches, after->switches);
	is_between("guest time", t->name, before->guest_ticks, t->guest_ticks, after->guest_ticks);
	is_between("user time", t->name, before->utime_ticks, t->utime_ticks,
		after->utime_ticks + slack);
	is_between("system time", t->name, before->stime_ticks, t->stime_ticks,
		after->stime_ticks + slack);
	is_between("user and system time", t->name, before->utime_ticks + before->stime_ticks,
		t->utime_ticks + t->stime_ticks + 1, after->utime_ticks + after->stime_ticks + 2);
}

/* Until each of them has done what it does often enough to be counted. */
static bool has_worked(const struct reading *r)
{
	const struct sample_thread *t = r->threads;

	return r->count >= THREADS && t[2].utime_ticks >= 20 && t[3].stime_ticks >= 20 &&
	       t[4].switches >= 20 && t[5].utime_ticks + t[5].stime_ticks >= 20 &&
	       !strcmp(t[6].name, ODD_NAME);
}

static void wait_for_work(const struct world *w)
{
	const uint64_t deadline_ns = clock_mono_ns() + PATIENCE_NS;
	struct reading r = { .count = 0 };

	while (!has_worked(&r)) {
		assert_true(clock_mono_ns() < deadline_ns);
		nanosleep(&(struct timespec){ .tv_nsec = TICK_NS }, NULL);
		r = read_files(w);
	}
}

static void both_say_the_same(void **state)
{
	const struct world *w = *state;
	uint64_t guest_ticks = 0;

	need_bpf(w);
	wait_for_work(w);
	for (int round = 0; round < 50; round++) {
		const struct reading before = read_files(w), now = read_bpf(w),
				     after = read_files(w);

		assert_int_equal(now.count, before.count);
		assert_int_equal(now.count, after.count);
		for (size_t i = 0; i < now.count; i++)
			is_one_thread(&before.threads[i], &now.threads[i], &after.threads[i]);
		guest_ticks = now.threads[5].guest_ticks;
		nanosleep(&(struct timespec){ .tv_nsec = TICK_NS / 2 }, NULL);
	}
	print_message("guest time %llu ticks\n", (unsigned long long)guest_ticks);
	assert_true(threads_bpf_walked(w->bpf) >= THREADS);
}

/* Nobody reads files between: the program's own figures never go back either. */
static void totals_only_grow(void **state)
{
	const struct world *w = *state;
	struct sample_thread before[THREADS_MAX];
	size_t count;

	need_bpf(w);
	wait_for_work(w);
	for (int round = 0; round < 50; round++) {
		const struct bpf_thread_row *const *rows;

		threads_bpf_request(w->bpf, w->pid);
		assert_int_equal(threads_bpf_read(w->bpf), 0);
		rows = threads_bpf_of(w->bpf, w->pid, &count);
		assert_in_range(count, THREADS, THREADS_MAX);
		for (size_t i = 0; i < count; i++) {
			struct sample_thread t;

			assert_true(thread_row_fill(&t, rows[i], round ? &before[i] : NULL));
			if (round) {
				assert_true(t.utime_ticks >= before[i].utime_ticks);
				assert_true(t.stime_ticks >= before[i].stime_ticks);
				assert_true(t.guest_ticks >= before[i].guest_ticks);
				assert_true(t.cpu_ns >= before[i].cpu_ns);
				assert_true(t.wait_ns >= before[i].wait_ns);
				assert_true(t.time_ns > before[i].time_ns);
			}
			before[i] = t;
		}
		nanosleep(&(struct timespec){ .tv_nsec = TICK_NS / 2 }, NULL);
	}
}

/* Only what was requested, each time anew; kernel threads, too, whose names /proc knows. */
static void only_what_was_requested(void **state)
{
	const struct world *w = *state;
	const struct bpf_thread_row *const *rows;
	struct sample_thread t;
	struct proc_stat stat;
	size_t count;

	need_bpf(w);
	threads_bpf_request(w->bpf, getpid());
	threads_bpf_request(w->bpf, getpid());
	threads_bpf_request(w->bpf, 2);
	threads_bpf_request(w->bpf, 0);
	threads_bpf_request(w->bpf, -1);
	assert_int_equal(threads_bpf_read(w->bpf), 0);
	threads_bpf_of(w->bpf, w->pid, &count);
	assert_int_equal(count, 0);
	rows = threads_bpf_of(w->bpf, getpid(), &count);
	assert_int_equal(count, 1);
	assert_int_equal(rows[0]->tid, getpid());
	if (proc_stat_read(&stat, w->proc, 2) && stat.kernel) {
		rows = threads_bpf_of(w->bpf, 2, &count);
		assert_int_equal(count, 1);
		assert_false(thread_row_fill(&t, rows[0], NULL));
		assert_true(thread_row_fill(&t, rows[0],
			&(struct sample_thread){
				.start_ticks = stat.start_ticks, .name = "kthreadd" }));
		assert_string_equal(t.name, "kthreadd");
	}
	assert_int_equal(threads_bpf_read(w->bpf), 0);
	threads_bpf_of(w->bpf, getpid(), &count);
	assert_int_equal(count, 0);
}

/* -- as a source ----------------------------------------------------------------------------- */

static const struct sample_vm *find_vm(const struct sample *s, pid_t pid)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (s->vms[i].id.pid == pid)
			return &s->vms[i];
	return NULL;
}

/* Two sources, one for each way, in turn on the same VM. */
struct two {
	struct source *files, *bpf;
	struct sample *before, *now, *after;
};

static void collect_two(struct two *t)
{
	struct sample **const samples[] = { &t->before, &t->now, &t->after };

	for (int i = 0; i < 3; i++) {
		sample_free(*samples[i]);
		*samples[i] = sample_new();
		source_collect(i == 1 ? t->bpf : t->files, *samples[i]);
	}
}

static void open_two(struct two *t, pid_t pid)
{
	const struct proc_config by_files = { .root = "/proc", .only = &pid, .only_count = 1 };
	struct proc_config by_bpf = by_files;

	by_bpf.threads = PROC_THREADS_BPF;
	t->files = proc_open(&by_files);
	t->bpf = proc_open(&by_bpf);
}

static void close_two(struct two *t)
{
	source_close(t->files);
	source_close(t->bpf);
	sample_free(t->before);
	sample_free(t->now);
	sample_free(t->after);
}

static void are_the_same_vms(const struct two *two, pid_t pid)
{
	const struct sample_vm *before = find_vm(two->before, pid), *now = find_vm(two->now, pid),
			       *after = find_vm(two->after, pid);

	assert_non_null(now);
	assert_true(before && after);
	assert_int_equal(now->thread_count, before->thread_count);
	for (size_t i = 0; i < now->thread_count; i++) {
		struct sample_thread t = now->threads[i], b = before->threads[i],
				     a = after->threads[i];

		assert_int_equal(t.kind, b.kind);
		assert_int_equal(t.vcpu, b.vcpu);
		assert_true((t.switches == SAMPLE_UNKNOWN) == (t.kind != THREAD_EMULATOR));
		/* By files these are read again only after half a tick on CPU. */
		a.utime_ticks++;
		a.stime_ticks++;
		a.guest_ticks++;
		is_one_thread(&b, &t, &a);
	}
}

static void a_vm_is_the_same_either_way(void **state)
{
	struct world *w = *state;
	struct two two = { 0 };
	const uint64_t deadline_ns = clock_mono_ns() + PATIENCE_NS;
	size_t count, own;

	need_bpf(w);
	wait_for_work(w);
	open_two(&two, w->pid);
	do {
		assert_true(clock_mono_ns() < deadline_ns);
		collect_two(&two);
		if (!find_vm(two.after, w->pid) && access("/dev/kvm", R_OK | W_OK)) {
			close_two(&two);
			skip();
		}
	} while (!find_vm(two.before, w->pid));
	for (int round = 0; round < 20; round++) {
		are_the_same_vms(&two, w->pid);
		collect_two(&two);
	}
	/* A thread that is born: in the next collect. */
	count = find_vm(two.now, w->pid)->thread_count;
	own = count_threads(w);
	order(w, 't');
	while (count_threads(w) == own)
		assert_true(clock_mono_ns() < deadline_ns);
	collect_two(&two);
	assert_int_equal(find_vm(two.now, w->pid)->thread_count, count + 1);
	are_the_same_vms(&two, w->pid);
	/* The process' end: its threads once more, without totals, and then no more. */
	kill(w->pid, SIGKILL);
	assert_int_equal(waitpid(w->pid, NULL, 0), w->pid);
	collect_two(&two);
	assert_true(find_vm(two.before, w->pid)->ended);
	assert_true(find_vm(two.now, w->pid)->ended);
	assert_int_equal(find_vm(two.now, w->pid)->thread_count, count + 1);
	assert_true(find_vm(two.now, w->pid)->threads[1].cpu_ns == SAMPLE_UNKNOWN);
	assert_null(find_vm(two.after, w->pid));
	collect_two(&two);
	assert_null(find_vm(two.now, w->pid));
	close_two(&two);
}

/* The first thread's end is the VM's, whatever its others still do. */
static void a_first_thread_that_ends(void **state)
{
	struct world *w = *state;
	const uint64_t deadline_ns = clock_mono_ns() + PATIENCE_NS;
	const struct bpf_thread_row *const *rows;
	struct two two = { 0 };
	struct proc_stat stat;
	size_t count;

	need_bpf(w);
	if (access("/dev/kvm", R_OK | W_OK))
		skip();
	wait_for_work(w);
	open_two(&two, w->pid);
	while (!two.now || !find_vm(two.now, w->pid)) {
		assert_true(clock_mono_ns() < deadline_ns);
		collect_two(&two);
	}
	order(w, 'z');
	do
		assert_true(clock_mono_ns() < deadline_ns);
	while (proc_stat_read(&stat, w->proc, w->pid) && stat.state != 'Z');
	threads_bpf_request(w->bpf, w->pid);
	assert_int_equal(threads_bpf_read(w->bpf), 0);
	rows = threads_bpf_of(w->bpf, w->pid, &count);
	assert_in_range(count, THREADS, THREADS_MAX);
	assert_int_equal(rows[0]->tid, w->pid);
	assert_int_not_equal(rows[0]->exit_state, 0);
	assert_int_equal(rows[1]->exit_state, 0);
	collect_two(&two);
	assert_true(find_vm(two.before, w->pid)->ended);
	assert_true(find_vm(two.now, w->pid)->ended);
	close_two(&two);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(both_say_the_same, set_up, tear_down),
		cmocka_unit_test_setup_teardown(totals_only_grow, set_up, tear_down),
		cmocka_unit_test_setup_teardown(only_what_was_requested, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_vm_is_the_same_either_way, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_first_thread_that_ends, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
