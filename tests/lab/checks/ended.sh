#!/usr/bin/env bash
# A VM that ends between two ticks: the tick in which it is found gone has its exits up to the end, by either tracer, live
# and in a recording. Nobody holds the guest at its end: with its last exit its process ends.
. "$(dirname "$0")/../lib.sh"

ends_by_itself() { # NAME OF A CHECK
  check "$1" within "$deadline_s" has_ended "$watch" || kill "$watch"
}

has_ended() {
  ! kill -0 "$1" 2>/dev/null
}

ended() { # TRACER
  local name=ended-$1 file=$work/$1
  probe_hold "$name" "hz=100 ticks=200 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7 off=1" || return
  watch_start "$file" -p "$vm" -d 0.5 --tracer "$1" --record "$file.jsonl"
  tick_sees "$1: kvmtop watches the VM" "$file" '.vms[0].exits == []'
  probe_go
  probe_ends "$1: the guest does its work"
  ends_by_itself "$1: kvmtop has nothing more to watch"
  wait "$watch"
  is "$1: it ends well" $? 0
  is "$1: it says why" "$(cat "$file.err")" "kvmtop: VM $name (pid $vm) has ended"
  : >"$file.err"
  is "$1: exits are counted that way" "$(jq -r .host.tracing.tracer "$file" | sort -u)" "$1"
  is "$1: the VM is in each tick, and has ended in the last" \
    "$(jq -cs 'map(.vms | length) == map(1), map(.vms[0].ended) == map(false)[:-1] + [true]' "$file" | xargs)" "true true"
  is "$1: what it used of CPUs at last is not known, and nothing is found in that" \
    "$(jq -c '.vms[0] | select(.ended) | [.cpu_pct, .wait_pct, .threads[].cpu_pct, .findings[]] | unique' "$file")" '[null]'
  counts_are_exact "$name" "$file"
  # The vCPU's thread ends before its process does: a tick between the two has its last exits in the VM's table alone.
  if [ "$(jq -s 'map(.vms[0] | select(.exits != []) | any(.threads[]; .vcpu == 0)) | all' "$file")" = true ]; then
    is "$1: its vCPU's own table says the same" "$(watch_details "$file" "$vm" 0)" "$(watch_details "$file" "$vm")"
  else
    skip "$1: its vCPU's own table says the same" "a tick came between the end of the vCPU and of the VM"
  fi
  is "$1: no exit is nobody's" "$(jq -s 'map(.host.unattributed // 0) | add' "$file")" 0
  timeout "$deadline_s" "$kvmtop" -b --format json --replay "$file.jsonl" >"$file.played"
  is "$1: the recording is played" $? 0
  is "$1: it says the same" "$(watch_details "$file.played" "$vm")" "$(watch_details "$file" "$vm")"
  is "$1: there, too, it ends" "$(jq -cs 'map(.vms[0].ended) | .[-1]' "$file.played")" true
  wait "$vm" 2>/dev/null
  exec {monitor}>&-
}

for tracer in bpf ring; do
  ended "$tracer"
done
finish
