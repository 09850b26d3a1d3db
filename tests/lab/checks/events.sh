#!/usr/bin/env bash
# KVM's events, counted: a guest makes a known number of exits, and each event has fired exactly that often, as perf stat
# beside it says, too.
#
# The guest is held until both count, and makes no exit at all once its work is over.
. "$(dirname "$0")/../lib.sh"

probe_hold events "hz=100 ticks=100 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7" || finish

# perf starts its command when it counts, and ends with it.
perf stat -x ' ' -o "$work/perf.stat" -a -e 'kvm:*' \
  bash -c "touch '$work/perf.ready'; until [ -e '$work/perf.stop' ]; do sleep 0.2; done" 2>"$work/perf.log" &
perf_pid=$!
cleanup_add "kill $perf_pid 2>/dev/null"
check "perf counts" within "$deadline_s" test -e "$work/perf.ready"
watch_start "$work/events" -p "$vm" -d 0.5 --with events
# Its PIT ticks, which is no exit.
tick_sees "kvmtop counts beside it" "$work/events" '.kvm_events.events |
  map(select(.event | IN("kvm_exit", "kvm_pio", "kvm_msr", "kvm_cpuid")) | .vm_total) | length == 4 and all(. == 0)'
is "the VM's" "$(asks "$tick" '.kvm_events.vm.pid')" "$vm"
probe_go
probe_ends "the guest does its work"
tick_sees "kvmtop sees it end" "$work/events" '(.kvm_events.events[] | select(.event == "kvm_cpuid") | .vm_total > 0) and
  .vms[0].exits == [] and all(.kvm_events.events[]; (.event | IN("kvm_exit", "kvm_pio")) and .vm_per_s > 0 | not)'
watch_stop
touch "$work/perf.stop"
wait "$perf_pid"

# How often an event fired: total vm_total kvm_exit
total() {
  asks "$tick" ".kvm_events.events[] | select(.event == \"$2\") | .$1"
}

# The exits that the guest says it made: made io
made() {
  probe_details | awk -v of="$1" '$1 == of {n += $5} END {print n + 0}'
}

say "$(asks "$tick" '.kvm_events.events[] | select(.host_total > 0) | "\(.event) \(.vm_total) of \(.host_total)"' | paste -sd ';')"
is "as many accesses to ports as the guest made" "$(total vm_total kvm_pio)" "$(made io)"
is "as many to MSRs" "$(total vm_total kvm_msr)" "$(made msr)"
is "as many CPUIDs" "$(total vm_total kvm_cpuid)" "$(probe_count cpuid)"

# A line of perf: "2345  kvm:kvm_exit 123456789 100.00  "
perf_says() {
  awk -v event="kvm:$1" '{for (i = 2; i < NF; i++) if ($i == event) print $1}' "$work/perf.stat"
}
for event in kvm_exit kvm_entry kvm_pio kvm_msr kvm_cpuid kvm_mmio; do
  count=$(perf_says "$event")
  is "perf says the same of $event" "$(total host_total "$event")" "$count" || say "$(cat "$work/perf.stat" "$work/perf.log")"
  is "and all of it was the VM's" "$(total vm_total "$event")" "$count"
done
is "every event of perf is there" \
  "$(asks "$tick" '.kvm_events.events[].event' | sort | xargs)" \
  "$(grep -oE 'kvm:[a-z0-9_]+' "$work/perf.stat" | cut -d: -f2 | sort -u | xargs)"
is "no errors" "$(cat "$work/events.err")" ""

probe_stop
finish
