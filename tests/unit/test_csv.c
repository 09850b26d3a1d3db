#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/mem.h"
#include "model/columns.h"
#include "report/csv_value.h"
#include "report/report.h"
#include "samples.h"

#define TIME "2018-09-02T14:07:31.250Z"
#define UUID "5f3c2b1a-0000-4000-8000-123456789abc"

/* The first of two ticks, one second apart, and the second. */
static struct sample *tick(int n)
{
	struct sample *s = traced_sample_at(n);
	struct sample_thread *t;
	struct sample_vm *vm;

	snprintf(s->host.name, sizeof s->host.name, "host1");
	vm = add_vm(s, 21715, "win, \"10\"");
	vm->uuid = UUID;
	t = add_thread(vm, 21720, THREAD_VCPU, 0);
	snprintf(t->name, sizeof t->name, "CPU 0/KVM");
	t->cpu_ns = (uint64_t)n * NS_PER_S / 2;
	t->wait_ns = SAMPLE_UNKNOWN;
	t->utime_ticks = t->guest_ticks = cs_ticks((uint64_t)n * 10);
	t->stime_ticks = cs_ticks((uint64_t)n * 40);
	add_exits(s, 21720, 0, exits_of(VMX_KEY(12), "HLT", 2345678, 400));
	add_exits(s, 21720, 0,
		exits_of(IO_KEY(EXIT_DETAIL_PORT_IN, 0x71), "IO_INSTRUCTION", 3, 1234567));
	add_exits(s, 21720, 0,
		exits_of(IO_KEY(EXIT_DETAIL_PORT_OUT, 0x1234), "IO_INSTRUCTION", 1, 1234567));
	add_vm(s, 300, "日本\033[31m\n");
	return s;
}

static int set_up(void **state)
{
	struct model *m = model_new();

	model_update(m, tick(0));
	model_update(m, tick(1));
	*state = m;
	return 0;
}

static int tear_down(void **state)
{
	model_free(*state);
	return 0;
}

static void assert_lines(char *got, const char *wanted)
{
	assert_string_equal(got, wanted);
	free(got);
}

