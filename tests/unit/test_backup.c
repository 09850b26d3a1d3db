/* The state folder and the definitions saved in it: names, rights, full disks, and which one is found. */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "apply/backup.h"
#include "apply/backup_name.h"
#include "apply/change_log.h"
#include "core/clock.h"
#include "core/state.h"
#include "core/text.h"
#include "scratch.h"

#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define OTHER_UUID "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3"
#define MOMENT (1535897251 * NS_PER_S + 250 * NS_PER_MS) /* 2018-09-02T14:07:31.250Z */

static bool is_equal(const char *a, const char *b)
{
	return !strcmp(a, b);
}

static void clean_names(void **state)
{
	static const char *const cases[][2] = {
		{ "win10", "win10" },
		{ "a.b_c-D", "a.b_c-D" },
		{ "../../etc/passwd", "_._.._etc_passwd" },
		{ ".hidden", "_hidden" },
		{ "web-日本", "web-______" },
		{ "a\033[31m\n", "a__31m_" },
		{ "", "_" },
	};
	char out[17];

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		assert_string_equal(state_clean_name(out, sizeof out, cases[i][0]), cases[i][1]);
	state_clean_name(out, sizeof out, "0123456789abcdefghij");
	assert_string_equal(out, "0123456789abcdef");
}

static void folder_is_where_the_user_has_it(void **state)
{
	char path[STATE_PATH_MAX], why[STATE_WHY_MAX], longer[STATE_PATH_MAX + 2];

	(void)state;
	setenv("HOME", "/home/ann", 1);
	setenv("XDG_STATE_HOME", "/var/ann", 1);
	assert_int_equal(state_folder(path, why, sizeof why), 0);
	assert_string_equal(path, "/var/ann/kvmtop");
	setenv("XDG_STATE_HOME", "relative", 1);
	assert_int_equal(state_folder(path, why, sizeof why), 0);
	assert_string_equal(path, "/home/ann/.local/state/kvmtop");
	unsetenv("XDG_STATE_HOME");
	assert_int_equal(state_folder(path, why, sizeof why), 0);
	assert_string_equal(path, "/home/ann/.local/state/kvmtop");
	memset(longer, 'a', sizeof longer - 1);
	longer[0] = '/';
	longer[sizeof longer - 1] = '\0';
	setenv("XDG_STATE_HOME", longer, 1);
	assert_int_equal(state_folder(path, why, sizeof why), -ENAMETOOLONG);
	assert_non_null(strstr(why, "XDG_STATE_HOME"));
	unsetenv("XDG_STATE_HOME");
}

static int mode_of(const char *path)
{
	struct stat s;

	assert_int_equal(stat(path, &s), 0);
	return (int)(s.st_mode & 07777);
}

static void files_are_this_users_alone(void **state)
{
	const mode_t old = umask(0);
	char why[STATE_WHY_MAX], *path, *text;
	int fd;

	(void)state;
	assert_int_equal(backup_save("a/b/kvmtop", "../evil name", UUID, MOMENT, "<domain/>\n",
				 &path, why, sizeof why),
		0);
	umask(old);
	assert_string_equal(path, "a/b/kvmtop/_._evil_name-" UUID "-20180902T140731.250Z.xml");
	assert_int_equal(mode_of(path), 0600);
	assert_int_equal(mode_of("a/b/kvmtop"), 0700);
	assert_int_equal(mode_of("a/b"), 0700);
	fd = state_open("a/b/kvmtop", false, why, sizeof why);
	assert_true(fd >= 0);
	assert_int_equal(state_read(fd, strrchr(path, '/') + 1, 100, &text), 0);
	assert_string_equal(text, "<domain/>\n");
	free(text);
	assert_int_equal(state_read(fd, strrchr(path, '/') + 1, 9, &text), -EFBIG);
	close(fd);
	free(path);

	/* A saved definition is never written over. */
	assert_int_equal(backup_save("a/b/kvmtop", "../evil name", UUID, MOMENT, "<other/>\n",
				 &path, why, sizeof why),
		-EEXIST);
	assert_null(path);
	assert_int_equal(system("test $(ls -A a/b/kvmtop | wc -l) = 1"), 0);
}

static void unwritable_folders_are_refused(void **state)
{
	char why[STATE_WHY_MAX], *path;

	(void)state;
	write_file("file", "");
	assert_int_equal(
		backup_save("file/kvmtop", "a", UUID, MOMENT, "<domain/>", &path, why, sizeof why),
		-ENOTDIR);
	assert_non_null(strstr(why, "XDG_STATE_HOME"));

	/* Others could put a definition of theirs there. */
	assert_int_equal(mkdir("shared", 0700), 0);
	assert_int_equal(chmod("shared", 0777), 0);
	assert_int_equal(
		backup_save("shared", "a", UUID, MOMENT, "<domain/>", &path, why, sizeof why),
		-EPERM);
	assert_non_null(strstr(why, "others may write"));
	assert_int_equal(mkdir("real", 0700), 0);
	assert_int_equal(symlink("real", "link"), 0);
	assert_true(state_open("link", true, why, sizeof why) < 0);
}

