#!/usr/bin/env bash
# Under a storm kvmtop keeps to its budget: it traces for a part of the time, says so, and what it
# says of the guest still agrees with KVM's own counter.
. "$(dirname "$0")/../lib.sh"

# KVM's own: /sys/kernel/debug/kvm/PID-FD/exits
kvm_exits() {
  cat /sys/kernel/debug/kvm/"$vm"-*/exits
}

probe_start budget "hz=100 cpuid=40" || finish
watch_start "$work/budget" -p "$vm" -d 1 --budget 5,300
tick_sees "it traces for a part of the time" "$work/budget" \
  '.host.tracing | .shed == "time" and .duty < 0.9 and .details == false'
is "the rows are marked as sampled" \
  "$(asks "$tick" '[.vms[0].exits[] | .sampled] | unique[]')" true
# From here on, the counter beside so many seconds of ticks.
first=$(wc -l <"$work/budget")
exits=$(kvm_exits)
check "ticks go on" within "$deadline_s" has_more_lines "$work/budget" $((first + 12))
counted=$(($(kvm_exits) - exits))
watch_stop
shown=$(tail -n +$((first + 1)) "$work/budget" | jq -s 'map(.vms[0].exits_per_s * .interval_s) | add')
sampled=$(tail -n +$((first + 1)) "$work/budget" | jq -s '[.[].vms[0].exits[].samples] | add')
say "KVM counted $counted exits, kvmtop's rate says $shown, its rows $sampled"
for what in shown sampled; do
  check "$what: within 30 % of KVM's own counter" \
    awk "BEGIN { r = ${!what} / $counted; exit !(r > 0.7 && r < 1.3) }"
done
probe_stop
finish
