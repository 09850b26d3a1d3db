/* Baselines: what is kept, what is said of it later, the verdicts, and the files. */
#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <time.h>

#include <cmocka.h>

#include "advice/verdict.h"
#include "app/proof.h"
#include "core/clock.h"
#include "core/mem.h"
#include "core/state.h"
#include "report/json_baseline.h"
#include "scratch.h"

#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define MOMENT (1535897251 * NS_PER_S) /* 2018-09-02T14:07:31Z */

enum { SECONDS = 5, IO_INSTRUCTION = 30, MSR_READ = 31, HLT = 12, EPT_MISCONFIG = 49 };

struct world {
	struct exit_entry reasons[8], details[8];
	struct vm vm, *vms[1];
	struct rule rule;
	struct finding finding;
	struct findings findings;
	struct model model;
};

static void set_entry(struct exit_entry *e, uint32_t reason, const char *name,
	enum exit_detail detail, uint64_t number, double per_s)
{
	*e = (struct exit_entry){
		.key = { .reason = reason, .isa = 1, .detail = (uint8_t)detail, .number = number },
		.durations.count = (uint64_t)(per_s * SECONDS),
	};
	snprintf(e->name, sizeof e->name, "%s", name);
}

static void add_reason(struct world *w, uint32_t reason, const char *name, double per_s)
{
	set_entry(
		&w->reasons[w->vm.recent.reason_count++], reason, name, EXIT_DETAIL_NONE, 0, per_s);
}

static void add_detail(
	struct world *w, uint32_t reason, enum exit_detail detail, uint64_t number, double per_s)
{
	set_entry(&w->details[w->vm.recent.detail_count++], reason, "", detail, number, per_s);
}

/* The case: 131.9 % of a CPU, 17,902 accesses to the RTC among 23,000 exits a second. */
static void set_storm(struct world *w)
{
	w->vm.cpu = (struct cpu_shares){ 131.9, 22.1, 31.4, 78.4, 0.2 };
	w->vm.recent.reason_count = w->vm.recent.detail_count = 0;
	add_reason(w, HLT, "HLT", 21000);
	add_reason(w, IO_INSTRUCTION, "IO_INSTRUCTION", 18600);
	add_reason(w, MSR_READ, "MSR_READ", 4400);
	add_detail(w, IO_INSTRUCTION, EXIT_DETAIL_PORT_IN, 0x71, 8951);
	add_detail(w, IO_INSTRUCTION, EXIT_DETAIL_PORT_OUT, 0x70, 8951);
	add_detail(w, IO_INSTRUCTION, EXIT_DETAIL_PORT_IN, 0x4242, 10);
}

/* And nothing is found any more. */
static void set_quiet(struct world *w, double cpu_pct)
{
	w->findings.count = 0;
	w->vm.cpu = (struct cpu_shares){ cpu_pct, 1, 2, 3, 0 };
	w->vm.recent.reason_count = w->vm.recent.detail_count = 0;
	add_reason(w, HLT, "HLT", 300);
	add_reason(w, MSR_READ, "MSR_READ", 110);
}

static void set_up(struct world *w)
{
	*w = (struct world){ .rule = *rule_of(RULE_RTC_TICK) };
	w->vm.id = (struct vm_id){ 11, 1 };
	strcpy(w->vm.uuid, UUID);
	strcpy(w->vm.name, "win10");
	w->vm.vcpus = 2;
	w->vm.exits_per_s = w->vm.counters.exits_per_s = w->vm.counters.halt_exits_per_s = NAN;
	w->vm.recent.seconds = SECONDS;
	w->vm.recent.reasons = w->reasons;
	w->vm.recent.details = w->details;
	set_storm(w);
	w->finding.rule = &w->rule;
	w->finding.vm = w->vm.id;
	w->finding.summary = "RTC polling 17.9k/s";
	w->findings.items = &w->finding;
	w->findings.count = 1;
	w->vms[0] = &w->vm;
	w->model.vms = w->vms;
	w->model.vm_count = 1;
	w->model.real_ns = MOMENT;
}

