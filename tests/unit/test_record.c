#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "advice/findings.h"
#include "model/model.h"
#include "record/write.h"
#include "record_world.h"
#include "report/json.h"
#include "scratch.h"

/* Packed where this program can. */
static const char *const files[] = {
	"a.jsonl",
#ifdef HAVE_ZSTD
	"a.jsonl.zst",
#endif
};
enum { FILES = sizeof files / sizeof *files, TICKS = 150 };

static char *report_of(struct model *m)
{
	struct findings f = { 0 };
	char *text;

	advice_run(m, &f);
	text = report_json(m, &f);
	findings_fini(&f);
	return text;
}

/* What only a replay has is taken away: all else must be what it was. */
static char *report_of_replay(struct model *m)
{
	m->recording = (struct sample_recording){ 0 };
	return report_of(m);
}

/* The two models say the same, and their XML is the same but for its lines. */
static void assert_same_report(struct model *live, struct model *replay, uint64_t tick)
{
	char *a = report_of(live), *b = report_of_replay(replay);

	if (strcmp(a, b) != 0) {
		size_t at = 0;

		while (a[at] == b[at])
			at++;
		at = at > 40 ? at - 40 : 0;
		fail_msg("tick %d: \"%.120s\" is \"%.120s\" in the replay", (int)tick, a + at,
			b + at);
	}
	free(a);
	free(b);
}

/* The live model beside the one of the recording, tick by tick, over several key lines. */
static void check_replay(const char *file)
{
	struct domain_set *before = world_domains(false), *after = world_domains(true);
	struct model *live = model_new(), *replay = model_new();
	struct source *source;

	world_record(&(struct record_options){ .path = file, .interval_s = 1 }, 0, TICKS);
	source = world_open(file);
	assert_true(replay_interval_s(source) == 1);
	for (uint64_t i = 0; i < TICKS; i++) {
		struct sample *s = sample_new();

		assert_false(replay_is_over(source));
		assert_int_equal(replay_next_tick(source), i);
		assert_int_equal(replay_wait_ns(source), i ? NS_PER_S : 0);
		source_collect(source, s);
		assert_true(s->recording.is_replay);
		assert_int_equal(s->recording.tick, i);
		assert_int_equal(s->recording.is_over, i == TICKS - 1);
		assert_string_equal(s->recording.host, WORLD_HOST);
		model_update(replay, s);
		model_update(live, world_sample(i, i < WORLD_CHANGE ? before : after));
		assert_same_report(live, replay, i);
	}
	assert_true(replay_is_over(source));
	assert_string_equal(replay_note(source), "");
	source_close(source);
	model_free(live);
	model_free(replay);
	domain_set_unref(before);
	domain_set_unref(after);
}

static void plays_what_was_seen(void **state)
{
	(void)state;
	for (size_t i = 0; i < FILES; i++)
		check_replay(files[i]);
}

/* How often a text stands in a file. */
static size_t count_in_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t size = 0, count = 0;

	assert_non_null(f);
	while (getline(&line, &size, f) >= 0)
		for (const char *at = line; (at = strstr(at, text)); at++)
			count++;
	free(line);
	fclose(f);
	return count;
}

/* Platform, domains and configurations stand in the key lines, and where they have changed. */
static void says_what_lasts_only_when_it_changes(void **state)
{
	const size_t keys = (TICKS + RECORD_KEY_TICKS - 1) / RECORD_KEY_TICKS;

	(void)state;
	world_record(&(struct record_options){ .path = "a.jsonl", .interval_s = 1 }, 0, TICKS);
	assert_int_equal(count_in_file("a.jsonl", "{\"kvmtop_recording\":1,"), 1);
	assert_int_equal(count_in_file("a.jsonl", "\"tick\":"), TICKS);
	assert_int_equal(count_in_file("a.jsonl", "\"domains\":"), keys + 1);
	assert_int_equal(count_in_file("a.jsonl", "\"platform\":"), keys + 1);
	assert_int_equal(count_in_file("a.jsonl", "\"configs\":"), keys);
	assert_int_equal(count_in_file("a.jsonl", "\"news\":true"), keys + 1);
}

