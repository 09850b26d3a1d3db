/* The model's kernel log, what is to be done about its lines, and how reports tell it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "advice/log_columns.h"
#include "model/model.h"
#include "model/vm_match.h"
#include "report/json.h"
#include "report/text.h"
#include "samples.h"

enum { VM = 100, OTHER = 200 };

/* The samples' first moment is 1000 s after the log's. */
static uint64_t us_at(double at_s)
{
	return (uint64_t)((1000 + at_s) * 1e6);
}

static struct kernel_log_entry *add(struct sample *s, pid_t pid, bool is_vm,
	enum kernel_log_kind kind, uint64_t count, double first_s, double last_s)
{
	struct sample_kernel_log *log = &s->kernel_log;
	struct kernel_log_entry *e;

	if (!log->entries)
		log->entries = arena_array(&s->arena, 20, sizeof *log->entries);
	e = &log->entries[log->count++];
	*e = (struct kernel_log_entry){ .pid = pid,
		.start_ticks = is_vm ? 7 : 0, /* as add_vm() has it */
		.kind = kind,
		.count = count,
		.first_us = us_at(first_s),
		.last_us = us_at(last_s) };
	snprintf(e->text, sizeof e->text, "line %d of\033[2J %d", (int)count, (int)pid);
	log->known = true;
	return e;
}

static struct kernel_log_entry *add_msr(
	struct sample *s, pid_t pid, bool is_vm, uint64_t count, double first_s, double last_s)
{
	struct kernel_log_entry *e =
		add(s, pid, is_vm, KERNEL_LOG_MSR_UNHANDLED, count, first_s, last_s);

	e->direction = KERNEL_LOG_READ;
	e->msr = 0x611;
	return e;
}

static struct sample *look(double at_s)
{
	struct sample *s = sample_at(at_s);

	add_vm(s, VM, "web");
	add_vm(s, OTHER, "db");
	s->real_ns = (uint64_t)((1535897251 + at_s) * 1e9); /* 2018-09-02T14:07:31Z */
	s->kernel_log.known = true;
	return s;
}

static void lines_have_vms_and_times(void **state)
{
	struct model *m = model_new();
	struct sample *s = look(0);
	const struct log_row *rows;

	(void)state;
	add_msr(s, VM, true, 5, -100, -1);
	add(s, OTHER, true, KERNEL_LOG_SOFT_LOCKUP, 1, -50, -50);
	add(s, 0, false, KERNEL_LOG_CLOCK, 1, -900, -900);
	add(s, 77, false, KERNEL_LOG_OOM_KILL, 1, -990, -990);
	add(s, 0, false, KERNEL_LOG_HUNG_TASK, 1, -80000,
		20); /* nonsense of a clock that goes its own way */
	s->kernel_log.entries[4].first_us = 0;
	s->kernel_log.lost = 3;
	s->kernel_log.before = 4;
	s->kernel_log.left_out = 5;
	model_update(m, s);
	rows = m->kernel_log.rows;
	assert_true(m->kernel_log.known);
	assert_int_equal(m->kernel_log.count, 5);
	assert_near(m->kernel_log.lost, 3, 0);
	assert_near(m->kernel_log.before, 4, 0);
	assert_near(m->kernel_log.left_out, 5, 0);
	assert_ptr_equal(rows[0].vm, m->vms[0]);
	assert_string_equal(log_whose(&rows[0]), "web");
	assert_string_equal(rows[0].what, "unhandled MSR read");
	assert_string_equal(rows[0].msr, "0x611 RAPL PKG_ENERGY_STATUS");
	assert_string_equal(rows[0].text, "line 5 of?[2J 100");
	assert_string_equal(rows[0].last, "14:07:30");
	assert_true(rows[0].first_real_ns == 1535897151 * NS_PER_S);
	assert_ptr_equal(rows[1].vm, m->vms[1]);
	assert_string_equal(rows[1].what, "soft lockup");
	assert_string_equal(rows[1].msr, "");
	assert_null(rows[2].vm);
	assert_string_equal(log_whose(&rows[2]), "host");
	assert_null(rows[3].vm);
	assert_string_equal(log_whose(&rows[3]), "pid 77");
	/* Not of the future. */
	assert_true(rows[4].last_real_ns == m->real_ns);
	/* At the first look nothing is new. */
	for (size_t i = 0; i < m->kernel_log.count; i++) {
		assert_false(rows[i].is_new);
		assert_near(rows[i].per_s, NAN, 0);
	}
	model_free(m);
}

