#!/usr/bin/env bash
# Agreement with perf kvm stat over the same seconds.
#
# Both watch from before the guest's work until after it, so each exit of the work is in both
# windows: these counts must be equal. Before and after it the guest only halts; there perf's window
# is longer by its edges, in which a halting guest makes at most one exit of a kind a tick (the
# halt, the interrupt that ends it, and the window to inject it). perf's own start and end outside
# its command are less than a second each.
. "$(dirname "$0")/../lib.sh"

hz=50
probe_start perf "hz=$hz delay=1250 ticks=200 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 cpuid=7" || finish

# perf starts its command when it records, and ends with it.
perf kvm --host stat record -o "$work/perf.data" -a \
  bash -c "touch '$work/perf.ready'; until [ -e '$work/perf.stop' ]; do sleep 0.1; done" \
  >"$work/perf.log" 2>&1 &
perf_pid=$!
cleanup_add "kill $perf_pid 2>/dev/null"
check "perf: it records" within "$deadline_s" test -e "$work/perf.ready"
ready=$(stat -c %.6Y "$work/perf.ready")
halts='.vms[0].exits[] | select(.reason == "hlt" and .samples > 0)'
watch_start "$work/watch" -p "$vm" -d 1
check "perf: kvmtop watches beside it" \
  within "$deadline_s" last_tick "$work/watch" "$halts"
is "perf: both before the work" "$(watch_exits "$work/watch" "$vm" cpuid)" 0
check "perf: the guest does its work" within "$deadline_s" probe_done
check "perf: kvmtop sees it end" within "$deadline_s" last_tick "$work/watch" \
  '.vms[0].exits | map(select(.samples > 0 and .reason == "cpuid")) == []'
watch_stop
stopped=$EPOCHREALTIME
touch "$work/perf.stop"
wait "$perf_pid"
# A line of the report: "  cpuid   1400   29.66%   11.20%   13.40us   151.32us   16.04us ( +- 0.61%
# )" It goes to standard error.
perf kvm --host -i "$work/perf.data" stat report 2>&1 | tee -a "$work/perf.log" |
  awk '$2 ~ /^[0-9]+$/ && $3 ~ /%$/ {print $1, $2}' >"$work/perf.counts"
say "$(tr '\n' ';' <"$work/perf.counts")"

watched=$(jq -s 'map(.interval_s) | add' "$work/watch")
allowed=$(awk "BEGIN { print int($hz * ($stopped - $ready + 2 - $watched)) }")
[ -s "$work/perf.counts" ] || fail "perf: its report has counts" "$(cat "$work/perf.log")"
while read -r reason count; do
  own=$(watch_exits "$work/watch" "$vm" "$reason")
  case $reason in
  io | msr | cpuid | npf) is "perf: as many $reason exits" "$own" "$count" ;;
  *)
    if [ $((count - own)) -le "$allowed" ] && [ $((own - count)) -le 2 ]; then
      pass "perf: $reason exits within the windows' edges (perf $count, kvmtop $own, allowed $allowed)"
    else
      fail "perf: $reason exits within the windows' edges" "perf $count, kvmtop $own, allowed $allowed"
    fi
    ;;
  esac
done <"$work/perf.counts"
probe_stop
finish
