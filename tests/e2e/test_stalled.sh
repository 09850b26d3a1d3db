#!/usr/bin/env bash
# A terminal that takes nothing (Ctrl-S, a broken line) does not stop the sampling, nor the end.
. "$(dirname "$0")/lib.sh"
shopt -s extglob

stalled=$(dirname "$kvmtop")/tools/stalled

# 30 samples: the first after 0.3 s, then one each 0.1 s; at the end a second for the terminal.
result=$("$stalled" "$run_s" "$kvmtop" -n 30 -d 0.1 2>&1)
is "it ends by itself, in good order, and leaves the terminal's modes as they were" \
  "${result/ ms +([0-9])/}" "status 0 modes kept"
ms=$(sed -n 's/.* ms \([0-9]*\).*/\1/p' <<<"$result")
check "it has sampled for 3.2 s, and waited for a second at the end ($ms ms)" \
  [ "${ms:-0}" -ge 4000 ]

finish
