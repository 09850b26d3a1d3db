/* Where a connection's URI leads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_uris),
		cmocka_unit_test(test_a_long_server_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
