/* libdw: loaded when the first file is opened, and what is shown where it is not there. Run with the argument "absent" where it
 * is not installed (tests/e2e/test_libraries.sh), this program tests that instead. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "scratch.h"
#include "source/perf/symbol_modules.h"

/* What this function is called, in this process. */
static enum symbol_library look_up(struct symbol_name *name, char why[static LIBRARY_WHY_MAX])
{
	struct symbol_modules *m = symbol_modules_new(getpid(), "/proc");
	struct proc_maps maps = { 0 };
	const uint64_t address = (uint64_t)(uintptr_t)look_up;
	enum symbol_library library;

	assert_int_equal(proc_maps_read(&maps, "/proc", getpid()), 0);
	symbol_modules_find(m, proc_maps_find(&maps, address), address, name);
	/* Once more: what cannot be loaded is not tried again. */
	symbol_modules_find(m, proc_maps_find(&maps, address), address + 1, name);
	library = symbol_modules_library(m, why);
	proc_maps_fini(&maps);
	symbol_modules_free(m);
	return library;
}

static void is_loaded_when_needed(void **state)
{
	struct symbol_modules *m = symbol_modules_new(getpid(), "/proc");
	char why[LIBRARY_WHY_MAX];
	struct symbol_name name;

	(void)state;
	if (!symbol_modules_built_in()) {
		assert_int_equal(symbol_modules_library(m, why), SYMBOL_LIBRARY_BUILT_OUT);
		symbol_modules_free(m);
		return;
	}
	assert_int_equal(symbol_modules_library(m, why), SYMBOL_LIBRARY_UNKNOWN);
	symbol_modules_free(m);
	assert_int_equal(look_up(&name, why), SYMBOL_LIBRARY_LOADED);
	assert_string_equal(name.name, "look_up");
	assert_string_equal(why, "");
}

static void expect_offsets(enum symbol_library wanted, const char *words)
{
	char why[LIBRARY_WHY_MAX];
	struct symbol_name name;

	assert_int_equal(look_up(&name, why), wanted);
	assert_true(name.nameless);
	assert_string_equal(name.module, "test_symbol_library");
	assert_memory_equal(name.name, "test_symbol_library+0x", 22);
	if (!strstr(why, words))
		fail_msg("\"%s\" does not say \"%s\"", why, words);
}

static void is_absent(void **state)
{
	(void)state;
	expect_offsets(SYMBOL_LIBRARY_ABSENT, "libdw.so.1: ");
}

static void is_broken(void **state)
{
	(void)state;
	expect_offsets(SYMBOL_LIBRARY_UNUSABLE, "libdw.so.1: file too short");
}

/* The dynamic linker reads the variable at a program's start. */
static void runs_with_a_broken_one(void **state)
{
	const struct scratch *s = *state;
	int status;
	pid_t pid;

	if (!symbol_modules_built_in())
		skip();
	write_file("libdw.so.1", "");
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		setenv("LD_LIBRARY_PATH", s->folder, 1);
		execl("/proc/self/exe", "test_symbol_library", "broken", NULL);
		_exit(127);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(is_loaded_when_needed),
		cmocka_unit_test_setup_teardown(
			runs_with_a_broken_one, enter_scratch, leave_scratch),
	};
	const struct CMUnitTest absent[] = { cmocka_unit_test(is_absent) };
	const struct CMUnitTest broken[] = { cmocka_unit_test(is_broken) };

	if (argc > 1 && !strcmp(argv[1], "absent"))
		return cmocka_run_group_tests(absent, NULL, NULL);
	if (argc > 1 && !strcmp(argv[1], "broken")) {
		freopen("/dev/null", "w", stdout); /* one program, one result in TAP */
		return cmocka_run_group_tests(broken, NULL, NULL);
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
