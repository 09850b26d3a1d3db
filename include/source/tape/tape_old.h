/* tape_old: what earlier versions of kvmtop recorded in another way. */
#ifndef SOURCE_TAPE_TAPE_OLD_H
#define SOURCE_TAPE_TAPE_OLD_H

#include "sample/sample.h"

/* Gives exits of an unknown ISA the one they have. Earlier versions recorded arm64's so, with the highest bit of
 * the reason set where it is kvm_exit's ret, and as UINT32_MAX what EXIT_ISA_OTHER is now. No other ISA that they
 * knew was unknown to them. */
void tape_old_exits(struct sample *s);

#endif
