/* hot_symbols: where one VM's process spends its time in the host, by function: samples of all its threads,
 * added up since sampling began. */
#ifndef SAMPLE_HOT_SYMBOLS_H
#define SAMPLE_HOT_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* What the CPU was doing. The guest's own code has no symbols here: it is one row. */
enum symbol_space {
	SYMBOL_KERNEL,
	SYMBOL_USER,
	SYMBOL_GUEST,
	SYMBOL_SPACE__COUNT,
};

/* What makes the samples come. */
enum symbol_event {
	SYMBOL_EVENT_NONE,   /* there are none: why says so */
	SYMBOL_EVENT_CYCLES, /* the CPU's own counter; sees into parts where interrupts are off */
	SYMBOL_EVENT_CPU_CLOCK, /* a timer, where the host has no such counter */
	SYMBOL_EVENT__COUNT,
};

/* A function, and how often threads of one kind were found in it: the key is all but the figures. */
struct sample_symbol {
	uint8_t space; /* enum symbol_space */
	uint8_t kind;  /* enum thread_kind */
	const char *
		module; /* "kernel", "kvm_intel", "qemu-system-x86_64", "libc.so.6"; "guest"; not cleaned */
	const char *
		name; /* "g_main_context_check"; "libglib-2.0.so.0+0x5b2c0" where there is no symbol;
			       likewise */
	uint64_t samples;
	uint64_t weight; /* CPU cycles, or ns of CPU time: shares are of these, as perf's are */
};

#define HOT_SYMBOLS_MAX 512 /* rows in a sample: those with the most weight */
#define HOT_SYMBOLS_NOTES_MAX 4
#define HOT_SYMBOLS_NOTE_SIZE 200

/* All figures are since opened_ns. */
struct sample_hot_symbols {
	pid_t pid; /* of the VM; 0: there is none */
	uint64_t start_ticks;
	uint64_t
		opened_ns; /* CLOCK_MONOTONIC when sampling began; 0: it did not, why says why not */
	uint8_t event;     /* enum symbol_event */
	unsigned hz;       /* samples a second of a thread that is always running */
	bool guest_unseen;  /* samples of the guest's own code are not to be had */
	bool guest_loaded;  /* what KVM does for a loaded vCPU is sampled as the guest's, too */
	bool kernel_unseen; /* nor those of the kernel */
	bool loading;       /* names take long to look up: such rows are addresses */
	uint64_t samples;
	uint64_t lost;           /* samples for which there was no room */
	uint64_t threads;        /* that are being sampled */
	uint64_t threads_unseen; /* that could not be */
	struct sample_symbol *symbols;
	size_t count;
	uint64_t rest_samples, rest_weight; /* of what there is no row for */
	char why[HOT_SYMBOLS_NOTE_SIZE]; /* one sentence with the fix in it; "" while sampling. Cleaned. */
	char notes[HOT_SYMBOLS_NOTES_MAX]
		  [HOT_SYMBOLS_NOTE_SIZE]; /* what limits it, a sentence each. Cleaned. */
	size_t note_count;
};

#endif
