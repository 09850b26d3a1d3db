/* libvirt_socket: whose a monitor socket is, without a connection to it. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "sock_diag.h"
#include "source/libvirt/libvirt_socket.h"

enum { DOMAIN_ID = 7 };

struct world {
	char dir[32], folder[64], path[96];
	int fd;
};

static int bind_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_true(strlen(path) < sizeof address.sun_path);
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	return fd;
}

static int setup(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	assert_non_null(w);
	strcpy(w->dir, "/tmp/kvmtop-test-XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	snprintf(w->folder, sizeof w->folder, "%s/domain-%d-web1", w->dir, DOMAIN_ID);
	snprintf(w->path, sizeof w->path, "%s/monitor.sock", w->folder);
	assert_int_equal(mkdir(w->folder, 0700), 0);
	w->fd = bind_at(w->path);
	assert_int_equal(listen(w->fd, 1), 0);
	*state = w;
	return 0;
}

static int teardown(void **state)
{
	struct world *w = *state;

	if (w->fd >= 0)
		close(w->fd);
	unlink(w->path);
	assert_int_equal(rmdir(w->folder), 0);
	assert_int_equal(rmdir(w->dir), 0);
	free(w);
	return 0;
}

/* All that is false below would be so, too, where the kernel says nothing. */
static void need_answer(const struct world *w)
{
	if (!has_sock_diag())
		skip();
	if (!libvirt_socket_is_of(DOMAIN_ID, geteuid(), getpid()))
		fail_msg("this process holds %s, but the kernel does not say so", w->path);
}

static void test_holder(void **state)
{
	struct world *w = *state;
	struct pollfd connections = { w->fd, POLLIN, 0 };
	pid_t other;
	int status;

	need_answer(w);
	assert_false(libvirt_socket_is_of(DOMAIN_ID, geteuid() + 1, getpid()));
	assert_false(libvirt_socket_is_of(DOMAIN_ID + 1, geteuid(), getpid()));
	assert_false(libvirt_socket_is_of(DOMAIN_ID * 10, geteuid(), getpid()));
	assert_false(libvirt_socket_is_of(0, geteuid(), getpid()));

	other = fork();
	assert_true(other >= 0);
	if (other == 0) {
		close(w->fd);
		pause();
		_exit(0);
	}
	while (libvirt_socket_is_of(DOMAIN_ID, geteuid(), other))
		poll(NULL, 0, 1);
	kill(other, SIGKILL);
	waitpid(other, &status, 0);
	assert_int_equal(poll(&connections, 1, 0), 0); /* nobody has connected */
}

/* The name of a socket is a text; what counts is what the path leads to. */
static void test_another_file(void **state)
{
	struct world *w = *state;
	int second;

	need_answer(w);
	unlink(w->path);
	assert_false(libvirt_socket_is_of(DOMAIN_ID, geteuid(), getpid()));
	second = bind_at(w->path);
	/* Nobody listens there. */
	assert_false(libvirt_socket_is_of(DOMAIN_ID, geteuid(), getpid()));
	assert_int_equal(listen(second, 1), 0);
	assert_true(libvirt_socket_is_of(DOMAIN_ID, geteuid(), getpid()));
	close(second);
	assert_false(libvirt_socket_is_of(DOMAIN_ID, geteuid(), getpid()));
}

static void test_other_names(void **state)
{
	static const char *const names[] = { "agent.sock", "monitor.sock2" };
	struct world *w = *state;

	need_answer(w);
	close(w->fd);
	w->fd = -1;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		char path[128];
		int fd;

		snprintf(path, sizeof path, "%s/%s", w->folder, names[i]);
		fd = bind_at(path);
		assert_int_equal(listen(fd, 1), 0);
		assert_false(libvirt_socket_is_of(DOMAIN_ID, geteuid(), getpid()));
		close(fd);
		unlink(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_holder, setup, teardown),
		cmocka_unit_test_setup_teardown(test_another_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_other_names, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
