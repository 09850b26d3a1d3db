/* worker_thread: one that ends when asked, one that hangs and is left to itself, and what the process knows of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <poll.h>
#include <semaphore.h>
#include <unistd.h>

#include "source/worker_thread.h"

struct work {
	struct worker_thread thread;
	sem_t let_go; /* a library that hangs until then */
	sem_t over;
};

static void *end_when_asked(void *context)
{
	struct work *w = context;
	struct pollfd wake = { .fd = w->thread.wake_fd, .events = POLLIN };

	while (!w->thread.stop)
		poll(&wake, 1, -1);
	worker_thread_end(&w->thread);
	return NULL;
}

static void *hang(void *context)
{
	struct work *w = context;

	sem_wait(&w->let_go);
	assert_true(worker_thread_end(&w->thread));
	sem_post(&w->over);
	return NULL;
}

static void one_that_ends_leaves_nobody(void **state)
{
	static struct work w;

	(void)state;
	assert_false(worker_thread_any_left());
	assert_int_equal(worker_thread_start(&w.thread, end_when_asked, &w), 0);
	assert_true(worker_thread_any_left());
	/* It may need longer than one is waited for, on a busy machine. */
	if (worker_thread_stop(&w.thread)) {
		assert_false(worker_thread_any_left());
		worker_thread_fini(&w.thread);
	}
}

static void one_that_hangs_is_left(void **state)
{
	static struct work w;

	(void)state;
	sem_init(&w.let_go, 0, 0);
	sem_init(&w.over, 0, 0);
	assert_int_equal(worker_thread_start(&w.thread, hang, &w), 0);
	assert_false(worker_thread_stop(&w.thread));
	assert_true(worker_thread_any_left());
	sem_post(&w.let_go);
	sem_wait(&w.over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_that_ends_leaves_nobody),
		cmocka_unit_test(one_that_hangs_is_left),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
