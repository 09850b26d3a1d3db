#include "model/columns.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "core/mem.h"
#include "model/counters.h"

/* A column's value where it is a member of the row. */

/* KVM's own count, where they are not traced. */
static double vm_exits(const void *row)
{
	return counters_exits_per_s(row);
}

/* A recording does not always say it. */
static double vm_pid(const void *row)
{
	const struct vm *vm = row;

	return vm->id.pid ? vm->id.pid : NAN;
}

static double vm_vcpus(const void *row)
{
	const struct vm *vm = row;

	return vm->vcpus ? vm->vcpus : NAN;
}

/* Below 0 it is made up. */
static double thread_tid(const void *row)
{
	const struct thread *t = row;

	return t->tid > 0 ? t->tid : NAN;
}

static const char *thread_vm(const void *row)
{
	const struct thread *t = row;

	return t->vm ? t->vm->name : NULL;
}

static bool exit_sampled(const void *row)
{
	const struct exit_row *r = row;

	return r->sampled;
}

static const char *vm_top_exit(const void *row)
{
	const struct vm *vm = row;

	return vm->top_exit[0] ? vm->top_exit : NULL;
}

/* Ranks are chosen so that, three columns of margin and one between columns counted, 80 columns hold
 * all of a VM but wait and vCPU, and 60 columns its name and what it burns. */
/* clang-format off */
const struct field vm_columns[VM_COL__COUNT] = {
	[VM_COL_NAME] = { .title = "VM", .key = "name", .width = 12, .left = true, .ascending = true,
		FIELD_TEXT_AT(vm, name),
		.help = "Name of the VM, as libvirt or the command line has it" },
	[VM_COL_PID] = { .title = "PID", .key = "pid", .width = 7, .rank = 1, .ascending = true,
		.unit = NUMBER_INTEGER, .number = vm_pid,
		.help = "Process id of the VM" },
	[VM_COL_VCPUS] = { .title = "vCPU", .key = "vcpus", .width = 4, .rank = 3,
		.unit = NUMBER_INTEGER, .number = vm_vcpus,
		.help = "Number of virtual CPUs" },
	[VM_COL_CPU] = { .title = "%CPU", .key = "cpu_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(vm, cpu.cpu_pct),
		.help = "CPU time of all threads, in percent of one host CPU: guest + user + sys" },
	[VM_COL_GUEST] = { .title = "guest", .key = "guest_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(vm, cpu.guest_pct),
		.help = "CPU time in which the guest's own code ran" },
	[VM_COL_USER] = { .title = "user", .key = "user_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(vm, cpu.user_pct),
		.help = "CPU time in QEMU's user space: device emulation, main loop; without guest time" },
	[VM_COL_SYSTEM] = { .title = "sys", .key = "system_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(vm, cpu.system_pct),
		.help = "CPU time in the host's kernel: handling of VM exits, system calls" },
	[VM_COL_WAIT] = { .title = "wait", .key = "wait_pct", .width = 6, .rank = 4,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(vm, cpu.wait_pct),
		.help = "Run delay: time in which threads were runnable but had to wait for a CPU" },
	[VM_COL_EXITS] = { .title = "exits/s", .key = "exits_per_s", .width = 7,
		.unit = NUMBER_RATE, .number = vm_exits,
		.help = "VM exits per second of all vCPUs; by KVM's own count where they are not traced" },
	[VM_COL_TOP_EXIT] = { .title = "top exit", .key = "top_exit", .width = 20, .rank = 2,
		.left = true, .ascending = true, .text = vm_top_exit,
		.help = "Most frequent exit reason of the interval, and its share of all exits" },
	[VM_COL_RD_BYTES] = { .title = "rdB/s", .key = "rd_bytes_per_s", .width = 6, .rank = 5,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.block.rd_bytes_per_s),
		.help = "Bytes that the guest reads from its disks per second" },
	[VM_COL_RD] = { .title = "rd/s", .key = "rd_per_s", .width = 6, .rank = 6,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.block.rd_per_s),
		.help = "Read requests to its disks per second" },
	[VM_COL_WR_BYTES] = { .title = "wrB/s", .key = "wr_bytes_per_s", .width = 6, .rank = 7,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.block.wr_bytes_per_s),
		.help = "Bytes that the guest writes to its disks per second" },
	[VM_COL_WR] = { .title = "wr/s", .key = "wr_per_s", .width = 6, .rank = 8,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.block.wr_per_s),
		.help = "Write requests to its disks per second" },
	[VM_COL_RD_US] = { .title = "rd us", .key = "rd_us", .width = 6, .rank = 9,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.block.rd_us),
		.help = "How long a read request took on average, in microseconds" },
	[VM_COL_WR_US] = { .title = "wr us", .key = "wr_us", .width = 6, .rank = 10,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.block.wr_us),
		.help = "How long a write request took on average, in microseconds" },
	[VM_COL_RX_BYTES] = { .title = "rxB/s", .key = "rx_bytes_per_s", .width = 6, .rank = 11,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.net.rx_bytes_per_s),
		.help = "Bytes that the guest receives from networks per second" },
	[VM_COL_TX_BYTES] = { .title = "txB/s", .key = "tx_bytes_per_s", .width = 6, .rank = 12,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.net.tx_bytes_per_s),
		.help = "Bytes that the guest sends to networks per second" },
	[VM_COL_RX] = { .title = "rx/s", .key = "rx_per_s", .width = 6, .rank = 13,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.net.rx_per_s),
		.help = "Packets that the guest receives per second" },
	[VM_COL_TX] = { .title = "tx/s", .key = "tx_per_s", .width = 6, .rank = 14,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(vm, devices.net.tx_per_s),
		.help = "Packets that the guest sends per second" },
	[VM_COL_MEMORY] = { .title = "mem", .key = "memory_kib", .width = 6, .rank = 15,
		.unit = NUMBER_KIB, FIELD_NUMBER_AT(vm, devices.memory.current_kib),
		.help = "Memory that the guest has now, by its balloon" },
	[VM_COL_RSS] = { .title = "rss", .key = "rss_kib", .width = 6, .rank = 16,
		.unit = NUMBER_KIB, FIELD_NUMBER_AT(vm, devices.memory.rss_kib),
		.help = "Memory that the VM's process holds on the host" },
};