static void assert_tick(struct source *replay, uint64_t tick)
{
	struct sample *s = sample_new();

	source_collect(replay, s);
	assert_int_equal(s->recording.tick, tick);
	assert_int_equal(s->time_ns, 1000 * NS_PER_S + tick * NS_PER_S);
	assert_int_equal(s->vm_count, 2);
	assert_non_null(s->vms[0].domain);
	assert_int_equal(s->vms[0].domain->inactive.hyperv.count, tick < WORLD_CHANGE ? 1 : 2);
	assert_non_null(s->vms[1].config);
	assert_string_equal(s->platform.clocksource, "tsc");
	assert_int_equal(s->platform.ksm_run, tick >= WORLD_CHANGE);
	assert_string_equal(s->recording.note, "");
	sample_free(s);
}

/* Forwards, backwards, to key lines, beside them, to both ends; then on from there. */
static void jumps(void **state)
{
	static const uint64_t to[] = { 149, 0, 60, 59, 61, 120, 119, 5, 148, 6, 7, 8, 1, 100, 100 };

	(void)state;
	for (size_t i = 0; i < FILES; i++) {
		struct source *replay;

		world_record(
			&(struct record_options){ .path = files[i], .interval_s = 1 }, 0, TICKS);
		replay = world_open(files[i]);
		for (size_t j = 0; j < sizeof to / sizeof *to; j++) {
			assert_int_equal(replay_seek(replay, to[j]), 0);
			assert_int_equal(replay_next_tick(replay), to[j]);
			assert_tick(replay, to[j]);
			if (to[j] + 1 < TICKS)
				assert_tick(replay, to[j] + 1);
		}
		assert_int_equal(replay_seek(replay, TICKS), -ENOENT);
		assert_true(replay_is_over(replay));
		assert_int_equal(replay_seek(replay, 3), 0);
		assert_tick(replay, 3);
		source_close(replay);
	}
}

/* After a jump with a run-up of ten ticks the model says what it says after having seen all of it, but for
 * what it adds up since the start. */
static void knows_the_same_after_a_jump(void **state)
{
	struct model *straight = model_new(), *jumped = model_new();
	struct source *replay;

	(void)state;
	world_record(&(struct record_options){ .path = "a.jsonl", .interval_s = 1 }, 0, TICKS);
	replay = world_open("a.jsonl");
	for (uint64_t i = 0; i <= 130; i++) {
		struct sample *s = sample_new();

		source_collect(replay, s);
		model_update(straight, s);
	}
	assert_int_equal(replay_seek(replay, 120), 0);
	for (uint64_t i = 120; i <= 130; i++) {
		struct sample *s = sample_new();

		source_collect(replay, s);
		model_update(jumped, s);
	}
	model_zero(straight);
	model_zero(jumped);
	straight->recording = (struct sample_recording){ 0 };
	assert_same_report(straight, jumped, 130);
	source_close(replay);
	model_free(straight);
	model_free(jumped);
}

static long size_of(const char *path)
{
	struct stat st;

	return stat(path, &st) ? -1 : (long)st.st_size;
}

/* Plays a file to its end: how many ticks, from which one on. */
static uint64_t count_ticks(const char *path, uint64_t *first)
{
	struct source *replay = world_open(path);
	uint64_t count = 0;

	*first = replay_next_tick(replay);
	while (!replay_is_over(replay)) {
		struct sample *s = sample_new();

		source_collect(replay, s);
		count++;
		sample_free(s);
	}
	assert_string_equal(replay_note(replay), "");
	source_close(replay);
	return count;
}

/* Two files that share what is allowed, each of which plays by itself, and the later one goes on where the
 * other ended. */
static void keeps_to_a_size(void **state)
{
	static const uint64_t max = RECORD_MAX_BYTES_MIN;
	uint64_t first_before, first, before, after;

	(void)state;
	world_record(&(struct record_options){ .path = "a.jsonl", .max_bytes = max }, 0, 700);
	assert_true(size_of("a.jsonl") > 0 && size_of("a.jsonl.1") > 0);
	assert_true((uint64_t)size_of("a.jsonl") <= max / 2);
	assert_true((uint64_t)size_of("a.jsonl.1") <= max / 2);
	/* Full but for a line, not turned at every chance. */
	assert_true((uint64_t)size_of("a.jsonl.1") > max / 2 - 8192);
	before = count_ticks("a.jsonl.1", &first_before);
	after = count_ticks("a.jsonl", &first);
	assert_int_equal(first_before + before, first);
	assert_int_equal(first + after, 700);
	assert_int_equal(count_in_file("a.jsonl", "{\"kvmtop_recording\":1,"), 1);
}

