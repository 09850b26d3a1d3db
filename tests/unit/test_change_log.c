/* The change log: what was changed, when, and what became of it; old backups, damaged and foreign files. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "apply/backup.h"
#include "apply/backup_name.h"
#include "apply/change_log.h"
#include "core/clock.h"
#include "core/state.h"
#include "core/version.h"
#include "scratch.h"

#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define OTHER_UUID "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3"
#define MOMENT (1535897251 * NS_PER_S + 250 * NS_PER_MS) /* 2018-09-02T14:07:31.250Z */
#define STAMP "20180902T140731.250Z"
#define STEM "kvmtop/win10-" UUID "-" STAMP

/* A backup and, where remedy is not NULL, its record. Returns its path, to be freed. */
static char *change(const char *name, const char *uuid, uint64_t real_ns, const char *remedy)
{
	char why[STATE_WHY_MAX], *path;

	assert_int_equal(
		backup_save("kvmtop", name, uuid, real_ns, "<domain/>", &path, why, sizeof why), 0);
	if (remedy)
		assert_int_equal(
			change_log_add(path, name, NULL, remedy, "The title", why, sizeof why), 0);
	return path;
}

static struct change_log read_log(const char *words)
{
	char why[STATE_WHY_MAX];
	struct change_log log;

	assert_int_equal(change_log_read("kvmtop", &log, why, sizeof why), 0);
	if (*words ? !strstr(why, words) : *why)
		fail_msg("\"%s\" instead of \"%s\"", why, words);
	return log;
}

static void file_names(void **state)
{
	static const char *const others[] = {
		"",
		".xml",
		"-" UUID "-" STAMP ".xml",
		"win10-" UUID "-" STAMP ".after.xml",
		"win10-" UUID "-" STAMP ".change",
		"win10-" UUID "-20180932T140731.250Z.xml",
		"win10-" UUID "-2018 902T140731.250Z.xml",
		"win10-" UUID "-20180902T140731.-50Z.xml",
		"win10_" UUID "-" STAMP ".xml",
		"win10-0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a1g-" STAMP ".xml",
		"baseline-" UUID ".json",
		"\033[31mred-" UUID "-" STAMP ".xml",
		"two\nlines-" UUID "-" STAMP ".xml",
		"bad\xff-" UUID "-" STAMP ".xml",
	};
	struct backup_name n;
	char *file = backup_name_make("-a.b-", UUID, MOMENT), *record;

	(void)state;
	assert_string_equal(file, "-a.b--" UUID "-" STAMP ".xml");
	assert_true(backup_name_read(&n, file));
	assert_string_equal(n.name, "-a.b-");
	assert_string_equal(n.uuid, UUID);
	assert_string_equal(n.stamp, STAMP);
	assert_true(n.real_ns == MOMENT);
	record = backup_name_with(file, BACKUP_RECORD);
	assert_string_equal(record, "-a.b--" UUID "-" STAMP ".change");
	free(record);
	free(file);
	for (size_t i = 0; i < sizeof others / sizeof *others; i++)
		if (backup_name_read(&n, others[i]))
			fail_msg("taken for a backup: %s", others[i]);
}

static void nothing_changed(void **state)
{
	struct change_log log = read_log("");

	(void)state;
	assert_int_equal(log.count, 0);
	assert_false(change_log_is_open(&log, UUID, NULL));
	change_log_fini(&log);
	assert_int_equal(mkdir("kvmtop", 0700), 0);
	log = read_log("");
	assert_int_equal(log.count, 0);
	change_log_fini(&log);
}

