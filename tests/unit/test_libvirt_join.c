/* libvirt_join: a domain is the process that libvirt says it is, whatever command lines hold. */
#include <fcntl.h>
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

#include "core/clock.h"
#include "libvirt_fixture.h"
#include "sock_diag.h"
#include "source/libvirt/libvirt_join.h"

#define WEB1_UUID "c7a5fdbd-edaf-9455-926a-d65c16db1809"
#define WEB2_UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define OTHER_UUID "00000000-0000-4000-8000-000000000000"

enum { WEB1, WEB2, WEB1_ID = 7 };

/* Two domains, web1 and web2, and who has which pid file. */
struct world {
	struct fixture *f;
	struct domain_set *domains;
	struct libvirt_join *join;
	struct sample *s;
	uint64_t later_ns;
	bool ok;
};

static void add_domain(struct domain_set *set, int i, const char *name, const char *uuid, int id)
{
	set->items[i] = (struct domain){ .name = mem_strdup(name), .id = id };
	snprintf(set->items[i].uuid, sizeof set->items[i].uuid, "%s", uuid);
}

static int setup_world(void **state)
{
	struct world *w = mem_calloc(1, sizeof *w);

	setup((void **)&w->f);
	w->domains = domain_set_new(2);
	add_domain(w->domains, WEB1, "web1", WEB1_UUID, WEB1_ID);
	add_domain(w->domains, WEB2, "web2", WEB2_UUID, -1);
	w->join = libvirt_join_new(w->f->dir, geteuid());
	*state = w;
	return 0;
}

static int teardown_world(void **state)
{
	struct world *w = *state;

	sample_free(w->s);
	libvirt_join_free(w->join);
	domain_set_unref(w->domains);
	teardown((void **)&w->f);
	free(w);
	return 0;
}

static void look(struct world *w, const struct sample_vm *vms, size_t count)
{
	sample_free(w->s);
	w->s = sample_new();
	w->s->time_ns += w->later_ns;
	w->s->vms = arena_array(&w->s->arena, count + 1, sizeof *w->s->vms);
	w->s->vm_count = count;
	memcpy(w->s->vms, vms, count * sizeof *vms);
	w->s->domains = w->domains ? domain_set_ref(w->domains) : NULL;
	w->ok = libvirt_join_collect(w->join, w->s);
}

static void assert_is(const struct world *w, size_t vm, int domain)
{
	const struct sample_vm *v = &w->s->vms[vm];

	assert_ptr_equal(v->domain, &w->domains->items[domain]);
	assert_string_equal(v->name, v->domain->name);
	assert_string_equal(v->uuid, v->domain->uuid);
	assert_null(v->claim);
}

/* It claims to be a domain, which is owner_pid; 0: nobody knows which. */
static void assert_claims(const struct world *w, size_t vm, const char *domain, pid_t owner_pid)
{
	const struct sample_vm *v = &w->s->vms[vm];

	assert_null(v->domain);
	assert_non_null(v->claim);
	assert_string_equal(v->claim, domain);
	assert_int_equal(v->claim_pid, owner_pid);
}

static const struct sample_vm real = { .id = { 4711, 1 }, .name = "web1", .uuid = WEB1_UUID };
static const struct sample_vm fake = { .id = { 666, 1 }, .name = "fakevm", .uuid = WEB1_UUID };

/* Without a word from libvirt a UUID is just an argument. */
static void test_uuid_alone(void **state)
{
	struct world *w = *state;
	const struct sample_vm vms[] = {
		{ .id = { 11, 1 }, .name = "plain", .uuid = OTHER_UUID },
		fake,
		{ .id = { 13, 1 }, .name = "nameless" },
		{ .id = { 14, 1 }, .name = "idle", .uuid = WEB2_UUID },
	};

	look(w, vms, 4);
	assert_true(w->ok);
	for (size_t i = 0; i < 4; i++) {
		assert_null(w->s->vms[i].domain);
		assert_string_equal(w->s->vms[i].name, vms[i].name);
	}
	assert_null(w->s->vms[0].claim);
	assert_string_equal(w->s->vms[0].uuid, OTHER_UUID);
	assert_claims(w, 1, "web1", 0);
	assert_null(w->s->vms[1].uuid);
	assert_null(w->s->vms[2].claim);
	/* Nor is it a domain that does not run. */
	assert_claims(w, 3, "web2", 0);
	assert_null(w->s->vms[3].uuid);
}

