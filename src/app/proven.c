#include "app/proven.h"

#include <math.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "advice/verdict.h"
#include "core/clock.h"
#include "core/state.h"

/* NAN: not known. */
static double age_s(const struct vm *vm, const struct model *m)
{
	if (m->host.remote)
		return NAN;
	return m->host.uptime_s - (double)vm->id.start_ticks / (double)sysconf(_SC_CLK_TCK);
}

/* Is a verdict possible? Without a finding before the change, only its CPU usage can be compared. */
static bool is_judged(const struct vm *vm, const struct model *m, const struct findings *f)
{
	const struct baseline *b = baselines_find(&m->baselines, vm);

	if (!b || !b->finding_count)
		return !isnan(vm->cpu.cpu_pct);
	for (size_t i = 0; i < b->finding_count; i++)
		if (verdict_of(b, &b->findings[i], vm, f, m->host.details, NULL, NULL) !=
			VERDICT_UNKNOWN)
			return true;
	return false;
}

bool proven_now(const struct change_record *r, const struct vm *vm, const struct model *m,
	const struct findings *f)
{
	const double up_s = age_s(vm, m);
	const double since_s = ((double)m->real_ns - (double)r->real_ns) / (double)NS_PER_S;

	return up_s >= PROVEN_AFTER_S && up_s < since_s && vm->pending == TRI_NO &&
	       is_judged(vm, m, f);
}

/* Whoever adds or marks a change makes a file there. */
static void read_log(struct proven *p, const char *folder)
{
	char why[STATE_WHY_MAX];
	struct stat status;
	int64_t changed_ns = 0;

	if (!stat(folder, &status))
		changed_ns =
			(int64_t)status.st_mtim.tv_sec * (int64_t)NS_PER_S + status.st_mtim.tv_nsec;
	if (changed_ns == p->folder_ns)
		return;
	change_log_fini(&p->log);
	p->folder_ns = changed_ns;
	/* What cannot be read cannot be marked, either; --changes says why. */
	if (change_log_read(folder, &p->log, why, sizeof why))
		change_log_fini(&p->log);
}

void proven_tick(
	struct proven *p, const struct model *m, const struct findings *f, const char *folder)
{
	char why[STATE_WHY_MAX];

	if (!*folder || m->recording.file[0])
		return;
	read_log(p, folder);
	if (!p->log.count)
		return;
	for (size_t i = 0; i < m->vm_count; i++) {
		const struct vm *vm = m->vms[i];

		const char *now = vm->domain ? vm->domain->inactive_xml : NULL;
		const struct change_record *last = change_log_last(&p->log, vm->uuid, now);

		/* Whether the guest runs with an unfinished one is not known. */
		if (!change_log_is_open(&p->log, vm->uuid, now) || !last->finished ||
			!proven_now(last, vm, m, f))
			continue;
		if (!change_log_mark_proven(last->path, m->real_ns, why, sizeof why))
			p->folder_ns = 0; /* to be read again at the next tick */
	}
}

void proven_fini(struct proven *p)
{
	change_log_fini(&p->log);
	*p = (struct proven){ 0 };
}
