#!/usr/bin/env bash
# kvmtop on a real KVM host under emulation: test.sh [CHECK ...] runs all of tests/lab/checks, or
# the named ones.
#
# Needs root and build/kvmtop (make test-lab sees to these). Takes a few minutes. Screens that the
# checks captured are in build/lab/*.ansi afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=build/lab
kvmtop=${KVMTOP:-build/kvmtop}
if ! [ -x "$kvmtop" ]; then
  echo "tests/lab/test.sh: there is no $kvmtop; run 'make test-lab'" >&2
  exit 2
fi
rm -rf "$out"
mkdir -p "$out"
tests/lab/guest/build "$out/probe.rom"
exec tests/lab/lab -l -t 1400 -o "$out" tests/lab/checks/all.sh "$kvmtop" "$@"
