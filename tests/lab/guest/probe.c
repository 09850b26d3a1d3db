/* The probe guest: a bare-metal program that makes a known number of VM exits of known kinds, so that
 * a monitor's counts can be checked against the truth. It is the machine's firmware, so that nothing
 * else runs, and takes its orders from the text at the beginning of its ROM:
 *
 *   hz=1000          timer ticks a second (PIT channel 0, IRQ 0), 19 at least
 *   ticks=5000       stop after that many ticks of work; 0: never
 *   delay=300        after START, halt through that many ticks before the work begins: time to take
 *                    a first reading
 *   rtc=20           per tick: read the RTC that often (OUT 0x70 and IN 0x71: two exits each)
 *   pm=3             per tick: read the ACPI PM timer (IN 0x608)
 *   pit=3            per tick: read PIT channel 0 (IN 0x40)
 *   hpet=3           per tick: read the HPET's main counter (memory at 0xfed000f0)
 *   rdmsr=0x1b:5     per tick: read that MSR that often
 *   first-rdmsr=0x611 before the work: read that MSR once, whether KVM knows it or not
 *   wrmsr=0x1b:5     per tick: read that MSR and write its value back that often (two exits each)
 *   cpuid=2          per tick: CPUID
 *   rtc-irq=1        have the RTC raise its interrupt line 128 times a second, masked: no exit, but work
 *                    for the host
 *   hpet-tick=1000   have the HPET raise its interrupt line that often, masked: the same
 *   spin=100000      per tick: rounds of an empty loop (guest time)
 *   idle-if-timer=1  do the work only while the machine offers neither an HPET nor Hyper-V synthetic
 *                    timers; with either, tick as slowly as the PIT can and just halt. That is how an
 *                    idle Windows 10 behaves, which falls back on the RTC: a remedy can be seen to work.
 *   off=1            after DONE, reset the machine: QEMU with -no-reboot ends then
 *
 * It says START, and at the end DONE with what it did, on the serial port (one OUT 0x3f8 for each
 * character); then it halts for good, or ends. Between the two, ticks and halts make no exits by port, MSR,
 * CPUID or memory access. It knows QEMU's machine "pc". */
#include <stdint.h>

/* boot.S and link.ld */
extern void irq0(void);
extern void gp_fault(void);
extern volatile uint64_t ticks;
extern const char orders[];
extern const uint8_t rom_start[], rom_end[];

#define PIT_HZ 1193182
#define PIT_HZ_MIN 19 /* its counter has 16 bits */
#define HPET_BASE 0xfed00000UL
#define APIC_BASE 0xfee00000UL

struct work {
	uint64_t rtc, pm, pit, hpet, cpuid, spin;
	uint32_t rdmsr, wrmsr;
	uint64_t rdmsr_count, wrmsr_count;
};

