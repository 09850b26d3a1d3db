#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "advice/verdict.h"
#include "scene.h"
#include "source/replay/replay.h"

static struct source *open_demo(void)
{
	const char *tests = getenv("KVMTOP_TESTS");
	struct source *replay;
	char path[4096], why[300];

	snprintf(path, sizeof path, "%s/../share/demo.jsonl.zst", tests ? tests : "tests");
	if (replay_open(&replay, path, why, sizeof why))
		fail_msg("%s", why);
	return replay;
}

static void take_baseline(struct model *m, const struct findings *f)
{
	struct baseline b;

	assert_true(m->vm_count > 0);
	verdict_take_baseline(&b, m->vms[0], f, m->host.details, m->real_ns);
	baselines_put(&m->baselines, &b);
}

void scene_recorded(struct scene *s, uint64_t tick, uint64_t baseline_tick)
{
	struct source *replay = open_demo();

	*s = (struct scene){ 0 };
	ui_init(&s->ui);
	setenv("TZ", "UTC", 1);
	s->played = model_new();
	while (!replay_is_over(replay) && replay_next_tick(replay) <= tick) {
		struct sample *sample = sample_new();

		source_collect(replay, sample);
		model_update(s->played, sample);
		findings_fini(&s->findings);
		advice_run(s->played, &s->findings);
		if (s->played->recording.tick == baseline_tick)
			take_baseline(s->played, &s->findings);
	}
	source_close(replay);
	s->model = *s->played;
	s->ui.replay.on = true;
}
