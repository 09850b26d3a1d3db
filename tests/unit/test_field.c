/* tests/field: kvmtop's findings in each field case are those in its file `expected`, except for the cases in KNOWN.
 * Malformed cases are refused with file and line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "../field/judge.h"
#include "core/mem.h"
#include "scratch.h"

enum { CASES_MAX = 500 };

/* The caller frees it. */
static char *case_path(const char *name)
{
	const char *tests = getenv("KVMTOP_TESTS");
	struct strbuf path = { 0 };

	strbuf_addf(&path, "%s/field/%s", tests ? tests : "tests", name);
	return strbuf_take(&path);
}

/* -- the cases ------------------------------------------------------------------------------------- */

/* Does KNOWN list the case? Its lines are "NAME reason". */
static bool is_known(const char *name)
{
	char *path = case_path("KNOWN"), line[500];
	FILE *file = fopen(path, "re");
	const size_t length = strlen(name);
	bool found = false;

	free(path);
	while (file && fgets(line, sizeof line, file))
		found |= !strncmp(line, name, length) && line[length] == ' ';
	if (file)
		fclose(file);
	return found;
}

/* Everything that is wrong, a line each; "" if nothing is. malformed: the case cannot be judged at all. */
static char *judge_case(const char *path, bool *malformed)
{
	struct strbuf why = { 0 }, differences = { 0 };
	struct field_verdict verdict = { 0 };
	struct field_case field_case;

	*malformed = !field_case_read(&field_case, path, &why) ||
		     !field_case_read_expected(&field_case, &why, &differences) ||
		     !field_judge(&verdict, &field_case, &why);
	if (differences.length)
		strbuf_add(&differences, "\n");
	if (!*malformed)
		field_case_compare(&verdict, &field_case, &differences);
	field_verdict_fini(&verdict);
	field_case_fini(&field_case);
	if (*malformed) {
		strbuf_fini(&differences);
		return strbuf_take(&why);
	}
	strbuf_fini(&why);
	return strbuf_take(&differences);
}

static void check_source(const char *path)
{
	struct field_case field_case = { .folder = path };
	const char *source = field_case_file(&field_case, "source", NULL);

	if (!source || !*source)
		fail_msg("%s/source: missing or empty", path);
	arena_fini(&field_case.arena);
}

static void check_case(void **state)
{
	const char *name = *state;
	char *path = case_path(name), *wrong;
	bool malformed;

	check_source(path);
	wrong = judge_case(path, &malformed);
	if (malformed)
		fail_msg("%s", wrong);
	if (is_known(name) && !*wrong)
		fail_msg("%s passes: remove it from KNOWN", path);
	if (!is_known(name) && *wrong)
		fail_msg("%s", wrong);
	free(wrong);
	free(path);
}

/* What KNOWN lists is there, and has a reason. */
static void check_known(void **state)
{
	char *path = case_path("KNOWN"), line[500];
	FILE *file = fopen(path, "re");

	(void)state;
	while (file && fgets(line, sizeof line, file)) {
		const size_t length = strcspn(line, " \n");
		struct stat st;
		char *folder;

		if (!line[length] || !line[length + 1])
			fail_msg("%s: no reason: %s", path, line);
		line[length] = '\0';
		folder = case_path(line);
		if (stat(folder, &st) != 0)
			fail_msg("%s: there is no case %s", path, line);
		free(folder);
	}
	if (file)
		fclose(file);
	free(path);
}

/* -- malformed cases ------------------------------------------------------------------------------- */

static const char good_xml[] = "<domain type='kvm'><name>a</name><vcpu>1</vcpu></domain>";
static const char arm_xml[] = "<domain type='kvm'><name>a</name><vcpu>1</vcpu><os>"
			      "<type arch='aarch64' machine='virt'>hvm</type></os></domain>";

/* A case of one configuration; NULL: the file is missing. */
static void check_refused(
	const char *xml, const char *figures, const char *expected, const char *why)
{
	char *wrong;
	bool malformed;

	assert_int_equal(mkdir("case", 0700), 0);
	if (xml)
		write_file("case/domain.xml", xml);
	if (figures)
		write_file("case/figures", figures);
	if (expected)
		write_file("case/expected", expected);
	wrong = judge_case("case", &malformed);
	assert_int_equal(system("rm -r case"), 0);
	if (strncmp(wrong, why, strlen(why)) != 0 || (!*why && *wrong))
		fail_msg("%s, not %s", wrong, why);
	free(wrong);
}