static void take(struct world *w, struct baseline *b)
{
	verdict_take_baseline(b, &w->vm, &w->findings, false, MOMENT);
}

static void assert_line(struct world *w, const struct baseline *b, const char *line)
{
	struct strbuf text = { 0 };

	baseline_describe(&text, b, &w->vm, MOMENT + 60 * NS_PER_S);
	assert_string_equal(strbuf_text(&text), line);
	strbuf_fini(&text);
}

static enum verdict verdict_now(const struct world *w, const struct baseline *b)
{
	return verdict_of(b, &b->findings[0], &w->vm, &w->findings, false, NULL, NULL);
}

static void assert_verdict(
	struct world *w, const struct baseline *b, enum verdict verdict, const char *line)
{
	struct strbuf text = { 0 };

	verdict_describe(&text, b, &b->findings[0], &w->vm, &w->findings, false);
	assert_string_equal(strbuf_text(&text), line);
	strbuf_fini(&text);
	assert_int_equal(verdict_now(w, b), verdict);
}

static void what_is_kept(void **state)
{
	struct world w;
	struct baseline b;

	(void)state;
	set_up(&w);
	take(&w, &b);
	assert_string_equal(b.uuid, UUID);
	assert_float_equal(b.exits_per_s, 44000, 0.1);
	assert_float_equal(b.work_per_s, 23000, 0.1);
	assert_int_equal(b.reason_count, 3);
	assert_string_equal(b.reasons[0].name, "HLT");
	assert_true(b.reasons[0].is_halt);
	assert_string_equal(b.reasons[1].name, "IO_INSTRUCTION");
	assert_false(b.reasons[1].is_halt);
	assert_int_equal(b.device_count, 2);
	assert_float_equal(b.devices[0].per_s, 17902, 0.1);
	assert_string_equal(b.devices[1].name, "port 0x4242");
	assert_int_equal(b.finding_count, 1);
	assert_string_equal(b.findings[0].label, "RTC polling");
	assert_float_equal(b.findings[0].per_s, 17902, 0.1);
	assert_float_equal(baseline_reason_now(&w.vm, &b.reasons[2], false), 4400, 0.1);
	assert_float_equal(
		baseline_reason_now(&w.vm, &(struct baseline_rate){ .name = "CPUID" }, false), 0,
		0.1);
	assert_float_equal(baseline_device_now(&w.vm, &b.devices[0], false), 17902, 0.1);
}

/* More of everything than there is room for: the most frequent stay. */
static void it_is_bounded(void **state)
{
	struct exit_entry reasons[40], details[40];
	struct finding many[20];
	struct world w;
	struct baseline b;
	char name[32];

	(void)state;
	set_up(&w);
	for (uint32_t i = 0; i < 40; i++) {
		snprintf(name, sizeof name, "REASON_%u", i);
		set_entry(&reasons[i], i + 100, name, EXIT_DETAIL_NONE, 0, i);
		set_entry(&details[i], i + 100, "", EXIT_DETAIL_PORT_IN, 0x5000 + i, i);
	}
	for (size_t i = 0; i < 20; i++)
		many[i] = w.finding;
	w.vm.recent.reasons = reasons;
	w.vm.recent.details = details;
	w.vm.recent.reason_count = w.vm.recent.detail_count = 40;
	w.findings.items = many;
	w.findings.count = 20;
	take(&w, &b);
	assert_int_equal(b.reason_count, BASELINE_ROWS_MAX);
	assert_string_equal(b.reasons[0].name, "REASON_39");
	assert_string_equal(b.reasons[BASELINE_ROWS_MAX - 1].name, "REASON_28");
	assert_int_equal(b.device_count, BASELINE_ROWS_MAX);
	assert_string_equal(b.devices[0].name, "port 0x5027");
	assert_int_equal(b.finding_count, BASELINE_FINDINGS_MAX);
}