/* The real one and one with its UUID, in both orders; who started first plays no part. */
static void test_two_claimants(void **state)
{
	struct world *w = *state;
	const struct sample_vm orders[2][2] = { { real, fake }, { fake, real } };

	set_pid_file(w->f, "web1.pid", "4711\n");
	for (size_t i = 0; i < 2; i++) {
		libvirt_join_free(w->join);
		w->join = libvirt_join_new(w->f->dir, geteuid());
		for (int tick = 0; tick < 3; tick++) {
			look(w, orders[i], 2);
			assert_is(w, i, WEB1);
			assert_claims(w, 1 - i, "web1", 4711);
			assert_string_equal(w->s->vms[1 - i].name, "fakevm");
			assert_null(w->s->vms[1 - i].uuid);
		}
	}
}

static const struct {
	const char *text; /* of web1.pid; NULL: there is none */
	bool joined;      /* the VM with pid 4711 */
} pid_files[] = {
	{ "4711\n", true },
	{ "4711", true },
	{ "4712\n", false },
	{ "", false },
	{ "four\n", false },
	{ "4294972007\n", false }, /* 2^32 + 4711 */
	{ NULL, false },
};

/* With its UUID and without one; but not with another's. */
static void test_pid_files(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < sizeof pid_files / sizeof *pid_files; i++) {
		const struct sample_vm vms[][2] = {
			{ { .id = { 4711, 2 * i },
				  .name = "qemu-system-x86_64",
				  .uuid = WEB1_UUID },
				{ .id = { 4712, 1 }, .uuid = OTHER_UUID } },
			{ { .id = { 4711, 2 * i + 1 }, .name = "qemu-system-x86_64" },
				{ .id = { 4712, 1 }, .uuid = OTHER_UUID } },
		};

		set_pid_file(w->f, "web1.pid", pid_files[i].text);
		for (size_t k = 0; k < 2; k++) {
			look(w, vms[k], 2);
			if (pid_files[i].joined)
				assert_is(w, 0, WEB1);
			else
				assert_null(w->s->vms[0].domain);
			assert_null(w->s->vms[1].domain);
			assert_null(w->s->vms[1].claim);
		}
	}
}

/* A pid file that somebody else wrote, or could have. */
static void test_others_files(void **state)
{
	struct world *w = *state;
	char *path = in_dir(w->f, "", "web1.pid");

	set_pid_file(w->f, "web1.pid", "666\n");
	chmod(path, 0666);
	look(w, &fake, 1);
	assert_claims(w, 0, "web1", 0);
	chmod(path, 0644);
	libvirt_join_free(w->join);
	w->join = libvirt_join_new(w->f->dir, geteuid() + 1);
	look(w, &fake, 1);
	assert_claims(w, 0, "web1", 0);
	free(path);
}

/* The list of domains may be older than the VM: what the pid file says counts from the first moment. */
static void test_just_started(void **state)
{
	struct world *w = *state;
	const struct sample_vm vms[] = {
		{ .id = { 14, 1 }, .name = "web2", .uuid = WEB2_UUID },
		/* web1 was defined anew with another UUID. */
		{ .id = { 4711, 1 }, .name = "web1", .uuid = OTHER_UUID },
	};

	set_pid_file(w->f, "web2.pid", "14\n");
	set_pid_file(w->f, "web1.pid", "4711\n");
	look(w, vms, 2);
	assert_is(w, 0, WEB2);
	assert_null(w->s->vms[1].domain);
	assert_null(w->s->vms[1].claim);
	assert_string_equal(w->s->vms[1].uuid, OTHER_UUID);
}

