/* view/term_out: bytes on their way to a terminal that may not take them. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "patience.h"
#include "view/term/term_out.h"

/* More than the kernel keeps for a terminal that nobody reads. */
enum { MUCH = 1 << 20 };

#define DEADLINE_NS PATIENCE_NS

struct fixture {
	int master, slave;
	struct term_out out;
	char *sent, *got;
	size_t sent_length, got_length;
};

static void open_terminal(struct fixture *f)
{
	struct termios modes;

	assert_int_equal(openpty(&f->master, &f->slave, NULL, NULL, NULL), 0);
	assert_int_equal(tcgetattr(f->slave, &modes), 0);
	cfmakeraw(&modes);
	assert_int_equal(tcsetattr(f->slave, TCSANOW, &modes), 0);
	fcntl(f->master, F_SETFL, O_NONBLOCK);
	f->sent = malloc(4 * (size_t)MUCH);
	f->got = malloc(4 * (size_t)MUCH);
	assert_true(f->sent && f->got);
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);

	*state = f;
	open_terminal(f);
	term_out_init(&f->out, f->slave);
	return 0;
}

/* A terminal whose file may not be opened, as another user's after su. */
static int set_up_foreign(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	const bool root = geteuid() == 0;

	*state = f;
	open_terminal(f);
	assert_int_equal(fchmod(f->slave, 0), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	term_out_init(&f->out, f->slave);
	if (root)
		assert_int_equal(seteuid(0), 0);
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;

	term_out_fini(&f->out);
	close(f->slave);
	if (f->master >= 0)
		close(f->master);
	free(f->sent);
	free(f->got);
	free(f);
	return 0;
}

/* Bytes that tell where they belong. */
static void add(struct fixture *f, size_t length)
{
	char *bytes = f->sent + f->sent_length;

	for (size_t i = 0; i < length; i++)
		bytes[i] = (char)((f->sent_length + i) * 2654435761u >> 13);
	term_out_add(&f->out, bytes, length);
	f->sent_length += length;
}

/* Reads what has come; false when nothing has. */
static bool read_some(struct fixture *f)
{
	const ssize_t n = read(f->master, f->got + f->got_length, 65536);

	if (n <= 0)
		return false;
	f->got_length += (size_t)n;
	return true;
}

/* Reads and sends until all has come. */
static void pass_all(struct fixture *f)
{
	const uint64_t end_ns = clock_mono_ns() + DEADLINE_NS;

	while (f->got_length < f->sent_length && clock_mono_ns() < end_ns) {
		struct pollfd p = { .fd = f->master, .events = POLLIN };

		assert_int_equal(term_out_send(&f->out), 0);
		if (!read_some(f))
			poll(&p, 1, 10);
	}
	assert_int_equal(f->got_length, f->sent_length);
	assert_memory_equal(f->got, f->sent, f->sent_length);
	assert_int_equal(term_out_left(&f->out), 0);
}

static void sends_at_once(void **state)
{
	struct fixture *f = *state;

	assert_true(f->out.own);
	add(f, 3000);
	assert_int_equal(term_out_left(&f->out), 3000);
	assert_int_equal(term_out_send(&f->out), 0);
	assert_int_equal(term_out_left(&f->out), 0);
	pass_all(f);
	assert_int_equal(fcntl(f->slave, F_GETFL) & O_NONBLOCK, 0); /* the shell's, too */
}

/* Nobody reads: what waited would wait until the alarm. */
static void never_waits(void **state)
{
	struct fixture *f = *state;

	for (int i = 0; i < 3; i++) {
		size_t left;

		add(f, MUCH);
		left = term_out_left(&f->out);
		assert_int_equal(term_out_send(&f->out), 0);
		assert_true(term_out_left(&f->out) > 0);
		if (i == 0)
			assert_true(term_out_left(&f->out) < left); /* as much as it takes */
	}
	pass_all(f);
}

static void is_not_to_be_opened(void **state)
{
	struct fixture *f = *state;

	assert_false(f->out.own);
	assert_int_equal(f->out.fd, f->slave);
	assert_int_equal(fcntl(f->slave, F_GETFL) & O_NONBLOCK, 0);
	never_waits(state);
}

static void waits_until_the_deadline(void **state)
{
	struct fixture *f = *state;
	const uint64_t start_ns = clock_mono_ns(), end_ns = start_ns + NS_PER_S / 5;

	add(f, MUCH);
	assert_int_equal(term_out_wait(&f->out, end_ns), -ETIMEDOUT);
	assert_in_range(clock_mono_ns(), end_ns, end_ns + DEADLINE_NS);
	pass_all(f); /* what is left stays */
	add(f, 100);
	assert_int_equal(term_out_wait(&f->out, 0), 0); /* what goes at once needs no time */
	pass_all(f);
}

static void takes_back_what_is_not_begun(void **state)
{
	struct fixture *f = *state;

	add(f, 100);
	assert_false(term_out_take_back(&f->out, 101));
	assert_int_equal(term_out_left(&f->out), 100);
	assert_true(term_out_take_back(&f->out, 40));
	f->sent_length -= 40;
	pass_all(f);
	assert_false(term_out_take_back(&f->out, 1));
}

static void takes_a_file_in_memory(void **state)
{
	struct fixture *f = *state;
	const int memory = memfd_create("test", MFD_CLOEXEC);

	assert_int_equal(term_out_take(&f->out, memory), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(write(memory, "frame", 5), 5);
		assert_int_equal(term_out_take(&f->out, memory), 5);
		assert_int_equal(lseek(memory, 0, SEEK_END), 0);
		assert_int_equal(term_out_take(&f->out, memory), 0);
	}
	assert_int_equal(term_out_left(&f->out), 15);
	strcpy(f->sent, "frameframeframe");
	f->sent_length = 15;
	pass_all(f);
	close(memory);
}

/* What stands for the file where no file may grow: more than one read's worth, and never waited for. */
static void takes_a_pipe(void **state)
{
	struct fixture *f = *state;
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(term_out_take(&f->out, ends[0]), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(write(ends[1], "frame", 5), 5);
		assert_int_equal(write(ends[1], "-more", 5), 5);
		assert_int_equal(term_out_take(&f->out, ends[0]), 10);
		assert_int_equal(term_out_take(&f->out, ends[0]), 0);
	}
	strcpy(f->sent, "frame-moreframe-moreframe-more");
	f->sent_length = 30;
	pass_all(f);
	close(ends[0]);
	close(ends[1]);
}

static void drops_the_rest_after_a_hang_up(void **state)
{
	struct fixture *f = *state;

	add(f, 100);
	close(f->master);
	f->master = -1;
	assert_int_equal(term_out_send(&f->out), -EIO);
	assert_int_equal(term_out_left(&f->out), 0);
	assert_int_equal(term_out_send(&f->out), 0);
	add(f, 100);
	assert_int_equal(term_out_wait(&f->out, clock_mono_ns() + DEADLINE_NS), -EIO);
	assert_int_equal(term_out_left(&f->out), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(sends_at_once),
		TEST(never_waits),
		cmocka_unit_test_setup_teardown(is_not_to_be_opened, set_up_foreign, tear_down),
		TEST(waits_until_the_deadline),
		TEST(takes_back_what_is_not_begun),
		TEST(takes_a_file_in_memory),
		TEST(takes_a_pipe),
		TEST(drops_the_rest_after_a_hang_up),
	};

	alarm(2 * PATIENCE_MS / 1000); /* a write that waits after all */
	return cmocka_run_group_tests(tests, NULL, NULL);
}
