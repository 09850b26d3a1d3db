/* tape_old: reads what earlier versions of kvmtop recorded differently. */
#ifndef SOURCE_TAPE_TAPE_OLD_H
#define SOURCE_TAPE_TAPE_OLD_H

#include "sample/sample.h"

/* Sets the ISA of exits recorded with an unknown one. Earlier versions recorded arm64's exits like that, with the
 * highest bit of the reason set where it is kvm_exit's ret, and UINT32_MAX for what is EXIT_ISA_OTHER now. They
 * recorded no other known ISA as unknown. */
void tape_old_exits(struct sample *s);

#endif
