/* config: a VM's configuration, as its domain XML or its command line tells it. */
#ifndef DOMAIN_CONFIG_H
#define DOMAIN_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/arena.h"

/* An XML attribute such as present= or state=: "absent" is not "no". */
enum tristate { TRI_UNKNOWN, TRI_NO, TRI_YES };

/* <timer name='rtc' tickpolicy='catchup' track='guest'><catchup threshold= slew= limit=/></timer>.
 * Attributes that are absent are "", numbers 0. */
struct domain_timer {
	char name[16];
	enum tristate present;
	char tickpolicy[16];
	char track[16];
	char mode[16];
	uint64_t frequency_hz;
	uint64_t catchup_threshold, catchup_slew, catchup_limit; /* which QEMU does not look at */
};

/* <clock offset='localtime'> and its timers. */
struct domain_clock {
	bool known;        /* false: the XML has no <clock>, or the command line need not tell it */
	char offset[16];   /* utc, localtime, timezone, variable, absolute; "" when absent */
	char timezone[48]; /* of offset='timezone' */
	char basis[16];    /* of offset='variable': utc, localtime */
	char adjustment[24]; /* seconds, or "reset" */
	char start[24];      /* of offset='absolute', seconds since 1970 */
	struct domain_timer *timers;
	size_t timer_count, timer_capacity;
};

/* <vpindex state='on'/>, <spinlocks state='on' retries='8191'/>, <stimer ...><direct .../>. */
struct domain_enlightenment {
	char name[24]; /* the element's name; a nested one as "stimer.direct" */
	enum tristate state;
	char value[24]; /* retries= or value=; "" when absent */
};

struct domain_hyperv {
	bool known;    /* false: the XML has no <hyperv> */
	char mode[16]; /* custom, passthrough, host-model; "" when absent */
	struct domain_enlightenment *items;
	size_t count, capacity;
};

/* A USB controller, by model ("piix3-uhci", "qemu-xhci"; "" when absent, "none"). */
#define DOMAIN_USB_MAX 16

/* What <qemu:arg>s decide instead of the XML: QEMU takes them last. */
enum {
	DOMAIN_OVERRIDE_CPU =
		1, /* -cpu: all of <hyperv>, <kvm> and <cpu>, hypervclock and kvmclock */
	DOMAIN_OVERRIDE_CLOCK = 2,    /* -rtc, -no-hpet, or a timer by -machine or -global */
	DOMAIN_OVERRIDE_MACHINE = 4,  /* -machine or -accel, other parts of it */
	DOMAIN_OVERRIDE_SCHEDULE = 8, /* -overcommit */
};

/* Huge pages of several sizes, or for a part of the memory. */
#define DOMAIN_PAGES_MIXED UINT64_MAX

/* Guest OS according to the configuration, other than by libosinfo's id. */
enum domain_guest {
	DOMAIN_GUEST_UNTOLD,
	DOMAIN_GUEST_WINDOWS,
	DOMAIN_GUEST_LINUX, /* its kernel is given */
	DOMAIN_GUEST_OTHER, /* macOS */
	DOMAIN_GUEST__COUNT,
};

/* What USB controllers that poll (UHCI, OHCI, EHCI; a thousand times a second) have on their buses: of several kinds, the last
 * one in this list. */
enum domain_usb_polled {
	DOMAIN_USB_UNTOLD,  /* recordings of older versions do not tell it */
	DOMAIN_USB_UNKNOWN, /* a file of QEMU's decides it, or where a controller is plugged in */
	DOMAIN_USB_NOTHING,
	DOMAIN_USB_REDIRECTION, /* a port for devices of a viewer, with or without one */
	DOMAIN_USB_TABLET,      /* or a mouse */
	DOMAIN_USB_DEVICE,      /* another emulated device: keyboard, disk, sound */
	DOMAIN_USB_PASSTHROUGH, /* a device of the host */
	DOMAIN_USB__COUNT,
};

/* "untold", "unknown", "nothing", "redirection", ...: likewise, without the first two. */
extern const char *const domain_usb_polled_names[DOMAIN_USB__COUNT];

