/* advice/remedies: each remedy on domain XML of many kinds, against the diffs beside them in
 * fixtures/remedies, and its command, run with a virsh that is not libvirt's. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "advice/remedies.h"
#include "core/mem.h"
#include "core/text.h"
#include "scratch.h"

#define UUID "7e3b1f0c-52a4-4c1d-9a55-0d6c4be01c3a"

static char *read_path(const char *path)
{
	FILE *f = fopen(path, "r");
	struct strbuf b = { 0 };
	char piece[4096];
	size_t n;

	if (!f)
		fail_msg("%s cannot be read", path);
	while ((n = fread(piece, 1, sizeof piece, f)) > 0)
		strbuf_add_bytes(&b, piece, n);
	fclose(f);
	return strbuf_take(&b);
}

static char *read_fixture(const char *name, const char *suffix)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char path[4096];

	snprintf(path, sizeof path, "%s/fixtures/remedies/%s%s", tests ? tests : "tests", name,
		suffix);
	return read_path(path);
}

/* The caller releases it with domain_fini(). */
static struct domain make_domain(const char *name, const char *live_xml, const char *inactive_xml)
{
	struct domain domain = { .uuid = UUID, .persistent = inactive_xml };

	domain.name = mem_strdup(name);
	domain.live_xml = mem_strdup(live_xml);
	domain.inactive_xml = mem_strdup(inactive_xml);
	return domain;
}

static void domain_fini(struct domain *domain)
{
	free(domain->name);
	free(domain->live_xml);
	free(domain->inactive_xml);
}

static void check_rows(void **state)
{
	(void)state;
	for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
		const struct remedy *r = &remedies[id];

		assert_true(r->id && *r->id);
		assert_true(r->title && *r->title);
		assert_true(r->qemu_arguments && *r->qemu_arguments);
		assert_true(r->expect && *r->expect);
		assert_true(r->cost && *r->cost);
		assert_true(r->when_not && *r->when_not);
		assert_true(r->source && *r->source);
		/* It is part of file names and of shell commands. */
		assert_int_equal(strspn(r->id, "abcdefghijklmnopqrstuvwxyz-"), strlen(r->id));
		for (int other = REMEDY_NONE + 1; other < id; other++)
			assert_string_not_equal(r->id, remedies[other].id);
	}
}

static void check_diffs(void **state)
{
	static const char *const names[] = { "win10", "minimal", "hyperv-empty", "no-features",
		"no-clock", "hpet-absent", "hpet-yes", "done", "one-line", "tabs", "flat" };

	(void)state;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT && remedies[id].edit; id++) {
			char *xml = read_fixture(names[i], ".xml"), *expected, suffix[64];
			struct domain domain = make_domain(names[i], NULL, xml);
			struct remedy_plan plan;

			snprintf(suffix, sizeof suffix, ".%s.diff", remedies[id].id);
			expected = read_fixture(names[i], suffix);
			remedy_plan_init(&plan, (enum remedy_id)id, &domain);
			assert_non_null(plan.xml_after);
			assert_string_equal(plan.xml_diff, expected);
			assert_int_equal(!*expected, !strcmp(xml, plan.xml_after));
			assert_int_equal(!*expected, *plan.why != 0);
			assert_int_equal(!*expected, !plan.command);
			assert_false(plan.pending);
			remedy_plan_fini(&plan);
			domain_fini(&domain);
			free(expected);
			free(xml);
		}
	}
}

static void check_pending(void **state)
{
	static const struct {
		bool live_has, definition_has, pending;
		const char *why;
	} cases[] = {
		{ false, false, false, "" }, { false, true, true, "change pending" },
		{ true, true, false, "has this already" },
		{ true, false, false, "" }, /* taken back, but not started again */
	};
	char *without = read_fixture("win10", ".xml");
	struct domain domain = make_domain("win10", without, without);
	struct remedy_plan with, plan;

	(void)state;
	remedy_plan_init(&with, REMEDY_HYPERV_TIMERS, &domain);
	domain_fini(&domain);
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		domain = make_domain("win10", cases[i].live_has ? with.xml_after : without,
			cases[i].definition_has ? with.xml_after : without);
		remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
		assert_int_equal(plan.pending, cases[i].pending);
		assert_int_equal(!*plan.xml_diff, cases[i].definition_has);
		assert_int_equal(!plan.command, cases[i].definition_has);
		assert_non_null(strstr(plan.why, cases[i].why));
		remedy_plan_fini(&plan);

		/* The other remedy has nothing to do with it. */
		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_false(plan.pending);
		assert_true(*plan.xml_diff);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}

	/* Live XML that is broken says nothing. */
	domain = make_domain("win10", "<domain", with.xml_after);
	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	assert_false(plan.pending);
	assert_non_null(strstr(plan.why, "has this already"));
	remedy_plan_fini(&plan);
	domain_fini(&domain);
	remedy_plan_fini(&with);
	free(without);
}

