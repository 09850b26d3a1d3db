#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "advice/findings.h"
#include "core/text.h"
#include "model/model.h"
#include "record_world.h"
#include "report/json.h"
#include "scratch.h"
#include "source/replay/replay_in.h"

#define HEADER                                                                                  \
	"{\"kvmtop_recording\":1,\"kvmtop\":\"0.1.0\",\"host\":\"h\",\"real_ns\":1,\"interval_" \
	"s\":1}\n"
#define TICK(key, tick, time, more)                                                         \
	"{\"key\":" #key ",\"tick\":" #tick ",\"real_ns\":1,\"news\":true,\"platform\":{}," \
	"\"domains\":null,\"configs\":[],\"sample\":{\"time_ns\":" #time more "}}\n"

static void write_bytes(const char *path, const char *bytes, size_t length)
{
	FILE *f = fopen(path, "we");

	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, length, f), length);
	assert_int_equal(fclose(f), 0);
}

/* Plays what can be played through the model and a report; the note is copied to note (size bytes). Returns how
 * many ticks there were. */
static size_t play(const char *path, char *note, size_t size)
{
	struct source *replay = world_open(path);
	struct model *m = model_new();
	struct findings f = { 0 };
	size_t count = 0;

	while (!replay_is_over(replay)) {
		struct sample *s = sample_new();

		source_collect(replay, s);
		model_update(m, s);
		findings_fini(&f);
		advice_run(m, &f);
		free(report_json(m, &f));
		count++;
	}
	snprintf(note, size, "%s", replay_note(replay));
	if (count)
		assert_string_equal(m->recording.note, note);
	findings_fini(&f);
	model_free(m);
	source_close(replay);
	return count;
}

static void assert_text(const char *text, const char *expected)
{
	if (strcmp(text, expected) != 0)
		fail_msg("\"%s\" is not \"%s\"", text, expected);
}

/* -- files that cannot be opened */