/* What else bears on clocks, timers and exits. Texts are "" when absent; TRI_UNKNOWN: not told. */
struct domain_machine {
	char type[16];      /* <domain type=: kvm, qemu */
	char arch[16];      /* x86_64 */
	char machine[48];   /* pc-i440fx-7.2, pc-q35-7.2, microvm */
	char emulator[128]; /* path of the VMM */
	enum domain_guest guest;
	char os_id[96];       /* libosinfo's: "http://microsoft.com/win/10" */
	enum tristate ovmf;   /* UEFI firmware */
	char cpu_mode[24];    /* host-passthrough, host-model, custom, maximum */
	char cpu_model[48];   /* of mode custom: Haswell-noTSX */
	enum tristate invtsc; /* <feature policy='require' name='invtsc'/> */
	enum tristate nested; /* vmx or svm: TRI_NO where it is disabled, TRI_YES where required */
	enum tristate cpu_pm; /* -overcommit cpu-pm=on */
	enum tristate kvm_hidden; /* <kvm><hidden state=> */
	enum tristate hint_dedicated;
	enum tristate poll_control;
	enum tristate pv_ipi;
	enum tristate dirty_ring;
	unsigned dirty_ring_size; /* entries; 0: not told */
	enum tristate pvspinlock;
	enum tristate apic_eoi;
	enum tristate pmu;
	enum tristate vmport;
	enum tristate rapl;   /* -accel kvm,rapl=on: QEMU answers the energy MSRs */
	char ioapic[8];       /* <ioapic driver=: kvm, qemu */
	char msrs_unknown[8]; /* <msrs unknown=: ignore, fault; not for QEMU */
	char usb[DOMAIN_USB_MAX][16];
	size_t usb_count;
	enum tristate usb_tablet; /* a tablet or mouse on USB */
	enum domain_usb_polled usb_polled;
	unsigned vcpus;      /* at the start of the guest; 0: not told */
	uint64_t memory_kib; /* what the guest is promised; 0: not told */
	bool pinned;         /* <cputune><vcpupin> */
	bool hugepages, nosharepages;
	uint64_t
		huge_page_kib; /* <hugepages><page size=; 0: the host's own size; or DOMAIN_PAGES_MIXED */
	bool memory_bound;       /* <numatune>: its memory is from some of the host's nodes */
	bool has_qemu_arguments; /* <qemu:commandline> */
	unsigned overrides;      /* DOMAIN_OVERRIDE_* */
};

/* What runs the VM: each has its own way to change a configuration. */
enum domain_stack {
	DOMAIN_STACK_UNKNOWN,
	DOMAIN_STACK_LIBVIRT, /* by itself: virsh, virt-manager, Cockpit */
	DOMAIN_STACK_PROXMOX,
	DOMAIN_STACK_NOVA,
	DOMAIN_STACK_KUBEVIRT,
	DOMAIN_STACK_OVIRT,
	DOMAIN_STACK_CLOUDSTACK,
	DOMAIN_STACK_OPENNEBULA,
	DOMAIN_STACK_INCUS,
	DOMAIN_STACK_LXD,
	DOMAIN_STACK_TRUENAS,
	DOMAIN_STACK_UNRAID,
	DOMAIN_STACK_GANETI,
	DOMAIN_STACK_QEMU, /* QEMU by hand or by a script */
	DOMAIN_STACK_FIRECRACKER,
	DOMAIN_STACK_CLOUD_HYPERVISOR,
	DOMAIN_STACK_CROSVM,
	DOMAIN_STACK__COUNT,
};

struct domain_config {
	enum domain_stack stack; /* told even where nothing else is */
	char stack_id[24]; /* what the stack calls the VM: Proxmox's "100"; "" when not told */
	bool parsed; /* false: there was no XML, or it did not parse; nothing below is known */
	bool from_command_line; /* of a VM that libvirt does not run: its own arguments say so */
	struct domain_clock clock;
	struct domain_hyperv hyperv;
	struct domain_machine machine;
};

/* A timer of the clock by name, or NULL when the XML does not mention it. */
const struct domain_timer *domain_clock_timer(const struct domain_clock *clock, const char *name);