const struct field thread_columns[THREAD_COL__COUNT] = {
	[THREAD_COL_VM] = { .title = "VM", .key = "vm", .width = 12, .left = true, .ascending = true,
		.text = thread_vm,
		.help = "Name of the VM that the thread belongs to; where all VMs' threads stand together" },
	[THREAD_COL_NAME] = { .title = "thread", .key = "name", .width = 15, .left = true,
		.ascending = true, FIELD_TEXT_AT(thread, name),
		.help = "Name of the thread; emulator is QEMU's main loop" },
	[THREAD_COL_TID] = { .title = "TID", .key = "tid", .width = 7, .rank = 3, .ascending = true,
		.unit = NUMBER_INTEGER, .number = thread_tid,
		.help = "Thread id on the host" },
	[THREAD_COL_CPU] = { .title = "%CPU", .key = "cpu_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(thread, cpu.cpu_pct),
		.help = "CPU time of the thread, in percent of one host CPU" },
	[THREAD_COL_GUEST] = { .title = "guest", .key = "guest_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(thread, cpu.guest_pct),
		.help = "CPU time in which the guest's own code ran; only a vCPU has any" },
	[THREAD_COL_USER] = { .title = "user", .key = "user_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(thread, cpu.user_pct),
		.help = "CPU time in user space, without guest time" },
	[THREAD_COL_SYSTEM] = { .title = "sys", .key = "system_pct", .width = 6,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(thread, cpu.system_pct),
		.help = "CPU time in the host's kernel" },
	[THREAD_COL_WAIT] = { .title = "wait", .key = "wait_pct", .width = 6, .rank = 1,
		.unit = NUMBER_PERCENT, .of_cpu = true, FIELD_NUMBER_AT(thread, cpu.wait_pct),
		.help = "Run delay: time in which the thread was runnable but had to wait for a CPU" },
	[THREAD_COL_EXITS] = { .title = "exits/s", .key = "exits_per_s", .width = 7, .rank = 2,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(thread, exits_per_s),
		.help = "VM exits per second of the vCPU" },
};

