/* --advise: which VM is meant, the exit status, and the two forms of the report. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "advice/verdict.h"
#include "app/advise.h"
#include "report/advice_text.h"
#include "report/json.h"

#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"

enum { VMS = 3 };

struct world {
	struct vm all[VMS], *vms[VMS];
	struct rule rule, other_rule;
	struct finding finding;
	struct findings findings;
	struct model model;
};

static void set_up(struct world *w)
{
	static const char *const names[VMS] = { "win10", "web1", "21715" };

	*w = (struct world){ .rule = { .id = "R01", .title = "The guest uses the RTC" },
		.other_rule = { .id = "R02", .title = "The guest reads the PM timer" } };
	for (size_t i = 0; i < VMS; i++) {
		w->all[i].id = (struct vm_id){ 21715 + (pid_t)i, 1 };
		strcpy(w->all[i].name, names[i]);
		w->all[i].exits_per_s = w->all[i].counters.exits_per_s = NAN;
		w->all[i].cpu.cpu_pct = 10;
		w->vms[i] = &w->all[i];
	}
	strcpy(w->all[1].uuid, UUID);
	w->model.vms = w->vms;
	w->model.vm_count = VMS;
	w->model.interval_s = 5;
	w->model.sources[SOURCE_PROC].ok = true;
	w->finding = (struct finding){
		.rule = &w->rule,
		.vm = w->all[0].id,
		.severity = SEVERITY_CRITICAL,
		.summary = "RTC polling\033[31m 17.9k/s",
		.diagnosis = "It polls\033 the RTC.",
		.confidence = CONFIDENCE_HIGH,
		.evidence = { "17,903 accesses/s\a", "3,000 reads/s" },
		.evidence_count = 2,
		.folded = { { &w->other_rule, CONFIDENCE_MEDIUM, 1 } },
		.folded_count = 1,
		.caveat = "A program that polls.",
		.remedies = { REMEDY_HPET_ON, REMEDY_HYPERV_TIMERS },
		.remedy_count = 2,
	};
	w->findings.items = &w->finding;
}

static void the_vm_that_is_meant(void **state)
{
	struct world w;
	char why[256];

	(void)state;
	set_up(&w);
	assert_ptr_equal(advise_find(&w.model, "win10", why, sizeof why), &w.all[0]);
	assert_ptr_equal(advise_find(&w.model, UUID, why, sizeof why), &w.all[1]);
	assert_ptr_equal(
		advise_find(&w.model, "0F6B7A1E-52A4-4D0C-9A5B-1C1F4F0F2A10", why, sizeof why),
		&w.all[1]);
	assert_ptr_equal(advise_find(&w.model, "21716", why, sizeof why), &w.all[1]);
	/* A name comes before a process id. */
	assert_ptr_equal(advise_find(&w.model, "21715", why, sizeof why), &w.all[2]);
	assert_null(advise_find(&w.model, "win\033", why, sizeof why));
	assert_non_null(strstr(why, "no VM here is called win?"));
	assert_null(advise_find(&w.model, "", why, sizeof why));
	assert_null(advise_find(&w.model, "0", why, sizeof why));
	strcpy(w.all[1].name, "win10");
	/* The one that runs is meant, and the one that has ended while there is no other. */
	w.all[0].ended = true;
	assert_ptr_equal(advise_find(&w.model, "win10", why, sizeof why), &w.all[1]);
	w.all[1].ended = true;
	w.model.vm_count = 1;
	assert_ptr_equal(advise_find(&w.model, "win10", why, sizeof why), &w.all[0]);
	w.model.vm_count = VMS;
	w.all[0].ended = w.all[1].ended = false;
	assert_null(advise_find(&w.model, "win10", why, sizeof why));
	assert_non_null(strstr(why, "more than one VM"));
}

static int status_of(struct world *w, const struct vm *only, const char *words)
{
	char why[512];
	const int status = advise_status(&w->model, &w->findings, only, why, sizeof why);

	assert_int_equal(status == ADVISE_TROUBLE, why[0] != '\0');
	if (words && !strstr(why, words))
		fail_msg("\"%s\" does not name \"%s\"", why, words);
	return status;
}

