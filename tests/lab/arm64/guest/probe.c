/* The probe guest for arm64: a bare-metal program that makes a known number of VM exits of known kinds, so
 * that a monitor's counts can be checked against the truth. Its orders are the text at the beginning of its
 * memory (tests/lab/arm64/vmm.c puts it there), or the command line in the device tree that QEMU's machine virt
 * puts there (-append):
 *
 *   hz=100              timer ticks a second (the virtual timer). Each is waited for with WFI: one exit, WFx
 *   ticks=100           rounds of work, a tick each
 *   rtc=20              per round: read 0x09010000               (DABT_LOW, kvm_mmio, answered by the VMM)
 *   write=2             per round: write 0x0a000004              (the same)
 *   gic=2               per round: read GICD_TYPER, 0x08000004   (DABT_LOW, kvm_mmio, answered by KVM)
 *   hvc=5               per round: ask for PSCI's version by HVC (HVC64)
 *   smc=1               per round: the same by SMC               (SMC64)
 *   id=4                per round: read ID_AA64PFR0_EL1          (SYS64)
 *   cpus=2              so many vCPUs, 8 at most, do all this, each of them
 *
 * It prints START, and at the end DONE with what all CPUs did, on the serial port (one write to 0x09000000
 * for each character: DABT_LOW). Then it is switched off (HVC64, without a kvm_entry after it). The first
 * use of a page is a DABT_LOW or an IABT_LOW as well, and the host's own interrupts are IRQ. */
#include <stdint.h>

#define RAM ((const char *)0x40000000)
#define SERIAL 0x09000000ul
#define RTC 0x09010000ul
#define DEVICE 0x0a000004ul
#define GICD 0x08000000ul
#define GICR(cpu) (0x080a0000ul + (cpu)*0x20000ul)
#define TIMER_IRQ 27
#define CPUS 8

enum {
	PSCI_VERSION = 0x84000000,
	PSCI_CPU_OFF = 0x84000002,
	PSCI_SYSTEM_OFF = 0x84000008,
	PSCI_CPU_ON = 0xc4000003,
};

#define READ_SYSREG(r)                                                      \
	({                                                                  \
		uint64_t value_;                                            \
		__asm__ volatile("mrs %0, " r : "=r"(value_) : : "memory"); \
		value_;                                                     \
	})
#define WRITE_SYSREG(r, v) \
	__asm__ volatile("msr " r ", %0\n\tisb" : : "r"((uint64_t)(v)) : "memory")

#define CALL(how, function, a, b)                                             \
	({                                                                    \
		register uint64_t x0_ __asm__("x0") = (uint32_t)(function);   \
		register uint64_t x1_ __asm__("x1") = (a);                    \
		register uint64_t x2_ __asm__("x2") = (b);                    \
		register uint64_t x3_ __asm__("x3") = 0;                      \
		__asm__ volatile(how " #0"                                    \
				 : "+r"(x0_), "+r"(x1_), "+r"(x2_), "+r"(x3_) \
				 :                                            \
				 : "memory");                                 \
		x0_;                                                          \
	})

struct orders {
	uint64_t hz, ticks, rtc, write, gic, hvc, smc, id, cpus;
};

extern char _start[];
void probe_main(uint64_t cpu);
void probe_fault(uint64_t esr, uint64_t elr, uint64_t far);

static struct orders orders;
static volatile uint64_t ready[CPUS], done[CPUS], begin;

/* One load or store each, of a form that KVM can emulate: a single register without write-back. */
static inline uint32_t read32(uint64_t address)
{
	uint32_t value;

	__asm__ volatile("ldr %w0, [%1]" : "=r"(value) : "r"(address) : "memory");
	return value;
}

static inline void write32(uint64_t address, uint32_t value)
{
	__asm__ volatile("str %w0, [%1]" : : "r"(value), "r"(address) : "memory");
}

static void put(const char *s)
{
	for (; *s; s++)
		write32(SERIAL, (uint8_t)*s);
}

static void put_number(const char *name, uint64_t n)
{
	char text[21];
	int i = 20;

	text[i] = '\0';
	do
		text[--i] = (char)('0' + n % 10);
	while (n /= 10);
	put(name);
	put(text + i);
}

void probe_fault(uint64_t esr, uint64_t elr, uint64_t far)
{
	put_number("FAULT esr=", esr);
	put_number(" pc=", elr);
	put_number(" address=", far);
	put("\n");
	CALL("hvc", PSCI_SYSTEM_OFF, 0, 0);
}

static int is_same(const char *a, const char *b)
{
	while (*a && *a == *b) {
		a++;
		b++;
	}
	return *a == *b;
}

/* The flattened device tree's property bootargs (Devicetree Specification, chapter 5: all numbers are big-endian,
 * all tokens aligned to 4 bytes); "" where it has none. */
static const char *find_bootargs(const uint32_t *tree)
{
	const uint32_t *at = tree + __builtin_bswap32(tree[2]) / 4;
	const char *names = (const char *)tree + __builtin_bswap32(tree[3]);

	for (;;) {
		switch (__builtin_bswap32(*at++)) {
		case 1: { /* a node begins, with its name */
			const char *end = (const char *)at;

			while (*end)
				end++;
			at += (end - (const char *)at) / 4 + 1;
			break;
		}
		case 3: /* a property: its length, where its name is, its value */
			if (is_same(names + __builtin_bswap32(at[1]), "bootargs"))
				return (const char *)(at + 2);
			at += 2 + (__builtin_bswap32(at[0]) + 3) / 4;
			break;
		case 2: /* a node ends */
		case 4: /* nothing */
			break;
		default:
			return "";
		}
	}
}

