#include "source/host/kvm_counter.h"

#include <stddef.h>
#include <string.h>

#define COUNTER(field) offsetof(struct sample_counters, field)

/* pf_taken came with Linux 5.19; pf_fixed before it leaves out faults that needed no work. Names of the
 * second column without a comment are arm64's. */
const struct kvm_counter kvm_counter_table[KVM_COUNTERS] = {
	{ COUNTER(exits), { "exits" } },
	{ COUNTER(io_exits), { "io_exits" } },
	{ COUNTER(mmio_exits), { "mmio_exits", "mmio_exit_user" } },
	{ COUNTER(halt_exits), { "halt_exits", "wfi_exit_stat" } },
	{ COUNTER(irq_exits), { "irq_exits" } },
	{ COUNTER(hypercalls), { "hypercalls", "hvc_exit_stat" } },
	{ COUNTER(halt_poll_success_ns), { "halt_poll_success_ns" } },
	{ COUNTER(halt_poll_fail_ns), { "halt_poll_fail_ns" } },
	{ COUNTER(halt_wait_ns), { "halt_wait_ns" } },
	{ COUNTER(nested_runs), { "nested_run" } },
	{ COUNTER(page_faults), { "pf_taken", "pf_fixed" /* older */ } },
	{ COUNTER(directed_yields), { "directed_yield_attempted" } },
	{ COUNTER(nx_splits), { "nx_lpage_splits" } },
	{ COUNTER(irq_windows), { "irq_window_exits" } },
	{ COUNTER(nmi_windows), { "nmi_window_exits" } },
	{ COUNTER(signals), { "signal_exits" } },
	{ COUNTER(irq_requests), { "request_irq_exits" } },
	{ COUNTER(emulated), { "insn_emulation" } },
	{ COUNTER(halt_wakeups), { "halt_wakeup" } },
	{ COUNTER(halt_polls), { "halt_attempted_poll" } },
	{ COUNTER(halt_polls_successful), { "halt_successful_poll" } },
};

void kvm_counter_sums_init(struct kvm_counter_sums *s)
{
	for (size_t i = 0; i < KVM_COUNTERS; i++)
		for (size_t j = 0; j < KVM_COUNTER_NAMES; j++)
			s->by_name[i][j] = SAMPLE_UNKNOWN;
}

static void add(uint64_t *sum, uint64_t value)
{
	*sum = *sum == SAMPLE_UNKNOWN ? value : *sum + value;
}

void kvm_counter_sums_add(
	struct kvm_counter_sums *s, const char *name, size_t length, uint64_t value)
{
	for (size_t i = 0; i < KVM_COUNTERS; i++)
		for (size_t j = 0; j < KVM_COUNTER_NAMES; j++) {
			const char *known = kvm_counter_table[i].names[j];

			if (known && strlen(known) == length && !memcmp(known, name, length)) {
				add(&s->by_name[i][j], value);
				return;
			}
		}
}

void kvm_counter_choose(const struct kvm_counter_sums *s, struct sample_counters *out)
{
	for (size_t i = 0; i < KVM_COUNTERS; i++) {
		uint64_t *field = (uint64_t *)((char *)out + kvm_counter_table[i].offset);

		*field = SAMPLE_UNKNOWN;
		for (size_t j = 0; j < KVM_COUNTER_NAMES && *field == SAMPLE_UNKNOWN; j++)
			*field = s->by_name[i][j];
	}
}
