#!/usr/bin/env bash
# What watching a host of many idle VMs costs: BENCH_VMS (100) real QEMU processes of 8 vCPUs, and in turn kvmtop,
# top -H on a terminal of 120x40 and pidstat -t over the same threads, each a refresh a second. Needs /dev/kvm.
# The guests stand still from the start (-S): what differs is the watching alone.
#
# Then the same of BENCH_CROWD (1000) look-alikes with 4 threads, each of which is awake once a second. Other VMs may run.
. "$(dirname "$0")/../e2e/lib.sh"

vms=${BENCH_VMS:-100} crowd=${BENCH_CROWD:-1000}
rounds=3 seconds=10
deadline_s=120

leave_out() {
  echo "hundred: left out: $1"
  exit 0
}
[ "$vms" -gt 0 ] || leave_out "BENCH_VMS=$vms"
[ "$(id -u)" = 0 ] || leave_out "it needs root; run 'sudo make bench'"
[ -w /dev/kvm ] || leave_out "there is no /dev/kvm"
for program in qemu-system-x86_64 top tmux; do
  command -v "$program" >/dev/null || leave_out "there is no $program; run 'make deps-test deps-lab'"
done

guests=()
guests_end() {
  [ ${#guests[@]} -eq 0 ] || kill -9 "${guests[@]}" 2>/dev/null
  wait 2>/dev/null
}
cleanup_add guests_end

for ((i = 1; i <= vms; i++)); do
  qemu-system-x86_64 -name "guest=bench$i,debug-threads=on" -accel kvm -smp 8 -m 16 -S -nodefaults \
    -display none -monitor none -serial none </dev/null >/dev/null 2>"$work/qemu" &
  guests+=($!)
done
# CPU 7/KVM is the last thread that a VM makes.
all_run() {
  [ "$(cat /proc/[0-9]*/task/*/comm 2>/dev/null | grep -c '^CPU 7/KVM')" -ge "$vms" ]
}
within "$deadline_s" all_run || leave_out "$vms VMs do not start here: $(head -n 1 "$work/qemu")"

# CPU time of a process and of what it has started, all threads, in ns. A thread's: "123456789 2345 678"
cpu_ns() {
  local list=$1 children=$1
  while children=$(pgrep -d , -P "$children"); do
    list+=,$children
  done
  for pid in ${list//,/ }; do
    cat /proc/"$pid"/task/*/schedstat 2>/dev/null
  done | awk '{ns += $1} END {printf "%d", ns}'
}

# What of it is in memory, without what is the kernel's and only seen through it: the tables of BPF.
resident_mib() {
  awk '/^[0-9a-f]+-/ {kernel = /anon_inode:bpf-map/} /^Rss:/ && !kernel {kib += $2} END {print kib / 1024}' /proc/"$1"/smaps
}

# As many VMs as there are, or more: "103 VMs"
shows_vms() { # COUNT
  screen | grep -oE '[0-9]+ VMs' | awk -v count="$1" '$1 >= count {found = 1} END {exit !found}'
}

# Runs it for a while once it stands; adds its CPU time in percent of one CPU to $work/runs: measure NAME COMMAND CHECK,
# a command that succeeds then
measure() {
  local pid before start now
  terminal_open 120 40 "exec $2"
  pid=$(terminal display-message -p '#{pane_pid}')
  within "$deadline_s" eval "$3" || leave_out "$1 does not show what it is to: $3"
  sleep 2 # what it does at first is not what it does then
  before=$(cpu_ns "$pid")
  start=${EPOCHREALTIME/./}
  sleep "$seconds"
  now=${EPOCHREALTIME/./}
  echo "$1 $(awk -v ns=$(($(cpu_ns "$pid") - before)) -v us=$((now - start)) 'BEGIN {print ns / us / 10}')" \
    "$(resident_mib "$pid")" >>"$work/runs"
  terminal_close
}

median() { # NAME COLUMN
  awk -v name="$1" -v column="$2" '$1 == name {print $column}' "$work/runs" | sort -n | sed -n "$(((rounds + 1) / 2))p"
}

threads=$(cat /proc/[0-9]*/task/*/comm | wc -l)
for ((i = 0; i < rounds; i++)); do
  measure kvmtop "'$kvmtop' -d 1" "shows_vms $vms"
  measure top "top -H -d 1" "screen_has Threads:"
  ! command -v pidstat >/dev/null || measure pidstat "pidstat -t -p ALL 1 >/dev/null" true
done
awk -v vms="$vms" -v threads="$threads" -v own="$(median kvmtop 2)" -v mib="$(median kvmtop 3)" -v top="$(median top 2)" \
  -v pidstat="$(median pidstat 2)" 'BEGIN {
  printf "hundred: %d idle VMs, %d threads: kvmtop %.2f %% of one CPU, %.1f MiB; top -H %.2f %%%s\n", vms, threads,
    own, mib, top, pidstat == "" ? "" : sprintf("; pidstat -t %.2f %%", pidstat)
  printf "hundred: kvmtop / top -H: %.2f, bar 0.25: %s\n", own / top, own <= top / 4 ? "PASS" : "FAIL"
  printf "hundred: resident: %.1f MiB, bar 32: %s\n", mib, mib <= 32 ? "PASS" : "FAIL" }'
guests_end
guests=()

[ "$crowd" -gt 0 ] || leave_out "BENCH_CROWD=$crowd"
"$(dirname "$kvmtop")/tools/crowd" "$crowd" 4 >"$work/crowd" 2>&1 &
guests+=($!)
within "$deadline_s" grep -q ready "$work/crowd" || leave_out "a crowd of $crowd does not start here: $(cat "$work/crowd")"
: >"$work/runs"
for ((i = 0; i < rounds; i++)); do
  measure kvmtop "'$kvmtop' -d 1" "shows_vms $crowd"
  measure top "top -H -d 1" "screen_has Threads:"
done
awk -v crowd="$crowd" -v own="$(median kvmtop 2)" -v mib="$(median kvmtop 3)" -v top="$(median top 2)" 'BEGIN {
  printf "hundred: %d VMs of 4 threads that are awake once a second: kvmtop %.2f %% of one CPU, %.1f MiB; top -H %.2f %%\n",
    crowd, own, mib, top
  printf "hundred: kvmtop / top -H, awake: %.2f, bar 0.30: %s\n", own / top, own <= top * 0.3 ? "PASS" : "FAIL" }'
