#include "model/clock_columns.h"
#include "domain/config.h"

#include <string.h>

/* Only words from here are shown: what a configuration says itself may be anything. */
static const char *known_word(const char *text)
{
	static const char *const words[] = { "delay", "catchup", "merge", "discard", "utc",
		"localtime", "timezone", "variable", "absolute" };

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (!strcmp(words[i], text))
			return words[i];
	return "other";
}

static const struct domain_config *config_of(const void *row)
{
	const struct vm *vm = row;

	return vm->config && vm->config->parsed ? vm->config : NULL;
}

static const char *state_word(enum tristate state, const char *unknown)
{
	return state == TRI_YES ? "yes" : state == TRI_NO ? "no" : unknown;
}

static const char *default_word(const struct domain_config *config, const char *name)
{
	const bool is_of_kvm = !strcmp(name, "kvmclock");

	return is_of_kvm || domain_has_timer_by_default(&config->machine, name) ? "default" : "no";
}

/* Is there such a timer? QEMU and KVM have their own mind where nobody says. */
static const char *timer_present(const void *row, const char *name)
{
	const struct domain_config *config = config_of(row);
	const struct domain_timer *timer;

	if (!config)
		return NULL;
	timer = domain_clock_timer(&config->clock, name);
	if (timer)
		return state_word(timer->present, "yes");
	return domain_is_x86(&config->machine) ? default_word(config, name) : NULL;
}

/* What becomes of ticks that the guest missed. */
static const char *timer_policy(const void *row, const char *name)
{
	const struct domain_config *config = config_of(row);
	const struct domain_timer *timer;

	if (!config)
		return NULL;
	timer = domain_clock_timer(&config->clock, name);
	if (timer && timer->present == TRI_NO)
		return "no";
	if (timer && timer->tickpolicy[0])
		return known_word(timer->tickpolicy);
	return domain_is_x86(&config->machine) ? default_word(config, name) : NULL;
}

static const char *enlightenment(const void *row, const char *name)
{
	const struct domain_config *config = config_of(row);

	return config && domain_is_x86(&config->machine)
		       ? state_word(domain_hyperv_state(config, name), NULL)
		       : NULL;
}

static const char *clock_system(const void *row)
{
	const struct domain_config *config = config_of(row);

	if (!config || !config->machine.os_id[0])
		return NULL;
	return domain_is_windows(config) ? "Windows" : "other";
}

static const char *clock_offset(const void *row)
{
	const struct domain_config *config = config_of(row);

	if (!config)
		return NULL;
	if (config->clock.offset[0])
		return known_word(config->clock.offset);
	return config->clock.known || !config->from_command_line ? "utc" : "default";
}

static const char *clock_pending(const void *row)
{
	const struct vm *vm = row;

	return state_word(vm->pending, NULL);
}

static const char *clock_stack(const void *row)
{
	const struct vm *vm = row;

	return vm->config ? domain_stack_name(vm->config->stack) : NULL;
}

/* clang-format off */
#define PRESENT(function, name) \
	static const char *function(const void *row) { return timer_present(row, name); }
#define POLICY(function, name) \
	static const char *function(const void *row) { return timer_policy(row, name); }
#define ENLIGHTENMENT(function, name) \
	static const char *function(const void *row) { return enlightenment(row, name); }

POLICY(clock_rtc, "rtc")
POLICY(clock_pit, "pit")
PRESENT(clock_hpet, "hpet")
PRESENT(clock_kvmclock, "kvmclock")
static const char *clock_hypervclock(const void *row)
{
	const struct domain_config *config = config_of(row);

	return config && domain_is_x86(&config->machine)
		       ? state_word(domain_hypervclock(config), NULL)
		       : NULL;
}
ENLIGHTENMENT(clock_stimer, "stimer")
ENLIGHTENMENT(clock_synic, "synic")
ENLIGHTENMENT(clock_vpindex, "vpindex")
ENLIGHTENMENT(clock_vapic, "vapic")
ENLIGHTENMENT(clock_relaxed, "relaxed")
ENLIGHTENMENT(clock_spinlocks, "spinlocks")
ENLIGHTENMENT(clock_frequencies, "frequencies")
ENLIGHTENMENT(clock_tlbflush, "tlbflush")
ENLIGHTENMENT(clock_ipi, "ipi")
ENLIGHTENMENT(clock_reenlightenment, "reenlightenment")

#define TEXT .left = true, .ascending = true