static void each_kind_has_its_words(void **state)
{
	struct model *m = model_new();
	struct sample *s = look(0);

	(void)state;
	for (int i = 0; i < KERNEL_LOG_KIND__COUNT; i++)
		add(s, VM, true, (enum kernel_log_kind)i, 1, -10, -10);
	model_update(m, s);
	for (size_t i = 0; i < m->kernel_log.count; i++) {
		const struct log_row *row = &m->kernel_log.rows[i];
		const struct log_line line = log_line_of(row, &(struct findings){ 0 });

		assert_in_range(strlen(row->what), 5, 20);
		assert_true(line.answer && strlen(line.answer) > 10);
		assert_null(line.finding);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(m->kernel_log.rows[k].what, row->what);
	}
	model_free(m);
}

/* Lines of the interval, and those that come for the first time. */
static void what_is_new_is_told(void **state)
{
	struct model *m = model_new();
	struct sample *s = look(0);
	const struct log_row *rows;

	(void)state;
	add_msr(s, VM, true, 5, -100, -1);
	add(s, 300, false, KERNEL_LOG_KVM, 2, -100, -1);
	model_update(m, s);
	s = look(2);
	add_msr(s, VM, true, 9, -100, 1.5);
	add(s, 0, false, KERNEL_LOG_KVM, 2, -100, -1); /* the same by another name */
	add(s, OTHER, true, KERNEL_LOG_HUNG_TASK, 3, 1, 1.5);
	model_update(m, s);
	rows = m->kernel_log.rows;
	assert_true(rows[0].is_new);
	assert_near(rows[0].per_s, 2, 1e-9);
	assert_false(rows[1].is_new);
	assert_near(rows[1].per_s, 0, 0);
	assert_true(rows[2].is_new);
	assert_near(rows[2].per_s, 1.5, 1e-9);
	s = look(4);
	add_msr(s, VM, true, 9, -100, 1.5);
	model_update(m, s);
	rows = m->kernel_log.rows;
	assert_int_equal(m->kernel_log.count, 1);
	assert_false(rows[0].is_new);
	assert_near(rows[0].per_s, 0, 0);
	/* A log that could not be read before says nothing about what is new. */
	s = look(6);
	s->kernel_log.known = false;
	snprintf(s->kernel_log.why, sizeof s->kernel_log.why, "not\033 now");
	model_update(m, s);
	assert_false(m->kernel_log.known);
	assert_string_equal(m->kernel_log.why, "not? now");
	assert_int_equal(m->kernel_log.count, 0);
	s = look(8);
	add_msr(s, VM, true, 9, -100, 7);
	model_update(m, s);
	assert_false(m->kernel_log.rows[0].is_new);
	assert_near(m->kernel_log.rows[0].per_s, NAN, 0);
	model_free(m);
}

/* Of another day than the one that is shown: the day stands with it. */
static void old_lines_have_their_day(void **state)
{
	struct model *m = model_new();
	struct sample *s = look(0);

	(void)state;
	s->time_ns += 90000 * NS_PER_S;
	add_msr(s, VM, true, 1, 0, 0);
	model_update(m, s);
	assert_string_equal(m->kernel_log.rows[0].last, "09-01 13:07");
	model_free(m);
}

/* It is R18's remedy, as the finding of that VM has it; of the host's clock R25's, whoever it was found with. */
static void answers_are_the_rules(void **state)
{
	struct model *m = model_new();
	struct sample *s = look(0);
	const struct rule *msrs = rule_find("R18"), *clock = rule_find("R25");
	struct finding items[] = {
		{ .rule = msrs,
			.vm = { OTHER, 7 },
			.remedies = { REMEDY_PMU_OFF },
			.remedy_count = 1 },
		{ .rule = clock,
			.vm = { OTHER, 7 },
			.remedies = { REMEDY_CLOCKSOURCE },
			.remedy_count = 1 },
	};
	struct findings f = { .items = items, .count = 2 };
	struct log_line line;

	(void)state;
	add_msr(s, VM, true, 1, 0, 0);
	add_msr(s, OTHER, true, 1, 0, 0)->kind = KERNEL_LOG_MSR_IGNORED;
	add_msr(s, 77, false, 1, 0, 0);
	add(s, 0, false, KERNEL_LOG_CLOCK, 1, 0, 0);
	add(s, OTHER, true, KERNEL_LOG_SOFT_LOCKUP, 1, 0, 0);
	model_update(m, s);
	line = log_line_of(&m->kernel_log.rows[0], &f);
	assert_ptr_equal(line.rule, msrs);
	assert_null(line.finding);
	assert_string_equal(line.answer, remedy_find(msrs->remedies[0])->title);
	line = log_line_of(&m->kernel_log.rows[1], &f);
	assert_ptr_equal(line.finding, &items[0]);
	assert_string_equal(line.answer, remedy_find(REMEDY_PMU_OFF)->title);
	line = log_line_of(&m->kernel_log.rows[2], &f);
	assert_null(line.finding);
	assert_string_equal(line.answer, remedy_find(msrs->remedies[0])->title);
	line = log_line_of(&m->kernel_log.rows[3], &f);
	assert_ptr_equal(line.finding, &items[1]);
	assert_string_equal(line.answer, remedy_find(REMEDY_CLOCKSOURCE)->title);
	line = log_line_of(&m->kernel_log.rows[4], &f);
	assert_null(line.rule);
	assert_null(line.finding);
	/* A finding that was left without a remedy. */
	items[0].remedy_count = 0;
	assert_null(log_line_of(&m->kernel_log.rows[1], &f).answer);
	model_free(m);
}

