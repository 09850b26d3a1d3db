/* libvirt's library: loaded at the first call, and what happens where it cannot be. This program must not be linked with it:
 * its own process never loads it, children do. */
#include <dlfcn.h>
#include <errno.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libvirt_fixture.h"
#include "source/libvirt/libvirt_functions.h"
#include "source/libvirt/libvirt_lib.h"
#include "source/libvirt/libvirt_missing.h"

/* Runs check in a child: it returns NULL, or what is wrong. */
static void in_child(const char *(*check)(void))
{
	int status, pipes[2];
	char wrong[256] = "";
	pid_t pid;

	assert_int_equal(pipe(pipes), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		const char *text = check();

		if (text && write(pipes[1], text, strlen(text)) < 0)
			_exit(2);
		_exit(text != NULL);
	}
	close(pipes[1]);
	assert_true(read(pipes[0], wrong, sizeof wrong - 1) >= 0);
	close(pipes[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (status)
		fail_msg("status 0x%x: %s", (unsigned)status, wrong);
}

/* No library can be opened by a process that may have no files. */
static void take_files_away(struct rlimit *old)
{
	getrlimit(RLIMIT_NOFILE, old);
	setrlimit(RLIMIT_NOFILE, &(struct rlimit){ 0, old->rlim_max });
}

static bool has_not(void *context, const char *name)
{
	const char *const *missing = context;

	for (; *missing; missing++)
		if (!strcmp(*missing, name))
			return false;
	return true;
}

static struct libvirt_lib judge(const char *first, const char *second)
{
	const char *missing[] = { first, second, NULL };
	struct libvirt_lib lib = { 0 };

	libvirt_lib_judge(&lib, has_not, missing);
	return lib;
}

static void older_libraries_are_judged(void **state)
{
	struct libvirt_lib lib;

	(void)state;
	lib = judge(NULL, NULL);
	assert_int_equal(lib.state, LIBVIRT_LIB_LOADED);
	assert_int_equal(lib.needs_version, 0);
	lib = judge("virGetLastErrorCode", NULL);
	assert_int_equal(lib.state, LIBVIRT_LIB_LOADED);
	assert_int_equal(lib.needs_version, 4005000);
	lib = judge("virDomainDefineXMLFlags", "virConnectGetAllDomainStats");
	assert_int_equal(lib.state, LIBVIRT_LIB_LOADED);
	assert_int_equal(lib.needs_version, 1002012);
	assert_string_equal(lib.why, "");
	lib = judge("virConnectRegisterCloseCallback", "virGetLastErrorCode");
	assert_int_equal(lib.state, LIBVIRT_LIB_UNUSABLE);
	assert_string_equal(
		lib.why, "it lacks virConnectRegisterCloseCallback, so it is older than 1.0");
}

static void versions_are_written_short(void **state)
{
	char text[24];

	(void)state;
	assert_string_equal(libvirt_lib_version_text(text, LIBVIRT_VERSION(4, 5, 0)), "4.5");
	assert_string_equal(libvirt_lib_version_text(text, LIBVIRT_VERSION(1, 2, 12)), "1.2.12");
}

/* Every function fails in its own way, and the last error says why. */
static const char *call_without_library(void)
{
	struct rlimit old;
	virError *error;
	int value = 0;

	take_files_away(&old);
	if (virInitialize() != -1)
		return "virInitialize does not fail";
	setrlimit(RLIMIT_NOFILE, &old); /* it is never tried again */
	if (libvirt_lib()->state != LIBVIRT_LIB_UNUSABLE)
		return "it is not unusable";
	if (!strstr(libvirt_lib()->why, "libvirt.so.0: "))
		return libvirt_lib()->why;
	virSetErrorFunc(NULL, NULL);
	if (virConnectOpen("test:///default") || virConnectOpenReadOnly(NULL))
		return "there is a connection";
	error = virGetLastError();
	if (!error || error->code != VIR_ERR_NO_SUPPORT ||
		strcmp(error->message, libvirt_lib()->why) != 0)
		return "the last error is another one";
	if (virGetLastErrorCode() != VIR_ERR_NO_SUPPORT)
		return "the last error's code is another one";
	virFreeError(virSaveLastError());
	if (virDomainGetID(NULL) != (unsigned)-1 || virDomainGetName(NULL) ||
		virConnectClose(NULL) != -1)
		return "a call does not fail";
	if (virTypedParamsGetInt(NULL, 0, "none", &value) != -1 || virEventRunDefaultImpl() != -1)
		return "a call does not fail";
	return NULL;
}

static void calls_fail_without_the_library(void **state)
{
	(void)state;
	in_child(call_without_library);
}

static const char *open_without_library(void)
{
	static char why[200];
	struct rlimit old;
	struct source *source;
	struct sample *s = NULL;

	take_files_away(&old);
	libvirt_lib();
	setrlimit(RLIMIT_NOFILE, &old);
	source = libvirt_open(NULL, "/nonexistent/libvirt/qemu");
	for (int i = 0; i < 1000 && !(s && s->sources[SOURCE_LIBVIRT].why[0]); i++) {
		if (s)
			sample_free(s);
		poll(NULL, 0, 10);
		s = collect(source, NULL, 0, 0);
	}
	snprintf(why, sizeof why, "%s", s->sources[SOURCE_LIBVIRT].why);
	if (s->sources[SOURCE_LIBVIRT].ok || s->sources[SOURCE_LIBVIRT].harmless || s->domains)
		return "it is not off";
	sample_free(s);
	source_close(source);
	return strstr(why, "libvirt's library cannot be used (libvirt.so.0: ") &&
			       strstr(why, "`apt install --reinstall libvirt0`")
		       ? NULL
		       : why;
}

static void the_source_is_off_with_one_sentence(void **state)
{
	(void)state;
	in_child(open_without_library);
}

/* What is said in each case, with the fix where there is something to fix. */
static void each_case_has_its_own_sentence(void **state)
{
	const struct fixture *f = *state;
	const struct libvirt_news news = { .trouble = LIBVIRT_MISSING };
	char *here = in_dir(f, "", "qemu");
	struct sample *s = sample_new();
	const struct sample_source *said = &s->sources[SOURCE_LIBVIRT];

	libvirt_missing_report(s, &news, "/nonexistent/libvirt/qemu");
	assert_string_equal(said->why, "libvirt is not installed here; VMs are found in /proc");
	assert_true(said->harmless && !said->ok);
	libvirt_missing_report(s, &news, here);
	assert_non_null(strstr(said->why, "libvirt runs here"));
	assert_non_null(strstr(said->why, "`apt install libvirt0`"));
	assert_false(said->harmless || said->ok);
	libvirt_missing_report(s, &news, NULL);
	assert_non_null(strstr(said->why, "-c needs it: `apt install libvirt0`"));
	assert_false(said->harmless || said->ok);
	libvirt_missing_report_old(s, LIBVIRT_VERSION(4, 5, 0));
	assert_non_null(strstr(said->why, "update libvirt to 4.5 or newer"));
	assert_false(said->harmless || said->ok);
	sample_free(s);
	free(here);
}

#ifdef __GLIBC__ /* others cannot look a version up */
static const char *read_symbols(void)
{
	void *handle = dlopen("libvirt.so.0", RTLD_NOW | RTLD_LOCAL);
	static char wrong[200];
	char version[48];

	if (!handle)
		return dlerror();
#define FUNCTION(since, type, otherwise, name, parameters, arguments)               \
	snprintf(version, sizeof version, "LIBVIRT_%lu.%lu.%lu", (since) / 1000000, \
		(since) / 1000 % 1000, (since) % 1000);                             \
	if (!dlvsym(handle, #name, version)) {                                      \
		snprintf(wrong, sizeof wrong, "%s is not of %s", #name, version);   \
		return wrong;                                                       \
	}
	LIBVIRT_FUNCTIONS(FUNCTION)
#undef FUNCTION
	return NULL;
}

/* libvirt's symbols bear the version that had them first. */
static void versions_are_libvirts_own(void **state)
{
	(void)state;
	in_child(read_symbols);
}
#endif

static const char *open_with_library(void)
{
	virConnectPtr c;
	char *name;

	if (virInitialize() || libvirt_lib()->state != LIBVIRT_LIB_LOADED)
		return libvirt_lib()->why;
	if (libvirt_lib()->needs_version)
		return "this libvirt lacks a function";
	c = virConnectOpenReadOnly("test:///default");
	name = c ? virConnectGetURI(c) : NULL;
	if (!name || strcmp(name, "test:///default") != 0)
		return "it does not connect";
	free(name);
	virConnectClose(c);
	return NULL;
}

static void it_is_loaded_at_the_first_call(void **state)
{
	(void)state;
	assert_null(dlopen("libvirt.so.0", RTLD_NOW | RTLD_NOLOAD));
	in_child(open_with_library);
}

static void a_library_is_absent_or_broken(void **state)
{
	const struct fixture *f = *state;
	char why[LIBRARY_WHY_MAX], *path = in_dir(f, "", "libempty.so");
	void *handle;
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	fclose(file);
	assert_int_equal(library_open(&handle, "libkvmtop-none.so.0", why), -ENOENT);
	assert_null(handle);
	assert_non_null(strstr(why, "libkvmtop-none.so.0: "));
	assert_int_equal(library_open(&handle, path, why), -ELIBACC);
	assert_non_null(strstr(why, "libempty.so: file too short"));
	assert_int_equal(library_open(&handle, "libm.so.6", why), 0);
	assert_non_null(handle);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(older_libraries_are_judged),
		cmocka_unit_test(versions_are_written_short),
		cmocka_unit_test(calls_fail_without_the_library),
		cmocka_unit_test(the_source_is_off_with_one_sentence),
		cmocka_unit_test_setup_teardown(each_case_has_its_own_sentence, setup, teardown),
#ifdef __GLIBC__
		cmocka_unit_test(versions_are_libvirts_own),
#endif
		cmocka_unit_test(it_is_loaded_at_the_first_call),
		cmocka_unit_test_setup_teardown(a_library_is_absent_or_broken, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