static void check_no_plan(void **state)
{
	struct domain broken = make_domain("a", NULL, "<domain><a>");
	struct domain transient = make_domain("a", NULL, NULL);
	struct domain unread = transient;
	const struct {
		const struct domain *domain;
		const char *why;
	} cases[] = {
		{ NULL, "libvirt does not know" },
		{ &broken, "does not parse" },
		{ &transient, "transient" },
		{ &unread, "could not be read" },
	};

	(void)state;
	unread.persistent = true;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct remedy_plan plan;

		remedy_plan_init(&plan, REMEDY_HPET_ON, cases[i].domain);
		assert_ptr_equal(plan.remedy, &remedies[REMEDY_HPET_ON]);
		assert_null(plan.xml_after);
		assert_string_equal(plan.xml_diff, "");
		assert_null(plan.command);
		assert_false(plan.pending);
		if (!strstr(plan.why, cases[i].why))
			fail_msg("\"%s\" is not in \"%s\"", cases[i].why, plan.why);
		remedy_plan_fini(&plan);
	}
	domain_fini(&broken);
	domain_fini(&transient);
}

/* Names that a shell, virsh or a terminal would take for something else are not in the command. */
static void check_names(void **state)
{
	static const char *const plain[] = { "win10", "Web-1.example_com", "a" };
	static const char *const hostile[] = { "", "7", "-c", "--help", "a b", "a;reboot",
		"$(reboot)", "`reboot`", "a'b", "a\"b", "a\nb", "a\033[2J", "../a", "/etc/passwd",
		".a", "web-\346\227\245", "a*", "~root", "#",
		"bbbbbbbb-52a4-4c1d-9a55-0d6c4be01c3a", "bbbbbbbb52a44c1d9a550d6c4be01c3a" };
	char *xml = read_fixture("win10", ".xml");
	struct remedy_plan plan;

	(void)state;
	for (size_t i = 0; i < sizeof plain / sizeof *plain; i++) {
		struct domain domain = make_domain(plain[i], NULL, xml);

		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_non_null(strstr(plan.command, plain[i]));
		assert_null(strstr(plan.command, UUID));
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct domain domain = make_domain(hostile[i], NULL, xml);

		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_non_null(strstr(plan.command, "virsh define " UUID ".after-hpet-on.xml\n"));
		if (strlen(hostile[i]) > 2)
			assert_null(strstr(plan.command, hostile[i]));
		remedy_plan_fini(&plan);

		domain.uuid[0] = '\0';
		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_null(plan.command);
		assert_true(*plan.xml_diff);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
	free(xml);
}

/* XML cannot hold most control characters; those that it can are not pasted into a terminal. */
static void check_control_characters(void **state)
{
	static const char *const xml[] = {
		"<domain>\n<t>a\rEOF\rreboot\r</t>\n<clock offset='utc'/>\n</domain>\n",
		"<domain>\n<t>a\302\2332J</t>\n<clock offset='utc'/>\n</domain>\n",
		"<domain>\n<t>a\x7f</t>\n<clock offset='utc'/>\n</domain>\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof xml / sizeof *xml; i++) {
		struct domain domain = make_domain("a", NULL, xml[i]);
		struct remedy_plan plan;

		remedy_plan_init(&plan, REMEDY_HPET_ON, &domain);
		assert_true(*plan.xml_diff);
		assert_null(plan.command);
		remedy_plan_fini(&plan);
		domain_fini(&domain);
	}
}

/* Runs the command where "virsh dumpxml" prints the file definition and "virsh define" writes it. */
static int run_command(const char *command)
{
	write_file("command", command);
	return system("PATH=$PWD:$PATH sh ./command >/dev/null 2>&1");
}

static void check_command(void **state)
{
	static const char virsh[] = "#!/bin/sh\n"
				    "case \"$*\" in\n"
				    "'dumpxml --inactive --security-info a') cat definition ;;\n"
				    "'define a.'*.xml) cat \"$2\" > definition ;;\n"
				    "*) exit 1 ;;\n"
				    "esac\n";
	/* The text tries to end the here-document, and to be run in it. */
	static const char xml[] = "<domain>\n<t>\nEOF\ntouch broken-out\n$(touch broken-out)`touch "
				  "broken-out`</t>\n<features/>\n<clock "
				  "offset='utc'/>\n</domain>\n";
	char *definition;
	struct domain domain;
	struct remedy_plan plan;

	(void)state;
	if (system("command -v patch >/dev/null") != 0)
		skip();
	domain = make_domain("a", NULL, xml);
	write_file("virsh", virsh);
	assert_int_equal(system("chmod +x virsh"), 0);

	remedy_plan_init(&plan, REMEDY_HYPERV_TIMERS, &domain);
	write_file("original", xml);
	write_file("definition", xml);
	assert_int_equal(run_command(plan.command), 0);
	definition = read_path("definition");
	assert_string_equal(definition, plan.xml_after);
	free(definition);
	assert_int_not_equal(access("broken-out", F_OK), 0);

	/* A second time the copy of the old definition must survive. */
	assert_int_not_equal(run_command(plan.command), 0);
	definition = read_path("a.before-hyperv-timers.xml");
	assert_string_equal(definition, xml);
	free(definition);

	/* A definition that is another one by now, be it by one line near the change, is left alone. */
	assert_int_equal(system("rm a.*.xml"), 0);
	assert_int_equal(system("sed s/EOF/eof/ original > definition"), 0);
	assert_int_not_equal(run_command(plan.command), 0);
	assert_int_equal(system("sed s/EOF/eof/ original | cmp - definition"), 0);
	remedy_plan_fini(&plan);
	domain_fini(&domain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_rows),
		cmocka_unit_test(check_diffs),
		cmocka_unit_test(check_pending),
		cmocka_unit_test(check_no_plan),
		cmocka_unit_test(check_names),
		cmocka_unit_test(check_control_characters),
		cmocka_unit_test_setup_teardown(check_command, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
