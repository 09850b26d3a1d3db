/* The smallest stand-in for QEMU on arm64: runs the probe guest (guest/probe.c) on /dev/kvm with KVM's own
 * GICv3, timer and PSCI.
 *
 *   vmm IMAGE.elf "ORDERS"
 *
 * Characters written to the serial port at 0x09000000 are printed, all other unknown addresses read as zero.
 * Each vCPU has a thread, named as QEMU names it; cpus=N in the orders is their number. Nothing runs before
 * a line comes on standard input, and when the guest has switched itself off the VM stays until the next
 * one: whoever is to watch it sees all of it. */
#include <elf.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define RAM 0x40000000ull
#define RAM_BYTES (32ul << 20)
#define SERIAL 0x09000000ull
#define GIC_DISTRIBUTOR 0x08000000ull
#define GIC_REDISTRIBUTORS 0x080a0000ull
#define CPUS_MAX 8
#define CORE_REG(r) (KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE | KVM_REG_ARM_CORE_REG(r))

struct cpu {
	pthread_t thread;
	pthread_barrier_t *go;
	struct kvm_run *run;
	int number, fd;
};

static int must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

/* Returns where it begins. */
static uint64_t load(const char *path, char *ram)
{
	static char image[1 << 20];
	const Elf64_Ehdr *head = (void *)image;
	const Elf64_Phdr *part;
	FILE *file = fopen(path, "rb");

	if (!file || !fread(image, 1, sizeof image, file)) {
		perror(path);
		exit(1);
	}
	fclose(file);
	part = (void *)(image + head->e_phoff);
	for (int i = 0; i < head->e_phnum; i++)
		if (part[i].p_type == PT_LOAD)
			memcpy(ram + (part[i].p_paddr - RAM), image + part[i].p_offset,
				part[i].p_filesz);
	return head->e_entry;
}

static void set_gic(int gic, uint32_t group, uint64_t attribute, uint64_t *address)
{
	struct kvm_device_attr a = {
		.group = group, .attr = attribute, .addr = (uintptr_t)address
	};

	must(ioctl(gic, KVM_SET_DEVICE_ATTR, &a), "KVM_SET_DEVICE_ATTR");
}

static void add_gic(int vm)
{
	struct kvm_create_device device = { .type = KVM_DEV_TYPE_ARM_VGIC_V3 };
	uint64_t distributor = GIC_DISTRIBUTOR, redistributors = GIC_REDISTRIBUTORS;

	must(ioctl(vm, KVM_CREATE_DEVICE, &device), "KVM_CREATE_DEVICE");
	set_gic((int)device.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_DIST,
		&distributor);
	set_gic((int)device.fd, KVM_DEV_ARM_VGIC_GRP_ADDR, KVM_VGIC_V3_ADDR_TYPE_REDIST,
		&redistributors);
	set_gic((int)device.fd, KVM_DEV_ARM_VGIC_GRP_CTRL, KVM_DEV_ARM_VGIC_CTRL_INIT, NULL);
}

static void add_cpu(struct cpu *cpu, int kvm, int vm, uint64_t entry)
{
	struct kvm_vcpu_init init;
	struct kvm_one_reg pc = { .id = CORE_REG(regs.pc), .addr = (uintptr_t)&entry };
	const int bytes = must(ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");

	must(ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init), "KVM_ARM_PREFERRED_TARGET");
	init.features[0] |= 1u << KVM_ARM_VCPU_PSCI_0_2;
	if (cpu->number) /* until the first one calls CPU_ON */
		init.features[0] |= 1u << KVM_ARM_VCPU_POWER_OFF;
	cpu->fd = must(ioctl(vm, KVM_CREATE_VCPU, cpu->number), "KVM_CREATE_VCPU");
	must(ioctl(cpu->fd, KVM_ARM_VCPU_INIT, &init), "KVM_ARM_VCPU_INIT");
	if (!cpu->number)
		must(ioctl(cpu->fd, KVM_SET_ONE_REG, &pc), "KVM_SET_ONE_REG");
	cpu->run = mmap(0, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, cpu->fd, 0);
	must(cpu->run == MAP_FAILED ? -1 : 0, "mmap");
}

static void answer_mmio(struct kvm_run *run)
{
	if (!run->mmio.is_write)
		memset(run->mmio.data, 0, sizeof run->mmio.data);
	else if (run->mmio.phys_addr == SERIAL)
		putchar(run->mmio.data[0]);
}

/* A CPU that is off waits in KVM until the process ends. */
static void *run_cpu(void *argument)
{
	struct cpu *cpu = argument;
	char name[16];

	snprintf(name, sizeof name, "CPU %d/KVM", cpu->number);
	pthread_setname_np(pthread_self(), name);
	pthread_barrier_wait(cpu->go);
	for (;;) {
		must(ioctl(cpu->fd, KVM_RUN, 0), "KVM_RUN");
		if (cpu->run->exit_reason == KVM_EXIT_SYSTEM_EVENT)
			break;
		if (cpu->run->exit_reason != KVM_EXIT_MMIO) {
			printf("vmm: KVM_RUN ended with %u\n", cpu->run->exit_reason);
			exit(1);
		}
		answer_mmio(cpu->run);
	}
	for (;;)
		pause();
}

static void wait_line(void)
{
	int c;

	do
		c = getchar();
	while (c != '\n' && c != EOF);
}

static void make_machine(struct cpu *cpus, unsigned count, const char *image, const char *orders)
{
	const int kvm = must(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
	const int vm = must(ioctl(kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	char *ram = mmap(0, RAM_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	struct kvm_userspace_memory_region memory = {
		.guest_phys_addr = RAM, .memory_size = RAM_BYTES, .userspace_addr = (uintptr_t)ram
	};
	uint64_t entry;

	must(ram == MAP_FAILED ? -1 : 0, "mmap");
	must(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &memory), "KVM_SET_USER_MEMORY_REGION");
	entry = load(image, ram);
	snprintf(ram, 4096, "%s", orders);
	for (unsigned i = 0; i < count; i++) {
		cpus[i].number = (int)i;
		add_cpu(&cpus[i], kvm, vm, entry);
	}
	add_gic(vm);
}

int main(int argc, char **argv)
{
	struct cpu cpus[CPUS_MAX] = { 0 };
	pthread_barrier_t go;
	const char *wanted = argc == 3 ? strstr(argv[2], "cpus=") : NULL;
	const unsigned count = wanted ? (unsigned)atoi(wanted + 5) : 1;

	if (argc != 3 || !count || count > CPUS_MAX) {
		fprintf(stderr, "usage: vmm IMAGE.elf \"ORDERS\", with 1 to %d cpus\n", CPUS_MAX);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_machine(cpus, count, argv[1], argv[2]);
	pthread_barrier_init(&go, NULL, count + 1);
	for (unsigned i = 0; i < count; i++) {
		cpus[i].go = &go;
		must(-pthread_create(&cpus[i].thread, NULL, run_cpu, &cpus[i]), "pthread_create");
	}
	wait_line();
	pthread_barrier_wait(&go);
	wait_line();
	return 0;
}