static void the_line(void **state)
{
	struct world w;
	struct baseline b;

	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	set_up(&w);
	take(&w, &b);
	set_quiet(&w, 6.6);
	assert_line(&w, &b,
		"since 14:07: CPU 131.9 -> 6.6 %, exits 44.0k -> 410/s, IO_INSTRUCTION 18.6k -> "
		"0/s");
	b.real_ns -= 24 * 3600 * NS_PER_S;
	w.vm.cpu.cpu_pct = NAN;
	w.vm.recent.seconds = 0;
	assert_line(&w, &b,
		"since 2018-09-01 14:07: CPU 131.9 -> - %, exits 44.0k -> -/s, IO_INSTRUCTION "
		"18.6k "
		"-> -/s");
	take(&w, &b);
	assert_line(&w, &b, "since 14:07: CPU - -> - %, exits - -> -/s");
	w.vm.counters.exits_per_s = 500;
	assert_line(&w, &b, "since 14:07: CPU - -> - %, exits - -> 500/s");
}

static void the_verdicts(void **state)
{
	struct world w;
	struct baseline b;

	(void)state;
	set_up(&w);
	take(&w, &b);
	assert_verdict(&w, &b, VERDICT_NOT_BETTER,
		"RTC polling 17,902/s -> 17,902/s; host CPU 131.9 % -> 131.9 %: not better");
	set_quiet(&w, 6.6);
	assert_verdict(&w, &b, VERDICT_SOLVED,
		"RTC polling 17,902/s -> 0/s; host CPU 131.9 % -> 6.6 %: solved");
	/* 5 % for each of two vCPUs. */
	set_quiet(&w, 9.9);
	assert_int_equal(verdict_now(&w, &b), VERDICT_SOLVED);
	set_quiet(&w, 10);
	assert_int_equal(verdict_now(&w, &b), VERDICT_BETTER);
	/* 80 % less. */
	add_detail(&w, IO_INSTRUCTION, EXIT_DETAIL_PORT_IN, 0x71, 17902 * 0.19);
	w.vm.cpu.cpu_pct = 1;
	assert_int_equal(verdict_now(&w, &b), VERDICT_SOLVED);
	add_detail(&w, IO_INSTRUCTION, EXIT_DETAIL_PORT_OUT, 0x70, 17902 * 0.02);
	assert_int_equal(verdict_now(&w, &b), VERDICT_BETTER);
	/* Fewer exits for more CPU is no progress. */
	w.vm.cpu.cpu_pct = 140;
	assert_int_equal(verdict_now(&w, &b), VERDICT_NOT_BETTER);
	w.vm.recent.seconds = 0;
	assert_verdict(&w, &b, VERDICT_UNKNOWN,
		"RTC polling: exits 23,000/s -> -/s; host CPU 131.9 % -> 140.0 %");
}