static void newest_first(void **state)
{
	struct change_log log;

	(void)state;
	free(change("win10", UUID, MOMENT, "hpet-on"));
	free(change("web", OTHER_UUID, MOMENT + 2 * NS_PER_S, "pmu-off"));
	free(change("win10", UUID, MOMENT + NS_PER_S, "hyperv-timers"));
	log = read_log("");
	assert_int_equal(log.count, 3);
	assert_string_equal(log.items[0].name, "web");
	assert_string_equal(log.items[0].uuid, OTHER_UUID);
	assert_string_equal(log.items[1].remedy, "hyperv-timers");
	assert_string_equal(log.items[2].remedy, "hpet-on");
	assert_string_equal(log.items[2].title, "The title");
	assert_string_equal(log.items[2].version, KVMTOP_VERSION);
	assert_string_equal(log.items[2].path, STEM ".xml");
	assert_true(log.items[2].real_ns == MOMENT);
	assert_true(!log.items[2].undone_ns && !log.items[2].proven_ns);
	assert_ptr_equal(change_log_last(&log, UUID, NULL), &log.items[1]);
	change_log_fini(&log);
}

static void assert_open(bool open)
{
	struct change_log log = read_log("");

	assert_int_equal(change_log_is_open(&log, UUID, NULL), open);
	change_log_fini(&log);
}

static void proven_and_undone(void **state)
{
	char *first = change("win10", UUID, MOMENT, "hpet-on"), *second, why[STATE_WHY_MAX];
	struct change_log log;

	(void)state;
	assert_open(true);
	second = change("win10", UUID, MOMENT + NS_PER_S, "hyperv-timers");
	assert_int_equal(change_log_mark_undone(second, MOMENT + 5 * NS_PER_S, why, sizeof why), 0);
	/* The first one is in effect again, and still not proven. */
	assert_open(true);
	assert_int_equal(change_log_mark_proven(first, MOMENT + 6 * NS_PER_S, why, sizeof why), 0);
	assert_open(false);
	/* The later time of two is the one that counts, and the rest stays. */
	assert_int_equal(change_log_mark_proven(first, MOMENT + 7 * NS_PER_S, why, sizeof why), 0);
	log = read_log("");
	assert_true(log.items[0].undone_ns == MOMENT + 5 * NS_PER_S);
	assert_true(log.items[0].proven_ns == 0);
	assert_true(log.items[1].proven_ns == MOMENT + 7 * NS_PER_S);
	assert_string_equal(log.items[1].remedy, "hpet-on");
	assert_string_equal(log.items[1].version, KVMTOP_VERSION);
	change_log_fini(&log);
	assert_int_equal(change_log_mark_undone(first, MOMENT + 8 * NS_PER_S, why, sizeof why), 0);
	assert_open(false);
	free(first);
	free(second);
}

/* Who changes the domain has its record, and what was undone meanwhile is not proven. */
static void proven_does_not_wait(void **state)
{
	char *path = change("win10", UUID, MOMENT, "hpet-on"), why[STATE_WHY_MAX];
	const int folder = state_open("kvmtop", false, why, sizeof why);
	const int lock = state_lock(folder, "lock-" UUID, 0);
	struct change_log log;

	(void)state;
	assert_true(lock >= 0);
	assert_int_equal(change_log_mark_proven(path, MOMENT, why, sizeof why), -EAGAIN);
	assert_open(true);
	assert_int_equal(change_log_mark_undone(path, MOMENT, why, sizeof why), 0);
	state_unlock(folder, "lock-" UUID, lock);
	assert_int_equal(change_log_mark_proven(path, MOMENT, why, sizeof why), 0);
	log = read_log("");
	assert_true(log.items[0].undone_ns == MOMENT && !log.items[0].proven_ns);
	change_log_fini(&log);
	assert_int_equal(access("kvmtop/lock-" UUID, F_OK), -1);
	assert_int_equal(change_log_mark_proven("kvmtop/a.xml", MOMENT, why, sizeof why), -EINVAL);
	close(folder);
	free(path);
}

/* kvmtop was killed before it had saved what the change made: it may have been made, unless all is as before. */
static void unfinished(void **state)
{
	char *first = change("win10", UUID, MOMENT, "hpet-on"), why[STATE_WHY_MAX];
	struct change_log log;

	(void)state;
	log = read_log("");
	assert_false(log.items[0].finished);
	change_log_fini(&log);
	assert_int_equal(backup_save_after(first, "<domain/>", why, sizeof why), 0);
	assert_int_equal(change_log_mark_proven(first, MOMENT, why, sizeof why), 0);
	free(change("win10", UUID, MOMENT + NS_PER_S, "hyperv-timers"));
	log = read_log("");
	assert_true(!log.items[0].finished && log.items[1].finished);
	assert_true(change_log_is_open(&log, UUID, NULL));
	assert_true(change_log_is_open(&log, UUID, "<domain>another</domain>"));
	assert_false(change_log_is_open(&log, UUID, "<domain/>"));
	assert_ptr_equal(change_log_last(&log, UUID, "<domain/>"), &log.items[1]);
	change_log_fini(&log);
	free(first);
}

