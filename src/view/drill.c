#include "view/drill.h"

#include "core/mem.h"
#include "model/counters.h"

void drill_start(struct drill *d)
{
	*d = (struct drill){ .vcpu = DRILL_ALL_VCPUS, .latency = d->latency };
}

static const struct thread *find_vcpu(const struct vm *vm, int vcpu)
{
	for (size_t i = 0; i < vm->thread_count; i++)
		if (vm->threads[i].vcpu == vcpu)
			return &vm->threads[i];
	return NULL;
}

const struct exit_table *drill_table(struct drill *d, const struct vm *vm, bool cumulative)
{
	const struct thread *thread = d->vcpu == DRILL_ALL_VCPUS ? NULL : find_vcpu(vm, d->vcpu);

	if (thread)
		return cumulative ? &thread->total : &thread->interval;
	d->vcpu = DRILL_ALL_VCPUS;
	return cumulative ? &vm->total : &vm->interval;
}

/* KVM's counters stand in for the exits of a VM that is not traced; they are of all its vCPUs together. */
static struct exit_line *coarse_lines(
	const struct vm *vm, enum exit_column sort, bool reverse, size_t *count)
{
	struct exit_line *lines = mem_calloc(COUNTERS_ROWS, sizeof *lines);
	struct exit_row rows[COUNTERS_ROWS];

	*count = counters_rows_of_vm(vm, rows);
	/* The order that they have is by how many there are. */
	if (sort != EXIT_COL_SAMPLES || reverse)
		field_sort_rows(&exit_columns[sort == EXIT_COL_SAMPLES ? EXIT_COL_RATE : sort],
			reverse, &exit_columns[EXIT_COL_REASON], rows, *count, sizeof *rows);
	for (size_t i = 0; i < *count; i++)
		lines[i].row = rows[i];
	return lines;
}

struct exit_line *drill_lines(struct drill *d, const struct vm *vm, bool cumulative,
	enum exit_shares shares, enum exit_column sort, bool reverse, size_t *count)
{
	const struct exit_table *table = drill_table(d, vm, cumulative);

	if (!table->reason_count && d->vcpu == DRILL_ALL_VCPUS)
		return coarse_lines(vm, sort, reverse, count);
	return exit_lines(table, shares, sort, reverse, count);
}

static void select_line(struct drill *d, const struct exit_line *lines, size_t row)
{
	d->row = row;
	d->selected = lines[row].row.key;
	d->selected_other = lines[row].other;
	d->chosen = true;
}

size_t drill_follow(struct drill *d, const struct exit_line *lines, size_t count)
{
	if (!count)
		return 0;
	if (!d->chosen)
		select_line(d, lines, 0);
	for (size_t i = 0; i < count; i++)
		if (exit_line_is(&lines[i], &d->selected, d->selected_other))
			return d->row = i;
	return d->row < count ? d->row : count - 1;
}

void drill_move(struct drill *d, const struct exit_line *lines, size_t count, long by)
{
	const long row = (long)drill_follow(d, lines, count) + by;

	if (!count)
		return;
	select_line(d, lines, row < 0 ? 0 : row >= (long)count ? count - 1 : (size_t)row);
}

void drill_turn(struct drill *d, const struct vm *vm, int by)
{
	int best = DRILL_ALL_VCPUS;

	/* The next number in that direction. All vCPUs are -1: before the first one, and after the last
	 * one too. */
	for (size_t i = 0; i < vm->thread_count; i++) {
		const int vcpu = vm->threads[i].vcpu;

		if (vcpu < 0)
			continue;
		if (by > 0 && vcpu > d->vcpu && (best < 0 || vcpu < best))
			best = vcpu;
		if (by < 0 && (d->vcpu < 0 || vcpu < d->vcpu) && vcpu > best)
			best = vcpu;
	}
	d->vcpu = best;
}
