/* advice/evidence: what is collected of a VM. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "advice/evidence.h"

/* cmocka's own is of single precision in older versions. */
static void assert_near(double value, double expected)
{
	if (!(fabs(value - expected) < 1e-9))
		fail_msg("%.12g is not %.12g", value, expected);
}

/* count exits of duration_ns each at a port. */
static struct sample_exit port_exits(
	enum exit_detail direction, uint16_t port, unsigned count, uint64_t duration_ns)
{
	struct sample_exit e = {
		.key = { .reason = 30,
			.isa = EXIT_ISA_VMX,
			.detail = (uint8_t)direction,
			.number = port },
		.name = "IO_INSTRUCTION",
	};

	for (unsigned i = 0; i < count; i++)
		summary_add(&e.durations, duration_ns);
	return e;
}

/* 1000 us of RTC in 600 accesses, 9000 us of something else in 400 exits. */
static void fill(struct exit_table *t)
{
	struct sample_exit exits[] = {
		port_exits(EXIT_DETAIL_PORT_OUT, 0x70, 290, 1000),
		port_exits(EXIT_DETAIL_PORT_IN, 0x71, 300, 2000),
		port_exits(EXIT_DETAIL_PORT_OUT, 0x71, 6, 10000),
		port_exits(EXIT_DETAIL_PORT_IN, 0x70, 4, 12500),
		port_exits(EXIT_DETAIL_PORT_IN, 0x72, 100, 45000),
		port_exits(EXIT_DETAIL_PORT_OUT, 0x6f, 100, 45000),
		{ .key = { .reason = 12, .isa = EXIT_ISA_VMX }, .name = "HLT" },
	};

	for (int i = 0; i < 200; i++)
		summary_add(&exits[6].durations, 0);
	exit_table_add(t, exits, sizeof exits / sizeof *exits, 1);
}

/* The evidence of a VM alone on a host of which details are traced. */
static void collect(struct evidence *e, struct vm *vm)
{
	struct vm *vms[] = { vm };
	struct model m = { .vms = vms, .vm_count = 1, .host = { .cpus = 4, .details = true } };

	m.running_vcpus = model_count_vcpus(&m);
	evidence_collect(e, &m, vm);
	e->platform = NULL; /* m goes */
}

static void check_rtc(void **state)
{
	struct vm vm = { .recent = { .seconds = 2 } };
	struct evidence e;

	(void)state;
	fill(&vm.recent);
	collect(&e, &vm);
	assert_ptr_equal(e.vm, &vm);
	assert_true(e.traced);
	assert_near(e.seconds, 2);
	assert_near(e.exits.per_s, 500);
	assert_near(e.devices[DEVICE_RTC_INDEX_WRITE].per_s, 145);
	assert_near(e.devices[DEVICE_RTC_DATA_READ].per_s, 150);
	assert_near(e.devices[DEVICE_RTC].per_s, 300);
	assert_near(e.devices[DEVICE_RTC].samples_pct, 60);
	assert_near(e.devices[DEVICE_RTC].time_pct, 10);
	assert_near(e.devices[DEVICE_RTC].cpu_pct, 0.05);
	assert_near(e.groups[EXIT_GROUP_IO].per_s, 400);
	assert_near(e.groups[EXIT_GROUP_HALT].per_s, 100);
	assert_near(e.groups[EXIT_GROUP_PAUSE].per_s, 0);
	assert_near(e.halt_mean_us, 0);
	exit_table_fini(&vm.recent);
}

static void check_unknown(void **state)
{
	static const double no_times[] = { 0, NAN, -1 };

	(void)state;
	for (size_t i = 0; i < sizeof no_times / sizeof *no_times; i++) {
		struct vm vm = { .recent = { .seconds = no_times[i] } };
		struct evidence e, nothing;

		vm.counters.exits_per_s = NAN;
		vm.counters.io_exits_per_s = NAN;
		collect(&e, &vm);
		assert_false(e.seconds > 0);
		assert_false(e.traced);
		assert_true(isnan(e.exits.per_s));
		assert_true(isnan(e.groups[EXIT_GROUP_IO].per_s));
		assert_true(isnan(e.groups[EXIT_GROUP_MSR].per_s));
		for (int d = 0; d < DEVICE_GROUP__COUNT; d++) {
			assert_true(isnan(e.devices[d].per_s));
			assert_true(isnan(e.devices[d].time_pct));
			assert_true(isnan(e.devices[d].cpu_pct));
		}
		for (int k = 0; k < THREAD_KIND__COUNT; k++)
			assert_true(isnan(e.cpu[k].cpu_pct));
		assert_true(isnan(e.vcpu_system_pct));
		assert_true(isnan(e.rtc_line_per_s));
		assert_true(isnan(e.timer_line_per_s));
		assert_true(isnan(e.pit_line_per_s));
		assert_true(isnan(e.display_cpu_pct));
		assert_int_equal(e.rtc_vcpus, 0);
		assert_false(e.config_known);
		assert_false(e.config->parsed);
		assert_int_equal(e.hpet, TRI_UNKNOWN);
		assert_int_equal(e.has_hpet, TRI_UNKNOWN);
		assert_int_equal(e.stimer, TRI_UNKNOWN);
		assert_int_equal(e.hypervclock, TRI_UNKNOWN);
		assert_int_equal(e.guest, GUEST_UNKNOWN);
		assert_false(evidence_is_idle(&e));

		evidence_init(&nothing);
		assert_true(isnan(nothing.counters.unhandled_msrs));
		assert_true(isnan(nothing.counters.main_wakes_per_s));
		assert_int_equal(nothing.platform->halt_poll_ns, -1);
	}
}

