#!/usr/bin/env bash
# kvmtop on a real KVM host under emulation: test.sh [CHECK ...] runs all of tests/lab/checks, or the
# named ones ($LAB_CHECKS without arguments). All with $KVMTOP, and those that try its memory hardest
# with $KVMTOP_SANITIZED as well, in the same host; either may be empty. "all" runs all with either.
#
# LAB_OPTIONS: more options for tests/lab/lab.
#
# Needs root and the programs built (make test-lab sees to these). Takes a few minutes. Screens that
# the checks captured are in build/lab/*.ansi afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=build/lab
kvmtop=${KVMTOP-build/kvmtop}
for program in $kvmtop ${KVMTOP_SANITIZED:-}; do
  if ! [ -x "$program" ]; then
    echo "tests/lab/test.sh: there is no $program; run 'make test-lab'" >&2
    exit 2
  fi
done
rm -rf "$out"
mkdir -p "$out"
tests/lab/guest/build "$out/probe.rom"
gcc -O1 -shared -fPIC -o "$out/nohyperv.so" tests/lab/nohyperv.c -ldl
# shellcheck disable=SC2086 # several words
[ $# -ge 1 ] || set -- ${LAB_CHECKS:-}
# shellcheck disable=SC2086
exec tests/lab/lab -l -t 2700 ${LAB_OPTIONS:-} -o "$out" tests/lab/checks/all.sh "$kvmtop" "${KVMTOP_SANITIZED:-}" "$@"
