/* exit_key: what a VM exit is about. BPF programs use it, too: nothing of libc here but what the compiler
 * itself has. */
#ifndef SAMPLE_EXIT_KEY_H
#define SAMPLE_EXIT_KEY_H

#include <stdbool.h>
#include <stdint.h>

/* What an exit was about, where it is booked by itself. */
enum exit_detail {
	EXIT_DETAIL_NONE,
	EXIT_DETAIL_PORT_IN, /* number: I/O port */
	EXIT_DETAIL_PORT_OUT,
	EXIT_DETAIL_MSR_READ, /* number: MSR */
	EXIT_DETAIL_MSR_WRITE,
	EXIT_DETAIL_MMIO_READ, /* number: guest-physical address of the exit's first access */
	EXIT_DETAIL_MMIO_WRITE,
	EXIT_DETAIL__COUNT,
};

/* The numbering of an exit's reason. One number may mean different things in two of them. */
enum exit_isa {
	EXIT_ISA_UNKNOWN = 0,
	EXIT_ISA_VMX = 1, /* as in the field isa of x86's kvm_exit */
	EXIT_ISA_SVM = 2,
	EXIT_ISA_ARM_TRAP,        /* esr_ec of arm64's kvm_exit: the class of a trap */
	EXIT_ISA_ARM_RET,         /* ret of it, where that is no trap: an interrupt, an SError */
	EXIT_ISA_RISCV,           /* scause of RISC-V's, an exception */
	EXIT_ISA_RISCV_INTERRUPT, /* scause without its highest bit, an interrupt */
	EXIT_ISA_LOONGARCH,       /* reason of LoongArch's */
	EXIT_ISA_OTHER,           /* no number: all exits beyond the maximum number of kinds */
	EXIT_ISA__COUNT,
};

struct exit_key {
	uint32_t reason;
	uint8_t isa;    /* enum exit_isa */
	uint8_t detail; /* enum exit_detail */
	uint64_t number;
};

#define EXIT_KEY_VMX_IO_INSTRUCTION 30u
#define EXIT_KEY_SVM_IOIO 0x7bu

/* Splits a kvm_exit's fields into a key: an I/O exit carries its port and direction (VMX: info1
 * 31:16 and bit 3; SVM: info1 31:16 and bit 0; Intel SDM vol. 3, table 28-5, AMD APM vol. 2,
 * 15.10.2). VMX' reason is its low 16 bits, the others are flags. */
static inline struct exit_key exit_key_make(uint32_t reason, uint32_t isa, uint64_t info1)
{
	struct exit_key key = { .reason = reason };
	bool in;

	if (isa == EXIT_ISA_VMX) {
		key.isa = EXIT_ISA_VMX;
		key.reason = reason & 0xffff;
		if (key.reason != EXIT_KEY_VMX_IO_INSTRUCTION)
			return key;
		in = info1 & 1u << 3;
	} else if (isa == EXIT_ISA_SVM) {
		key.isa = EXIT_ISA_SVM;
		if (reason != EXIT_KEY_SVM_IOIO)
			return key;
		in = info1 & 1u << 0;
	} else {
		return key;
	}
	key.detail = in ? EXIT_DETAIL_PORT_IN : EXIT_DETAIL_PORT_OUT;
	key.number = info1 >> 16 & 0xffff;
	return key;
}

/* arm64's ret when it says that esr_ec is the reason (ARM_EXCEPTION_TRAP of asm/kvm_asm.h). */
#define EXIT_KEY_ARM_TRAP 2u

/* The same for the fields of arm64's kvm_exit. */
static inline struct exit_key exit_key_make_arm(uint32_t ret, uint32_t esr_ec)
{
	if (ret == EXIT_KEY_ARM_TRAP)
		return (struct exit_key){ .reason = esr_ec, .isa = EXIT_ISA_ARM_TRAP };
	return (struct exit_key){ .reason = ret, .isa = EXIT_ISA_ARM_RET };
}

/* What the types of kvm_mmio mean (KVM_TRACE_MMIO_* of the kernel's trace/events/kvm.h). A read that
 * user space has to answer comes twice: unsatisfied and then, with the value, as a read. */
#define EXIT_KEY_MMIO_READ_UNSATISFIED 0u
#define EXIT_KEY_MMIO_READ 1u
#define EXIT_KEY_MMIO_WRITE 2u

/* EXIT_DETAIL_NONE for another type than these. */
static inline enum exit_detail exit_key_mmio(uint64_t type)
{
	if (type == EXIT_KEY_MMIO_WRITE)
		return EXIT_DETAIL_MMIO_WRITE;
	return type <= EXIT_KEY_MMIO_READ ? EXIT_DETAIL_MMIO_READ : EXIT_DETAIL_NONE;
}

/* A struct exit_key in two words, which are quicker to hash and compare. */
struct exit_words {
	uint64_t
		what; /* reason; from EXIT_WORDS_ISA_SHIFT on its ISA, from _DETAIL_SHIFT on detail */
	uint64_t number;
};

#define EXIT_WORDS_ISA_SHIFT 32
#define EXIT_WORDS_DETAIL_SHIFT 40

static inline struct exit_words exit_words_make(struct exit_key key)
{
	return (struct exit_words){
		.what = (uint64_t)key.reason | (uint64_t)key.isa << EXIT_WORDS_ISA_SHIFT |
			(uint64_t)key.detail << EXIT_WORDS_DETAIL_SHIFT,
		.number = key.number,
	};
}

static inline struct exit_key exit_words_split(struct exit_words words)
{
	return (struct exit_key){
		.reason = (uint32_t)words.what,
		.isa = (uint8_t)(words.what >> EXIT_WORDS_ISA_SHIFT),
		.detail = (uint8_t)(words.what >> EXIT_WORDS_DETAIL_SHIFT),
		.number = words.number,
	};
}

#endif
