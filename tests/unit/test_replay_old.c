/* replay_old: recordings of earlier versions, read by this one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "record_world.h"
#include "scratch.h"
#include "source/replay/replay_old.h"

#define PATH "old.jsonl"
#define NO_ISA .isa = REPLAY_OLD_NO_ISA

/* As an earlier version has recorded an exit, or this one, and what is played. */
static const struct {
	struct exit_key recorded;
	const char *recorded_name;
	struct exit_key played;
	const char *name;
} exits[] = {
	{ { .reason = 0x24, NO_ISA }, "DABT_LOW", { .reason = 0x24, .isa = EXIT_ISA_ARM_TRAP },
		"DABT_LOW" },
	{ { .reason = 1, NO_ISA }, "WFx", { .reason = 1, .isa = EXIT_ISA_ARM_TRAP }, "WFx" },
	{ { .reason = 0x80000000, NO_ISA }, "IRQ", { .reason = 0, .isa = EXIT_ISA_ARM_RET },
		"IRQ" },
	{ { .reason = 0x80000004, NO_ISA }, "0x80000004", { .reason = 4, .isa = EXIT_ISA_ARM_RET },
		"0x4" },
	{ { .reason = 0x24, NO_ISA, .detail = EXIT_DETAIL_MMIO_READ, .number = 0x9000000 },
		"DABT_LOW",
		{ .reason = 0x24,
			.isa = EXIT_ISA_ARM_TRAP,
			.detail = EXIT_DETAIL_MMIO_READ,
			.number = 0x9000000 },
		"DABT_LOW" },
	{ { .reason = UINT32_MAX, NO_ISA }, "0xffffffff", { .isa = EXIT_ISA_OTHER }, "other" },
	{ { .isa = EXIT_ISA_OTHER }, "other", { .isa = EXIT_ISA_OTHER }, "other" },
	/* This version says that it does not know it. */
	{ { .reason = 0x24 }, "0x24", { .reason = 0x24 }, "0x24" },
	{ { .reason = 0x80000004 }, "0x80000004", { .reason = 0x80000004 }, "0x80000004" },
	{ { .reason = UINT32_MAX }, "0xffffffff", { .reason = UINT32_MAX }, "0xffffffff" },
	/* Of another ISA they are what they were. */
	{ { .reason = 0x80000004, .isa = EXIT_ISA_SVM }, "0x80000004",
		{ .reason = 0x80000004, .isa = EXIT_ISA_SVM }, "0x80000004" },
	{ { .reason = 1, .isa = EXIT_ISA_VMX }, "EXTERNAL_INTERRUPT",
		{ .reason = 1, .isa = EXIT_ISA_VMX }, "EXTERNAL_INTERRUPT" },
	{ { .reason = 4, .isa = EXIT_ISA_ARM_RET }, "0x4", { .reason = 4, .isa = EXIT_ISA_ARM_RET },
		"0x4" },
	{ { .reason = 1, .isa = EXIT_ISA_ARM_TRAP }, "WFx",
		{ .reason = 1, .isa = EXIT_ISA_ARM_TRAP }, "WFx" },
	{ { .reason = 5, .isa = EXIT_ISA_RISCV_INTERRUPT }, "0x8000000000000005",
		{ .reason = 5, .isa = EXIT_ISA_RISCV_INTERRUPT }, "0x8000000000000005" },
	{ { .reason = 21, .isa = EXIT_ISA_RISCV }, "0x15", { .reason = 21, .isa = EXIT_ISA_RISCV },
		"0x15" },
	{ { .reason = 64, .isa = EXIT_ISA_LOONGARCH }, "IDLE",
		{ .reason = 64, .isa = EXIT_ISA_LOONGARCH }, "IDLE" },
};

#define EXITS (sizeof exits / sizeof *exits)

static void record(void)
{
	struct record *r;
	struct sample *s = sample_at(1);
	char why[256] = "";

	for (size_t i = 0; i < EXITS; i++)
		add_exits(s, 7, 0, exits_of(exits[i].recorded, exits[i].recorded_name, 1, 1000));
	assert_int_equal(record_open(&r, &(struct record_options){ .path = PATH, .interval_s = 1 },
				 why, sizeof why),
		0);
	assert_int_equal(record_add(r, s, why, sizeof why), 0);
	record_close(r);
	sample_free(s);
}

/* Writes the recording anew with another name of an ISA, as long as the one it had. */
static void rename_isa(const char *from, const char *to)
{
	char *text = mem_calloc(1, 1 << 16), *at;
	FILE *f = fopen(PATH, "r+e");

	assert_non_null(f);
	assert_true(fread(text, 1, (1 << 16) - 1, f) > 0);
	at = strstr(text, from);
	assert_non_null(at);
	assert_int_equal(strlen(from), strlen(to));
	assert_int_equal(fseek(f, at - text, SEEK_SET), 0);
	assert_int_equal(fputs(to, f) >= 0, 1);
	fclose(f);
	free(text);
}

/* A newer version knows more of them. */
static void isa_of_tomorrow_is_unknown(void **state)
{
	struct sample *s = sample_new();
	const struct sample_exit *last;
	struct source *replay;

	(void)state;
	record();
	rename_isa("\"isa\":\"loongarch\"", "\"isa\":\"sw_64-8a1\"");
	replay = world_open(PATH);
	source_collect(replay, s);
	assert_int_equal(s->exit_threads[0].count, EXITS);
	last = &s->exit_threads[0].exits[EXITS - 1];
	assert_int_equal(last->key.isa, EXIT_ISA_UNKNOWN);
	assert_int_equal(last->key.reason, 64);
	assert_string_equal(last->name, "IDLE");
	sample_free(s);
	source_close(replay);
}

static void arm64_has_its_isa(void **state)
{
	struct sample *s = sample_new();
	const struct sample_exit_thread *t;
	struct source *replay;

	(void)state;
	record();
	replay = world_open(PATH);
	source_collect(replay, s);
	assert_int_equal(s->exit_thread_count, 1);
	t = &s->exit_threads[0];
	assert_int_equal(t->count, EXITS);
	for (size_t i = 0; i < EXITS; i++) {
		assert_int_equal(t->exits[i].key.reason, exits[i].played.reason);
		assert_int_equal(t->exits[i].key.isa, exits[i].played.isa);
		assert_int_equal(t->exits[i].key.detail, exits[i].played.detail);
		assert_int_equal(t->exits[i].key.number, exits[i].played.number);
		assert_string_equal(t->exits[i].name, exits[i].name);
	}
	sample_free(s);
	source_close(replay);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(arm64_has_its_isa, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			isa_of_tomorrow_is_unknown, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
