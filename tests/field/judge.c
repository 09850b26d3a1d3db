#include "judge.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "../unit/nowhere.h"
#include "advice/findings.h"
#include "model/kernel_log.h"
#include "sample/sample.h"
#include "source/host/kmsg.h"
#include "world.h"

static void add_line(struct field_verdict *v, const char *line)
{
	if (v->count < FIELD_LINES_MAX)
		v->lines[v->count++] = line;
}

/* -- the kernel's log ------------------------------------------------------------------------------ */

/* A sample with the case's VM, which is older than all records. */
static struct sample *sample_of(const struct field_case *c)
{
	const double pid = c->figures[FIELD_PID];
	struct sample *s = sample_new();

	if (isnan(pid))
		return s;
	s->vms = arena_array(&s->arena, 1, sizeof *s->vms);
	s->vm_count = 1;
	s->vms[0] = sample_vm_unknown((struct vm_id){ .pid = (pid_t)pid, .start_ticks = 1 });
	s->vms[0].threads = arena_array(&s->arena, c->thread_count, sizeof *s->vms[0].threads);
	s->vms[0].thread_count = c->thread_count;
	for (size_t i = 0; i < c->thread_count; i++)
		s->vms[0].threads[i] = (struct sample_thread){ .tid = c->threads[i] };
	return s;
}

/* A sample after some of the records were read. */
static struct sample *collect(const struct field_case *c, size_t from, size_t to)
{
	struct kmsg *kmsg = kmsg_new(NOWHERE);
	struct sample *s = sample_of(c);

	for (size_t i = from; i < to; i++)
		kmsg_take(kmsg, c->records[i], (ssize_t)strlen(c->records[i]));
	kmsg_take(kmsg, "", -EAGAIN);
	kmsg_collect(kmsg, s);
	kmsg_free(kmsg);
	return s;
}

/* -- findings -------------------------------------------------------------------------------------- */

/* In the order in which they are offered. */
static const char *remedies_text(struct arena *arena, const struct finding *f)
{
	enum remedy_id ids[FINDING_REMEDY_MAX];
	const char *text = NULL;

	memcpy(ids, f->remedies, sizeof ids);
	remedies_rank(ids, f->remedy_count, NULL);
	for (size_t i = 0; i < f->remedy_count; i++)
		text = arena_printf(arena, "%s%s%s", text ? text : "", text ? "," : "",
			remedy_find(ids[i])->id);
	return text ? text : "-";
}

/* All records together, as the model has them. */
static void read_log(struct field_world *w, const struct field_case *c)
{
	struct sample *s = collect(c, 0, c->record_count);
	struct sample_pair pair;

	for (size_t i = 0; i < s->kernel_log.count; i++)
		if (s->kernel_log.entries[i].start_ticks)
			s->kernel_log.entries[i].start_ticks = w->vm.id.start_ticks;
	pair_init(&pair, NULL, s);
	model_update_log(&w->model, &pair);
	pair_fini(&pair);
	sample_free(s);
}

static bool judge_vm(struct field_verdict *v, const struct field_case *c, struct strbuf *why)
{
	struct field_world w;
	struct findings found;

	if (!field_world_init(&w, c, why)) {
		field_world_fini(&w);
		return false;
	}
	if (c->has_log)
		read_log(&w, c);
	advice_run(&w.model, &found);
	for (size_t i = 0; i < found.count; i++) {
		const struct finding *f = &found.items[i];

		if (vm_id_equal(f->vm, w.vm.id))
			add_line(v,
				arena_printf(&v->arena, "%s %s %s %s", f->rule->id,
					severity_name(f->severity), confidence_name(f->confidence),
					remedies_text(&v->arena, f)));
	}
	findings_fini(&found);
	kernel_log_fini(&w.model.kernel_log);
	field_world_fini(&w);
	return true;
}

/* -- records --------------------------------------------------------------------------------------- */

/* Each record by itself, so that a line tells which one was listed. */
static void judge_record(struct field_verdict *v, const struct field_case *c, size_t at)
{
	struct sample *s = collect(c, at, at + 1);

	for (size_t i = 0; i < s->kernel_log.count; i++) {
		const struct kernel_log_entry *e = &s->kernel_log.entries[i];

		add_line(v, arena_printf(&v->arena, "log %zu %s %s", at + 1,
				    e->start_ticks ? "vm" : "host", kernel_log_kind_name(e->kind)));
	}
	sample_free(s);
}

bool field_judge(struct field_verdict *v, const struct field_case *c, struct strbuf *why)
{
	*v = (struct field_verdict){ 0 };
	if (c->has_config && !judge_vm(v, c, why))
		return false;
	for (size_t i = 0; i < c->record_count; i++)
		judge_record(v, c, i);
	return true;
}

void field_verdict_fini(struct field_verdict *v)
{
	arena_fini(&v->arena);
}

/* -- comparison ------------------------------------------------------------------------------------ */

/* A finding may offer more remedies than the report names, behind these. */
static bool is_met(const char *expected, const char *line)
{
	const size_t length = strlen(expected);

	return !strncmp(expected, line, length) &&
	       (!line[length] || (line[length] == ',' && strncmp(expected, "log ", 4) != 0));
}

void field_case_compare(
	const struct field_verdict *v, const struct field_case *c, struct strbuf *out)
{
	bool used[FIELD_LINES_MAX] = { false };

	for (size_t i = 0; i < c->expected_count; i++) {
		size_t k = 0;

		while (k < v->count && (used[k] || !is_met(c->expected[i].text, v->lines[k])))
			k++;
		if (k < v->count)
			used[k] = true;
		else
			strbuf_addf(out, "%s/expected:%zu: not found: %s\n", c->folder,
				c->expected[i].number, c->expected[i].text);
	}
	for (size_t k = 0; k < v->count; k++)
		if (!used[k])
			strbuf_addf(out, "%s/expected: not expected: %s\n", c->folder, v->lines[k]);
}
