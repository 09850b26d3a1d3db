#!/usr/bin/env bash
# kvmtop on Intel: kernels.sh SERIES ..., or those in $KERNELS, boots each of tests/lab/kernels with kvm-intel
# and runs tests/lab/vmx/check there. Both tracers must count exactly, and each name and count be the one of
# trace-cmd report. The text report has VMX' names, and R01 is found in a guest that polls the RTC and not in a
# quiet one.
#
# Needs the packages of make deps-lab-vmx and the program built (make test-lab-vmx sees to these); no root. What
# each run left is in build/vmx/SERIES.
. "$(dirname "$0")/../lib.sh"
cd "$root" || exit 2

# shellcheck disable=SC2034 # for lib.sh
orders="hz=50 ticks=100 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7"

# shellcheck disable=SC2086 # several words
[ $# -ge 1 ] || set -- ${KERNELS:-}
[ $# -ge 1 ] || { echo "usage: kernels.sh SERIES ..." >&2; exit 2; }
if ! [ -x "$kvmtop" ]; then
  echo "tests/lab/vmx/kernels.sh: there is no $kvmtop; run 'make test-lab-vmx'" >&2
  exit 2
fi

# The first access to the HPET's page is a violation of the page table. KVM then marks the page as one without
# memory, and each further access is a misconfiguration. The local APIC's page it does not mark.
exits_named() {
  awk '
    $1 == "io" {$1 = "IO_INSTRUCTION"}
    $1 == "msr" {$1 = $4 == "read" ? "MSR_READ" : "MSR_WRITE"}
    $1 == "npf" && $5 > 1 {print "EPT_MISCONFIG", $2, $3, $4, $5 - 1; $5 = 1}
    $1 == "npf" {$1 = "EPT_VIOLATION"}
    {print}'
}

judge_counts() { # NAME FOLDER TRACER REFERENCE
  local file=$2/$3
  is "$1: exits are counted by it" "$(jq -r .host.tracing.tracer "$file" | sort -u)" "$3"
  counts_are_exact "$1" "$file"
  is "$1: each name and count is trace-cmd's" "$(watch_exits "$file" "$vm" | sort)" "$4"
  is "$1: the ports, MSRs and addresses have names" \
    "$(jq -rs '[.[].vms[].exits[].details[] | select(.name == null) | .number] | unique | tojson' "$file")" '[]'
  is "$1: the host is Intel's, nothing is found, and the kernel logs nothing about KVM" \
    "$(jq -c '[.host.platform.kvm_vendor, .vms[].findings, .kernel_log.entries]' "$file" | sort -u)" '["intel",[],[]]'
}

# Which of the rows a text report lacks: rows_missing FILE ROW ...
rows_missing() {
  local file=$1 row
  shift
  for row; do
    grep -qE "^ +$row +[0-9]+ " "$file" || echo "$row"
  done
}

# What was found in a guest, and the status of --advise: "! R01 status 1"
found() { # FILE
  grep -oE '^ *! R[0-9]+|^status.*' "$1" | sort -u | xargs
}

judge_report() { # NAME FOLDER TRACER
  local polling=$2/polling-$3 quiet=$2/quiet-$3
  is "$1: the report names reasons, ports and addresses" \
    "$(rows_missing "$polling.text" IO_INSTRUCTION "RTC 0x70/0x71" EPT_MISCONFIG "HPET 0xfed000f0 read" HLT)" ""
  is "$1: none is unknown" "$(grep -hi unknown "$polling.text" "$quiet.text")" ""
  is "$1: R01 is found in a guest that polls the RTC, by --advise" "$(found "$polling.advice")" "! R01 status 1"
  is "$1: and by --batch" "$(found "$polling.text")" "! R01"
  is "$1: nothing is found in a quiet guest by --advise" "$(found "$quiet.advice")" "status 0"
  is "$1: nor by --batch" "$(found "$quiet.text")" ""
  is "$1: the quiet guest just halts" "$(rows_missing "$quiet.text" HLT)" ""
}

judge() { # NAME FOLDER
  local reference tracer tracers
  vm=$(cat "$2/vm")
  # shellcheck disable=SC2034 # for lib.sh
  serial=$2/serial
  reference=$(reference_counts "$2/trace.dat")
  say "$1 is $(cat "$2/release"); trace-cmd: $(tr '\n' ';' <<<"$reference")"
  check "$1: trace-cmd has counts and names" grep -qE '^IO_INSTRUCTION [0-9]+$' <<<"$reference" ||
    say "$(head -n 20 "$work/report" "$work/report.err")"
  read -r -a tracers <"$2/tracers"
  for tracer in "${tracers[@]}"; do
    judge_counts "$1, --tracer $tracer" "$2" "$tracer" "$reference"
    judge_report "$1, --tracer $tracer" "$2" "$tracer"
  done
  is "$1: the kernel's log has nothing new" "$(cat "$2/dmesg")" ""
}

for series; do
  begin=$SECONDS
  out=build/vmx/$series
  rm -rf "$out"
  mkdir -p "$out"
  echo "$orders" >"$out/orders"
  echo "ring$(! counts_by_bpf "$series" || echo " bpf")" >"$out/tracers"
  check "Intel, Linux $series: it boots, and the guests do their work" \
    tests/lab/vmx/lab -k "$series" -o "$out" -p "$kvmtop" -p trace-cmd tests/lab/vmx/check ||
    say "$(tail -n 20 "$out/console")"
  [ ! -s "$out/trace.dat" ] || judge "Intel, Linux $series" "$out"
  say "Intel, Linux $series took $((SECONDS - begin)) s"
done
finish