static void the_status(void **state)
{
	struct world w;

	(void)state;
	set_up(&w);
	strcpy(w.model.sources[SOURCE_TRACING].why, "tracefs is not readable");
	assert_int_equal(status_of(&w, NULL, "tracefs is not readable"), ADVISE_TROUBLE);
	w.all[1].counters.exits_per_s = 100;
	assert_int_equal(status_of(&w, NULL, NULL), ADVISE_NOTHING);
	assert_int_equal(status_of(&w, &w.all[1], NULL), ADVISE_NOTHING);
	assert_int_equal(status_of(&w, &w.all[0], "tracefs"), ADVISE_TROUBLE);
	w.all[0].recent.seconds = 5;
	assert_int_equal(status_of(&w, &w.all[0], NULL), ADVISE_NOTHING);
	w.all[0].ended = true; /* no rule was asked */
	assert_int_equal(status_of(&w, &w.all[0], "has ended"), ADVISE_TROUBLE);
	w.all[0].ended = false;
	w.findings.count = 1;
	assert_int_equal(status_of(&w, NULL, NULL), ADVISE_FINDINGS);
	assert_int_equal(status_of(&w, &w.all[0], NULL), ADVISE_FINDINGS);
	assert_int_equal(status_of(&w, &w.all[1], NULL), ADVISE_NOTHING);
	w.findings.count = 0;
	w.model.vm_count = 0;
	assert_int_equal(status_of(&w, NULL, NULL), ADVISE_NOTHING);
	w.model.sources[SOURCE_PROC].ok = false;
	strcpy(w.model.sources[SOURCE_PROC].why, "/proc hides other users' processes");
	assert_int_equal(status_of(&w, NULL, "/proc hides"), ADVISE_TROUBLE);
	w.model.vm_count = 1;
	w.all[0].recent.seconds = 0;
	strcpy(w.model.recording.file, "a.dat");
	assert_int_equal(status_of(&w, NULL, "the recording has no exits"), ADVISE_TROUBLE);
}

static void the_text(void **state)
{
	struct world w;
	char *text;

	(void)state;
	set_up(&w);
	w.findings.count = 1;
	text = report_advice_text(&w.model, &w.findings, NULL);
	assert_non_null(strstr(text, "win10 (pid 21715): CPU 10.0 %, exits -/s, 1 finding\n"));
	assert_non_null(
		strstr(text, "  ! R01 critical, confidence high: RTC polling?[31m 17.9k/s\n"));
	assert_non_null(strstr(text, "    It polls? the RTC.\n    - 17,903 accesses/s?\n"));
	/* In the order of preference, as in the window and in JSON. */
	assert_non_null(strstr(text, "    Remedy 1 of 2: Give the guest Hyper-V synthetic timers"));
	assert_non_null(strstr(text, "    Remedy 2 of 2: Give the guest an HPET"));
	assert_non_null(strstr(text, "    But: A program that polls.\n"));
	assert_non_null(strstr(text, "    Also R02, likely: The guest reads the PM timer\n"
				     "    - 3,000 reads/s\n"));
	assert_non_null(strstr(text, "    QEMU arguments:\n      -"));
	assert_non_null(strstr(text, "web1 (pid 21716): CPU 10.0 %, exits -/s, nothing found\n"));
	assert_non_null(strstr(text, "tracing is off: "));
	for (const char *c = text; *c; c++)
		assert_true((unsigned char)*c >= ' ' || *c == '\n' || *c == '\t');
	free(text);
	text = report_advice_text(&w.model, &w.findings, &w.all[1]);
	assert_null(strstr(text, "win10"));
	assert_non_null(strstr(text, "web1"));
	free(text);
	w.model.vm_count = 0;
	text = report_advice_text(&w.model, &w.findings, NULL);
	assert_non_null(strstr(text, "No running VMs found."));
	free(text);
}

/* The change of a definition as it is, and commands that can be pasted. */
static void the_text_of_a_definition(void **state)
{
	static char xml[] =
		"<domain type='kvm'>\n\t<name>win10</name>\n\t<features>\n\t</features>\n"
		"\t<clock offset='localtime'/>\n</domain>\n";
	static char name[] = "win10";
	struct domain domain = {
		.name = name, .uuid = UUID, .persistent = true, .inactive_xml = xml, .id = 1
	};
	struct world w;
	char *text;

	(void)state;
	set_up(&w);
	w.findings.count = 1;
	w.all[0].domain = &domain;
	text = report_advice_text(&w.model, &w.findings, &w.all[0]);
	assert_non_null(strstr(text, "      -\t<clock offset='localtime'/>\n"));
	assert_non_null(strstr(text, "      +\t\t<timer name='hpet' present='yes'/>\n"));
	assert_non_null(strstr(text, "\nset -eC; umask 077\n"));
	assert_non_null(strstr(text, "\nEOF\n"));
	free(text);
}

