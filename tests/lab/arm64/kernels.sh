#!/usr/bin/env bash
# kvmtop on arm64: kernels.sh SERIES ..., or those in $KERNELS, cross-compiles kvmtop, boots each of
# tests/lab/kernels with VHE and without, and runs tests/lab/arm64/check there. Counts must be exact, and each
# name and count the one of trace-cmd report. Of a guest of a real QEMU that reads its RTC all the time kvmtop --advise
# must speak, and the names are those of that machine. Both tracers count: the events of arm64
# have neither a vCPU nor an instruction set.
#
# Needs the packages of make deps-lab-arm64; no root. What each run left is in build/arm64/SERIES-CPU.
. "$(dirname "$0")/../lib.sh"
cd "$root" || exit 2

orders="hz=100 ticks=50 rtc=10 write=2 gic=2 hvc=5 smc=1 id=4 cpus=2"

# shellcheck disable=SC2086 # several words
[ $# -ge 1 ] || set -- ${KERNELS:-}
[ $# -ge 1 ] || { echo "usage: kernels.sh SERIES ..." >&2; exit 2; }

cross_compile() {
  local sysroot
  sysroot=$(tests/lab/arm64/sysroot) || return
  PKG_CONFIG_LIBDIR=$sysroot/usr/lib/aarch64-linux-gnu/pkgconfig:$sysroot/usr/share/pkgconfig \
    PKG_CONFIG_SYSROOT_DIR=$sysroot make -s -j"$(nproc)" BUILD=build/arm64 \
    CC="aarch64-linux-gnu-gcc --sysroot=$sysroot" build/arm64/kvmtop
}

# What the guest did by what it was about, as watch_details has it: the addresses that nothing else uses.
probe_accesses() {
  cat <<TABLE
DABT_LOW mmio $((0x08000004)) read $(probe_count gic)
DABT_LOW mmio $((0x09000000)) write $(wc -c <"$serial")
DABT_LOW mmio $((0x09010000)) read $(probe_count rtc)
DABT_LOW mmio $((0x0a000004)) write $(probe_count write)
TABLE
}

# Each CPU but the first is switched on by a call. The call that switches one off has no kvm_entry after it.
probe_calls() {
  cat <<TABLE
HVC64 $(($(probe_count hvc) + 1))
SMC64 $(probe_count smc)
SYS64 $(probe_count id)
TABLE
}

# A line of the kernel's: "kvm [1]: VHE mode initialized successfully"; without VHE "Hyp mode", or "Hyp nVHE mode".
mode_of() { # CPU
  if [ "$1" = cortex-a72 ]; then echo '\]: Hyp (nVHE )?mode '; else echo '\]: VHE mode '; fi
}

judge_tracer() { # NAME FOLDER TRACER
  local counts file=$2/$3 name="$1, --tracer $3"
  counts=$(watch_exits "$file" "$vm" | sort)
  is "$name: each name and count is trace-cmd's" "$counts" "$reference"
  is "$name: calls and registers" "$(grep -E '^(HVC64|SMC64|SYS64) ' <<<"$counts")" "$(probe_calls)"
  is "$name: every address" \
    "$(watch_details "$file" "$vm" | grep -E " ($((0x08000004)) read|$((0x09000000)) |$((0x09010000)) |$((0x0a000004)) )")" \
    "$(probe_accesses | sort)"
  watch_is_whole "$name" "$file"
}

judge() { # NAME FOLDER CPU
  local reference
  vm=$(cat "$2/vm")
  serial=$2/serial
  reference=$(reference_counts "$2/trace.dat")
  say "$1 is $(cat "$2/release"); trace-cmd: $(tr '\n' ';' <<<"$reference")"
  check "$1: KVM runs as this processor has it" grep -E "$(mode_of "$3")" "$2/log" || say "$(cat "$2/log")"
  check "$1: trace-cmd has counts and names" grep -qE '^DABT_LOW [0-9]+$' <<<"$reference" ||
    say "$(head -n 20 "$work/report" "$work/report.err")"
  judge_tracer "$1" "$2" ring
  judge_tracer "$1" "$2" auto
  is "$1: exits are counted by BPF" "$(jq -r .host.tracing.tracer "$2/auto" | sort -u)" bpf
  judge_bpf "$1" "$(cat "$2/release")" "$2/bpf"
}

judge_storm() { # NAME FOLDER
  check "$1: --advise speaks of the MMIO storm, and of its device" \
    grep -E 'R34 [a-z]+, confidence high: PL031 RTC ' "$2/advise" || say "$(cat "$2/advise")"
  check "$1: and of nothing else" grep -E '^storm .*, 1 finding$' "$2/advise" || say "$(cat "$2/advise")"
  is "$1: addresses have the names of machine virt" \
    "$(jq -rs '[.[].vms[].exits[].details[] | "\(.number) \(.name)"] | unique[]' "$2/storm")" \
    "$((0x08000004)) GICD_TYPER"$'\n'"$((0x09010000)) PL031 RTCDR"
  is "$1: the VM's machine" "$(jq -rs '.[-1].vms[] | "\(.machine.arch) \(.machine.machine) \(.clock.offset)"' "$2/storm")" \
    "aarch64 virt utc"
  is "$1: the VM has no timers of a PC" "$(jq -rs '.[-1].vms[] | .clock.timers | tojson' "$2/storm")" '[]'
  is "$1: no interrupt line is named after a PC's device" \
    "$(jq -rs '[.[].vms[].irq_lines[]?.name | select(test("PIT|HPET|i8042|COM[0-9]|floppy|IDE"))] | tojson' "$2/storm")" '[]'
  is "$1: nothing is wrong with the host's clock" \
    "$(jq -rs '.[-1].host.details.facts[] | select(.name == "clock") | "\(.text | split(",")[0]) \(.why)"' "$2/storm")" "arch_sys_counter null"
  is "$1: each of KVM's events has a meaning" \
    "$(jq -rs '[.[-1].kvm_events.events[] | select(.meaning == null) | .event] | tojson' "$2/storm")" '[]'
  check "$1: hot symbols say what the guest's share holds" \
    jq -se '.[-1].hot_symbols | .notes[] | select(test("while a vCPU is loaded.*by /proc the guest has [0-9.]+%"))' "$2/storm" ||
    say "$(jq -c '.hot_symbols | {why, notes, guest: .guest_pct}' "$2/storm")"
  is "$1: the kernel's messages are of no VM" \
    "$(jq -rs '[.[-1].kernel_log.entries[].pid] | unique | tojson' "$2/storm")" '[null]'
}

check "kvmtop is cross-compiled for arm64" cross_compile || finish
for series; do
  for cpu in neoverse-n1 cortex-a72; do
    begin=$SECONDS
    out=build/arm64/$series-$cpu
    name="arm64, Linux $series, $cpu"
    rm -rf "$out"
    mkdir -p "$out"
    echo "$orders" >"$out/orders"
    check "$name: it boots, and the guest does its work" \
      tests/lab/arm64/lab -k "$series" -c "$cpu" -o "$out" -p build/arm64/kvmtop -p trace-cmd \
      -p qemu-system-aarch64 tests/lab/arm64/check
    [ ! -s "$out/trace.dat" ] || judge "$name" "$out" "$cpu"
    [ ! -s "$out/storm" ] || judge_storm "$name, QEMU" "$out"
    say "$name took $((SECONDS - begin)) s"
  done
done
finish
