/* libvirt: what is read and joined, against libvirt's test driver, which needs no daemon. */
#include <libvirt/libvirt.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvirt_fixture.h"

#define TEST_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f" /* the domain "test" of test:///default */
#define WIN10_UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define ASLEEP_UUID "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3"
#define PASSING_UUID "9a3b2a60-7a4e-4f0c-8d0d-6f3f5b3c2b11"
#define OTHER_UUID "00000000-0000-4000-8000-000000000000"

static const struct domain *find_domain(const struct sample *s, const char *uuid)
{
	return domain_set_find(s->domains, uuid);
}

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

/* The first frame must not wait, and "connecting" is no trouble. */
static void test_start_is_quiet(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	struct sample *s = collect(source, NULL, 0, 0);

	assert_true(s->sources[SOURCE_LIBVIRT].ok);
	sample_free(s);
	close_source(source);
}

static bool has_caps(const struct sample *s)
{
	return s->domains && s->domains->count && s->domains->items[0].caps.libvirt_version;
}

/* What VMs can have here comes after the domains themselves. The test driver knows no Hyper-V features. */
static void test_caps(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	struct sample *s = collect_until(source, NULL, 0, 0, has_caps);
	const struct domain *domain = find_domain(s, TEST_UUID);
	unsigned long version;

	assert_int_equal(virGetVersion(&version, NULL, NULL), 0);
	assert_int_equal(domain->caps.libvirt_version, version);
	assert_int_equal(domain_caps_hyperv(&domain->caps, "stimer"), TRI_UNKNOWN);
	assert_true(s->sources[SOURCE_LIBVIRT].ok);
	sample_free(s);
	close_source(source);
}

static void test_join(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	const struct sample_vm vms[] = {
		{ .id = { 11, 1 }, .name = "plain", .uuid = OTHER_UUID },
		{ .id = { 12, 1 }, .name = "from-the-command-line", .uuid = TEST_UUID },
		{ .id = { 13, 1 }, .name = "nameless" },
		{ .id = { 9, 1 }, .name = "before", .uuid = TEST_UUID, .ended = true },
	};
	struct sample *s = collect_until(source, vms, 4, 0, has_domains);
	const struct domain *domain = s->vms[1].domain;

	assert_true(s->sources[SOURCE_LIBVIRT].ok);
	assert_null(s->vms[0].domain);
	assert_string_equal(s->vms[0].name, "plain");
	assert_null(s->vms[2].domain);
	assert_string_equal(s->vms[2].name, "nameless");
	assert_null(s->vms[3].domain); /* the domain runs in another process now */

	assert_non_null(domain);
	assert_string_equal(s->vms[1].name, "test");
	assert_string_equal(domain->uuid, TEST_UUID);
	assert_int_equal(domain->state, DOMAIN_RUNNING);
	assert_true(domain->id > 0);
	assert_true(domain->persistent);
	assert_non_null(strstr(domain->live_xml, "<clock offset='utc'/>"));
	assert_non_null(strstr(domain->inactive_xml, "<name>test</name>"));
	assert_true(domain->live.parsed && domain->inactive.parsed);
	assert_string_equal(domain->live.clock.offset, "utc");
	assert_false(domain->live.hyperv.known);
	sample_free(s);
	close_source(source);
}

static const struct {
	const char *text; /* of test.pid; NULL: there is none */
	bool joined;      /* the VM with pid 4711 */
} pid_files[] = {
	{ "4711\n", true },
	{ "4711", true },
	{ "4712\n", false },
	{ "", false },
	{ "four\n", false },
	{ "-4711\n", false },
	{ "4294972007\n", false }, /* 2^32 + 4711 */
	{ "99999999999999999999999999999999\n", false },
	{ NULL, false },
};

static void test_join_by_pid_file(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	char *path = in_dir(f, "", "test.pid");
	const struct sample_vm vms[] = {
		{ .id = { 4711, 1 }, .name = "qemu-system-x86_64" },
		{ .id = { 4712, 1 }, .uuid = OTHER_UUID },
	};

	sample_free(collect_until(source, vms, 2, 0, has_domains));
	for (size_t i = 0; i < sizeof pid_files / sizeof *pid_files; i++) {
		struct sample *s;

		unlink(path);
		if (pid_files[i].text)
			write_file(path, pid_files[i].text);
		s = collect(source, vms, 2, 0);
		if ((s->vms[0].domain != NULL) != pid_files[i].joined)
			fail_msg("test.pid is \"%s\"", pid_files[i].text);
		assert_string_equal(
			s->vms[0].name, pid_files[i].joined ? "test" : "qemu-system-x86_64");
		assert_true(!pid_files[i].joined || !strcmp(s->vms[0].uuid, TEST_UUID));
		assert_null(s->vms[1].domain);
		sample_free(s);
	}
	free(path);
	close_source(source);
}

