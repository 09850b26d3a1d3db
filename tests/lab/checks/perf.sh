#!/usr/bin/env bash
# Agreement with perf kvm stat: the same exits, to the last one.
#
# The guest is held until both watch, and makes no exit at all once its work is over: each of its
# exits is in both windows.
. "$(dirname "$0")/../lib.sh"

probe_hold perf "hz=100 ticks=100 rtc=5 pm=3 pit=2 hpet=2 rdmsr=0x1b:6 cpuid=7" || finish

# perf starts its command when it records, and ends with it.
perf kvm --host stat record -o "$work/perf.data" -a \
  bash -c "touch '$work/perf.ready'; until [ -e '$work/perf.stop' ]; do sleep 0.2; done" \
  >"$work/perf.log" 2>&1 &
perf_pid=$!
cleanup_add "kill $perf_pid 2>/dev/null"
watch_start "$work/watch" -p "$vm" -d 0.5
check "perf records" within "$deadline_s" test -e "$work/perf.ready"
tick_sees "kvmtop watches beside it" "$work/watch" '.vms[0].exits == []'
probe_go
probe_ends "the guest does its work"
tick_sees "kvmtop sees it end" "$work/watch" '.vms[0].exits == []'
watch_stop
touch "$work/perf.stop"
wait "$perf_pid"

# A line of the report: "  cpuid   1400   29.66%   11.20%   13.40us   151.32us   16.04us ( +- 0.61%
# )" It goes to standard error.
perf kvm --host -i "$work/perf.data" stat report 2>&1 | tee -a "$work/perf.log" |
  awk '$2 ~ /^[0-9]+$/ && $3 ~ /%$/ {print $1, $2}' | sort >"$work/perf.counts"
check "perf's report has counts" test -s "$work/perf.counts" || say "$(cat "$work/perf.log")"
is "kvmtop's are the same" "$(watch_exits "$work/watch" "$vm" | sort)" "$(cat "$work/perf.counts")"
say "$(tr '\n' ';' <"$work/perf.counts")"
is "no errors" "$(cat "$work/watch.err")" ""
probe_stop
finish
