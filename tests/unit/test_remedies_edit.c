/* advice/remedies_*: the edit of each remedy on domain XML of many kinds: against the diffs beside them in
 * fixtures/remedies (KVMTOP_GOLDEN=update writes them anew), made twice, and before libvirt's schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "core/clock.h"
#include "patience.h"
#include "remedy_fixture.h"
#include "scratch.h"

#define SCHEMAS "/usr/share/libvirt/schemas"

static const char *const fixtures[] = { "win10", "minimal", "hyperv-empty", "no-features",
	"no-clock", "hpet-absent", "hpet-yes", "done", "one-line", "tabs", "flat", "everything",
	"odd" };

enum { FIXTURE_COUNT = sizeof fixtures / sizeof *fixtures };

static bool is_edit(int id)
{
	return remedy_find((enum remedy_id)id)->edit;
}

/* Those of before are looked at in all their forms; in everything and odd all others are, too. */
static bool has_diff(const char *fixture, int id)
{
	return id == REMEDY_HYPERV_TIMERS || id == REMEDY_HPET_ON ||
	       (is_edit(id) && (!strcmp(fixture, "everything") || !strcmp(fixture, "odd")));
}

static void compare(const char *fixture, const char *id, const char *diff)
{
	const char *update = getenv("KVMTOP_GOLDEN");
	char suffix[64], path[4096], *expected;

	snprintf(suffix, sizeof suffix, "%s.diff", id);
	fixture_path(path, sizeof path, fixture, suffix);
	if (update && !strcmp(update, "update")) {
		FILE *out = fopen(path, "w");

		assert_non_null(out);
		fputs(diff, out);
		assert_int_equal(fclose(out), 0);
	}
	expected = read_path(path);
	if (strcmp(diff, expected) != 0)
		fail_msg("%s is not the diff:\n%s", path, diff);
	free(expected);
}

static void check_diffs(void **state)
{
	(void)state;
	for (int i = 0; i < FIXTURE_COUNT; i++) {
		for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
			char *xml = read_fixture(fixtures[i], "xml");
			struct domain domain = make_domain(fixtures[i], NULL, xml);
			struct remedy_plan plan;

			remedy_plan_init(&plan, (enum remedy_id)id, &domain);
			if (has_diff(fixtures[i], id)) {
				compare(fixtures[i], plan.remedy->id, plan.xml_diff);
				assert_int_equal(!*plan.xml_diff, *plan.why != 0);
				assert_false(plan.pending);
			}
			remedy_plan_fini(&plan);
			domain_fini(&domain);
			free(xml);
		}
	}
}

/* What was changed has nothing left to change. */
static void check_twice(void **state)
{
	(void)state;
	for (int i = 0; i < FIXTURE_COUNT; i++) {
		char *xml = read_fixture(fixtures[i], "xml");

		for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
			char why[200] = "", *once, *again;

			once = remedy_apply((enum remedy_id)id, NULL, xml, why, sizeof why);
			if (!once) {
				assert_true(*why);
				continue;
			}
			again = remedy_apply((enum remedy_id)id, NULL, once, why, sizeof why);
			assert_non_null(again);
			assert_string_equal(again, once);
			free(again);
			free(once);
		}
		free(xml);
	}
}

/* One remedy after the other, all that can be: they do not get into each other's way. */
static void check_all_together(void **state)
{
	(void)state;
	for (int i = 0; i < FIXTURE_COUNT; i++) {
		char *xml = read_fixture(fixtures[i], "xml");

		for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
			char why[200], *after;

			after = remedy_apply((enum remedy_id)id, NULL, xml, why, sizeof why);
			if (!after)
				continue;
			free(xml);
			xml = after;
		}
		assert_non_null(strstr(xml, "<nosharepages/>"));
		free(xml);
	}
}

/* Only what stands in the diff changes: the rest of the text is there byte by byte, in its order. */
static void check_rest(void **state)
{
	static const char *const kept[] = { "<!-- <features><hyperv/></features> -->\r\n",
		"<metadata><x:features xmlns:x=\"urn:x\"><x:hyperv/></x:features><clock "
		"xmlns=\"urn:y\" offset=\"none\"/></metadata>\r\n",
		"    <memory>65536</memory>   <title>B\303\274ro &amp; &#x263a; "
		"&lt;kvm&gt;</title>\r\n",
		"<!-- hide --> <acpi />\r\n", "<clock offset=\"localtime\"/>\r\n",
		"<!-- goes with it -->" };
	char *xml = read_fixture("odd", "xml");

	(void)state;
	for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
		char why[200], *after;

		after = remedy_apply((enum remedy_id)id, NULL, xml, why, sizeof why);
		for (size_t k = 0; after && k < sizeof kept / sizeof *kept; k++)
			if (!strstr(after, kept[k]))
				fail_msg("%s is gone from %s", kept[k], after);
		/* Lines end as they did. */
		for (const char *at = after; at && (at = strchr(at, '\n')); at++)
			assert_true(at > after && at[-1] == '\r');
		free(after);
	}
	free(xml);
}