static const char *find_orders(void)
{
	const uint32_t *head = (const uint32_t *)RAM;

	return *head == __builtin_bswap32(0xd00dfeed) ? find_bootargs(head) : RAM;
}

/* The number after "key=" at the start of a word of the orders. */
static uint64_t order(const char *key, uint64_t otherwise)
{
	const char *text = find_orders();

	for (const char *word = text; *word; word++) {
		const char *a = word, *k = key;
		uint64_t n = 0;

		if (word != text && word[-1] != ' ')
			continue;
		while (*k && *a == *k) {
			a++;
			k++;
		}
		if (*k || *a != '=')
			continue;
		for (a++; *a >= '0' && *a <= '9'; a++)
			n = n * 10 + (uint64_t)(*a - '0');
		return n;
	}
	return otherwise;
}

static void init_interrupts(uint64_t cpu)
{
	if (!cpu)
		write32(GICD, 0x13);  /* GICD_CTLR: affinity routing, both groups */
	write32(GICR(cpu) + 0x14, 0); /* GICR_WAKER */
	while (read32(GICR(cpu) + 0x14) & 4)
		;
	write32(GICR(cpu) + 0x10080, ~0u);             /* GICR_IGROUPR0: all in group 1 */
	write32(GICR(cpu) + 0x10100, 1u << TIMER_IRQ); /* GICR_ISENABLER0 */
	WRITE_SYSREG("S3_0_C12_C12_5", 7);             /* ICC_SRE_EL1 */
	WRITE_SYSREG("S3_0_C4_C6_0", 0xff);            /* ICC_PMR_EL1 */
	WRITE_SYSREG("S3_0_C12_C12_7", 1);             /* ICC_IGRPEN1_EL1 */
}

/* As interrupts are masked WFI just returns. */
static void wait_tick(void)
{
	uint64_t irq;

	WRITE_SYSREG("cntv_tval_el0", READ_SYSREG("cntfrq_el0") / orders.hz);
	WRITE_SYSREG("cntv_ctl_el0", 1);
	while (!(READ_SYSREG("cntv_ctl_el0") & 4))
		__asm__ volatile("wfi" : : : "memory");
	WRITE_SYSREG("cntv_ctl_el0", 0);
	irq = READ_SYSREG("S3_0_C12_C12_0"); /* ICC_IAR1_EL1 */
	if (irq < 1020)
		WRITE_SYSREG("S3_0_C12_C12_1", irq); /* ICC_EOIR1_EL1 */
}

static void work(void)
{
	for (uint64_t round = 0; round < orders.ticks; round++) {
		wait_tick();
		for (uint64_t i = 0; i < orders.rtc; i++)
			read32(RTC);
		for (uint64_t i = 0; i < orders.write; i++)
			write32(DEVICE, (uint32_t)i);
		for (uint64_t i = 0; i < orders.gic; i++)
			read32(GICD + 4);
		for (uint64_t i = 0; i < orders.hvc; i++)
			CALL("hvc", PSCI_VERSION, 0, 0);
		for (uint64_t i = 0; i < orders.smc; i++)
			CALL("smc", PSCI_VERSION, 0, 0);
		for (uint64_t i = 0; i < orders.id; i++)
			READ_SYSREG("id_aa64pfr0_el1");
	}
}

static uint64_t sum(const volatile uint64_t *of)
{
	uint64_t n = 0;

	for (int i = 0; i < CPUS; i++)
		n += of[i];
	return n;
}

static void read_orders(void)
{
	orders = (struct orders){
		.hz = order("hz", 100),
		.ticks = order("ticks", 100),
		.rtc = order("rtc", 0),
		.write = order("write", 0),
		.gic = order("gic", 0),
		.hvc = order("hvc", 0),
		.smc = order("smc", 0),
		.id = order("id", 0),
		.cpus = order("cpus", 1),
	};
}

static void put_sums(void)
{
	const uint64_t rounds = orders.ticks * orders.cpus;

	put_number("DONE rounds=", rounds);
	put_number(" rtc=", rounds * orders.rtc);
	put_number(" write=", rounds * orders.write);
	put_number(" gic=", rounds * orders.gic);
	put_number(" hvc=", rounds * orders.hvc);
	put_number(" smc=", rounds * orders.smc);
	put_number(" id=", rounds * orders.id);
	put("\n");
}

static void begin_together(void)
{
	ready[0] = 1;
	for (uint64_t i = 1; i < orders.cpus; i++)
		CALL("hvc", PSCI_CPU_ON, i, (uint64_t)_start);
	while (sum(ready) < orders.cpus)
		;
	put("START\n");
	begin = 1;
}

void probe_main(uint64_t cpu)
{
	if (!cpu)
		read_orders();
	init_interrupts(cpu);
	if (!cpu) {
		begin_together();
	} else {
		ready[cpu] = 1;
		while (!begin)
			;
	}
	work();
	done[cpu] = 1;
	if (cpu)
		CALL("hvc", PSCI_CPU_OFF, 0, 0);
	while (sum(done) < orders.cpus)
		;
	put_sums();
	CALL("hvc", PSCI_SYSTEM_OFF, 0, 0);
}
