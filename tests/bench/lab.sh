#!/usr/bin/env bash
# The part of the bench that needs a KVM host: lab.sh [SCRIPT] boots the lab (root, about five minutes)
# and runs tests/bench/live.sh there, or another script that takes KVMTOP, on Linux BENCH_KERNEL (6.1). BENCH_LAB=no leaves it
# out.
cd "$(dirname "$0")/../.." || exit 1
script=${1:-live}
if [ "${BENCH_LAB:-yes}" = no ]; then
  echo "live: left out (BENCH_LAB=no)"
  exit 0
fi
if [ "$(id -u)" != 0 ]; then
  echo "live: left out: the lab needs root; run 'sudo make bench'"
  exit 0
fi
for program in qemu-system-x86_64 busybox cpio perf tmux jq script; do
  if ! command -v "$program" >/dev/null; then
    echo "live: left out: there is no $program; run 'make deps-test deps-lab'"
    exit 0
  fi
done
out=build/bench-lab
mkdir -p "$out"
tests/lab/guest/build "$out/probe.rom" &&
  tests/lab/lab -k "${BENCH_KERNEL:-6.1}" -i 2 -t 1200 -o "$out" "tests/bench/$script.sh" "${KVMTOP:-build/kvmtop}" 2>&1 |
  grep -v ' Killed '
