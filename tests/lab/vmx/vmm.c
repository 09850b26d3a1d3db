/* The smallest stand-in for QEMU on x86: runs the probe guest (tests/lab/guest) on /dev/kvm with KVM's own
 * PIC, IOAPIC, local APIC and PIT.
 *
 *   qemu-system-x86_64 [OPTION ...] -bios ROM
 *
 * All options but the last are for kvmtop, which takes them for QEMU's. Characters written to the serial port
 * at 0x3f8 are printed, all other unknown ports and addresses read as zero. The vCPU has a thread, named as
 * QEMU names it. Its guest starts when a line comes on standard input, and the VM stays until somebody ends
 * the program: whoever is to watch it sees all of it. */
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define RAM_BYTES 0xf0000ul
#define ROM_BYTES 0x10000ul
#define ROM_LOW 0xf0000ull
#define ROM_HIGH 0xffff0000ull /* where the CPU starts, 16 bytes before the end */
#define SERIAL 0x3f8
#define CPUID_ENTRIES 100
/* Four pages below the ROM, which no guest uses: KVM's own for real mode on Intel, where QEMU has them. */
#define IDENTITY_MAP 0xfffbc000ull
#define TSS (IDENTITY_MAP + 0x1000)

struct machine {
	int kvm, vm, cpu;
	struct kvm_run *run;
};

static int must(int result, const char *what)
{
	if (result < 0) {
		perror(what);
		exit(1);
	}
	return result;
}

static char *new_memory(size_t bytes)
{
	char *memory = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	must(memory == MAP_FAILED ? -1 : 0, "mmap");
	return memory;
}

static void add_memory(int vm, uint32_t slot, uint64_t at, uint64_t bytes, char *memory)
{
	struct kvm_userspace_memory_region region = { .slot = slot,
		.guest_phys_addr = at,
		.memory_size = bytes,
		.userspace_addr = (uintptr_t)memory };

	must(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region), "KVM_SET_USER_MEMORY_REGION");
}

static char *load(const char *path)
{
	char *rom = new_memory(ROM_BYTES);
	const int file = must(open(path, O_RDONLY | O_CLOEXEC), path);

	must(read(file, rom, ROM_BYTES) == (ssize_t)ROM_BYTES ? 0 : -1, path);
	close(file);
	return rom;
}

/* The CPU stays as KVM resets it: in real mode, at the end of the ROM. */
static void add_cpu(struct machine *m)
{
	const int bytes = must(ioctl(m->kvm, KVM_GET_VCPU_MMAP_SIZE, 0), "KVM_GET_VCPU_MMAP_SIZE");
	struct kvm_cpuid2 *cpuid =
		calloc(1, sizeof *cpuid + CPUID_ENTRIES * sizeof *cpuid->entries);

	must(cpuid ? 0 : -1, "calloc");
	m->cpu = must(ioctl(m->vm, KVM_CREATE_VCPU, 0), "KVM_CREATE_VCPU");
	cpuid->nent = CPUID_ENTRIES;
	must(ioctl(m->kvm, KVM_GET_SUPPORTED_CPUID, cpuid), "KVM_GET_SUPPORTED_CPUID");
	must(ioctl(m->cpu, KVM_SET_CPUID2, cpuid), "KVM_SET_CPUID2");
	free(cpuid);
	m->run = mmap(0, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_SHARED, m->cpu, 0);
	must(m->run == MAP_FAILED ? -1 : 0, "mmap");
}

static void make_machine(struct machine *m, char *rom)
{
	uint64_t identity_map = IDENTITY_MAP;
	struct kvm_pit_config pit = { 0 };

	m->kvm = must(open("/dev/kvm", O_RDWR | O_CLOEXEC), "/dev/kvm");
	m->vm = must(ioctl(m->kvm, KVM_CREATE_VM, 0), "KVM_CREATE_VM");
	must(ioctl(m->vm, KVM_SET_IDENTITY_MAP_ADDR, &identity_map), "KVM_SET_IDENTITY_MAP_ADDR");
	must(ioctl(m->vm, KVM_SET_TSS_ADDR, TSS), "KVM_SET_TSS_ADDR");
	must(ioctl(m->vm, KVM_CREATE_IRQCHIP, 0), "KVM_CREATE_IRQCHIP");
	must(ioctl(m->vm, KVM_CREATE_PIT2, &pit), "KVM_CREATE_PIT2");
	add_memory(m->vm, 0, 0, RAM_BYTES, new_memory(RAM_BYTES));
	add_memory(m->vm, 1, ROM_LOW, ROM_BYTES, rom);
	add_memory(m->vm, 2, ROM_HIGH, ROM_BYTES, rom);
	add_cpu(m);
}

static void answer_io(struct kvm_run *run)
{
	char *data = (char *)run + run->io.data_offset;

	if (run->io.direction == KVM_EXIT_IO_IN)
		memset(data, 0, (size_t)run->io.size * run->io.count);
	else if (run->io.port == SERIAL)
		putchar(*data);
}

static void *run_cpu(void *argument)
{
	struct machine *m = argument;
	int c;

	pthread_setname_np(pthread_self(), "CPU 0/KVM");
	do
		c = getchar();
	while (c != '\n' && c != EOF);
	for (;;) {
		must(ioctl(m->cpu, KVM_RUN, 0), "KVM_RUN");
		if (m->run->exit_reason == KVM_EXIT_IO) {
			answer_io(m->run);
		} else if (m->run->exit_reason != KVM_EXIT_MMIO) {
			printf("vmm: KVM_RUN ended with %u\n", m->run->exit_reason);
			exit(1);
		} else if (!m->run->mmio.is_write) {
			memset(m->run->mmio.data, 0, sizeof m->run->mmio.data);
		}
	}
}

int main(int argc, char **argv)
{
	struct machine m;
	pthread_t thread;

	if (argc < 3 || strcmp(argv[argc - 2], "-bios")) {
		fprintf(stderr, "usage: qemu-system-x86_64 [OPTION ...] -bios ROM\n");
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	make_machine(&m, load(argv[argc - 1]));
	must(-pthread_create(&thread, NULL, run_cpu, &m), "pthread_create");
	pthread_join(thread, NULL);
	return 0;
}