static void check_threads(void **state)
{
	struct thread threads[] = {
		{ .kind = THREAD_VCPU,
			.cpu = { .cpu_pct = 60, .guest_pct = 20, .system_pct = 40 } },
		{ .kind = THREAD_VCPU, .cpu = { .cpu_pct = 20, .system_pct = 20, .wait_pct = 3 } },
		{ .kind = THREAD_VCPU, .cpu = { .cpu_pct = 0, .system_pct = 0 } },
		{ .kind = THREAD_EMULATOR, .cpu = { .cpu_pct = 12.7, .system_pct = 99 } },
		{ .kind = THREAD_WORKER, .name = "worker", .cpu = { .cpu_pct = 50 } },
		{ .kind = THREAD_WORKER, .name = "SPICE Worker", .cpu = { .cpu_pct = 4 } },
		{ .kind = THREAD_WORKER, .name = "vnc_worker", .cpu = { .cpu_pct = 2 } },
		{ .kind = THREAD_KERNEL, .name = "kvm-nx-lpage-re", .cpu = { .cpu_pct = 7 } },
		{ .kind = THREAD_PIT, .name = "kvm-pit/100", .cpu = { .cpu_pct = 1.5 } },
	};
	struct vm vm = { .threads = threads, .thread_count = 9, .vcpus = 3 };
	struct sample_exit other = port_exits(EXIT_DETAIL_PORT_IN, 0x608, 7, 1000);
	struct evidence e;

	(void)state;
	fill(&threads[0].interval);
	fill(&threads[1].interval);
	exit_table_add(&threads[2].interval, &other, 1, 1);
	collect(&e, &vm);
	assert_int_equal(e.rtc_vcpus, 2);
	assert_near(e.vcpu_system_pct, 75);
	assert_near(e.cpu[THREAD_VCPU].guest_pct, 20);
	assert_near(e.cpu[THREAD_VCPU].wait_pct, 3);
	assert_near(e.cpu[THREAD_EMULATOR].cpu_pct, 12.7);
	assert_near(e.cpu[THREAD_WORKER].cpu_pct, 56);
	assert_near(e.cpu[THREAD_PIT].cpu_pct, 1.5);
	assert_near(e.display_cpu_pct, 6);
	assert_near(e.nx_recovery_cpu_pct, 7);
	assert_true(isnan(e.cpu[THREAD_IOTHREAD].cpu_pct));
	assert_near(e.overcommit, 0.75);
	assert_near(evidence_per_vcpu(&e, 30), 10);
	assert_true(evidence_is_idle(&e));
	threads[1].cpu.guest_pct = 10;
	collect(&e, &vm);
	assert_false(evidence_is_idle(&e)); /* 10 % of each */

	/* A vCPU that is not known yet makes their share unknown, not smaller. */
	threads[2].cpu.cpu_pct = NAN;
	threads[3].cpu.cpu_pct = NAN;
	collect(&e, &vm);
	assert_true(isnan(e.vcpu_system_pct));
	assert_true(isnan(e.cpu[THREAD_EMULATOR].cpu_pct));
	for (size_t i = 0; i < 3; i++)
		exit_table_fini(&threads[i].interval);
}

/* -- groups ------------------------------------------------------------------------------------------- */

