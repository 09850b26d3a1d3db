/* The settings from the file to the screen and back: what is written when, and what the user is told. */
#include <fcntl.h>
#include <locale.h>
#include <pty.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "app/preferences.h"
#include "app/settings_file.h"
#include "scratch.h"

#define FILE_PATH "config/kvmtop/" SETTINGS_FILE_NAME

struct fixture {
	struct scratch *scratch;
	int master;
	FILE *in, *out;
	struct term *term;
	struct ui ui;
	struct model model;
	struct findings findings;
	struct preferences p;
	char config[64];
};

/* Nobody has an entry there, so that a user without HOME has no home at all. */
struct passwd *getpwuid(uid_t user)
{
	(void)user;
	return NULL;
}

static int set_up(void **state)
{
	struct fixture *f = calloc(1, sizeof *f);
	struct winsize size = { 24, 80, 0, 0 };
	void *scratch = NULL;
	char why[200];
	int slave;

	if (!f || enter_scratch(&scratch))
		return -1;
	f->scratch = scratch;
	snprintf(f->config, sizeof f->config, "%s/config", f->scratch->folder);
	setenv("XDG_CONFIG_HOME", f->config, 1);
	setenv("HOME", f->scratch->folder, 1);
	setlocale(LC_ALL, "C.UTF-8");
	if (openpty(&f->master, &slave, NULL, NULL, &size))
		return -1;
	fcntl(f->master, F_SETFL, O_NONBLOCK);
	f->out = fdopen(slave, "w");
	f->in = fdopen(dup(slave), "r");
	f->term = term_open("xterm", f->out, f->in, why, sizeof why);
	*state = f;
	return f->term ? 0 : -1;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	void *scratch = f->scratch;
	int status;

	/* The terminal is hung up first: closing it must not wait for what nobody reads. */
	close(f->master);
	term_close(f->term);
	fclose(f->in);
	fclose(f->out);
	ui_fini(&f->ui);
	status = leave_scratch(&scratch);
	free(f);
	return status;
}

static void start(struct fixture *f)
{
	ui_fini(&f->ui);
	ui_init(&f->ui);
	preferences_load(&f->p, &f->ui, f->term);
}

static void act(struct fixture *f, enum action action)
{
	ui_act(&f->ui, action, &f->model, &f->findings);
	preferences_step(&f->p, &f->ui, f->term);
}

static bool save(struct fixture *f)
{
	char why[STATE_WHY_MAX] = "";
	const bool ok = preferences_save(&f->p, &f->ui, why, sizeof why);

	assert_int_equal(ok, why[0] == '\0');
	return ok;
}

static bool is_there(void)
{
	return access(FILE_PATH, F_OK) == 0;
}

static struct settings on_disk(void)
{
	struct settings set;
	char why[STATE_WHY_MAX];

	assert_true(settings_file_load(&set, "config/kvmtop", why, sizeof why));
	return set;
}

static void make_file(const char *text)
{
	mkdir("config", 0700);
	mkdir("config/kvmtop", 0700);
	write_file(FILE_PATH, text);
}

static void only_what_was_changed_is_written(void **state)
{
	struct fixture *f = *state;

	start(f);
	assert_string_equal(preferences_trouble(&f->p), "");
	act(f, ACTION_HELP);
	act(f, ACTION_CLOSE);
	act(f, ACTION_SETUP); /* opened, looked at and closed */
	act(f, ACTION_DOWN);
	act(f, ACTION_CLOSE);
	assert_true(save(f));
	assert_int_not_equal(access("config", F_OK), 0);

	act(f, ACTION_CPUS);
	act(f, ACTION_CPUS); /* there and back */
	assert_true(save(f));
	assert_false(is_there());

	act(f, ACTION_OF_HOST);
	assert_false(is_there()); /* at the end */
	assert_true(save(f));
	assert_true(on_disk().of_host);

	start(f);
	assert_true(f->ui.settings.of_host);
	remove(FILE_PATH); /* nothing changed: it is not made again */
	assert_true(save(f));
	assert_false(is_there());
}

static void written_when_the_setup_closes(void **state)
{
	struct fixture *f = *state;

	start(f);
	act(f, ACTION_SETUP);
	act(f, ACTION_NEXT);
	assert_false(is_there());
	act(f, ACTION_CLOSE);
	assert_true(on_disk().interval_s == 2);
	assert_false(f->ui.settings_changed);
	assert_string_equal(f->ui.message, "");
	act(f, ACTION_SETUP);
	act(f, ACTION_NEXT);
	act(f, ACTION_HELP); /* another window is shown instead */
	assert_true(on_disk().interval_s == 5);
}

