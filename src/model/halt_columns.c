#include "model/halt_columns.h"

#include "model/halts.h"

static const char *halt_vm(const void *row)
{
	const struct halt_row *r = row;

	return r->vm->name;
}

/* clang-format off */
const struct field halt_columns[HALT_COL__COUNT] = {
	[HALT_COL_VM] = { .title = "VM", .key = "name", .width = 12, .left = true, .ascending = true, .text = halt_vm,
		.help = "Name of the VM" },
	[HALT_COL_VCPU] = { .title = "vCPU", .key = "vcpu", .width = 8, .left = true, .ascending = true, FIELD_TEXT_AT(halt_row, name),
		.help = "Which vCPU, or all of the VM together" },
	[HALT_COL_POLL] = { .title = "%poll", .key = "poll_pct", .width = 6, .unit = NUMBER_PERCENT, FIELD_NUMBER_AT(halt_row, poll_pct),
		.of_cpu = true,
		.help = "Time in which KVM polls after halts, in percent of one host CPU: CPU time that the guest has not asked for" },
	[HALT_COL_SUCCESS] = { .title = "%woken", .key = "poll_success_pct", .width = 6, .rank = 3, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(halt_row, poll_success_pct), .of_cpu = true,
		.help = "The part of it that ended because there was something to do: it saved the vCPU a sleep" },
	[HALT_COL_FAIL] = { .title = "%vain", .key = "poll_fail_pct", .width = 6, .rank = 2, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(halt_row, poll_fail_pct), .of_cpu = true,
		.help = "The part of it that was in vain: the vCPU had to sleep after all" },
	[HALT_COL_OF_SYSTEM] = { .title = "of%sys", .key = "poll_of_system_pct", .width = 6, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(halt_row, poll_of_system_pct),
		.help = "The share of the vCPU threads' system time that is polling: it goes when polling is turned off" },
	[HALT_COL_SYSTEM] = { .title = "%sys", .key = "system_pct", .width = 6, .rank = 1, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(halt_row, system_pct), .of_cpu = true,
		.help = "System time of the vCPU threads, between the same readings" },
	[HALT_COL_WAIT] = { .title = "%asleep", .key = "wait_pct", .width = 7, .unit = NUMBER_PERCENT, FIELD_NUMBER_AT(halt_row, wait_pct),
		.help = "Time in which the vCPU really slept, in percent of one vCPU's time: idle, and free of cost" },
	[HALT_COL_WAKES] = { .title = "wakes/s", .key = "wakes_per_s", .width = 7, .unit = NUMBER_RATE, FIELD_NUMBER_AT(halt_row, wakes_per_s),
		.help = "How often something woke the vCPU up, per second" },
	[HALT_COL_POLLS] = { .title = "polls/s", .key = "polls_per_s", .width = 7, .unit = NUMBER_RATE, FIELD_NUMBER_AT(halt_row, polls_per_s),
		.help = "Halts after which KVM polled, per second" },
	[HALT_COL_HITS] = { .title = "%hits", .key = "success_pct", .width = 6, .rank = 4, .unit = NUMBER_PERCENT,
		FIELD_NUMBER_AT(halt_row, success_pct),
		.help = "The share of these polls that ended because there was something to do" },
};
/* clang-format on */