/* What a rule is about can be traced then and not now, or be nothing of its own. */
static void verdicts_without_a_subject(void **state)
{
	struct world w;
	struct baseline b;
	double before, now;

	(void)state;
	set_up(&w);
	w.rule = *rule_of(RULE_HV_CLOCK_MSR);
	add_detail(&w, MSR_READ, EXIT_DETAIL_MSR_READ, 0x40000020, 4000);
	verdict_take_baseline(&b, &w.vm, &w.findings, true, MOMENT);
	assert_float_equal(b.findings[0].per_s, 4000, 0.1);
	set_quiet(&w, 6.6);
	assert_int_equal(b.device_count, 3);
	assert_float_equal(baseline_device_now(&w.vm, &b.devices[1], true), 0, 0.1);
	assert_true(isnan(baseline_device_now(&w.vm, &b.devices[1], false)));
	assert_int_equal(verdict_of(&b, &b.findings[0], &w.vm, &w.findings, true, &before, &now),
		VERDICT_SOLVED);
	assert_float_equal(before, 4000, 0.1);
	assert_float_equal(now, 0, 0.1);
	verdict_of(&b, &b.findings[0], &w.vm, &w.findings, false, &before, &now);
	assert_float_equal(before, 23000, 0.1);
	assert_float_equal(now, 110, 0.1);

	/* All that a device is asked for counts, at either of its places. */
	set_up(&w);
	w.rule = *rule_of(RULE_PM_TIMER);
	add_detail(&w, IO_INSTRUCTION, EXIT_DETAIL_PORT_IN, 0x608, 500);
	add_detail(&w, IO_INSTRUCTION, EXIT_DETAIL_PORT_IN, 0xb008, 300);
	add_detail(&w, IO_INSTRUCTION, EXIT_DETAIL_PORT_OUT, 0x608, 100); /* is no read */
	take(&w, &b);
	assert_float_equal(b.findings[0].per_s, 800, 0.5);
	set_up(&w);
	w.rule = *rule_of(RULE_HPET_CLOCK);
	add_detail(&w, MSR_READ, EXIT_DETAIL_MMIO_READ, 0xfed000f0, 500);
	add_detail(&w, MSR_READ, EXIT_DETAIL_MMIO_WRITE, 0xfed00108, 200);
	take(&w, &b); /* without details it cannot be told */
	assert_true(isnan(b.findings[0].per_s));
	verdict_take_baseline(&b, &w.vm, &w.findings, true, MOMENT);
	assert_float_equal(b.findings[0].per_s, 700, 0.5);

	set_up(&w);
	w.rule.number = (enum rule_number)99;
	w.rule.id = "R99";
	take(&w, &b);
	assert_string_equal(b.findings[0].label, "The guest uses the RTC as its tick");
	assert_true(isnan(b.findings[0].per_s));
	set_quiet(&w, 6.6);
	assert_verdict(&w, &b, VERDICT_SOLVED,
		"The guest uses the RTC as its tick: exits 23,000/s -> 110/s; host CPU 131.9 % -> "
		"6.6 %: solved");
}

/* A VM that is quiet now says nothing of what is not about its exits, such as the host's clock. */
static void what_is_still_found(void **state)
{
	const struct rule r25 = *rule_of(RULE_HOST_CLOCK);
	struct world w, other;
	struct baseline b;

	(void)state;
	set_up(&w);
	w.rule = r25;
	take(&w, &b);
	set_quiet(&w, 6.6);
	w.findings.count = 1;
	assert_verdict(&w, &b, VERDICT_STILL_FOUND,
		"The host's own clock is bad; host CPU 131.9 % -> 6.6 %: still found");
	/* A guest that resumed from a saved image has its old hardware: nothing was tried yet. */
	w.vm.pending = TRI_YES;
	assert_verdict(&w, &b, VERDICT_PENDING,
		"The host's own clock is bad: exits 23,000/s -> 110/s; host CPU 131.9 % -> 6.6 %: "
		"not in effect yet");
	w.vm.pending = TRI_NO;
	/* As a part of another finding, too. */
	w.rule = *rule_of(RULE_RTC_TICK);
	w.finding.folded[0].rule = &r25;
	w.finding.folded_count = 1;
	assert_int_equal(verdict_now(&w, &b), VERDICT_STILL_FOUND);
	/* But not in another VM. */
	w.finding.vm.pid++;
	assert_int_equal(verdict_now(&w, &b), VERDICT_SOLVED);

	/* What has exits of its own can be better. */
	set_up(&other);
	take(&other, &b);
	set_quiet(&other, 6.6);
	assert_int_equal(verdict_now(&other, &b), VERDICT_SOLVED);
	other.findings.count = 1;
	assert_verdict(&other, &b, VERDICT_BETTER,
		"RTC polling 17,902/s -> 0/s; host CPU 131.9 % -> 6.6 %: better");
}