static void full_disk_leaves_nothing(void **state)
{
	const struct rlimit little = { 100, RLIM_INFINITY };
	char text[200], why[STATE_WHY_MAX], *path = NULL, *kept;
	struct rlimit old;
	int error, fd;

	(void)state;
	memset(text, 'x', sizeof text - 1);
	text[sizeof text - 1] = '\0';
	fd = state_open("kvmtop", true, why, sizeof why);
	assert_int_equal(state_write(fd, "kept", "old", 3, false), 0);

	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(
		setrlimit(RLIMIT_FSIZE, &(struct rlimit){ little.rlim_cur, old.rlim_max }), 0);
	error = backup_save("kvmtop", "a", UUID, MOMENT, text, &path, why, sizeof why);
	assert_int_equal(state_write(fd, "kept", text, strlen(text), false), -EFBIG);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);

	assert_int_equal(error, -EFBIG);
	assert_null(path);
	assert_non_null(strstr(why, "cannot be saved"));
	assert_int_equal(state_read(fd, "kept", 100, &kept), 0);
	assert_string_equal(kept, "old");
	free(kept);
	close(fd);
	assert_int_equal(system("test \"$(ls -A kvmtop)\" = kept"), 0);
}

enum { THREAD_WRITES = 200 };

static void *write_again_and_again(void *opaque)
{
	const int *folder = opaque;
	int failed = 0;

	for (int i = 0; i < THREAD_WRITES; i++)
		failed += state_write(*folder, "record", "text", 4, false) != 0;
	return failed ? opaque : NULL;
}

/* Two threads of one process: neither takes the other's draft. */
static void threads_write_the_same_file(void **state)
{
	char why[STATE_WHY_MAX], *text;
	int fd = state_open("kvmtop", true, why, sizeof why);
	pthread_t threads[2];

	(void)state;
	for (int i = 0; i < 2; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, write_again_and_again, &fd), 0);
	for (int i = 0; i < 2; i++) {
		void *failed;

		assert_int_equal(pthread_join(threads[i], &failed), 0);
		assert_null(failed);
	}
	assert_int_equal(state_read(fd, "record", 100, &text), 0);
	assert_string_equal(text, "text");
	free(text);
	close(fd);
	assert_int_equal(system("test \"$(ls -A kvmtop)\" = record"), 0);
}

static void odd_files_are_not_read(void **state)
{
	char why[STATE_WHY_MAX], *text;
	FILE *f;
	int fd;

	(void)state;
	fd = state_open("kvmtop", true, why, sizeof why);
	assert_int_equal(mkfifo("kvmtop/fifo", 0600), 0);
	assert_int_equal(state_read(fd, "fifo", 100, &text), -EINVAL);
	write_file("secret", "text");
	assert_int_equal(symlink("../secret", "kvmtop/link"), 0);
	assert_int_equal(state_read(fd, "link", 100, &text), -ELOOP);
	assert_int_equal(state_read(fd, "none", 100, &text), -ENOENT);
	f = fopen("kvmtop/nul", "w");
	assert_non_null(f);
	assert_int_equal(fwrite("a\0b", 1, 3, f), 3);
	assert_int_equal(fclose(f), 0);
	assert_int_equal(state_read(fd, "nul", 100, &text), -EBADMSG);
	close(fd);
}

static void one_holds_a_lock(void **state)
{
	char why[STATE_WHY_MAX];
	int fd, first, second;

	(void)state;
	fd = state_open("kvmtop", true, why, sizeof why);
	first = state_lock(fd, "lock", 0);
	assert_true(first >= 0);
	assert_int_equal(mode_of("kvmtop/lock"), 0600);
	assert_int_equal(state_lock(fd, "lock", 30), -EAGAIN);
	second = state_lock(fd, "other", 0);
	assert_true(second >= 0);
	state_unlock(fd, "other", second);
	state_unlock(fd, "lock", first);
	assert_int_equal(system("test -z \"$(ls -A kvmtop)\""), 0);
	/* One that is left behind by a process that was killed is nobody's. */
	write_file("kvmtop/lock", "");
	first = state_lock(fd, "lock", 0);
	assert_true(first >= 0);
	state_unlock(fd, "lock", first);
	write_file("secret", "");
	assert_int_equal(symlink("../secret", "kvmtop/lock"), 0);
	assert_int_equal(state_lock(fd, "lock", 0), -ELOOP);
	close(fd);
}

