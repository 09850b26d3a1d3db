/* bpf_count: the BPF programs that count VM exits in the kernel, and the memory that they share with
 * kvmtop. They do what exits.h does with records: pair kvm_exit with the next kvm_entry of its thread, and
 * add up how long it took under what the exit was about. */
#ifndef SOURCE_EXITS_BPF_COUNT_H
#define SOURCE_EXITS_BPF_COUNT_H

#include <stdint.h>

#include "sample/latency.h"
#include "source/exits/bpf_code.h"

struct trace_format;

/* Threads whose state lies in an array, by the low bits of the tid; that of others with the same bits in a
 * hash, which takes longer. */
#define BPF_COUNT_THREADS 4096u
#define BPF_COUNT_OTHER_THREADS 16384u

/* Kinds of exits of all threads between two collects. */
#define BPF_COUNT_BOOKINGS 16384u

/* A thread. */
struct bpf_thread {
	uint32_t tid; /* 0: of none so far */
	uint32_t spare;
	uint64_t open_ns; /* of the exit that is open; 0: none is */
	uint64_t what, number;
};

/* In what: the reason as the event has it, from BPF_COUNT_ISA_SHIFT on the isa, from
 * BPF_COUNT_DETAIL_SHIFT on the enum exit_detail of an MSR or MMIO access, or BPF_COUNT_IRQ. number is
 * then the MSR, the address or the interrupt line; without a detail it is info1 of an I/O exit. */
#define BPF_COUNT_ISA_SHIFT 32
#define BPF_COUNT_DETAIL_SHIFT 40
#define BPF_COUNT_IRQ 0xffu

/* What one thread did of one kind. Only that thread writes to it. Of an interrupt line count is how often
 * it was set, total_ns how often to 1. */
struct bpf_booking {
	uint32_t tid; /* 0: free */
	uint32_t vcpu;
	uint64_t what, number;
	uint64_t count, total_ns, min_ns, max_ns;
	uint64_t squares_low, squares_high;
	uint32_t buckets[LATENCY_BUCKETS];
};

/* There are two tables of bookings, and of the numbers of those in use: the programs fill one while kvmtop
 * reads the other. */
struct bpf_control {
	uint32_t table;   /* 0 or 1: that is filled */
	uint32_t used[2]; /* bookings of each */
	uint32_t dropped; /* exits for which there was no room */
};

/* Descriptors of the maps. */
struct bpf_count_maps {
	int control;       /* array of one struct bpf_control */
	int threads;       /* array of struct bpf_thread */
	int other_threads; /* hash of tid to struct bpf_thread */
	int bookings;      /* array of 2 * BPF_COUNT_BOOKINGS struct bpf_booking */
	int used;          /* array of as many uint32_t, 8 bytes apart */
};

/* Each writes the program for one event, whose fields lie as format says. The format must be a usual one. */
void bpf_count_exit(
	struct bpf_code *c, const struct trace_format *format, const struct bpf_count_maps *m);
void bpf_count_entry(
	struct bpf_code *c, const struct trace_format *format, const struct bpf_count_maps *m);
void bpf_count_msr(
	struct bpf_code *c, const struct trace_format *format, const struct bpf_count_maps *m);
void bpf_count_mmio(
	struct bpf_code *c, const struct trace_format *format, const struct bpf_count_maps *m);
void bpf_count_irq(
	struct bpf_code *c, const struct trace_format *format, const struct bpf_count_maps *m);

#endif
