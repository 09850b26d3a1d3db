/* The settings in their file: what is kept comes back, and every file that is not whole, not kvmtop's or not safe is
 * left as it is, with one sentence. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <cmocka.h>

#include "app/settings_file.h"
#include "app/settings_json.h"
#include "core/text.h"
#include "scratch.h"

#define FOLDER "config/kvmtop"
#define FILE_PATH FOLDER "/" SETTINGS_FILE_NAME

static uint32_t bit(size_t column)
{
	return UINT32_C(1) << column;
}

/* All of them other than they are at first. */
static struct settings changed(void)
{
	struct settings set = settings_default();

	set.interval_s = 0.1;
	set.of_host = !set.of_host;
	set.cpus = !set.cpus;
	set.off = !set.off;
	set.mouse = !set.mouse;
	set.follow = !set.follow;
	set.theme = THEME_LIGHT;
	set.hidden[SETTINGS_VMS] = bit(VM_COL_PID) | bit(VM_COL__COUNT - 1);
	set.hidden[SETTINGS_THREADS] = bit(THREAD_COL_TID);
	set.hidden[SETTINGS_EXITS] = bit(EXIT_COL_P50) | bit(EXIT_COL_P99);
	return set;
}

static void assert_same(const struct settings *a, const struct settings *b)
{
	assert_true(a->interval_s == b->interval_s);
	assert_int_equal(a->of_host, b->of_host);
	assert_int_equal(a->cpus, b->cpus);
	assert_int_equal(a->off, b->off);
	assert_int_equal(a->mouse, b->mouse);
	assert_int_equal(a->follow, b->follow);
	assert_int_equal(a->theme, b->theme);
	assert_memory_equal(a->hidden, b->hidden, sizeof a->hidden);
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in \"%s\"", part, text);
}

/* The file's bytes; the caller frees them. */
static char *file_text(const char *path)
{
	struct strbuf text = { 0 };
	FILE *f = fopen(path, "r");
	char part[512];
	size_t got;

	assert_non_null(f);
	while ((got = fread(part, 1, sizeof part, f)) > 0)
		strbuf_add_bytes(&text, part, got);
	fclose(f);
	return strbuf_take(&text);
}

static void make_file(const char *text)
{
	mkdir("config", 0700);
	mkdir(FOLDER, 0700);
	write_file(FILE_PATH, text);
}

/* -- what is kept */