/* Saves a step from one text to another; returns nothing that must be kept. */
static void save_step(
	const char *name, const char *uuid, uint64_t at_ns, const char *before, const char *after)
{
	char why[STATE_WHY_MAX], *path;

	assert_int_equal(
		backup_save("kvmtop", name, uuid, at_ns, before, &path, why, sizeof why), 0);
	if (after)
		assert_int_equal(backup_save_after(path, after, why, sizeof why), 0);
	free(path);
}

static void check_found(const char *now, const char *before)
{
	char why[STATE_WHY_MAX];
	struct backup b;

	assert_int_equal(backup_find("kvmtop", UUID, now, is_equal, &b, why, sizeof why), 0);
	assert_string_equal(b.xml_before, before);
	assert_string_equal(b.xml_after, now);
	assert_int_equal(access(b.path, R_OK), 0);
	backup_fini(&b);
}

static void newest_that_matches_is_found(void **state)
{
	char why[STATE_WHY_MAX];
	struct backup b;

	(void)state;
	assert_int_equal(backup_find("kvmtop", UUID, "1", is_equal, &b, why, sizeof why), -ENOENT);
	assert_non_null(strstr(why, "nothing to undo"));
	save_step("z", UUID, MOMENT, "0", "1");
	save_step("m", UUID, MOMENT + NS_PER_S, "1", "2");      /* the domain was renamed */
	save_step("a", UUID, MOMENT + 2 * NS_PER_S, "7", "1");  /* and came to this again */
	save_step("a", UUID, MOMENT + 3 * NS_PER_S, "8", NULL); /* kvmtop was killed */
	save_step("a", OTHER_UUID, MOMENT + 4 * NS_PER_S, "9", "2");
	check_found("2", "1");
	check_found("1", "7");
	assert_int_equal(backup_find("kvmtop", UUID, "3", is_equal, &b, why, sizeof why), 0);
	assert_true(b.is_unfinished);
	assert_string_equal(b.xml_before, "8");
	backup_fini(&b);
	assert_int_equal(backup_find("kvmtop", "", "2", is_equal, &b, why, sizeof why), -ENOENT);

	/* The last one was taken back, whoever did that. */
	save_step("a", UUID, MOMENT + 5 * NS_PER_S, "4", "5");
	assert_int_equal(backup_find("kvmtop", UUID, "4", is_equal, &b, why, sizeof why), -ENOENT);
	assert_non_null(strstr(why, "it was before kvmtop's last change"));
	assert_int_equal(backup_read("kvmtop/a-" UUID "-20180902T140736.250Z.xml", &b), 0);
	assert_string_equal(b.xml_before, "4");
	assert_string_equal(b.xml_after, "5");
	backup_fini(&b);
	assert_int_equal(backup_read("kvmtop/a-" UUID "-20180902T140734.250Z.xml", &b), -ENODATA);
	backup_drop("kvmtop/a-" UUID "-20180902T140736.250Z.xml");

	/* What was saved for a change that did not come about goes again. */
	backup_drop("kvmtop/a-" UUID "-20180902T140733.250Z.xml");
	check_found("1", "0");
}

static void mark_undone(uint64_t at_ns)
{
	char why[STATE_WHY_MAX], *file = backup_name_make("a", UUID, at_ns), path[256];

	snprintf(path, sizeof path, "kvmtop/%s", file);
	free(file);
	assert_int_equal(change_log_mark_undone(path, at_ns, why, sizeof why), 0);
}

static void check_unfound(const char *now, int error, const char *words)
{
	char why[STATE_WHY_MAX];
	struct backup b;

	assert_int_equal(backup_find("kvmtop", UUID, now, is_equal, &b, why, sizeof why), error);
	if (!strstr(why, words))
		fail_msg("%s", why);
}

/* What was undone once is not undone again, whoever makes the same of the definition. */
static void undone_changes_are_past(void **state)
{
	(void)state;
	save_step("a", UUID, MOMENT, "off", "on");
	save_step("a", UUID, MOMENT + NS_PER_S, "on", "off");
	check_found("off", "on");
	mark_undone(MOMENT + NS_PER_S);
	check_found("on", "off");
	/* By hand. */
	check_unfound("off", -ENOENT, "not undone, as saved in kvmtop/a-" UUID "-20180902T140731");
	check_unfound("other", -ESTALE, "is in kvmtop/a-" UUID "-20180902T140731.250Z.xml");
	mark_undone(MOMENT);
	check_unfound("off", -ENOENT, "was undone before");
	check_unfound("on", -ENOENT, "what it was before kvmtop's last change");
	check_unfound("other", -ENOENT, "was undone before");

	/* A record that cannot be read says nothing. */
	write_file("kvmtop/a-" UUID "-20180902T140731.250Z.change", "damaged");
	check_found("on", "off");
}