static void a_field_is_quoted_where_it_must_be(void **state)
{
	static const struct {
		const char *text, *field;
	} cases[] = {
		{ NULL, "\n" },
		{ "", "\n" },
		{ "win10", "win10\n" },
		{ " two words ", " two words \n" },
		{ "日本", "日本\n" },
		{ "a'b;c\td", "a'b;c\td\n" },
		{ ",", "\",\"\n" },
		{ "\"", "\"\"\"\"\n" },
		{ "\"\"", "\"\"\"\"\"\"\n" },
		{ "say \"hi\", you", "\"say \"\"hi\"\", you\"\n" },
		{ "two\nlines", "\"two\nlines\"\n" },
		{ "return\r", "\"return\r\"\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf b = { 0 };

		csv_value_text(&b, cases[i].text);
		csv_value_end(&b);
		assert_lines(strbuf_take(&b), cases[i].field);
	}
}

static void figures_have_all_their_digits(void **state)
{
	struct strbuf b = { 0 };

	(void)state;
	csv_value_number(&b, 0);
	csv_value_number(&b, 2345678.125);
	csv_value_number(&b, 1.0 / 3);
	csv_value_number(&b, NAN);
	csv_value_number(&b, INFINITY);
	csv_value_whole(&b, 8113624);
	csv_value_whole(&b, 4503599627370497);
	csv_value_whole(&b, 2.75);
	csv_value_whole(&b, NAN);
	csv_value_count(&b, UINT64_MAX);
	csv_value_bool(&b, true);
	csv_value_bool(&b, false);
	csv_value_end(&b);
	assert_lines(strbuf_take(&b), "0,2345678.125,0.333333333333,,,8113624,4503599627370497,2,,"
				      "18446744073709551615,true,false\n");
}

static void vms_are_a_line_each(void **state)
{
	assert_lines(report_csv_head(REPORT_ROWS_VMS),
		"time,host,interval_s,uuid,name,pid,vcpus,cpu_pct,guest_pct,user_pct,system_pct,"
		"wait_pct,exits_per_s,top_exit,rd_bytes_per_s,rd_per_s,wr_bytes_per_s,wr_per_s,"
		"rd_us,wr_us,rx_bytes_per_s,tx_bytes_per_s,rx_per_s,tx_per_s,memory_kib,rss_kib,"
		"ended\n");
	assert_lines(report_csv(*state, REPORT_ROWS_VMS),
		TIME ",host1,1," UUID ",\"win, \"\"10\"\"\",21715,1,50,10,0,40,,2345682,HLT "
		     "100.0%,,,,,,,,,,,,,false\n" TIME
		     ",host1,1,,日本?[31m?,300,,,,,,,0,,,,,,,,,,,,,,false\n");
}

static void threads_are_a_line_each(void **state)
{
	assert_lines(report_csv_head(REPORT_ROWS_THREADS),
		"time,host,interval_s,uuid,pid,vm,name,tid,cpu_pct,guest_pct,user_pct,system_pct,"
		"wait_pct,exits_per_s,ended\n");
	assert_lines(report_csv(*state, REPORT_ROWS_THREADS),
		TIME ",host1,1," UUID
		     ",21715,\"win, \"\"10\"\"\",CPU 0/KVM,21720,50,10,0,40,,2345682,false\n");
}

/* A reason, then what it was about. */
static void exits_are_a_line_for_reason_and_detail(void **state)
{
	static const char *const wanted[] = {
		",HLT,,,,,2345678,",
		",IO_INSTRUCTION,,,,,4,",
		",IO_INSTRUCTION,port,113,in,RTC,3,",
		",IO_INSTRUCTION,port,4660,out,,1,",
	};
	static const char start[] = TIME ",host1,1," UUID ",21715,\"win, \"\"10\"\"\"";
	char *text = report_csv(*state, REPORT_ROWS_EXITS), *line = text;

	assert_lines(report_csv_head(REPORT_ROWS_EXITS),
		"time,host,interval_s,uuid,pid,vm,reason,kind,number,direction,name,samples,"
		"samples_pct,time_pct,min_us,max_us,avg_us,stderr_pct,p50_us,p99_us,per_s,"
		"sampled,coarse,overlaps,ended\n");
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		const size_t length = strcspn(line, "\n");

		assert_int_equal(line[length], '\n');
		line[length] = '\0';
		assert_memory_equal(line, start, strlen(start));
		assert_memory_equal(line + strlen(start), wanted[i], strlen(wanted[i]));
		if (i)
			assert_non_null(strstr(line, ",1234.567,1234.567,1234.567,"));
		assert_string_equal(line + length - strlen(",false,false,false,false"),
			",false,false,false,false");
		line += length + 1;
	}
	assert_string_equal(line, "");
	free(text);
}

/* Every line has as many fields as the header, whatever is unknown. */
static void nothing_is_left_out(void **state)
{
	struct model *first = model_new();
	struct sample *s = sample_at(0);

	(void)state;
	add_thread(add_vm(s, 300, "web1"), 301, THREAD_VCPU, 0);
	model_update(first, s);
	assert_lines(report_csv(first, REPORT_ROWS_VMS),
		TIME ",,,,web1,300,1,,,,,,,,,,,,,,,,,,,,false\n");
	assert_lines(report_csv(first, REPORT_ROWS_THREADS),
		TIME ",,,,300,web1,thread,301,,,,,,,false\n");
	assert_lines(report_csv(first, REPORT_ROWS_EXITS), "");
	model_free(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_field_is_quoted_where_it_must_be),
		cmocka_unit_test(figures_have_all_their_digits),
		cmocka_unit_test_setup_teardown(vms_are_a_line_each, set_up, tear_down),
		cmocka_unit_test_setup_teardown(threads_are_a_line_each, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			exits_are_a_line_for_reason_and_detail, set_up, tear_down),
		cmocka_unit_test(nothing_is_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