const struct field exit_columns[EXIT_COL__COUNT] = {
	[EXIT_COL_REASON] = { .title = "VM-EXIT", .key = "reason", .width = 20, .left = true,
		.ascending = true, FIELD_TEXT_AT(exit_row, name),
		.help = "Why the guest was left, as the kernel names it" },
	[EXIT_COL_SAMPLES] = { .title = "samples", .key = "samples", .width = 8, .rank = 1,
		.unit = NUMBER_INTEGER, FIELD_NUMBER_AT(exit_row, samples), .sampled = exit_sampled,
		.help = "Number of exits; ~ is scaled up from a part of the time" },
	[EXIT_COL_SAMPLES_PCT] = { .title = "smp%", .key = "samples_pct", .width = 6,
		.unit = NUMBER_SHARE, FIELD_NUMBER_AT(exit_row, samples_pct),
		.help = "Share of all exits" },
	[EXIT_COL_TIME_PCT] = { .title = "time%", .key = "time_pct", .width = 6,
		.unit = NUMBER_SHARE, FIELD_NUMBER_AT(exit_row, time_pct),
		.help = "Share of the time between exits and the next entries; HLT's is idle time" },
	[EXIT_COL_MIN] = { .title = "min", .key = "min_us", .width = 8, .rank = 4,
		.unit = NUMBER_MICROS, FIELD_NUMBER_AT(exit_row, min_us),
		.help = "Shortest time from exit to entry, in microseconds" },
	[EXIT_COL_MAX] = { .title = "max", .key = "max_us", .width = 8, .rank = 3,
		.unit = NUMBER_MICROS, FIELD_NUMBER_AT(exit_row, max_us),
		.help = "Longest time from exit to entry, in microseconds" },
	[EXIT_COL_AVG] = { .title = "avg", .key = "avg_us", .width = 9,
		.unit = NUMBER_MICROS, FIELD_NUMBER_AT(exit_row, avg_us),
		.help = "Average time from exit to entry, in microseconds" },
	[EXIT_COL_STDERR] = { .title = "±", .key = "stderr_pct", .width = 6, .rank = 2,
		.unit = NUMBER_SHARE, FIELD_NUMBER_AT(exit_row, stderr_pct),
		.help = "Relative standard error of the average, in percent, as perf kvm stat prints it" },
	[EXIT_COL_P50] = { .title = "p50", .key = "p50_us", .width = 8, .rank = 6,
		.unit = NUMBER_MICROS, FIELD_NUMBER_AT(exit_row, p50_us),
		.help = "Median: half of the exits took no longer, in microseconds" },
	[EXIT_COL_P99] = { .title = "p99", .key = "p99_us", .width = 8, .rank = 5,
		.unit = NUMBER_MICROS, FIELD_NUMBER_AT(exit_row, p99_us),
		.help = "99 of 100 exits took no longer, in microseconds" },
	[EXIT_COL_RATE] = { .title = "per s", .key = "per_s", .width = 7,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(exit_row, per_s),
		.help = "Exits per second" },
};

const struct field irq_columns[IRQ_COL__COUNT] = {
	[IRQ_COL_NAME] = { .title = "interrupt line", .key = "name", .width = 16, .left = true,
		.ascending = true, FIELD_TEXT_AT(irq_row, name),
		.help = "Device at this line of a PC or of QEMU's virt machine" },
	[IRQ_COL_GSI] = { .title = "gsi", .key = "gsi", .width = 4, .ascending = true,
		.unit = NUMBER_INTEGER, FIELD_NUMBER_AT(irq_row, gsi),
		.help = "Line number (GSI): on a PC a PIC or IOAPIC pin, from 24 on an MSI route; on a GIC the SPI number" },
	[IRQ_COL_RAISED] = { .title = "raised", .key = "raised", .width = 8, .rank = 1,
		.unit = NUMBER_INTEGER, FIELD_NUMBER_AT(irq_row, raised),
		.help = "How often the device has set the line, whether the guest takes the interrupt or not" },
	[IRQ_COL_LOWERED] = { .title = "lowered", .key = "lowered", .width = 8, .rank = 2,
		.unit = NUMBER_INTEGER, FIELD_NUMBER_AT(irq_row, lowered),
		.help = "How often the device has cleared it" },
	[IRQ_COL_RATE] = { .title = "per s", .key = "per_s", .width = 7,
		.unit = NUMBER_RATE, FIELD_NUMBER_AT(irq_row, per_s),
		.help = "How often it was set per second" },
};
/* clang-format on */