/* What a slow Windows guest lacks goes last: 80 columns hold the timers and the enlightenments that they need. */
const struct field clock_columns[CLOCK_COL__COUNT] = {
	[CLOCK_COL_VM] = { .title = "VM", .key = "name", .width = 12, TEXT, FIELD_TEXT_AT(vm, name),
		.help = "Name of the VM, as libvirt or the command line has it" },
	[CLOCK_COL_SYSTEM] = { .title = "guest", .key = "guest", .width = 7, .rank = 10, TEXT, .text = clock_system,
		.help = "Is the guest known to be Windows, by libosinfo's name in the definition?" },
	[CLOCK_COL_OFFSET] = { .title = "clock", .key = "offset", .width = 9, .rank = 9, TEXT, .text = clock_offset,
		.help = "What the guest's real-time clock shows at the start: utc, localtime, or by a timezone" },
	[CLOCK_COL_RTC] = { .title = "rtc", .key = "rtc", .width = 7, .rank = 1, TEXT, .text = clock_rtc,
		.help = "What becomes of ticks of the real-time clock that the guest missed" },
	[CLOCK_COL_PIT] = { .title = "pit", .key = "pit", .width = 7, .rank = 2, TEXT, .text = clock_pit,
		.help = "What becomes of ticks of the PIT that the guest missed" },
	[CLOCK_COL_HPET] = { .title = "hpet", .key = "hpet", .width = 7, TEXT, .text = clock_hpet,
		.help = "Has the guest an emulated HPET? Each look at it is an exit to QEMU" },
	[CLOCK_COL_KVMCLOCK] = { .title = "kvmclk", .key = "kvmclock", .width = 7, .rank = 3, TEXT, .text = clock_kvmclock,
		.help = "Has the guest KVM's clock, which Linux reads without an exit?" },
	[CLOCK_COL_HYPERVCLOCK] = { .title = "hvclk", .key = "hypervclock", .width = 5, TEXT, .text = clock_hypervclock,
		.help = "Has the guest Hyper-V's reference clock, which Windows reads without an exit?" },
	[CLOCK_COL_STIMER] = { .title = "stimer", .key = "stimer", .width = 6, TEXT, .text = clock_stimer,
		.help = "Has the guest synthetic timers? Without them Windows takes the RTC or the HPET as its tick" },
	[CLOCK_COL_SYNIC] = { .title = "synic", .key = "synic", .width = 5, TEXT, .text = clock_synic,
		.help = "Has the guest Hyper-V's interrupt controller, which synthetic timers need?" },
	[CLOCK_COL_VPINDEX] = { .title = "vpidx", .key = "vpindex", .width = 5, TEXT, .text = clock_vpindex,
		.help = "Are virtual CPUs numbered for Hyper-V, which synic needs?" },
	[CLOCK_COL_VAPIC] = { .title = "vapic", .key = "vapic", .width = 5, .rank = 4, TEXT, .text = clock_vapic,
		.help = "Can the guest reach its APIC by MSR and an assist page?" },
	[CLOCK_COL_RELAXED] = { .title = "relax", .key = "relaxed", .width = 5, .rank = 5, TEXT, .text = clock_relaxed,
		.help = "Is the guest told not to take a late timer for a fault?" },
	[CLOCK_COL_SPINLOCKS] = { .title = "spinl", .key = "spinlocks", .width = 5, .rank = 6, TEXT, .text = clock_spinlocks,
		.help = "Is the guest told to yield when it waits for a lock for long?" },
	[CLOCK_COL_FREQUENCIES] = { .title = "freq", .key = "frequencies", .width = 4, .rank = 7, TEXT, .text = clock_frequencies,
		.help = "Can the guest read the frequencies of TSC and APIC instead of measuring them?" },
	[CLOCK_COL_TLBFLUSH] = { .title = "tlbfl", .key = "tlbflush", .width = 5, .rank = 11, TEXT, .text = clock_tlbflush,
		.help = "Does one hypercall flush the TLBs of other virtual CPUs?" },
	[CLOCK_COL_IPI] = { .title = "ipi", .key = "ipi", .width = 4, .rank = 12, TEXT, .text = clock_ipi,
		.help = "Does one hypercall send interrupts to many virtual CPUs?" },
	[CLOCK_COL_REENLIGHTENMENT] = { .title = "reenl", .key = "reenlightenment", .width = 5, .rank = 13, TEXT,
		.text = clock_reenlightenment,
		.help = "Is a guest with guests of its own told when the TSC's frequency changes?" },
	[CLOCK_COL_PENDING] = { .title = "pending", .key = "pending", .width = 7, .rank = 8, TEXT, .text = clock_pending,
		.help = "Does the definition for the next start differ? Then a power cycle of the guest is due" },
	[CLOCK_COL_STACK] = { .title = "run by", .key = "stack", .width = 11, .rank = 14, TEXT, .text = clock_stack,
		.help = "What runs the VM, and has its own way to change the configuration" },
};
/* clang-format on */
