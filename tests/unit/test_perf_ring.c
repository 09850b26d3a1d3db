/* The ring of perf events: records made by hand, over its end, lost, cut, and garbage. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "source/perf/perf_ring.h"

enum { SIZE = 256, SEEN_MAX = 64 };

struct fixture {
	struct perf_event_mmap_page page;
	unsigned char data[SIZE];
	struct perf_ring ring;

	struct perf_ring_sample samples[SEEN_MAX];
	size_t sample_count;
	uint64_t lost;
	pid_t pid, tid;
};

static void on_sample(void *context, const struct perf_ring_sample *sample)
{
	struct fixture *f = context;

	if (f->sample_count < SEEN_MAX)
		f->samples[f->sample_count] = *sample;
	f->sample_count++;
}

static void on_lost(void *context, uint64_t count)
{
	struct fixture *f = context;

	f->lost += count;
}

static void on_thread(void *context, pid_t pid, pid_t tid)
{
	struct fixture *f = context;

	f->pid = pid;
	f->tid = tid;
}

/* at: how much was read from the ring in its life. */
static void set_up(struct fixture *f, uint64_t at)
{
	memset(f, 0, sizeof *f);
	f->ring = (struct perf_ring){ &f->page, f->data, SIZE };
	f->page.data_head = f->page.data_tail = at;
}

static int read_ring(struct fixture *f)
{
	const struct perf_ring_sink sink = { on_sample, on_lost, on_thread, f };

	return perf_ring_read(&f->ring, &sink);
}

static void put(struct fixture *f, const void *bytes, size_t length)
{
	for (size_t i = 0; i < length; i++)
		f->data[f->page.data_head++ % SIZE] = ((const unsigned char *)bytes)[i];
}

static void put_record(
	struct fixture *f, uint32_t type, uint16_t misc, const void *body, size_t length)
{
	const struct perf_event_header h = { type, misc, (uint16_t)(sizeof h + length) };

	put(f, &h, sizeof h);
	put(f, body, length);
}

static void put_sample(struct fixture *f, uint16_t misc, uint64_t address, uint64_t period)
{
	const uint64_t body[] = { address, period };

	put_record(f, PERF_RECORD_SAMPLE, misc, body, sizeof body);
}

static void tells_spaces_apart(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 0);
	put_sample(&f, PERF_RECORD_MISC_KERNEL, 0xffffffff81000010, 7);
	put_sample(&f, PERF_RECORD_MISC_USER | PERF_RECORD_MISC_EXACT_IP, 0x401000, 8);
	put_sample(&f, PERF_RECORD_MISC_GUEST_KERNEL, 1, 9);
	put_sample(&f, PERF_RECORD_MISC_GUEST_USER, 2, 10);
	put_sample(&f, PERF_RECORD_MISC_HYPERVISOR, 3, 11);
	assert_int_equal(read_ring(&f), 0);
	assert_int_equal(f.sample_count, 4);
	assert_int_equal(f.samples[0].space, SYMBOL_KERNEL);
	assert_true(f.samples[0].address == 0xffffffff81000010 && f.samples[0].period == 7);
	assert_int_equal(f.samples[1].space, SYMBOL_USER);
	assert_true(f.samples[1].address == 0x401000 && f.samples[1].period == 8);
	assert_int_equal(f.samples[2].space, SYMBOL_GUEST);
	assert_int_equal(f.samples[3].space, SYMBOL_GUEST);
	assert_true(f.page.data_tail == f.page.data_head);
	/* What was read is not read again. */
	assert_int_equal(read_ring(&f), 0);
	assert_int_equal(f.sample_count, 4);
}

/* Wherever the ring's end cuts a record in two. */
static void reads_over_the_end(void **state)
{
	(void)state;
	for (uint64_t at = 0; at < 2 * SIZE; at += 8) {
		struct fixture f;

		set_up(&f, at);
		for (uint64_t i = 0; i < 10; i++)
			put_sample(&f, PERF_RECORD_MISC_USER, 0x1000 + i, i);
		assert_int_equal(read_ring(&f), 0);
		assert_int_equal(f.sample_count, 10);
		for (uint64_t i = 0; i < 10; i++)
			assert_true(f.samples[i].address == 0x1000 + i && f.samples[i].period == i);
	}
}

/* The head is a number that grows for ever; at its end it begins anew. */
static void reads_over_the_last_number(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, UINT64_MAX - 23);
	put_sample(&f, PERF_RECORD_MISC_USER, 1, 1);
	put_sample(&f, PERF_RECORD_MISC_USER, 2, 1);
	assert_int_equal(read_ring(&f), 0);
	assert_int_equal(f.sample_count, 2);
}