/* What --delay says is for this start; what was kept stays kept. */
static void interval_of_this_start(void **state)
{
	struct fixture *f = *state;

	make_file("{\"version\":1,\"interval_s\":5}");
	start(f);
	assert_true(f->ui.settings.interval_s == 5);
	preferences_give_interval(&f->p, &f->ui, 3600);
	assert_true(f->ui.settings.interval_s == 3600);
	act(f, ACTION_CPUS);
	act(f, ACTION_SLOWER); /* there is none */
	assert_true(save(f));
	assert_true(on_disk().interval_s == 5);
	assert_true(on_disk().cpus);
	act(f, ACTION_FASTER);
	assert_true(save(f));
	assert_true(on_disk().interval_s == 60);

	start(f);
	preferences_give_interval(&f->p, &f->ui, 2);
	act(f, ACTION_FASTER);
	act(f, ACTION_SLOWER); /* chosen by the user, and so kept, though it is the given one */
	assert_true(save(f));
	assert_true(on_disk().interval_s == 2);
}

/* --all is of this start, until the user has something to do with it. */
static void given_list_is_not_kept(void **state)
{
	struct fixture *f = *state;

	make_file("{\"version\":1}");
	start(f);
	preferences_give_off(&f->p, &f->ui);
	assert_true(f->ui.settings.off);
	act(f, ACTION_CPUS);
	assert_true(save(f));
	assert_false(on_disk().off);
	act(f, ACTION_OFF);
	assert_false(f->ui.settings.off);
	act(f, ACTION_OFF);
	assert_true(save(f));
	assert_true(on_disk().off);
}

static void broken_file_is_left_alone(void **state)
{
	static const char text[] = "{\"version\":1,\"theme\":\"li";
	struct fixture *f = *state;
	struct stat before, after;

	make_file(text);
	assert_int_equal(stat(FILE_PATH, &before), 0);
	start(f);
	assert_non_null(strstr(preferences_trouble(&f->p), "line 1 is not JSON"));
	assert_true(f->ui.settings.interval_s == settings_default().interval_s);
	act(f, ACTION_SETUP);
	assert_string_equal(f->ui.message, "");
	act(f, ACTION_NEXT);
	assert_int_equal(f->ui.settings.interval_s, 2); /* for now it is so all the same */
	assert_non_null(strstr(f->ui.message, "Not kept: settings.json: line 1 is not JSON"));
	act(f, ACTION_NEXT);
	assert_string_equal(f->ui.message, ""); /* said once */

	/* Put right in the meantime: it is the user's, not what this start has made of it. */
	write_file(FILE_PATH, "{\"version\":1,\"theme\":\"mono\"}");
	act(f, ACTION_CLOSE);
	/* Once more at the end: keys may come so fast that what was said before was never painted. */
	assert_non_null(strstr(f->ui.message, "Not kept: settings.json: line 1 is not JSON"));
	assert_true(save(f));
	assert_int_equal(on_disk().theme, THEME_MONO);
	assert_true(on_disk().interval_s == 1);
	assert_int_equal(stat(FILE_PATH, &after), 0);
	assert_int_equal(before.st_ino, after.st_ino);
}

/* It became another's while kvmtop ran. */
static void broken_later(void **state)
{
	struct fixture *f = *state;

	start(f);
	make_file("{\"version\":2}");
	act(f, ACTION_SETUP);
	act(f, ACTION_NEXT);
	act(f, ACTION_CLOSE);
	assert_non_null(strstr(f->ui.message, "Not kept: settings.json: version 2 is a newer"));
	assert_false(save(f));
	remove(FILE_PATH);
	assert_true(save(f)); /* tried again at the end */
	assert_true(on_disk().interval_s == 2);
}

static void without_a_home(void **state)
{
	struct fixture *f = *state;

	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	start(f);
	assert_string_equal(preferences_trouble(&f->p), "");
	act(f, ACTION_HELP);
	assert_string_equal(f->ui.message, "");
	act(f, ACTION_CPUS);
	assert_string_equal(
		f->ui.message, "Not kept: there is no home folder: set XDG_CONFIG_HOME");
	act(f, ACTION_CPUS);
	assert_string_equal(f->ui.message, "");
	assert_true(save(f));
}

/* The folder's name, which may be anything, does not act on the terminal. */
static void strange_folder(void **state)
{
	struct fixture *f = *state;
	char path[96];

	snprintf(path, sizeof path, "%s/\033[31m", f->scratch->folder);
	assert_int_equal(mkdir(path, 0700), 0);
	setenv("XDG_CONFIG_HOME", path, 1);
	snprintf(path, sizeof path, "%s/\033[31m/kvmtop", f->scratch->folder);
	assert_int_equal(mkdir(path, 0777), 0);
	assert_int_equal(chmod(path, 0777), 0);
	start(f);
	assert_non_null(strstr(preferences_trouble(&f->p), "others may write"));
	assert_null(strchr(preferences_trouble(&f->p), '\033'));
}

#define WITH_TERMINAL(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_TERMINAL(only_what_was_changed_is_written),
		WITH_TERMINAL(written_when_the_setup_closes),
		WITH_TERMINAL(interval_of_this_start),
		WITH_TERMINAL(given_list_is_not_kept),
		WITH_TERMINAL(broken_file_is_left_alone),
		WITH_TERMINAL(broken_later),
		WITH_TERMINAL(without_a_home),
		WITH_TERMINAL(strange_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
