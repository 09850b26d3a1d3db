#!/usr/bin/env bash
# Exact counts while the vCPU is sent from CPU to CPU, and while a CPU goes and comes back.
. "$(dirname "$0")/../lib.sh"
orders="hz=100 ticks=600 rtc=2 pm=1 hpet=1 rdmsr=0x1b:4 cpuid=30"
online=/sys/devices/system/cpu/cpu1/online

# Does something to the host again and again while a guest works: work_during NAME COMMAND
work_during() {
  probe_hold "$1" "$orders" || finish
  watch_start "$work/$1.json" -p "$vm" -d 0.5
  tick_sees "$1: kvmtop watches the VM" "$work/$1.json" '.vms[0].exits == []'
  vcpu=$(grep -l 'CPU 0/KVM' "/proc/$vm/task/"*/comm | cut -d / -f 5)
  probe_go
  times=0
  local end=$((SECONDS + deadline_s))
  until probe_done || [ $SECONDS -ge $end ]; do
    "$2"
  done
  probe_ends "$1: the guest does its work"
  tick_sees "$1: kvmtop sees it end" "$work/$1.json" '.vms[0].exits == []'
  watch_stop
  check "$1: it happened often enough ($times times)" test "$times" -ge 4
  counts_are_exact "$1" "$work/$1.json"
  probe_stop
}

migrate() {
  taskset -p -c $((times++ % 2)) "$vcpu" >"$work/taskset" 2>&1
}

hotplug() {
  echo $((times++ % 2)) >$online
}

work_during migration migrate
cleanup_add "echo 1 >$online"
work_during hotplug hotplug
finish
