#!/usr/bin/env bash
# Loss is told, and nothing is made up: kvmtop is stopped until its buffers overrun, and goes on.
. "$(dirname "$0")/../lib.sh"
tracefs=/sys/kernel/tracing

# What of each CPU's buffer was overwritten: lines as "overrun: 123" in per_cpu/cpu*/stats.
overrun() {
  cat "$tracefs"/instances/kvmtop-*/per_cpu/cpu*/stats | awk '/^overrun:/ {n += $2} END {exit !n}'
}

# A guest that hardly ever halts.
probe_start loss "hz=100 cpuid=2000" || finish
watch_start "$work/loss" -p "$vm" -d 0.5
tick_sees "kvmtop watches the guest" "$work/loss" '.vms[0].exits[] | .reason == "cpuid"'
is "nothing is lost before" "$(asks "$tick" .host.lost)" 0
kill -STOP "$watch"
begin=$EPOCHREALTIME
check "its buffers overrun" within "$deadline_s" overrun
stopped_us=$((${EPOCHREALTIME/./} - ${begin/./}))
kill -CONT "$watch"
tick_sees "loss is told" "$work/loss" '.host | .lost > 0 or .lost_unknown'
say "stopped for $stopped_us us, $(asks "$tick" '.host | "\(.lost) lost"')"
tick_sees "and it goes on" "$work/loss" '.interval_s < 2 and
  any(.vms[0].exits[]; .reason == "cpuid" and .samples > 0)'
watch_stop
# An interval that was booked across the gap would be as long as the gap.
longest=$(jq -s '[.[].vms[0].exits[] | select(.reason != "hlt") | .max_us] | max' "$work/loss")
check "no interval across the gap is booked (longest $longest us)" \
  awk "BEGIN { exit !($longest < $stopped_us / 4) }"
is "no errors" "$(cat "$work/loss.err")" ""
probe_stop
finish
