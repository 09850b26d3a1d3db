/* exit_tables: the memory that the BPF programs which count VM exits (src/bpf/exits.bpf.c) share with kvmtop. Compiled for
 * both. */
#ifndef BPF_EXIT_TABLES_H
#define BPF_EXIT_TABLES_H

#include <stdint.h>

#include "sample/exit_key.h"
#include "sample/latency.h"

/* Threads whose state lies in an array, by the low bits of the tid; that of others with the same bits in a
 * hash, which takes longer. */
#define BPF_THREADS 4096u
#define BPF_OTHER_THREADS 16384u

/* Kinds of exits of all threads between two collects. */
#define BPF_BOOKINGS 16384u

/* A thread. */
struct bpf_thread {
	uint32_t tid;           /* the host's number; 0: of none so far */
	uint32_t own_tid;       /* the number that kvmtop's PID namespace has for it */
	uint64_t open_ns;       /* of the exit that is open; 0: none is */
	struct exit_words open; /* what it is about */
};

/* What stands in place of a detail for the changes of an interrupt line, whose number is its number. */
#define BPF_IRQ 0xffu

/* What one thread did of one kind. Only that thread writes to it. Of an interrupt line count is how often
 * it was set, total_ns how often to 1. */
struct bpf_booking {
	uint32_t tid; /* kvmtop's number; 0: free */
	int32_t vcpu; /* -1: the event does not tell */
	struct exit_words key;
	uint64_t count, total_ns, min_ns, max_ns;
	uint64_t squares_low, squares_high;
	uint32_t buckets[LATENCY_BUCKETS];
};

/* There are two tables of bookings, and of the numbers of those in use: the programs fill one while kvmtop
 * reads the other. */
struct bpf_control {
	struct bpf_thread threads[BPF_THREADS];
	uint32_t table;   /* 0 or 1: that is filled */
	uint32_t used[2]; /* bookings of each */
	uint32_t dropped; /* exits for which there was no room */
	uint32_t others;  /* threads that were given a place in the hash so far */
};

/* Bookings of both tables, and their numbers. */
#define BPF_ALL_BOOKINGS (2 * BPF_BOOKINGS)

/* Written before the programs are loaded, which are shortened by it. */
struct bpf_config {
	uint32_t
		reason_first; /* x86: kvm_exit's arguments are (reason, vcpu, isa), not (vcpu, isa) */
	uint32_t pid_namespace; /* inode of kvmtop's; 0: the host's */
};

#endif
