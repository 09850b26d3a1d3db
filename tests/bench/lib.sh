# What the benches in the lab share, besides all of tests/lab/lib.sh: fixed work of a guest and how long
# it takes, medians, bars.
# shellcheck shell=bash disable=SC2034

. "$(dirname "${BASH_SOURCE[0]}")/../lab/lib.sh"
work_orders="hz=1000 ticks=150 cpuid=400"
work_exits=60000 # CPUID alone

# How long a guest with these orders takes from START to DONE, as its serial line says them, in ms:
# guest_run ORDERS leaves it in $took. The guest is there, idle, until guest_end.
guest_run() {
  local line begin=
  guest_end
  probe_make "$work/bench.rom" "$1"
  while read -r line; do
    case $line in
    START*) begin=$EPOCHREALTIME ;;
    DONE*) took=$(((${EPOCHREALTIME/./} - ${begin/./}) / 1000)) && break ;;
    esac
  done < <(exec timeout "$deadline_s" qemu-system-x86_64 -name guest=bench,debug-threads=on \
    -machine pc -accel kvm -m 64 -global kvm-pit.lost_tick_policy=discard -bios "$work/bench.rom" \
    -nodefaults -display none -monitor none -serial stdio -no-reboot </dev/null 2>"$work/bench.qemu")
}

guest_end() {
  pkill -f -- "-bios $work/bench.rom" && within "$deadline_s" guest_is_gone
}

guest_is_gone() {
  ! pgrep -f -- "-bios $work/bench.rom" >/dev/null
}
cleanup_add guest_end

# The median of a column of those lines of $work/runs that begin with a name: median NAME COLUMN
median() {
  awk -v name="$1" -v column="$2" '$1 == name {print $column}' "$work/runs" | sort -n |
    awk '{v[NR] = $1} END {print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2}'
}

calculate() { # EXPRESSION of awk
  awk "BEGIN { printf \"%.4g\", $1 }"
}

bar() { # WHAT VALUE MOST
  awk -v what="$1" -v value="$2" -v most="$3" 'BEGIN {
    printf "live: %s: %.3f, bar %.3f: %s\n", what, value, most, value <= most ? "PASS" : "over" }'
}
