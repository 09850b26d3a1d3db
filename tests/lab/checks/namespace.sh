#!/usr/bin/env bash
# In a PID namespace, as a container has one: kvmtop counts the exits of the VM that it sees there, exactly, under the
# numbers that its threads have there; of a guest outside, which makes exits all the time, none is booked.
. "$(dirname "$0")/../lib.sh"

if [ "$(readlink /proc/self/ns/pid)" = "pid:[4026531836]" ]; then
  probe_start outside "hz=100 ticks=1000000 cpuid=20" || finish
  check "the checks in the namespace pass" unshare --pid --fork --kill-child --mount-proc "$BASH" "$0"
  probe_stop
  finish
fi

probe_hold inside "hz=100 ticks=100 rtc=5 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7" || finish
watch_start "$work/counts" -d 0.5
tick_sees "kvmtop watches the VM" "$work/counts" '.vms[0].exits == []'
probe_go
probe_ends "the guest does its work"
tick_sees "kvmtop sees it end" "$work/counts" '.vms[0].exits == []'
watch_stop
is "exits are counted by BPF" "$(jq -r .host.tracing.tracer "$work/counts" | sort -u)" bpf
counts_are_exact inside "$work/counts"
is "it is the only VM" "$(jq -c '[.vms[] | .name]' "$work/counts" | sort -u)" '["inside"]'
is "its vCPU's own table says the same" "$(watch_details "$work/counts" "$vm" 0)" \
  "$(watch_details "$work/counts" "$vm")"
"$kvmtop" --batch -n 1 -d 0.2 --tracer ring >"$work/ring" 2>&1
check "records cannot name threads here, and kvmtop says so" grep "PID namespace of its own, where only BPF" "$work/ring" ||
  say "$(cat "$work/ring")"
probe_stop
finish
