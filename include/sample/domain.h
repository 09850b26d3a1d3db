/* domain: a VM's configuration as its domain XML tells it. */
#ifndef SAMPLE_DOMAIN_H
#define SAMPLE_DOMAIN_H

#include <stdatomic.h>
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

enum domain_state {
	DOMAIN_UNKNOWN,
	DOMAIN_RUNNING,
	DOMAIN_BLOCKED,
	DOMAIN_PAUSED,
	DOMAIN_SHUTDOWN,
	DOMAIN_SHUTOFF,
	DOMAIN_CRASHED,
	DOMAIN_PMSUSPENDED,
	DOMAIN_STATE__COUNT,
};

/* "running", "shutoff", ... as virsh says it, in recordings and in the JSON. */
extern const char *const domain_state_names[DOMAIN_STATE__COUNT];

/* Why libvirt does not report what a VM can have. */
enum domain_caps_never {
	DOMAIN_CAPS_ASKABLE,     /* it has reported it, or still may */
	DOMAIN_CAPS_DENIED,      /* this user may not ask */
	DOMAIN_CAPS_UNSUPPORTED, /* this driver of libvirt does not report it */
	DOMAIN_CAPS_EMULATOR, /* asking would run an emulator that others than root can replace */
	DOMAIN_CAPS_REFUSED,  /* libvirt rejects such VMs here, for instance their machine type */
	DOMAIN_CAPS_NEVER__COUNT,
};

/* What a VM of a domain's kind (emulator, architecture, machine, type) can have on this host, by libvirt.
 * All zero: nothing is known yet. */
#define DOMAIN_CAPS_HYPERV_MAX 32

struct domain_caps {
	bool known;                   /* libvirt was asked and answered */
	enum domain_caps_never never; /* not ASKABLE: known is false and stays so */
	char why[160];     /* libvirt's words for why it is not known, cleaned; "" none */
	bool hyperv_known; /* it lists Hyper-V features (libvirt 9.0 and later) */
	char hyperv[DOMAIN_CAPS_HYPERV_MAX][24]; /* "vpindex", as in <hyperv> */
	size_t hyperv_count;
	enum tristate host_passthrough; /* CPU modes */
	enum tristate host_model;
	enum tristate invtsc; /* a guest's TSC can be promised to be invariant */
	char cpu_vendor[16];  /* of the host's CPU: "Intel", "AMD"; "" unknown */
	unsigned long
		libvirt_version; /* the daemon's: 1000000 * major + 1000 * minor + micro; 0: unknown */
};

struct domain {
	char *name; /* as libvirt has it: not cleaned */
	char uuid[37];
	int id; /* -1: not running */
	enum domain_state state;
	bool persistent; /* has an inactive definition to edit */
	/* Both keep a configuration of their own beside the definition: a start from such an image, or going back
	 * to such a snapshot, brings the configuration of then. */
	enum tristate managed_save; /* the next start resumes from an image of the guest's memory */
	enum tristate memory_snapshots; /* has snapshots that hold its memory */
	char *live_xml;                 /* NULL: not running, or not read */
	char *inactive_xml;             /* NULL: transient, or not read */
	struct domain_config live;
	struct domain_config inactive;
	struct domain_caps caps;
	unsigned long virt_xml_version; /* of virt-xml on this host; 0: none that is of use */
};

/* What libvirt said at one moment: immutable once published, shared by reference. */
struct domain_set {
	atomic_int references;
	uint64_t time_ns; /* CLOCK_MONOTONIC when it was complete */
	struct domain *items;
	size_t count;
};

/* An empty set with one reference, and room for count zeroed domains. */
struct domain_set *domain_set_new(size_t count);
struct domain_set *domain_set_ref(struct domain_set *set);

/* Drops a reference (NULL is ignored); the last one frees the set and all in it. */
void domain_set_unref(struct domain_set *set);

/* The domain with that UUID (lower case, 36 characters), or NULL. */
const struct domain *domain_set_find(const struct domain_set *set, const char *uuid);

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

/* What people call the stack ("Proxmox VE"), or NULL for DOMAIN_STACK_UNKNOWN. */
const char *domain_stack_name(enum domain_stack stack);

/* A copy in the arena; it is not to be released with domain_config_fini(). */
const struct domain_config *domain_config_copy(
	struct arena *arena, const struct domain_config *config);

/* "denied", "unsupported", ...: names of enum domain_caps_never, in recordings. */
extern const char *const domain_caps_never_names[DOMAIN_CAPS_NEVER__COUNT];

/* Can a VM of this kind have that enlightenment ("stimer")? TRI_UNKNOWN when libvirt does not say. caps
 * may be NULL. */
enum tristate domain_caps_hyperv(const struct domain_caps *caps, const char *name);

/* Frees what config owns; the struct itself is the caller's. */
void domain_config_fini(struct domain_config *config);

#endif
