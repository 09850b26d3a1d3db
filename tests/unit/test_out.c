#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/app.h"
#include "core/clock.h"
#include "core/mem.h"
#include "patience.h"

/* More than a pipe or a socket holds. */
enum { MUCH = 4 << 20, DEADLINE_MS = PATIENCE_MS };

struct fixture {
	struct app app;
	int ends[2]; /* where it is read, where it is written */
	char *text;  /* MUCH bytes */
};

static int set_up(void **state)
{
	struct fixture *f = mem_calloc(1, sizeof *f);

	if (signals_open(&f->app.signals))
		return -1;
	f->app.next_work_ns = UINT64_MAX;
	f->text = mem_calloc(1, MUCH);
	for (size_t i = 0; i < MUCH; i++)
		f->text[i] = (char)('a' + i % 26);
	f->ends[0] = f->ends[1] = -1;
	*state = f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	out_close(&f->app.out);
	for (int i = 0; i < 2; i++)
		if (f->ends[i] >= 0)
			close(f->ends[i]);
	signals_close(&f->app.signals);
	free(f->text);
	free(f);
	return 0;
}

static void use_pipe(struct fixture *f)
{
	assert_int_equal(pipe(f->ends), 0);
	out_open(&f->app.out, f->ends[1]);
}

/* Reads all of it, as it comes, in another process; its status is 0 when it was what it should be. */
static pid_t reader(const struct fixture *f, size_t length, int delay_ms)
{
	const pid_t child = fork();
	size_t got = 0;

	assert_true(child >= 0);
	if (child)
		return child;
	close(f->ends[1]);
	if (f->app.out.is_own)
		close(f->app.out.fd);
	poll(NULL, 0, delay_ms);
	for (;;) {
		char part[65536];
		const ssize_t n = read(f->ends[0], part, sizeof part);

		if (n <= 0)
			break;
		if (got + (size_t)n > length || memcmp(part, f->text + got, (size_t)n) != 0)
			_exit(1);
		got += (size_t)n;
	}
	_exit(got == length ? 0 : 1);
}

static void assert_read(struct fixture *f, pid_t child)
{
	int status = -1;

	out_close(&f->app.out);
	close(f->ends[1]);
	f->ends[1] = -1;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* A seqpacket keeps apart what was not written at once. */
static void what_has_room_is_one_write(void **state)
{
	enum { LENGTH = 50000 };
	struct fixture *f = *state;
	char *got = mem_calloc(LENGTH + 1, 1);

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, f->ends), 0);
	out_open(&f->app.out, f->ends[1]);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(out_write(&f->app, f->text, LENGTH), 0);
		assert_int_equal(recv(f->ends[0], got, LENGTH + 1, MSG_DONTWAIT), LENGTH);
		assert_memory_equal(got, f->text, LENGTH);
	}
	free(got);
}

static void a_slow_reader_gets_it_all(void **state)
{
	struct fixture *f = *state;
	pid_t child;

	use_pipe(f);
	child = reader(f, MUCH, 20);
	assert_int_equal(out_write(&f->app, f->text, MUCH), 0);
	assert_read(f, child);
	/* The pipe itself still waits, for those who share it. */
	assert_false(fcntl(f->ends[0], F_GETFL) & O_NONBLOCK);
}

static void a_reader_that_stands_still_does_not_keep_it(void **state)
{
	struct fixture *f = *state;
	const uint64_t start = clock_mono_ns();

	use_pipe(f);
	raise(SIGTERM);
	assert_int_equal(out_write(&f->app, f->text, MUCH), -EINTR);
	assert_int_equal(f->app.ended_by, SIGTERM);
	/* Nor does what would be said at the end. */
	assert_int_equal(out_write(&f->app, f->text, MUCH), -EINTR);
	assert_true(clock_mono_ns() - start < DEADLINE_MS * NS_PER_MS);
}

static void what_is_begun_is_ended_for_one_who_reads(void **state)
{
	struct fixture *f = *state;
	pid_t child;

	use_pipe(f);
	child = reader(f, MUCH, 20);
	raise(SIGINT);
	assert_int_equal(out_write(&f->app, f->text, MUCH), 0);
	assert_int_equal(f->app.ended_by, SIGINT);
	assert_read(f, child);
}

static void a_reader_that_is_gone_is_told(void **state)
{
	struct fixture *f = *state;
	int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

	use_pipe(f);
	close(f->ends[0]);
	f->ends[0] = -1;
	assert_int_equal(out_write(&f->app, f->text, 10), -EPIPE);
	assert_int_equal(out_write(&f->app, f->text, MUCH), -EPIPE);
	out_close(&f->app.out);
	assert_true(full >= 0);
	out_open(&f->app.out, full);
	assert_int_equal(out_write(&f->app, f->text, 10), -ENOSPC);
	close(full);
}

static void a_file_is_written_where_it_stands(void **state)
{
	struct fixture *f = *state;
	char got[16] = "";
	char path[] = "/tmp/kvmtop-test-XXXXXX";
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(write(fd, "head ", 5), 5);
	out_open(&f->app.out, fd);
	assert_int_equal(out_write(&f->app, "body", 4), 0);
	assert_int_equal(pread(fd, got, sizeof got - 1, 0), 9);
	assert_string_equal(got, "head body");
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_has_room_is_one_write, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_slow_reader_gets_it_all, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_reader_that_stands_still_does_not_keep_it, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_begun_is_ended_for_one_who_reads, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reader_that_is_gone_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_file_is_written_where_it_stands, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
