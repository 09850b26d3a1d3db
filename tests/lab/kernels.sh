#!/usr/bin/env bash
# kvmtop on kernels of other series: kernels.sh SERIES ..., or those in $KERNELS, boots each as tests/lab/kernels
# has it, where tests/lab/checks/kernel.sh has a guest with known counts, and the trace source and what reads threads are tested. Both tracers
# must count exactly, and each name and count be the one of trace-cmd report. On a kernel that cannot
# count by BPF kvmtop says what it needs, and takes the ring by itself.
#
# Needs root and the programs built (make test-kernels sees to these). What each run left is in
# build/kernels/SERIES.
. "$(dirname "$0")/lib.sh"
cd "$root" || exit 2

orders="hz=100 ticks=100 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7"

# shellcheck disable=SC2086 # several words
[ $# -ge 1 ] || set -- ${KERNELS:-}
[ $# -ge 1 ] || { echo "usage: kernels.sh SERIES ..." >&2; exit 2; }
for program in "$kvmtop" "${kvmtop%/*}"/tests/{test_trace_live,test_threads_bpf} "${kvmtop%/*}/tools/fakevm"; do
  if ! [ -x "$program" ]; then
    echo "tests/lab/kernels.sh: there is no $program; run 'make test-kernels'" >&2
    exit 2
  fi
done

# Runs the checks there, with the series in the names of their results.
boot() { # SERIES FOLDER
  rm -rf "$2"
  mkdir -p "$2"
  tests/lab/guest/build "$2/probe.rom" || return
  echo "$orders" >"$2/orders"
  tests/lab/lab -k "$1" -t 600 -o "$2" tests/lab/checks/all.sh "$kvmtop" "" kernel ring threads 2>&1 |
    sed -u -E "s/^((not )?ok [0-9]+ -) /\1 Linux $1: /"
  [ "${PIPESTATUS[0]}" -eq 0 ]
}

judge_tracer() { # NAME FILE REFERENCE TRACER
  is "$1: exits are counted by $4" "$(jq -r .host.tracing.tracer "$2" | sort -u)" "$4"
  counts_are_exact "$1" "$2"
  is "$1: each name and count is trace-cmd's" "$(watch_exits "$2" "$vm" | sort)" "$3"
  is "$1: the ports, MSRs and addresses have names" \
    "$(jq -rs '[.[].vms[].exits[].details[] | select(.name == null) | .number] | unique | tojson' "$2")" '[]'
}

judge() { # NAME FOLDER
  local release reference chosen=ring
  vm=$(cat "$2/vm")
  serial=$2/serial
  release=$(cat "$2/release")
  reference=$(reference_counts "$2/trace.dat")
  say "$1 is $release; trace-cmd: $(tr '\n' ';' <<<"$reference")"
  check "$1: trace-cmd has counts and names" grep -qE '^io [0-9]+$' <<<"$reference" ||
    say "$(head -n 20 "$work/report" "$work/report.err")"
  judge_tracer "$1, --tracer ring" "$2/ring" "$reference" ring
  ! counts_by_bpf "$release" || chosen=bpf
  judge_bpf "$1" "$release" "$2/bpf"
  judge_tracer "$1, --tracer auto" "$2/auto" "$reference" "$chosen"
}

for series; do
  begin=$SECONDS
  out=build/kernels/$series
  boot "$series" "$out" || fail "Linux $series: it boots, and the checks there pass"
  [ ! -s "$out/trace.dat" ] || judge "Linux $series" "$out"
  say "Linux $series took $((SECONDS - begin)) s"
done
finish