/* The pid file goes before the process does, and may be lost: the VM stays what it was, until another process is the
 * domain. */
static void test_what_is_known_lasts(void **state)
{
	struct world *w = *state;
	const struct sample_vm next = { .id = { 4800, 9 }, .name = "web1", .uuid = WEB1_UUID };
	const struct sample_vm both[] = { real, next };
	const struct sample_vm reused[] = {
		{ .id = { 4711, 2 }, .name = "fakevm", .uuid = WEB1_UUID }
	};

	set_pid_file(w->f, "web1.pid", "4711\n");
	look(w, &real, 1);
	set_pid_file(w->f, "web1.pid", NULL);
	look(w, &real, 1);
	assert_is(w, 0, WEB1);
	look(w, both, 2);
	assert_is(w, 0, WEB1);
	assert_claims(w, 1, "web1", 4711);

	set_pid_file(w->f, "web1.pid", "4800\n");
	look(w, both, 2);
	assert_is(w, 1, WEB1);
	assert_claims(w, 0, "web1", 4800);
	assert_string_equal(w->s->vms[0].name, "web1"); /* its own */

	set_pid_file(w->f, "web1.pid", NULL);
	look(w, &real, 1);
	assert_claims(w, 0, "web1", 0);

	/* Another process with the pid of one that is gone. */
	set_pid_file(w->f, "web1.pid", "4711\n");
	look(w, &real, 1);
	assert_is(w, 0, WEB1);
	set_pid_file(w->f, "web1.pid", NULL);
	look(w, reused, 1);
	assert_claims(w, 0, "web1", 0);
}

/* The process that locks the pid file is the domain, whether or not its VM is among those that are looked at. */
static void test_lock(void **state)
{
	struct world *w = *state;
	char *path = in_dir(w->f, "", "web1.pid"), c;
	int ready[2], status;
	pid_t pid;

	set_pid_file(w->f, "web1.pid", "666\n");
	assert_int_equal(pipe(ready), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
		const int fd = open(path, O_WRONLY);

		if (fd < 0 || fcntl(fd, F_SETLK, &lock) || write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(0);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 1);
	look(w, &fake, 1);
	assert_claims(w, 0, "web1", pid);
	look(w,
		(const struct sample_vm[]){
			fake, { .id = { pid, 1 }, .name = "web1", .uuid = WEB1_UUID } },
		2);
	assert_is(w, 1, WEB1);
	assert_claims(w, 0, "web1", pid);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	close(ready[0]);
	free(path);
}

/* The name alone is a claim, too. */
static void test_namesake(void **state)
{
	struct world *w = *state;
	const struct sample_vm vms[] = {
		real,
		{ .id = { 15, 1 }, .name = "web1" },
		{ .id = { 16, 1 }, .name = "web2", .uuid = OTHER_UUID },
	};

	set_pid_file(w->f, "web1.pid", "4711\n");
	look(w, vms, 3);
	assert_is(w, 0, WEB1);
	assert_claims(w, 1, "web1", 4711);
	assert_claims(w, 2, "web2", 0);
	assert_string_equal(w->s->vms[2].uuid, OTHER_UUID); /* which nobody else has */
}

/* Where libvirt says nothing, nobody knows whose a UUID is that two processes have. */
static void test_shared_uuids(void **state)
{
	struct world *w = *state;
	const struct sample_vm vms[] = {
		real,
		{ .id = { 11, 1 }, .name = "plain", .uuid = OTHER_UUID },
		fake,
		{ .id = { 12, 1 }, .name = "none" },
		fake,
	};

	domain_set_unref(w->domains);
	w->domains = NULL;
	set_pid_file(w->f, "web1.pid", "4711\n");
	look(w, vms, 5);
	for (size_t i = 0; i < 5; i++) {
		assert_null(w->s->vms[i].domain);
		assert_null(w->s->vms[i].claim);
		assert_true(i == 1 || !w->s->vms[i].uuid);
	}
	assert_string_equal(w->s->vms[1].uuid, OTHER_UUID);
	look(w, vms, 2);
	assert_string_equal(w->s->vms[0].uuid, WEB1_UUID);
}

/* A domain that was started anew while its former process is told for the last time: that one is nobody's rival. */
static void test_ended(void **state)
{
	struct world *w = *state;
	struct sample_vm vms[] = { real, { .id = { 5000, 2 }, .name = "web1", .uuid = WEB1_UUID } };

	set_pid_file(w->f, "web1.pid", "5000\n");
	vms[0].ended = true;
	look(w, vms, 2);
	assert_null(w->s->vms[0].domain);
	assert_null(w->s->vms[0].claim);
	assert_string_equal(w->s->vms[0].uuid, WEB1_UUID);
	assert_is(w, 1, WEB1);

	/* Nor is its UUID a shared one where libvirt says nothing. */
	domain_set_unref(w->domains);
	w->domains = NULL;
	look(w, vms, 2);
	assert_string_equal(w->s->vms[1].uuid, WEB1_UUID);
}

/* An ordinary user on a host that hides its run folder: no guess. */
static void test_denied(void **state)
{
	struct world *w = *state;
	const uid_t user = geteuid();

	if (user == 0)
		assert_int_equal(seteuid(65534), 0);
	else
		assert_int_equal(chmod(w->f->dir, 0), 0);
	look(w, &real, 1);
	assert_false(w->ok);
	assert_claims(w, 0, "web1", 0);
	if (user == 0)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(w->f->dir, 0700), 0);
	look(w, &real, 1);
	assert_true(w->ok);
}

