#!/usr/bin/env bash
# Exact counts: a guest makes a known number of exits, and kvmtop reports exactly that many.
#
# kvmtop is there before the work begins, for the guest is held until then, and stays until a tick
# shows that it is over: afterwards the guest makes no exit at all.
. "$(dirname "$0")/../lib.sh"

probe_start counts \
  "hz=100 delay=1000 ticks=200 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7" || finish
probe_hold
watch_start "$work/counts" -p "$vm" -d 0.5
tick_sees "kvmtop watches the guest" "$work/counts" '.vms[0].exits == []'
is "the work has not begun" "$(cat "$serial")" "START busy"
probe_go
check "the guest does its work" within "$deadline_s" probe_done || say "$(cat "$serial")"
tick_sees "kvmtop sees it end" "$work/counts" '.vms[0].exits == []'
watch_stop

watch_exits "$work/counts" "$vm" >"$work/exits"
say "$(tail -n 1 "$serial"); kvmtop: $(tr '\n' ';' <"$work/exits")"
for reason in io msr cpuid npf; do
  is "$reason exits, exactly" "$(sed -n "s/^$reason //p" "$work/exits")" "$(probe_exits "$reason")"
done
is "no event was lost" "$(jq -c '.host | .lost, .lost_unknown' "$work/counts" | sort -u | xargs)" "0 false"
is "the guest was there all the time" "$(jq -c '.vms | length' "$work/counts" | sort -u)" 1
is "its vCPU's own table says the same" \
  "$(jq -s '[.[].vms[0].threads[] | select(.vcpu == 0) | .exits[] |
    select(.reason == "cpuid") | .samples] | add' "$work/counts")" \
  "$(probe_exits cpuid)"
is "no errors" "$(cat "$work/counts.err")" ""
probe_stop
finish
