/* libvirt: against its test driver, which needs no daemon, and against sockets where nobody, a mute or
 * a babbler answers. */
#include <errno.h>
#include <fcntl.h>
#include <libvirt/libvirt.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "core/mem.h"
#include "core/text.h"
#include "sample/sample.h"
#include "source/libvirt.h"

#define TEST_UUID "6695eb01-f6a4-8304-79aa-97f2502e193f" /* the domain "test" of test:///default */
#define WIN10_UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define ASLEEP_UUID "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3"
#define PASSING_UUID "9a3b2a60-7a4e-4f0c-8d0d-6f3f5b3c2b11"
#define OTHER_UUID "00000000-0000-4000-8000-000000000000"

#define DEADLINE_NS (10 * NS_PER_S)
#define COLLECT_MAX_NS (20 * NS_PER_MS)
#define CLOSE_MAX_NS (300 * NS_PER_MS)

/* A directory of the test's own, and what standard error got meanwhile. */
struct fixture {
	char dir[32];
	int saved_stderr;
	int caught_stderr;
};

static int setup(void **state)
{
	struct fixture *f = mem_calloc(1, sizeof *f);

	strcpy(f->dir, "/tmp/kvmtop-test-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	f->saved_stderr = dup(STDERR_FILENO);
	f->caught_stderr = memfd_create("stderr", 0);
	assert_true(f->caught_stderr >= 0);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(rmdir(f->dir), 0);
	close(f->saved_stderr);
	close(f->caught_stderr);
	free(f);
	return 0;
}

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

static char *in_dir(const struct fixture *f, const char *prefix, const char *name)
{
	struct strbuf path = { 0 };

	strbuf_addf(&path, "%s%s/%s", prefix, f->dir, name);
	return strbuf_take(&path);
}

/* Collects into a sample that is later_ns in the future and has the given VMs. */
static struct sample *collect(
	struct source *source, const struct sample_vm *vms, size_t count, uint64_t later_ns)
{
	struct sample *s = sample_new();
	uint64_t start_ns;

	s->time_ns += later_ns;
	s->vms = arena_array(&s->arena, count + 1, sizeof *s->vms);
	s->vm_count = count;
	for (size_t i = 0; i < count; i++)
		s->vms[i] = vms[i];
	start_ns = clock_mono_ns();
	source_collect(source, s);
	assert_true(clock_mono_ns() - start_ns < COLLECT_MAX_NS);
	return s;
}

/* Collects until done() says so; fails at the deadline. */
static struct sample *collect_until(struct source *source, const struct sample_vm *vms,
	size_t count, uint64_t later_ns, bool (*done)(const struct sample *s))
{
	const uint64_t deadline_ns = clock_mono_ns() + DEADLINE_NS;

	for (;;) {
		struct sample *s = collect(source, vms, count, later_ns);

		if (done(s))
			return s;
		if (clock_mono_ns() > deadline_ns)
			fail_msg("nothing came; libvirt: %s", s->sources[SOURCE_LIBVIRT].why);
		sample_free(s);
		poll(NULL, 0, 5);
	}
}

static void close_source(struct source *source)
{
	const uint64_t start_ns = clock_mono_ns();

	source_close(source);
	assert_true(clock_mono_ns() - start_ns < CLOSE_MAX_NS);
}

static bool has_domains(const struct sample *s)
{
	return s->domains != NULL;
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

static void test_join(void **state)
{
	struct fixture *f = *state;
	struct source *source = libvirt_open("test:///default", f->dir);
	const struct sample_vm vms[] = {
		{ .id = { 11, 1 }, .name = "plain", .uuid = OTHER_UUID },
		{ .id = { 12, 1 }, .name = "from-the-command-line", .uuid = TEST_UUID },
		{ .id = { 13, 1 }, .name = "nameless" },
	};
	struct sample *s = collect_until(source, vms, 3, 0, has_domains);
	const struct domain *domain = s->vms[1].domain;

	assert_true(s->sources[SOURCE_LIBVIRT].ok);
	assert_null(s->vms[0].domain);
	assert_string_equal(s->vms[0].name, "plain");
	assert_null(s->vms[2].domain);
	assert_string_equal(s->vms[2].name, "nameless");

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

	win10 = domain_set_find(s->domains, WIN10_UUID);
	assert_int_equal(win10->state, DOMAIN_PAUSED);
	assert_int_equal(win10->live.clock.timer_count, 4);
	assert_int_equal(domain_clock_timer(&win10->live.clock, "hpet")->present, TRI_NO);

	asleep = domain_set_find(s->domains, ASLEEP_UUID);
	assert_int_equal(asleep->state, DOMAIN_SHUTOFF);
	assert_int_equal(asleep->id, -1);
	assert_null(asleep->live_xml);
	assert_false(asleep->live.parsed);
	assert_true(asleep->inactive.clock.known);

	passing = domain_set_find(s->domains, PASSING_UUID);
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
	const struct domain *domain = s->domains ? domain_set_find(s->domains, TEST_UUID) : NULL;

	return domain && domain->state == DOMAIN_PAUSED;
}

static bool test_is_running(const struct sample *s)
{
	const struct domain *domain = s->domains ? domain_set_find(s->domains, TEST_UUID) : NULL;

	return domain && domain->state == DOMAIN_RUNNING;
}

static bool other_is_localtime(const struct sample *s)
{
	const struct domain *domain = s->domains ? domain_set_find(s->domains, OTHER_UUID) : NULL;

	return domain && !strcmp(domain->inactive.clock.offset, "localtime");
}

static bool other_is_absolute(const struct sample *s)
{
	const struct domain *domain = s->domains ? domain_set_find(s->domains, OTHER_UUID) : NULL;

	return domain && !strcmp(domain->inactive.clock.offset, "variable");
}

static bool other_is_gone(const struct sample *s)
{
	return s->domains && !domain_set_find(s->domains, OTHER_UUID);
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
	sample_free(collect_until(source, NULL, 0, 0, test_is_running));

	other = virDomainDefineXML(connection, OTHER_XML("localtime"));
	assert_non_null(other);
	sample_free(collect_until(source, NULL, 0, 0, other_is_localtime));
	virDomainFree(other);
	other = virDomainDefineXML(connection, OTHER_XML("variable"));
	assert_non_null(other);
	sample_free(collect_until(source, NULL, 0, 0, other_is_absolute));
	assert_int_equal(virDomainUndefine(other), 0);
	sample_free(collect_until(source, NULL, 0, 0, other_is_gone));

	/* What was collected at the start is as it was. */
	assert_int_equal(first->domains->count, 1);
	assert_int_equal(first->domains->items[0].state, DOMAIN_RUNNING);
	sample_free(first);
	virDomainFree(other);
	virDomainFree(test);
	virConnectClose(connection);
	close_source(source);
}

static void test_no_socket(void **state)
{
	struct fixture *f = *state;
	char *uri = in_dir(f, "qemu+unix:///system?socket=", "none");
	const struct sample_vm vm = { .id = { 11, 1 }, .name = "plain", .uuid = OTHER_UUID };
	struct source *source;
	struct sample *s;

	catch_stderr(f);
	source = libvirt_open(uri, f->dir);
	s = collect_until(source, &vm, 1, 0, has_trouble);
	assert_stderr_empty(f);
	assert_why(s, "`systemctl start libvirtd`");
	assert_why(s, "ignore this");
	assert_null(s->domains);
	assert_string_equal(s->vms[0].name, "plain");
	sample_free(s);
	close_source(source);
	free(uri);
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
	char *uri = in_dir(f, "qemu+unix:///system?socket=", "hung");
	const int fd = listen_at(path);
	struct source *source;
	struct sample *s;

	catch_stderr(f);
	source = libvirt_open(uri, f->dir);
	s = collect_until(source, NULL, 0, 12 * NS_PER_S, says_silent);
	assert_why(s, "libvirt has not answered for 12 s");
	assert_why(s, "`systemctl restart libvirtd`");
	sample_free(s);
	s = collect_until(source, NULL, 0, 600 * NS_PER_S, says_silent);
	assert_why(s, "for 10 min");
	sample_free(s);
	s = collect(source, NULL, 0, 0);
	assert_true(s->sources[SOURCE_LIBVIRT].ok);
	sample_free(s);
	close_source(source);
	assert_stderr_empty(f);
	close(fd);
	unlink(path);
	free(path);
	free(uri);
}

/* Something else listens there, and it talks no RPC; then it goes away. */
static void test_babbler(void **state)
{
	struct fixture *f = *state;
	char *path = in_dir(f, "", "babbler");
	char *uri = in_dir(f, "qemu+unix:///system?socket=", "babbler");
	const int fd = listen_at(path);
	struct source *source;
	struct sample *s;
	int peer;

	catch_stderr(f);
	source = libvirt_open(uri, f->dir);
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
	unlink(path);
	free(path);
	free(uri);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_start_is_quiet, setup, teardown),
		cmocka_unit_test_setup_teardown(test_join, setup, teardown),
		cmocka_unit_test_setup_teardown(test_join_by_pid_file, setup, teardown),
		cmocka_unit_test_setup_teardown(test_states, setup, teardown),
		cmocka_unit_test_setup_teardown(test_changes, setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_socket, setup, teardown),
		cmocka_unit_test_setup_teardown(test_bad_uri, setup, teardown),
		cmocka_unit_test_setup_teardown(test_hung_daemon, setup, teardown),
		cmocka_unit_test_setup_teardown(test_babbler, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
