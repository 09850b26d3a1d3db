/* trace_page on sub-buffers that no kernel should write. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "source/tracefs/trace_page.h"
#include "subbuffer.h"

static const uint32_t data[2] = { 0x11111111, 0x22222222 };

static void put_stamp(struct subbuffer *b, uint64_t time_ns)
{
	subbuffer_put_word(b, SUBBUFFER_TIME_STAMP | (uint32_t)(time_ns & ((1u << 27) - 1)) << 5);
	subbuffer_put_word(b, (uint32_t)(time_ns >> 27));
}

static void absolute_times_keep_the_upper_bits(void **state)
{
	const uint64_t upper = 5ull << 59;
	struct subbuffer b;
	struct trace_page p;

	(void)state;
	subbuffer_init(&b, upper | 1000);
	put_stamp(&b, 123456789012345ull);
	subbuffer_put_word(&b, 2 | 7u << 5);
	subbuffer_put(&b, data, sizeof data);
	assert_int_equal(trace_page_open(&p, b.bytes, SUBBUFFER_BYTES), 0);
	assert_non_null(p.record);
	assert_true(p.time_ns == (upper | (123456789012345ull + 7)));
	assert_int_equal(p.size, sizeof data);
	assert_memory_equal(p.record, data, sizeof data);
	trace_page_next(&p);
	assert_null(p.record);
}

static void padding_without_a_time_ends_the_page(void **state)
{
	struct subbuffer b;
	struct trace_page p;

	(void)state;
	subbuffer_init(&b, 1000);
	subbuffer_add(&b, 1001, data, sizeof data);
	subbuffer_put_word(&b, SUBBUFFER_PADDING);
	subbuffer_put_word(&b, 4);
	subbuffer_add(&b, 1002, data, sizeof data);
	trace_page_open(&p, b.bytes, SUBBUFFER_BYTES);
	assert_non_null(p.record);
	trace_page_next(&p);
	assert_null(p.record);
	trace_page_next(&p);
	assert_null(p.record);
}

static const struct {
	uint32_t head, next;
} wrong[] = {
	{ 0, 0 }, /* a length that does not count itself */
	{ 0, 3 },
	{ 0, 0xffffffff },
	{ 0, 13 }, /* one more than there is */
	{ 4, 0 },
	{ 28, 0 },
	{ SUBBUFFER_PADDING | 1u << 5, 13 },
	{ SUBBUFFER_PADDING | 1u << 5, 0xffffffff },
};

static void wrong_lengths_end_the_page(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
		struct subbuffer b;
		struct trace_page p;

		subbuffer_init(&b, 1000);
		subbuffer_add(&b, 1001, data, sizeof data);
		subbuffer_put_word(&b, wrong[i].head);
		subbuffer_put_word(&b, wrong[i].next);
		subbuffer_put(&b, data, sizeof data);
		trace_page_open(&p, b.bytes, SUBBUFFER_BYTES);
		assert_non_null(p.record);
		trace_page_next(&p);
		assert_null(p.record);
	}
}

static void wrong_headers_read_nothing_outside(void **state)
{
	struct subbuffer b;
	struct trace_page p;
	uint64_t commit = (1u << 27) - 1;
	unsigned char *bytes = malloc(SUBBUFFER_HEADER);

	(void)state;
	/* A length of data, and a stored number, that lie outside of what was read. */
	subbuffer_init(&b, 1000);
	commit |= 3u << 30;
	memcpy(b.bytes + 8, &commit, sizeof commit);
	memcpy(bytes, b.bytes, SUBBUFFER_HEADER);
	assert_int_equal(trace_page_open(&p, bytes, SUBBUFFER_HEADER), -1);
	assert_null(p.record);
	assert_int_equal(trace_page_open(&p, bytes, SUBBUFFER_HEADER - 1), 0);
	assert_null(p.record);
	free(bytes);
}

/* Whatever the bytes, the walk ends and its records lie inside. */
static void random_bytes_are_survived(void **state)
{
	const size_t size = 256;
	unsigned char *bytes = malloc(size);

	(void)state;
	srandom(7);
	for (int round = 0; round < 20000; round++) {
		struct trace_page p;
		size_t steps = 0;

		for (size_t i = 0; i < size; i++)
			bytes[i] = (unsigned char)(random() % 3 ? random() % 40 : random());
		for (trace_page_open(&p, bytes, size); p.record; trace_page_next(&p)) {
			assert_true(p.record >= bytes + SUBBUFFER_HEADER);
			assert_true(p.record + p.size <= bytes + size);
			assert_true(++steps <= size / 4);
		}
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(absolute_times_keep_the_upper_bits),
		cmocka_unit_test(padding_without_a_time_ends_the_page),
		cmocka_unit_test(wrong_lengths_end_the_page),
		cmocka_unit_test(wrong_headers_read_nothing_outside),
		cmocka_unit_test(random_bytes_are_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
