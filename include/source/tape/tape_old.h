/* tape_old: what earlier versions of kvmtop recorded in another way. */
#ifndef SOURCE_TAPE_TAPE_OLD_H
#define SOURCE_TAPE_TAPE_OLD_H

#include "sample/sample.h"

/* Gives the exits of arm64 their ISA. Earlier ones recorded them as of an unknown one, with the highest bit of
 * the reason set where it is kvm_exit's ret. No other ISA that it knew was unknown to it. */
void tape_old_exits(struct sample *s);

#endif
