/* pid_file: whose word it is, and about which process. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "source/host/pid_file.h"
#include "source/host/proc_thread.h"

struct world {
	char dir[32], path[64];
};

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	strcpy(w->dir, "/tmp/kvmtop-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->path, sizeof w->path, "%s/web1.pid", w->dir);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	unlink(w->path);
	assert_int_equal(rmdir(w->dir), 0);
	free(w);
	return 0;
}

static void write_pid(const struct world *w, const char *text)
{
	const int fd = open(w->path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
	assert_int_equal(chmod(w->path, 0644), 0);
}

static int read_web1(struct pid_file *f, const struct world *w)
{
	return pid_file_read(f, w->dir, "web1", geteuid());
}

static void test_text(void **state)
{
	static const struct {
		const char *text;
		pid_t pid; /* 0: none */
	} cases[] = {
		{ "4711\n", 4711 },
		{ "4711", 4711 },
		{ "", 0 },
		{ "\n", 0 },
		{ "0\n", 0 },
		{ "four\n", 0 },
		{ "-4711\n", 0 },
		{ "4711 4712\n", 0 },
		{ "4294972007\n", 0 }, /* 2^32 + 4711 */
		{ "99999999999999999999999999999999\n", 0 },
	};
	struct world *w = *state;
	struct pid_file f;

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		write_pid(w, cases[i].text);
		assert_int_equal(read_web1(&f, w), cases[i].pid ? 0 : -EINVAL);
		assert_int_equal(f.pid, cases[i].pid);
	}
}

/* What somebody else could have put there is nobody's word. */
static void test_owner(void **state)
{
	struct world *w = *state;
	char other[80];
	struct pid_file f;

	assert_int_equal(read_web1(&f, w), -ENOENT);
	write_pid(w, "4711\n");
	assert_int_equal(read_web1(&f, w), 0);
	assert_int_equal(pid_file_read(&f, w->dir, "web1", geteuid() + 1), -EPERM);
	chmod(w->path, 0664);
	assert_int_equal(read_web1(&f, w), -EPERM);
	chmod(w->path, 0646);
	assert_int_equal(read_web1(&f, w), -EPERM);
	chmod(w->path, 0600);
	assert_int_equal(read_web1(&f, w), 0);

	snprintf(other, sizeof other, "%s/other", w->dir);
	assert_int_equal(rename(w->path, other), 0);
	assert_int_equal(symlink(other, w->path), 0);
	assert_int_equal(read_web1(&f, w), -EPERM);
	unlink(other);
	unlink(w->path);
	assert_int_equal(mkfifo(w->path, 0600), 0);
	assert_int_equal(read_web1(&f, w), -EPERM);

	assert_int_equal(pid_file_read(&f, w->dir, "../web1", geteuid()), -EINVAL);
	assert_int_equal(pid_file_read(&f, "", "web1", geteuid()), -EINVAL);
}

static struct vm_id self(void)
{
	struct proc_stat stat;
	const int proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	assert_true(proc >= 0 && proc_stat_read(&stat, proc, getpid()));
	close(proc);
	return (struct vm_id){ getpid(), stat.start_ticks };
}

static void set_written_before_s(const struct world *w, int seconds)
{
	struct timeval times[2] = { { .tv_sec = 0 } };

	gettimeofday(&times[0], NULL);
	times[0].tv_sec -= seconds;
	times[1] = times[0];
	assert_int_equal(utimes(w->path, times), 0);
}

/* A file that was left behind does not speak for the process that has its pid now. */
static void test_reused_pid(void **state)
{
	struct world *w = *state;
	const struct vm_id me = self();
	struct pid_file f;
	char text[16];

	snprintf(text, sizeof text, "%d\n", getpid());
	write_pid(w, text);
	assert_int_equal(read_web1(&f, w), 0);
	assert_int_equal(f.locked_by, 0);
	assert_true(pid_file_is_of(&f, me));
	assert_false(pid_file_is_of(&f, (struct vm_id){ me.pid + 1, me.start_ticks }));
	set_written_before_s(w, 3600);
	assert_int_equal(read_web1(&f, w), 0);
	assert_false(pid_file_is_of(&f, me));
}

/* Runs a process that takes a lock and says its pid. Ends by end_locker(). */
static pid_t start_locker(const struct world *w, int flags, int how, short type, int *hold)
{
	int ready[2], go[2];
	char c;
	pid_t pid;

	assert_int_equal(pipe(ready), 0);
	assert_int_equal(pipe(go), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct flock lock = { .l_type = type, .l_whence = SEEK_SET };
		const int fd = open(w->path, flags);

		close(go[1]);
		if (fd < 0 || fcntl(fd, how, &lock) || write(ready[1], "x", 1) != 1)
			_exit(1);
		_exit(read(go[0], &c, 1) == 0 ? 0 : 1);
	}
	close(ready[1]);
	close(go[0]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	close(ready[0]);
	*hold = go[1];
	return pid;
}

static void end_locker(pid_t pid, int hold)
{
	int status;

	close(hold);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void test_lock(void **state)
{
	struct world *w = *state;
	struct pid_file f;
	char text[16];
	pid_t pid;
	int hold;

	write_pid(w, "4711\n");
	pid = start_locker(w, O_WRONLY, F_SETLK, F_WRLCK, &hold);
	/* In a pid namespace of the daemon's own it has another pid, which here is some other process'. */
	assert_int_equal(read_web1(&f, w), 0);
	assert_int_equal(f.locked_by, pid);
	assert_false(pid_file_is_of(&f, (struct vm_id){ 4711, 1 }));
	assert_true(pid_file_is_of(&f, (struct vm_id){ pid, self().start_ticks }));

	/* The lock's own process, though a clock was set meanwhile. */
	snprintf(text, sizeof text, "%d\n", pid);
	write_pid(w, text);
	set_written_before_s(w, 3600);
	assert_int_equal(read_web1(&f, w), 0);
	assert_true(pid_file_is_of(&f, (struct vm_id){ pid, self().start_ticks }));
	end_locker(pid, hold);
	assert_int_equal(read_web1(&f, w), 0);
	assert_int_equal(f.locked_by, 0);
	assert_false(pid_file_is_of(&f, (struct vm_id){ pid, self().start_ticks }));
}

/* Everybody who may read the file can have a read lock: that says nothing, and spoils nothing. A write lock that is no
 * process' does not say whose file it is. */
static void test_other_locks(void **state)
{
	struct world *w = *state;
	struct pid_file f;
	pid_t pid;
	int hold;

	write_pid(w, "4711\n");
	pid = start_locker(w, O_RDONLY, F_SETLK, F_RDLCK, &hold);
	assert_int_equal(read_web1(&f, w), 0);
	assert_int_equal(f.locked_by, 0);
	assert_true(pid_file_is_of(&f, (struct vm_id){ 4711, 1 }));
	end_locker(pid, hold);

	pid = start_locker(w, O_WRONLY, F_OFD_SETLK, F_WRLCK, &hold);
	assert_int_equal(read_web1(&f, w), 0);
	assert_int_equal(f.locked_by, -1);
	assert_true(pid_file_is_of(&f, (struct vm_id){ 4711, 1 }));
	assert_false(pid_file_is_of(&f, (struct vm_id){ pid, 1 }));
	end_locker(pid, hold);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_text, setup, teardown),
		cmocka_unit_test_setup_teardown(test_owner, setup, teardown),
		cmocka_unit_test_setup_teardown(test_reused_pid, setup, teardown),
		cmocka_unit_test_setup_teardown(test_lock, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_locks, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