static inline void out8(uint16_t port, uint8_t value)
{
	__asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
	uint8_t value;

	__asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline void out32(uint16_t port, uint32_t value)
{
	__asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t in32(uint16_t port)
{
	uint32_t value;

	__asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
	return value;
}

static inline uint64_t read_msr(uint32_t msr)
{
	uint32_t low = 0, high = 0;

	__asm__ volatile("rdmsr" : "+a"(low), "+d"(high) : "c"(msr));
	return low | (uint64_t)high << 32;
}

static inline void write_msr(uint32_t msr, uint64_t value)
{
	__asm__ volatile("wrmsr" : : "c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

static inline void cpuid(uint32_t leaf, uint32_t *a, uint32_t *b)
{
	uint32_t c = 0, d;

	*a = leaf;
	__asm__ volatile("cpuid" : "+a"(*a), "=b"(*b), "+c"(c), "=d"(d));
}

/* Until the next tick, whatever else may wake the CPU. */
static inline void wait_tick(void)
{
	const uint64_t before = ticks;

	do
		__asm__ volatile("sti; hlt; cli" : : : "memory");
	while (ticks == before);
}

static void put(const char *s)
{
	for (; *s; s++)
		out8(0x3f8, (uint8_t)*s);
}

static void put_count(const char *label, uint64_t n)
{
	char digits[21];
	int i = 20;

	digits[i] = '\0';
	do {
		digits[--i] = (char)('0' + n % 10);
	} while (n /= 10);
	put(label);
	put(digits + i);
}

/* Reads "123" or "0x1b" and steps past it. */
static uint64_t number(const char **s)
{
	uint64_t n = 0;
	unsigned base = 10, digit;

	if ((*s)[0] == '0' && (*s)[1] == 'x') {
		base = 16;
		*s += 2;
	}
	for (;; (*s)++) {
		if (**s >= '0' && **s <= '9')
			digit = (unsigned)(**s - '0');
		else if (base == 16 && **s >= 'a' && **s <= 'f')
			digit = (unsigned)(**s - 'a') + 10;
		else
			return n;
		n = n * base + digit;
	}
}

/* The text after "key=" at the start of a word of the orders, or NULL. */
static const char *value(const char *key)
{
	for (const char *p = orders; *p; p++) {
		const char *a = p, *k = key;

		if (p != orders && p[-1] != ' ')
			continue;
		while (*k && *a == *k) {
			a++;
			k++;
		}
		if (!*k && *a == '=')
			return a + 1;
	}
	return 0;
}

static uint64_t option(const char *key, uint64_t otherwise)
{
	const char *v = value(key);

	return v ? number(&v) : otherwise;
}

/* "rdmsr=0x1b:5": an MSR and how often. */
static void option_msr(const char *key, uint32_t *msr, uint64_t *count)
{
	const char *v = value(key);

	*msr = v ? (uint32_t)number(&v) : 0;
	*count = v && *v++ == ':' ? number(&v) : 0;
}

/* Is there an HPET, or a Hyper-V synthetic timer? */
static int has_good_timer(void)
{
	/* Femtoseconds a tick, at most 100 ns by the HPET's specification; all ones or zero when
	 * nothing is there. */
	const uint32_t period = *(const volatile uint32_t *)(HPET_BASE + 4);
	uint32_t a, b;

	if (period && period <= 100000000)
		return 1;
	cpuid(0x40000000, &a, &b);
	if (b != 0x7263694d || a < 0x40000003) /* "Micr" of "Microsoft Hv" */
		return 0;
	cpuid(0x40000003, &a, &b);
	return a >> 3 & 1; /* AccessSyntheticTimerRegs */
}

static struct gate {
	uint16_t offset_low, selector;
	uint8_t stack, type;
	uint16_t offset_middle;
	uint32_t offset_high, zero;
} __attribute__((packed)) gates[48];

static void set_gate(int vector, void (*handler)(void))
{
	const uint64_t address = (uint64_t)handler;

	gates[vector] = (struct gate){
		.offset_low = (uint16_t)address,
		.selector = 8,
		.type = 0x8e, /* present, interrupt gate */
		.offset_middle = (uint16_t)(address >> 16),
		.offset_high = (uint32_t)(address >> 32),
	};
}

/* Interrupts: IRQ 0 at vector 32 and nothing else, in automatic EOI mode. An OUT to the PIC at each
 * tick would be an exit that the orders do not name. The local APIC lets the PIC's line through.
 *
 * The PIT ticks from reset on, 18 times a second. Where the guest starts slowly, the PIC's output is on
 * by now, while the APIC let nothing through; KVM looks for an interrupt when the output goes on, and
 * initialising the PIC does not switch it off. Masking all does. */
static void set_interrupts(uint64_t hz)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idt = { sizeof(gates) - 1, (uint64_t)gates };
	const uint64_t divisor = PIT_HZ / (hz < PIT_HZ_MIN ? PIT_HZ_MIN : hz);

	set_gate(13, gp_fault);
	set_gate(32, irq0);
	__asm__ volatile("lidt %0" : : "m"(idt));
	*(volatile uint32_t *)(APIC_BASE + 0xf0) = 0x1ff;  /* enabled */
	*(volatile uint32_t *)(APIC_BASE + 0x350) = 0x700; /* LINT0: from the PIC */
	out8(0x21, 0xff);                                  /* all masked: its output is off */
	out8(0x20, 0x11);                                  /* initialise, four words */
	out8(0x21, 32);                                    /* first vector */
	out8(0x21, 4);                                     /* the second PIC is at line 2 */
	out8(0x21, 3);                                     /* 8086 mode, automatic EOI */
	out8(0x21, 0xfe);                                  /* all but IRQ 0 masked */
	out8(0x43, 0x34);                                  /* channel 0, rate generator */
	out8(0x40, (uint8_t)divisor);
	out8(0x40, (uint8_t)(divisor >> 8));
}

/* A first access to a page of memory is an exit too (nested page fault): take them all now. */
static void touch_rom(void)
{
	for (const volatile uint8_t *p = rom_start; p < rom_end; p += 4096)
		(void)*p;
}

/* Firmware's part of the ACPI PM timer: its ports at 0x600 (PMBASE), and access to them, in the
 * configuration space of the PIIX4's function 3. */
static void set_pm_timer(void)
{
	out32(0xcf8, 0x80000b40);
	out32(0xcfc, 0x601);
	out32(0xcf8, 0x80000b80);
	out32(0xcfc, 1);
}

/* Register A: 32,768 Hz, 128 interrupts a second; B: periodic interrupt on, 24 hours. Nobody reads
 * register C, and IRQ 8 is masked. */
static void set_rtc_interrupt(void)
{
	out8(0x70, 0x0a);
	out8(0x71, 0x29);
	out8(0x70, 0x0b);
	out8(0x71, 0x42);
}

/* Timer 0 of the HPET, periodic and edge-triggered, to the only line that QEMU's machine "pc" lets it have:
 * number 2 of the IOAPIC, where all are masked. */
static void set_hpet_tick(uint64_t hz)
{
	volatile uint32_t *const hpet = (volatile uint32_t *)HPET_BASE;
	const uint32_t period_fs = hpet[1];
	const uint32_t interval = (uint32_t)(1000000000000000 / hz / period_fs);

	hpet[0x100 / 4] = 2 << 9 | 1 << 6 | 1 << 3 | 1 << 2; /* line 2, set both, periodic, on */
	hpet[0x108 / 4] = interval;                          /* the first time */
	hpet[0x108 / 4] = interval;                          /* from then on */
	hpet[0x10 / 4] = 1;
}

static void work_once(const struct work *w)
{
	uint32_t a, b;

	for (uint64_t i = 0; i < w->rtc; i++) {
		out8(0x70, 0x0c);
		in8(0x71);
	}
	for (uint64_t i = 0; i < w->pm; i++)
		in32(0x608);
	for (uint64_t i = 0; i < w->pit; i++)
		in8(0x40);
	for (uint64_t i = 0; i < w->hpet; i++)
		(void)*(const volatile uint32_t *)(HPET_BASE + 0xf0);
	for (uint64_t i = 0; i < w->rdmsr_count; i++)
		read_msr(w->rdmsr);
	for (uint64_t i = 0; i < w->wrmsr_count; i++)
		write_msr(w->wrmsr, read_msr(w->wrmsr));
	for (uint64_t i = 0; i < w->cpuid; i++)
		cpuid(0, &a, &b);
	for (volatile uint64_t i = 0; i < w->spin; i++)
		;
}

/* By the keyboard controller. The guest is not entered again after this exit. */
static void end_machine(void)
{
	out8(0x64, 0xfe);
}

void probe_main(void);

void probe_main(void)
{
	const uint64_t end = option("ticks", 0);
	uint64_t hz = option("hz", 100);
	uint64_t rounds = 0;
	struct work w = {
		.rtc = option("rtc", 0),
		.pm = option("pm", 0),
		.pit = option("pit", 0),
		.hpet = option("hpet", 0),
		.cpuid = option("cpuid", 0),
		.spin = option("spin", 0),
	};

	option_msr("rdmsr", &w.rdmsr, &w.rdmsr_count);
	option_msr("wrmsr", &w.wrmsr, &w.wrmsr_count);
	if (option("idle-if-timer", 0) && has_good_timer()) {
		hz = PIT_HZ_MIN;
		w = (struct work){ 0 };
	}
	set_interrupts(hz);
	touch_rom();
	set_pm_timer();
	if (option("rtc-irq", 0))
		set_rtc_interrupt();
	if (option("hpet-tick", 0))
		set_hpet_tick(option("hpet-tick", 0));

	put(w.rtc || w.pm || w.pit || w.hpet ? "START busy\n" : "START quiet\n");
	for (uint64_t i = option("delay", 0); i; i--)
		wait_tick();
	if (option("first-rdmsr", 0))
		read_msr((uint32_t)option("first-rdmsr", 0));
	while (!end || rounds < end) {
		wait_tick();
		rounds++;
		work_once(&w);
	}
	put_count("DONE rounds=", rounds);
	put_count(" ticks=", ticks);
	put_count(" rtc=", rounds * w.rtc);
	put_count(" pm=", rounds * w.pm);
	put_count(" pit=", rounds * w.pit);
	put_count(" hpet=", rounds * w.hpet);
	put_count(" rdmsr=", rounds * w.rdmsr_count);
	put_count(" wrmsr=", rounds * w.wrmsr_count);
	put_count(" cpuid=", rounds * w.cpuid);
	put("\n");
	if (option("off", 0))
		end_machine();
}
