#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "advice/remedies.h"
#include "core/mem.h"
#include "domain/domain_xml.h"
#include "domain/redact.h"
#include "read_fixture.h"
#include "record/emit.h"

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("there is no \"%s\" in:\n%s", part, text);
}

static void assert_has_not(const char *text, const char *part)
{
	const char *found = strstr(text, part);

	if (found)
		fail_msg("there is \"%.60s\" in:\n%s", found, text);
}

/* Of passwords, keys, cookies, metadata, paths, addresses and comments, nothing. */
static void keeps_no_secret(void **state)
{
	char *xml = read_fixture("tapes", "secrets.xml");
	char *reduced = redact_xml(xml, NULL);

	(void)state;
	assert_has(xml, "SECRET-vnc");
	assert_has_not(reduced, "SECRET");
	assert_has_not(reduced, "SE:CR:ET");
	assert_has_not(reduced, "disk");
	assert_has_not(reduced, "graphics");
	assert_has_not(reduced, "metadata");
	free(reduced);
	free(xml);
}

/* A whole line with that domain in it, twice over: its live and its inactive definition. */
static void writes_no_secret(void **state)
{
	char *xml = read_fixture("tapes", "secrets.xml");
	struct domain domain = { .name = mem_strdup("win10"), .uuid = "5f0bd5ad" };
	struct strbuf out = { 0 };
	struct record_emit e = { .out = &out };

	(void)state;
	domain.live_xml = mem_strdup(xml);
	domain.inactive_xml = xml;
	domain_xml_read(&domain.live, domain.live_xml);
	domain_xml_read(&domain.inactive, domain.inactive_xml);
	record_emit_struct(&e, &record_domain, &domain);
	assert_has(strbuf_text(&out), "win10");
	assert_has(strbuf_text(&out), "Haswell-noTSX");
	assert_has_not(strbuf_text(&out), "SECRET");
	strbuf_fini(&out);
	free(domain.name);
	free(domain.live_xml);
	free(domain.inactive_xml);
	domain_config_fini(&domain.live);
	domain_config_fini(&domain.inactive);
}

static void keeps_what_rules_and_remedies_read(void **state)
{
	static const char *const kept[] = { "<domain", "type='kvm'", "<name>win10</name>",
		"<uuid>5f0bd5ad-04b2-4d2c-a1f6-6a2f2b1c1f0e</uuid>", "<vcpu placement='static'>2",
		"<os firmware='efi'>", "machine='pc-q35-7.2'>hvm</type>",
		"<spinlocks state='on' retries='8191'/>", "<clock offset='localtime'>",
		"<timer name='rtc' tickpolicy='catchup'>", "slew='120'",
		"<model fallback='allow'>Haswell-noTSX</model>",
		"<feature policy='require' name='invtsc'/>",
		"<page size='2' unit='M' nodeset='0'/>", "<poll max='0'/>",
		"<on_crash>destroy</on_crash>",
		"<controller type='usb' index='0' model='piix3-uhci'", "slot='0x01'",
		"<input type='tablet' bus='usb'>", "<qemu:arg value='-cpu'/>",
		"<qemu:arg value='host,hv_stimer=on'/>",
		"<emulator>/usr/bin/qemu-system-x86_64</emulator>" };
	char *xml = read_fixture("tapes", "secrets.xml");
	char *reduced = redact_xml(xml, NULL);

	(void)state;
	for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
		assert_has(reduced, kept[i]);
	free(reduced);
	free(xml);
}

/* Member by member: between them is memory that nobody sets. */
static void assert_same_timer(const struct domain_timer *a, const struct domain_timer *b)
{
	assert_string_equal(a->name, b->name);
	assert_int_equal(a->present, b->present);
	assert_string_equal(a->tickpolicy, b->tickpolicy);
	assert_string_equal(a->track, b->track);
	assert_string_equal(a->mode, b->mode);
	assert_int_equal(a->frequency_hz, b->frequency_hz);
	assert_int_equal(a->catchup_threshold, b->catchup_threshold);
	assert_int_equal(a->catchup_slew, b->catchup_slew);
	assert_int_equal(a->catchup_limit, b->catchup_limit);
}

/* What libvirt said before and after means the same to the parser, but for what the reduced one leaves out:
 * that is recorded field by field. */
static void assert_same_clock(const char *xml, const char *reduced)
{
	struct domain_config a, b;

	domain_xml_read(&a, xml);
	domain_xml_read(&b, reduced);
	assert_true(a.parsed && b.parsed);
	/* Where there are none that overrule the XML. */
	if (a.machine.overrides) {
		domain_config_fini(&a);
		domain_config_fini(&b);
		return;
	}
	assert_int_equal(a.clock.timer_count, b.clock.timer_count);
	for (size_t i = 0; i < a.clock.timer_count; i++)
		assert_same_timer(&a.clock.timers[i], &b.clock.timers[i]);
	assert_int_equal(a.hyperv.count, b.hyperv.count);
	assert_memory_equal(
		a.hyperv.items, b.hyperv.items, a.hyperv.count * sizeof *a.hyperv.items);
	assert_string_equal(a.machine.cpu_model, b.machine.cpu_model);
	assert_int_equal(a.machine.usb_count, b.machine.usb_count);
	domain_config_fini(&a);
	domain_config_fini(&b);
}

