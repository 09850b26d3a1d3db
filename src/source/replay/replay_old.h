/* replay_old: reads what earlier versions of kvmtop recorded differently. */
#ifndef SOURCE_REPLAY_REPLAY_OLD_H
#define SOURCE_REPLAY_REPLAY_OLD_H

#include "sample/sample.h"

/* An exit's ISA that was left out: earlier versions did so for an unknown one, this one writes "unknown". */
#define REPLAY_OLD_NO_ISA UINT8_MAX

/* Sets the ISA of exits recorded without one. Earlier versions recorded arm64's exits like that, with the highest bit
 * of the reason set where it is kvm_exit's ret, and UINT32_MAX for what is EXIT_ISA_OTHER now. They recorded no other
 * known ISA as unknown. */
void replay_old_exits(struct sample *s);

#endif