static void keyed_by_uuid_or_name(void **state)
{
	struct baselines all = { 0 };
	struct world w, other;
	struct baseline b;

	(void)state;
	set_up(&w);
	set_up(&other);
	take(&w, &b);
	baselines_put(&all, &b);
	b.real_ns++;
	baselines_put(&all, &b);
	assert_int_equal(all.count, 1);
	assert_int_equal(baselines_find(&all, &w.vm)->real_ns, MOMENT + 1);
	/* It is the UUID that counts. */
	strcpy(other.vm.name, "renamed");
	assert_non_null(baselines_find(&all, &other.vm));
	strcpy(other.vm.uuid, "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3");
	strcpy(other.vm.name, "win10");
	assert_null(baselines_find(&all, &other.vm));
	other.vm.uuid[0] = '\0';
	assert_null(baselines_find(&all, &other.vm));
	take(&other, &b);
	baselines_put(&all, &b);
	assert_int_equal(all.count, 2);
	assert_non_null(baselines_find(&all, &other.vm));
	assert_true(baselines_drop(&all, &w.vm));
	assert_false(baselines_drop(&all, &w.vm));
	assert_int_equal(all.count, 1);
	baselines_fini(&all);
}

static void assert_same(const struct baseline *a, const struct baseline *b)
{
	assert_string_equal(a->uuid, b->uuid);
	assert_string_equal(a->name, b->name);
	assert_true(a->real_ns == b->real_ns);
	assert_float_equal(a->cpu.cpu_pct, b->cpu.cpu_pct, 1e-6);
	assert_float_equal(a->work_per_s, b->work_per_s, 1e-6);
	assert_int_equal(a->reason_count, b->reason_count);
	for (size_t i = 0; i < a->reason_count; i++) {
		assert_string_equal(a->reasons[i].name, b->reasons[i].name);
		assert_float_equal(a->reasons[i].per_s, b->reasons[i].per_s, 1e-6);
		assert_int_equal(a->reasons[i].is_halt, b->reasons[i].is_halt);
	}
	assert_int_equal(a->device_count, b->device_count);
	assert_int_equal(a->finding_count, b->finding_count);
	for (size_t i = 0; i < a->finding_count; i++)
		assert_string_equal(a->findings[i].summary, b->findings[i].summary);
}

static void survives_kvmtop(void **state)
{
	struct model later = { 0 };
	struct world w;
	char say[STATE_WHY_MAX];
	struct stat status;

	(void)state;
	set_up(&w);
	w.vm.cpu.wait_pct = NAN;
	assert_true(proof_take(&w.model, &w.findings, &w.vm, "kvmtop", say, sizeof say));
	assert_non_null(strstr(say, "Baseline taken"));
	assert_int_equal(stat("kvmtop/baseline-" UUID ".json", &status), 0);
	assert_int_equal(status.st_mode & 07777, 0600);
	proof_load(&later, "kvmtop", say, sizeof say);
	assert_string_equal(say, "");
	assert_int_equal(later.baselines.count, 1);
	assert_same(
		baselines_find(&later.baselines, &w.vm), baselines_find(&w.model.baselines, &w.vm));
	assert_true(isnan(later.baselines.items[0].cpu.wait_pct));

	proof_drop(&later, &w.vm, "kvmtop", say, sizeof say);
	assert_string_equal(say, "The baseline is forgotten");
	assert_int_not_equal(access("kvmtop/baseline-" UUID ".json", F_OK), 0);
	proof_drop(&later, &w.vm, "kvmtop", say, sizeof say);
	assert_non_null(strstr(say, "There is no baseline"));
	baselines_fini(&later.baselines);
	baselines_fini(&w.model.baselines);
}

static void names_that_look_alike(void **state)
{
	struct model later = { 0 };
	struct world w;
	char say[STATE_WHY_MAX];

	(void)state;
	set_up(&w);
	w.vm.uuid[0] = '\0';
	strcpy(w.vm.name, "../a b");
	assert_true(proof_take(&w.model, &w.findings, &w.vm, "kvmtop", say, sizeof say));
	strcpy(w.vm.name, "../a/b");
	assert_true(proof_take(&w.model, &w.findings, &w.vm, "kvmtop", say, sizeof say));
	proof_load(&later, "kvmtop", say, sizeof say);
	assert_int_equal(later.baselines.count, 2);
	baselines_fini(&later.baselines);
	baselines_fini(&w.model.baselines);
}

