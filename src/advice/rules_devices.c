#include <math.h>

#include "advice/finding_text.h"
#include "advice/rule_limits.h"
#include "advice/rule_tests.h"
#include "kvm/exit_names.h"

#define QUIET_LINE_PER_S 60.0

/* -- what keeps QEMU's main thread busy ----------------------------------------------------------------- */

/* No timer of the RTC, the PIT or the HPET is behind the wake-ups. Where interrupt lines are not known, an
 * HPET that would explain them comes first. */
static bool lines_are_quiet(const struct evidence *e)
{
	if (isnan(e->rtc_line_per_s) || isnan(e->timer_line_per_s))
		return !rules_see_hpet_left_on(e) && !rules_see_rtc_tick(e);
	return e->rtc_line_per_s < QUIET_LINE_PER_S && e->timer_line_per_s < QUIET_LINE_PER_S;
}

bool rules_see_usb_polling(const struct evidence *e)
{
	return e->usb > DOMAIN_USB_NOTHING && lines_are_quiet(e) &&
	       e->cpu[THREAD_EMULATOR].cpu_pct >= USB_MAIN_CPU_PCT &&
	       e->counters.main_wakes_per_s >= USB_WAKES_PER_S_MIN;
}

static void add_main_thread(const struct evidence *e, struct finding *f, struct arena *arena)
{
	finding_add_pct(
		f, arena, "QEMU's main thread: %s % of a CPU", e->cpu[THREAD_EMULATOR].cpu_pct);
	finding_add_rate(
		f, arena, "QEMU's main thread wakes up %s times/s", e->counters.main_wakes_per_s);
}

/* clang-format off */
static const struct {
	const char *name, *what;
} usb_devices[DOMAIN_USB__COUNT] = {
	[DOMAIN_USB_REDIRECTION] = { "USB redirection port",
		"a USB redirection port on a UHCI, OHCI or EHCI controller; whether a device is attached is not known" },
	[DOMAIN_USB_TABLET] = { "USB tablet", "a USB tablet or mouse on a UHCI, OHCI or EHCI controller" },
	[DOMAIN_USB_DEVICE] = { "USB device", "an emulated USB device on a UHCI, OHCI or EHCI controller" },
	[DOMAIN_USB_PASSTHROUGH] = { "passed-through USB device",
		"a passed-through USB device on a UHCI, OHCI or EHCI controller" },
};
/* clang-format on */

bool rule_usb_polling(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const char *name = usb_devices[e->usb].name;

	if (!rules_see_usb_polling(e))
		return false;
	/* Other devices may have work to do. */
	if (isnan(e->timer_line_per_s) || e->usb != DOMAIN_USB_TABLET)
		f->confidence = CONFIDENCE_MEDIUM;
	f->summary = arena_printf(
		arena, "%s takes %.1f %% of a CPU", name, e->cpu[THREAD_EMULATOR].cpu_pct);
	f->diagnosis = arena_printf(arena,
		"The guest polls a %s on an emulated UHCI, OHCI or EHCI controller: QEMU's main "
		"thread emulates a USB frame %s times/s.",
		name, text_grouped(arena, e->counters.main_wakes_per_s));
	add_main_thread(e, f, arena);
	finding_add(f, arena, "%s", usb_devices[e->usb].what);
	if (!isnan(e->timer_line_per_s))
		finding_add(f, arena, "the lines of RTC, PIT and HPET are quiet");
	/* Moving the tablet does not stop the polling of another device. */
	if (e->usb != DOMAIN_USB_TABLET)
		finding_drop(f, REMEDY_USB_TABLET_VIRTIO);
	return true;
}

/* Not where the age is unknown. */
static bool is_starting(const struct evidence *e)
{
	return e->age_s < START_S;
}

static bool refreshes(const struct evidence *e)
{
	return !is_starting(e) && e->cpu[THREAD_EMULATOR].cpu_pct >= DISPLAY_CPU_PCT &&
	       e->counters.main_wakes_per_s >= DISPLAY_WAKES_PER_S_MIN &&
	       e->counters.main_wakes_per_s <= DISPLAY_WAKES_PER_S_MAX;
}

