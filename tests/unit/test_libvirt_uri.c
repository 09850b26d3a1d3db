/* Where a connection's URI leads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "source/libvirt/libvirt_place.h"
#include "source/libvirt/libvirt_uri.h"

static const struct {
	const char *uri, *server;
	bool elsewhere;
	const char *quiet; /* NULL: as it is */
} uris[] = {
	{ "qemu:///system", "", false, NULL },
	{ "qemu+unix:///system?socket=/run/host9.sock", "", false, NULL },
	{ "qemu+unix:///session?no_tty=0", "", false, NULL },
	{ "qemu+ssh://host9/system", "host9", true, "qemu+ssh://host9/system?no_tty=1" },
	{ "qemu+ssh://root@host9:2222/system", "host9", true,
		"qemu+ssh://root@host9:2222/system?no_tty=1" },
	{ "qemu+ssh://root@host9/system?keyfile=/k", "host9", true,
		"qemu+ssh://root@host9/system?keyfile=/k&no_tty=1" },
	{ "qemu+ssh://host9/system?no_tty=0", "host9", true, NULL },
	{ "qemu+tcp://127.0.0.1:16509/system", "127.0.0.1", true, NULL },
	{ "qemu+tls://[2001:db8::1]:16514/system", "2001:db8::1", true, NULL },
	{ "qemu://user@[::1]/system", "::1", true, NULL },
	{ "qemu://a+ssh/system", "a+ssh", true, NULL },
	{ "test:///default", "", true, NULL },
	{ "test+tcp://host9/default", "host9", true, NULL },
	{ "tester:///x", "", false, NULL },
	{ "xen://", "", false, NULL },
	{ "qemu://[::1/system", "::1", true, NULL },
	{ "no uri", "", false, NULL },
	{ "", "", false, NULL },
};

static void test_uris(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof uris / sizeof *uris; i++) {
		char server[32], *quiet = libvirt_uri_without_tty(uris[i].uri);

		assert_string_equal(
			libvirt_uri_server(uris[i].uri, server, sizeof server), uris[i].server);
		assert_int_equal(libvirt_uri_is_elsewhere(uris[i].uri), uris[i].elsewhere);
		assert_string_equal(quiet, uris[i].quiet ? uris[i].quiet : uris[i].uri);
		free(quiet);
	}
}

static void test_a_long_server_is_cut(void **state)
{
	char server[5];

	(void)state;
	assert_string_equal(
		libvirt_uri_server("qemu://abcdefgh/system", server, sizeof server), "abcd");
}

static const struct {
	const char *uri, *run_dir;
	bool system;
} places[] = {
	{ "qemu:///system", "/run/libvirt/qemu", true },
	{ "qemu+unix:///system", "/run/libvirt/qemu", true },
	{ "qemu+unix:///system?mode=direct", "/run/libvirt/qemu", true },
	{ "qemu:///system?socket=/opt/lv/virtqemud-sock", "/opt/lv/qemu", true },
	{ "qemu:///system?mode=direct&socket=/opt/my%20lv/sock#x", "/opt/my lv/qemu", true },
	{ "qemu:///system?mysocket=/opt/lv/sock", "/run/libvirt/qemu", true },
	{ "qemu:///session", "/run/user/1000/libvirt/qemu/run", false },
	{ "qemu:///session?socket=/s/libvirt/libvirt-sock", "/s/libvirt/qemu/run", false },
	{ "qemu:///embed?root=/tmp/r", "/tmp/r/run/qemu", false },
	{ "ch:///system", "/run/libvirt/ch", true },
	{ "qemu+ssh://localhost/system", "/run/libvirt/qemu", true },
	{ "qemu+tcp://127.0.0.1:16509/system", "/run/libvirt/qemu", true },
	{ "qemu+tls://[::1]/system", "/run/libvirt/qemu", true },
	{ "qemu+ssh://root@no-such-host/system", "", true },
	{ "qemu+ssh://no-such-host/session", "", false },
	{ "test:///default", "", false },
	{ "test:///folder/sub/node.xml", "/folder/sub", false },
	{ "test:///folder/node.xml?x=/y", "/folder", false },
	{ "no uri", "/run/libvirt/qemu", true },
	{ "", "/run/libvirt/qemu", true },
	{ "averyveryverylongscheme:///system", "/run/libvirt/qemu", true },
};

static void test_places(void **state)
{
	(void)state;
	setenv("XDG_RUNTIME_DIR", "/run/user/1000", 1);
	for (size_t i = 0; i < sizeof places / sizeof *places; i++) {
		char *run_dir = libvirt_place_run_dir(places[i].uri);

		assert_string_equal(run_dir, places[i].run_dir);
		assert_int_equal(
			libvirt_place_owner(places[i].uri), places[i].system ? 0 : geteuid());
		free(run_dir);
	}
}

/* Where the session's daemon is found without a folder of the login's. */
static void test_session_places(void **state)
{
	static const struct {
		const char *runtime, *cache, *run_dir;
	} cases[] = {
		{ "/r", "/c", "/r/libvirt/qemu/run" },
		{ "", "/c", "/c/libvirt/qemu/run" },
		{ NULL, "/c", "/c/libvirt/qemu/run" },
		{ NULL, NULL, "/h/.cache/libvirt/qemu/run" },
	};

	(void)state;
	setenv("HOME", "/h", 1);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char *run_dir;

		unsetenv("XDG_RUNTIME_DIR");
		unsetenv("XDG_CACHE_HOME");
		if (cases[i].runtime)
			setenv("XDG_RUNTIME_DIR", cases[i].runtime, 1);
		if (cases[i].cache)
			setenv("XDG_CACHE_HOME", cases[i].cache, 1);
		run_dir = libvirt_place_run_dir("qemu:///session");
		assert_string_equal(run_dir, cases[i].run_dir);
		free(run_dir);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_session_places),
		cmocka_unit_test(test_a_long_server_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
