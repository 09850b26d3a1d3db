/* When a change is proven, and that it is noted once. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#include <cmocka.h>

#include "app/proven.h"
#include "apply/backup.h"
#include "core/clock.h"
#include "core/state.h"
#include "model/baseline.h"
#include "scratch.h"

#define UUID "0f6b7a1e-52a4-4d0c-9a5b-1c1f4f0f2a10"
#define MOMENT (1535897251 * NS_PER_S)
#define UPTIME_S 10000.0

/* A guest that was started 100 s ago, after a change of 300 s ago. */
struct world {
	struct vm vm, *vms[1];
	struct model model;
	struct findings findings;
	struct change_record change;
};

static void set_up(struct world *w)
{
	*w = (struct world){ .change.real_ns = MOMENT };
	w->vms[0] = &w->vm;
	w->model.vms = w->vms;
	w->model.vm_count = 1;
	w->model.real_ns = MOMENT + 300 * NS_PER_S;
	w->model.host.uptime_s = UPTIME_S;
	w->vm.id = (struct vm_id){ 7, (uint64_t)((UPTIME_S - 100) * (double)sysconf(_SC_CLK_TCK)) };
	strcpy(w->vm.uuid, UUID);
	strcpy(w->vm.name, "win10");
	w->vm.pending = TRI_NO;
	w->vm.cpu.cpu_pct = 6.6;
}

static bool is_proven(const struct world *w)
{
	return proven_now(&w->change, &w->vm, &w->model, &w->findings);
}

static void started_with_the_change(void **state)
{
	struct world w;

	(void)state;
	set_up(&w);
	assert_true(is_proven(&w));

	/* A guest that has not been up for long may not have booted. */
	w.vm.id.start_ticks = (uint64_t)((UPTIME_S - 59) * (double)sysconf(_SC_CLK_TCK));
	assert_false(is_proven(&w));
	/* It runs since before the change. */
	w.vm.id.start_ticks = (uint64_t)((UPTIME_S - 301) * (double)sysconf(_SC_CLK_TCK));
	assert_false(is_proven(&w));

	/* Started from a managed save image, which has the old definition. */
	set_up(&w);
	w.vm.pending = TRI_YES;
	assert_false(is_proven(&w));
	w.vm.pending = TRI_UNKNOWN;
	assert_false(is_proven(&w));

	set_up(&w);
	w.vm.cpu.cpu_pct = NAN;
	assert_false(is_proven(&w));
	set_up(&w);
	w.model.host.uptime_s = NAN;
	assert_false(is_proven(&w));
	set_up(&w);
	w.model.host.remote = true;
	assert_false(is_proven(&w));
}

/* Good or bad, but known. */
static void judged_by_the_baseline(void **state)
{
	struct world w;
	struct baseline b = { .cpu.cpu_pct = 131.9, .work_per_s = 20000, .finding_count = 1 };

	(void)state;
	set_up(&w);
	strcpy(b.uuid, UUID);
	strcpy(b.findings[0].rule, "R01");
	b.findings[0].per_s = NAN;
	baselines_put(&w.model.baselines, &b);
	w.vm.exits_per_s = w.vm.counters.exits_per_s = NAN;
	assert_false(is_proven(&w));
	w.vm.recent.seconds = 5;
	assert_true(is_proven(&w));
	w.vm.cpu.cpu_pct = 250;
	assert_true(is_proven(&w));
	baselines_fini(&w.model.baselines);
}

static struct change_log read_log(void)
{
	char why[STATE_WHY_MAX];
	struct change_log log;

	assert_int_equal(change_log_read("kvmtop", &log, why, sizeof why), 0);
	assert_string_equal(why, "");
	return log;
}

static uint64_t proven_at(void)
{
	struct change_log log = read_log();
	const uint64_t at = log.count ? log.items[0].proven_ns : 0;

	change_log_fini(&log);
	return at;
}

static void noted_once(void **state)
{
	char why[STATE_WHY_MAX], *path;
	struct proven p = { 0 };
	struct world w;

	(void)state;
	set_up(&w);
	proven_tick(&p, &w.model, &w.findings, "");
	proven_tick(&p, &w.model, &w.findings, "kvmtop"); /* there is no folder yet */
	assert_int_equal(
		backup_save("kvmtop", "win10", UUID, MOMENT, "<domain/>", &path, why, sizeof why),
		0);
	assert_int_equal(change_log_add(path, "win10", NULL, "hpet-on", "", why, sizeof why), 0);
	/* Not while it is not known whether it was made. */
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == 0);
	assert_int_equal(backup_save_after(path, "<domain>after</domain>", why, sizeof why), 0);
	w.vm.pending = TRI_YES;
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == 0);

	w.vm.pending = TRI_NO;
	strcpy(w.model.recording.file, "a.dat");
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == 0);
	w.model.recording.file[0] = '\0';
	strcpy(w.vm.uuid, "5d5f5c44-3fe0-4f0a-8a0c-4d2b4ad2c1f3");
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == 0);

	strcpy(w.vm.uuid, UUID);
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == MOMENT + 300 * NS_PER_S);
	w.model.real_ns += NS_PER_S;
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	w.model.real_ns += NS_PER_S;
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == MOMENT + 300 * NS_PER_S);
	assert_true(p.log.items[0].proven_ns > 0);
	proven_fini(&p);
	free(path);
}

/* Changes of older versions are not marked, and one that is undone is not proven. */
static void only_what_is_open(void **state)
{
	char why[STATE_WHY_MAX], *path;
	struct proven p = { 0 };
	struct world w;

	(void)state;
	set_up(&w);
	assert_int_equal(
		backup_save("kvmtop", "win10", UUID, MOMENT, "<domain/>", &path, why, sizeof why),
		0);
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == 0);
	assert_int_equal(access("kvmtop/win10-" UUID "-20180902T140731.000Z.change", F_OK), -1);
	assert_int_equal(backup_save_after(path, "<domain>after</domain>", why, sizeof why), 0);
	assert_int_equal(change_log_add(path, "win10", NULL, "hpet-on", "", why, sizeof why), 0);
	assert_int_equal(change_log_mark_undone(path, MOMENT, why, sizeof why), 0);
	proven_fini(&p);
	proven_tick(&p, &w.model, &w.findings, "kvmtop");
	assert_true(proven_at() == 0);
	proven_fini(&p);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(started_with_the_change),
		cmocka_unit_test(judged_by_the_baseline),
		cmocka_unit_test_setup_teardown(noted_once, enter_scratch, leave_scratch),
		cmocka_unit_test_setup_teardown(only_what_is_open, enter_scratch, leave_scratch),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
