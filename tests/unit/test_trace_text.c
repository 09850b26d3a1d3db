/* trace_text: what of a format file libtraceevent gets to see. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <errno.h>
#include <string.h>

#include "source/tracefs/trace_text.h"

#define HEAD "name: kvm_exit\nID: 1440\nformat:\n"
#define REASON "\tfield:unsigned int exit_reason;\toffset:8;\tsize:4;\tsigned:0;\n"
#define ISA "\tfield:u32 isa;\toffset:24;\tsize:4;\tsigned:0;\n"
#define TABLE "__print_symbolic(REC->exit_reason & 0xffff, { 0, \"EXCEPTION_NMI\" })"
#define NO_PRINT "\nprint fmt: \"\"\n"

static const struct {
	const char *text;
	const char *taken; /* NULL: -EINVAL */
} cases[] = {
	/* The print format is not for libtraceevent. */
	{ HEAD REASON ISA "\nprint fmt: \"vcpu %u reason %s\", REC->vcpu_id, " TABLE ", REC->rip\n",
		HEAD REASON ISA "\n" NO_PRINT },
	{ HEAD REASON "\n" ISA "\n\nprint fmt: \"%s %s\", " TABLE ", " TABLE "\n",
		HEAD REASON "\n" ISA NO_PRINT },
	/* Fields that are no plain numbers are left out. */
	{ HEAD REASON "\tfield:__data_loc char[] msg;\toffset:12;\tsize:4;\tsigned:0;\n"
		      "print fmt: \"%s\", f(REC->exit_reason)\n",
		HEAD REASON NO_PRINT },
	/* Cut anywhere. */
	{ HEAD REASON "print fmt: \"%s\", __print_symbolic(REC->exit_reason, { 0, \"EXC",
		HEAD REASON NO_PRINT },
	{ HEAD REASON "\tfield:u32 isa;\toffset:2", HEAD REASON NO_PRINT },
	{ HEAD, HEAD NO_PRINT },
	{ "name: kvm_exit\nID: 1440\nfor", HEAD NO_PRINT },
	{ "name: kvm_exit\nID: 1440\n", HEAD NO_PRINT },
	{ "name: kvm_exit\nID: 1440", NULL }, /* or 14403 */
	{ "name: kvm_exit\nID:", NULL },
	{ "name: kvm_exit\n", NULL },
	{ "name: ", NULL },
	{ "", NULL },
	{ "name: kvm exit\nID: 1440\nformat:\n", NULL },
	{ "name: kvm_exit\nID: 99999999999999999999\nformat:\n", NULL },
	{ "name: kvm_exit\nID: -1\nformat:\n", NULL },
	/* Offsets and sizes that are none. */
	{ HEAD "\tfield:u32 isa;\toffset:123456;\tsize:4;\tsigned:0;\n", HEAD NO_PRINT },
	{ HEAD "\tfield:u32 isa;\toffset:-8;\tsize:4;\tsigned:0;\n", HEAD NO_PRINT },
	{ HEAD "\tfield:isa;\toffset:8;\tsize:4;\tsigned:0;\n", HEAD NO_PRINT },
	{ HEAD "\tfield:u32 isa;\toffset:8;\tsize:4;\tsigned:0; \n", HEAD NO_PRINT },
};

static void only_known_forms_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf out = { 0 };
		const int error = trace_text_extract(cases[i].text, strlen(cases[i].text), &out);

		assert_int_equal(error, cases[i].taken ? 0 : -EINVAL);
		assert_string_equal(strbuf_text(&out), cases[i].taken ? cases[i].taken : "");
		strbuf_fini(&out);
	}
}

static void what_was_taken_is_taken_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const char *text = cases[i].taken;
		struct strbuf once = { 0 }, twice = { 0 };

		if (!text)
			continue;
		assert_int_equal(trace_text_extract(text, strlen(text), &once), 0);
		assert_int_equal(trace_text_extract(strbuf_text(&once), once.length, &twice), 0);
		assert_string_equal(strbuf_text(&twice), strbuf_text(&once));
		strbuf_fini(&once);
		strbuf_fini(&twice);
	}
}

static void the_end_is_where_the_length_says(void **state)
{
	static const char text[] = HEAD REASON ISA "\nprint fmt: \"%s\", " TABLE "\n";

	(void)state;
	for (size_t length = 0; length < sizeof text; length++) {
		char *exact = memcpy(test_malloc(length + !length), text, length);
		struct strbuf out = { 0 };

		if (!trace_text_extract(exact, length, &out))
			assert_memory_equal(strbuf_text(&out), HEAD, strlen(HEAD));
		else
			assert_int_equal(out.length, 0);
		strbuf_fini(&out);
		test_free(exact);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_known_forms_are_taken),
		cmocka_unit_test(what_was_taken_is_taken_again),
		cmocka_unit_test(the_end_is_where_the_length_says),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