bool rules_see_display(const struct evidence *e)
{
	return e->display_cpu_pct >= DISPLAY_CPU_PCT || refreshes(e);
}

bool rule_display(const struct evidence *e, struct finding *f, struct arena *arena)
{
	if (!rules_see_display(e))
		return false;
	if (!(e->display_cpu_pct >= DISPLAY_CPU_PCT))
		f->confidence = CONFIDENCE_LOW;
	f->summary = "its screen is looked at";
	f->diagnosis =
		"Somebody looks at this guest's screen by VNC or SPICE, and QEMU refreshes it "
		"33 times/s. It ends when the viewer is closed; fewer heads and a guest without "
		"animations, cursor blinking and screen savers cost less.";
	finding_add_pct(f, arena, "threads of SPICE and VNC: %s % of a CPU", e->display_cpu_pct);
	add_main_thread(e, f, arena);
	return true;
}

/* The rules that know what the main thread does. */
static bool is_explained(const struct evidence *e)
{
	return rules_see_rtc_tick(e) || rules_see_hpet_left_on(e) || rules_see_hpet_tick(e) ||
	       rules_see_usb_polling(e) || rules_see_display(e) || rules_see_rtc_catchup(e);
}

bool rule_main_loop(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const double main_pct = e->cpu[THREAD_EMULATOR].cpu_pct;
	const struct cpu_shares *iothreads = &e->cpu[THREAD_IOTHREAD];
	const bool main_spins =
		main_pct >= MAIN_LOOP_CPU_PCT && !is_starting(e) && !is_explained(e);
	const bool iothread_polls = iothreads->user_pct >= IOTHREAD_USER_CPU_PCT &&
				    iothreads->user_pct >= IOTHREAD_USER_SHARE * iothreads->cpu_pct;

	if (!main_spins && !iothread_polls)
		return false;
	if (main_spins && main_pct >= MAIN_LOOP_WARNING_CPU_PCT)
		f->severity = SEVERITY_WARNING;
	if (main_spins) {
		f->summary = arena_printf(arena, "QEMU's main thread %.0f %% of a CPU", main_pct);
		f->diagnosis =
			"QEMU's main thread is busy, and no rule knows with what: disks or "
			"networks without a thread of their own, a serial line nobody reads, "
			"a block job, or somebody who asks QEMU's monitor all the time.";
	} else {
		f->summary = arena_printf(
			arena, "iothreads poll, %.0f %% of a CPU", iothreads->user_pct);
		f->diagnosis = "QEMU's iothreads spend their time in user space: they poll for I/O "
			       "that is to come, instead of sleeping until it does.";
	}
	add_main_thread(e, f, arena);
	finding_add_pct(f, arena, "iothreads: %s % of a CPU in user space", iothreads->user_pct);
	if (!iothread_polls)
		finding_drop(f, REMEDY_IOTHREAD_POLL_OFF);
	else if (!main_spins)
		finding_lead(f, REMEDY_IOTHREAD_POLL_OFF);
	return true;
}

/* -- what the guest asks that is not there -------------------------------------------------------------- */

bool rule_unhandled_msr(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *power = &e->devices[DEVICE_POWER];
	const struct vm_counters *c = &e->counters;
	const bool is_logged = c->unhandled_msrs >= UNHANDLED_MSRS_MIN ||
			       c->unhandled_msrs_per_s >= UNHANDLED_MSRS_PER_S_MIN;

	if (!is_logged && !(power->per_s >= POWER_MSRS_PER_S_MIN))
		return false;
	if (power->per_s >= POWER_MSRS_PER_S_WARNING)
		f->severity = SEVERITY_WARNING;
	f->summary = "asks for MSRs that KVM has not";
	f->diagnosis =
		"A program in the guest watches the processor's power, temperature or counters, "
		"and asks for registers that KVM does not have or only pretends to. That is "
		"harmless unless the guest crashes, and does not explain much CPU time.";
	if (is_logged && !isnan(c->unhandled_msrs)) {
		const char *name = exit_names_msr(c->unhandled_msr);

		finding_add(f, arena,
			"%s lines about MSRs in the kernel's log, the last about 0x%x%s%s%s",
			text_grouped(arena, c->unhandled_msrs), (unsigned)c->unhandled_msr,
			name ? " (" : "", name ? name : "", name ? ")" : "");
	}
	finding_add_rate(f, arena, "%s accesses/s to MSRs of power and temperature", power->per_s);
	finding_add_cost(f, arena, power);
	if (!is_logged || e->platform->report_ignored_msrs == 0)
		finding_drop(f, REMEDY_MSR_QUIET);
	if (e->config->machine.pmu == TRI_NO)
		finding_drop(f, REMEDY_PMU_OFF);
	return true;
}