static json_t *at(const json_t *o, const char *key)
{
	return json_object_get(o, key);
}

static const char *text_at(const json_t *o, const char *key)
{
	return json_string_value(at(o, key));
}

/* Of a VM that libvirt does not run, as text and as JSON. */
static void the_way_of_a_stack(void **state)
{
	struct domain_config config = { .stack = DOMAIN_STACK_PROXMOX, .stack_id = "100" };
	struct world w;
	json_t *o, *finding, *remedies;
	char *text;

	(void)state;
	set_up(&w);
	w.findings.count = 1;
	w.all[0].config = &config;
	text = report_advice_text(&w.model, &w.findings, &w.all[0]);
	assert_non_null(strstr(text, "synthetic timers\n    The way of Proxmox VE:\n"
				     "      qm set 100 --ostype win11"));
	/* What has no such way says why there is no diff. */
	assert_non_null(strstr(text, "(fallback)\n    Note:\n      libvirt does not know this VM"));
	free(text);
	text = report_json_advice(&w.model, &w.findings, &w.all[0]);
	o = json_loads(text, 0, NULL);
	free(text);
	finding = json_array_get(at(json_array_get(at(o, "vms"), 0), "findings"), 0);
	assert_string_equal(text_at(finding, "confidence"), "high");
	assert_string_equal(text_at(finding, "caveat"), "A program that polls.");
	assert_int_equal(json_array_size(at(finding, "evidence")), 2);
	text = json_dumps(at(finding, "folded"), JSON_COMPACT);
	assert_string_equal(text,
		"[{\"rule\":\"R02\",\"title\":\"The guest reads the PM timer\",\"confidence\":"
		"\"medium\",\"evidence_at\":1}]");
	free(text);
	remedies = at(finding, "remedies");
	assert_string_equal(text_at(json_array_get(remedies, 0), "id"), "hyperv-timers");
	assert_memory_equal(
		text_at(json_array_get(remedies, 0), "stack_way"), "qm set 100 --ostype", 19);
	assert_true(json_is_null(at(json_array_get(remedies, 1), "stack_way")));
	json_decref(o);
}

static void the_json(void **state)
{
	struct world w;
	struct baseline b;
	json_t *o, *vm;
	char *text;

	(void)state;
	set_up(&w);
	w.findings.count = 1;
	w.all[0].vcpus = 2;
	w.all[0].counters.exits_per_s = 20000;
	verdict_take_baseline(&b, &w.all[0], &w.findings, false, 1);
	baselines_put(&w.model.baselines, &b);
	w.all[0].cpu.cpu_pct = NAN;
	text = report_json_advice(&w.model, &w.findings, NULL);
	assert_null(strchr(text, '\n'));
	o = json_loads(text, 0, NULL);
	free(text);
	assert_non_null(o);
	assert_true(json_is_string(at(o, "version")) && json_is_null(at(o, "recording")));
	assert_int_equal(json_array_size(at(o, "sources")), 3);
	assert_int_equal(json_array_size(at(o, "vms")), VMS);
	vm = json_array_get(at(o, "vms"), 0);
	assert_string_equal(json_string_value(at(vm, "name")), "win10");
	assert_int_equal(json_integer_value(at(vm, "pid")), 21715);
	assert_true(json_is_null(at(vm, "cpu_pct")));
	assert_int_equal(json_array_size(at(vm, "findings")), 1);
	assert_true(json_real_value(at(at(vm, "baseline"), "cpu_pct")) == 10);
	assert_true(json_real_value(at(at(vm, "baseline"), "exits_per_s")) == 20000);
	vm = json_array_get(at(at(vm, "baseline"), "findings"), 0);
	assert_string_equal(json_string_value(at(vm, "rule")), "R01");
	assert_true(json_is_null(at(vm, "verdict")));
	vm = json_array_get(at(o, "vms"), 1);
	assert_true(json_is_null(at(vm, "baseline")));
	json_decref(o);
	text = report_json_advice(&w.model, &w.findings, &w.all[1]);
	o = json_loads(text, 0, NULL);
	free(text);
	assert_int_equal(json_array_size(at(o, "vms")), 1);
	json_decref(o);
	baselines_fini(&w.model.baselines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vm_that_is_meant),
		cmocka_unit_test(the_status),
		cmocka_unit_test(the_text),
		cmocka_unit_test(the_text_of_a_definition),
		cmocka_unit_test(the_way_of_a_stack),
		cmocka_unit_test(the_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