static struct model *model_with_log(void)
{
	struct model *m = model_new();
	struct sample *s = look(0);

	add_msr(s, VM, true, 5, -100, -1);
	add(s, OTHER, true, KERNEL_LOG_SOFT_LOCKUP, 1, -50, -50);
	add(s, 0, false, KERNEL_LOG_CLOCK, 1, -900, -900);
	model_update(m, s);
	return m;
}

static json_t *read_json(const struct model *m)
{
	char *text = report_json(m, &(struct findings){ 0 });
	json_t *o = json_loads(text, 0, NULL);

	assert_non_null(o);
	free(text);
	return o;
}

static void json_tells_all_of_it(void **state)
{
	struct model *m = model_with_log();
	json_t *o = read_json(m), *log = json_object_get(o, "kernel_log"),
	       *lines = json_object_get(log, "entries"), *line = json_array_get(lines, 0);

	(void)state;
	assert_true(json_is_true(json_object_get(log, "known")));
	assert_true(json_is_null(json_object_get(log, "why")));
	assert_int_equal(json_array_size(lines), 3);
	assert_string_equal(json_string_value(json_object_get(line, "vm")), "web");
	assert_int_equal(json_integer_value(json_object_get(line, "pid")), VM);
	assert_string_equal(json_string_value(json_object_get(line, "kind")), "msr-unhandled");
	assert_string_equal(json_string_value(json_object_get(line, "direction")), "read");
	assert_int_equal(json_integer_value(json_object_get(line, "msr")), 0x611);
	assert_string_equal(json_string_value(json_object_get(line, "msr_name")),
		"0x611 RAPL PKG_ENERGY_STATUS");
	assert_int_equal(json_integer_value(json_object_get(line, "lines")), 5);
	assert_true(json_is_null(json_object_get(line, "lines_per_s")));
	assert_string_equal(
		json_string_value(json_object_get(line, "last")), "2018-09-02T14:07:30.000Z");
	assert_string_equal(json_string_value(json_object_get(line, "text")), "line 5 of?[2J 100");
	line = json_array_get(lines, 2);
	assert_true(json_is_null(json_object_get(line, "vm")));
	assert_true(json_is_null(json_object_get(line, "pid")));
	assert_true(json_is_null(json_object_get(line, "msr")));
	json_decref(o);
	model_free(m);
}

/* What was asked for is one VM and the host; not another VM. */
static void reports_keep_to_the_vms_asked_for(void **state)
{
	static const char *const calls[] = { "db" };
	struct model *m = model_with_log(), narrow = vm_match_narrow(m, calls, 1);
	json_t *o = read_json(&narrow);
	char *text = report_text(&narrow, &(struct findings){ 0 });

	(void)state;
	assert_int_equal(
		json_array_size(json_object_get(json_object_get(o, "kernel_log"), "entries")), 2);
	assert_non_null(strstr(text, "\nKernel log\n"));
	assert_non_null(strstr(text, "soft lockup"));
	assert_non_null(strstr(text, "unstable clock"));
	assert_null(strstr(text, "unhandled MSR"));
	/* The newest first. */
	assert_true(strstr(text, "soft lockup") < strstr(text, "unstable clock"));
	json_decref(o);
	free(text);
	vm_match_release(&narrow);
	model_free(m);
}

static void a_silent_log_takes_no_room(void **state)
{
	struct model *m = model_new();
	char *text;

	(void)state;
	model_update(m, look(0));
	text = report_text(m, &(struct findings){ 0 });
	assert_null(strstr(text, "Kernel log"));
	free(text);
	model_free(m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_have_vms_and_times),
		cmocka_unit_test(each_kind_has_its_words),
		cmocka_unit_test(what_is_new_is_told),
		cmocka_unit_test(old_lines_have_their_day),
		cmocka_unit_test(answers_are_the_rules),
		cmocka_unit_test(json_tells_all_of_it),
		cmocka_unit_test(reports_keep_to_the_vms_asked_for),
		cmocka_unit_test(a_silent_log_takes_no_room),
	};

	setenv("TZ", "UTC", 1);
	tzset();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