static int compare_lines(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The signed lines of a diff, in one form of quotes, without their indentation and in alphabetical order: with
 * fewer lines between them, the same changes can come in another order. */
static char *changes_of(const char *diff)
{
	struct strbuf all = { 0 };
	char *lines[200];
	size_t count = 0;

	while (*diff) {
		const size_t length = strcspn(diff, "\n");
		const bool is_change = (*diff == '+' || *diff == '-') && diff[1] != *diff;
		struct strbuf line = { 0 };

		for (size_t i = 0; is_change && i < length; i++)
			if (i == 0 || diff[i] != ' ' || (diff[i - 1] != ' ' && diff[i + 1] != '/'))
				strbuf_add_bytes(&line, diff[i] == '\'' ? "\"" : diff + i, 1);
		if (is_change) {
			assert_true(count < sizeof lines / sizeof *lines);
			lines[count++] = strbuf_take(&line);
		}
		diff += length + (diff[length] == '\n');
	}
	qsort(lines, count, sizeof *lines, compare_lines);
	for (size_t i = 0; i < count; i++) {
		strbuf_addf(&all, "%s\n", lines[i]);
		free(lines[i]);
	}
	return strbuf_take(&all);
}

/* Each remedy changes the same lines of the reduced XML as of the whole one. */
static void remedies_change_the_same(const char *folder, const char *name)
{
	char *xml = read_fixture(folder, name);
	char *reduced = redact_xml(xml, NULL);
	struct domain whole = { .name = mem_strdup("a"), .persistent = true, .inactive_xml = xml };
	struct domain part = {
		.name = mem_strdup("a"), .persistent = true, .inactive_xml = reduced
	};

	assert_same_clock(xml, reduced);
	domain_xml_read(&whole.inactive, xml);
	domain_xml_read(&part.inactive, xml);
	for (int i = REMEDY_NONE + 1; i < REMEDY__COUNT; i++) {
		struct remedy_plan a, b;
		char *x, *y;

		remedy_plan_init(&a, (enum remedy_id)i, &whole);
		remedy_plan_init(&b, (enum remedy_id)i, &part);
		x = changes_of(a.xml_diff);
		y = changes_of(b.xml_diff);
		if (strcmp(x, y) != 0)
			fail_msg("%s, %s:\n%s\nis with the reduced XML:\n%s", name, a.remedy->id, x,
				y);
		assert_string_equal(a.why, b.why);
		assert_string_equal(a.caveat, b.caveat);
		free(x);
		free(y);
		remedy_plan_fini(&a);
		remedy_plan_fini(&b);
	}
	domain_config_fini(&whole.inactive);
	domain_config_fini(&part.inactive);
	free(whole.name);
	free(part.name);
	free(reduced);
	free(xml);
}

static void leaves_the_remedies_as_they_are(void **state)
{
	(void)state;
	remedies_change_the_same("remedies", "win10.xml");
	remedies_change_the_same("remedies", "everything.xml");
	remedies_change_the_same("remedies", "hyperv-empty.xml");
	remedies_change_the_same("remedies", "hpet-yes.xml");
	remedies_change_the_same("remedies", "done.xml");
	remedies_change_the_same("remedies", "minimal.xml");
	remedies_change_the_same("domains", "windows10.xml");
	remedies_change_the_same("domains", "win11.xml");
	remedies_change_the_same("domains", "nova.xml");
}

static void replaces_names(void **state)
{
	char *xml = read_fixture("tapes", "secrets.xml");
	struct record_alias alias = { 0 };
	const struct redact_alias names = record_alias_redact(&alias);
	char out[RECORD_ALIAS_MAX];
	char *reduced;

	(void)state;
	record_alias_text(&alias, RECORD_ALIAS_NAME, "another", out);
	reduced = redact_xml(xml, &names);
	assert_has(reduced, "<name>vm2</name>");
	assert_has(reduced, "<uuid>00000000-0000-4000-8000-000000000001</uuid>");
	assert_has_not(reduced, "win10");
	assert_has_not(reduced, "5f0bd5ad");
	free(reduced);
	free(xml);
	record_alias_fini(&alias);
}

static void is_empty_for_what_is_no_domain(void **state)
{
	static const char *const none[] = { "", "<", "<domain", "<network><name>a</name></network>",
		"no XML" };

	(void)state;
	for (size_t i = 0; i < sizeof none / sizeof *none; i++) {
		char *reduced = redact_xml(none[i], NULL);

		assert_string_equal(reduced, "");
		free(reduced);
	}
}

/* Another's file must not get in by way of an entity. */
static void opens_no_entity(void **state)
{
	char *reduced = redact_xml(
		"<!DOCTYPE domain [<!ENTITY s SYSTEM \"file:///etc/hostname\"><!ENTITY t "
		"\"SECRET\">]>"
		"<domain type='kvm'><name>a&s;&t;</name><clock offset='utc'/></domain>",
		NULL);

	(void)state;
	assert_has(reduced, "<clock offset='utc'/>");
	assert_has(reduced, "<name>a</name>");
	free(reduced);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keeps_no_secret),
		cmocka_unit_test(writes_no_secret),
		cmocka_unit_test(keeps_what_rules_and_remedies_read),
		cmocka_unit_test(leaves_the_remedies_as_they_are),
		cmocka_unit_test(replaces_names),
		cmocka_unit_test(is_empty_for_what_is_no_domain),
		cmocka_unit_test(opens_no_entity),
	};

	return cmocka_run_group_tests_name("redact", tests, NULL, NULL);
}