static void assert_refused(const char *path, uint64_t max, const char *expected)
{
	struct record *r = NULL;
	char why[256] = "";

	assert_true(record_open(&r, &(struct record_options){ .path = path, .max_bytes = max }, why,
			    sizeof why) < 0);
	if (!strstr(why, expected))
		fail_msg("\"%s\" has no \"%s\"", why, expected);
}

static void writes_over_nothing(void **state)
{
	(void)state;
	write_file("there.jsonl", "mine");
	assert_refused("there.jsonl", 0,
		"there.jsonl is there already: record to another name, or remove it");
	assert_int_equal(size_of("there.jsonl"), 4);
	assert_refused("no/such/folder.jsonl", 0, "folder.jsonl cannot be written: No such file");
	assert_int_equal(symlink("elsewhere", "link.jsonl"), 0);
	assert_refused("link.jsonl", 0, "link.jsonl is there already");
}

static void is_for_its_user_alone(void **state)
{
	struct stat st;

	(void)state;
	world_record(&(struct record_options){ .path = "a.jsonl" }, 0, 2);
	assert_int_equal(stat("a.jsonl", &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
}

/* No name is left anywhere, the same one is always the same, and all figures stay. */
static void replaces_names(void **state)
{
	static const char *const names[] = { "Bob", "payroll", "5f0bd5ad", "another", "104" };
	struct source *replay;
	struct sample *s = sample_new(), *t = sample_new();

	(void)state;
	world_record(&(struct record_options){ .path = "a.jsonl", .anonymize = true }, 0, TICKS);
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (count_in_file("a.jsonl", names[i]) && strcmp(names[i], "104") != 0)
			fail_msg("%s is in the recording", names[i]);
	assert_int_equal(count_in_file("a.jsonl", "\"stack_id\""), 0);
	replay = world_open("a.jsonl");
	source_collect(replay, s);
	assert_string_equal(s->host.name, "host");
	assert_string_equal(s->recording.host, "host");
	assert_string_equal(s->vms[0].name, s->vms[0].domain->name);
	assert_string_equal(s->vms[0].uuid, s->vms[0].domain->uuid);
	assert_true(!strncmp(s->vms[0].name, "vm", 2));
	assert_string_not_equal(s->vms[0].domain->name, s->domains->items[0].name);
	assert_non_null(strstr(s->vms[0].domain->live_xml, s->vms[0].name));
	assert_string_equal(s->vms[0].threads[0].name, "thread");
	assert_string_equal(s->vms[0].threads[1].name, "CPU 0/KVM");
	assert_int_equal(s->vms[0].threads[1].tid, WORLD_PID + 1);
	assert_int_equal(replay_seek(replay, 149), 0);
	source_collect(replay, t);
	assert_string_equal(t->vms[0].name, s->vms[0].name);
	assert_int_equal(t->vms[0].threads[1].cpu_ns, 400000000ull * 149);
	sample_free(s);
	sample_free(t);
	source_close(replay);
}

/* A recording of each format there was, made by the kvmtop of its time: the first ticks of a real one. */
static void reads_each_version(void **state)
{
	const char *tests = getenv("KVMTOP_TESTS");

	(void)state;
	for (int version = 1; version <= RECORD_VERSION; version++) {
		struct model *m = model_new();
		struct source *replay;
		char path[4096];
		int ticks = 0;

		snprintf(path, sizeof path, "%s/fixtures/tapes/version-%d.jsonl",
			tests ? tests : "tests", version);
		for (replay = world_open(path); !replay_is_over(replay); ticks++) {
			struct sample *s = sample_new();

			source_collect(replay, s);
			model_update(m, s);
		}
		assert_string_equal(replay_note(replay), "");
		assert_int_equal(ticks, 4);
		assert_true(m->vm_count > 0);
		assert_string_equal(m->vms[0]->name, "win10");
		assert_true(m->vms[0]->thread_count > 2 && m->vms[0]->cpu.cpu_pct > 0);
		assert_true(m->vms[0]->exits_per_s > 0);
		assert_non_null(m->vms[0]->config);
		assert_string_equal(m->vms[0]->config->clock.offset, "localtime");
		source_close(replay);
		model_free(m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(plays_what_was_seen, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			says_what_lasts_only_when_it_changes, enter_scratch, leave_scratch),
		cmocka_unit_test(reads_each_version),
		cmocka_unit_test_setup_teardown(jumps, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			knows_the_same_after_a_jump, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(keeps_to_a_size, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(writes_over_nothing, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			is_for_its_user_alone, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(replaces_names, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests_name("record", tests, NULL, NULL);
}
