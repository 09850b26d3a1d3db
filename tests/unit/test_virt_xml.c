/* source/virt_xml: the version of an installation, laid out as distributions do it, and what is none. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"
#include "source/libvirt/virt_xml.h"

static void check_parse(void **state)
{
	static const struct {
		const char *text;
		unsigned long version;
	} cases[] = {
		{ "[config]\nversion = 5.0.0\nprefix = /usr\n", 5000000 },
		{ "[config]\nprefix = /usr\nversion = 5.1.2", 5001002 },
		{ "version=6.0\n", 6000000 },
		{ "[config]\nprefix = /usr\n", 0 }, /* as before 5.0 */
		{ "", 0 },
		{ "version = \n", 0 },
		{ "version = 5\n", 0 },
		{ "version = x.y.z\n", 0 },
		{ "conversion = 5.0.0\n", 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (virt_xml_parse_version(cases[i].text) != cases[i].version)
			fail_msg("case %zu: %lu", i, virt_xml_parse_version(cases[i].text));
}

static void run(const char *command)
{
	if (system(command) != 0)
		fail_msg("%s", command);
}

/* The version that is found with PATH, of which %s is the scratch folder. */
static unsigned long version_in(const char *path)
{
	char here[4096], text[16384];
	size_t used = 0;

	assert_non_null(getcwd(here, sizeof here));
	for (; *path; path++) {
		const bool is_place = *path == '~';

		used += (size_t)snprintf(text + used, sizeof text - used, "%.*s",
			is_place ? (int)strlen(here) : 1, is_place ? here : path);
	}
	text[used] = '\0';
	return virt_xml_version(text);
}

static void check_find(void **state)
{
	(void)state;
	run("mkdir -p usr/bin usr/sbin usr/share/virt-manager/virtinst local/bin empty");
	assert_int_equal(virt_xml_version(NULL), 0);
	assert_int_equal(version_in(""), 0);
	assert_int_equal(version_in("~/usr/bin"), 0); /* not installed */
	run("touch usr/bin/virt-xml && chmod +x usr/bin/virt-xml");
	assert_int_equal(version_in("~/usr/bin"), 0); /* and before 5.0 it does not say */
	write_file("usr/share/virt-manager/virtinst/build.cfg", "[config]\nversion = 5.0.0\n");
	assert_int_equal(version_in("~/usr/bin"), 5000000);
	assert_int_equal(version_in("~/none:~/empty::~/usr/sbin:~/usr/bin"), 5000000);
	assert_int_equal(version_in("usr/bin"), 0);
	assert_int_equal(version_in("~/usr/sbin"), 0);

	/* The first that can be run is the one, whatever comes behind it. */
	run("touch local/bin/virt-xml");
	assert_int_equal(version_in("~/local/bin:~/usr/bin"), 5000000);
	run("chmod +x local/bin/virt-xml");
	assert_int_equal(version_in("~/local/bin:~/usr/bin"), 0);
	run("rm local/bin/virt-xml && mkdir local/bin/virt-xml");
	assert_int_equal(version_in("~/local/bin:~/usr/bin"), 5000000);

	/* A link into the folder of the modules. */
	run("mkdir -p opt/virtinst && cp usr/bin/virt-xml opt/ && ln -s ../opt/virt-xml empty/");
	write_file("opt/virtinst/build.cfg", "version = 6.1.0\n");
	assert_int_equal(version_in("~/empty:~/usr/bin"), 6001000);

	/* What is no file must not be waited for. */
	run("rm opt/virtinst/build.cfg && mkfifo opt/virtinst/build.cfg");
	assert_int_equal(version_in("~/empty"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_parse),
		cmocka_unit_test_setup_teardown(check_find, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