static void check_malformed(void **state)
{
	(void)state;
	check_refused(good_xml, "vcpus 1 # assumed\n\n# remark\n", "none\n", "");
	check_refused(good_xml, NULL, "none\n", "case/figures: missing");
	check_refused(good_xml, "vcpus 1\n", NULL, "case/expected: missing");
	check_refused(NULL, "vcpus 1\n", "none\n", "case/domain.xml: missing");
	check_refused("<domain>", "vcpus 1\n", "none\n", "case/domain.xml: does not parse");
	check_refused(good_xml, "vcpus 1\nrtcs 5\n", "none\n", "case/figures:2: unknown key rtcs");
	check_refused(good_xml, "vcpus 1\nrtc 5x\n", "none\n", "case/figures:2: not a number: rtc");
	check_refused(good_xml, "vcpus 1\nrtc\n", "none\n", "case/figures:2: not a number: rtc");
	check_refused(good_xml, "vcpus 1\nrtc -1\n", "none\n", "case/figures:2: not a number: rtc");
	check_refused(
		good_xml, "rtc 5 5\n", "none\n", "case/figures:1: more than one value of rtc");
	check_refused(good_xml, "rtc 5\nrtc 5\n", "none\n", "case/figures:2: duplicate key rtc");
	check_refused(good_xml, "exits 5\n", "none\n", "case/figures: vcpus is missing");
	check_refused(good_xml, "vcpus 1\nvendor via\n", "none\n", "case/figures: vendor");
	check_refused(good_xml, "vcpus 1\nthreads x\n", "none\n", "case/figures:2: threads");
	check_refused(good_xml, "vcpus 1\nio 5\nrtc 5\n", "none\n", "case/figures: io is less");
	check_refused(
		good_xml, "vcpus 1\nio 5\nexits 4\n", "none\n", "case/figures: exits is less");
	check_refused(good_xml, "vcpus 1\ntraced 0\npm 4\n", "none\n", "case/figures: pm is not");
	check_refused(arm_xml, "vcpus 1\n", "none\n", "case/figures: only the exits of x86");
	check_refused(arm_xml, "vcpus 1\ntraced 0\n", "none\n", "");
	check_refused(good_xml, "vcpus 1\nvcpu_cpu 4\nvcpu_guest 5\n", "none\n",
		"case/figures: vcpu_cpu is less");
	check_refused(
		good_xml, "vcpus 1\nvcpu_cpu 104\n", "none\n", "case/figures: vcpu_cpu is more");
}

static void check_malformed_expected(void **state)
{
	(void)state;
	check_refused(good_xml, "vcpus 1\n", "\n", "case/expected: either");
	check_refused(good_xml, "vcpus 1\n", "none\nR05 info high -\n", "case/expected: either");
	check_refused(good_xml, "vcpus 1\n", "R05 info\n", "case/expected:1: a finding is");
	check_refused(
		good_xml, "vcpus 1\n", "R05 bad high -\n", "case/expected:1: unknown severity bad");
	check_refused(good_xml, "vcpus 1\n", "R05 info sure -\n",
		"case/expected:1: unknown confidence sure");
	check_refused(
		good_xml, "vcpus 1\n", "R05 info high - -\n", "case/expected:1: too many words: -");
	check_refused(good_xml, "vcpus 1\n", "# remark\nR99 info high -\n",
		"case/expected:2: unknown rule R99");
	check_refused(good_xml, "vcpus 1\n", "R05 info high hpet-off,hpet-of\n",
		"case/expected:1: unknown remedy hpet-of");
	check_refused(good_xml, "vcpus 1\n", "log 1 vm clock\n",
		"case/expected:1: kernel.log has no record 1");
	check_refused(good_xml, "vcpus 1\n", "R05 info high -\n",
		"case/expected:1: not found: R05 info high -");
	check_refused(good_xml, "vcpus 1\nclocksource hpet\n", "none\n",
		"case/expected: not expected: R25");
}

/* -- the program ----------------------------------------------------------------------------------- */

static size_t find_cases(struct CMUnitTest *tests)
{
	struct dirent **entries = NULL;
	char *folder = case_path("");
	const int count = scandir(folder, &entries, NULL, alphasort);
	size_t found = 0;

	free(folder);
	for (int i = 0; i < count; i++) {
		char *path = case_path(entries[i]->d_name);
		struct stat st;

		if (entries[i]->d_name[0] != '.' && stat(path, &st) == 0 && S_ISDIR(st.st_mode) &&
			found < CASES_MAX) {
			char *name = mem_strdup(entries[i]->d_name);

			tests[found++] = (struct CMUnitTest){ name, check_case, NULL, NULL, name };
		}
		free(path);
		free(entries[i]);
	}
	free(entries);
	return found;
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(check_known),
		cmocka_unit_test_setup_teardown(check_malformed, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			check_malformed_expected, enter_scratch, leave_scratch),
	};
	struct CMUnitTest *tests = mem_calloc(CASES_MAX, sizeof *tests);
	const size_t count = find_cases(tests);
	int failed = _cmocka_run_group_tests("field", tests, count, NULL, NULL);

	failed += cmocka_run_group_tests(others, NULL, NULL);
	for (size_t i = 0; i < count; i++)
		free(tests[i].initial_state);
	free(tests);
	return failed;
}
