#!/usr/bin/env bash
# Exact counts: a guest makes a known number of exits, and kvmtop reports exactly that many.
#
# kvmtop is there before the work begins: the guest halts through its delay, in which it makes no
# exits of these kinds. It stays until a tick shows that the work is over.
. "$(dirname "$0")/../lib.sh"

probe_start counts \
  "hz=100 delay=2000 ticks=300 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 wrmsr=0x1b:1 cpuid=7" || finish
halts='.vms[0].exits[] | select(.reason == "hlt" and .samples > 0)'
watch_start "$work/counts" -p "$vm" -d 1
check "counts: kvmtop sees the halting guest's exits" \
  within "$deadline_s" last_tick "$work/counts" "$halts"
is "counts: and no other before the work" "$(watch_exits "$work/counts" "$vm" cpuid)" 0
check "counts: the guest does its work" within "$deadline_s" probe_done
check "counts: kvmtop sees it end" within "$deadline_s" last_tick "$work/counts" \
  '.vms[0].exits | map(select(.samples > 0 and (.reason | IN("io", "msr", "cpuid", "npf")))) == []'
watch_stop
for reason in io msr cpuid npf; do
  is "counts: $reason exits, exactly" "$(watch_exits "$work/counts" "$vm" "$reason")" "$(probe_exits "$reason")" ||
    say "$(cat "$serial")"
done
is "counts: no event was lost" "$(jq -c .host.lost "$work/counts" | sort -u)" 0
is "counts: the guest was there all the time" "$(jq -c '.vms | length' "$work/counts" | sort -u)" 1
is "counts: its vCPU's own table says the same" \
  "$(jq -s '[.[].vms[0].threads[] | select(.vcpu == 0) | .exits[] |
    select(.reason == "cpuid") | .samples] | add' "$work/counts")" \
  "$(probe_exits cpuid)"
is "counts: no errors" "$(cat "$work/counts.err")" ""
probe_stop
finish