/* Binds and listens as libvirt does for the domain's monitor: DIR/domain-ID-NAME/monitor.sock. */
static int listen_as_monitor(const char *folder)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(mkdir(folder, 0700), 0);
	snprintf(address.sun_path, sizeof address.sun_path, "%s/monitor.sock", folder);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof address), 0);
	assert_int_equal(listen(fd, 1), 0);
	return fd;
}

/* The pid file is gone: the process that listens on the domain's monitor socket is the domain. */
static void test_monitor_socket(void **state)
{
	struct world *w = *state;
	const struct sample_vm vms[] = {
		{ .id = { getppid(), 1 }, .name = "fakevm", .uuid = WEB1_UUID },
		{ .id = { getpid(), 1 }, .name = "web1", .uuid = WEB1_UUID },
	};
	char *folder = in_dir(w->f, "", "domain-7-web1"), path[128];
	int fd;

	look(w, vms, 2);
	assert_claims(w, 1, "web1", 0);
	if (!has_sock_diag()) {
		free(folder);
		skip();
	}
	fd = listen_as_monitor(folder);
	/* All sockets are not read in every tick. */
	look(w, vms, 2);
	assert_claims(w, 1, "web1", 0);
	w->later_ns = 6 * NS_PER_S;
	look(w, vms, 2);
	assert_is(w, 1, WEB1);
	assert_claims(w, 0, "web1", getpid());

	/* The pid file is the better word. */
	libvirt_join_free(w->join);
	w->join = libvirt_join_new(w->f->dir, geteuid());
	set_pid_file(w->f, "web1.pid", "4711\n");
	look(w, vms, 2);
	assert_claims(w, 0, "web1", 0);
	assert_claims(w, 1, "web1", 0);
	set_pid_file(w->f, "web1.pid", NULL);

	close(fd);
	snprintf(path, sizeof path, "%s/monitor.sock", folder);
	unlink(path);
	rmdir(folder);
	free(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_uuid_alone, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_two_claimants, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_pid_files, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_others_files, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_just_started, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(
			test_what_is_known_lasts, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_lock, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_namesake, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_shared_uuids, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_ended, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_denied, setup_world, teardown_world),
		cmocka_unit_test_setup_teardown(test_monitor_socket, setup_world, teardown_world),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
