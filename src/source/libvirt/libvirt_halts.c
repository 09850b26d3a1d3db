#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "source/libvirt/libvirt_counters.h"

#define HALTS(field) offsetof(struct sample_vcpu_halts, field)

static const struct {
	const char *name;
	size_t offset;
} counters[] = {
	{ "halt_poll_success_ns.sum", HALTS(poll_success_ns) },
	{ "halt_poll_fail_ns.sum", HALTS(poll_fail_ns) },
	{ "halt_wait_ns.sum", HALTS(wait_ns) },
	{ "halt_wakeup.sum", HALTS(wakeups) },
	{ "halt_attempted_poll.sum", HALTS(polls) },
	{ "halt_successful_poll.sum", HALTS(polls_successful) },
};

/* The vCPU's number and the counter's name in "vcpu.0.halt_poll_fail_ns.sum"; NULL for all other fields. */
static const char *vcpu_counter(const char *field, int *vcpu)
{
	char *end;
	long number;

	if (strncmp(field, "vcpu.", 5) != 0 || field[5] < '0' || field[5] > '9')
		return NULL;
	number = strtol(field + 5, &end, 10);
	if (*end != '.' || number > INT_MAX)
		return NULL;
	*vcpu = (int)number;
	return end + 1;
}

static struct sample_vcpu_halts *find_or_add(struct sample_halts *h, size_t *capacity, int vcpu)
{
	for (size_t i = h->count; i-- > 0;) /* a vCPU's counters stand together */
		if (h->vcpus[i].vcpu == vcpu)
			return &h->vcpus[i];
	h->vcpus = mem_grow(h->vcpus, h->count, capacity, sizeof *h->vcpus);
	h->vcpus[h->count] = (struct sample_vcpu_halts){ vcpu, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN,
		SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN, SAMPLE_UNKNOWN };
	return &h->vcpus[h->count++];
}

struct sample_halts libvirt_counters_read_halts(const virTypedParameter *params, int count)
{
	struct sample_halts halts = { 0 };
	size_t capacity = 0;

	for (int i = 0; i < count; i++) {
		int vcpu;
		const char *name = vcpu_counter(params[i].field, &vcpu);

		if (!name || params[i].type != VIR_TYPED_PARAM_ULLONG)
			continue;
		for (size_t k = 0; k < sizeof counters / sizeof *counters; k++)
			if (!strcmp(name, counters[k].name))
				memcpy((char *)find_or_add(&halts, &capacity, vcpu) +
						counters[k].offset,
					&params[i].value.ul, sizeof(uint64_t));
	}
	return halts;
}