static void counts_lost_ones(void **state)
{
	const uint64_t lost[] = { 99 /* the event's id */, 5 }, dropped[] = { 3 };
	struct fixture f;

	(void)state;
	set_up(&f, 0);
	put_record(&f, PERF_RECORD_LOST, 0, lost, sizeof lost);
	put_record(&f, PERF_RECORD_LOST_SAMPLES, 0, dropped, sizeof dropped);
	put_sample(&f, PERF_RECORD_MISC_USER, 1, 1);
	assert_int_equal(read_ring(&f), 0);
	assert_true(f.lost == 8);
	assert_int_equal(f.sample_count, 1);
}

static void tells_of_new_threads(void **state)
{
	const uint32_t fork[] = { 100, 100, 107, 100, 0, 0 }, throttle[] = { 0, 0, 0, 0, 0, 0 };
	struct fixture f;

	(void)state;
	set_up(&f, 40);
	put_record(&f, PERF_RECORD_THROTTLE, 0, throttle, sizeof throttle);
	put_record(&f, PERF_RECORD_FORK, 0, fork, sizeof fork);
	assert_int_equal(read_ring(&f), 0);
	assert_int_equal(f.pid, 100);
	assert_int_equal(f.tid, 107);
}

static void refuses_what_is_no_record(void **state)
{
	static const struct perf_event_header bad[] = {
		{ PERF_RECORD_SAMPLE, PERF_RECORD_MISC_USER, 0 },   /* would never end */
		{ PERF_RECORD_SAMPLE, PERF_RECORD_MISC_USER, 7 },   /* less than its own header */
		{ PERF_RECORD_SAMPLE, PERF_RECORD_MISC_USER, 800 }, /* more than there is */
		{ PERF_RECORD_SAMPLE, PERF_RECORD_MISC_USER, 16 },  /* half a sample */
		{ PERF_RECORD_LOST, 0, 8 },
		{ PERF_RECORD_LOST, 0, 16 },
		{ PERF_RECORD_FORK, 0, 16 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		const uint64_t body[2] = { 1, 2 };
		struct fixture f;

		set_up(&f, 8 * i);
		put_sample(&f, PERF_RECORD_MISC_USER, 1, 1);
		put(&f, &bad[i], sizeof bad[i]);
		put(&f, body, sizeof body);
		assert_int_equal(read_ring(&f), -EBADMSG);
		assert_int_equal(f.sample_count, 1);
		assert_true(f.lost == 0 && f.tid == 0);
		/* It goes on behind what was damaged. */
		assert_true(f.page.data_tail == f.page.data_head);
		put_sample(&f, PERF_RECORD_MISC_USER, 2, 1);
		assert_int_equal(read_ring(&f), 0);
		assert_int_equal(f.sample_count, 2);
	}
}

static void refuses_a_head_that_cannot_be(void **state)
{
	struct fixture f;

	(void)state;
	set_up(&f, 1000);
	f.page.data_head += SIZE + 8;
	assert_int_equal(read_ring(&f), -EBADMSG);
	f.page.data_head -= 64; /* behind the tail */
	assert_int_equal(read_ring(&f), -EBADMSG);
	assert_int_equal(f.sample_count, 0);
}

/* Whatever lies in it: it ends, reads nothing outside, and the sanitizers are content. */
static void survives_garbage(void **state)
{
	uint64_t seed = 7;
	size_t refused = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		struct fixture f;

		set_up(&f, seed);
		for (size_t i = 0; i < SIZE; i++) {
			seed = seed * 6364136223846793005u + 1442695040888963407u;
			f.data[i] = (unsigned char)(seed >> 56);
			/* Mostly small, so that some of it looks like records. */
			if (seed >> 40 & 3)
				f.data[i] &= 0x1b;
		}
		f.page.data_head += seed >> 33 & (SIZE * 2 - 1);
		refused += read_ring(&f) != 0;
		assert_true(f.page.data_tail == f.page.data_head);
		assert_true(f.sample_count <= SIZE / sizeof(struct perf_event_header));
	}
	assert_true(refused > 0 && refused < 20000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tells_spaces_apart),
		cmocka_unit_test(reads_over_the_end),
		cmocka_unit_test(reads_over_the_last_number),
		cmocka_unit_test(counts_lost_ones),
		cmocka_unit_test(tells_of_new_threads),
		cmocka_unit_test(refuses_what_is_no_record),
		cmocka_unit_test(refuses_a_head_that_cannot_be),
		cmocka_unit_test(survives_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
