#include "source/vm_choice.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#include "core/clock.h"
#include "core/mem.h"

/* How much more another VM must use. */
#define MUCH_MORE 2.0

static const struct sample_vm *find_vm(const struct sample *s, struct vm_id id)
{
	for (size_t i = 0; i < s->vm_count; i++)
		if (vm_id_equal(s->vms[i].id, id))
			return &s->vms[i];
	return NULL;
}

/* CPU time of its threads, or SAMPLE_UNKNOWN when that of none is known. It goes back when one of them ends. */
static uint64_t cpu_ns(const struct sample_vm *vm)
{
	const uint64_t tick_ns = UINT64_C(1000000000) / (uint64_t)sysconf(_SC_CLK_TCK);
	uint64_t sum = 0;
	bool known = false;

	for (size_t i = 0; i < vm->thread_count; i++) {
		const struct sample_thread *t = &vm->threads[i];

		if (t->cpu_ns != SAMPLE_UNKNOWN)
			sum += t->cpu_ns;
		else if (t->utime_ticks != SAMPLE_UNKNOWN)
			sum += (t->utime_ticks + t->stime_ticks) * tick_ns;
		else
			continue;
		known = true;
	}
	return known ? sum : SAMPLE_UNKNOWN;
}

static const struct vm_choice_seen *find_seen(const struct vm_choice *c, struct vm_id id)
{
	for (size_t i = 0; i < c->count; i++)
		if (vm_id_equal(c->seen[i].id, id))
			return &c->seen[i];
	return NULL;
}

static double per_s(uint64_t now, const struct vm_choice_seen *seen, const struct sample *s)
{
	if (now <= seen->cpu_ns || s->time_ns <= seen->time_ns)
		return 0;
	return (double)(now - seen->cpu_ns) * (double)NS_PER_S /
	       (double)(s->time_ns - seen->time_ns);
}

/* How busy it is, in ns a second: by its CPU time since it was known before; of VMs that are all new, for their age. */
static double busy(const struct vm_choice *c, const struct sample *s, const struct sample_vm *vm)
{
	const struct vm_choice_seen *seen = find_seen(c, vm->id);
	const uint64_t now = cpu_ns(vm);
	double age_s;

	if (seen)
		return now == SAMPLE_UNKNOWN ? seen->busy : per_s(now, seen, s);
	if (c->count || now == SAMPLE_UNKNOWN)
		return 0;
	age_s = s->host.uptime_s - (double)vm->id.start_ticks / (double)sysconf(_SC_CLK_TCK);
	return isnan(age_s) || age_s < 1 ? (double)now : (double)now / age_s;
}

/* Where its CPU time is not known, what was known before stays: counted from 0, the next one would be that of its
 * whole life. */
static void remember(struct vm_choice *c, const struct sample *s)
{
	struct vm_choice_seen *list = mem_calloc(s->vm_count, sizeof *list);
	size_t count = 0;

	for (size_t i = 0; i < s->vm_count; i++) {
		const struct sample_vm *vm = &s->vms[i];
		const struct vm_choice_seen *seen = find_seen(c, vm->id);
		const uint64_t now = cpu_ns(vm);

		if (vm->ended)
			continue;
		if (now != SAMPLE_UNKNOWN)
			list[count++] =
				(struct vm_choice_seen){ vm->id, now, s->time_ns, busy(c, s, vm) };
		else if (seen)
			list[count++] = *seen;
	}
	free(c->seen);
	c->seen = list;
	c->count = count;
}

const struct sample_vm *vm_choice_take(
	struct vm_choice *c, const struct sample *s, struct vm_id wanted)
{
	const struct sample_vm *present = find_vm(s, c->busiest), *most = present;
	double most_busy = present ? MUCH_MORE * busy(c, s, present) : -1;

	/* What was measured up to its end is still to be fetched. */
	if (present && present->ended)
		most_busy = INFINITY;
	for (size_t i = 0; i < s->vm_count; i++) {
		const double b = busy(c, s, &s->vms[i]);

		if (s->vms[i].ended || b <= most_busy || &s->vms[i] == present)
			continue;
		most = &s->vms[i];
		most_busy = b;
	}
	remember(c, s);
	c->busiest = most ? most->id : (struct vm_id){ 0 };
	return wanted.pid ? find_vm(s, wanted) : most;
}

void vm_choice_fini(struct vm_choice *c)
{
	free(c->seen);
	*c = (struct vm_choice){ 0 };
}