/* What libvirt does not list is left out, and the edit of what takes all is not spoilt. */
static void check_caps(void **state)
{
	struct domain_caps caps = make_caps("vpindex synic stimer vapic frequencies", 9000000);
	const char passthrough[] =
		"<domain><features><hyperv mode='passthrough'/></features></domain>";
	char *xml = read_fixture("minimal", "xml"), why[200], *after;

	(void)state;
	after = remedy_apply(REMEDY_HYPERV_FULL, &caps, xml, why, sizeof why);
	assert_non_null(strstr(after, "<frequencies state='on'/>"));
	assert_null(strstr(after, "tlbflush"));
	assert_null(strstr(after, "spinlocks"));
	free(after);
	after = remedy_apply(REMEDY_HYPERV_FULL, &caps, passthrough, why, sizeof why);
	assert_non_null(strstr(after, "<hyperv mode='passthrough'/>"));
	assert_non_null(strstr(after, "name='hypervclock' present='yes'"));
	free(after);

	strcpy(caps.cpu_vendor, "AMD");
	after = remedy_apply(REMEDY_HYPERV_AVIC, &caps, xml, why, sizeof why);
	assert_non_null(strstr(after, "name='pit' tickpolicy='discard'"));
	free(after);
	strcpy(caps.cpu_vendor, "Intel");
	after = remedy_apply(REMEDY_HYPERV_AVIC, &caps, xml, why, sizeof why);
	assert_null(strstr(after, "'pit'"));
	free(after);
	free(xml);

	xml = read_fixture("win10", "xml");
	after = remedy_apply(REMEDY_NESTED_OFF, &caps, xml, why, sizeof why);
	assert_non_null(strstr(after, "<feature name='vmx' policy='disable'/>"));
	assert_null(strstr(after, "svm"));
	free(after);
	strcpy(caps.hyperv[caps.hyperv_count++], "emsr_bitmap");
	after = remedy_apply(REMEDY_HYPERV_EVMCS, &caps, xml, why, sizeof why);
	assert_non_null(strstr(after, "<emsr_bitmap state='on'/>"));
	free(after);
	free(xml);
}

/* Edits that cannot be made say why, in one sentence. */
static void check_refused(void **state)
{
	char *xml = read_fixture("minimal", "xml"), why[200];

	(void)state;
	assert_null(remedy_apply(REMEDY_INVTSC, NULL, xml, why, sizeof why));
	assert_non_null(strstr(why, "names no CPU"));
	assert_null(remedy_apply(REMEDY_NESTED_OFF, NULL, xml, why, sizeof why));
	assert_non_null(strstr(why, "names no CPU"));
	assert_null(remedy_apply(REMEDY_HALT_POLL, NULL, xml, why, sizeof why));
	assert_non_null(strstr(why, "no change of the VM's XML"));
	assert_null(remedy_apply(REMEDY_PMU_OFF, NULL, "<domain>", why, sizeof why));
	assert_non_null(strstr(why, "does not parse"));
	free(xml);
}

/* 1 MiB of devices before what is changed. */
static void check_big(void **state)
{
	const uint64_t start_ns = patience_cpu_ns();
	struct strbuf xml = { 0 };

	(void)state;
	strbuf_add(&xml, "<domain>\n  <devices>\n");
	for (int i = 0; xml.length < 1 << 20; i++)
		strbuf_addf(&xml, "    <controller type='usb' index='%d' model='ehci'/>\n", i);
	strbuf_add(&xml, "  </devices>\n</domain>\n");
	for (int id = REMEDY_NONE + 1; id < REMEDY__COUNT; id++) {
		char why[200];

		free(remedy_apply((enum remedy_id)id, NULL, xml.data, why, sizeof why));
	}
	assert_true(patience_cpu_ns() - start_ns < 30 * NS_PER_S);
	strbuf_fini(&xml);
}

/* Is the file a domain to the schema? */
static bool is_valid(const char *path)
{
	char command[4200];

	snprintf(command, sizeof command,
		"xmllint --noout --relaxng " SCHEMAS "/domain.rng %s >/dev/null 2>&1", path);
	return system(command) == 0;
}

/* The schema of an older libvirt has not every element. */
static bool is_known(int id)
{
	static const struct {
		enum remedy_id id;
		const char *element;
	} young[] = { { REMEDY_IOTHREAD_POLL_OFF, "poll" }, { REMEDY_HYPERV_AVIC, "avic" } };

	for (size_t i = 0; i < sizeof young / sizeof *young; i++) {
		char command[200];

		snprintf(command, sizeof command,
			"grep -q 'element name=\"%s\"' " SCHEMAS "/domaincommon.rng",
			young[i].element);
		if (young[i].id == (enum remedy_id)id && system(command) != 0)
			return false;
	}
	return true;
}

static void check_schema(void **state)
{
	char here[64], *xml, *after, why[200];

	(void)state;
	if (access(SCHEMAS "/domain.rng", R_OK) || system("command -v xmllint >/dev/null"))
		skip();
	snprintf(here, sizeof here, "/tmp/kvmtop-schema-%d.xml", (int)getpid());
	for (int i = 0; i < FIXTURE_COUNT; i++) {
		xml = read_fixture(fixtures[i], "xml");
		write_file(here, xml);
		for (int id = REMEDY_NONE + 1; is_valid(here) && id < REMEDY__COUNT; id++) {
			after = remedy_apply((enum remedy_id)id, NULL, xml, why, sizeof why);
			if (after && is_known(id)) {
				write_file(here, after);
				if (!is_valid(here))
					fail_msg("%s of %s is no domain: %s",
						remedy_find((enum remedy_id)id)->id, fixtures[i],
						after);
			}
			free(after);
		}
		free(xml);
	}
	unlink(here);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_diffs),
		cmocka_unit_test(check_twice),
		cmocka_unit_test(check_all_together),
		cmocka_unit_test(check_rest),
		cmocka_unit_test(check_caps),
		cmocka_unit_test(check_refused),
		cmocka_unit_test(check_big),
		cmocka_unit_test(check_schema),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