/* The timer of that name, added with nothing told when the clock has none; valid until the next one is
 * added. */
struct domain_timer *domain_clock_add(struct domain_clock *clock, const char *name)
	__attribute__((returns_nonnull));

/* The enlightenment of that name, likewise. */
struct domain_enlightenment *domain_hyperv_add(struct domain_hyperv *hyperv, const char *name)
	__attribute__((returns_nonnull));

/* Is a name as uname -m and libvirt have it one of x86: x86_64, i386 ... i686? */
bool domain_arch_is_x86(const char *arch);

/* Is it QEMU's microvm, an x86 machine without most of a PC's devices? */
bool domain_is_microvm(const struct domain_machine *machine);

/* Is it x86, as far as that is told? Others have neither a PC's timers nor Hyper-V's enlightenments. */
bool domain_is_x86(const struct domain_machine *machine);

/* The same; where it is not told, what the host is (as uname -m prints it; "" unknown). */
bool domain_is_x86_on(const struct domain_machine *machine, const char *host_arch);

/* Can the machine have that timer of a PC's, "rtc", "pit" or "hpet", without being told to? QEMU's microvm has no HPET, and
 * an RTC only without KVM (microvm_devices_init() of QEMU's hw/i386/microvm.c). */
bool domain_has_timer_by_default(const struct domain_machine *machine, const char *name);

/* Can it have no HPET at all? QEMU refuses hpet=on and hpet=off for a microvm and machines other than x86, and that of RHEL 9 and
 * later ("pc-q35-rhel9.4.0") is built without one. */
bool domain_lacks_hpet(const struct domain_machine *machine);

/* Adds a USB controller of that model, as long as there is room. */
void domain_machine_add_usb(struct domain_machine *machine, const char *model);

/* Does a USB controller of that model, in libvirt's words, poll its devices? xHCI does not (QEMU's hw/usb/hcd-uhci.c,
 * hcd-ohci.c and hcd-ehci.c have a timer for frames, hcd-xhci.c has none). */
bool domain_usb_model_polls(const char *model);

/* An enlightenment's state by name ("stimer", "stimer.direct"): TRI_NO when the configuration was
 * read and does not switch it on, TRI_UNKNOWN when the configuration is not known. In mode
 * passthrough or host-model everything that is not switched off counts as on. */
enum tristate domain_hyperv_state(const struct domain_config *config, const char *name);

/* Is any enlightenment on but that one ("": but none)? Modes passthrough and host-model are some. Hyper-V's reference clock is
 * none of them. */
bool domain_has_enlightenments(const struct domain_config *config, const char *besides);

/* Does the configuration hide KVM, or its clock, from the guest? */
bool domain_hides_kvmclock(const struct domain_config *config);

/* The same as domain_hyperv_state() for Hyper-V's reference clock, which is a timer of its own: what the configuration says of that comes first. */
enum tristate domain_hypervclock(const struct domain_config *config);

/* "untold", "windows", ...: in recordings and, but for "untold", in the JSON. */
extern const char *const domain_guest_names[DOMAIN_GUEST__COUNT];

/* Is the file of a direct kernel boot a kernel, as far as its name tells, and no loader that may start anything (wimboot, iPXE,
 * GRUB, memdisk)? */
bool domain_kernel_is_linux(const char *path);

/* Does a system of Microsoft's with that libosinfo id know Hyper-V's features? MS-DOS and Windows before Vista and Server 2008 do
 * not. */
bool domain_os_knows_hyperv(const char *os_id);

/* Is the guest known to be Windows, by libosinfo's ID or the configuration? */
bool domain_is_windows(const struct domain_config *config);

/* What people call the stack ("Proxmox VE"), or NULL for DOMAIN_STACK_UNKNOWN. */
const char *domain_stack_name(enum domain_stack stack);

/* A copy in the arena; it is not to be released with domain_config_fini(). */
const struct domain_config *domain_config_copy(
	struct arena *arena, const struct domain_config *config);

/* Frees what config owns; the struct itself is the caller's. */
void domain_config_fini(struct domain_config *config);

#endif
