/* Arbitrary bytes as a recording, plain or packed, played through the model, the rules and a report, and jumped
 * in. The seeds are whole recordings, so that damage gets behind the first line. */
#include "fuzz.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "advice/findings.h"
#include "model/model.h"
#include "record/record.h"
#include "report/json.h"
#include "sample/sample.h"
#include "source/replay/replay.h"

enum { TICKS_MAX = 200 };

static void require(bool holds)
{
	if (!holds)
		abort();
}

/* What holds of each sample, whatever the file says. */
static void check_sample(const struct sample *s)
{
	require(s->recording.is_replay && s->recording.file[0]);
	for (size_t i = 0; i < s->vm_count; i++) {
		const struct domain *d = s->vms[i].domain;

		require(!d || (s->domains && d >= s->domains->items &&
				      d < s->domains->items + s->domains->count && d->name));
		for (size_t j = 0; j < s->vms[i].thread_count; j++)
			require(s->vms[i].threads[j].kind < THREAD_KIND__COUNT);
	}
	for (size_t i = 0; i < s->exit_thread_count; i++)
		for (size_t j = 0; j < s->exit_threads[i].count; j++) {
			const struct sample_exit *e = &s->exit_threads[i].exits[j];

			require(e->latency.first + e->latency.count <= LATENCY_BUCKETS);
			require(e->key.detail < EXIT_DETAIL__COUNT);
		}
	require(s->tracing.shed < TRACING_SHED__COUNT);
}

static void play(struct source *replay)
{
	struct model *m = model_new();
	struct findings f = { 0 };
	uint64_t last_ns = 0;

	for (int i = 0; i < TICKS_MAX && !replay_is_over(replay); i++) {
		struct sample *s = sample_new();

		source_collect(replay, s);
		check_sample(s);
		require(s->time_ns > last_ns || !i);
		last_ns = s->time_ns;
		model_update(m, s);
		findings_fini(&f);
		advice_run(m, &f);
		free(report_json(m, &f));
	}
	findings_fini(&f);
	model_free(m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("replay", MFD_CLOEXEC);
	struct source *replay = NULL;
	char path[64], why[256] = "";

	require(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	if (replay_open(&replay, path, why, sizeof why))
		require(why[0]);
	else {
		play(replay);
		for (uint64_t tick = 7; tick != 3; tick = (tick * 5 + 1) % 11)
			if (!replay_seek(replay, tick))
				require(replay_next_tick(replay) >= tick);
		if (!replay_seek(replay, 0))
			play(replay);
		source_close(replay);
	}
	close(fd);
	return 0;
}

/* -- seeds */

static struct sample *make_sample(uint64_t tick, struct domain_set *set)
{
	static uint32_t counts[] = { 3, 1 };
	static struct domain_config config = { .parsed = true,
		.machine = { .usb = { "a" }, .usb_count = 1 } };
	struct sample *s = sample_new();

	s->time_ns = 1000 + 1000000000 * tick;
	s->real_ns = 2000 + s->time_ns;
	s->domains = domain_set_ref(set);
	s->vms = arena_array(&s->arena, 2, sizeof *s->vms);
	s->vm_count = 2;
	s->vms[0] = sample_vm_unknown((struct vm_id){ 7, 1 });
	s->vms[0].name = "a";
	s->vms[0].domain = &set->items[0];
	s->vms[0].threads = arena_array(&s->arena, 1, sizeof *s->vms[0].threads);
	s->vms[0].threads[0] =
		(struct sample_thread){ .tid = 8, .name = "CPU 0/KVM", .cpu_ns = tick };
	s->vms[0].thread_count = 1;
	s->vms[1] = sample_vm_unknown((struct vm_id){ 9, 1 });
	s->vms[1].config = domain_config_copy(&s->arena, &config);
	s->exit_threads = arena_array(&s->arena, 1, sizeof *s->exit_threads);
	s->exit_thread_count = 1;
	s->exit_threads[0] = (struct sample_exit_thread){ .tid = 8, .count = 1, .irq_count = 1 };
	s->exit_threads[0].exits = arena_array(&s->arena, 1, sizeof *s->exit_threads[0].exits);
	s->exit_threads[0].exits[0] = (struct sample_exit){
		.key = { 30, EXIT_ISA_VMX, EXIT_DETAIL_PORT_IN, 0x71 },
		.name = "IO",
		.durations = { 4, 4000, 900, 1100, 1000, 20.5 },
		.latency = { 20, 2, counts },
	};
	s->exit_threads[0].irqs = arena_array(&s->arena, 1, sizeof *s->exit_threads[0].irqs);
	s->exit_threads[0].irqs[0] = (struct sample_irq){ 8, tick, tick };
	s->tracing.horizon_ns = s->time_ns;
	return s;
}

static void record(const char *path)
{
	struct domain_set *set = domain_set_new(1);
	struct record *r;
	char why[256];

	set->items[0] = (struct domain){ .name = strdup("a"), .uuid = "u" };
	set->items[0].inactive_xml = strdup("<domain><name>a</name><clock offset='utc'/></domain>");
	domain_clock_add(&set->items[0].live.clock, "rtc")->present = TRI_YES;
	domain_hyperv_add(&set->items[0].live.hyperv, "stimer");
	set->items[0].live.parsed = true;
	require(!record_open(
		&r, &(struct record_options){ .path = path, .interval_s = 1 }, why, sizeof why));
	for (uint64_t i = 0; i < 4; i++) {
		struct sample *s = make_sample(i, set);

		require(!record_add(r, s, why, sizeof why));
		sample_free(s);
	}
	record_close(r);
	domain_set_unref(set);
}

size_t fuzz_seed(unsigned number, uint8_t *out)
{
	static const char *const names[] = {
		"a.jsonl",
#ifdef HAVE_ZSTD
		"a.zst",
#endif
	};
	char folder[] = "/tmp/kvmtop-fuzz-XXXXXX", path[64];
	size_t length;
	FILE *f;

	if (number >= sizeof names / sizeof *names)
		return 0;
	require(mkdtemp(folder));
	snprintf(path, sizeof path, "%s/%s", folder, names[number]);
	record(path);
	f = fopen(path, "re");
	require(f);
	length = fread(out, 1, FUZZ_SEED_BYTES, f);
	fclose(f);
	unlink(path);
	rmdir(folder);
	return length;
}