static void when_it_cannot_be_taken(void **state)
{
	struct world w;
	char say[STATE_WHY_MAX];

	(void)state;
	set_up(&w);
	assert_false(proof_take(&w.model, &w.findings, NULL, "kvmtop", say, sizeof say));
	assert_non_null(strstr(say, "No VM"));
	proof_drop(&w.model, NULL, "kvmtop", say, sizeof say);
	assert_non_null(strstr(say, "No VM"));
	w.vm.cpu.cpu_pct = NAN;
	assert_false(proof_take(&w.model, &w.findings, &w.vm, "kvmtop", say, sizeof say));
	assert_non_null(strstr(say, "no figures yet"));
	w.vm.cpu.cpu_pct = 1;
	strcpy(w.model.recording.file, "a.dat");
	assert_false(proof_take(&w.model, &w.findings, &w.vm, "kvmtop", say, sizeof say));
	assert_non_null(strstr(say, "recording"));
	w.model.recording.file[0] = '\0';
	assert_int_not_equal(access("kvmtop", F_OK), 0);

	/* Without a file it is there until the end. */
	write_file("file", "");
	assert_true(proof_take(&w.model, &w.findings, &w.vm, "file/kvmtop", say, sizeof say));
	assert_non_null(strstr(say, "only until kvmtop ends"));
	assert_true(proof_take(&w.model, &w.findings, &w.vm, "", say, sizeof say));
	assert_non_null(strstr(say, "only until kvmtop ends"));
	assert_int_equal(w.model.baselines.count, 1);
	baselines_fini(&w.model.baselines);
}

/* Every file that is cut or changed somewhere is left out with a sentence, or is a whole baseline. */
static void damaged_files(void **state)
{
	static const char *const wrong[] = { "", "{", "[]", "null", "{\"kvmtop_baseline\":1}",
		"{\"kvmtop_baseline\":\"1\"}" };
	struct model later = { 0 };
	struct world w;
	struct baseline b, read;
	char say[STATE_WHY_MAX], why[128], *text;
	size_t length;

	(void)state;
	set_up(&w);
	take(&w, &b);
	text = json_baseline_write(&b);
	assert_true(json_baseline_read(&read, text, why, sizeof why));
	length = strlen(text);
	for (size_t i = 0; i < length; i++) {
		const char was = text[i];

		text[i] = '\0';
		assert_false(json_baseline_read(&read, text, why, sizeof why) && i + 1 < length);
		text[i] = '\033';
		assert_false(json_baseline_read(&read, text, why, sizeof why));
		text[i] = '9';
		if (json_baseline_read(&read, text, why, sizeof why)) {
			assert_true(read.reason_count <= BASELINE_ROWS_MAX);
			assert_true(!(read.cpu.cpu_pct < 0));
		}
		text[i] = was;
	}
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		assert_false(json_baseline_read(&read, wrong[i], why, sizeof why));
	assert_false(json_baseline_read(&read, "{\"kvmtop_baseline\":2}", why, sizeof why));
	assert_non_null(strstr(why, "another version"));

	assert_int_equal(mkdir("kvmtop", 0700), 0);
	write_file("kvmtop/baseline-good.json", text);
	write_file("kvmtop/baseline-bad.json", "{\"kvmtop_baseline\":1,");
	write_file("kvmtop/other.json", "{");
	proof_load(&later, "kvmtop", say, sizeof say);
	assert_int_equal(later.baselines.count, 1);
	assert_string_equal(
		say, "baseline-bad.json is left out, it is damaged: remove it from kvmtop");
	baselines_fini(&later.baselines);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_kept),
		cmocka_unit_test(it_is_bounded),
		cmocka_unit_test(the_line),
		cmocka_unit_test(the_verdicts),
		cmocka_unit_test(verdicts_without_a_subject),
		cmocka_unit_test(what_is_still_found),
		cmocka_unit_test(keyed_by_uuid_or_name),
		cmocka_unit_test_setup_teardown(survives_kvmtop, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			names_that_look_alike, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(
			when_it_cannot_be_taken, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(damaged_files, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