static void they_come_back(void **state)
{
	const struct settings first = settings_default(), set = changed();
	struct settings read;
	struct stat status;
	char why[STATE_WHY_MAX];

	(void)state;
	assert_true(settings_file_load(&read, FOLDER, why, sizeof why));
	assert_same(&read, &first);
	assert_int_not_equal(access("config", F_OK), 0); /* looking leaves no trace */

	assert_true(settings_file_save(&set, FOLDER, why, sizeof why));
	assert_true(settings_file_load(&read, FOLDER, why, sizeof why));
	assert_same(&read, &set);
	assert_int_equal(stat(FILE_PATH, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	assert_int_equal(stat(FOLDER, &status), 0);
	assert_int_equal(status.st_mode & 07777, 0700);

	assert_true(settings_file_save(&first, FOLDER, why, sizeof why));
	assert_true(settings_file_load(&read, FOLDER, why, sizeof why));
	assert_same(&read, &first);
}

static void people_can_read_it(void **state)
{
	const struct settings set = changed();
	char *text = settings_json_write(&set, NULL);

	(void)state;
	assert_has(text, "\"version\": 1,");
	assert_has(text, "\"interval_s\": 0.1,");
	assert_has(text, "\"percent_of\": \"host\"");
	assert_has(text, "\"theme\": \"light\"");
	assert_has(text, "\"mouse\": false");
	assert_has(text, "\"follow\": false");
	assert_has(text, "\"cpus\": true");
	assert_has(text, "\"shut_off\": true");
	assert_has(text, "\"tid\"");
	free(text);
}

/* One that an older kvmtop has written, or a user who cares for one thing only. */
static void what_is_missing_is_as_at_first(void **state)
{
	struct settings set, wanted = settings_default();
	char why[128];

	(void)state;
	assert_true(settings_json_read(&set, "{\"version\":1}", why, sizeof why));
	assert_same(&set, &wanted);
	assert_true(settings_json_read(
		&set, "{\"version\":1,\"interval_s\":60,\"hidden\":{}}", why, sizeof why));
	wanted.interval_s = 60;
	assert_same(&set, &wanted);
}

static void what_is_unknown_stays(void **state)
{
	struct settings set, wanted = settings_default();
	char why[STATE_WHY_MAX], *text;

	(void)state;
	make_file("{\"version\":1,\"font\":{\"size\":[7]},\"hidden\":{\"vms\":[\"name\",\"mood\","
		  "\"pid\","
		  "\"pid\"],\"disks\":[\"x\"]}}");
	assert_true(settings_file_load(&set, FOLDER, why, sizeof why));
	wanted.hidden[SETTINGS_VMS] |= bit(VM_COL_PID);
	assert_same(&set, &wanted); /* a row always says whose it is */

	set = changed();
	set.hidden[SETTINGS_VMS] =
		bit(VM_COL_VCPUS) | (settings_hidden_at_first(SETTINGS_VMS) & ~bit(VM_COL_RSS));
	assert_true(settings_file_save(&set, FOLDER, why, sizeof why));
	text = file_text(FILE_PATH);
	assert_has(text, "\"font\": {");
	assert_has(text, "\"mood\"");
	assert_has(text, "\"disks\"");
	assert_has(text, "\"name\"");
	assert_null(strstr(text, "\"pid\""));
	assert_has(text, "\"shown\": {\n    \"vms\": [\n      \"rss_kib\"\n    ]");
	assert_null(strstr(text, "\"rd_per_s\"")); /* as it is at first */
	free(text);
	assert_true(settings_file_load(&wanted, FOLDER, why, sizeof why));
	assert_same(&wanted, &set);
}

/* -- what is refused */

#define OF_VERSION_1(members) "{\"version\":1," members "}"

static void wrong_texts(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "line 1 is not JSON" },
		{ "theme = light\n", "line 1 is not JSON" },
		{ "{\"version\":1,\n\"theme\":\"light\"", "line 2 is not JSON" },
		{ "{\"version\":1} and more", "is not JSON" },
		{ "{\"version\":1,\"interval_s\":NaN}", "is not JSON" },
		{ "{\"version\":1,\"interval_s\":1e999}", "is not JSON" },
		{ "{\"version\":1,\"theme\":\"\xff\"}", "is not JSON" },
		{ "[]", "not kvmtop's" },
		{ "null", "not JSON" },
		{ "{}", "not kvmtop's" },
		{ "{\"editor.fontSize\":12}", "not kvmtop's" },
		{ "{\"version\":\"1\"}", "not kvmtop's" },
		{ "{\"version\":1.0}", "not kvmtop's" },
		{ "{\"version\":0}", "not kvmtop's" },
		{ "{\"version\":-3}", "not kvmtop's" },
		{ "{\"version\":2,\"theme\":7}", "version 2 is a newer kvmtop's" },
		{ OF_VERSION_1("\"interval_s\":\"1\""),
			"interval_s is not a number from 0.1 to 60" },
		{ OF_VERSION_1("\"interval_s\":null"), "interval_s is not a number" },
		{ OF_VERSION_1("\"interval_s\":true"), "interval_s is not a number" },
		{ OF_VERSION_1("\"interval_s\":0.09"), "interval_s is not a number" },
		{ OF_VERSION_1("\"interval_s\":0"), "interval_s is not a number" },
		{ OF_VERSION_1("\"interval_s\":-1"), "interval_s is not a number" },
		{ OF_VERSION_1("\"interval_s\":60.1"), "interval_s is not a number" },
		{ OF_VERSION_1("\"percent_of\":\"vm\""), "percent_of is not cpu or host" },
		{ OF_VERSION_1("\"percent_of\":1"), "percent_of is not cpu or host" },
		{ OF_VERSION_1("\"theme\":\"Dark\""), "theme is not dark, light or mono" },
		{ OF_VERSION_1("\"theme\":[\"dark\"]"), "theme is not dark, light or mono" },
		{ OF_VERSION_1("\"mouse\":1"), "mouse is not true or false" },
		{ OF_VERSION_1("\"follow\":\"true\""), "follow is not true or false" },
		{ OF_VERSION_1("\"cpus\":null"), "cpus is not true or false" },
		{ OF_VERSION_1("\"shut_off\":2"), "shut_off is not true or false" },
		{ OF_VERSION_1("\"hidden\":[]"), "hidden is not an object" },
		{ OF_VERSION_1("\"hidden\":{\"vms\":\"pid\"}"), "hidden.vms is not a list" },
		{ OF_VERSION_1("\"hidden\":{\"threads\":{}}"), "hidden.threads is not a list" },
		{ OF_VERSION_1("\"hidden\":{\"exits\":[\"min_us\",4]}"),
			"hidden.exits is not a list" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct settings before = changed(), first = settings_default();
		struct settings set = before;
		char why[STATE_WHY_MAX] = "", *text;

		assert_false(settings_json_read(&set, cases[i].text, why, sizeof why));
		assert_has(why, cases[i].why);
		assert_same(&set, &before);

		make_file(cases[i].text);
		assert_false(settings_file_load(&set, FOLDER, why, sizeof why));
		assert_same(&set, &first);
		assert_int_equal(strncmp(why, SETTINGS_FILE_NAME ": ", 15), 0);
		assert_has(why, cases[i].why);
		assert_has(why, ": correct or remove it in " FOLDER);
		assert_false(settings_file_save(&before, FOLDER, why, sizeof why));
		assert_has(why, cases[i].why);
		text = file_text(FILE_PATH);
		assert_string_equal(text, cases[i].text);
		free(text);
	}
}

/* Wherever it is cut or changed, it is refused as a whole, or has only values that can be. */
static void damaged_texts(void **state)
{
	const struct settings whole = changed();
	char *text = settings_json_write(&whole, NULL), why[128];
	const size_t length = strlen(text);

	(void)state;
	for (size_t i = 0; i < length; i++) {
		static const char wrong[] = { '\0', '\033', '9', '"', '}' };
		const char was = text[i];

		for (size_t k = 0; k < sizeof wrong; k++) {
			struct settings set = settings_default();
			bool ok;

			text[i] = wrong[k];
			ok = settings_json_read(&set, text, why, sizeof why);
			assert_false(ok && !wrong[k]);
			assert_in_range(set.theme, 0, THEME__COUNT - 1);
			assert_true(set.interval_s >= SETTINGS_INTERVAL_MIN_S &&
				    set.interval_s <= SETTINGS_INTERVAL_MAX_S);
			for (int t = 0; t < SETTINGS_TABLE__COUNT; t++) {
				assert_false(set.hidden[t] & 1);
				assert_int_equal(set.hidden[t] >> settings_tables[t].count, 0);
			}
		}
		text[i] = was;
	}
	free(text);
}

static void assert_refused(const char *part)
{
	const struct settings set = changed(), first = settings_default();
	struct settings read = set;
	char why[STATE_WHY_MAX] = "";

	assert_false(settings_file_load(&read, FOLDER, why, sizeof why));
	assert_same(&read, &first);
	assert_has(why, part);
	why[0] = '\0';
	assert_false(settings_file_save(&set, FOLDER, why, sizeof why));
	assert_has(why, part);
}

static void wrong_files(void **state)
{
	enum { TOO_LARGE = 70000 };
	char *large = calloc(TOO_LARGE + 1, 1);
	struct stat status;
	FILE *f;

	(void)state;
	make_file("");
	remove(FILE_PATH);
	assert_int_equal(mkdir(FILE_PATH, 0700), 0);
	assert_refused("it is not a file");
	remove(FILE_PATH);
	assert_int_equal(mkfifo(FILE_PATH, 0600), 0);
	assert_refused("it is not a file");
	remove(FILE_PATH);
	write_file("elsewhere", "{\"version\":1}");
	assert_int_equal(symlink("../../elsewhere", FILE_PATH), 0);
	assert_refused("it is a symbolic link");
	assert_int_equal(lstat(FILE_PATH, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	remove(FILE_PATH);

	memset(large, ' ', TOO_LARGE);
	memcpy(large, "{\"version\":1}", 13);
	make_file(large);
	assert_refused("it is larger than 64 KiB");
	free(large);
	f = fopen(FILE_PATH, "w");
	fwrite("{\"version\":1}\0", 1, 14, f);
	fclose(f);
	assert_refused("it holds a NUL");

	make_file("{\"version\":1}");
	chmod(FILE_PATH, 0662);
	assert_refused("others may write in it");
	chmod(FILE_PATH, 0620);
	assert_refused("others may write in it");
	chmod(FILE_PATH, 0600);
	chmod(FOLDER, 0777);
	assert_refused("XDG_CONFIG_HOME");
	chmod(FOLDER, 0700);
	remove(FILE_PATH);
	rmdir(FOLDER);
	write_file(FOLDER, "");
	assert_refused("XDG_CONFIG_HOME");
	remove(FOLDER);
	assert_int_equal(symlink("/tmp", FOLDER), 0);
	assert_refused("XDG_CONFIG_HOME");
}

/* As another user: 0 when each of these is refused. */
static int refusals_of_a_user(uid_t user)
{
	const struct settings set = changed();
	struct settings read;
	char why[STATE_WHY_MAX];

	if (seteuid(user))
		return 1;
	if (settings_file_load(&read, FOLDER, why, sizeof why) || !strstr(why, "Permission denied"))
		return 2;
	if (settings_file_save(&set, FOLDER, why, sizeof why) || !strstr(why, "Permission denied"))
		return 3;
	if (settings_file_load(&read, "theirs", why, sizeof why) ||
		!strstr(why, "others may write"))
		return 4;
	if (settings_file_load(&read, "mixed", why, sizeof why) ||
		!strstr(why, "others may write in it"))
		return 5;
	if (settings_file_save(&set, "theirs/kvmtop", why, sizeof why) ||
		!strstr(why, "Permission denied"))
		return 6;
	return 0;
}

/* A file that this user may not read, a folder and a file of another's: root may do all that, so another one
 * tries. */
static void files_of_others(void **state)
{
	enum { NOBODY = 65534 };
	int status;
	pid_t child;

	(void)state;
	if (geteuid() != 0)
		skip();
	make_file("{\"version\":1}");
	assert_int_equal(chmod(FILE_PATH, 0), 0);
	assert_int_equal(mkdir("theirs", 0755), 0);
	assert_int_equal(mkdir("mixed", 0755), 0);
	write_file("mixed/" SETTINGS_FILE_NAME, "{\"version\":1}");
	assert_int_equal(chown(FILE_PATH, NOBODY, 0), 0);
	assert_int_equal(chown(FOLDER, NOBODY, 0), 0);
	assert_int_equal(chown("mixed", NOBODY, 0), 0);
	assert_int_equal(chmod("config", 0755), 0);
	assert_int_equal(chmod(".", 0755), 0);
	child = fork();
	assert_true(child >= 0);
	if (!child)
		_exit(refusals_of_a_user(NOBODY));
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

/* A disk that takes no more: what was there stays, and nothing half is left beside it. */
static void full_disk(void **state)
{
	const struct settings set = changed();
	struct rlimit old;
	struct settings read;
	char why[STATE_WHY_MAX];
	bool saved;

	(void)state;
	make_file("{\"version\":1,\"theme\":\"mono\"}");
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ 20, old.rlim_max }), 0);
	saved = settings_file_save(&set, FOLDER, why, sizeof why);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_false(saved);
	assert_has(why, "cannot be written (File too large)");
	assert_true(settings_file_load(&read, FOLDER, why, sizeof why));
	assert_int_equal(read.theme, THEME_MONO);
	remove(FILE_PATH);
	assert_int_equal(rmdir(FOLDER), 0);
}

static void folder_is_where_the_user_has_it(void **state)
{
	char path[STATE_PATH_MAX], why[STATE_WHY_MAX];

	(void)state;
	setenv("HOME", "/home/ann", 1);
	setenv("XDG_STATE_HOME", "/var/state", 1);
	setenv("XDG_CONFIG_HOME", "/var/ann", 1);
	assert_int_equal(state_config_folder(path, why, sizeof why), 0);
	assert_string_equal(path, "/var/ann/kvmtop");
	setenv("XDG_CONFIG_HOME", "relative", 1);
	assert_int_equal(state_config_folder(path, why, sizeof why), 0);
	assert_string_equal(path, "/home/ann/.config/kvmtop");
	unsetenv("XDG_CONFIG_HOME");
	assert_int_equal(state_config_folder(path, why, sizeof why), 0);
	assert_string_equal(path, "/home/ann/.config/kvmtop");
}

#define WITH_SCRATCH(test) cmocka_unit_test_setup_teardown(test, enter_scratch, leave_scratch)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_SCRATCH(they_come_back),
		cmocka_unit_test(people_can_read_it),
		cmocka_unit_test(what_is_missing_is_as_at_first),
		WITH_SCRATCH(what_is_unknown_stays),
		WITH_SCRATCH(wrong_texts),
		cmocka_unit_test(damaged_texts),
		WITH_SCRATCH(wrong_files),
		WITH_SCRATCH(files_of_others),
		WITH_SCRATCH(full_disk),
		cmocka_unit_test(folder_is_where_the_user_has_it),
	};

	umask(022);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