static void refuses_with_a_sentence(void **state)
{
	static const struct {
		const char *text, *why;
	} cases[] = {
		{ "", "a.jsonl is empty: it is no recording" },
		{ "\n", "a.jsonl is no recording of kvmtop's: kvmtop --record FILE makes one, and "
			"--read "
			"shows those of trace-cmd" },
		{ "PERFILE2................\n",
			"a.jsonl is no recording of kvmtop's: kvmtop --record FILE "
			"makes one, and --read shows those of trace-cmd" },
		{ "{\"kvmtop_recording\":1",
			"a.jsonl is cut in line 1 or is no recording of kvmtop's: "
			"there is nothing to show" },
		{ "{\"kvmtop_recording\":1\n",
			"a.jsonl is no recording of kvmtop's: kvmtop --record FILE "
			"makes one, and --read shows those of trace-cmd" },
		{ "{\"kvmtop_recording\":\"1\"}\n",
			"a.jsonl is no recording of kvmtop's: kvmtop --record "
			"FILE makes one, and --read shows those of trace-cmd" },
		{ "{\"kvmtop_recording\":2,\"kvmtop\":\"3.1\",\"new\":[1]}\n{\"unheard\":0}\n",
			"a.jsonl has format 2, and this kvmtop reads up to 1: it takes kvmtop 3.1 "
			"or "
			"later" },
		{ "{\"kvmtop_recording\":9000}\n",
			"a.jsonl has format 9000, and this kvmtop reads up to 1: "
			"it takes kvmtop (it does not say which) or later" },
		{ "(\xb5/\xfd", "a.jsonl is cut in line 1 or is no recording of kvmtop's: there is "
				"nothing to show" },
		{ "(\xb5/\xfd"
		  "rubbish that is no frame",
			"a.jsonl is damaged in line 1: there is nothing to show" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct source *replay = NULL;
		char why[256] = "";

#ifndef HAVE_ZSTD
		if (cases[i].text[0] == '(')
			continue;
#endif
		write_file("a.jsonl", cases[i].text);
		assert_true(replay_open(&replay, "a.jsonl", why, sizeof why) < 0);
		assert_text(why, cases[i].why);
	}
}

static void refuses_what_is_no_file(void **state)
{
	struct source *replay = NULL;
	char why[256] = "";

	(void)state;
	assert_int_equal(replay_open(&replay, "none.jsonl", why, sizeof why), -ENOENT);
	assert_text(why, "none.jsonl cannot be read: No such file or directory");
	assert_int_equal(mkdir("folder", 0700), 0);
	assert_true(replay_open(&replay, "folder", why, sizeof why) < 0);
	assert_text(why, "folder cannot be read: it is no regular file");
	assert_int_equal(mkfifo("pipe", 0600), 0);
	assert_true(replay_open(&replay, "pipe", why, sizeof why) < 0);
	assert_text(why, "pipe cannot be read: it is no regular file");
}

/* -- lines that cannot be understood */

static const char good[] = HEADER TICK(0, 0, 1000000000, "") "%s" TICK(2, 2, 3000000000, "");

static void leaves_a_bad_line_out(void **state)
{
	static const struct {
		const char *line, *note; /* "": nothing is wrong */
		size_t ticks;
	} cases[] = {
		{ "", "", 2 },
		{ "{\"key\":0,\"tick\":1,\"real_ns\":1,\"news\":false,\"sample\":{\"time_ns\":"
		  "2000000000}}\n",
			"", 3 },
		{ "\n", "it is no JSON: a line begins with { in column 1", 2 },
		{ "rubbish\n", "it is no JSON: a line begins with { in column 1", 2 },
		{ "[]\n", "it is no JSON: a line begins with { in column 1", 2 },
		{ "{}\n", "it is no tick of a recording", 2 },
		{ "{\"tick\":1,\"key\":0,\"sample\":{\"time_ns\":2000000000}}\n",
			"it does not begin as a tick does", 2 },
		{ "{\"key\":1,\"tick\":2,\"real_ns\":1,\"news\":false,\"sample\":{}}\n",
			"the line that it builds on (tick 1) is missing", 2 },
		{ TICK(1, 1, 500000000, ""), "it goes back in time", 2 },
		{ TICK(1, 1, 1000000000, ""), "it goes back in time", 2 },
		{ TICK(1, 1, 2000000000, ",\"vms\":{}"),
			"the vms of a sample is not what it can be", 2 },
		{ TICK(1, 1, 2000000000, ",\"vms\":[7]"), "there is no VM where one should be", 2 },
		{ TICK(1, 1, -5, ""), "the time_ns of a sample is not what it can be", 2 },
		{ TICK(1, 1, NaN, ""), "it is no JSON: a value is missing in column 105", 2 },
		{ TICK(1, 1, 2000000000, ",\"time_ns\":3"),
			"the time_ns of a sample is there twice", 2 },
		{ TICK(1, 1, 2000000000, ",\"own_cpu_ns\":99999999999999999999"),
			"the own_cpu_ns of a sample is not what it can be", 2 },
		{ TICK(1, 1, 2000000000, ",\"own_cpu_ns\":1e9"),
			"the own_cpu_ns of a sample is not what it can be", 2 },
		{ TICK(1, 1, 2000000000, ",\"host\":{\"cpus\":4294967296}"),
			"the cpus of a host is not what it can be", 2 },
		{ TICK(1, 1, 2000000000, ",\"host\":{\"name\":\"a\\u0000b\"}"),
			"it is no JSON: a backslash says nothing that it can say in column 133",
			2 },
		{ TICK(1, 1, 2000000000, ",\"host\":{\"uptime_s\":1e999}"),
			"the uptime_s of a host is not what it can be", 2 },
		{ TICK(1, 1, 2000000000, ",\"vms\":[{\"domain\":0}]"),
			"the domain of a VM is not what it can be", 2 },
		{ TICK(1, 1, 2000000000, ",\"vms\":[{\"config\":0}]"),
			"the config of a VM is not what it can be", 2 },
		{ TICK(1, 1, 2000000000, ",\"exit_threads\":[{\"exits\":[{\"latency\":[128,1]}]}]"),
			"the latency of an exit is not what it can be", 2 },
		{ TICK(1, 1, 2000000000,
			  ",\"exit_threads\":[{\"exits\":[{\"durations\":[1,2,3]}]}]"),
			"the durations of an exit is not what it can be", 2 },
		/* A newer kvmtop may say more than this one knows. */
		{ TICK(1, 1, 2000000000, ",\"new\":[{}],\"host\":{\"new\":1}"), "", 3 },
		{ TICK(1, 1, 2000000000,
			  ",\"vms\":[{\"threads\":[{\"kind\":\"new\"}]}],\"tracing\":{\"shed\":"
			  "\"new\"}"),
			"", 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct strbuf text = { 0 };
		char note[256], expected[256] = "";

		strbuf_addf(&text, good, cases[i].line);
		write_file("a.jsonl", strbuf_text(&text));
		if (*cases[i].note)
			snprintf(expected, sizeof expected, "a.jsonl, line 3 is left out: %s",
				cases[i].note);
		assert_int_equal(play("a.jsonl", note, sizeof note), cases[i].ticks);
		/* A note is as long as the screen has room. */
		expected[sizeof((struct sample_recording *)0)->note - 1] = '\0';
		assert_text(note, expected);
		strbuf_fini(&text);
	}
}

/* A key line that cannot be understood takes those with it that build on it; the next one is good. */
static void goes_on_at_the_next_key_line(void **state)
{
	char note[256];

	(void)state;
	write_file("a.jsonl",
		HEADER "{\"key\":0,\"tick\":0,\"real_ns\":1,\"news\":true,\"sample\":[]}\n"
		       "{\"key\":0,\"tick\":1,\"real_ns\":1,\"news\":false,\"sample\":{\"time_ns\":"
		       "2}}\n" TICK(2, 2, 3, "") "{\"key\":2,\"tick\":3,\"real_ns\":1,\"news\":"
						 "false,\"sample\":{\"time_ns\":4}}\n");
	assert_int_equal(play("a.jsonl", note, sizeof note), 2);
	assert_text(note, "a.jsonl, line 2 is left out: there is no sample where one should be");
}

static void says_that_there_is_nothing(void **state)
{
	char note[256];

	(void)state;
	write_file("a.jsonl", HEADER);
	assert_int_equal(play("a.jsonl", note, sizeof note), 0);
	assert_text(note, "a.jsonl holds no ticks: nothing was recorded");
}

/* One behind the other, as cat makes them; the first line of another format is told. */
static void plays_several_as_one(void **state)
{
	char note[256];

	(void)state;
	write_file("a.jsonl", HEADER TICK(0, 0, 1, "") HEADER TICK(0, 0, 9, ""));
	assert_int_equal(play("a.jsonl", note, sizeof note), 2);
	assert_text(note, "");
	write_file(
		"a.jsonl", HEADER TICK(0, 0, 1, "") "{\"kvmtop_recording\":7}\n" TICK(0, 0, 9, ""));
	assert_int_equal(play("a.jsonl", note, sizeof note), 2);
	assert_text(note,
		"a.jsonl, line 3 is left out: it begins another recording, which this kvmtop "
		"does not read");
}

/* -- hostile ones: what holds is that nothing breaks, whatever the figures say */

/* clang-format off */
#define FIRST ",\"tracing\":{\"horizon_ns\":5}"
#define SECOND ",\"tracing\":{\"horizon_ns\":6,\"duty\":-1e308,\"shed\":\"time\",\"only_pid\":7," \
	"\"lost\":\"0xffffffffffffffff\"}"

static const char *const hostile[] = {
	/* The same VM twice, with threads that are in it twice, too. */
	",\"vms\":[{\"id\":{\"pid\":7},\"threads\":[{\"tid\":8,\"vcpu\":0},{\"tid\":8,\"vcpu\":0}]},"
		"{\"id\":{\"pid\":7}}],\"exit_threads\":[{\"tid\":8},{\"tid\":8}]",
	/* Figures at the end of what they can be. */
	",\"host\":{\"cpus\":2147483647,\"uptime_s\":1.7e308,\"load\":[-1e308,1e308,0],"
		"\"user_ticks\":\"0xfffffffffffffffe\",\"idle_ticks\":9223372036854775807,"
		"\"memory_kib\":\"0xffffffffffffffff\"},\"own_cpu_ns\":\"0xffffffffffffffff\"",
	",\"vms\":[{\"id\":{\"pid\":7},\"threads\":[{\"tid\":-8,\"vcpu\":2147483647,"
		"\"cpu_ns\":\"0xfffffffffffffffe\"},{\"vcpu\":-2147483648}]}],\"exit_threads\":[{\"tid\":-8,"
		"\"exits\":[{\"key\":{\"reason\":4294967295,\"number\":\"0xffffffffffffffff\"},\"name\":\"a\","
		"\"durations\":[\"0xffffffffffffffff\",\"0xffffffffffffffff\",9,1,-1e308,1e308],"
		"\"latency\":[127,4294967295]}],\"irqs\":[{\"gsi\":4294967295,"
		"\"raised\":\"0xffffffffffffffff\"}]}]",
	/* An exit of which nothing is said. */
	",\"vms\":[{\"id\":{\"pid\":7},\"threads\":[{\"tid\":8,\"vcpu\":0}]}],"
		"\"exit_threads\":[{\"tid\":8,\"exits\":[{}]}]",
	/* What would act on a terminal. */
	",\"host\":{\"name\":\"\\u001b[2J\\u202e\"},\"vms\":[{\"name\":\"\\u001b]0;x\\u0007\"}]",
};
/* clang-format on */

static void survives_what_is_meant_ill(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct strbuf text = { 0 };
		char note[256];

		strbuf_addf(&text,
			HEADER TICK(0, 0, 1000000000, "%s%s") TICK(1, 1, 2000000000, "%s%s"),
			hostile[i], FIRST, hostile[i], SECOND);
		write_file("a.jsonl", strbuf_text(&text));
		assert_int_equal(play("a.jsonl", note, sizeof note), 2);
		assert_text(note, "");
		strbuf_fini(&text);
	}
}

static void survives_deep_nesting(void **state)
{
	struct strbuf text = { 0 };
	char note[256];

	(void)state;
	strbuf_add(&text, HEADER TICK(0, 0, 1, ""));
	for (int i = 0; i < 100000; i++)
		strbuf_add(&text, "{\"a\":");
	strbuf_add(&text, "\n" TICK(2, 2, 3, ""));
	write_file("a.jsonl", strbuf_text(&text));
	assert_int_equal(play("a.jsonl", note, sizeof note), 2);
	assert_text(note, "a.jsonl, line 3 is left out: it is no JSON: it is nested deeper than "
			  "any tick in column 322");
	strbuf_fini(&text);
}

/* A line without an end, which takes no disk: a hole. No more of it is in memory than a line may have. */
static void survives_a_line_without_an_end(void **state)
{
	static const char end[] = "\n" TICK(2, 2, 3, "");
	struct replay_in *in = NULL;
	const char *line;
	size_t length;
	char why[160];
	FILE *f;

	(void)state;
	write_file("a.jsonl", HEADER TICK(0, 0, 1, ""));
	f = fopen("a.jsonl", "r+e");
	assert_non_null(f);
	assert_int_equal(fseek(f, 3L * REPLAY_LINE_MAX, SEEK_SET), 0);
	assert_int_equal(fwrite(end, 1, strlen(end), f), strlen(end));
	assert_int_equal(fclose(f), 0);
	assert_int_equal(replay_in_open(&in, "a.jsonl", why, sizeof why), 0);
	assert_int_equal(replay_in_next(in, &line, &length), REPLAY_IN_LINE);
	assert_int_equal(replay_in_next(in, &line, &length), REPLAY_IN_LINE);
	assert_int_equal(replay_in_next(in, &line, &length), REPLAY_IN_TOO_LONG);
	assert_int_equal(replay_in_number(in), 3);
	assert_int_equal(replay_in_next(in, &line, &length), REPLAY_IN_LINE);
	assert_int_equal(replay_in_number(in), 4);
	assert_int_equal(replay_in_next(in, &line, &length), REPLAY_IN_END);
	replay_in_close(in);
	assert_int_equal(play("a.jsonl", why, sizeof why), 2);
	assert_text(why, "a.jsonl, line 3 is left out: it is longer than any tick");
}

/* Ten gigabytes of nothing, which take no disk: not all of it is read to find that out. */
static void gives_up_in_a_file_of_nothing(void **state)
{
	struct source *replay;
	char note[256];

	(void)state;
	write_file("a.jsonl", HEADER TICK(0, 0, 1, ""));
	assert_int_equal(truncate("a.jsonl", 10ll << 30), 0);
	assert_int_equal(play("a.jsonl", note, sizeof note), 1);
	assert_text(note, "a.jsonl is damaged in line 3: what comes before it is shown");
	replay = world_open("a.jsonl");
	assert_int_equal(replay_seek(replay, 0), 0);
	assert_int_equal(replay_next_tick(replay), 0);
	assert_int_equal(replay_find(replay, UINT64_MAX, 5), 0);
	source_close(replay);
}

/* -- cut ones */

static char *read_whole(const char *path, size_t *length)
{
	FILE *f = fopen(path, "re");
	char *bytes = mem_calloc(1, 1 << 20);

	assert_non_null(f);
	*length = fread(bytes, 1, 1 << 20, f);
	assert_true(*length > 0 && *length < 1 << 20);
	fclose(f);
	return bytes;
}

static size_t count_lines(const char *bytes, size_t length)
{
	size_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += bytes[i] == '\n';
	return count;
}

/* Wherever it is cut, each whole line is shown. */
static void shows_what_is_whole(void **state)
{
	size_t length, first;
	char *bytes;

	(void)state;
	world_record(&(struct record_options){ .path = "a.jsonl" }, 0, 5);
	bytes = read_whole("a.jsonl", &length);
	first = (size_t)(strchr(bytes, '\n') - bytes) + 1;
	for (size_t cut = first; cut <= length; cut += cut % 7 + 1) {
		const size_t lines = count_lines(bytes, cut);
		char note[256], expected[256] = "";

		write_bytes("b.jsonl", bytes, cut);
		if (bytes[cut - 1] != '\n')
			snprintf(expected, sizeof expected,
				"b.jsonl is cut in line %zu: what is whole is shown", lines + 1);
		else if (lines == 1)
			snprintf(expected, sizeof expected,
				"b.jsonl holds no ticks: nothing was recorded");
		assert_int_equal(play("b.jsonl", note, sizeof note), lines - 1);
		assert_text(note, expected);
	}
	free(bytes);
}

#ifdef HAVE_ZSTD
/* Packed, all lines but the one in which it is cut are there; a byte that was changed ends it, or its line. */
static void shows_what_can_be_unpacked(void **state)
{
	size_t length, most = 0;
	char *bytes;

	(void)state;
	world_record(&(struct record_options){ .path = "a.jsonl.zst" }, 0, 5);
	bytes = read_whole("a.jsonl.zst", &length);
	for (size_t cut = 1; cut <= length; cut += 3) {
		struct source *replay = NULL;
		char note[256], why[256];
		size_t ticks;

		write_bytes("b.zst", bytes, cut);
		if (replay_open(&replay, "b.zst", why, sizeof why)) {
			assert_true(!most && *why);
			continue;
		}
		source_close(replay);
		ticks = play("b.zst", note, sizeof note);
		assert_true(ticks >= most && ticks <= 5);
		most = ticks;
	}
	/* Only what ends the last frame may be missing from a file with all ticks. */
	assert_int_equal(most, 5);
	for (size_t at = 0; at < length; at += 5) {
		struct source *replay = NULL;
		char why[256];

		bytes[at] = (char)(bytes[at] ^ 0x55);
		write_bytes("b.zst", bytes, length);
		bytes[at] = (char)(bytes[at] ^ 0x55);
		if (replay_open(&replay, "b.zst", why, sizeof why))
			continue;
		replay_seek(replay, 3);
		source_close(replay);
		assert_true(play("b.zst", why, sizeof why) <= 5);
	}
	free(bytes);
}
#endif

/* -- a full disk */

/* What does not fit is not begun, and what is there plays. */
static void ends_whole_where_the_disk_is_full(void **state)
{
	enum { LITTLE = 20000 };
	const char *path = "a.jsonl";
	struct rlimit before;
	struct record *r;
	struct domain_set *set = world_domains(false);
	char why[256] = "", note[256];
	uint64_t written = 0;
	int error = 0;

	(void)state;
	assert_int_equal(
		record_open(&r, &(struct record_options){ .path = path }, why, sizeof why), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &(struct rlimit){ LITTLE, before.rlim_max }), 0);
	for (uint64_t i = 0; i < 100 && !error; i++) {
		struct sample *s = world_sample(i, set);

		error = record_add(r, s, why, sizeof why);
		written += !error;
		sample_free(s);
	}
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	record_close(r);
	domain_set_unref(set);
	assert_int_equal(error, -EFBIG);
	assert_text(why, "a.jsonl is not written (File too large): what is in it is whole");
	assert_true(written > 3);
	assert_int_equal(play("a.jsonl", note, sizeof note), written);
	assert_text(note, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			refuses_with_a_sentence, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			refuses_what_is_no_file, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			leaves_a_bad_line_out, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			goes_on_at_the_next_key_line, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			says_that_there_is_nothing, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(plays_several_as_one, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			survives_what_is_meant_ill, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			survives_deep_nesting, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			survives_a_line_without_an_end, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			gives_up_in_a_file_of_nothing, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(shows_what_is_whole, enter_scratch, leave_scratch),
#ifdef HAVE_ZSTD
		cmocka_unit_test_setup_teardown(
			shows_what_can_be_unpacked, enter_scratch, leave_scratch),
#endif
		cmocka_unit_test_setup_teardown(
			ends_whole_where_the_disk_is_full, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests_name("replay_bad", tests, NULL, NULL);
}