/* A UUID that somebody types may be in capitals. */
static void uuid_in_capitals(void **state)
{
	struct change_log log;

	(void)state;
	free(change("win10", UUID, MOMENT, "hpet-on"));
	log = read_log("");
	assert_true(change_log_is_open(&log, "0F6B7A1E-52A4-4D0C-9A5B-1C1F4F0F2A10", NULL));
	assert_false(change_log_is_open(&log, OTHER_UUID, NULL));
	change_log_fini(&log);
}

/* Older versions of kvmtop kept no records. */
static void backups_without_records(void **state)
{
	char *path = change("win10", UUID, MOMENT, NULL), why[STATE_WHY_MAX];
	struct change_log log = read_log("");

	(void)state;
	assert_int_equal(log.count, 1);
	assert_string_equal(log.items[0].name, "win10");
	assert_string_equal(log.items[0].remedy, "");
	assert_string_equal(log.items[0].version, "");
	assert_false(change_log_is_open(&log, UUID, NULL));
	assert_non_null(change_log_last(&log, UUID, NULL));
	change_log_fini(&log);
	assert_int_equal(change_log_mark_undone(path, MOMENT, why, sizeof why), 0);
	log = read_log("");
	assert_true(log.items[0].undone_ns == MOMENT);
	assert_string_equal(log.items[0].version, "");
	change_log_fini(&log);
	free(path);
}

static void names_are_cleaned(void **state)
{
	char why[STATE_WHY_MAX], *path = change("a", UUID, MOMENT, NULL);
	struct change_log log;

	(void)state;
	assert_int_equal(change_log_add(path, "we\033[31mb\nproven " STAMP "\xff", NULL, "hpet-on",
				 NULL, why, sizeof why),
		0);
	log = read_log("");
	assert_string_equal(log.items[0].name, "we?[31mb?proven " STAMP "?");
	assert_true(log.items[0].proven_ns == 0);
	assert_string_equal(log.items[0].title, "");
	change_log_fini(&log);
	free(path);

	/* Whoever edits the record by hand gets no further. */
	write_file("kvmtop/a-" UUID "-" STAMP ".change",
		"kvmtop 9\n\ntitle \033[2J\nremedy x\nlater 1");
	log = read_log("");
	assert_string_equal(log.items[0].title, "?[2J");
	assert_string_equal(log.items[0].name, "a");
	change_log_fini(&log);
}

/* What a later kvmtop has written there is kept. */
static void unknown_lines_stay(void **state)
{
	char *path = change("win10", UUID, MOMENT, "hpet-on"), why[STATE_WHY_MAX];

	(void)state;
	assert_int_equal(chmod(STEM ".change", 0600), 0);
	write_file(STEM ".change", "kvmtop 9\nlater 1\nremedy hpet-on");
	assert_int_equal(change_log_mark_proven(path, MOMENT, why, sizeof why), 0);
	assert_int_equal(system("printf 'kvmtop 9\\nlater 1\\nremedy hpet-on\\nproven " STAMP
				"\\n' | cmp - " STEM ".change"),
		0);
	free(path);
}

static void damaged_records(void **state)
{
	static const char *const texts[] = { "", "{}", "kvmtop", "remedy hpet-on\n",
		"kvmtop 1\nproven yesterday\n", "kvmtop 1\nundone 20180932T140731.250Z\n" };
	struct change_log log;

	(void)state;
	free(change("win10", UUID, MOMENT, "hpet-on"));
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		write_file(STEM ".change", texts[i]);
		log = read_log(STEM ".change is left out (damaged)");
		assert_int_equal(log.count, 1);
		assert_string_equal(log.items[0].remedy, "");
		change_log_fini(&log);
	}
}