/* Linux waits for old devices by writing to a port that nobody has; under KVM it knows better. */
bool rule_io_delay(const struct evidence *e, struct finding *f, struct arena *arena)
{
	const struct exit_rate *delay = &e->devices[DEVICE_IO_DELAY];

	if (e->guest == GUEST_WINDOWS || !(delay->per_s >= DEVICE_ACCESSES_PER_S_MIN))
		return false;
	f->summary = arena_printf(arena, "I/O delay port %s/s", text_rate(arena, delay->per_s));
	f->diagnosis =
		"The guest waits for old devices by writing to a port that nobody has (0x80 or "
		"0xed), and each write is a trip to QEMU. A Linux that knows that it runs on "
		"KVM does not; else boot it with io_delay=none.";
	finding_add_rate(f, arena, "%s writes/s to port 0x80 or 0xed", delay->per_s);
	finding_add_cost(f, arena, delay);
	finding_add_guest(f, arena, e);
	if (domain_hides_kvmclock(e->config))
		finding_add(f, arena, "its configuration hides KVM from the guest");
	else
		finding_drop(f, REMEDY_KVMCLOCK);
	return true;
}

/* clang-format off */
static const struct {
	enum device_group group;
	const char *name, *cure;
} legacy[] = {
	{ DEVICE_SERIAL, "serial port",
		"less output to the console (console=ttyS0), or a virtio console" },
	{ DEVICE_IDE, "IDE", "virtio-blk or virtio-scsi instead of IDE" },
	{ DEVICE_FLOPPY, "floppy", "no floppy drive" },
	{ DEVICE_I8042, "PS/2 keyboard or mouse", "an end to the program that polls them" },
	{ DEVICE_VMPORT, "VMware backdoor", "no VMware tools in the guest, and vmport off" },
	{ DEVICE_PCI_CONFIG, "PCI configuration", "an end to the program that lists devices" },
	{ DEVICE_HOTPLUG, "ACPI hotplug", "a look at ACPI events: a system interrupt comes again and again" },
	{ DEVICE_VGA, "VGA", "a display driver of its own instead of plain VGA" },
	{ DEVICE_SMBUS, "SMBus", "no sensor programs in the guest" },
};
/* clang-format on */

bool rule_legacy_devices(const struct evidence *e, struct finding *f, struct arena *arena)
{
	size_t top = 0;

	for (size_t i = 0; i < sizeof legacy / sizeof *legacy; i++)
		if (e->devices[legacy[i].group].per_s > e->devices[legacy[top].group].per_s)
			top = i;
	if (!evidence_is_idle(e) ||
		!(e->devices[legacy[top].group].per_s >= DEVICE_ACCESSES_PER_S_MIN))
		return false;
	f->summary = arena_printf(arena, "%s %s/s", legacy[top].name,
		text_rate(arena, e->devices[legacy[top].group].per_s));
	f->diagnosis = arena_printf(arena,
		"The guest has little to do, but accesses an old device all the time, and each "
		"access "
		"is a trip to QEMU. What helps: %s.",
		legacy[top].cure);
	for (size_t i = 0; i < sizeof legacy / sizeof *legacy; i++) {
		const struct exit_rate *rate = &e->devices[legacy[i].group];

		if (rate->per_s >= DEVICE_ACCESSES_PER_S_MIN)
			finding_add(f, arena, "%s accesses/s: %s", text_grouped(arena, rate->per_s),
				legacy[i].name);
	}
	finding_add_cost(f, arena, &e->devices[legacy[top].group]);
	if (legacy[top].group == DEVICE_VMPORT)
		finding_lead(f, REMEDY_VMPORT_OFF);
	else
		finding_drop(f, REMEDY_VMPORT_OFF);
	return true;
}
