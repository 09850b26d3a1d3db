/* KVM's counters in the place of exits that are not traced, as they are reported. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/clock.h"
#include "report/csv.h"
#include "report/json.h"
#include "report/text.h"
#include "samples.h"

/* One VM that is not traced, whose counters were read twice, a second apart. */
static struct model *counted(bool remote)
{
	struct model *m = model_new();

	for (uint64_t n = 0; n < 2; n++) {
		struct sample *s = sample_at((double)n);
		struct sample_vm *vm = add_vm(s, 21715, "win10");

		s->host.remote = remote;
		vm->counters.time_ns = s->time_ns;
		vm->counters.exits = 1000 * n;
		vm->counters.io_exits = 750 * n;
		vm->counters.halt_exits = 50 * n;
		vm->counters.signals = 20 * n;
		add_thread(vm, 21720, THREAD_VCPU, 0);
		model_update(m, s);
	}
	return m;
}

static const struct {
	const char *reason;
	double per_s;
	bool overlaps;
} wanted[] = {
	{ "I/O ports", 750, false },
	{ "halts", 50, false },
	{ "other", 200, false },
	{ "(signals to QEMU)", 20, true },
};

enum { WANTED = sizeof wanted / sizeof *wanted };

static void json_marks_them(void **state)
{
	struct model *m = counted(false);
	struct findings none = { 0 };
	char *text = report_json(m, &none);
	json_t *o = json_loads(text, 0, NULL);
	const json_t *vm = json_array_get(json_object_get(o, "vms"), 0);
	const json_t *exits = json_object_get(vm, "exits");

	(void)state;
	assert_int_equal(json_array_size(exits), WANTED);
	for (size_t i = 0; i < WANTED; i++) {
		const json_t *row = json_array_get(exits, i);

		assert_string_equal(
			json_string_value(json_object_get(row, "reason")), wanted[i].reason);
		assert_true(json_number_value(json_object_get(row, "per_s")) == wanted[i].per_s);
		assert_true(json_number_value(json_object_get(row, "samples_pct")) ==
			    wanted[i].per_s / 10);
		assert_true(json_is_null(json_object_get(row, "samples")));
		assert_true(json_is_null(json_object_get(row, "avg_us")));
		assert_true(json_is_true(json_object_get(row, "coarse")));
		assert_int_equal(
			json_is_true(json_object_get(row, "overlaps")), wanted[i].overlaps);
		assert_int_equal(json_array_size(json_object_get(row, "details")), 0);
	}
	assert_true(json_number_value(json_object_get(vm, "exits_per_s")) == 1000);
	assert_string_equal(json_string_value(json_object_get(vm, "top_exit")), "I/O ports 75.0%");
	json_decref(o);
	free(text);
	model_free(m);
}

static void csv_has_a_line_for_each(void **state)
{
	struct model *m = counted(false);
	char *text = report_csv(m, REPORT_ROWS_EXITS), *line = text;

	(void)state;
	for (size_t i = 0; i < WANTED; i++) {
		char *end = strchr(line, '\n'), part[128];

		assert_non_null(end);
		*end = '\0';
		snprintf(part, sizeof part, ",win10,%s,,,,,,%g,,,,,,,,%g,false,true,%s",
			wanted[i].reason, wanted[i].per_s / 10, wanted[i].per_s,
			wanted[i].overlaps ? "true" : "false");
		assert_non_null(strstr(line, part));
		line = end + 1;
	}
	assert_string_equal(line, "");
	free(text);
	model_free(m);
}

static void text_says_what_they_are(void **state)
{
	struct findings none = { 0 };

	(void)state;
	for (int remote = 0; remote < 2; remote++) {
		struct model *m = counted(remote);
		char *text = report_text(m, &none);

		assert_non_null(strstr(text, "\n  I/O ports                   -  75.00      -"));
		assert_non_null(strstr(text, "\n  exits are counted by KVM, without times: "));
		assert_int_equal(
			strstr(text, "run as root for reasons, ports and MSRs; those in ()") !=
				NULL,
			!remote);
		assert_int_equal(strstr(text, "root there sees reasons") != NULL, remote);
		free(text);
		model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_marks_them),
		cmocka_unit_test(csv_has_a_line_for_each),
		cmocka_unit_test(text_says_what_they_are),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