/* kvmtop ended before it had saved what its last change made of the definition. */
static void unfinished_changes(void **state)
{
	char why[STATE_WHY_MAX];
	struct backup b;

	(void)state;
	save_step("a", UUID, MOMENT, "0", "1");
	save_step("a", UUID, MOMENT + NS_PER_S, "1", NULL);
	/* It was not made: the one before it is what can be undone. */
	check_found("1", "0");
	/* Whether this is what it made is not known, but before it was that. */
	assert_int_equal(backup_find("kvmtop", UUID, "2", is_equal, &b, why, sizeof why), 0);
	assert_true(b.is_unfinished);
	assert_string_equal(b.xml_before, "1");
	assert_string_equal(b.xml_after, "2");
	assert_true(backup_is_before(b.path, "1", is_equal));
	assert_false(backup_is_before(b.path, "2", is_equal));
	backup_fini(&b);
	assert_false(backup_is_before("kvmtop/none.xml", "2", is_equal));

	save_step("a", UUID, MOMENT + 2 * NS_PER_S, "3", NULL);
	check_unfound("3", -ENOENT, "it was before kvmtop's last change");
	mark_undone(MOMENT + 2 * NS_PER_S);
	assert_int_equal(backup_find("kvmtop", UUID, "2", is_equal, &b, why, sizeof why), 0);
	assert_string_equal(b.xml_before, "1");
	backup_fini(&b);
	assert_int_equal(truncate("kvmtop/a-" UUID "-20180902T140732.250Z.xml", BACKUP_MAX + 1), 0);
	check_unfound("2", -EIO, "20180902T140732.250Z.xml, the definition from before");

	/* Another finished one after it hides what was not known. */
	save_step("a", UUID, MOMENT + 4 * NS_PER_S, "4", "5");
	check_unfound("2", -ESTALE, "changed outside kvmtop since");
}

#define VNC(passwd) \
	"<domain>\n  <graphics type='vnc' port='-1'" passwd " keymap='de'/>\n</domain>\n"

#define COOKIES "<a>\n  <cookies>\n    <cookie name='a'>b</cookie>\n  </cookies>\n</a>\n"

static void secrets_are_hidden(void **state)
{
	static const char secure[] = VNC(" passwd='s3cret'"), plain[] = VNC("");
	char *shown = backup_without_secrets(secure);

	(void)state;
	assert_string_equal(shown, VNC(" passwd='***'"));
	free(shown);
	shown = backup_without_secrets(COOKIES "<x passwd=\"y\"/>");
	assert_string_equal(shown, "<a>\n  <cookies>***</cookies>\n</a>\n<x passwd=\"***\"/>");
	free(shown);
	/* A line end in a password is no way out of it. */
	shown = backup_without_secrets(VNC(" passwd='one\ntwo'"));
	assert_string_equal(shown, VNC(" passwd='***'"));
	free(shown);
	shown = backup_without_secrets("<x passwd='cut off");
	assert_string_equal(shown, "<x passwd='***");
	free(shown);
	shown = backup_without_secrets("<title>set passwd='x'</title>");
	assert_string_equal(shown, "<title>set passwd='x'</title>");
	free(shown);
	shown = backup_without_secrets("");
	assert_string_equal(shown, "");
	free(shown);
	shown = backup_as_plain(secure);
	assert_string_equal(shown, plain);
	free(shown);
	shown = backup_as_plain(COOKIES);
	assert_string_equal(shown, "<a>\n</a>\n");
	free(shown);
	assert_true(backup_same_but_secrets(secure, plain));
	assert_true(backup_same_but_secrets(VNC(" passwd='one\ntwo'"), plain));
	assert_true(backup_same_but_secrets(COOKIES, "<a>\n</a>\n"));
	assert_false(backup_same_but_secrets(COOKIES, "<a>\n  <b/>\n</a>\n"));
	/* What else is in the line counts. */
	assert_false(backup_same_but_secrets(
		secure, "<domain>\n  <graphics type='vnc' port='5901' keymap='de'/>\n</domain>\n"));
	assert_true(backup_same_but_secrets(plain, plain));
	assert_false(backup_same_but_secrets(secure, "<domain>\n</domain>\n"));
	assert_false(backup_same_but_secrets(plain, secure));
	assert_false(backup_same_but_secrets(secure, VNC("") "<!-- -->\n"));
	assert_false(backup_same_but_secrets("", plain));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(clean_names),
		cmocka_unit_test(folder_is_where_the_user_has_it),
		cmocka_unit_test(secrets_are_hidden),
		cmocka_unit_test_setup_teardown(
			files_are_this_users_alone, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			unwritable_folders_are_refused, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			full_disk_leaves_nothing, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			threads_write_the_same_file, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			odd_files_are_not_read, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(one_holds_a_lock, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			newest_that_matches_is_found, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			undone_changes_are_past, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(unfinished_changes, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