/* As in arch/arm64/include/asm/esr.h and kvm_asm.h, and in arch/riscv/include/asm/csr.h. */
static void reasons_of_others_than_x86(void **state)
{
	static const struct {
		struct exit_key key;
		enum exit_group group;
	} cases[] = {
		{ { 0x01, EXIT_ISA_ARM_TRAP, 0, 0 }, EXIT_GROUP_HALT },
		{ { 0x16, EXIT_ISA_ARM_TRAP, 0, 0 }, EXIT_GROUP_HYPERCALL },
		{ { 0x17, EXIT_ISA_ARM_TRAP, 0, 0 }, EXIT_GROUP_HYPERCALL },
		{ { 0x18, EXIT_ISA_ARM_TRAP, 0, 0 }, EXIT_GROUP_MSR },
		{ { 0x19, EXIT_ISA_ARM_TRAP, 0, 0 }, EXIT_GROUP_OTHER }, /* SVE */
		{ { 0x20, EXIT_ISA_ARM_TRAP, 0, 0 }, EXIT_GROUP_FAULT },
		{ { 0x24, EXIT_ISA_ARM_TRAP, 0, 0 }, EXIT_GROUP_FAULT },
		{ { 0, EXIT_ISA_ARM_RET, 0, 0 }, EXIT_GROUP_INTERRUPT },
		{ { 1, EXIT_ISA_ARM_RET, 0, 0 }, EXIT_GROUP_OTHER }, /* SError */
		{ { 10, EXIT_ISA_RISCV, 0, 0 }, EXIT_GROUP_HYPERCALL },
		{ { 21, EXIT_ISA_RISCV, 0, 0 }, EXIT_GROUP_FAULT },
		{ { 22, EXIT_ISA_RISCV, 0, 0 }, EXIT_GROUP_OTHER },
		{ { 5, EXIT_ISA_RISCV_INTERRUPT, 0, 0 }, EXIT_GROUP_INTERRUPT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		if (exit_group_of(&cases[i].key) != cases[i].group)
			fail_msg("%d %u", cases[i].key.isa, cases[i].key.reason);
}

static void check_reasons(void **state)
{
	/* As in the kernel's uapi asm/vmx.h and asm/svm.h. */
	static const struct {
		enum exit_group group;
		uint32_t vmx, svm; /* 0: this processor has none */
	} cases[] = {
		{ EXIT_GROUP_IO, 30, 0x7b }, { EXIT_GROUP_MSR, 31, 0x7c },
		{ EXIT_GROUP_MSR, 32, 0x7c }, { EXIT_GROUP_MSR, 84, 0x7c },
		{ EXIT_GROUP_MSR, 85, 0x7c }, { EXIT_GROUP_FAULT, 48, 0x400 },
		{ EXIT_GROUP_MMIO, 49, 0 }, { EXIT_GROUP_HALT, 12, 0x78 },
		{ EXIT_GROUP_HALT, 36, 0x8b }, { EXIT_GROUP_INTERRUPT, 1, 0x60 },
		{ EXIT_GROUP_PAUSE, 40, 0x77 }, { EXIT_GROUP_WINDOW, 7, 0x64 },
		{ EXIT_GROUP_APIC, 43, 0x18 }, { EXIT_GROUP_APIC, 44, 0x402 },
		{ EXIT_GROUP_APIC, 45, 0x08 }, { EXIT_GROUP_APIC, 56, 0 },
		{ EXIT_GROUP_IPI, 0, 0x401 }, { EXIT_GROUP_CPUID, 10, 0x72 },
		{ EXIT_GROUP_TSC, 16, 0x6e }, { EXIT_GROUP_TSC, 51, 0x87 },
		{ EXIT_GROUP_HYPERCALL, 18, 0x81 }, { EXIT_GROUP_NESTED, 20, 0x80 },
		{ EXIT_GROUP_NESTED, 23, 0x82 }, { EXIT_GROUP_NESTED, 24, 0x84 },
		{ EXIT_GROUP_NESTED, 50, 0x85 }, { EXIT_GROUP_PML, 62, 0 },
		{ EXIT_GROUP_OTHER, 28, 0x10 }, /* CR access */
		{ EXIT_GROUP_OTHER, 52, 0x61 }, /* preemption timer, NMI */
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct exit_key vmx = { .reason = cases[i].vmx, .isa = EXIT_ISA_VMX };
		const struct exit_key svm = { .reason = cases[i].svm, .isa = EXIT_ISA_SVM };

		if (cases[i].vmx && exit_group_of(&vmx) != cases[i].group)
			fail_msg("VMX %u", cases[i].vmx);
		if (cases[i].svm && exit_group_of(&svm) != cases[i].group)
			fail_msg("SVM 0x%x", cases[i].svm);
	}
}

static void set_bit(enum device_group group, void *data)
{
	*(uint64_t *)data |= 1ULL << group;
}

static void check_devices(void **state)
{
	enum { IN = EXIT_DETAIL_PORT_IN, OUT = EXIT_DETAIL_PORT_OUT };
	enum { RD = EXIT_DETAIL_MSR_READ, WR = EXIT_DETAIL_MSR_WRITE };
	enum { LOAD = EXIT_DETAIL_MMIO_READ, STORE = EXIT_DETAIL_MMIO_WRITE };
#define BIT(group) (1ULL << DEVICE_##group)
	static const struct {
		int detail;
		uint64_t number, groups;
	} cases[] = {
		{ IN, 0x71, BIT(RTC) | BIT(RTC_DATA_READ) },
		{ OUT, 0x71, BIT(RTC) },
		{ OUT, 0x70, BIT(RTC) | BIT(RTC_INDEX_WRITE) },
		{ IN, 0x72, 0 },
		{ IN, 0x608, BIT(PM_TIMER) },
		{ OUT, 0x608, 0 },
		{ IN, 0x60c, 0 },
		{ IN, 0xb008, BIT(PM_TIMER_I440FX) },
		{ OUT, 0x43, BIT(PIT) },
		{ IN, 0x61, BIT(PIT) },
		{ IN, 0x60, BIT(I8042) },
		{ IN, 0x64, BIT(I8042) },
		{ OUT, 0x80, BIT(IO_DELAY) },
		{ OUT, 0xed, BIT(IO_DELAY) },
		{ IN, 0x80, 0 },
		{ IN, 0x3fd, BIT(SERIAL) },
		{ OUT, 0x2f8, BIT(SERIAL) },
		{ IN, 0x1f7, BIT(IDE) },
		{ IN, 0x3f6, BIT(IDE) },
		{ IN, 0x3f7, BIT(FLOPPY) },
		{ IN, 0x3f4, BIT(FLOPPY) },
		{ IN, 0x5658, BIT(VMPORT) },
		{ OUT, 0xcf8, BIT(PCI_CONFIG) },
		{ IN, 0xcfc, BIT(PCI_CONFIG) },
		{ OUT, 0xcf9, 0 }, /* reset control */
		{ IN, 0xae00, BIT(HOTPLUG) },
		{ IN, 0xaf00, BIT(HOTPLUG) },
		{ IN, 0xcd8, BIT(HOTPLUG) },
		{ OUT, 0x3d4, BIT(VGA) },
		{ IN, 0x700, BIT(SMBUS) },
		{ RD, 0x40000020, BIT(HV_TIME) | BIT(HV) },
		{ WR, 0x40000020, BIT(HV) },
		{ WR, 0x400000b0, BIT(HV) }, /* CONFIG */
		{ WR, 0x400000b1, BIT(HV_STIMER) | BIT(HV) },
		{ WR, 0x400000b7, BIT(HV_STIMER) | BIT(HV) },
		{ WR, 0x40000070, BIT(APIC_EOI) | BIT(HV) },
		{ WR, 0x40000071, BIT(APIC_ICR) | BIT(HV) },
		{ WR, 0x4b564d01, BIT(KVM) },
		{ WR, 0x12, BIT(KVM) },
		{ WR, 0x6e0, BIT(APIC_TIMER) },
		{ RD, 0x6e0, 0 },
		{ WR, 0x838, BIT(APIC_TIMER) },
		{ WR, 0x80b, BIT(APIC_EOI) },
		{ WR, 0x830, BIT(APIC_ICR) },
		{ RD, 0x611, BIT(POWER) },
		{ RD, 0x606, BIT(POWER) },
		{ RD, 0xc001029b, BIT(POWER) },
		{ RD, 0x1b, 0 },
		{ LOAD, 0xfed000f0, BIT(HPET_READ) },
		{ LOAD, 0xfed000f4, BIT(HPET_READ) },
		{ STORE, 0xfed000f0, 0 },
		{ LOAD, 0xfed00108, 0 },
		{ STORE, 0xfed00108, BIT(HPET_TICK) },
		{ STORE, 0xfed00148, BIT(HPET_TICK) },
		{ STORE, 0xfed00100, 0 }, /* a comparator's configuration */
		{ STORE, 0xfee000b0, BIT(APIC_EOI) },
		{ STORE, 0xfee00300, BIT(APIC_ICR) },
		{ STORE, 0xfee00380, BIT(APIC_TIMER) },
		{ EXIT_DETAIL_NONE, 0x71, 0 },
	};
	uint64_t all = 0;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct exit_key key = { .reason = 30,
			.isa = EXIT_ISA_VMX,
			.detail = (uint8_t)cases[i].detail,
			.number = cases[i].number };
		uint64_t groups = 0;

		device_groups_of(&key, set_bit, &groups);
		if (groups != cases[i].groups)
			fail_msg("case %zu, 0x%llx: groups 0x%llx", i,
				(unsigned long long)cases[i].number, (unsigned long long)groups);
		all |= groups;
	}
	assert_int_equal(all, (1ULL << DEVICE_GROUP__COUNT) - 1); /* each has a case */
}

static struct sample_exit mmio_exits(enum exit_isa isa, uint32_t reason, enum exit_detail detail,
	uint64_t address, unsigned count)
{
	struct sample_exit e = port_exits(detail, 0, count, 1000);

	e.key = (struct exit_key){
		.reason = reason, .isa = (uint8_t)isa, .detail = (uint8_t)detail, .number = address
	};
	return e;
}

/* AMD has one reason for memory that is not mapped and for devices' memory: the address tells. */
static void check_faults(void **state)
{
	struct sample_exit exits[] = {
		mmio_exits(EXIT_ISA_SVM, 0x400, EXIT_DETAIL_NONE, 0, 30),
		mmio_exits(EXIT_ISA_SVM, 0x400, EXIT_DETAIL_MMIO_READ, 0xfed000f0, 50),
	};
	struct vm vm = { .recent = { .seconds = 1 } }, *vms[] = { &vm };
	struct model m = { .vms = vms, .vm_count = 1, .host = { .details = true } };
	struct evidence e;

	(void)state;
	exit_table_add(&vm.recent, exits, 2, 1);
	evidence_collect(&e, &m, &vm);
	assert_near(e.groups[EXIT_GROUP_FAULT].per_s, 30);
	assert_near(e.groups[EXIT_GROUP_MMIO].per_s, 50);
	assert_near(e.devices[DEVICE_HPET_READ].per_s, 50);

	/* Without addresses neither is known, and KVM's counters stand in. */
	m.host.details = false;
	vm.counters.mmio_exits_per_s = 44;
	vm.counters.page_faults_per_s = NAN;
	evidence_collect(&e, &m, &vm);
	assert_true(isnan(e.groups[EXIT_GROUP_FAULT].per_s));
	assert_near(e.groups[EXIT_GROUP_MMIO].per_s, 44);
	assert_true(isnan(e.devices[DEVICE_HPET_READ].per_s));
	exit_table_fini(&vm.recent);
}

static void check_counters(void **state)
{
	struct vm vm = { .counters = { .exits_per_s = 900,
				 .io_exits_per_s = 500,
				 .halt_exits_per_s = 70,
				 .irq_exits_per_s = 60,
				 .hypercalls_per_s = 50,
				 .page_faults_per_s = 40,
				 .mmio_exits_per_s = 30 } };
	struct evidence e;

	(void)state;
	collect(&e, &vm);
	assert_false(e.traced);
	assert_near(e.exits.per_s, 900);
	assert_near(e.groups[EXIT_GROUP_IO].per_s, 500);
	assert_near(e.groups[EXIT_GROUP_HALT].per_s, 70);
	assert_near(e.groups[EXIT_GROUP_INTERRUPT].per_s, 60);
	assert_near(e.groups[EXIT_GROUP_HYPERCALL].per_s, 50);
	assert_near(e.groups[EXIT_GROUP_FAULT].per_s, 40);
	assert_near(e.groups[EXIT_GROUP_MMIO].per_s, 30);
	assert_true(isnan(e.groups[EXIT_GROUP_IO].time_pct));
	assert_true(isnan(e.groups[EXIT_GROUP_MSR].per_s));

	/* What is traced is not taken from the counters. */
	fill(&vm.recent);
	vm.recent.seconds = 2;
	collect(&e, &vm);
	assert_near(e.groups[EXIT_GROUP_IO].per_s, 400);
	exit_table_fini(&vm.recent);
}

static void check_lines(void **state)
{
	const struct sample_irq irqs[] = { { 8, 300, 300 }, { 0, 50, 50 }, { 2, 60, 60 },
		{ 9, 1000, 0 } };
	struct vm vm = { .recent_irqs = { .seconds = 2, .board = EXIT_BOARD_PC } };
	struct evidence e;

	(void)state;
	irq_table_add(&vm.recent_irqs, irqs, 4);
	collect(&e, &vm);
	assert_near(e.rtc_line_per_s, 150);
	assert_near(e.timer_line_per_s, 30); /* one tick raises both: not 55 */
	assert_near(e.pit_line_per_s, 25);
	irq_table_clear(&vm.recent_irqs);
	vm.recent_irqs.seconds = 2;
	collect(&e, &vm);
	assert_near(e.rtc_line_per_s, 0);

	/* SPI 8 is no RTC, and 0 no PIT. */
	irq_table_add(&vm.recent_irqs, irqs, 4);
	vm.recent_irqs.board = EXIT_BOARD_ARM_VIRT;
	collect(&e, &vm);
	assert_true(
		isnan(e.rtc_line_per_s) && isnan(e.timer_line_per_s) && isnan(e.pit_line_per_s));
	irq_table_fini(&vm.recent_irqs);
}

/* The device whose memory is accessed most, all of its registers together; what may be a request does not count. On a
 * machine that is not known a page is a device. */
static void check_mmio(void **state)
{
	const enum exit_detail load = EXIT_DETAIL_MMIO_READ, store = EXIT_DETAIL_MMIO_WRITE;
	static const struct {
		enum exit_board board;
		enum exit_isa isa;
		double per_s; /* NAN: none */
		const char *name;
		uint64_t address;
	} cases[] = {
		{ EXIT_BOARD_ARM_VIRT, EXIT_ISA_ARM_TRAP, 90, "PL011 UART", 0x09000018 },
		{ EXIT_BOARD_OTHER, EXIT_ISA_ARM_TRAP, 70, NULL, 0x09000018 },
		{ EXIT_BOARD_PC, EXIT_ISA_VMX, NAN, NULL, 0 },
		{ EXIT_BOARD_UNKNOWN, EXIT_ISA_SVM, NAN, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const struct sample_exit exits[] = {
			mmio_exits(cases[i].isa, 0x24, store, 0x09000000, 40),
			mmio_exits(cases[i].isa, 0x24, load, 0x09000018, 140),
			mmio_exits(cases[i].isa, 0x24, load, 0x09010000, 120),
			mmio_exits(cases[i].isa, 0x24, store, 0x0a000050, 900), /* QueueNotify */
			mmio_exits(cases[i].isa, 0x24, store, 0x10001000, 900), /* a doorbell */
		};
		struct vm vm = { .recent = { .seconds = 2, .board = cases[i].board } };
		struct evidence e;

		exit_table_add(&vm.recent, exits, sizeof exits / sizeof *exits, 1);
		collect(&e, &vm);
		assert_int_equal(e.board, cases[i].board);
		assert_true(isnan(e.mmio.rate.per_s) == isnan(cases[i].per_s));
		if (!isnan(cases[i].per_s)) {
			assert_near(e.mmio.rate.per_s, cases[i].per_s);
			assert_near(e.mmio.rate.cpu_pct, cases[i].per_s / 10000);
			assert_int_equal(e.mmio.key.number, cases[i].address);
			assert_true(!e.mmio.name == !cases[i].name);
		}
		if (cases[i].name)
			assert_string_equal(e.mmio.name, cases[i].name);
		exit_table_fini(&vm.recent);
	}
}

/* 0xfed000f0 is the HPET's counter on a PC only. */
static void devices_are_a_pcs(void **state)
{
	struct exit_key key = { 0x24, EXIT_ISA_ARM_TRAP, EXIT_DETAIL_MMIO_READ, 0xfed000f0 };
	uint64_t groups = 0;

	(void)state;
	device_groups_of(&key, set_bit, &groups);
	assert_int_equal(groups, 0);
	key.isa = EXIT_ISA_SVM;
	device_groups_of(&key, set_bit, &groups);
	assert_int_equal(groups, BIT(HPET_READ));
}

/* The guest's architecture tells, or else the host's. */
static void check_arch(void **state)
{
	static const struct {
		const char *guest, *host;
		bool is_x86;
	} cases[] = {
		{ "", "", true },
		{ "", "x86_64", true },
		{ "", "i686", true },
		{ "", "aarch64", false },
		{ "", "riscv64", false },
		{ "x86_64", "aarch64", true },
		{ "aarch64", "x86_64", false },
		{ "s390x", "", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config = { .parsed = true };
		struct vm vm = { .config = &config }, *vms[] = { &vm };
		struct model m = { .vms = vms, .vm_count = 1 };
		struct evidence e;

		snprintf(config.machine.arch, sizeof config.machine.arch, "%s", cases[i].guest);
		snprintf(m.platform.arch, sizeof m.platform.arch, "%s", cases[i].host);
		evidence_collect(&e, &m, &vm);
		if (e.is_x86 != cases[i].is_x86)
			fail_msg("%s on %s", cases[i].guest, cases[i].host);
		assert_int_equal(e.has_hpet, cases[i].is_x86 ? TRI_YES : TRI_NO);
	}
}

static void check_split_locks(void **state)
{
	struct vm vm = { 0 }, other = { 0 }, *vms[] = { &vm, &other };
	struct log_row rows[] = {
		{ .vm = &vm, .entry = { .kind = KERNEL_LOG_SPLIT_LOCK, .count = 2 } },
		{ .vm = &vm, .entry = { .kind = KERNEL_LOG_SPLIT_LOCK, .count = 1 } },
		{ .vm = &vm, .entry = { .kind = KERNEL_LOG_OOM_KILL, .count = 4 } },
		{ .vm = &vm,
			.text = "took a bus_lock trap",
			.entry = { .kind = KERNEL_LOG_SPLIT_LOCK, .count = 32 } },
		{ .vm = &other, .entry = { .kind = KERNEL_LOG_SPLIT_LOCK, .count = 8 } },
		{ .vm = NULL, .entry = { .kind = KERNEL_LOG_SPLIT_LOCK, .count = 16 } },
	};
	struct model m = { .vms = vms,
		.vm_count = 2,
		.kernel_log = { .rows = rows, .count = sizeof rows / sizeof *rows } };
	struct evidence e;

	(void)state;
	evidence_collect(&e, &m, &vm);
	assert_true(isnan(e.split_locks));
	m.kernel_log.known = true;
	evidence_collect(&e, &m, &vm);
	assert_near(e.split_locks, 3);
	evidence_collect(&e, &m, &other);
	assert_near(e.split_locks, 8);
}

/* LXD and Incus give Hyper-V's features to every guest. */
static void check_guest_of_lxd(void **state)
{
	static const struct {
		enum domain_stack stack;
		double kvm;
		enum guest_os os;
	} cases[] = {
		{ DOMAIN_STACK_LXD, 0, GUEST_UNKNOWN },
		{ DOMAIN_STACK_INCUS, 100, GUEST_LINUX },
		{ DOMAIN_STACK_LIBVIRT, 100, GUEST_WINDOWS },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config = {
			.parsed = true, .stack = cases[i].stack, .hyperv = { .mode = "passthrough" }
		};
		struct evidence e;

		evidence_init(&e);
		e.config = &config;
		e.devices[DEVICE_KVM].per_s = cases[i].kvm;
		evidence_guess_guest(&e);
		assert_int_equal(e.guest, cases[i].os);
	}
}

/* -- configuration ------------------------------------------------------------------------------------ */

static void check_config(void **state)
{
	struct domain_timer timers[] = {
		{ .name = "hpet", .present = TRI_NO },
		{ .name = "hypervclock", .present = TRI_YES },
	};
	struct domain_enlightenment items[] = { { .name = "stimer", .state = TRI_YES } };
	struct domain_timer other = { .name = "hpet", .present = TRI_YES };
	struct domain domain = {
		.live = { .parsed = true },
		.inactive = { .parsed = true,
			.clock = { .known = true, .timers = &other, .timer_count = 1 } },
	};
	struct domain_config own = { .parsed = true,
		.from_command_line = true,
		.clock = { .known = true, .timers = &other, .timer_count = 1 } };
	struct vm vm = { .domain = &domain };
	struct evidence e;

	(void)state;
	/* The definition is not what the VM runs with: it does not count. */
	collect(&e, &vm);
	assert_true(e.config_known);
	assert_ptr_equal(e.config, &domain.live);
	assert_int_equal(e.hpet, TRI_UNKNOWN);
	assert_int_equal(e.has_hpet, TRI_YES); /* QEMU's default */
	assert_int_equal(e.hypervclock, TRI_NO);
	assert_int_equal(e.stimer, TRI_NO);
	assert_int_equal(e.vpindex, TRI_NO);

	domain.live.clock =
		(struct domain_clock){ .known = true, .timers = timers, .timer_count = 2 };
	domain.live.hyperv = (struct domain_hyperv){ .known = true, .items = items, .count = 1 };
	collect(&e, &vm);
	assert_int_equal(e.hpet, TRI_NO);
	assert_int_equal(e.has_hpet, TRI_NO);
	assert_int_equal(e.hypervclock, TRI_YES);
	assert_int_equal(e.stimer, TRI_YES);

	timers[0].present = TRI_UNKNOWN; /* <timer name='hpet'/> */
	timers[1].present = TRI_UNKNOWN;
	collect(&e, &vm);
	assert_int_equal(e.hpet, TRI_UNKNOWN);
	assert_int_equal(e.hypervclock, TRI_NO);

	domain.live.parsed = false;
	collect(&e, &vm);
	assert_false(e.config_known);
	assert_int_equal(e.stimer, TRI_UNKNOWN);

	/* That of the command line, for a VM that libvirt does not run. */
	vm.config = &own;
	collect(&e, &vm);
	assert_ptr_equal(e.config, &own);
	assert_int_equal(e.hpet, TRI_YES);
}

static void check_hpet_default(void **state)
{
	static const struct {
		const char *arch, *machine;
		enum tristate has;
	} cases[] = {
		{ "x86_64", "pc-q35-7.2", TRI_YES },
		{ "x86_64", "pc-i440fx-9.0", TRI_YES },
		{ "", "", TRI_YES },
		{ "x86_64", "microvm", TRI_NO },
		{ "aarch64", "virt-8.0", TRI_NO },
		{ "x86_64", "pc-q35-rhel8.6.0", TRI_YES },
		{ "x86_64", "pc-q35-rhel9.4.0", TRI_NO },
		{ "x86_64", "pc-q35-rhel10.0.0", TRI_NO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config = { .parsed = true };
		struct vm vm = { .config = &config };
		struct evidence e;

		snprintf(config.machine.arch, sizeof config.machine.arch, "%s", cases[i].arch);
		snprintf(config.machine.machine, sizeof config.machine.machine, "%s",
			cases[i].machine);
		collect(&e, &vm);
		if (e.has_hpet != cases[i].has)
			fail_msg("%s", cases[i].machine);
	}
}

/* Recordings of older versions tell the controllers and whether there is a tablet, not which of them it is on. */
static void check_usb(void **state)
{
	static const struct {
		const char *models[3];
		enum tristate tablet;
		enum domain_usb_polled told, polled;
	} cases[] = {
		{ { "piix3-uhci" }, TRI_YES, DOMAIN_USB_UNTOLD, DOMAIN_USB_TABLET },
		{ { "qemu-xhci", "ich9-ehci1" }, TRI_YES, DOMAIN_USB_UNTOLD, DOMAIN_USB_TABLET },
		{ { "qemu-xhci", "ich9-ehci1" }, TRI_YES, DOMAIN_USB_NOTHING, DOMAIN_USB_NOTHING },
		{ { "ich9-uhci2" }, TRI_NO, DOMAIN_USB_UNTOLD, DOMAIN_USB_UNTOLD },
		{ { "ich9-uhci2" }, TRI_NO, DOMAIN_USB_PASSTHROUGH, DOMAIN_USB_PASSTHROUGH },
		{ { "qemu-xhci" }, TRI_YES, DOMAIN_USB_UNTOLD, DOMAIN_USB_UNTOLD },
		{ { "none" }, TRI_YES, DOMAIN_USB_UNTOLD, DOMAIN_USB_UNTOLD },
		{ { NULL }, TRI_UNKNOWN, DOMAIN_USB_UNTOLD, DOMAIN_USB_UNTOLD },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_config config = { .parsed = true,
			.machine = { .usb_tablet = cases[i].tablet, .usb_polled = cases[i].told } };
		struct vm vm = { .config = &config };
		struct evidence e;

		for (size_t k = 0; k < 3 && cases[i].models[k]; k++)
			snprintf(config.machine.usb[config.machine.usb_count++],
				sizeof config.machine.usb[0], "%s", cases[i].models[k]);
		collect(&e, &vm);
		assert_int_equal(e.usb, cases[i].polled);
	}
}

static void check_guest(void **state)
{
	static const struct {
		const char *id, *mode;
		bool enlightened;
		double hv, kvm;
		enum guest_os os;
	} cases[] = {
		{ "http://microsoft.com/win/10", "", false, 0, 0, GUEST_WINDOWS },
		{ "http://microsoft.com/win/2k22", "", false, 0, 100, GUEST_WINDOWS },
		{ "http://debian.org/debian/12", "", true, 100, 0, GUEST_LINUX },
		{ "http://ubuntu.com/ubuntu/24.04", "", false, 0, 0, GUEST_LINUX },
		{ "http://libosinfo.org/linux/2022", "", false, 0, 0, GUEST_LINUX },
		{ "http://oracle.com/ol/9.0", "", false, 0, 0, GUEST_LINUX },
		{ "http://oracle.com/solaris/11", "", false, 0, 0, GUEST_OTHER },
		{ "http://freebsd.org/freebsd/14.0", "", true, 0, 0, GUEST_OTHER },
		{ "http://scientificlinux.org/scientificlinux/7.9", "", false, 0, 0, GUEST_LINUX },
		/* older than Hyper-V's features */
		{ "http://microsoft.com/win/xp", "", true, 0, 0, GUEST_OTHER },
		{ "http://microsoft.com/win/2k", "", false, 0, 0, GUEST_OTHER },
		{ "http://microsoft.com/win/2k3r2", "", false, 0, 0, GUEST_OTHER },
		{ "http://microsoft.com/win/98", "", false, 0, 0, GUEST_OTHER },
		{ "http://microsoft.com/win/nt4.0", "", false, 0, 0, GUEST_OTHER },
		{ "http://microsoft.com/msdos/6.22", "", false, 0, 0, GUEST_OTHER },
		{ "http://microsoft.com/win/2k8r2", "", false, 0, 0, GUEST_WINDOWS },
		{ "http://microsoft.com/win/vista", "", false, 0, 0, GUEST_WINDOWS },
		{ "", "", true, 0, 0, GUEST_WINDOWS },
		{ "", "host-model", false, 0, 0, GUEST_WINDOWS },
		{ "", "", false, 1, 1, GUEST_WINDOWS },
		{ "", "", false, 0, 1, GUEST_LINUX },
		{ "", "", false, 0, 0, GUEST_UNKNOWN },
		{ "", "", false, NAN, NAN, GUEST_UNKNOWN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct domain_enlightenment item = { .name = "vapic",
			.state = cases[i].enlightened ? TRI_YES : TRI_NO };
		struct domain_config config = { .parsed = true,
			.hyperv = { .items = &item, .count = 1 } };
		struct evidence e;

		snprintf(config.machine.os_id, sizeof config.machine.os_id, "%s", cases[i].id);
		snprintf(config.hyperv.mode, sizeof config.hyperv.mode, "%s", cases[i].mode);
		evidence_init(&e);
		e.config = &config;
		e.devices[DEVICE_HV].per_s = cases[i].hv;
		e.devices[DEVICE_KVM].per_s = cases[i].kvm;
		evidence_guess_guest(&e);
		if (e.guest != cases[i].os || !e.guest_why != (cases[i].os == GUEST_UNKNOWN))
			fail_msg("case %zu: %d", i, (int)e.guest);
	}
}

static void check_host(void **state)
{
	struct vm running = { .state = DOMAIN_RUNNING, .vcpus = 6 };
	struct vm paused = { .state = DOMAIN_PAUSED, .vcpus = 100 };
	struct vm own = { .vcpus = 4 };
	struct vm *vms[] = { &running, &paused, &own };
	struct model m = { .vms = vms,
		.vm_count = 3,
		.host = { .cpus = 4, .uptime_s = 100, .idle_pct = 33, .ksmd_pct = 12 },
		.platform = { .clocksource = "hpet" } };
	struct evidence e;

	(void)state;
	own.id.start_ticks = 40 * (uint64_t)sysconf(_SC_CLK_TCK);
	m.running_vcpus = model_count_vcpus(&m);
	evidence_collect(&e, &m, &own);
	assert_near(e.overcommit, 2.5);
	assert_near(e.age_s, 60);
	assert_near(e.host_idle_pct, 33);
	assert_near(e.ksmd_pct, 12);
	assert_string_equal(e.platform->clocksource, "hpet");

	m.host.cpus = 0;
	m.host.uptime_s = NAN;
	evidence_collect(&e, &m, &own);
	assert_true(isnan(e.overcommit));
	assert_true(isnan(e.age_s));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_rtc),
		cmocka_unit_test(check_unknown),
		cmocka_unit_test(check_threads),
		cmocka_unit_test(check_reasons),
		cmocka_unit_test(reasons_of_others_than_x86),
		cmocka_unit_test(check_devices),
		cmocka_unit_test(check_faults),
		cmocka_unit_test(check_mmio),
		cmocka_unit_test(devices_are_a_pcs),
		cmocka_unit_test(check_counters),
		cmocka_unit_test(check_lines),
		cmocka_unit_test(check_arch),
		cmocka_unit_test(check_split_locks),
		cmocka_unit_test(check_guest_of_lxd),
		cmocka_unit_test(check_config),
		cmocka_unit_test(check_hpet_default),
		cmocka_unit_test(check_usb),
		cmocka_unit_test(check_guest),
		cmocka_unit_test(check_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