static void test_states(void **state)
{
	struct fixture *f = *state;
	const char *tests = getenv("KVMTOP_TESTS");
	struct strbuf path = { 0 }, uri = { 0 };
	char *absolute;
	struct source *source;
	struct sample *s;
	const struct domain *win10, *asleep, *passing;

	strbuf_addf(&path, "%s/fixtures/libvirt/node.xml", tests ? tests : "tests");
	absolute = realpath(strbuf_text(&path), NULL);
	assert_non_null(absolute);
	strbuf_addf(&uri, "test://%s", absolute);
	source = libvirt_open(strbuf_text(&uri), f->dir);
	s = collect_until(source, NULL, 0, 0, has_domains);
	assert_int_equal(s->domains->count, 3);

	win10 = find_domain(s, WIN10_UUID);
	assert_int_equal(win10->state, DOMAIN_PAUSED);
	assert_int_equal(win10->live.clock.timer_count, 4);
	assert_int_equal(domain_clock_timer(&win10->live.clock, "hpet")->present, TRI_NO);

	asleep = find_domain(s, ASLEEP_UUID);
	assert_int_equal(asleep->state, DOMAIN_SHUTOFF);
	assert_int_equal(asleep->id, -1);
	assert_null(asleep->live_xml);
	assert_false(asleep->live.parsed);
	assert_true(asleep->inactive.clock.known);

	passing = find_domain(s, PASSING_UUID);
	assert_false(passing->persistent);
	assert_null(passing->inactive_xml);
	assert_true(passing->live.parsed);

	sample_free(s);
	close_source(source);
	free(absolute);
	strbuf_fini(&path);
	strbuf_fini(&uri);
}

static bool test_is_paused(const struct sample *s)
{
	const struct domain *domain = find_domain(s, TEST_UUID);

	return domain && domain->state == DOMAIN_PAUSED;
}

static bool has_other(const struct sample *s)
{
	return find_domain(s, OTHER_UUID) != NULL;
}

static bool other_is_variable(const struct sample *s)
{
	const struct domain *domain = find_domain(s, OTHER_UUID);

	return domain && !strcmp(domain->inactive.clock.offset, "variable");
}

static bool has_only_test(const struct sample *s)
{
	return s->domains && s->domains->count == 1;
}

#define OTHER_XML(offset)                                                                        \
	"<domain type='test'><name>other</name><uuid>" OTHER_UUID "</uuid><memory>1024</memory>" \
	"<os><type>hvm</type></os><clock offset='" offset "'/></domain>"

/* Connections to test:///default share their domains, so this one can change what the source sees. */
static void test_changes(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	struct sample *first = collect_until(source, NULL, 0, 0, has_domains);
	virConnectPtr connection = virConnectOpen("test:///default");
	virDomainPtr test, other;

	assert_non_null(connection);
	test = virDomainLookupByName(connection, "test");
	assert_int_equal(virDomainSuspend(test), 0);
	sample_free(collect_until(source, NULL, 0, 0, test_is_paused));
	assert_int_equal(virDomainResume(test), 0);

	other = virDomainDefineXML(connection, OTHER_XML("localtime"));
	assert_non_null(other);
	sample_free(collect_until(source, NULL, 0, 0, has_other));
	virDomainFree(other);
	other = virDomainDefineXML(connection, OTHER_XML("variable"));
	assert_non_null(other);
	sample_free(collect_until(source, NULL, 0, 0, other_is_variable));
	assert_int_equal(virDomainUndefine(other), 0);
	sample_free(collect_until(source, NULL, 0, 0, has_only_test));

	/* What was collected at the start is as it was. */
	assert_int_equal(first->domains->count, 1);
	assert_int_equal(first->domains->items[0].state, DOMAIN_RUNNING);
	sample_free(first);
	virDomainFree(other);
	virDomainFree(test);
	virConnectClose(connection);
	close_source(source);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_start_is_quiet, setup, teardown),
		cmocka_unit_test_setup_teardown(test_join, setup, teardown),
		cmocka_unit_test_setup_teardown(test_caps, setup, teardown),
		cmocka_unit_test_setup_teardown(test_join_by_pid_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_states, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
