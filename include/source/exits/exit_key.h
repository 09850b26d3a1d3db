/* exit_key: what kvm_exit's fields say about an exit. */
#ifndef SOURCE_EXITS_EXIT_KEY_H
#define SOURCE_EXITS_EXIT_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "sample/sample.h"

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

#endif
