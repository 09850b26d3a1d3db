/* exits_world: the engine with the formats of a fixture, and what it collected last. Included after
 * cmocka.h. */
#ifndef TESTS_EXITS_WORLD_H
#define TESTS_EXITS_WORLD_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "source/exits/exits.h"
#include "source/tracefs/trace_format.h"
#include "source/tracefs/trace_probe.h"

#define S 1000000000ull

static const struct exit_key __attribute__((unused)) hlt = { .reason = 12, .isa = EXIT_ISA_VMX };
static const struct exit_key cpuid = { .reason = 10, .isa = EXIT_ISA_VMX };

struct world {
	struct trace_format format;
	struct exits *e;
	struct sample *s; /* of the last collect */
};

static inline void open_format(struct trace_format *f, const char *kernel)
{
	const char *tests = getenv("KVMTOP_TESTS");
	char path[512], why[200];

	snprintf(path, sizeof path, "%s/fixtures/tracing/%s", tests ? tests : "tests", kernel);
	assert_int_equal(trace_probe_format(path, f, why, sizeof why), 0);
}

static inline int set_up(void **state)
{
	struct world *w = calloc(1, sizeof *w);

	open_format(&w->format, "linux-6.1");
	w->e = exits_new();
	*state = w;
	return 0;
}

static inline int tear_down(void **state)
{
	struct world *w = *state;

	exits_free(w->e);
	trace_format_fini(&w->format);
	sample_free(w->s);
	free(w);
	return 0;
}

static inline void collect(struct world *w)
{
	sample_free(w->s);
	w->s = sample_new();
	exits_collect(w->e, &w->format, w->s);
}

static inline const struct sample_exit_thread *find_thread(const struct world *w, pid_t tid)
{
	for (size_t i = 0; i < w->s->exit_thread_count; i++)
		if (w->s->exit_threads[i].tid == tid)
			return &w->s->exit_threads[i];
	return NULL;
}

static inline const struct sample_exit *find_exit(
	const struct world *w, pid_t tid, struct exit_key key)
{
	const struct sample_exit_thread *t = find_thread(w, tid);

	for (size_t i = 0; t && i < t->count; i++) {
		const struct exit_key *k = &t->exits[i].key;

		if (k->reason == key.reason && k->isa == key.isa && k->detail == key.detail &&
			k->number == key.number)
			return &t->exits[i];
	}
	return NULL;
}

static inline struct summary find(const struct world *w, pid_t tid, struct exit_key key)
{
	const struct sample_exit *exit = find_exit(w, tid, key);

	return exit ? exit->durations : (struct summary){ 0 };
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
