#!/usr/bin/env bash
# kvmtop on a real KVM host under emulation: test.sh [CHECK ...] runs all of tests/lab/checks, or the named ones.
#
# Needs root, build/kvmtop and build/probe.elf (make test-lab sees to these).  Takes a few minutes.  Screens that
# the checks captured are in build/lab/*.ansi afterwards.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=build/lab
kvmtop=${KVMTOP:-build/kvmtop}
for file in "$kvmtop" build/probe.elf; do
  [ -e "$file" ] || { echo "tests/lab/test.sh: there is no $file; run 'make test-lab'" >&2; exit 2; }
done
rm -rf "$out"
mkdir -p "$out"
exec tests/lab/lab -l -t 900 -o "$out" tests/lab/checks/all.sh "$kvmtop" "$@"
