/* libvirt: what is said when it cannot be used, and that nobody waits for it: no socket, a URI that is
 * none, and sockets where a mute or a babbler listens. */
#include <libvirt/libvirt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvirt_fixture.h"

static void catch_stderr(struct fixture *f)
{
	dup2(f->caught_stderr, STDERR_FILENO);
}

static void assert_stderr_empty(struct fixture *f)
{
	struct stat status;

	dup2(f->saved_stderr, STDERR_FILENO);
	assert_int_equal(fstat(f->caught_stderr, &status), 0);
	assert_int_equal(status.st_size, 0);
}

static struct source *open_socket(const struct fixture *f, const char *name)
{
	char *uri = in_dir(f, "qemu+unix:///system?socket=", name);
	struct source *source = libvirt_open(uri, f->dir);

	free(uri);
	return source;
}

static bool has_trouble(const struct sample *s)
{
	return !s->sources[SOURCE_LIBVIRT].ok;
}

static void assert_why(const struct sample *s, const char *expected)
{
	const char *why = s->sources[SOURCE_LIBVIRT].why;

	assert_false(s->sources[SOURCE_LIBVIRT].ok);
	if (!strstr(why, expected))
		fail_msg("\"%s\" does not say \"%s\"", why, expected);
}

/* Without going to sleep once: a lock may be held by the thread that talks to libvirt, but not each time. */
static void assert_collects_at_once(struct source *source)
{
	bool waited = true;

	for (int i = 0; waited && i < 20; i++) {
		const long before = patience_waits();

		sample_free(collect(source, NULL, 0, 0));
		waited = patience_waits() != before;
	}
	assert_false(waited);
}

/* Registering a second event loop is something libvirt warns of, on standard error. */
static void test_no_warnings(void **state)
{
	struct fixture *f = *state;
	struct source *source;

	catch_stderr(f);
	source = libvirt_open("test:///default", f->dir);
	sample_free(collect_until(source, NULL, 0, 0, has_domains));
	virEventRegisterImpl(NULL, NULL, NULL, NULL, NULL, NULL);
	close_source(source);
	assert_stderr_empty(f);
}

static void test_no_socket(void **state)
{
	struct fixture *f = *state;
	const struct sample_vm vm = {
		.id = { 11, 1 }, .name = "plain", .uuid = "00000000-0000-4000-8000-000000000000"
	};
	struct source *source;
	struct sample *s;

	catch_stderr(f);
	source = open_socket(f, "none");
	s = collect_until(source, &vm, 1, 0, has_trouble);
	assert_stderr_empty(f);
	assert_why(s, "`systemctl start libvirtd`");
	assert_why(s, "ignore this");
	assert_null(s->domains);
	assert_string_equal(s->vms[0].name, "plain");
	sample_free(s);
	close_source(source);
}

static void test_bad_uri(void **state)
{
	struct fixture *f = *state;
	struct source *source;
	struct sample *s;

	catch_stderr(f);
	source = libvirt_open("no uri \033[31m", f->dir);
	s = collect_until(source, NULL, 0, 0, has_trouble);
	assert_stderr_empty(f);
	assert_why(s, "cannot use the URI no uri ?[31m: give another one with -c");
	sample_free(s);
	close_source(source);
}

static int listen_at(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0 && strlen(path) < sizeof address.sun_path);
	strcpy(address.sun_path, path);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 4), 0);
	return fd;
}

static bool says_silent(const struct sample *s)
{
	return strstr(s->sources[SOURCE_LIBVIRT].why, "has not answered") != NULL;
}

/* A daemon that hangs: it listens, the kernel accepts, and no answer ever comes. */
static void test_hung_daemon(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "", "hung");
	const int fd = listen_at(path);
	struct source *source;
	struct sample *s;

	catch_stderr(f);
	source = open_socket(f, "hung");
	assert_collects_at_once(source);
	s = collect_until(source, NULL, 0, 12 * NS_PER_S, says_silent);
	assert_why(s, "libvirt has not answered for 12 s");
	assert_why(s, "`systemctl restart libvirtd`");
	sample_free(s);
	s = collect_until(source, NULL, 0, 600 * NS_PER_S, says_silent);
	assert_why(s, "for 10 min");
	sample_free(s);
	assert_collects_at_once(source);
	s = collect(source, NULL, 0, 0);
	assert_true(s->sources[SOURCE_LIBVIRT].ok);
	sample_free(s);
	close_source(source);
	assert_stderr_empty(f);
	close(fd);
	free(path);
}

/* Something else listens there, and it talks no RPC; then it goes away. */
static void test_babbler(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "", "babbler");
	const int fd = listen_at(path);
	struct source *source;
	struct sample *s;
	int peer;

	catch_stderr(f);
	source = open_socket(f, "babbler");
	peer = accept4(fd, NULL, NULL, SOCK_CLOEXEC);
	assert_true(peer >= 0);
	assert_true(send(peer, "HTTP/1.1 400 Bad Request\r\n\r\n", 28, MSG_NOSIGNAL) == 28);
	s = collect_until(source, NULL, 0, 0, has_trouble);
	assert_stderr_empty(f);
	assert_why(s, "see `virsh -r -c qemu+unix:///system");
	assert_null(s->domains);
	sample_free(s);
	close(peer);
	close(fd);
	close_source(source);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_warnings, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_socket, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_uri, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hung_daemon, setup, teardown),
		cmocka_unit_test_setup_teardown(test_babbler, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