static void foreign_files(void **state)
{
	struct change_log log;
	int fd;

	(void)state;
	free(change("win10", UUID, MOMENT, "hpet-on"));
	write_file("kvmtop/notes.xml", "");
	write_file("secret", "kvmtop 1\nremedy pmu-off\n");
	assert_int_equal(unlink(STEM ".change"), 0);
	assert_int_equal(symlink("../secret", STEM ".change"), 0);
	log = read_log("is left out");
	assert_int_equal(log.count, 1);
	assert_string_equal(log.items[0].remedy, "");
	change_log_fini(&log);

	assert_int_equal(unlink(STEM ".xml"), 0);
	assert_int_equal(symlink("../secret", STEM ".xml"), 0);
	log = read_log("is left out: not a regular file of this user");
	assert_int_equal(log.count, 0);
	change_log_fini(&log);
	assert_int_equal(unlink(STEM ".xml"), 0);

	/* One that is too large. */
	free(change("win10", UUID, MOMENT, NULL));
	assert_int_equal(unlink(STEM ".change"), 0);
	write_file(STEM ".change", "kvmtop 1\n");
	fd = truncate(STEM ".change", 1 << 20);
	assert_int_equal(fd, 0);
	log = read_log("is left out");
	assert_int_equal(log.count, 1);
	change_log_fini(&log);
}

static void unreadable_folder(void **state)
{
	char why[STATE_WHY_MAX];
	struct change_log log;

	(void)state;
	assert_int_equal(mkdir("kvmtop", 0700), 0);
	assert_int_equal(chmod("kvmtop", 0777), 0);
	assert_int_equal(change_log_read("kvmtop", &log, why, sizeof why), -EPERM);
	assert_non_null(strstr(why, "others may write"));
	assert_int_equal(log.count, 0);
	change_log_fini(&log);
}

static void no_room_for_a_record(void **state)
{
	char *path = change("win10", UUID, MOMENT, NULL), why[STATE_WHY_MAX];

	(void)state;
	assert_int_equal(mkdir(STEM ".change", 0700), 0);
	assert_true(change_log_add(path, "win10", NULL, "hpet-on", "", why, sizeof why) < 0);
	assert_non_null(strstr(why, "cannot be written"));
	assert_true(change_log_mark_undone(path, MOMENT, why, sizeof why) < 0);
	assert_int_equal(change_log_add("no-path", "a", NULL, "b", "c", why, sizeof why), -EINVAL);
	free(path);
}

static void only_the_newest_are_read(void **state)
{
	struct change_log log;

	(void)state;
	for (int i = 0; i < CHANGE_LOG_MAX + 3; i++) {
		char *file = backup_name_make("a", UUID, MOMENT + (uint64_t)i * NS_PER_S),
		     path[256];

		if (!i)
			free(change("a", UUID, MOMENT, "hpet-on"));
		snprintf(path, sizeof path, "kvmtop/%s", file);
		write_file(path, "");
		free(file);
	}
	log = read_log("");
	assert_int_equal(log.count, CHANGE_LOG_MAX);
	assert_true(log.items[0].real_ns == MOMENT + (CHANGE_LOG_MAX + 2) * NS_PER_S);
	change_log_fini(&log);
}

#define IN_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(file_names),
		IN_SCRATCH(nothing_changed),
		IN_SCRATCH(newest_first),
		IN_SCRATCH(proven_and_undone),
		IN_SCRATCH(proven_does_not_wait),
		IN_SCRATCH(unfinished),
		IN_SCRATCH(uuid_in_capitals),
		IN_SCRATCH(backups_without_records),
		IN_SCRATCH(names_are_cleaned),
		IN_SCRATCH(unknown_lines_stay),
		IN_SCRATCH(damaged_records),
		IN_SCRATCH(foreign_files),
		IN_SCRATCH(unreadable_folder),
		IN_SCRATCH(no_room_for_a_record),
		IN_SCRATCH(only_the_newest_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
