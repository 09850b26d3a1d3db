#include <math.h>
#include <string.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"
#include "kvm/exit_names.h"

/* Fewer than this share of them went to QEMU: KVM answers them by itself. */
#define QEMU_SHARE_MIN 0.5

#define CONSOLE(tty)                                                                         \
	"reduce output on the serial console (quiet, or no console=" tty " on the kernel's " \
	"command line), or use a virtio console"
#define CLOCK "stop the program that reads the hardware clock (hwclock, /dev/rtc0) in a loop"
#define GIC                                                                                        \
	"use a GICv3 in KVM (gic-version=3, libvirt: <gic version='3'/>, no kernel-irqchip=off), " \
	"whose IPIs and EOIs are not MMIO; reduce interrupts"
#define EMULATED "use virtio instead of an emulated network card, disk controller or display"

/* clang-format off */
static const struct {
	const char *device, *cure;
	bool is_replaced; /* by a virtio device */
	bool is_in_kvm;   /* unless QEMU is told otherwise */
} cures[] = {
	{ "PL011 UART", CONSOLE("ttyAMA0"), true, false },
	{ "PL011 UART 2", CONSOLE("ttyAMA1"), true, false },
	{ "NS16550A UART", CONSOLE("ttyS0"), true, false },
	{ "PL031 RTC", CLOCK, false, false },
	{ "Goldfish RTC", CLOCK, false, false },
	{ "virtio-mmio", "use virtio devices on PCI (virtio-*-pci): their MSI-X interrupts need no acknowledging access", true, false },
	{ "GIC distributor", GIC, false, true },
	{ "GIC CPU interface", GIC, false, true },
	{ "GIC redistributor", "reduce interrupts: the guest masks and unmasks each one", false, true },
	{ "GIC ITS", "move interrupts between CPUs less often (irqbalance); no kernel-irqchip=off", false, true },
	{ "PCIe config", "stop the program that lists PCI devices all the time (lspci, a monitoring agent)", false, false },
	{ "PCIe BAR", EMULATED, true, false },
	{ "PCIe I/O port", EMULATED, true, false },
	{ "PL061 GPIO", "check its interrupt in the guest's /proc/interrupts: it fires repeatedly", false, false },
	{ "ACPI GED", "check ACPI events in the guest: one fires repeatedly", false, false },
};
/* clang-format on */

enum { CURE_COUNT = sizeof cures / sizeof *cures };

/* CURE_COUNT: none is known. */
static size_t cure_of(const char *device)
{
	size_t i = 0;

	while (i < CURE_COUNT && (!device || strcmp(cures[i].device, device) != 0))
		i++;
	return i;
}

/* What KVM's own counter of exits to QEMU makes of the accesses; true where it is not known. */
static bool may_go_to_qemu(const struct evidence *e)
{
	return !(e->counters.mmio_exits_per_s < QEMU_SHARE_MIN * e->mmio.rate.per_s);
}

/* Who answers, as far as KVM's counter or the device tells. */
static const char *answer(const struct evidence *e, size_t cure)
{
	const double least = QEMU_SHARE_MIN * e->mmio.rate.per_s;

	if (e->counters.mmio_exits_per_s >= least || (cure < CURE_COUNT && !cures[cure].is_in_kvm))
		return "a userspace exit (QEMU)";
	return e->counters.mmio_exits_per_s < least ? "an exit, which KVM answers"
						    : "an exit, which KVM or QEMU answers";
}

static void tell_device(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *rate = &e->mmio.rate;
	const size_t cure = cure_of(e->mmio.name);
	const char *device = e->mmio.name ? e->mmio.name
					  : arena_printf(arena, "device at 0x%llx",
						    (unsigned long long)e->mmio.key.number);
	char access[EXIT_NAMES_TEXT_MAX];

	if (rate->cpu_pct >= MMIO_CRITICAL_CPU_PCT)
		f->severity = SEVERITY_CRITICAL;
	f->summary = arena_printf(arena, "%s %s/s", device, text_rate(arena, rate->per_s));
	f->diagnosis = arena_printf(arena,
		"The guest accesses the registers of an emulated device all the time (an MMIO "
		"storm), and each access is %s. What helps: %s.",
		answer(e, cure),
		cure < CURE_COUNT ? cures[cure].cure
				  : "find the driver or program in the guest (perf top)");
	finding_add(f, arena, "%s accesses/s to %s, %.1f %% of all exits",
		text_grouped(arena, rate->per_s), device, rate->samples_pct);
	finding_add(f, arena, "most frequent: %s",
		exit_names_describe(e->board, &e->mmio.key, access, sizeof access));
	finding_add_cost(f, arena, rate);
	if (cure == CURE_COUNT || !cures[cure].is_replaced)
		finding_drop(f, REMEDY_DEVICES_LEGACY);
}

static void tell_count(const struct evidence *e, struct finding *f, struct arena *arena)
{
	f->confidence = CONFIDENCE_MEDIUM;
	f->summary = arena_printf(
		arena, "MMIO exits %s/s", text_rate(arena, e->counters.mmio_exits_per_s));
	f->diagnosis =
		"The guest accesses the registers of an emulated device all the time (an MMIO "
		"storm), and each access is a userspace exit (QEMU). The device is unknown: MMIO "
		"addresses are not traced.";
}

bool rule_mmio_storm(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const size_t cure = cure_of(e->mmio.name);
	const bool is_known = e->mmio.rate.per_s >= MMIO_ACCESSES_PER_S_MIN &&
			      (may_go_to_qemu(e) || (cure < CURE_COUNT && cures[cure].is_in_kvm));

	if (e->board <= EXIT_BOARD_PC)
		return false;
	if (!is_known && (e->details || !(e->counters.mmio_exits_per_s >= MMIO_ACCESSES_PER_S_MIN)))
		return false;
	if (is_known)
		tell_device(e, f, arena);
	else
		tell_count(e, f, arena);
	finding_add_rate(f, arena, "%s MMIO exits/s go to QEMU", e->counters.mmio_exits_per_s);
	finding_add_guest(f, arena, e);
	return true;
}
